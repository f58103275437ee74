"""The procedures of docs/spec/registry.md, section 7: what countries sign, and what is said abroad before and
after."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from certes.credential.errors import Malformed
from certes.trust.signing import SignedObject
from tests import world_data
from tests.governance import (
    COUNTS,
    FRESH,
    NOTICE_PERIOD,
    SOON,
    TODAY,
    act,
    closed,
    decided,
    issuer_key,
    listed,
    new_keys,
    new_signers,
    of_country,
    reason_of,
    signed_anew,
    takes_up,
    told,
)
from tests.notice_help import answer, notice
from tests.world import NOW, World
from tests.world_data import AGREEMENT, COUNTRIES, Payload


def keys_of(country: str, *, generation: int = 2) -> Callable[[Payload], None]:
    """A change of the charter: a country's keys are those of a later generation."""

    def change(payload: Payload) -> None:
        member = next(each for each in payload["members"] if each["country"] == country)
        member["keys"] = new_keys(country, generation)

    return change


def without(country: str) -> Callable[[Payload], None]:
    """A change of the charter: a country is no member any more."""

    def change(payload: Payload) -> None:
        payload["members"] = [each for each in payload["members"] if each["country"] != country]

    return change


def others(country: str) -> tuple[str, ...]:
    """The other members."""
    return tuple(each for each in COUNTRIES if each != country)


# ---- members


def with_equatorial_guinea(payload: Payload) -> None:
    keys = [each.public_key.multikey for each in World().member_signers("GQ")]
    payload["members"].append({"country": "GQ", "keys": keys, "threshold": 2})


def list_of_equatorial_guinea(monkeypatch: pytest.MonkeyPatch) -> Payload:
    monkeypatch.setitem(world_data.MINISTRIES, "GQ", "Ministerio de Trabajo (ilustración)")
    monkeypatch.setitem(world_data.CENTRES, "GQ", ("Malabo",))
    return world_data.national_list(World().network, "GQ", issuer_key)


def joined_by_gq(monkeypatch: pytest.MonkeyPatch) -> World:
    """Charter, list, and the agreement's next version, in this order."""
    world = World().revised("Charter", "", with_equatorial_guinea, by=(*COUNTRIES, "GQ"), at=NOW)
    listed = world.sign("NationalList", "GQ", list_of_equatorial_guinea(monkeypatch))
    world = world.followed_by(listed)

    def accede(payload: Payload) -> None:
        payload["parties"].append(
            {"country": "GQ", "authority": "Ministerio de Trabajo (ilustración)", "inForceFrom": "2026-11-20"}
        )
        payload["levelMap"].append({**payload["levelMap"][0], "country": "GQ", "level": "GQ-4", "acqf": 4})

    return world.revised("Agreement", AGREEMENT, accede, by=(*COUNTRIES, "GQ"))


def test_admit_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = of_country("GQ", awarded_on=TODAY, signed_on=TODAY)
    assert told(World(), facts) == ("not_recognised", "country_not_member")
    world = joined_by_gq(monkeypatch)
    assert told(world, facts) == ("not_recognised", "issuer_in_notice_period")
    assert told(world, facts, now=NOW + NOTICE_PERIOD) == COUNTS
    assert told(world, facts, host="GQ") == ("recognised", "national_credential")
    assert told(world, host="GQ") == COUNTS  # what others certify counts there at once
    takes_up(world, World())


def test_a_member_is_not_admitted_by_itself() -> None:
    world = World().revised("Charter", "", with_equatorial_guinea, by=("CM", "GA", "CG", "GQ"), at=NOW)
    assert reason_of(world) == "charter_not_signed_by_two_thirds"


def test_a_newcomers_list_before_its_charter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = World().sign("NationalList", "GQ", list_of_equatorial_guinea(monkeypatch))
    assert reason_of(World().followed_by(listed, at=NOW)) == "signer_not_member"


def test_leave() -> None:
    """It withdraws from its agreements with a day that leaves people time, then the next charter goes on
    without it."""
    world = World().followed_by(act("CM", "withdrawal", start="2027-06-01"), at=NOW - timedelta(days=1))
    left = world.revised("Charter", "", without("CM"), by=COUNTRIES, at=NOW)
    assert (told(world), told(left)) == (COUNTS, COUNTS)  # what it certified as a member
    assert told(world, FRESH) == COUNTS
    assert told(left, FRESH) == ("not_recognised", "country_not_member")
    assert decided(left, FRESH).reasons[0].params["since"] == TODAY
    takes_up(left, world)


def test_expel() -> None:
    """Two thirds of all members, the one concerned among those who are counted: of five the four others."""
    world = World().revised("Charter", "", without("CM"), by=others("CM"), at=NOW)
    assert told(world) == COUNTS  # nobody's certificate of before is voided
    assert told(world, FRESH) == ("not_recognised", "country_not_member")
    assert told(world, of_country("CG")) == COUNTS
    for three in (others("CM")[:3], others("CM")[1:]):
        assert reason_of(World().revised("Charter", "", without("CM"), by=three, at=NOW)) == (
            "charter_not_signed_by_two_thirds"
        )


