"""Asking an invented network, as a device in another country would: does a certificate count, and why?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.bundle import TrustView, parse_bundle
from certes.trust.recognition import Decision, Facts, StatusSeen, decide
from certes.trust.signing import SignedObject, sign_object
from tests.world import NOW, World, signer
from tests.world_data import AGREEMENT, Payload

WELDER = Facts(
    country="CM",
    issuer="did:web:skills.example:cm:1",
    kid="k1",
    awarded_on=date(2026, 10, 1),
    signed_on=date(2026, 10, 2),
    valid_until=None,
    occupations=("CM:1204", "isco08:7212"),
    level="CM-4",
    kind="full",
    method="training",
)
SOON = timedelta(hours=1)


def of_country(country: str, number: int = 1, **more: Any) -> Facts:
    """The welder's certificate as another issuer would give it."""
    return replace(
        WELDER,
        country=country,
        issuer=f"did:web:skills.example:{country.lower()}:{number}",
        occupations=(f"{country}:1204", "isco08:7212"),
        level=f"{country}-4",
        **more,
    )


def decided(
    world: World | TrustView, facts: Facts = WELDER, *, host: str = "GA", now: datetime = NOW + SOON
) -> Decision:
    """What a device with the bundle of `now` says on that day; the status is fresh and clear."""
    view = world.view(now=now) if isinstance(world, World) else world
    seen = StatusSeen("valid", now.date())
    return decide(facts, host=host, at=now.date(), registry=view.registry, status=seen)


def told(
    world: World | TrustView, facts: Facts = WELDER, *, host: str = "GA", now: datetime = NOW + SOON
) -> tuple[str, str]:
    """The verdict and its first reason."""
    decision = decided(world, facts, host=host, now=now)
    return decision.verdict, decision.reasons[0].code


COUNTS = ("recognised", "agreement_in_force")
TODAY = NOW.date()
NOTICE_PERIOD = timedelta(days=14)
FRESH = replace(WELDER, awarded_on=TODAY, signed_on=TODAY)


def issuer(payload: Payload, number: int = 1) -> Payload:
    """One issuer of a national list."""
    found: Payload = next(each for each in payload["issuers"] if each["number"] == number)
    return found


def listed(change: Callable[[Payload], object], country: str = "CM", **how: Any) -> World:
    """The world once a country has logged a changed list, at NOW."""
    return World().revised("NationalList", country, change, at=NOW, **how)


def closed(status: str, start: str, **more: str) -> Callable[[Payload], None]:
    """A change of a list: the issuer's standing since a day."""

    def change(payload: Payload) -> None:
        history = issuer(payload)["history"]
        history[-1]["until"] = start
        history.append({"status": status, "from": start, **more})

    return change


def reason_of(world: World) -> str:
    """Why a device refuses the bundle of this world."""
    with pytest.raises(Malformed) as caught:
        world.view(now=NOW + SOON)
    assert caught.value.code == "bundle_object_refused"
    return str(caught.value.params["reason"])


def takes_up(world: World, held: World) -> None:
    """A device that holds one world accepts the other: nothing it has seen was taken back."""
    floor = held.view(now=NOW).floor()
    parse_bundle(world.bundle(now=NOW + SOON), charter_id=world.charter_id, floor=floor, now=NOW + SOON)


def issuer_key(country: str, number: int, key: int) -> str:
    """The public half of an issuer's key."""
    return signer(f"issuer {country} {number} k{key}").public_key.multikey


def act(country: str, event: str, *, version: int = 1, **says: Any) -> SignedObject:
    """An act of a party on the agreement of the five. `start` and `end` are its `from` and `until`."""
    names = {"start": "from", "end": "until"}
    payload = {"agreement": AGREEMENT, "country": country, "event": event}
    payload |= {names.get(name, name): value for name, value in says.items()}
    return World().sign("AgreementEvent", country, payload, version=version)


def new_keys(country: str, number: int) -> list[str]:
    """The public halves of a member's keys of a later generation."""
    return [each.public_key.multikey for each in new_signers(country, number)]


def new_signers(country: str, number: int) -> list[Any]:
    """Those keys."""
    return [signer(f"member {country} generation {number} key {key}") for key in (1, 2, 3)]


def signed_anew(
    kind: str, country: str, payload: Payload, *, version: int, generation: int = 2, keys: int = 2
) -> SignedObject:
    """An object under a country's later keys."""
    signers = new_signers(country, generation)[:keys]
    return sign_object(kind, country=country, version=version, payload=payload, signers=signers)
