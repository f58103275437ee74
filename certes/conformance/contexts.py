"""The contexts that the official suites use, beside those the product knows."""

import json
from importlib.resources import files

from certes.credential.contexts import BUNDLED, ContextRegistry, parse_context


def load_contexts() -> ContextRegistry:
    """The bundled contexts and those of schemas/contexts/conformance, hash-pinned alike."""
    folder = files("schemas") / "contexts" / "conformance"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return BUNDLED.extended(
        parse_context((folder / row["file"]).read_bytes(), url=row["url"], sha256=row["sha256"])
        for row in manifest["contexts"]
    )


def context_files() -> dict[str, bytes]:
    """The bytes of every context by URL: what related resources can be compared with."""
    folder = files("schemas") / "contexts"
    found: dict[str, bytes] = {}
    for part in (folder, folder / "conformance"):
        manifest = json.loads((part / "manifest.json").read_bytes())
        found |= {row["url"]: (part / row["file"]).read_bytes() for row in manifest["contexts"]}
    return found
