"""Fetching what the operator configured, and nothing else: no redirects, one deadline, one size, named hosts.

In the development profile the network's domain, and https with it, is mapped to loopback addresses by
`Hosts.mapped`; the signed identifiers stay what they are. Production refuses to start with a mapping.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from certes.credential.errors import Malformed, Unreachable
from certes.runtime.clock import monotonic_s

MAX_BODY_BYTES = 32 * 1024 * 1024  # the whole bundle of a large network, several times over
DEADLINE_S = 20.0  # for a whole answer, not per read: a slow drip must not hold a refresh for ever
GZIP_WINDOW_BITS = 31  # zlib's number for a gzip header and the largest window

_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


@dataclass(frozen=True)
class Hosts:
    """Which hosts may be asked, and in the development profile where they really are.

    `mapped` is {network domain or host: base address, e.g. "http://127.0.0.1:8400"}.
    """

    allowed: frozenset[str]
    mapped: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, url: str) -> str:
        """The address to ask. Raises Malformed `address_not_allowed` for any host that was not configured."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise Malformed("address_not_allowed", field="url") from None
        host = parts.netloc  # with user and port, so that neither can dress up an allowed name
        if host in self.mapped:
            tail = parts.path + (f"?{parts.query}" if parts.query else "")
            return self.mapped[host].rstrip("/") + tail
        if host not in self.allowed or parts.scheme not in ("https", "http"):
            raise Malformed("address_not_allowed", field="url")
        return url


@dataclass(frozen=True)
class Fetched:
    """An answer: 200 with a body, or 304 (`body` None) when the caller's ETag still holds."""

    body: bytes | None
    etag: str | None


@dataclass(frozen=True)
class Answered:
    """What a service said to something that was sent."""

    status: int
    body: bytes


class Fetcher:
    """One pooled client. Every failure is Unreachable with a code; a wrong address is Malformed.

    `transport` replaces the network in tests.
    """

    def __init__(
        self,
        hosts: Hosts,
        *,
        max_bytes: int = MAX_BODY_BYTES,
        deadline_s: float = DEADLINE_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._hosts = hosts
        self._max_bytes = max_bytes
        self._deadline_s = deadline_s
        self._client = httpx.Client(
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(deadline_s, connect=min(5.0, deadline_s)),
            headers={"User-Agent": "certes", "Accept-Encoding": "gzip"},
            transport=transport,
        )

    def get(self, url: str, *, etag: str | None = None) -> Fetched:
        """Fetch a document. Raises Unreachable (host_unreachable, answer_not_ok, answer_too_large, ...)."""
        address = self._hosts.resolve(url)
        headers = {"If-None-Match": etag} if etag else {}
        end = monotonic_s() + self._deadline_s
        try:
            with self._client.stream("GET", address, headers=headers) as response:
                if response.status_code == httpx.codes.NOT_MODIFIED and etag:
                    return Fetched(None, etag)
                if response.status_code != httpx.codes.OK:
                    raise Unreachable("answer_not_ok", status=response.status_code)
                return Fetched(self._read(response, end=end), response.headers.get("etag"))
        except _FAILURES as error:
            raise Unreachable("host_unreachable", error_class=type(error).__name__) from None

    def put(self, url: str, body: bytes, *, content_type: str) -> int:
        """Send a document and return the status code. Raises Unreachable when there was no answer."""
        return self.exchange("PUT", url, body, content_type=content_type).status

    def post(self, url: str, body: bytes, *, content_type: str) -> int:
        """Post a document and return the status code. Raises Unreachable when there was no answer."""
        return self.exchange("POST", url, body, content_type=content_type).status

    def exchange(self, method: str, url: str, body: bytes, *, content_type: str) -> Answered:
        """Send a document and return what was answered. Raises Unreachable when there was no answer."""
        address = self._hosts.resolve(url)
        headers = {"Content-Type": content_type}
        end = monotonic_s() + self._deadline_s
        try:
            with self._client.stream(method, address, content=body, headers=headers) as response:
                return Answered(response.status_code, self._read(response, end=end))
        except _FAILURES as error:
            raise Unreachable("host_unreachable", error_class=type(error).__name__) from None

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _read(self, response: httpx.Response, *, end: float) -> bytes:
        """The body, unpacked here and not by the client: a few packed bytes may hide gigabytes."""
        unpack = _unpacker(response.headers.get("content-encoding", "identity"))
        body = bytearray()
        for chunk in response.iter_raw():
            body += unpack(chunk, self._max_bytes + 1 - len(body))
            if len(body) > self._max_bytes:
                raise Unreachable("answer_too_large", limit=self._max_bytes)
            if monotonic_s() > end:
                raise Unreachable("answer_too_slow", limit=int(self._deadline_s))
        if not unpack.complete:
            raise Unreachable("answer_cut_short")
        return bytes(body)


class _Plain:
    """A body that is not packed; its length is the transport's affair."""

    complete = True

    def __call__(self, chunk: bytes, _most: int) -> bytes:
        return chunk


class _Gzip:
    """A gzip body, unpacked to at most what the caller can still hold."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(GZIP_WINDOW_BITS)

    @property
    def complete(self) -> bool:
        """Has the end of the stream, with its checksum, been seen?"""
        return self._inflate.eof

    def __call__(self, chunk: bytes, most: int) -> bytes:
        try:
            return self._inflate.decompress(chunk, most)
        except zlib.error:
            raise Unreachable("answer_encoding_broken") from None


def _unpacker(encoding: str) -> "_Plain | _Gzip":
    match encoding.strip().lower():
        case "identity" | "":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
        case _:
            raise Unreachable("answer_encoding_broken")
