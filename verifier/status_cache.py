"""Status lists, fetched whole on a timer and verified before they are believed. A scan only reads them.

A list is taken only if the issuer it speaks for signed it with a key that its country lists as valid then,
and never if it is older than the one held: an old list would bring a revoked certificate back. What lies on
disk is a copy that is verified again at every start.

What one issuer can make every verifier fetch and hold is bounded, by the issuer: no flood of lists takes the
room of another's.
"""

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from certes.credential.contexts import CREDENTIALS_V2
from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.credential.identifiers import Network, Purpose, issuer_did
from certes.credential.keys import PublicKey, parse_multikey
from certes.credential.parsing import parse_json
from certes.credential.proof import PRODUCTION_STATUS_LIST, verify_proof
from certes.credential.status import StatusList, read_list
from certes.runtime.clock import Clock
from certes.runtime.fetch import Fetcher
from certes.runtime.files import read_if_there, write_whole
from certes.runtime.logs import log, warn
from certes.trust.bundle import TrustView
from certes.trust.records import Issuer
from verifier.evidence import Found, Missing, StatusEntry, TrustHeld

MAX_LISTS = 10_000  # in a folder that somebody brings
MAX_LISTS_OF_ISSUER = 64  # for each purpose, numbered from 1 without gaps, as the registry takes them
MAX_LIST_BYTES = 8 * 16 * 1024  # of one list, unpacked: eight times the 131,072 places that lists have
MAX_DOCUMENT_BYTES = (
    8 * 1024 + MAX_LIST_BYTES * 3 // 2
)  # places that do not pack grow by a third in base64url
MAX_ISSUER_BYTES = 8 * 1024 * 1024  # held of one issuer, unpacked places and signed documents together
MAX_HELD_BYTES = 256 * 1024 * 1024  # held of all; beyond it each issuer still has its share of as much again
MAX_INDEX_BYTES = 8 * 1024 * 1024  # 180 issuers with all the lists they may have
MAX_URL_CHARACTERS = 300
NOT_CHECKED = Missing("status_not_checked")

