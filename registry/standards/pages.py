"""Regional standards for people: read-only, without scripts, in five languages."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from certes.runtime.pages import Pages
from certes.runtime.problems import language_of
from certes.runtime.refusals import NotFound
from registry.standards.queries import Views, get_comparison, get_standard
from registry.standards.shown import compare_page, list_page, standard_page


def routes(views: Views, shown: Pages) -> APIRouter:
    """All addresses for people. `shown` has the registry's templates."""
    router = APIRouter()

    def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        return shown.render(template, language=language_of(request), context=context, status=status)

    @router.get("/standards", response_class=HTMLResponse)
    def standards(request: Request) -> HTMLResponse:
        """All standards, and the centres that several countries accredit."""
        try:
            view = views()
        except NotFound:
            return page(request, "empty.html")
        return page(request, "standards.html", page=list_page(view, language_of(request)))

    @router.get("/standards/{number}", response_class=HTMLResponse)
    def standard(number: str, request: Request) -> HTMLResponse:
        """A standard: units, versions, and how much of it each country's trade has."""
        try:
            view = views()
            found = get_standard(view.registry, number)
        except NotFound:
            return page(request, "not_found.html", status=404)
        return page(request, "standard.html", page=standard_page(view, found, language_of(request)))

    @router.get("/standards/{number}/compare", response_class=HTMLResponse)
    def compare(number: str, request: Request) -> HTMLResponse:
        """Two countries' trades, unit by unit; without both, the choice of them."""
        first, second = request.query_params.get("from", ""), request.query_params.get("to", "")
        try:
            view = views()
            found = get_standard(view.registry, number)
            both = None
            if first and second:
                both = get_comparison(view.registry, found, first=first, second=second)
        except NotFound:
            return page(request, "not_found.html", status=404)
        compared = compare_page(view, found, both, (first, second), language_of(request))
        kept = f"&from={compared.chosen[0]}&to={compared.chosen[1]}"
        return page(request, "standards_compare.html", page=compared, kept_query=kept)

    return router
