"""certes/runtime/web.py and problems.py: limits, headers, and every failure as problem+json."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel

from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal, Unreachable, Unsupported
from certes.runtime.problems import MEDIA_TYPE, STATUS_OF, problem, status_of
from certes.runtime.refusals import (
    Busy,
    Conflict,
    Forbidden,
    NotFound,
    SettingInvalid,
    TooLarge,
    Unauthenticated,
)
from certes.runtime.web import SECURITY_HEADERS, prepare, serve_assets

LIMIT = 1000
NAME = "Mbarga Ngono Brigitte"


class Named(BaseModel):
    """A body that FastAPI validates."""

    name: str
    count: int = 0


async def raw_body(request: Request) -> bytes:
    """The body as it came."""
    return await request.body()


def build() -> FastAPI:
    """A small service."""
    app = prepare(FastAPI(), max_body_bytes=LIMIT)

    @app.post("/raw")
    def raw(body: Annotated[bytes, Depends(raw_body)]) -> int:
        return len(body)

    @app.post("/model")
    def model(body: Named) -> str:
        return body.name

    @app.get("/refused/{code}")
    def refused(code: str) -> None:
        raise Conflict(code, field="version", expected=2)

    @app.get("/bug")
    def bug() -> None:
        raise RuntimeError(NAME)

    @app.get("/http/{status}")
    def http(status: int) -> None:
        raise HTTPException(status, "a library's own words", headers={"X-Kept": "yes"})

    @app.get("/own-policy")
    def own_policy() -> Response:
        return Response(headers={"Content-Security-Policy": "default-src 'self'"})

    serve_assets(app)
    return app


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client that is shown what a real server would answer."""
    with TestClient(build(), raise_server_exceptions=True) as opened:
        yield opened


def body_of(size: int) -> Iterator[bytes]:
    """A body without a length, in parts."""
    for _ in range(size // 100):
        yield b"x" * 100


@pytest.mark.parametrize("path", ["/raw", "/model"])
def test_a_body_without_a_length_is_counted_as_it_comes(client: TestClient, path: str) -> None:
    answer = client.post(path, content=body_of(5000), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("claimed", ["10", "0", "-5", "x", "9" * 5000, "٣"])
def test_a_false_length_changes_nothing(client: TestClient, claimed: str) -> None:
    headers = [(b"content-length", claimed.encode()), (b"content-type", b"application/json")]
    answer = client.post("/raw", content=body_of(5000), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_claimed_length_over_the_limit_is_refused_before_reading(client: TestClient) -> None:
    answer = client.post("/raw", content=b"x", headers={"Content-Length": str(LIMIT + 1)})
    assert answer.status_code == 413
    assert answer.json()["params"] == {"limit": LIMIT}


def test_a_body_of_just_the_limit_is_taken(client: TestClient) -> None:
    assert client.post("/raw", content=b"x" * LIMIT).json() == LIMIT
    assert client.post("/raw", content=body_of(LIMIT)).json() == LIMIT


@pytest.mark.parametrize("path", ["/raw", "/nowhere", "/bug", "/refused/x", "/http/418"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name, expected in SECURITY_HEADERS.items():
        assert answer.headers[name] == expected


def test_a_page_may_set_a_policy_of_its_own(client: TestClient) -> None:
    assert client.get("/own-policy").headers["content-security-policy"] == "default-src 'self'"


def test_a_refusal_is_a_problem_in_the_callers_language(client: TestClient) -> None:
    answer = client.get("/refused/not_found", headers={"Accept-Language": "en"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == MEDIA_TYPE
    body = answer.json()
    assert body["type"] == "urn:certes:problem:not_found"
    assert (body["code"], body["field"], body["params"]) == ("not_found", "version", {"expected": 2})
    french = client.get("/refused/not_found").json()
    assert body["title"] != french["title"]
    assert body["fix"] != french["fix"]


def test_a_code_without_words_still_makes_a_sentence(client: TestClient) -> None:
    body = client.get("/refused/no_words_yet?lang=en").json()
    assert "no_words_yet" in body["title"]
    assert "fix" not in body


def test_a_bug_shows_nothing_of_its_text(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    answer = client.get("/bug")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    logged = capsys.readouterr()
    assert NAME not in answer.text + logged.out + logged.err
    assert "RuntimeError" in logged.out + logged.err


def test_failures_of_the_framework_are_problems_too(client: TestClient) -> None:
    assert client.get("/nowhere").json()["code"] == "not_found"
    answer = client.put("/raw")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]
    answer = client.get("/http/418")
    assert (answer.status_code, answer.json()["code"]) == (418, "request_invalid")
    assert answer.headers["x-kept"] == "yes"
    assert "own words" not in answer.text


def test_an_invalid_body_names_its_field_and_echoes_nothing(client: TestClient) -> None:
    answer = client.post("/model", json={"name": [NAME], "count": "x"})
    body = answer.json()
    assert (answer.status_code, body["code"], body["field"]) == (422, "request_invalid", "name")
    assert [error["field"] for error in body["errors"]] == ["name", "count"]
    assert NAME not in answer.text


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Malformed("x"), 422), (BadSignature("x"), 422), (Unsupported("x"), 422), (Unreachable("x"), 503),
        (Misuse("x"), 500), (Unauthenticated("x"), 401), (Forbidden("x"), 403), (NotFound("x"), 404),
        (Conflict("x"), 409), (TooLarge("x"), 413), (Busy("x"), 503), (SettingInvalid("x"), 500),
        (Refusal("x"), 500), (Malformed("json_invalid"), 400), (Malformed("media_type_not_supported"), 415),
        (Busy("too_many_requests"), 429),
    ],
)  # fmt: skip
def test_each_kind_of_refusal_has_one_status(refusal: Refusal, status: int) -> None:
    assert status_of(refusal) == status
    assert problem(refusal, language="en")["status"] == status


def test_no_row_of_the_table_hides_behind_an_earlier_one() -> None:
    for at, (kind, _) in enumerate(STATUS_OF):
        assert not any(issubclass(kind, earlier) for earlier, _ in STATUS_OF[:at])


def test_busy_says_when_to_ask_again_and_a_stranger_how_to_come_in() -> None:
    app = prepare(FastAPI())

    @app.get("/{kind}")
    def refuse(kind: str) -> None:
        raise {"busy": Busy("database_unavailable"), "who": Unauthenticated("request_invalid")}[kind]

    with TestClient(app) as client:
        assert client.get("/busy").headers["retry-after"] == "5"
        assert client.get("/who").headers["www-authenticate"] == "Bearer"
