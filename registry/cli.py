"""`certes registry ...`: run it, make its key, submit an object, ask how it is."""

import json
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn

from certes.credential.errors import Refusal
from certes.credential.identifiers import Network
from certes.runtime.clock import system_clock
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.key_places import FilePlace, create_key, open_keys, place_of
from certes.runtime.languages import DEFAULT_LANGUAGE
from certes.runtime.logs import configure_logs
from certes.runtime.problems import problem
from certes.runtime.settings import Environment
from certes.trust.bundle import parse_bundle
from certes.trust.translog.notes import KeyUse, NoteKey
from certes.trust.vouching import log_origin
from registry.app import build_app
from registry.export import export
from registry.replay import fetch_bundle, parse_saved, replay
from registry.settings import PREFIX, from_environment, log_key_file
from registry.slices import export_slices

app = typer.Typer(no_args_is_help=True, help="The registry: the shared list of signed objects.")
key = typer.Typer(no_args_is_help=True, help="The key that signs checkpoints.")
app.add_typer(key, name="key")

HTTP_REFUSED = 400  # this status and all above it
Url = Annotated[str, typer.Option(help="Address of the registry, e.g. https://registry.example")]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8400,
) -> None:
    """Run the registry, one process, from the variables CERTES_REGISTRY_..."""
    configure_logs("registry")
    try:
        application = build_app(from_environment())
    except Refusal as refusal:
        raise _failure(refusal) from None
    # No access log: a path may name what somebody asked about. certes.runtime.web logs the route instead.
    uvicorn.run(application, host=host, port=port, access_log=False, log_level="warning")


@key.command("create")
def create_log_key(
    file: Annotated[
        Path | None,
        typer.Argument(help="The key file to make, where not LOG_KEY_FILE. Never overwrites one."),
    ] = None,
    number: Annotated[int, typer.Option(min=1, help="The key's number.")] = 1,
) -> None:
    """Make a log key under the passphrase in CERTES_REGISTRY_LOG_KEY_PASSPHRASE (or ..._FILE), or in the
    token of CERTES_REGISTRY_LOG_KEY_URI."""
    try:
        environment = Environment(PREFIX)
        place = place_of(environment, file or log_key_file(environment), "LOG_KEY")
        made = create_key(place, key=number)
    except Refusal as refusal:
        raise _failure(refusal) from None
    if isinstance(place, FilePlace):
        typer.echo(f"made {place.path.resolve()}", err=True)
    typer.echo(made.multikey)


@key.command("show")
def show_log_key() -> None:
    """Print the log's verifier key, for the witnesses (CERTES_WITNESS_LOGS), and its Multikey, for the
    charter."""
    try:
        environment = Environment(PREFIX)
        domain, number = environment.text("NETWORK_DOMAIN"), environment.integer("LOG_KEY_ID", 1, minimum=1)
        place = place_of(environment, log_key_file(environment), "LOG_KEY")
        signer = open_keys(place).signer(number, verification_method="")
    except Refusal as refusal:
        raise _failure(refusal) from None
    verifier_key = NoteKey(log_origin(Network(0, domain)), KeyUse.NOTE, signer.public_key)
    typer.echo(f"log {verifier_key.vkey} {signer.public_key.multikey}")


@app.command()
def submit(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="Signed objects, as JSON, in order.")
    ],
    registry: Url,
) -> None:
    """Send signed objects one after the other and print what the registry answered to each. Ends at the first
    that is refused."""
    fetcher, url = _fetcher(registry), f"{registry.rstrip('/')}/v1/objects"
    try:
        for file in files:
            answered = fetcher.exchange("POST", url, file.read_bytes(), content_type="application/json")
            refused = answered.status >= HTTP_REFUSED
            typer.echo(answered.body.decode("utf-8", "replace"), err=refused)
            if refused:
                typer.echo(f"refused: {file}", err=True)
                raise typer.Exit(1)
    except Refusal as refusal:
        raise _failure(refusal) from None
    finally:
        fetcher.close()


@app.command()
def status(registry: Url) -> None:
    """Print how many objects the registry holds, how many are published, and how its witnesses are."""
    fetcher = _fetcher(registry)
    try:
        body = fetcher.get(f"{registry.rstrip('/')}/healthz").body or b"{}"
    except Refusal as refusal:
        raise _failure(refusal) from None
    finally:
        fetcher.close()
    typer.echo(json.dumps(json.loads(body), indent=1))


@app.command("export")
def export_files(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where to write, e.g. a USB stick.")],
    registry: Url,
    objects: Annotated[
        bool, typer.Option("--objects", help="Also every object that was ever logged.")
    ] = False,
    slices: Annotated[bool, typer.Option("--slices", help="Also a slice for each issuer and host.")] = False,
) -> None:
    """Write the trust bundle, every status list, the checkpoint and the tiles into a folder: for `certes
    verifier load`, and for any static host to be a mirror."""
    fetcher = _fetcher(registry)
    try:
        lists = export(folder, registry=registry, fetcher=fetcher, objects=objects)
        if slices:
            bundle = (folder / "bundle.json").read_bytes()
            export_slices(folder, registry=registry, bundle=bundle, fetcher=fetcher)
    except Refusal as refusal:
        raise _failure(refusal) from None
    finally:
        fetcher.close()
    typer.echo(f"{folder}: bundle.json + {lists} status lists")


@app.command("replay")
def replay_decision(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A saved answer of /v1/decide.")],
    charter: Annotated[str, typer.Option(help="Id of the network's first charter, sha-256:...")],
    registry: Annotated[str, typer.Option(help="Where to fetch the bundle of that time.")] = "",
    bundle: Annotated[Path | None, typer.Option(exists=True, help="A bundle file instead.")] = None,
) -> None:
    """Take a decision again from its evidence. Ends with 1 where anything differs, and says what."""
    try:
        saved = parse_saved(file.read_bytes())
        raw = fetch_bundle(registry, saved.size, _fetcher) if bundle is None else bundle.read_bytes()
        view = parse_bundle(raw, charter_id=charter, floor=None, now=system_clock())
        differences = replay(saved, view, charter_id=charter)
    except Refusal as refusal:
        raise _failure(refusal) from None
    for each in differences:
        typer.echo(f"{each.member}: {json.dumps(each.expected)} -> {json.dumps(each.actual)}", err=True)
    if differences:
        raise typer.Exit(1)
    typer.echo(f"same decision: {saved.decision.get('verdict')}")


def _fetcher(registry: str) -> Fetcher:
    return Fetcher(Hosts(frozenset({urlsplit(registry).netloc})))


def _failure(refusal: Refusal) -> typer.Exit:
    """Say what is wrong and what to do, and end with 1."""
    words = problem(refusal, language=DEFAULT_LANGUAGE, area="problems.registry")
    where = f"{refusal.field}: " if refusal.field else ""
    typer.echo(f"{where}{words['title']} {words.get('fix', '')}".rstrip(), err=True)
    return typer.Exit(1)
