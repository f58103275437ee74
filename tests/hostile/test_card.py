"""Damaged and hostile cards: refused with a code, in bounded time, and never another person's valid card."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certes.credential import skillcard
from certes.credential.card_text import MAX_BYTES, from_digits, to_digits
from certes.credential.cardsize import sample_certifications
from certes.credential.errors import BadSignature, Malformed, Unsupported
from certes.credential.presented import present
from certes.credential.proof import EDDSA_JCS_2022, verify_proof
from tests.samples import NETWORK, TYPICAL, card_of, sample_key

CARDS = [card_of(certification) for _, certification in sample_certifications()]
CARD = CARDS[0]


def decode(raw: bytes) -> skillcard.Card | None:
    """The card, or None where it is refused as it should be."""
    with suppress(Malformed, Unsupported):
        return skillcard.decode_bytes(raw, networks=[NETWORK])
    return None


def is_signed(card: skillcard.Card) -> bool:
    """Does the proof hold?"""
    with suppress(BadSignature):
        verify_proof(card.document(), key_for=sample_key, suites=[EDDSA_JCS_2022])
        return True
    return False


@pytest.mark.parametrize("at", range(len(CARD)))
def test_no_flipped_bit_gives_a_card_that_holds(at: int) -> None:
    for bit in range(8):
        flipped = bytes([*CARD[:at], CARD[at] ^ 1 << bit, *CARD[at + 1 :]])
        card = decode(flipped)
        assert card is None or not is_signed(card)


@given(st.sampled_from(CARDS), st.data())
@settings(max_examples=300)
def test_no_mutation_gives_another_card_that_holds(raw: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(min_value=0, max_value=len(raw)))
    end = data.draw(st.integers(min_value=start, max_value=min(len(raw), start + 8)))
    mutated = raw[:start] + data.draw(st.binary(max_size=8)) + raw[end:]
    card = decode(mutated)
    if card is None or mutated == raw:
        return
    assert not is_signed(card)
    assert skillcard.encode(card.document(), card.certification, network=NETWORK) == mutated


@given(st.binary(max_size=MAX_BYTES))
def test_any_bytes_are_read_exactly_or_refused(raw: bytes) -> None:
    card = decode(raw)
    if card is not None:
        assert skillcard.encode(card.document(), card.certification, network=NETWORK) == raw


@given(st.text(max_size=400) | st.binary(max_size=400))
def test_any_text_is_refused_with_a_code(shown: str | bytes) -> None:
    with pytest.raises((Malformed, Unsupported)) as refused:
        present(shown, networks=[NETWORK])
    assert refused.value.code


@given(st.integers(min_value=1, max_value=10**1_021))
def test_digits_and_bytes_are_one_to_one(number: int) -> None:
    assert to_digits(from_digits(str(number))) == str(number)


@pytest.mark.parametrize(
    "shown",
    ["9" * 10_000_000, "#" * 1_000_000, " " * 1_000_000 + "1", "[" * 1_000_000, "{" * 1_000_000,
     "https://" + "a" * 1_000_000 + "#1", "9" * 1_022, to_digits(b"\x9b" + b"\xff" * 423),
     to_digits(b"\x81" * 424), to_digits(b"\x98\xff" + b"\x98\xff" * 211)],
    ids=range(10),
)  # fmt: skip
def test_a_hostile_text_is_refused_at_once(shown: str) -> None:
    started = time.perf_counter()
    with pytest.raises((Malformed, Unsupported)):
        present(shown, networks=[NETWORK])
    assert time.perf_counter() - started < 0.5


def test_another_certifications_signature_does_not_hold() -> None:
    other = CARDS[1]
    swapped = decode(CARD[:-64] + other[-64:])
    assert swapped is not None
    assert swapped.certification == TYPICAL
    assert not is_signed(swapped)
