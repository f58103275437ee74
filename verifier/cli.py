"""The `certes verifier` commands: serve, refresh the kept data, and check a document without any network."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from certes.credential.errors import Refusal
from certes.credential.presented import Presented
from certes.runtime.clock import system_clock
from certes.runtime.languages import country_name, negotiate
from certes.runtime.logs import configure_logs
from certes.runtime.problems import sentence
from certes.runtime.refusals import NotFound
from verifier.app import Parts, assemble, build_app
from verifier.question import parse_question
from verifier.result import Outcome
from verifier.settings import from_environment
from verifier.shown import short_text, show
from verifier.verification import looks_like_card, read_file, read_text, verify

RECOGNISED, NOT_RECOGNISED, UNREADABLE = 0, 1, 2  # exit codes of `check`
MAX_INPUT_BYTES = 12 * 1024 * 1024

app = typer.Typer(no_args_is_help=True, help="Check certificates: genuine? counts here?")

Language = Annotated[str, typer.Option("--lang", help="fr, en, pt, es or ar")]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on")] = 8000,
) -> None:
    """Run the service. Settings come from CERTES_VERIFIER_... variables (docs/operate.md)."""
    with _refusals_told("fr"):
        service = build_app(from_environment())
    configure_logs("verifier")
    uvicorn.run(service, host=host, port=port, access_log=False, server_header=False, date_header=False)


@app.command()
def refresh(language: Language = "fr") -> None:
    """Fetch the trust bundle and the status lists now, verify and keep them."""
    with _refusals_told(language), _parts() as parts:
        parts.trust.refresh()
        parts.status.refresh()
        view = parts.trust.view
        if view is not None:
            print(f"{view.as_of.isoformat()}  {len(view.objects)} + {parts.status.count}")


@app.command()
def load(
    bundle: Annotated[Path, typer.Argument(help="a trust bundle, e.g. from a USB stick")],
    language: Language = "fr",
) -> None:
    """Take up a trust bundle from a file; an older one than the one kept is refused."""
    with _refusals_told(language), _parts() as parts:
        parts.trust.accept(_content(str(bundle)))


@app.command()
def check(
    document: Annotated[str, typer.Argument(help="PNG, JPEG, WebP, PDF, JSON or text file, or - for input")],
    country: Annotated[str, typer.Option(help="host country, two letters; the setting's by default")] = "",
    trade: Annotated[str, typer.Option(help="ISCO-08 unit group asked for, four digits")] = "",
    on: Annotated[str, typer.Option("--date", help="day of the question, YYYY-MM-DD; today by default")] = "",
    language: Language = "fr",
) -> None:
    """Check a document with the kept data, without any network.

    Exit code 0: recognised. 1: any other verdict. 2: the document or the question could not be read.
    """
    language = negotiate(language, None)
    with _refusals_told(language), _parts() as parts:
        now = parts.clock()
        members = {"country": country, "trade": trade, "date": on}
        question = parse_question(members, default_country=parts.settings.default_country, today=now.date())
        outcome = verify(_presented(_content(document), parts), question, desk=parts.desk, now=now)
    for line in lines_of(outcome, language):
        print(line)
    raise typer.Exit(RECOGNISED if outcome.verdict.conclusion == "recognised" else NOT_RECOGNISED)


def lines_of(outcome: Outcome, language: str) -> list[str]:
    """The verdict, the three lines, whose data, and the short text."""
    shown = show(outcome, language)
    lines = [shown.title, f"  {shown.meaning}"]
    lines += [f"{line.name}: {line.answer}. {line.reason}" for line in shown.lines]
    if shown.facts is not None:
        lines.append(f"  {shown.facts.name}, {shown.facts.trade}, {outcome.certification.number}")
    trust = outcome.trust_as_of.date().isoformat() if outcome.trust_as_of else "-"
    status = outcome.status_as_of.date().isoformat() if outcome.status_as_of else "-"
    where = country_name(outcome.question.host, language)
    lines.append(f"  {where}, {outcome.question.at.isoformat()} ({trust}, {status})")
    lines.append(short_text(outcome, language))
    return lines


def _presented(content: bytes, parts: Parts) -> Presented:
    text = content.decode("utf-8", "replace")
    if looks_like_card(text):
        return read_text(text, network=parts.settings.network)
    return read_file(content, desk=parts.desk)


def _content(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
    try:
        with Path(name).open("rb") as stream:
            return stream.read(MAX_INPUT_BYTES + 1)
    except OSError:
        raise NotFound("file_not_readable", field=Path(name).name) from None


@contextmanager
def _parts() -> Iterator[Parts]:
    """The parts with the kept data, closed afterwards. Nothing is fetched by opening them."""
    parts = assemble(from_environment(), clock=system_clock)
    try:
        parts.load_kept()
        yield parts
    finally:
        parts.close()


@contextmanager
def _refusals_told(language: str) -> Iterator[None]:
    """A refusal as a sentence on standard error and exit code 2."""
    try:
        yield
    except Refusal as refusal:
        told = sentence(refusal.code, negotiate(language, None), refusal.params)
        where = f" ({refusal.field})" if refusal.field else ""
        print(f"{told}{where} [{refusal.code}]", file=sys.stderr)
        raise typer.Exit(UNREADABLE) from None
