"""Conditions of agreements and host policies: each kind with its own members, and no others."""

from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.host_policy import parse_host_policy
from certes.trust.members import CONDITION_KINDS, CONDITION_MEMBERS, Members
from certes.trust.schema import require_schema
from tests.unit.trust.network import policy_payload

CHOICE = {"kind": "choice", "of": [{"kind": "registration"}, {"kind": "aptitude_test"}], "by": "worker"}
WHOLE: list[dict[str, Any]] = [
    {"kind": "aptitude_test", "body": "ACFPE"},
    {"kind": "adaptation_period", "months": 6},
    {"kind": "supervised_practice", "months": 3},
    {"kind": "practical_demonstration"},
    {"kind": "missing_units", "occupation": "GA:affûteur", "units": ["U4"], "blocks": "only_that_occupation"},
    {"kind": "proof_of_practice", "months": 24},
    {"kind": "language_proof", "language": "fr"},
    {"kind": "renew_credential", "beforeMonths": 6},
    {"kind": "host_licence", "licence": "permis de tir", "body": "Mines"},
    {"kind": "registration", "body": "Chambre des métiers"},
    CHOICE,
]


def read(condition: Any) -> object:
    """As a policy's default condition."""
    payload = {**policy_payload(), "defaultConditions": [condition]}
    return parse_host_policy(payload, country="GA", record_id="urn:host:GA", version=1).default_conditions


@pytest.mark.parametrize("condition", WHOLE, ids=lambda condition: str(condition["kind"]))
def test_a_whole_condition_is_read_and_follows_the_schema(condition: dict[str, Any]) -> None:
    assert read(condition) == (condition,)
    require_schema("host-policy", {**policy_payload(), "defaultConditions": [condition]})


def test_every_kind_has_an_example_here() -> None:
    assert {condition["kind"] for condition in WHOLE} == CONDITION_KINDS == CONDITION_MEMBERS.keys()


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"kind": "language_proof", "of": 5}, "member_unknown"),
        ({"kind": "language_proof", "of": ["x"]}, "member_unknown"),
        ({"kind": "host_licence", "licence": "x", "body": "y", "of": [{"nokind": 1}]}, "member_unknown"),
        ({"kind": "language_proof", "body": {"fr": ["a"]}}, "member_invalid"),
        ({"kind": "adaptation_period", "months": [{"a": 1}]}, "member_invalid"),
        ({"kind": "adaptation_period", "months": 0}, "member_invalid"),
        ({"kind": "adaptation_period", "months": True}, "member_invalid"),
        ({"kind": "adaptation_period"}, "member_missing"),
        ({"kind": "registration", "self": 1}, "member_unknown"),
        ({"kind": "missing_units", "occupation": "x", "units": []}, "member_invalid"),
        ({"kind": "choice"}, "member_invalid"),
        ({"kind": "choice", "of": [{"kind": "registration"}]}, "member_invalid"),
        ({"kind": "choice", "of": [{"kind": "registration"}, CHOICE]}, "member_invalid"),
        ({"kind": "choice", "of": CHOICE["of"], "by": "nobody"}, "member_invalid"),
    ],
)
def test_a_condition_of_another_shape_is_refused(condition: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(condition)
    assert caught.value.code == code
    assert str(caught.value.field).startswith("defaultConditions[0]")


def test_the_schema_knows_no_other_members_either() -> None:
    for condition in ({"kind": "language_proof", "of": 5}, {"kind": "registration", "self": 1}):
        with pytest.raises(Malformed):
            require_schema("host-policy", {**policy_payload(), "defaultConditions": [condition]})


def test_null_is_as_absent_where_a_member_may_be_absent() -> None:
    assert Members({"c": [{"kind": "registration", "body": None}]}).conditions("c")
