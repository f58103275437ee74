"""Properties of the acts of parties: order is irrelevant, none reaches back, only what opens widens."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certes.credential.errors import Malformed
from certes.trust.agreement_book import AgreementBook
from certes.trust.agreements import Agreement
from certes.trust.events import AgreementEvent, EventKind, LoggedEvent, apply_events
from certes.trust.recognition import Decision, Facts, StatusSeen, decide
from certes.trust.records import RegistryView
from certes.trust.reduced import parse_registry
from tests.properties.test_recognition import AT, WORKED, YES

OPENING = frozenset({EventKind.IN_FORCE, EventKind.RESERVATION_END, EventKind.SUSPENSION_END})
DAYS = st.dates(AT - timedelta(days=60), AT + timedelta(days=30))
REGISTER = parse_registry(WORKED)
FIVE = next(text for text in REGISTER.agreements if text.id == "urn:agr:AC5-2026")
COUNTRIES, HOSTS = ["CM", "GA"], st.sampled_from(["GA", "GA", "CG"])
# Certificates that the agreement recognises, of welders and drillers.
certified = st.builds(
    Facts,
    country=st.just("CM"),
    issuer=st.just("did:web:cm-a"),
    kid=st.just("k1"),
    awarded_on=st.dates(AT - timedelta(days=90), AT),
    signed_on=st.just(date(2026, 4, 10)),
    valid_until=st.none(),
    occupations=st.sampled_from(["isco08:7212", "isco08:8113"]).map(lambda code: (code,)),
    level=st.just("CM-4"),
    kind=st.just("full"),
    method=st.just("training"),
)


def about(text: Agreement, party: str, change: Any) -> Agreement:
    """The text with one party's dates changed."""
    return replace(text, parties={**text.parties, party: replace(text.parties[party], **change)})


@st.composite
def texts(draw: st.DrawFn) -> Agreement:
    """The agreement of the five, perhaps with a party that has not ratified it, or reserves."""
    party = draw(st.sampled_from(COUNTRIES))
    changes: list[dict[str, Any]] = [{}, {"in_force_from": None}, {"reservations": frozenset({"A1", "A2"})}]
    return about(FIVE, party, draw(st.sampled_from(changes)))


@st.composite
def acts(draw: st.DrawFn, text: Agreement, *, least: int = 0) -> list[LoggedEvent]:
    """Acts of its parties in the order of the log, sensible or not."""
    days = sorted(draw(st.lists(DAYS, min_size=least, max_size=6)))
    names = ["A1", "A2"]
    versions: dict[str, int] = {}
    found = []
    for logged_on in days:
        country = draw(st.sampled_from(COUNTRIES))
        versions[country] = versions.get(country, 0) + 1
        kind = draw(st.sampled_from(list(EventKind)))
        start = draw(DAYS)
        event = AgreementEvent(
            text.id,
            country,
            kind,
            start=None if kind is EventKind.RESERVATION else start,
            end=draw(st.none() | st.just(start + timedelta(days=30)))
            if kind is EventKind.SUSPENSION
            else None,
            names=frozenset(draw(st.lists(st.sampled_from(names), max_size=2))),
            protects_issued_before=draw(st.booleans()),
        )
        name = f"{country} {versions[country]}"
        found.append(LoggedEvent(event, versions[country], name, logged_on))
    return found


@st.composite
def stories(draw: st.DrawFn) -> tuple[Agreement, list[LoggedEvent]]:
    """A text and at least one act."""
    text = draw(texts())
    return text, draw(acts(text, least=1))


def book_of(text: Agreement, told: list[LoggedEvent]) -> AgreementBook:
    """With those of the acts that a log takes in."""
    book = AgreementBook()
    book.add_text(text)
    for each in told:
        try:
            book.add_event(each)
        except Malformed:
            continue
    return book


def ask(found: Facts, text: Agreement, host: str, *, at: date = AT) -> Decision:
    """In a register of that day with this text alone: one that prevails may hide another's yes."""
    view: RegistryView = replace(REGISTER, agreements=(text,), as_of=at)
    return decide(found, host=host, at=at, registry=view, status=StatusSeen("valid", at))


