"""JSON-LD contexts, compiled once: what each term means in each state that a document can walk into.

PyLD processes the contexts (JSON-LD 1.1 API, section 4.1) and is not used after that: a state is a table of
terms, and each step from one state to the next, by types or by a property, is computed once and remembered.
"""

import copy
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any
from weakref import WeakKeyDictionary

from pyld import jsonld
from pyld.context_resolver import ContextResolver

from certes.credential.canon.nquads import RDF_TYPE, XSD_STRING
from certes.credential.contexts import ContextRegistry
from certes.credential.errors import Unsupported

MAX_CONTEXTS = 8  # in one @context list; wallets and badges use 2 to 4
MAX_ROOTS = 64  # context lists kept compiled; a deployment sees a handful
MAX_STATES = 2_000  # kept for all lists together; an Open Badges credential walks through about 15
MAX_HEADINGS = 128  # combinations of types remembered in one state
MAX_NEW_STATES = 64  # compiled on behalf of one document, against documents made to compile for ever

_MODE = {"processingMode": "json-ld-1.1"}
_XSD_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
_UNSUPPORTED_PARTS = ("reverse", "@index", "@nest", "@direction", "@language")
_UNSUPPORTED_TYPES = ("@json", _XSD_DOUBLE)


class Role(Enum):
    """What a term does in a node object."""

    PROPERTY = "property"
    ID = "id"
    TYPE = "type"
    UNSUPPORTED = "unsupported"  # reverse properties, maps, @json, graphs, other keyword aliases


class Coercion(Enum):
    """How a term reads a string."""

    LITERAL = "literal"
    NATIVE = "native"  # not at all: JSON has its own form for the datatype, and one value gets one form
    IRI = "iri"
    VOCABULARY = "vocabulary"


_ROLES = {"@id": Role.ID, "@type": Role.TYPE}
_COERCIONS = {"@id": Coercion.IRI, "@vocab": Coercion.VOCABULARY}
_NATIVE_TYPES = frozenset({"boolean", "decimal", "float", "integer", "nonNegativeInteger", "positiveInteger"})


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a state. `iri` is in angle brackets; `suffix` closes a literal: `"` or `"^^<datatype>`.

    A plain term has the two ends of its statements ready: `<iri> "` and the suffix, the point, the line feed.
    """

    name: str
    role: Role
    iri: str
    coercion: Coercion = Coercion.LITERAL
    suffix: str = '"'
    typed: bool = False
    plain: bool = False  # a property whose strings are literals: most of every document
    is_list: bool = False
    scoped: bool = False
    opening: str = field(init=False)  # empty unless the term is plain
    closing: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "opening", f'{self.iri} "' if self.plain else "")
        object.__setattr__(self, "closing", f"{self.suffix} .\n")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the types of a node object amount to: the state inside it, its statements of type, whether one of
    those could stand there twice, and whether the keys for @id and @type are the same inside."""

    state: "State"
    tails: tuple[str, ...]
    may_repeat: bool
    same_keywords: bool


