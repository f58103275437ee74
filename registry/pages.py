"""The registry's pages for people: read-only, without scripts, in five languages."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from certes.credential.identifiers import IssuerRef
from certes.runtime.pages import Pages
from certes.runtime.problems import language_of
from certes.runtime.refusals import NotFound
from registry import queries
from registry.desk import Desk


def routes(desk: Desk, shown: Pages) -> APIRouter:
    """All addresses for people."""
    router = APIRouter()

    def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        return shown.render(template, language=language_of(request), context=context, status=status)

    @router.get("/", response_class=HTMLResponse)
    def home(request: Request) -> HTMLResponse:
        """What this is, who is in it, and how fresh it is."""
        try:
            published = desk.published()
        except NotFound:
            return page(request, "empty.html")
        language = language_of(request)
        overview = queries.overview(published, language=language, now=desk.now())
        return page(request, "home.html", overview=overview)

    @router.get("/members/{country}", response_class=HTMLResponse)
    def member(country: str, request: Request) -> HTMLResponse:
        """A country: authorities, issuers, trades, levels, rules as a host."""
        found = queries.find_member(desk.published().view, country, language=language_of(request))
        if found is None:
            return page(request, "not_found.html", status=404)
        return page(request, "member.html", member=found)

    @router.get("/issuers/{country}/{number}", response_class=HTMLResponse)
    def issuer(country: str, number: str, request: Request) -> HTMLResponse:
        """An issuer: scope, history, keys, bodies."""
        known = number.isascii() and number.isdigit() and len(number) <= 9
        ref = IssuerRef(country, int(number)) if known else None
        view, language = desk.published().view, language_of(request)
        found = None if ref is None else queries.find_issuer(view, ref, language=language)
        if found is None:
            return page(request, "not_found.html", status=404)
        return page(request, "issuer.html", issuer=found)

    @router.get("/agreements/{agreement_id:path}", response_class=HTMLResponse)
    def agreement(agreement_id: str, request: Request) -> HTMLResponse:
        """An agreement in plain words."""
        view, language = desk.published().view, language_of(request)
        found = queries.find_agreement(view, agreement_id, language=language)
        if found is None:
            return page(request, "not_found.html", status=404)
        return page(request, "agreement.html", agreement=found)

    return router
