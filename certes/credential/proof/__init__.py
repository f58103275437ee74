"""Data Integrity proofs: sign a document, verify the proof or proofs it carries. A new cryptosuite is one
file of facts; which suites are accepted where stands in `profiles`."""

from certes.credential.proof.data_integrity import ProofFacts, verify_proof
from certes.credential.proof.ecdsa_jcs_2019 import ECDSA_JCS_2019
from certes.credential.proof.ecdsa_rdfc_2019 import ECDSA_RDFC_2019
from certes.credential.proof.eddsa_jcs_2022 import EDDSA_JCS_2022
from certes.credential.proof.eddsa_rdfc_2022 import EDDSA_RDFC_2022
from certes.credential.proof.profiles import (
    ALL_SUITES,
    CONFORMANCE,
    PRODUCTION_CARD,
    PRODUCTION_PRESENTATION,
    PRODUCTION_STATUS_LIST,
    PRODUCTION_WALLET,
)
from certes.credential.proof.sets import verify_proofs
from certes.credential.proof.signing import add_proof, sign
from certes.credential.proof.suite import Suite

__all__ = [
    "ALL_SUITES",
    "CONFORMANCE",
    "ECDSA_JCS_2019",
    "ECDSA_RDFC_2019",
    "EDDSA_JCS_2022",
    "EDDSA_RDFC_2022",
    "PRODUCTION_CARD",
    "PRODUCTION_PRESENTATION",
    "PRODUCTION_STATUS_LIST",
    "PRODUCTION_WALLET",
    "ProofFacts",
    "Suite",
    "add_proof",
    "sign",
    "verify_proof",
    "verify_proofs",
]
