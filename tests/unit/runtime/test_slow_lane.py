"""The slow lane: honest documents outside the strict profile are read exactly; nothing unsigned gets by."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from pyld import jsonld as pyld

from certes.credential.canon import jsonld
from certes.credential.contexts import BUNDLED, CREDENTIALS_V2, Context
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.proof import ALL_SUITES, EDDSA_RDFC_2022, sign
from certes.runtime import slow_worker
from certes.runtime.refusals import Busy
from certes.runtime.slow_lane import Lane, SlowLane, canonicalize, verify_proofs_in_lanes
from tests.unit.credential.samples import (
    CREATED,
    SIGNER,
    VECTORS,
    WITH_EXAMPLES,
    badge,
    card,
    changed,
    key_for,
    read_json,
)

_KNOWN = {url: dict(context.document) for url, context in BUNDLED.items()}
_SUBJECT = "credentialSubject"
_RESULT = (_SUBJECT, "achievement", "resultDescription", 0)
_STATUS = "https://www.w3.org/2018/credentials#credentialStatus"


@pytest.fixture(scope="module")
def lane() -> Iterator[SlowLane]:
    found = SlowLane()
    yield found
    found.close()


def _canonical(document: dict[str, Any], *, inline: bool = False, hash_name: str = "sha256") -> str:
    """What the worker does, in this process."""
    return slow_worker.canonical(document, contexts=_KNOWN, inline=inline, hash_name=hash_name)


def _load(url: str, _options: Any) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": copy.deepcopy(_KNOWN[url])}


def _by_pyld(document: dict[str, Any]) -> str:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    text: str = pyld.normalize(document, options)
    return text


def presentation() -> dict[str, Any]:
    """Credentials stand in graphs of their own, and proofs within them; one keyword is spelled out."""
    return {
        "@context": [CREDENTIALS_V2],
        "type": "VerifiablePresentation",
        "holder": {"@id": "did:example:holder"},
        "verifiableCredential": [
            badge(),
            {**card(), "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}},
        ],
    }


def _by_other_names() -> dict[str, Any]:
    document = badge()
    document["@id"] = document.pop("id")
    document["@type"] = document.pop("type")
    document["issuer"] = {"@id": document["issuer"].pop("id"), **document["issuer"]}
    return document


FOREIGN = {
    "keywords": _by_other_names(),
    "a presentation": presentation(),
    "a value object": changed(badge(), "name", to={"@value": "Soudeuse", "@type": "https://e.example/label"}),
    "a set": changed(badge(), "evidence", to={"@set": badge()["evidence"]}),
    "a list": changed(badge(), *_RESULT, "allowedValue", to={"@list": ["a", 1, True, {"type": "Profile"}]}),
    "included nodes": {**badge(), "@included": [{"id": "urn:a:b", "type": "Profile", "name": "x"}]},
    "a reverse property": {**badge(), "@reverse": {"alignment": {"type": "Profile"}}},
    "a graph": {**badge(), "@graph": [{"id": "urn:a:b", "type": "Profile", "name": "x"}]},
    "an address beyond ASCII": changed(badge(), "id", to="https://e.example/é"),
    "an address in IPv6": changed(badge(), "id", to="https://[::1]/1"),
    "a language in capitals": changed(badge(), "name", to={"@value": "x", "@language": "fr-CM"}),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_an_honest_foreign_document_is_read_as_other_processors_read_it(lane: SlowLane, name: str) -> None:
    document = FOREIGN[name]
    found = canonicalize(document, slow_lane=lane)
    assert found.lane is Lane.SLOW
    assert found.text == _by_pyld(document)


@pytest.mark.parametrize("document", [badge(), card()], ids=["badge", "card"])
@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_both_lanes_agree_and_the_caller_sees_which_it_was(
    lane: SlowLane, document: dict[str, Any], hash_name: str
) -> None:
    strict = canonicalize(document, slow_lane=lane, hash_name=hash_name)
    assert strict.lane is Lane.STRICT
    assert lane.canonicalize(document, hash_name=hash_name) == strict.text


def test_sha384_labels_blank_nodes_in_another_order(lane: SlowLane) -> None:
    assert lane.canonicalize(badge(), hash_name="sha384") != lane.canonicalize(badge())
    with pytest.raises(Misuse):
        lane.canonicalize(badge(), hash_name="md5")


def test_the_canonical_documents_of_the_cryptosuite_vectors(lane: SlowLane) -> None:
    for name, folder in (("unsigned.json", ""), ("employmentAuth.json", "employ")):
        text = lane.canonicalize(read_json("vc-di-eddsa", name), contexts=WITH_EXAMPLES)
        path = VECTORS / "vc-di-eddsa" / "eddsa-rdfc-2022" / folder / "canonDocDataInt.txt"
        assert text == path.read_text(encoding="utf-8")


def test_control_characters_are_written_as_the_standard_says(lane: SlowLane) -> None:
    text = lane.canonicalize(changed(badge(), "name", to="a\x00\x07\x0b\x1f\x7f\x85\ufffe\uffff\t\b\f"))
    assert '"a\\u0000\\u0007\\u000B\\u001F\\u007F\x85\\uFFFE\\uFFFF\\t\\b\\f"' in text


def _with(*path: str | int, to: Any) -> dict[str, Any]:
    return changed(badge(), *path, to=to)


_REFUSED: list[tuple[dict[str, Any], str]] = [
    (_with("extra", to="x"), "term_undefined"),
    (_with("@unknown", to="x"), "term_undefined"),
    (_with("extra", to={}), "term_undefined"),
    (_with("type", to=["VerifiableCredential", "Unheard"]), "iri_not_absolute"),
    (_with("type", to=[]), "array_empty"),
    (_with("id", to="credentials/1"), "iri_not_absolute"),
    (_with("id", to="_:b0"), "iri_not_absolute"),
    (_with("id", to="@id"), "iri_not_absolute"),
    (_with("id", to="https://e.example/#a#b"), "iri_not_absolute"),
    (_with("id", to="https://e.example/a b"), "iri_not_absolute"),
    (_with("issuer", to="did"), "iri_not_absolute"),
    (_with("_:p", to="x"), "term_spelled_out"),
    (_with("https://e.example/p", to="x"), "term_spelled_out"),
    (_with("https://e.example/p", to=[]), "term_spelled_out"),
    (_with("@nest", to={"description": "x"}), "term_spelled_out"),
    (_with(_SUBJECT, "achievement", "Criteria", to={"narrative": "x"}), "term_spelled_out"),
    (_with("description", to=None), "value_unsupported"),
    (_with("description", to=1.5), "value_unsupported"),
    (_with("evidence", 0, "standardVersion", to=2**53), "value_unsupported"),
    (_with("evidence", to=[]), "array_empty"),
    (_with("evidence", to=[[{"type": "Evidence"}]]), "array_nested"),
    (_with("evidence", to={"@set": []}), "array_empty"),
    (_with("@graph", to=[]), "array_empty"),
    (_with("@included", to=[]), "array_empty"),
    (_with("@reverse", to={}), "array_empty"),
    (_with("@reverse", to={"evidence": []}), "array_empty"),
    (_with("@graph", to=["loose"]), "value_dropped"),
    (_with("@graph", to=[{"id": "urn:a:b"}]), "value_dropped"),
    (_with("@graph", to=[{"@value": "x"}]), "value_dropped"),
    (_with("@included", to=[{"id": "urn:a:b"}]), "jsonld_invalid"),
    (_with("@included", to=["loose"]), "value_dropped"),
    (_with("evidence", 0, "@index", to="x"), "index_unsigned"),
    (_with("name", to={"@value": "x", "@index": "a"}), "index_unsigned"),
    (_with("name", to={"@value": "x", "@direction": "rtl"}), "direction_unsigned"),
    (_with("name", to={"@language": "fr"}), "value_dropped"),
    (_with("name", to={"@value": "x", "@language": "not a tag"}), "language_tag"),
    (_with(_SUBJECT, "identifier", 0, "hashed", to="false"), "value_not_native"),
    (_with("validFrom", to=True), "value_not_text"),
    (_with(_SUBJECT, "achievement", "id", to="https://skills.example/cm/centres/12"), "id_described_twice"),
    (_with("type", to=["VerifiableCredential", "VerifiableCredential"]), "statement_repeated"),
    (_with("@value", to="x"), "jsonld_invalid"),
    (_with("@type", to="VerifiableCredential"), "statement_repeated"),
    (_with("@id", to="urn:a:b"), "jsonld_invalid"),
    (_with("id", to=7), "jsonld_invalid"),
    (_with("@context", to=["https://e.example/evil"]), "context_unknown"),
    (_with("@context", to=[CREDENTIALS_V2, {"x": "https://e.example/x"}]), "context_inline"),
    (_with("evidence", 0, "@context", to={"@vocab": "https://e.example/"}), "context_inline"),
    (_with("evidence", 0, "@context", to=None), "context_inline"),
    (_with("@context", to=[CREDENTIALS_V2] * 17), "contexts_too_many"),
    (_with("evidence", to=[{"type": "Evidence"}] * 4_000), "statements_too_many"),
    ({"@context": CREDENTIALS_V2}, "value_dropped"),
    ({"@context": CREDENTIALS_V2, "id": "urn:a:b"}, "value_dropped"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "code"), _REFUSED, ids=[code for _, code in _REFUSED])
def test_what_would_be_dropped_or_could_change_unsigned_is_refused(
    document: dict[str, Any], code: str
) -> None:
    with pytest.raises(Unsupported) as caught:
        _canonical(document)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (_with("name", to="a\ud800"), "text_surrogate"),
        (_with("evidence", to=json.loads('{"evidence":' * 40 + "{}" + "}" * 40)), "json_too_deep"),
    ],
)
def test_an_impossible_document_is_malformed(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed) as caught:
        _canonical(document)
    assert caught.value.code == code


def test_context_objects_are_read_where_the_operator_allows_them() -> None:
    document = _with("@context", to=[*badge()["@context"], {"extra": "https://e.example/extra"}])
    document["extra"] = "x"
    with pytest.raises(Unsupported):
        _canonical(document)
    assert '<https://e.example/extra> "x"' in _canonical(document, inline=True)
    open_lane = SlowLane(inline_contexts=True)
    assert open_lane.canonicalize(document) == _by_pyld(document)
    open_lane.close()


def test_a_registry_of_one_call_is_not_that_of_another(lane: SlowLane) -> None:
    url = "https://e.example/words"
    texts = set()
    for number in (1, 2):
        words = Context(url, "", {"@context": {"word": f"https://e.example/word-{number}"}})
        texts.add(lane.canonicalize({"@context": url, "word": "x"}, contexts=BUNDLED.extended([words])))
    assert texts == {f'_:c14n0 <https://e.example/word-{number}> "x" .\n' for number in (1, 2)}
    with pytest.raises(Unsupported) as caught:
        lane.canonicalize({"@context": url, "word": "x"})
    assert caught.value.code == "context_unknown"


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _outcome(document: dict[str, Any]) -> str:
    try:
        return _canonical(document)
    except Refusal as refusal:
        return refusal.code


def _without(document: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    shorter = copy.deepcopy(document)
    place: Any = shorter
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return shorter


@pytest.mark.parametrize(
    "name",
    [
        "a presentation",
        *(pytest.param(name, marks=pytest.mark.full) for name in FOREIGN if name != "a presentation"),
    ],
)
def test_no_member_can_be_taken_away_unnoticed(name: str) -> None:
    document = FOREIGN[name]
    signed = _canonical(document)
    gone = [path for path in _places(document) if "@context" not in path]
    assert [path for path in gone if _outcome(_without(document, path)) == signed] == []


@cache
def _signed_card() -> str:
    return _canonical(card())


_VALUES: list[Any] = ["x", "https://e.example/n", 7, False, None, [], {}, [{}]]
_VALUES += [{"@set": []}, {"@value": "x"}, {"@id": "urn:a:b"}]
_KEYS = ["extra", "description", "image", "proof", "https://e.example/p", "@graph", "@included", "@reverse"]
_KEYS += ["@nest", "@index", "@language", "@direction", "@list", "@set"]


@pytest.mark.parametrize("value", _VALUES, ids=str)
@pytest.mark.parametrize("key", _KEYS)
def test_no_member_can_be_added_unnoticed(key: str, value: Any) -> None:
    signed = _signed_card()
    assert _outcome({**card(), key: value}) != signed
    inner = card()
    inner["credentialStatus"][0][key] = value
    assert _outcome(inner) != signed


def _hidden(how: str) -> dict[str, Any]:
    """A card whose status entries are stated, and signed, where no reader of members looks."""
    document = card()
    entries = document.pop("credentialStatus")
    if how == "by its IRI":
        return {**document, _STATUS: entries}
    if how == "nested":
        return {**document, "@nest": {"credentialStatus": entries}}
    if how == "an array in an array":
        return {**document, "credentialStatus": [entries]}
    if how == "from the other end":
        back = {"@reverse": {_STATUS: {"id": document["id"]}}}
        return {**document, "@included": [{**entry, **back} for entry in entries]}
    second = {"id": document["id"], "type": "VerifiableCredential", "credentialStatus": entries}
    return {**document, "@included": [second]}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("by its IRI", "term_spelled_out"),
        ("nested", "term_spelled_out"),
        ("an array in an array", "array_nested"),
        ("from the other end", "term_spelled_out"),
        ("in a second description", "id_described_twice"),
    ],
)
def test_a_status_entry_cannot_be_hidden_under_its_signature(how: str, code: str) -> None:
    document = _hidden(how)
    assert _by_pyld(document) == _signed_card()  # to a processor that checks nothing it is the same graph
    with pytest.raises(Unsupported) as caught:
        _canonical(document)
    assert caught.value.code == code


def test_without_a_slow_lane_the_strict_profile_has_the_last_word(lane: SlowLane) -> None:
    document = _by_other_names()
    with pytest.raises(Unsupported) as caught:
        canonicalize(document, slow_lane=None)
    assert caught.value.code == "term_undefined"
    assert canonicalize(document, slow_lane=lane).text == jsonld.to_canonical_nquads(badge())


def test_what_the_slow_lane_would_refuse_too_troubles_no_process() -> None:
    closed = SlowLane(command=("/nowhere/at/all",))
    with pytest.raises(Unsupported) as caught:
        canonicalize(_with("@context", to=["https://e.example/evil"]), slow_lane=closed)
    assert caught.value.code == "context_unknown"
    with pytest.raises(Busy) as busy:
        canonicalize(_by_other_names(), slow_lane=closed)
    assert busy.value.code == "slow_lane_busy"


def test_a_foreign_proof_holds_by_the_slow_lane_and_a_changed_one_does_not(lane: SlowLane) -> None:
    options: dict[str, Any] = {"key_for": key_for, "suites": ALL_SUITES}
    document = sign(badge(), signer=SIGNER, suite=EDDSA_RDFC_2022, created=CREATED)
    assert verify_proofs_in_lanes(document, slow_lane=None, **options).lane is Lane.STRICT
    document["@type"] = document.pop("type")  # the same statements in a foreign hand
    with pytest.raises(Unsupported):
        verify_proofs_in_lanes(document, slow_lane=None, **options)
    found = verify_proofs_in_lanes(document, slow_lane=lane, **options)
    assert (found.lane, found.facts[0].suite) == (Lane.SLOW, "eddsa-rdfc-2022")
    with pytest.raises(BadSignature):
        verify_proofs_in_lanes({**document, "id": "urn:a:b"}, slow_lane=lane, **options)
    with pytest.raises(Unsupported) as caught:
        verify_proofs_in_lanes({**document, "extra": "x"}, slow_lane=lane, **options)
    assert caught.value.code == "term_undefined"
