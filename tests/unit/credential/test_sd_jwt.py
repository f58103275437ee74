"""SD-JWT: what is withheld stays hidden, what is shown is what was signed, and every tampering has a name."""

from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.envelope import Opened, disclosures, jws, sd_jwt
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from certes.credential.keys import Signer, to_jwk
from tests.unit.credential.envelope_samples import (
    AT,
    AUDIENCE,
    BOUND,
    CLAIMS,
    ED25519,
    HOLDER_KEY,
    HOLDS,
    ISSUER,
    NONCE,
    NOW,
    PATHS,
    SIGNERS,
    STRANGER,
    counting,
    digest_of,
    encoded,
    header_of,
    issued,
    key_for,
    payload_of,
    sd_text,
)

_VCT = {"vct": "https://skills.example/vct/x"}
_CNF = {"cnf": {"jwk": to_jwk(HOLDER_KEY.public_key)}}
_NAME = ["c2FsdA", "name", "NGO MBARGA"]
_ELEMENT = ["c2FsdA", "U1"]


def _verify(text: str, **options: Any) -> Opened:
    return sd_jwt.verify(text, **{"key_for": key_for, "now": NOW, **options})


def _refused(text: str, kind: type[Refusal], code: str, field: str | None = None, **options: Any) -> None:
    with pytest.raises(kind) as caught:
        _verify(text, **options)
    assert (type(caught.value), caught.value.code, caught.value.field) == (kind, code, field)


@pytest.mark.parametrize("signer", SIGNERS, ids=["EdDSA", "ES256", "ES384"])
@pytest.mark.parametrize("hash_name", ["sha-256", "sha-384", "sha-512"])
def test_all_claims_come_back_when_all_are_shown(signer: Signer, hash_name: str) -> None:
    text = issued(signer, hash_name=hash_name, decoys={(): 2, ("address",): 1, ("units",): 2})
    opened = _verify(text)
    assert opened.document == {**CLAIMS, **_CNF}
    assert (opened.type, opened.key, opened.binding) == ("dc+sd-jwt", signer.public_key, None)
    assert (opened.verification_method, opened.controller, opened.issuer) == (
        signer.verification_method,
        ISSUER,
        ISSUER,
    )
    assert opened.withheld == 5
    assert sorted(opened.disclosed, key=str) == sorted(PATHS, key=str)
    assert payload_of(text)["_sd_alg"] == hash_name


def test_the_signed_payload_tells_nothing_of_what_can_be_withheld() -> None:
    text = issued()
    payload = payload_of(text)
    assert header_of(text) == {"alg": "EdDSA", "typ": "dc+sd-jwt", "kid": ED25519.verification_method}
    assert set(payload) == {"vct", "iss", "iat", "exp", "trade", "units", "cnf", "_sd", "_sd_alg"}
    assert payload["_sd"] == sorted(payload["_sd"])
    assert [type(unit) for unit in payload["units"]] == [dict, str, dict]
    raw = multibase.base64url_decode(text.split("~")[0].split(".")[1]).decode()
    for hidden in ("MBARGA", "address", "street", "Rue", "U1", "U3"):
        assert hidden not in raw
    texts = text.split("~")[1:-1]
    assert len(texts) == len(set(texts)) == len(PATHS)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ((), {"units": ["U2"]}),
        ((("name",),), {"name": CLAIMS["name"], "units": ["U2"]}),
        ((("address",),), {"address": {"city": "Douala"}, "units": ["U2"]}),
        ((("address", "street"),), {"address": CLAIMS["address"], "units": ["U2"]}),
        ((("units", 2),), {"units": ["U2", "U3"]}),
        ((("units", 0), ("units", 2)), {"units": ["U1", "U2", "U3"]}),
    ],
    ids=str,
)
def test_only_what_the_holder_chose_is_seen(shown: tuple[Any, ...], expected: dict[str, Any]) -> None:
    opened = _verify(sd_jwt.present(issued(), disclose=shown, holder=HOLDS), binding=BOUND)
    always = {name: CLAIMS[name] for name in ("vct", "iss", "iat", "exp", "trade")}
    assert opened.document == {**always, **_CNF, **expected}
    assert opened.binding is not None
    assert (opened.binding.key, opened.binding.nonce, opened.binding.audience, opened.binding.issued_at) == (
        HOLDER_KEY.public_key,
        NONCE,
        AUDIENCE,
        AT,
    )


