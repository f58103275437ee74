"""What the OpenAPI document says of the two queries. The protocol's own members are those of its schemas."""

from typing import Any

from registry.trqp.answers import AUTHORIZATION_ACTION, RECOGNITION_ACTION

PROBLEM: dict[str, Any] = {
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
    },
}
_BLANK = {"const": ""}  # of the context, blank is the same as absent


def _or_blank(description: str, **schema: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, "anyOf": [schema, _BLANK]}


CONTEXT: dict[str, Any] = {
    "type": "object",
    "description": "Narrows the question. Members that are not listed are ignored; all are strings.",
    "properties": {
        "time": _or_blank(
            "The moment asked about (RFC 3339, only with Z); its day counts. Default: now.",
            format="date-time",
            pattern=r"^[0-9-]{10}[Tt][0-9:]{8}(\.[0-9]+)?[Zz]$",
        ),
        "logSize": _or_blank(
            "Answer from the log as it was at this size. Default: all that is published.",
            pattern="^[1-9][0-9]{0,14}$",
        ),
        "host": {"type": "string", "description": "A member country: CM, or https://<domain>/cm."},
        "level": {"type": "string", "description": "A rung of the certifying country's ladder: CM-4."},
        "kind": _or_blank("The whole trade (default), or units of it.", enum=["full", "units"]),
        "method": _or_blank("How it was acquired. Default: training.", enum=["training", "rpl", "mixed"]),
        "awardedOn": _or_blank("The day of the award. Default: the day asked about.", format="date"),
        "language": {"type": "string", "description": "fr, en, pt, es or ar, for the sentences."},
    },
    "additionalProperties": {"type": "string"},
}


def _request(about: str, action: str, entity: str, authority: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": about,
        "required": ["entity_id", "authority_id", "action", "resource"],
        "properties": {
            "entity_id": {"type": "string", "description": entity},
            "authority_id": {"type": "string", "description": authority},
            "action": {"type": "string", "description": f"`{action}`: there is no other one."},
            "resource": {
                "type": "string",
                "description": "A trade, and its level: `CM:1204`, `CM:1204/CM-4`, `isco08:7212`.",
            },
            "context": CONTEXT,
        },
    }


AUTHORIZATION_REQUEST = _request(
    "May this issuer certify this, by the list of this country?",
    AUTHORIZATION_ACTION,
    "An issuer's DID: did:web:<domain>:cm:1.",
    "The certifying country: CM, or https://<domain>/cm.",
)
RECOGNITION_REQUEST = _request(
    "Does this country recognise certificates of that issuer, or of that country, for this?",
    RECOGNITION_ACTION,
    "An issuer's DID, or a certifying country: CM, or https://<domain>/cm.",
    "The country that would recognise, the host: GA, or https://<domain>/ga.",
)

_REASONS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["code", "params", "text"],
        "properties": {
            "code": {"type": "string"},
            "params": {"type": "object"},
            "text": {"type": "string", "description": "The sentence, in the language asked for."},
        },
    },
}
EVIDENCE: dict[str, Any] = {
    "type": "object",
    "description": "What it takes to ask again, years later: rules, log size, and each object by its digest.",
    "required": ["rules_version", "as_of", "at", "host", "log", "objects"],
    "properties": {
        "rules_version": {"type": "string"},
        "as_of": {"type": "string", "format": "date-time", "description": "Until when this was all."},
        "at": {"type": "string", "format": "date"},
        "host": {"type": "string"},
        "status_as_of": {"type": "string", "format": "date"},
        "log": {
            "type": "object",
            "required": ["origin", "size"],
            "properties": {"origin": {"type": "string"}, "size": {"type": "integer"}},
        },
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "version"],
                "properties": {
                    "id": {"type": "string"},
                    "version": {"type": "integer"},
                    "object_id": {"type": "string", "description": "sha-256:<hex>"},
                },
            },
        },
    },
}
ROUTE: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "ref"],
    "properties": {"kind": {"type": "string"}, "ref": {"type": "string"}},
}
VERDICTS = ["recognised", "recognised_with_conditions", "not_recognised", "unknown"]
_RECOGNITION_MEMBERS: dict[str, Any] = {
    "decision": {"enum": VERDICTS},
    "reasons": _REASONS,
    "conditions": {"type": "array", "items": {"type": "object"}},
    "recognised_as": {"type": "object"},
    "route": ROUTE,
    "evidence": EVIDENCE,
}
_AUTHORIZATION_MEMBERS: dict[str, Any] = {
    "decision": {"enum": ["authorised", "not_authorised", "undetermined"]},
    "reasons": _REASONS,
    "evidence": EVIDENCE,
    "recognition": {
        "type": "object",
        "description": "With `context.host`: whether such a certificate counts there.",
        "properties": _RECOGNITION_MEMBERS,
    },
}


