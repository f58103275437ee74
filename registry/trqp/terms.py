"""What the protocol's four words name in our register: docs/trqp.md is the same for readers.

Nothing is guessed: a name the register does not hold is refused as unknown, by which of the four it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from certes.credential.errors import Malformed
from certes.credential.identifiers import level_code, occupation_code, parse_issuer_did, trade_code
from certes.runtime.refusals import NotFound
from certes.trust.frameworks import occupations
from certes.trust.records import Issuer, NationalList, Trade
from registry.asof import Known
from registry.trqp.request import Query

_TRADE = r"(?P<trade>[A-Z]{2}:[1-9][0-9]{0,4}|isco08:[0-9]{4})"
_RESOURCE = re.compile(_TRADE + r"(/(?P<level>[A-Z]{2}-[0-9]{1,2}))?", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """One way in which the resource may be meant: the codes that name the trade, and what it leads to."""

    occupations: tuple[str, ...]
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A trade and its level. Several claims where an occupation is several national trades, every level of
    the ladder where none was stated; (None,) in a country that has none."""

    claims: tuple[Claim, ...]
    levels: tuple[str | None, ...]


def country_of(text: str, known: Known) -> str | None:
    """The member that `CM` or `https://<domain>/cm` names."""
    prefix = f"https://{known.network.domain}/"
    tail = text.removeprefix(prefix)
    code = tail.upper() if text.startswith(prefix) and tail.islower() else text
    return code if _COUNTRY.fullmatch(code) and code in known.charter.members else None


def require_action(query: Query, action: str) -> None:
    """Raises NotFound `trqp_action_unknown` for any other one."""
    if query.action != action:
        raise NotFound("trqp_action_unknown", field="action", expected=action)


def authority(query: Query, known: Known) -> str:
    """The country that is asked. Raises NotFound `trqp_authority_unknown`."""
    country = country_of(query.authority_id, known)
    if country is None:
        raise NotFound("trqp_authority_unknown", field="authority_id")
    return country


def national_list(country: str, known: Known, *, field: str) -> NationalList:
    """A country's list. Raises NotFound `trqp_entity_unknown` or `trqp_authority_unknown`, by the field."""
    found = known.registry.national.get(country)
    if found is None or not found.issuers:
        raise NotFound(f"trqp_{field.removesuffix('_id')}_unknown", field=field)
    return found


def find_issuer(query: Query, known: Known) -> tuple[str, Issuer] | None:
    """The country and record of the issuer that the entity is; None where it is no issuer's DID. Raises
    NotFound `trqp_entity_unknown` for an issuer that no list holds."""
    if not query.entity_id.startswith("did:"):
        return None
    try:
        ref = parse_issuer_did(known.network, query.entity_id)
    except Malformed:
        raise NotFound("trqp_entity_unknown", field="entity_id") from None
    national = known.registry.national.get(ref.country)
    found = None if national is None else national.issuers.get(query.entity_id)
    if found is None:
        raise NotFound("trqp_entity_unknown", field="entity_id")
    return ref.country, found


def resource(query: Query, national: NationalList) -> Resource:
    """The trade, and the level stated in the resource or the context, as the certifying country's list knows
    them. Raises NotFound `trqp_resource_unknown`; Malformed `member_invalid` for two levels that differ."""
    match = _RESOURCE.fullmatch(query.resource)
    claims = () if match is None else tuple(_claims(match["trade"], national))
    if match is None or not claims:
        raise NotFound("trqp_resource_unknown", field="resource")
    level, stated = match["level"], query.context.level
    if level is not None and stated is not None and level != stated:
        raise Malformed("member_invalid", field="context.level", expected=level)
    level, known = level or stated, sorted(set(_levels(national)))
    if level is None:
        return Resource(claims, tuple(known) or (None,))
    if level not in known:
        field = "resource" if match["level"] else "context.level"
        raise NotFound("trqp_resource_unknown", field=field)
    return Resource(claims, (level,))


def _claims(code: str, national: NationalList) -> Iterator[Claim]:
    """Each national trade, in its newest version, that the code names; a bare occupation where none does."""
    newest = {trade.code: trade for trade in sorted(national.trades, key=lambda trade: trade.version)}
    found = [trade for number, trade in sorted(newest.items()) if code in _names(national.country, trade)]
    for trade in found:
        yield Claim(_names(national.country, trade), trade.title)
    if not found and code.removeprefix("isco08:") in occupations():
        yield Claim((code,))


def _names(country: str, trade: Trade) -> tuple[str, str]:
    return trade_code(country, trade.code), occupation_code(trade.occupation)


def _levels(national: NationalList) -> Iterator[str]:
    """Every level that the ladder or a scope names."""
    if national.ladder is not None:
        yield from (level_code(national.country, rung.level) for rung in national.ladder.rungs)
    for issuer in national.issuers.values():
        for scope in issuer.scope:
            yield from scope.levels or ()
