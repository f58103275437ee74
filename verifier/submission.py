"""What a caller sent, in three media types, as one value. Every refusal names the member at fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.parsing import parse_json
from certes.credential.presented import Presented, present_document
from certes.runtime.refusals import TooLarge
from verifier.verification import Desk, read_file, read_text

MAX_TEXT_BYTES = 256 * 1024  # of text and JSON; the same as certes.credential.parsing.MAX_BYTES
QUESTION_MEMBERS = frozenset({"country", "trade", "date"})


@dataclass(frozen=True, slots=True)
class Submission:
    """A document, in one of three forms, and the members of the question as they were written."""

    text: str | None = None
    document: Mapping[str, Any] | None = None
    file: bytes | None = None
    question: Mapping[str, object] = field(default_factory=dict)
    language: str | None = None
    opened: bool = False  # the form was opened by a camera that followed a QR code's address


def read_submission(submission: Submission, *, desk: Desk) -> Presented:
    """The document that was sent. Raises Refusal as the readers do; Malformed `credential_missing` without
    one."""
    if submission.file:
        return read_file(submission.file, desk=desk)
    if submission.document is not None:
        return present_document(submission.document, networks=(desk.network,))
    if submission.text is not None:
        return read_text(submission.text, network=desk.network)
    raise Malformed("credential_missing", field="credential")


def parse_text_body(raw: bytes, *, query: Mapping[str, str]) -> Submission:
    """text/plain: a QR's text, digits or a credential's JSON; the question stands in the query."""
    text = _decoded(raw)
    return Submission(text=text, question={name: query[name] for name in QUESTION_MEMBERS if name in query})


def parse_json_body(raw: bytes) -> Submission:
    """application/json: `{credential, question, language}`. Raises Malformed naming the member."""
    _require_size(raw)
    body = parse_json(raw)
    _require_members(body, frozenset({"credential", "question", "language"}), "")
    question = body.get("question", {})
    if not isinstance(question, dict):
        raise Malformed("request_invalid", field="question")
    _require_members(question, QUESTION_MEMBERS, "question.")
    language = body.get("language")
    if language is not None and not isinstance(language, str):
        raise Malformed("request_invalid", field="language")
    return _with_credential(body.get("credential"), question, language)


def _with_credential(credential: object, question: Mapping[str, object], language: str | None) -> Submission:
    if credential is None:
        raise Malformed("credential_missing", field="credential")
    if isinstance(credential, str):
        return Submission(text=credential, question=question, language=language)
    if isinstance(credential, dict):
        return Submission(document=credential, question=question, language=language)
    raise Malformed("request_invalid", field="credential")


def _require_members(body: Mapping[str, object], known: frozenset[str], path: str) -> None:
    """A misspelt member would silently change the question."""
    for name in body:
        if name not in known:
            raise Malformed("member_not_known", field=(path + name)[:100])


def _require_size(raw: bytes) -> None:
    if len(raw) > MAX_TEXT_BYTES:
        raise TooLarge("body_too_large", limit=MAX_TEXT_BYTES)


def _decoded(raw: bytes) -> str:
    _require_size(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("text_not_utf8", field="credential") from None
