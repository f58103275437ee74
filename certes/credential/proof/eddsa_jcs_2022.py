"""eddsa-jcs-2022: Ed25519 over canonical JSON. Source: Data Integrity EdDSA Cryptosuites 1.0, section 3.3
(#eddsa-jcs-2022)."""

from certes.credential.keys import ED25519
from certes.credential.proof import canonical
from certes.credential.proof.suite import Suite

EDDSA_JCS_2022 = Suite("eddsa-jcs-2022", ((ED25519, "sha256"),), canonical.json, proof_has_context=True)
