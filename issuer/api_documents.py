"""What the OpenAPI document says of the requests and answers: schemas, examples, refusals."""

from typing import Any

from pydantic import BaseModel

from certes.credential.errors import Malformed, Refusal
from certes.runtime.refusals import Busy, Conflict, Forbidden, NotFound, TooLarge, Unauthenticated

# The refusals an operation documents, most frequent first, by what a caller sees.
REFUSALS: dict[str, tuple[Refusal, ...]] = {
    "401": (
        Unauthenticated("api_key_missing"),
        Unauthenticated("api_key_invalid"),
        Unauthenticated("api_key_expired"),
    ),
    "403": (
        Forbidden("outside_body_scope_trade", field="trade.code", body="CFM", wanted="CM:1204"),
        Forbidden("outside_body_scope_level", field="level", body="CFM", wanted="CM-5"),
        Forbidden("outside_body_scope_kind", field="kind", body="CFM", wanted="CM:1204"),
        Forbidden("outside_body_scope_rpl", field="route", body="CFM", wanted="CM:1204"),
        Forbidden("outside_issuer_scope_dates", issuer="1", wanted="CM:1204"),
        Forbidden("body_suspended", body="CFM", since="2026-09-01"),
        Forbidden("issuer_withdrawn", issuer="1", since="2026-09-01"),
    ),
    "404": (NotFound("certificate_unknown"),),
    "409": (
        Conflict("certificate_number_taken_with_other_content", field="number"),
        Conflict("certificate_number_taken", field="number"),
    ),
    "413": (TooLarge("body_too_large", limit=262_144),),
    "422": (
        Malformed("member_missing", field="person.birth_date"),
        Malformed("trade_unknown", field="trade.code"),
        Malformed("card_too_large", field="person.name", version=14, limit=13, bytes=236),
    ),
    "503": (Busy("trust_list_not_available"), Busy("database_unavailable"), Busy("status_slot_unavailable")),
}
FINAL = (Conflict("certificate_revoked_finally"),)


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON Schema with its parts in place: OpenAPI has no room for `$defs`."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    placed = _placed(schema, definitions)
    if not isinstance(placed, dict):
        raise TypeError("a model's schema is an object")
    return placed


def _placed(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_placed(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if reference is not None:
        return _placed(definitions[reference.rpartition("/")[2]], definitions)
    return {name: _placed(value, definitions) for name, value in node.items()}


def body_of(model: type[BaseModel], examples: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """`openapi_extra` of an operation whose handler reads the raw body."""
    content = {"application/json": {"schema": schema_of(model), "examples": examples}}
    return {"requestBody": {"required": True, "content": content}}


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "description": "urn:certes:problem:<code>"},
        "title": {"type": "string", "description": "One sentence, in the language of Accept-Language."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; act on this one."},
        "field": {"type": "string", "description": "The member at fault, with dots."},
        "fix": {"type": "string", "description": "What to do."},
        "params": {"type": "object"},
        "errors": {
            "type": "array",
            "description": "Every member at fault, where there are several.",
            "items": {"type": "object"},
        },
    },
}
CERTIFICATE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["number", "state", "issued_at", "links", "card", "credential"],
    "properties": {
        "number": {"type": "string"},
        "state": {"enum": ["valid", "suspended", "revoked", "replaced"]},
        "issued_at": {"type": "string", "format": "date-time"},
        "links": {"type": "object", "additionalProperties": {"type": "string"}},
        "card": {
            "type": "object",
            "properties": {
                "text": {"type": "string", "description": "What the QR says: print this one."},
                "digits": {"type": "string"},
                "qr_version": {"type": "integer", "maximum": 13},
            },
        },
        "credential": {
            "type": "object",
            "description": "The signed wallet credential (VCDM 2.0, Open Badges 3.0).",
        },
        "last_change": {"type": "object"},
        "status_list": {"enum": ["published", "pending"]},
        "sandbox": {"const": True},
    },
}


# VCALM 1.0, section 3.3.1: the body of POST /credentials/issue, as far as it is ours.
ISSUE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["credential"],
    "properties": {
        "credential": {"type": "object", "description": "An unsigned wallet credential."},
        "options": {
            "type": "object",
            "properties": {"credentialId": {"type": "string"}},
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
ISSUED: dict[int | str, dict[str, Any]] = {
    201: {"description": "`{verifiableCredential}`, signed now"},
    200: {"description": "The same certificate, asked for again"},
}
