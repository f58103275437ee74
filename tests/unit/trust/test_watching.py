"""What changed in a log, told to a country; and how things stand. Pure: two states of an invented network."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from certes.trust.auditing import Audited, audit, backdated
from certes.trust.signing import SignedObject, digest, sign_object
from certes.trust.translog.entries import entry_of, envelope_bytes
from certes.trust.watching import Event, Severity, Watch, happened, late, not_signed_by_us, still_new
from certes.trust.watching_state import (
    Limits,
    ListSeen,
    gone_back,
    heard_of,
    missing,
    not_logged_yet,
    silent,
    unconfirmed,
    undone,
)
from tests.world import NOW, World, member_signers, signer
from tests.world_data import AGREEMENT, COUNTRIES, Payload

WORLD = World()
SIZE = len(WORLD.entries)
TODAY = NOW - timedelta(hours=2)
CM, GA = Watch("CM"), Watch("GA")
ISSUER = "did:web:skills.example:ga:1"


def audited(world: World, *, now: datetime = NOW) -> Audited:
    """The world's log, verified whole."""
    return audit(
        world.entries,
        {digest(envelope_bytes(found)): found for found in world.objects},
        world.note(now),
        charter_id=world.charter_id,
        floor=None,
        now=now,
    )


def told(world: World, watch: Watch = CM) -> list[Event]:
    """What is new in this world."""
    return list(happened(audited(world), since=SIZE, watch=watch))


def codes(events: list[Event]) -> list[str]:
    """Their codes."""
    return [event.code for event in events]


def of_gabon(change: Callable[[Payload], object]) -> World:
    """Gabon's next list."""
    return WORLD.revised("NationalList", "GA", change, at=TODAY)


def ids(*found: SignedObject) -> frozenset[str]:
    """What a country signed."""
    return frozenset(each.object_id for each in found)


def test_nothing_new_is_nothing_to_tell() -> None:
    assert told(WORLD) == []


def test_a_new_issuer_of_a_partner_counts_abroad_after_the_notice_period() -> None:
    def second(payload: Payload) -> None:
        new = dict(payload["issuers"][0]) | {
            "number": 2,
            "did": "did:web:skills.example:ga:2",
            "shortCode": "GA-2",
        }
        key = dict(new["keys"][0]) | {"publicKeyMultibase": signer("another").public_key.multikey}
        payload["issuers"].append(new | {"keys": [key]})

    (event,) = told(of_gabon(second))
    assert (event.code, event.severity, event.country) == ("issuer_new", Severity.CONCERN, "GA")
    assert event.params["until"] == TODAY.date() + timedelta(days=14)
    assert event.params["issuer"] == "did:web:skills.example:ga:2"
    assert event.time == TODAY


@pytest.mark.parametrize(
    ("wider", "change"),
    [
        (True, lambda scope: scope.update(trade="GA:1101", levels=["GA-1", "GA-9"])),
        (True, lambda scope: scope.update(validFrom="2000-01-01")),
        (False, lambda scope: scope.update(levels=scope["levels"][:1])),
        (False, lambda scope: scope.update(rpl=False)),
        (False, lambda scope: scope.update(validUntil="2030-01-01")),
    ],
)
def test_a_scope_is_told_where_it_allows_more(wider: bool, change: Callable[[Payload], object]) -> None:
    events = told(of_gabon(lambda payload: change(payload["issuers"][0]["scope"][0])))
    assert codes(events) == (["scope_wider"] if wider else [])
    assert all(event.params["until"] == TODAY.date() + timedelta(days=14) for event in events)


