"""The two answers. Both come from `decide`: there is one judge, whoever asks.

The booleans of the protocol are true only for an answer without conditions, so that a client that knows
nothing else of us fails closed. What is between yes and no stands in `decision`, `reasons` and `evidence`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.parsing import format_instant
from certes.runtime.recognition_words import reason_words
from certes.runtime.refusals import NotFound
from certes.trust.recognition import Decision, Facts, Reason, StatusSeen, decide
from certes.trust.records import Issuer, KeyPeriod, NationalList
from registry.asof import Known
from registry.deciding import decision_json, evidence_json
from registry.trqp import terms
from registry.trqp.request import Query

AUTHORIZATION_ACTION = "issue"
RECOGNITION_ACTION = "recognize"
MESSAGE_REASONS = 3

# Where a query is about several issuers, trades or levels the weakest answer counts: what holds for all.
_WEAKNESS = {"recognised": 0, "recognised_with_conditions": 1, "unknown": 2, "not_recognised": 3}
# At home nothing but the worker's own permits is conditional: the issuer's authority is not.
_AUTHORISED = {
    "recognised": "authorised",
    "recognised_with_conditions": "authorised",
    "unknown": "undetermined",
    "not_recognised": "not_authorised",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, what is known, the moment of the answer and its language."""

    query: Query
    known: Known
    now: datetime
    language: str

    @property
    def at(self) -> date:
        """The day that is asked about."""
        return (self.query.context.time or self.now).date()


def authorization(asked: Asked) -> dict[str, Any]:
    """May this issuer certify this, by the list of this country?

    Raises NotFound `trqp_*_unknown`, Malformed `member_invalid`.
    """
    query, known = asked.query, asked.known
    country = terms.authority(query, known)
    national = terms.national_list(country, known, field="authority_id")
    found = terms.find_issuer(query, known)
    if found is None:
        raise NotFound("trqp_entity_unknown", field="entity_id")
    terms.require_action(query, AUTHORIZATION_ACTION)
    wanted = terms.resource(query, national)
    decisions = [
        _decided(facts, country, asked)
        for facts in _facts(asked, country, [found[1]], wanted, signed_now=True)
    ]
    decision = _weakest(decisions)
    word = _AUTHORISED[decision.verdict]
    answer = _answer(asked, "authorized", word == "authorised", decision)
    answer |= {
        "decision": word,
        "reasons": _reasons(decision.reasons, asked.language),
        "evidence": evidence_json(decision, known),
    }
    if query.context.host is not None:
        host = _host(query.context.host, asked)
        abroad = [_decided(each, host, asked) for each in _facts(asked, country, [found[1]], wanted)]
        answer["recognition"] = _decision(_weakest(abroad), asked)
    return answer


def recognition(asked: Asked) -> dict[str, Any]:
    """Does this country recognise certificates of that issuer, or of that country, for this?

    Of a country: those of every issuer that may certify it; of an occupation that is several trades, or of no
    stated level: each of them. Raises as `authorization` does.
    """
    query, known = asked.query, asked.known
    host = terms.authority(query, known)
    found = terms.find_issuer(query, known)
    country = found[0] if found is not None else terms.country_of(query.entity_id, known)
    if country is None:
        raise NotFound("trqp_entity_unknown", field="entity_id")
    national = terms.national_list(country, known, field="entity_id")
    terms.require_action(query, RECOGNITION_ACTION)
    if query.context.host is not None and _host(query.context.host, asked) != host:
        raise Malformed("member_invalid", field="context.host", expected=host)
    wanted = terms.resource(query, national)
    issuers = sorted(national.issuers.values(), key=lambda issuer: issuer.did)
    facts = _facts(asked, country, issuers if found is None else [found[1]], wanted)
    decision = _weakest(_decided(each, host, asked) for each in _certifiable(asked, national, facts))
    answer = _answer(asked, "recognized", decision.verdict == "recognised", decision)
    return answer | _decision(decision, asked)


def _answer(asked: Asked, name: str, holds: bool, decision: Decision) -> dict[str, Any]:
    said = [reason_words(reason, asked.language) for reason in decision.reasons[:MESSAGE_REASONS]]
    return {
        **asked.query.echo(),
        name: holds,
        "time_evaluated": format_instant(asked.now),
        "message": " ".join(said),
    }


def _decision(decision: Decision, asked: Asked) -> dict[str, Any]:
    """The four-valued decision under the names of the protocol's extension members."""
    found = decision_json(decision, asked.known)
    del found["looked_at"]
    found["decision"] = found.pop("verdict")
    found["reasons"] = _reasons(decision.reasons, asked.language)
    return found


def _reasons(reasons: Iterable[Reason], language: str) -> list[dict[str, Any]]:
    return [{**reason.to_json(), "text": reason_words(reason, language)} for reason in reasons]


def _weakest(decisions: Iterable[Decision]) -> Decision:
    return max(decisions, key=lambda decision: _WEAKNESS[decision.verdict])


def _decided(facts: Facts, host: str, asked: Asked) -> Decision:
    """Of a certificate that nobody revoked: whoever holds one checks its own status."""
    status = StatusSeen("valid", asked.at)
    return decide(facts, host=host, at=asked.at, registry=asked.known.registry, status=status)


def _host(text: str, asked: Asked) -> str:
    country = terms.country_of(text, asked.known)
    if country is None:
        raise Malformed("member_invalid", field="context.host", expected="a member country")
    return country


def _facts(
    asked: Asked, country: str, issuers: Iterable[Issuer], wanted: terms.Resource, *, signed_now: bool = False
) -> list[Facts]:
    """A certificate of each issuer for each claim and level, awarded and signed on the day asked about."""
    context = asked.query.context
    day = asked.at if signed_now else context.awarded_on or asked.at
    return [
        Facts(
            country=country,
            issuer=issuer.did,
            kid=_usable_key(issuer.keys, day),
            awarded_on=day,
            signed_on=day,
            valid_until=None,
            occupations=claim.occupations,
            level=level,
            kind=context.kind,
            method=context.method,
            title=claim.title if context.kind == "full" else None,
        )
        for issuer in issuers
        for claim in wanted.claims
        for level in wanted.levels
    ]


def _usable_key(keys: Iterable[KeyPeriod], day: date) -> str:
    """A key with which the issuer may sign on the day; else one that says why it may not."""
    ordered = sorted(
        keys, key=lambda key: (key.compromised_since is not None, not key.valid_on(day), key.kid)
    )
    return ordered[0].kid if ordered else "none"


def _certifiable(asked: Asked, national: NationalList, found: Iterable[Facts]) -> list[Facts]:
    """What the country's own list allows; all of it, for its reasons, where nothing is allowed."""
    facts = list(found)
    able = [
        each for each in facts if _AUTHORISED[_decided(each, national.country, asked).verdict] == "authorised"
    ]
    return able or facts
