"""eddsa-rdfc-2022: Ed25519 over canonical RDF. Source: Data Integrity EdDSA Cryptosuites 1.0, section 3.2
(#eddsa-rdfc-2022)."""

from collections.abc import Mapping
from typing import Any

from certes.credential.canon import jsonld
from certes.credential.contexts import ContextRegistry
from certes.credential.keys import ED25519
from certes.credential.proof.suite import Suite


def _canonicalize(document: Mapping[str, Any], contexts: ContextRegistry) -> bytes:
    return jsonld.to_canonical_nquads(document, contexts=contexts).encode("utf-8")


EDDSA_RDFC_2022 = Suite("eddsa-rdfc-2022", ED25519, "sha256", _canonicalize, proof_has_context=False)
