"""Where does my certificate count? A choice becomes facts, and every member country's rules are asked.

Pure. It decides nothing itself: certes.trust.recognition does. The certificate is hypothetical: signed with a
key that was in order, neither withdrawn nor expired. Nobody is told apart, and nothing of a choice is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from certes.credential.achievement import Kind, Route
from certes.credential.errors import Malformed
from certes.credential.identifiers import level_code, occupation_code, trade_code, unit_code
from certes.trust.agreements import Condition
from certes.trust.bundle import TrustView
from certes.trust.host_texts import Texts, texts_of
from certes.trust.members import parse_day
from certes.trust.recognition import Decision, Facts, StandardSeen, StatusSeen, decide
from certes.trust.records import Centre, Issuer, NationalList, RegistryView, Trade

EARLIEST_AWARD = date(1950, 1, 1)
NO_LEVEL = "none"
MAX_NUMBER_DIGITS = 9
DEFAULTS = {"route": Route.TRAINING.value, "kind": Kind.FULL.value}
# What an assessing centre can help with; other conditions are met elsewhere.
TESTED = frozenset({"aptitude_test", "practical_demonstration", "missing_units"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A whole question, in the records of the country's own list."""

    national: NationalList
    issuer: Issuer
    trade: Trade  # its newest version
    level: int | None
    route: Route
    kind: Kind
    units: tuple[int, ...]
    awarded_on: date


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is missing or cannot be: the field's name and the code of the sentence that says so."""

    field: str
    code: str

    @property
    def is_missing(self) -> bool:
        """Still to be chosen, rather than wrong."""
        return self.code.endswith("_missing")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the parameters say. `choice` is there when nothing is wrong and something was asked.

    `given` holds what stands in the form, by field; `national` is the list of the chosen country.
    """

    given: Mapping[str, str]
    units: tuple[str, ...]
    national: NationalList | None
    wrong: tuple[Wrong, ...] = ()
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One country's answer, and what its texts say around it. `centres` only where a test is asked."""

    host: str
    decision: Decision
    texts: Texts
    centres: tuple[Centre, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All answers, and the facts they were asked about."""

    facts: Facts
    answers: tuple[Answer, ...]


FIELDS = ("country", "issuer", "trade", "level", "route", "kind", "awarded")


def parse_asked(
    given: Mapping[str, str], units: Sequence[str], *, registry: RegistryView, today: date
) -> Asked:
    """Read the parameters; raises nothing. Nothing is wrong with a form that was only opened: a question is
    asked as soon as `trade` is there."""
    kept = {field: given.get(field, "").strip() for field in FIELDS}
    kept = DEFAULTS | {"awarded": today.isoformat()} | {field: text for field, text in kept.items() if text}
    national = registry.national.get(kept.get("country", ""))
    if national is None:
        unknown = [Wrong("country", "country_unknown")] if "country" in kept else []
        return Asked(kept, (), None, tuple(unknown))
    if "issuer" not in kept and len(national.issuers) == 1:
        kept["issuer"] = str(next(iter(national.issuers.values())).number)
    if "trade" not in given:
        return Asked(kept, (), national)
    wrong = tuple(_faults(kept, units, national, today))
    choice = None if wrong else _choice(kept, units, national)
    return Asked(kept, tuple(units), national, wrong, choice)


def _faults(
    kept: Mapping[str, str], units: Sequence[str], national: NationalList, today: date
) -> Iterator[Wrong]:
    trade = _trade(kept, national)
    levels = _levels(national)
    known: Mapping[str, bool] = {
        "issuer": _issuer(kept, national) is not None,
        "trade": trade is not None,
        "level": kept.get("level", "" if levels else NO_LEVEL) in {*levels, NO_LEVEL},
        "route": kept["route"] in set(Route),
        "kind": kept["kind"] in set(Kind),
    }
    for field, is_known in known.items():
        if not is_known:
            yield Wrong(field, f"{field}_unknown" if field in kept else f"{field}_missing")
    yield from _wrong_units(kept, units, trade)
    yield from _wrong_day(kept["awarded"], today)


def _issuer(kept: Mapping[str, str], national: NationalList) -> Issuer | None:
    return national.find_issuer(_number(kept.get("issuer")))


def _trade(kept: Mapping[str, str], national: NationalList) -> Trade | None:
    number = _number(kept.get("trade"))
    versions = [trade for trade in national.trades if trade.code == number]
    return max(versions, key=lambda trade: trade.version, default=None)


def _levels(national: NationalList) -> dict[str, int]:
    """The country's levels as they stand in an address; none where it has no ladder."""
    return {str(rung.level): rung.level for rung in national.ladder.rungs} if national.ladder else {}


def _wrong_units(kept: Mapping[str, str], units: Sequence[str], trade: Trade | None) -> Iterator[Wrong]:
    """A trade whose list names no units leaves nothing to tick."""
    if trade is None or kept["kind"] != Kind.UNITS.value or not trade.units:
        return
    listed = {number for number, _ in trade.units}
    if not {_number(unit) for unit in units} <= listed:
        yield Wrong("units", "units_unknown")
    elif not units:
        yield Wrong("units", "units_missing")


def _wrong_day(text: str, today: date) -> Iterator[Wrong]:
    try:
        day = parse_day(text, at="awarded")
    except Malformed:
        yield Wrong("awarded", "awarded_invalid")
        return
    if day > today:
        yield Wrong("awarded", "awarded_future")
    elif day < EARLIEST_AWARD:
        yield Wrong("awarded", "awarded_invalid")


def _number(text: str | None) -> int:
    """A positive number as it stands in an address, 0 for anything else."""
    usable = text is not None and text.isascii() and text.isdigit() and len(text) <= MAX_NUMBER_DIGITS
    return int(text) if usable and text is not None else 0


def _choice(kept: Mapping[str, str], units: Sequence[str], national: NationalList) -> Choice | None:
    issuer, trade = _issuer(kept, national), _trade(kept, national)
    if issuer is None or trade is None:
        return None
    kind = Kind(kept["kind"])
    return Choice(
        national=national,
        issuer=issuer,
        trade=trade,
        level=_levels(national).get(kept.get("level", NO_LEVEL)),
        route=Route(kept["route"]),
        kind=kind,
        units=tuple(sorted({_number(unit) for unit in units} - {0})) if kind is Kind.UNITS else (),
        awarded_on=parse_day(kept["awarded"], at="awarded"),
    )


def facts_of(choice: Choice, *, registry: RegistryView, at: date) -> Facts:
    """The facts of a certificate as chosen: the same that a real one gives (facts_from_credential.py)."""
    country, trade = choice.national.country, choice.trade
    kid, signed_on = _signature(choice.issuer, choice.awarded_on, at)
    return Facts(
        country=country,
        issuer=choice.issuer.did,
        kid=kid,
        awarded_on=choice.awarded_on,
        signed_on=signed_on,
        valid_until=None,
        occupations=(trade_code(country, trade.code), occupation_code(trade.occupation)),
        level=None if choice.level is None else level_code(country, choice.level),
        kind=choice.kind.value,
        method=choice.route.value,
        units=tuple(unit_code(unit) for unit in choice.units),
        standard=_standard(trade, registry),
        title=trade.title if choice.kind is Kind.FULL else None,
    )


def _signature(issuer: Issuer, awarded_on: date, at: date) -> tuple[str, date]:
    """By which key, and when: on the day of the award where the issuer could sign then, else on the day of
    the question, as an award of before its time is attested. Where it can do neither, its first key on the
    day of the award: `decide` says why that does not count."""
    for day in (awarded_on, at):
        if issuer.history.authorised_on(day):
            sound = (key for key in issuer.keys if key.valid_on(day) and key.compromised_since is None)
            key = next(sound, None)
            if key is not None:
                return key.kid, day
    valid = (key for key in issuer.keys if key.valid_on(awarded_on))
    return next(valid, issuer.keys[0]).kid, awarded_on


def _standard(trade: Trade, registry: RegistryView) -> StandardSeen | None:
    """The regional standard the trade follows, in the version that the list states, else in the one that
    agreements ask for."""
    if trade.standard is None:
        return None
    if trade.standard_version is not None:
        return StandardSeen(trade.standard, trade.standard_version)
    asked = [
        article.standard.min_version
        for agreement in registry.agreements
        for article in agreement.articles
        if article.standard is not None and article.standard.id == trade.standard
    ]
    return StandardSeen(trade.standard, max(asked, default=1))


def ask(choice: Choice, *, view: TrustView, at: date) -> Outcome:
    """Every member country on the day `at`, by country code. The status is taken to be valid and seen that
    day: it is a certificate that nobody withdrew."""
    facts = facts_of(choice, registry=view.registry, at=at)
    hosts = sorted(view.charter.members)
    return Outcome(facts, tuple(_answer(facts, host, view, at) for host in hosts))


def _answer(facts: Facts, host: str, view: TrustView, at: date) -> Answer:
    decision = decide(facts, host=host, at=at, registry=view.registry, status=StatusSeen("valid", at))
    national = view.registry.national.get(host)
    tested = any(condition["kind"] in TESTED for condition in _flat(decision.conditions))
    centres = _centres(national, facts) if tested and national is not None else ()
    return Answer(host, decision, texts_of(decision, view, host=host), centres)


def _centres(national: NationalList, facts: Facts) -> tuple[Centre, ...]:
    """The host's centres for this occupation, or for whatever they did not say."""
    same = {
        trade_code(national.country, trade.code)
        for trade in national.trades
        if occupation_code(trade.occupation) in facts.occupations
    }
    return tuple(
        centre for centre in national.centres if not centre.trades or same.intersection(centre.trades)
    )


def _flat(conditions: Sequence[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        yield condition
        yield from condition.get("of", ())
