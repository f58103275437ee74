"""Regional standards as pages in five languages and as JSON: over a verified view, without a database."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from certes.demo.standards import MASONRY, SHARED_CENTRE, masonry
from certes.runtime.languages import LANGUAGES, catalogue
from certes.runtime.pages import Pages
from certes.runtime.problems import use_words
from certes.runtime.refusals import NotFound
from certes.runtime.web import prepare
from certes.trust.bundle import TrustView
from registry.standards import http, pages
from tests.html_outline import outline
from tests.standards_world import standards_world, world_without_standards
from tests.world import NOW, World

PAGES = (
    "/standards",
    "/standards/1",
    "/standards/1/compare",
    "/standards/1/compare?from=CM&to=GA",
    "/standards/1/compare?from=CG&to=CG:5101",
)


def client_over(world: World | None) -> TestClient:
    """The two groups of addresses over a world; None: a registry that has just been installed."""
    view = None if world is None else world.view(now=NOW)

    def views() -> TrustView:
        if view is None:
            raise NotFound("registry_empty")
        return view

    app = prepare(FastAPI())
    use_words(app, "problems.registry")
    app.include_router(http.routes(views))
    app.include_router(pages.routes(views, Pages("registry", area="registry", development=True)))
    return TestClient(app)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """Over the world in which three countries follow masonry."""
    with client_over(standards_world()) as made:
        yield made


def in_language(path: str, language: str) -> str:
    """The address in a language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_exists_in_every_language(client: TestClient, path: str, language: str) -> None:
    answer = client.get(in_language(path, language))
    assert answer.status_code == 200
    page = outline(answer.text)
    assert page.tags.count("h1") == 1
    assert len(set(page.ids)) == len(page.ids)
    assert "script" not in page.tags
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in answer.text
    assert "…" not in answer.text  # an ellipsis stands where a sentence lacks a parameter
    if path != "/standards":
        assert catalogue("standards", language)["status.illustrative"] in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_finds_her_own_language_in_the_units(client: TestClient, language: str) -> None:
    text = client.get(f"/standards/1?lang={language}").text
    for unit in masonry()["units"]:
        assert unit["title"][language] in text
        assert unit["outcomes"][0][language] in text
        assert unit["criteria"][0][language] in text


def test_links_between_the_pages_lead_somewhere(client: TestClient) -> None:
    for path in PAGES:
        links = outline(client.get(in_language(path, "fr")).text).links
        inside = [link for link in links if link.startswith(("/standards", "/v1/"))]
        assert inside
        assert [link for link in inside if client.get(link).status_code != 200] == []


def test_a_change_of_language_keeps_the_comparison(client: TestClient) -> None:
    links = outline(client.get("/standards/1/compare?from=CM&to=GA&lang=fr").text).links
    assert "?lang=ar&from=CM:5101&to=GA:5101" in links


def test_the_standard_says_how_near_each_country_is_and_what_is_missing(client: TestClient) -> None:
    text = client.get("/standards/1?lang=en").text
    assert [text.count(share) for share in ("Congo (Brazzaville): 93%", "Cameroon: 89%", "Gabon: 79%")] == [
        1,
        1,
        1,
    ]
    assert "units that the standard does not have: 7." in text
    assert "Changed by the regional body after the country linked its own units: 4." in text
    assert "Units taken out: 7." in text
    assert "Version 2, since 1 January 2026." in text


def groups_of(text: str) -> dict[str, list[int]]:
    """Numbers of units by the id of their section."""
    found: dict[str, list[int]] = {}
    for name, body in re.findall(r'<section aria-labelledby="(\w+)">(.*?)</section>', text, re.S):
        numbers = [int(number) for number in re.findall(r"<strong>Unit (\d+):", body)]
        found |= {name: numbers} if numbers else {}
    return found


def test_two_countries_stand_side_by_side(client: TestClient) -> None:
    text = client.get("/standards/1/compare?from=CM&to=GA&lang=en").text
    assert groups_of(text) == {"common": [1, 2, 3, 5, 8], "first": [4], "second": [6]}
    assert "In common: 68% of all that the two have, by weight." in text  # 400 of 580 hours
    assert "U2 Mortars and walls" in text
    back = client.get("/standards/1/compare?from=GA&to=CM&lang=en").text
    assert groups_of(back) == {"common": [1, 2, 3, 5, 8], "first": [6], "second": [4]}


