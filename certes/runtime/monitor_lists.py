"""Revocation lists held against their earlier versions: what was revoked stays revoked.

    FOLDER/status/cm-1-revocation-1.json    the newest list that was seen, as it was signed

The registry's index says which lists changed; only those are fetched, and each is verified.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.credential.identifiers import IssuerRef, Network, Purpose, issuer_did, parse_key_id
from certes.credential.keys import PublicKey, parse_multikey
from certes.credential.parsing import parse_json
from certes.credential.proof import PRODUCTION_STATUS_LIST, verify_proof
from certes.credential.status import StatusList, read_list
from certes.runtime.files import read_if_there, write_whole
from certes.runtime.log_mirror import LogMirror
from certes.trust.records import Issuer, NationalList
from certes.trust.signing import digest
from certes.trust.watching import Event
from certes.trust.watching_state import ListSeen, undone

MAX_LIST_BYTES = 256 * 1024
REVOCATION: Purpose = "revocation"
_PATH = re.compile(
    r"https://[^/?#]+(?P<path>/(?P<country>[a-z]{2})/(?P<issuer>[1-9][0-9]{0,8})"
    r"/status/revocation/(?P<list>[1-9][0-9]{0,8}))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class RevocationLists:
    """Those of one registry, and the folder in which they are kept."""

    mirror: LogMirror
    folder: Path
    network: Network
    national: Mapping[str, NationalList]  # by country, the newest

    def look(self, lists: Mapping[str, ListSeen], now: datetime) -> Iterator[Event | Refusal]:
        """Each list that is not the one that is kept: an event where it undoes a revocation, and the refusal
        of one that cannot be had or does not verify, which is then not kept."""
        for url, seen in sorted(lists.items()):
            match = _PATH.fullmatch(url)
            if match is None:
                continue
            path = (
                self.folder / f"{'-'.join(match.group('country', 'issuer'))}-revocation-{match['list']}.json"
            )
            kept = read_if_there(path)
            if kept is not None and digest(kept) == seen.digest:
                continue
            try:
                yield from self._compare(url, match, seen, path, kept, now)
            except Refusal as refusal:
                yield refusal

    def _compare(
        self, url: str, match: re.Match[str], seen: ListSeen, path: Path, kept: bytes | None, now: datetime
    ) -> Iterator[Event]:
        raw = self.mirror.get(match["path"])
        if digest(raw) != seen.digest:  # renewed since the index was made: looked at the next time
            raise Unreachable("status_list_moved")
        ref = IssuerRef(match["country"].upper(), int(match["issuer"]))
        new = self._read(raw, url, ref)
        old = None if kept is None else self._kept(kept, url, ref)
        if old is not None:
            yield from undone(
                old.bits, new.bits, ListSeen(ref.country, seen.digest, new.valid_from), url, now
            )
            if new.valid_from < old.valid_from:
                return
        write_whole(path, raw)

    def _kept(self, raw: bytes, url: str, ref: IssuerRef) -> StatusList | None:
        """A file that was damaged is as if there were none."""
        try:
            return self._read(raw, url, ref)
        except Refusal:
            return None

    def _read(self, raw: bytes, url: str, ref: IssuerRef) -> StatusList:
        """Raises Malformed, BadSignature."""
        national = self.national.get(ref.country)
        issuer = None if national is None else national.find_issuer(ref.number)
        if issuer is None:
            raise Malformed("status_list_issuer_not_listed", country=ref.country, issuer=ref.number)
        document = parse_json(raw, max_bytes=MAX_LIST_BYTES)
        verify_proof(document, key_for=_Keys(issuer, ref, self.network).key, suites=PRODUCTION_STATUS_LIST)
        did = issuer_did(self.network, ref.country, ref.number)
        return read_list(document, url=url, issuer=did, purpose=REVOCATION)


@dataclass(frozen=True, slots=True)
class _Keys:
    """An issuer's keys, whatever their dates: whether one may sign today is asked by the registry."""

    issuer: Issuer
    ref: IssuerRef
    network: Network

    def key(self, method: str) -> PublicKey:
        """The key of a verification method. Raises Malformed `status_list_key_not_accepted`."""
        ref, number = parse_key_id(self.network, method)
        period = self.issuer.find_key(f"k{number}")
        if ref != self.ref or period is None or period.multikey is None:
            raise Malformed("status_list_key_not_accepted", field="proof.verificationMethod")
        return parse_multikey(period.multikey)
