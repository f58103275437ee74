"""credentialSchema: the whole official suite, and that nothing is ever fetched."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certes.credential.credential_schema import Resource, check_schemas
from certes.credential.errors import Malformed

SUITE = Path(__file__).parents[2] / "vectors" / "vc-json-schema"
DIALECTS = ("Draft-7", "2019-09", "2020-12")
EMAIL = "https://example.com/schemas/email.json"
SCHEMA: dict[str, Any] = {
    "$id": EMAIL,
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"credentialSubject": {"type": "object", "required": ["emailAddress"]}},
}


def cases() -> Iterator[Any]:
    """Every case of the suite in every dialect."""
    expected = json.loads((SUITE / "expected.json").read_bytes())
    for kind, sections in expected.items():
        for rows in sections.values():
            for row in rows:
                for dialect in DIALECTS:
                    yield pytest.param(kind, dialect, row, id=f"{kind} {row['number']} {dialect}")


@pytest.mark.parametrize(("kind", "dialect", "row"), list(cases()))
def test_the_official_suite_gives_the_expected_outcome(kind: str, dialect: str, row: dict[str, Any]) -> None:
    folder = SUITE / kind.lower() / dialect
    credential = json.loads((folder / f"{row['cred_number']}-credential.json").read_bytes())
    raw = (folder / f"{row['schema_number']}-schema.json").read_bytes()
    named = credential["credentialSchema"]["id"]
    answers = check_schemas(credential, store={named: Resource(json.loads(raw), raw)})
    assert [answer.outcome for answer in answers] == [row["expected_result"]]


def credential(**more: Any) -> dict[str, Any]:
    """A credential that names the schema."""
    return {
        "credentialSubject": {"emailAddress": "a@example.com"},
        "credentialSchema": {"id": EMAIL, "type": "JsonSchema"} | more,
    }


def outcome(
    document: dict[str, Any], schema: dict[str, Any] = SCHEMA, raw: bytes | None = None
) -> tuple[str, str]:
    (answer,) = check_schemas(document, store={EMAIL: Resource(schema, raw)})
    return answer.outcome, "" if answer.refusal is None else answer.refusal.code


def test_a_credential_that_follows_its_schema_succeeds() -> None:
    assert outcome(credential()) == ("success", "")


def test_a_credential_that_does_not_follow_names_the_member() -> None:
    (answer,) = check_schemas(credential() | {"credentialSubject": {}}, store={EMAIL: Resource(SCHEMA)})
    assert answer.refusal is not None
    assert (answer.outcome, answer.refusal.code, answer.refusal.field) == (
        "failure",
        "schema_violation",
        "credentialSubject",
    )


def test_a_schema_that_is_not_at_hand_is_indeterminate() -> None:
    (answer,) = check_schemas(credential(), store={})
    assert answer.refusal is not None
    assert (answer.outcome, answer.refusal.code) == ("indeterminate", "schema_not_at_hand")


@pytest.mark.parametrize("reference", ["https://evil.example/x.json", "file:///etc/passwd", "other.json"])
def test_a_reference_elsewhere_is_never_followed(reference: str) -> None:
    schema = SCHEMA | {"properties": {"credentialSubject": {"$ref": reference}}}
    assert outcome(credential(), schema) == ("failure", "schema_invalid")


def test_a_digest_is_compared_with_the_schemas_bytes() -> None:
    raw = json.dumps(SCHEMA).encode()
    digest = f"sha384-{b64encode(hashlib.sha384(raw).digest()).decode()}"
    assert outcome(credential(digestSRI=digest), raw=raw) == ("success", "")
    assert outcome(credential(digestSRI=digest), raw=raw + b" ") == ("failure", "digest_mismatch")
    assert outcome(credential(digestSRI=digest)) == ("indeterminate", "schema_not_at_hand")


@pytest.mark.parametrize("changed", [{"type": ["Other"]}, {"type": [5]}, {"credentialSchema": None}])
def test_a_schema_credential_of_another_form_is_a_failure(changed: dict[str, Any]) -> None:
    folder = SUITE / "jsonschemacredential" / "2020-12"
    document = json.loads((folder / "1-credential.json").read_bytes())
    resource = json.loads((folder / "1-schema.json").read_bytes()) | changed
    named = document["credentialSchema"]["id"]
    (answer,) = check_schemas(document, store={named: Resource(resource)})
    assert answer.outcome == "failure"


def test_a_credential_without_schema_has_no_answers() -> None:
    assert check_schemas({}, store={}) == ()


@pytest.mark.parametrize("value", [[], "text", [1], {"type": "JsonSchema"}, {"id": 1, "type": "JsonSchema"}])
def test_a_member_of_another_form_is_refused(value: Any) -> None:
    with pytest.raises(Malformed):
        check_schemas({"credentialSchema": value}, store={})
