"""The JSON Schemas of signed objects, compiled once; a reference to another document is never followed."""

import json
from collections.abc import Iterator, Mapping
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
def _schema(name: str) -> dict[str, Any]:
    text = files("schemas").joinpath("json", f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema(name), validate_formats=True, retriever=_refuse)


def unknown_members(name: str, payload: Any) -> Iterator[str]:
    """Paths of the members of which schemas/json/<name>.schema.json knows nothing: misspelt ones, most often.

    It looks only where the schema lists members (a condition carries what its kind needs) and says nothing
    of missing ones.
    """
    yield from _unknown(_schema(name), payload, _schema(name)["$defs"], "")


def _unknown(schema: Mapping[str, Any], value: Any, shared: Mapping[str, Any], path: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = shared[schema["$ref"].removeprefix("#/$defs/")]
    if isinstance(value, list) and "items" in schema:
        for at, item in enumerate(value):
            yield from _unknown(schema["items"], item, shared, f"{path}[{at}]")
    if isinstance(value, Mapping) and "properties" in schema and schema is not shared.get("condition"):
        for member, inner in value.items():
            where = f"{path}.{member}" if path else member
            if member not in schema["properties"]:
                yield where
            else:
                yield from _unknown(schema["properties"][member], inner, shared, where)


def require_schema(name: str, payload: Mapping[str, Any]) -> None:
    """Return if the payload follows schemas/json/<name>.schema.json. Raises Malformed `schema_violation`
    with the path of the first member at fault and what is wrong with it."""
    error = next(iter(_validator(name).iter_errors(payload)), None)
    if error is not None:
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
        raise Malformed(
            "schema_violation", field=field.lstrip(".") or None, what=error.message[:MAX_SHOWN_CHARACTERS]
        )
