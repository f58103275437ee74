"""`certes card size`: how large the QR of a person's certificate will be, before anything is signed."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from certes.credential.achievement import (
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Person,
    parse_birth_date,
)
from certes.credential.cardsize import (
    TYPICAL_ADDRESS,
    CardSize,
    card_size,
    sample_certifications,
    size_report,
)
from certes.credential.errors import Refusal
from certes.credential.identifiers import Network
from certes.credential.qrsize import MAX_VERSION

app = typer.Typer(help="The skill card: sizes.", no_args_is_help=True)

_NETWORK = Network(0, "skills.example")


@app.callback()
def _group() -> None:
    """The skill card: sizes."""


@app.command("size")
def size(
    name: Annotated[str, typer.Option(help="as on the identity document")],
    birth: Annotated[str, typer.Option(help="1991-08-23, 1991-08, 1991 or 1991~ (about)")],
    trade: Annotated[str, typer.Option(help="national trade code, e.g. CM:1204")],
    number: Annotated[
        str, typer.Option(help="the certificate number as the body writes it")
    ] = "CM-1-2026-004271",
    document: Annotated[
        str, typer.Option(help="last four characters of the identity document; empty for none")
    ] = "",
    units: Annotated[str, typer.Option(help="units achieved, e.g. 1,2,5; empty for a full trade")] = "",
    address: Annotated[str, typer.Option(help="what stands before the digits, # included")] = TYPICAL_ADDRESS,
) -> None:
    """Say the QR version of this person's card; end with 1 if it is too large to be issued."""
    try:
        certification = _certification(name, birth, trade, number, document, units)
        result = card_size(certification, network=_NETWORK, address=address)
    except Refusal as refusal:
        typer.echo(f"Not a card: {refusal}", err=True)
        raise typer.Exit(2) from None
    typer.echo(_sentence(result, address))
    if (result.version_m or MAX_VERSION + 1) > MAX_VERSION:
        raise typer.Exit(1)


@app.command("sizes")
def sizes(
    address: Annotated[str, typer.Option(help="what stands before the digits, # included")] = TYPICAL_ADDRESS,
) -> None:
    """The table for realistic people and trades."""
    table = Table("card", "bytes", "digits", "version at M", "version at Q")
    for row in size_report(address):
        counts = (row.size.bytes, row.size.digits, row.size.version_m, row.size.version_q)
        table.add_row(row.title, *map(str, counts))
    Console().print(table)


def _certification(
    name: str, birth: str, trade: str, number: str, document: str, units: str
) -> Certification:
    typical = sample_certifications()[0][1]
    country, _, code = trade.rpartition(":")
    country = country or typical.achievement.country
    if not (code.isascii() and code.isdigit()):
        raise typer.BadParameter("a code such as CM:1204", param_hint="--trade")
    achieved = tuple(int(unit) for unit in units.split(",") if unit.strip().isdigit())
    kind = Kind.UNITS if achieved else Kind.FULL
    identity = IdentityDocument(country, DocumentKind.NATIONAL_ID, document) if document else None
    return replace(
        typical,
        number=number,
        achievement=replace(typical.achievement, country=country, trade=int(code), kind=kind, units=achieved),
        person=Person(name, parse_birth_date(birth), identity),
    )


def _sentence(result: CardSize, address: str) -> str:
    version = result.version_m
    if version is None or version > MAX_VERSION:
        return (
            f"Too large: {result.bytes} bytes need QR version {version or 'over 40'} at level M behind a"
            f" {len(address)}-character address; {MAX_VERSION} is the most that old telephones read well."
            " Shorten the certificate number or the address."
        )
    return (
        f"QR version {version} at level M ({result.bytes} bytes, {result.digits} digits behind a"
        f" {len(address)}-character address);"
        f" printed at level {result.level.value}, version {result.version}."
    )
