"""Pictures of the form and of every verdict, French and Arabic, telephone and desktop.

Run `python -m tests.journeys.screenshots FOLDER`.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys.browser import DESKTOP, PHONE, SITE, chromium, page_over
from tests.journeys.rendered import LANGUAGES_SHOWN, rendered

SIZES = {"phone": PHONE, "desktop": DESKTOP}


def take(browser: Browser, folder: Path, html: str, name: str) -> None:
    """One page at both sizes."""
    for size, viewport in SIZES.items():
        with page_over(browser, {"/": html}, size=viewport) as (page, _):
            page.goto(f"{SITE}/")
            page.screenshot(path=folder / f"{name}-{size}.png", full_page=True)


def main(folder: Path) -> None:
    """Every page into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for language in LANGUAGES_SHOWN:
            for name, html in rendered(language).items():
                take(browser, folder, html, f"{name}-{language}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
