"""The strict reading of requests: every fault with its member and a code that has words."""

from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.runtime.languages import LANGUAGES, has_words, say
from issuer.examples import OIL
from issuer.request import RequestRefused, read_certification, read_reason


def changed(path: str, value: Any) -> dict[str, Any]:
    """The oil example with one member set, or taken away (None for `...`)."""
    members: dict[str, Any] = {**OIL, "person": {**OIL["person"], "document": {**OIL["person"]["document"]}}}
    *way, last = path.split(".")
    at = members
    for step in way:
        at[step] = dict(at.get(step, {}))
        at = at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return members


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ("number", ..., "member_missing", "number"),
        ("number", 12, "member_not_text", "number"),
        ("number", "", "certificate_number_invalid", "number"),
        ("number", "A" * 41, "certificate_number_invalid", "number"),
        ("number", "N°12", "certificate_number_invalid", "number"),
        ("number", "A\n", "certificate_number_invalid", "number"),
        ("number", "A//B", "certificate_number_invalid", "number"),
        ("number", "../A", "certificate_number_invalid", "number"),
        ("number", "A/", "certificate_number_invalid", "number"),
        ("number", "A.PNG", "certificate_number_reserved", "number"),
        ("level", "4", "member_not_integer", "level"),
        ("level", False, "member_not_integer", "level"),
        ("level", 0, "member_too_small", "level"),
        ("trade.code", 65_536, "member_too_large", "trade.code"),
        ("trade", 1204, "member_not_object", "trade"),
        ("kind", "whole", "member_not_allowed", "kind"),
        ("units", "1", "member_not_list", "units"),
        ("units", [2, 1], "units_not_ascending", "units"),
        ("units", [1, 1], "units_not_ascending", "units"),
        ("units", [33], "member_too_large", "units.0"),
        ("kind", "units", "units_missing", "units"),
        ("awarded_on", "2026-02-30", "date_invalid", "awarded_on"),
        ("awarded_on", "2026-W10-1", "date_invalid", "awarded_on"),
        ("awarded_on", "1899-12-31", "date_out_of_range", "awarded_on"),
        ("valid_until", "٢٠٢٦-٠٤-١٠", "date_invalid", "valid_until"),
        ("person.name", "", "text_invalid", "person.name"),
        ("person.name", " NGO", "text_invalid", "person.name"),
        ("person.name", "NGO\u200bBASSA", "text_invalid", "person.name"),
        ("person.name", "Ame\u0301lie", "text_invalid", "person.name"),
        ("person.name", "N" * 101, "member_too_long", "person.name"),
        ("person.birth_date", "1985?", "birth_date_invalid", "person.birth_date"),
        ("person.birth_date", "1985-13", "birth_date_invalid", "person.birth_date"),
        ("person.document.country", "Cameroun", "country_invalid", "person.document.country"),
        ("person.document.last4", "1234567", "document_tail_invalid", "person.document.last4"),
        ("person.sex", "F", "member_unknown", "person"),
        ("occupation", "7212", "member_unknown", "body"),
        ("assessment.method", "x" * 121, "member_too_long", "assessment.method"),
    ],
)
def test_a_fault_is_named(path: str, value: Any, code: str, field: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_certification(changed(path, value))
    assert (refusal.value.code, refusal.value.field or "") == (code, field)
    for language in LANGUAGES:
        for words in (code, f"{code}.fix"):
            assert has_words("problems", words)
            assert "…" not in say("problems", words, language, **refusal.value.params)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(RequestRefused) as refusal:
        read_certification({"number": 1, "trade": {}})
    fields = {fault.field for fault in refusal.value.faults}
    assert fields == {"number", "trade.code", "kind", "route", "awarded_on", "person"}


def test_reasons_are_a_closed_list() -> None:
    assert read_reason({"reason": "fraud"}) == "fraud"
    for members in ({"reason": "because"}, {}, {"reason": "fraud", "note": "Mme N."}):
        with pytest.raises(RequestRefused):
            read_reason(members)
