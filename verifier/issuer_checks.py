"""The checks of the issuer and of its scope: the issuer step of recognition, read for people.

`reasons` are those of the issuer step, among others.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from certes.trust.recognition.facts import Reason
from verifier.check import Check, Result

SCOPE_FAILED = frozenset({"outside_issuer_scope", "issuer_not_authorised_for_rpl"})
ISSUER_UNKNOWN = (
    "country_not_member",
    "issuer_not_listed",
    "key_not_listed",
    "key_compromised_issue_time_not_proven",
    "notice_unconfirmed",
)
ISSUER_FAILED = (
    "key_not_valid_at_issue",
    "issuer_not_authorised_at_issue",
    "issuer_withdrawn_this_credential_voided",
)
ISSUER_NOTES = ("key_compromised_later_issue_proven_before", "issuer_withdrawn_after_issue_still_counts")


def check_issuer(reasons: Iterable[Reason], *, issuer: str, as_of: datetime) -> Check:
    """Was the issuer listed and authorised when it signed, with a key that was then its own and not
    stolen?"""
    by_code = {reason.code: reason for reason in reasons}
    for result, codes in _ISSUER_RESULTS:
        found = next((by_code[code] for code in codes if code in by_code), None)
        if found is not None:
            return Check("issuer", result, found.code, found.params, as_of)
    return Check("issuer", "passed", "issuer_listed", {"issuer": issuer}, as_of)


_ISSUER_RESULTS: tuple[tuple[Result, Collection[str]], ...] = (
    ("unknown", ISSUER_UNKNOWN),
    ("failed", ISSUER_FAILED),
    ("passed", ISSUER_NOTES),
)


def check_scope(reasons: Iterable[Reason], *, as_of: datetime) -> Check:
    """Might the issuer certify this trade, level, kind and route on the day it signed?"""
    for reason in reasons:
        if reason.code in SCOPE_FAILED:
            return Check("scope", "failed", reason.code, reason.params, as_of)
        if reason.code in (*ISSUER_UNKNOWN, *ISSUER_FAILED):  # the step ended before it came to the scope
            return Check("scope", "unknown", "scope_not_checked", as_of=as_of)
    return Check("scope", "passed", "within_scope", as_of=as_of)
