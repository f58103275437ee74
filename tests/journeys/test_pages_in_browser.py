"""The pages in a real browser: accessible, as narrow as a telephone, with and without scripts."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESKTOP, PHONE, SITE, chromium, page_over
from tests.journeys.rendered import LANGUAGES_SHOWN, rendered

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
OPEN_ALL = "for (const one of document.querySelectorAll('details')) one.open = true"
OVERFLOW = "document.documentElement.scrollWidth > window.innerWidth"
PAYLOAD = "1234567890" * 38


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for this file."""
    with chromium() as one:
        yield one


def violations(page: Page) -> list[Any]:
    """What axe-core finds, as (rule, targets)."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize("language", LANGUAGES_SHOWN)
def test_every_page_is_accessible_fits_a_telephone_and_asks_nothing_elsewhere(
    browser: Browser, language: str
) -> None:
    pages = {f"/{name}": html for name, html in rendered(language).items()}
    with page_over(browser, pages, size=PHONE) as (page, elsewhere):
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        found = {path: faults(page, path) for path in pages}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert (elsewhere, errors) == ([], [])


def faults(page: Page, path: str) -> list[Any]:
    """What is wrong with a page on a telephone, everything opened; nothing for a good one."""
    page.goto(SITE + path)
    page.evaluate(OPEN_ALL)
    too_wide = ["wider than the screen"] if page.evaluate(OVERFLOW) else []
    return violations(page) + too_wide


def test_the_verdict_has_the_focus_the_title_and_seconds_that_run(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("fr")["recognised"]}) as (page, _):
        page.goto(f"{SITE}/")
        expect(page.locator("#ticking .ticking")).to_have_text("1")
        assert page.evaluate("document.activeElement.id") == "verdict"
        assert page.title() == "Authentique et reconnu ici – vérification"
        assert page.locator("[role=alert] h1").inner_text() == "Authentique et reconnu ici"
        assert page.locator("#print").is_visible()


def test_without_scripts_the_verdict_has_the_focus_and_no_dead_button(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("fr")["revoked"]}, scripts=False) as (page, _):
        page.goto(f"{SITE}/")
        assert page.locator("#verdict:focus").count() == 1
        assert page.locator("#print").is_hidden()
        assert page.locator("#ticking").is_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_pasted_text_is_sent_as_a_form(browser: Browser, scripts: bool) -> None:
    html = rendered("fr")["form"]
    with page_over(browser, {"/": html}, scripts=scripts) as (page, _):
        page.goto(f"{SITE}/")
        page.locator("details", has=page.locator("#text")).locator("summary").click()
        page.locator("#text").fill(PAYLOAD)
        with page.expect_request(lambda request: request.method == "POST") as sent:
            page.locator("#ask button[type=submit]").click()
        body = sent.value.post_data or ""
        assert sent.value.headers["content-type"].startswith("multipart/form-data")
        assert PAYLOAD in body
        assert 'name="country"\r\n\r\nGA' in body


def test_an_address_opened_by_a_camera_is_asked_about_and_leaves_no_trace(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("fr")["form"]}) as (page, _):
        with page.expect_request(lambda request: request.method == "POST") as sent:
            page.goto(f"{SITE}/#{PAYLOAD}")
        body = sent.value.post_data or ""
        assert f'name="text"\r\n\r\n{PAYLOAD}' in body
        assert 'name="opened"\r\n\r\ncamera' in body
        page.go_back()
        assert PAYLOAD not in page.evaluate("location.href")


def test_without_a_country_a_camera_opened_page_waits_and_says_why(browser: Browser) -> None:
    html = rendered("fr")["form"].replace(' value="GA" selected', ' value="GA"')
    with page_over(browser, {"/": html}) as (page, _):
        page.goto(f"{SITE}/#{PAYLOAD}")
        assert page.locator("#read").is_visible()
        assert page.locator("#opened .address").inner_text() == SITE
        assert page.locator("#text").input_value() == PAYLOAD
        assert page.evaluate("location.hash") == ""
        assert page.evaluate("document.activeElement.id") == "country"


def test_the_skip_link_leads_to_the_content_and_is_no_certificate(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("fr")["form"]}) as (page, _):
        page.goto(f"{SITE}/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.reload()
        assert page.locator("#text").input_value() == ""


def test_the_photograph_is_reached_by_keyboard_and_by_its_large_button(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("fr")["form"]}) as (page, _):
        page.goto(f"{SITE}/")
        page.locator("#photo").focus()
        assert page.evaluate("document.activeElement.id") == "photo"
        with page.expect_file_chooser() as chooser:
            page.locator("label[for=photo]").click()
        chooser.value.set_files({"name": "qr.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8"})
        assert page.evaluate("document.getElementById('photo').files.length") == 1


def test_the_language_of_a_verdict_changes_without_a_new_photograph(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("fr")["recognised"]}, size=DESKTOP, scripts=False) as (page, _):
        page.goto(f"{SITE}/")
        with page.expect_request(lambda request: request.method == "POST") as sent:
            page.get_by_role("button", name="English").click()
        assert sent.value.url == f"{SITE}/?lang=en"
        assert 'name="text"' in (sent.value.post_data or "")


def test_arabic_is_laid_out_from_right_to_left(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("ar")["recognised"]}, size=DESKTOP) as (page, _):
        page.goto(f"{SITE}/")
        icon, title = page.locator(".verdict svg").bounding_box(), page.locator("#verdict").bounding_box()
        assert icon is not None
        assert title is not None
        assert icon["x"] > title["x"]
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"


def test_a_receipt_prints_the_answer_without_the_controls(browser: Browser) -> None:
    with page_over(browser, {"/": rendered("fr")["recognised"]}) as (page, _):
        page.goto(f"{SITE}/")
        page.emulate_media(media="print")
        for hidden in (".tongues", ".actions", "#country", "#ticking"):
            assert page.locator(hidden).is_hidden(), hidden
        for shown in ("#verdict", ".card .big", ".stamp", ".only-print"):
            assert page.locator(shown).is_visible(), shown
