"""A question is answered as it was asked, or refused: no name, file or address changes it silently."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.hostile import pictures
from tests.unit.verifier.kept import keep, settings_for
from tests.unit.verifier.scene import Scene
from tests.world import NOW
from verifier.app import build_app
from verifier.reading.worker import MAX_FILE_BYTES

PATH = "/v1/verifications"
TEXT = {"Content-Type": "text/plain"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return keep(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def client(scene: Scene) -> Iterator[TestClient]:
    app = build_app(settings_for(scene.cache._folder.parent), clock=lambda: NOW)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def photo(scene: Scene) -> dict[str, Any]:
    return {"file": ("p.png", pictures.encoded(pictures.qr(scene.card())), "image/png")}


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("?Country=CM", "member_not_known", "Country"),
        ("?country=GA&pays=CM", "member_not_known", "pays"),
        ("?country=GA&country=CM", "member_repeated", "country"),
        ("?opened=camera", "member_not_known", "opened"),
    ],
)
def test_an_unknown_or_repeated_name_in_the_address_is_refused(
    client: TestClient, scene: Scene, query: str, code: str, field: str
) -> None:
    reply = client.post(PATH + query, content=scene.card(), headers=TEXT)
    assert (reply.status_code, reply.json()["code"], reply.json()["field"]) == (422, code, field)


def test_a_misspelt_field_of_a_form_is_refused(client: TestClient, scene: Scene) -> None:
    for path in (PATH, "/"):
        reply = client.post(path, data={"county": "CM"}, files=photo(scene))
        assert reply.status_code == 422
    assert client.post(PATH, data={"county": "CM"}, files=photo(scene)).json()["field"] == "county"


def test_a_question_beside_a_body_that_has_its_own_place_for_it_is_refused(
    client: TestClient, scene: Scene
) -> None:
    for reply in (
        client.post(PATH + "?country=CM", json={"credential": scene.card()}),
        client.post(PATH + "?country=CM", files=photo(scene)),
    ):
        assert (reply.status_code, reply.json()["field"]) == (422, "country")


def test_a_file_in_the_place_of_a_question_is_refused(client: TestClient, scene: Scene) -> None:
    reply = client.post(PATH, files=photo(scene) | {"country": ("c.txt", b"CM", "text/plain")})
    assert (reply.status_code, reply.json()["field"]) == (422, "country")


def test_a_refusal_is_said_in_the_language_the_body_names(client: TestClient, scene: Scene) -> None:
    replies = (
        client.post(PATH, json={"credential": scene.card(), "question": {"contry": "GA"}, "language": "es"}),
        client.post(PATH, json={"credential": 7, "language": "es"}),
        client.post(PATH, data={"county": "CM", "language": "es"}, files=photo(scene)),
        client.post(PATH + "?pays=CM&language=es", content=scene.card(), headers=TEXT),
    )
    for reply in replies:
        assert reply.status_code == 422
        assert reply.json()["title"].startswith(("La petición", "La solicitud")), reply.text


def test_the_page_is_told_what_is_wrong_as_a_page(client: TestClient) -> None:
    reply = client.post("/?lang=en", content="x", headers=TEXT)
    assert reply.status_code == 415
    assert reply.headers["content-type"].startswith("text/html")


def test_an_issuers_whole_answer_is_read_for_the_credential_in_it(client: TestClient, scene: Scene) -> None:
    whole = {"number": "CM-1-2026-000123", "credential": scene.wallet(), "card": scene.card()}
    saved = {"file": ("answer.json", json.dumps(whole).encode(), "application/json")}
    for reply in (
        client.post(PATH, files=saved),
        client.post(PATH, content=json.dumps(whole), headers=TEXT),
        client.post(PATH, json={"credential": whole}),
    ):
        assert (reply.status_code, reply.json()["state"]) == (200, "recognised"), reply.text


def test_a_country_outside_the_network_is_undetermined(client: TestClient, scene: Scene) -> None:
    body = client.post(PATH + "?country=FR&lang=en", content=scene.card(), headers=TEXT).json()
    assert (body["state"], body["conclusion"], body["decision"]) == ("cannot_tell", "undetermined", None)
    assert body["checks"][-1]["params"] == {"host": "FR", "members": ["CD", "CF", "CG", "CM", "GA"]}


def test_a_demonstration_says_so(client: TestClient, scene: Scene) -> None:
    body = client.post(PATH + "?lang=en", content=scene.card(), headers=TEXT).json()
    assert body["development"] is True
    assert body["short_text"].startswith("DEMO. ")


def test_a_limit_is_told_in_megabytes(client: TestClient) -> None:
    reply = client.post(PATH, data={"language": "fr"}, files={"file": b"\xff" * (MAX_FILE_BYTES + 1)})
    assert reply.status_code == 413
    assert reply.json()["title"] == "Le fichier dépasse 12\u202fMo."


@pytest.mark.parametrize("path", ["/c/", "/c", "/c/?lang=fr"])
def test_the_form_stands_at_the_address_some_cards_bear(client: TestClient, path: str) -> None:
    reply = client.get(path, headers=HTML)
    assert reply.status_code == 200
    assert "<form" in reply.text


def test_a_browser_at_a_wrong_address_gets_a_page_in_its_language(client: TestClient) -> None:
    reply = client.get("/verifier/", headers=HTML | {"Accept-Language": "pt-AO"})
    assert (reply.status_code, reply.headers["content-language"]) == (404, "pt")
    assert "Nada neste endereço" in reply.text
    program = client.get("/verifier/", headers={"Accept": "application/json"})
    assert (program.status_code, program.json()["code"]) == (404, "not_found")
    assert client.get("/assets/nothing.css").status_code == 404
