"""`certes witness ...`: run it, make its keys, show what to put into a charter."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from certes.credential.errors import Refusal
from certes.credential.keys import PublicKey
from certes.runtime.key_places import FilePlace, Place, create_key, place_of
from certes.runtime.languages import DEFAULT_LANGUAGE
from certes.runtime.logs import configure_logs
from certes.runtime.problems import problem
from certes.runtime.settings import Environment
from certes.runtime.signers import add_key, open_key_file
from certes.trust.translog.notes import KeyUse, NoteKey
from witness.app import build_app, signers_of
from witness.settings import PREFIX, from_environment, key_file

app = typer.Typer(no_args_is_help=True, help="A witness: vouches that a log only ever grew.")
key = typer.Typer(no_args_is_help=True, help="The keys that cosign checkpoints.")
app.add_typer(key, name="key")

File = Annotated[
    Path | None,
    typer.Argument(help="The key file, where not KEY_FILE. A key in it is never overwritten."),
]
Name = Annotated[str, typer.Option(help="The witness's name, e.g. witness.example/cm.")]
Number = Annotated[int, typer.Option(min=1, help="The key's number.")]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8500,
) -> None:
    """Run the witness, one process, from the variables CERTES_WITNESS_..."""
    configure_logs("witness")
    try:
        application = build_app(from_environment())
    except Refusal as refusal:
        raise _failure(refusal) from None
    uvicorn.run(application, host=host, port=port, access_log=False, log_level="warning")


@key.command("create")
def create_first_key(name: Name, file: File = None, number: Number = 1) -> None:
    """Make a key file under the passphrase in CERTES_WITNESS_KEY_PASSPHRASE (or ..._FILE), with one key; or a
    key in the token of CERTES_WITNESS_KEY_URI."""
    try:
        _print(create_key(_place(file), key=number), name)
    except Refusal as refusal:
        raise _failure(refusal) from None


@key.command("add")
def add_another_key(name: Name, number: Number, file: File = None) -> None:
    """Make one more key in the file or the token, for another name."""
    try:
        place = _place(file)
        if isinstance(place, FilePlace):
            made = add_key(open_key_file(place.path, place.passphrase), place.passphrase, key=number)
            _print(made.signer(number, verification_method=name).public_key, name)
        else:
            _print(create_key(place, key=number), name)
    except Refusal as refusal:
        raise _failure(refusal) from None


@app.command()
def show() -> None:
    """Print, for each name, its verifier key and its Multikey, and the logs that are watched."""
    try:
        settings = from_environment()
        signers = signers_of(settings)
    except Refusal as refusal:
        raise _failure(refusal) from None
    for signer in signers.values():
        typer.echo(f"witness {signer.key.vkey} {signer.key.key.multikey}")
    for log_key in settings.logs:
        typer.echo(f"log {log_key.vkey} {log_key.key.multikey}")


def _place(file: Path | None) -> Place:
    environment = Environment(PREFIX)
    return place_of(environment, file or key_file(environment))


def _print(public: PublicKey, name: str) -> None:
    key = NoteKey(name, KeyUse.COSIGNATURE, public)
    typer.echo(f"witness {key.vkey} {key.key.multikey}")


def _failure(refusal: Refusal) -> typer.Exit:
    """Say what is wrong and what to do, and end with 1."""
    words = problem(refusal, language=DEFAULT_LANGUAGE)
    where = f"{refusal.field}: " if refusal.field else ""
    typer.echo(f"{where}{words['title']} {words.get('fix', '')}".rstrip(), err=True)
    return typer.Exit(1)
