"""The databases that a store's contract is held over: SQLite, and PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certes.runtime.database import Database, migrate, open_database


def databases_of(package: str) -> Callable[..., Iterator[Database]]:
    """A fixture `database`: the migrated, empty database of a service, once of either kind for each test."""

    @pytest.fixture(params=["sqlite", "postgresql"], name="database")
    def fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path}/{package}.sqlite"
        else:
            url = request.getfixturevalue("postgres_url").replace("postgresql+psycopg", "postgresql")
        opened = open_database(url)
        migrate(opened, package)
        yield opened
        opened.close()

    return fixture