def test_suspension_withdrawal_their_end_and_a_stolen_key_are_told() -> None:
    def suspend(payload: Payload) -> None:
        history = payload["issuers"][0]["history"]
        history.append({"status": "suspended", "from": "2026-11-01"})
        history.append({"status": "withdrawn", "from": "2026-12-01", "voidsIssuedFrom": "2026-06-01"})
        payload["issuers"][0]["keys"][0]["compromisedSince"] = "2026-10-01"

    def end(payload: Payload) -> None:
        payload["issuers"][0]["history"][1]["until"] = "2026-11-30"

    world = of_gabon(suspend)
    events = told(world)
    assert codes(events) == ["issuer_suspended", "issuer_withdrawn", "key_compromised"]
    assert events[1].params["voids"] == date(2026, 6, 1)
    assert events[2].params["issuer"] == f"{ISSUER}#k1"
    after = told(world.revised("NationalList", "GA", end))[len(events) :]
    assert [(event.code, event.params["since"]) for event in after] == [
        ("issuer_restored", date(2026, 11, 30))
    ]


def test_a_country_without_an_agreement_is_not_followed_but_by_everybody() -> None:
    outsider = Watch("TD")
    world = of_gabon(
        lambda payload: payload["issuers"][0]["history"].append({"status": "suspended", "from": "2026-11-01"})
    )
    assert told(world, outsider) == []
    assert codes(told(world, Watch(None))) == ["issuer_suspended"]
    assert codes(told(world, GA)) == ["object_to_compare"]


def test_what_a_country_signed_is_known_and_what_it_did_not_is_the_alarm() -> None:
    """A thief with two of the three keys signs what every verifier believes: only the country can tell."""
    world = WORLD.revised("NationalList", "CM", lambda payload: payload.update(centres=[]), at=TODAY)
    stolen, log = world.objects[-1], audited(world)
    signed = Watch("CM", ids(*WORLD.objects))
    (alarm,) = not_signed_by_us(log, (), signed, NOW)
    assert (alarm.code, alarm.severity, alarm.object_id) == (
        "object_not_ours",
        Severity.ALARM,
        stolen.object_id,
    )
    assert told(world, signed) == []
    ours = Watch("CM", ids(*world.objects))
    assert list(not_signed_by_us(log, (), ours, NOW)) == []
    assert [(event.code, event.severity) for event in told(world, ours)] == [("object_ours", Severity.INFO)]
    assert list(not_signed_by_us(log, (), CM, NOW)) == []
    assert [(event.code, event.severity) for event in told(world)] == [
        ("object_to_compare", Severity.CONCERN)
    ]


def test_an_agreement_in_the_countrys_name_is_among_what_it_must_know() -> None:
    own = ids(*(found for found in WORLD.objects if found.country == "CM" or found.type == "Charter"))
    alarms = list(not_signed_by_us(audited(WORLD), (), Watch("CM", own), NOW))
    assert [alarm.params["type"] for alarm in alarms] == ["Agreement"]


def test_a_new_agreement_and_a_policy_of_a_partner_are_told() -> None:
    world = WORLD.revised("Agreement", AGREEMENT, lambda payload: None, by=COUNTRIES)
    world = world.revised("HostPolicy", "GA", lambda payload: payload.update(maxRegistryAgeDays=5))
    assert codes(told(world)) == ["object_to_compare", "agreement_version", "policy_changed"]
    assert codes(told(world, Watch("TD"))) == []


def test_a_charter_says_who_came_and_went_and_whose_keys_changed() -> None:
    def change(payload: Payload) -> None:
        payload["members"][0]["keys"][2] = signer("a new custodian").public_key.multikey
        payload["witnesses"][0]["name"] = "witness.other.example"

    world = WORLD.revised("Charter", "", change, by=COUNTRIES, at=TODAY)
    (event,) = [each for each in told(world) if each.code == "charter_new"]
    first = WORLD.newest("Charter").payload
    assert event.params["keys_changed"] == first["members"][0]["country"]
    assert event.params["witnesses_added"] == "witness.other.example"
    assert event.params["witnesses_removed"] == first["witnesses"][0]["name"]
    assert (event.params["joined"], event.params["left"]) == ("—", "—")


