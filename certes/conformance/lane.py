"""Canonical statements for the test profile: the strict engine first, the slow lane for what it refuses.

The suites sign documents with context objects inside and texts with a base direction; production refuses
both.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from certes.credential.contexts import ContextRegistry
from certes.credential.errors import Unsupported
from certes.credential.proof import ALL_SUITES, Suite
from certes.credential.proof import canonical as direct
from certes.runtime.slow_lane import FINAL, SlowLane

I18N = "https://www.w3.org/ns/i18n#"


class Lane:
    """Both lanes as one."""

    def __init__(self, slow: SlowLane) -> None:
        self._slow = slow

    def rdfc(self, document: Mapping[str, Any], contexts: ContextRegistry, hash_name: str) -> bytes:
        """Canonical N-Quads. Raises as the slow lane does, for what neither takes."""
        document = without_empty_credentials(document)
        try:
            return direct.rdfc(document, contexts, hash_name)
        except Unsupported as refusal:
            if refusal.code in FINAL:
                raise
        return self._slow.canonicalize(
            with_directions(document), contexts=contexts, hash_name=hash_name
        ).encode("utf-8")

    def suites(self) -> dict[str, Suite]:
        """Every cryptosuite by name, those over RDF with both lanes."""
        return {
            suite.name: replace(suite, canonicalize=self.rdfc) if suite.canonicalize is direct.rdfc else suite
            for suite in ALL_SUITES
        }


def without_empty_credentials(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The presentation without an empty list of credentials, which makes no statement.

    Both lanes refuse empty arrays, as nothing tells whether the signer wrote one.
    """
    if document.get("verifiableCredential") != []:
        return document
    return {name: value for name, value in document.items() if name != "verifiableCredential"}


def with_directions(value: Any) -> Any:
    """The document with each text that has a direction as a literal of the i18n datatypes.

    Source: JSON-LD 1.1 API, section 7.2.2, step 13 (`rdfDirection` i18n-datatype).
    """
    if isinstance(value, list):
        return [with_directions(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "@direction" in value and value.keys() <= {"@value", "@language", "@direction"}:
        language = str(value.get("@language", "")).lower()
        return {"@value": value.get("@value"), "@type": f"{I18N}{language}_{value['@direction']}"}
    return {name: with_directions(item) for name, item in value.items()}
