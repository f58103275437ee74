"""Which text may be signed: one written form per name, and nothing the eye cannot see.

The refused characters are fixed ranges, not Unicode categories: categories grow with each version of Unicode,
and an old telephone must never call a genuine card false because its tables are old.
"""

import re
import unicodedata

MAX_LABEL_CHARACTERS = 200  # of a trade's title, an issuer's or a centre's name, a place
MAX_CODE_POINT = 0x3FFFF  # beyond it stand only tags, variation selectors and private use
INVISIBLE = (
    (0x0000, 0x001F),  # C0 controls
    (0x007F, 0x00A0),  # DEL, C1 controls, no-break space
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x0600, 0x0605),  # Arabic number signs, which format what follows
    (0x061C, 0x061C),  # Arabic letter mark
    (0x06DD, 0x06DD),  # Arabic end of ayah
    (0x070F, 0x070F),  # Syriac abbreviation mark
    (0x0890, 0x0891),  # Arabic pound and piastre marks
    (0x08E2, 0x08E2),  # Arabic disputed end of ayah
    (0x115F, 0x1160),  # Hangul fillers
    (0x1680, 0x1680),  # Ogham space mark
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian selectors
    (0x2000, 0x200F),  # wide and narrow spaces, joiners, direction marks
    (0x2028, 0x202F),  # line and paragraph separators, direction embeddings
    (0x205F, 0x206F),  # mathematical space, invisible operators, direction isolates
    (0x2800, 0x2800),  # empty Braille pattern
    (0x3000, 0x3000),  # ideographic space
    (0x3164, 0x3164),  # Hangul filler
    (0xD800, 0xF8FF),  # surrogates, private use
    (0xFDD0, 0xFDEF),  # no characters
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF0, 0xFFFF),  # specials
    (0x110BD, 0x110BD),  # Kaithi number sign
    (0x110CD, 0x110CD),  # Kaithi number sign above
    (0x13430, 0x1345F),  # Egyptian hieroglyph format controls
    (0x16FE4, 0x16FE4),  # Khitan small script filler
    (0x1BCA0, 0x1BCAF),  # shorthand format controls
    (0x1D159, 0x1D159),  # musical null notehead
    (0x1D173, 0x1D17A),  # musical format controls
)
_NONCHARACTERS = ((plane << 16 | 0xFFFE, plane << 16 | 0xFFFF) for plane in (1, 2, 3))
_BEYOND = ((MAX_CODE_POINT + 1, 0x10FFFF),)
_REFUSED = re.compile(
    "["
    + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in (*INVISIBLE, *_NONCHARACTERS, *_BEYOND))
    + "]"
)


def text_fault(text: str, *, max_characters: int) -> str | None:
    """Why this text may not be signed, as the last part of a code, or None if it may.

    `empty`, `too_long`, `characters` (invisible or directional), `spaces` (leading, trailing or doubled),
    `not_nfc` (another way to write the same text exists and is the right one).
    """
    if not text:
        return "empty"
    if len(text) > max_characters:
        return "too_long"
    plain = text.isascii() and text.isprintable()  # most labels: in NFC, and nothing of it can be refused
    if not plain and _REFUSED.search(text) is not None:
        return "characters"
    if text != text.strip(" ") or "  " in text:
        return "spaces"
    if not plain and not unicodedata.is_normalized("NFC", text):
        return "not_nfc"
    return None
