"""A regional standard: read strictly, signed by the body that the charter names, its history kept."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from certes.credential.errors import Malformed, Refusal
from certes.demo.standards import BODY, MASONRY, masonry
from certes.trust.charter import parse_charter
from certes.trust.standards import RegionalStandard, parse_standard, require_standard_successor
from tests.standards_world import body_signers, sign_standard, standards_world, world_without_standards
from tests.world import NETWORK, NOW, member_signers

Change = Callable[[dict[str, Any]], object]


def read(change: Change = lambda payload: None, *, version: int = 2) -> RegionalStandard:
    """The demonstration's standard, changed first."""
    payload = deepcopy(masonry(version))
    change(payload)
    return parse_standard(payload, network=NETWORK, version=version)


def test_everything_of_the_payload_stands_in_the_record() -> None:
    found = read()
    assert (found.id, found.number, found.version, found.body) == (MASONRY, 1, 2, BODY)
    assert (found.status, found.occupations, found.acqf, found.measure) == (
        "illustrative",
        ("7112",),
        3,
        "hours",
    )
    assert found.unit_numbers == {1, 2, 3, 4, 5, 6, 8}
    assert found.title["fr"].startswith("Maçon")
    laying = found.units[2]
    assert (laying.number, laying.weight, laying.occupation, laying.acqf) == (3, 160, None, None)
    assert laying.outcomes[0]["en"] == "Builds a wall with a corner and an opening."
    assert laying.criteria[0]["en"] == "Plumb within 5 mm over 2 m, joints regular."
    assert [(each.version, each.added, each.removed, each.revised) for each in found.versions] == [
        (1, frozenset([1, 2, 3, 4, 5, 6, 7]), frozenset(), frozenset()),
        (2, frozenset([8]), frozenset([7]), frozenset([4])),
    ]


