"""How large a QR will be, known without drawing it.

Source: ISO/IEC 18004:2015, table 7 (data codewords by version and level), table 3 (length of the counts) and
section 7.4 (byte and numeric segments).
"""

from enum import StrEnum
from functools import lru_cache

MAX_VERSION = 13  # of 50 hard frames a cheap telephone reads 44 at version 13, 36 at 15
KEPT_SIZES = 4_096  # addresses of a deployment, each with some hundred lengths
COMFORTABLE_VERSION = 10  # 46 of 50


class Level(StrEnum):
    """Error correction: about 7, 15, 25 and 30 % of the symbol may be lost."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


# Data codewords (bytes) of versions 1 to 40.
_CODEWORDS: dict[Level, tuple[int, ...]] = {
    Level.L: (
        19, 34, 55, 80, 108, 136, 156, 194, 232, 274, 324, 370, 428, 461, 523, 589, 647, 721, 795, 861,
        932, 1006, 1094, 1174, 1276, 1370, 1468, 1531, 1631, 1735, 1843, 1955, 2071, 2191, 2306, 2434, 2566,
        2702, 2812, 2956,
    ),
    Level.M: (
        16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563, 627, 669,
        714, 782, 860, 914, 1000, 1062, 1128, 1193, 1267, 1373, 1455, 1541, 1631, 1725, 1812, 1914, 1992,
        2102, 2216, 2334,
    ),
    Level.Q: (
        13, 22, 34, 48, 62, 76, 88, 110, 132, 154, 180, 206, 244, 261, 295, 325, 367, 397, 445, 485,
        512, 568, 614, 664, 718, 754, 808, 871, 911, 985, 1033, 1115, 1171, 1231, 1286, 1354, 1426, 1502,
        1582, 1666,
    ),
    Level.H: (
        9, 16, 26, 36, 46, 60, 66, 86, 100, 122, 140, 158, 180, 197, 223, 253, 283, 313, 341, 385,
        406, 442, 464, 514, 538, 596, 628, 661, 701, 745, 793, 845, 901, 961, 986, 1054, 1096, 1142,
        1222, 1276,
    ),
}  # fmt: skip
_MODE_BITS = 4
_COUNT_BITS = (
    (9, 8, 10),
    (26, 16, 12),
    (40, 16, 14),
)  # up to version, of a byte segment, of a numeric segment
_REST_BITS = (0, 4, 7)  # of the one or two digits after the last full three


@lru_cache(maxsize=KEPT_SIZES)
def qr_version(address: str, digits: int, level: Level) -> int | None:
    """The smallest version for `address` as bytes and that many digits, or None past version 40.

    The address keeps its `#`. An empty address takes no segment.
    """
    address_bytes = len(address.encode())
    for version, codewords in enumerate(_CODEWORDS[level], start=1):
        if _bits(version, address_bytes, digits) <= 8 * codewords:
            return version
    return None


def printed_level(address: str, digits: int) -> Level:
    """Q where it still fits version 13, for stains and folds; else M."""
    version = qr_version(address, digits, Level.Q)
    return Level.Q if version is not None and version <= MAX_VERSION else Level.M


def _bits(version: int, address_bytes: int, digits: int) -> int:
    byte_count, digit_count = next(
        (of_bytes, of_digits) for last, of_bytes, of_digits in _COUNT_BITS if version <= last
    )
    bits = _MODE_BITS + digit_count + 10 * (digits // 3) + _REST_BITS[digits % 3]
    if address_bytes:
        bits += _MODE_BITS + byte_count + 8 * address_bytes
    return bits
