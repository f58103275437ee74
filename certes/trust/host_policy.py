"""Reading a host policy, from its signed payload or from a case file: the same members."""

from collections.abc import Mapping
from typing import Any

from certes.trust.agreements import parse_prior_learning, parse_status_rule
from certes.trust.members import Members
from certes.trust.records import (
    DEFAULT_HARD_AGE_DAYS,
    DEFAULT_MAX_AGE_DAYS,
    HostPolicy,
    Licence,
    Unilateral,
)


def parse_host_policy(
    payload: Mapping[str, Any], *, country: str, record_id: str, version: int, at: str = ""
) -> HostPolicy:
    """Raises Malformed naming the member."""
    top = Members(payload, at)
    max_age = top.integer_or_none("maxRegistryAgeDays")
    hard_age = top.integer_or_none("hardRegistryAgeDays")
    max_age = DEFAULT_MAX_AGE_DAYS if max_age is None else max_age
    hard_age = max(DEFAULT_HARD_AGE_DAYS, max_age) if hard_age is None else hard_age
    if hard_age < max_age:
        raise top.wrong("hardRegistryAgeDays", "maxRegistryAgeDays or more")
    return HostPolicy(
        country=country,
        id=record_id,
        version=version,
        max_registry_age_days=max_age,
        hard_registry_age_days=hard_age,
        licences=tuple(_licence(item) for item in top.each("licences")),
        unilateral=tuple(_unilateral(item) for item in top.each("unilateral")),
        default_conditions=top.conditions("defaultConditions"),
        contacts=tuple(item.value for item in top.each("contacts")),
        appeal=top.members("appeal").value or None,
    )


def _licence(item: Members) -> Licence:
    return Licence(item.text("occupation"), item.text("name"), item.text("body"))


def _unilateral(item: Members) -> Unilateral:
    kinds = item.texts_or_none("kinds")
    return Unilateral(
        id=item.text("id"),
        occupation=item.text("occupation"),
        countries=frozenset(item.texts("from")),
        level=item.text_or_none("level"),
        conditions=item.conditions("conditions"),
        kinds=None if kinds is None else frozenset(kinds),
        rpl=None if item.value.get("rpl") is None else parse_prior_learning(item),
        status=None if item.value.get("status") is None else parse_status_rule(item),
        expired_grace_months=item.integer_or_none("expiredGraceMonths"),
        valid_from=item.day_or_none("validFrom"),
        valid_until=item.day_or_none("validUntil"),
    )
