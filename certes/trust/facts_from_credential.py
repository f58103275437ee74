"""From a certificate to the codes that decide on it: nothing about the person goes in.

The one thing a certificate does not say itself, the named certificate its trade leads to, stands in the
national list of the certifying country; everything else follows by the rules of identifiers.py.
"""

from certes.credential.achievement import Achievement, Certification, Kind
from certes.credential.identifiers import (
    Network,
    issuer_did,
    key_fragment,
    level_code,
    occupation_code,
    standard_iri,
    trade_code,
    unit_code,
)
from certes.trust.recognition.facts import Facts, StandardSeen
from certes.trust.records import NationalList


def facts_of(certification: Certification, *, network: Network, national: NationalList | None) -> Facts:
    """The facts for `decide`. `national` is the certifying country's list, None where it is not known."""
    achievement = certification.achievement
    country, standard = achievement.country, achievement.standard
    return Facts(
        country=country,
        issuer=issuer_did(network, country, certification.issuer),
        kid=key_fragment(certification.key),
        awarded_on=certification.awarded_on,
        signed_on=certification.signed_on,
        valid_until=certification.valid_until,
        occupations=(trade_code(country, achievement.trade), occupation_code(achievement.occupation)),
        level=None if achievement.level is None else level_code(country, achievement.level),
        kind=achievement.kind.value,
        method=achievement.route.value,
        units=tuple(unit_code(unit) for unit in achievement.units),
        standard=None
        if standard is None
        else StandardSeen(standard_iri(network, standard.number), standard.version),
        title=_title(achievement, national),
    )


def _title(achievement: Achievement, national: NationalList | None) -> str | None:
    """The named certificate of this version of the trade. An attestation of units is not that certificate."""
    if national is None or achievement.kind is not Kind.FULL:
        return None
    wanted = (achievement.trade, achievement.trade_version)
    return next((trade.title for trade in national.trades if (trade.code, trade.version) == wanted), None)
