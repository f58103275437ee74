"""May this body certify this, today, by the country's own signed list? Asked before anything is planned or
signed.

The list also says what an order leaves out: the occupation behind the trade and the words printed beside
the codes. A body can state neither, so a mistyped or invented occupation cannot be signed.
"""

from dataclasses import dataclass
from datetime import date

from certes.credential.achievement import Achievement, Labels
from certes.credential.errors import Malformed
from certes.credential.identifiers import (
    Network,
    is_own_form,
    issuer_did,
    key_fragment,
    key_id,
    own_number,
    own_serial,
    standard_iri,
    trade_code,
)
from certes.credential.keys import PublicKey
from certes.runtime.refusals import Busy, Forbidden
from certes.trust.accreditation import NotAccredited, may_certify
from certes.trust.notices import NoticeBoard
from certes.trust.records import Centre, Issuer, NationalList, RegistryView, Trade
from issuer.order import Order

# Members of an achievement as the request spells them. What is not here is no member's fault: today's date is
# outside the authorisation.
_FIELDS = {
    "achievement.trade": "trade.code",
    "achievement.level": "level",
    "achievement.kind": "kind",
    "achievement.route": "route",
}


@dataclass(frozen=True, slots=True)
class Office:
    """Which issuer this is: its place in the network, the key it signs with, its official language."""

    network: Network
    country: str
    issuer: int
    key: int
    language: str

    @property
    def did(self) -> str:
        """The issuer's DID."""
        return issuer_did(self.network, self.country, self.issuer)

    @property
    def key_id(self) -> str:
        """The verification method of the signing key."""
        return key_id(self.network, self.country, self.issuer, self.key)


@dataclass(frozen=True, slots=True)
class Accredited:
    """What the signed list adds to an order: codes that are signed, and words for people."""

    achievement: Achievement
    labels: Labels


LEVEL_NOT_COVERED = frozenset({"outside_body_scope_level", "outside_issuer_scope_level"})


def require_accredited(
    order: Order, *, body: str, office: Office, public_key: PublicKey, registry: RegistryView, at: date
) -> Accredited:
    """What the list adds to the order, if the body, its issuer and the key may sign it on this day.

    Raises Forbidden with a code of certes.trust.accreditation (`body_suspended` ...), `issuer_under_notice`;
    Busy `signing_key_not_listed`, `signing_key_under_notice`; Malformed `trade_unknown`,
    `trade_version_unknown`, `level_unknown`, `unit_unknown`, `centre_unknown`, `standard_not_of_trade`.
    """
    national = registry.national.get(office.country)
    issuer = None if national is None else national.find_issuer(office.issuer)
    if national is None or issuer is None:
        raise Forbidden("issuer_unknown", issuer=office.issuer, country=office.country)
    trade = _trade(national, order)
    _require_listed(national, trade, order, office.network)
    _require_own_number(order, office)
    achievement = _achievement(order, trade, office.country)
    try:
        may_certify(national, issuer=office.issuer, body=body, achievement=achievement, at=at)
    except NotAccredited as refusal:
        if order.level is None and refusal.code in LEVEL_NOT_COVERED:  # forgotten, not forbidden
            raise Malformed("member_missing", field="level") from None
        field = _FIELDS.get(refusal.field or "")
        raise Forbidden(refusal.code, field=field, **refusal.params) from None
    _require_key(issuer, office.key, public_key, at)
    _require_no_warning(registry.notices, issuer, office.key, at)
    return Accredited(achievement, _labels(order, national, issuer, trade, office))


def _require_key(issuer: Issuer, number: int, public_key: PublicKey, at: date) -> None:
    """A signature by a key that the list does not carry today would be refused everywhere: do not make it."""
    key = issuer.find_key(key_fragment(number))
    if key is None or not key.valid_on(at) or key.compromised_since is not None:
        raise Busy("signing_key_not_listed", key=number)
    if key.multikey != public_key.multikey:
        raise Busy("signing_key_not_listed", key=number)


def _require_no_warning(notices: NoticeBoard, issuer: Issuer, number: int, at: date) -> None:
    """What is signed under a warning would be undetermined everywhere until the country answers it."""
    warning = notices.doubts(issuer.did, key_fragment(number), day=at)
    if warning is None:
        return
    since = warning.notice.since.isoformat()
    if warning.notice.kid is not None:
        raise Busy("signing_key_under_notice", key=number, since=since)
    raise Forbidden("issuer_under_notice", issuer=warning.notice.issuer, since=since)


def _trade(national: NationalList, order: Order) -> Trade:
    versions = [trade for trade in national.trades if trade.code == order.trade]
    if not versions:
        raise Malformed("trade_unknown", field="trade.code", country=national.country)
    if order.trade_version is None:
        return max(versions, key=lambda trade: trade.version)
    for trade in versions:
        if trade.version == order.trade_version:
            return trade
    raise Malformed("trade_version_unknown", field="trade.version")


def _require_listed(national: NationalList, trade: Trade, order: Order, network: Network) -> None:
    rungs = national.ladder.rungs if national.ladder is not None else ()
    if order.level is not None and rungs and order.level not in {rung.level for rung in rungs}:
        raise Malformed("level_unknown", field="level")
    if trade.units and not set(order.units) <= {number for number, _ in trade.units}:
        raise Malformed("unit_unknown", field="units")
    if order.centre is not None and _centre(national, order) is None:
        raise Malformed("centre_unknown", field="centre", country=national.country)
    if order.standard is not None and trade.standard != standard_iri(network, order.standard.number):
        raise Malformed("standard_not_of_trade", field="standard.number")


def _require_own_number(order: Order, office: Office) -> None:
    """A number in the network's own form names its country, issuer and year: a typing error is seen here."""
    if not is_own_form(order.number):
        return
    year = order.awarded_on.year
    if own_serial(order.number, country=office.country, issuer=office.issuer, award_year=year) is None:
        example = own_number(office.country, office.issuer, year, 123)
        raise Malformed("certificate_number_of_another", field="number", example=example)


def _centre(national: NationalList, order: Order) -> Centre | None:
    return next((centre for centre in national.centres if centre.number == order.centre), None)


def _achievement(order: Order, trade: Trade, country: str) -> Achievement:
    return Achievement(
        country=country,
        trade=trade.code,
        trade_version=trade.version,
        occupation=trade.occupation,
        level=order.level,
        kind=order.kind,
        units=order.units,
        route=order.route,
        standard=order.standard,
    )


def _labels(order: Order, national: NationalList, issuer: Issuer, trade: Trade, office: Office) -> Labels:
    language = (
        office.language if office.language in trade.labels else min(trade.labels, default=office.language)
    )
    label = trade.labels.get(language)
    centre = _centre(national, order)
    title = "" if label is None else label.feminine if order.title == "feminine" else label.masculine
    return Labels(
        language=language,
        trade=title or trade_code(office.country, trade.code),
        issuer=issuer.name.get(language) or next(iter(issuer.name.values()), office.did),
        centre=None if centre is None else centre.name,
        acqf_level=_acqf_level(national, order.level),
        place=None if order.assessment is None else order.assessment.place,
        assessment=None if order.assessment is None else order.assessment.method,
    )


def _acqf_level(national: NationalList, level: int | None) -> int | None:
    """Only where the national ladder is officially referenced: an illustration is never signed as fact."""
    ladder = national.ladder
    if ladder is None or ladder.status != "official":
        return None
    return next((rung.acqf for rung in ladder.rungs if rung.level == level), None)
