"""The vocabulary of reasons and what each does to its route. One table; nothing else knows an effect."""

from collections.abc import Iterable
from enum import Enum, auto

from certes.trust.recognition.facts import (
    NOT_RECOGNISED,
    RECOGNISED,
    UNKNOWN,
    WITH_CONDITIONS,
    Reason,
    Verdict,
)


class Effect(Enum):
    """What a reason does."""

    NOTE = auto()
    CONDITION = auto()
    UNKNOWN = auto()
    NO = auto()
    NO_UNLESS_OLD = auto()  # absence from a list says no only where the list is recent
    NO_WHATEVER_AGE = auto()  # the issuer's own word on the certificate: no age of the register undoes it


EFFECTS: dict[str, Effect] = {
    # register
    "registry_old": Effect.NOTE,
    "registry_too_old_to_decide": Effect.UNKNOWN,
    "country_not_member": Effect.NO,
    # status
    "credential_revoked": Effect.NO_WHATEVER_AGE,
    "credential_suspended": Effect.NO_WHATEVER_AGE,
    "status_not_checked": Effect.UNKNOWN,
    "status_too_old": Effect.UNKNOWN,
    # issuer and key
    "issuer_not_listed": Effect.NO_UNLESS_OLD,
    "key_not_listed": Effect.NO_UNLESS_OLD,
    "key_compromised_issue_time_not_proven": Effect.UNKNOWN,
    "key_compromised_later_issue_proven_before": Effect.NOTE,
    "key_not_valid_at_issue": Effect.NO,
    "issue_date_differs_from_receipt": Effect.NOTE,
    "issuer_not_authorised_at_issue": Effect.NO,
    "issuer_withdrawn_after_issue_still_counts": Effect.NOTE,
    "issuer_withdrawn_this_credential_voided": Effect.NO,
    "outside_issuer_scope": Effect.NO,
    "issuer_not_authorised_for_rpl": Effect.NO,
    "issuer_in_notice_period": Effect.NO,
    "scope_in_notice_period": Effect.NO,
    "notice_unconfirmed": Effect.UNKNOWN,
    # route
    "national_credential": Effect.NOTE,
    "agreement_in_force": Effect.NOTE,
    "recognised_through_third_country": Effect.NOTE,
    "host_recognises_on_its_own": Effect.NOTE,
    "no_agreement_covers": Effect.NO,
    # agreement in force between the two
    "agreement_not_yet_in_force": Effect.NO,
    "party_reservation": Effect.NO,
    "agreement_suspended": Effect.NO,
    "agreement_suspended_older_protected": Effect.NOTE,
    "agreement_ended": Effect.NO,
    "agreement_ended_acquired_right_kept": Effect.NOTE,
    "agreement_ended_acquired_right_kept_until": Effect.NOTE,
    "awarded_before_agreement": Effect.NO,
    "article_not_valid_now": Effect.NO,
    # standard, dates, kind
    "regional_standard_missing": Effect.NO,
    "regional_standard_version_too_old": Effect.NO,
    "regional_standard_version_unknown": Effect.UNKNOWN,
    "credential_expired": Effect.NO,
    "credential_expired_in_grace": Effect.CONDITION,
    "kind_not_covered": Effect.NO,
    # prior learning
    "rpl_accepted": Effect.NOTE,
    "rpl_conditional": Effect.CONDITION,
    "rpl_excluded": Effect.NO,
    # level or title
    "level_not_mapped": Effect.UNKNOWN,
    "level_mapping_provisional": Effect.NOTE,
    "level_too_low": Effect.NO,
    "level_gap_compensated": Effect.CONDITION,
    "title_in_table": Effect.NOTE,
    "title_not_in_table": Effect.NO,
    "title_not_stated": Effect.UNKNOWN,
    # one trade here, several there
    "units_not_stated": Effect.UNKNOWN,
    "split_all_parts_covered": Effect.NOTE,
    "split_partly_covered": Effect.CONDITION,
    "split_no_part_complete": Effect.NO,
    "split_no_part_covered": Effect.NO,
    # onward
    "intermediate_recognition_revoked": Effect.NO,
    "intermediate_recognition_not_full": Effect.NO,
    "practice_too_short": Effect.NO,
}

# A text that says these does not speak of the certificate today: its precedence is over nothing.
_NOT_SPEAKING = frozenset({"article_not_valid_now", "kind_not_covered"})

_REFUSING = {Effect.NO, Effect.NO_UNLESS_OLD, Effect.NO_WHATEVER_AGE}


def speaks(reasons: Iterable[Reason]) -> bool:
    """Does the text apply to such a certificate on this day, whatever it then says of it?"""
    return _NOT_SPEAKING.isdisjoint(reason.code for reason in reasons)


def refuses(reasons: Iterable[Reason]) -> bool:
    """Does any of these say no, the register's age apart?"""
    return any(EFFECTS[reason.code] in _REFUSING for reason in reasons)


def stops(reasons: Iterable[Reason]) -> bool:
    """Does any of these say no or unknown?"""
    return any(EFFECTS[reason.code] in _REFUSING | {Effect.UNKNOWN} for reason in reasons)


def weigh(reasons: Iterable[Reason], *, conditional: bool) -> Verdict:
    """What reasons amount to on a recent register: a no outweighs an unknown, which outweighs conditions."""
    effects = {EFFECTS[reason.code] for reason in reasons}
    if effects & _REFUSING:
        return NOT_RECOGNISED
    if Effect.UNKNOWN in effects:
        return UNKNOWN
    return WITH_CONDITIONS if conditional else RECOGNISED