def test_a_presentation_can_be_narrowed_but_not_signed_twice() -> None:
    narrower = sd_jwt.present(issued(), disclose=[("address",), ("address", "street")])
    narrowest = sd_jwt.present(narrower, disclose=[("address",)])
    assert _verify(narrowest).document["address"] == {"city": "Douala"}
    with pytest.raises(Misuse) as caught:
        sd_jwt.present(sd_jwt.present(issued(), disclose=(), holder=HOLDS), disclose=())
    assert caught.value.code == "already_presented"
    with pytest.raises(Misuse) as caught:
        sd_jwt.present(narrowest, disclose=[("address", "street")])
    assert caught.value.code == "disclosure_path_unknown"
    with pytest.raises(Malformed) as malformed:
        sd_jwt.present("a.b~", disclose=())
    assert malformed.value.code == "jwt_invalid"


def test_a_credential_without_anything_to_withhold_has_no_digests() -> None:
    text = sd_jwt.issue(CLAIMS, signer=ED25519, disclosable=(), random=counting())
    assert payload_of(text) == CLAIMS
    assert text.count("~") == 1
    assert _verify(text).document == CLAIMS
    with_hash = sd_jwt.issue(CLAIMS, signer=ED25519, disclosable=(), random=counting(), hash_name="sha-512")
    assert payload_of(with_hash)["_sd_alg"] == "sha-512"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"disclosable": [("exp",)]}, "claim_not_disclosable"),
        ({"disclosable": [("cnf", "jwk")]}, "claim_not_disclosable"),
        ({"disclosable": [("status",)]}, "claim_not_disclosable"),
        ({"disclosable": [("absent",)]}, "disclosure_path_unknown"),
        ({"disclosable": [("units", 3)]}, "disclosure_path_unknown"),
        ({"disclosable": [()]}, "disclosure_path_unknown"),
        ({"decoys": {("absent",): 1}}, "disclosure_path_unknown"),
        ({"decoys": {("trade",): 1}}, "disclosure_path_unknown"),
        ({"hash_name": "sha-1"}, "sd_hash_unsupported"),
        ({"type_": "vc+sd-jwt"}, "sd_type_wrong"),
    ],
    ids=str,
)
def test_what_could_not_be_verified_is_not_issued(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Misuse) as caught:
        issued(**change)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"name": "x"}, "vct_missing"),
        ({**_VCT, "_sd": []}, "claim_name_reserved"),
        ({**_VCT, "a": [{"...": "x"}]}, "claim_name_reserved"),
        ({**_VCT, "a": {"_sd_alg": "x"}}, "claim_name_reserved"),
        ({**_VCT, "a": float("inf")}, "json_unwritable"),
    ],
    ids=str,
)
def test_claims_that_are_the_formats_own_are_not_issued(claims: dict[str, Any], code: str) -> None:
    with pytest.raises(Misuse) as caught:
        sd_jwt.issue(claims, signer=ED25519, disclosable=(), random=counting())
    assert caught.value.code == code


def test_the_earlier_name_of_the_type_is_read() -> None:
    text = sd_text({**_VCT, "_sd": [digest_of(_NAME)]}, _NAME, header={"typ": "vc+sd-jwt"})
    opened = _verify(text)
    assert (opened.type, opened.document) == ("vc+sd-jwt", {**_VCT, "name": "NGO MBARGA"})
    _refused(text, Malformed, "jwt_type_wrong", "typ", types=("dc+sd-jwt",))


def test_a_data_model_document_under_the_earlier_name_is_read() -> None:
    document = {"@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": ISSUER}
    header = {"typ": "vc+sd-jwt"}
    opened = _verify(sd_text({**document, "_sd": [digest_of(_NAME)]}, _NAME, header=header))
    assert (opened.document["name"], opened.issuer) == ("NGO MBARGA", ISSUER)
    status = ["c2FsdA", "credentialStatus", {}]
    text = sd_text({**document, "_sd": [digest_of(status)]}, status, header=header)
    _refused(text, Malformed, "sd_claim_not_disclosable", "credentialStatus")
    _refused(sd_text(document), Malformed, "vct_missing", "vct")


def _nested(depth: int) -> tuple[dict[str, Any], list[Any]]:
    """A chain of disclosures, each inside the one before."""
    made: list[Any] = []
    inner: Any = 1
    for _ in range(depth):
        made.append(["c2FsdA", "a", inner])
        inner = {"_sd": [digest_of(made[-1])]}
    return {**_VCT, **inner}, made


