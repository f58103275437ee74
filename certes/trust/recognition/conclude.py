"""Step 5: the best route wins by precedence, and age can then only lower it to unknown."""

import json
from collections.abc import Sequence

from certes.trust.recognition.facts import NOT_RECOGNISED, RECOGNISED, UNKNOWN, WITH_CONDITIONS
from certes.trust.recognition.question import Route

_FAVOURABLE = {RECOGNISED: 0, WITH_CONDITIONS: 1, UNKNOWN: 2, NOT_RECOGNISED: 3}
_PRECEDENCE = {"this_prevails": 0, "most_favourable": 1, "subsidiary": 2}
_DOES_NOT_APPLY = 3  # a text that does not apply to this award takes no precedence over one that does
_KINDS = {"national": 0, "agreement": 1, "regional_standard": 2, "unilateral": 3, "onward": 4}


def rank(routes: Sequence[Route]) -> tuple[Route, ...]:
    """Best first: by precedence, then the more favourable, fewer conditions, and last by name so that the
    order in which objects came never shows."""
    return tuple(sorted(routes, key=_order))


def _order(route: Route) -> tuple[int, int, int, int, str, str]:
    outcome = route.outcome
    return (
        _PRECEDENCE[route.precedence] if route.applies else _DOES_NOT_APPLY,
        _FAVOURABLE[outcome.verdict],
        len(outcome.conditions),
        _KINDS[outcome.route.kind],
        outcome.route.ref,
        json.dumps([reason.to_json() for reason in outcome.reasons], sort_keys=True),
    )
