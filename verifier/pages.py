"""The verifier's pages: the question and its answer. They work without scripts and load nothing foreign."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from certes.credential import skillcard
from certes.credential.card_text import to_digits
from certes.runtime.languages import country_name
from certes.runtime.pages import Pages
from certes.runtime.recognition_words import occupations_by_sector
from verifier.result import Outcome
from verifier.shown import show
from verifier.wording import AREA


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the form. `opened`: a camera opened the page, so its address bar must be read."""

    country: str
    day: date
    trade: str | None = None
    text: str = ""
    opened: bool = False

    @property
    def query(self) -> str:
        """What a link keeps: never the certificate."""
        kept = {"country": self.country, "trade": self.trade or ""}
        text = urlencode({name: value for name, value in kept.items() if value})
        return f"&{text}" if text else ""


class VerifierPages:
    """The form, a verdict, and the form again with what is wrong.

    `address` is what the address bar must read, `registry` the address of the registry's pages, empty where
    it is not known. `members` are the countries to choose from, alpha-2.
    """

    def __init__(self, *, address: str, development: bool, registry: str = "") -> None:
        self._pages = Pages("verifier", area=AREA, development=development)
        self._address = address
        self.development = development
        self.registry = registry

    def form(
        self,
        asked: Asked,
        *,
        members: Collection[str],
        today: date,
        language: str,
        problem: Mapping[str, Any] | None = None,
    ) -> HTMLResponse:
        """The question; with `problem` (RFC 9457), what was wrong stands on top and the form is kept."""
        shown = None
        if problem is not None:
            shown = {"title": problem["title"], "fix": problem.get("fix", "")}
        context = {**self._question(asked, members, today, language), "problem": shown}
        status = 200 if problem is None else int(problem["status"])
        return self._pages.render("form.html", language=language, context=context, status=status)

    def verdict(
        self, outcome: Outcome, asked: Asked, *, members: Collection[str], today: date, language: str
    ) -> HTMLResponse:
        """The answer. The page carries the certificate's text, to ask again without a new photograph."""
        asked = replace(asked, text=carried_text(outcome))
        context = {
            **self._question(asked, members, today, language),
            "shown": show(outcome, language, registry=self.registry),
        }
        return self._pages.render("verdict.html", language=language, context=context)

    def nothing_here(self, *, language: str) -> HTMLResponse:
        """404, with the way to the form."""
        return self._pages.render("not_found.html", language=language, context={}, status=404)

    def _question(self, asked: Asked, members: Collection[str], today: date, language: str) -> dict[str, Any]:
        named = [(code, country_name(code, language)) for code in members]
        return {
            "asked": asked,
            "today": today,
            "members": sorted(named, key=lambda pair: pair[1]),
            "sectors": occupations_by_sector(language),
            "address": self._address,
            "kept_query": asked.query,
        }


def carried_text(outcome: Outcome) -> str:
    """The certificate as text that this service reads again: a card as printed, a wallet file as JSON."""
    shown = outcome.presented
    if shown.form == "wallet":
        return json.dumps(shown.document, ensure_ascii=False, separators=(",", ":"))
    digits = to_digits(skillcard.encode(shown.document, shown.certification, network=shown.network))
    return digits if shown.host is None else f"https://{shown.host}/#{digits}"
