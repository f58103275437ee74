"""eddsa-rdfc-2022: Ed25519 over canonical RDF. Source: Data Integrity EdDSA Cryptosuites 1.0, section 3.2
(#eddsa-rdfc-2022)."""

from certes.credential.keys import ED25519
from certes.credential.proof import canonical
from certes.credential.proof.suite import Suite

EDDSA_RDFC_2022 = Suite("eddsa-rdfc-2022", ((ED25519, "sha256"),), canonical.rdfc, proof_has_context=False)
