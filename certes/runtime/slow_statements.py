"""From a JSON-LD expansion to statements: every member becomes one, or the document is refused.

Stands beside certes.credential.canon.jsonld, which does the same for the strict profile without an expansion.
Accepted here and not there: keywords in place of aliases, compact identifiers, datatypes written out, @json,
named graphs, @included, @reverse, language and identifier maps, identifiers beyond ASCII. Refused in both:
what could be added, moved or renamed without a change of the signed text.

Source: JSON-LD 1.1 API, sections 7.1.2 (#deserialize-json-ld-to-rdf-algorithm) and 7.2.2
(#object-to-rdf-conversion).
"""

import re
from collections.abc import Mapping
from typing import Any

from certes.credential.canon import jcs
from certes.credential.canon.nquads import XSD_STRING, Quad, escape
from certes.credential.errors import Malformed, Unsupported

MAX_STATEMENTS = 4_000  # a presentation of ten full Open Badges credentials has about 1,000
MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493, section 2.2

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_JSON = f"{_RDF}JSON"
_NATIVE = frozenset(
    {"boolean", "decimal", "double", "float", "integer", "nonNegativeInteger", "positiveInteger"}
)
# RFC 3987, section 2.2, without white space, private use and what is no character: processors differ there.
_PART = r"[^#\s\x00-\x20<>\"{}|^`\\\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff]"
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?=.){_PART}*(?:#{_PART}*)?")
# Language, script, region, one variant (RFC 5646, section 2.1): what is not well formed is dropped elsewhere.
# PyLD writes them in lower case.
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def statements(expanded: list[Any]) -> list[Quad]:
    """The quads of an expansion, blank nodes labelled in order of appearance.

    Raises Unsupported `iri_not_absolute`, `id_described_twice`, `statement_repeated`, `statements_too_many`,
    `document_says_nothing`, `value_dropped`, `value_unsupported`, `value_not_text`, `value_not_native`,
    `language_tag`, `direction_unsigned`, `index_unsigned`, `array_empty`; Malformed `text_surrogate`.
    """
    walk = _Walk()
    for item in expanded:
        walk.loose(item, "")
    if not walk.quads:
        raise Unsupported("document_says_nothing")
    if len(set(walk.quads)) != len(walk.quads):
        raise Unsupported("statement_repeated")
    return walk.quads


def _iri(text: Any, field: str) -> str:
    """An absolute IRI in angle brackets. A blank node's name is not signed, so `_:b0` is refused too."""
    if type(text) is not str or _IRI.fullmatch(text) is None:
        raise Unsupported("iri_not_absolute", field=field)
    return f"<{text}>"


def _literal(text: str, suffix: str) -> str:
    if _SURROGATE.search(text) is not None:
        raise Malformed("text_surrogate")
    return f'"{escape(text)}{suffix}'


def _native(datatype: str) -> bool:
    return datatype.partition("XMLSchema#")[2] in _NATIVE


def _value(item: Mapping[str, Any], field: str) -> str:
    """A value object as a literal."""
    value, datatype = item["@value"], item.get("@type")
    if "@direction" in item:  # RDF has no place for it
        raise Unsupported("direction_unsigned", field=field)
    if "@index" in item:
        raise Unsupported("index_unsigned", field=field)
    if datatype == "@json":
        return _literal(jcs.canonicalize(value).decode(), f'"^^<{_JSON}>')
    if type(value) is bool:
        return _number("true" if value else "false", datatype or f"{_XSD}boolean", field)
    if type(value) is int and abs(value) <= MAX_SAFE_INTEGER:
        return _number(str(value), datatype or f"{_XSD}integer", field)
    if type(value) is not str:
        raise Unsupported("value_unsupported", field=field)
    if "@language" in item:
        if _LANGUAGE.fullmatch(item["@language"]) is None:
            raise Unsupported("language_tag", field=field)
        return _literal(value, f'"@{item["@language"]}')
    return _text(value, datatype, field)


def _text(value: str, datatype: Any, field: str) -> str:
    if datatype is None or datatype == XSD_STRING:
        return _literal(value, '"')
    suffix = f'"^^{_iri(datatype, field)}'
    if datatype == _JSON or _native(datatype):  # JSON has its own form, and one value gets one form
        raise Unsupported("value_not_native", field=field)
    return _literal(value, suffix)


def _number(lexical: str, datatype: str, field: str) -> str:
    suffix = f'"^^{_iri(datatype, field)}'
    if datatype.endswith(
        ("#double", "#float")
    ):  # its canonical form is another than the one that stands there
        raise Unsupported("value_unsupported", field=field)
    if not _native(datatype):
        raise Unsupported("value_not_text", field=field)
    return f'"{lexical}{suffix}'


class _Walk:
    """One expansion being written out as quads."""

    __slots__ = ("_blank_nodes", "_described", "quads")

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self._blank_nodes = 0
        self._described: set[tuple[str, str]] = set()

    def _new_blank_node(self) -> str:
        self._blank_nodes += 1
        return f"_:b{self._blank_nodes}"

    def _add(self, subject: str, predicate: str, value: str, graph: str) -> None:
        if len(self.quads) >= MAX_STATEMENTS:
            raise Unsupported("statements_too_many", limit=MAX_STATEMENTS)
        self.quads.append((subject, predicate, value, graph))

    def loose(self, item: Any, graph: str) -> None:
        """A node that stands alone: at the top, in a graph or in @included. It must say something."""
        before = len(self.quads)
        if not isinstance(item, Mapping) or "@value" in item or "@list" in item:
            raise Unsupported("value_dropped")
        self.node(item, graph)
        if len(self.quads) == before:
            raise Unsupported("value_dropped")

    def node(self, members: Mapping[str, Any], graph: str) -> str:
        """Write a node object; its subject term."""
        subject = self._subject(members, graph)
        for key, value in members.items():
            if key != "@id":
                self._member(subject, key, value, graph)
        return subject

    def _subject(self, members: Mapping[str, Any], graph: str) -> str:
        if "@id" not in members:
            return self._new_blank_node()
        subject = _iri(members["@id"], "@id")
        if len(members) > 1:  # a lone id is a reference and says nothing of its own
            self._describe(subject, graph)
        return subject

    def _describe(self, subject: str, graph: str) -> None:
        """Members of one node in two places could be moved from one to the other."""
        if (subject, graph) in self._described:
            raise Unsupported("id_described_twice", field="@id")
        self._described.add((subject, graph))

    def _member(self, subject: str, key: str, value: Any, graph: str) -> None:
        if key == "@index":
            raise Unsupported("index_unsigned", field=key)
        if key == "@reverse":
            self._reverse(subject, value, graph)
            return
        if not value:
            raise Unsupported("array_empty", field=key)
        if key == "@type":
            for name in value:
                self._add(subject, _TYPE, _iri(name, "@type"), graph)
        elif key in ("@graph", "@included"):
            self._nodes(subject, key, value, graph)
        else:
            predicate = _iri(key, key)
            for item in value:
                self._add(subject, predicate, self._object(item, key, graph), graph)

    def _nodes(self, subject: str, key: str, value: list[Any], graph: str) -> None:
        for item in value:
            self.loose(item, subject if key == "@graph" else graph)

    def _reverse(self, subject: str, members: Mapping[str, list[Any]], graph: str) -> None:
        for key, nodes in members.items():
            if not nodes:
                raise Unsupported("array_empty", field=key)
            for item in nodes:
                if item.keys() == {"@id"}:  # not a reference here: it is what the statement is about
                    self._describe(_iri(item["@id"], "@id"), graph)
                self._add(self.node(item, graph), _iri(key, key), subject, graph)

    def _object(self, item: Any, field: str, graph: str) -> str:
        """The object term of one item."""
        if not isinstance(item, Mapping):
            raise Unsupported("value_unsupported", field=field)
        if "@value" in item:
            return _value(item, field)
        if "@list" in item:
            if "@index" in item:
                raise Unsupported("index_unsigned", field=field)
            return self._list(item["@list"], field, graph)
        return self.node(item, graph)

    def _list(self, items: list[Any], field: str, graph: str) -> str:
        cells = [self._new_blank_node() for _ in items]
        for cell, rest, item in zip(cells, [*cells[1:], _NIL], items, strict=False):
            self._add(cell, _FIRST, self._object(item, field, graph), graph)
            self._add(cell, _REST, rest, graph)
        return cells[0] if cells else _NIL
