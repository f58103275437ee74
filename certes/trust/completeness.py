"""What an agreement leaves open or says twice is refused when it is loaded: such a text cannot decide.

A party without a day of entry into force is no gap: it has signed and not yet ratified, and the decision
says so.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

from certes.credential.errors import Malformed
from certes.trust.agreements import Agreement, Article, Party, parse_agreement
from certes.trust.members import Members
from certes.trust.schema import require_schema

# Names of national lists and host policies in the evidence of a decision: no text may take one for itself.
RESERVED = ("urn:nat:", "urn:host:")


def parse_full_agreement(payload: Mapping[str, Any]) -> Agreement:
    """The full form only. What a host recognises alone stands in its policy and is no agreement.

    Raises Malformed: `schema_violation`, `member_*`, `agreement_unilateral`, `agreement_id_reserved`,
    `agreement_gap`, `agreement_overlap` or `entry_repeated`, naming the member."""
    if payload.get("kind") == "unilateral":
        raise Malformed("agreement_unilateral", field="kind")
    require_schema("agreement", payload)
    agreement = parse_agreement(payload)
    if agreement.id.lower().startswith(RESERVED):
        raise Malformed("agreement_id_reserved", field="id", reserved=", ".join(RESERVED))
    top = Members(payload)
    _refuse_repeated("parties", [item.text("country") for item in top.each("parties")])
    _refuse_repeated("articles", [article.id for article in agreement.articles])
    _refuse_repeated("levelMap", [(level.country, level.level) for level in agreement.levels])
    if len(agreement.parties) < 2:
        raise _gap("parties", "two parties")
    for party in agreement.parties.values():
        _require_party(party, agreement)
    for article in agreement.articles:
        _require_article(article, agreement)
    _refuse_overlaps(agreement)
    return agreement


def _gap(field: str, expected: str) -> Malformed:
    return Malformed("agreement_gap", field=field, expected=expected)


def _refuse_repeated(name: str, values: list[Any]) -> None:
    if len(set(values)) != len(values):
        raise Malformed("entry_repeated", field=name)


def _require_party(party: Party, agreement: Agreement) -> None:
    at = f"parties[{party.country}]"
    articles = {article.id for article in agreement.articles}
    if party.withdrawn_on is not None and (
        party.in_force_from is None or party.withdrawn_on < party.in_force_from
    ):
        raise _gap(f"{at}.withdrawalEffectiveOn", "a day on or after inForceFrom")
    for suspension in party.suspensions:
        if suspension.end is not None and suspension.end <= suspension.start:
            raise _gap(f"{at}.suspensions.until", "a day after `from`")
    if not party.reservations <= articles | _all_occupations(agreement):
        raise _gap(f"{at}.reservations", "ids of articles or codes of occupations")


def _all_occupations(agreement: Agreement) -> frozenset[str]:
    return frozenset(code for article in agreement.articles for code in article.occupations)


def _require_article(article: Article, agreement: Agreement) -> None:
    for name, expected, is_whole in ARTICLE_RULES:
        if not is_whole(article, agreement):
            raise _gap(f"articles[{article.id}].{name}", expected)


def _has_level_map(article: Article, agreement: Agreement) -> bool:
    return article.host_level_acqf is None or bool(agreement.levels)


def _gap_needs_level(article: Article, agreement: Agreement) -> bool:
    return article.max_level_gap == 0 or article.host_level_acqf is not None


def _gap_is_compensated(article: Article, agreement: Agreement) -> bool:
    return article.max_level_gap == 0 or bool(article.on_level_gap)


def _rpl_has_conditions(article: Article, agreement: Agreement) -> bool:
    return article.rpl.rule != "conditional" or bool(article.rpl.conditions)


def _dates_in_order(article: Article, agreement: Agreement) -> bool:
    return (
        article.valid_from is None or article.valid_until is None or article.valid_from <= article.valid_until
    )


def _names_parties_only(article: Article, agreement: Agreement) -> bool:
    named = {country for pair in article.directions for country in pair}
    named |= article.host_occupation.keys() | article.split.keys()
    named |= {country for row in article.titles for country in (row.country, row.host)}
    return named <= agreement.parties.keys()


def _splits_have_units(article: Article, agreement: Agreement) -> bool:
    return all(parts and all(part.units for part in parts) for parts in article.split.values())


def _titles_are_single(article: Article, agreement: Agreement) -> bool:
    rows = [(row.country, row.title, row.host) for row in article.titles]
    return len(set(rows)) == len(rows)


ARTICLE_RULES: tuple[tuple[str, str, Callable[[Article, Agreement], bool]], ...] = (
    ("occupations", "at least one occupation", lambda article, _: bool(article.occupations)),
    ("kinds", "at least one kind", lambda article, _: bool(article.kinds)),
    ("hostLevelAcqf", "a levelMap", _has_level_map),
    ("maxLevelGap", "a hostLevelAcqf to be below of", _gap_needs_level),
    ("onLevelGap", "what compensates the gap that maxLevelGap allows", _gap_is_compensated),
    ("rpl.conditions", "the conditions of a conditional rule", _rpl_has_conditions),
    ("validUntil", "a day on or after validFrom", _dates_in_order),
    ("directions", "parties only, here and in hostOccupation, split and titleTable", _names_parties_only),
    ("split", "units for every part", _splits_have_units),
    ("titleTable", "each title once for a host", _titles_are_single),
)


def _refuse_overlaps(agreement: Agreement) -> None:
    """Two articles that would answer one certificate in two ways. An article on a regional standard is
    another route beside one on levels or titles, so those two may stand together."""
    for first, second in combinations(agreement.articles, 2):
        if all(_share(first, second)) and _standard_of(first) == _standard_of(second):
            raise Malformed("agreement_overlap", field=f"articles[{second.id}]", other=first.id)


def _standard_of(article: Article) -> str | None:
    return None if article.standard is None else article.standard.id


def _share(first: Article, second: Article) -> Iterator[bool]:
    yield not first.occupations.isdisjoint(second.occupations)
    yield not first.kinds.isdisjoint(second.kinds)
    yield not first.directions or not second.directions or not first.directions.isdisjoint(second.directions)
    yield not _ends_before(first, second) and not _ends_before(second, first)


def _ends_before(first: Article, second: Article) -> bool:
    ends, starts = first.valid_until, second.valid_from
    return ends is not None and starts is not None and ends < starts
