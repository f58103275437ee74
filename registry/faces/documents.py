"""What the OpenAPI document says of the register's own addresses."""

from typing import Any

from registry.trqp.documents import EVIDENCE, ROUTE, VERDICTS

_LOG = {
    "type": "object",
    "required": ["origin", "size"],
    "properties": {"origin": {"type": "string"}, "size": {"type": "integer"}},
}
_REASONS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["code", "params"],
        "properties": {"code": {"type": "string"}, "params": {"type": "object"}},
    },
}
ISSUER: dict[str, Any] = {
    "type": "object",
    "required": ["issuer", "at", "on_that_day", "source", "log", "as_of"],
    "properties": {
        "issuer": {"type": "object", "description": "The entry of the national list, as it is signed."},
        "at": {"type": "string", "format": "date"},
        "on_that_day": {
            "type": "object",
            "required": ["standing", "keys", "trades"],
            "properties": {
                "standing": {"enum": ["granted", "suspended", "withdrawn", "none"]},
                "keys": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "With which it could sign; a compromised key never stands here.",
                },
                "trades": {"type": "array", "items": {"type": "string"}},
            },
        },
        "source": {
            "type": "object",
            "required": ["type", "version", "object_id"],
            "properties": {
                "type": {"type": "string"},
                "version": {"type": "integer"},
                "object_id": {"type": "string", "description": "sha-256:<hex>"},
            },
        },
        "log": _LOG,
        "as_of": {"type": "string", "format": "date-time", "description": "Until when this was all."},
    },
}
_EXAMPLE_LOG = {"origin": "skills.example/log", "size": 12}
_EXAMPLE_ID = "sha-256:" + "0" * 64
ISSUER_EXAMPLE = {
    "issuer": {"number": 1, "did": "did:web:skills.example:cm:1", "shortCode": "CM-1"},
    "at": "2026-11-20",
    "on_that_day": {"standing": "granted", "keys": ["k1", "k2"], "trades": ["CM:1204"]},
    "source": {"type": "NationalList", "version": 1, "object_id": _EXAMPLE_ID},
    "log": _EXAMPLE_LOG,
    "as_of": "2026-11-20T08:00:00Z",
}

_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}


def _nullable(members: dict[str, Any], *required: str) -> dict[str, Any]:
    """In questions null is the same as absent, as in the worked cases."""
    return {
        name: each if name in required else {"anyOf": [each, {"type": "null"}]}
        for name, each in members.items()
    }


