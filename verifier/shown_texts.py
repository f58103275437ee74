"""The agreement applied, whom to ask and where to appeal, as pages and the API say them."""

from dataclasses import dataclass
from urllib.parse import quote

from certes.runtime.languages import say
from certes.runtime.recognition_words import country_inside
from certes.trust.host_texts import Authority, pick
from verifier.result import Outcome
from verifier.wording import AREA


@dataclass(frozen=True, slots=True)
class ShownBasis:
    """The agreement applied. `link` is its page at the registry, empty where its address is not known."""

    title: str
    article: str
    id: str
    link: str


@dataclass(frozen=True, slots=True)
class ShownAppeal:
    """Whom to ask, and how an answer is contested; either may be empty."""

    authorities: tuple[str, ...]
    appeal: str


def basis_of(outcome: Outcome, language: str, registry: str) -> ShownBasis | None:
    """The text applied; None where the decision rests on none."""
    basis = outcome.texts.basis
    if basis is None:
        return None
    link = agreement_link(basis.id, registry)
    address = f"{link}?lang={language}" if link else ""
    return ShownBasis(pick(basis.title, language) or basis.id, basis.article, basis.id, address)


def agreement_link(agreement: str, registry: str) -> str:
    """The agreement's page at the registry, or nothing where the registry's address is not known."""
    return f"{registry.rstrip('/')}/agreements/{quote(agreement, safe=':/')}" if registry else ""


def appeal_of(outcome: Outcome, language: str) -> ShownAppeal | None:
    """For an answer of this country that can be contested or completed; None where there is nothing to
    say."""
    if not outcome.may_be_contested:
        return None
    authorities = tuple(authority_words(one, language) for one in outcome.texts.authorities)
    appeal = appeal_words(outcome, language)
    return ShownAppeal(authorities, appeal) if authorities or appeal else None


def appeal_words(outcome: Outcome, language: str) -> str:
    """Before whom and within how many days; nothing where no text says so."""
    appeal = outcome.texts.appeal
    if appeal is None or not outcome.may_be_contested:
        return ""
    return say(
        AREA,
        "appeal.text",
        language,
        body=pick(appeal.body, language),
        deadline=appeal.deadline_days,
        answer=appeal.decision_days,
    )


def authority_words(authority: Authority, language: str) -> str:
    """Its name, its country, and how to reach it where that was published."""
    name = f"{pick(authority.name, language)} ({country_inside(authority.country, language)})"
    return f"{name}, {authority.contact}" if authority.contact else name
