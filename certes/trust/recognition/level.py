"""The level or the named certificate: what is this at the host?"""

import re
from collections.abc import Iterable
from typing import Any

from certes.trust.agreements import Agreement, MappedLevel, TitleRow
from certes.trust.recognition.application import Application, Finding
from certes.trust.recognition.facts import Param, Reason


def level_or_title(case: Application) -> Finding:
    """By the table of named certificates where the article has one for these two countries, else by level."""
    article, facts = case.article, case.facts
    rows = [row for row in article.titles if (row.country, row.host) == (facts.country, case.host)]
    if rows or (article.titles and article.host_level_acqf is None):
        return _by_title(case, rows)
    # Where the text asks for no level and there is none to map, nothing is missing.
    if article.host_level_acqf is None and (facts.level is None or not case.agreement.levels):
        return Finding(recognised_as=_recognised_as(case))
    return _by_level(case)


def _recognised_as(case: Application, **members: Any) -> dict[str, Any]:
    partial = {"effect": "partial"} if case.article.effect == "partial" else {}
    return {"occupation": case.host_occupation, **members, **partial}


def _by_title(case: Application, rows: Iterable[TitleRow]) -> Finding:
    title = case.facts.title
    if title is None:
        return Finding((Reason("title_not_stated", {"article": case.article.id}),))
    row = next((row for row in rows if row.title == title), None)
    if row is None:
        return Finding((Reason("title_not_in_table", {"title": title, "article": case.article.id}),))
    reason = Reason("title_in_table", {"title": title, "host_title": row.host_title})
    return Finding((reason,), row.conditions, _recognised_as(case, title=row.host_title))


def _by_level(case: Application) -> Finding:
    article, facts = case.article, case.facts
    mapped = _find_level(case.agreement, facts.country, facts.level)
    if mapped is None:
        return Finding((Reason("level_not_mapped", {"level": facts.level or "", "country": facts.country}),))
    there = _level_at(case.agreement, case.host, mapped.acqf)
    named = {} if there is None else {"level": there.level}
    recognised_as = _recognised_as(case, acqf=mapped.acqf, **named)
    reasons = _mapping_notes(mapped, there)
    gap = (article.host_level_acqf or 0) - mapped.acqf
    if gap <= 0:
        return Finding(reasons, recognised_as=recognised_as)
    compared: dict[str, Param] = {"acqf": mapped.acqf, "required_acqf": mapped.acqf + gap, "gap": gap}
    if gap > article.max_level_gap:
        return Finding((*reasons, Reason("level_too_low", compared)), recognised_as=recognised_as)
    return Finding((*reasons, Reason("level_gap_compensated", compared)), article.on_level_gap, recognised_as)


def _mapping_notes(mapped: MappedLevel, there: MappedLevel | None) -> tuple[Reason, ...]:
    for level in (mapped, there):
        if level is not None and level.status != "official":
            return (Reason("level_mapping_provisional", {"level": level.level, "status": level.status}),)
    return ()


def _find_level(agreement: Agreement, country: str, level: str | None) -> MappedLevel | None:
    here = (mapped for mapped in agreement.levels if (mapped.country, mapped.level) == (country, level))
    return min(here, key=lambda mapped: mapped.acqf, default=None)


def _level_at(agreement: Agreement, host: str, acqf: int) -> MappedLevel | None:
    """The host's rung at an ACQF level; where it has several, the lowest: a mapping must not promote
    anybody."""
    there = (mapped for mapped in agreement.levels if (mapped.country, mapped.acqf) == (host, acqf))
    return min(there, key=lambda mapped: _ladder_order(mapped.level), default=None)


def _ladder_order(level: str) -> tuple[int, str]:
    """GA-9 comes before GA-10."""
    number = re.search(r"[0-9]{1,4}$", level)
    return (int(number[0]) if number else 0, level)
