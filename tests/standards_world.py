"""The invented network with a body for regional standards, the illustrative masonry standard in two versions,
and three countries that follow it (certes.demo.standards)."""

from copy import deepcopy
from functools import cache
from typing import Any

from certes.credential.keys import Ed25519Signer
from certes.demo.standards import charter_body, signed_standards, with_masonry
from certes.trust.signing import SignedObject, sign_object
from tests.world import World, signer
from tests.world_data import COUNTRIES

FOLLOWERS = ("CM", "CG", "GA")


def body_signers() -> tuple[Ed25519Signer, ...]:
    """The body's three keys, of which two speak for it."""
    return tuple(signer(f"standards body {number}") for number in (1, 2, 3))


def name_the_body(payload: dict[str, Any]) -> None:
    """Let a charter name the body."""
    payload["bodies"] = [charter_body(key.public_key.multikey for key in body_signers())]


def follow_masonry(payload: dict[str, Any]) -> None:
    """Let a national list follow the standard."""
    extended = with_masonry(deepcopy(payload))
    payload.clear()
    payload.update(extended)


@cache
def world_without_standards() -> World:
    """A second charter names the body; nothing is published by it yet."""
    return World().revised("Charter", "", name_the_body, by=COUNTRIES)


@cache
def standards_world() -> World:
    """Both versions of the standard, and the lists of those who follow it."""
    world = world_without_standards().followed_by(*signed_standards(body_signers()))
    for country in FOLLOWERS:
        world = world.revised("NationalList", country, follow_masonry)
    return world


def sign_standard(
    payload: dict[str, Any], *, version: int = 1, signers: tuple[Ed25519Signer, ...] | None = None
) -> SignedObject:
    """A standard under two keys of the body, or others."""
    chosen = body_signers()[:2] if signers is None else signers
    return sign_object("RegionalStandard", country=None, version=version, payload=payload, signers=chosen)
