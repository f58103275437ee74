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

import orjson

from certes.credential.canon.compiled import (
    MAX_HEADINGS,
    Allowance,
    Coercion,
    Compiler,
    Heading,
    Role,
    State,
    Term,
    compiler_for,
)
from certes.credential.canon.nquads import Quad, escape
from certes.credential.canon.tree import BLANK, Fragment, Tree
from certes.credential.contexts import BUNDLED, ContextRegistry
from certes.credential.errors import Malformed, Unsupported
from certes.credential.parsing import MAX_DEPTH, MAX_SAFE_INTEGER

MAX_DOCUMENT_HASHES = 1_000  # work for nodes that look alike; 100 equal results need 200
MAX_STATEMENTS = 2_000  # a full Open Badges credential has about 100; bounds the work of a hostile one
MAX_FRAGMENTS = 512  # things remembered, some tens of kilobytes each: the trades and centres of a region
MAX_FRAGMENT_BYTES = 8 * 1024  # as JSON; an achievement of ours has under 2 kB

# What is not JSON has no fragment, and is refused where it stands.
_JSON_ALONE = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
)

_FRAGMENTS: dict[tuple[State, bytes], Fragment] = {}
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
# Language, script, region, one variant (RFC 5646, section 2.1): what is not well formed is dropped elsewhere.
# In lower case: some processors fold, some do not.
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))?")


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
    if len(value) == 1 and type(value[0]) is str:
        return (value[0],)
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


def _heading(types: tuple[str, ...], outer: State, state: State) -> Heading:
    """The statements of type, remembered where every type is a term: type values are read outside the
    contexts that they open."""
    tails = tuple([f"{_TYPE} {_vocabulary(name, outer, name)} .\n" for name in types])
    heading = Heading(
        state,
        tails,
        may_repeat=bool(types) and (state.has_type_property or len(set(tails)) != len(tails)),
        same_keywords=state is outer or (state.ids == outer.ids and state.types == outer.types),
    )
    if len(outer.headings) < MAX_HEADINGS and all(name in outer.terms for name in types):
        outer.headings[types] = heading
    return heading


