"""Finding standards, countries' trades and centres in a verified view: what pages and programs both need."""

import re
from collections.abc import Callable, Mapping

from certes.credential.errors import Malformed
from certes.runtime.refusals import NotFound
from certes.trust.bundle import TrustView
from certes.trust.comparison import Accreditation, Comparison, Linked, accreditations, compare, followers
from certes.trust.records import RegistryView
from certes.trust.standards import RegionalStandard

Views = Callable[[], TrustView]  # raises NotFound `registry_empty` before the first charter
Centres = Mapping[str, tuple[Accreditation, ...]]
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def all_standards(registry: RegistryView) -> tuple[RegionalStandard, ...]:
    """In the order of their numbers."""
    return tuple(sorted(registry.standards.values(), key=lambda standard: standard.number))


def get_standard(registry: RegistryView, name: str) -> RegionalStandard:
    """By number or by id. Raises NotFound `standard_not_found`."""
    number = int(name) if _NUMBER.fullmatch(name) else None
    for standard in registry.standards.values():
        if name == standard.id or number == standard.number:
            return standard
    raise NotFound("standard_not_found")


def following(registry: RegistryView, standard: RegionalStandard) -> tuple[Linked, ...]:
    """Every country's trade that follows the standard."""
    return followers(registry.national.values(), standard)


def find_side(links: tuple[Linked, ...], name: str) -> Linked | None:
    """The trade meant by `TG`, a country's first one, or by `TG:7112`."""
    return next((link for link in links if name in (link.code, link.country)), None)


def get_side(links: tuple[Linked, ...], name: str | None, *, field: str) -> Linked:
    """The same. Raises Malformed `member_missing` without a name, NotFound `standard_not_followed`."""
    if not name:
        raise Malformed("member_missing", field=field)
    found = find_side(links, name)
    if found is None:
        raise NotFound("standard_not_followed", field=field)
    return found


def get_comparison(
    registry: RegistryView, standard: RegionalStandard, *, first: str | None, second: str | None
) -> Comparison:
    """Two trades of the standard. Raises as `get_side`, for the fields `from` and `to`."""
    links = following(registry, standard)
    return compare(get_side(links, first, field="from"), get_side(links, second, field="to"))


def all_centres(view: TrustView) -> Centres:
    """Every centre by its id, with the countries that accredit it."""
    return accreditations(view.registry.national.values(), view.network)


def shared_centres(view: TrustView) -> Centres:
    """Those that more than one country accredits."""
    return {name: found for name, found in all_centres(view).items() if len(found) > 1}
