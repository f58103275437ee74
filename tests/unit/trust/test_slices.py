"""A slice says of its issuer and host what the whole register says, and nothing that was tampered with."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import BadSignature, Malformed
from certes.trust.recognition import Facts, RecognitionDecision, StatusSeen, decide
from certes.trust.signing import digest
from certes.trust.slice_file import statement_text
from certes.trust.slices import TrustSlice, Wanted, build_slice, parse_slice
from certes.trust.translog.notes import KeyUse, Note, NoteSigner, sign_text
from certes.trust.translog.ranges import Tree
from certes.trust.vouching import log_origin
from tests.world import NOW, World, signer
from tests.world_data import AGREEMENT, Payload

WANTED = Wanted("CM", 1, "GA")
FACTS = Facts(
    country="CM",
    issuer="did:web:skills.example:cm:1",
    kid="k1",
    awarded_on=date(2026, 4, 10),
    signed_on=date(2026, 4, 10),
    valid_until=None,
    occupations=("CM:1204", "isco08:7212"),
    level="CM-4",
    kind="full",
    method="training",
)
SEEN = StatusSeen("valid", date(2026, 11, 20))


def log_key(world: World) -> NoteSigner:
    return NoteSigner(log_origin(world.network), KeyUse.NOTE, world.log_signer)


def slice_of(world: World, wanted: Wanted = WANTED, *, now: datetime = NOW, **change: Any) -> bytes:
    view = world.view(now=now)
    tree = Tree(entry.leaf for entry in view.entries)
    return build_slice(
        wanted,
        **{
            "objects": view.objects,
            "entries": view.entries,
            "notice_days": view.charter.notice_days,
            "read": tree.read,
            "checkpoint": world.note(now=now),
            "notices": view.notices,
            "signer": log_key(world),
            **change,
        },
    )


def parse(raw: bytes, wanted: Wanted = WANTED, *, now: datetime = NOW, floor: Any = None) -> TrustSlice:
    return parse_slice(raw, wanted=wanted, charter_id=World().charter_id, floor=floor, now=now)


def restated(raw: bytes, change: Callable[[Payload], object]) -> bytes:
    """A slice that was altered by one who has the log's key: what remains must refuse it still."""
    content = json.loads(raw)
    change(content)
    del content["statement"]
    signing = log_key(World())
    text = statement_text(signing.name, size=12, content=digest(canonicalize(content)))
    return canonicalize({**content, "statement": Note(text, (sign_text(text, signing),)).encode().decode()})


@pytest.mark.parametrize("level", ["CM-1", "CM-3", "CM-4"])
@pytest.mark.parametrize(
    "code", [("CM:1204", "isco08:7212"), ("CM:1503", "isco08:7112"), ("CM:1302", "isco08:7542")]
)
@pytest.mark.parametrize("kid", ["k1", "k3", "k9"])
def test_it_decides_as_the_whole_register_does(level: str, code: tuple[str, str], kid: str) -> None:
    world = World()
    facts = replace(FACTS, level=level, occupations=code, kid=kid)
    known = parse(slice_of(world)).registry_for(facts, host="GA")
    at = date(2026, 11, 20)
    whole = decide(facts, host="GA", at=at, registry=world.view().registry, status=SEEN)
    assert decide(facts, host="GA", at=at, registry=known, status=SEEN) == whole


def test_it_holds_the_two_countries_and_their_agreement_alone() -> None:
    found = parse(slice_of(World()))
    kinds = sorted((each.type, each.country) for each in found.objects.values() if each.country)
    assert kinds == [("HostPolicy", "GA"), ("NationalList", "CM")]
    assert len(found.objects) == 4
    assert found.as_of == NOW
    assert found.issuer.number == 1


def test_it_is_smaller_than_the_bundle() -> None:
    assert len(slice_of(World())) < len(World().bundle(now=NOW)) * 0.6


def test_every_version_of_the_agreement_is_there() -> None:
    def suspend(payload: Payload) -> None:
        payload["parties"][0]["suspensions"] = [{"from": "2026-11-01", "protectsOlder": False}]

    world = World().revised("Agreement", AGREEMENT, suspend)
    found = parse(slice_of(world))
    versions = sorted(each.version for each in found.objects.values() if each.type == "Agreement")
    assert versions == [1, 2]
    known = found.registry_for(FACTS, host="GA")
    assert known.agreements == world.view().registry.agreements


def test_it_answers_no_other_question() -> None:
    found = parse(slice_of(World()))
    third = RecognitionDecision("urn:d", "CG", "recognised", None, None, date(2026, 5, 1))
    for facts, host, code in (
        (replace(FACTS, issuer="did:web:skills.example:cm:2"), "GA", "slice_of_another"),
        (FACTS, "CG", "slice_of_another"),
        (replace(FACTS, recognition_decisions=(third,)), "GA", "slice_without_third_country"),
    ):
        with pytest.raises(Malformed, match=code):
            found.registry_for(facts, host=host)


