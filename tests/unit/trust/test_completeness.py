"""An agreement in full form: what it leaves open or says twice is refused when it is loaded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.agreements import Agreement
from certes.trust.completeness import parse_full_agreement
from tests.unit.trust.network import agreement_payload

Change = Callable[[dict[str, Any]], object]
COMPENSATION = [{"kind": "aptitude_test"}]


def read(change: Change = lambda payload: None) -> Agreement:
    """The small network's agreement, changed first."""
    payload = agreement_payload()
    change(payload)
    return parse_full_agreement(payload)


def article(**change: Any) -> Change:
    """A change of the only article."""
    return lambda payload: payload["articles"][0].update(change)


def party(**change: Any) -> Change:
    """A change of the host's side."""
    return lambda payload: payload["parties"][1].update(change)


def second(**change: Any) -> Change:
    """A second article, like the first but for its id and this."""
    return lambda payload: payload["articles"].append({**payload["articles"][0], "id": "A2", **change})


def test_a_whole_agreement_is_read() -> None:
    found = read()
    assert (found.id, set(found.parties), found.precedence) == (
        "urn:agreement:cm-ga",
        {"CM", "GA"},
        "most_favourable",
    )
    assert found.appeal is not None


def test_a_party_that_has_not_ratified_is_no_gap() -> None:
    assert read(lambda payload: payload["parties"][1].pop("inForceFrom")).parties["GA"].in_force_from is None


@pytest.mark.parametrize(
    "change",
    [
        article(occupations=[]),
        article(kinds=[]),
        lambda payload: payload.pop("levelMap"),
        article(maxLevelGap=1),
        lambda payload: (
            payload["articles"][0].pop("hostLevelAcqf"),
            article(maxLevelGap=1, onLevelGap=COMPENSATION)(payload),
        ),
        article(rpl={"rule": "conditional"}),
        article(validFrom="2027-01-01", validUntil="2026-01-01"),
        article(directions=[["CM", "TD"]]),
        article(hostOccupation={"TD": "isco08:7212"}),
        article(split={"GA": []}),
        article(split={"GA": [{"occupation": "GA:1", "requiresUnits": []}]}),
        article(titleTable=[{"country": "TD", "title": "TD:A", "host": "GA", "hostTitle": "GA:A"}]),
        article(titleTable=[{"country": "CM", "title": "CM:A", "host": "GA", "hostTitle": "GA:A"}] * 2),
        party(withdrawalEffectiveOn="2026-01-01"),
        party(inForceFrom=None, withdrawalEffectiveOn="2026-12-01"),
        party(reservations=["A9"]),
        party(suspensions=[{"from": "2026-05-01", "until": "2026-05-01"}]),
        lambda payload: payload["parties"].pop(),
    ],
)
def test_a_gap_is_refused(change: Change) -> None:
    def cleaned(payload: dict[str, Any]) -> None:
        change(payload)
        for side in payload["parties"]:
            if side.get("inForceFrom", "") is None:
                del side["inForceFrom"]

    with pytest.raises(Malformed) as caught:
        read(cleaned)
    assert caught.value.code == "agreement_gap"
    assert caught.value.field


@pytest.mark.parametrize(
    "change",
    [
        lambda payload: payload["parties"].append(payload["parties"][0]),
        lambda payload: payload["levelMap"].append(payload["levelMap"][0]),
        lambda payload: payload["articles"].append(payload["articles"][0]),
    ],
)
def test_an_entry_stands_once(change: Change) -> None:
    with pytest.raises(Malformed, match="entry_repeated"):
        read(change)


@pytest.mark.parametrize(
    "change",
    [
        second(),
        second(directions=[["CM", "GA"]]),
        second(kinds=["full", "units"]),
        second(validFrom="2026-01-01"),
    ],
)
def test_two_articles_that_would_answer_twice_are_refused(change: Change) -> None:
    with pytest.raises(Malformed, match="agreement_overlap"):
        read(change)


@pytest.mark.parametrize(
    "change",
    [
        second(occupations=["isco08:7112"]),
        second(kinds=["units"]),
        second(standard={"id": "https://skills.example/standards/1", "minVersion": 1}),
        lambda payload: (
            article(validUntil="2026-12-31")(payload),
            second(validFrom="2027-01-01", validUntil="2028-01-01")(payload),
        ),
        lambda payload: (
            article(directions=[["CM", "GA"]])(payload),
            second(directions=[["GA", "CM"]])(payload),
        ),
    ],
)
def test_two_articles_that_never_meet_may_stand(change: Change) -> None:
    assert len(read(change).articles) == 2


def test_the_reduced_form_is_refused() -> None:
    worked = Path(__file__).parents[2] / "vectors" / "recognition" / "cases.json"
    for reduced in json.loads(worked.read_bytes())["registry"]["agreements"]:
        with pytest.raises(Malformed, match="schema_violation"):
            parse_full_agreement(reduced)


def test_the_published_example_is_whole() -> None:
    example = Path(__file__).parents[2] / "vectors" / "recognition" / "agreement.example.json"
    found = parse_full_agreement(json.loads(example.read_bytes()))
    # It suspends an article that this version no longer has: what was suspended once stays on record.
    assert found.parties["GA"].suspensions[0].articles == {"A4"}
    assert found.preserve_months == 24


def test_a_suspension_and_a_reservation_of_what_there_is_may_stand() -> None:
    suspensions = [{"from": "2026-05-01", "until": "2026-06-01", "articles": ["A1"]}, {"from": "2026-09-01"}]
    found = read(party(suspensions=suspensions, reservations=["A1", "isco08:7212"]))
    assert len(found.parties["GA"].suspensions) == 2


def test_what_a_host_recognises_alone_is_no_agreement() -> None:
    def change(payload: dict[str, Any]) -> None:
        payload["kind"] = "unilateral"
        payload["parties"].pop(0)

    with pytest.raises(Malformed) as caught:
        read(change)
    assert caught.value.code == "agreement_unilateral"


@pytest.mark.parametrize("name", ["urn:nat:CM", "URN:NAT:CM", "urn:host:GA"])
def test_an_agreement_does_not_take_the_name_of_a_list_or_a_policy(name: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(lambda payload: payload.update(id=name))
    assert caught.value.code == "agreement_id_reserved"