def test_a_centre_of_several_countries_stands_on_the_page(client: TestClient) -> None:
    text = client.get("/standards?lang=en").text
    assert SHARED_CENTRE in text
    assert re.search(r"Gabon: <bdi>Mason</bdi>", text)


def test_nothing_published_is_said(client: TestClient) -> None:
    with client_over(world_without_standards()) as bare, client_over(None) as empty:
        assert "No regional standard is published." in bare.get("/standards?lang=en").text
        assert bare.get("/standards/1").status_code == 404
        assert bare.get("/v1/standards").json() == {"standards": []}
        assert empty.get("/standards?lang=en").status_code == 200
        assert empty.get("/standards/1?lang=en").status_code == 404
        assert empty.get("/v1/standards").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/standards/2",
        "/standards/x",
        "/standards/00001",
        "/standards/1%0d%0a",
        "/standards/1/compare?from=CM&to=TD",
        "/standards/1/compare?from=%3Cscript%3E&to=CM",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_a_half_chosen_comparison_keeps_the_half(client: TestClient) -> None:
    text = client.get("/standards/1/compare?from=GA&lang=en").text
    assert '<option value="GA:5101" selected>' in text
    assert client.get("/standards/1/compare?from=%3Cscript%3E").text.count("<script>") == 0


def test_programs_get_the_standard_as_it_was_signed(client: TestClient) -> None:
    answer = client.get("/v1/standards")
    [found] = answer.json()["standards"]
    assert (found["id"], found["version"], found["payload"]) == (MASONRY, 2, masonry())
    assert found["object_id"] == standards_world().newest("RegionalStandard", MASONRY).object_id
    assert [(each["country"], each["percent"]) for each in found["followers"]] == [
        ("CG", 93),
        ("CM", 89),
        ("GA", 79),
    ]
    assert answer.headers["access-control-allow-origin"] == "*"
    held = client.get("/v1/standards", headers={"If-None-Match": answer.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")


@pytest.mark.parametrize("standard", ["1", MASONRY])
def test_programs_compare_two_trades(client: TestClient, standard: str) -> None:
    query = {"standard": standard, "from": "CM", "to": "GA:5101"}
    found = client.get("/v1/standards/compare", params=query).json()
    assert (found["common"], found["only_from"], found["only_to"], found["neither"]) == (
        [1, 2, 3, 5, 8],
        [4],
        [6],
        [],
    )
    assert found["percent"] == {"common": 68, "from_in_to": 86, "to_in_from": 76}
    assert found["from"]["by_unit"]["3"] == [2]
    assert (found["standard"], found["version"], found["status"]) == (MASONRY, 2, "illustrative")


@pytest.mark.parametrize(
    ("path", "status", "code", "field"),
    [
        ("/v1/standards/compare", 422, "member_missing", "standard"),
        ("/v1/standards/compare?standard=1&from=CM", 422, "member_missing", "to"),
        ("/v1/standards/compare?standard=9&from=CM&to=GA", 404, "standard_not_found", None),
        ("/v1/standards/compare?standard=1&from=CM&to=TD", 404, "standard_not_followed", "to"),
        ("/v1/centres?id=https://nowhere.example/1", 404, "centre_not_found", None),
        ("/v1/centres?shared=maybe", 422, "member_invalid", "shared"),
    ],
)
def test_programs_are_told_what_is_wrong(
    client: TestClient, path: str, status: int, code: str, field: str | None
) -> None:
    answer = client.get(path)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem.get("field")) == (status, code, field)
    assert problem["fix"]


def test_programs_ask_which_countries_accredit_a_centre_and_for_what(client: TestClient) -> None:
    [shared] = client.get("/v1/centres?shared=true").json()["centres"]
    assert shared == client.get("/v1/centres", params={"id": SHARED_CENTRE}).json()
    assert [each["country"] for each in shared["accreditations"]] == ["CG", "CM", "GA"]
    assert shared["accreditations"][2] == {
        "country": "GA",
        "number": 90,
        "name": "Centre de Douala",
        "place": "Douala",
        "trades": ["GA:5101"],
    }
    everyone = client.get("/v1/centres").json()["centres"]
    alone = next(each for each in everyone if each["id"].endswith("/cm/centres/2"))
    assert alone["accreditations"][0]["trades"] is None
