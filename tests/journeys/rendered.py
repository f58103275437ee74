"""The verifier's pages from invented outcomes, as HTML by name."""

from fastapi.responses import HTMLResponse

from tests.outcomes import NOW, outcomes
from verifier.pages import Asked, VerifierPages

LANGUAGES_SHOWN = ("fr", "ar")
MEMBERS = ("CM", "CG", "CD", "CF", "GA")
TODAY = NOW.date()
ASKED = Asked(country="GA", day=TODAY)
PAGES = VerifierPages(
    address="https://verify.skills.example", development=True, registry="https://registry.skills.example"
)
PROBLEM: dict[str, str | int] = {
    "title": "Nous n’avons pas trouvé de QR code dans cette image.",
    "fix": "Reprenez la photo, bien à plat.",
    "status": 422,
    "code": "qr_not_found",
}


def rendered(language: str) -> dict[str, str]:
    """`form`, `form-problem`, and a page for each state."""
    pages = {
        "form": PAGES.form(ASKED, members=MEMBERS, today=TODAY, language=language),
        "nothing-here": PAGES.nothing_here(language=language),
        "form-problem": PAGES.form(ASKED, members=MEMBERS, today=TODAY, language=language, problem=PROBLEM),
    }
    for state, outcome in outcomes().items():
        pages[state] = PAGES.verdict(outcome, ASKED, members=MEMBERS, today=TODAY, language=language)
    return {name: html_of(page) for name, page in pages.items()}


def html_of(page: HTMLResponse) -> str:
    """The text of a page."""
    return bytes(page.body).decode()
