"""Warnings: who may give one, how it is answered, what stands, and what a device remembers of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certes.credential.errors import Refusal
from certes.trust.bundle import TrustView, parse_bundle
from certes.trust.notices import Posted, State
from certes.trust.reading import subject_name
from certes.trust.recognition import Facts, StatusSeen, decide
from certes.trust.records import Standing
from certes.trust.schema import require_schema
from certes.trust.signing import SignedObject
from tests.notice_help import STOLEN, SUSPENDED, answer, notice
from tests.world import NOW, World
from tests.world_data import Payload

DID = "did:web:skills.example:cm:1"
LATER = NOW + timedelta(hours=1)
SEEN = StatusSeen("valid", NOW.date())
COUNTS = ["agreement_in_force", "level_mapping_provisional"]
FACTS = Facts(
    country="CM",
    issuer=DID,
    kid="k1",
    awarded_on=date(2026, 11, 12),
    signed_on=date(2026, 11, 12),
    valid_until=None,
    occupations=("CM:1204", "isco08:7212"),
    level="CM-4",
    kind="full",
    method="training",
)


def seen(*logged: SignedObject, unlogged: tuple[SignedObject, ...] = ()) -> TrustView:
    """A device's view of the world with these."""
    world = (
        replace(World().followed_by(*logged, at=NOW), notices=unlogged) if logged else World(notices=unlogged)
    )
    return world.view(now=LATER)


def only(view: TrustView) -> Posted:
    """The one notice on the board."""
    (posted,) = view.registry.notices.posted
    return posted


def codes(view: TrustView, **changed: Any) -> list[str]:
    """Why, in Gabon."""
    decision = decide(
        replace(FACTS, **changed), host="GA", at=LATER.date(), registry=view.registry, status=SEEN
    )
    return [reason.code for reason in decision.reasons]


def refusal(found: SignedObject) -> str:
    """Why an object is not taken into the log."""
    with pytest.raises(Refusal) as caught:
        seen(found)
    return str(caught.value.params.get("reason", caught.value.code))


def suspend(start: str, end: str | None = None) -> Any:
    """A change to Cameroon's list."""

    def change(payload: Payload) -> None:
        history = payload["issuers"][0]["history"]
        history.append({"status": "suspended", "from": start, "until": end})
        if end is not None:
            history.append({"status": "granted", "from": end})

    return change


def test_without_a_warning_it_counts() -> None:
    assert codes(seen()) == COUNTS


def test_one_key_is_enough_and_leaves_it_undetermined() -> None:
    view = seen(notice(STOLEN))
    assert (only(view).state, only(view).posted_at) == (State.UNDETERMINED, NOW)
    assert only(view).confirm_by == NOW + timedelta(days=7)
    assert codes(view) == ["notice_unconfirmed"]


def test_it_counts_before_it_is_logged() -> None:
    view = seen(unlogged=(notice(STOLEN),))
    assert (only(view).state, only(view).posted_at, only(view).confirm_by) == (State.UNDETERMINED, None, None)
    assert codes(view) == ["notice_unconfirmed"]


def test_no_age_takes_it_away() -> None:
    world = World().followed_by(notice(STOLEN), at=NOW)
    much_later = NOW + timedelta(days=400)
    view = world.view(now=much_later)
    assert only(view).state is State.UNDETERMINED
    decision = decide(FACTS, host="GA", at=much_later.date(), registry=view.registry, status=SEEN)
    assert [reason.code for reason in decision.reasons] == ["notice_unconfirmed"]


def test_the_decision_names_the_warning_as_evidence_and_since_when() -> None:
    warning = notice(STOLEN)
    decision = decide(FACTS, host="GA", at=NOW.date(), registry=seen(warning).registry, status=SEEN)
    assert decision.reasons[0].params == {
        "since": date(2026, 11, 10), "notice": warning.object_id, "issuer": DID, "key": "k1",
    }  # fmt: skip
    assert warning.object_id in [used.object_id for used in decision.evidence.objects]


