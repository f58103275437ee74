"""A credential of any kind, looked at whole: form, proofs, who controls the key, dates, what it refers to.

The answer is a report, not a yes: a proof that holds under a key that is not the issuer's is one thing, an
altered document another, and each profile says which of them it demands. Nothing is fetched.

Source: VCDM 2.0, section 7.1 (#verification); Data Integrity 1.0, section 4.4.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal, Protocol

from certes.credential.credential_schema import SchemaAnswer, Store, check_schemas
from certes.credential.data_model import (
    MODELS,
    Model,
    agent_id,
    is_enveloped,
    require_credential,
    require_enveloped,
)
from certes.credential.did import did_of
from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.parsing import parse_instant
from certes.credential.proof import ProofFacts
from certes.credential.related_resources import compare


class Stage(Enum):
    """Where in the verification something was not accepted."""

    FORM = "form"
    PROOF = "proof"
    BINDING = "binding"
    VALIDITY = "validity"
    RELATED = "related"
    SCHEMA = "schema"
    STATUS = "status"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was not accepted, or with `warning` only not established."""

    stage: Stage
    refusal: Refusal
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Secured:
    """A document whose securing mechanism holds: what was signed, and by which keys."""

    document: Mapping[str, Any]
    proofs: tuple[ProofFacts, ...]


class Prove(Protocol):
    """Verifies every proof of a document, embedded or around it."""

    def __call__(
        self,
        document: Mapping[str, Any],
        *,
        purpose: str,
        domain: str | None = None,
        challenge: str | None = None,
    ) -> Secured:
        """What the proofs secure. Raises Refusal."""


Binding = Literal["issuer", "other", "unknown"]
Status = Callable[[Mapping[str, Any]], Refusal | None]


def _no_status(document: Mapping[str, Any]) -> Refusal | None:
    return None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a verifier demands of credentials in general.

    `binding` demands that a key of a proof is controlled by the issuer. `contents` are bytes of related
    resources by URL, `schemas` those of credential schemas; `status` answers for published status.
    """

    prove: Prove
    models: tuple[Model, ...] = MODELS
    binding: bool = True
    contents: Mapping[str, bytes] = field(default_factory=dict)
    schemas: Store = field(default_factory=dict)
    status: Status = _no_status


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """What was found out about one credential. `binding` says whose the keys are, apart from the proofs."""

    document: Mapping[str, Any]
    proofs: tuple[ProofFacts, ...] = ()
    binding: Binding = "unknown"
    problems: tuple[Problem, ...] = ()
    schemas: tuple[SchemaAnswer, ...] = ()

    @property
    def verified(self) -> bool:
        """Proofs there are and hold, and nothing that the profile demands is missing."""
        return bool(self.proofs) and all(problem.warning for problem in self.problems)


def look_at_credential(
    document: Mapping[str, Any],
    *,
    profile: Profile,
    at: datetime,
    purpose: str = "assertionMethod",
    domain: str | None = None,
    challenge: str | None = None,
) -> CredentialReport:
    """Everything about one credential, embedded or enveloped, at the instant `at`; its proofs are for the
    purpose, domain and challenge asked. Raises nothing that the document is to blame for: it stands in the
    report."""
    try:
        if is_enveloped(document):
            require_enveloped(document)
        else:
            require_credential(document, models=profile.models)
    except (Malformed, Unsupported) as refusal:
        return CredentialReport(document, problems=(Problem(Stage.FORM, refusal),))
    try:
        secured = profile.prove(document, purpose=purpose, domain=domain, challenge=challenge)
    except (Malformed, Unsupported) as refusal:
        return CredentialReport(document, problems=(Problem(Stage.PROOF, refusal),))
    try:
        model = require_credential(secured.document, models=profile.models)
    except (Malformed, Unsupported) as refusal:
        return CredentialReport(document, secured.proofs, problems=(Problem(Stage.FORM, refusal),))
    binding = binding_of(secured.document, secured.proofs)
    problems = [
        *_binding_problem(binding, profile),
        *_date_problems(secured, model, at),
        *_related_problems(secured.document, profile),
    ]
    answers = check_schemas(secured.document, store=profile.schemas)
    problems += _schema_problems(answers)
    status = profile.status(secured.document)
    if status is not None:
        problems.append(Problem(Stage.STATUS, status))
    return CredentialReport(secured.document, secured.proofs, binding, tuple(problems), answers)


def binding_of(document: Mapping[str, Any], proofs: tuple[ProofFacts, ...]) -> Binding:
    """Is one of the proofs made with a key that the issuer's own DID names?

    `key_for` has looked the key up in the document of the method's DID, whose controller it is; so the
    question left is whether that DID is the issuer.
    """
    issuer = agent_id(document.get("issuer"))
    if issuer is None or not proofs:
        return "unknown"
    return "issuer" if issuer in {method_did(facts) for facts in proofs} else "other"


def method_did(facts: ProofFacts) -> str | None:
    """The DID of a proof's verification method; None where the method is not a DID URL."""
    try:
        return did_of(facts.verification_method)
    except Malformed:
        return None


def _binding_problem(binding: Binding, profile: Profile) -> list[Problem]:
    if binding == "issuer":
        return []
    refusal = Malformed("issuer_not_bound", field="issuer")
    return [Problem(Stage.BINDING, refusal, warning=not profile.binding)]


def _date_problems(secured: Secured, model: Model, at: datetime) -> list[Problem]:
    """The dates of the credential, and the end of each proof. The form has been looked at."""
    document, found = secured.document, []
    if model.starts in document and parse_instant(document[model.starts]) > at:
        found.append(Malformed("credential_not_yet_valid", field=model.starts))
    if model.ends in document and parse_instant(document[model.ends]) < at:
        found.append(Malformed("credential_expired", field=model.ends))
    if any(proof_ended(facts, at) for facts in secured.proofs):
        found.append(Malformed("proof_expired", field="proof.expires"))
    return [Problem(Stage.VALIDITY, refusal) for refusal in found]


def proof_ended(facts: ProofFacts, at: datetime) -> bool:
    """Has the proof's own end passed?"""
    return facts.expires is not None and facts.expires < at


def _related_problems(document: Mapping[str, Any], profile: Profile) -> list[Problem]:
    try:
        unknown = compare(document, profile.contents)
    except Malformed as refusal:
        return [Problem(Stage.RELATED, refusal)]
    unread = (
        Unsupported("related_resource_not_at_hand", field="relatedResource", url=url) for url in unknown
    )
    return [Problem(Stage.RELATED, refusal, warning=True) for refusal in unread]


def _schema_problems(answers: tuple[SchemaAnswer, ...]) -> list[Problem]:
    """A schema that is not followed is a problem; one that could not be asked, or is of another kind, a
    warning."""
    return [
        Problem(Stage.SCHEMA, answer.refusal, warning=_is_open(answer))
        for answer in answers
        if answer.refusal is not None
    ]


def _is_open(answer: SchemaAnswer) -> bool:
    unknown = answer.refusal is not None and answer.refusal.code == "schema_type_unknown"
    return answer.outcome == "indeterminate" or unknown
