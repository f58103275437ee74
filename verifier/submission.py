"""What a caller sent, in three media types, as one value. Every refusal names the member at fault."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from python_multipart.multipart import parse_options_header

from certes.credential.errors import Malformed
from certes.credential.parsing import parse_json
from certes.credential.presented import Presented
from certes.runtime.refusals import TooLarge
from verifier.verification import Desk, read_document, read_file, read_text

MAX_TEXT_BYTES = 256 * 1024  # of text and JSON; the same as certes.credential.parsing.MAX_BYTES
QUESTION_MEMBERS = frozenset({"country", "trade", "date"})
LANGUAGE_NAMES = frozenset({"language", "lang"})  # in an address; in a body it is `language` alone
UTF_8 = frozenset({b"utf-8", b"utf8"})
FORM_FIELDS = QUESTION_MEMBERS | {"language", "text", "file", "photo", "opened"}


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
        return read_document(submission.document, network=desk.network)
    if submission.text is not None:
        return read_text(submission.text, network=desk.network)
    raise Malformed("credential_missing", field="credential")


def parse_text_body(raw: bytes, *, query: Mapping[str, str]) -> Submission:
    """text/plain: a QR's text, digits or a credential's JSON; the question stands in the query, whose names
    are the caller's to have checked."""
    text = _decoded(raw)
    return Submission(text=text, question={name: query[name] for name in QUESTION_MEMBERS if name in query})


def parse_body(raw: bytes) -> Mapping[str, Any]:
    """The JSON of a request, its members not looked at yet. Raises TooLarge, and as `parse_json` does."""
    _require_size(raw)
    return parse_json(raw)


def language_of_body(body: Mapping[str, Any]) -> str | None:
    """The language a request names, before anything else of it is judged: refusals are said in it."""
    language = body.get("language")
    return language if isinstance(language, str) else None


def read_body(body: Mapping[str, Any]) -> Submission:
    """application/json: `{credential, question, language}`. Raises Malformed naming the member."""
    require_names(body, frozenset({"credential", "question", "language"}))
    question = body.get("question", {})
    if not isinstance(question, dict):
        raise Malformed("request_invalid", field="question")
    require_names(question, QUESTION_MEMBERS, path="question.")
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


def require_names(names: Collection[str], known: Collection[str], *, path: str = "") -> None:
    """A misspelt name, or one that stands twice, would silently change the question.

    Raises Malformed `member_not_known` or `member_repeated` naming it.
    """
    seen: set[str] = set()
    for name in names:
        if name not in known:
            raise Malformed("member_not_known", field=(path + name)[:100])
        if name in seen:
            raise Malformed("member_repeated", field=path + name)
        seen.add(name)


def require_utf8(content_type: str) -> None:
    """A form, and a file in it, names no charset or UTF-8. The form's parser would look any name up, and some
    of Python's codecs fail or take seconds. Raises Malformed `text_not_utf8`."""
    _, options = parse_options_header(content_type)
    for name, value in options.items():
        if name.lower() == b"charset" and value.lower() not in UTF_8:
            raise Malformed("text_not_utf8", field="content-type")


def _require_size(raw: bytes) -> None:
    if len(raw) > MAX_TEXT_BYTES:
        raise TooLarge("body_too_large", limit=MAX_TEXT_BYTES)


def _decoded(raw: bytes) -> str:
    _require_size(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("text_not_utf8", field="credential") from None
