"""What a body may certify, and what the signed list adds."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certes.credential.errors import Malformed, Refusal
from certes.runtime.refusals import Busy, Forbidden
from certes.trust.notices import Act, Notice, Posted, State, board_of
from certes.trust.records import RegistryView
from issuer.accreditation import Accredited, require_accredited
from tests.unit.issuer.office import NOW, OFFICE, SIGNER, national_list, order, registry_view


def accredited(body: str = "CFM", view: RegistryView | None = None, **members: Any) -> Accredited:
    """The answer for the oil example with other members."""
    return require_accredited(
        order(**members),
        body=body,
        office=OFFICE,
        public_key=SIGNER.public_key,
        registry=registry_view() if view is None else view,
        at=NOW.date(),
    )


def test_the_list_adds_occupation_version_and_words() -> None:
    found = accredited()
    assert (found.achievement.occupation, found.achievement.trade_version) == ("7212", 1)
    assert (found.labels.trade, found.labels.centre, found.labels.language) == (
        "Soudeur",
        "Centre de Douala",
        "fr",
    )
    assert found.labels.acqf_level is None  # the ladder is illustrative, and an illustration is never signed
    assert found.labels.place == "Douala"


@pytest.mark.parametrize(
    ("body", "members", "code", "field"),
    [
        ("CFA", {"level": 4}, "outside_body_scope_level", "level"),
        ("CFA", {"level": 3, "trade": {"code": 2101}}, "outside_body_scope_trade", "trade.code"),
        ("CFA", {"level": 3, "kind": "units", "units": [1]}, "outside_body_scope_kind", "kind"),
        ("CFA", {"level": 3, "route": "rpl"}, "outside_body_scope_rpl", "route"),
        ("CFM", {"level": 2}, "outside_issuer_scope_level", "level"),
        ("OLD", {}, "body_withdrawn", None),
        ("NEW", {}, "body_unknown", None),
    ],
)
def test_outside_the_accreditation_the_code_says_what(
    body: str, members: dict[str, Any], code: str, field: str | None
) -> None:
    with pytest.raises(Forbidden) as refusal:
        accredited(body, **members)
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize(
    ("members", "code", "field"),
    [
        ({"trade": {"code": 9999}}, "trade_unknown", "trade.code"),
        ({"trade": {"code": 1204, "version": 2}}, "trade_version_unknown", "trade.version"),
        ({"centre": 99}, "centre_unknown", "centre"),
        ({"units": [5]}, "unit_unknown", "units"),
        ({"standard": {"number": 1, "version": 1}}, "standard_not_of_trade", "standard.number"),
    ],
)
def test_what_the_list_does_not_have_is_named(members: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Malformed) as refusal:
        accredited(**members)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_an_unlisted_country_or_issuer_certifies_nothing() -> None:
    with pytest.raises(Forbidden) as refusal:
        accredited(view=RegistryView(NOW.date(), {}, {}, ()))
    assert refusal.value.code == "issuer_unknown"
    with pytest.raises(Forbidden) as suspended:
        accredited(view=registry_view(history=[{"status": "suspended", "from": "2026-10-01"}]))
    assert suspended.value.code == "issuer_suspended"


def test_another_key_under_the_listed_number_signs_nothing() -> None:
    key = national_list().find_issuer(1)
    assert key is not None
    other = {
        "kid": "k1",
        "publicKeyMultibase": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "notBefore": "2024-01-01",
        "notAfter": "2030-12-31",
    }
    with pytest.raises(Busy) as refusal:
        accredited(view=registry_view(keys=[other]))
    assert refusal.value.code == "signing_key_not_listed"


def test_a_level_left_out_is_a_forgotten_member_and_not_a_lack_of_authority() -> None:
    with pytest.raises(Malformed) as refusal:
        accredited(level=None)
    assert (refusal.value.code, refusal.value.field) == ("member_missing", "level")


@pytest.mark.parametrize("number", ["GA-1-2026-000777", "CM-2-2026-000777", "CM-1-2025-000777"])
def test_a_number_in_the_networks_form_names_this_country_issuer_and_year(number: str) -> None:
    with pytest.raises(Malformed) as refusal:
        accredited(number=number)
    assert (refusal.value.code, refusal.value.field) == ("certificate_number_of_another", "number")


def test_the_title_stands_in_the_form_that_was_asked_for() -> None:
    asked = accredited(trade={"code": 1204, "title": "feminine"})
    assert (accredited().labels.trade, asked.labels.trade) == ("Soudeur", "Soudeuse")


def warned(says: dict[str, Any], state: State = State.UNDETERMINED) -> RegistryView:
    """The list's view with a warning of the country."""
    notice = Notice("CM", "2026-1", Act(says["act"]), 1, OFFICE.did, says["since"], says.get("kid"))
    return replace(registry_view(), notices=board_of([Posted(notice, "sha-256:" + "0" * 64, NOW, state)]))


KEY_STOLEN = {"act": "key_compromised", "kid": "k1", "since": date(2027, 1, 1)}
SUSPENDED = {"act": "issuer_suspended", "since": NOW.date()}


@pytest.mark.parametrize(
    ("says", "kind", "code"),
    [(KEY_STOLEN, Busy, "signing_key_under_notice"), (SUSPENDED, Forbidden, "issuer_under_notice")],
)
def test_nothing_is_signed_under_a_warning(says: dict[str, Any], kind: type[Refusal], code: str) -> None:
    with pytest.raises(kind) as refusal:
        accredited(view=warned(says))
    assert refusal.value.code == code
    assert refusal.value.params["since"] == says["since"].isoformat()


@pytest.mark.parametrize(
    "view",
    [
        warned(KEY_STOLEN, State.LIFTED),
        warned({**KEY_STOLEN, "kid": "k2"}),
        warned({**SUSPENDED, "since": NOW.date() + timedelta(days=1)}),
    ],
    ids=["lifted", "another key", "from tomorrow on"],
)
def test_a_warning_stops_what_it_names_and_no_more(view: RegistryView) -> None:
    assert accredited(view=view).achievement.level == 4
