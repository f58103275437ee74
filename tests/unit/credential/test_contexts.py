"""The bundled contexts are the pinned ones, and our own fits beside the others."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from pyld import jsonld

from certes.credential import contexts
from certes.credential.canon.compiled import Allowance, Role, compiler_for
from certes.credential.canon.jsonld import to_canonical_nquads
from certes.credential.contexts import (
    BUNDLED,
    CREDENTIALS_V2,
    OPEN_BADGES_V3,
    SKILLS_V1,
    Context,
    ContextRegistry,
    parse_context,
)
from certes.credential.errors import Misuse, Unsupported
from tests.unit.credential import samples

# Published beside the context, in Verifiable Credentials Data Model 2.0, appendix B.1 (#base-context).
VCDM_V2_SHA256 = "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def test_the_bundle_holds_the_contexts_of_our_documents() -> None:
    assert {CREDENTIALS_V2, OPEN_BADGES_V3, SKILLS_V1} <= set(BUNDLED)
    assert len(BUNDLED) == len(list(BUNDLED)) == 7
    assert contexts.require(CREDENTIALS_V2).sha256 == VCDM_V2_SHA256


def test_a_changed_context_file_is_refused() -> None:
    with pytest.raises(Misuse) as caught:
        parse_context(b'{"@context": {}}', url=SKILLS_V1, sha256=BUNDLED[SKILLS_V1].sha256)
    assert caught.value.code == "context_file_changed"


def test_an_unknown_context_is_our_limit() -> None:
    with pytest.raises(Unsupported) as caught:
        contexts.require("https://example.com/context")
    assert caught.value.code == "context_unknown"


def test_a_registry_grows_by_copying() -> None:
    extra = parse_context(
        b"{}",
        url="https://e.example/",
        sha256="44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    )
    grown = BUNDLED.extended([extra])
    assert extra.url in grown
    assert extra.url not in BUNDLED
    assert grown != BUNDLED
    assert ContextRegistry(BUNDLED.values()) != BUNDLED


def _load(url: str, options: Any) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": copy.deepcopy(dict(BUNDLED[url].document))}


def _members(value: Any) -> Iterator[str]:
    """Every key of a document, but the context."""
    if isinstance(value, list):
        for item in value:
            yield from _members(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "@context":
                yield key
                yield from _members(item)


@pytest.mark.parametrize("document", [samples.badge(), samples.card()], ids=["badge", "card"])
def test_no_member_of_our_documents_is_dropped_by_another_processor(document: dict[str, Any]) -> None:
    expanded = jsonld.expand(document, {"documentLoader": _load})
    assert len(list(_members(expanded))) >= len(list(_members(document)))
    compacted = jsonld.compact(expanded, document["@context"], {"documentLoader": _load})
    assert sorted(_members(compacted)) == sorted(_members(document))


def test_our_own_words_have_no_double() -> None:
    root = compiler_for(BUNDLED).root((CREDENTIALS_V2, OPEN_BADGES_V3, SKILLS_V1))
    iris = [term.iri for term in root.terms.values() if not term.iri.startswith("@")]
    # Open Badges names its old and its new credential type alike; every reader asks for the type by name.
    assert {iri for iri in iris if iris.count(iri) > 1} == {
        "<https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential>"
    }


def test_of_two_words_for_one_property_only_one_may_be_used() -> None:
    root = compiler_for(BUNDLED).root((CREDENTIALS_V2, OPEN_BADGES_V3, SKILLS_V1))
    inside = root.for_types(["Achievement"], Allowance())
    assert inside.terms["criteria"].iri == inside.terms["Criteria"].iri
    assert inside.terms["criteria"].role is Role.PROPERTY
    assert inside.terms["Criteria"].role is Role.UNSUPPORTED


def test_our_context_can_be_used_with_the_oldest_of_the_data_model_too() -> None:
    compiler_for(BUNDLED).root(("https://www.w3.org/2018/credentials/v1", SKILLS_V1))


@pytest.mark.parametrize("imported", ["other.jsonld", "/other.jsonld", ""])
def test_a_context_that_imports_by_a_relative_address_is_refused(imported: str) -> None:
    url = "https://a.example/v1"
    content = {"@context": {"@version": 1.1, "@import": imported, "name": "https://schema.org/name"}}
    known = ContextRegistry([Context(url, "", content)])
    with pytest.raises(Unsupported) as caught:
        to_canonical_nquads({"@context": url, "name": "x"}, contexts=known)
    assert (caught.value.code, caught.value.field) == ("context_import_relative", "@context")
