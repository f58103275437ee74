"""Labels beside the codes, from the certifying country's signed list; never from the document that is
shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from certes.credential.presented import Presented
from certes.trust.records import NationalList, RegistryView, Trade


@dataclass(frozen=True, slots=True)
class Names:
    """Labels beside the codes, language -> text, from the country's signed list (never from the document)."""

    trade: Mapping[str, str] = field(default_factory=dict)
    issuer: Mapping[str, str] = field(default_factory=dict)
    centre: Mapping[str, str] = field(default_factory=dict)

    def pick(self, of: str, language: str) -> str | None:
        """The label of `trade`, `issuer` or `centre` in this language, else in French, English or any
        other."""
        labels: Mapping[str, str] = getattr(self, of)
        wanted = (language, "fr", "en", *labels)
        return next((labels[code] for code in wanted if code in labels), None)


def names_of(presented: Presented, registry: RegistryView | None) -> Names:
    """What to call the trade, the issuer and the assessing centre; empty where nothing is known."""
    facts = presented.certification
    national = None if registry is None else registry.national.get(facts.achievement.country)
    if national is None:
        return Names()
    issuer = national.issuers.get(presented.issuer)
    return Names(
        trade=_trade_labels(presented, national),
        issuer={} if issuer is None else issuer.name,
        centre=_centre_labels(presented, national),
    )


def _trade_labels(presented: Presented, national: NationalList) -> Mapping[str, str]:
    trade = find_trade(presented, national)
    return {} if trade is None else {language: label.both for language, label in trade.labels.items()}


def find_trade(presented: Presented, national: NationalList) -> Trade | None:
    """The national trade in the certified version, else in its newest: a label may be newer than a
    certificate."""
    skill = presented.certification.achievement
    versions = [trade for trade in national.trades if trade.code == skill.trade]
    exact = [trade for trade in versions if trade.version == skill.trade_version]
    return max(exact or versions, key=lambda trade: trade.version, default=None)


def _centre_labels(presented: Presented, national: NationalList) -> Mapping[str, str]:
    wanted = presented.certification.centre
    centre = next((centre for centre in national.centres if centre.number == wanted), None)
    if centre is None:
        return {}
    return {"fr": centre.name if centre.place is None else f"{centre.name}, {centre.place}"}