def test_keys_that_the_others_change_without_the_country_are_an_alarm() -> None:
    def change(payload: Payload) -> None:
        member = next(each for each in payload["members"] if each["country"] == "CM")
        member["keys"] = [signer(f"thief {number}").public_key.multikey for number in (1, 2, 3)]

    others = [country for country in COUNTRIES if country != "CM"]
    taken = WORLD.revised("Charter", "", change, by=others, at=TODAY)
    assert "our_keys_taken" in codes(told(taken))
    agreed = WORLD.revised("Charter", "", change, by=COUNTRIES, at=TODAY)
    assert "our_keys_taken" not in codes(told(agreed))
    assert "our_keys_taken" not in codes(told(taken, GA))


def test_entries_that_are_dated_back_are_told_each() -> None:
    held = audited(WORLD).floor()
    world = WORLD.followed_by(
        WORLD.next_version("NationalList", "GA", lambda payload: None), at=NOW - timedelta(hours=2)
    )
    log = audited(world, now=NOW + timedelta(hours=1))
    (entry,) = backdated(log.entries, held)
    (event,) = late(log, [entry], reached=held.reached)
    assert (event.code, event.severity, event.country) == ("entry_backdated", Severity.ALARM, "GA")
    in_time = WORLD.followed_by(world.objects[-1], at=NOW - timedelta(minutes=59))
    assert backdated(in_time.entries, held) == ()


def notice(country: str = "GA") -> SignedObject:
    """A warning under one key."""
    payload = {"id": "n1", "country": country}
    signers = member_signers(country)[:1]
    return sign_object("Notice", country=country, version=1, payload=payload, signers=signers)


def with_notice(*more: SignedObject) -> Audited:
    """A log that holds a notice, logged ten days ago, and perhaps its answer."""
    log = audited(WORLD)
    objects = (notice(), *more)
    time = NOW - timedelta(days=10)
    entries = tuple(entry_of(each, subject="GA#n1", time=time) for each in objects)
    return replace(
        log,
        entries=(*log.entries, *entries),
        objects=(*log.objects, *objects),
        charters=(*log.charters, *(log.charter for _ in objects)),
    )


def test_a_notice_is_told_at_once_and_again_while_nobody_confirms_it() -> None:
    log = with_notice()
    assert codes(list(happened(log, since=SIZE, watch=CM))) == ["notice_logged"]
    (event,) = unconfirmed(log, CM, Limits(), NOW)
    assert (event.code, event.params["days"], event.country) == ("notice_unconfirmed", 10, "GA")
    assert list(unconfirmed(log, CM, Limits(notice_unconfirmed=timedelta(days=11)), NOW)) == []
    assert list(unconfirmed(log, Watch("TD"), Limits(), NOW)) == []
    payload = {"country": "GA", "notice": notice().object_id, "answer": "confirmed"}
    signers = member_signers("GA")[:2]
    answer = sign_object("NoticeAnswer", country="GA", version=1, payload=payload, signers=signers)
    assert list(unconfirmed(with_notice(answer), CM, Limits(), NOW)) == []


def test_an_act_under_an_agreement_is_told_to_its_parties() -> None:
    log = audited(WORLD)
    payload = {"agreement": AGREEMENT, "country": "GA", "event": "suspension"}
    act = sign_object(
        "AgreementEvent", country="GA", version=1, payload=payload, signers=member_signers("GA")
    )
    entry = entry_of(act, subject=f"{AGREEMENT}#GA", time=TODAY)
    log = replace(
        log,
        entries=(*log.entries, entry),
        objects=(*log.objects, act),
        charters=(*log.charters, log.charter),
    )
    (event,) = happened(log, since=SIZE, watch=CM)
    assert (event.code, event.params["event"], event.country) == ("agreement_event", "suspension", "GA")
    assert list(happened(log, since=SIZE, watch=Watch("TD"))) == []


