"""Equatorial Guinea joins: the next charter with its keys and its witness, then its list, its rules as a host
and an agreement with its neighbour. A committee for trade standards gets a voice by the same charter."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from certes.credential.keys import Ed25519Signer
from certes.demo.agreements import gabon_and_equatorial_guinea
from certes.demo.illustration import COUNTRIES, JOINED_LATER
from certes.demo.objects import THRESHOLD, Custodians, Issuers, agreed, of_country, witnesses
from certes.demo.standards import charter_body, signed_standards
from certes.trust.signing import SignedObject, sign_object


def next_charter(
    first: SignedObject,
    custodians: Custodians,
    *,
    witness_keys: dict[str, str],
    body: Sequence[Ed25519Signer],
) -> SignedObject:
    """The second charter, signed by all six. `witness_keys` is {country: Multikey}, of every member."""
    payload: dict[str, Any] = deepcopy(dict(first.payload))
    keys = [signer.public_key.multikey for signer in custodians.of[JOINED_LATER]]
    payload["members"].append({"country": JOINED_LATER, "keys": keys, "threshold": THRESHOLD})
    payload |= witnesses(witness_keys)
    payload["bodies"] = [charter_body(signer.public_key.multikey for signer in body)]
    signers = [signer for code in custodians.of for signer in custodians.quorum(code)]
    return sign_object("Charter", country=None, version=2, payload=payload, signers=signers)


def of_the_newcomer(
    custodians: Custodians, issuers: Issuers, *, body: Sequence[Ed25519Signer]
) -> list[SignedObject]:
    """What is signed under the second charter."""
    country = next(each for each in COUNTRIES if each.code == JOINED_LATER)
    return [
        *of_country(country, custodians, issuers),
        agreed(gabon_and_equatorial_guinea(), custodians),
        *signed_standards(body),
    ]
