"""Whose signatures make a checkpoint believed: what a charter may say of witnesses."""

from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.charter import parse_charter
from certes.trust.vouching import log_note_keys, log_origin, witness_policy
from tests.unit.trust.network import LOG, NETWORK, WITNESSES, charter_payload, key


def witness(name: str, country: str | None = None) -> dict[str, Any]:
    return {"name": name, "key": key(name).public_key.multikey, "country": country}


def payload(*countries: str | None, quorum: int, number: int = 1) -> dict[str, Any]:
    """A charter with a witness for each of these."""
    found = charter_payload("CM", "GA")
    found["network"]["number"] = number
    found["witnesses"] = [witness(f"w{at}.example", country) for at, country in enumerate(countries)]
    return found | {"quorum": quorum}


def test_a_charter_names_the_logs_keys_and_its_witnesses() -> None:
    charter = parse_charter(charter_payload("CM", "GA"), version=1)
    assert log_origin(NETWORK) == "skills.example/log"
    (log,) = log_note_keys(charter)
    assert (log.name, log.key) == ("skills.example/log", LOG.public_key)
    policy = witness_policy(charter)
    assert tuple(each.name for each in policy.witnesses) == WITNESSES
    assert (policy.quorum, policy.liars) == (3, 1)


@pytest.mark.parametrize(
    ("countries", "quorum"),
    [
        (("CM", "GA", None, None), 3),
        (("CM", "GA", "CG", "CD", "CF"), 4),
        (("CM", "CM", "GA", "GA", None, None, None), 5),  # two may lie, so one country may have two
    ],
)
def test_a_quorum_that_stands_a_liar(countries: tuple[str | None, ...], quorum: int) -> None:
    assert parse_charter(payload(*countries, quorum=quorum), version=1).quorum == quorum


@pytest.mark.parametrize(
    ("countries", "quorum", "code"),
    [
        (("CM", "GA", None), 2, "witnesses_too_few"),
        (("CM", "GA", None, None), 4, "quorum_impossible"),
        (("CM", "GA", None, None), 2, "quorum_impossible"),
        (("CM", "CM", "GA", None), 3, "witnesses_of_one_country"),
        (("CM", "CM", "CM", "GA", None, None, None), 5, "witnesses_of_one_country"),
        ((), 1, "schema_violation"),
    ],
)
def test_a_quorum_that_does_not(countries: tuple[str | None, ...], quorum: int, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        parse_charter(payload(*countries, quorum=quorum), version=1)


def test_a_development_network_may_do_with_one_witness() -> None:
    assert parse_charter(payload("CM", quorum=1, number=0), version=1).quorum == 1
    with pytest.raises(Malformed, match="witnesses_too_few"):
        parse_charter(payload("CM", quorum=1), version=1)


@pytest.mark.parametrize(
    "name", ["", "with space.example", "plus+.example", "https://w.example", "W.example"]
)
def test_a_witness_has_a_name_without_a_schema(name: str) -> None:
    found = payload("CM", "GA", None, None, quorum=3)
    found["witnesses"][0]["name"] = name
    with pytest.raises(Malformed, match="schema_violation"):
        parse_charter(found, version=1)
