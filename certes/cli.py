"""The `certes` command: one word per room of the project. Only the room that is asked for is loaded."""

import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Annotated

import typer

from certes import __version__

HELP = "Portable skills certifications: issue, verify, recognise."
ROOMS = {  # word -> module with `app`, in the order of the help
    "demo": "certes.commands.demo",
    "agreement": "certes.commands.agreement",
    "bundle": "certes.commands.bundle",
    "card": "certes.commands.card",
    "credential": "certes.commands.credential",
    "member": "certes.commands.member",
    "registry": "registry.cli",
    "issuer": "issuer.cli",
    "verifier": "verifier.cli",
    "witness": "witness.cli",
    "monitor": "certes.commands.monitor",
    "conformance": "certes.commands.conformance",
}
SINGLE = {"demo", "monitor", "conformance"}  # rooms that are one command


def build(words: Sequence[str]) -> typer.Typer:
    """The command line for these words: the room of the first one, or all rooms where none is named."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,  # locals hold people's names
    )
    app.callback(invoke_without_command=True)(_version)
    named = next((word for word in words if not word.startswith("-")), None)
    for word in [named] if named in ROOMS else ROOMS:
        _add(app, word, import_module(ROOMS[word]))
    return app


def _add(app: typer.Typer, word: str, room: ModuleType) -> None:
    if word in SINGLE:
        app.command(word)(getattr(room, word))
    else:
        app.add_typer(room.app, name=word)


def _version(
    show: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True)
    ] = False,
) -> None:
    """Portable skills certifications: issue, verify, recognise."""
    if show:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """The console script."""
    build(sys.argv[1:])()