_PATH = re.compile(
    r"/(?P<country>[a-z]{2})/(?P<number>[1-9][0-9]{0,8})"
    r"/status/(?P<purpose>revocation|suspension|refresh)/(?P<list>0|[1-9][0-9]{0,8})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Held:
    """A verified list, its bytes, and what the registry's index called them."""

    list: StatusList
    whose: "_Whose"
    raw: bytes
    digest: str | None
    answers: tuple[Found[StatusEntry], Found[StatusEntry]] = field(init=False)  # of a clear bit, of a set one

    def __post_init__(self) -> None:
        clear, marked = (
            Found(StatusEntry(is_set, self.list.valid_until), self.list.valid_from)
            for is_set in (False, True)
        )
        object.__setattr__(self, "answers", (clear, marked))

    @property
    def size(self) -> int:
        """The room it takes."""
        return len(self.list.bits) + len(self.raw)


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whom a list's address speaks for."""

    country: str
    number: int
    purpose: Purpose
    list: int

    @property
    def issuer(self) -> tuple[str, int]:
        """The issuer alone."""
        return self.country, self.number


class StatusCache:
    """Every status list of the network that verified, by its address."""

    def __init__(
        self,
        *,
        registry_url: str,
        network: Network,
        folder: Path,
        fetcher: Fetcher,
        trust: TrustHeld,
        clock: Clock,
    ) -> None:
        self._index_url = registry_url.rstrip("/") + "/v1/status-lists"
        self._network = network
        self._folder = folder
        self._fetcher = fetcher
        self._trust = trust
        self._clock = clock
        self._lock = threading.Lock()
        self._held: Mapping[str, _Held] = {}
        self._room: Counter[tuple[str, int]] = Counter()  # bytes held, by issuer
        self._verified_under: TrustView | None = None

    def find(self, url: str, index: int) -> Found[StatusEntry] | Missing:
        """One bit of the list published under `url`; its age is the signed list's, never the fetch's."""
        held = self._held.get(url)
        if held is None or not 0 <= index < len(held.list.bits) * 8:
            return NOT_CHECKED
        return held.answers[held.list.is_set(index)]

    @property
    def count(self) -> int:
        """How many lists are held."""
        return len(self._held)

    def load_kept(self) -> None:
        """Take up the copies of an earlier run that still verify under the trust data of now."""
        with self._lock:
            if self._trust.view is None or not self._folder.is_dir():
                return
            for path in sorted(self._folder.glob("*.json")):
                self._load_one(path)
            self._verified_under = self._trust.view

    def refresh(self) -> None:
        """Fetch the index, then each list that changed. Raises Refusal when there is no index or no trust
        data; a single list that is refused is logged, and the one held before stays."""
        view = self._trust.view
        if view is None:
            raise Unreachable("trust_data_missing")
        if self._verified_under is not view:
            self._verify_again()
        for url, digest in self._wanted(self._read_index(), view):
            held = self._held.get(url)
            if held is not None and digest is not None and held.digest == digest:
                continue
            try:
                self._fetch_one(url, digest)
            except Refusal as refusal:
                warn("status_list_refused", code=refusal.code, url=url)

    def accept(self, url: str, raw: bytes, *, digest: str | None = None) -> None:
        """Take one signed list from any carrier and keep it. Raises Refusal; the list held before then stays.

        Raises Malformed status_list_older, status_list_differs, status_list_url_invalid,
        status_list_from_future, status_list_too_long, status_list_time_not_proven, status_lists_too_many,
        status_lists_too_large, issuer_not_listed, key_not_valid_at_issue, and as verify_proof and read_list
        do.
        """
        with self._lock:
            self._take(url, raw, digest)
            envelope = {"url": url, "raw": raw.decode("utf-8"), "digest": digest}
            write_whole(self._path_of(url), json.dumps(envelope, ensure_ascii=False).encode())

    def _fetch_one(self, url: str, digest: str | None) -> None:
        fetched = self._fetcher.get(url)
        if fetched.body is not None:
            self.accept(url, fetched.body, digest=digest)
            log("status_list_accepted", url=url)

    def _read_index(self) -> dict[str, str | None]:
        body = self._fetcher.get(self._index_url).body or b""
        if len(body) > MAX_INDEX_BYTES:
            raise Malformed("status_index_invalid")
        try:
            found = [(entry["url"], entry.get("digest")) for entry in json.loads(body)["lists"]]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Malformed("status_index_invalid") from None
        return {
            url: digest if isinstance(digest, str) else None for url, digest in found if isinstance(url, str)
        }

    def _wanted(self, index: Mapping[str, str | None], view: TrustView) -> Iterator[tuple[str, str | None]]:
        """The lists that listed issuers may have, everybody's first list before anybody's second. Those that
        are refused are logged by code: a line for each would be a flood too."""
        wanted: list[tuple[int, str]] = []
        refused: dict[str, list[str]] = {}
        for url in index:
            try:
                whose = _whose(url, self._network)
                _listed_issuer(whose, self._network, view)
                wanted.append((whose.list, url))
            except Refusal as refusal:
                refused.setdefault(refusal.code, []).append(url)
        for code, urls in refused.items():
            warn("status_list_refused", code=code, url=urls[0][:MAX_URL_CHARACTERS], count=len(urls))
        return ((url, index[url]) for _, url in sorted(wanted))

    def _verify_again(self) -> None:
        """A newer trust bundle may have ended a key: what its bearer signed since must go. Readers keep the
        lists of before until all have been looked at."""
        with self._lock:
            view, kept = self._trust.view, self._held
            good: dict[str, _Held] = {}
            self._room = Counter()
            for url, held in sorted(kept.items(), key=lambda item: item[1].whose.list):
                again = self._verified_again(url, held)
                if again is not None:
                    good[url] = again
                    self._room[again.whose.issuer] += again.size
            self._held = good
            self._verified_under = view
        if not kept:
            self.load_kept()

    def _verified_again(self, url: str, held: _Held) -> _Held | None:
        try:
            again = self._verified(url, held.raw, held.digest)
            self._require_room(again, None)
            return again
        except Refusal as refusal:
            warn("status_list_refused", code=refusal.code, url=url)
            return None

    def _load_one(self, path: Path) -> None:
        raw = read_if_there(path) or b""
        try:
            kept = json.loads(raw)
            url, text, digest = kept["url"], kept["raw"], kept["digest"]
        except (ValueError, KeyError, TypeError):
            warn("status_list_refused", code="kept_file_invalid")
            return
        if isinstance(url, str) and isinstance(text, str):
            try:
                self._take(url, text.encode("utf-8", "replace"), digest if isinstance(digest, str) else None)
            except Refusal as refusal:
                warn("status_list_refused", code=refusal.code, url=url)

    def _verified(self, url: str, raw: bytes, digest: str | None) -> _Held:
        view = self._trust.view
        if view is None:
            raise Unreachable("trust_data_missing")
        found = verify_list(url, raw, network=self._network, view=view, now=self._clock())
        return _Held(found, _whose(url, self._network), raw, digest)

    def _take(self, url: str, raw: bytes, digest: str | None) -> None:
        taken, held = self._verified(url, raw, digest), self._held.get(url)
        if held is not None and taken.list.valid_from < held.list.valid_from:
            raise Malformed("status_list_older", field="validFrom")
        if held is not None and taken.list.valid_from == held.list.valid_from and raw != held.raw:
            raise Malformed("status_list_differs", field="validFrom")  # two truths for one moment
        self._require_room(taken, held)
        self._room[taken.whose.issuer] += taken.size - (0 if held is None else held.size)
        self._held = {**self._held, url: taken}  # replaced whole: readers take no lock

    def _require_room(self, taken: _Held, held: _Held | None) -> None:
        """An issuer's own limit; and once the room of all is used, its share."""
        more = taken.size - (0 if held is None else held.size)
        own, of_all = self._room[taken.whose.issuer] + more, self._room.total() + more
        share = MAX_ISSUER_BYTES
        if of_all > MAX_HELD_BYTES and self._trust.view is not None:
            share = min(share, _share(taken.whose.country, self._trust.view))
        if own > share:
            raise Malformed("status_lists_too_large", limit=share)

    def _path_of(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}.json"


def verify_list(url: str, raw: bytes, *, network: Network, view: TrustView, now: datetime) -> StatusList:
    """The list published under `url`, once its issuer's signature holds. Raises Refusal; see
    `StatusCache.accept`."""
    whose = _whose(url, network)
    issuer = _listed_issuer(whose, network, view)
    document = parse_json(raw, max_bytes=MAX_DOCUMENT_BYTES)
    if document.get("@context") != [CREDENTIALS_V2]:
        raise Malformed("status_list_credential_invalid", field="@context")
    methods: list[str] = []

    def key_for(method: str) -> PublicKey:
        methods.append(method)
        return _listed_key(issuer, method)

    verify_proof(document, key_for=key_for, suites=PRODUCTION_STATUS_LIST)
    found = read_list(document, url=url, issuer=issuer.did, purpose=whose.purpose)
    if len(found.bits) > MAX_LIST_BYTES:
        raise Malformed("status_list_too_long", field="credentialSubject.encodedList", limit=MAX_LIST_BYTES)
    if found.valid_from > now:
        raise Malformed("status_list_from_future", field="validFrom")
    _require_valid_key(issuer, methods[0], found.valid_from)
    if view.registry.notices.key_in_doubt(issuer.did, methods[0].partition("#")[2]) is not None:
        raise Malformed("status_list_time_not_proven", field="proof.verificationMethod")
    return found


def _listed_issuer(whose: _Whose, network: Network, view: TrustView) -> Issuer:
    national = view.registry.national.get(whose.country)
    did = issuer_did(network, whose.country, whose.number)
    issuer = None if national is None else national.issuers.get(did)
    if issuer is None:
        raise Malformed("issuer_not_listed", field="issuer")
    return issuer


def _share(country: str, view: TrustView) -> int:
    """An issuer's part of its country's part: a country that lists many issuers takes from its own alone."""
    national = view.registry.national
    return MAX_HELD_BYTES // len(national) // len(national[country].issuers)


def _whose(url: str, network: Network) -> _Whose:
    base = f"https://{network.domain}"
    match = (
        _PATH.fullmatch(url[len(base) :]) if len(url) <= MAX_URL_CHARACTERS and url.startswith(base) else None
    )
    if match is None:
        raise Malformed("status_list_url_invalid", field="url")
    purposes: Mapping[str, Purpose] = {
        "revocation": "revocation",
        "suspension": "suspension",
        "refresh": "refresh",
    }
    if int(match["list"]) > MAX_LISTS_OF_ISSUER:
        raise Malformed("status_lists_too_many", field="url", limit=MAX_LISTS_OF_ISSUER)
    return _Whose(
        match["country"].upper(), int(match["number"]), purposes[match["purpose"]], int(match["list"])
    )


def _listed_key(issuer: Issuer, method: str) -> PublicKey:
    did, _, kid = method.partition("#")
    period = issuer.find_key(kid) if did == issuer.did else None
    if period is None or period.multikey is None:
        raise Malformed("key_not_listed", field="proof.verificationMethod")
    return parse_multikey(period.multikey)


def _require_valid_key(issuer: Issuer, method: str, signed_at: datetime) -> None:
    """From the day of a theft on, the key's lists are nobody's. One that is dated before it may have been
    dated back by the thief: it proves neither that a certificate stands nor that it was withdrawn."""
    period = issuer.find_key(method.partition("#")[2])
    day = signed_at.date()
    since = None if period is None else period.compromised_since
    if period is None or not period.valid_on(day) or (since is not None and since <= day):
        raise Malformed("key_not_valid_at_issue", field="proof.verificationMethod")
    if since is not None:
        raise Malformed("status_list_time_not_proven", field="proof.verificationMethod")
