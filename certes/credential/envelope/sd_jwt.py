"""SD-JWT and SD-JWT VC: issued with claims that may be withheld, presented with those the holder chooses,
verified.

`dc+sd-jwt` is written and read; the earlier name `vc+sd-jwt` is only read. The JSON serialization is not
used. Source: RFC 9901, sections 4, 6 and 7; SD-JWT-based Verifiable Digital Credentials
(draft-ietf-oauth-sd-jwt-vc), sections 2 and 3.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from certes.credential import multibase
from certes.credential.envelope import concealing, disclosures, json_values, jws, key_binding, times
from certes.credential.envelope.concealing import RandomBytes
from certes.credential.envelope.disclosures import Expanded, Placed
from certes.credential.envelope.key_binding import HolderBound, HolderSigns
from certes.credential.envelope.opened import KeyFor, Opened, Path, registered
from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.keys import PublicKey, Signer, to_jwk

DC_SD_JWT, VC_SD_JWT = "dc+sd-jwt", "vc+sd-jwt"
TYPES: Final[tuple[str, ...]] = (DC_SD_JWT, VC_SD_JWT)

# What must always be shown: SD-JWT VC, section 2.2.2.3; VC-JOSE-COSE, section 3.2.1, for VCDM documents.
ALWAYS_SHOWN: Final[frozenset[str]] = frozenset(
    {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"}
)
_VCDM_ALWAYS_SHOWN: Final[frozenset[str]] = frozenset(
    {"@context", "type", "issuer", "validFrom", "validUntil", "credentialStatus", "credentialSchema"}
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A combined text, taken apart: `<JWT>~<disclosure>~...~<key binding JWT or nothing>`."""

    issuer_jwt: str
    disclosures: tuple[str, ...]
    key_binding: str
    presented: str  # everything before the key binding JWT


def issue(
    claims: Mapping[str, Any],
    *,
    signer: Signer,
    disclosable: Collection[Path],
    random: RandomBytes,
    holder_key: PublicKey | None = None,
    type_: str = DC_SD_JWT,
    hash_name: str = disclosures.DEFAULT_HASH,
    decoys: Mapping[Path, int] | None = None,
) -> str:
    """An SD-JWT whose claims at `disclosable` may be withheld; a path inside another makes both so.

    `random` gives that many random bytes; `holder_key` goes into `cnf`. Raises Misuse `sd_type_wrong`,
    `vct_missing`, `claim_not_disclosable`, `claim_name_reserved`, `disclosure_path_unknown`,
    `json_unwritable`.
    """
    if type_ == VC_SD_JWT:
        raise Misuse("sd_type_wrong", expected=DC_SD_JWT)
    own: dict[str, Any] = {} if holder_key is None else {"cnf": {"jwk": to_jwk(holder_key)}}
    complete = {**claims, **own}
    if type_ == DC_SD_JWT:
        if type(complete.get("vct")) is not str:
            raise Misuse("vct_missing", field="vct")
        for path in disclosable:
            if path and path[0] in ALWAYS_SHOWN:
                raise Misuse("claim_not_disclosable", field=str(path[0]))
    payload, made = concealing.conceal(
        complete, paths=disclosable, random=random, hash_name=hash_name, decoys=decoys or {}
    )
    header = {"kid": signer.verification_method}
    signed = jws.sign(json_values.write(payload), type_=type_, signer=signer, header=header)
    return "".join(f"{part}~" for part in (signed, *(disclosure.text for disclosure in made)))


def disclosable_paths(text: str) -> tuple[Path, ...]:
    """The paths that the holder of this SD-JWT can choose from, outer before inner. Verifies nothing."""
    _, _, expanded = _read(text)
    return tuple(placed.path for placed in expanded.placed)


def present(text: str, *, disclose: Collection[Path], holder: HolderSigns | None = None) -> str:
    """The SD-JWT with the claims at `disclose` alone, and those around them; signed by the holder if asked.

    The issuer's signature is not verified here: a holder did that on receipt, with `verify`.
    Raises Misuse `disclosure_path_unknown` for a path that is not among `disclosable_paths`.
    """
    parts, hash_name, expanded = _read(text)
    if parts.key_binding:
        raise Misuse("already_presented")
    by_path = {placed.path: (*placed.inside, placed.disclosure) for placed in expanded.placed}
    chosen: set[str] = set()
    for path in disclose:
        if path not in by_path:
            raise Misuse("disclosure_path_unknown", path=str(path))
        chosen.update(disclosure.text for disclosure in by_path[path])
    shown = [part for part in parts.disclosures if part in chosen]
    presented = "".join(f"{part}~" for part in (parts.issuer_jwt, *shown))
    if holder is None:
        return presented
    return presented + key_binding.seal(presented, holder=holder, hash_name=hash_name)


