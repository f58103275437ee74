"""The API of a service as a page: its OpenAPI document laid out for reading, without scripts.

For developers, in English as the document is; `/openapi.json` is the same for machines.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse

from certes.runtime.pages import Pages

_METHODS = ("get", "post", "put", "delete")
_MAX_NESTING = 4  # request bodies here nest two deep


@dataclass(frozen=True)
class Field:
    """A member of a body: its dotted path, type, whether it must be there, and what it is."""

    path: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True)
class Example:
    """An example as indented JSON."""

    name: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What may come back under one status."""

    status: str
    description: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    summary: str
    description: str
    fields: tuple[Field, ...]
    examples: tuple[Example, ...]
    answers: tuple[Answer, ...]

    @property
    def anchor(self) -> str:
        """The fragment that leads here."""
        return self.method + re.sub(r"[^A-Za-z0-9]+", "-", self.path)


def operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Everything an OpenAPI document describes, in its order."""
    return tuple(
        _operation(method, path, item[method], document)
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    )


def add_api_page(app: FastAPI, pages: Pages) -> None:
    """Serve `GET /docs`."""

    if not any(getattr(route, "path", None) == "/" for route in app.routes):

        @app.get("/", include_in_schema=False)
        def get_home() -> RedirectResponse:
            """A service without pages for people opens on its API."""
            return RedirectResponse("/docs")

    @app.get("/docs", include_in_schema=False)
    def get_docs() -> HTMLResponse:
        """The API as a page."""
        document = app.openapi()
        context = {"info": document["info"], "operations": operations(document)}
        return pages.render("api.html", language="en", context=context)


def _operation(method: str, path: str, item: Mapping[str, Any], document: Mapping[str, Any]) -> Operation:
    body = _content(item.get("requestBody", {}))
    return Operation(
        method=method,
        path=path,
        summary=item.get("summary", ""),
        description=item.get("description", ""),
        fields=tuple(_fields(_resolve(body.get("schema", {}), document), document)),
        examples=_examples(body),
        answers=tuple(
            Answer(status, answer.get("description", ""), _examples(_content(answer)))
            for status, answer in item.get("responses", {}).items()
        ),
    )


def _content(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first media type's schema and examples."""
    found: Mapping[str, Any] = next(iter(item.get("content", {}).values()), {})
    return found


def _examples(content: Mapping[str, Any]) -> tuple[Example, ...]:
    return tuple(
        Example(name, json.dumps(example.get("value"), ensure_ascii=False, indent=2))
        for name, example in content.get("examples", {}).items()
    )


def _resolve(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a local $ref, and an `anyOf` with null to its other side."""
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return {**_resolve(option, document), **{k: v for k, v in schema.items() if k == "description"}}
    reference = schema.get("$ref", "")
    found: Any = {**document, **schema}
    if not reference.startswith("#/"):
        return schema
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part, {})
    return {**found, **{k: v for k, v in schema.items() if k == "description"}}


def _fields(
    schema: Mapping[str, Any], document: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[Field]:
    definitions = {**document, **{k: v for k, v in schema.items() if k == "$defs"}}
    for name, member in schema.get("properties", {}).items():
        inner = _resolve(member, definitions)
        path, required = prefix + name, name in schema.get("required", ())
        yield Field(path, _kind(inner), required, inner.get("description", ""))
        if inner.get("type") == "object" and depth < _MAX_NESTING:
            yield from _fields(inner, definitions, f"{path}.", depth + 1)


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "any"))
    return f"list of {_kind(schema['items'])}" if kind == "array" and "items" in schema else kind
