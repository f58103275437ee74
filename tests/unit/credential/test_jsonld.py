"""The strict profile: what is written is signed exactly, and everything else is refused by name."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from certes.credential.canon import compiled, jsonld
from certes.credential.contexts import BUNDLED, CREDENTIALS_V2, OPEN_BADGES_V3, SKILLS_V1, Context
from certes.credential.errors import Malformed, Refusal, Unsupported
from tests.unit.credential.samples import VECTORS, WITH_EXAMPLES, badge, card, changed, read_json

_SUBJECT = "credentialSubject"
_RESULT = (_SUBJECT, "achievement", "resultDescription", 0)


def _with(*path: str | int, to: Any) -> dict[str, Any]:
    return changed(badge(), *path, to=to)


def _twice(document: dict[str, Any], *path: str | int) -> dict[str, Any]:
    """The array at `path` with its first item repeated."""
    place: Any = document
    for step in path:
        place = place[step]
    return changed(document, *path, to=[*place, copy.deepcopy(place[0])])


@pytest.mark.parametrize(
    ("document", "folder"),
    [("unsigned.json", "eddsa-rdfc-2022"), ("employmentAuth.json", "eddsa-rdfc-2022/employ")],
)
def test_the_canonical_documents_of_the_cryptosuite_vectors(document: str, folder: str) -> None:
    text = jsonld.to_canonical_nquads(read_json("vc-di-eddsa", document), contexts=WITH_EXAMPLES)
    expected = VECTORS.joinpath("vc-di-eddsa", folder, "canonDocDataInt.txt").read_text(encoding="utf-8")
    assert text == expected


_NOT_SIGNED = [
    (_with("extra", to="x"), "term_undefined"),
    (_with("https://schema.org/name", to="x"), "term_undefined"),
    (_with("evidence", 0, "trade", to="https://e.example/"), "term_undefined"),
    (_with("type", to=["VerifiableCredential", "Unheard"]), "term_undefined"),
    (_with("type", to="id"), "term_not_a_value"),
    (_with("@type", to="VerifiableCredential"), "keyword_not_alias"),
    (_with("@id", to="https://e.example/"), "keyword_not_alias"),
    (_with("@graph", to=[]), "keyword_not_alias"),
    (_with("evidence", 0, "@reverse", to={}), "keyword_not_alias"),
    (_with("evidence", 0, "@context", to={}), "context_inline"),
    (_with("@context", to=[CREDENTIALS_V2, {"x": "https://e.example/x"}]), "context_inline"),
    (_with("@context", to=[CREDENTIALS_V2, "https://e.example/x"]), "context_unknown"),
    (_with("@context", to=[CREDENTIALS_V2] * 9), "contexts_too_many"),
    (_with("@context", to=["https://www.w3.org/2018/credentials/v1", CREDENTIALS_V2]), "context_conflict"),
    # The same property by the name of a class of Open Badges.
    (_with(_SUBJECT, "achievement", "Criteria", to={"narrative": "x"}), "term_unsupported"),
    (_with("id", to="_:b0"), "iri_not_absolute"),
    (_with("id", to="credentials/1"), "iri_not_absolute"),
    (_with("id", to=""), "iri_not_absolute"),
    (_with("id", to="https://e.example/é"), "iri_not_absolute"),
    (_with("id", to="https://e.example/a b"), "iri_not_absolute"),
    (_with("id", to='https://e.example/"'), "iri_not_absolute"),
    (_with("id", to="https://e.example/#a#b"), "iri_not_absolute"),
    (_with("id", to="https://e.example/%zz"), "iri_not_absolute"),
    (_with("id", to="https://[::1]/"), "iri_not_absolute"),
    (_with("id", to="https://"), "iri_not_absolute"),
    (_with("id", to="urn:"), "iri_not_absolute"),
    (_with("issuer", to="_:b0"), "iri_not_absolute"),
    (_with("issuer", to="name:x"), "iri_compact"),
    (_with("issuer", "type", to=["Profile", "name:x"]), "iri_compact"),
    (_with(_SUBJECT, "achievement", "id", to="https://skills.example/cm/centres/12"), "id_described_twice"),
    (_with("evidence", to=[]), "array_empty"),
    (_with("evidence", to=[[{"type": "Evidence"}]]), "value_unsupported"),
    (_with("evidence", to=None), "value_unsupported"),
    (_with("evidence", 0, "standardVersion", to=1.5), "value_unsupported"),
    (_with("evidence", 0, "standardVersion", to=1.0), "value_unsupported"),
    (_with("evidence", 0, "standardVersion", to=2**53), "value_unsupported"),
    (_with(*_RESULT, "allowedValue", to=[["a"]]), "value_unsupported"),
    # One value, one form: or `false` could become "false", which is true to a careless reader.
    (_with(_SUBJECT, "identifier", 0, "hashed", to="false"), "value_not_native"),
    (_with("credentialStatus", 0, "statusSize", to="1"), "value_not_native"),
    (_with("evidence", 0, "assessedOn", to=2026), "value_not_text"),
    (_with("validFrom", to=True), "value_not_text"),
    (_with("name", to={"@value": "x"}), "value_object"),
    (_with("name", to={"@value": "x", "@type": "https://e.example/t"}), "value_object"),
    (_with("name", to={"@value": 1, "@language": "fr"}), "value_object"),
    (_with("name", to={"@value": "x", "@language": None}), "value_object"),
    (_with("name", to={"@value": "x", "@language": "fr", "@direction": "ltr"}), "value_object"),
    (_with("name", to={"@value": "x", "@language": "FR"}), "language_tag"),
    (_with("name", to={"@value": "x", "@language": ""}), "language_tag"),
    (_with("name", to="a\x00b"), "text_control_character"),
    (_with("name", to="a\x7f"), "text_control_character"),
    (_with("name", to="a\x85"), "text_control_character"),
    (_with("name", to="a\ufffe"), "text_control_character"),
    (_with("name", to="a\uffff"), "text_control_character"),
    (_with("proof", to={"type": "DataIntegrityProof"}), "term_unsupported"),
    (_twice(card(), _SUBJECT, "skill", "units"), "statement_repeated"),
    (_twice(badge(), "type"), "statement_repeated"),
    ({"@context": [CREDENTIALS_V2], "id": "https://e.example/"}, "document_says_nothing"),
]


@pytest.mark.parametrize(("document", "code"), _NOT_SIGNED, ids=[code for _, code in _NOT_SIGNED])
def test_what_would_not_be_signed_as_written_is_refused(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Unsupported) as caught:
        jsonld.to_canonical_nquads(document)
    assert caught.value.code == code


_IMPOSSIBLE = [
    ({}, "context_invalid"),
    (_with("@context", to=[]), "context_invalid"),
    (_with("@context", to={"a": "b"}), "context_invalid"),
    (_with("id", to=1), "id_invalid"),
    (_with("type", to=[]), "type_invalid"),
    (_with("type", to=["VerifiableCredential", 1]), "type_invalid"),
    (_with("type", to={}), "type_invalid"),
    (_with("name", to="a\ud800"), "text_surrogate"),
]


@pytest.mark.parametrize(("document", "code"), _IMPOSSIBLE)
def test_a_value_of_an_impossible_type_is_malformed(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed) as caught:
        jsonld.to_canonical_nquads(document)
    assert caught.value.code == code


def test_a_deep_document_is_refused() -> None:
    document: dict[str, Any] = {"type": "Evidence"}
    for _ in range(100):
        document = {"type": "Evidence", "alignment": document}
    with pytest.raises(Malformed) as caught:
        jsonld.to_canonical_nquads(_with("evidence", to=document))
    assert caught.value.code == "json_too_deep"


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _without(document: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    shorter = copy.deepcopy(document)
    place: Any = shorter
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return shorter


def _outcome(document: dict[str, Any]) -> str:
    try:
        return jsonld.to_canonical_nquads(document)
    except Refusal as refusal:
        return refusal.code


@pytest.mark.parametrize("document", [badge(), card()], ids=["badge", "card"])
def test_no_member_can_be_taken_away_unnoticed(document: dict[str, Any]) -> None:
    signed = jsonld.to_canonical_nquads(document)
    assert [path for path in _places(document) if _outcome(_without(document, path)) == signed] == []


@pytest.mark.parametrize("document", [badge(), card()], ids=["badge", "card"])
@pytest.mark.parametrize("value", ["x", "https://e.example/other", 7, False])
def test_no_value_can_be_changed_unnoticed(document: dict[str, Any], value: Any) -> None:
    signed = jsonld.to_canonical_nquads(document)
    others = [changed(document, *path, to=value) for path in _places(document)]
    assert [other for other in others if other != document and _outcome(other) == signed] == []


def test_the_order_of_members_and_array_items_is_not_signed() -> None:
    document = badge()
    reordered = dict(reversed(document.items()))
    reordered["credentialStatus"] = document["credentialStatus"][::-1]
    assert jsonld.to_canonical_nquads(reordered) == jsonld.to_canonical_nquads(document)


def test_the_order_of_a_list_is_signed() -> None:
    swapped = _with(*_RESULT, "allowedValue", to=["missing", "acquired"])
    assert jsonld.to_canonical_nquads(swapped) != jsonld.to_canonical_nquads(badge())
    for value in ("acquired", [], ["acquired"]):
        text = jsonld.to_canonical_nquads(_with(*_RESULT, "allowedValue", to=value))
        assert ("22-rdf-syntax-ns#first" in text) or value == []


def test_a_text_in_a_language_is_signed_with_its_language() -> None:
    text = jsonld.to_canonical_nquads(_with("name", to={"@value": 'dit "le\ngrand"', "@language": "fr"}))
    assert '"dit \\"le\\ngrand\\""@fr' in text


def test_a_typed_number_keeps_its_type() -> None:
    document = _with("credentialStatus", 0, "statusSize", to=1)
    assert '"1"^^<https://www.w3.org/2001/XMLSchema#integer>' in jsonld.to_canonical_nquads(document)
    hashed = _with(_SUBJECT, "identifier", 0, "hashed", to=True)
    assert '"true"^^<https://www.w3.org/2001/XMLSchema#boolean>' in jsonld.to_canonical_nquads(hashed)


def test_nodes_that_look_alike_are_told_apart_within_the_budget() -> None:
    result = {"type": "Result", "value": "acquired"}
    text = jsonld.to_canonical_nquads(_with(_SUBJECT, "result", to=[result] * 30))
    assert text.count("vocab.html#Result> .") == 30


def test_more_nodes_that_look_alike_than_the_budget_allows_are_refused() -> None:
    tree: dict[str, Any] = {"type": "Evidence"}
    for _ in range(7):
        tree = {"type": "Evidence", "alignment": [tree, tree]}
    with pytest.raises(Unsupported) as caught:
        jsonld.to_canonical_nquads(_with("evidence", to=tree))
    assert caught.value.code == "poison_graph"


@pytest.mark.parametrize(
    "evidence",
    [
        [{"type": "Evidence"}] * 2_001,
        [{"id": f"https://e.example/{number}", "name": "x"} for number in range(1_950)],
        [{"type": "ResultDescription", "allowedValue": [str(number) for number in range(1_000)]}],
        [{"type": "ResultDescription", "allowedValue": [str(number) for number in range(2_001)]}],
        [{"type": "Evidence", "name": [str(number) for number in range(2_000)]}],
        [{"type": "Evidence", "name": [str(number) for number in range(2_001)]}],
    ],
)
def test_a_document_says_so_much_and_no_more(evidence: list[Any]) -> None:
    with pytest.raises(Unsupported) as caught:
        jsonld.to_canonical_nquads(_with("evidence", to=evidence))
    assert caught.value.code == "statements_too_many"


def test_a_type_scoped_context_ends_at_the_next_node() -> None:
    with pytest.raises(Unsupported) as caught:
        jsonld.to_canonical_nquads(_with("evidence", 0, "alignment", to={"audience": "x"}))
    assert (caught.value.code, caught.value.field) == ("term_undefined", "audience")
    assert jsonld.to_canonical_nquads(_with("evidence", 0, "alignment", to={"id": "https://e.example/a"}))
    assert jsonld.to_canonical_nquads(_with("evidence", 0, "alignment", to={"name": "x"}))
    assert jsonld.to_canonical_nquads(_with("evidence", 0, "alignment", to={}))


def _context(url: str, content: dict[str, Any]) -> Context:
    return Context(url, "", {"@context": content})


_XSD = "http://www.w3.org/2001/XMLSchema#"
_ODD = "https://e.example/odd"
_REGISTRY = BUNDLED.extended(
    [
        _context(
            _ODD,
            {
                "name": "https://e.example/name",
                "key": "@id",
                "id": "@id",
                "type": "@type",
                "any": {"@id": "https://e.example/any", "@type": "@none"},
                "kind": {"@id": "https://e.example/kind", "@type": "@vocab"},
                "scoped": {
                    "@id": "https://e.example/scoped",
                    "@type": "@vocab",
                    "@context": {"inner": "https://e.example/inner"},
                },
                "language": "@language",
                "text": {"@id": "https://e.example/text", "@language": "fr"},
                "data": {"@id": "https://e.example/data", "@type": "@json"},
                "double": {"@id": "https://e.example/d", "@type": "http://www.w3.org/2001/XMLSchema#double"},
                "string": {"@id": "https://e.example/s", "@type": "http://www.w3.org/2001/XMLSchema#string"},
                "gone": None,
                "A": {"@id": "https://e.example/A", "@context": {"inner": "https://e.example/inner-a"}},
                "B": {"@id": "https://e.example/B", "@context": {"key": "https://e.example/key-b"}},
                "C": {"@id": "https://e.example/C", "@context": {"@language": "fr"}},
            },
        ),
        _context("https://e.example/vocabulary", {"@vocab": "https://e.example/v#", "id": "@id"}),
        _context(
            "https://e.example/twice",
            {
                "@vocab": "https://e.example/v#",
                "type": "@type",
                "known": "https://e.example/v#word",
                "kind": {"@id": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "@type": "@id"},
                "A": "https://e.example/A",
            },
        ),
        _context("https://e.example/language", {"@language": "fr"}),
    ]
)


def _odd(**members: Any) -> str:
    return jsonld.to_canonical_nquads({"@context": _ODD, **members}, contexts=_REGISTRY)


def test_terms_of_a_context_with_every_kind_of_definition() -> None:
    assert _odd(any="x") == '_:c14n0 <https://e.example/any> "x" .\n'
    assert _odd(string="x") == '_:c14n0 <https://e.example/s> "x" .\n'
    assert _odd(any=True) == f'_:c14n0 <https://e.example/any> "true"^^<{_XSD}boolean> .\n'
    assert _odd(kind="name") == "_:c14n0 <https://e.example/kind> <https://e.example/name> .\n"
    assert _odd(kind="https://e.example/k") == "_:c14n0 <https://e.example/kind> <https://e.example/k> .\n"
    assert _odd(scoped="inner") == "_:c14n0 <https://e.example/scoped> <https://e.example/inner> .\n"
    assert _odd(type=["B", "A"], inner="x").count("\n") == 3


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"id": "https://e.example/1", "key": "https://e.example/2", "name": "x"}, "keyword_twice"),
        ({"language": "fr", "name": "x"}, "term_unsupported"),
        ({"text": "x"}, "term_unsupported"),
        ({"data": {"a": 1}}, "term_unsupported"),
        ({"double": "1.5"}, "term_unsupported"),
        ({"gone": "x"}, "term_unsupported"),
        ({"kind": "gone"}, "term_not_a_value"),
        ({"kind": "unheard"}, "term_undefined"),
        ({"type": "C", "name": "x"}, "context_default_language"),
        ({"type": "B", "id": "https://e.example/1", "key": "x"}, "keyword_twice"),
    ],
)
def test_odd_terms_are_refused(members: dict[str, Any], code: str) -> None:
    with pytest.raises(Unsupported) as caught:
        _odd(**members)
    assert caught.value.code == code


def test_an_alias_that_a_type_turns_into_a_property_is_refused() -> None:
    # `key` is the identifier outside and a property inside: a reader could take it for either.
    with pytest.raises(Unsupported) as caught:
        _odd(type="B", key="https://e.example/1")
    assert caught.value.code == "keyword_redefined"
    assert _odd(type="B", id="https://e.example/1", name="x").count("\n") == 2


def test_a_default_vocabulary_defines_every_plain_word_and_no_other() -> None:
    def text(**members: Any) -> str:
        document = {"@context": "https://e.example/vocabulary", **members}
        return jsonld.to_canonical_nquads(document, contexts=_REGISTRY)

    assert text(word="x") == '_:c14n0 <https://e.example/v#word> "x" .\n'
    for key in ("a:b", "@nothing", "two words"):
        with pytest.raises(Unsupported):
            text(**{key: "x"})


@pytest.mark.parametrize(
    "members",
    [
        {"known": "x", "word": "x"},
        {"word": "x", "known": "x"},
        {"type": "A", "kind": "https://e.example/A"},
        {"type": ["A", "A"]},
        {"known": ["x", "x"]},
    ],
    ids=["a word of the vocabulary", "the other way round", "rdf:type", "a type twice", "a value twice"],
)
def test_one_statement_written_in_two_ways_is_refused(members: dict[str, Any]) -> None:
    def text(document: dict[str, Any]) -> str:
        return jsonld.to_canonical_nquads(
            {"@context": "https://e.example/twice", **document}, contexts=_REGISTRY
        )

    for _ in range(2):  # in full, then with what was remembered
        with pytest.raises(Unsupported) as caught:
            text(members)
        assert caught.value.code == "statement_repeated"
    assert text({"known": ["x", "y"], "type": "A"}).count("\n") == 3


def test_a_context_with_a_default_language_is_refused() -> None:
    with pytest.raises(Unsupported) as caught:
        jsonld.to_canonical_nquads({"@context": "https://e.example/language"}, contexts=_REGISTRY)
    assert caught.value.code == "context_default_language"


def test_compiled_contexts_are_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = compiled.Compiler(BUNDLED)
    urls = (CREDENTIALS_V2, OPEN_BADGES_V3, SKILLS_V1)
    root = compiler.root(urls)
    assert compiler.root(urls) is root
    monkeypatch.setattr(compiled, "MAX_ROOTS", 1)
    assert compiler.root(urls[:1]) is not root
    again = compiler.root(urls)
    assert again is not root
    monkeypatch.setattr(compiled, "MAX_STATES", 0)
    assert compiler.root(urls) is not again


def test_one_document_cannot_have_contexts_compiled_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MAX_NEW_STATES", 3)
    fresh = BUNDLED.extended([])
    with pytest.raises(Unsupported) as caught:
        jsonld.to_canonical_nquads(badge(), contexts=fresh)
    assert caught.value.code == "context_states_exhausted"