class Allowance:
    """How many states one document may still cause to be compiled."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_NEW_STATES

    def spend(self) -> None:
        """Take one. Raises Unsupported `context_states_exhausted`."""
        if self.left == 0:
            raise Unsupported("context_states_exhausted", limit=MAX_NEW_STATES)
        self.left -= 1


def _coercion(datatype: str) -> Coercion:
    if datatype.partition("XMLSchema#")[2] in _NATIVE_TYPES:  # Open Badges writes XML Schema with https
        return Coercion.NATIVE
    return _COERCIONS.get(datatype, Coercion.LITERAL)


def _compile_term(name: str, mapping: Mapping[str, Any]) -> Term:
    iri: str = mapping["@id"] or "@null"  # taken away by a context: no default vocabulary brings it back
    datatype: str = mapping.get("@type") or "@none"
    coercion = _coercion(datatype)
    container = set(mapping.get("@container") or ())
    if iri.startswith("@"):
        return Term(name, _ROLES.get(iri, Role.UNSUPPORTED), iri)
    unsupported = (
        any(mapping.get(part) for part in _UNSUPPORTED_PARTS)
        or datatype in _UNSUPPORTED_TYPES
        or not container <= {"@set", "@list"}
    )
    typed = not datatype.startswith("@")
    is_list = "@list" in container
    return Term(
        name,
        Role.UNSUPPORTED if unsupported else Role.PROPERTY,
        f"<{iri}>",
        coercion=coercion,
        suffix=f'"^^<{datatype}>' if typed and datatype != XSD_STRING else '"',
        typed=typed,
        plain=not unsupported and not is_list and coercion is Coercion.LITERAL,
        is_list=is_list,
        scoped="@context" in mapping,
    )


def _one_word_each(terms: Mapping[str, Term]) -> dict[str, Term]:
    """The terms, with one alone of those that share an IRI as a property: no member can then be renamed under
    its signature. The last in order is kept: `criteria`, since `Criteria` is meant as a type."""
    words = {terms[name].iri: name for name in sorted(terms)}
    return {
        name: replace(term, role=Role.UNSUPPORTED, plain=False)
        if term.role is Role.PROPERTY and words[term.iri] != name
        else term
        for name, term in terms.items()
    }


class State:
    """The active context at one place of a document: its terms, and the ways on from it."""

    __slots__ = (
        "_by_property",
        "_by_types",
        "_compiler",
        "_raw",
        "_scoped_types",
        "has_type_property",
        "headings",
        "id_name",
        "ids",
        "previous",
        "terms",
        "type_name",
        "types",
        "value_aliases",
        "vocab",
    )

    def __init__(self, compiler: "Compiler", raw: Any, previous: "State | None") -> None:
        self._compiler = compiler
        self._raw = raw
        self.previous = previous  # where a type-scoped context ends, at the next node object
        mappings: Mapping[str, Any] = raw["mappings"]
        self.terms = _one_word_each({name: _compile_term(name, row) for name, row in mappings.items()})
        self.vocab: str | None = raw.get("@vocab")
        self._scoped_types = {name for name, term in self.terms.items() if term.scoped}
        # Is rdf:type a property like others here, beside @type?
        self.has_type_property = any(
            term.role is Role.PROPERTY and term.iri == RDF_TYPE for term in self.terms.values()
        )
        self.ids = [name for name, term in self.terms.items() if term.role is Role.ID]
        self.types = [name for name, term in self.terms.items() if term.role is Role.TYPE]
        self.id_name = self.ids[0] if len(self.ids) == 1 else None  # the usual case, made quick
        self.type_name = self.types[0] if len(self.types) == 1 else None
        self.value_aliases = frozenset(name for name, term in self.terms.items() if term.iri == "@value")
        self.headings: dict[tuple[str, ...], Heading] = {}
        self._by_types: dict[tuple[str, ...], State] = {}
        self._by_property: dict[tuple[State, str], State] = {}

    def for_types(self, types: Sequence[str], allowance: Allowance) -> "State":
        """The state inside a node object of these types (JSON-LD 1.1 API, section 5.1.2, step 11)."""
        scoped: tuple[str, ...] = tuple([name for name in types if name in self._scoped_types])
        if not scoped:
            return self
        if len(scoped) > 1:
            scoped = tuple(sorted(set(scoped)))
        found = self._by_types.get(scoped)
        if found is None:
            allowance.spend()
            found = self._by_types[scoped] = self._compiler.step_by_types(self._raw, scoped)
        return found

    def for_property(self, owner: "State", name: str, allowance: Allowance) -> "State":
        """The state of the values of property `name`, whose definition stands in `owner` (step 8)."""
        found = self._by_property.get((owner, name))
        if found is None:
            allowance.spend()
            scoped = owner._raw["mappings"][name]["@context"]
            found = self._by_property[owner, name] = self._compiler.step_by_property(self._raw, scoped)
        return found


class Compiler:
    """Compiles the context lists of one registry and keeps the states."""

    def __init__(self, registry: ContextRegistry) -> None:
        self._registry = registry
        self._processor = jsonld.JsonLdProcessor()
        self._lock = threading.Lock()
        self._roots: dict[tuple[str, ...], State] = {}
        self._states: dict[int, State] = {}  # by identity of PyLD's context, which the state keeps alive

    def root(self, urls: tuple[str, ...]) -> State:
        """The state at the top of a document with this `@context` list.

        Raises Unsupported `context_unknown`, `contexts_too_many`, `context_import_relative` or
        `context_conflict`.
        """
        found = self._roots.get(urls)
        if found is not None and len(self._states) <= MAX_STATES:
            return found
        if len(urls) > MAX_CONTEXTS:
            raise Unsupported("contexts_too_many", field="@context", limit=MAX_CONTEXTS)
        for url in urls:
            self._registry.require(url)
        with self._lock:
            if len(self._roots) >= MAX_ROOTS or len(self._states) > MAX_STATES:
                self._roots, self._states = {}, {}  # documents under way keep the states they hold
            initial = self._processor._get_initial_context(_MODE)
            self._roots[urls] = root = self._wrap(self._process(initial, list(urls)))
            return root

    def step_by_types(self, raw: Any, types: Sequence[str]) -> State:
        """Apply the type-scoped contexts of `types`, which are sorted."""
        with self._lock:
            active = raw
            for name in types:
                scoped = raw["mappings"][name]["@context"]
                active = self._process(active, scoped, propagate=False)
            return self._wrap(active)

    def step_by_property(self, raw: Any, scoped: Any) -> State:
        """Apply a property-scoped context, which may override protected terms."""
        with self._lock:
            return self._wrap(self._process(raw, scoped, override_protected=True))

    def _process(self, active: Any, local: Any, **how: bool) -> Any:
        options = {
            **_MODE,
            "base": "",
            "documentLoader": self._load,
            "contextResolver": ContextResolver({}, self._load),
        }
        try:
            return self._processor._process_context(active, local, options, **how)
        except jsonld.JsonLdError:
            raise Unsupported("context_conflict", field="@context") from None
        except ValueError:  # an @import that is relative: a context of the registry has no base to go by
            raise Unsupported("context_import_relative", field="@context") from None

    def _load(self, url: str, options: Any) -> dict[str, Any]:
        document = copy.deepcopy(dict(self._registry.require(url).document))  # PyLD rewrites what it is given
        return {"contextUrl": None, "documentUrl": url, "document": document}

    def _wrap(self, raw: Any) -> State:
        found = self._states.get(id(raw))
        if found is None:
            if raw.get("@language") or raw.get("@direction"):
                raise Unsupported("context_default_language", field="@context")
            previous = raw.get("previousContext")
            found = State(self, raw, None if previous is None else self._wrap(previous))
            self._states[id(raw)] = found
        return found


_COMPILERS: WeakKeyDictionary[ContextRegistry, Compiler] = WeakKeyDictionary()


def compiler_for(registry: ContextRegistry) -> Compiler:
    """The compiler of a registry, made on first use."""
    found = _COMPILERS.get(registry)
    if found is None:
        found = _COMPILERS.setdefault(registry, Compiler(registry))
    return found
