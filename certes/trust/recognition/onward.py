"""Onward recognition: a third country's certificate counts through a signed decision of the intermediate
country.

Recognition never chains by itself: without a decision there is no such route.
"""

from certes.trust.recognition.application import NOTHING, Application, Finding
from certes.trust.recognition.facts import Param, Reason


def onward(case: Application) -> Finding:
    """Is the intermediate decision still good, was it full, and was there practice enough?"""
    decision, required = case.decision, case.article.onward_practice_months
    if decision is None or required is None:
        return NOTHING
    reasons = []
    if decision.revoked:
        reasons.append(Reason("intermediate_recognition_revoked", {"country": decision.country}))
    if decision.verdict != "recognised":
        reasons.append(Reason("intermediate_recognition_not_full", {"country": decision.country}))
    practice = decision.practice_months
    if practice is None:
        asked = ({"kind": "proof_of_practice", "months": required},) if required else ()
        return Finding(tuple(reasons), asked)
    if practice < required:
        params: dict[str, Param] = {
            "country": decision.country,
            "months": practice,
            "required_months": required,
        }
        reasons.append(Reason("practice_too_short", params))
    return Finding(tuple(reasons))
