"""Logs go back to where they were after each test: a command writes them to a stream of its own."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def logs_of_one_test() -> Iterator[None]:
    """Forget what `configure_logs` did."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