def test_disclosures_inside_one_another_are_read_to_a_bound() -> None:
    payload, made = _nested(20)
    found: Any = _verify(sd_text(payload, *made)).document
    for _ in range(20):
        found = found["a"]
    assert found == 1
    payload, made = _nested(200)
    _refused(sd_text(payload, *made), Malformed, "json_too_deep")


_TWICE = digest_of(_NAME)
_INSIDE = ["c2FsdA", "b", 1]
_AROUND = ["c2FsdA", "a", {"_sd": [digest_of(_INSIDE)]}]
_TWIN = ["b3RoZXI", "name", "Other"]
_SHARING = ["c2FsdA", "a", {"_sd": [_TWICE]}]


@pytest.mark.parametrize(
    ("payload", "texts", "code", "field"),
    [
        # repeated: the disclosure, the digest, the digest inside a disclosure, the name
        ({"_sd": [_TWICE]}, [_NAME, _NAME], "sd_disclosure_repeated", None),
        ({"_sd": [_TWICE, _TWICE]}, [_NAME], "sd_digest_repeated", None),
        ({"_sd": [_TWICE, _TWICE]}, [], "sd_digest_repeated", None),
        ({"_sd": [_TWICE], "a": {"_sd": [_TWICE]}}, [_NAME], "sd_digest_repeated", None),
        ({"_sd": [_TWICE], "a": [{"...": _TWICE}]}, [], "sd_digest_repeated", None),
        ({"_sd": [_TWICE, digest_of(_SHARING)]}, [_NAME, _SHARING], "sd_digest_repeated", None),
        ({"_sd": [_TWICE], "name": "x"}, [_NAME], "sd_claim_repeated", "name"),
        ({"_sd": [_TWICE, digest_of(_TWIN)]}, [_NAME, _TWIN], "sd_claim_repeated", "name"),
        # nobody's: not signed, altered, the one around it missing
        ({}, [_NAME], "sd_disclosure_unreferenced", None),
        ({"_sd": [_TWICE]}, [_TWIN], "sd_disclosure_unreferenced", None),
        ({"_sd": [_TWICE]}, [[*_NAME[:2], "Altered"]], "sd_disclosure_unreferenced", None),
        ({"_sd": [digest_of(_AROUND)]}, [_INSIDE], "sd_disclosure_unreferenced", None),
        ({"_sd": []}, [_NAME], "sd_disclosure_unreferenced", None),
        # misplaced: an element where a member belongs, and the reverse
        ({"_sd": [digest_of(_ELEMENT)]}, [_ELEMENT], "sd_disclosure_misplaced", None),
        ({"a": [{"...": _TWICE}]}, [_NAME], "sd_disclosure_misplaced", None),
        # no disclosure at all
        ({}, [["c2FsdA"]], "sd_disclosure_invalid", None),
        ({}, [["c2FsdA", "a", 1, 2]], "sd_disclosure_invalid", None),
        ({}, [{"a": 1}], "sd_disclosure_invalid", None),
        ({}, [[1, "a", 2]], "sd_disclosure_invalid", None),
        ({}, [["c2FsdA", 1, 2]], "sd_disclosure_invalid", None),
        ({}, [["c2FsdA", "_sd", []]], "sd_disclosure_invalid", None),
        ({}, [["c2FsdA", "...", "x"]], "sd_disclosure_invalid", None),
        ({}, [["c2FsdA", "_sd_alg", "x"]], "sd_disclosure_invalid", None),
        ({}, [encoded(b'["a","b",{"c":1,"c":2}]')], "json_duplicate_key", None),
        ({}, [encoded(b'["a","b"')], "json_invalid", None),
        ({}, [encoded(_NAME) + "="], "multibase_invalid", None),
        # digests of a wrong form, or where none can be
        ({"_sd": "x"}, [], "sd_payload_invalid", "_sd"),
        ({"_sd": [1]}, [], "sd_payload_invalid", "_sd"),
        ({"_sd": {"a": 1}}, [], "sd_payload_invalid", "_sd"),
        ({"...": "x"}, [], "sd_payload_invalid", "..."),
        ({"a": {"...": "x"}}, [], "sd_payload_invalid", "..."),
        ({"a": [{"...": "x", "b": 1}]}, [], "sd_payload_invalid", "..."),
        ({"a": [{"...": 1}]}, [], "sd_payload_invalid", "..."),
        ({"a": {"_sd_alg": "sha-256"}}, [], "sd_payload_invalid", "_sd_alg"),
        ({"_sd_alg": 256}, [], "sd_payload_invalid", "_sd_alg"),
        ({"_sd_alg": None}, [], "sd_payload_invalid", "_sd_alg"),
        # the rules of SD-JWT VC
        ({"vct": None}, [], "vct_missing", "vct"),
        ({"vct": ""}, [], "vct_missing", "vct"),
        *(
            (
                {"_sd": [digest_of(["c2FsdA", name, 1])]},
                [["c2FsdA", name, 1]],
                "sd_claim_not_disclosable",
                name,
            )
            for name in ("iss", "nbf", "exp", "cnf", "vct#integrity", "aka_vcts", "status")
        ),
        (
            {"status": {"_sd": [digest_of(_NAME)]}},
            [_NAME],
            "sd_claim_not_disclosable",
            "status",
        ),
    ],
    ids=str,
)
def test_disclosures_that_do_not_fit_are_refused(
    payload: dict[str, Any], texts: list[Any], code: str, field: str | None
) -> None:
    _refused(sd_text({**_VCT, **payload}, *texts), Malformed, code, field)


