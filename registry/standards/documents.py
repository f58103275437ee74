"""Standards, comparisons and centres as JSON: texts in all their languages, numbers as they were signed."""

from collections.abc import Iterable
from typing import Any

from certes.trust.bundle import TrustView
from certes.trust.comparison import Accreditation, Comparison, Linked
from certes.trust.standards import RegionalStandard
from registry.standards.queries import Centres, all_standards, following


def standards_document(view: TrustView) -> dict[str, Any]:
    """`{"standards": [...]}`, each as its body signed it, with the trades that follow it."""
    return {"standards": [_standard(view, standard) for standard in all_standards(view.registry)]}


def _standard(view: TrustView, standard: RegionalStandard) -> dict[str, Any]:
    object_id = view.registry.object_ids["RegionalStandard", standard.id]
    return {
        "id": standard.id,
        "number": standard.number,
        "version": standard.version,
        "object_id": object_id,
        "payload": dict(view.objects[object_id].payload),
        "followers": [side(link) for link in following(view.registry, standard)],
    }


def side(link: Linked) -> dict[str, Any]:
    """A country's trade against the standard. `by_unit`: unit of the standard -> own units that reach it."""
    return {
        "country": link.country,
        "trade": link.code,
        "trade_version": link.trade.version,
        "standard_version": link.trade.standard_version,
        "percent": link.percent,
        "by_unit": {str(number): list(own) for number, own in sorted(link.by_unit.items())},
        "missing": sorted(link.missing),
        "own_only": list(link.own),
        "outdated": sorted(link.outdated),
        "revised": sorted(link.revised),
    }


def comparison_document(found: Comparison) -> dict[str, Any]:
    """Two trades unit by unit; percentages by weight, null where there is nothing to compare."""
    standard = found.first.standard
    return {
        "standard": standard.id,
        "version": standard.version,
        "status": standard.status,
        "measure": standard.measure,
        "from": side(found.first),
        "to": side(found.second),
        "common": sorted(found.common),
        "only_from": sorted(found.only_first),
        "only_to": sorted(found.only_second),
        "neither": sorted(found.neither),
        "percent": {
            "common": found.common_percent,
            "from_in_to": found.first_in_second,
            "to_in_from": found.second_in_first,
        },
    }


def centres_document(centres: Centres) -> dict[str, Any]:
    """`{"centres": [{"id", "accreditations": [...]}]}`."""
    return {"centres": [centre_document(name, found) for name, found in centres.items()]}


def centre_document(name: str, found: Iterable[Accreditation]) -> dict[str, Any]:
    """A centre, and each country's word on it. `trades` is null where the country does not say what for."""
    return {
        "id": name,
        "accreditations": [
            {
                "country": each.country,
                "number": each.centre.number,
                "name": each.centre.name,
                "place": each.centre.place,
                "trades": list(each.centre.trades) or None,
            }
            for each in found
        ],
    }
