"""The codes that decide follow from the certificate."""

from dataclasses import replace
from datetime import date

from certes.credential.achievement import Kind
from certes.trust.facts_from_credential import facts_of
from certes.trust.recognition.facts import Facts, StandardSeen
from certes.trust.records import NationalList, Trade
from tests.samples import NETWORK, TYPICAL

LIST = NationalList(
    country="CM",
    id="urn:nat:CM",
    version=1,
    issuers={},
    trades=(
        Trade(1204, 2, "7212", {}, title="CM:DQP-SOUD-ANCIEN"),
        Trade(1204, 3, "7212", {}, title="CM:DQP-SOUD"),
    ),
)


def test_a_certificate_gives_the_codes_of_its_country() -> None:
    assert facts_of(TYPICAL, network=NETWORK, national=LIST) == Facts(
        country="CM",
        issuer="did:web:skills.example:cm:1",
        kid="k2",
        awarded_on=date(2026, 3, 1),
        signed_on=date(2026, 3, 9),
        valid_until=None,
        occupations=("CM:1204", "isco08:7212"),
        level="CM-4",
        kind="full",
        method="training",
        standard=StandardSeen("https://skills.example/standards/12", 2),
        title="CM:DQP-SOUD",
    )


def test_without_the_countrys_list_or_that_version_no_title_is_stated() -> None:
    assert facts_of(TYPICAL, network=NETWORK, national=None).title is None
    later = replace(TYPICAL, achievement=replace(TYPICAL.achievement, trade_version=4))
    assert facts_of(later, network=NETWORK, national=LIST).title is None


def test_an_attestation_of_units_is_not_the_named_certificate() -> None:
    units = replace(TYPICAL.achievement, kind=Kind.UNITS, units=(1, 3), level=None, standard=None)
    facts = facts_of(replace(TYPICAL, achievement=units), network=NETWORK, national=LIST)
    assert (facts.title, facts.units, facts.level, facts.standard) == (None, ("U1", "U3"), None, None)
