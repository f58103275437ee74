"""The verifier over HTTP: three media types in, one answer out, and no input that makes it fail.

The registry cannot be reached in any of these tests: everything is answered from what an earlier run kept.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from certes.runtime.languages import LANGUAGES
from certes.runtime.problems import MEDIA_TYPE
from tests.hostile import pictures
from tests.unit.verifier.kept import keep, settings_for
from tests.unit.verifier.scene import INDEX, WELDER, Scene, later, welder
from tests.world import NOW
from verifier.app import build_app

PATH = "/v1/verifications"
TEXT = {"Content-Type": "text/plain"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return keep(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def client(scene: Scene) -> Iterator[TestClient]:
    folder = scene.cache._folder.parent
    app = build_app(settings_for(folder), clock=lambda: NOW)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def empty_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = build_app(settings_for(tmp_path_factory.mktemp("nothing")), clock=lambda: NOW)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def test_a_qr_text_gets_the_whole_answer(client: TestClient, scene: Scene) -> None:
    reply = client.post(PATH + "?country=GA&lang=en", content=scene.card(), headers=TEXT)
    assert reply.status_code == 200
    body = reply.json()
    assert (body["state"], body["conclusion"]) == ("recognised", "recognised")
    assert [check["name"] for check in body["checks"]] == [
        "proof",
        "issuer",
        "scope",
        "dates",
        "status",
        "recognition",
    ]
    assert body["decision"]["verdict"] == "recognised"
    assert body["decision"]["reasons"][0]["text"]
    assert body["facts"]["name"] == WELDER.person.name
    assert body["facts"]["document"] == {"country": "CM", "kind": "national_id", "last4": "41X7"}
    assert body["facts"]["trade_labels"]["en"] == "Welder"
    assert body["facts_are"] == "signed"
    assert body["question"] == {"country": "GA", "trade": None, "date": "2026-11-20"}
    assert body["evidence"]["trust_as_of"] == "2026-11-20T08:00:00Z"
    assert body["evidence"]["status_as_of"] == "2026-11-20T07:59:59Z"
    assert body["evidence"]["checkpoint"]["size"] > 0
    assert body["evidence"]["objects"]
    assert body["address"] == {"host": "verify.skills.example", "known": True}
    assert {line["key"] for line in body["summary"].values()} == {
        "document.genuine",
        "person.compare",
        "here.recognised",
    }
    assert body["checked_at"] == "2026-11-20T08:00:00Z"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-language"] == body["language"] == "en"


def test_the_three_media_types_agree(client: TestClient, scene: Scene) -> None:
    card, document = scene.card(), scene.card_document()
    question = {"country": "GA", "trade": "7212", "date": "2026-11-20"}
    photo = {"file": ("p.png", pictures.encoded(pictures.qr(card)), "image/png")}
    file = {"file": ("c.json", b"\xef\xbb\xbf" + json.dumps(scene.wallet()).encode(), "application/json")}
    replies = [
        client.post(PATH, params=question, content=card, headers=TEXT),
        client.post(PATH, params=question, content=card.rpartition("#")[2], headers=TEXT),
        client.post(PATH, params=question, content=json.dumps(document), headers=TEXT),
        client.post(PATH, json={"credential": card, "question": question}),
        client.post(PATH, json={"credential": document, "question": question}),
        client.post(PATH, json={"credential": scene.wallet(), "question": question, "language": "fr"}),
        client.post(PATH, data=question, files=photo),
        client.post(PATH, data=question, files=file),
    ]
    for reply in replies:
        assert (reply.status_code, reply.json().get("state")) == (200, "recognised"), reply.text
    assert len({reply.json()["facts"]["number"] for reply in replies}) == 1


def test_the_country_of_the_settings_is_the_default(client: TestClient, scene: Scene) -> None:
    assert client.post(PATH, content=scene.card(), headers=TEXT).json()["question"]["country"] == "GA"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_text_fits_one_message_in_every_language(
    client: TestClient, scene: Scene, language: str
) -> None:
    long_name = replace(WELDER, person=replace(WELDER.person, name="MBARGA " * 9 + "Marie"))
    for facts in (
        long_name,
        welder(level=3),
        replace(WELDER, issuer=9),
        welder(trade=1503, occupation="7112"),
    ):
        reply = client.post(PATH, params={"lang": language}, content=scene.card(facts), headers=TEXT)
        body = reply.json()
        assert body["language"] == language
        assert 0 < len(body["short_text"]) <= 160
        assert all(reason["text"] for reason in body["decision"]["reasons"])


def test_without_any_data_it_is_undetermined_and_says_so(empty_client: TestClient, scene: Scene) -> None:
    for shown in (scene.card(), scene.card(replace(WELDER, valid_until=date(2026, 5, 1)))):
        body = empty_client.post(PATH, content=shown, headers=TEXT).json()
        assert (body["state"], body["conclusion"]) == ("cannot_tell", "undetermined")
        assert body["decision"] is None
        assert body["facts_are"] == "claimed"


def test_health_tells_a_verifier_that_knows_nothing(client: TestClient, empty_client: TestClient) -> None:
    ready, empty = client.get("/healthz"), empty_client.get("/healthz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["status_lists"]) == (200, True, 3)
    assert ready.json()["trust_as_of"] == "2026-11-20T08:00:00Z"
    assert (empty.status_code, empty.json()["ready"]) == (503, False)


def test_the_form_and_its_answer(client: TestClient, scene: Scene) -> None:
    form = client.get("/?lang=fr&country=CM")
    assert form.status_code == 200
    assert "Gabon" in form.text
    photo = {"photo": ("p.png", pictures.encoded(pictures.qr(scene.card())), "image/png")}
    page = client.post("/?lang=en", data={"country": "GA", "trade": "", "date": "", "text": ""}, files=photo)
    assert page.status_code == 200
    assert "Genuine and recognised here" in page.text
    assert WELDER.person.name in page.text


def test_the_form_comes_back_with_a_sentence(client: TestClient) -> None:
    part = {"photo": ("", b"", "application/octet-stream")}
    for text in ("", "hello", "<script>alert(1)</script>"):
        page = client.post("/?lang=en", data={"country": "<b>", "text": text}, files=part)
        assert page.status_code == 422
        assert page.headers["content-type"].startswith("text/html")
        assert "<script>alert" not in page.text


REFUSED: dict[str, tuple[Callable[[TestClient, Scene], Any], int, str]] = {
    "no media type": (lambda c, s: c.post(PATH, content=s.card()), 415, "media_type_not_supported"),
    "xml": (
        lambda c, s: c.post(PATH, content="<a/>", headers={"Content-Type": "text/xml"}),
        415,
        "media_type_not_supported",
    ),
    "no text": (lambda c, s: c.post(PATH, content="", headers=TEXT), 422, "text_empty"),
    "another text": (lambda c, s: c.post(PATH, content="hello", headers=TEXT), 422, "not_a_certes_code"),
    "not utf-8": (lambda c, s: c.post(PATH, content=b"\xff\xfe", headers=TEXT), 422, "text_not_utf8"),
    "cut short": (lambda c, s: c.post(PATH, content=s.card()[:-9], headers=TEXT), 422, "card_cbor_invalid"),
    "country": (
        lambda c, s: c.post(PATH + "?country=gabon", content=s.card(), headers=TEXT),
        422,
        "country_invalid",
    ),
    "trade": (
        lambda c, s: c.post(PATH + "?trade=٧٢١٢", content=s.card(), headers=TEXT),
        422,
        "trade_invalid",
    ),
    "date": (
        lambda c, s: c.post(PATH + "?date=2026-02-30", content=s.card(), headers=TEXT),
        422,
        "date_invalid",
    ),
    "week date": (
        lambda c, s: c.post(PATH + "?date=2026-W01-1", content=s.card(), headers=TEXT),
        422,
        "date_invalid",
    ),
    "far date": (
        lambda c, s: c.post(PATH + "?date=2101-01-01", content=s.card(), headers=TEXT),
        422,
        "date_invalid",
    ),
    "broken json": (
        lambda c, s: c.post(PATH, content="{", headers={"Content-Type": "application/json"}),
        400,
        "json_invalid",
    ),
    "deep json": (
        lambda c, s: c.post(
            PATH, content='{"credential":' + "[" * 60_000, headers={"Content-Type": "application/json"}
        ),
        422,
        "json_too_deep",
    ),
    "no credential": (lambda c, s: c.post(PATH, json={"question": {}}), 422, "credential_missing"),
    "number": (lambda c, s: c.post(PATH, json={"credential": 7}), 422, "request_invalid"),
    "question": (
        lambda c, s: c.post(PATH, json={"credential": s.card(), "question": []}),
        422,
        "request_invalid",
    ),
    "misspelt": (
        lambda c, s: c.post(PATH, json={"credential": s.card(), "question": {"contry": "GA"}}),
        422,
        "member_not_known",
    ),
    "unknown country": (
        lambda c, s: c.post(PATH + "?country=XX", content=s.card(), headers=TEXT),
        422,
        "country_unknown",
    ),
    "language": (
        lambda c, s: c.post(PATH, json={"credential": s.card(), "language": 1}),
        422,
        "request_invalid",
    ),
    "large json": (
        lambda c, s: c.post(PATH, json={"credential": "1" * 300_000}),
        413,
        "body_too_large",
    ),
    "huge body": (
        lambda c, s: c.post(PATH, content=bytes(14 * 1024 * 1024), headers=TEXT),
        413,
        "body_too_large",
    ),
    "no file": (
        lambda c, s: c.post(PATH, data={"country": "GA"}, files={"photo": b""}),
        422,
        "credential_missing",
    ),
    "broken picture": (
        lambda c, s: c.post(PATH, files={"file": b"\x89PNG\r\n\x1a\n" + b"x" * 99}),
        422,
        "image_not_readable",
    ),
    "another credential": (
        lambda c, s: c.post(PATH, json={"credential": {"issuer": "did:example:1", "type": ["X"]}}),
        422,
        "credential_profile_unknown",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_a_problem_with_a_code_and_a_fix(
    client: TestClient, scene: Scene, name: str
) -> None:
    ask, status, code = REFUSED[name]
    reply = ask(client, scene)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"].startswith(MEDIA_TYPE)
    assert reply.json()["title"]
    assert reply.json()["fix"]


@pytest.mark.parametrize("language", ["xx", "", "fr-CM", "../../etc", "é", "a" * 2_000])
def test_an_unknown_language_is_answered_in_french(client: TestClient, scene: Scene, language: str) -> None:
    reply = client.post(PATH, params={"lang": language}, content=scene.card(), headers=TEXT)
    assert (reply.status_code, reply.json()["language"]) == (200, "fr")


def test_nothing_is_said_of_the_paths_of_this_server(client: TestClient) -> None:
    for path in ("/v1/verifications/../../etc/passwd", "/docs", "/openapi.json.bak"):
        assert client.get(path).status_code in (404, 405)


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x--\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"\0" * 999]
)
def test_a_broken_form_is_refused(client: TestClient, body: bytes) -> None:
    for content_type in (
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "multipart/form-data; boundary=",
    ):
        reply = client.post(PATH, content=body, headers={"Content-Type": content_type})
        assert 400 <= reply.status_code < 500
        assert reply.headers["content-type"].startswith(MEDIA_TYPE)


CHARSETS = (
    "undefined",
    "punycode",
    "idna",
    "utf-16",
    "hex",
    "unicode_escape",
    "utf-8\0",
    '"punycode"',
    "x" * 9999,
)


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("path", [PATH, "/"])
def test_a_form_in_any_charset_but_utf8_is_refused_before_it_is_read(
    client: TestClient, path: str, charset: str
) -> None:
    for part in (b"\xff\xfe.abc-def", b"xn--" + b"a" * 250_000):
        body = b'--B\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + part + b"\r\n--B--\r\n"
        for name in ("charset", "CHARSET "):
            content_type = f"multipart/form-data; {name}={charset}; boundary=B"
            started = time.perf_counter()
            reply = client.post(path, content=body, headers={"Content-Type": content_type})
            assert reply.status_code == 422
            assert time.perf_counter() - started < 1
            assert path == "/" or reply.json()["code"] == "text_not_utf8"


def test_a_form_that_says_it_is_utf8_is_read(client: TestClient, scene: Scene) -> None:
    start = b'--B\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
    body = start + scene.card().encode() + b"\r\n--B--\r\n"
    for charset in ("utf-8", '"UTF-8"', "utf8"):
        content_type = f"multipart/form-data; charset={charset}; boundary=B"
        assert client.post(PATH, content=body, headers={"Content-Type": content_type}).status_code == 200


def test_a_file_that_names_another_charset_is_refused(client: TestClient, scene: Scene) -> None:
    file = {"file": ("c.json", json.dumps(scene.wallet()).encode(), "application/json; charset=utf-16")}
    reply = client.post(PATH, files=file)
    assert (reply.status_code, reply.json()["code"]) == (422, "text_not_utf8")


@pytest.mark.parametrize("error", [UnicodeError("x"), ValueError("x"), LookupError("x")])
def test_a_form_that_its_parser_stumbles_over_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def stumble(*_: Any) -> None:
        raise error

    monkeypatch.setattr("starlette.formparsers.MultiPartParser.parse", stumble)
    reply = client.post(PATH, files={"file": b"x"})
    assert (reply.status_code, reply.json()["code"]) == (422, "request_invalid")


def test_too_many_fields_are_refused(client: TestClient) -> None:
    reply = client.post(PATH, data={f"f{number}": "x" for number in range(50)}, files={"file": b"x"})
    assert 400 <= reply.status_code < 500


def test_a_revocation_arrives_by_the_kept_file(tmp_path: Path) -> None:
    scene = keep(tmp_path)
    scene.publish("revocation", bits=(INDEX,))
    app = build_app(settings_for(tmp_path), clock=lambda: later(1))
    with TestClient(app) as client:
        assert client.post(PATH, content=scene.card(), headers=TEXT).json()["state"] == "revoked"
