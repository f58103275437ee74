"""`certes bundle ...`: the trust bundle as a file, for whoever carries, mirrors or audits it.

Nothing here changes what a service holds, but `import`, which is `certes verifier load`. Exit codes of
`verify` and `compare`: 0 in order, 1 refused or undecided, 3 the alarm of two histories.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import format_instant, parse_json
from certes.runtime.clock import system_clock
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.files import read_if_there, write_whole
from certes.runtime.problems import problem
from certes.runtime.refusals import NotFound
from certes.trust.acceptance import believe
from certes.trust.bundle import Floor, TrustView, parse_bundle
from certes.trust.bundle_file import MAX_BUNDLE_BYTES, Offered, open_bundle
from certes.trust.charter import parse_charter
from certes.trust.gossip import Histories, compare_heads
from certes.trust.records import Charter
from certes.trust.translog.checkpoints import parse_checkpoint
from registry.export import FILE_MODE
from registry.export import export as export_from_registry
from verifier.cli import load_files

REFUSED, FORKED = 1, 3
LANGUAGE = "en"
WORDS = "problems.verifier"

app = typer.Typer(no_args_is_help=True, help="The trust bundle as a file: export, import, look, verify.")
app.command("import")(load_files)

BundleFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A trust bundle.")]
CharterId = Annotated[str, typer.Option("--charter", help="Id of the network's first charter, sha-256:...")]


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where to write, e.g. a USB stick.")],
    registry: Annotated[str, typer.Option(help="A registry or mirror, e.g. https://registry.example")] = "",
    data: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Instead: a verifier's data folder.")
    ] = None,
) -> None:
    """Write the bundle and every status list into a folder, for `certes bundle import`."""
    with _refusals_told():
        if bool(registry) == (data is not None):
            raise Malformed("source_not_one", field="--registry, --data")
        lists = _copy(data, folder) if data is not None else _fetch(registry, folder)
    typer.echo(f"{folder}: bundle.json + {lists} status lists")


@app.command("inspect")
def inspect(file: BundleFile) -> None:
    """Say what is in a bundle. It is not verified: what it says of itself is what is printed."""
    with _refusals_told():
        offered = open_bundle(_read(file))
        lines = [*_about_log(offered), *_about_objects(offered)]
    for line in lines:
        typer.echo(line)


@app.command("verify")
def verify(
    file: BundleFile,
    charter: CharterId,
    floor: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A floor.json to hold it against.")
    ] = None,
    gossip: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Another device's checkpoint to hold it against."),
    ] = None,
) -> None:
    """Verify a bundle as a device would, from the first charter on."""
    with _refusals_told():
        held = None if floor is None else _floor(floor)
        view = parse_bundle(_read(file), charter_id=charter, floor=held, now=system_clock())
        told = None if gossip is None else _histories(gossip.read_bytes(), view)
    typer.echo(f"in order: {len(view.entries)} entries, {len(view.objects)} objects, charter {_of(view)}")
    typer.echo(f"time reached by the witnesses: {format_instant(view.as_of)}")
    if told is not None:
        _tell(told)


@app.command("gossip")
def gossip_of(file: BundleFile, charter: CharterId) -> None:
    """Print a bundle's checkpoint in its shortest form, for other devices to compare theirs with."""
    with _refusals_told():
        view = parse_bundle(_read(file), charter_id=charter, floor=None, now=system_clock())
    typer.echo(view.checkpoint.gossip().decode(), nl=False)


@app.command("compare")
def compare(
    one: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A checkpoint.")],
    other: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Another one.")],
    bundle: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A bundle to verify both under.")
    ] = None,
    charter: CharterId = "",
) -> None:
    """Say whether two checkpoints are of one history. Without a bundle no signature is verified, and only
    equal sizes can be compared."""
    with _refusals_told():
        notes = (one.read_bytes(), other.read_bytes())
        if bundle is None:
            first, second = (parse_checkpoint(note).head for note in notes)
            told = compare_heads(first, second)
        else:
            view = parse_bundle(_read(bundle), charter_id=charter, floor=None, now=system_clock())
            first, second = (believe(note, charter=view.charter, now=system_clock()).head for note in notes)
            told = compare_heads(first, second, [entry.leaf for entry in view.entries])
    _tell(told)