def test_confirmed_counts_as_the_list_would_say() -> None:
    warning = notice(STOLEN)
    view = seen(warning, answer(warning))
    assert only(view).state is State.CONFIRMED
    assert codes(view) == ["key_compromised_issue_time_not_proven"]
    assert codes(view, time_receipt=date(2026, 11, 9))[0] == "key_compromised_later_issue_proven_before"
    key = view.registry.national["CM"].issuers[DID].find_key("k1")
    assert key is not None
    assert key.compromised_since == date(2026, 11, 10)


def test_so_many_keys_at_once_need_no_answer() -> None:
    assert only(seen(notice(STOLEN, keys=2))).state is State.CONFIRMED


def test_what_is_not_logged_is_never_more_than_undetermined() -> None:
    """Else a device would remember for ever what nobody may have seen."""
    warning = notice(STOLEN, keys=3)
    assert only(seen(unlogged=(warning,))).state is State.UNDETERMINED
    other = notice(STOLEN, "2026-2")
    assert only(seen(answer(other), unlogged=(other,))).state is State.UNDETERMINED


def test_lifted_does_nothing_any_more() -> None:
    warning = notice(STOLEN)
    view = seen(warning, answer(warning, "lifted"))
    assert only(view).state is State.LIFTED
    assert codes(view) == COUNTS
    assert only(seen(answer(warning, "lifted"), unlogged=(warning,))).state is State.LIFTED


def test_a_theft_that_is_confirmed_is_never_lifted() -> None:
    whole = notice(STOLEN, keys=2)
    assert only(seen(whole, answer(whole, "lifted"))).state is State.CONFIRMED
    listed = notice({**STOLEN, "key": "k3"})  # which the list says was stolen in June
    assert only(seen(listed, answer(listed, "lifted"))).state is State.CONFIRMED


def test_a_suspension_leaves_what_was_signed_before_it_alone() -> None:
    warning = notice(SUSPENDED)
    for view, code in (
        (seen(warning), "notice_unconfirmed"),
        (seen(warning, answer(warning)), "issuer_not_authorised_at_issue"),
    ):
        assert codes(view) == [code]
        assert codes(view, signed_on=date(2026, 11, 9)) == COUNTS


def test_a_confirmed_suspension_stands_until_the_list_says_it() -> None:
    warning = notice(SUSPENDED)
    world = World().followed_by(warning, answer(warning), at=NOW)
    silent = world.revised("NationalList", "CM", lambda payload: payload.update(authorities=[]))
    assert codes(silent.view(now=LATER)) == ["issuer_not_authorised_at_issue"]
    ended = world.revised("NationalList", "CM", suspend("2026-11-10", "2026-11-15"))
    view = ended.view(now=LATER)
    assert only(view).in_list
    assert codes(view) == ["issuer_not_authorised_at_issue"]
    issuer = view.registry.national["CM"].issuers[DID]
    assert [entry.notice for entry in issuer.history.entries] == [None, None, None]
    assert issuer.history.authorised_on(date(2026, 11, 16))


def test_a_list_from_before_the_warning_settles_nothing() -> None:
    """It may have ended another suspension, and knew nothing of this one."""
    world = World().revised("NationalList", "CM", suspend("2026-11-08", "2026-11-11"), at=NOW)
    view = world.followed_by(notice(SUSPENDED)).view(now=LATER)
    day = date(2026, 11, 13)
    assert view.registry.notices.doubts(DID, "k1", day=day) == only(view)
    assert codes(view, signed_on=day) == ["notice_unconfirmed"]


def test_no_grant_that_was_listed_before_outlives_a_confirmed_suspension() -> None:
    def regrant(payload: Payload) -> None:
        payload["issuers"][0]["history"].append({"status": "granted", "from": "2026-11-11"})

    warning = notice(SUSPENDED)
    world = World().revised("NationalList", "CM", regrant, at=NOW).followed_by(warning, answer(warning))
    history = world.view(now=LATER).registry.national["CM"].issuers[DID].history
    entry = history.on(date(2026, 11, 12))
    assert entry is not None
    assert entry.standing is Standing.SUSPENDED


