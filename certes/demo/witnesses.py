"""A witness of the log in every country of the demonstration, and the clock by which its history is told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from certes.credential.keys import PublicKey
from certes.demo.illustration import NETWORK
from certes.demo.services import Ports, Servers, folder, health, url, wait_until
from certes.runtime.clock import system_clock
from certes.runtime.signers import create_key_file
from certes.trust.translog.notes import KeyUse, NoteKey
from certes.trust.vouching import log_origin
from witness.app import build_app
from witness.settings import Settings

PASSPHRASE = "demonstration"  # noqa: S105  as of every key file here


class SetClock:
    """The registry's and the witnesses' clock: weeks back while the network is founded, then right."""

    def __init__(self) -> None:
        self._back = timedelta()

    def __call__(self) -> datetime:
        """Now, as they see it."""
        return system_clock() - self._back

    def set_back(self, much: timedelta) -> None:
        """Let it be that long ago."""
        self._back = much


def witness_name(code: str) -> str:
    """As the charter names it."""
    return f"witness.{NETWORK.domain}/{code.lower()}"


def witness_addresses(ports: Ports) -> dict[str, str]:
    """By their names."""
    return {witness_name(code): url(port) for code, port in ports.witnesses.items()}


def start_witnesses(
    root: Path, ports: Ports, servers: Servers, *, log_key: PublicKey, clock: SetClock
) -> Mapping[str, str]:
    """Run one for each country; {country: Multikey of its key}."""
    keys = {}
    for code, port in ports.witnesses.items():
        home = folder(root, f"witness-{code}")
        made = create_key_file(home / "keys.json", PASSPHRASE)
        keys[code] = made.signer(1, verification_method="").public_key.multikey
        settings = Settings(
            names={witness_name(code): 1},
            logs=(NoteKey(log_origin(NETWORK), KeyUse.NOTE, log_key),),
            data_dir=home,
            database_url=f"sqlite:///{home}/witness.sqlite",
            key_file=home / "keys.json",
            key_passphrase=PASSPHRASE,
        )
        servers.start(build_app(settings, clock=clock), port)
    wait_until("witnesses", lambda: all(health(port) for port in ports.witnesses.values()))
    return keys
