"""The composition: timers start and stop, what a crash left is finished, an old list is only warned of."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from certes.runtime.signers import create_key_file
from issuer.app import build_app
from issuer.examples import OIL
from issuer.order import write_order
from tests.unit.issuer.office import NOW, charter_and_bundle, order, running, settings


def until(holds: Callable[[], bool]) -> bool:
    """Wait for a timer's turn, ten seconds at most."""
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def test_the_application_starts_from_its_key_file_without_a_network(tmp_path: Path) -> None:
    create_key_file(tmp_path / "keys.json", "passphrase")
    app = build_app(settings(tmp_path, "sha-256:00", registry_url="https://127.0.0.1:9"))
    with TestClient(app) as client:
        assert client.get("/healthz").json()["ready"] is False
        assert until(lambda: client.get("/cm/1/status/revocation/1").status_code == 200)
        assert client.get("/cm/1/did.json").json()["id"] == "did:web:skills.example:cm:1"


def test_a_turn_of_the_timer_finishes_what_a_crash_left(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.store.plan(number=OIL["number"], body="CFM", content=write_order(order()), now=NOW)
        turn = service.client.app.state.service.publish_status  # type: ignore[attr-defined]
        turn()
        assert (
            service.get(f"/v1/credentials/{OIL['number']}").status_code == 404
        )  # a request may be under way
        service.clock[0] = NOW + timedelta(minutes=5)
        turn()
        assert service.get(f"/v1/credentials/{OIL['number']}").json()["state"] == "valid"
        assert service.certify(OIL).status_code == 200


def test_certifying_goes_on_with_an_old_trust_list(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.registry.cut = True
        service.clock[0] = NOW + timedelta(days=20)
        assert service.certify(OIL).status_code == 201


def test_lists_are_published_even_while_a_plan_cannot_be_finished(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.store.plan(number="X-1", body="CFM", content=b'{"not":"an order"}', now=NOW)
        service.clock[0] = NOW + timedelta(minutes=5)
        turn = service.client.app.state.service.publish_status  # type: ignore[attr-defined]
        with pytest.raises(KeyError):
            turn()
        assert len(service.registry.lists) == 3


def test_a_registry_that_comes_late_is_caught_up_with(tmp_path: Path) -> None:
    with running(tmp_path, bundle=False) as service:
        own = service.client.app.state.service  # type: ignore[attr-defined]
        service.registry.cut = True
        assert own.publish_status() == 3
        service.registry.cut = False
        _, service.registry.bundle = charter_and_bundle()
        own.catch_up()
        assert service.client.get("/healthz").json()["ready"] is True
        assert len(service.registry.lists) == 3
