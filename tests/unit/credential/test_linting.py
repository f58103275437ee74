"""Nothing is signed that breaks a rule, and every broken rule is named at once."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from certes.credential import skillcard, wallet
from certes.credential.achievement import (
    BirthDate,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Labels,
    StandardRef,
    StatusSlot,
)
from certes.credential.cardsize import sample_certifications
from certes.credential.errors import Malformed
from certes.credential.linting import LINTS, Draft, faults, lint
from tests.samples import LABELS, NETWORK, TYPICAL


def draft(certification: Certification = TYPICAL, labels: Labels = LABELS, **members: Any) -> Draft:
    """A draft of the typical certification, changed."""
    return Draft(certification, labels, NETWORK, **members)


def person(**members: Any) -> Draft:
    """A draft of another person."""
    return draft(replace(TYPICAL, person=replace(TYPICAL.person, **members)))


def achievement(**members: Any) -> Draft:
    """A draft of another achievement."""
    return draft(replace(TYPICAL, achievement=replace(TYPICAL.achievement, **members)))


def facts(**members: Any) -> Draft:
    """A draft of other facts."""
    return draft(replace(TYPICAL, **members))


def labels(**members: Any) -> Draft:
    """A draft in other words."""
    return draft(labels=replace(LABELS, **members))


LONG_COUNTRY = IdentityDocument("CMR", DocumentKind.OTHER, "1")
LONG_TAIL = IdentityDocument("CM", DocumentKind.OTHER, "12345")
FAULTY = [
    (achievement(country="cm"), "country_invalid", "achievement.country"),
    (facts(issuer=0), "out_of_range", "issuer"),
    (facts(key=0), "out_of_range", "key"),
    (facts(centre=0), "out_of_range", "centre"),
    (facts(status=StatusSlot(0, 1)), "out_of_range", "status.list"),
    (facts(status=StatusSlot(1, -1)), "out_of_range", "status.index"),
    (facts(number="a b"), "certificate_number_invalid", "number"),
    (facts(number=""), "certificate_number_invalid", "number"),
    (facts(number=".."), "certificate_number_invalid", "number"),
    (facts(number="x" * 41), "certificate_number_invalid", "number"),
    (facts(replaces="é"), "certificate_number_invalid", "replaces"),
    (facts(replaces=TYPICAL.number), "replaces_itself", "replaces"),
    (achievement(trade=0), "out_of_range", "achievement.trade"),
    (achievement(trade_version=0), "out_of_range", "achievement.trade_version"),
    (achievement(occupation="721"), "occupation_invalid", "achievement.occupation"),
    (achievement(occupation="٧٢١٢"), "occupation_invalid", "achievement.occupation"),
    (achievement(level=24), "out_of_range", "achievement.level"),
    (achievement(units=(2, 1)), "units_invalid", "achievement.units"),
    (achievement(units=(33,)), "units_invalid", "achievement.units"),
    (achievement(kind=Kind.UNITS), "units_missing", "achievement.units"),
    (achievement(standard=StandardRef(0, 1)), "out_of_range", "achievement.standard.number"),
    (achievement(standard=StandardRef(1, 0)), "out_of_range", "achievement.standard.version"),
    (person(name="A\u202eB"), "text_invalid", "person.name"),
    (person(name=""), "text_invalid", "person.name"),
    (person(document=LONG_COUNTRY), "country_invalid", "person.document.country"),
    (person(document=LONG_TAIL), "document_tail_invalid", "person.document.last4"),
    (facts(awarded_on=date(1899, 1, 1)), "date_out_of_range", "awarded_on"),
    (facts(signed_on=date(2026, 2, 28)), "signed_before_award", "signed_on"),
    (facts(valid_until=date(2026, 3, 1)), "valid_until_not_after_award", "valid_until"),
    (person(birth=BirthDate(2012, 3, 2)), "holder_too_young", "person.birth_date"),
    (person(birth=BirthDate(2013)), "holder_too_young", "person.birth_date"),
    (labels(language="french"), "language_invalid", "labels.language"),
    (labels(trade="E\u0301"), "text_invalid", "labels.trade"),
    (labels(issuer=" "), "text_invalid", "labels.issuer"),
    (labels(centre="a\nb"), "text_invalid", "labels.centre"),
    (draft(replace(TYPICAL, centre=None)), "centre_label_alone", "labels.centre"),
    (labels(place="x" * 201), "text_invalid", "labels.place"),
    (labels(assessment=""), "text_invalid", "labels.assessment"),
    (labels(acqf_level=11), "out_of_range", "labels.acqf_level"),
]  # fmt: skip


@pytest.mark.parametrize(("faulty", "code", "field"), FAULTY)
def test_a_broken_rule_is_named_by_code_and_field(faulty: Draft, code: str, field: str) -> None:
    assert (code, field) in {(fault.code, fault.field) for fault in faults(faulty)}
    with pytest.raises(Malformed):
        lint(faulty)


def test_every_rule_of_the_table_has_a_case_that_breaks_it() -> None:
    assert {(lint.code, lint.field) for lint in LINTS} == {(code, field) for _, code, field in FAULTY}


@pytest.mark.parametrize(("title", "certification"), sample_certifications())
def test_realistic_certifications_pass_and_can_then_be_written(
    title: str, certification: Certification
) -> None:
    linted = lint(draft(certification))
    assert linted.facts == certification, title
    skillcard.document(linted.facts, network=linted.network)
    wallet.document(linted.facts, linted.labels, network=linted.network)


@pytest.mark.parametrize("birth", [BirthDate(2012, 3, 1), BirthDate(2012, 3), BirthDate(2012)])
def test_a_birthday_that_may_be_fourteen_years_before_is_no_reason_to_refuse(birth: BirthDate) -> None:
    assert faults(person(birth=birth)) == ()


def test_all_faults_are_found_at_once_and_the_first_is_raised() -> None:
    faulty = draft(replace(TYPICAL, issuer=0, number=""), replace(LABELS, language="x"))
    assert [fault.field for fault in faults(faulty)] == ["issuer", "number", "labels.language"]
    with pytest.raises(Malformed, match="out_of_range") as refused:
        lint(faulty)
    assert refused.value.field == "issuer"
    assert "faults" not in refused.value.params  # a count would tell nobody anything


def test_a_text_fault_says_why() -> None:
    (fault,) = faults(person(name="Nguema "))
    assert fault.params == {"reason": "spaces", "limit": 100}


def test_a_card_beyond_version_13_is_refused_before_signing_and_says_what_to_shorten() -> None:
    (fault,) = faults(person(name="Ŋ" * 100, document=IdentityDocument("TD", DocumentKind.OTHER, "4821")))
    assert (fault.code, fault.field) == ("card_too_large", "person.name")
    assert fault.params == {"limit": 13, "bytes": 317, "over": 22}


def test_a_long_address_counts_towards_the_size() -> None:
    number = "DGFOP/2026/DQP-SOUDAGE/SERIE-B/004271-BIS"[:40]
    long = draft(
        replace(TYPICAL, number=number, person=replace(TYPICAL.person, name="Nguema")),
        address="https://" + "v" * 180 + ".example/#",
    )
    (fault,) = faults(long)
    assert (fault.code, fault.field) == ("card_too_large", "number")


def test_a_card_beyond_any_symbol_is_refused_too() -> None:
    (fault,) = faults(draft(address="https://" + "v" * 4_000 + ".example/#"))
    assert fault.params["over"] == fault.params["bytes"]


def test_what_is_over_is_what_must_go() -> None:
    document = IdentityDocument("TD", DocumentKind.OTHER, "4821")
    (fault,) = faults(person(name="Ŋ" * 100, document=document))
    over = fault.params["over"]
    assert isinstance(over, int)
    assert faults(person(name="A" * over + "Ŋ" * (100 - over), document=document)) == ()
    assert faults(person(name="A" * (over - 1) + "Ŋ" * (101 - over), document=document)) != ()
