"""Slices of what is published, each built once for a checkpoint and verified before it is served."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from certes.runtime.fetch import Fetcher
from certes.runtime.files import write_whole
from certes.runtime.refusals import NotFound
from certes.trust.bundle import TrustView
from certes.trust.bundle_file import open_bundle
from certes.trust.members import Members
from certes.trust.signing import SignedObject
from certes.trust.slices import Wanted, build_slice, parse_slice
from certes.trust.translog.notes import NoteSigner
from certes.trust.translog.ranges import Tree

FILE_MODE = 0o644  # public data
KEPT_SLICES = 256  # a country with 30 issuers, asked about by eight hosts


class Slices:
    """The slices of one process. `signer` is the log's, under its origin."""

    def __init__(self, view: Callable[[], TrustView], *, charter_id: str, signer: NoteSigner) -> None:
        self._view = view
        self._charter_id = charter_id
        self._signer = signer
        self._lock = threading.Lock()
        self._note = b""
        self._tree = Tree()
        self._kept: OrderedDict[Wanted, bytes] = OrderedDict()

    def get(self, wanted: Wanted, *, now: datetime) -> bytes:
        """The slice under the checkpoint that is published. Raises NotFound `issuer_not_found`,
        `slice_host_unknown`, `registry_empty`."""
        view = self._view()
        _require_known(wanted, view)
        note = view.checkpoint.note.encode()
        with self._lock:
            if note != self._note:
                self._note, self._tree = note, Tree(entry.leaf for entry in view.entries)
                self._kept.clear()
            found = self._kept.get(wanted)
            if found is None:
                found = self._kept[wanted] = self._build(wanted, view, now)
                while len(self._kept) > KEPT_SLICES:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(wanted)
            return found

    def _build(self, wanted: Wanted, view: TrustView, now: datetime) -> bytes:
        raw = build_slice(
            wanted,
            objects=view.objects,
            entries=view.entries,
            notice_days=view.charter.notice_days,
            read=self._tree.read,
            checkpoint=self._note,
            notices=view.notices,
            signer=self._signer,
        )
        parse_slice(raw, wanted=wanted, charter_id=self._charter_id, floor=None, now=max(now, view.as_of))
        return raw


def _require_known(wanted: Wanted, view: TrustView) -> None:
    national = view.registry.national.get(wanted.country)
    if national is None or national.find_issuer(wanted.issuer) is None:
        raise NotFound("issuer_not_found", country=wanted.country, issuer=wanted.issuer)
    if wanted.host not in view.charter.members:
        raise NotFound("slice_host_unknown", host=wanted.host)


def export_slices(folder: Path, *, registry: str, bundle: bytes, fetcher: Fetcher) -> int:
    """Write `FOLDER/v1/slices/CM/1/GA` for every issuer and every other member of a bundle, as any static
    host may serve them. How many. Nothing is verified here: whoever takes one up does. Raises Unreachable,
    and what `open_bundle` raises."""
    names = list(_names(open_bundle(bundle).objects.values()))
    for country, number, host in names:
        found = fetcher.get(f"{registry.rstrip('/')}/v1/slices/{country}/{number}/{host}").body or b""
        write_whole(folder / "v1" / "slices" / country / str(number) / host, found, mode=FILE_MODE)
    return len(names)


def _names(objects: Iterable[SignedObject]) -> Iterator[tuple[str, int, str]]:
    newest = {(found.type, found.country): found for found in sorted(objects, key=lambda each: each.version)}
    members = Members(newest["Charter", None].payload).each("members") if ("Charter", None) in newest else ()
    hosts = [member.text("country") for member in members]
    for country in hosts:
        listed = newest.get(("NationalList", country))
        for issuer in Members({} if listed is None else listed.payload).each("issuers"):
            yield from ((country, issuer.integer("number"), host) for host in hosts if host != country)