def _histories(note: bytes, view: TrustView) -> Histories:
    """Of another device's checkpoint and this bundle."""
    head = believe(note, charter=view.charter, now=system_clock()).head
    return compare_heads(head, view.checkpoint.head, [entry.leaf for entry in view.entries])


def _tell(told: Histories) -> None:
    match told:
        case Histories.ONE:
            typer.echo("one history")
        case Histories.UNDECIDED:
            typer.echo("undecided: take a bundle of the larger size", err=True)
            raise typer.Exit(REFUSED)
        case Histories.FORKED:
            typer.echo("ALARM: two histories. Keep both and warn the registry's authority.", err=True)
            raise typer.Exit(FORKED)


def _about_log(offered: Offered) -> Iterator[str]:
    head = parse_checkpoint(offered.checkpoint).head
    yield f"log: {head.origin}, {head.size} entries"
    charter = _newest_charter(offered)
    if charter is None:
        yield "no charter: its signatures cannot be told apart"
        return
    try:
        found = believe(offered.checkpoint, charter=charter, now=system_clock())
    except Refusal as refusal:
        yield f"checkpoint not to be believed: {refusal.code}"
        return
    yield f"time reached: {format_instant(found.reached)}, quorum {found.quorum} of {len(charter.witnesses)}"
    for witness, time in sorted(found.cosigned.items(), key=lambda pair: pair[0].name):
        yield f"  {witness.name}  {format_instant(time)}"


def _about_objects(offered: Offered) -> Iterator[str]:
    kinds = Counter(found.type for found in offered.objects.values())
    yield f"objects: {len(offered.objects)}"
    for kind, count in sorted(kinds.items()):
        newest = sum(1 for entry in offered.entries if entry.type == kind)
        yield f"  {kind}  {count} (of {newest} logged)"
    yield f"notices not logged yet: {len(offered.notices)}"


def _newest_charter(offered: Offered) -> Charter | None:
    found = [each for each in offered.objects.values() if each.type == "Charter"]
    newest = max(found, key=lambda each: each.version, default=None)
    return None if newest is None else parse_charter(newest.payload, version=newest.version)


def _of(view: TrustView) -> str:
    return f"{view.charter.version} of {view.network.domain}"


def _floor(path: Path) -> Floor:
    try:
        return Floor.from_json(json.loads(path.read_bytes()))
    except (ValueError, RecursionError, Refusal):
        raise Malformed("floor_invalid", field=path.name) from None


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BUNDLE_BYTES + 1)


def _fetch(registry: str, folder: Path) -> int:
    fetcher = Fetcher(Hosts(frozenset({urlsplit(registry).netloc})))
    try:
        return export_from_registry(folder, registry=registry, fetcher=fetcher)
    finally:
        fetcher.close()


def _copy(data: Path, folder: Path) -> int:
    """From what a verifier keeps: its bundle as it is, and each status list out of its wrapper."""
    bundle = read_if_there(data / "trust" / "bundle.json")
    if bundle is None:
        raise NotFound("file_not_readable", field="bundle.json")
    kept = sorted((data / "status").glob("*.json"))
    for path in kept:
        text = parse_json(path.read_bytes(), max_bytes=MAX_BUNDLE_BYTES).get("raw")
        if not isinstance(text, str):
            raise Malformed("file_not_for_loading", field=path.name)
        write_whole(folder / "status" / path.name, text.encode(), mode=FILE_MODE)
    write_whole(folder / "bundle.json", bundle, mode=FILE_MODE)
    return len(kept)


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Say what is wrong and what to do, and end."""
    try:
        yield
    except Refusal as refusal:
        where = f"{refusal.field}: " if refusal.field else ""
        words = problem(refusal, language=LANGUAGE, area=WORDS)
        typer.echo(f"{where}{words['title']} {words.get('fix', '')} [{refusal.code}]", err=True)
        raise typer.Exit(FORKED if refusal.code == "log_forked" else REFUSED) from None
