"""The issuer's did:web document, for wallets outside the network. Inside it the dated key list wins."""

from typing import Any

from certes.credential.keys import Signer
from certes.trust.records import KeyPeriod, RegistryView
from issuer.accreditation import Office

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
MEDIA_TYPE = "application/did+json"


def did_document(office: Office, signer: Signer, registry: RegistryView | None) -> dict[str, Any]:
    """All keys of the signed national list, retired ones too, and our own before it is listed.

    A compromised key is marked and may assert nothing: a wallet outside cannot weigh dates.
    Source: Controlled Identifiers 1.0, sections 2.2 (#verification-methods) and 2.3.1 (#assertion).
    """
    listed = _listed(office, registry)
    methods = {f"{office.did}#{key.kid}": _method(office, key) for key in listed}
    own = {"id": signer.verification_method, "type": "Multikey", "controller": office.did}
    methods.setdefault(signer.verification_method, own | {"publicKeyMultibase": signer.public_key.multikey})
    return {
        "@context": list(CONTEXTS),
        "id": office.did,
        "verificationMethod": list(methods.values()),
        "assertionMethod": [name for name, method in methods.items() if "revoked" not in method],
    }


def _listed(office: Office, registry: RegistryView | None) -> tuple[KeyPeriod, ...]:
    national = None if registry is None else registry.national.get(office.country)
    issuer = None if national is None else national.find_issuer(office.issuer)
    return () if issuer is None else issuer.keys


def _method(office: Office, key: KeyPeriod) -> dict[str, str]:
    method = {"id": f"{office.did}#{key.kid}", "type": "Multikey", "controller": office.did}
    if key.multikey is not None:
        method["publicKeyMultibase"] = key.multikey
    if key.compromised_since is not None:
        method["revoked"] = f"{key.compromised_since.isoformat()}T00:00:00Z"
    return method
