"""`certes monitor`: follow the log from outside, verify everything, tell a country what concerns it.

One line of JSON for each event on standard output, {"event", "severity", "country", "object", "time", "text",
...}, and an exit code for whatever started it. docs/operate.md, section Monitor.
"""

import json
import signal
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import parse_json
from certes.runtime.clock import system_clock
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.files import locked
from certes.runtime.languages import LANGUAGES, country_name, has_words, say
from certes.runtime.log_mirror import LogMirror
from certes.runtime.monitoring import Monitor, Task
from certes.runtime.problems import problem, sentence
from certes.trust.bundle_file import MAX_BUNDLE_BYTES
from certes.trust.signing import parse_signed_object
from certes.trust.watching import NONE, Event, Watch
from certes.trust.watching_state import Limits

WORDS, PROBLEMS = "monitor", "problems.monitor"
NOT_STARTED = 1
_REASONED = frozenset({"refused", "not_checked"})  # events whose sentence ends in the one of a refusal


def monitor(
    registry: Annotated[str, typer.Option(help="A registry or mirror, e.g. https://registry.example")],
    charter: Annotated[str, typer.Option(help="Id of the network's first charter, sha-256:...")],
    country: Annotated[
        str, typer.Option(help="For whom, e.g. CM; everything is told where none is named.")
    ] = "",
    known: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of all files that the country has signed."),
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(help="name=https://..., a witness's own address; may be repeated.")
    ] = None,
    state: Annotated[Path, typer.Option(file_okay=False, help="What is remembered between two runs.")] = Path(
        "data/monitor"
    ),
    every: Annotated[
        int, typer.Option(min=0, help="Look every so many seconds until interrupted; 0: once.")
    ] = 0,
    language: Annotated[str, typer.Option(help="Of the sentences: fr, en, pt, es, ar.")] = "fr",
    silent_hours: Annotated[int, typer.Option(min=1, help="After which the log counts as silent.")] = 48,
    missing_days: Annotated[int, typer.Option(min=1, help="After which a witness is missing.")] = 3,
    unconfirmed_days: Annotated[int, typer.Option(min=1, help="For a notice to be confirmed.")] = 7,
) -> None:
    """Follow a registry's log from outside, verify all of it, and say what concerns a country.

    Events are lines of JSON on standard output. Exit codes, of the gravest event: 0 nothing to say, 1
    something could not be checked, 2 there is something that concerns the country, 3 alarm. Described in
    docs/operate.md, section Monitor.
    """
    try:
        witnesses = _witnesses(witness or [])
        task = Task(
            charter,
            Watch(_country(country), None if known is None else _known(known)),
            Limits(
                timedelta(hours=silent_hours), timedelta(days=missing_days), timedelta(days=unconfirmed_days)
            ),
            witnesses,
        )
        if language not in LANGUAGES:
            raise Malformed("language_not_supported", field="--language", expected=", ".join(LANGUAGES))
    except Refusal as refusal:
        raise _failure(refusal, language) from None
    fetcher = open_fetcher(registry, witnesses)
    mirror = LogMirror(registry, folder=state, fetcher=fetcher)
    watching = Monitor(task, mirror=mirror, fetcher=fetcher, folder=state, clock=system_clock)
    try:
        with locked(state / ".lock"):
            code = _turn(watching, language) if not every else _turns(watching, language, every)
    except Refusal as refusal:
        raise _failure(refusal, language) from None
    finally:
        fetcher.close()
    raise typer.Exit(code)


def open_fetcher(registry: str, witnesses: Mapping[str, str]) -> Fetcher:
    """Asks the registry and the witnesses that were named, and nobody else."""
    return Fetcher(Hosts(frozenset(urlsplit(each).netloc for each in (registry, *witnesses.values()))))


def _turn(watching: Monitor, language: str) -> int:
    """Look once: tell, then remember, so that what was not told is told the next time."""
    turn = watching.turn()
    for event in turn.events:
        typer.echo(line_of(event, language))
    watching.remember(turn)
    return turn.exit_code


def _turns(watching: Monitor, language: str, seconds: int) -> int:
    """Look again and again until interrupted. A state that lasts is told once, not at every turn."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    told: frozenset[str] = frozenset()
    while True:
        turn = watching.turn()
        lasting = frozenset(event.identity for event in turn.events)
        for event in turn.events:
            if event.identity not in told:
                typer.echo(line_of(event, language))
        watching.remember(turn)
        told = lasting
        if ended.wait(seconds):
            return turn.exit_code


def line_of(event: Event, language: str) -> str:
    """An event as one line of JSON, with its sentence."""
    return json.dumps(_shown(event, language), ensure_ascii=False)


def _shown(event: Event, language: str) -> dict[str, Any]:
    members = event.to_json()
    params: dict[str, Any] = {
        name: value if value is not None else NONE for name, value in event.params.items()
    }
    params["country"] = NONE if event.country is None else country_name(event.country, language)
    code = event.code if has_words(WORDS, event.code) else "alarm_unreadable"  # a file that somebody edited
    text = say(WORDS, code, language, **params)
    if code in _REASONED:
        simple = {name: value for name, value in event.params.items() if isinstance(value, str | int)}
        text += " " + sentence(str(event.params.get("code")), language, simple, area=PROBLEMS)
    if event.code == "scope_wider" or event.code == "issuer_new":
        text += " " + say(WORDS, "notice_period", language, **params)
    fixed = ("event", "severity", "country", "object", "time")
    return {name: members.pop(name) for name in fixed} | {"text": text} | members


def _country(text: str) -> str | None:
    if not text:
        return None
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise Malformed("member_invalid", field="--country", expected="CM")
    return text.upper()


def _known(folder: Path) -> frozenset[str]:
    """The ids of a folder's signed objects. A file that is none stops: it would raise a false alarm later."""
    found = set()
    for path in sorted(folder.rglob("*.json")):
        try:
            raw = path.read_bytes()
            found.add(parse_signed_object(parse_json(raw, max_bytes=MAX_BUNDLE_BYTES)).object_id)
        except (OSError, Refusal):
            raise Malformed("monitor_known_invalid", field=str(path.relative_to(folder))) from None
    return frozenset(found)


def _witnesses(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, divider, address = pair.rpartition("=http")
        if not divider or not name:
            raise Malformed("member_invalid", field="--witness", expected="name=https://...")
        found[name] = f"http{address}"
    return found


def _failure(refusal: Refusal, language: str) -> typer.Exit:
    """Say what is wrong and what to do."""
    words = problem(refusal, language=language if language in LANGUAGES else LANGUAGES[0], area=PROBLEMS)
    where = f"{refusal.field}: " if refusal.field else ""
    typer.echo(f"{where}{words['title']} {words.get('fix', '')} [{refusal.code}]", err=True)
    return typer.Exit(NOT_STARTED)
