"""JSON-LD to canonical N-Quads, in a strict profile: what would not be signed exactly as written is refused.

Refused: unknown terms and types, inline contexts, keywords in place of their aliases, blank node and relative
identifiers, compact IRIs, one identifier on two nodes, null, empty arrays, repeated values, floats, unsafe
integers, "true" for true and "1" for 1 where both would give one statement, control characters, lone
surrogates, and the JSON-LD features no credential here needs (graphs, maps, reverse properties, @json). A
document outside the profile may be fine; this code makes no statement about it.

Source: JSON-LD 1.1 API, sections 5.1.2 (#expansion-algorithm), 7.1.2 (#deserialize-json-ld-to-rdf-algorithm).
"""

import re
from collections.abc import Mapping
from typing import Any, Never

from certes.credential.canon import rdfc
from certes.credential.canon.compiled import Allowance, Coercion, Compiler, Role, State, Term, compiler_for
from certes.credential.canon.nquads import Quad, escape
from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.errors import Malformed, Unsupported
from certes.credential.parsing import MAX_DEPTH, MAX_SAFE_INTEGER

MAX_DOCUMENT_HASHES = 1_000  # work for nodes that look alike; 100 equal results need 200
MAX_STATEMENTS = 2_000  # a full Open Badges credential has about 100; bounds the work of a hostile one

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN, _INTEGER = f'"^^<{_XSD}boolean>', f'"^^<{_XSD}integer>'

# Tab, line feed and carriage return have one canonical form everywhere; other controls do not.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Absolute, in ASCII, at most one fragment; no brackets, so no address in IPv6 (RFC 3986, appendix A).
_CHARACTERS = r"[!$&-;=?-Z_a-z~]*(?:%[0-9A-Fa-f]{2}[!$&-;=?-Z_a-z~]*)*"
_IRI = re.compile(
    rf"([A-Za-z][A-Za-z0-9+.-]*):(?:(//)(?=[A-Za-z0-9])|(?!//)(?=.)){_CHARACTERS}(?:#{_CHARACTERS})?"
)
_LANGUAGE = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8})*")  # lower case: some processors fold, some do not


def literal(text: str, suffix: str) -> str:
    """A literal in canonical N-Quads, closed by `suffix`. Raises Unsupported `text_control_character`,
    Malformed `text_surrogate`."""
    if not text.isprintable() or '"' in text or "\\" in text:
        if _CONTROL.search(text) is not None:
            raise Unsupported("text_control_character")
        if _SURROGATE.search(text) is not None:
            raise Malformed("text_surrogate")
        text = escape(text)
    return f'"{text}{suffix}'


def _refuse_key(key: str) -> Never:
    if key == "@context":
        raise Unsupported("context_inline", field=key)
    if key.startswith("@"):
        raise Unsupported("keyword_not_alias", field=key)
    raise Unsupported("term_undefined", field=key)


def _absolute(text: str, state: State, field: str) -> str:
    """An absolute IRI in angle brackets, exactly as written."""
    match = _IRI.fullmatch(text)
    if match is None:  # `_:b0`, relative references and the empty string too
        raise Unsupported("iri_not_absolute", field=field)
    scheme, slashes = match.groups()
    if slashes is None and scheme in state.terms:
        raise Unsupported("iri_compact", field=field)
    return f"<{text}>"


def _vocabulary(text: str, state: State, field: str) -> str:
    """A term, or an absolute IRI, where the vocabulary is meant."""
    term = state.terms.get(text)
    if term is not None:
        if term.iri.startswith("@"):
            raise Unsupported("term_not_a_value", field=field)
        return term.iri
    if state.vocab is not None and ":" not in text and not text.startswith("@"):
        return _absolute(state.vocab + text, state, field)
    if ":" not in text:
        raise Unsupported("term_undefined", field=field)
    return _absolute(text, state, field)


def _implied(key: str, state: State) -> Term:
    """The term of a key that no context defines: from the default vocabulary, or refused."""
    if state.vocab is None or ":" in key or key.startswith("@"):
        _refuse_key(key)
    return Term(key, Role.PROPERTY, _absolute(state.vocab + key, state, key), plain=True)


