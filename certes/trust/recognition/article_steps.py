"""The steps of an article once its agreement is in force, in their order. All run, so that a person sees
every reason at once."""

from datetime import date

from certes.trust.agreements import PriorLearning, StatusRule
from certes.trust.days import add_months
from certes.trust.recognition.application import NOTHING, Application, Finding
from certes.trust.recognition.facts import Facts, Param, Reason, StatusSeen
from certes.trust.recognition.level import level_or_title
from certes.trust.recognition.onward import onward
from certes.trust.recognition.split import split
from certes.trust.records import PRIOR_LEARNING_METHODS


def apply_article(case: Application) -> tuple[Finding, ...]:
    """Run every step."""
    return tuple(step(case) for step in STEPS)


def article_dates(case: Application) -> Finding:
    """The article's own period, both days included."""
    return within_dates(case.article.valid_from, case.article.valid_until, at=case.at, name=case.article.id)


def within_dates(valid_from: date | None, valid_until: date | None, *, at: date, name: str) -> Finding:
    """`article_not_valid_now` outside the period."""
    if (valid_from or date.min) <= at <= (valid_until or date.max):
        return NOTHING
    return Finding((Reason("article_not_valid_now", {"article": name}),))


def regional_standard(case: Application) -> Finding:
    """The standard the article demands, in a version that is recent enough. Where the register holds the
    standard, in one that its body has published; else the certificate's word on its version stands."""
    rule, seen = case.article.standard, case.facts.standard
    if rule is None:
        return NOTHING
    if seen is None or seen.id != rule.id:
        return Finding((Reason("regional_standard_missing", {"standard": rule.id}),))
    params: dict[str, Param] = {"standard": rule.id, "version": seen.version}
    if seen.version >= rule.min_version:
        known = case.standard
        if known is None or known.has_version(seen.version):
            return NOTHING
        # Not a no: the body may have published it after this register was made.
        params |= {"known_version": known.version}
        return Finding((Reason("regional_standard_version_unknown", params),))
    params |= {"required_version": rule.min_version}
    return Finding((Reason("regional_standard_version_too_old", params),))


def expiry(facts: Facts, *, at: date, grace_months: int | None) -> Finding:
    """Expired from the day after `valid_until`; in grace up to and with the same day `grace_months` later."""
    expired_on = facts.valid_until
    if expired_on is None or at <= expired_on:
        return NOTHING
    if grace_months is None or at > add_months(expired_on, grace_months):
        return Finding((Reason("credential_expired", {"expired_on": expired_on}),))
    params: dict[str, Param] = {
        "expired_on": expired_on,
        "until": add_months(expired_on, grace_months),
        "months": grace_months,
    }
    renewal = {"kind": "renew_credential", "beforeMonths": grace_months}
    return Finding((Reason("credential_expired_in_grace", params),), (renewal,))


def kind_covered(kind: str, kinds: frozenset[str] | None) -> Finding:
    """A full trade, or units: does the text speak of such a certificate?"""
    if kinds is None or kind in kinds:
        return NOTHING
    return Finding((Reason("kind_not_covered", {"kind": kind}),))


def prior_learning(method: str, rule: PriorLearning) -> Finding:
    """Skills acquired through prior learning, wholly or in part."""
    if method not in PRIOR_LEARNING_METHODS:
        return NOTHING
    conditions = rule.conditions if rule.rule == "conditional" else ()
    return Finding((Reason(f"rpl_{rule.rule}"),), conditions)


def status_age(status: StatusSeen | None, rule: StatusRule, *, at: date) -> Finding:
    """Was the status seen, and recently enough, where the text requires it?"""
    if not rule.required:
        return NOTHING
    if status is None:
        return Finding((Reason("status_not_checked"),))
    age = (at - status.as_of).days
    if rule.max_age_days is None or age <= rule.max_age_days:
        return NOTHING
    params: dict[str, Param] = {"as_of": status.as_of, "age_days": age, "max_days": rule.max_age_days}
    return Finding((Reason("status_too_old", params),))


def _expiry(case: Application) -> Finding:
    return expiry(case.facts, at=case.at, grace_months=case.article.expired_grace_months)


def _kind(case: Application) -> Finding:
    return kind_covered(case.facts.kind, case.article.kinds)


def _prior_learning(case: Application) -> Finding:
    return prior_learning(case.facts.method, case.article.rpl)


def _own_conditions(case: Application) -> Finding:
    return Finding(conditions=case.article.conditions)


def _status_age(case: Application) -> Finding:
    return status_age(case.status, case.article.status, at=case.at)


STEPS = (
    article_dates, regional_standard, _expiry, _kind, _prior_learning, level_or_title, split, _own_conditions,
    onward, _status_age,
)  # fmt: skip
