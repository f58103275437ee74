"""A real registry killed fifty times while it takes objects in: nothing is lost or doubled, and everything
that a witness ever signed is still in the history of the log."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from certes.runtime.clock import system_clock
from certes.runtime.database import open_database
from certes.runtime.problems import install_problems
from certes.trust.bundle import parse_bundle
from certes.trust.translog.merkle import tree_root
from registry.log.store_sql import SqlLogStore
from registry.store_sql import SqlStore
from tests.journeys.free_ports import free_run_of_ports
from tests.unit.registry.conftest import PASSPHRASE
from tests.unit.registry.witnesses import Jury, Memory
from tests.world import World
from tests.world_data import COUNTRIES, host_policy
from witness.desk import Witness, logs_of
from witness.http import witness_routes
from witness.store import Held

KILLS = 50
ORIGIN = "skills.example/log"
SERVE = "import sys; from certes.cli import main; sys.argv[0] = 'certes'; main()"
WORLD = World()


@dataclass
class Recording(Memory):
    """What witnesses hold, and all that they ever held."""

    ever: list[Held] = field(default_factory=list)

    def advance(self, new: Held, *, past: Held | None) -> bool:
        """Kept before it is signed."""
        done = super().advance(new, past=past)
        if done:
            self.ever.append(new)
        return done


@contextmanager
def witnesses(jury: Jury, port: int) -> Iterator[None]:
    """All of them on one port."""
    app = FastAPI()
    install_problems(app)
    for at, signer in enumerate(jury.signers.values()):
        found = Witness(signer, logs_of(jury.log_keys), jury.memory, jury.clock)
        app.include_router(witness_routes(found), prefix=f"/{at}")
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield
    server.should_exit = True
    thread.join(timeout=10)


class Countries:
    """Everybody publishing without a pause. `accepted` are the ids that were answered with 200 or 201."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.accepted: set[str] = set()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._publish, args=(code,)) for code in COUNTRIES]

    def __enter__(self) -> "Countries":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _publish(self, code: str) -> None:
        version = 2
        with httpx.Client(base_url=self._base, trust_env=False, timeout=10) as client:
            while not self._over.is_set():
                found = WORLD.sign("HostPolicy", code, host_policy(code), version=version)
                with suppress(httpx.HTTPError):
                    answer = client.post("/v1/objects", json=found.to_json())
                    assert answer.status_code in (200, 201, 503), answer.text
                    if answer.is_success:
                        self.accepted.add(found.object_id)
                        version += 1
                        continue
                time.sleep(0.02)


def environment(folder: Path, key_file: Path, jury: Jury, witness_port: int) -> dict[str, str]:
    addresses = ",".join(f"{name}=http://127.0.0.1:{witness_port}/{at}" for at, name in enumerate(jury.names))
    given = {
        "NETWORK_DOMAIN": "skills.example",
        "CHARTER_ID": WORLD.charter_id,
        "REGISTRY_URL": "http://127.0.0.1",
        "DATA_DIR": str(folder),
        "LOG_KEY_FILE": str(key_file),
        "LOG_KEY_PASSPHRASE": PASSPHRASE,
        "DEVELOPMENT": "yes",
        "WITNESS_ADDRESSES": addresses,
    }
    return {"PATH": os.environ["PATH"]} | {f"CERTES_REGISTRY_{name}": value for name, value in given.items()}


def start(port: int, variables: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", SERVE, "registry", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=variables, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None
        with suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200:
                return process
        time.sleep(0.02)
    raise AssertionError("the registry did not come up")


@pytest.mark.full
def test_killed_fifty_times_it_loses_nothing_doubles_nothing_and_forks_nothing(
    tmp_path: Path, log_key_file: Path
) -> None:
    port, chance = free_run_of_ports(2), random.Random(7)
    memory = Recording()
    jury = Jury(system_clock, memory=memory)
    variables = environment(tmp_path, log_key_file, jury, port + 1)
    with witnesses(jury, port + 1):
        process = start(port, variables)
        for found in WORLD.objects:
            raw = json.dumps(found.to_json()).encode()
            headers = {"Content-Type": "application/json"}
            url = f"http://127.0.0.1:{port}/v1/objects"
            assert httpx.post(url, content=raw, headers=headers, trust_env=False).status_code == 201
        with Countries(f"http://127.0.0.1:{port}") as countries:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.05, 0.6))
                process.send_signal(signal.SIGKILL)
                process.wait()
                process = start(port, variables)
            time.sleep(1)
        bundle = httpx.get(f"http://127.0.0.1:{port}/v1/bundle", trust_env=False).content
        process.kill()
        process.wait()
    database = open_database(f"sqlite:///{tmp_path}/registry.sqlite")
    log = SqlLogStore(database, origin=ORIGIN)  # refuses a damaged tree
    stored = SqlStore(database, origin=ORIGIN).objects()
    assert [each.position for each in stored] == list(range(1, log.state().size + 1))
    ids = [each.id for each in stored]
    assert len(set(ids)) == len(ids)
    assert countries.accepted <= set(ids)
    assert len(countries.accepted) > KILLS
    assert len(memory.ever) > 6 * KILLS
    assert {each.root == tree_root(each.size, log.read) for each in memory.ever} == {True}
    assert memory.lies == []
    view = parse_bundle(bundle, charter_id=WORLD.charter_id, floor=None, now=system_clock())
    assert view.tree.size > len(WORLD.objects) + KILLS