def _value_object(value: Mapping[str, Any], field: str) -> str:
    """`{"@value": text, "@language": tag}`; no other form, and no other way to write a plain string."""
    text, language = value["@value"], value.get("@language")
    if len(value) != 2 or type(text) is not str or type(language) is not str:
        raise Unsupported("value_object", field=field)
    if _LANGUAGE.fullmatch(language) is None:
        raise Unsupported("language_tag", field=field)
    return literal(text, f'"@{language}')


def _types_of(value: Any, field: str) -> tuple[str, ...]:
    if type(value) is str:
        return (value,)
    if type(value) not in (list, tuple) or not value:
        raise Malformed("type_invalid", field=field)
    for name in value:
        if type(name) is not str:
            raise Malformed("type_invalid", field=field)
    return tuple(value)


def _only_one(names: list[str], members: Mapping[str, Any]) -> str | None:
    """The one of `names` that is a member; a keyword may have several aliases, a node may use one."""
    found = None
    for name in names:
        if name in members:
            if found is not None:
                raise Unsupported("keyword_twice", field=name)
            found = name
    return found


def _require_same_keywords(id_key: str | None, type_key: str | None, state: State) -> None:
    """Are the keys that were taken for @id and @type still so inside the contexts that the types open?"""
    for key, names in ((id_key, state.ids), (type_key, state.types)):
        if key is not None and key not in names:
            raise Unsupported("keyword_redefined", field=key)


def _require_room(statements: int) -> None:
    if statements > MAX_STATEMENTS:
        raise Unsupported("statements_too_many", limit=MAX_STATEMENTS)


