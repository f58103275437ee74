"""What the holder shows: parsed, well formed, not yet believed.

Text from a QR or bytes of a file in, one `Presented` out. Nothing here is fetched, executed or trusted: whose
key it is and whether the signature holds is asked afterwards.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from certes.credential import skillcard, wallet
from certes.credential.achievement import Certification, Labels
from certes.credential.card_document import TYPE as CARD_TYPE
from certes.credential.errors import Malformed, Unsupported
from certes.credential.identifiers import Network, issuer_did, key_id, parse_issuer_did
from certes.credential.parsing import parse_json

Form = Literal["card", "wallet"]


@dataclass(frozen=True, slots=True)
class Presented:
    """A presented certificate. `document` is the signed VCDM 2.0 credential the proof is checked over."""

    form: Form
    certification: Certification
    document: Mapping[str, Any]
    network: Network
    labels: Labels | None = None  # a wallet credential carries words; a card's come from the trade tables
    is_json: bool = field(
        default=False, compare=False
    )  # a card as its document: what a QR gives was made from the facts and cannot differ
    host: str | None = None  # of the address the card was printed under; to be shown, never to be trusted

    @property
    def issuer(self) -> str:
        """The issuer's DID."""
        return issuer_did(self.network, self.certification.achievement.country, self.certification.issuer)

    @property
    def verification_method(self) -> str:
        """The id of the key that is said to have signed."""
        facts = self.certification
        return key_id(self.network, facts.achievement.country, facts.issuer, facts.key)

    def require_exact(self) -> None:
        """Does every member of the document agree with the facts that were read from it?

        To be asked once the proof holds. Raises Malformed `member_unexpected` naming the member.
        """
        if self.labels is not None:
            facts = wallet.WalletFacts(self.certification, self.labels)
            wallet.require_exact(self.document, facts, network=self.network)
        elif self.is_json:
            skillcard.read(self.document, network=self.network)


def present(shown: str | bytes, *, networks: Collection[Network]) -> Presented:
    """Read a QR's text, or the JSON of a skill card or of a wallet credential.

    Raises Malformed with the code and the member; Unsupported `network_unknown`, `card_version_unknown`, or
    `credential_profile_unknown` for a credential that is not one of ours.
    """
    raw = shown.encode("utf-8", "surrogatepass") if isinstance(shown, str) else shown
    if raw.lstrip(b" \t\r\n")[:1] == b"{":
        return present_document(parse_json(raw), networks=networks)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("card_digits_invalid", field="card") from None
    card = skillcard.decode(text, networks=networks)
    return _card(card, card.document())


def present_document(document: Mapping[str, Any], *, networks: Collection[Network]) -> Presented:
    """The same for a credential that is parsed already."""
    network, types = _network_of(document, networks), document.get("type")
    if network is None or not isinstance(types, list):
        raise Unsupported("credential_profile_unknown")
    readers = [reader for name, reader in _READERS if name in types]
    if len(readers) != 1:
        raise Unsupported("credential_profile_unknown")
    return readers[0](document, network)


def _network_of(document: Mapping[str, Any], networks: Collection[Network]) -> Network | None:
    issuer = document.get("issuer")
    did = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(did, str):
        return None
    return next((network for network in networks if _is_of(network, did)), None)


def _is_of(network: Network, did: str) -> bool:
    try:
        parse_issuer_did(network, did)
    except Malformed:
        return False
    return True


def _present_card(document: Mapping[str, Any], network: Network) -> Presented:
    return replace(_card(skillcard.read_facts(document, network=network), document), is_json=True)


def _present_wallet(document: Mapping[str, Any], network: Network) -> Presented:
    facts = wallet.read_facts(document, network=network)
    return Presented("wallet", facts.certification, document, network, labels=facts.labels)


def _card(card: skillcard.Card, document: Mapping[str, Any]) -> Presented:
    return Presented("card", card.certification, document, card.network, host=card.host)


_READERS: tuple[tuple[str, Callable[[Mapping[str, Any], Network], Presented]], ...] = (
    (CARD_TYPE, _present_card),
    (wallet.TYPE, _present_wallet),
)
