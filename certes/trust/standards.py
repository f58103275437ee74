"""Regional trade standards: what a trade consists of, unit by unit, as the body that the charter names for it
says, and what each version replaced.

A unit's number is its identity for ever: it is never given to another unit, so a country that linked its own
units to version 1 is still understood under version 5. Nothing here decides whether a certificate counts.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.identifiers import Network, standard_iri
from certes.trust.members import Members
from certes.trust.schema import require_schema

STATUSES = ("official", "provisional", "illustrative")
MEASURES = ("hours", "points")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

Words = Mapping[str, str]  # text by language


@dataclass(frozen=True, slots=True)
class StandardUnit:
    """One unit: what a person who holds it knows and can do (`outcomes`), and how that is judged."""

    number: int
    title: Words
    outcomes: tuple[Words, ...]
    criteria: tuple[Words, ...]
    weight: int  # in the standard's measure, 1 or more
    occupation: str | None = None  # ISCO-08 unit group, where it is another than the standard's
    acqf: int | None = None  # 1..10


@dataclass(frozen=True, slots=True)
class StandardVersion:
    """What one version brought: numbers of the units that it added, took out, or changed."""

    version: int
    valid_from: date
    added: frozenset[int]
    removed: frozenset[int] = frozenset()
    revised: frozenset[int] = frozenset()
    note: Words | None = None
    reference: str | None = None  # the decision by which the body adopted it


@dataclass(frozen=True, slots=True)
class RegionalStandard:
    """A trade standard in its newest version, with the story of all versions before it."""

    id: str  # IRI, `https://<network domain>/standards/<number>`
    number: int
    version: int
    body: str  # id of the body, as the charter names it
    title: Words
    status: str  # official | provisional | illustrative
    occupations: tuple[str, ...]  # ISCO-08 unit groups, four digits
    measure: str  # hours | points: what weights count
    units: tuple[StandardUnit, ...]  # in the order of their numbers
    versions: tuple[StandardVersion, ...]  # 1, 2, ... up to this one
    acqf: int | None = None

    @property
    def unit_numbers(self) -> frozenset[int]:
        """The units of this version."""
        return frozenset(unit.number for unit in self.units)

    def has_version(self, version: int) -> bool:
        """Did the body publish this version?"""
        return 1 <= version <= self.version

    def weight_of(self, numbers: Collection[int]) -> int:
        """The weight of these units together; numbers that are none of this version's weigh nothing."""
        return sum(unit.weight for unit in self.units if unit.number in numbers)

    def revised_since(self, version: int) -> frozenset[int]:
        """Units that a later version than this one changed."""
        return frozenset(
            number for later in self.versions if later.version > version for number in later.revised
        )


def parse_standard(payload: Mapping[str, Any], *, network: Network, version: int) -> RegionalStandard:
    """The standard of a signed payload. Raises Malformed: `schema_violation`, `standard_id_wrong` for an id
    that is not the network's, `entry_repeated`, `standard_versions_incomplete` where a version is left out,
    `standard_unit_reused`, `standard_history_differs` where the versions do not lead to these units."""
    require_schema("regional-standard", payload)
    top = Members(payload)
    identifier = top.text("id")
    units = tuple(sorted((_unit(item) for item in top.each("units")), key=lambda unit: unit.number))
    if len({unit.number for unit in units}) != len(units):
        raise Malformed("entry_repeated", field="units")
    versions = tuple(_version(item) for item in top.each("versions"))
    _require_story(versions, {unit.number for unit in units}, version=version)
    return RegionalStandard(
        id=identifier,
        number=_number_of(identifier, network),
        version=version,
        body=top.text("body"),
        title=top.words("title"),
        status=top.one_of("status", STATUSES),
        occupations=top.texts("occupations"),
        measure=top.one_of("measure", MEASURES),
        units=units,
        versions=versions,
        acqf=top.integer_or_none("acqf", least=1),
    )


def _number_of(identifier: str, network: Network) -> int:
    """Certificates on paper carry the number alone: the IRI follows from it by a fixed rule."""
    found = _NUMBER.fullmatch(identifier.removeprefix(standard_iri(network, 0)[:-1]))
    if found is None or identifier != standard_iri(network, int(found[0])):
        raise Malformed("standard_id_wrong", field="id", expected=standard_iri(network, 1))
    return int(found[0])