class _Emission:
    """One document being written out as quads."""

    __slots__ = ("_allowance", "_blank_nodes", "_depth", "_described", "quads")

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self._allowance = Allowance()
        self._blank_nodes = 0
        self._depth = 0
        self._described: set[str] = set()

    def _new_blank_node(self) -> str:
        self._blank_nodes += 1
        return f"_:b{self._blank_nodes}"

    def node(self, members: Mapping[str, Any], outer: State) -> str:
        """Write a node object; its subject term."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Malformed("json_too_deep", limit=MAX_DEPTH)
        _require_room(len(self.quads) + len(members))
        id_key, type_key = _only_one(outer.ids, members), _only_one(outer.types, members)
        types = () if type_key is None else _types_of(members[type_key], type_key)
        state = outer.for_types(types, self._allowance) if types else outer
        if state is not outer and (state.ids != outer.ids or state.types != outer.types):
            _require_same_keywords(id_key, type_key, state)
        subject = self._new_blank_node() if id_key is None else self._named(members, id_key, state)
        for name in types:  # type values are read outside the contexts that they open
            self.quads.append((subject, _TYPE, _vocabulary(name, outer, name), ""))
        self._members(subject, members, state, id_key, type_key)
        self._depth -= 1
        return subject

    def _members(
        self, subject: str, members: Mapping[str, Any], state: State, id_key: str | None, type_key: str | None
    ) -> None:
        add, terms = self.quads.append, state.terms
        for key, value in members.items():
            term = terms.get(key) or _implied(key, state)
            if term.plain and type(value) is str:
                if value.isprintable() and '"' not in value and "\\" not in value:  # `literal` without a call
                    add((subject, term.iri, f'"{value}{term.suffix}', ""))
                else:
                    add((subject, term.iri, literal(value, term.suffix), ""))
            elif term.role is not Role.PROPERTY:
                if key != (id_key if term.role is Role.ID else type_key if term.role is Role.TYPE else None):
                    raise Unsupported("term_unsupported", field=key)
            elif term.is_list:
                add((subject, term.iri, self._list(term, value, state), ""))
            elif type(value) is list or type(value) is tuple:
                if not value:
                    raise Unsupported("array_empty", field=key)
                _require_room(len(value))
                for item in value:
                    add((subject, term.iri, self._value(term, item, state), ""))
            else:
                add((subject, term.iri, self._value(term, value, state), ""))

    def _named(self, members: Mapping[str, Any], id_key: str, state: State) -> str:
        identifier = members[id_key]
        if type(identifier) is not str:
            raise Malformed("id_invalid", field=id_key)
        subject = _absolute(identifier, state, id_key)
        if len(members) > 1:  # a lone id is a reference and says nothing of its own
            if subject in self._described:
                # The graph would not say which node object a member belongs to.
                raise Unsupported("id_described_twice", field=id_key)
            self._described.add(subject)
        return subject

    def _list(self, term: Term, value: Any, state: State) -> str:
        items = value if type(value) is list or type(value) is tuple else (value,)
        _require_room(len(items))
        cells = [self._new_blank_node() for _ in items]
        for cell, rest, item in zip(cells, [*cells[1:], _NIL], items, strict=False):
            self.quads.append((cell, _FIRST, self._value(term, item, state), ""))
            self.quads.append((cell, _REST, rest, ""))
        return cells[0] if cells else _NIL

    def _value(self, term: Term, value: Any, state: State) -> str:
        """The object term of one value."""
        kind = type(value)
        if kind is str:
            if term.coercion is Coercion.LITERAL:
                return literal(value, term.suffix)
            if term.coercion is Coercion.NATIVE:
                raise Unsupported("value_not_native", field=term.name)
            if term.scoped:
                state = state.for_property(state, term.name, self._allowance)
            read = _absolute if term.coercion is Coercion.IRI else _vocabulary
            return read(value, state, term.name)
        if kind is dict:
            return self._object(term, value, state)
        if term.typed and term.coercion is not Coercion.NATIVE:
            raise Unsupported("value_not_text", field=term.name)
        if kind is bool:
            return ('"true' if value else '"false') + (term.suffix if term.typed else _BOOLEAN)
        if kind is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
            return f'"{value}{term.suffix if term.typed else _INTEGER}'
        raise Unsupported("value_unsupported", field=term.name)

    def _object(self, term: Term, value: dict[str, Any], state: State) -> str:
        if "@value" in value:
            return _value_object(value, term.name)
        inner = state
        if state.previous is not None and not self._is_reference(value, state):
            inner = state.previous
        if term.scoped:
            inner = inner.for_property(state, term.name, self._allowance)
        return self.node(value, inner)

    def _is_reference(self, value: dict[str, Any], state: State) -> bool:
        """A lone id does not leave a type-scoped context (expansion, step 7)."""
        if len(value) != 1:
            return False
        term = state.terms.get(next(iter(value)))
        return term is not None and term.role is Role.ID


def _context_urls(document: Mapping[str, Any]) -> tuple[str, ...]:
    context = document.get("@context")
    urls = (context,) if type(context) is str else context
    if type(urls) not in (list, tuple) or not urls:
        raise Malformed("context_invalid", field="@context")
    if any(type(url) is not str for url in urls):
        raise Unsupported("context_inline", field="@context")
    return tuple(urls)


def to_quads(document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED) -> list[Quad]:
    """The statements of a document, blank nodes labelled in order of appearance. Raises as
    `to_canonical_nquads`."""
    compiler: Compiler = compiler_for(contexts)
    root = compiler.root(_context_urls(document))
    emission = _Emission()
    emission.node({key: value for key, value in document.items() if key != "@context"}, root)
    _require_room(len(emission.quads))
    if not emission.quads:
        raise Unsupported("document_says_nothing")
    return emission.quads


def to_canonical_nquads(
    document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED, hash_name: str = "sha256"
) -> str:
    """RDFC-1.0 canonical N-Quads of a JSON-LD document of the strict profile.

    Raises Unsupported, with the code and the member at fault, for a document outside the profile, and
    `poison_graph` for one whose nodes cannot be told apart within the budget; Malformed for values of an
    impossible type (`context_invalid`, `id_invalid`, `type_invalid`, `text_surrogate`, `json_too_deep`).
    """
    quads = to_quads(document, contexts=contexts)
    text = rdfc.canonicalize(quads, hash_name=hash_name, max_hashes=MAX_DOCUMENT_HASHES).text
    if text.count("\n") != len(quads):  # a graph is a set: the same value twice would be signed once
        raise Unsupported("statement_repeated")
    return text
