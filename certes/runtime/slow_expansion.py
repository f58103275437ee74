"""JSON-LD expansion by PyLD that refuses whatever PyLD would drop. Runs only inside the worker process.

PyLD leaves out undefined terms, null, empty arrays and loose values without a word, so that a signature over
its output does not cover them. Each such place is overridden here; what a later step would drop (relative
identifiers, directions, indexes) stands in the expansion and is refused by slow_statements.
No context is ever fetched: the caller's registry is all there is.

Source: JSON-LD 1.1 API, section 5.1.2 (#expansion-algorithm).
"""

import copy
from collections.abc import Mapping
from typing import Any

from pyld import jsonld
from pyld.context_resolver import ContextResolver

from certes.credential.errors import Malformed, Refusal, Unsupported

MAX_DEPTH = 32  # as certes.credential.parsing, for documents that did not come through it
MAX_CONTEXTS = 16  # in the whole document, inline ones too; a presentation of four credentials names 12

_MAPS = frozenset({"@language", "@index", "@id", "@type"})


class _Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]  # PyLD ships no types
    """PyLD's processor in a safe mode of our own."""

    def __init__(self) -> None:
        super().__init__(on_property_dropped=_refuse_dropped)
        self._words: dict[int, tuple[Any, dict[str, str]]] = {}  # by identity of a context, kept alive here

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *args: Any, **how: Any) -> Any:
        expanded = super()._expand(active_ctx, active_property, element, *args, **how)
        if expanded is None:  # a loose value, a value object of nothing, or a language alone
            raise Unsupported("value_dropped", **_named(active_property))
        return expanded

    def _expand_object(
        self,
        active_ctx: Any,
        active_property: Any,
        expanded_property: Any,
        element: Any,
        *args: Any,
        **how: Any,
    ) -> None:
        for key, value in element.items():
            if key == "@context":
                continue
            keyword = self._require_own_word(active_ctx, key)
            if not value and value in ([], {}):
                self._require_meaning(active_ctx, key, keyword, value)
            elif keyword == "@type":
                self._require_own_types(active_ctx, value)
        super()._expand_object(active_ctx, active_property, expanded_property, element, *args, **how)

    def _require_own_word(self, active_ctx: Any, key: str) -> Any:
        """What a key means. It must be the one word for that: a reader of members knows no other, so that a
        member by another name would be signed, and overlooked. Hence no IRIs as keys, and no @nest."""
        meaning = self._expand_iri(active_ctx, key, vocab=True)
        if meaning == "@nest":
            raise Unsupported("term_spelled_out", field=key)
        if type(meaning) is str and not meaning.startswith("@"):
            is_term = key in active_ctx["mappings"]
            if (not is_term and ":" in key) or self._words_of(active_ctx).get(meaning, key) != key:
                raise Unsupported("term_spelled_out", field=key)
        return meaning

    def _require_own_types(self, active_ctx: Any, value: Any) -> None:
        for name in value if type(value) is list else [value]:
            known = type(name) is str and name not in active_ctx["mappings"]
            if known and name in self._words_of(active_ctx):
                raise Unsupported("term_spelled_out", field="@type")

    def _words_of(self, active_ctx: Any) -> dict[str, str]:
        """IRI -> the last of its terms in order, as in the strict profile (canon/compiled.py)."""
        mappings = active_ctx["mappings"]
        found = self._words.get(id(mappings))
        if found is None:
            words = {mappings[name]["@id"]: name for name in sorted(mappings) if mappings[name]}
            found = self._words[id(mappings)] = (mappings, words)
        return found[1]

    def _require_meaning(self, active_ctx: Any, key: str, keyword: Any, value: Any) -> None:
        """An empty array is a statement as a list alone; an empty object is a node, but not as a map."""
        container = self.arrayify(self.get_context_value(active_ctx, key, "@container"))
        if value == []:
            said = keyword == "@list" or "@list" in container
        else:
            said = keyword not in ("@reverse", "@included") and not _MAPS.intersection(container)
        if not said:
            raise Unsupported("array_empty", field=key)


