"""The rules of the data model, one row each: what is accepted, and which member is named where it is not."""

from typing import Any

import pytest

from certes.credential.data_model import (
    V1,
    V2,
    credentials_of,
    require_credential,
    require_enveloped,
    require_presentation,
)
from certes.credential.errors import Malformed, Unsupported

BASE = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
OLD = "https://www.w3.org/2018/credentials/v1"
SRI = "sha256-" + "A" * 43 + "="
ENTRY = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": "https://example.com/status/3",
}


def credential(**more: Any) -> dict[str, Any]:
    """The least credential, with members added; None takes one away."""
    members = {
        "@context": [BASE],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
    } | more
    return {name: value for name, value in members.items() if value is not ABSENT}


ABSENT: Any = object()

GOOD: dict[str, dict[str, Any]] = {
    "least": {},
    "more contexts": {"@context": [BASE, EXAMPLES, {"Term": "https://example.org/#Term"}]},
    "one type as text": {"type": "VerifiableCredential"},
    "type as URL": {"type": ["https://example.org/#T", "VerifiableCredential"]},
    "id": {"id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"},
    "issuer object": {"issuer": {"id": "https://example.org/i", "name": "One"}},
    "subjects": {"credentialSubject": [{"id": "did:example:a"}, {"name": "b"}]},
    "no subject id": {"credentialSubject": {"name": "b"}},
    "dates": {"validFrom": "2023-02-27T05:15:42.123Z", "validUntil": "2023-02-27T01:15:43-05:00"},
    "same instant": {"validFrom": "2023-02-27T05:15:42Z", "validUntil": "2023-02-27T05:15:42Z"},
    "name": {"name": "x", "description": {"@value": "x", "@language": "en", "@direction": "ltr"}},
    "names": {"name": [{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]},
    "status": {"credentialStatus": ENTRY},
    "statuses": {
        "credentialStatus": [ENTRY | {"id": "https://example.com/status/3#94567"}, {"type": "Other"}]
    },
    "two bits": {
        "credentialStatus": ENTRY
        | {"statusSize": 2, "statusMessage": [{"status": f"0x{n}", "message": "m"} for n in range(4)]}
    },
    "schema": {"credentialSchema": {"type": "JsonSchema", "id": "https://example.org/schema"}},
    "evidence": {"evidence": [{"type": "E"}, {"type": ["E", "F"], "id": "https://example.org/e"}]},
    "refresh": {
        "refreshService": {"type": "R"},
        "termsOfUse": {"type": "T"},
        "confidenceMethod": {"type": "C"},
    },
    "related": {"relatedResource": {"id": "https://example.org/r", "digestSRI": SRI}},
}

BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "no context": ({"@context": ABSENT}, "context_base_missing", "@context"),
    "another first": ({"@context": [EXAMPLES, BASE]}, "context_base_missing", "@context"),
    "context as text": ({"@context": BASE}, "context_base_missing", "@context"),
    "empty contexts": ({"@context": []}, "context_base_missing", "@context"),
    "context number": ({"@context": [BASE, 123192875]}, "context_invalid", "@context"),
    "context no URL": ({"@context": [BASE, "https ://not-a-url/"]}, "context_invalid", "@context"),
    "context null": ({"@context": [BASE, None]}, "context_invalid", "@context"),
    "the old model": ({"@context": [OLD]}, "context_base_missing", "@context"),
    "no type": ({"type": ABSENT}, "member_missing", "type"),
    "type null": ({"type": None}, "member_missing", "type"),
    "no types": ({"type": []}, "type_invalid", "type"),
    "type number": ({"type": ["VerifiableCredential", 2]}, "type_invalid", "type"),
    "type with a blank": ({"type": ["VerifiableCredential", "a b"]}, "type_invalid", "type"),
    "not the type": ({"type": ["Other"]}, "type_required", "type"),
    "id null": ({"id": None}, "url_invalid", "id"),
    "ids": ({"id": ["did:example:a", "did:example:b"]}, "url_invalid", "id"),
    "id no URL": ({"id": "not-a-url"}, "url_invalid", "id"),
    "no issuer": ({"issuer": ABSENT}, "member_missing", "issuer"),
    "issuer no URL": ({"issuer": "not-a-url"}, "url_invalid", "issuer"),
    "issuer number": ({"issuer": 5}, "url_invalid", "issuer"),
    "issuer without id": ({"issuer": {"name": "x"}}, "url_invalid", "issuer.id"),
    "issuers": ({"issuer": ["did:example:a"]}, "url_invalid", "issuer"),
    "issuer's name": (
        {"issuer": {"id": "did:example:a", "name": 3}},
        "language_value_invalid",
        "issuer.name",
    ),
    "no subject": ({"credentialSubject": ABSENT}, "member_missing", "credentialSubject"),
    "empty subject": ({"credentialSubject": {}}, "subject_empty", "credentialSubject"),
    "one empty": ({"credentialSubject": [{"a": 1}, {}]}, "subject_empty", "credentialSubject[1]"),
    "subject text": ({"credentialSubject": "did:example:a"}, "member_invalid", "credentialSubject"),
    "no subjects": ({"credentialSubject": []}, "member_invalid", "credentialSubject"),
    "subject ids": ({"credentialSubject": {"id": ["a:b", "c:d"]}}, "url_invalid", "credentialSubject.id"),
    "date": ({"validFrom": "2017-09-2708:00:00Z"}, "instant_invalid", "validFrom"),
    "date without zone": ({"validUntil": "2017-09-27T08:00:00"}, "instant_invalid", "validUntil"),
    "date number": ({"validFrom": 20170927}, "instant_invalid", "validFrom"),
    "reversed": (
        {"validFrom": "2023-02-27T05:15:42Z", "validUntil": "2023-02-27T05:15:41Z"},
        "validity_reversed",
        "validUntil",
    ),
    "name with more": ({"name": {"@value": "x", "url": "y"}}, "language_value_invalid", "name"),
    "language": ({"name": {"@value": "x", "@language": "not a tag"}}, "language_value_invalid", "name"),
    "direction": ({"name": {"@value": "x", "@direction": "up"}}, "language_value_invalid", "name"),
    "description": ({"description": ["a", 7]}, "language_value_invalid", "description"),
    "status without type": ({"credentialStatus": {"id": "a:b"}}, "member_missing", "credentialStatus.type"),
    "status type": ({"credentialStatus": {"type": 2}}, "type_invalid", "credentialStatus.type"),
    "status id": ({"credentialStatus": {"id": "x", "type": "S"}}, "url_invalid", "credentialStatus.id"),
    "terms": ({"termsOfUse": [{"id": "a:b"}]}, "member_missing", "termsOfUse[0].type"),
    "evidence": ({"evidence": ["text"]}, "member_invalid", "evidence[0]"),
    "proof": ({"proof": {"created": "x"}}, "member_missing", "proof.type"),
    "schema id": ({"credentialSchema": {"type": "JsonSchema"}}, "member_missing", "credentialSchema.id"),
    "related text": ({"relatedResource": ["https://e.org"]}, "member_invalid", "relatedResource[0]"),
    "related id": ({"relatedResource": [{"digestSRI": SRI}]}, "url_invalid", "relatedResource[0].id"),
    "no digest": ({"relatedResource": [{"id": "a:b"}]}, "digest_missing", "relatedResource[0]"),
    "twice": (
        {"relatedResource": [{"id": "a:b", "digestSRI": SRI}] * 2},
        "related_resource_repeated",
        "relatedResource[1].id",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_credential_of_the_model_is_accepted(name: str) -> None:
    assert require_credential(credential(**GOOD[name])) is V2


@pytest.mark.parametrize("name", BAD)
def test_a_credential_outside_the_model_is_refused_by_its_member(name: str) -> None:
    members, code, field = BAD[name]
    with pytest.raises(Malformed) as caught:
        require_credential(credential(**members))
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("changed", "member"),
    [
        ({"statusListIndex": True}, "statusListIndex"),
        ({"statusListIndex": "-1"}, "statusListIndex"),
        ({"statusListIndex": "01"}, "statusListIndex"),
        ({"statusPurpose": 1}, "statusPurpose"),
        ({"statusListCredential": "x"}, "statusListCredential"),
        ({"id": ENTRY["statusListCredential"]}, "statusListCredential"),
        ({"statusSize": 0}, "statusSize"),
        ({"statusSize": 2}, "statusMessage"),
        ({"statusSize": 1, "statusMessage": [{"status": "0x0", "message": "m"}]}, "statusMessage"),
        ({"statusReference": [5]}, "statusReference"),
    ],
)
def test_a_status_entry_is_looked_into(changed: dict[str, Any], member: str) -> None:
    for name in ("credentialStatus", "statusEntry"):
        with pytest.raises(Malformed) as caught:
            require_credential(credential(**{name: ENTRY | changed}))
        assert (caught.value.code, caught.value.field) == ("status_entry_invalid", f"{name}.{member}")


def test_the_older_model_is_accepted_only_where_it_is_asked_for() -> None:
    old = credential(**{"@context": [OLD], "issuanceDate": "2020-01-01T00:00:00Z"})
    assert require_credential(old, models=(V2, V1)) is V1
    with pytest.raises(Malformed, match="context_base_missing"):
        require_credential(old)
    with pytest.raises(Malformed, match="member_missing at issuanceDate"):
        require_credential(credential(**{"@context": [OLD]}), models=(V2, V1))
    with pytest.raises(Malformed, match=r"member_missing at refreshService\.id"):
        require_credential(old | {"refreshService": {"type": "R"}}, models=(V1,))


def presentation(**more: Any) -> dict[str, Any]:
    return {"@context": [BASE], "type": ["VerifiablePresentation"], **more}


ENVELOPE = {
    "@context": BASE,
    "type": "EnvelopedVerifiableCredential",
    "id": "data:application/vc+jwt,e30.e30.AA",
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"id": "urn:uuid:1", "holder": "did:example:h"},
        {"holder": {"id": "did:example:h", "name": "H"}},
        {"verifiableCredential": [credential(), ENVELOPE]},
        {"verifiableCredential": credential()},
        {"verifiableCredential": []},
    ],
)
def test_a_presentation_of_the_model_is_accepted(more: dict[str, Any]) -> None:
    assert require_presentation(presentation(**more)) is V2


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"type": ["Other"]}, "type_required", "type"),
        ({"@context": [EXAMPLES]}, "context_base_missing", "@context"),
        ({"holder": {"name": "x"}}, "url_invalid", "holder.id"),
        ({"holder": 4}, "url_invalid", "holder"),
        ({"verifiableCredential": ["text"]}, "member_invalid", "verifiableCredential[0]"),
        ({"verifiableCredential": None}, "member_missing", "verifiableCredential"),
        ({"verifiableCredential": "text"}, "member_invalid", "verifiableCredential"),
        (
            {"verifiableCredential": [credential(type=ABSENT)]},
            "member_missing",
            "verifiableCredential[0].type",
        ),
        ({"verifiableCredential": [ENVELOPE | {"id": "https://e.org"}]}, "url_invalid", "id"),
        ({"verifiableCredential": [ENVELOPE | {"@context": EXAMPLES}]}, "context_base_missing", "@context"),
    ],
)
def test_a_presentation_outside_the_model_is_refused(more: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        require_presentation(presentation(**more))
    assert (caught.value.code, caught.value.field) == (code, field)


def test_an_envelope_has_one_type() -> None:
    with pytest.raises(Malformed, match="type_required"):
        require_enveloped(ENVELOPE | {"type": ["EnvelopedVerifiableCredential", "Other"]})


def test_a_presentation_of_very_many_credentials_is_refused() -> None:
    with pytest.raises(Unsupported, match="credentials_too_many"):
        credentials_of(presentation(verifiableCredential=[credential()] * 65))
