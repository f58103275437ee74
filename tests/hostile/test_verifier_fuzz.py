"""The verifier over HTTP against invented input: whatever is sent, no failure of ours and no yes."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.verifier.kept import keep, settings_for
from tests.unit.verifier.scene import Scene
from tests.world import NOW
from verifier.app import build_app

PATH = "/v1/verifications"
TEXT = {"Content-Type": "text/plain"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return keep(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def client(scene: Scene) -> Iterator[TestClient]:
    folder = scene.cache._folder.parent
    app = build_app(settings_for(folder), clock=lambda: NOW)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def never_fails(reply: Any) -> None:
    """No input of a caller is our failure, and no damage is a yes."""
    assert reply.status_code in (200, 400, 404, 413, 415, 422), reply.text
    if reply.status_code == 200 and "application/json" in reply.headers["content-type"]:
        assert reply.json()["conclusion"] != "recognised"


FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@FUZZ
@given(text=st.text() | st.from_regex(r"https://[a-z]{1,9}/#[0-9]{150,400}", fullmatch=True))
def test_no_text_makes_it_fail(client: TestClient, text: str) -> None:
    never_fails(client.post(PATH, content=text.encode("utf-8", "surrogatepass"), headers=TEXT))


@FUZZ
@given(body=json_values)
def test_no_json_makes_it_fail(client: TestClient, body: Any) -> None:
    never_fails(client.post(PATH, content=json.dumps(body), headers={"Content-Type": "application/json"}))


@FUZZ
@given(credential=json_values, question=json_values, language=json_values)
def test_no_members_make_it_fail(client: TestClient, credential: Any, question: Any, language: Any) -> None:
    body = {"credential": credential, "question": question, "language": language}
    never_fails(client.post(PATH, content=json.dumps(body), headers={"Content-Type": "application/json"}))


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each member and element of a document stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from paths_of(inner, (*path, key))


@FUZZ
@given(data=st.data(), value=json_values, form=st.sampled_from(["wallet", "card"]))
def test_no_member_of_another_type_makes_it_fail(
    client: TestClient, scene: Scene, data: st.DataObject, value: Any, form: str
) -> None:
    document = scene.wallet() if form == "wallet" else scene.card_document()
    path = data.draw(st.sampled_from(list(paths_of(document))))
    target: Any = document
    for key in path[:-1]:
        target = target[key]
    if target[path[-1]] == value:
        return
    target[path[-1]] = value
    body = json.dumps({"credential": document})
    never_fails(client.post(PATH, content=body, headers={"Content-Type": "application/json"}))


@FUZZ
@given(
    file=st.binary(max_size=400),
    name=st.text(max_size=20),
    fields=st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=4),
)
def test_no_form_makes_it_fail(client: TestClient, file: bytes, name: str, fields: dict[str, str]) -> None:
    def clean(text: str) -> str:
        return text.encode("utf-8", "replace").decode()

    data = {clean(key): clean(value) for key, value in fields.items() if key}
    files = {"file": (clean(name) or "x", io.BytesIO(file), "image/png")}
    for path in (PATH, "/"):
        files["file"][1].seek(0)
        never_fails(client.post(path, data=data, files=files))
