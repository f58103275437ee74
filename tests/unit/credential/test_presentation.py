"""Presentations: who presents, to whom, and what. Every refusal beside the valid case it differs from."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.contexts import CREDENTIALS_V2
from certes.credential.credential_schema import Resource
from certes.credential.envelope import jwt, sd_jwt, wrap
from certes.credential.errors import Malformed
from certes.credential.generic import CredentialReport, Profile, look_at_credential
from certes.credential.keys import P256, EcdsaSigner, Ed25519Signer, Signer
from certes.credential.presentation import Demands, PresentationReport, verify_presentation
from certes.credential.proof import (
    ALL_SUITES,
    ECDSA_JCS_2019,
    EDDSA_JCS_2022,
    EDDSA_RDFC_2022,
    add_proof,
    sign,
)
from certes.credential.proving import Prover

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
CHALLENGE, DOMAIN = "u8Qx", "verify.example"
PROFILE = Profile(prove=Prover(ALL_SUITES, NOW))
DEMANDS = Demands(challenge=CHALLENGE, domain=DOMAIN)


def signer(seed: int) -> Ed25519Signer:
    """A key under its own did:key."""
    multikey = Ed25519Signer(bytes([seed]) * 32, "").public_key.multikey
    return Ed25519Signer(bytes([seed]) * 32, f"did:key:{multikey}#{multikey}")


def did_of(key: Signer) -> str:
    return key.verification_method.partition("#")[0]


ISSUER, HOLDER, OTHER = signer(1), signer(2), signer(3)


def credential(*, by: Ed25519Signer = ISSUER, issuer: str | None = None, **more: Any) -> dict[str, Any]:
    """A signed credential about the holder."""
    unsigned = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer or did_of(by),
        "credentialSubject": {"id": did_of(HOLDER), "name": "Amina"},
    } | more
    return sign(unsigned, signer=by, suite=EDDSA_RDFC_2022, created=NOW)


def presentation(
    *credentials: dict[str, Any],
    by: Signer = HOLDER,
    holder: str | None = "",
    suite: Any = EDDSA_RDFC_2022,
    **how: Any,
) -> dict[str, Any]:
    """A presentation for CHALLENGE and DOMAIN; `holder` None leaves the member out."""
    unsigned: dict[str, Any] = {"@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"]}
    if holder is not None:
        unsigned["holder"] = holder or did_of(by)
    if credentials:
        unsigned["verifiableCredential"] = list(credentials)
    proof: dict[str, Any] = {
        "purpose": "authentication",
        "challenge": CHALLENGE,
        "domain": DOMAIN,
        "created": NOW,
    } | how
    return sign(unsigned, signer=by, suite=suite, **proof)


def report(
    document: dict[str, Any], demands: Demands = DEMANDS, profile: Profile = PROFILE
) -> PresentationReport:
    return verify_presentation(document, profile=profile, demands=demands, at=NOW)


def codes(found: PresentationReport | CredentialReport) -> list[str]:
    return [problem.refusal.code for problem in found.problems]


@pytest.mark.parametrize("suite", [EDDSA_RDFC_2022, EDDSA_JCS_2022])
def test_a_presentation_of_the_holder_is_verified(suite: Any) -> None:
    found = report(presentation(credential(), suite=suite))
    assert codes(found) == []
    assert found.verified
    assert found.holder == did_of(HOLDER)
    assert [inner.binding for inner in found.credentials] == ["issuer"]


def test_a_telephone_s_p256_key_may_present() -> None:
    bare = EcdsaSigner(bytes([9]) * 32, "", key_type=P256)
    multikey = bare.public_key.multikey
    key = EcdsaSigner(bytes([9]) * 32, f"did:key:{multikey}#{multikey}", key_type=P256)
    assert report(presentation(credential(), by=key, suite=ECDSA_JCS_2019)).verified


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"challenge": "another"}, "proof_challenge_wrong"),
        ({"challenge": None}, "proof_challenge_wrong"),
        ({"domain": "elsewhere.example"}, "proof_domain_wrong"),
        ({"domain": None}, "proof_domain_wrong"),
        ({"purpose": "assertionMethod"}, "proof_purpose_wrong"),
        ({"expires": NOW - timedelta(seconds=1)}, "proof_expired"),
        ({"holder": None}, "holder_missing"),
        ({"holder": did_of(OTHER)}, "holder_not_proved"),
    ],
)
def test_a_presentation_for_another_or_by_another_is_not_verified(how: dict[str, Any], code: str) -> None:
    found = report(presentation(credential(), **how))
    assert codes(found) == [code]
    assert not found.verified


def test_an_altered_presentation_is_not_verified() -> None:
    document = presentation(credential())
    document["id"] = "urn:uuid:0"
    assert codes(report(document)) == ["signature_invalid"]


def test_every_credential_is_checked() -> None:
    altered = credential()
    altered["credentialSubject"]["name"] = "Awa"
    found = report(presentation(credential(), altered))
    assert codes(found) == []
    assert [codes(inner) for inner in found.credentials] == [[], ["signature_invalid"]]
    assert not found.verified


def test_the_holder_is_the_subject_where_that_is_asked() -> None:
    asked = Demands(challenge=CHALLENGE, domain=DOMAIN, holder_is_subject=True)
    assert report(presentation(credential()), asked).verified
    about_another = credential(credentialSubject={"id": did_of(OTHER), "name": "x"})
    (inner,) = report(presentation(about_another), asked).credentials
    assert codes(inner) == ["holder_not_subject"]
    assert report(presentation(about_another)).verified


def test_what_the_holder_says_of_itself_is_said_under_its_name() -> None:
    loose = Demands(challenge=CHALLENGE, domain=DOMAIN, holder_proves=False)
    unbound = Profile(prove=Prover(ALL_SUITES, NOW), binding=False)
    own = credential(by=HOLDER)
    assert report(presentation(own)).verified
    assert report(presentation(own, holder=None), loose).verified  # it has a proof of its own
    assert codes(report(presentation(own, holder="did:example:acme"), loose)) == ["holder_not_issuer"]
    other = credential(by=HOLDER, issuer="did:example:acme")
    assert codes(report(presentation(other), loose, unbound)) == ["holder_not_issuer"]


def test_a_presentation_without_credentials_proves_who_is_there() -> None:
    assert report(presentation()).verified


def test_an_enveloped_presentation_is_opened_for_this_verifier() -> None:
    unsigned = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": did_of(HOLDER),
        "verifiableCredential": [credential()],
    }
    sealed = jwt.seal(unsigned, signer=HOLDER, kind=jwt.VP_JWT, nonce=CHALLENGE, audience=DOMAIN)
    found = report(wrap(sealed, media_type=jwt.VP_JWT))
    assert found.verified, codes(found)
    elsewhere = jwt.seal(unsigned, signer=HOLDER, kind=jwt.VP_JWT, nonce="other", audience=DOMAIN)
    assert codes(report(wrap(elsewhere, media_type=jwt.VP_JWT))) == ["jwt_nonce_wrong"]


def test_a_presentation_of_another_form_says_so() -> None:
    assert codes(report({"type": "VerifiablePresentation"})) == ["context_base_missing"]
    envelope = {"@context": CREDENTIALS_V2, "type": "EnvelopedVerifiablePresentation", "id": "data:,x"}
    assert codes(report(envelope)) == ["envelope_media_type_unsupported"]


def look(document: dict[str, Any], profile: Profile = PROFILE) -> CredentialReport:
    return look_at_credential(document, profile=profile, at=NOW)


def test_whose_key_it_is_stands_apart_from_the_proof() -> None:
    foreign = credential(by=OTHER, issuer=did_of(ISSUER))
    found = look(foreign)
    assert (found.binding, codes(found), found.verified) == ("other", ["issuer_not_bound"], False)
    alone = look(foreign, Profile(prove=Prover(ALL_SUITES, NOW), binding=False))
    assert (alone.binding, alone.verified) == ("other", True)
    assert look(credential()).binding == "issuer"


def test_of_a_set_all_proofs_hold_and_one_is_the_issuers() -> None:
    both = add_proof(credential(), signer=OTHER, suite=EDDSA_JCS_2022, created=NOW)
    assert look(both).verified
    both["proof"][1]["proofValue"] = multibase.encode_base58(bytes(64))
    assert codes(look(both)) == ["signature_invalid"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"validFrom": "2026-11-25T08:00:01Z"}, "credential_not_yet_valid"),
        ({"validUntil": "2026-11-25T07:59:59Z"}, "credential_expired"),
    ],
)
def test_a_credential_outside_its_dates_is_not_verified(more: dict[str, Any], code: str) -> None:
    assert codes(look(credential(**more))) == [code]
    inside: dict[str, Any] = {"validFrom": "2026-11-25T08:00:00Z", "validUntil": "2026-11-25T08:00:00Z"}
    assert look(credential(**inside)).verified


def test_related_resources_and_schemas_are_asked_where_they_are_at_hand() -> None:
    resource = {"id": "https://example.org/r", "digestSRI": "sha256-" + "A" * 43 + "="}
    document = credential(relatedResource=resource)
    assert look(document).verified
    assert codes(look(document)) == ["related_resource_not_at_hand"]
    held = Profile(prove=Prover(ALL_SUITES, NOW), contents={"https://example.org/r": b"x"})
    assert codes(look(document, held)) == ["digest_mismatch"]
    assert not look(document, held).verified


def test_an_sd_jwt_or_jwt_credential_is_not_taken_for_a_presentation() -> None:
    unsigned = {name: value for name, value in credential().items() if name != "proof"}
    sealed = wrap(jwt.seal(unsigned, signer=ISSUER, kind=jwt.VC_JWT), media_type=jwt.VC_JWT)
    assert look(sealed).verified
    assert codes(report(sealed)) == ["context_base_missing"]  # no list of contexts: no presentation
    tampered = sealed | {"id": sealed["id"][:-4] + "AAAA"}
    assert codes(look(tampered)) in (["signature_invalid"], ["multibase_invalid"])


def enveloped(document: dict[str, Any], key: Signer = ISSUER) -> dict[str, Any]:
    return wrap(jwt.seal(document, signer=key, kind=jwt.VC_JWT), media_type=jwt.VC_JWT)


def test_what_is_inside_an_envelope_has_the_form_too() -> None:
    hollow = {"@context": [CREDENTIALS_V2], "type": ["VerifiableCredential"], "issuer": did_of(ISSUER)}
    found = look(enveloped(hollow))
    assert (codes(found), bool(found.proofs), found.verified) == (["member_missing"], True, False)
    asked = Demands(challenge=CHALLENGE, domain=DOMAIN, holder_is_subject=True)
    (inner,) = report(presentation(enveloped(hollow)), asked).credentials
    assert codes(inner) == ["member_missing"]


def test_a_key_whose_name_is_no_did_binds_nobody() -> None:
    named = Ed25519Signer(bytes([1]) * 32, "https://example.org/keys/1")

    def key_for(method: str, purpose: str) -> Any:
        return named.public_key

    profile = Profile(prove=Prover(ALL_SUITES, NOW, key_for=key_for))
    unsigned = {name: value for name, value in credential().items() if name != "proof"}
    found = look(sign(unsigned, signer=named, suite=EDDSA_JCS_2022, created=NOW), profile)
    assert (found.binding, codes(found)) == ("other", ["issuer_not_bound"])


def test_a_proof_that_has_ended_is_not_verified() -> None:
    unsigned = {name: value for name, value in credential().items() if name != "proof"}
    ended = sign(
        unsigned, signer=ISSUER, suite=EDDSA_RDFC_2022, created=NOW, expires=NOW - timedelta(seconds=1)
    )
    assert codes(look(ended)) == ["proof_expired"]


def test_an_sd_jwt_credential_is_opened_as_well() -> None:
    unsigned = {name: value for name, value in credential().items() if name != "proof"}
    claims = unsigned | {"vct": "https://example.org/type"}
    sealed = wrap(
        sd_jwt.issue(claims, signer=ISSUER, disclosable=(), random=bytes), media_type=sd_jwt.DC_SD_JWT
    )
    assert look(sealed).verified
    prover = Prover(ALL_SUITES, NOW)
    with pytest.raises(Malformed, match="envelope_invalid"):
        prover(sealed, purpose="assertionMethod", challenge="u1")


def test_a_credential_that_does_not_follow_its_schema_is_not_verified() -> None:
    url = "https://example.org/schema"
    schema = {
        "$id": url,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {"credentialSubject": {"required": ["name"]}},
    }
    asking = Profile(prove=Prover(ALL_SUITES, NOW), schemas={url: Resource(schema)})
    entry = {"id": url, "type": "JsonSchema"}
    assert look(credential(credentialSchema=entry), asking).verified
    nameless = credential(credentialSchema=entry, credentialSubject={"id": "did:example:s"})
    assert codes(look(nameless, asking)) == ["schema_violation"]
    assert not look(nameless, asking).verified
    assert look(nameless).verified  # without the schema nothing is said of it but a warning


def test_a_status_that_speaks_against_it_is_a_problem() -> None:
    withdrawn = Profile(
        prove=Prover(ALL_SUITES, NOW),
        status=lambda _: Malformed("credential_revoked", field="credentialStatus"),
    )
    assert codes(look(credential(), withdrawn)) == ["credential_revoked"]
