"""Public documents over HTTP: a strong ETag for each encoding, gzip for who takes it, 304 for who has it."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_AGE_S = 60  # a revocation is seen by every follower within a minute of its next look
PUBLIC: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": f"public, max-age={MAX_AGE_S}",
}
FOR_EVER = "public, max-age=31536000, immutable"
LEAST_TO_PACK = 512  # bytes: below, packing saves nothing
_ZERO = re.compile(r"0(\.0{0,3})?", re.ASCII)  # a weight that says no


@dataclass(frozen=True, slots=True)
class Prepared:
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def prepare(
    document: bytes, *, request: Mapping[str, str], packed: bytes | None = None, lasting: bool = False
) -> Prepared:
    """The answer to a request with these headers. `packed` is the gzip form where there is one already;
    `lasting` documents never change."""
    etag, body, headers = etag_of(document), document, {**PUBLIC, "Vary": "Accept-Encoding"}
    if takes_gzip(request.get("accept-encoding", "")) and len(document) >= LEAST_TO_PACK:
        etag = f'{etag[:-1]}-gzip"'
        body = gzip.compress(document, mtime=0) if packed is None else packed
        headers["Content-Encoding"] = "gzip"
    headers["ETag"] = etag
    if lasting:
        headers["Cache-Control"] = FOR_EVER
    if is_held(request.get("if-none-match", ""), etag):
        headers.pop("Content-Encoding", None)
        return Prepared(304, b"", headers)
    return Prepared(200, body, headers)


def etag_of(document: bytes) -> str:
    """Strong, quoted."""
    return f'"{hashlib.sha256(document).hexdigest()[:32]}"'


def is_held(header: str, etag: str) -> bool:
    """Does If-None-Match name this ETag? Compared weakly (RFC 9110, section 13.1.2)."""
    return any(part.strip().removeprefix("W/") in (etag, "*") for part in header.split(","))


def takes_gzip(header: str) -> bool:
    """Is gzip acceptable, by its own weight or else that of `*`? (RFC 9110, section 12.5.3)"""
    weights = {}
    for part in header.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, weight = parameter.partition("=")
        weights[coding.strip()] = weight.strip() if name.strip() == "q" else "1"
    return _ZERO.fullmatch(weights.get("gzip", weights.get("*", "0"))) is None
