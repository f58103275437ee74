"""A slice as a file: what a telephone needs of the register to judge one issuer's certificates in one host.

    {"type": "TrustSlice", "country": "CM", "issuer": 1, "host": "GA", "checkpoint": "<note>",
     "objects": [{"entry", "index", "object", "proof"}, ...], "notices": [...], "statement": "<note>"}

in RFC 8785 bytes. `objects` are, in the order of the log: every charter, the national lists of the issuer's
country and the policy of the host that a bundle would hold, and of every agreement between the two each
version and event; each with its entry, place and inclusion proof. The list is signed as a whole, so it
travels as a whole. `statement` is a note of the log's key about the size and the digest of all the rest: an
inclusion proof shows that a text was logged, not that it is the newest, so the log answers for that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Malformed, Refusal
from certes.credential.parsing import parse_json
from certes.trust.bundle_file import MAX_NOTICES, MAX_OBJECTS
from certes.trust.charters import refused_object
from certes.trust.members import Members
from certes.trust.published import needed
from certes.trust.signing import SignedObject, digest, parse_signed_object
from certes.trust.translog.entries import LogEntry, read_entry
from certes.trust.translog.merkle import MAX_PROOF_HASHES, ReadNodes, inclusion_proof
from certes.trust.translog.notes import Note, NoteSigner, sign_text
from certes.trust.translog.texts import from_base64, to_base64

SLICE = "TrustSlice"
MAX_SLICE_BYTES = 4 * 1024 * 1024  # a list of 180 issuers is a quarter of a megabyte, four versions of it one
_MEMBERS = {"type", "country", "issuer", "host", "checkpoint", "objects", "notices", "statement"}
_PART = {"entry", "index", "object", "proof"}
Item = TypeVar("Item")
_OF_COUNTRY = frozenset({"NationalList", "Notice", "NoticeAnswer"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a slice is about: an issuer by country and number, and the country where it is to count."""

    country: str
    issuer: int
    host: str


@dataclass(frozen=True, slots=True)
class Part:
    """An object, its entry, and the proof that the entry stands at `index`."""

    found: SignedObject
    entry: LogEntry
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class OfferedSlice:
    """What a slice says. Well formed, and not yet believed. `digest`: of everything but the statement."""

    about: Wanted
    checkpoint: bytes
    parts: tuple[Part, ...]
    notices: tuple[SignedObject, ...]
    statement: bytes
    digest: str


def belongs(found: SignedObject, wanted: Wanted, agreements: frozenset[str]) -> bool:
    """Is this object part of a slice? `agreements` are the ids of those between the two."""
    if found.type == "Charter":
        return True
    if found.type in _OF_COUNTRY:
        return found.country == wanted.country
    if found.type == "HostPolicy":
        return found.country == wanted.host
    name = {"Agreement": "id", "AgreementEvent": "agreement"}.get(found.type)
    return name is not None and found.payload.get(name) in agreements


def agreements_between(objects: Iterable[SignedObject], wanted: Wanted) -> frozenset[str]:
    """The ids of the agreements that have, or once had, both countries among their parties."""
    pair = {wanted.country, wanted.host}
    return frozenset(
        str(found.payload.get("id"))
        for found in objects
        if found.type == "Agreement"
        and len(pair) == 2
        and pair <= {party.value.get("country") for party in Members(found.payload).each("parties")}
    )


def statement_text(origin: str, *, size: int, content: str) -> str:
    """What the log's key signs about a slice. Its first line is no log's origin: no witness signs it, and it
    is no checkpoint."""
    return f"{origin}/slice\n{size}\n{content}\n"


def build_slice(
    wanted: Wanted,
    *,
    objects: Mapping[str, SignedObject],
    entries: Sequence[LogEntry],
    notice_days: int,
    read: ReadNodes,
    checkpoint: bytes,
    notices: Iterable[SignedObject],
    signer: NoteSigner,
) -> bytes:
    """The file. `objects` are those of a bundle of these entries, by id; `read` gives the hashes of their
    tree, `signer` is the log's. Checks nothing: `parse_slice` does."""
    chosen = needed(entries, notice_days=notice_days)
    agreements = agreements_between(objects.values(), wanted)
    content: dict[str, Any] = {
        "type": SLICE,
        "country": wanted.country,
        "issuer": wanted.issuer,
        "host": wanted.host,
        "checkpoint": checkpoint.decode(),
        "objects": [
            {
                "entry": entry.to_json(),
                "index": index,
                "object": objects[entry.object_id].to_json(),
                "proof": [to_base64(each) for each in inclusion_proof(index, size=len(entries), read=read)],
            }
            for index, entry in enumerate(entries)
            if entry.object_id in chosen and belongs(objects[entry.object_id], wanted, agreements)
        ],
        "notices": [found.to_json() for found in notices if belongs(found, wanted, agreements)],
    }
    text = statement_text(signer.name, size=len(entries), content=digest(canonicalize(content)))
    return canonicalize({**content, "statement": Note(text, (sign_text(text, signer),)).encode().decode()})


def open_slice(raw: bytes) -> OfferedSlice:
    """Read a slice's bytes. Raises Malformed `slice_not_one`, `bundle_object_refused` by an object's place,
    and what `parse_json` raises."""
    document = parse_json(raw, max_bytes=MAX_SLICE_BYTES)
    if document.get("type") != SLICE or document.keys() != _MEMBERS:
        raise Malformed("slice_not_one", field="type")
    top = Members(document)
    parts = _items(document, "objects", MAX_OBJECTS, _part)
    notices = _items(document, "notices", MAX_NOTICES, lambda item: parse_signed_object(dict(item.value)))
    content = {name: value for name, value in document.items() if name != "statement"}
    return OfferedSlice(
        about=Wanted(top.text("country"), top.integer("issuer", least=1), top.text("host")),
        checkpoint=top.text("checkpoint").encode(),
        parts=parts,
        notices=notices,
        statement=top.text("statement").encode(),
        digest=digest(canonicalize(content)),
    )


def _items(
    document: Mapping[str, Any], name: str, limit: int, read: Callable[[Members], Item]
) -> tuple[Item, ...]:
    items = document[name]
    if not isinstance(items, list) or len(items) > limit:
        raise Malformed("slice_not_one", field=name)
    found = []
    for number, item in enumerate(items):
        place = f"{name}[{number}]"
        if not isinstance(item, Mapping):
            raise Malformed("slice_not_one", field=place)
        try:
            found.append(read(Members(item)))
        except Refusal as refusal:
            raise refused_object(place, refusal) from refusal
    return tuple(found)


def _part(item: Members) -> Part:
    if item.value.keys() != _PART:
        raise Malformed("slice_not_one")
    proof = item.texts("proof")
    if len(proof) > MAX_PROOF_HASHES:
        raise Malformed("inclusion_proof_invalid", field="proof")
    return Part(
        parse_signed_object(dict(item.members("object").value)),
        read_entry(item.value["entry"]),
        item.integer("index"),
        tuple(from_base64(text, "inclusion_proof_invalid", field="proof") for text in proof),
    )
