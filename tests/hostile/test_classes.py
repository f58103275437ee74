"""Hostile documents by class: each refused with a code of its own, each class with a sound control.

What several forms share stands here. Images, HTTP, JWT, SD-JWT and the keys of the registry have their own
files: test_images, test_verifier_http, tests/unit/credential/test_jwt, test_sd_jwt and tests/unit/verifier.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any

import cbor2
import pytest

from certes.credential import multibase, skillcard
from certes.credential.contexts import SKILLS_V1
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.parsing import MAX_BYTES, MAX_DEPTH, parse_json
from certes.credential.presented import present
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, Suite, sign, verify_proof, verify_proofs
from certes.credential.status import bitstring, list_document, read_list
from tests.samples import NETWORK, TYPICAL, card_of, signed_card, signed_wallet
from tests.unit.credential.samples import BASE, CREATED, ISSUER, SIGNER, badge, card, changed, key_for

SUITES = (EDDSA_RDFC_2022, EDDSA_JCS_2022)
Document = dict[str, Any]


def outcome(work: Callable[[], object]) -> str:
    """ "accepted", or the code of the refusal; a bug of ours is no refusal."""
    try:
        work()
    except Misuse:
        raise
    except Refusal as refusal:
        return refusal.code
    return "accepted"


def signed(document: Mapping[str, Any], suite: Suite = EDDSA_RDFC_2022) -> Document:
    """The document with a proof of the key that these tests know."""
    return sign(document, signer=SIGNER, suite=suite, created=CREATED)


def verified(document: Mapping[str, Any]) -> str:
    """What the verification of one proof makes of a document, through the reader of bytes."""
    raw = json.dumps(document).encode()
    return outcome(lambda: verify_proof(parse_json(raw), key_for=key_for, suites=SUITES))


def shown(document: Mapping[str, Any]) -> str:
    """What the reader of our own profiles makes of a document, the question after the proof included."""
    return outcome(lambda: present(json.dumps(document), networks=[NETWORK]).require_exact())


BADGE, CARD = signed(badge()), signed(card(), EDDSA_JCS_2022)


@pytest.mark.parametrize("document", [BADGE, CARD], ids=["badge", "card"])
def test_the_control_is_accepted(document: Document) -> None:
    assert verified(document) == "accepted"
    assert verified({**document, "proof": [document["proof"]]}) == "accepted"


_PROOF = BADGE["proof"]
PROOFS: list[tuple[Any, str]] = [
    ([], "proof_missing"),
    (None, "proof_missing"),
    ({}, "proof_type_unsupported"),
    ("proof", "proof_invalid"),
    ([[_PROOF]], "proof_invalid"),
    ([_PROOF, _PROOF], "proofs_several"),
    ({**_PROOF, "proofValue": ""}, "proof_value_invalid"),
    ({**_PROOF, "proofValue": "z"}, "proof_value_invalid"),
    ({**_PROOF, "proofValue": "u" + _PROOF["proofValue"][1:]}, "proof_value_invalid"),
    ({**_PROOF, "proofValue": _PROOF["proofValue"] + "1"}, "proof_value_invalid"),
    ({**_PROOF, "proofPurpose": "authentication"}, "proof_purpose_wrong"),
    ({**_PROOF, "proofPurpose": ["assertionMethod"]}, "proof_purpose_wrong"),
    ({**_PROOF, "cryptosuite": "eddsa-jcs-2022"}, "signature_invalid"),
    ({**_PROOF, "cryptosuite": "none"}, "cryptosuite_not_allowed"),
    ({**_PROOF, "type": "Ed25519Signature2020"}, "proof_type_unsupported"),
    ({**_PROOF, "previousProof": "urn:x:y"}, "proof_chain"),
    ({**_PROOF, "created": "2026-03-01"}, "instant_invalid"),
    ({**_PROOF, "created": "2026-03-01T08:00:01Z"}, "signature_invalid"),
    ({**_PROOF, "domain": "https://v.example"}, "signature_invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("proof", "code"), PROOFS, ids=[code for _, code in PROOFS])
def test_a_proof_that_is_stripped_emptied_doubled_or_changed_is_refused(proof: Any, code: str) -> None:
    assert verified({**BADGE, "proof": proof}) == code


def test_no_proofs_never_count_as_all_proofs() -> None:
    def all_of(document: Mapping[str, Any]) -> str:
        return outcome(lambda: verify_proofs(document, key_for=key_for, suites=SUITES))

    unsigned = {name: value for name, value in BADGE.items() if name != "proof"}
    documents = [unsigned, {**unsigned, "proof": []}, {**unsigned, "proof": None}]
    assert [all_of(document) for document in documents] == ["proof_missing"] * 3
    assert all_of(BADGE) == "accepted"


def _contexts(document: Document) -> dict[str, list[Any]]:
    own = document["@context"]
    return {
        "appended": [*own, "https://w3id.org/security/data-integrity/v2"],
        "reordered": own[::-1],
        "substituted": ["https://www.w3.org/2018/credentials/v1", *own[1:]],
        "shortened": own[:-1],
        "doubled": [*own, own[-1]],
    }


@pytest.mark.parametrize("how", ["appended", "reordered", "substituted", "shortened", "doubled"])
@pytest.mark.parametrize("form", ["wallet", "card"])
def test_another_list_of_contexts_is_refused(form: str, how: str) -> None:
    document = signed_wallet(TYPICAL) if form == "wallet" else signed_card(TYPICAL)
    assert shown(document) == "accepted"
    document["@context"] = _contexts(document)[how]
    assert shown(document) == "member_unexpected"


@pytest.mark.parametrize("how", ["appended", "reordered", "substituted", "shortened", "doubled"])
def test_a_proof_over_json_does_not_survive_another_list_of_contexts(how: str) -> None:
    assert verified({**CARD, "@context": _contexts(CARD)[how]}) == "proof_context_mismatch"


_INLINE: list[tuple[Any, str]] = [
    ({"@vocab": "https://e.example/"}, "context_inline"),
    ({"@base": "https://e.example/"}, "context_inline"),
    ({"@import": SKILLS_V1}, "context_inline"),
    ({"holder": "https://www.w3.org/2018/credentials#issuer"}, "context_inline"),
    ({"kennung": "@id"}, "context_inline"),
    ({}, "context_inline"),
    (None, "context_inline"),
    ([[SKILLS_V1]], "context_inline"),
    (7, "context_inline"),
    ("https://e.example/mine", "context_unknown"),
    ("", "context_unknown"),
    ("skills-v1.jsonld", "context_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "code"), _INLINE)
def test_a_context_that_the_document_brings_along_is_refused(context: Any, code: str) -> None:
    assert verified({**BADGE, "@context": [*BADGE["@context"], context]}) == code
    if context != "":
        inner = changed(BADGE, "evidence", 0, "@context", to=context)
        assert verified(inner) == "context_inline"


_MEMBERS: list[tuple[str, Any, str]] = [
    ("@graph", [], "keyword"),
    ("@graph", [badge()], "keyword"),
    ("@included", [{"id": "urn:a:b", "type": "Profile"}], "keyword"),
    ("@reverse", {"issuer": {"id": "urn:a:b"}}, "keyword"),
    ("@nest", {"name": "x"}, "keyword"),
    ("@id", "urn:a:b", "keyword"),
    ("@type", "VerifiableCredential", "keyword"),
    ("@language", "fr", "keyword"),
    ("@index", "x", "keyword"),
    ("@foo", "x", "keyword"),
    ("undefined", "x", "term"),
    ("https://schema.org/name", "x", "term"),
    ("schema:name", "x", "term"),
    ("_:b0", "x", "term"),
    ("", "x", "term"),
    (" name", "x", "term"),
    ("Name", "x", "term"),
    ("namе", "x", "term"),  # a Cyrillic letter
    ("name\u200b", "x", "term"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "what"), _MEMBERS)
def test_a_keyword_or_a_term_that_nobody_defined_is_refused(key: str, value: Any, what: str) -> None:
    code = {"keyword": "keyword_not_alias", "term": "term_undefined"}[what]
    for document in ({**BADGE, key: value}, changed(BADGE, "evidence", 0, key, to=value)):
        assert verified(document) == code
    assert verified({**CARD, key: value}) == "signature_invalid"


def test_an_undefined_type_is_refused() -> None:
    assert verified({**BADGE, "type": [*BADGE["type"], "Unheard"]}) == "term_undefined"
    assert verified({**BADGE, "type": [*BADGE["type"], "https://e.example/Type"]}) == "signature_invalid"


_RAW = json.dumps(BADGE).encode()
BYTES: list[tuple[bytes, str]] = [
    (_RAW[:-1] + b', "name": "x"}', "json_duplicate_key"),
    (_RAW[:-1] + b', "n\\u0061me": "x"}', "json_duplicate_key"),
    (_RAW[:-1] + b', "n": 9007199254740992}', "json_integer_unsafe"),
    (_RAW[:-1] + b', "n": -0}', "json_integer_unsafe"),
    (_RAW[:-1] + b', "n": 1e2}', "json_float"),
    (_RAW[:-1] + b', "n": 1.0}', "json_float"),
    (_RAW[:-1] + b', "n": NaN}', "json_invalid"),
    (_RAW[:-1] + b', "n": "\\ud800"}', "json_surrogate"),
    (_RAW[:-1] + b', "n": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", "json_too_deep"),
    (_RAW + b" " * (MAX_BYTES - len(_RAW) + 1), "json_too_large"),
    (_RAW + b"{}", "json_invalid"),
    (b"\xef\xbb\xbf" + _RAW, "json_invalid"),
    (_RAW.decode().encode("utf-16"), "json_not_utf8"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "code"), BYTES, ids=[code for _, code in BYTES])
def test_bytes_that_two_readers_read_differently_are_refused(raw: bytes, code: str) -> None:
    assert outcome(lambda: verify_proof(parse_json(raw), key_for=key_for, suites=SUITES)) == code


def test_the_largest_and_the_deepest_are_still_read() -> None:
    assert verified(json.loads(_RAW + b" " * (MAX_BYTES - len(_RAW)))) == "accepted"
    inner = MAX_DEPTH - 1
    assert parse_json(b'{"n": ' + b"[" * inner + b"]" * inner + b"}")


_LOOKALIKES = [
    "\u00c9",
    "E\u0301",
    "\u0415\u0301",
    "\u202eabc",
    "abc",
    "a\u200bbc",
    "\ufb01",
    "fi",
    "\u00a0",
    " ",
    "\uff21",
    "A",
]


@pytest.mark.parametrize("text", _LOOKALIKES)
@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_text_is_kept_exactly_and_no_lookalike_takes_its_place(suite: Suite, text: str) -> None:
    document = signed(changed(badge(), "name", to=text), suite)
    assert verified(document) == "accepted"
    assert parse_json(json.dumps(document).encode())["name"] == text
    for other in _LOOKALIKES:
        expected = "accepted" if other == text else "signature_invalid"
        assert verified({**document, "name": other}) == expected


_DATES = [
    "2026-03-01", "2026-03-01T08:00:00", "2026-03-01 08:00:00Z", "2026-W10-1T00:00:00Z", "20260301T000000Z",
    "2026-03-01T24:00:00Z", "2026-03-01T08:00:60Z", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z",
    "0000-01-01T00:00:00Z", "٢٠٢٦-03-01T00:00:00Z", "2026-03-01T00:00:00z",
    "+2026-03-01T00:00:00Z", "1772323200", "", " ", 1772323200, True, None, [],
]  # fmt: skip


@pytest.mark.parametrize("value", _DATES, ids=repr)
@pytest.mark.parametrize("form", ["wallet", "card"])
def test_a_date_in_a_wrong_form_is_refused(form: str, value: Any) -> None:
    document = signed_wallet(TYPICAL) if form == "wallet" else signed_card(TYPICAL)
    document["validFrom"] = value
    code = shown(document)
    assert code in {"member_invalid", "member_unexpected"}


_URL = f"{BASE}/status/revocation/1"
_BITS = bitstring.with_bits(bitstring.blank(), [7])


def _list(**members: Any) -> Document:
    document = list_document(
        _URL,
        issuer=ISSUER,
        purpose="revocation",
        bits=_BITS,
        valid_from=CREATED,
        valid_until=CREATED.replace(day=8),
    )
    for name, value in members.items():
        place = (
            document["credentialSubject"]
            if name in document["credentialSubject"] and name != "id"
            else document
        )
        place[name] = value
    return signed(document, EDDSA_JCS_2022)


def _packed(data: bytes) -> str:
    return multibase.encode_base64url(gzip.compress(data, mtime=0))


def _read(document: Document) -> str:
    verify_proof(document, key_for=key_for, suites=SUITES)
    return outcome(lambda: read_list(document, url=_URL, issuer=ISSUER, purpose="revocation"))


LISTS: list[tuple[dict[str, Any], str]] = [
    ({}, "accepted"),
    ({"issuer": "did:web:skills.example:ga:1"}, "status_list_credential_invalid"),
    ({"id": f"{BASE}/status/revocation/2"}, "status_list_credential_invalid"),
    ({"statusPurpose": "suspension"}, "status_list_credential_invalid"),
    ({"encodedList": _packed(bytes(16_383))}, "status_list_too_short"),
    ({"encodedList": _packed(bytes(bitstring.MAX_BYTES + 1))}, "status_list_too_long"),
    ({"encodedList": _packed(bytes(64 * 1024 * 1024))}, "status_list_too_long"),
    ({"encodedList": multibase.encode_base64url(bytes(16_384))}, "status_list_invalid"),
    ({"encodedList": "uAAAA"}, "status_list_invalid"),
    ({"encodedList": ""}, "status_list_invalid"),
    ({"validFrom": "today"}, "instant_invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "code"), LISTS, ids=[code for _, code in LISTS])
def test_a_signed_list_that_is_not_the_one_asked_for_is_refused(members: dict[str, Any], code: str) -> None:
    assert _read(_list(**members)) == code


def test_a_list_says_until_when_it_may_be_believed() -> None:
    found = read_list(_list(), url=_URL, issuer=ISSUER, purpose="revocation")
    assert found.valid_until == CREATED.replace(day=8)


_CARD = card_of(TYPICAL)


CBOR: list[tuple[bytes, str]] = [
    (_CARD + b"\x00", "trailing bytes"),
    (_CARD[:-1], "cut short"),
    (b"\xd9\xd9\xf7" + _CARD, "a tag in front"),
    (cbor2.dumps({1: 2}), "a map"),
    (b"\xa2\x01\x02\x01\x03", "a map with a key twice"),
    (b"\x81" * 300 + b"\x00", "deep nesting"),
    (b"\x9f" + _CARD[1:] + b"\xff", "an array of no stated length"),
    (b"\xc1" + _CARD, "another tag"),
    (b"\xfb" + bytes(8), "a float"),
    (b"", "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "what"), CBOR, ids=[what for _, what in CBOR])
def test_cbor_in_any_other_form_is_refused(raw: bytes, what: str) -> None:
    assert outcome(lambda: skillcard.decode_bytes(_CARD, networks=[NETWORK])) == "accepted"
    with pytest.raises((Malformed, Unsupported)) as caught:
        skillcard.decode_bytes(raw, networks=[NETWORK])
    assert caught.value.code
    assert not isinstance(caught.value, BadSignature)
