"""Keys, tokens and forgeries that the tests of envelopes share."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from certes.credential import multibase
from certes.credential.envelope import sd_jwt
from certes.credential.envelope.key_binding import HolderBound, HolderSigns
from certes.credential.keys import P256, P384, EcdsaSigner, Ed25519Signer, PublicKey, Signer

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER = "did:web:skills.example:cm:1"
HOLDER = "did:example:holder"
ED25519 = Ed25519Signer(bytes(range(32)), f"{ISSUER}#k1")
ES256 = EcdsaSigner(bytes(range(1, 33)), f"{ISSUER}#k2", key_type=P256)
ES384 = EcdsaSigner(bytes(range(1, 49)), f"{ISSUER}#k3", key_type=P384)
STRANGER = Ed25519Signer(bytes(32), ED25519.verification_method)
HOLDER_KEY = Ed25519Signer(bytes(range(32, 64)), f"{HOLDER}#0")
SIGNERS: tuple[Signer, ...] = (ED25519, ES256, ES384)
NONCE, AUDIENCE = "n-0S6_WzA2Mj", "https://verifier.example"
BOUND = HolderBound(NONCE, AUDIENCE)
HOLDS = HolderSigns(HOLDER_KEY, NONCE, AUDIENCE, NOW)

CREDENTIAL: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://skills.example/cm/1/credentials/1",
    "type": ["VerifiableCredential"],
    "issuer": {"id": ISSUER, "name": "Ministère"},
    "validFrom": "2026-03-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:worker", "name": "NGO MBARGA Émilienne"},
}
PRESENTATION: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiablePresentation"],
    "holder": ISSUER,
}
CLAIMS: dict[str, Any] = {
    "vct": "https://skills.example/vct/x",
    "iss": ISSUER,
    "iat": AT,
    "exp": AT + 3_600,
    "name": "NGO MBARGA Émilienne",
    "address": {"street": "Rue 1.027", "city": "Douala"},
    "units": ["U1", "U2", "U3"],
    "trade": "CM:1204",
}
PATHS = (("name",), ("address",), ("address", "street"), ("units", 0), ("units", 2))


def key_for(name: str) -> PublicKey:
    """The keys these tests know."""
    for signer in SIGNERS:
        if signer.verification_method == name:
            return signer.public_key
    raise LookupError(name)


def counting(seed: bytes = b"") -> Callable[[int], bytes]:
    """Bytes that look random and are the same in every run."""
    state = [0]

    def draw(size: int) -> bytes:
        state[0] += 1
        return hashlib.shake_128(seed + state[0].to_bytes(4, "big")).digest(size)

    return draw


def encoded(value: Any) -> str:
    """A value as base64url JSON; bytes and text are taken as they are."""
    if isinstance(value, str):
        value = value.encode()
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return multibase.base64url_encode(raw)


def token(header: Any, payload: Any, *, signer: Signer = ED25519) -> str:
    """A compact JWS with any header and payload, well signed."""
    signing_input = f"{encoded(header)}.{encoded(payload)}"
    return f"{signing_input}.{multibase.base64url_encode(signer.sign(signing_input.encode()))}"


def header_of(text: str) -> dict[str, Any]:
    """The header of a compact JWS."""
    found: dict[str, Any] = json.loads(multibase.base64url_decode(text.split(".")[0]))
    return found


def payload_of(text: str) -> dict[str, Any]:
    """The payload of a compact JWS, or of the JWT in an SD-JWT."""
    found: dict[str, Any] = json.loads(multibase.base64url_decode(text.split("~")[0].split(".")[1]))
    return found


def sd_text(payload: Mapping[str, Any], *disclosures: Any, header: Mapping[str, Any] | None = None) -> str:
    """An SD-JWT with any payload and disclosures, well signed."""
    default = {"alg": "EdDSA", "typ": "dc+sd-jwt", "kid": ED25519.verification_method}
    texts = [item if isinstance(item, str) else encoded(item) for item in disclosures]
    return "".join(f"{part}~" for part in (token({**default, **(header or {})}, payload), *texts))


def digest_of(disclosure: Any) -> str:
    """The SHA-256 digest of a disclosure given as a value."""
    text = disclosure if isinstance(disclosure, str) else encoded(disclosure)
    return multibase.base64url_encode(hashlib.sha256(text.encode()).digest())


def issued(signer: Signer = ED25519, **options: Any) -> str:
    """The sample SD-JWT VC, bound to the holder's key."""
    return sd_jwt.issue(
        CLAIMS,
        signer=signer,
        disclosable=options.pop("disclosable", PATHS),
        random=counting(),
        holder_key=HOLDER_KEY.public_key,
        **options,
    )
