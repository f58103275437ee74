"""One record, several faces: every face tells the same facts."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from certes.credential import skillcard, wallet
from certes.credential.achievement import (
    FIRST_DAY,
    LAST_DAY,
    Achievement,
    BirthDate,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Labels,
    Person,
    Route,
    StandardRef,
    StatusSlot,
    parse_birth_date,
)
from certes.credential.card_text import to_address
from certes.credential.identifiers import own_number
from certes.credential.linting import Draft, faults
from certes.credential.presented import present, present_document
from certes.credential.text import text_fault
from certes.trust.facts_from_credential import facts_of
from tests.samples import NETWORK, card_of, signed_card, signed_wallet

numbers = st.integers(min_value=1, max_value=999_999_999)
small = st.integers(min_value=1, max_value=65_535)
countries = st.from_regex(r"[A-Z]{2}", fullmatch=True)
days = st.dates(min_value=FIRST_DAY, max_value=LAST_DAY)
_SIGNABLE = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Zs", "Zl", "Zp"])
words = (  # mostly signable as they are made, so that little is thrown away
    st.lists(st.text(_SIGNABLE, min_size=1, max_size=9), min_size=1, max_size=4)
    .map(lambda parts: unicodedata.normalize("NFC", " ".join(parts)))
    .filter(lambda text: text_fault(text, max_characters=40) is None)
)


@st.composite
def birth_dates(draw: st.DrawFn) -> BirthDate:
    """Any precision, exact or approximate."""
    day = draw(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
    precision = draw(st.integers(min_value=1, max_value=3))
    return BirthDate(
        day.year,
        day.month if precision > 1 else None,
        day.day if precision > 2 else None,
        draw(st.booleans()),
    )


@st.composite
def achievements(draw: st.DrawFn) -> Achievement:
    """Any achievement a card can hold."""
    units = draw(st.sets(st.integers(min_value=1, max_value=32)))
    return Achievement(
        country=draw(countries),
        trade=draw(small),
        trade_version=draw(small),
        occupation=draw(st.from_regex(r"[0-9]{4}", fullmatch=True)),
        level=draw(st.none() | st.integers(min_value=1, max_value=23)),
        kind=draw(st.sampled_from(Kind)),
        units=tuple(sorted(units)),
        route=draw(st.sampled_from(Route)),
        standard=draw(st.none() | st.builds(StandardRef, numbers, small)),
    )


documents = st.builds(
    IdentityDocument,
    countries,
    st.sampled_from(DocumentKind),
    st.from_regex(r"[0-9A-Z]{1,4}", fullmatch=True),
)


@st.composite
def certifications(draw: st.DrawFn) -> Certification:
    """Any certification a card can hold."""
    achievement, issuer, awarded_on = draw(achievements()), draw(numbers), draw(days)
    text_number = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}", fullmatch=True)
    own = numbers.map(lambda serial: own_number(achievement.country, issuer, awarded_on.year, serial))
    later = st.integers(min_value=0, max_value=(LAST_DAY - awarded_on).days)
    until = draw(st.none() | later.filter(bool)) if awarded_on < LAST_DAY else None
    return Certification(
        issuer=issuer,
        key=draw(numbers),
        number=draw(own | text_number),
        centre=draw(st.none() | numbers),
        achievement=achievement,
        person=Person(draw(words), draw(birth_dates()), draw(st.none() | documents)),
        awarded_on=awarded_on,
        signed_on=awarded_on + timedelta(days=draw(later)),
        valid_until=None if until is None else awarded_on + timedelta(days=until),
        status=StatusSlot(draw(numbers), draw(st.integers(min_value=0, max_value=999_999_999))),
    )


@st.composite
def labels(draw: st.DrawFn) -> Labels:
    """Any words."""
    return Labels(
        language=draw(st.sampled_from(["fr", "en", "pt", "es", "ar", "fr-CM"])),
        trade=draw(words),
        issuer=draw(words),
        centre=draw(st.none() | words),
        acqf_level=draw(st.none() | st.integers(min_value=1, max_value=10)),
        place=draw(st.none() | words),
        assessment=draw(st.none() | words),
        assessed_on=draw(st.none() | days),
    )


@given(certifications())
def test_a_card_gives_back_the_certification_and_its_own_bytes(certification: Certification) -> None:
    raw = card_of(certification)
    card = skillcard.decode_bytes(raw, networks=[NETWORK])
    assert card.certification == certification
    assert skillcard.encode(card.document(), card.certification, network=NETWORK) == raw


@given(certifications())
def test_a_card_and_its_document_are_presented_alike(certification: Certification) -> None:
    text = to_address(card_of(certification), address="https://verify.skills.example/c/")
    from_text, from_json = present(text, networks=[NETWORK]), signed_card(certification)
    assert replace(from_text, host=None) == present_document(from_json, networks=[NETWORK])


@given(certifications(), labels())
@settings(max_examples=60)
def test_a_wallet_credential_tells_the_facts_of_the_card(certification: Certification, words: Labels) -> None:
    if certification.centre is None:
        words = replace(words, centre=None)
    told = wallet.parse(signed_wallet(certification, words), network=NETWORK)
    shown = skillcard.decode_bytes(card_of(certification), networks=[NETWORK])
    assert told == wallet.WalletFacts(certification, words)
    assert told.certification == shown.certification
    assert facts_of(told.certification, network=NETWORK, national=None) == facts_of(
        shown.certification, network=NETWORK, national=None
    )


@given(certifications(), labels())
def test_what_passes_every_rule_fits_a_card_and_a_wallet(certification: Certification, words: Labels) -> None:
    if faults(Draft(certification, words, NETWORK)):
        return
    assert present(signed_to_text(certification), networks=[NETWORK]).certification == certification
    assert wallet.read(signed_wallet(certification, words), network=NETWORK) == certification


def signed_to_text(certification: Certification) -> bytes:
    """A card's digits, as a scanner hands them over."""
    return str(int.from_bytes(card_of(certification), "big")).encode()


@given(birth_dates())
def test_a_birth_date_is_read_as_it_is_written(birth: BirthDate) -> None:
    assert parse_birth_date(str(birth)) == birth
