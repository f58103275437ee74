"""The people's stories told over HTTP: certified by an issuer, changed afterwards, shown to a verifier."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

import httpx

from certes.credential import skillcard
from certes.credential.achievement import Achievement, Certification, StatusSlot
from certes.credential.errors import Misuse
from certes.credential.identifiers import key_id
from certes.credential.keys import Ed25519Signer
from certes.credential.proof import EDDSA_JCS_2022, sign
from certes.credential.qrsize import Level
from certes.demo.cases import CASES
from certes.demo.illustration import COUNTRIES, NETWORK, TRADES
from certes.demo.network import Running
from certes.demo.people import Story
from certes.demo.services import url
from certes.runtime.qr import draw, to_png
from certes.runtime.randomness import random_bytes
from issuer.callers import create_api_key, register_api_key
from issuer.request import read_certification
from issuer.store import Store

# Opens the sandbox issuer of Cameroon in the demonstration, on loopback only; the README uses it.
SANDBOX_KEY = "certes_demonstr_this-key-opens-nothing-but-the-demo-network"
SANDBOX_BODY = ("CM", "CFM")
_CHANGES = {
    "revoke": ("revocation", "awarded_in_error"),
    "suspend": ("suspension", "other"),
    "replace": ("revocation", "replaced"),
}


@dataclass(frozen=True)
class Told:
    """A story with its certificate's QR as it will be shown."""

    story: Story
    text: str
    png: bytes


def api_keys(stores: dict[str, Store], now: datetime) -> dict[tuple[str, str], str]:
    """A key for every body, by country and body code; the sandbox's is the one the README writes."""
    keys = {}
    for country in COUNTRIES:
        for body in country.bodies:
            store = stores[country.code]
            if (country.code, body) == SANDBOX_BODY:
                register_api_key(SANDBOX_KEY, body, label="sandbox", expires_at=None, store=store, now=now)
                keys[country.code, body] = SANDBOX_KEY
            else:
                keys[country.code, body], _ = create_api_key(
                    body, label="demonstration", expires_at=None, store=store, now=now
                )
    return keys


def tell(story: Story, running: Running, key: str, client: httpx.Client) -> Told:
    """Certify, change afterwards if the story says so, and fetch the QR."""
    if story.signed_elsewhere:
        return _signed_elsewhere(story, running)
    base = url(running.ports.issuers[story.country])
    headers = {"Authorization": f"Bearer {key}"}
    issued = _accepted(client.post(f"{base}/v1/certifications", json=story.request, headers=headers))
    own = f"{base}/v1/credentials/{story.request['number']}"
    text = issued["card"]["text"]
    if story.afterwards == "tamper":
        return Told(story, _altered(text), _picture(_altered(text)))
    picture = client.get(f"{own}.png", headers=headers)
    if story.afterwards:
        change, reason = _CHANGES[story.afterwards]
        _accepted(client.post(f"{own}/{change}", json={"reason": reason}, headers=headers))
    return Told(story, text, picture.content)


def verify(told: Told, running: Running, client: httpx.Client, *, language: str = "en") -> dict[str, Any]:
    """Upload the QR as a picture to the verifier of the story's host country."""
    answer = client.post(
        f"{url(running.ports.verifiers[told.story.host])}/v1/verifications",
        files={"file": (f"{told.story.name}.png", told.png, "image/png")},
        data={"country": told.story.host, "language": language},
    )
    return _accepted(answer)


def _accepted(answer: httpx.Response) -> dict[str, Any]:
    body = answer.json()
    if not answer.is_success or not isinstance(body, dict):
        raise Misuse("demo_request_refused", field=str(answer.request.url), reason=answer.text[:500])
    return body


def _altered(text: str) -> str:
    """Another certificate number, the signature kept: what somebody with a computer and no key can do."""
    address, _, digits = text.rpartition("#")
    card = skillcard.decode(digits, networks=(NETWORK,))
    facts = card.certification
    changed = replace(facts, person=replace(facts.person, name="MENDOUGA Paul"))
    raw = skillcard.encode(replace(card, certification=changed).document(), changed, network=NETWORK)
    return f"{address}#{int.from_bytes(raw, 'big')}"


def _signed_elsewhere(story: Story, running: Running) -> Told:
    """Signed past every check of an issuer: by an unknown key, a known one beyond its scope, an issuer that
    was suspended, or whoever stole a key."""
    case = CASES.get(story.afterwards)
    if case is not None:
        signer, issuer, key = running.cases[case.name], case.issuer, case.key
    else:
        unknown = story.afterwards == "unknown_issuer"
        issuer, key = 9 if unknown else 1, 1
        method = key_id(NETWORK, story.country, issuer, key)
        known = running.key_files[story.country].signer(1, verification_method=method)
        signer = Ed25519Signer(random_bytes(32), method) if unknown else known
    facts = _facts(story, issuer, key)
    created = datetime.combine(facts.signed_on, time(), UTC)
    signed = sign(
        skillcard.document(facts, network=NETWORK), signer=signer, suite=EDDSA_JCS_2022, created=created
    )
    raw = skillcard.encode(signed, facts, network=NETWORK)
    text = f"{url(running.ports.verifiers['GA'])}/#{int.from_bytes(raw, 'big')}"
    return Told(story, text, _picture(text))


def _facts(story: Story, issuer: int, key: int) -> Certification:
    """The story's request as facts, signed on the day of the award."""
    order = read_certification(story.request)
    occupation = next(trade.isco08 for trade in TRADES if trade.code == order.trade)
    achievement = Achievement(
        country=story.country,
        trade=order.trade,
        trade_version=1,
        occupation=occupation,
        level=order.level,
        kind=order.kind,
        units=order.units,
        route=order.route,
    )
    return Certification(
        issuer=issuer,
        key=key,
        number=order.number,
        centre=order.centre,
        achievement=achievement,
        person=order.person,
        awarded_on=order.awarded_on,
        signed_on=order.awarded_on,
        valid_until=order.valid_until,
        status=StatusSlot(1, 0),
    )


def _picture(text: str) -> bytes:
    return to_png(draw(text, Level.M))
