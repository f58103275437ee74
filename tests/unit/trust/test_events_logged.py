"""Acts of one party in the log: whose signatures they need, and that they are judged at their place."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from certes.credential.errors import BadSignature, Malformed
from tests.governance import COUNTS, act, told
from tests.world import NOW, World
from tests.world_data import AGREEMENT, Payload


def refusal_of(world: World) -> Malformed:
    with pytest.raises(Malformed) as caught:
        world.view(now=NOW + timedelta(hours=1))
    return caught.value


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"keys_each": 1}, "threshold_not_reached"),
        ({"by": ["CM"]}, "threshold_not_reached"),
    ],
)
def test_an_act_needs_its_own_countrys_threshold(changed: dict[str, Any], reason: str) -> None:
    payload = dict(act("GA", "withdrawal", start="2027-06-01").payload)
    found = World().sign("AgreementEvent", "GA", payload, **changed)
    assert refusal_of(World().followed_by(found, at=NOW)).params["reason"] == reason


def test_an_act_in_anothers_name_is_refused() -> None:
    payload = dict(act("GA", "withdrawal", start="2027-06-01").payload)
    found = World().sign("AgreementEvent", "CM", payload)
    assert refusal_of(World().followed_by(found, at=NOW)).params["reason"] == "envelope_differs"


def test_a_signature_that_does_not_hold_is_refused() -> None:
    found = act("GA", "withdrawal", start="2027-06-01")
    forged = replace(found, signatures=(found.signatures[0], replace(found.signatures[1], value=b"\0" * 64)))
    refused = refusal_of(World().followed_by(forged, at=NOW))
    assert refused.params["reason"] == "object_signature_invalid"
    assert isinstance(refused.__cause__, BadSignature)


def test_a_bundle_with_an_act_that_must_not_be_is_refused_whole() -> None:
    found = act("GA", "reservation", of=["A1"])
    refused = refusal_of(World().followed_by(found, at=NOW))
    assert (refused.code, refused.field) == ("bundle_object_refused", found.object_id)
    assert refused.params["reason"] == "event_reservation_too_late"


def test_acts_are_judged_at_their_place_and_stay_good_afterwards() -> None:
    """The text that follows leaves the country out, with its own signature; its act before stays."""

    def without_gabon(payload: Payload) -> None:
        payload["parties"] = [party for party in payload["parties"] if party["country"] != "GA"]

    world = World().followed_by(act("GA", "withdrawal", start="2026-11-20"), at=NOW)
    later = world.revised("Agreement", AGREEMENT, without_gabon)
    assert told(later) == ("not_recognised", "no_agreement_covers")
    assert told(later, host="CG") == COUNTS


def test_who_knew_the_log_before_an_act_still_answers_as_before() -> None:
    before = World()
    after = before.followed_by(
        act("GA", "suspension", start="2026-11-20", protectsIssuedBefore=False), at=NOW
    )
    moment: datetime = NOW + timedelta(hours=1)
    assert told(before, now=moment) == COUNTS
    assert told(after, now=moment) == ("not_recognised", "agreement_suspended")
