"""Key Binding JWT: the holder shows, with the key that the issuer named, that this presentation is theirs
and was made for this verifier and question.

Source: RFC 9901, sections 4.3 (Key Binding JWT) and 7.3 (Verification by the Verifier); RFC 7800, section
3.2 (`cnf` with a JWK).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certes.credential.envelope import disclosures, json_values, jws, times
from certes.credential.envelope.opened import Binding
from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import PublicKey, Signer, parse_jwk

TYPE = "kb+jwt"
MAX_AGE_S = 300  # between making a presentation and its arrival


@dataclass(frozen=True, slots=True)
class HolderSigns:
    """What the holder signs with, and what for."""

    signer: Signer
    nonce: str
    audience: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class HolderBound:
    """What the verifier demands: its own name, the nonce that it gave out, and how old the answer may be."""

    nonce: str
    audience: str
    max_age_s: int = MAX_AGE_S


def seal(presented: str, *, holder: HolderSigns, hash_name: str) -> str:
    """The Key Binding JWT over a presentation that ends with `~`."""
    payload = {
        "iat": times.seconds(holder.issued_at),
        "aud": holder.audience,
        "nonce": holder.nonce,
        "sd_hash": disclosures.digest(presented, hash_name),
    }
    return jws.sign(json_values.write(payload), type_=TYPE, signer=holder.signer)


def open(
    text: str,
    *,
    presented: str,
    key: PublicKey,
    hash_name: str,
    expected: HolderBound,
    algorithms: Collection[str],
    now: datetime,
) -> Binding:
    """The binding, if it holds for this presentation and verifier.

    Raises Malformed `key_binding_missing`, `key_binding_hash_wrong`, `jwt_nonce_wrong`, `jwt_audience_wrong`,
    `key_binding_stale`, and as `jws.parse`, `jws.verify` and `times.require_times`.
    """
    if not text:
        raise Malformed("key_binding_missing")
    token = jws.parse(text, algorithms=algorithms, types=(TYPE,))
    jws.verify(token, key)
    payload = json_values.parse_object(token.payload)
    times.require_times(payload, now=now)
    issued_at = times.numeric_date(payload, "iat")
    if issued_at is None:
        raise Malformed("jwt_claim_invalid", field="iat")
    if times.seconds(now) > issued_at + expected.max_age_s + times.LEEWAY_S:
        raise Malformed("key_binding_stale", field="iat")
    if payload.get("aud") != expected.audience:
        raise Malformed("jwt_audience_wrong", field="aud")
    if payload.get("nonce") != expected.nonce:
        raise Malformed("jwt_nonce_wrong", field="nonce")
    if payload.get("sd_hash") != disclosures.digest(presented, hash_name):
        raise Malformed("key_binding_hash_wrong", field="sd_hash")
    return Binding(key, expected.audience, expected.nonce, issued_at)


def holder_key(claims: Mapping[str, Any]) -> PublicKey:
    """The key of the `cnf` claim. Raises Malformed `key_binding_no_key` without one, Unsupported
    `key_binding_method_unsupported` for another method than `jwk`, and as `parse_jwk`."""
    confirmation = claims.get("cnf")
    if type(confirmation) is not dict or not confirmation:
        raise Malformed("key_binding_no_key", field="cnf")
    if set(confirmation) != {"jwk"}:
        raise Unsupported("key_binding_method_unsupported", field="cnf")
    return parse_jwk(confirmation["jwk"])
