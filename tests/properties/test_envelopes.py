"""Envelopes give back what was put in, whatever it was, and nothing that was withheld."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certes.credential import jwt_credential, sd_jwt_credential
from certes.credential.achievement import Certification, Labels
from certes.credential.envelope import json_values, jwt, sd_jwt
from certes.credential.envelope.disclosures import RESERVED
from certes.credential.envelope.opened import REGISTERED_CLAIMS, Path
from certes.credential.parsing import MAX_SAFE_INTEGER
from certes.credential.status import token
from certes.credential.wallet import WalletFacts
from tests.properties.test_projections import certifications, labels
from tests.samples import LABELS, NETWORK, sample_key, signer_of
from tests.unit.credential.envelope_samples import CREDENTIAL, ED25519, NOW, SIGNERS, counting, key_for

_OWN = {*RESERVED, *REGISTERED_CLAIMS, *CREDENTIAL, "vc", "vp", "vct", "status", "proof", "aka_vcts"}
_names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(lambda name: name not in _OWN)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=12,
)
_claims = st.dictionaries(_names, _values, max_size=5)


def _paths(value: Any, path: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, one in inner for found in ((*path, name), *_paths(one, (*path, name)))]


def _without(value: Any, hidden: set[Path], path: Path = ()) -> Any:
    if isinstance(value, dict):
        return {
            name: _without(one, hidden, (*path, name))
            for name, one in value.items()
            if (*path, name) not in hidden
        }
    if isinstance(value, list):
        return [
            _without(one, hidden, (*path, at)) for at, one in enumerate(value) if (*path, at) not in hidden
        ]
    return value


@given(_values)
def test_a_value_is_read_as_it_was_written(value: Any) -> None:
    assert json.dumps(json_values.parse_value(json_values.write(value))) == json.dumps(value)


@given(_claims, st.sampled_from(SIGNERS))
def test_any_document_comes_back_from_a_jwt(claims: dict[str, Any], signer: Any) -> None:
    document = {**claims, **CREDENTIAL}
    text = jwt.seal(document, signer=signer, kind=jwt.VC_JWT)
    assert jwt.open(text, key_for=key_for, kind=jwt.VC_JWT).document == document


@given(st.data(), _claims, st.sampled_from(["sha-256", "sha-384", "sha-512"]))
def test_exactly_what_is_shown_comes_back_from_an_sd_jwt(
    data: st.DataObject, free: dict[str, Any], hash_name: str
) -> None:
    claims = {"vct": "x", **free}
    choices = [path for path in _paths(claims) if path != ("vct",)]
    disclosable = data.draw(st.sets(st.sampled_from(choices))) if choices else set()
    decoys = data.draw(st.integers(0, 3))
    text = sd_jwt.issue(
        claims,
        signer=ED25519,
        disclosable=disclosable,
        random=counting(),
        hash_name=hash_name,
        decoys={(): decoys} if decoys else None,
    )
    assert set(sd_jwt.disclosable_paths(text)) == disclosable
    shown = data.draw(st.sets(st.sampled_from(sorted(disclosable, key=str)))) if disclosable else set()
    opened = sd_jwt.verify(sd_jwt.present(text, disclose=shown), key_for=key_for, now=NOW)
    hidden = {path for path in disclosable if not any(one[: len(path)] == path for one in shown)}
    assert opened.document == _without(claims, hidden)


@given(st.sampled_from(token.SIZES), st.dictionaries(st.integers(0, 199), st.integers(0, 255), max_size=20))
def test_any_status_comes_back_from_a_token(bits: int, values: dict[int, int]) -> None:
    fitting = {index: value % (1 << bits) for index, value in values.items()}
    statuses = token.blank(200, bits=bits).with_values(fitting)
    text = token.seal(statuses, uri="https://e.example/1", signer=ED25519, issued_at=NOW)
    found = token.open(text, uri="https://e.example/1", key_for=key_for, now=NOW).statuses
    assert [found.value(index) for index in range(200)] == [fitting.get(index, 0) for index in range(200)]


@settings(deadline=None, max_examples=50)  # JSON-LD documents: the slowest face
@given(certifications(), labels())
def test_a_certification_comes_back_from_an_envelope(certification: Certification, words: Labels) -> None:
    text = jwt_credential.seal(certification, words, network=NETWORK, signer=signer_of(certification))
    opened = jwt.open(text, key_for=sample_key, kind=jwt.VC_JWT)
    read = jwt_credential.read(opened, network=NETWORK)
    assert read.certification == certification
    assert isinstance(read, WalletFacts)


@given(certifications())
def test_a_certification_comes_back_from_an_sd_jwt(certification: Certification) -> None:
    text = sd_jwt_credential.issue(
        certification, LABELS, network=NETWORK, signer=signer_of(certification), random=counting()
    )
    at = datetime.combine(certification.signed_on, datetime.min.time(), UTC) + timedelta(hours=1)
    until = certification.valid_until
    if until is not None and until < certification.signed_on:
        return  # signed after it ended: nothing to verify at any instant
    opened = sd_jwt.verify(text, key_for=sample_key, now=at)
    assert sd_jwt_credential.read(opened, network=NETWORK) == certification
