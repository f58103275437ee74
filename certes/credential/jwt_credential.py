"""The wallet credential in an envelope: the same document, signed as `vc+jwt` instead of by a proof in it.

Source: Securing Verifiable Credentials using JOSE and COSE, section 3.1.1 (#securing-with-jose).
"""

from collections.abc import Mapping
from typing import Any

from certes.credential import wallet
from certes.credential.achievement import Certification, Labels
from certes.credential.envelope import jwt
from certes.credential.envelope.opened import Opened
from certes.credential.errors import Malformed
from certes.credential.identifiers import Network, key_id
from certes.credential.keys import Signer
from certes.credential.wallet import WalletFacts


def seal(certification: Certification, labels: Labels, *, network: Network, signer: Signer) -> str:
    """The certification as `vc+jwt`, signed with the key that it names. Raises Malformed `key_id_wrong` for
    another key, and as `jwt.seal`."""
    _require_key(certification, network, signer.verification_method)
    document = wallet.document(certification, labels, network=network)
    return jwt.seal(document, signer=signer, kind=jwt.VC_JWT)


def read(opened: Opened, *, network: Network) -> WalletFacts:
    """The facts and words of an opened `vc+jwt`; the key number comes from `kid`. Raises as `wallet.parse`,
    Malformed `member_unexpected` for a proof beside the envelope."""
    if "proof" in opened.document:
        raise Malformed("member_unexpected", field="proof")
    named: Mapping[str, Any] = {"verificationMethod": opened.verification_method}
    facts = wallet.parse({**opened.document, "proof": named}, network=network)
    _require_key(facts.certification, network, opened.verification_method)
    return facts


def _require_key(certification: Certification, network: Network, method: str) -> None:
    country = certification.achievement.country
    if key_id(network, country, certification.issuer, certification.key) != method:
        raise Malformed("key_id_wrong", field="kid")
