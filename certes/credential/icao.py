"""A name in the letters of a travel document: A to Z and spaces, as a border guard reads it beside ours.

Source: ICAO Doc 9303 part 3, eighth edition, section 4.6 (punctuation) and section 6, table A (Latin
letters). Answers for Latin script only; it never guesses at a name in another script.
"""

import unicodedata

_TABLE_A = {  # letters whose form is not the bare letter under an accent
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ö": "OE", "Ø": "OE", "Œ": "OE", "Ü": "UE", "Þ": "TH", "Ĳ": "IJ",
    "ẞ": "SS", **dict(zip("ÐĐĦıĸĿŁŊŦ", "DDHIKLLNT", strict=True)),
}  # fmt: skip
# Letters of African alphabets, absent from table A: the nearest plain letter.
_AFRICAN = dict(zip("ƁƉƊƎƏƐƑƔƗƖƘƝƆƟƦƩƬƮɄƲƱƳƷɅ", "BDDEEEFGIIKNOORSTTUVUYZA", strict=True))
_PUNCTUATION = {  # apostrophes and stops vanish, hyphens and commas part two words (section 4.6)
    **dict.fromkeys(" -\u2010\u2011,/", " "),
    **dict.fromkeys("'\u2019\u02bc\ua78c`.()", ""),
}
_LETTERS = {**_TABLE_A, **_AFRICAN, **_PUNCTUATION}
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ -")  # most names have nothing else


def icao_name(name: str) -> str | None:
    """The name in A to Z and single spaces, or None where a character has no Latin equivalent.

    `Élodie N'Gõ-Œuvré` gives `ELODIE NGO OEUVRE`.
    """
    upper = name.upper()
    if _PLAIN.issuperset(upper):
        return " ".join(upper.replace("-", " ").split()) or None
    composed = unicodedata.normalize("NFC", name).upper()
    letters = [_transliterate(character) for character in unicodedata.normalize("NFC", composed)]
    if any(letter is None for letter in letters):
        return None
    return " ".join("".join(letter for letter in letters if letter is not None).split()) or None


def _transliterate(character: str) -> str | None:
    """One upper-case character; None if the tables do not know it."""
    if "A" <= character <= "Z":
        return character
    known = _LETTERS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return ""  # an accent that has no composed form with its letter
    base = unicodedata.normalize("NFD", character)[0]
    return None if base == character else _transliterate(base)
