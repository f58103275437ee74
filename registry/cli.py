"""`certes registry ...`: run it, make its key, submit an object, ask how it is."""

import json
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn

from certes.credential.errors import Refusal
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.languages import DEFAULT_LANGUAGE
from certes.runtime.logs import configure_logs
from certes.runtime.problems import problem
from certes.runtime.settings import Environment
from certes.runtime.signers import create_key_file
from registry.app import build_app
from registry.export import export
from registry.settings import PREFIX, from_environment, log_key_file

app = typer.Typer(no_args_is_help=True, help="The registry: the shared list of signed objects.")
key = typer.Typer(no_args_is_help=True, help="The key that signs checkpoints.")
app.add_typer(key, name="key")

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
def create_key(
    file: Annotated[
        Path | None,
        typer.Argument(help="The key file to make, where not LOG_KEY_FILE. Never overwrites one."),
    ] = None,
    number: Annotated[int, typer.Option(min=1, help="The key's number.")] = 1,
) -> None:
    """Make a log key under the passphrase in CERTES_REGISTRY_LOG_KEY_PASSPHRASE (or ..._FILE)."""
    try:
        environment = Environment(PREFIX)
        made = create_key_file(
            file or log_key_file(environment), environment.secret("LOG_KEY_PASSPHRASE"), key=number
        )
    except Refusal as refusal:
        raise _failure(refusal) from None
    typer.echo(f"made {made.path.resolve()}", err=True)
    typer.echo(made.signer(number, verification_method="").public_key.multikey)


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A signed object, as JSON.")],
    registry: Url,
) -> None:
    """Send a signed object and print what the registry answered."""
    fetcher = _fetcher(registry)
    try:
        answered = fetcher.exchange(
            "POST", f"{registry.rstrip('/')}/v1/objects", file.read_bytes(), content_type="application/json"
        )
    except Refusal as refusal:
        raise _failure(refusal) from None
    finally:
        fetcher.close()
    typer.echo(answered.body.decode("utf-8", "replace"), err=answered.status >= 400)
    if answered.status >= 400:
        raise typer.Exit(1)


@app.command()
def status(registry: Url) -> None:
    """Print how many objects the registry holds and the time of its newest checkpoint."""
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
) -> None:
    """Write the trust bundle and every status list into a folder, for `certes verifier load`."""
    fetcher = _fetcher(registry)
    try:
        lists = export(folder, registry=registry, fetcher=fetcher)
    except Refusal as refusal:
        raise _failure(refusal) from None
    finally:
        fetcher.close()
    typer.echo(f"{folder}: bundle.json + {lists} status lists")


def _fetcher(registry: str) -> Fetcher:
    return Fetcher(Hosts(frozenset({urlsplit(registry).netloc})))


def _failure(refusal: Refusal) -> typer.Exit:
    """Say what is wrong and what to do, and end with 1."""
    words = problem(refusal, language=DEFAULT_LANGUAGE, area="problems.registry")
    where = f"{refusal.field}: " if refusal.field else ""
    typer.echo(f"{where}{words['title']} {words.get('fix', '')}".rstrip(), err=True)
    return typer.Exit(1)
