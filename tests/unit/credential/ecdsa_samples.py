"""Keys of every kind for tests of proofs, with did:key addresses."""

from certes.credential.did import did_of, expand
from certes.credential.keys import P256, P384, EcdsaSigner, Ed25519Signer, PublicKey, Signer
from certes.credential.proof import ECDSA_JCS_2019, ECDSA_RDFC_2019, EDDSA_JCS_2022, EDDSA_RDFC_2022, Suite


def did_key(method: str) -> PublicKey:
    """The key of a did:key address."""
    return expand(did_of(method)).key_for(method)


def _address(key: PublicKey) -> str:
    return f"did:key:{key.multikey}#{key.multikey}"


def ed25519_signer(number: int) -> Ed25519Signer:
    """The Ed25519 signer with this number as its seed."""
    seed = number.to_bytes(32, "big")
    return Ed25519Signer(seed, _address(Ed25519Signer(seed, "").public_key))


def p256_signer(number: int) -> EcdsaSigner:
    """The P-256 signer with this number as its secret."""
    secret = number.to_bytes(32, "big")
    return EcdsaSigner(secret, _address(EcdsaSigner(secret, "", key_type=P256).public_key), key_type=P256)


def p384_signer(number: int) -> EcdsaSigner:
    """The P-384 signer with this number as its secret."""
    secret = number.to_bytes(48, "big")
    return EcdsaSigner(secret, _address(EcdsaSigner(secret, "", key_type=P384).public_key), key_type=P384)


ED, P2, P3 = ed25519_signer(7), p256_signer(7), p384_signer(7)

# Each suite with each kind of key it takes.
PAIRS: list[tuple[Suite, Signer]] = [
    (EDDSA_RDFC_2022, ED),
    (EDDSA_JCS_2022, ED),
    (ECDSA_RDFC_2019, P2),
    (ECDSA_RDFC_2019, P3),
    (ECDSA_JCS_2019, P2),
    (ECDSA_JCS_2019, P3),
]
PAIR_IDS = [f"{suite.name}-{signer.public_key.type.name}" for suite, signer in PAIRS]
