"""Warnings of the invented network of tests/world.py, and their answers."""

from typing import Any

from certes.trust.signing import SignedObject
from tests.world import World

STOLEN: dict[str, Any] = {"act": "key_compromised", "issuer": 1, "key": "k1", "since": "2026-11-10"}
SUSPENDED: dict[str, Any] = {"act": "issuer_suspended", "issuer": 1, "since": "2026-11-10"}


def notice(
    says: dict[str, Any], name: str = "2026-1", *, country: str = "CM", keys: int = 1, **how: Any
) -> SignedObject:
    """A warning under so many keys of its country; `how` as for World.sign."""
    payload = {"country": country, "id": name, **says}
    return World().sign("Notice", country, payload, keys_each=keys, **how)


def answer(to: SignedObject, says: str = "confirmed", *, keys: int = 2, **changed: Any) -> SignedObject:
    """Its country's answer."""
    payload = {"country": to.country, "id": to.payload["id"], "notice": to.object_id, "answer": says}
    return World().sign("NoticeAnswer", to.country, payload | changed, keys_each=keys)
