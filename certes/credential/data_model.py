"""Does a document have the form of a verifiable credential or presentation, of any kind?

Rules of the data model alone: which members there must be, and of which shape. Whether terms are defined is
the business of JSON-LD (canon/), whether anything is true that of proofs. Every refusal names the member.

Source: Verifiable Credentials Data Model 2.0, sections 4 and 5; for `V1`, Data Model 1.1, sections 4 and 5.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.contexts import CREDENTIALS_V2
from certes.credential.errors import Malformed, Unsupported
from certes.credential.model_members import (
    each_object,
    require_digests,
    require_optional_url,
    require_status_entry,
    require_text_or_language,
    require_type,
    require_url,
)
from certes.credential.parsing import parse_instant

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
CREDENTIAL, PRESENTATION = "VerifiableCredential", "VerifiablePresentation"
ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION = (
    "EnvelopedVerifiableCredential",
    "EnvelopedVerifiablePresentation",
)
MAX_CREDENTIALS = 64  # in one presentation: each is verified


@dataclass(frozen=True, slots=True)
class Model:
    """One version of the data model: its base context, its dates, and where an `id` is demanded."""

    version: str
    context: str
    starts: str
    ends: str
    start_required: bool
    id_required: frozenset[str]  # members whose objects need an id


V2 = Model("2.0", CREDENTIALS_V2, "validFrom", "validUntil", False, frozenset({"credentialSchema"}))
V1 = Model(
    "1.1",
    CREDENTIALS_V1,
    "issuanceDate",
    "expirationDate",
    True,
    frozenset({"credentialSchema", "credentialStatus", "refreshService"}),
)
MODELS = (V2,)

# Members whose values are objects that must say their type (VCDM 2.0, sections 4.5 and 5).
TYPED = (
    "credentialStatus",
    "credentialSchema",
    "refreshService",
    "termsOfUse",
    "evidence",
    "confidenceMethod",
    "renderMethod",
    "proof",
)
_LANGUAGE_TEXTS = ("name", "description")


def model_of(document: Mapping[str, Any], *, models: Collection[Model] = MODELS) -> Model:
    """The model whose base context comes first.

    Raises Malformed `context_base_missing` if it is none of `models`, and `context_invalid` for a list with
    anything but URLs and objects. Source: VCDM 2.0, section 4.3 (#contexts).
    """
    context = document.get("@context")
    if isinstance(context, str):  # an ordered set of one may be written without its brackets in VCDM 1.1 only
        context = [context] if context != CREDENTIALS_V2 else None
    if not isinstance(context, list) or not context:
        raise Malformed("context_base_missing", field="@context")
    found = next((model for model in models if model.context == context[0]), None)
    if found is None:
        raise Malformed("context_base_missing", field="@context")
    for entry in context[1:]:
        if not isinstance(entry, dict):
            require_url(entry, "@context", code="context_invalid")
    return found


def require_credential(document: Mapping[str, Any], *, models: Collection[Model] = MODELS) -> Model:
    """Return the model if this is a credential of it, secured or not. Raises Malformed naming the member.

    Source: VCDM 2.0, sections 4.2 to 4.11, 5.3 to 5.6.
    """
    model = model_of(document, models=models)
    require_type(document.get("type"), "type", required=CREDENTIAL)
    require_optional_url(document, "id", "id")
    _require_issuer(document.get("issuer"))
    _require_subject(document.get("credentialSubject"))
    _require_validity(document, model)
    for name in _LANGUAGE_TEXTS:
        require_text_or_language(document, name, name)
    _require_typed(document, model)
    _require_status_entries(document)
    if "relatedResource" in document:
        _require_related(document["relatedResource"])
    return model


def require_presentation(document: Mapping[str, Any], *, models: Collection[Model] = MODELS) -> Model:
    """Return the model if this is a presentation of it, each credential in it looked at as well.

    Raises Malformed naming the member. Source: VCDM 2.0, section 4.13 (#verifiable-presentations).
    """
    model = model_of(document, models=models)
    require_type(document.get("type"), "type", required=PRESENTATION)
    require_optional_url(document, "id", "id")
    if "holder" in document:
        require_agent(document["holder"], "holder")
    _require_typed(document, model)
    for at, credential in enumerate(credentials_of(document)):
        if is_enveloped(credential):
            require_enveloped(credential)
            continue
        try:
            require_credential(credential, models=models)
        except Malformed as refusal:
            field = f"verifiableCredential[{at}].{refusal.field}"
            raise Malformed(refusal.code, field=field, **refusal.params) from None
    return model


def credentials_of(presentation: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The credentials of a presentation: objects, embedded or enveloped. Raises Malformed `member_invalid`
    for anything else; Unsupported `credentials_too_many`. An empty list is none: JSON-LD makes no difference
    between it and an absent member."""
    value = presentation.get("verifiableCredential", [])
    if value == []:
        return ()
    if isinstance(value, list) and len(value) > MAX_CREDENTIALS:
        raise Unsupported("credentials_too_many", field="verifiableCredential", limit=MAX_CREDENTIALS)
    return tuple(entry for _, entry in each_object(value, "verifiableCredential"))


def is_enveloped(document: Mapping[str, Any], *, name: str = ENVELOPED_CREDENTIAL) -> bool:
    """Does it say that it is an envelope? What is in it is another question."""
    kind = document.get("type")
    return kind == name or (isinstance(kind, list) and name in kind)


def require_enveloped(document: Mapping[str, Any], *, name: str = ENVELOPED_CREDENTIAL) -> str:
    """The `data:` URL of an enveloped credential (or presentation, by `name`).

    Raises Malformed. Source: VCDM 2.0, section 4.13.1 (#enveloped-verifiable-credentials).
    """
    context = document.get("@context")
    if CREDENTIALS_V2 not in (context if isinstance(context, list) else [context]):
        raise Malformed("context_base_missing", field="@context")
    if document.get("type") not in (name, [name]):
        raise Malformed("type_required", field="type", expected=name)
    url = document.get("id")
    if not isinstance(url, str) or not url.startswith("data:"):
        raise Malformed("url_invalid", field="id")
    return url


def agent_id(value: Any) -> str | None:
    """The identifier of an issuer or holder, however it is written; None if there is none."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else None


def require_agent(value: Any, field: str) -> str:
    """The identifier of an issuer or holder: a URL, or an object with one. Raises Malformed `url_invalid`."""
    if isinstance(value, dict):
        for name in _LANGUAGE_TEXTS:
            require_text_or_language(value, name, f"{field}.{name}")
        return require_url(value.get("id"), f"{field}.id")
    return require_url(value, field)


def subjects_of(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The credential's subjects. Raises Malformed."""
    return tuple(
        subject for _, subject in each_object(document.get("credentialSubject"), "credentialSubject")
    )


def _require_issuer(value: Any) -> None:
    if value is None:
        raise Malformed("member_missing", field="issuer")
    require_agent(value, "issuer")


def _require_subject(value: Any) -> None:
    """One or more objects with at least one claim each (section 4.8)."""
    for path, subject in each_object(value, "credentialSubject"):
        if not subject:
            raise Malformed("subject_empty", field=path)
        require_optional_url(subject, "id", f"{path}.id")


def _require_validity(document: Mapping[str, Any], model: Model) -> None:
    """Instants with a zone, the second not before the first (section 4.9)."""
    if model.start_required and model.starts not in document:
        raise Malformed("member_missing", field=model.starts)
    instants = []
    for name in (model.starts, model.ends):
        if name in document:
            value = document[name]
            if not isinstance(value, str):
                raise Malformed("instant_invalid", field=name)
            try:
                instants.append(parse_instant(value))
            except Malformed:
                raise Malformed("instant_invalid", field=name) from None
    if len(instants) == 2 and instants[1] < instants[0]:
        raise Malformed("validity_reversed", field=model.ends)


def _require_typed(document: Mapping[str, Any], model: Model) -> None:
    for name in TYPED:
        if name not in document:
            continue
        for path, value in each_object(document[name], name):
            require_type(value.get("type"), f"{path}.type")
            if name in model.id_required and "id" not in value:
                raise Malformed("member_missing", field=f"{path}.id")
            require_optional_url(value, "id", f"{path}.id")


def _require_status_entries(document: Mapping[str, Any]) -> None:
    """Every entry of a bitstring status list, under whichever member it stands."""
    for name, value in document.items():
        for at, entry in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(entry, dict):
                require_status_entry(entry, f"{name}[{at}]" if isinstance(value, list) else name)


def _require_related(value: Any) -> None:
    """Related resources have one entry each, with a digest (section 5.3)."""
    seen: set[str] = set()
    for path, resource in each_object(value, "relatedResource"):
        url = require_url(resource.get("id"), f"{path}.id")
        if url in seen:
            raise Malformed("related_resource_repeated", field=f"{path}.id")
        seen.add(url)
        require_digests(resource, path)
