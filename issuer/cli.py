"""`certes issuer ...`: keys, callers, publication, serving."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from certes.credential.achievement import MAX_NUMBER
from certes.credential.errors import Refusal
from certes.credential.keys import PublicKey
from certes.runtime.clock import system_clock
from certes.runtime.database import migrate, open_database
from certes.runtime.key_places import create_key, open_keys, place_of
from certes.runtime.languages import has_words, say
from certes.runtime.logs import configure_logs
from certes.runtime.pkcs11_token import TokenPlace
from certes.runtime.settings import Environment
from certes.runtime.signers import KeyFile, add_key, open_key_file
from issuer.app import Service, build_app
from issuer.callers import create_api_key
from issuer.settings import PREFIX, Settings, database_url, key_file
from issuer.store import ApiKey
from issuer.store_sql import SqlStore

app = typer.Typer(help="Issue certifications for one country.", no_args_is_help=True)
key_app = typer.Typer(help="Signing keys, in a file or a token.", no_args_is_help=True)
api_key_app = typer.Typer(help="API keys of certification bodies.", no_args_is_help=True)
status_app = typer.Typer(help="Status lists.", no_args_is_help=True)
app.add_typer(key_app, name="key")
app.add_typer(api_key_app, name="api-key")
app.add_typer(status_app, name="status")

WORDS = "problems.issuer"  # as the service says them
_LANGUAGE = "en"  # of the command line


@contextmanager
def _refusals_as_words() -> Iterator[None]:
    """A refusal is two lines for a person and exit code 1, never a traceback."""
    try:
        yield
    except Refusal as refusal:
        code = refusal.code if has_words(WORDS, refusal.code) else "general"
        params = {"code": refusal.code, **refusal.params}
        typer.echo(say(WORDS, code, _LANGUAGE, **params), err=True)
        if refusal.field is not None:
            typer.echo(f"  {refusal.field}", err=True)
        if has_words(WORDS, f"{code}.fix"):
            typer.echo(say(WORDS, f"{code}.fix", _LANGUAGE, **params), err=True)
        raise typer.Exit(1) from None


@contextmanager
def _store() -> Iterator[SqlStore]:
    database = open_database(database_url(Environment(PREFIX)))
    try:
        migrate(database, "issuer")
        yield SqlStore(database)
    finally:
        database.close()


@app.command()
def serve(host: str = "127.0.0.1", port: int = 8401) -> None:
    """Serve the API."""
    with _refusals_as_words():
        configure_logs("issuer")
        application = build_app(Settings.from_environment())
    # uvicorn's access log would hold paths, and paths hold certificate numbers: ours logs the route's
    # template.
    uvicorn.run(application, host=host, port=port, access_log=False, server_header=False)


@key_app.command("create")
def key_create(key: Annotated[int, typer.Option(min=1, help="Number of the key: k1, k2 ...")] = 1) -> None:
    """Make the key file with its first key, or a key in the token of KEY_URI, and print the public key that
    your country's list must carry."""
    with _refusals_as_words():
        environment = Environment(PREFIX)
        _print_key(key, create_key(place_of(environment, key_file(environment)), key=key))


@key_app.command("rotate")
def key_rotate() -> None:
    """Add the next key. Have your country list it first, then set SIGNING_KEY to its number and restart."""
    with _refusals_as_words():
        environment = Environment(PREFIX)
        place = place_of(environment, key_file(environment))
        if isinstance(place, TokenPlace):
            following = environment.integer("SIGNING_KEY", 1, minimum=1, maximum=MAX_NUMBER) + 1
            _print_key(following, create_key(place, key=following))
            return
        opened = open_key_file(place.path, place.passphrase)
        _print_keys(add_key(opened, place.passphrase, key=max(opened.seeds) + 1))


@key_app.command("show")
def key_show() -> None:
    """Print the public keys of the key file, or that of SIGNING_KEY in the token."""
    with _refusals_as_words():
        environment = Environment(PREFIX)
        place = place_of(environment, key_file(environment))
        if isinstance(place, TokenPlace):
            number = environment.integer("SIGNING_KEY", 1, minimum=1, maximum=MAX_NUMBER)
            _print_key(number, open_keys(place).signer(number, verification_method="").public_key)
            return
        _print_keys(open_key_file(place.path, place.passphrase))


def _print_keys(opened: KeyFile) -> None:
    for number in sorted(opened.seeds):
        _print_key(number, opened.signer(number, verification_method=f"#k{number}").public_key)


def _print_key(number: int, key: PublicKey) -> None:
    typer.echo(f"k{number} {key.multikey}")


@api_key_app.command("create")
def api_key_create(
    body: Annotated[str, typer.Option(help="Code of the certification body in the national list.")],
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    expires: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
) -> None:
    """Make a key for a body. It is printed once, on standard output; only its hash is kept."""
    until = None if expires is None else datetime.combine(expires.date(), time(23, 59, 59), UTC)
    with _refusals_as_words(), _store() as store:
        text, _ = create_api_key(body, label=label, expires_at=until, store=store, now=system_clock())
    typer.echo(text)


@api_key_app.command("list")
def api_key_list() -> None:
    """Show all keys by their prefixes."""
    with _refusals_as_words(), _store() as store:
        keys = store.api_keys()
    table = Table("prefix", "body", "label", "created", "expires", "revoked")
    for key in keys:
        table.add_row(*_row(key))
    Console().print(table)


@api_key_app.command("revoke")
def api_key_revoke(
    prefix: Annotated[str, typer.Argument(help="The eight characters after certes_.")],
) -> None:
    """From now on the key opens nothing."""
    with _refusals_as_words(), _store() as store:
        key = store.revoke_api_key(prefix, now=system_clock())
    typer.echo(f"{key.prefix} {key.body}")


@status_app.command("publish")
def status_publish() -> None:
    """Sign the status lists and push them now, then finish what a crash left.

    Exit code 1 if the registry lacks any.
    """
    with _refusals_as_words():
        configure_logs("issuer")
        service = Service(Settings.from_environment())
        try:
            service.trust.load_kept()
            lacking = service.publish_status()
        finally:
            service.close()
    if lacking:
        typer.echo(
            f"{lacking} lists are signed and kept, but the registry has not accepted them yet.", err=True
        )
        raise typer.Exit(1)


def _row(key: ApiKey) -> tuple[str, ...]:
    days = (key.created_at, key.expires_at, key.revoked_at)
    return (key.prefix, key.body, key.label, *("" if day is None else day.date().isoformat() for day in days))
