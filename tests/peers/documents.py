"""Documents and keys that both sides can check: every issuer is a did:key, so nothing has to be resolved."""

from collections.abc import Mapping
from typing import Any

from certes.credential.contexts import CREDENTIALS_V2, SKILLS_V1
from certes.credential.keys import (
    ED25519,
    P256,
    P384,
    EcdsaSigner,
    Ed25519Signer,
    KeyType,
    PublicKey,
    Signer,
    parse_multikey,
)
from certes.credential.proof import (
    ECDSA_JCS_2019,
    ECDSA_RDFC_2019,
    EDDSA_JCS_2022,
    EDDSA_RDFC_2022,
    Suite,
)
from tests.unit.credential.samples import badge, card

SUITES: tuple[tuple[Suite, KeyType], ...] = (
    (EDDSA_RDFC_2022, ED25519),
    (EDDSA_JCS_2022, ED25519),
    (ECDSA_RDFC_2019, P256),
    (ECDSA_RDFC_2019, P384),
    (ECDSA_JCS_2019, P256),
    (ECDSA_JCS_2019, P384),
)
SUITE_IDS = [f"{suite.name} {kind.name}" for suite, kind in SUITES]
FORMS = ("badge", "card", "plain")
_SECRETS = {ED25519: bytes(range(32)), P256: bytes(range(1, 33)), P384: bytes(range(1, 49))}


def secret_of(kind: KeyType) -> bytes:
    """The test secret of a kind of key."""
    return _SECRETS[kind]


def _signer(kind: KeyType, method: str) -> Signer:
    if kind is ED25519:
        return Ed25519Signer(_SECRETS[kind], method)
    return EcdsaSigner(_SECRETS[kind], method, key_type=kind)


def method_of(multikey: str) -> str:
    """The verification method of a did:key."""
    return f"did:key:{multikey}#{multikey}"


def signer_of(kind: KeyType) -> Signer:
    """A signer that is a did:key."""
    return _signer(kind, method_of(_signer(kind, "").public_key.multikey))


def key_for(method: str) -> PublicKey:
    """The key of a did:key verification method."""
    return parse_multikey(method.rpartition("#")[2])


def did_of(method: str) -> str:
    """The DID before the fragment."""
    return method.partition("#")[0]


def _plain() -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_V2, SKILLS_V1],
        "type": ["VerifiableCredential", "SkillCard"],
        "issuer": "",
        "credentialSubject": {"type": "CertifiedPerson", "name": "Ƴero 'Ali' \"Œil\" 😀\tÉ"},
    }


def unsigned(form: str, issuer: str) -> dict[str, Any]:
    """A credential of a form, issued by a DID."""
    document = {"badge": badge, "card": card, "plain": _plain}[form]()
    document.pop("credentialStatus", None)
    whole = isinstance(document["issuer"], Mapping)
    document["issuer"] = {**document["issuer"], "id": issuer} if whole else issuer
    return document


def presentation(holder: str, *credentials: Mapping[str, Any]) -> dict[str, Any]:
    """An unsigned presentation."""
    return {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [dict(one) for one in credentials],
    }
