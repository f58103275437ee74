"""What the tests of this folder read: the project's own files."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("certes", "issuer", "registry", "verifier", "witness", "schemas", "web")
CODE = (*PACKAGES, "tests", "benchmarks")


def python_files(*folders: str) -> Iterator[Path]:
    """Every Python file under these folders, in a fixed order."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """A file's name from the top of the project, for messages and patterns."""
    return path.relative_to(ROOT).as_posix()
