"""The skill card: one certification as a QR on paper, and as the W3C credential it stands for.

    Certification <-> positions <-> CBOR <-> decimal digits        what the QR holds
         |
         +-> the VCDM 2.0 document that is signed (eddsa-jcs-2022)   what any standard verifier checks

Every arrow is a pure function with one answer each way; no table stands in the signature's path.
Specification: docs/spec/skill-card.md. It never judges a card: a decoded card is presented, not believed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential import multibase
from certes.credential.achievement import Certification
from certes.credential.card_cbor import Item, dumps, loads
from certes.credential.card_document import (
    CONTEXTS,
    document,
    document_with,
    read_certification,
    signed_document,
)
from certes.credential.card_layout import (
    FORMAT_VERSION,
    POSITIONS,
    SIGNATURE_BYTES,
    pack,
    require_positions,
    unpack,
)
from certes.credential.card_text import MAX_BYTES, read_text, to_digits
from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.identifiers import Network
from certes.credential.reading import Members, invalid, require_same

__all__ = ["Card", "card_bytes", "decode", "decode_bytes", "digits_of", "document", "encode", "read"]


@dataclass(frozen=True, slots=True)
class Card:
    """A decoded card: well formed, its signature not yet checked.

    `host` is the address it was printed under.
    """

    certification: Certification
    network: Network
    signature: bytes
    host: str | None = None

    def document(self) -> dict[str, Any]:
        """The signed VCDM 2.0 document the card stands for."""
        return signed_document(self.certification, network=self.network, signature=self.signature)


def encode(signed: Mapping[str, Any], certification: Certification, *, network: Network) -> bytes:
    """The card's bytes from the signed document of `certification`.

    Raises Misuse `card_document_differs` if the document is not exactly the one that `certification` gives;
    Malformed `card_position_invalid` if a fact has no place on a card.
    """
    signature = _signature(signed)
    items = pack(certification, network=network, signature=signature)
    try:
        stated = signed["proof"]["proofValue"]  # in base58 the one form of its 64 bytes
        text = stated if stated.startswith("z") else multibase.encode_base58(signature)
        require_same(dict(signed), document_with(certification, network=network, proof_value=text))
    except Malformed as difference:
        raise Misuse("card_document_differs", field=difference.field) from difference
    return dumps(items)


def decode(text: str, *, networks: Collection[Network]) -> Card:
    """Read a card's text: digits, or an address and digits.

    Raises Malformed as `read_text` and `decode_bytes` do; Unsupported as `decode_bytes` does.
    """
    read = read_text(text)
    card = decode_bytes(read.raw, networks=networks)
    return Card(card.certification, card.network, card.signature, read.host)


def decode_bytes(raw: bytes, *, networks: Collection[Network]) -> Card:
    """Read a card's bytes: exactly the bytes that `encode` gives for the same facts, or a refusal.

    Raises Malformed `card_too_long`, `card_cbor_invalid`, `card_positions_wrong`, `card_position_invalid`,
    `card_not_canonical`; Unsupported `card_version_unknown`, `network_unknown`.
    """
    if len(raw) > MAX_BYTES:
        raise Malformed("card_too_long", field="card", limit=MAX_BYTES)
    items = loads(raw)
    _require_version(items)
    require_positions(items)
    network = _network(items, networks)
    certification, signature = unpack(items)
    again = pack(certification, network=network, signature=signature)
    for position, item, expected in zip(POSITIONS, items, again, strict=True):
        if item != expected:
            raise Malformed("card_not_canonical", field=position.name)
    return Card(certification, network, signature)


def read(signed: Mapping[str, Any], *, network: Network) -> Card:
    """A skill card that comes as its JSON document.

    Raises Malformed naming the member that is not as it must be.
    """
    card = read_facts(signed, network=network)
    require_same(dict(signed), card.document())
    return card


def read_facts(signed: Mapping[str, Any], *, network: Network) -> Card:
    """Each fact from one member, the others not looked at: enough to call an altered card altered.

    Raises Malformed naming a member that cannot be read.
    """
    require_same(signed.get("@context"), list(CONTEXTS), at="@context")
    certification = read_certification(signed, network=network)
    signature = _signature(signed)
    pack(certification, network=network, signature=signature)
    return Card(certification, network, signature)


def card_bytes(certification: Certification, *, network: Network) -> int:
    """How many bytes the card will have, known before anything is signed. Raises as `pack` does."""
    return len(_unsigned(certification, network))


def digits_of(certification: Certification, *, network: Network) -> int:
    """How many digits the card will have: the signature stands last and cannot change that."""
    return len(to_digits(_unsigned(certification, network)))


def measure(certification: Certification, *, network: Network) -> tuple[int, int]:
    """`card_bytes` and `digits_of`, written once."""
    raw = _unsigned(certification, network)
    return len(raw), len(to_digits(raw))


def _unsigned(certification: Certification, network: Network) -> bytes:
    return dumps(pack(certification, network=network, signature=b"\xff" * SIGNATURE_BYTES))


def _signature(signed: Mapping[str, Any]) -> bytes:
    proof = Members(signed).object("proof")
    try:
        signature = multibase.decode(proof.text("proofValue"))
    except Unsupported:
        raise invalid(proof.at("proofValue")) from None
    if len(signature) != SIGNATURE_BYTES:
        raise invalid(proof.at("proofValue"))
    return signature


def _require_version(items: list[Item]) -> None:
    version = items[0] if items else None
    if isinstance(version, int) and version != FORMAT_VERSION:
        raise Unsupported("card_version_unknown", field="format_version", version=version)


def _network(items: list[Item], networks: Collection[Network]) -> Network:
    for network in networks:
        if network.number == items[1]:
            return network
    raise Unsupported("network_unknown", field="network", number=str(items[1]))
