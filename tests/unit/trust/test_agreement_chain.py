"""An agreement over its versions: nobody is left out of a text by the others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.bundle import build_bundle
from certes.trust.published import choose
from certes.trust.signing import SignedObject, sign_object
from tests.unit.trust.network import (
    FIRST,
    NOW,
    agreement,
    agreement_payload,
    bundle,
    charter,
    everything,
    keys,
    load,
    logged,
    national,
    note,
)


def text(version: int, *countries: str, signed_by: tuple[str, ...] | None = None) -> SignedObject:
    """A version of the agreement between these, with nothing that names another country."""
    payload: dict[str, Any] = {**agreement_payload(), "version": version}
    payload["parties"] = [
        {"country": country, "authority": f"did:web:{country.lower()}.example", "inForceFrom": "2026-03-01"}
        for country in countries
    ]
    signers = [key for country in signed_by or countries for key in keys(country)[:2]]
    return sign_object("Agreement", country=None, version=version, payload=payload, signers=signers)


THREE = charter("CM", "GA", "TD", version=2)


def refusal_of(*objects: SignedObject, **how: Any) -> Malformed:
    """Why the bundle is refused."""
    with pytest.raises(Malformed) as caught:
        load(bundle([FIRST, *objects]), **how)
    return caught.value


def test_a_party_cannot_be_left_out_of_the_next_version_by_the_others() -> None:
    refusal = refusal_of(THREE, text(1, "CM", "GA"), text(2, "CM", "TD"))
    assert refusal.params["reason"] == "threshold_not_reached"


def test_a_party_leaves_by_a_version_that_it_signs() -> None:
    view = load(
        bundle([FIRST, THREE, text(1, "CM", "GA"), text(2, "CM", "TD", signed_by=("CM", "GA", "TD"))])
    )
    assert set(view.registry.agreements[0].parties) == {"CM", "TD"}


def test_whoever_sees_a_bundle_for_the_first_time_needs_every_version() -> None:
    entries = logged([FIRST, agreement(), agreement(version=2)])
    raw = build_bundle(objects=[FIRST, agreement(version=2)], entries=entries, checkpoint=note(entries))
    with pytest.raises(Malformed, match="object_missing"):
        load(raw)


def test_an_earlier_version_needs_the_signatures_of_its_own_parties() -> None:
    forged = text(1, "CM", "GA", signed_by=("CM",))
    assert refusal_of(forged, agreement(version=2)).params["reason"] == "threshold_not_reached"


def test_a_verifier_that_knows_the_first_version_takes_no_other_one_beside_a_second() -> None:
    floor = load(bundle([FIRST, THREE, text(1, "CM", "GA")])).floor()
    others = [THREE, text(1, "CM", "TD"), text(2, "CM", "TD")]
    assert refusal_of(*others, floor=floor).code == "log_forked"


def test_a_party_that_is_no_member_any_more_need_not_sign() -> None:
    without = charter("CM", "TD", version=3, signers=[key for c in ("CM", "GA", "TD") for key in keys(c)[:2]])
    view = load(bundle([FIRST, THREE, text(1, "CM", "GA"), without, text(2, "CM", "TD")]))
    assert set(view.registry.agreements[0].parties) == {"CM", "TD"}


def test_every_version_is_kept_and_the_newest_counts() -> None:
    both = [*everything(), agreement(version=2)]
    view = load(bundle(both))
    assert set(view.objects) == {found.object_id for found in both}
    assert [found.version for found in view.registry.agreements] == [2]


def test_older_versions_of_lists_travel_for_the_notice_period_and_one_more() -> None:
    versions = [national(version=number) for number in (2, 3, 4)]
    objects, entries = [*everything(), *versions], logged([*everything(), *versions])
    days = (30, 30, 30, 30, 30, 20, 13, 1)
    entries = [
        replace(entry, time=NOW - timedelta(days=ago)) for entry, ago in zip(entries, days, strict=True)
    ]
    chosen = choose(objects, entries, charter=load(bundle(everything())).charter)
    assert {each.version for each in chosen if each.country == "CM"} == {2, 3, 4}
    raw = build_bundle(objects=objects, entries=entries, checkpoint=note(entries))
    assert national().object_id not in load(raw).objects
    raw = build_bundle(objects=chosen, entries=entries, checkpoint=note(entries))
    assert load(raw).registry.national["CM"].version == 4
