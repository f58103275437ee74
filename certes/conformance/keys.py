"""The issuers of one run: a cryptosuite, a curve, and a fresh did:key each."""

from dataclasses import dataclass

from certes.credential.keys import ED25519, P256, P384, EcdsaSigner, Ed25519Signer, KeyType, PublicKey, Signer
from certes.runtime.randomness import random_below, random_bytes

PATH = "/issuers/{name}/credentials/issue"


@dataclass(frozen=True, slots=True)
class Kind:
    """One issue path: its name, cryptosuite and key; whether it adds a status entry or envelopes as JWT."""

    name: str
    suite: str
    key_type: KeyType
    status: bool = False
    envelope: bool = False

    @property
    def path(self) -> str:
        """Where it issues."""
        return PATH.format(name=self.name)


KINDS = (
    Kind("eddsa-rdfc-2022", "eddsa-rdfc-2022", ED25519),
    Kind("eddsa-jcs-2022", "eddsa-jcs-2022", ED25519),
    Kind("ecdsa-rdfc-2019-p256", "ecdsa-rdfc-2019", P256),
    Kind("ecdsa-rdfc-2019-p384", "ecdsa-rdfc-2019", P384),
    Kind("ecdsa-jcs-2019-p256", "ecdsa-jcs-2019", P256),
    Kind("ecdsa-jcs-2019-p384", "ecdsa-jcs-2019", P384),
    Kind("bitstring-status-list", "eddsa-rdfc-2022", ED25519, status=True),
    Kind("vc-jwt", "eddsa-rdfc-2022", ED25519, envelope=True),
)

# The order of each curve's group: a secret is a number below it (SEC 2, sections 2.4.2 and 2.5.1).
_ORDERS = {
    P256.name: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    P384.name: int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        16,
    ),
}


@dataclass(frozen=True)
class Issuer:
    """An issuer of this run."""

    kind: Kind
    signer: Signer

    @property
    def did(self) -> str:
        """Its did:key."""
        return did_of_key(self.signer.public_key)


def did_of_key(key: PublicKey) -> str:
    """The did:key of a key."""
    return f"did:key:{key.multikey}"


def fresh_signer(kind: KeyType) -> Signer:
    """A signer with a new key, under its own did:key."""
    if kind is ED25519:
        seed = random_bytes(32)
        return Ed25519Signer(seed, _method(Ed25519Signer(seed, "").public_key))
    order = _ORDERS[kind.name]
    secret = (1 + random_below(order - 1)).to_bytes((order.bit_length() + 7) // 8, "big")
    key = EcdsaSigner(secret, "", key_type=kind).public_key
    return EcdsaSigner(secret, _method(key), key_type=kind)


def _method(key: PublicKey) -> str:
    return f"{did_of_key(key)}#{key.multikey}"


def make_issuers() -> dict[str, Issuer]:
    """All of them, by name."""
    return {kind.name: Issuer(kind, fresh_signer(kind.key_type)) for kind in KINDS}
