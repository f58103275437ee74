"""A VCDM 2.0 document as JWT: `vc+jwt` for a credential, `vp+jwt` for a presentation.

The payload is the document itself, with the token's own dates beside it; the claims `vc` and `vp` of the
older data model are refused. It answers whether the key that the header names signed this document, not
whether that key may speak for the issuer.
Source: Securing Verifiable Credentials using JOSE and COSE (W3C Recommendation), sections 3.1
(#secure-with-jose), 4 (#key_discovery) and 5.1 (#alg-jose).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from certes.credential.envelope import json_values, jws, times
from certes.credential.envelope.opened import REGISTERED_CLAIMS, KeyFor, Opened, registered
from certes.credential.errors import Malformed, Misuse
from certes.credential.keys import Signer

Kind = Literal["vc+jwt", "vp+jwt"]
VC_JWT: Kind = "vc+jwt"
VP_JWT: Kind = "vp+jwt"

_CONTENT: Mapping[str, str] = {VC_JWT: "vc", VP_JWT: "vp"}
_TYPE: Mapping[str, str] = {VC_JWT: "VerifiableCredential", VP_JWT: "VerifiablePresentation"}
_OLD_CLAIMS = ("vc", "vp")
# A claim and the member that says the same thing (section 3.1.3): they must not contradict one another.
_TWINS: Mapping[str, tuple[tuple[str, str], ...]] = {
    VC_JWT: (("iss", "issuer"), ("jti", "id"), ("sub", "credentialSubject")),
    VP_JWT: (("iss", "holder"), ("jti", "id")),
}


def seal(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    kind: Kind,
    issued_at: datetime | None = None,
    expires_at: datetime | None = None,
    nonce: str | None = None,
    audience: str | None = None,
) -> str:
    """The document as a compact JWT. `nonce` and `audience` tie a presentation to the verifier who asked.

    Raises Misuse `document_not_of_kind`, `already_signed`, `claim_in_document`, `json_unwritable`.
    """
    if not _is_of_type(document, _TYPE[kind]):
        raise Misuse("document_not_of_kind", field="type", expected=_TYPE[kind])
    if "proof" in document:
        raise Misuse("already_signed", field="proof")
    for name in (*REGISTERED_CLAIMS, *_OLD_CLAIMS):
        if name in document:
            raise Misuse("claim_in_document", field=name)
    own = {
        "iat": None if issued_at is None else times.seconds(issued_at),
        "exp": None if expires_at is None else times.seconds(expires_at),
        "nonce": nonce,
        "aud": audience,
    }
    payload = {**document, **{name: value for name, value in own.items() if value is not None}}
    header = {"cty": _CONTENT[kind], "kid": signer.verification_method}
    return jws.sign(json_values.write(payload), type_=kind, signer=signer, header=header)


def open(
    text: str,
    *,
    key_for: KeyFor,
    algorithms: Collection[str] = jws.ALGORITHMS,
    kind: Kind,
    now: datetime | None = None,
    nonce: str | None = None,
    audience: str | None = None,
) -> Opened:
    """The document of a JWT whose signature holds; `key_for` maps the name in `kid` or `iss` to a key.

    With `now` the token's own `exp`, `nbf` and `iat` must hold (without, they are only well formed, and are
    in `claims`); with `nonce` and `audience` the presentation must have been made for them.

    Raises as `jws.parse` and `jws.verify`; Malformed `jwt_content_type_wrong`, `jwt_claim_forbidden`,
    `jwt_claims_conflict`, `document_not_of_kind`, `jwt_nonce_wrong`, `jwt_audience_wrong`, and as
    `times.require_times`.
    """
    # 1. Header: allowed algorithm, the kind asked for, nothing critical, no key inside.
    token = jws.parse(text, algorithms=algorithms, types=(kind,))
    _require_content_type(token.header, kind)
    # 2. The key that it names signed it.
    payload = json_values.parse_object(token.payload)
    method = jws.key_name(token, payload)
    key = key_for(method)
    jws.verify(token, key)
    # 3. Its claims are the document and contradict it nowhere.
    _require_document(payload, kind)
    _require_agreement(token.header, payload, kind)
    times.require_dates(payload)
    # 4. It is for now, for this verifier, for this question.
    if now is not None:
        times.require_times(payload, now=now)
    if nonce is not None and payload.get("nonce") != nonce:
        raise Malformed("jwt_nonce_wrong", field="nonce")
    if audience is not None and not _names(payload.get("aud"), audience):
        raise Malformed("jwt_audience_wrong", field="aud")
    claims = registered(payload)
    document = {name: value for name, value in payload.items() if name not in claims}
    return Opened(document, claims, token.header, kind, method, key)


def _is_of_type(document: Mapping[str, Any], name: str) -> bool:
    value = document.get("type")
    return value == name or (isinstance(value, list) and name in value)


def _require_content_type(header: Mapping[str, Any], kind: Kind) -> None:
    if "cty" not in header:
        return
    value = header["cty"]
    if type(value) is not str or not jws.is_type(value, _CONTENT[kind]):
        raise Malformed("jwt_content_type_wrong", field="cty", expected=_CONTENT[kind])


def _require_document(payload: Mapping[str, Any], kind: Kind) -> None:
    for name in _OLD_CLAIMS:
        if name in payload:
            raise Malformed("jwt_claim_forbidden", field=name)
    if not _is_of_type(payload, _TYPE[kind]):
        raise Malformed("document_not_of_kind", field="type", expected=_TYPE[kind])


def _require_agreement(header: Mapping[str, Any], payload: Mapping[str, Any], kind: Kind) -> None:
    for claim, member in _TWINS[kind]:
        stated = _identifier(payload.get(member))
        for place in (header, payload):
            if claim in place and stated is not None and place[claim] != stated:
                raise Malformed("jwt_claims_conflict", field=claim, member=member)
    if "iss" in header and "iss" in payload and header["iss"] != payload["iss"]:
        raise Malformed("jwt_claims_conflict", field="iss", member="iss")


def _identifier(value: Any) -> Any | None:
    return value.get("id") if isinstance(value, dict) else value


def _names(audiences: Any, audience: str) -> bool:
    return audiences == audience or (isinstance(audiences, list) and audience in audiences)
