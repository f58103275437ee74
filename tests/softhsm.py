"""A software token for the tests of hardware keys: Debian's SoftHSM, in a folder of its own for each run.

Absent, the tests that need it are skipped with a clear word; in CI that is a failure. The module reads its
configuration when it is first loaded into a process, so a process has one folder, and each test a token.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import rmtree, which
from tempfile import mkdtemp

import pytest

from certes.runtime.pkcs11_token import TokenPlace, token_at, token_place

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "4242-right"
OFFICER_PIN = "officer-pin"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class SoftToken:
    """A token that was just initialised, and the module that reaches it."""

    label: str
    module: str
    configuration: Path
    pin: str = PIN

    @property
    def folder(self) -> Path:
        """Where all tokens of this run are kept."""
        return self.configuration.parent / "tokens"

    def uri(self, key: str = "") -> str:
        """Its address, or that of a key in it: `object=k1` for example."""
        return f"pkcs11:token={self.label}{';' if key else ''}{key}?module-path={self.module}"

    def place(self, key: str = "", *, pin: str = "") -> TokenPlace:
        """The same for the code."""
        return token_place(self.uri(key), pin=pin or self.pin)

    def lose_session(self) -> None:
        """As when the device was away for a moment: session and login are gone beneath whoever holds them."""
        token_at(self.place()).run(lambda session: session.close())

    @contextmanager
    def away(self) -> Iterator[None]:
        """The device is unplugged until the block ends."""
        mine = [each for each in self.folder.iterdir() if self.label.encode() in _label_of(each)]
        drawer = [(each, self.configuration.parent / each.name) for each in mine]
        for place, away in drawer:
            place.rename(away)
        self.lose_session()
        yield
        for place, away in drawer:
            away.rename(place)

    def util(self, *words: str) -> None:
        """Run softhsm2-util beside us, as an administrator would."""
        environment = {"PATH": os.environ["PATH"], "SOFTHSM2_CONF": str(self.configuration)}
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, env=environment)


def _label_of(folder: Path) -> bytes:
    return (folder / "token.object").read_bytes()


def softhsm_module() -> str:
    """The module's path; skips, or fails in CI, where there is none."""
    found = [path for path in MODULES if Path(path).is_file()]
    if found and which("softhsm2-util"):
        return found[0]
    sentence = "SoftHSM is not installed (Debian: apt-get install softhsm2)"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def fresh_token(configuration: Path) -> SoftToken:
    """Initialise one more token."""
    token = SoftToken(f"token-{os.getpid()}-{next(_NUMBERS)}", softhsm_module(), configuration)
    token.util(
        *("--init-token", "--free", "--label", token.label, "--so-pin", OFFICER_PIN, "--pin", token.pin)
    )
    return token


@pytest.fixture(scope="session")
def softhsm_configuration() -> Iterator[Path]:
    """An empty place for tokens, named in this process's environment as the module wants it."""
    folder = Path(mkdtemp(prefix="softhsm-"))
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n",
        encoding="utf-8",
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    yield configuration
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before
    rmtree(folder)


@pytest.fixture
def token(softhsm_configuration: Path) -> SoftToken:
    """A token of its own for a test."""
    return fresh_token(softhsm_configuration)
