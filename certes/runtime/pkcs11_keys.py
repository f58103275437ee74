"""Signing keys in a hardware security module, through PKCS#11: the `Signer` of a key that never leaves it.

Ed25519 by CKM_EDDSA; P-256 and P-384 by CKM_ECDSA over the hash that belongs to the curve. Whoever holds the
module and its PIN can sign as the owner for as long as both are at hand, and cannot take the key away.
Source: PKCS #11 v3.0, Current Mechanisms, Elliptic Curve: "ECDSA without hashing" and "EdDSA".
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certes.credential.errors import BadSignature, Unsupported
from certes.credential.keys import ED25519, P256, P384, KeyType, PublicKey
from certes.runtime.pkcs11_points import Curve, curve_for, curve_of, public_key
from certes.runtime.pkcs11_token import Token, TokenPlace, binding, token_at
from certes.runtime.pkcs11_uri import KeyUri
from certes.runtime.randomness import random_bytes
from certes.runtime.refusals import Busy, Conflict

if TYPE_CHECKING:
    import pkcs11.types

_PROBE = b"certes: does this key sign?"  # neither a document's hashes nor a note nor a canonical object
_NEW_ID_BYTES = 8


class TokenSigner:
    """A key in a token. Safe to share between threads: they wait for one another."""

    def __init__(
        self, token: Token, where: KeyUri, *, verification_method: str, types: tuple[KeyType, ...]
    ) -> None:
        """Finds the pair and signs once, so that what cannot sign is refused now and not at the first
        certificate. Raises as `TokenKeys.signer`."""
        self._token = token
        self._where = where
        self._verification_method = verification_method
        self._held: _Held | None = None
        self._public_key = token.run(lambda session: _public_of(session, where, token.name))
        if self._public_key.type not in types:
            raise Unsupported("hsm_key_type_unsupported", type=self._public_key.type.name)
        self._prepare, self._mechanism = _SCHEMES[self._public_key.type.name]
        self.sign(_PROBE)

    @property
    def verification_method(self) -> str:
        """The DID URL of the key."""
        return self._verification_method

    @property
    def public_key(self) -> PublicKey:
        """The matching public key."""
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        """The raw signature, checked before it is given out.

        Raises Busy as `Token.run`, and `hsm_key_missing`, `hsm_signature_wrong`.
        """
        signature = self._token.run(lambda session: self._signed(session, data))
        try:
            self._public_key.verify(signature, data)
        except BadSignature:  # another key's public half, a fault, or a key replaced under the same name
            raise Busy("hsm_signature_wrong", token=self._token.name, key=self._where.key_name) from None
        return signature

    def _signed(self, session: "pkcs11.types.Session", data: bytes) -> bytes:
        if self._held is None or self._held.session is not session:  # a handle lives as long as its session
            private = _private_in(session, self._where, self._token.name)
            self._held = _Held(session, private, self._token.pin_for(private))
        mechanism = getattr(binding().Mechanism, self._mechanism)
        return bytes(self._held.private.sign(self._prepare(data), mechanism=mechanism, pin=self._held.pin))


@dataclass(frozen=True, slots=True)
class _Held:
    session: "pkcs11.types.Session"
    private: Any  # it can sign, which the library's types do not say of a private key in general
    pin: str | None = field(repr=False)


def _itself(data: bytes) -> bytes:
    return data


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sha384(data: bytes) -> bytes:
    return hashlib.sha384(data).digest()


# Key type -> what is handed to the module, and by which mechanism it signs that.
_SCHEMES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    ED25519.name: (_itself, "EDDSA"),
    P256.name: (_sha256, "ECDSA"),
    P384.name: (_sha384, "ECDSA"),
}


class TokenKeys:
    """The keys of one owner in a token, by number as in a key file, or the one that the URI names."""

    def __init__(self, place: TokenPlace) -> None:
        """The device is asked for nothing yet. Raises Unsupported `hsm_support_missing`, SettingInvalid
        `hsm_module_missing`, Busy `hsm_pin_wrong`."""
        self._token = token_at(place)
        self._where = place.where

    def signer(
        self, key: int, *, verification_method: str, types: tuple[KeyType, ...] = (ED25519,)
    ) -> TokenSigner:
        """A signer for one key, which must be of one of `types`.

        Raises Busy as `Token.run`, and `hsm_key_missing`, `hsm_key_ambiguous`, `hsm_signature_wrong`;
        Unsupported `hsm_key_type_unsupported`, `hsm_mechanism_unsupported`; Malformed `hsm_point_invalid`.
        """
        where = self._where.numbered(key)
        return TokenSigner(self._token, where, verification_method=verification_method, types=types)

    def create(self, key: int, *, key_type: KeyType = ED25519) -> PublicKey:
        """Make a pair in the token; its private half can never be taken out. Its public half.

        Raises Conflict `hsm_key_exists` where label or id are taken, and as `signer`.
        """
        where, curve = self._where.numbered(key), curve_for(key_type)
        self._token.run(lambda session: _generate(session, where, curve, self._token.name), again=False)
        return self.signer(key, verification_method="", types=(key_type,)).public_key


def _template(where: KeyUri) -> dict[Any, Any]:
    attribute = binding().Attribute
    wanted = {attribute.LABEL: where.object, attribute.ID: where.id}
    return {name: value for name, value in wanted.items() if value is not None}


def _objects(session: "pkcs11.types.Session", kind: Any, template: dict[Any, Any]) -> "list[Any]":
    """A search is ended before anything else is done in the session."""
    return list(session.get_objects({binding().Attribute.CLASS: kind, **template}))


def _private_in(session: "pkcs11.types.Session", where: KeyUri, token: str) -> Any:
    found = _objects(session, binding().ObjectClass.PRIVATE_KEY, _template(where))
    if not found:
        raise Busy("hsm_key_missing", token=token, key=where.key_name)
    if len(found) > 1:
        raise Busy("hsm_key_ambiguous", token=token, key=where.key_name)
    return found[0]


def _public_of(session: "pkcs11.types.Session", where: KeyUri, token: str) -> PublicKey:
    """The public half, found by the private one's id: labels of the two may differ."""
    pkcs11 = binding()
    private = _private_in(session, where, token)
    if private.key_type not in (pkcs11.KeyType.EC, pkcs11.KeyType.EC_EDWARDS):
        raise Unsupported("hsm_key_type_unsupported", type=str(getattr(private.key_type, "name", "?")))
    template = {pkcs11.Attribute.ID: private.id} if private.id else _template(where)
    found = _objects(session, pkcs11.ObjectClass.PUBLIC_KEY, template)
    if len(found) != 1:
        code = "hsm_public_key_missing" if not found else "hsm_key_ambiguous"
        raise Busy(code, token=token, key=where.key_name)
    curve = curve_of(found[0][pkcs11.Attribute.EC_PARAMS])
    return public_key(curve, found[0][pkcs11.Attribute.EC_POINT])


def _generate(session: "pkcs11.types.Session", where: KeyUri, curve: Curve, token: str) -> None:
    pkcs11 = binding()
    for taken in ({pkcs11.Attribute.LABEL: where.object}, {pkcs11.Attribute.ID: where.id}):
        if None not in taken.values() and _objects(session, pkcs11.ObjectClass.PRIVATE_KEY, taken):
            raise Conflict("hsm_key_exists", token=token, key=where.key_name)
    edwards = curve.type.curve is None
    writing = session.token.open(rw=True)  # the login is the process's: this session is inside it
    try:
        writing.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS if edwards else pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: curve.parameters[0]},
            local=True,
        ).generate_keypair(
            mechanism=getattr(pkcs11.Mechanism, "EC_EDWARDS_KEY_PAIR_GEN" if edwards else "EC_KEY_PAIR_GEN"),
            id=where.id if where.id is not None else random_bytes(_NEW_ID_BYTES),
            label=where.object,
            store=True,
            capabilities=pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY,
            private_template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
        )
    finally:
        writing.close()  # it made no login, so it ends none
