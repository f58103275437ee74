"""ecdsa-jcs-2019: P-256 with SHA-256, or P-384 with SHA-384, over canonical JSON. Source: Data Integrity
ECDSA Cryptosuites 1.0, section 3.3 (#ecdsa-jcs-2019)."""

from certes.credential.keys import P256, P384
from certes.credential.proof import canonical
from certes.credential.proof.suite import Suite

ECDSA_JCS_2019 = Suite(
    "ecdsa-jcs-2019", ((P256, "sha256"), (P384, "sha384")), canonical.json, proof_has_context=True
)
