"""Regional standards through the registry: by their body alone, and no version rewrites the one before."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from certes.demo.standards import MASONRY, masonry
from certes.runtime.languages import has_words
from certes.trust.signing import SignedObject
from tests.standards_world import body_signers, name_the_body, sign_standard
from tests.unit.registry.conftest import Registry
from tests.world import World
from tests.world_data import COUNTRIES, Payload


@pytest.fixture
def with_body(registry: Registry) -> Registry:
    """A registry whose charter names the body, with the first version of the masonry standard."""
    charter = World().next_version("Charter", "", name_the_body, by=COUNTRIES)
    for found in (charter, sign_standard(masonry(1))):
        assert registry.submit(found).status_code == 201
    return registry


def second(change: Callable[[Payload], object], *, version: int = 2) -> SignedObject:
    """The second version, changed."""
    payload = deepcopy(masonry(2))
    change(payload)
    return sign_standard(payload, version=version)


def rewrite(payload: Payload) -> None:
    payload["versions"][0]["reference"] = "another decision"


def pass_on(payload: Payload) -> None:
    payload["body"] = "skills.example/others"


def change_unsaid(payload: Payload) -> None:
    payload["units"][0]["weight"] += 1


def test_the_next_version_is_taken_in(with_body: Registry) -> None:
    found = sign_standard(masonry(2), version=2)
    assert with_body.submit(found).status_code == 201
    assert with_body.submit(found).status_code == 200
    with_body.renew()
    (held,) = with_body.desk.published().view.registry.standards.values()
    assert (held.id, held.version) == (MASONRY, 2)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (second(rewrite), "standard_history_rewritten"),
        (second(change_unsaid), "standard_unit_changed_unsaid"),
        (second(pass_on), "standards_body_unknown"),
        (sign_standard(masonry(2), version=2, signers=body_signers()[:1]),
         "standards_body_threshold_not_reached"),
    ],
)  # fmt: skip
def test_what_is_no_successor_is_refused_in_its_own_words(
    with_body: Registry, found: SignedObject, code: str
) -> None:
    answer = with_body.submit(found)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert has_words("problems", f"{code}.fix")


def test_a_standard_passes_to_another_body_only_once_the_charter_names_its_own_no_more(
    with_body: Registry,
) -> None:
    def add_others(payload: Payload) -> None:
        """A second body, under the first one's third key alone; the first goes on with two."""
        name_the_body(payload)
        (body,) = payload["bodies"]
        *kept, given = body["keys"]
        other = {**body, "id": "skills.example/others", "keys": [given], "threshold": 1}
        payload["bodies"] = [{**body, "keys": kept}, other]

    def drop_the_first(payload: Payload) -> None:
        payload["bodies"] = payload["bodies"][1:]

    world = World().revised("Charter", "", name_the_body, by=COUNTRIES)
    both = world.revised("Charter", "", add_others, by=COUNTRIES)
    assert with_body.submit(both.newest("Charter")).status_code == 201
    payload = deepcopy(masonry(2))
    pass_on(payload)
    found = sign_standard(payload, version=2, signers=body_signers()[2:])
    assert with_body.submit(found).json()["code"] == "standard_of_another_body"
    dropped = both.revised("Charter", "", drop_the_first, by=COUNTRIES)
    assert with_body.submit(dropped.newest("Charter")).status_code == 201
    assert with_body.submit(found).status_code == 201