def _unit(item: Members) -> StandardUnit:
    return StandardUnit(
        number=item.integer("unit", least=1),
        title=item.words("title"),
        outcomes=tuple(each.value for each in item.each("outcomes")),
        criteria=tuple(each.value for each in item.each("criteria")),
        weight=item.integer("weight", least=1),
        occupation=item.text_or_none("occupation"),
        acqf=item.integer_or_none("acqf", least=1),
    )


def _version(item: Members) -> StandardVersion:
    return StandardVersion(
        version=item.integer("version", least=1),
        valid_from=item.day("validFrom"),
        added=_numbers(item, "added"),
        removed=_numbers(item, "removed"),
        revised=_numbers(item, "revised"),
        note=item.words("note") or None,
        reference=item.text_or_none("reference"),
    )


def _numbers(item: Members, name: str) -> frozenset[int]:
    """Whole numbers: the schema has seen to it."""
    return frozenset(item.value.get(name, ()))


def _require_story(versions: Iterable[StandardVersion], units: Collection[int], *, version: int) -> None:
    """Do the versions, taken one after another, lead to exactly these units?"""
    told = tuple(versions)
    if [each.version for each in told] != list(range(1, version + 1)):
        raise Malformed("standard_versions_incomplete", field="versions", version=version)
    ever: set[int] = set()
    present: set[int] = set()
    since = date.min
    for each in told:
        field = f"versions[{each.version - 1}]"
        if each.added & ever:
            raise Malformed("standard_unit_reused", field=f"{field}.added", unit=min(each.added & ever))
        if not (each.removed | each.revised) <= present or each.removed & each.revised:
            raise Malformed("standard_history_differs", field=field, version=each.version)
        if each.valid_from < since:
            raise Malformed("standard_history_differs", field=f"{field}.validFrom", version=each.version)
        ever |= each.added
        present = (present - each.removed) | each.added
        since = each.valid_from
    if present != set(units):
        raise Malformed("standard_history_differs", field="units", version=version)


def require_standard_successor(
    before: RegionalStandard, after: RegionalStandard, *, bodies: Collection[str]
) -> None:
    """Return if `after` may follow `before`. `bodies` are the ids that the charter in force names: a standard
    passes to another body only where the charter no longer names its own.

    Raises Malformed `standard_of_another_body`, `standard_history_rewritten`, `standard_unit_changed_unsaid`.
    """
    if after.body != before.body and before.body in bodies:
        raise Malformed("standard_of_another_body", field="payload.body", expected=before.body)
    if after.versions[: len(before.versions)] != before.versions:
        raise Malformed("standard_history_rewritten", field="payload.versions", version=before.version)
    told = frozenset(number for later in after.versions[len(before.versions) :] for number in later.revised)
    now = {unit.number: unit for unit in after.units}
    for unit in before.units:
        same = now.get(unit.number)
        if same is not None and unit.number not in told and not _keeps(unit, same):
            raise Malformed("standard_unit_changed_unsaid", field="payload.units", unit=unit.number)


def require_standards_kept(
    before: Mapping[str, RegionalStandard], after: Mapping[str, RegionalStandard]
) -> None:
    """Return if a newer register, which may have passed over versions, keeps what an older one said of its
    standards. Whether a standard might pass to another body was for the charters in between to say.

    Raises what `require_standard_successor` raises.
    """
    for identifier, held in before.items():
        if identifier in after:
            require_standard_successor(held, after[identifier], bodies=())


def _keeps(before: StandardUnit, after: StandardUnit) -> bool:
    """Does the unit ask for the same? Titles may be corrected, and languages added to what it asks."""
    if (before.weight, before.occupation, before.acqf) != (after.weight, after.occupation, after.acqf):
        return False
    return _still_says(before.outcomes, after.outcomes) and _still_says(before.criteria, after.criteria)


def _still_says(before: tuple[Words, ...], after: tuple[Words, ...]) -> bool:
    if len(before) != len(after):
        return False
    pairs = zip(before, after, strict=True)
    return all(then.get(language) == text for now, then in pairs for language, text in now.items())