def test_its_questions() -> None:
    found = read()
    assert [found.has_version(version) for version in (0, 1, 2, 3)] == [False, True, True, False]
    assert found.weight_of({1, 2, 7}) == 100  # unit 7 is no longer of the standard
    assert found.weight_of(found.unit_numbers) == 580
    assert (found.revised_since(1), found.revised_since(2)) == (frozenset([4]), frozenset())


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda p: p.update(colour="red"), "schema_violation", None),
        (lambda p: p["units"][0].update(weight=0), "schema_violation", "units[0].weight"),
        (lambda p: p["units"][0].update(outcomes=[]), "schema_violation", "units[0].outcomes"),
        (lambda p: p.update(id="https://other.example/standards/1"), "standard_id_wrong", "id"),
        (lambda p: p.update(id="https://skills.example/standards/01"), "standard_id_wrong", "id"),
        (lambda p: p.update(id="https://skills.example/standards/1/x"), "standard_id_wrong", "id"),
        (lambda p: p["units"].append(p["units"][0]), "entry_repeated", "units"),
        (lambda p: p["versions"].pop(0), "standard_versions_incomplete", "versions"),
        (lambda p: p["versions"].append(p["versions"][1]), "standard_versions_incomplete", "versions"),
        (lambda p: p["versions"][1].update(added=[8, 2]), "standard_unit_reused", "versions[1].added"),
        (lambda p: p["versions"][1].update(added=[7, 8]), "standard_unit_reused", "versions[1].added"),
        (lambda p: p["versions"][1].update(removed=[7, 9]), "standard_history_differs", "versions[1]"),
        (lambda p: p["versions"][1].update(revised=[7]), "standard_history_differs", "versions[1]"),
        (lambda p: p["versions"][1].update(removed=[]), "standard_history_differs", "units"),
        (
            lambda p: p["versions"][1].update(validFrom="2020-01-01"),
            "standard_history_differs",
            "versions[1].validFrom",
        ),
    ],
)
def test_what_cannot_stand_is_refused_by_name(change: Change, code: str, field: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        read(change)
    assert (caught.value.code, caught.value.field) == (code, field)


def succeeds(change: Change, *, bodies: tuple[str, ...] = (BODY,)) -> None:
    """May version 2, changed, follow version 1?"""
    require_standard_successor(read(version=1), read(change), bodies=bodies)


def test_a_version_follows_the_one_before() -> None:
    succeeds(lambda payload: None)


def test_titles_may_be_corrected_and_languages_added() -> None:
    def change(payload: dict[str, Any]) -> None:
        payload["units"][0]["title"]["en"] = "Setting out from drawings"
        payload["units"][0]["outcomes"][0]["sw"] = "Anaweka alama za jengo dogo."

    succeeds(change)


def rewrite(payload: dict[str, Any]) -> None:
    """Tell the first version otherwise, so that it still adds up."""
    payload["versions"][0]["validFrom"] = "2023-01-01"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: p.update(body="others.example/committee"), "standard_of_another_body"),
        (rewrite, "standard_history_rewritten"),
        (lambda p: p["units"][0].update(weight=61), "standard_unit_changed_unsaid"),
        (lambda p: p["units"][0].update(acqf=5), "standard_unit_changed_unsaid"),
        (lambda p: p["units"][0]["outcomes"][0].update(en="Anything."), "standard_unit_changed_unsaid"),
        (lambda p: p["units"][0]["criteria"].append({"en": "More."}), "standard_unit_changed_unsaid"),
    ],
)
def test_what_was_published_is_not_undone(change: Change, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        succeeds(change)


def test_a_unit_said_to_be_revised_may_change() -> None:
    succeeds(lambda payload: payload["units"][3].update(weight=140))


def test_a_standard_passes_to_another_body_only_when_its_own_is_no_longer_named() -> None:
    succeeds(lambda payload: payload.update(body="others.example/committee"), bodies=("others.example/x",))


def test_a_bundle_holds_the_newest_version() -> None:
    view = standards_world().view(now=NOW)
    found = view.registry.standards[MASONRY]
    assert (found.version, found.body) == (2, BODY)
    newest = standards_world().newest("RegionalStandard", MASONRY)
    assert view.registry.object_ids["RegionalStandard", MASONRY] == newest.object_id
    assert view.objects[newest.object_id] == newest


@pytest.mark.parametrize(
    ("signers", "reason"),
    [
        (body_signers()[:1], "standards_body_threshold_not_reached"),
        (member_signers("CM")[:2], "standards_body_threshold_not_reached"),
    ],
)
def test_a_standard_needs_its_body(signers: Any, reason: str) -> None:
    world = world_without_standards().followed_by(sign_standard(masonry(1), signers=signers))
    with pytest.raises(Malformed) as caught:
        world.view(now=NOW)
    assert (caught.value.code, caught.value.params["reason"]) == ("bundle_object_refused", reason)


def test_a_body_that_the_charter_does_not_name_has_no_voice() -> None:
    payload = masonry(1) | {"body": "others.example/committee"}
    world = world_without_standards().followed_by(sign_standard(payload))
    with pytest.raises(Malformed) as caught:
        world.view(now=NOW)
    assert caught.value.params["reason"] == "standards_body_unknown"


def test_a_standard_is_of_no_country() -> None:
    found = sign_standard(masonry(1))
    of_one = world_without_standards().sign("RegionalStandard", "CM", dict(found.payload))
    with pytest.raises(Malformed) as caught:
        world_without_standards().followed_by(of_one).view(now=NOW)
    assert caught.value.params["reason"] == "envelope_differs"


def charter_with(change: Change) -> dict[str, Any]:
    """The charter that names the body, changed."""
    payload = deepcopy(dict(world_without_standards().newest("Charter").payload))
    change(payload)
    return payload


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: p["bodies"].append(p["bodies"][0]), "entry_repeated"),
        (lambda p: p["bodies"][0].update(threshold=4), "member_invalid"),
        (lambda p: p["bodies"][0]["keys"].append(p["members"][0]["keys"][0]), "key_repeated"),
        (lambda p: p["bodies"][0]["keys"].append(p["logKeys"][0]), "key_repeated"),
        (lambda p: p["bodies"][0].pop("name"), "schema_violation"),
    ],
)
def test_a_charter_names_bodies_soundly(change: Change, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        parse_charter(charter_with(change), version=2)
