"""VCALM, which verifiers and issuers of other makes speak: its requests read, its answers written.

What a service accepts and what it says of a document are its own; here are only the shapes. An answer about a
document says `verified` and why not, with the problem types of the specifications; it is 200 if the document
is verified and 400 if not.

Source: VCALM 1.0 (formerly VC API), sections 3.3 (#issuing) and 3.4 (#verifying); VCDM 2.0, section 7.2
(#problem-details); Data Integrity 1.0, section 4.7 (#processing-errors); Bitstring Status List 1.0, section
3.5.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from certes.credential.data_model import agent_id
from certes.credential.errors import BadSignature, Malformed, Refusal, Unsupported
from certes.credential.generic import CredentialReport, Problem, Stage
from certes.credential.presentation import PresentationReport
from certes.runtime.languages import has_words, say
from certes.runtime.problems import sentence

VCDM = "https://www.w3.org/TR/vc-data-model#"
SECURITY = "https://w3id.org/security#"
STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"
MAX_OPTION_CHARACTERS = 2_048

# By code first, then by stage; whatever is in neither is malformed.
TYPE_OF_CODE: Mapping[str, str] = {
    "json_invalid": VCDM + "PARSING_ERROR",
    "json_not_utf8": VCDM + "PARSING_ERROR",
    "json_not_object": VCDM + "PARSING_ERROR",
    "json_duplicate_key": VCDM + "PARSING_ERROR",
    "credential_expired": VCDM + "CREDENTIAL_EXPIRED",
    "credential_not_yet_valid": VCDM + "CREDENTIAL_NOT_YET_VALID",
    "proof_domain_wrong": SECURITY + "INVALID_DOMAIN_ERROR",
    "proof_challenge_wrong": SECURITY + "INVALID_CHALLENGE_ERROR",
    "proof_purpose_wrong": SECURITY + "INVALID_PROOF_PURPOSE_FOR_VERIFICATION_METHOD",
    "verification_method_invalid": SECURITY + "INVALID_VERIFICATION_METHOD",
    "verification_method_unknown": SECURITY + "INVALID_VERIFICATION_METHOD",
    "verification_method_purpose": SECURITY + "INVALID_PROOF_PURPOSE_FOR_VERIFICATION_METHOD",
    "verification_method_controller": SECURITY + "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
    "term_undefined": SECURITY + "DATA_LOSS_DETECTION_ERROR",
    "value_dropped": SECURITY + "DATA_LOSS_DETECTION_ERROR",
    "status_index_outside": STATUS_LIST + "RANGE_ERROR",
    "status_list_not_at_hand": STATUS_LIST + "STATUS_RETRIEVAL_ERROR",
    "status_list_too_short": STATUS_LIST + "STATUS_LIST_LENGTH_ERROR",
    "status_entry_invalid": STATUS_LIST + "MALFORMED_VALUE_ERROR",
}
TYPE_OF_STAGE: Mapping[Stage, str] = {
    Stage.PROOF: VCDM + "CRYPTOGRAPHIC_SECURITY_ERROR",
    Stage.BINDING: VCDM + "CRYPTOGRAPHIC_SECURITY_ERROR",
    Stage.HOLDER: VCDM + "CRYPTOGRAPHIC_SECURITY_ERROR",
    Stage.RELATED: VCDM + "CRYPTOGRAPHIC_SECURITY_ERROR",
    Stage.STATUS: STATUS_LIST + "STATUS_VERIFICATION_ERROR",
}
MALFORMED = VCDM + "MALFORMED_VALUE_ERROR"

ISSUE_OPTIONS = frozenset({"credentialId", "mandatoryPointers"})
CREDENTIAL_OPTIONS = frozenset({"returnResults", "returnProblemDetails", "returnCredential"})
PRESENTATION_OPTIONS = frozenset(
    {"challenge", "domain", "returnPresentation", "returnResults", "returnProblemDetails"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the document, and the options that were set. Absent options stand as their defaults."""

    document: Mapping[str, Any]
    options: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """A text option. Raises Malformed `option_invalid`."""
        value = self.options.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not 0 < len(value) <= MAX_OPTION_CHARACTERS:
            raise Malformed("option_invalid", field=f"options.{name}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """A true or false option. Raises Malformed `option_invalid`."""
        value = self.options.get(name, default)
        if not isinstance(value, bool):
            raise Malformed("option_invalid", field=f"options.{name}")
        return value


def read_request(
    members: Mapping[str, Any], *, name: str, options: Collection[str], closed: bool = True
) -> Asked:
    """`{<name>: {...}, options: {...}}`. `closed` refuses members and options that are not known.

    Raises Malformed `member_missing`, `member_not_object`, `member_unknown`, `option_invalid`,
    `option_unknown`.
    """
    if name not in members:
        raise Malformed("member_missing", field=name)
    document, given = members[name], members.get("options", {})
    if not isinstance(document, dict):
        raise Malformed("member_not_object", field=name)
    if not isinstance(given, dict):
        raise Malformed("option_invalid", field="options")
    if closed and not members.keys() <= {name, "options"}:
        raise Malformed("member_unknown")
    if closed and not given.keys() <= set(options):
        raise Malformed("option_unknown", field="options")
    return Asked(document, given)


def require_issue_options(asked: Asked) -> None:
    """The options of issuing, of the right kind; selective disclosure is not done here.

    Raises Malformed `option_invalid`, Unsupported `option_unsupported`.
    """
    asked.text("credentialId")
    pointers = asked.options.get("mandatoryPointers", [])
    if not isinstance(pointers, list) or not all(isinstance(pointer, str) for pointer in pointers):
        raise Malformed("option_invalid", field="options.mandatoryPointers")
    if pointers:
        raise Unsupported("option_unsupported", field="options.mandatoryPointers")


def problem_details(problem: Problem, *, language: str) -> dict[str, Any]:
    """One problem as VCALM writes it, with our code and the member beside."""
    refusal = problem.refusal
    kind = type_of(problem)
    details: dict[str, Any] = {
        "type": kind,
        "title": kind.rpartition("#")[2],
        "detail": _detail(refusal, language),
        "code": refusal.code,
    }
    if refusal.field is not None:
        details["field"] = refusal.field
    return details


def _detail(refusal: Refusal, language: str) -> str:
    """A sentence for people: a problem's, else that of a check of the verdict."""
    if not has_words("problems", refusal.code) and has_words("verdict", f"code.{refusal.code}"):
        return say("verdict", f"code.{refusal.code}", language, **refusal.params)
    return sentence(refusal.code, language, refusal.params)


def type_of(problem: Problem) -> str:
    """The URL of the problem's type."""
    found = TYPE_OF_CODE.get(problem.refusal.code)
    if found is None and isinstance(problem.refusal, BadSignature):
        found = VCDM + "CRYPTOGRAPHIC_SECURITY_ERROR"
    return found or TYPE_OF_STAGE.get(problem.stage, MALFORMED)


def refused(refusal: Refusal, *, language: str, stage: Stage = Stage.FORM) -> dict[str, Any]:
    """The answer to a request that could not be read: not verified, and why."""
    return {
        "verified": False,
        "problemDetails": [problem_details(Problem(stage, refusal), language=language)],
    }


def credential_answer(report: CredentialReport, asked: Asked, *, language: str) -> dict[str, Any]:
    """What is said of one credential. `results` name the members that were looked at."""
    body: dict[str, Any] = {"verified": report.verified}
    if asked.flag("returnProblemDetails", default=True):
        body["problemDetails"] = _details(report.problems, language)
    if asked.flag("returnCredential", default=False):
        body["credential"] = dict(report.document)
    if asked.flag("returnResults", default=True):
        body["results"] = credential_results(report)
    return body


def presentation_answer(report: PresentationReport, asked: Asked, *, language: str) -> dict[str, Any]:
    """What is said of a presentation, and of each credential in it."""
    body: dict[str, Any] = {"verified": report.verified}
    if asked.flag("returnProblemDetails", default=True):
        body["problemDetails"] = _details(report.problems, language)
    if asked.flag("returnPresentation", default=False):
        body["verifiablePresentation"] = dict(report.document)
    if asked.flag("returnResults", default=True):
        body["results"] = {
            "presentation": _presentation_results(report, asked),
            "credentials": [
                {
                    "verified": credential.verified,
                    "problemDetails": _details(credential.problems, language),
                    "results": credential_results(credential),
                }
                for credential in report.credentials
            ],
        }
    return body


def credential_results(report: CredentialReport) -> dict[str, Any]:
    """The outcome for each member. Whether the issuer controls the key stands apart from the proofs."""
    document = report.document
    failed = {problem.refusal.field for problem in report.problems if not problem.warning}
    results: dict[str, Any] = {"proof": _proofs(document, held=bool(report.proofs))}
    for name in ("validFrom", "validUntil"):
        if name in document:
            results[name] = {"verified": name not in failed, "input": document[name]}
    if report.schemas:
        results["credentialSchema"] = [
            {
                "verified": answer.outcome == "success",
                "outcome": answer.outcome,
                "input": {"id": answer.schema},
            }
            for answer in report.schemas
        ]
    if "credentialStatus" in document:
        stages = {problem.stage for problem in report.problems}
        results["credentialStatus"] = [
            {"verified": Stage.STATUS not in stages, "input": entry}
            for entry in _listed(document, "credentialStatus")
        ]
    if report.proofs:
        results["issuer"] = {
            "verified": report.binding == "issuer",
            "input": agent_id(document.get("issuer")),
            "binding": report.binding,
        }
    return results


def _presentation_results(report: PresentationReport, asked: Asked) -> dict[str, Any]:
    codes = {problem.refusal.code for problem in report.problems}
    results: dict[str, Any] = {"proof": _proofs(report.document, held=bool(report.proofs))}
    for name, code in (("challenge", "proof_challenge_wrong"), ("domain", "proof_domain_wrong")):
        value = asked.text(name)
        if value is not None:
            results[name] = {"verified": bool(report.proofs) and code not in codes, "input": value}
    if report.holder is not None:
        holds = not any(problem.stage is Stage.HOLDER for problem in report.problems)
        results["holder"] = {"verified": holds, "input": report.holder}
    return results


def _proofs(document: Mapping[str, Any], *, held: bool) -> list[dict[str, Any]]:
    return [{"verified": held, "input": proof} for proof in _listed(document, "proof")]


def _listed(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _details(problems: tuple[Problem, ...], language: str) -> list[dict[str, Any]]:
    return [
        problem_details(problem, language=language) | ({"warning": True} if problem.warning else {})
        for problem in problems
    ]
