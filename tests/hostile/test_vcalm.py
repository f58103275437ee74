"""VCALM under fire: whatever JSON is sent, the answer is one of its own, and never a failure of the service.

Documents are mutations of valid ones, so that what is refused is refused for its own sake; each address also
answers its valid control.
"""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certes.conformance.app import build_app
from certes.credential.contexts import CREDENTIALS_V2
from issuer.examples import OIL
from tests.unit.issuer.office import Running, running
from tests.unit.verifier.kept import keep, settings_for
from tests.unit.verifier.scene import Scene
from tests.world import NOW
from verifier.app import build_app as build_verifier

USUAL = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LONG = settings(USUAL, max_examples=1_200)
STRANGE: list[Any] = [
    None, True, 0, -1, 2**53, 1.5, "", " ", "x", "\u0000", "\ufffe", "é" * 300, "did:key:z", "_:b0", "../x",
    "https ://x", "data:,", [], [[]], [None], {}, {"@id": "x"}, {"@value": None}, {"@context": None},
    {"@graph": []}, {"a": {"b": {"c": []}}}, ["a"] * 50, "2026-13-45T99:99:99Z", "z" + "1" * 300, "u____",
    [CREDENTIALS_V2, {"@vocab": "urn:x:"}], {"@list": [1]}, {"@set": []}, {"@reverse": {}}, {"type": "X"},
]  # fmt: skip
NAMES = [
    "@context",
    "@type",
    "@id",
    "@vocab",
    "id",
    "type",
    "proof",
    "__proto__",
    "credentialStatus",
    "a",
    "",
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member and element."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """The document with one to three changes: something replaced, removed, added or doubled."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        paths = list(places(changed))
        if not paths:
            return changed
        *way, last = draw(st.sampled_from(paths))
        at = changed
        for step in way:
            at = at[step]
        action = draw(st.sampled_from(["replace", "remove", "add", "double"]))
        if action == "replace":
            at[last] = copy.deepcopy(draw(st.sampled_from(STRANGE)))
        elif action == "remove":
            del at[last]
        elif action == "double" or not isinstance(at, dict):
            at[last] = [copy.deepcopy(at[last]), copy.deepcopy(at[last])]
        else:
            at[draw(st.sampled_from(NAMES))] = copy.deepcopy(draw(st.sampled_from(STRANGE)))
    return changed


RAW = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b'"\\ud800"', b"[" * 50_000, b'{"a":NaN}']),
)


@pytest.fixture(scope="module")
def profile() -> Iterator[tuple[TestClient, dict[str, Any]]]:
    with TestClient(build_app("https://127.0.0.1:8443"), raise_server_exceptions=False) as client:
        yield client, client.app.state.addresses  # type: ignore[attr-defined]


def least(did: str) -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_V2],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential"],
        "issuer": {"id": did, "name": "One"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:s", "name": {"@value": "A", "@language": "fr"}},
    }


@pytest.fixture(scope="module")
def bodies(profile: tuple[TestClient, dict[str, Any]]) -> dict[str, tuple[str, dict[str, Any], int]]:
    """For each address of the test profile a valid body and its status."""
    client, found = profile
    held = found["issuers"]["eddsa-rdfc-2022"]
    issue = {"credential": least(held["did"]), "options": {"created": "2026-01-01T00:00:00Z"}}
    signed = client.post(held["path"], json=issue).json()["verifiableCredential"]
    envelope = found["issuers"]["vc-jwt"]
    sealed = client.post(envelope["path"], json={"credential": least(envelope["did"])}).json()
    presentation = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [signed, sealed["verifiableCredential"]],
    }
    return {
        "issue": (held["path"], issue, 201),
        "issue with status": (
            found["issuers"]["bitstring-status-list"]["path"],
            {"credential": least(found["issuers"]["bitstring-status-list"]["did"])},
            201,
        ),
        "issue as JWT": (envelope["path"], {"credential": least(envelope["did"])}, 201),
        "verify": (found["verifier"], {"verifiableCredential": signed, "options": {}}, 200),
        "verify a JWT": (found["verifier"], sealed, 200),
        "present": (found["vpVerifier"], {"verifiablePresentation": presentation, "options": {}}, 400),
    }


