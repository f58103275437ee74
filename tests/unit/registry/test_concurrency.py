"""Objects that arrive at the same moment: none is lost, none is doubled, every state is published."""

import json
import threading
from datetime import timedelta

from certes.runtime.database import open_database
from certes.trust.bundle import parse_bundle
from certes.trust.signing import SignedObject
from registry.admission import Outcome
from registry.app import build_desk
from registry.desk import Desk
from tests.unit.registry.conftest import Registry
from tests.world_data import COUNTRIES


def together(desks: list[Desk], objects: list[SignedObject]) -> list[Outcome]:
    """Submit each object at its own desk, all at once."""
    outcomes: list[Outcome] = []

    def submit(desk: Desk, found: SignedObject) -> None:
        outcomes.append(desk.take_in(json.dumps(found.to_json()).encode()).accepted.outcome)

    threads = [threading.Thread(target=submit, args=pair) for pair in zip(desks, objects, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def desks_of(registry: Registry, count: int) -> list[Desk]:
    """Workers of one database, each with its own connections."""
    url = registry.settings.database_url
    port = registry.jury.port()
    return [
        build_desk(registry.settings, open_database(url), clock=registry.clock, witnesses=port)
        for _ in range(count)
    ]


def test_five_countries_publish_at_the_same_moment(registry: Registry) -> None:
    world = registry.world
    objects = [world.next_version("NationalList", country, lambda _: None) for country in COUNTRIES]
    outcomes = together(desks_of(registry, len(objects)), objects)
    assert outcomes == [Outcome.ADDED] * len(objects)
    answer = registry.client.get("/v1/bundle")
    later = registry.clock.now + timedelta(minutes=1)
    view = parse_bundle(answer.content, charter_id=world.charter_id, floor=None, now=later)
    assert {view.subjects[f"NationalList/{country}"][0] for country in COUNTRIES} == {2}


def test_one_object_brought_by_many_is_added_once(registry: Registry) -> None:
    found = registry.world.next_version("HostPolicy", "GA", lambda _: None)
    outcomes = together(desks_of(registry, 5), [found] * 5)
    assert sorted(outcome.value for outcome in outcomes) == ["added"] + ["already_there"] * 4
