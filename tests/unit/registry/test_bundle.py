"""The bundle and its checkpoint: verified, fresh, never going back, and the same for every reader."""

import gzip
import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from certes.runtime.database import open_database
from certes.runtime.refusals import Busy
from certes.trust.bundle import Floor, TrustView, parse_bundle
from registry.admission import accept
from registry.app import build_desk
from registry.desk import Desk
from registry.log.store_sql import CheckpointRow, CosignatureRow, LeafRow, NodeRow, StateRow
from tests.unit.registry.conftest import PASSPHRASE, Registry, restarted, write_log_key
from tests.world import NOW, World
from tests.world_data import Payload


def nothing(_payload: Payload) -> None:
    """A next version with the same content."""


def registry_desk(registry: Registry) -> Desk:
    """Another worker's parts, on the same database."""
    database = open_database(registry.settings.database_url)
    return build_desk(registry.settings, database, clock=registry.clock, witnesses=registry.jury.port())


def view_of(registry: Registry, floor: Floor | None = None) -> TrustView:
    """The bundle as a verifier takes it."""
    answer = registry.client.get("/v1/bundle")
    assert answer.status_code == 200
    charter_id = registry.world.charter_id
    return parse_bundle(answer.content, charter_id=charter_id, floor=floor, now=registry.clock.now)


def test_a_verifier_accepts_what_is_served(registry: Registry) -> None:
    view = view_of(registry)
    assert view.registry.national.keys() == {"CM", "CG", "CD", "CF", "GA"}
    assert view.as_of == NOW
    assert view.objects.keys() == {each.object_id for each in registry.world.objects}


def test_the_registry_serves_the_bytes_that_the_world_expects(registry: Registry) -> None:
    expected = registry.world.bundle(now=NOW)
    assert json.loads(registry.client.get("/v1/bundle").content) == json.loads(expected)


def test_an_empty_registry_says_that_it_has_nothing(empty: Registry) -> None:
    answer = empty.client.get("/v1/bundle")
    assert (answer.status_code, answer.json()["code"]) == (404, "registry_empty")
    health = empty.client.get("/healthz").json()
    assert (health["status"], health["position"], health["as_of"]) == ("empty", 0, None)


def test_each_new_object_is_in_the_next_bundle_above_the_last_floor(registry: Registry) -> None:
    before = view_of(registry)
    world = registry.world.revised("NationalList", "GA", nothing)
    registry.clock.pass_time(minutes=3)
    registry.submit(world.later[0])
    after = view_of(registry, before.floor())
    assert after.subjects["NationalList/GA"] == (2, world.later[0].object_id)
    assert after.as_of == NOW + timedelta(minutes=3)
    assert after.tree.size == before.tree.size + 1


def test_every_charter_stays_in_the_bundle(registry: Registry) -> None:
    world = registry.world.revised("Charter", "", nothing)
    assert registry.submit(world.later[0]).status_code == 201
    ids = view_of(registry).objects.keys()
    assert {world.charter_id, world.later[0].object_id} <= ids


def test_the_bundle_has_a_strong_etag_for_each_encoding(registry: Registry) -> None:
    plain = registry.client.get("/v1/bundle", headers={"Accept-Encoding": "identity"})
    packed = registry.client.get("/v1/bundle", headers={"Accept-Encoding": "gzip"})
    assert plain.content == packed.content  # the client unpacks
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert len({plain.headers["etag"], packed.headers["etag"]}) == 2
    for answer, encoding in ((plain, "identity"), (packed, "gzip")):
        assert not answer.headers["etag"].startswith("W/")
        assert answer.headers["vary"] == "Accept-Encoding"
        headers = {"Accept-Encoding": encoding, "If-None-Match": f'"other", {answer.headers["etag"]}'}
        again = registry.client.get("/v1/bundle", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]


def test_a_static_mirrors_name_gives_the_same_file(registry: Registry) -> None:
    one, other = registry.client.get("/v1/bundle"), registry.client.get("/v1/bundle.json")
    assert (one.content, one.headers["etag"]) == (other.content, other.headers["etag"])
    assert "max-age" in one.headers["cache-control"]
    assert one.headers["access-control-allow-origin"] == "*"


