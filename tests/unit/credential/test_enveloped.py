"""EnvelopedVerifiableCredential and EnvelopedVerifiablePresentation: wrapped, unwrapped, opened."""

from typing import Any

import pytest

from certes.credential.envelope import (
    CREDENTIAL,
    PRESENTATION,
    enveloped,
    is_enveloped,
    jwt,
    sd_jwt,
    unwrap,
    wrap,
)
from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unsupported
from tests.unit.credential import envelope_samples as samples

_V2 = "https://www.w3.org/ns/credentials/v2"
_JWT = jwt.seal(samples.CREDENTIAL, signer=samples.ED25519, kind=jwt.VC_JWT)
_WRAPPED = wrap(_JWT, media_type="vc+jwt")


def _open(document: dict[str, Any], **options: Any) -> Any:
    return enveloped.open(document, key_for=samples.key_for, now=samples.NOW, **options)


def test_a_credential_is_wrapped_as_the_data_model_says() -> None:
    expected = {"@context": _V2, "type": CREDENTIAL, "id": f"data:application/vc+jwt,{_JWT}"}
    assert wrap(_JWT, media_type="vc+jwt") == expected
    assert is_enveloped(_WRAPPED)
    assert not is_enveloped(samples.CREDENTIAL)
    assert unwrap(_WRAPPED) == enveloped.Enveloped(CREDENTIAL, "vc+jwt", _JWT)
    assert _open(_WRAPPED).document == samples.CREDENTIAL


def test_a_presentation_is_wrapped_and_opened() -> None:
    text = jwt.seal(samples.PRESENTATION, signer=samples.ES256, kind=jwt.VP_JWT)
    wrapped = wrap(text, media_type="vp+jwt")
    assert wrapped["type"] == PRESENTATION
    opened = _open(wrapped)
    assert (opened.document, opened.type) == (samples.PRESENTATION, "vp+jwt")


def test_an_sd_jwt_is_wrapped_and_opened_with_its_binding() -> None:
    shown = sd_jwt.present(samples.issued(), disclose=[("name",)], holder=samples.HOLDS)
    wrapped = wrap(shown, media_type="dc+sd-jwt")
    opened = _open(wrapped, binding=samples.BOUND)
    assert opened.binding is not None
    assert opened.document["name"] == samples.CLAIMS["name"]
    with pytest.raises(Malformed) as caught:
        _open({**wrapped, "id": wrapped["id"].replace("dc+sd-jwt", "vc+sd-jwt")})
    assert caught.value.code == "jwt_type_wrong"


def test_types_and_contexts_may_be_lists_and_media_types_in_any_case() -> None:
    document = {**_WRAPPED, "@context": [_V2, "https://e.example/"], "type": [CREDENTIAL, "Other"]}
    assert _open({**document, "id": f"data:Application/VC+JWT,{_JWT}"}).document == samples.CREDENTIAL


@pytest.mark.parametrize(
    ("change", "kind", "code", "field"),
    [
        ({"type": "VerifiableCredential"}, Malformed, "envelope_invalid", "type"),
        ({"type": [CREDENTIAL, PRESENTATION]}, Malformed, "envelope_invalid", "type"),
        ({"type": PRESENTATION}, Malformed, "envelope_invalid", "type"),
        ({"@context": None}, Malformed, "envelope_invalid", "@context"),
        ({"@context": []}, Malformed, "envelope_invalid", "@context"),
        ({"@context": ["https://e.example/", _V2]}, Malformed, "envelope_invalid", "@context"),
        ({"id": None}, Malformed, "envelope_invalid", "id"),
        ({"id": "https://e.example/vc"}, Malformed, "envelope_invalid", "id"),
        ({"id": "data:application/vc+jwt"}, Malformed, "envelope_invalid", "id"),
        ({"id": "data:application/vc+jwt,"}, Malformed, "envelope_invalid", "id"),
        ({"id": "data:application/vc+jwt," + "x" * 2**20}, Malformed, "envelope_invalid", "id"),
        ({"id": f"data:text/html,{_JWT}"}, Unsupported, "envelope_media_type_unsupported", "id"),
        ({"id": f"data:,{_JWT}"}, Unsupported, "envelope_media_type_unsupported", "id"),
        (
            {"id": f"data:application/vc+jwt;base64,{_JWT}"},
            Unsupported,
            "envelope_media_type_unsupported",
            "id",
        ),
        ({"id": "data:application/vc+cose;base64,0oQ"}, Unsupported, "envelope_media_type_unsupported", "id"),
        ({"id": "data:application/vc+jwt,a.b.c"}, Malformed, "multibase_invalid", None),
        ({"id": f"data:application/vc+jwt,{_JWT[:-8]}AAAAAAAA"}, BadSignature, "signature_invalid", None),
    ],
    ids=lambda value: str(value)[:48],
)
def test_an_envelope_that_is_none_is_refused(
    change: dict[str, Any], kind: type[Refusal], code: str, field: str | None
) -> None:
    with pytest.raises(kind) as caught:
        _open({**_WRAPPED, **change})
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_stranger_s_signature_inside_is_refused() -> None:
    text = jwt.seal(samples.CREDENTIAL, signer=samples.STRANGER, kind=jwt.VC_JWT)
    with pytest.raises(BadSignature):
        _open(wrap(text, media_type="vc+jwt"))


def test_an_unknown_format_is_not_wrapped() -> None:
    with pytest.raises(Misuse):
        wrap(_JWT, media_type="vc+cose")
