"""Status lists are verified before they are believed, never go back, and are verified again at every
start."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.credential.identifiers import PURPOSES, Purpose, issuer_did, status_list_url
from certes.credential.proof import EDDSA_JCS_2022, sign
from certes.credential.status import list_document
from certes.runtime.fetch import Fetcher, Hosts
from tests.unit.verifier.scene import INDEX, WELDER, Scene, Trust, later
from tests.world import NETWORK, NOW, World
from verifier import status_cache
from verifier.evidence import Found, Missing
from verifier.status_cache import MAX_ISSUER_BYTES, MAX_LIST_BYTES, MAX_LISTS_OF_ISSUER, StatusCache

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


def test_a_list_dated_back_under_a_stolen_key_neither_revokes_nor_clears(scene: Scene) -> None:
    dated_back = signed(scene.world, bits=(INDEX,), now=NOW.replace(month=5, day=1), key=3)
    assert refusal_of(scene, dated_back) == "status_list_time_not_proven"
    for index in (INDEX, INDEX + 1):
        assert scene.cache.find(URL, index) == Missing("status_not_checked")


def test_a_stolen_key_does_not_turn_a_genuine_card_into_a_revoked_one(scene: Scene) -> None:
    for purpose in PURPOSES:
        document = scene.world.status_list(
            "CM", 1, purpose, 1, bits=(INDEX,), now=NOW.replace(month=5, day=1), key=3
        )
        assert refusal_of(scene, document, url=document["id"]) == "status_list_time_not_proven"
    assert scene.ask().verdict.conclusion == "undetermined"


def test_when_a_theft_becomes_known_the_lists_of_the_key_count_no_more(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.publish("revocation", bits=(INDEX,), at=NOW)

    def stolen(payload: dict[str, Any]) -> None:
        payload["issuers"][0]["keys"][0]["compromisedSince"] = "2026-11-21"

    scene.trust.view = World().revised("NationalList", "CM", stolen).view()
    scene.cache._verify_again()
    assert scene.cache.find(URL, INDEX) == Missing("status_not_checked")


def test_two_lists_of_the_same_time_cannot_both_be_true(scene: Scene) -> None:
    scene.publish("revocation", bits=(INDEX,))
    scene.publish("revocation", bits=(INDEX,))  # the same bytes again
    assert refusal_of(scene, signed(scene.world)) == "status_list_differs"
    found = scene.cache.find(URL, INDEX)
    assert isinstance(found, Found)
    assert found.value.is_set


def flood(
    scene: Scene, *, country: str = "CM", purpose: Purpose = "revocation", number: int, size: int
) -> str:
    """A list of `size` bytes that do not pack; the code it is refused with, or `taken`."""
    url = status_list_url(NETWORK, country, 1, purpose, number)
    unsigned = list_document(
        url,
        issuer=issuer_did(NETWORK, country, 1),
        purpose=purpose,
        bits=random.Random(number).randbytes(size),
        valid_from=NOW,
        valid_until=later(1),
    )
    signer = scene.world.issuer_signer(country, 1)
    document = sign(unsigned, signer=signer, suite=EDDSA_JCS_2022, created=NOW)
    try:
        scene.cache.accept(url, json.dumps(document).encode())
    except Refusal as refusal:
        return refusal.code
    return "taken"


def test_a_list_may_unpack_to_eight_times_the_usual_and_no_more(scene: Scene) -> None:
    assert flood(scene, number=1, size=MAX_LIST_BYTES) == "taken"
    blank = bytes(MAX_LIST_BYTES + 1)
    unsigned = list_document(
        URL,
        issuer=issuer_did(NETWORK, "CM", 1),
        purpose="revocation",
        bits=blank,
        valid_from=NOW,
        valid_until=later(1),
    )
    signer = scene.world.issuer_signer("CM", 1)
    bomb = sign(unsigned, signer=signer, suite=EDDSA_JCS_2022, created=NOW)
    assert refusal_of(scene, bomb) == "status_list_too_long"


def test_an_issuer_has_so_many_lists_for_each_purpose(scene: Scene) -> None:
    size = MAX_LIST_BYTES // 8
    assert flood(scene, number=MAX_LISTS_OF_ISSUER, size=size) == "taken"
    for number in (MAX_LISTS_OF_ISSUER + 1, 900_000_001):
        assert flood(scene, number=number, size=size) == "status_lists_too_many"
    assert flood(scene, number=MAX_LISTS_OF_ISSUER, purpose="refresh", size=size) == "taken"


def test_one_issuers_flood_ends_at_its_own_limit_and_takes_no_room_of_another(scene: Scene) -> None:
    codes = [flood(scene, number=number, size=MAX_LIST_BYTES) for number in range(1, 40)]
    assert set(codes) == {"taken", "status_lists_too_large"}
    assert sum(held.size for held in scene.cache._held.values()) <= MAX_ISSUER_BYTES
    assert flood(scene, country="GA", number=1, size=MAX_LIST_BYTES) == "taken"


def test_when_the_room_of_all_is_used_each_issuer_still_has_its_share(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = 400_000
    view = scene.trust.view
    assert view is not None
    national = view.registry.national
    monkeypatch.setattr(status_cache, "MAX_HELD_BYTES", share * len(national) * len(national["GA"].issuers))
    monkeypatch.setattr(status_cache, "MAX_ISSUER_BYTES", 10**9)
    codes = [flood(scene, number=number, size=MAX_LIST_BYTES) for number in range(1, 41)]
    assert codes[-1] == "status_lists_too_large"
    assert flood(scene, country="GA", number=1, size=MAX_LIST_BYTES) == "taken"
    assert flood(scene, country="GA", number=2, size=MAX_LIST_BYTES) == "status_lists_too_large"


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


def test_a_flooded_index_crowds_no_other_countrys_lists_out(tmp_path: Path) -> None:
    registry = Registry(World())
    registry.put()
    flood = [f"https://skills.example/cf/1/status/revocation/{number}" for number in range(1, 10_001)]
    flood += [f"https://skills.example/cm/{number}/status/refresh/1" for number in range(500, 900)]
    registry.index = json.dumps({"lists": [{"url": url, "digest": "x"} for url in (*flood, URL)]}).encode()
    registry.documents |= dict.fromkeys(flood, b"{}")
    cache = cache_of(registry, tmp_path, Trust(registry.world.view()))
    with capture_logs() as logs:
        cache.refresh()
    assert isinstance(cache.find(URL, INDEX), Found)
    assert len(registry.asked) <= 2 + MAX_LISTS_OF_ISSUER
    assert registry.asked.index(URL) <= 2  # everybody's first list before anybody's second
    counts = {line["code"]: line["count"] for line in logs if "count" in line}
    assert counts["status_lists_too_many"] == 10_000 - MAX_LISTS_OF_ISSUER
    assert counts["issuer_not_listed"] == 400


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