_FACTS: dict[str, Any] = {
    "type": "object",
    "description": "A certificate in the words of the worked cases; nothing about the person.",
    "required": ["country", "issuer", "kid", "awardedOn"],
    "properties": _nullable(
        {
            "country": {**_TEXT, "description": "Alpha-2 of the certifying State."},
            "issuer": {**_TEXT, "description": "Its DID."},
            "kid": {**_TEXT, "description": "k1"},
            "awardedOn": _DAY,
            "signedOn": {**_DAY, "description": "Default: the day of the award."},
            "validUntil": _DAY,
            "occupation": {**_TEXT, "description": "CM:1204 or isco08:7212; or `occupations`."},
            "occupations": _TEXTS,
            "level": {**_TEXT, "description": "CM-4"},
            "kind": {"enum": ["full", "units"]},
            "method": {"enum": ["training", "rpl", "mixed"]},
            "units": _TEXTS,
            "standard": {"type": "object", "properties": {"id": _TEXT, "version": {"type": "integer"}}},
            "title": {**_TEXT, "description": "The named certificate."},
            "timeReceipt": {"type": "object", "properties": {"time": _TEXT}},
            "recognitionDecisions": {"type": "array", "items": {"type": "object"}},
        },
        "country",
        "issuer",
        "kid",
        "awardedOn",
    ),
    "additionalProperties": False,
}
QUESTION: dict[str, Any] = {
    "type": "object",
    "required": ["facts", "host"],
    "properties": _nullable(
        {
            "facts": _FACTS,
            "host": {**_TEXT, "description": "Alpha-2 of the country where it is to count."},
            "at": {**_DAY, "description": "The day asked about. Default: today."},
            "size": {"type": "integer", "minimum": 1, "description": "Of the log. Default: all published."},
            "status": {
                "type": "object",
                "description": "What was seen of its status; absent: nothing was.",
                "required": ["state", "asOf"],
                "properties": {
                    "state": {"enum": ["valid", "revoked", "suspended"]},
                    "asOf": _DAY,
                    "reason": {"anyOf": [_TEXT, {"type": "null"}]},
                },
            },
        },
        "facts",
        "host",
    ),
    "additionalProperties": False,
}
_FACTS_EXAMPLE = {
    "country": "CM",
    "issuer": "did:web:skills.example:cm:1",
    "kid": "k1",
    "awardedOn": "2026-04-10",
    "occupations": ["CM:1204", "isco08:7212"],
    "level": "CM-4",
}
QUESTION_EXAMPLE = {
    "facts": _FACTS_EXAMPLE,
    "host": "GA",
    "at": "2026-11-20",
    "status": {"state": "valid", "asOf": "2026-11-20"},
}
DECISION: dict[str, Any] = {
    "type": "object",
    "required": ["question", "decision"],
    "properties": {
        "question": QUESTION,
        "decision": {
            "type": "object",
            "required": ["verdict", "reasons", "conditions", "recognised_as", "looked_at", "evidence"],
            "properties": {
                "verdict": {"enum": VERDICTS},
                "reasons": _REASONS,
                "conditions": {"type": "array", "items": {"type": "object"}},
                "recognised_as": {"type": "object"},
                "route": ROUTE,
                "looked_at": {"type": "array", "items": {"type": "object"}},
                "evidence": EVIDENCE,
            },
        },
    },
}
DECISION_EXAMPLE = {
    "question": {**QUESTION_EXAMPLE, "size": 12},
    "decision": {
        "verdict": "recognised",
        "reasons": [
            {"code": "agreement_in_force", "params": {"agreement": "urn:agreement:illustration:ac5:2026"}}
        ],
        "conditions": [],
        "recognised_as": {"occupation": "isco08:7212", "acqf": 4, "level": "GA-4"},
        "route": {"kind": "agreement", "ref": "urn:agreement:illustration:ac5:2026#A1"},
        "looked_at": [],
        "evidence": {
            "rules_version": "2",
            "as_of": "2026-11-20T08:00:00Z",
            "at": "2026-11-20",
            "host": "GA",
            "status_as_of": "2026-11-20",
            "log": _EXAMPLE_LOG,
            "objects": [{"id": "urn:nat:CM", "version": 1, "object_id": _EXAMPLE_ID}],
        },
    },
}

SLICE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "country", "issuer", "host", "checkpoint", "objects", "notices", "statement"],
    "properties": {
        "type": {"const": "TrustSlice"},
        "country": _TEXT,
        "issuer": {"type": "integer"},
        "host": _TEXT,
        "checkpoint": {**_TEXT, "description": "A C2SP checkpoint with its cosignatures."},
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["entry", "index", "object", "proof"],
                "properties": {
                    "entry": {"type": "object"},
                    "index": {"type": "integer"},
                    "object": {"type": "object", "description": "A signed object."},
                    "proof": {"type": "array", "items": _TEXT},
                },
            },
        },
        "notices": {"type": "array", "items": {"type": "object"}},
        "statement": {**_TEXT, "description": "The log's word that nothing newer was kept back."},
    },
}
SLICE_EXAMPLE = {
    "type": "TrustSlice",
    "country": "CM",
    "issuer": 1,
    "host": "GA",
    "checkpoint": "skills.example/log\n12\n...\n",
    "objects": [],
    "notices": [],
    "statement": "skills.example/log/slice\n12\n...\n",
}

PLAIN: dict[str, Any] = {
    "type": "object",
    "required": ["meta", "registry"],
    "properties": {
        "meta": {"type": "object", "properties": {"created": _TEXT, "updated": _TEXT}},
        "registry": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["name", "location", "url"],
                "properties": {"name": _TEXT, "location": _TEXT, "url": _TEXT},
            },
        },
    },
}
PLAIN_EXAMPLE = {
    "meta": {"created": "2026-09-21T08:00:00Z", "updated": "2026-11-20T08:00:00Z"},
    "registry": {
        "did:web:skills.example:cm:1": {
            "name": "Ministry of Employment (illustration)",
            "location": "Cameroon",
            "url": "https://skills.example/cm/1",
        }
    },
}
