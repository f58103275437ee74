"""One trade here, several there: which of the host's occupations do the units cover?"""

from certes.trust.agreements import SplitPart
from certes.trust.recognition.application import NOTHING, Application, Finding
from certes.trust.recognition.facts import Reason


def split(case: Application) -> Finding:
    """Part by part. Units that the certificate does not state leave it unknown; a whole trade has the
    units that its country's list gives it."""
    parts = case.article.split.get(case.host)
    if not parts:
        return NOTHING
    held = _units_held(case)
    if not held:
        return Finding((Reason("units_not_stated", {"parts": len(parts)}),))
    complete = [part for part in parts if held.issuperset(part.units)]
    if len(complete) == len(parts):
        return Finding((Reason("split_all_parts_covered", {"parts": len(parts)}),))
    if not complete:
        touched = any(not held.isdisjoint(part.units) for part in parts)
        code = "split_no_part_complete" if touched else "split_no_part_covered"
        return Finding((Reason(code, {"parts": len(parts)}),))
    covered = [part.occupation for part in complete]
    return Finding(
        (Reason("split_partly_covered", {"parts": len(parts), "covered": len(covered)}),),
        tuple(_missing_units(part, held) for part in parts if part not in complete),
        {"occupation": covered},
        alters=True,
    )


def _units_held(case: Application) -> frozenset[str]:
    if not case.facts.units and case.facts.kind == "full":
        return frozenset(case.trade_units)
    return frozenset(case.facts.units)


def _missing_units(part: SplitPart, held: frozenset[str]) -> dict[str, object]:
    return {
        "kind": "missing_units",
        "occupation": part.occupation,
        "units": [unit for unit in part.units if unit not in held],
        "blocks": "only_that_occupation",
    }
