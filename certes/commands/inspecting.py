"""What is this? A description of anything credential-like, taken from the text itself and believed by nobody.

Nothing is verified: every line is what the document says of itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from certes.credential import multibase, skillcard
from certes.credential.data_model import agent_id, credentials_of, require_credential, require_presentation
from certes.credential.envelope import enveloped
from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.identifiers import Network
from certes.credential.parsing import parse_json
from certes.credential.presented import present_document

MAX_JWT_CHARACTERS = 1024 * 1024
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:~|$)", re.ASCII)
_SHOWN = ("id", "name", "issuer", "holder", "validFrom", "validUntil", "issuanceDate", "expirationDate")
_PROOF = (
    "type",
    "cryptosuite",
    "created",
    "expires",
    "verificationMethod",
    "proofPurpose",
    "domain",
    "challenge",
)


def inspect(raw: bytes, *, network: Network) -> dict[str, Any]:
    """Kind, members and proofs of a JSON document, a JWT or SD-JWT, or a card's text.

    Raises Malformed `not_readable` for what is none of these, and as `parse_json`.
    """
    content = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if content.startswith(b"{"):
        return inspect_document(parse_json(content), network=network)
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        raise Malformed("not_readable", field="document") from None
    if len(text) <= MAX_JWT_CHARACTERS and _TOKEN.match(text) is not None:
        return _token(text, network)
    card = skillcard.decode(text, networks=(network,))
    return inspect_document(card.document(), network=network) | {"kind": "skill card (QR)", "host": card.host}


def inspect_document(document: Mapping[str, Any], *, network: Network) -> dict[str, Any]:
    """The same for a JSON document."""
    kind = _kind(document)
    found: dict[str, Any] = {"kind": kind, "type": document.get("type")}
    found |= {name: document[name] for name in _SHOWN if name in document}
    if "credentialSubject" in document:
        value = document["credentialSubject"]
        found["subjects"] = [agent_id(each) for each in (value if isinstance(value, list) else [value])]
    proofs = document.get("proof", [])
    found["proofs"] = [
        {name: proof[name] for name in _PROOF if name in proof}
        for proof in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(proof, dict)
    ]
    if kind == "presentation":
        found["credentials"] = _credentials(document, network)
    if kind.startswith("enveloped"):
        found |= _inner(document, network)
    found |= _form(document, kind) | _facts(document, network)
    return found


def _kind(document: Mapping[str, Any]) -> str:
    types = document.get("type")
    names = types if isinstance(types, list) else [types]
    for name, kind in _KINDS:
        if name in names:
            return kind
    if "id" in document and "verificationMethod" in document:
        return "DID document"
    return str(types) if isinstance(types, str) and "payload" in document else "JSON"


_KINDS = (
    ("EnvelopedVerifiableCredential", "enveloped credential"),
    ("EnvelopedVerifiablePresentation", "enveloped presentation"),
    ("BitstringStatusListCredential", "status list"),
    ("VerifiableCredential", "credential"),
    ("VerifiablePresentation", "presentation"),
    ("TrustBundle", "trust bundle"),
)


def _form(document: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The version of the data model, and the first member that breaks its rules."""
    try:
        if kind in ("credential", "status list"):
            return {"data_model": require_credential(document).version}
        if kind == "presentation":
            return {"data_model": require_presentation(document).version}
        return {}
    except (Malformed, Unsupported) as refusal:
        return {"not_well_formed": _told(refusal)}


def _facts(document: Mapping[str, Any], network: Network) -> dict[str, Any]:
    """What one of our certificates states; nothing for other documents."""
    try:
        presented = present_document(document, networks=(network,))
    except (Malformed, Unsupported):
        return {}
    facts = presented.certification
    return {
        "profile": presented.form,
        "number": facts.number,
        "holder_name": facts.person.name,
        "trade": f"{facts.achievement.country}:{facts.achievement.trade}",
        "occupation": f"isco08:{facts.achievement.occupation}",
        "awarded_on": facts.awarded_on.isoformat(),
        "signed_on": facts.signed_on.isoformat(),
    }


def _credentials(document: Mapping[str, Any], network: Network) -> list[dict[str, Any]]:
    try:
        return [inspect_document(credential, network=network) for credential in credentials_of(document)]
    except (Malformed, Unsupported):
        return []


def _inner(document: Mapping[str, Any], network: Network) -> dict[str, Any]:
    try:
        inner = enveloped.unwrap(document)
        return {"media_type": inner.media_type, "inside": _token(inner.text, network)}
    except (Malformed, Unsupported) as refusal:
        return {"not_well_formed": _told(refusal)}


def _token(text: str, network: Network) -> dict[str, Any]:
    """Header and payload of a compact JWT; the disclosures of an SD-JWT are only counted."""
    token, *disclosures = text.strip().split("~")
    parts = token.split(".")
    if len(parts) != 3:
        raise Malformed("not_readable", field="document")
    header, payload = (parse_json(multibase.base64url_decode(part)) for part in parts[:2])
    kind = "SD-JWT" if disclosures else "JWT"
    found = {"kind": kind, "header": header, "document": inspect_document(payload, network=network)}
    return found | ({"disclosures": len([part for part in disclosures if part])} if disclosures else {})


def _told(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "field": refusal.field}
