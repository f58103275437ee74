"""VCALM on an issuer in use: `POST /credentials/issue` certifies or refuses; it never signs what it is sent.

The credential that is sent is read back to facts, and the facts take the same way as any certification: the
caller's key, the accreditation of its body, plan, draft, lint, sign. What is sent must therefore be exactly
what would be signed, save for what the issuer alone decides and the caller leaves out: `credentialStatus`
(always), `validFrom` (the day of signing; today's if it is there) and `proof`.

Source: VCALM 1.0 (formerly VC API), section 3.3.1 (#issue-credential).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from certes.credential import wallet
from certes.credential.achievement import Certification, Labels
from certes.credential.errors import Malformed, Unsupported
from certes.credential.identifiers import PURPOSES, status_list_url
from certes.credential.parsing import parse_json
from certes.credential.reading import require_same
from certes.credential.validity import STATUS_TYPE, first_second
from certes.runtime.refusals import Busy
from certes.runtime.vcalm import ISSUE_OPTIONS, Asked, read_request, require_issue_options
from issuer.accreditation import require_accredited
from issuer.issuance import Desk, issue
from issuer.order import Assessment, Order, TitleForm
from issuer.store import Issued

TITLES: tuple[TitleForm, ...] = ("masculine", "feminine")
_OURS = ("proof", "credentialStatus")  # members that the issuer alone writes


def read_issue(raw: bytes) -> Asked:
    """The request. Raises Malformed and Unsupported naming the member."""
    asked = read_request(parse_json(raw), name="credential", options=ISSUE_OPTIONS)
    require_issue_options(asked)
    named = asked.text("credentialId")
    if named is not None and named != asked.document.get("id"):
        raise Malformed("option_invalid", field="options.credentialId")
    return asked


def certify(asked: Asked, *, body: str, desk: Desk, now: datetime) -> tuple[Issued, bool]:
    """The certificate of the credential that was sent, and whether this call made it.

    Raises Malformed `member_unexpected` naming a member that would not be signed so, Unsupported
    `credential_profile_unknown` for a credential of another kind, and as `issue`.
    """
    completed = _completed(asked.document, desk, now.date())
    facts = wallet.parse(completed, network=desk.office.network)
    certification = facts.certification
    if (certification.achievement.country, certification.issuer) != (desk.office.country, desk.office.issuer):
        raise Malformed("issuer_did_wrong", field="issuer.id", expected=desk.office.did)
    refusal: Malformed | None = None
    for title in TITLES:
        order = _order(facts, title)
        try:
            _require_what_would_be_signed(completed, order, facts, body=body, desk=desk, today=now.date())
        except Malformed as other:
            refusal = refusal or other
            continue
        return issue(order, body=body, desk=desk, now=now)
    raise refusal or Malformed("member_unexpected", field="credential")


def _completed(credential: Mapping[str, Any], desk: Desk, today: date) -> dict[str, Any]:
    """The credential with the members that the issuer decides, as far as a reader needs them."""
    types = credential.get("type")
    if not isinstance(types, list) or wallet.TYPE not in types:
        raise Unsupported("credential_profile_unknown", field="credential.type")
    for name in _OURS:
        if name in credential:
            raise Malformed("member_unexpected", field=name)
    office = desk.office
    entries = [
        {
            "type": STATUS_TYPE,
            "statusPurpose": purpose,
            "statusListIndex": "0",
            "statusListCredential": status_list_url(
                office.network, office.country, office.issuer, purpose, 1
            ),
        }
        for purpose in PURPOSES
    ]
    return {
        "validFrom": first_second(today),
        **credential,
        "credentialStatus": entries,
        "proof": {"verificationMethod": office.key_id},
    }


def _order(facts: wallet.WalletFacts, title: TitleForm) -> Order:
    certification, labels = facts.certification, facts.labels
    achievement = certification.achievement
    return Order(
        number=certification.number,
        trade=achievement.trade,
        trade_version=achievement.trade_version,
        level=achievement.level,
        kind=achievement.kind,
        units=achievement.units,
        route=achievement.route,
        standard=achievement.standard,
        centre=certification.centre,
        awarded_on=certification.awarded_on,
        valid_until=certification.valid_until,
        person=certification.person,
        assessment=_assessment(labels),
        title=title,
    )


def _assessment(labels: Labels) -> Assessment | None:
    if labels.place is None and labels.assessment is None:
        return None
    if labels.place is None or labels.assessment is None:
        raise Malformed("member_missing", field="evidence[0]")
    return Assessment(labels.assessment, labels.place)


def _require_what_would_be_signed(
    completed: Mapping[str, Any],
    order: Order,
    facts: wallet.WalletFacts,
    *,
    body: str,
    desk: Desk,
    today: date,
) -> None:
    """Compare with the document that the signed list and today make of the order. Raises Malformed
    `member_unexpected`, and as `require_accredited`."""
    registry = desk.registry()
    if registry is None:
        raise Busy("trust_list_not_available")
    accredited = require_accredited(
        order, body=body, office=desk.office, public_key=desk.signer.public_key, registry=registry, at=today
    )
    certification = Certification(
        issuer=desk.office.issuer,
        key=desk.office.key,
        number=order.number,
        centre=order.centre,
        achievement=accredited.achievement,
        person=order.person,
        awarded_on=order.awarded_on,
        signed_on=today,
        valid_until=order.valid_until,
        status=facts.certification.status,
    )
    expected = wallet.document(certification, accredited.labels, network=desk.office.network)
    require_same({name: value for name, value in completed.items() if name != "proof"}, expected)