@pytest.mark.parametrize("name", ["sha-1", "md5", "sha-256-128", "sha3-256", "SHA-256", ""])
def test_a_hash_that_is_not_allowed_is_refused(name: str) -> None:
    _refused(sd_text({**_VCT, "_sd_alg": name}), Unsupported, "sd_hash_unsupported", "_sd_alg")


def test_claims_that_may_be_withheld_are_read() -> None:
    made: list[Any] = [["c2FsdA", "sub", "did:example:w"], ["c2FsdA", "iat", AT]]
    text = sd_text({**_VCT, "_sd": [digest_of(one) for one in made]}, *made)
    assert _verify(text).claims == {"sub": "did:example:w", "iat": AT}
    future = ["c2FsdA", "iat", AT + 3_600]
    _refused(sd_text({**_VCT, "_sd": [digest_of(future)]}, future), Malformed, "jwt_issued_in_future", "iat")


@pytest.mark.parametrize(
    ("text", "kind", "code", "field"),
    [
        ("", Malformed, "sd_jwt_invalid", None),
        (sd_text(_VCT)[:-1], Malformed, "sd_jwt_invalid", None),
        (sd_text(_VCT) + "~", Malformed, "sd_jwt_invalid", None),
        ("~", Malformed, "jwt_invalid", None),
        (sd_text(_VCT).replace("~", "~é~"), Malformed, "sd_jwt_invalid", None),
        (' {"payload":""}', Unsupported, "sd_jwt_json_serialization", None),
        ("x" * (jws.MAX_CHARACTERS + 1), Malformed, "jwt_too_long", None),
        (sd_text(_VCT, header={"typ": "kb+jwt"}), Malformed, "jwt_type_wrong", "typ"),
        (sd_text(_VCT, header={"alg": "none"}), Malformed, "jwt_algorithm_forbidden", "alg"),
        (sd_text(_VCT, header={"crit": ["a"]}), Unsupported, "jwt_critical_header", "crit"),
        (sd_text(_VCT, header={"jwk": {}}), Malformed, "jwt_key_inside", "jwk"),
        (sd_text({**_VCT, "exp": AT - 61}), Malformed, "jwt_expired", "exp"),
        (sd_text({**_VCT, "nbf": AT + 61}), Malformed, "jwt_not_yet_valid", "nbf"),
        (sd_text({**_VCT, "exp": "x"}), Malformed, "jwt_claim_invalid", "exp"),
        (issued(STRANGER), BadSignature, "signature_invalid", None),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_a_text_that_is_not_signed_or_not_valid_is_refused(
    text: str, kind: type[Refusal], code: str, field: str | None
) -> None:
    _refused(text, kind, code, field)


def test_too_many_disclosures_are_refused() -> None:
    limit = disclosures.MAX_DISCLOSURES
    made: list[Any] = [["c2FsdA", f"n{at}", at] for at in range(limit + 1)]
    digests = [digest_of(one) for one in made]
    assert len(_verify(sd_text({**_VCT, "_sd": digests}, *made[:limit])).disclosed) == limit
    _refused(sd_text({**_VCT, "_sd": digests}, *made), Malformed, "sd_disclosures_too_many")
