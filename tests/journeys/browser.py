"""Debian's Chromium for the journeys, and our own pages under an address, without a server.

Absent, the tests that need it are skipped with a clear word; in CI that is a failure.
"""

import mimetypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from certes.runtime.web import SECURITY_HEADERS
from tests.architecture.project import ROOT

SITE = "https://verify.skills.example"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


def chromium_path() -> str:
    """The browser's path; skips, or fails in CI, where there is none."""
    found = which("chromium") or which("chromium-browser")
    if found is not None:
        return found
    sentence = "Chromium is not installed (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_over(
    browser: Browser, html: Mapping[str, str], *, size: Mapping[str, int] = PHONE, scripts: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """A page under SITE that answers `html` by path and web/ as assets; with it, what it asked for elsewhere.

    Everything goes with the services' own headers, so that the content security policy is the real one.
    """
    elsewhere: list[str] = []
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, java_script_enabled=scripts
    )

    def answer(route: Route) -> None:
        address = route.request.url
        path = address.removeprefix(SITE).split("?")[0]
        asset = ROOT / "web" / path.removeprefix("/assets/")
        if address.startswith(SITE) and path in html:
            headers = {**SECURITY_HEADERS, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(body=html[path], headers=headers)
        elif address.startswith(f"{SITE}/assets/") and asset.is_file():
            route.fulfill(path=asset, headers={**SECURITY_HEADERS, "Content-Type": media_type(asset)})
        else:
            elsewhere.append(address)
            route.abort()

    context.route("**/*", answer)
    try:
        yield context.new_page(), elsewhere
    finally:
        context.close()


def media_type(path: Path) -> str:
    """As the services serve it."""
    return "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0] or "text/plain"
