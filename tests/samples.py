"""Invented certifications, words and keys that tests share."""

from datetime import UTC, datetime, time
from typing import Any

from certes.credential.achievement import Certification, Labels
from certes.credential.cardsize import sample_certifications
from certes.credential.identifiers import Network, key_id
from certes.credential.keys import Ed25519Signer, PublicKey
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, sign
from certes.credential.skillcard import document, encode
from certes.credential.wallet import document as wallet_document

NETWORK = Network(0, "skills.example")
OTHER_NETWORK = Network(7, "skills.other.example")
TYPICAL = sample_certifications()[0][1]
LABELS = Labels(
    language="fr",
    trade="Soudeuse",
    issuer="Ministère de l'Emploi et de la Formation professionnelle",
    centre="Centre de formation de Douala",
    place="Douala",
    assessment="Épreuve pratique et entretien",
)
SEED = bytes(range(32))


def signer_of(certification: Certification) -> Ed25519Signer:
    """The test key under the name of the certification's own key."""
    country = certification.achievement.country
    return Ed25519Signer(SEED, key_id(NETWORK, country, certification.issuer, certification.key))


def sample_key(_: str) -> PublicKey:
    """The one public key of these samples, whatever it is called."""
    return signer_of(TYPICAL).public_key


def signed_card(certification: Certification) -> dict[str, Any]:
    """The signed document of a skill card."""
    return sign(
        document(certification, network=NETWORK),
        signer=signer_of(certification),
        suite=EDDSA_JCS_2022,
        created=datetime.combine(certification.signed_on, time(), UTC),
    )


def card_of(certification: Certification) -> bytes:
    """A signed skill card's bytes."""
    return encode(signed_card(certification), certification, network=NETWORK)


def signed_wallet(certification: Certification, labels: Labels = LABELS) -> dict[str, Any]:
    """A signed wallet credential."""
    return sign(
        wallet_document(certification, labels, network=NETWORK),
        signer=signer_of(certification),
        suite=EDDSA_RDFC_2022,
        created=datetime.combine(certification.signed_on, time(9, 30), UTC),
    )
