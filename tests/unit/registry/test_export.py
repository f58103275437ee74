"""The folder a stick carries: the bundle and every list, under names that lead nowhere else."""

import base64
import json
from pathlib import Path

import httpx
import pytest

from certes.credential.errors import Malformed, Unreachable
from certes.runtime.fetch import Fetcher, Hosts
from certes.trust.signing import digest
from registry.export import export
from tests.unit.registry.conftest import Registry

REGISTRY = "https://registry.example"
PATH = "/cm/1/status/revocation/1"


def fetcher(answers: dict[str, bytes]) -> Fetcher:
    def answer(request: httpx.Request) -> httpx.Response:
        body = answers.get(request.url.path)
        return httpx.Response(404) if body is None else httpx.Response(200, stream=httpx.ByteStream(body))

    return Fetcher(Hosts(frozenset({"registry.example"})), transport=httpx.MockTransport(answer))


NOTE = b"skills.example/log\n2\n" + base64.b64encode(bytes(32)) + b"\n\n" + "— x AAAAAAA=\n".encode()
LOG = {
    "/log/checkpoint": NOTE,
    "/log/tile/0/000.p/2": bytes(64),
    "/log/tile/entries/000.p/2": b"\0\1a\0\1b",
}


def index(*urls: object) -> bytes:
    return json.dumps({"lists": [{"url": url} for url in urls]}).encode()


def test_the_bundle_and_every_list_are_written(tmp_path: Path) -> None:
    answers = {
        "/v1/status-lists": index(f"https://skills.example{PATH}"),
        "/v1/bundle": b"{}",
        PATH: b'{"a":1}',
        **LOG,
    }
    assert export(tmp_path, registry=f"{REGISTRY}/", fetcher=fetcher(answers)) == 1
    found = {
        str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert found.pop("bundle.json") == b"{}"
    assert found.pop("status/cm-1-revocation-1.json") == b'{"a":1}'
    assert {f"/{name}": content for name, content in found.items()} == answers


def test_a_mirror_serves_what_the_registry_serves(registry: Registry, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        got = registry.client.get(request.url.path)
        return httpx.Response(got.status_code, stream=httpx.ByteStream(got.content))

    live = Fetcher(Hosts(frozenset({"registry.example"})), transport=httpx.MockTransport(answer))
    export(tmp_path / "one", registry=REGISTRY, fetcher=live, objects=True)
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    paths = {f"/{path.relative_to(tmp_path / 'one')}": path.read_bytes() for path in files}
    export(tmp_path / "two", registry=REGISTRY, fetcher=fetcher(paths), objects=True)
    again = {
        f"/{path.relative_to(tmp_path / 'two')}": path.read_bytes()
        for path in (tmp_path / "two").rglob("*")
        if path.is_file()
    }
    assert again == paths
    envelopes = [path for path in paths if path.startswith("/v1/objects/")]
    assert len(envelopes) == len(registry.world.objects)
    assert all(digest(paths[path]) == path.rpartition("/")[2] for path in envelopes)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"lists": [{}]}',
        index(7),
        index("https://skills.example/cm/1/status/revocation/../../../../etc/passwd"),
        index("http://skills.example/cm/1/status/revocation/1"),
        index("https://skills.example/v1/bundle"),
    ],
)
def test_an_index_that_names_anything_else_is_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        export(tmp_path, registry=REGISTRY, fetcher=fetcher({"/v1/status-lists": body}))
    assert refused.value.code == "status_index_invalid"
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_is_missing_stops_the_export(tmp_path: Path) -> None:
    answers = {"/v1/status-lists": index(f"https://skills.example{PATH}"), "/v1/bundle": b"{}"}
    with pytest.raises(Unreachable):
        export(tmp_path, registry=REGISTRY, fetcher=fetcher(answers))
    assert not (tmp_path / "bundle.json").exists()