def _answer(name: str, extension: dict[str, Any]) -> dict[str, Any]:
    text = {"type": "string"}
    moment = {"type": "string", "format": "date-time"}
    return {
        "type": "object",
        "required": [
            "entity_id", "authority_id", "action", "resource", "time_evaluated", name, "decision", "reasons",
            "evidence",
        ],
        "properties": {
            "entity_id": text,
            "authority_id": text,
            "action": text,
            "resource": text,
            "context": {"type": "object", "additionalProperties": text},
            "time_requested": moment,
            "time_evaluated": moment,
            name: {"type": "boolean", "description": "True only without any condition or doubt."},
            "message": text,
            **extension,
        },
    }  # fmt: skip


AUTHORIZATION_ANSWER = _answer("authorized", _AUTHORIZATION_MEMBERS)
RECOGNITION_ANSWER = _answer("recognized", _RECOGNITION_MEMBERS)

_ASKED = {
    "entity_id": "did:web:skills.example:cm:1",
    "authority_id": "CM",
    "action": AUTHORIZATION_ACTION,
    "resource": "CM:1204/CM-4",
    "context": {"time": "2026-11-20T08:00:00Z", "language": "en"},
}
_EVIDENCE = {
    "rules_version": "2",
    "as_of": "2026-11-20T08:00:00Z",
    "at": "2026-11-20",
    "host": "CM",
    "log": {"origin": "skills.example/log", "size": 12},
    "objects": [{"id": "urn:nat:CM", "version": 1, "object_id": "sha-256:" + "0" * 64}],
}
AUTHORIZATION_EXAMPLE = _ASKED
AUTHORIZATION_ANSWER_EXAMPLE = {
    **_ASKED,
    "time_requested": "2026-11-20T08:00:00Z",
    "authorized": True,
    "time_evaluated": "2026-11-20T08:00:00Z",
    "message": "The certificate was issued in this country.",
    "decision": "authorised",
    "reasons": [
        {
            "code": "national_credential",
            "params": {"country": "CM"},
            "text": "The certificate was issued in this country.",
        }
    ],
    "evidence": _EVIDENCE,
}
RECOGNITION_EXAMPLE = {**_ASKED, "authority_id": "GA", "action": RECOGNITION_ACTION}
RECOGNITION_ANSWER_EXAMPLE = {
    **RECOGNITION_EXAMPLE,
    "time_requested": "2026-11-20T08:00:00Z",
    "recognized": True,
    "time_evaluated": "2026-11-20T08:00:00Z",
    "message": "Gabon and Cameroon have an agreement for this trade.",
    "decision": "recognised",
    "reasons": [
        {
            "code": "agreement_in_force",
            "params": {"agreement": "urn:agreement:illustration:ac5:2026"},
            "text": "Gabon and Cameroon have an agreement for this trade.",
        }
    ],
    "conditions": [],
    "recognised_as": {"occupation": "isco08:7212", "acqf": 4, "level": "GA-4"},
    "route": {"kind": "agreement", "ref": "urn:agreement:illustration:ac5:2026#A1"},
    "evidence": {**_EVIDENCE, "host": "GA"},
}


def json_content(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """One media type of an operation."""
    return {"application/json": {"schema": schema, "examples": {"example": {"value": example}}}}


def body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """`openapi_extra` of an operation whose handler reads the raw body."""
    return {"requestBody": {"required": True, "content": json_content(schema, example)}}


def problems(**descriptions: str) -> dict[int | str, dict[str, Any]]:
    """Refusals of an operation: `_404="..."`."""
    content = {"application/problem+json": {"schema": PROBLEM}}
    return {
        name.removeprefix("_"): {"description": text, "content": content}
        for name, text in descriptions.items()
    }
