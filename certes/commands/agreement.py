"""`certes agreement test FILE`: the lawyers of two countries try an agreement before they sign it."""

from pathlib import Path
from typing import Annotated

import typer

from certes.credential.errors import Refusal
from certes.credential.parsing import parse_json
from certes.trust.casefile import run_case_file
from certes.trust.completeness import parse_full_agreement

app = typer.Typer(help="Try an agreement on worked cases.", no_args_is_help=True)

UNREADABLE = 2


@app.callback()
def _group() -> None:
    """Try an agreement on worked cases."""


@app.command("test")
def run_cases(
    file: Annotated[Path, typer.Argument(help="registry and cases, as in tests/vectors/recognition")],
    strict: Annotated[bool, typer.Option(help="fail for a member of an agreement that is not read")] = False,
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
    if report.failed or (strict and report.not_read):
        raise typer.Exit(1)


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="an agreement in its full form, as the registry takes it")],
) -> None:
    """Is FILE a whole agreement, without overlaps and gaps? Says what is wrong, or who may sign it."""
    try:
        agreement = parse_full_agreement(parse_json(file.read_bytes()))
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(UNREADABLE) from None
    except Refusal as refusal:
        typer.echo(f"{file}: {refusal}", err=True)
        raise typer.Exit(1) from None
    parties = ", ".join(sorted(agreement.parties))
    typer.echo(f"{agreement.id}: whole; {len(agreement.articles)} articles; to be signed by {parties}")
