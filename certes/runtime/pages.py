"""Pages for people: Jinja2 with autoescape, five languages, one base layout shared by the services."""

from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from certes.runtime.languages import (
    LANGUAGES,
    NATIVE_NAMES,
    country_name,
    direction,
    is_draft,
    long_date,
    say,
)


class Pages:
    """Templates of one service over the shared ones of certes/runtime/templates.

    In a template: `t("code", name=...)` says a sentence of the service's own area, `say("area", "code")` of
    another, `day(date)` writes a date, `country("GA")` names a country, `icon("triangle")` draws one of
    web/icons; `lang`, `dir`, `area` and `languages` are there.
    """

    def __init__(self, package: str, *, area: str, development: bool) -> None:
        folders = [
            str(files(package).joinpath("templates")),
            str(files("certes.runtime").joinpath("templates")),
        ]
        self._area = area
        self._development = development
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(
        self, template: str, *, language: str, context: Mapping[str, Any], status: int = 200
    ) -> HTMLResponse:
        """A page. Never cached: it answers one person's question."""
        html = self._environment.get_template(template).render(
            {
                **context,
                "lang": language,
                "dir": direction(language),
                "draft": is_draft("layout", language),
                "languages": [(code, NATIVE_NAMES[code]) for code in LANGUAGES],
                "development": self._development,
                "t": partial(self._say_own, language),
                "say": partial(self._say, language),
                "day": partial(_day, language),
                "country": partial(_country, language),
                "icon": icon,
                "area": self._area,
            }
        )
        headers = {"Cache-Control": "no-store", "Content-Language": language}
        return HTMLResponse(html, status_code=status, headers=headers)

    def _say_own(self, language: str, code: str, /, **params: object) -> str:
        return say(self._area, code, language, **params)

    @staticmethod
    def _say(language: str, area: str, code: str, /, **params: object) -> str:
        return say(area, code, language, **params)


def _day(language: str, value: Any) -> str:
    return long_date(value, language)


def _country(language: str, code: str) -> str:
    return country_name(code, language)


@cache
def icon(name: str) -> Markup:
    """A drawing of ours, inline: it takes the colour of the words beside it, prints, and costs no request."""
    drawing = files("web").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    return Markup(drawing.strip())  # noqa: S704 - a file of this repository, never a caller's text
