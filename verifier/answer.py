"""An outcome as the API's JSON. Members are named in snake_case; docs/verify.md explains each."""

from collections.abc import Iterable, Mapping
from typing import Any

from certes.credential.identifiers import level_code, trade_code, unit_code
from certes.runtime.languages import catalogue, say
from certes.runtime.recognition_words import shown_params
from certes.trust.host_texts import Appeal, Authority, Basis
from certes.trust.recognition import Decision, Reason, RouteOutcome
from verifier.check import Check
from verifier.lines import Said, said
from verifier.result import Outcome
from verifier.shown import short_text
from verifier.shown_texts import agreement_link, appeal_words
from verifier.wording import reason_words_for


def answer_of(
    outcome: Outcome, *, language: str, registry: str = "", development: bool = False
) -> dict[str, Any]:
    """The whole answer; dates and times are left as values for the JSON writer.

    `registry`: the address of the registry's pages, where it is known.
    """
    return {
        "state": outcome.verdict.state,
        "conclusion": outcome.verdict.conclusion,
        "summary": summary_of(outcome, language=language),
        "short_text": short_text(outcome, language, development=development),
        "checks": [_check(check, language) for check in outcome.checks],
        "decision": None
        if outcome.decision is None
        else _decision(outcome.decision, outcome, language) | _around(outcome, language, registry),
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
        "development": development,
    }


def summary_of(outcome: Outcome, *, language: str) -> dict[str, dict[str, str]]:
    """The three lines, document, person and here, in the words of the page."""
    return {name: _line(told, outcome, language) for name, told in said(outcome, language).items()}


def _line(told: Said, outcome: Outcome, language: str) -> dict[str, str]:
    """Where the page sends its reader to the instruction at its top, this is that instruction."""
    following = told.next
    if told.follows:
        instruction = say("verdict", f"state.{outcome.verdict.state}.next", language)
        following = instruction[:1].upper() + instruction[1:]
    return {"key": told.key, "text": told.text, "reason": told.reason, "next": following}


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
    if "{" not in text:  # nothing to put in
        return {"text": text}
    return {"text": say(area, code, language, **shown_params(params, language))}


def _around(outcome: Outcome, language: str, registry: str) -> dict[str, Any]:
    """What the signed texts say around the decision."""
    texts = outcome.texts
    appeal = texts.appeal if outcome.may_be_contested else None
    return {
        "agreement": None if texts.basis is None else _basis(texts.basis, registry),
        "appeal": None if appeal is None else _appeal(appeal, appeal_words(outcome, language)),
        "authorities": [_authority(one) for one in texts.authorities],
    }


def _basis(basis: Basis, registry: str) -> dict[str, Any]:
    return {
        "id": basis.id,
        "version": basis.version,
        "title": dict(basis.title),
        "article": basis.article,
        "object_id": basis.object_id,
        "page": agreement_link(basis.id, registry) or None,
    }


def _appeal(appeal: Appeal, text: str) -> dict[str, Any]:
    return {
        "body": dict(appeal.body),
        "deadline_days": appeal.deadline_days,
        "decision_days": appeal.decision_days,
        "suspensive": appeal.suspensive,
        "text": text,
    }


def _authority(authority: Authority) -> dict[str, Any]:
    return {
        "country": authority.country,
        "role": authority.role,
        "name": dict(authority.name),
        "contact": authority.contact or None,
    }


def _decision(decision: Decision, outcome: Outcome, language: str) -> dict[str, Any]:
    state = outcome.verdict.state
    return {
        "verdict": decision.verdict,
        "reasons": _reasons(decision.reasons, state, language),
        "conditions": [dict(condition) for condition in decision.conditions],
        "recognised_as": dict(decision.recognised_as),
        "route": None if decision.route is None else decision.route.to_json(),
        "looked_at": [_route(looked, state, language) for looked in decision.looked_at],
    }


def _route(outcome: RouteOutcome, state: str, language: str) -> dict[str, Any]:
    return {
        "route": outcome.route.to_json(),
        "verdict": outcome.verdict,
        "reasons": _reasons(outcome.reasons, state, language),
    }


def _reasons(reasons: Iterable[Reason], state: str, language: str) -> list[dict[str, Any]]:
    return [
        {
            "code": reason.code,
            "params": dict(reason.params),
            "text": reason_words_for(reason, state, language),
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
