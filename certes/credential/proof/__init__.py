"""Data Integrity proofs: sign a document, verify the proof it carries. A new cryptosuite is one file of
facts."""

from certes.credential.proof.data_integrity import ProofFacts, sign, verify_proof
from certes.credential.proof.eddsa_jcs_2022 import EDDSA_JCS_2022
from certes.credential.proof.eddsa_rdfc_2022 import EDDSA_RDFC_2022
from certes.credential.proof.suite import Suite

__all__ = ["EDDSA_JCS_2022", "EDDSA_RDFC_2022", "ProofFacts", "Suite", "sign", "verify_proof"]
