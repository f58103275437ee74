"""What is measured: one Open Badges credential and its skill card, signed as an issuer signs them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import orjson
from nacl.signing import SigningKey, VerifyKey

from certes.credential import multibase, skillcard, wallet
from certes.credential.achievement import Certification, Labels
from certes.credential.cardsize import TYPICAL_ADDRESS, sample_certifications
from certes.credential.identifiers import Network, key_id
from certes.credential.keys import Ed25519Signer
from certes.credential.linting import Draft, lint
from certes.credential.presented import present
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, sign, verify_proof

NETWORK = Network(0, "skills.example")
SEED = bytes(range(32))
LABELS = Labels(
    language="fr",
    trade="Soudeuse",
    issuer="Ministère de l’Emploi et de la Formation professionnelle",
    centre="Centre de Douala",
    place="Douala",
    assessment="Épreuve pratique et entretien",
)


@dataclass(frozen=True)
class Subject:
    """A certification, its key, both signed faces, and the wallet credential's bytes."""

    certification: Certification
    signer: Ed25519Signer
    credential: dict[str, Any]
    raw: bytes
    digits: str

    def verify_wallet(self) -> None:
        """Parse, read the facts and verify the proof of the wallet credential."""
        presented = present(self.raw, networks=(NETWORK,))
        verify_proof(presented.document, key_for=lambda _: self.signer.public_key, suites=(EDDSA_RDFC_2022,))

    def verify_card(self) -> None:
        """Decode the digits, expand and verify the card."""
        presented = present(self.digits, networks=(NETWORK,))
        verify_proof(presented.document, key_for=lambda _: self.signer.public_key, suites=(EDDSA_JCS_2022,))

    def issue(self) -> bytes:
        """Draft, lint, sign both faces and write them, as an issuer does between its two database writes."""
        linted = lint(Draft(self.certification, LABELS, NETWORK, TYPICAL_ADDRESS))
        now = datetime.combine(linted.facts.signed_on, time(9, 30), UTC)
        card, credential = sign_both(linted.facts, self.signer, now)
        return orjson.dumps(credential) + skillcard.encode(card, linted.facts, network=NETWORK)


def sign_both(
    facts: Certification, signer: Ed25519Signer, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The signed card document and the signed wallet credential."""
    midnight = datetime.combine(facts.signed_on, time(), UTC)
    card = skillcard.document(facts, network=NETWORK)
    credential = wallet.document(facts, LABELS, network=NETWORK)
    return (
        sign(card, signer=signer, suite=EDDSA_JCS_2022, created=midnight),
        sign(credential, signer=signer, suite=EDDSA_RDFC_2022, created=now),
    )


def subject() -> Subject:
    """The typical certification, signed."""
    certification = sample_certifications()[0][1]
    country = certification.achievement.country
    signer = Ed25519Signer(SEED, key_id(NETWORK, country, certification.issuer, certification.key))
    now = datetime.combine(certification.signed_on, time(9, 30), UTC)
    card, credential = sign_both(certification, signer, now)
    raw = skillcard.encode(card, certification, network=NETWORK)
    return Subject(
        certification, signer, credential, orjson.dumps(credential), str(int.from_bytes(raw, "big"))
    )


class Floor:
    """What no verifier or issuer of these bytes can leave out: parse, SHA-256, Ed25519."""

    def __init__(self, subject: Subject) -> None:
        self._raw = subject.raw
        self._signature = multibase.decode(subject.credential["proof"]["proofValue"])
        self._signed = hashlib.sha256(b"options").digest() + hashlib.sha256(self._raw).digest()
        key = SigningKey(SEED)
        self._key: SigningKey = key
        self._signature = key.sign(self._signed).signature
        self._verify_key: VerifyKey = key.verify_key
        self._document = subject.credential

    def verify(self) -> None:
        """Parse, hash, verify."""
        orjson.loads(self._raw)
        hashlib.sha256(self._raw).digest()
        self._verify_key.verify(self._signed, self._signature)

    def sign(self) -> bytes:
        """Write, hash and sign two documents, as issuing does."""
        for _ in range(2):
            hashlib.sha256(orjson.dumps(self._document)).digest()
            self._key.sign(self._signed)
        return self._raw
