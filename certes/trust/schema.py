"""The JSON Schemas of signed objects, compiled once; a reference to another document is never followed."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Never

import jsonschema_rs

from certes.credential.errors import Malformed, Misuse

MAX_SHOWN_CHARACTERS = 160  # a validator's message may quote a whole object


def _refuse(uri: str) -> Never:
    """Schemas here are whole: something that refers elsewhere is a mistake of ours, and never a fetch."""
    raise Misuse("schema_reference_outside", field=uri)


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    text = files("schemas").joinpath("json", f"{name}.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.Draft202012Validator(json.loads(text), validate_formats=True, retriever=_refuse)


def require_schema(name: str, payload: Mapping[str, Any]) -> None:
    """Return if the payload follows schemas/json/<name>.schema.json. Raises Malformed `schema_violation`
    with the path of the first member at fault and what is wrong with it."""
    error = next(iter(_validator(name).iter_errors(payload)), None)
    if error is not None:
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
        raise Malformed(
            "schema_violation", field=field.lstrip(".") or None, what=error.message[:MAX_SHOWN_CHARACTERS]
        )
