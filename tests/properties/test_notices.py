"""Properties of warnings and of the notice period: they only restrict, in whatever order they come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certes.trust.notice_board import GivenAnswer, GivenNotice, PlacedList, post, with_confirmed
from certes.trust.notices import Act, Answer, Notice, NoticeAnswer, State
from certes.trust.recognition import Decision, Facts, StatusSeen, decide
from certes.trust.records import Announcement, RegistryView
from certes.trust.reduced import parse_registry
from tests.properties.test_recognition import AT, DAYS, ISSUERS, YES, facts, good, hosts, registries, statuses

COUNTRY_OF = {did: did.removeprefix("did:web:")[:2].upper() for did in ISSUERS}


@st.composite
def warnings(draw: st.DrawFn) -> GivenNotice:
    """A warning of some issuer, or of a key of it."""
    did = draw(st.sampled_from(ISSUERS))
    kid = draw(st.none() | st.sampled_from(["k1", "k2"]))
    number = draw(st.integers(0, 3))
    act = Act.ISSUER_SUSPENDED if kid is None else Act.KEY_COMPROMISED
    notice = Notice(COUNTRY_OF[did], f"n{number}", act, 1, did, draw(DAYS), kid)
    posted = draw(st.none() | st.just(datetime(2026, 11, 1, tzinfo=UTC)))
    name = f"{did} {number} {draw(st.integers(0, 1))}"
    return GivenNotice(notice, name, draw(st.integers(0, 9)), posted, by_threshold=draw(st.booleans()))


@st.composite
def answered(draw: st.DrawFn) -> tuple[list[GivenNotice], list[GivenAnswer]]:
    """Warnings, and answers to some of them."""
    given_notices = draw(st.lists(warnings(), max_size=5, unique_by=lambda each: each.object_id))
    answers = []
    for each in given_notices:
        says = draw(st.none() | st.sampled_from(list(Answer)))
        if says is not None:
            notice = each.notice
            answer = NoticeAnswer(notice.country, notice.id, each.object_id, says)
            answers.append(GivenAnswer(answer, f"answer {each.object_id}"))
    return given_notices, answers


def warned(
    registry: RegistryView, notices: list[GivenNotice], answers: list[GivenAnswer], *, place: int = 5
) -> RegistryView:
    """The register with these on its board."""
    lists = {country: PlacedList(listed, place) for country, listed in registry.national.items()}
    board = post(notices, answers, lists)
    return replace(registry, notices=board, national=with_confirmed(registry.national, board))


def ask(found: Facts, registry: RegistryView, host: str, status: StatusSeen | None) -> Decision:
    return decide(found, host=host, at=AT, registry=registry, status=status)


@given(facts | good, registries(), hosts, statuses, answered())
@settings(max_examples=300, deadline=None)
def test_a_warning_never_gives_a_yes_that_was_not_there(
    found: Facts,
    registry: dict[str, Any],
    host: str,
    status: StatusSeen | None,
    given_ones: tuple[list[GivenNotice], list[GivenAnswer]],
) -> None:
    view = parse_registry(registry)
    before = ask(found, view, host, status)
    after = ask(found, warned(view, *given_ones), host, status)
    if after.verdict in YES:
        same = (before.verdict, before.route, before.conditions)
        assert (after.verdict, after.route, after.conditions) == same


@given(facts | good, registries(), hosts, statuses, answered())
@settings(max_examples=200, deadline=None)
def test_an_unconfirmed_warning_changes_nothing_or_leaves_it_unknown(
    found: Facts,
    registry: dict[str, Any],
    host: str,
    status: StatusSeen | None,
    given_ones: tuple[list[GivenNotice], list[GivenAnswer]],
) -> None:
    view = parse_registry(registry)
    unconfirmed = [replace(each, by_threshold=False, posted_at=None) for each in given_ones[0]]
    before = ask(found, view, host, status).reasons
    after = ask(found, warned(view, unconfirmed, []), host, status)
    if "notice_unconfirmed" not in {reason.code for reason in after.reasons}:
        assert after.reasons == before
    else:
        assert after.verdict == "unknown"


@given(facts | good, registries(), hosts, statuses, answered(), st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_order_of_warnings_and_answers_is_irrelevant(
    found: Facts,
    registry: dict[str, Any],
    host: str,
    status: StatusSeen | None,
    given_ones: tuple[list[GivenNotice], list[GivenAnswer]],
    chance: Any,
) -> None:
    view = parse_registry(registry)
    notices, answers = list(given_ones[0]), list(given_ones[1])
    one = warned(view, notices, answers)
    chance.shuffle(notices)
    chance.shuffle(answers)
    other = warned(view, notices, answers)
    assert one.notices == other.notices
    assert ask(found, one, host, status) == ask(found, other, host, status)


@given(facts | good, registries(), hosts, DAYS, answered())
@settings(max_examples=100, deadline=None)
def test_a_revoked_certificate_is_never_recognised_whatever_is_warned_of(
    found: Facts,
    registry: dict[str, Any],
    host: str,
    day: date,
    given_ones: tuple[list[GivenNotice], list[GivenAnswer]],
) -> None:
    view = warned(parse_registry(registry), *given_ones)
    assert ask(found, view, host, StatusSeen("revoked", day)).verdict == "not_recognised"


@given(answered())
@settings(max_examples=200, deadline=None)
def test_a_theft_that_was_confirmed_is_confirmed_whatever_is_answered(
    given_ones: tuple[list[GivenNotice], list[GivenAnswer]],
) -> None:
    notices, answers = given_ones
    stolen = {
        each.object_id
        for each in post(notices, [], {}).posted
        if each.state is State.CONFIRMED and each.notice.act is Act.KEY_COMPROMISED
    }
    after = {each.object_id: each.state for each in post(notices, answers, {}).posted}
    assert {after[name] for name in stolen} <= {State.CONFIRMED}


@given(facts | good, registries(), hosts, statuses, st.data())
@settings(max_examples=300, deadline=None)
def test_a_notice_period_never_gives_a_yes_and_is_over_by_itself(
    found: Facts, registry: dict[str, Any], host: str, status: StatusSeen | None, data: st.DataObject
) -> None:
    view = parse_registry(registry)
    days = data.draw(st.integers(0, 30))
    on = sorted(data.draw(st.lists(st.dates(AT - timedelta(days=40), AT), min_size=1, max_size=4)))
    announced = {}
    for country, listed in view.national.items():
        some = [did for did in listed.issuers if data.draw(st.booleans())]
        versions = [
            Announcement(day, {did: listed.issuers[did] for did in some}, settled=data.draw(st.booleans()))
            for day in on[:-1]
        ]
        announced[country] = (*versions, Announcement(on[-1], listed.issuers))
    before = ask(found, view, host, status)
    waiting = replace(view, announced=announced, notice_days=days)
    after = ask(found, waiting, host, status)
    if after.verdict in YES:
        assert after.verdict == before.verdict
    if found.country == host:
        assert after == before
    over = replace(waiting, notice_days=0)
    assert ask(found, over, host, status) == before
