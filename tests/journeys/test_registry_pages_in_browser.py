"""The registry's pages in a real browser: accessible, as narrow as a small telephone, without scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.architecture.project import ROOT
from tests.journeys.browser import DESKTOP, PHONE, SITE, chromium, media_type
from tests.journeys.test_pages_in_browser import OPEN_ALL, OVERFLOW, violations
from tests.unit.registry.conftest import Clock, Registry, running, settings_in, write_log_key
from tests.unit.registry.witnesses import Jury
from tests.world import World
from tests.world_data import AGREEMENT

SMALL = {"width": 320, "height": 568}
WELDER = "country=CM&issuer=1&trade=1204&level=3&route=training&kind=full&awarded=2026-05-01"
PAGES = (
    "/?",
    "/log?",
    "/members/CM?",
    "/issuers/CM/1?",
    f"/agreements/{AGREEMENT}?",
    "/where?",
    "/where?country=CM",
    "/where?country=CM&issuer=x&trade=x&level=x&route=x&kind=x&awarded=x",
    f"/where?{WELDER}".replace("full", "units"),
    f"/where?{WELDER}",
    f"/where?{WELDER}&trade=1402".replace("trade=1204&", ""),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for this file."""
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that has taken in the whole world."""
    folder = tmp_path_factory.mktemp("registry")
    key_file: Path = folder / "log-key.json"
    write_log_key(key_file, World().log_seed)
    clock = Clock()
    with running(settings_in(folder, key_file), clock, Jury(clock)) as one:
        one.submit_all()
        yield one


@contextmanager
def page_of(
    browser: Browser, registry: Registry, *, size: dict[str, int] = PHONE, scripts: bool = False
) -> Iterator[Page]:
    """A page under SITE that this registry answers, with its own headers."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, java_script_enabled=scripts
    )

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        asset = ROOT / "web" / path.removeprefix("/assets/")
        if path.startswith("/assets/") and asset.is_file():
            route.fulfill(path=asset, headers={"Content-Type": media_type(asset)})
        else:
            found = registry.client.get(path)
            route.fulfill(status=found.status_code, body=found.content, headers=dict(found.headers))

    context.route("**/*", answer)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_is_accessible_and_fits_a_small_telephone(
    browser: Browser, registry: Registry, language: str
) -> None:
    found = {}
    with page_of(browser, registry, size=SMALL, scripts=True) as page:
        for path in PAGES:
            page.goto(f"{SITE}{path}&lang={language}")
            page.evaluate(OPEN_ALL)
            too_wide = ["wider than the screen"] if page.evaluate(OVERFLOW) else []
            found[path] = [*violations(page), *too_wide]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_a_person_finds_the_answer_without_scripts(browser: Browser, registry: Registry) -> None:
    with page_of(browser, registry) as page:
        page.goto(f"{SITE}/?lang=en")
        page.get_by_role("link", name="Where does my certificate count?").click()
        page.get_by_label("Country where the certificate was issued").select_option("Cameroon")
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Body that signed it").select_option(index=1)
        page.get_by_label("Trade", exact=True).select_option("Welder (Welders and Flame Cutters)")
        page.get_by_label("Level", exact=True).select_option(index=3)
        page.get_by_label("Part of the trade (units)").check()
        page.get_by_role("button", name="See where it counts").click()
        expect(page.get_by_role("alert")).to_contain_text("Tick the units")
        page.get_by_label("Unit 1").check()
        page.get_by_label("The whole trade").check()
        page.get_by_role("button", name="See where it counts").click()
        expect(page.locator("section.place")).to_have_count(5)
        expect(page.locator("#GA .answer")).to_have_text("Recognised with conditions")
        page.get_by_role("link", name="العربية").click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.locator("section.place")).to_have_count(5)


def test_the_form_is_answered_with_the_keyboard_alone(browser: Browser, registry: Registry) -> None:
    with page_of(browser, registry) as page:
        page.goto(f"{SITE}/where?lang=en&country=GA")
        page.locator("#trade").focus()
        page.keyboard.type("Weld")
        page.keyboard.press("Tab")
        page.keyboard.type("Niveau 4")
        page.keyboard.press("Enter")
        page.locator("#awarded").focus()
        page.get_by_role("button", name="See where it counts").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#CM .answer")).to_have_text("Recognised")


def test_the_answers_print_whole_and_the_form_does_not(browser: Browser, registry: Registry) -> None:
    with page_of(browser, registry) as page:
        page.goto(f"{SITE}/where?{WELDER}&lang=fr")
        page.emulate_media(media="print")
        for hidden in (".tongues", "details", "#country", ".skip"):
            assert page.locator(hidden).first.is_hidden(), hidden
        for country in ("CM", "GA", "CG", "CD", "CF"):
            assert page.locator(f"#{country}").is_visible()
        assert page.locator(".facts").is_visible()


def test_arabic_puts_the_shape_to_the_right_of_its_words(browser: Browser, registry: Registry) -> None:
    with page_of(browser, registry, size=DESKTOP) as page:
        page.goto(f"{SITE}/where?{WELDER}&lang=ar")
        shape = page.locator("#GA .answer svg").bounding_box()
        words = page.locator("#GA .answer strong").bounding_box()
        assert shape is not None
        assert words is not None
        assert shape["x"] > words["x"]
