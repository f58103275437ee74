"""Document, Person, Here: what each says, why, and what to do next. The API and the pages say the same.

What to do next depends on the verdict: whoever holds a cancelled or expired certificate has nothing to ask of
the host country, because only the issuer can change that.
"""

from dataclasses import dataclass

from certes.runtime.languages import say
from certes.runtime.recognition_words import condition_words, shown_params
from verifier.check import Check
from verifier.result import Outcome
from verifier.wording import decisive, reason_words_for

FIRST = "line.first"  # the next step stands at the top of the page

# Where the answer of Here is not what stands in the way: whom to turn to, by state.
_HERE_NEXT_BY_STATE = frozenset(
    {
        "revoked",
        "suspended",
        "replaced",
        "outside_scope",
        "expired",
        "not_yet_valid",
        "issue_time_not_proven",
        "unknown_issuer",
        "stale",
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """One line in one language. `key` is its key of schemas/words/verdict. `follows`: the next step is the
    verdict's own, at the top of the page."""

    key: str
    text: str
    reason: str
    next: str
    follows: bool


def said(outcome: Outcome, language: str) -> dict[str, Said]:
    """`document`, `person`, `here`."""
    return {
        "document": _said(outcome.document_line, language, reason=_why_not_checked(outcome, language)),
        "person": _said(outcome.person_line, language),
        "here": _here(outcome, language),
    }


def check_words(check: Check, language: str) -> str:
    """A check's code as a sentence."""
    return say("verdict", f"code.{check.code}", language, **shown_params(check.params, language))


def _said(key: str, language: str, *, reason: str = "", following: str = "") -> Said:
    return Said(
        key=key,
        text=say("verdict", key, language),
        reason=reason or say("verdict", f"{key}.reason", language),
        next=say("verdict", following or f"{key}.next", language),
        follows=following == FIRST,
    )


def _why_not_checked(outcome: Outcome, language: str) -> str:
    """What stood in the way, where the signature was not judged."""
    if outcome.document_line != "document.unknown":
        return ""
    unknown = next((check for check in outcome.checks[:2] if check.result == "unknown"), None)
    return check_words(unknown, language) if unknown else ""


def _here(outcome: Outcome, language: str) -> Said:
    return _said(
        outcome.here_line,
        language,
        reason=_here_reason(outcome, language),
        following=_here_next(outcome),
    )


def _here_reason(outcome: Outcome, language: str) -> str:
    """What decided; a condition without a reason of its own is its own reason."""
    if outcome.check("proof").result != "passed":
        return ""
    recognition, decision = outcome.check("recognition"), outcome.decision
    if recognition.code == "other_trade_asked" or decision is None:
        return check_words(recognition, language)
    reason = decisive(decision)
    if reason is not None:
        return reason_words_for(reason, outcome.verdict.state, language)
    first = next(iter(decision.conditions), None)
    return "" if first is None else condition_words(first, language)


def _here_next(outcome: Outcome) -> str:
    state = outcome.verdict.state
    if outcome.check("recognition").code == "other_trade_asked" and state == "not_recognised_here":
        return "here.next.other_trade"
    if state in _HERE_NEXT_BY_STATE:
        return f"here.next.{state}"
    green = outcome.here_line in ("here.recognised", "here.conditions")
    return FIRST if green and not state.startswith("recognised") else ""
