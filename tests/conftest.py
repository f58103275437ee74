"""What every test gets: the `--full` switch, loopback only, and the fixtures of tests/postgres.py and
tests/softhsm.py."""

import ipaddress
import sys

import pytest
import structlog

pytest_plugins = ["tests.postgres", "tests.softhsm"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--full` adds the long tests."""
    parser.addoption("--full", action="store_true", help="run the tests marked full as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--full`, leave the long tests out (pytest counts them as deselected)."""
    if config.getoption("--full"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(autouse=True)
def logs_as_they_come() -> None:
    """A command that a test ran in this process may have turned the logs down: not for the next test."""
    structlog.reset_defaults()


def refuse_the_outside(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: no test reaches an address beyond this machine. Raises PermissionError (an OSError)."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):  # a Unix socket's path
        return
    if address[0] == "localhost" or ipaddress.ip_address(address[0]).is_loopback:
        return
    raise PermissionError(f"tests reach loopback only, not {address[0]}")


def pytest_configure() -> None:
    """Keep tests on this machine."""
    sys.addaudithook(refuse_the_outside)
