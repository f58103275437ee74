"""The size of a QR, computed; the drawing libraries as oracles."""

import pytest
import qrcode.util
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from certes.credential.cardsize import TYPICAL_ADDRESS
from certes.credential.qrsize import MAX_VERSION, Level, printed_level, qr_version

PLAIN = {
    Level.L: ERROR_CORRECT_L,
    Level.M: ERROR_CORRECT_M,
    Level.Q: ERROR_CORRECT_Q,
    Level.H: ERROR_CORRECT_H,
}


def digit_texts(shortest: int) -> st.SearchStrategy[str]:
    """Digits without a leading zero, up to more than any card has."""
    return st.integers(min_value=shortest, max_value=1_200).flatmap(
        lambda length: st.integers(min_value=10 ** (length - 1), max_value=10**length - 1).map(str)
    )


def plain_version(address: str, digits: str, level: Level) -> int:
    """What the qrcode package makes of the two segments."""
    symbol = qrcode.QRCode(error_correction=PLAIN[level])
    if address:
        symbol.add_data(qrcode.util.QRData(address.encode(), mode=qrcode.util.MODE_8BIT_BYTE))
    symbol.add_data(qrcode.util.QRData(digits.encode(), mode=qrcode.util.MODE_NUMBER))
    version: int = symbol.best_fit(start=1)
    return version


def drawn_version(text: str, level: Level) -> int:
    """What the writer we print with makes of the text."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level.value)
    return int((barcode.to_image(add_quiet_zones=False).shape[0] - 17) // 4)


@given(st.sampled_from(["", "https://a.example/#", TYPICAL_ADDRESS]), digit_texts(1), st.sampled_from(Level))
def test_the_size_is_what_the_qrcode_package_says(address: str, digits: str, level: Level) -> None:
    assert qr_version(address, len(digits), level) == plain_version(address, digits, level)


@given(digit_texts(100), st.sampled_from(Level))
@settings(max_examples=60)
def test_the_size_is_what_the_writer_draws(digits: str, level: Level) -> None:
    """So the writer did set the digits in a numeric segment of their own; a few digits it leaves as bytes."""
    assert drawn_version(TYPICAL_ADDRESS + digits, level) == qr_version(TYPICAL_ADDRESS, len(digits), level)


def test_a_33_character_address_leaves_428_digits_at_version_10_m() -> None:
    assert len(TYPICAL_ADDRESS) == 33
    assert qr_version(TYPICAL_ADDRESS, 428, Level.M) == 10
    assert qr_version(TYPICAL_ADDRESS, 429, Level.M) == 11


@pytest.mark.parametrize(
    ("level", "digits"), [(Level.L, 7089), (Level.M, 5596), (Level.Q, 3993), (Level.H, 3057)]
)
def test_the_largest_symbol_holds_what_the_standard_says(level: Level, digits: int) -> None:
    """Source: ISO/IEC 18004:2015, table 7."""
    assert qr_version("", digits, level) == 40
    assert qr_version("", digits + 1, level) is None


def test_q_is_printed_while_it_fits_version_13() -> None:
    most = max(
        digits for digits in range(1, 700) if qr_version(TYPICAL_ADDRESS, digits, Level.Q) == MAX_VERSION
    )
    assert printed_level(TYPICAL_ADDRESS, most) is Level.Q
    assert printed_level(TYPICAL_ADDRESS, most + 1) is Level.M
    assert printed_level(TYPICAL_ADDRESS, 9_000) is Level.M