@pytest.mark.parametrize("wanted", [Wanted("CM", 2, "GA"), Wanted("CM", 1, "CG"), Wanted("GA", 1, "CM")])
def test_a_substituted_slice_is_refused(wanted: Wanted) -> None:
    with pytest.raises(Malformed, match="slice_of_another"):
        parse(slice_of(World(), wanted))


def _drop(kind: str) -> Callable[[Payload], object]:
    def change(content: Payload) -> None:
        content["objects"] = [each for each in content["objects"] if each["entry"]["type"] != kind]

    return change


ALTERED: list[Callable[[Payload], object]] = [
    lambda content: content["objects"][1]["object"]["payload"]["issuers"].pop(),
    _drop("Agreement"),
    _drop("HostPolicy"),
    lambda content: content.update(checkpoint=World().note(now=NOW - timedelta(days=1)).decode()),
]


@pytest.mark.parametrize("change", ALTERED)
def test_a_carrier_can_change_and_leave_out_nothing(change: Callable[[Payload], object]) -> None:
    content = json.loads(slice_of(World()))
    change(content)
    with pytest.raises(Malformed, match="slice_not_stated_by_log"):
        parse(canonicalize(content))


def test_an_old_list_under_a_new_checkpoint_is_refused_without_the_logs_word() -> None:
    """Its inclusion proof would hold: that it is the newest, only the log can say."""

    def widen(payload: Payload) -> None:
        payload["issuers"][0]["history"].append({"status": "suspended", "from": "2026-11-01"})

    world = World().revised("NationalList", "CM", widen)
    view = world.view()
    stale = {each.object_id: each for each in World().objects}
    entries = [entry for entry in view.entries if entry.object_id in stale]
    tree = Tree(entry.leaf for entry in view.entries)
    other = NoteSigner(log_origin(world.network), KeyUse.NOTE, signer("a mirror"))
    raw = build_slice(
        WANTED,
        objects=stale,
        entries=entries,
        notice_days=14,
        read=tree.read,
        checkpoint=world.note(now=NOW),
        notices=(),
        signer=other,
    )
    with pytest.raises(Malformed, match="slice_not_stated_by_log"):
        parse(raw)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content["objects"][1].update(index=2), "inclusion_proof_invalid"),
        (lambda content: content["objects"][1]["proof"].pop(), "inclusion_proof_invalid"),
        (lambda content: content["objects"].reverse(), "slice_object_out_of_place"),
        (lambda content: content["objects"].append(content["objects"][-1]), "slice_object_out_of_place"),
        (
            lambda content: content["objects"][1]["object"]["signatures"].pop(),
            "object_not_as_logged",
        ),
        (
            lambda content: content["objects"][1]["entry"].update(subject="GA"),
            "object_not_as_logged",
        ),
        (_drop("NationalList"), "slice_without_issuer"),
    ],
)
def test_even_the_logs_key_can_make_no_object_and_no_place_up(
    change: Callable[[Payload], object], reason: str
) -> None:
    with pytest.raises(Malformed) as raised:
        parse(restated(slice_of(World()), change))
    assert reason in (raised.value.code, raised.value.params.get("reason"))


def test_an_object_of_another_country_has_no_place() -> None:
    raw = slice_of(World(), Wanted("CG", 1, "GA"))
    with pytest.raises(Malformed) as raised:
        parse(restated(raw, lambda content: content.update(country="CM")))
    assert raised.value.params["reason"] == "slice_object_out_of_place"


def test_a_stale_slice_is_refused_by_who_has_come_further() -> None:
    floor = World().view().floor()
    with pytest.raises(Malformed, match="bundle_rolled_back"):
        parse(slice_of(World(), now=NOW - timedelta(days=1)), floor=floor)
    later = NOW + timedelta(days=1)
    assert parse(slice_of(World(), now=later), now=later, floor=floor).as_of == later


def test_age_never_refuses() -> None:
    assert parse(slice_of(World()), now=NOW + timedelta(days=400)).as_of == NOW


def test_a_checkpoint_without_a_quorum_is_refused() -> None:
    text, _, lines = World().note(now=NOW).decode().partition("\n\n")
    few = "".join(lines.splitlines(keepends=True)[:3])
    with pytest.raises(Malformed, match="quorum_not_reached"):
        parse(slice_of(World(), checkpoint=f"{text}\n\n{few}".encode()))


def test_a_statement_that_was_altered_does_not_hold() -> None:
    content = json.loads(slice_of(World()))
    key, _, value = content["statement"].rstrip().rpartition(" ")
    content["statement"] = f"{key} {value[:-4]}AAA=\n"
    with pytest.raises((BadSignature, Malformed)):
        parse(canonicalize(content))


@pytest.mark.parametrize("raw", [b"{}", b'{"type":"TrustSlice"}', b"[]", b"", World().bundle(now=NOW)])
def test_what_is_no_slice_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse(raw)