def test_a_device_accepts_the_list_that_says_it_in_its_own_words() -> None:
    """What the warning wrote into the history is not remembered as the list's."""
    warning = notice(SUSPENDED)
    world = World().followed_by(warning, answer(warning), at=NOW)
    floor = world.view(now=LATER).floor()
    newer = world.revised("NationalList", "CM", suspend("2026-11-09"), at=LATER)
    raw = newer.bundle(now=LATER + timedelta(hours=1))
    view = parse_bundle(raw, charter_id=newer.charter_id, floor=floor, now=LATER + timedelta(hours=2))
    assert only(view).in_list


def test_a_device_that_lost_an_unlogged_warning_still_takes_the_next_bundle() -> None:
    floor = seen(unlogged=(notice(STOLEN, keys=3),)).floor()
    raw = World().bundle(now=LATER + timedelta(hours=1))
    parse_bundle(raw, charter_id=World().charter_id, floor=floor, now=LATER + timedelta(hours=2))


def test_an_answer_counts_for_its_own_notice_alone() -> None:
    first, second = notice(STOLEN, "a"), notice({**STOLEN, "since": "2026-11-01"}, "b")
    crossed = answer(first, "lifted", notice=second.object_id)  # id of one, object of the other
    states = [each.state for each in seen(first, second, crossed).registry.notices.posted]
    assert states == [State.UNDETERMINED, State.UNDETERMINED]


def test_another_country_answers_nothing() -> None:
    warning = notice(STOLEN)
    payload = {"country": "GA", "id": "2026-1", "notice": warning.object_id, "answer": "lifted"}
    assert only(seen(warning, World().sign("NoticeAnswer", "GA", payload))).state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (notice(STOLEN, by=["GA"]), "notice_not_signed"),
        (answer(notice(STOLEN), keys=1), "threshold_not_reached"),
        (answer(notice(STOLEN), "perhaps"), "schema_violation"),
        (notice({**STOLEN, "since": "2026-02-30"}), "schema_violation"),
        (notice({**STOLEN, "act": "issuer_suspended"}), "schema_violation"),
        (notice({**SUSPENDED, "act": "key_compromised"}), "schema_violation"),
        (notice({**SUSPENDED, "act": "issuer_granted"}), "schema_violation"),
        (notice({**SUSPENDED, "until": "2026-12-01"}), "schema_violation"),
        (notice(SUSPENDED, "a#b"), "schema_violation"),
        (notice({**SUSPENDED, "country": "GA"}), "envelope_differs"),
    ],
)
def test_what_is_no_warning_or_answer_is_refused(found: SignedObject, code: str) -> None:
    assert refusal(found) == code


def test_a_warning_is_never_revised() -> None:
    world = World().followed_by(notice(STOLEN), notice(STOLEN, version=2), at=NOW)
    with pytest.raises(Refusal) as caught:
        world.view(now=LATER)
    assert (caught.value.params["reason"], caught.value.params["member"]) == ("envelope_differs", "version")


def test_a_bad_unlogged_warning_is_passed_over() -> None:
    good = notice(STOLEN)
    view = seen(unlogged=(notice(STOLEN, "x", by=["GA"]), notice(STOLEN, "y", version=2), good))
    assert view.notices == (good,)


def test_a_flood_of_unlogged_warnings_is_bounded_for_each_country() -> None:
    flood = tuple(notice(STOLEN, f"n{number}") for number in range(30))
    ours = notice({**STOLEN, "since": "2026-01-01"}, country="GA")
    view = seen(unlogged=(*flood, ours))
    assert len(view.notices) == 21
    assert ours in view.notices


def test_subjects_are_the_country_and_the_notices_own_id() -> None:
    warning = notice(STOLEN)
    assert subject_name(warning) == "Notice/CM#2026-1"
    assert subject_name(answer(warning)) == "NoticeAnswer/CM#2026-1"


def test_the_worked_example_of_the_text_follows_the_schema() -> None:
    require_schema("notice", {"country": "CM", "id": "2026-1", **STOLEN, "ref": "note 12"})
