"""ecdsa-rdfc-2019: P-256 with SHA-256, or P-384 with SHA-384, over canonical RDF. Source: Data Integrity
ECDSA Cryptosuites 1.0, section 3.2 (#ecdsa-rdfc-2019)."""

from certes.credential.keys import P256, P384
from certes.credential.proof import canonical
from certes.credential.proof.suite import Suite

ECDSA_RDFC_2019 = Suite(
    "ecdsa-rdfc-2019", ((P256, "sha256"), (P384, "sha384")), canonical.rdfc, proof_has_context=False
)