def test_who_has_left_can_add_nothing() -> None:
    world = World().revised("Charter", "", without("CM"), by=others("CM"), at=NOW)
    assert reason_of(world.revised("NationalList", "CM", lambda payload: None)) == "signer_not_member"
    assert reason_of(world.followed_by(act("CM", "withdrawal", start="2027-01-01"))) == "signer_not_member"


def test_who_comes_back_counts_again() -> None:
    world = World().revised("Charter", "", without("CM"), by=others("CM"), at=NOW - timedelta(days=3))
    again = world.revised(
        "Charter",
        "",
        lambda payload: payload["members"].append(member_of(World().first[0], "CM")),
        by=COUNTRIES,
        at=NOW,
    )
    assert told(world, FRESH) == ("not_recognised", "country_not_member")
    assert told(again, FRESH) == COUNTS


def member_of(charter: SignedObject, country: str) -> Payload:
    found: Payload = next(each for each in charter.payload["members"] if each["country"] == country)
    return found


# ---- keys of a country


def test_rotate_a_countrys_keys() -> None:
    """The country signs the new charter with its old keys, as does who must; afterwards with the new ones."""
    world = World().revised("Charter", "", keys_of("CM"), by=COUNTRIES, at=NOW)
    assert told(world) == COUNTS  # its list was signed by the keys of its day
    payload = dict(World().newest("NationalList", "CM").payload)
    assert reason_of(world.followed_by(World().sign("NationalList", "CM", payload, version=2))) == (
        "threshold_not_reached"
    )
    assert told(world.followed_by(signed_anew("NationalList", "CM", payload, version=2))) == COUNTS
    takes_up(world, World())


def test_a_country_that_lost_two_of_three_keys() -> None:
    """With the key that is left it can still warn, and nothing else. The others give it new keys: four of
    five is two thirds, so that its own old keys are not needed."""
    payload = dict(World().newest("NationalList", "CM").payload)
    alone = World().sign("NationalList", "CM", payload, version=2, keys_each=1)
    assert reason_of(World().followed_by(alone, at=NOW)) == "threshold_not_reached"

    stolen = notice({"act": "key_compromised", "issuer": 1, "key": "k1", "since": "2026-11-19"})
    warned = World().followed_by(stolen, at=NOW)
    assert told(warned) == ("unknown", "notice_unconfirmed")

    renewed = warned.revised("Charter", "", keys_of("CM"), by=others("CM"))
    assert told(renewed) == ("unknown", "notice_unconfirmed")  # a new charter answers nothing
    lifted = signed_anew("NoticeAnswer", "CM", dict(answer(stolen, "lifted").payload), version=1)
    assert told(renewed.followed_by(lifted)) == COUNTS


def test_keys_are_not_renewed_by_fewer_than_two_thirds() -> None:
    world = World().revised("Charter", "", keys_of("CM"), by=("GA", "CG", "CD"), at=NOW)
    assert reason_of(world) == "charter_not_signed_by_two_thirds"


# ---- the charter


def test_replace_the_charter() -> None:
    """Another log key, another expiry, a longer notice period: what was signed under the one before stays."""

    def change(payload: Payload) -> None:
        payload["noticeDays"] = 30
        payload["expiresOn"] = "2040-01-01"

    world = World().revised("Charter", "", change, by=COUNTRIES[:4], at=NOW)
    view = world.view(now=NOW + SOON)
    assert (view.charter.version, view.registry.notice_days) == (2, 30)
    assert told(view) == COUNTS
    takes_up(world, World())


def test_a_charter_that_skips_a_version_is_refused() -> None:
    payload = dict(World().newest("Charter").payload)
    world = World().followed_by(World().sign("Charter", None, payload, version=3), at=NOW)
    with pytest.raises(Malformed):
        world.view(now=NOW + SOON)


# ---- what was true stays answerable


def test_every_step_can_be_asked_again_from_the_log_as_it_was() -> None:
    """Bundles of each size of one log, in turn: each answers as it did."""
    moment = NOW + SOON
    suspension = act("GA", "suspension", start="2026-11-20", protectsIssuedBefore=True)
    steps = [World(), listed(closed("suspended", "2026-11-20"))]
    steps.append(steps[-1].followed_by(suspension))
    steps.append(steps[-1].revised("Charter", "", without("GA"), by=others("GA")))
    answers = [(told(each, FRESH, host="CG", now=moment), told(each, now=moment)) for each in steps]
    no = ("not_recognised", "issuer_not_authorised_at_issue")
    protected = ("recognised", "agreement_suspended_older_protected")
    assert answers == [(COUNTS, COUNTS), (no, COUNTS), (no, protected), (no, protected)]


def test_new_keys_are_nobody_elses() -> None:
    """The keys of these tests: each generation of each country has its own."""
    made = [each.public_key.multikey for country in ("CM", "GA") for each in new_signers(country, 2)]
    assert len({*made, *new_keys("CM", 3)}) == 9
