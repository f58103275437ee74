"""Ed25519Signature2020 is verified by the conformance profile alone: nothing in production can reach it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.project import PACKAGES, name_of, python_files

LEGACY = "certes.credential.proof.ed25519_signature_2020"
CONFORMANCE = "certes.conformance"
ALLOWED = ("certes/conformance/",)
MAY_START_IT = ("certes/conformance/", "certes/commands/")


def imported_modules(path: Path) -> Iterator[str]:
    """Every module an import may mean, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers_of(module: str) -> set[str]:
    """Our files that import the module or something inside it."""
    return {
        name_of(path)
        for path in python_files(*PACKAGES)
        if any(name == module or name.startswith(f"{module}.") for name in imported_modules(path))
    }


def test_only_the_conformance_profile_imports_the_legacy_proof() -> None:
    assert [name for name in importers_of(LEGACY) if not name.startswith(ALLOWED)] == []


def test_no_service_imports_the_conformance_profile() -> None:
    assert [name for name in importers_of(CONFORMANCE) if not name.startswith(MAY_START_IT)] == []


def test_the_legacy_proof_is_imported_by_its_name_alone() -> None:
    """No file names it as text, as a dynamic import would."""
    named = {
        name_of(path)
        for path in python_files(*PACKAGES)
        if "ed25519_signature_2020" in path.read_text(encoding="utf-8")
    }
    assert [
        name for name in named if not name.startswith((*ALLOWED, "certes/credential/proof/ed25519_"))
    ] == []
