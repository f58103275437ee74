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
from verifier.loading import load
from verifier.question import parse_question
from verifier.result import Outcome
from verifier.settings import from_environment
from verifier.shown import Shown, ShownCondition, short_text, show
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


@app.command("load")
def load_files(
    paths: Annotated[
        list[Path], typer.Argument(help="a trust bundle, status lists, or a folder of both, e.g. a USB stick")
    ],
    language: Language = "fr",
) -> None:
    """Take up a trust bundle and status lists from files; what is older than what is kept is refused.

    Exit code 0: all was taken. 2: something was refused; lists that were not are taken all the same.
    """
    with _refusals_told(language), _parts() as parts:
        loaded = load(paths, trust=parts.trust, status=parts.status)
        view = parts.trust.view
        as_of = "-" if view is None else view.as_of.isoformat()
        print(f"{as_of}  {loaded.bundles} + {loaded.lists}")
    for one in loaded.refused:
        _tell(one.refusal, language, where=one.name)
    if loaded.refused:
        raise typer.Exit(UNREADABLE)


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
    for line in lines_of(outcome, language, development=parts.settings.development):
        print(line)
    raise typer.Exit(RECOGNISED if outcome.verdict.conclusion == "recognised" else NOT_RECOGNISED)


def lines_of(outcome: Outcome, language: str, *, development: bool = False) -> list[str]:
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
    lines += [f"  {line}" for line in _around(shown)]
    lines.append(short_text(outcome, language, development=development))
    return lines


def _around(shown: Shown) -> list[str]:
    """What is still asked and of whom, under which article, how to contest."""
    asked = [line for condition in shown.conditions for line in _condition(condition)]
    basis = [] if shown.basis is None else [f"{shown.basis.title} ({shown.basis.article})"]
    appeal = shown.appeal
    contest = [] if appeal is None else [*appeal.authorities, appeal.appeal]
    return [line for line in (*asked, *basis, *contest) if line]


def _condition(condition: ShownCondition) -> list[str]:
    """A condition, each of its choices, whom to ask."""
    return [f"- {condition.words}", *(f"    {choice}" for choice in condition.choices), f"  {condition.ask}"]


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
        _tell(refusal, language, where=refusal.field or "")
        raise typer.Exit(UNREADABLE) from None


def _tell(refusal: Refusal, language: str, *, where: str) -> None:
    told = sentence(refusal.code, negotiate(language, None), refusal.params, area="problems.verifier")
    print(f"{told}{f' ({where})' if where else ''} [{refusal.code}]", file=sys.stderr)