CASES = ["issue", "issue with status", "issue as JWT", "verify", "verify a JWT", "present"]


@pytest.mark.parametrize("case", CASES)
def test_the_valid_control_is_answered_as_it_should_be(profile: Any, bodies: Any, case: str) -> None:
    path, body, status = bodies[case]
    assert profile[0].post(path, json=body).status_code == status


@pytest.mark.parametrize("case", CASES)
@USUAL
@given(data=st.data())
def test_no_mutation_makes_the_test_profile_fail(
    profile: Any, bodies: Any, case: str, data: st.DataObject
) -> None:
    _no_failure(profile[0], bodies[case], data)


@pytest.mark.full
@pytest.mark.parametrize("case", CASES)
@LONG
@given(data=st.data())
def test_no_mutation_of_thousands_does(profile: Any, bodies: Any, case: str, data: st.DataObject) -> None:
    _no_failure(profile[0], bodies[case], data)


def _no_failure(client: TestClient, case: Any, data: st.DataObject) -> None:
    path, body, _ = case
    sent = data.draw(st.one_of(mutated(body).map(lambda value: json.dumps(value).encode()), RAW))
    answer = client.post(path, content=sent)
    assert answer.status_code in (200, 201, 400, 413, 422), (answer.status_code, sent)
    if path.endswith("verify"):
        assert answer.json()["verified"] is (answer.status_code == 200)
        assert answer.status_code in (200, 400, 413)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Scene]]:
    folder = tmp_path_factory.mktemp("kept")
    scene = keep(folder)
    with TestClient(
        build_verifier(settings_for(folder), clock=lambda: NOW), raise_server_exceptions=False
    ) as client:
        yield client, scene


@pytest.mark.parametrize("make", ["wallet", "card_document"])
@USUAL
@given(data=st.data())
def test_no_mutation_makes_a_verifier_fail_or_say_yes(
    verifier: tuple[TestClient, Scene], make: str, data: st.DataObject
) -> None:
    client, scene = verifier
    original: Callable[[], dict[str, Any]] = getattr(scene, make)
    document = data.draw(mutated(original()))
    answer = client.post("/credentials/verify", content=json.dumps({"verifiableCredential": document}))
    assert answer.json()["verified"] is (answer.status_code == 200)
    if document != original():
        assert answer.status_code == 400, document
    answer = client.post("/presentations/verify", content=json.dumps({"verifiablePresentation": document}))
    assert answer.status_code == 400


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, dict[str, Any]]]:
    with running(tmp_path_factory.mktemp("other")) as other:
        signed = other.certify(OIL).json()["credential"]
    ours = ("proof", "credentialStatus", "validFrom")
    with running(tmp_path_factory.mktemp("asked")) as service:
        yield service, {name: value for name, value in signed.items() if name not in ours}


@USUAL
@given(data=st.data())
def test_no_mutation_makes_an_issuer_fail_or_sign_it(
    issuer: tuple[Running, dict[str, Any]], data: st.DataObject
) -> None:
    service, credential = issuer
    body = data.draw(
        st.one_of(mutated({"credential": credential}).map(lambda value: json.dumps(value).encode()), RAW)
    )
    headers = service.headers() | {"Content-Type": "application/json"}
    answer = service.client.post("/credentials/issue", content=body, headers=headers)
    assert answer.status_code in (200, 201, 400, 403, 409, 422), answer.text
    if answer.status_code in (200, 201):
        signed = answer.json()["verifiableCredential"]
        sent = json.loads(body)["credential"]
        assert {name: signed[name] for name in sent} == sent
