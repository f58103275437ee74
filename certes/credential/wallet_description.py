"""What many wallet credentials state alike, read once for each text: the skill, and the words beside codes.

The inverse of what `certes.credential.wallet` writes of them. Nothing about a person stands here.
"""

import orjson

from certes.credential.achievement import Achievement, Kind, Labels, Route, StandardRef
from certes.credential.reading import Members, invalid, last_number, parse_day
from certes.credential.text import MAX_LABEL_CHARACTERS, text_fault

ISCO_TYPE, STANDARD_TYPE = "ext:ISCO08", "ext:TradeStandard"
NATIONAL_LEVEL_TYPE, ACQF_LEVEL_TYPE = "ext:NQFLevel", "ext:ACQFLevel"
KEPT_DESCRIPTIONS = 512
MAX_DESCRIPTION_BYTES = 8 * 1024  # as JSON; one of ours has under 2 kB

_KEPT: dict[bytes, tuple[Achievement, Labels]] = {}


def read_description(members: Members, subject: Members, country: str) -> tuple[Achievement, Labels]:
    """The skill and the words. Raises Malformed naming a member that cannot be read, or a word that may not
    be signed."""
    said = (
        country,
        subject.values.get("achievement"),
        subject.values.get("result"),
        members.values.get("evidence"),
        members.values.get("issuer"),
        [subject.values["source"]] if subject.has("source") else [],
    )
    try:
        text = orjson.dumps(said)
    except TypeError:  # not from JSON: a float of Python's, a lone surrogate
        return _read_described(members, subject, country)
    found = _KEPT.get(text)
    if found is None:
        found = _read_described(members, subject, country)
        if len(text) <= MAX_DESCRIPTION_BYTES:
            if len(_KEPT) >= KEPT_DESCRIPTIONS:
                _KEPT.clear()
            _KEPT[text] = found
    return found


def _read_described(members: Members, subject: Members, country: str) -> tuple[Achievement, Labels]:
    achievement = _read_achievement(subject, _only(members, "evidence"), country)
    labels = _read_labels(members, subject)
    _require_words(labels)
    return achievement, labels


def _require_words(labels: Labels) -> None:
    """Every word is text that may be signed."""
    words = {"trade": labels.trade, "issuer": labels.issuer, "centre": labels.centre}
    for name, word in {**words, "place": labels.place, "assessment": labels.assessment}.items():
        if word is not None and text_fault(word, max_characters=MAX_LABEL_CHARACTERS) is not None:
            raise invalid(f"labels.{name}")


def _read_achievement(subject: Members, evidence: Members, country: str) -> Achievement:
    members = subject.object("achievement")
    aligned = {alignment.text("targetType"): alignment for alignment in members.objects("alignment")}
    isco = aligned.get(ISCO_TYPE)
    if isco is None:
        raise invalid(members.at("alignment"))
    level, results = (
        aligned.get(NATIONAL_LEVEL_TYPE),
        [result.text("value") for result in subject.objects("result")],
    )
    if not results:
        raise invalid(subject.at("result"))
    return Achievement(
        country=country,
        trade=members.number_of("humanCode"),
        trade_version=members.integer("tradeVersion"),
        occupation=isco.text("targetCode").removeprefix("isco08:"),
        level=None if level is None else level.number_of("targetCode"),
        kind=_kind(results[0], subject.at("result")),
        units=tuple(last_number(value, subject.at("result")) for value in results[1:]),
        route=_route(evidence),
        standard=_read_standard(aligned.get(STANDARD_TYPE)),
    )


def _read_standard(alignment: Members | None) -> StandardRef | None:
    if alignment is None:
        return None
    return StandardRef(alignment.number_of("targetCode"), alignment.integer("standardVersion"))


def _kind(value: str, path: str) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise invalid(path) from None


def _route(evidence: Members) -> Route:
    try:
        return Route(evidence.text("route"))
    except ValueError:
        raise invalid(evidence.at("route")) from None


def _read_labels(members: Members, subject: Members) -> Labels:
    achievement, evidence = subject.object("achievement"), _only(members, "evidence")
    assessed = evidence.text("assessedOn") if evidence.has("assessedOn") else None
    acqf = [
        alignment.number_of("targetCode")
        for alignment in achievement.objects("alignment")
        if alignment.text("targetType") == ACQF_LEVEL_TYPE
    ]
    return Labels(
        language=achievement.text("inLanguage"),
        trade=achievement.text("name"),
        issuer=members.object("issuer").text("name"),
        centre=_source_name(subject),
        acqf_level=acqf[0] if acqf else None,
        place=evidence.text("assessmentPlace") if evidence.has("assessmentPlace") else None,
        assessment=evidence.text("assessmentMethod") if evidence.has("assessmentMethod") else None,
        assessed_on=None if assessed is None else parse_day(assessed, evidence.at("assessedOn")),
    )


def _source_name(subject: Members) -> str | None:
    if not subject.has("source"):
        return None
    source = subject.object("source")
    return source.text("name") if source.has("name") else None


def _only(members: Members, name: str) -> Members:
    """The one object of a list."""
    objects = members.objects(name)
    if len(objects) != 1:
        raise invalid(members.at(name))
    return objects[0]
