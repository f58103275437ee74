"""`certes demo`: the whole network on this machine, and what its people's certificates are worth."""

import json
import logging
import signal
import tempfile
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from certes.credential.errors import Refusal
from certes.demo import show
from certes.demo.network import VERIFIERS, Running, bring_up, countries
from certes.demo.people import STORIES
from certes.demo.run import run_stories
from certes.demo.services import Ports
from certes.runtime.logs import configure_logs

DEFAULT_PORT = 8400


def demo(
    once: Annotated[bool, typer.Option("--once", help="Tell every story, print one JSON line, end.")] = False,
    port: Annotated[int, typer.Option(help="first of the ports used (ignored with --once)")] = DEFAULT_PORT,
) -> None:
    """Six countries with issuers and witnesses, a registry, two verifiers here: all illustrative."""
    configure_logs("demo", level=logging.ERROR)
    console = Console(stderr=once)
    ports = Ports.free(countries(), VERIFIERS) if once else Ports.from_base(port, countries(), VERIFIERS)
    busy = [] if once else ports.busy()
    if busy:
        taken = ", ".join(map(str, busy))
        console.print(f"These ports are taken: {taken}. Try: python3 run.py demo --port {port + 100}")
        raise typer.Exit(2)
    with tempfile.TemporaryDirectory(prefix="certes-demo-") as root:
        try:
            ended_well = _run(Path(root), ports, console, once=once)
        except Refusal as refusal:
            console.print(f"The demonstration stopped: {refusal}")
            raise typer.Exit(1) from None
    if not ended_well:
        raise typer.Exit(1)


def _run(root: Path, ports: Ports, console: Console, *, once: bool) -> bool:
    """Bring the network up and tell the stories. Are all verdicts as expected?"""
    with console.status("Starting a registry, six witnesses, six issuers and two verifiers ..."):
        running = bring_up(root, ports)
    try:
        results = run_stories(STORIES, running, console)
        console.print(show.table(results))
        if once:
            typer.echo(json.dumps(show.summary(results), ensure_ascii=False))
        else:
            pictures = root / "certificates"
            show.save_pictures(results, pictures)
            _stay(running, results, pictures, console)
        return all(result.as_expected for result in results)
    finally:
        running.servers.stop()


def _stay(running: Running, results: list[show.Result], pictures: Path, console: Console) -> None:
    """Show what to open and wait for Ctrl-C."""
    console.print(show.terminal_qr(results[0]))
    console.print(show.addresses(running, pictures))
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(0.5):
        pass
    console.print("Stopped. Nothing was kept.")
