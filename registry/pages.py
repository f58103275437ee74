"""The registry's pages for people: read-only, without scripts, in five languages."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from certes.credential.errors import Refusal
from certes.credential.identifiers import IssuerRef
from certes.runtime.pages import Pages
from certes.runtime.problems import language_of
from registry import queries
from registry.desk import Desk
from registry.publication import Published
from registry.where_shown import where_context

# Not failures: what a registry says until it has something to show, with the status of the page that says so.
_NOTHING_YET = {"registry_empty": ("empty.html", 200), "registry_without_quorum": ("waiting.html", 503)}
_MAX_ISSUER_DIGITS = 9

Answer = tuple[str, int, Mapping[str, Any]]  # template, status, what it shows
NOT_FOUND: Answer = ("not_found.html", 404, {})


def routes(desk: Desk, shown: Pages) -> APIRouter:
    """All addresses for people."""
    router = APIRouter()

    def page(request: Request, answer: Callable[[Published, str], Answer]) -> HTMLResponse:
        language = language_of(request)
        try:
            template, status, context = answer(desk.published(), language)
        except Refusal as refusal:
            if refusal.code not in _NOTHING_YET:
                raise
            template, status = _NOTHING_YET[refusal.code]
            context = {}
        return shown.render(template, language=language, context=context, status=status)

    @router.get("/", response_class=HTMLResponse)
    def home(request: Request) -> HTMLResponse:
        """What this is, who is in it, and how fresh it is."""

        def answer(published: Published, language: str) -> Answer:
            overview = queries.overview(published, language=language, now=desk.now())
            return "home.html", 200, {"overview": overview}

        return page(request, answer)

    @router.get("/where", response_class=HTMLResponse)
    def where(request: Request) -> HTMLResponse:
        """Where does my certificate count? All of the question stands in the address."""

        def answer(published: Published, language: str) -> Answer:
            asked = request.query_params
            context = where_context(published.view, asked, asked.getlist("unit"), desk.now(), language)
            is_wrong = any(not each.is_missing for each in context["wrong"])
            return "where.html", 422 if is_wrong else 200, context

        return page(request, answer)

    @router.get("/log", response_class=HTMLResponse)
    def log(request: Request) -> HTMLResponse:
        """The log: its size and time, its witnesses, what was added lately, how to check it."""

        def answer(published: Published, language: str) -> Answer:
            asked, vouched = desk.sealing.asked(), desk.sealing.store.vouched()
            found = queries.log_page(published, asked=asked, vouched=vouched, language=language)
            return "log.html", 200, {"log": found}

        return page(request, answer)

    @router.get("/members/{country}", response_class=HTMLResponse)
    def member(country: str, request: Request) -> HTMLResponse:
        """A country: authorities, issuers, trades, levels, rules as a host."""

        def answer(published: Published, language: str) -> Answer:
            found = queries.find_member(published.view, country, language=language)
            return NOT_FOUND if found is None else ("member.html", 200, {"member": found})

        return page(request, answer)

    @router.get("/issuers/{country}/{number}", response_class=HTMLResponse)
    def issuer(country: str, number: str, request: Request) -> HTMLResponse:
        """An issuer: scope, history, keys, bodies."""
        is_number = number.isascii() and number.isdigit() and len(number) <= _MAX_ISSUER_DIGITS

        def answer(published: Published, language: str) -> Answer:
            ref = IssuerRef(country, int(number)) if is_number else None
            found = None if ref is None else queries.find_issuer(published.view, ref, language=language)
            return NOT_FOUND if found is None else ("issuer.html", 200, {"issuer": found})

        return page(request, answer)

    @router.get("/agreements/{agreement_id:path}", response_class=HTMLResponse)
    def agreement(agreement_id: str, request: Request) -> HTMLResponse:
        """An agreement in plain words."""

        def answer(published: Published, language: str) -> Answer:
            found = queries.find_agreement(published.view, agreement_id, language=language)
            return NOT_FOUND if found is None else ("agreement.html", 200, {"agreement": found})

        return page(request, answer)

    return router
