"""did:web documents for wallets outside the network, written from the signed national lists.

Inside the network nobody asks for them: the dated key list of the bundle says more than a document of today.
"""

from typing import Any

from certes.credential.identifiers import IssuerRef
from certes.runtime.refusals import NotFound
from certes.trust.bundle import TrustView
from certes.trust.records import Issuer, KeyPeriod

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
MEDIA_TYPE = "application/did+json"


def find_issuer(view: TrustView, ref: IssuerRef) -> Issuer | None:
    """The issuer of a country and number in the newest national list."""
    national = view.registry.national.get(ref.country)
    return None if national is None else national.find_issuer(ref.number)


def did_document(view: TrustView, ref: IssuerRef) -> dict[str, Any]:
    """The document of an issuer. Raises NotFound `issuer_not_found`.

    Every key that was ever the issuer's stands in it, so that old certificates stay checkable; a compromised
    one proves nothing any more and is left out of `assertionMethod`, as is one that its country has warned
    of.
    Source: Controlled Identifiers 1.0, sections 2.2 (#verification-methods) and 2.3.1 (#assertion).
    """
    issuer = find_issuer(view, ref)
    if issuer is None:
        raise NotFound("issuer_not_found", country=ref.country, issuer=ref.number)
    document: dict[str, Any] = {"@context": CONTEXTS, "id": issuer.did}
    also_known_as = _also_known_as(view, ref)
    if also_known_as:
        document["alsoKnownAs"] = also_known_as
    notices = view.registry.notices
    document["verificationMethod"] = [_method(issuer, key) for key in issuer.keys]
    document["assertionMethod"] = [
        f"{issuer.did}#{key.kid}"
        for key in issuer.keys
        if key.compromised_since is None and notices.key_in_doubt(issuer.did, key.kid) is None
    ]
    return document


def _method(issuer: Issuer, key: KeyPeriod) -> dict[str, Any]:
    method: dict[str, Any] = {
        "id": f"{issuer.did}#{key.kid}",
        "type": "Multikey",
        "controller": issuer.did,
        "publicKeyMultibase": key.multikey,
    }
    if key.compromised_since is not None:
        method["revoked"] = f"{key.compromised_since.isoformat()}T00:00:00Z"
    return method


def _also_known_as(view: TrustView, ref: IssuerRef) -> list[str]:
    """A ministry's own DIDs, as its national list writes them."""
    payload = view.objects[view.registry.object_ids["NationalList", ref.country]].payload
    entry = next(item for item in payload["issuers"] if item["number"] == ref.number)
    return [str(name) for name in entry.get("alsoKnownAs", ())]
