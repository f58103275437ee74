"""Status lists are verified before they are believed, never go back, and are verified again at every
start."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.runtime.fetch import Fetcher, Hosts
from tests.unit.verifier.scene import INDEX, WELDER, Scene, Trust, later
from tests.world import NETWORK, NOW, World
from verifier.evidence import Found, Missing
from verifier.status_cache import StatusCache

URL = Scene.list_url("revocation")


def signed(world: World, **how: Any) -> dict[str, Any]:
    return world.status_list("CM", 1, "revocation", 1, **how)


def refusal_of(scene: Scene, document: dict[str, Any], *, url: str = URL) -> str:
    with pytest.raises(Refusal) as refused:
        scene.cache.accept(url, json.dumps(document).encode())
    return refused.value.code


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, lists=False)


def test_the_age_of_an_entry_is_the_signed_lists_own(scene: Scene) -> None:
    scene.publish("revocation", at=NOW - timedelta(days=3))
    found = scene.cache.find(URL, INDEX)
    assert isinstance(found, Found)
    assert (found.as_of, found.value.is_set) == (NOW - timedelta(days=3), False)


def test_an_index_outside_the_list_is_missing_and_not_clear(scene: Scene) -> None:
    scene.publish("revocation")
    for index in (-1, 131_072, 10**9):
        assert isinstance(scene.cache.find(URL, index), Missing)


def test_an_altered_list_is_refused_and_the_earlier_one_stays(scene: Scene) -> None:
    scene.publish("revocation", bits=(INDEX,))
    cleared = signed(scene.world, now=NOW + timedelta(hours=1))
    revoking = signed(scene.world, bits=(7,), now=NOW + timedelta(hours=1))
    scene.now = later(1)
    mixed = {**revoking, "credentialSubject": cleared["credentialSubject"]}
    assert refusal_of(scene, mixed) == "signature_invalid"
    assert scene.state() == "revoked"


def test_every_altered_character_of_a_list_is_refused(scene: Scene) -> None:
    text = json.dumps(signed(scene.world, bits=(INDEX,)))
    for position in range(0, len(text), 5):
        if text[position] in '{}[]":, ':
            continue
        changed = text[:position] + ("0" if text[position] == "1" else "1") + text[position + 1 :]
        with pytest.raises(Refusal):
            scene.cache.accept(URL, changed.encode())
    assert scene.cache.count == 0


def test_an_older_list_never_replaces_a_newer_one(scene: Scene) -> None:
    scene.publish("revocation", bits=(INDEX,))
    older = signed(scene.world, now=NOW - timedelta(days=1))
    assert refusal_of(scene, older) == "status_list_older"


def test_a_list_for_another_address_issuer_or_purpose_is_refused(scene: Scene) -> None:
    other_list = scene.world.status_list("CM", 1, "revocation", 2)
    other_purpose = scene.world.status_list("CM", 1, "suspension", 1)
    other_issuer = scene.world.status_list("GA", 1, "revocation", 1)
    for document in (other_list, other_purpose):
        assert refusal_of(scene, document) == "status_list_credential_invalid"
    assert refusal_of(scene, other_issuer) == "key_not_listed"


def test_a_list_of_the_future_is_refused(scene: Scene) -> None:
    assert refusal_of(scene, signed(scene.world, now=later(2))) == "status_list_from_future"


def test_a_list_with_another_context_is_refused(scene: Scene) -> None:
    document = signed(scene.world)
    document["@context"] = [*document["@context"], "https://evil.example/v1"]
    assert refusal_of(scene, document) == "status_list_credential_invalid"


def test_a_list_of_an_issuer_nobody_listed_is_refused(scene: Scene) -> None:
    document = scene.world.status_list("CM", 9, "revocation", 1)
    assert refusal_of(scene, document, url=document["id"]) == "issuer_not_listed"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/cm/1/status/revocation/1",
        "https://skills.example/cm/1/status/gossip/1",
        "https://skills.example/cm/1/status/revocation/1?x",
        "https://skills.example/cm/1/status/revocation/../1",
        "http://skills.example/cm/1/status/revocation/1",
        "https://skills.example" + "/" * 400,
    ],
)
def test_an_address_that_is_not_of_the_network_is_refused(scene: Scene, url: str) -> None:
    assert refusal_of(scene, signed(scene.world), url=url) == "status_list_url_invalid"


def test_after_a_theft_the_key_signs_no_more_lists(scene: Scene) -> None:
    assert refusal_of(scene, signed(scene.world, key=3)) == "key_not_valid_at_issue"


def test_a_list_dated_back_under_a_stolen_key_may_revoke_but_not_clear(scene: Scene) -> None:
    before_the_theft = NOW.replace(month=5, day=1)
    scene.publish("revocation", bits=(INDEX,), at=before_the_theft, key=3)
    found = scene.cache.find(URL, INDEX)
    assert isinstance(found, Found)
    assert found.value.is_set
    assert isinstance(scene.cache.find(URL, INDEX + 1), Missing)


def test_lists_are_kept_and_verified_again_at_the_next_start(tmp_path: Path) -> None:
    Scene(tmp_path).publish("revocation", bits=(INDEX,))
    again = Scene(tmp_path, lists=False)
    again.cache.load_kept()
    assert again.cache.count == 3
    assert again.state() == "revoked"


def test_a_kept_list_that_was_altered_on_disk_is_not_taken_up(tmp_path: Path) -> None:
    Scene(tmp_path)
    for path in (tmp_path / "status").glob("*.json"):
        path.write_text(
            path.read_text("utf-8").replace('validUntil\\": \\"2026', 'validUntil\\": \\"2036'), "utf-8"
        )
    (tmp_path / "status" / "rubbish.json").write_text("[", "utf-8")
    (tmp_path / "status" / "shape.json").write_text("[]", "utf-8")
    again = Scene(tmp_path, lists=False)
    again.cache.load_kept()
    assert again.cache.count == 0
    assert again.state() == "stale"


class Registry:
    """What the registry serves: an index and lists; it can be cut."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.documents: dict[str, bytes] = {}
        self.cut = False
        self.asked: list[str] = []
        self.index: bytes | None = None

    def put(self, **how: Any) -> None:
        document = signed(self.world, **how)
        self.documents[document["id"]] = json.dumps(document).encode()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if self.cut:
            raise httpx.ConnectError("cut")
        if request.url.path == "/v1/status-lists":
            entries = [
                {"url": url, "digest": str(hash(body)), "valid_from": "x"}
                for url, body in self.documents.items()
            ]
            body = self.index or json.dumps({"lists": entries}).encode()
        else:
            body = self.documents[str(request.url)]
        return httpx.Response(200, stream=httpx.ByteStream(body))


