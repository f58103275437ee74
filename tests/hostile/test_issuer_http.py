"""What nobody honest sends to an issuer: refused by name, quickly, and nothing is signed."""

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.examples import OIL
from tests.unit.issuer.office import Running, running

MAX_SECONDS = 1.0  # for any refusal, on a slow machine


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service for all: nothing here may change what it holds."""
    with running(tmp_path_factory.mktemp("issuer")) as started:
        yield started


def send(service: Running, content: bytes, **headers: str) -> Any:
    """POST bytes as they are, and require an answer within the limit that is a problem."""
    started = time.monotonic()
    answer = service.client.post(
        "/v1/certifications",
        content=content,
        headers=service.headers(**({"Content-Type": "application/json"} | headers)),
    )
    assert time.monotonic() - started < MAX_SECONDS
    assert answer.headers["content-type"] == "application/problem+json"
    return answer


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "json_invalid"),
        (b"{", 400, "json_invalid"),
        (b"[]", 422, "json_not_object"),
        (b"null", 422, "json_not_object"),
        (b"\xff\xfe{}", 422, "json_not_utf8"),
        (b'{"number":"A","number":"B"}', 422, "json_duplicate_key"),
        (b'{"level":4.0}', 422, "json_float"),
        (b'{"level":1e999}', 422, "json_float"),
        (b'{"level":NaN}', 400, "json_invalid"),
        (b'{"level":' + b"9" * 5000 + b"}", 422, "json_integer_unsafe"),
        (b'{"a":' * 50_000, 422, "json_too_deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 422, "json_too_deep"),
        (b'{"number":"\\ud800"}', 422, "json_surrogate"),
        (b'{"a":"' + b"x" * 300_000 + b'"}', 413, "body_too_large"),
    ],
)
def test_what_is_not_a_request_is_refused(service: Running, content: bytes, status: int, code: str) -> None:
    answer = send(service, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_form_of_a_web_page_is_not_a_request(service: Running, content_type: str) -> None:
    answer = send(service, json.dumps(OIL).encode(), **{"Content-Type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_not_supported")


@pytest.mark.parametrize(
    "key", ["", "Basic YTpi", "Bearer", "Bearer ", "Bearer certes_", "Bearer " + "x" * 8_000]
)
def test_without_a_key_nothing_is_read(service: Running, key: str) -> None:
    answer = send(service, b"{", Authorization=key)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/credentials/",
        "/v1/credentials/%00",
        "/v1/credentials/..%2f..%2fetc%2fpasswd",
        "/v1/credentials/%ff%fe.png",
        "/v1/credentials/' OR 1=1 --",
        "/v1/credentials/" + "A" * 4_000,
        "/cm/1/status/revocation/99999999999999999999",
        "/cm/1/status/revocation/-1",
        "/cm/1/status/revocation/%d9%a1",
    ],
)
def test_a_strange_address_is_not_found(service: Running, path: str) -> None:
    answer = service.client.get(path, headers=service.headers())
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def mutated(seed: int) -> bytes:
    """The oil example with a few bytes changed."""
    chance = random.Random(seed)
    content = bytearray(json.dumps(OIL | {"number": "FUZZ"}, ensure_ascii=False).encode())
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


@pytest.mark.parametrize("block", range(4))
def test_changed_bytes_are_certified_as_they_say_or_refused_by_name(service: Running, block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        answer = service.client.post(
            "/v1/certifications",
            content=mutated(seed),
            headers=service.headers(**{"Content-Type": "application/json"}),
        )
        assert answer.status_code in (200, 201, 400, 403, 409, 422), answer.text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(member=st.sampled_from([*OIL, "replaces", "occupation"]), value=JSON_VALUES)
def test_any_value_of_any_member_gets_an_answer_with_words(service: Running, member: str, value: Any) -> None:
    answer = service.client.post(
        "/v1/certifications",
        content=json.dumps(OIL | {"number": "ANY", member: value}).encode(),
        headers=service.headers(**{"Content-Type": "application/json"}),
    )
    assert answer.status_code in (200, 201, 403, 409, 422), answer.text
    if answer.status_code >= 400:
        assert "…" not in answer.json()["title"] + answer.json()["fix"]


@pytest.mark.parametrize("number", ["%00", "a%00b", "..%2F..", "%E2%80%AE", "x" * 41])
def test_a_number_that_no_certificate_can_have_is_unknown_and_never_asked_of_the_database(
    service: Running, number: str
) -> None:
    assert service.client.get(f"/v1/credentials/{number}", headers=service.headers()).status_code == 404