def test_who_begins_to_watch_is_told_what_is_younger_than_the_notice_period() -> None:
    assert still_new(audited(WORLD)) == SIZE
    old = WORLD.revised("NationalList", "GA", lambda payload: None, at=NOW - timedelta(days=15))
    assert still_new(audited(old)) == SIZE + 1
    new = old.revised("NationalList", "GA", lambda payload: None, at=NOW - timedelta(days=13))
    assert still_new(audited(new)) == SIZE + 1


def test_a_parameter_never_replaces_a_member_of_the_event() -> None:
    event = Event("refused", Severity.ALARM, NOW, params={"country": "GA", "object": "x", "reason": "y"})
    assert (event.to_json()["country"], event.to_json()["object"], event.to_json()["reason"]) == (
        None,
        None,
        "y",
    )


def test_a_revocation_that_is_taken_back_is_counted() -> None:
    seen = ListSeen("GA", "a", NOW)
    (event,) = undone(b"\xff\x01", b"\x0f\x03", seen, "l", NOW)
    assert (event.code, event.params["count"], event.country) == ("revocation_undone", 4, "GA")
    assert list(undone(b"\x0f", b"\x1f\x00", seen, "l", NOW)) == []
    assert [each.params["count"] for each in undone(b"\x00\x03", b"\x00", seen, "l", NOW)] == [2]


def test_a_notice_that_is_not_logged_yet_is_told_and_one_in_our_name_is_compared() -> None:
    log = audited(WORLD)
    assert codes(list(not_logged_yet([notice()], log, CM, NOW))) == ["notice_received"]
    assert list(not_logged_yet([notice()], log, Watch("TD"), NOW)) == []
    ours = notice("CM")
    alarms = list(not_signed_by_us(log, [ours], Watch("CM", ids(*WORLD.objects)), NOW))
    assert [alarm.object_id for alarm in alarms] == [ours.object_id]


def test_a_log_and_a_witness_that_fall_silent_are_told() -> None:
    log, limits = audited(WORLD), Limits()
    assert list(silent(log.checkpoint.reached, limits, NOW + timedelta(hours=48))) == []
    (event,) = silent(log.checkpoint.reached, limits, NOW + timedelta(hours=49))
    assert (event.code, event.params["hours"]) == ("log_silent", 49)
    seen = heard_of(log, {}, NOW)
    assert set(seen.values()) == {NOW}
    seen["witness.skills.example/cm"] = NOW - timedelta(days=4)
    (event,) = missing(log.charter, seen, limits, NOW)
    assert (event.code, event.country, event.params["days"]) == ("witness_missing", "CM", 4)


def test_a_witness_that_was_never_heard_of_counts_from_now_on() -> None:
    names = list(WORLD.witness_signers)[1:]
    log = audit(
        WORLD.entries,
        {digest(envelope_bytes(found)): found for found in WORLD.objects},
        WORLD.note(by=names),
        charter_id=WORLD.charter_id,
        floor=None,
        now=NOW,
    )
    later = NOW + timedelta(days=2)
    seen = heard_of(log, {}, later)
    assert seen[next(iter(WORLD.witness_signers))] == later
    assert heard_of(log, seen, later + timedelta(days=1)) == seen


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ({}, "status_list_gone"),
        ({"l": ListSeen("CM", "a", NOW - timedelta(days=1))}, "status_list_older"),
        ({"l": ListSeen("CM", "b", NOW)}, "status_list_replaced"),
        ({"l": ListSeen("CM", "b", NOW + timedelta(days=1))}, None),
        ({"l": ListSeen("CM", "a", NOW), "m": ListSeen("GA", "c", NOW)}, None),
    ],
)
def test_status_lists_only_go_on(after: dict[str, ListSeen], code: str | None) -> None:
    events = list(gone_back({"l": ListSeen("CM", "a", NOW)}, after, NOW))
    assert [event.code for event in events] == ([] if code is None else [code])
