"""Which of our files may import which library. Rules between our own packages stand in .importlinter."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.architecture.project import PACKAGES, name_of, python_files

EDGE = ("*/app.py", "*/http.py", "*/http/*", "*/pages.py", "*/pages/*", "certes/runtime/*")
SQL = ("*/store_sql.py", "*/store_sql/*", "*/migrations/*", "certes/runtime/*")
COMMANDS = ("*/cli.py", "certes/commands/*", "certes/demo/*")
NETWORK = ("certes/runtime/*", "certes/commands/*", "certes/demo/*")
ALLOWED: dict[str, tuple[str, ...]] = {
    "fastapi": EDGE,
    "starlette": EDGE,
    "uvicorn": (*EDGE, *COMMANDS),
    "sqlmodel": SQL,
    "sqlalchemy": SQL,
    "alembic": SQL,
    "psycopg": SQL,
    "sqlite3": SQL,
    "httpx": NETWORK,
    "socket": NETWORK,
    "requests": (),
    "pkcs11": ("certes/runtime/*",),
    "typer": COMMANDS,
    "nacl": ("certes/credential/*", "certes/runtime/*", "certes/demo/*"),
    "pickle": (),  # would execute what it reads
    "marshal": (),
}


def imported_libraries(path: Path) -> Iterator[str]:
    """The top-level name of every import in a file, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def strays(library: str) -> Iterator[str]:
    """Our files that import the library though no pattern allows them to."""
    for path in python_files(*PACKAGES):
        allowed = any(fnmatch(name_of(path), pattern) for pattern in ALLOWED[library])
        if not allowed and library in imported_libraries(path):
            yield name_of(path)


@pytest.mark.parametrize("library", ALLOWED)
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    assert list(strays(library)) == []