class _Emission:
    """One document being written out as a tree of statements."""

    __slots__ = ("_allowance", "_deepest", "_depth", "_described", "_statements", "tree")

    def __init__(self) -> None:
        self.tree = Tree()
        self._allowance = Allowance()
        self._statements = 0  # at least so many, of what was read until now
        self._depth = self._deepest = 0
        self._described: set[str] = set()

    def _require_room(self, statements: int) -> None:
        self._statements += statements
        if self._statements > MAX_STATEMENTS:
            raise Unsupported("statements_too_many", limit=MAX_STATEMENTS)

    def node(self, members: Mapping[str, Any], outer: State) -> int:
        """Write a node object; its number."""
        self._depth += 1
        if self._depth > self._deepest:
            self._deepest = self._depth
            if self._depth > MAX_DEPTH:
                raise Malformed("json_too_deep", limit=MAX_DEPTH)
        id_key, type_key = outer.id_name, outer.type_name
        if id_key not in members:
            id_key = None if id_key else _only_one(outer.ids, members)
        if type_key not in members:
            type_key = None if type_key else _only_one(outer.types, members)
        self._statements += len(members) if id_key is None else len(members) - 1
        if self._statements > MAX_STATEMENTS:
            self._require_room(0)
        types = () if type_key is None else _types_of(members[type_key], type_key)
        heading = outer.headings.get(types)
        if heading is None:
            heading = _heading(types, outer, outer.for_types(types, self._allowance))
        state = heading.state
        if not heading.same_keywords:
            _require_same_keywords(id_key, type_key, state)
        number = self.tree.add(BLANK if id_key is None else self._named(members, id_key, state))
        self.tree.tails[number] += heading.tails
        if heading.may_repeat:
            self.tree.may_repeat = True
        self._members(number, members, state, id_key, type_key)
        self._depth -= 1
        return number

    def _members(
        self, number: int, members: Mapping[str, Any], state: State, id_key: str | None, type_key: str | None
    ) -> None:
        add, terms = self.tree.tails[number].append, state.terms
        for key, value in members.items():
            term = terms.get(key)
            if term is None:
                term = _implied(key, state)
                self.tree.may_repeat = True  # another key may mean the same
            opening = term.opening
            if opening and type(value) is str:
                if value.isprintable() and '"' not in value and "\\" not in value:  # `literal` without a call
                    add(f"{opening}{value}{term.closing}")
                else:
                    add(f"{term.iri} {literal(value, term.closing)}")
            elif term.role is not Role.PROPERTY:
                if key != (id_key if term.role is Role.ID else type_key if term.role is Role.TYPE else None):
                    raise Unsupported("term_unsupported", field=key)
            elif term.is_list:
                self._list(number, term, value, state)
            elif type(value) is list or type(value) is tuple:
                if not value:
                    raise Unsupported("array_empty", field=key)
                self._require_room(len(value) - 1)
                before = len(self.tree.tails[number])
                for item in value:
                    self._value(number, term.iri, term, item, state)
                if len(self.tree.tails[number]) - before > 1:
                    self.tree.may_repeat = True
            else:
                self._value(number, term.iri, term, value, state)

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

    def _list(self, number: int, term: Term, value: Any, state: State) -> None:
        items = value if type(value) is list or type(value) is tuple else (value,)
        self._require_room(2 * len(items))
        predicate = term.iri
        for item in items:
            cell = self.tree.add(BLANK)
            self.tree.link(number, predicate, cell)
            self._value(cell, _FIRST, term, item, state)
            number, predicate = cell, _REST
        self.tree.tails[number].append(f"{predicate} {_NIL} .\n")

    def _value(self, number: int, predicate: str, term: Term, value: Any, state: State) -> None:
        """One value of a property, as a statement about a node."""
        if type(value) is dict and "@value" not in value:
            self.tree.link(number, predicate, self._object(term, value, state))
        else:
            self.tree.tails[number].append(f"{predicate} {self._term(term, value, state)} .\n")

    def _term(self, term: Term, value: Any, state: State) -> str:
        """A value that is no node."""
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
            return _value_object(value, term.name)
        if term.typed and term.coercion is not Coercion.NATIVE:
            raise Unsupported("value_not_text", field=term.name)
        if kind is bool:
            return ('"true' if value else '"false') + (term.suffix if term.typed else _BOOLEAN)
        if kind is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
            return f'"{value}{term.suffix if term.typed else _INTEGER}'
        raise Unsupported("value_unsupported", field=term.name)

    def _object(self, term: Term, value: dict[str, Any], state: State) -> int:
        inner = state
        if state.previous is not None and (len(value) != 1 or not self._is_reference(value, state)):
            if not state.value_aliases.isdisjoint(value):
                # A value object by an alias of @value stays in a type-scoped context (step 7): not done here.
                raise Unsupported("term_unsupported", field=next(iter(state.value_aliases & value.keys())))
            inner = state.previous
        if term.scoped:
            inner = inner.for_property(state, term.name, self._allowance)
        if self._depth > 1 and len(value) > 2 and inner.id_name in value:
            return self._thing(value, inner)
        return self.node(value, inner)

    def _thing(self, value: dict[str, Any], state: State) -> int:
        """Write a node with a name, below the subject of the credential: a trade, a centre. Many credentials
        say the same of it, so it is remembered."""
        try:
            key = (state, orjson.dumps(value, option=_JSON_ALONE))
        except TypeError:
            return self.node(value, state)
        found = _FRAGMENTS.get(key)
        if found is not None and self._fits(found):
            self._described |= found.described
            self._require_room(found.size)
            return self.tree.graft(found)
        start, outside = len(self.tree.subjects), self._deepest
        self._deepest = self._depth
        number = self.node(value, state)
        height, self._deepest = self._deepest - self._depth, max(self._deepest, outside)
        fragment = self.tree.cut(start, height=height) if len(key[1]) <= MAX_FRAGMENT_BYTES else None
        if fragment is not None:
            if len(_FRAGMENTS) >= MAX_FRAGMENTS:
                _FRAGMENTS.clear()
            _FRAGMENTS[key] = fragment
        return number

    def _fits(self, fragment: Fragment) -> bool:
        """Nothing is then too deep, nothing described twice; otherwise it is read, and refused, in full."""
        return self._depth + fragment.height <= MAX_DEPTH and self._described.isdisjoint(fragment.described)

    def _is_reference(self, value: dict[str, Any], state: State) -> bool:
        """Is the only member an id? Such a node does not leave a type-scoped context (expansion, step 7)."""
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


def _tree(document: Mapping[str, Any], contexts: ContextRegistry) -> Tree:
    compiler: Compiler = compiler_for(contexts)
    root = compiler.root(_context_urls(document))
    emission = _Emission()
    members = dict(document)
    del members["@context"]
    emission.node(members, root)
    statements = emission.tree.size()
    if statements > MAX_STATEMENTS:
        raise Unsupported("statements_too_many", limit=MAX_STATEMENTS)
    if statements == 0:
        raise Unsupported("document_says_nothing")
    return emission.tree


def to_quads(document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED) -> list[Quad]:
    """The statements of a document, those about the document itself first. Raises as
    `to_canonical_nquads`."""
    return _tree(document, contexts).quads()


def to_canonical_nquads(
    document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED, hash_name: str = "sha256"
) -> str:
    """RDFC-1.0 canonical N-Quads of a JSON-LD document of the strict profile.

    Raises Unsupported, with the code and the member at fault, for a document outside the profile, and
    `poison_graph` for one whose nodes cannot be told apart within the budget; Malformed for values of an
    impossible type (`context_invalid`, `id_invalid`, `type_invalid`, `text_surrogate`, `json_too_deep`).
    """
    return to_canonical_bytes(document, contexts=contexts, hash_name=hash_name).decode()


def to_canonical_bytes(
    document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED, hash_name: str = "sha256"
) -> bytes:
    """The same in UTF-8, as it is hashed."""
    return _tree(document, contexts).canonical(hash_name=hash_name, max_hashes=MAX_DOCUMENT_HASHES)
