"""What a test issuer signs: any credential of the data models with terms all defined, under its own DID."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certes.conformance.keys import Issuer
from certes.conformance.statuses import Statuses
from certes.credential import did
from certes.credential.contexts import ContextRegistry
from certes.credential.data_model import CREDENTIALS_V1, V1, V2, require_credential
from certes.credential.envelope import jwt, wrap
from certes.credential.errors import Malformed, Unsupported
from certes.credential.model_members import require_url
from certes.credential.parsing import format_instant, parse_instant
from certes.credential.proof import Suite, add_proof
from certes.credential.related_resources import compare
from certes.runtime.vcalm import Asked, require_issue_options

MODELS = (V2, V1)
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
PURPOSES = frozenset(did.document.RELATIONSHIPS)


@dataclass(frozen=True)
class Desk:
    """What issuing needs."""

    suites: Mapping[str, Suite]
    contexts: ContextRegistry
    contents: Mapping[str, bytes]
    statuses: Statuses


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one request that this profile understands."""

    created: datetime
    purpose: str
    challenge: str | None
    domain: str | None


def issue(asked: Asked, issuer: Issuer, desk: Desk, *, now: datetime) -> dict[str, Any]:
    """The secured credential. Raises Malformed and Unsupported naming the member."""
    options = _options(asked, issuer, now)
    credential = _prepared(asked.document, issuer, now)
    model = require_credential(credential, models=MODELS)
    compare(credential, desk.contents)
    suite = desk.suites[issuer.kind.suite]
    # Terms are checked under every securing mechanism: what JCS or JOSE would sign undefined is refused too.
    unsecured = {name: value for name, value in credential.items() if name != "proof"}
    desk.suites["eddsa-rdfc-2022"].canonicalize(unsecured, desk.contexts, "sha256")
    if issuer.kind.status:
        credential = _with_status(credential, desk.statuses)
    if issuer.kind.envelope:
        if model is not V2 or "proof" in credential:
            raise Unsupported("option_unsupported", field="credential.@context")
        return wrap(jwt.seal(credential, signer=issuer.signer, kind=jwt.VC_JWT), media_type=jwt.VC_JWT)
    return add_proof(
        credential,
        signer=issuer.signer,
        suite=suite,
        created=options.created,
        purpose=options.purpose,
        challenge=options.challenge,
        domain=options.domain,
        contexts=desk.contexts,
    )


def _options(asked: Asked, issuer: Issuer, now: datetime) -> Options:
    require_issue_options(asked)
    suite, method = asked.text("cryptosuite"), asked.text("verificationMethod")
    if suite not in (None, issuer.kind.suite):
        raise Unsupported("cryptosuite_not_allowed", field="options.cryptosuite")
    if method not in (None, issuer.signer.verification_method):
        raise Malformed("option_invalid", field="options.verificationMethod")
    purpose = asked.text("proofPurpose") or "assertionMethod"
    if purpose not in PURPOSES:
        raise Malformed("option_invalid", field="options.proofPurpose")
    created = asked.text("created")
    try:
        instant = now if created is None else parse_instant(created)
    except Malformed:
        raise Malformed("option_invalid", field="options.created") from None
    return Options(instant, purpose, asked.text("challenge"), asked.text("domain"))


def _prepared(document: Mapping[str, Any], issuer: Issuer, now: datetime) -> dict[str, Any]:
    """The credential under this issuer's own DID: whatever URL stood there, only the issuer may stand."""
    credential = dict(document)
    stated = credential.get("issuer")
    if isinstance(stated, dict):
        require_url(stated.get("id"), "issuer.id")
        credential["issuer"] = {**stated, "id": issuer.did}
    elif stated is not None:
        require_url(stated, "issuer")
        credential["issuer"] = issuer.did
    elif "issuer" in credential:
        raise Malformed("url_invalid", field="issuer")
    context = credential.get("@context")
    first = context[0] if isinstance(context, list) and context else context
    if first == CREDENTIALS_V1:
        credential.setdefault(V1.starts, format_instant(now))
        if isinstance(context, list) and DATA_INTEGRITY_V2 not in context:
            credential["@context"] = [
                *context,
                DATA_INTEGRITY_V2,
            ]  # the older model does not know such proofs
    return credential


def _with_status(credential: Mapping[str, Any], statuses: Statuses) -> dict[str, Any]:
    entry = statuses.entry(credential)
    if "credentialStatus" not in credential:
        return {**credential, "credentialStatus": entry}
    held = credential["credentialStatus"]
    return {**credential, "credentialStatus": [*(held if isinstance(held, list) else [held]), entry]}
