"""How large cards are."""

import pytest

from certes.credential.achievement import Certification
from certes.credential.card_text import to_digits
from certes.credential.cardsize import card_size, sample_certifications, size_report
from certes.credential.qrsize import COMFORTABLE_VERSION, MAX_VERSION, Level
from tests.samples import NETWORK, card_of

ROWS = {row.title: row.size for row in size_report()}


@pytest.mark.parametrize(
    "title",
    ["typical", "one name only", "birth year only", "born about 1985", "long name with accents",
     "the body's own number", "units by prior learning", "attestation of record, 2015"],
)  # fmt: skip
def test_a_typical_card_is_comfortable_at_level_m(title: str) -> None:
    version = ROWS[title].version_m
    assert version is not None
    assert version <= COMFORTABLE_VERSION


@pytest.mark.parametrize("title", ROWS)
def test_no_realistic_card_is_above_version_13(title: str) -> None:
    version = ROWS[title].version
    assert version is not None
    assert version <= MAX_VERSION


def test_q_is_printed_where_it_fits() -> None:
    assert ROWS["typical"].level is Level.Q
    assert ROWS["all optional facts"].level is Level.M


@pytest.mark.parametrize(("title", "certification"), sample_certifications())
def test_the_size_foretold_is_the_size_signed(title: str, certification: Certification) -> None:
    card, size = card_of(certification), card_size(certification, network=NETWORK)
    assert (len(card), len(to_digits(card))) == (size.bytes, size.digits), title
