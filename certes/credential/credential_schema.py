"""Does a credential follow the JSON Schema it names? Asked of schemas the caller has; nothing is fetched.

Three answers, as the specification has them: success, failure, and indeterminate where the schema's dialect
is unknown or its resource is not at hand. A reference to another document is never followed.

Source: Verifiable Credentials JSON Schema Specification, sections 2.1 (#jsonschema), 2.2
(#jsonschemacredential) and 4 (#processing).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Never

import jsonschema_rs

from certes.credential.data_model import CREDENTIAL
from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.model_members import each_object, require_url
from certes.credential.related_resources import parse_digests, require_content

Outcome = Literal["success", "failure", "indeterminate"]

# The schema that every JsonSchemaCredential itself must name (section 2.2).
META_SCHEMA = "https://www.w3.org/2022/credentials/v2/json-schema-credential-schema.json"
MAX_SHOWN_CHARACTERS = 160  # a validator's message may quote a whole object

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20]+")

Validator = Callable[..., Any]
_DIALECTS: Mapping[str, Validator] = {
    "https://json-schema.org/draft/2020-12/schema": jsonschema_rs.Draft202012Validator,
    "https://json-schema.org/draft/2019-09/schema": jsonschema_rs.Draft201909Validator,
    "http://json-schema.org/draft-07/schema": jsonschema_rs.Draft7Validator,
    "https://json-schema.org/draft-07/schema": jsonschema_rs.Draft7Validator,
}


@dataclass(frozen=True, slots=True)
class SchemaAnswer:
    """What one schema says of a credential; `refusal` is why, unless it is success."""

    schema: str
    outcome: Outcome
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A schema, or a JsonSchemaCredential whose proof the caller has verified, with the bytes for digests."""

    document: Mapping[str, Any]
    raw: bytes | None = None


Store = Mapping[str, Resource]


def check_schemas(document: Mapping[str, Any], *, store: Store) -> tuple[SchemaAnswer, ...]:
    """One answer for each `credentialSchema`. Raises Malformed if the member itself has the wrong form."""
    if "credentialSchema" not in document:
        return ()
    answers = []
    for path, entry in each_object(document["credentialSchema"], "credentialSchema"):
        url = require_url(entry.get("id"), f"{path}.id")
        answers.append(_check(document, entry, url, path, store))
    return tuple(answers)


def _check(
    document: Mapping[str, Any], entry: Mapping[str, Any], url: str, path: str, store: Store
) -> SchemaAnswer:
    find = _KINDS.get(entry["type"]) if isinstance(entry.get("type"), str) else None
    try:
        if find is None:
            raise Malformed("schema_type_unknown", field=f"{path}.type")
        resource = store.get(url)
        if resource is None:
            raise Unsupported("schema_not_at_hand", field=f"{path}.id")
        if parse_digests(entry, path):
            if resource.raw is None:
                raise Unsupported("schema_not_at_hand", field=f"{path}.id")
            require_content(entry, resource.raw, path=path)
        _validate(document, find(resource.document, url), path)
    except Malformed as refusal:
        return SchemaAnswer(url, "failure", refusal)
    except Unsupported as refusal:
        return SchemaAnswer(url, "indeterminate", refusal)
    return SchemaAnswer(url, "success")


def _json_schema(resource: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    """The resource is the schema, and says so by its `$id`."""
    if resource.get("$id") != url:
        raise Malformed("schema_invalid", field="$id")
    return resource


def _json_schema_credential(resource: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    """The resource is a credential about a schema (section 2.2)."""
    types, subject, own = resource.get("type"), resource.get("credentialSubject"), _own_schema(resource)
    if resource.get("id") != url:
        raise Malformed("schema_invalid", field="id")
    if not isinstance(types, list) or not {CREDENTIAL, "JsonSchemaCredential"}.issubset(
        name for name in types if isinstance(name, str)
    ):
        raise Malformed("schema_invalid", field="type")
    if own != (META_SCHEMA, "JsonSchema"):
        raise Malformed("schema_invalid", field="credentialSchema")
    if not isinstance(subject, dict) or subject.get("type") != "JsonSchema":
        raise Malformed("schema_invalid", field="credentialSubject.type")
    schema = subject.get("jsonSchema")
    if not isinstance(schema, dict):
        raise Malformed("schema_invalid", field="credentialSubject.jsonSchema")
    return schema


def _own_schema(resource: Mapping[str, Any]) -> tuple[Any, Any] | None:
    own = resource.get("credentialSchema")
    return (own.get("id"), own.get("type")) if isinstance(own, dict) else None


_KINDS: Mapping[str, Callable[[Mapping[str, Any], str], Mapping[str, Any]]] = {
    "JsonSchema": _json_schema,
    "JsonSchemaCredential": _json_schema_credential,
}


def _validate(document: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> None:
    identifier, dialect = schema.get("$id"), schema.get("$schema")
    if not isinstance(identifier, str) or _ABSOLUTE.fullmatch(identifier) is None:
        raise Malformed("schema_invalid", field="$id")
    if not isinstance(dialect, str):
        raise Malformed("schema_invalid", field="$schema")
    validator = _DIALECTS.get(dialect.rstrip("#"))
    if validator is None:
        raise Unsupported("schema_dialect_unknown", field="$schema")
    try:
        compiled = validator(dict(schema), validate_formats=True, retriever=_refuse)
        error = next(iter(compiled.iter_errors(dict(document))), None)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
        raise Malformed("schema_invalid", field="$ref") from None
    if error is not None:
        member = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
        raise Malformed(
            "schema_violation", field=member.lstrip(".") or path, what=error.message[:MAX_SHOWN_CHARACTERS]
        )


def _refuse(uri: str) -> Never:
    """A reference to another document is a request to fetch it: never."""
    raise ValueError(uri)