def test_the_witnesses_vouch_again_when_it_is_long_ago(registry: Registry) -> None:
    first = view_of(registry)
    registry.clock.pass_time(minutes=59)
    registry.desk.sealing.turn(timedelta(hours=1))
    assert view_of(registry).as_of == NOW
    registry.clock.pass_time(minutes=1)
    registry.desk.sealing.turn(timedelta(hours=1))
    fresh = view_of(registry, first.floor())
    assert fresh.as_of == NOW + timedelta(hours=1)
    assert (fresh.objects.keys(), fresh.tree) == (first.objects.keys(), first.tree)


def test_workers_on_one_store_serve_the_same_bytes(registry: Registry) -> None:
    other = restarted(registry)
    assert other.client.get("/v1/bundle").content == registry.client.get("/v1/bundle").content
    world = registry.world.revised("HostPolicy", "GA", nothing)
    assert other.submit(world.later[0]).status_code == 201
    assert other.client.get("/v1/bundle").content == registry.client.get("/v1/bundle").content


def test_a_clock_that_was_set_back_makes_no_bundle_go_back(registry: Registry) -> None:
    before = view_of(registry)
    registry.clock.pass_time(hours=-5)
    registry.submit(registry.world.revised("NationalList", "GA", nothing).later[0])
    answer = registry.client.get("/v1/bundle")
    charter_id = registry.world.charter_id
    after = parse_bundle(answer.content, charter_id=charter_id, floor=before.floor(), now=NOW)
    assert after.as_of == NOW


def test_an_object_that_a_crash_left_without_checkpoint_gets_one(registry: Registry) -> None:
    desk = registry_desk(registry)
    found = registry.world.revised("NationalList", "GA", nothing).later[0]
    accept(json.dumps(found.to_json()).encode(), gate=desk.gate, now=registry.clock.now)
    assert view_of(registry).subjects["NationalList/GA"][0] == 1
    registry.desk.sealing.turn(timedelta(hours=1))
    assert view_of(registry).subjects["NationalList/GA"][0] == 2


def test_a_registry_with_a_foreign_log_key_takes_and_signs_nothing(
    registry: Registry, tmp_path: Path
) -> None:
    write_log_key(tmp_path / "foreign.json", bytes(32))
    other = restarted(registry, log_key_file=tmp_path / "foreign.json")
    with other.client:
        answer = other.submit(registry.world.revised("NationalList", "GA", nothing).later[0])
        assert (answer.status_code, answer.json()["code"]) == (503, "log_key_not_in_charter")
        with pytest.raises(Busy) as caught:
            other.desk.sealing.seal()
        assert caught.value.code == "log_key_not_in_charter"
        assert other.client.get("/v1/bundle").status_code == 200  # what was signed before still stands


def test_the_timer_seals_while_the_registry_runs(registry: Registry) -> None:
    registry.clock.pass_time(hours=2)
    with restarted(registry).client as client:
        for _ in range(100):
            as_of = client.get("/healthz").json()["as_of"]
            if as_of == "2026-11-20T10:00:00Z":
                break
            time.sleep(0.05)
        assert as_of == "2026-11-20T10:00:00Z"
    assert PASSPHRASE not in repr(registry.settings)


def test_the_packed_bundle_is_whole(registry: Registry) -> None:
    published = registry_desk(registry).published()
    assert gzip.decompress(published.document.gzip) == published.bundle
    assert World().charter_id in published.view.objects


def test_what_was_stored_before_there_was_a_log_is_logged_at_the_next_start(registry: Registry) -> None:
    """By the times at which it came in: the tree is the one that the witnesses know."""
    database = open_database(registry.settings.database_url)
    with database.writing() as session:
        for table in (CosignatureRow, CheckpointRow, LeafRow, NodeRow, StateRow):
            session.connection().execute(sa.delete(table))
    database.close()
    again = restarted(registry)
    with again.client:
        again.clock.pass_time(minutes=1)
        again.renew()
        assert [entry.encode() for entry in view_of(again).entries] == [
            entry.encode() for entry in registry.world.entries
        ]