def cache_of(registry: Registry, folder: Path, trust: Trust) -> StatusCache:
    fetcher = Fetcher(
        Hosts(frozenset({"registry.example", NETWORK.domain})), transport=httpx.MockTransport(registry)
    )
    return StatusCache(
        registry_url="https://registry.example",
        network=NETWORK,
        folder=folder,
        fetcher=fetcher,
        trust=trust,
        clock=lambda: NOW,
    )


def test_only_lists_that_changed_are_fetched(tmp_path: Path) -> None:
    registry = Registry(World())
    registry.put(now=NOW - timedelta(days=1))
    cache = cache_of(registry, tmp_path, Trust(registry.world.view()))
    cache.refresh()
    cache.refresh()
    assert registry.asked.count(URL) == 1
    registry.put(bits=(INDEX,))
    cache.refresh()
    assert registry.asked.count(URL) == 2
    found = cache.find(URL, INDEX)
    assert isinstance(found, Found)
    assert found.value.is_set


def test_a_cut_network_keeps_what_is_known(tmp_path: Path) -> None:
    registry = Registry(World())
    registry.put(bits=(INDEX,))
    cache = cache_of(registry, tmp_path, Trust(registry.world.view()))
    cache.refresh()
    registry.cut = True
    with pytest.raises(Unreachable):
        cache.refresh()
    assert isinstance(cache.find(URL, INDEX), Found)


def test_one_bad_list_does_not_stop_the_others(tmp_path: Path) -> None:
    registry = Registry(World())
    registry.documents["https://evil.example/list"] = b"{}"
    registry.documents[Scene.list_url("refresh")] = b"not json"
    registry.put()
    cache = cache_of(registry, tmp_path, Trust(registry.world.view()))
    cache.refresh()
    assert cache.count == 1


@pytest.mark.parametrize("index", [b"[]", b"{", b'{"lists": 3}', b'{"lists": [3]}', b"[" * 100_000, b"\xff"])
def test_an_index_that_is_none_is_refused(tmp_path: Path, index: bytes) -> None:
    registry = Registry(World())
    registry.index = index
    cache = cache_of(registry, tmp_path, Trust(registry.world.view()))
    with pytest.raises(Malformed) as refused:
        cache.refresh()
    assert refused.value.code == "status_index_invalid"


def test_without_trust_data_no_list_is_believed(tmp_path: Path) -> None:
    registry = Registry(World())
    registry.put()
    trust = Trust(None)
    cache = cache_of(registry, tmp_path, trust)
    for attempt in (cache.refresh, lambda: cache.accept(URL, registry.documents[URL])):
        with pytest.raises(Unreachable) as refused:
            attempt()
        assert refused.value.code == "trust_data_missing"
    cache.load_kept()
    assert cache.count == 0


def test_a_new_bundle_that_ends_a_key_drops_its_lists(tmp_path: Path) -> None:
    registry = Registry(World())
    registry.put()
    trust = Trust(registry.world.view())
    cache = cache_of(registry, tmp_path, trust)
    cache.refresh()

    def stolen(payload: dict[str, Any]) -> None:
        payload["issuers"][0]["keys"][0]["compromisedSince"] = "2026-11-01"

    trust.view = World().revised("NationalList", "CM", stolen).view()
    cache.refresh()
    assert isinstance(cache.find(URL, WELDER.status.index), Missing)
