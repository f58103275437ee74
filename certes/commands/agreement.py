"""`certes agreement test FILE`: the lawyers of two countries try an agreement before they sign it."""

from pathlib import Path
from typing import Annotated

import typer

from certes.credential.errors import Refusal
from certes.trust.casefile import run_case_file

app = typer.Typer(help="Try an agreement on worked cases.", no_args_is_help=True)

UNREADABLE = 2


@app.callback()
def _group() -> None:
    """Try an agreement on worked cases."""


@app.command("test")
def test(
    file: Annotated[Path, typer.Argument(help="registry and cases, as in tests/vectors/recognition")],
) -> None:
    """Run every case of FILE; print each as passed or what differs; end with 0 only if all passed."""
    try:
        report = run_case_file(file.read_bytes())
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(UNREADABLE) from None
    except Refusal as refusal:
        typer.echo(f"{file}: not a case file: {refusal}", err=True)
        raise typer.Exit(UNREADABLE) from None
    for line in report.lines():
        typer.echo(line)
    if report.failed:
        raise typer.Exit(1)
