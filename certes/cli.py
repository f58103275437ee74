"""The `certes` command: one word per room of the project."""

from typing import Annotated

import typer

from certes import __version__
from certes.commands.agreement import app as agreement
from certes.commands.card import app as card
from certes.commands.demo import demo
from issuer.cli import app as issuer
from registry.cli import app as registry
from verifier.cli import app as verifier

app = typer.Typer(
    help="Portable skills certifications: issue, verify, recognise.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals hold people's names
)
app.add_typer(agreement, name="agreement")
app.add_typer(card, name="card")
app.add_typer(issuer, name="issuer")
app.add_typer(registry, name="registry")
app.add_typer(verifier, name="verifier")
app.command("demo")(demo)


@app.callback(invoke_without_command=True)
def version(
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
    app()
