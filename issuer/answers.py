"""What a caller gets about a certificate: JSON and drawings. The signed bytes go out as they were signed."""

from urllib.parse import quote

import orjson

from certes.credential.card_text import to_address, to_digits
from certes.credential.qrsize import Level, printed_level
from certes.runtime.qr import Symbol, draw
from issuer.issuance import Desk
from issuer.standing import standing_of
from issuer.store import Issued

PATH = "/v1/credentials"


def certificate_json(issued: Issued, *, desk: Desk, status: str | None = None) -> bytes:
    """The answer's body. `status`: where a change of status stands, after one."""
    digits = to_digits(issued.signed.card)
    address = to_address(issued.signed.card, address=desk.card_address)
    members = {
        "number": issued.plan.number,
        "state": standing_of(issued.history),
        "issued_at": issued.issued_at,
        "links": links(issued.plan.number),
        "card": {
            "text": address,
            "digits": digits,
            "qr_version": draw(address, _level(desk, digits)).version,
        },
        "credential": orjson.Fragment(issued.signed.wallet),
    }
    if issued.history:
        last = issued.history[-1]
        members["last_change"] = {"action": last.action, "reason": last.reason, "at": last.at}
    if status is not None:
        members["status_list"] = status
    if desk.sandbox:
        members["sandbox"] = True
    return orjson.dumps(members, option=orjson.OPT_UTC_Z)


def links(number: str) -> dict[str, str]:
    """Where everything about a certificate is."""
    base = f"{PATH}/{quote(number, safe='')}"
    ends = {"self": "", "png": ".png", "svg": ".svg", "credential": ".json"}
    changes = {name: f"/{name}" for name in ("revocation", "suspension", "reinstatement")}
    return {name: base + end for name, end in (ends | changes).items()}


def qr_symbol(issued: Issued, *, desk: Desk) -> Symbol:
    """The card's QR, at the level it is printed with."""
    digits = to_digits(issued.signed.card)
    return draw(to_address(issued.signed.card, address=desk.card_address), _level(desk, digits))


def _level(desk: Desk, digits: str) -> Level:
    return printed_level(f"{desk.card_address}#", len(digits))
