"""What a DID document says about keys: which key, controlled by whom, for which purpose.

Source: Controlled Identifiers 1.0, sections 2.2 (#verification-methods) and 2.3
(#verification-relationships).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import PublicKey, parse_jwk, parse_multikey

MAX_METHODS = 256  # an issuer with monthly keys for twenty years

RELATIONSHIPS = (
    "assertionMethod",
    "authentication",
    "capabilityDelegation",
    "capabilityInvocation",
)


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A published key. `key` is None where its kind cannot be checked here."""

    id: str
    controller: str
    key: PublicKey | None


@dataclass(frozen=True, slots=True)
class DidDocument:
    """A DID's verification methods by id, and the ids allowed for each relationship."""

    id: str
    methods: Mapping[str, VerificationMethod]
    relationships: Mapping[str, frozenset[str]]

    def key_for(self, method_id: str, *, purpose: str = "assertionMethod") -> PublicKey:
        """The key `method_id` if this document allows it for `purpose` and its controller is this DID.

        Raises Malformed `verification_method_unknown`, `verification_method_purpose`,
        `verification_method_controller`; Unsupported `key_type_unsupported`.
        """
        method = self.methods.get(method_id)
        if method is None:
            raise Malformed("verification_method_unknown", field="proof.verificationMethod")
        if method_id not in self.relationships.get(purpose, frozenset()):
            raise Malformed("verification_method_purpose", field="proof.verificationMethod")
        if method.controller != self.id:
            raise Malformed("verification_method_controller", field="proof.verificationMethod")
        if method.key is None:
            raise Unsupported("key_type_unsupported", field="proof.verificationMethod")
        return method.key


def document_of_one_key(did: str, method_id: str, key: PublicKey) -> DidDocument:
    """The document of a DID that is its own key: one method, good for every relationship."""
    method = VerificationMethod(method_id, did, key)
    return DidDocument(did, {method_id: method}, dict.fromkeys(RELATIONSHIPS, frozenset({method_id})))


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    if type(found) is not str:
        raise Malformed("did_document_invalid", field=name)
    return found


def _key(value: Mapping[str, Any]) -> PublicKey | None:
    """The key of a Multikey or JsonWebKey method; None for any other type, or a kind outside
    `keys.KEY_TYPES`."""
    kind = value.get("type")
    try:
        if kind == "Multikey":
            return parse_multikey(_text(value, "publicKeyMultibase"))
        if kind == "JsonWebKey":
            return parse_jwk(value.get("publicKeyJwk"))
    except Unsupported:
        return None
    return None


def _method(value: Any, did: str) -> VerificationMethod:
    if type(value) is not dict:
        raise Malformed("did_document_invalid", field="verificationMethod")
    method_id = _absolute(_text(value, "id"), did)
    return VerificationMethod(method_id, _text(value, "controller"), _key(value))


def _absolute(reference: str, did: str) -> str:
    """A method's id as a DID URL; `#k1` is short for `<did>#k1`."""
    return did + reference if reference.startswith("#") else reference


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    found = document.get(name, [])
    if type(found) is not list or len(found) > MAX_METHODS:
        raise Malformed("did_document_invalid", field=name)
    return found


def parse_document(document: Mapping[str, Any], *, did: str) -> DidDocument:
    """Read the DID document published for `did`.

    Raises Malformed `did_document_invalid` with the member at fault: another id, a repeated method id,
    methods that are not objects. Methods of other kinds of key stay listed, without a key.
    """
    if document.get("id") != did:
        raise Malformed("did_document_invalid", field="id")
    methods: dict[str, VerificationMethod] = {}

    def add(value: Any) -> str:
        method = _method(value, did)
        if method.id in methods:
            raise Malformed("did_document_invalid", field="verificationMethod")
        methods[method.id] = method
        return method.id

    for value in _list(document, "verificationMethod"):
        add(value)
    relationships = {}
    for name in RELATIONSHIPS:
        entries = _list(document, name)
        relationships[name] = frozenset(
            _absolute(entry, did) if type(entry) is str else add(entry) for entry in entries
        )
    return DidDocument(did, methods, relationships)
