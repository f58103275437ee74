"""One verification, from what was shown to the outcome: read, gather, check, conclude.

    text | JSON | file  ->  Presented  ->  Evidence  ->  six checks  ->  Verdict

What cannot be read is refused with a code; that is another thing than a document that is not genuine.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.credential.parsing import parse_json
from certes.credential.presented import Presented, present, present_document
from verifier.check import Check
from verifier.checks import assess
from verifier.deciding import Decisions
from verifier.evidence import Evidence, Found, Sources, gather
from verifier.naming import names_of
from verifier.question import Question
from verifier.result import AddressHost, Outcome
from verifier.verdict import conclude

MAX_TEXT_CHARACTERS = 2_000  # an address and the longest card have 1,222
MIN_CARD_DIGITS = 150  # a signature alone needs 154
MAX_BLANKS_BEFORE_JSON = 256
BLANKS = " \t\r\n\ufeff"  # a byte order mark before JSON is tolerated: editors add it


class Reader(Protocol):
    """Finds QR codes in files (verifier.reading.pool)."""

    def read(self, data: bytes) -> list[str]:
        """The distinct texts of the codes. Raises Refusal."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a verification works with."""

    network: Network
    sources: Sources
    reader: Reader
    known_hosts: Collection[str]  # addresses that verifiers of the network really have
    decisions: Decisions = field(default_factory=Decisions)


def verify(presented: Presented, question: Question, *, desk: Desk, now: datetime) -> Outcome:
    """Answer one question about one document, from memory alone."""
    evidence = gather(presented, desk.sources, now)
    assessment = assess(presented, evidence, question, desk.decisions)
    trust = evidence.trust if isinstance(evidence.trust, Found) else None
    return Outcome(
        presented=presented,
        question=question,
        checks=assessment.checks,
        decision=assessment.decision,
        verdict=conclude(assessment.checks),
        names=assessment.names or names_of(presented, None if trust is None else trust.value.registry),
        checked_at=now,
        trust_as_of=None if trust is None else trust.as_of,
        status_as_of=_status_as_of(evidence, assessment.checks),
        address_host=_address_host(presented, desk.known_hosts),
        checkpoint=None if trust is None else desk.decisions.log_state(trust.value),
        texts=assessment.texts,
    )


def read_text(text: str, *, network: Network) -> Presented:
    """A QR's text, digits, or the JSON of a credential.

    Raises Malformed text_empty, text_too_long, not_a_certes_code, and as `present` does.
    """
    shown = text.strip(BLANKS)
    if not shown:
        raise Malformed("text_empty", field="credential")
    if shown.startswith("{"):
        return read_document(parse_json(shown.encode("utf-8", "surrogatepass")), network=network)
    if len(shown) > MAX_TEXT_CHARACTERS:
        raise Malformed("text_too_long", field="credential", limit=MAX_TEXT_CHARACTERS)
    if not looks_like_card(shown):
        raise Malformed("not_a_certes_code", field="credential")
    return present(shown, networks=(network,))


def read_document(document: Mapping[str, Any], *, network: Network) -> Presented:
    """A credential, or an issuer's whole answer with the credential in it, as people save it.

    Raises as `present_document` does.
    """
    inner = document.get("credential")
    if isinstance(inner, dict) and "issuer" not in document:
        return present_document(inner, networks=(network,))
    return present_document(document, networks=(network,))


def read_file(data: bytes, *, desk: Desk) -> Presented:
    """A photograph, a scan, a PDF, or a credential's JSON file.

    Raises Malformed file_empty, qr_not_found, not_a_certes_code, several_cards_in_image, image_not_readable,
    image_too_large, pdf_not_readable, pdf_locked, and as `present` does; TooLarge; Busy.
    """
    if not data:
        raise Malformed("file_empty", field="file")
    content = data.removeprefix(b"\xef\xbb\xbf")
    if content[:MAX_BLANKS_BEFORE_JSON].lstrip(b" \t\r\n").startswith(b"{"):
        return read_document(parse_json(content), network=desk.network)
    texts = desk.reader.read(data)
    if not texts:
        raise Malformed("qr_not_found", field="file")
    return _only_card([text for text in texts if looks_like_card(text)], desk.network)


def looks_like_card(text: str) -> bool:
    """Could this be a card's text? The decoder decides; this tells other people's QR codes apart."""
    digits = text.rpartition("#")[2].strip(BLANKS)
    return len(digits) >= MIN_CARD_DIGITS and digits.isascii() and digits.isdigit()


def _only_card(texts: Sequence[str], network: Network) -> Presented:
    """The one card among the codes; the same card printed twice, or under two addresses, is one."""
    cards: dict[str, Presented] = {}
    refusals: list[Refusal] = []
    for text in texts:
        try:
            cards.setdefault(text.rpartition("#")[2], present(text, networks=(network,)))
        except Refusal as refusal:
            refusals.append(refusal)
    if len(cards) > 1:
        raise Malformed("several_cards_in_image", field="file", count=len(cards))
    for card in cards.values():
        return card
    raise refusals[0] if refusals else Malformed("not_a_certes_code", field="file")


def _status_as_of(evidence: Evidence, checks: Collection[Check]) -> datetime | None:
    """The age of what the status check rests on, whether it passed or not."""
    stated = next(check.as_of for check in checks if check.name == "status")
    return stated or min(
        (item.as_of for item in evidence.status.values() if isinstance(item, Found)), default=None
    )


def _address_host(presented: Presented, known: Collection[str]) -> AddressHost | None:
    return None if presented.host is None else AddressHost(presented.host, presented.host in known)