def _named(name: Any) -> dict[str, str]:
    return {"field": name} if type(name) is str else {}


def _refuse_dropped(name: Any) -> None:
    raise Unsupported("term_undefined", **_named(name))


def expand(
    document: Mapping[str, Any], *, contexts: Mapping[str, Any], inline: bool = False, base: str | None = None
) -> list[Any]:
    """The expansion of a document, complete. `contexts` maps each address to its context document.

    `inline` allows context objects in the document; `base` resolves relative identifiers (without one they
    stay relative, and are refused later).
    Raises Malformed `json_too_deep`, `context_invalid`; Unsupported `context_unknown`, `context_inline`,
    `contexts_too_many`, `term_undefined`, `term_spelled_out`, `value_dropped`, `value_unsupported`,
    `array_empty`, `array_nested`, or `jsonld_invalid` with PyLD's reason.
    """
    _Survey(inline).value(document, 0)
    options = {
        "processingMode": "json-ld-1.1",
        "base": base,
        "keepFreeFloatingNodes": True,  # then they are refused, not dropped
        "documentLoader": _loader(contexts),
        "contextResolver": ContextResolver({}, _loader(contexts)),  # a cache of this call's registry alone
    }
    try:
        expanded: list[Any] = _Processor().expand(dict(document), options)
    except jsonld.JsonLdError as error:
        raise _cause(error) from None
    except (TypeError, ValueError, KeyError, AttributeError, IndexError):  # PyLD on a value of another type
        raise Unsupported("jsonld_invalid", reason="unreadable") from None
    except RecursionError:
        raise Malformed("json_too_deep", limit=MAX_DEPTH) from None
    return expanded


def _loader(contexts: Mapping[str, Any]) -> Any:
    def load(url: str, _options: Any) -> dict[str, Any]:
        if url not in contexts:
            raise Unsupported("context_unknown", field="@context", url=url)
        document = copy.deepcopy(contexts[url])  # PyLD rewrites what it is given
        return {"contextUrl": None, "documentUrl": url, "document": document}

    return load


def _cause(error: BaseException) -> Refusal:
    """Our own refusal beneath PyLD's wrappings, or PyLD's reason."""
    reason, at = "unreadable", error
    while True:
        if isinstance(at, Refusal):
            return at
        reason = getattr(at, "code", None) or reason
        below = at.__cause__ or at.__context__
        if below is None:
            return Unsupported("jsonld_invalid", reason=str(reason))
        at = below


class _Survey:
    """One look at the whole document before PyLD sees it."""

    def __init__(self, inline: bool) -> None:
        self._inline = inline
        self._contexts = 0

    def value(self, value: Any, depth: int, *, in_array: bool = False) -> None:
        if depth > MAX_DEPTH:
            raise Malformed("json_too_deep", limit=MAX_DEPTH)
        if isinstance(value, Mapping):
            for key, item in value.items():
                if key == "@context":
                    self._context(item)
                elif item is None:
                    raise Unsupported("value_unsupported", field=key)
                else:
                    self.value(item, depth + 1)
        elif type(value) is list:
            if in_array:  # flattened, so that a reader of members would not see what is inside
                raise Unsupported("array_nested")
            for item in value:
                self.value(item, depth + 1, in_array=True)
        elif value is None or type(value) is float:
            raise Unsupported("value_unsupported")

    def _context(self, context: Any) -> None:
        items = context if type(context) is list else [context]
        self._contexts += len(items)
        if self._contexts > MAX_CONTEXTS:
            raise Unsupported("contexts_too_many", field="@context", limit=MAX_CONTEXTS)
        if not self._inline and any(type(item) is not str for item in items):
            raise Unsupported("context_inline", field="@context")
