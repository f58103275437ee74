"""What the signed texts say around a decision: the agreement applied, where to appeal, whom to ask.

Read from the verified trust view, word for word; nothing here decides anything. Texts are by language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from certes.trust.agreements import Agreement
from certes.trust.bundle import TrustView
from certes.trust.recognition import Decision

ByLanguage = Mapping[str, str]

# Whom to ask first; the appeal body is named by the appeal itself.
_ROLES = ("recognition", "contact", "accreditation")


@dataclass(frozen=True, slots=True)
class Basis:
    """The agreement a decision rests on, and its article. `object_id` is the signed object's."""

    id: str
    version: int
    object_id: str | None
    title: ByLanguage
    article: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """Before whom, within how many days, and within how many days the body must answer."""

    body: ByLanguage
    deadline_days: int
    decision_days: int
    suspensive: bool


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority of the host country. `contact` is empty where none was published."""

    country: str
    role: str
    name: ByLanguage
    contact: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All of it; empty where nothing was published or nothing was decided."""

    basis: Basis | None = None
    appeal: Appeal | None = None
    authorities: tuple[Authority, ...] = field(default=())


def pick(words: ByLanguage, language: str) -> str:
    """The text in this language, else in French, English or any other; "" where there is none."""
    return next((words[code] for code in (language, "fr", "en", *words) if words.get(code)), "")


def texts_of(decision: Decision | None, view: TrustView | None, *, host: str) -> Texts:
    """What stands in the agreement the decision names, else in the host's own policy and list."""
    if decision is None or view is None:
        return Texts()
    agreement, article = _named(decision, view.registry.agreements)
    payload = {} if agreement is None else _payload(view, agreement.id)
    return Texts(
        basis=None if agreement is None else _basis(agreement, article, payload, view),
        appeal=_appeal(payload.get("appeal") or view.registry.host_policy(host).appeal),
        authorities=_authorities(payload, view, host),
    )


def _named(decision: Decision, agreements: Iterable[Agreement]) -> tuple[Agreement | None, str]:
    """The agreement and article of the decision's way: `<agreement>#<article>`, after a third country's
    decision too."""
    ref = "" if decision.route is None else decision.route.ref.rpartition(" + ")[2]
    for agreement in agreements:
        for article in agreement.articles:
            if ref == f"{agreement.id}#{article.id}":
                return agreement, article.id
    return None, ""


def _payload(view: TrustView, agreement_id: str) -> Mapping[str, Any]:
    found = view.objects.get(view.registry.object_ids.get(("Agreement", agreement_id), ""))
    return {} if found is None else found.payload


def _basis(agreement: Agreement, article: str, payload: Mapping[str, Any], view: TrustView) -> Basis:
    object_id = view.registry.object_ids.get(("Agreement", agreement.id))
    return Basis(agreement.id, agreement.version, object_id, payload.get("title", {}), article)


def _appeal(stated: Mapping[str, Any] | None) -> Appeal | None:
    if not stated:
        return None
    return Appeal(
        body=stated["body"],
        deadline_days=stated["deadlineDays"],
        decision_days=stated["decisionDays"],
        suspensive=bool(stated.get("suspensive", False)),
    )


def _authorities(agreement: Mapping[str, Any], view: TrustView, host: str) -> tuple[Authority, ...]:
    """Of the host alone: what it says as a host, else the agreement, else its national list; recognition
    first."""
    national = view.registry.national.get(host)
    in_agreement = (item for item in agreement.get("authorities", ()) if item.get("country") == host)
    for stated in (
        view.registry.host_policy(host).contacts,
        tuple(in_agreement),
        () if national is None else national.authorities,
    ):
        found = [_authority(item, host) for item in stated if item.get("role") in _ROLES]
        if found:
            return tuple(sorted(found, key=lambda one: _ROLES.index(one.role)))
    return ()


def _authority(item: Mapping[str, Any], host: str) -> Authority:
    return Authority(host, item["role"], item["name"], item.get("contact", ""))
