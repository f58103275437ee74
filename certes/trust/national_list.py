"""Reading a country's national list from its signed payload, strictly: schema first, then what no schema
can say."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.identifiers import Network, centre_iri, issuer_did, trade_code
from certes.credential.keys import parse_multikey
from certes.trust.issuers import parse_history, parse_key, parse_scope
from certes.trust.members import Members
from certes.trust.records import (
    Body,
    Centre,
    HelpPoint,
    Issuer,
    KeyPeriod,
    Ladder,
    NationalList,
    Rung,
    Scope,
    Trade,
    TradeLabel,
)
from certes.trust.schema import require_schema

HELP_KINDS = ("consular", "union")


def parse_national_list(payload: Mapping[str, Any], *, network: Network, version: int) -> NationalList:
    """The list as a record. Raises Malformed naming the member: a DID that is not the network's for its
    number, a number, key id, code or public key that stands twice, a trade, level or scope of another
    country."""
    require_schema("national-list", payload)
    top = Members(payload)
    country = top.text("country")
    issuers = [_issuer(item, country, network) for item in top.each("issuers")]
    _refuse_repeated("issuers", [issuer.did for issuer in issuers])
    _refuse_repeated(
        "issuers.publicKeyMultibase", [key.multikey for issuer in issuers for key in issuer.keys]
    )
    trades = tuple(_trade(item, country) for item in top.each("trades"))
    _refuse_repeated("trades", [(trade.code, trade.version) for trade in trades])
    centres = tuple(_centre(item) for item in top.each("centres"))
    _refuse_repeated("centres", [centre.number for centre in centres])
    _refuse_repeated(
        "centres.id", [centre.id or centre_iri(network, country, centre.number) for centre in centres]
    )
    _require_own_trades(top.each("centres"), {trade_code(country, trade.code) for trade in trades})
    return NationalList(
        country=country,
        id=f"urn:nat:{country}",
        version=version,
        issuers={issuer.did: issuer for issuer in issuers},
        authorities=tuple(item.value for item in top.each("authorities")),
        centres=centres,
        trades=trades,
        ladder=_ladder(top.members("levels")),
        languages=top.texts("languages"),
        help_points=tuple(_help_point(item) for item in top.each("helpPoints")),
    )


def _refuse_repeated(name: str, values: list[Any]) -> None:
    if len(set(values)) != len(values):
        raise Malformed("entry_repeated", field=name)


def _issuer(item: Members, country: str, network: Network) -> Issuer:
    number = item.integer("number", least=1)
    did = item.text("did")
    if did != issuer_did(network, country, number):
        raise Malformed(
            "issuer_did_wrong", field=item.path("did"), expected=issuer_did(network, country, number)
        )
    keys = tuple(_key(key) for key in item.each("keys"))
    _refuse_repeated(item.path("keys"), [key.kid for key in keys])
    bodies = tuple(_body(body, country) for body in item.each("bodies"))
    _refuse_repeated(item.path("bodies"), [body.code for body in bodies])
    return Issuer(
        did=did,
        keys=keys,
        scope=_scopes(item, country),
        history=parse_history(item),
        number=number,
        short_code=item.text("shortCode"),
        name=item.words("name"),
        accreditation=item.text_or_none("accreditation"),
        service_url=item.text_or_none("serviceUrl"),
        bodies=bodies,
    )


def _key(item: Members) -> KeyPeriod:
    parse_multikey(item.text("publicKeyMultibase"))
    return parse_key(item)


def _body(item: Members, country: str) -> Body:
    return Body(item.text("code"), item.words("name"), _scopes(item, country), parse_history(item))


def _scopes(holder: Members, country: str) -> tuple[Scope, ...]:
    for item in holder.each("scope"):
        trade = item.text_or_none("trade")
        if trade is not None and not trade.startswith(f"{country}:"):
            raise item.wrong("trade", f"a trade of {country}")
        if any(not level.startswith(f"{country}-") for level in item.texts("levels")):
            raise item.wrong("levels", f"levels of {country}")
    return tuple(parse_scope(item) for item in holder.each("scope"))


def _centre(item: Members) -> Centre:
    return Centre(
        item.integer("number", least=1),
        item.text("name"),
        item.text_or_none("place"),
        item.text_or_none("id"),
        item.texts("trades"),
    )


def _require_own_trades(centres: Iterable[Members], listed: Collection[str]) -> None:
    """A country accredits a centre for trades of its own."""
    for item in centres:
        if not set(item.texts("trades")) <= set(listed):
            raise item.wrong("trades", "trades of this list")


def _help_point(item: Members) -> HelpPoint:
    return HelpPoint(
        item.one_of("kind", HELP_KINDS),
        item.text("country"),
        item.words("name"),
        item.text_or_none("place"),
        item.text_or_none("contact"),
    )


def _trade(item: Members, country: str) -> Trade:
    labels = item.members("labels")
    title = item.text_or_none("title")
    if title is not None and not title.startswith(f"{country}:"):
        raise item.wrong("title", f"a title of {country}")
    trade = Trade(
        code=item.integer("code", least=1),
        version=item.integer("version", least=1),
        occupation=item.text("occupation"),
        labels={language: _label(labels.members(language)) for language in labels.value},
        title=title,
        standard=item.text_or_none("standard"),
        units=tuple((unit.integer("unit", least=1), _word(unit)) for unit in item.each("units")),
        regulated=item.flag("regulated"),
        covers=_covers(item),
        standard_version=item.integer_or_none("standardVersion", least=1),
    )
    if trade.standard is None and (trade.covers or trade.standard_version is not None):
        raise item.wrong("standard", "the regional standard that the units are linked to")
    _refuse_repeated(f"{trade_code(country, trade.code)}.units", [number for number, _ in trade.units])
    return trade


def _covers(item: Members) -> Mapping[int, frozenset[int]]:
    """Which regional units each unit takes part in; whole numbers, as the schema says."""
    return {
        unit.integer("unit", least=1): frozenset(unit.value["covers"])
        for unit in item.each("units")
        if unit.value.get("covers")
    }


def _label(item: Members) -> TradeLabel:
    return TradeLabel(item.text("masculine"), item.text("feminine"))


def _word(item: Members) -> Mapping[str, str]:
    """A label in languages; one plain text stands under `und`."""
    if isinstance(item.value.get("label"), str):
        return {"und": item.text("label")}
    return item.words("label")


def _ladder(item: Members) -> Ladder | None:
    if not item.value:
        return None
    rungs = tuple(
        Rung(rung.integer("level", least=1), _word(rung), rung.integer_or_none("acqf", least=1))
        for rung in item.each("rungs")
    )
    _refuse_repeated(item.path("rungs"), [rung.level for rung in rungs])
    return Ladder(item.text("framework"), item.text("status"), rungs)
