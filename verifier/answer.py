"""An outcome as the API's JSON. Members are named in snake_case; docs/verify.md explains each."""

from collections.abc import Iterable, Mapping
from typing import Any

from certes.credential.identifiers import level_code, trade_code, unit_code
from certes.runtime.languages import catalogue, say
from certes.trust.recognition import Decision, Reason, RouteOutcome
from verifier.checks import Check
from verifier.result import Outcome
from verifier.shown import short_text
from verifier.wording import shown_params


def answer_of(outcome: Outcome, *, language: str) -> dict[str, Any]:
    """The whole answer; dates and times are left as values for the JSON writer."""
    return {
        "state": outcome.verdict.state,
        "conclusion": outcome.verdict.conclusion,
        "summary": summary_of(outcome, language=language),
        "short_text": short_text(outcome, language),
        "checks": [_check(check, language) for check in outcome.checks],
        "decision": None if outcome.decision is None else _decision(outcome.decision, language),
        "facts": _facts(outcome),
        "facts_are": "signed" if outcome.check("proof").result == "passed" else "claimed",
        "question": {
            "country": outcome.question.host,
            "trade": outcome.question.trade,
            "date": outcome.question.at,
        },
        "evidence": _evidence(outcome),
        "address": _address(outcome),
        "form": outcome.form,
        "checked_at": outcome.checked_at,
        "language": language,
    }


def summary_of(outcome: Outcome, *, language: str) -> dict[str, dict[str, str]]:
    """The three lines: document, person, here; each with its key and its words."""
    lines = {
        "document": outcome.document_line,
        "person": outcome.person_line,
        "here": outcome.here_line,
    }
    return {name: _line(key, language) for name, key in lines.items()}


def _line(key: str, language: str) -> dict[str, str]:
    words = catalogue("verdict", language)
    parts = {"text": key, "reason": f"{key}.reason", "next": f"{key}.next"}
    return {"key": key, **{name: words[code] for name, code in parts.items() if code in words}}


def _check(check: Check, language: str) -> dict[str, Any]:
    return {
        "name": check.name,
        "result": check.result,
        "code": check.code,
        "params": dict(check.params),
        "as_of": check.as_of,
        **_words("verdict", f"code.{check.code}", language, check.params),
    }


def _words(area: str, code: str, language: str, params: Mapping[str, object]) -> dict[str, str]:
    text = catalogue(area, language).get(code)
    if text is None:
        return {}
    if "{" not in text:  # most of them; formatting is a good part of an answer's cost
        return {"text": text}
    return {"text": say(area, code, language, **shown_params(params, language))}


def _decision(decision: Decision, language: str) -> dict[str, Any]:
    return {
        "verdict": decision.verdict,
        "reasons": _reasons(decision.reasons, language),
        "conditions": [dict(condition) for condition in decision.conditions],
        "recognised_as": dict(decision.recognised_as),
        "route": None if decision.route is None else decision.route.to_json(),
        "looked_at": [_route(outcome, language) for outcome in decision.looked_at],
    }


def _route(outcome: RouteOutcome, language: str) -> dict[str, Any]:
    return {
        "route": outcome.route.to_json(),
        "verdict": outcome.verdict,
        "reasons": _reasons(outcome.reasons, language),
    }


def _reasons(reasons: Iterable[Reason], language: str) -> list[dict[str, Any]]:
    return [
        {
            "code": reason.code,
            "params": dict(reason.params),
            **_words("reasons", reason.code, language, reason.params),
        }
        for reason in reasons
    ]


def _facts(outcome: Outcome) -> dict[str, Any]:
    facts = outcome.certification
    skill, person = facts.achievement, facts.person
    document = person.document
    return {
        "name": person.name,
        "birth_date": str(person.birth),
        "document": None
        if document is None
        else {"country": document.country, "kind": document.kind.value, "last4": document.last4},
        "trade": trade_code(skill.country, skill.trade),
        "trade_version": skill.trade_version,
        "trade_labels": dict(outcome.names.trade),
        "occupation": skill.occupation,
        "level": None if skill.level is None else level_code(skill.country, skill.level),
        "kind": skill.kind.value,
        "units": [unit_code(unit) for unit in skill.units],
        "route": skill.route.value,
        "standard": None
        if skill.standard is None
        else {"number": skill.standard.number, "version": skill.standard.version},
        "number": facts.number,
        "replaces": facts.replaces,
        "awarded_on": facts.awarded_on,
        "signed_on": facts.signed_on,
        "valid_until": facts.valid_until,
        "issuer": {
            "did": outcome.presented.issuer,
            "country": skill.country,
            "names": dict(outcome.names.issuer),
        },
        "centre": None
        if facts.centre is None
        else {"number": facts.centre, "names": dict(outcome.names.centre)},
    }


def _evidence(outcome: Outcome) -> dict[str, Any]:
    used = None if outcome.decision is None else outcome.decision.evidence
    return {
        "trust_as_of": outcome.trust_as_of,
        "checkpoint": outcome.checkpoint,
        "status_as_of": outcome.status_as_of,
        "rules_version": None if used is None else used.rules_version,
        "objects": []
        if used is None
        else [{"id": item.id, "version": item.version, "object_id": item.object_id} for item in used.objects],
    }


def _address(outcome: Outcome) -> dict[str, Any] | None:
    """The host printed in the QR code, which nothing was asked of."""
    seen = outcome.address_host
    return None if seen is None else {"host": seen.host, "known": seen.known}