def verify(
    text: str,
    *,
    key_for: KeyFor,
    now: datetime,
    algorithms: Collection[str] = jws.ALGORITHMS,
    types: Collection[str] = TYPES,
    binding: HolderBound | None = None,
) -> Opened:
    """The claims that an SD-JWT shows, if it holds at `now`.

    With `binding` a key binding JWT is demanded and verified; without, one that is there is not looked at
    (RFC 9901, section 7.3, step 1: that is the verifier's policy, never the presenter's choice).

    Raises as `jws.parse`, `jws.verify`, `disclosures.parse_all`, `disclosures.expand`, `times.require_times`
    and `key_binding.open`; Malformed `sd_jwt_invalid`, `sd_claim_not_disclosable`, `vct_missing`;
    Unsupported `sd_jwt_json_serialization`, `sd_hash_unsupported`.
    """
    # 1. Take it apart (section 7.1, step 1).
    parts = _split(text)
    token = jws.parse(parts.issuer_jwt, algorithms=algorithms, types=types)
    payload = json_values.parse_object(token.payload)
    # 2. The issuer's key signed it (step 2).
    method = jws.key_name(token, payload)
    key = key_for(method)
    jws.verify(token, key)
    # 3. Each disclosure stands in its one place (steps 3 to 5).
    hash_name = disclosures.hash_name(payload)
    found = disclosures.parse_all(parts.disclosures, hash_name=hash_name)
    expanded = disclosures.expand(payload, found)
    claims = expanded.claims
    _require_profile(token.type, claims, expanded.placed)
    # 4. It holds now (step 6).
    times.require_times(claims, now=now)
    # 5. The holder made this presentation for this verifier, where the caller demands it (section 7.3).
    bound = None
    if binding is not None:
        bound = key_binding.open(
            parts.key_binding,
            presented=parts.presented,
            key=key_binding.holder_key(claims),
            hash_name=hash_name,
            expected=binding,
            algorithms=algorithms,
            now=now,
        )
    return Opened(
        document=claims,
        claims=registered(claims),
        header=token.header,
        type=token.type,
        verification_method=method,
        key=key,
        disclosed=tuple(placed.path for placed in expanded.placed),
        withheld=expanded.withheld,
        binding=bound,
    )


def _split(text: str) -> _Parts:
    if len(text) > jws.MAX_CHARACTERS:
        raise Malformed("jwt_too_long", limit=jws.MAX_CHARACTERS)
    if text.lstrip()[:1] == "{":
        raise Unsupported("sd_jwt_json_serialization")
    before, tilde, last = text.rpartition("~")
    if not tilde or not text.isascii():
        raise Malformed("sd_jwt_invalid")
    issuer_jwt, *texts = before.split("~")
    if not all(texts):
        raise Malformed("sd_jwt_invalid")
    return _Parts(issuer_jwt, tuple(texts), last, before + tilde)


def _read(text: str) -> tuple[_Parts, str, Expanded]:
    """The holder's view: parts, hash and places, without a key."""
    parts = _split(text)
    pieces = parts.issuer_jwt.split(".")
    if len(pieces) != 3:
        raise Malformed("jwt_invalid")
    payload = json_values.parse_object(multibase.base64url_decode(pieces[1]))
    hash_name = disclosures.hash_name(payload)
    found = disclosures.parse_all(parts.disclosures, hash_name=hash_name)
    return parts, hash_name, disclosures.expand(payload, found)


def _require_profile(type_: str, claims: Mapping[str, Any], placed: tuple[Placed, ...]) -> None:
    """The rules of SD-JWT VC, or of a VCDM 2.0 document under the name `vc+sd-jwt`."""
    if type_ not in TYPES:
        return
    is_vcdm = type_ == VC_SD_JWT and "vct" not in claims and "@context" in claims
    shown = _VCDM_ALWAYS_SHOWN | ALWAYS_SHOWN if is_vcdm else ALWAYS_SHOWN
    for one in placed:
        if one.path[0] in shown:
            raise Malformed("sd_claim_not_disclosable", field=str(one.path[0]))
    if not is_vcdm and (type(claims.get("vct")) is not str or not claims["vct"]):
        raise Malformed("vct_missing", field="vct")