@given(stories(), st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_order_in_which_acts_come_is_irrelevant(
    story: tuple[Agreement, list[LoggedEvent]], chance: Any
) -> None:
    text, told = story
    mixed = list(told)
    chance.shuffle(mixed)
    assert apply_events(text, mixed) == apply_events(text, told)
    half = len(told) // 2
    earlier, since = told[:half], told[half:]
    kept = apply_events(text, since, earlier=earlier)
    chance.shuffle(earlier)
    chance.shuffle(since)
    assert apply_events(text, since, earlier=earlier) == kept


@given(stories())
@settings(max_examples=100, deadline=None)
def test_acts_one_by_one_are_acts_all_at_once(story: tuple[Agreement, list[LoggedEvent]]) -> None:
    text, told = story
    book = book_of(text, told)
    (found,) = book.current()
    assert found == apply_events(text, book.acts[text.id])
    book.add_text(text)
    assert book.current() == (apply_events(text, (), earlier=book.acts[text.id]),)


@given(certified, stories())
@settings(max_examples=400, deadline=None)
def test_only_what_opens_turns_a_no_into_a_yes(
    found: Facts, story: tuple[Agreement, list[LoggedEvent]]
) -> None:
    text, told = story
    *before, last = told
    book = book_of(text, before)
    (held,) = book.current()
    try:
        book.add_event(last)
    except Malformed:
        return
    (after,) = book.current()
    if last.event.kind in OPENING:
        return
    for days in range(0, 40, 4):
        day = AT + timedelta(days=days)
        was = ask(found, held, "GA", at=day).verdict in YES
        assert was or ask(found, after, "GA", at=day).verdict not in YES


@given(certified, stories(), HOSTS)
@settings(max_examples=300, deadline=None)
def test_no_act_changes_what_was_answered_before_it_was_logged(
    found: Facts, story: tuple[Agreement, list[LoggedEvent]], host: str
) -> None:
    text, told = story
    (after,) = book_of(text, told).current()
    day = told[0].logged_on - timedelta(days=1)
    then, now = ask(found, text, host, at=day), ask(found, after, host, at=day)
    # A reservation, which is made before the entry into force, has no day of its own.
    if all(each.event.kind is not EventKind.RESERVATION for each in told):
        assert (now.verdict, now.conditions) == (then.verdict, then.conditions)


@given(certified, stories(), HOSTS)
@settings(max_examples=200, deadline=None)
def test_the_same_text_signed_again_opens_nothing(
    found: Facts, story: tuple[Agreement, list[LoggedEvent]], host: str
) -> None:
    text, told = story
    book = book_of(text, told)
    (held,) = book.current()
    book.add_text(replace(text, version=text.version + 1))
    (after,) = book.current()
    assert ask(found, held, host).verdict in YES or ask(found, after, host).verdict not in YES


@given(stories())
@settings(max_examples=200, deadline=None)
def test_a_withdrawal_is_never_undone(story: tuple[Agreement, list[LoggedEvent]]) -> None:
    text, told = story
    book = book_of(text, told)
    (held,) = book.current()
    for country, party in held.parties.items():
        if party.withdrawn_on is None:
            continue
        for kind in EventKind:
            event = AgreementEvent(text.id, country, kind, start=AT)
            act = LoggedEvent(event, 99, "later", AT)
            try:
                book.add_event(act)
            except Malformed:
                continue
            (after,) = book.current()
            assert after.parties[country].withdrawn_on == party.withdrawn_on


@given(stories())
@settings(max_examples=100, deadline=None)
def test_an_act_changes_its_own_party_alone(story: tuple[Agreement, list[LoggedEvent]]) -> None:
    text, told = story
    after = apply_events(text, told)
    acting = {each.event.country for each in told}
    for country, party in after.parties.items():
        assert country in acting or party == text.parties[country]
    assert (after.articles, after.levels, after.reach) == (text.articles, text.levels, text.reach)
