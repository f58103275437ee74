"""What a country's next list may not take back, and that a verifier remembers it over a restart."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.checkpoint import Floor
from certes.trust.signing import SignedObject, sign_object
from tests.unit.trust.network import FIRST, NOW, bundle, key, keys, load, national_payload

Payload = dict[str, Any]
DID = "did:web:skills.example:cm:1"


def issuer(payload: Payload) -> Payload:
    """The only one."""
    found: Payload = payload["issuers"][0]
    return found


def stolen(payload: Payload) -> None:
    issuer(payload)["keys"][0]["compromisedSince"] = "2026-06-01"


def listed(version: int, *changes: Callable[[Payload], object]) -> SignedObject:
    """A version of Cameroon's list after these changes."""
    payload = deepcopy(national_payload("CM"))
    for change in changes:
        change(payload)
    return sign_object("NationalList", country="CM", version=version, payload=payload, signers=keys("CM")[:2])


def follows(before: SignedObject, after: SignedObject) -> None:
    """Load the two, one after the other, the floor written and read between."""
    floor = load(bundle([FIRST, before])).floor()
    kept = Floor.from_json(json.loads(json.dumps(floor.to_json())))
    assert kept == floor
    later = NOW + timedelta(minutes=1)
    load(bundle([FIRST, before, after], time=later), floor=kept, now=later)


def unmark(payload: Payload) -> None:
    issuer(payload)["keys"][0].pop("compromisedSince")


def mark_later(payload: Payload) -> None:
    issuer(payload)["keys"][0]["compromisedSince"] = "2026-06-02"


def mark_earlier(payload: Payload) -> None:
    issuer(payload)["keys"][0]["compromisedSince"] = "2026-05-01"


def other_key(payload: Payload) -> None:
    issuer(payload)["keys"][0]["publicKeyMultibase"] = key("another").public_key.multikey


def rename_key(payload: Payload) -> None:
    issuer(payload)["keys"][0]["kid"] = "k2"


def another_issuer(payload: Payload) -> None:
    issuer(payload).update(number=2, did="did:web:skills.example:cm:2")


def another_day(payload: Payload) -> None:
    issuer(payload)["history"][0]["from"] = "2023-01-01"


def without_body(payload: Payload) -> None:
    issuer(payload)["bodies"] = []


def ended(payload: Payload) -> None:
    issuer(payload)["history"] = [
        {"status": "granted", "from": "2022-01-01", "until": "2026-01-01"},
        {"status": "withdrawn", "from": "2026-01-01"},
    ]


def ended_later(payload: Payload) -> None:
    issuer(payload)["history"][0]["until"] = "2026-09-01"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ([stolen], [stolen, unmark], "list_drops_compromise"),
        ([stolen], [stolen, mark_later], "list_drops_compromise"),
        ([], [other_key], "list_changes_key"),
        ([], [rename_key], "list_drops_key"),
        ([], [another_issuer], "list_drops_issuer"),
        ([], [another_day], "list_drops_history"),
        ([], [without_body], "list_drops_history"),
        ([ended], [ended, ended_later], "list_drops_history"),
    ],
)
def test_a_verifier_refuses_a_list_that_takes_back_what_it_said(
    before: list[Any], after: list[Any], code: str
) -> None:
    with pytest.raises(Malformed) as caught:
        follows(listed(1, *before), listed(2, *after))
    assert caught.value.code == code
    assert str(caught.value.field).startswith(DID)


@pytest.mark.parametrize("changes", [[], [stolen], [stolen, mark_earlier], [ended]])
def test_a_list_may_say_more(changes: list[Any]) -> None:
    follows(listed(1, *changes[:1]), listed(2, *changes))
    follows(listed(1), listed(2, *changes))


def test_a_floor_that_remembers_no_issuers_is_none() -> None:
    written = load(bundle([FIRST, listed(1)])).floor().to_json()
    del written["issuers"]
    with pytest.raises(Malformed, match="floor_invalid"):
        Floor.from_json(written)


@pytest.mark.parametrize(
    "known",
    [
        [],
        {DID: []},
        {DID: {"keys": {"k1": "z6"}}},
        {DID: {"keys": {"k1": ["z6", "soon"]}}},
        {DID: {"histories": {"": {}}}},
        {DID: {"histories": {"": [["granted", None, None, None]]}}},
    ],
)
def test_a_memory_of_another_shape_is_no_floor(known: object) -> None:
    written = load(bundle([FIRST, listed(1)])).floor().to_json() | {"issuers": known}
    with pytest.raises(Malformed):
        Floor.from_json(written)
