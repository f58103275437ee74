"""eddsa-jcs-2022: Ed25519 over canonical JSON. Source: Data Integrity EdDSA Cryptosuites 1.0, section 3.3
(#eddsa-jcs-2022)."""

from collections.abc import Mapping
from typing import Any

from certes.credential.canon import jcs
from certes.credential.contexts import ContextRegistry
from certes.credential.keys import ED25519
from certes.credential.proof.suite import Suite


def _canonicalize(document: Mapping[str, Any], contexts: ContextRegistry) -> bytes:
    return jcs.canonicalize(document)


EDDSA_JCS_2022 = Suite("eddsa-jcs-2022", ED25519, "sha256", _canonicalize, proof_has_context=True)
