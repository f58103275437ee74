"""From an order, what the signed list adds to it, and its slot: the draft of both faces. Pure."""

from datetime import date

from certes.credential.achievement import Certification
from certes.credential.linting import Draft
from issuer.accreditation import Accredited, Office
from issuer.order import Order
from issuer.store import Plan


def draft(
    order: Order, accredited: Accredited, plan: Plan, *, office: Office, card_address: str, signed_on: date
) -> Draft:
    """Everything that will be signed, and nothing else.

    `card_address` is printed before `#` and the digits.
    """
    certification = Certification(
        issuer=office.issuer,
        key=office.key,
        number=order.number,
        centre=order.centre,
        achievement=accredited.achievement,
        person=order.person,
        awarded_on=order.awarded_on,
        signed_on=signed_on,
        valid_until=order.valid_until,
        status=plan.slot,
    )
    return Draft(certification, accredited.labels, office.network, f"{card_address}#")
