"""`certes member ...`: a country's offline desk. Files in and out; no network, no service, no clock.

A custodian makes a key, reads what is to be signed, signs it and hands the file on. The next custodian adds a
signature. When `check` says that the threshold is reached, the file goes to the registry by any carrier.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed, Refusal
from certes.credential.keys import Signer
from certes.credential.parsing import parse_json
from certes.demo.examples import EXAMPLES
from certes.runtime.files import write_whole
from certes.runtime.key_places import create_key, open_keys, place_named
from certes.runtime.problems import fix_of, sentence
from certes.runtime.settings import Environment
from certes.trust.bundle import MAX_BUNDLE_BYTES
from certes.trust.charter import parse_charter, signed_by_two_thirds
from certes.trust.charters import follow_charters, speakers
from certes.trust.notices import Notice
from certes.trust.reading import parties_of, read_record
from certes.trust.records import Charter, Member, StandardsBody
from certes.trust.signing import SignedObject, countersign, parse_signed_object, sign_object, signing_keys
from certes.trust.standards import RegionalStandard

PREFIX = "CERTES_MEMBER_"
LANGUAGE = "en"
WORDS = "problems.trust"
OF_ONE_COUNTRY = {"NationalList", "HostPolicy", "AgreementEvent", "Notice", "NoticeAnswer"}

app = typer.Typer(no_args_is_help=True, help="A country's offline desk: keys, drafts, signatures, checks.")
key = typer.Typer(no_args_is_help=True, help="A custodian's key.")
app.add_typer(key, name="key")

ObjectFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A signed object, as JSON.")]
KeyName = Annotated[str, typer.Option("--key", help="Your key: its file, or its pkcs11: address.")]
OutPath = Annotated[Path, typer.Option("--out", help="The file to write.")]


@key.command("create")
def key_create(
    name: Annotated[
        str, typer.Argument(help="The file to make, or a pkcs11: address. Never overwrites one.")
    ],
) -> None:
    """Make your key in a file under the passphrase in CERTES_MEMBER_PASSPHRASE (or ..._FILE), or in the token
    that CERTES_MEMBER_KEY_PIN (or ..._FILE) opens; print its public half."""
    try:
        made = create_key(place_named(name, Environment(PREFIX)), key=1)
    except Refusal as refusal:
        raise _failure(refusal) from None
    typer.echo(made.multikey)


@key.command("show")
def key_show(
    name: Annotated[str, typer.Argument(help="Your key: its file, or its pkcs11: address.")],
) -> None:
    """Print the public half of your key, as the charter names it."""
    typer.echo(_signer(name).public_key.multikey)


@app.command("example")
def example(kind: Annotated[str, typer.Argument(help=" | ".join(EXAMPLES))]) -> None:
    """Print an illustrative payload to start from."""
    found = _type_named(kind)
    if found is None:
        raise typer.BadParameter(f"one of {', '.join(EXAMPLES)}", param_hint="KIND")
    typer.echo(json.dumps(EXAMPLES[found](), ensure_ascii=False, indent=1))


@app.command("sign")
def sign(
    payload: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What is said, as JSON.")],
    kind: Annotated[str, typer.Option("--type", help=" | ".join(EXAMPLES))],
    key_name: KeyName,
    out: OutPath,
    version: Annotated[int, typer.Option(min=1, help="1 for the first, then one more each time.")] = 1,
) -> None:
    """Make an object of PAYLOAD with your signature, the first one."""
    try:
        said = _read(payload)
        named = _type_named(kind)
        if named is None:
            raise Malformed("object_type_unknown", field="type", type=kind)
        country = _country_of(named, said)
        made = sign_object(named, country=country, version=version, payload=said, signers=[_signer(key_name)])
        _write(out, made)
    except Refusal as refusal:
        raise _failure(refusal) from None
    typer.echo(made.object_id)


@app.command("countersign")
def add_signature(file: ObjectFile, key_name: KeyName, out: OutPath) -> None:
    """Add your signature to an object that somebody signed before you. Its id stays the same."""
    try:
        signed = countersign(_object(file), _signer(key_name))
        _write(out, signed)
    except Refusal as refusal:
        raise _failure(refusal) from None
    typer.echo(signed.object_id)


@app.command("check")
def check(
    file: ObjectFile,
    charter: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The charter in force; itself for a first one."),
    ] = None,
) -> None:
    """Say what the object is, who has signed and who must; end with 0 when a registry would take it."""
    try:
        found = _object(file)
        missing = _missing(found, found if charter is None else _object(charter))
    except Refusal as refusal:
        raise _failure(refusal) from None
    typer.echo(f"{found.type} {found.country or ''} version {found.version}\n{found.object_id}")
    for line in missing:
        typer.echo(line)
    if missing:
        raise typer.Exit(1)
    typer.echo("signed by all it speaks for")


def _missing(found: SignedObject, charter_object: SignedObject) -> list[str]:
    """Whose signatures are still needed. Raises Refusal for an object that no registry would take."""
    charter = parse_charter(charter_object.payload, version=charter_object.version)
    if found.type == "Charter":
        return _missing_for_charter(found, charter)
    _, charter = follow_charters([charter_object], charter_object.object_id)[-1]
    record = read_record(found, network=charter.network)
    if isinstance(record, RegionalStandard):
        body = charter.bodies.get(record.body)
        return (
            [f"{record.body}: not a body of this charter"] if body is None else _lacks(found, body.id, body)
        )
    members = speakers([charter])
    if isinstance(record, Notice):
        return _lacks_one(found, record.country, members.get(record.country))
    return [line for country in parties_of(record) for line in _lacks(found, country, members.get(country))]


def _missing_for_charter(found: SignedObject, before: Charter) -> list[str]:
    """Two thirds of the members of the charter before, and of this one; said country by country."""
    own = parse_charter(found.payload, version=found.version)
    lacking: dict[str, None] = {}  # each line once
    for voter in (before, own):
        keys = frozenset(key for member in voter.members.values() for key in member.keys)
        if not signed_by_two_thirds(voter, signing_keys(found, among=keys)):
            for country, member in voter.members.items():
                lacking |= dict.fromkeys(_lacks(found, country, member))
    return list(lacking)


def _lacks_one(found: SignedObject, country: str, member: Member | None) -> list[str]:
    """A warning counts with one key. What it still lacks to need no confirmation is not asked for here."""
    if member is not None and signing_keys(found, among=member.keys):
        return []
    return _lacks(found, country, member)


def _lacks(found: SignedObject, country: str, member: Member | StandardsBody | None) -> list[str]:
    if member is None:
        return [f"{country}: not a member of this charter"]
    have = len(signing_keys(found, among=member.keys))
    if have >= member.threshold:
        return []
    return [f"{country}: {have} of {member.threshold} signatures (of {len(member.keys)} keys)"]


def _country_of(kind: str, payload: dict[str, Any]) -> str | None:
    """An object of one country names it in its payload."""
    country = payload.get("country") if kind in OF_ONE_COUNTRY else None
    return country if isinstance(country, str) else None


def _type_named(word: str) -> str | None:
    """`NoticeAnswer`, also as `notice-answer`."""
    plain = word.replace("-", "").lower()
    return next((kind for kind in EXAMPLES if kind.lower() == plain), None)


def _read(path: Path) -> dict[str, Any]:
    return parse_json(path.read_bytes(), max_bytes=MAX_BUNDLE_BYTES)


def _object(path: Path) -> SignedObject:
    return parse_signed_object(_read(path))


def _write(path: Path, found: SignedObject) -> None:
    write_whole(path, canonicalize(found.to_json()) + b"\n", mode=0o644)


def _signer(name: str) -> Signer:
    try:
        return open_keys(place_named(name, Environment(PREFIX))).signer(1, verification_method="")
    except Refusal as refusal:
        raise _failure(refusal) from None


def _failure(refusal: Refusal) -> typer.Exit:
    """Say what is wrong, where and what to do, and end with 1."""
    where = f" ({refusal.field})" if refusal.field else ""
    fix = fix_of(refusal.code, LANGUAGE, refusal.params, area=WORDS).get("fix", "")
    typer.echo(
        f"{sentence(refusal.code, LANGUAGE, refusal.params, area=WORDS)}{where} {fix}".rstrip(), err=True
    )
    return typer.Exit(1)
