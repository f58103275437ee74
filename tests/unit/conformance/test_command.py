"""`certes conformance`: loopback alone, never beside a service in use, one line of JSON when it listens."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from certes.cli import build
from certes.commands.conformance import SERVICES
from certes.runtime.settings import production_settings

ROOT = Path(__file__).parents[3]
CERTES = "import sys; from certes.cli import main; sys.argv[0] = 'certes'; sys.exit(main())"


@pytest.mark.parametrize("service", SERVICES)
def test_it_does_not_start_beside_a_service_in_use(service: str) -> None:
    refused = CliRunner().invoke(
        build(["conformance"]), ["conformance", "--port", "0"], env={service + "DATA_DIR": "x"}
    )
    assert refused.exit_code == 2
    assert service + "DATA_DIR" in refused.stderr


def test_only_a_service_s_own_development_profile_lets_it_start() -> None:
    one, other = SERVICES[:2]
    held = {one + "DATA_DIR": "x", one + "DEVELOPMENT": "yes"}
    assert production_settings(SERVICES, held) == ()
    assert production_settings(SERVICES, held | {other + "DATA_DIR": "x"}) == (other + "DATA_DIR",)
    assert production_settings(SERVICES, held | {one + "DEVELOPMENT": "no"}) == (
        one + "DATA_DIR",
        one + "DEVELOPMENT",
    )
    assert production_settings(SERVICES, {"PATH": "x"}) == ()


def test_there_is_no_way_to_listen_elsewhere() -> None:
    shown = re.findall(
        r"--[a-z-]+", CliRunner().invoke(build(["conformance"]), ["conformance", "--help"]).output
    )
    assert set(shown) == {"--port", "--help"}


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = CliRunner().invoke(
            build(["conformance"]), ["conformance", "--port", str(taken.getsockname()[1])]
        )
    assert refused.exit_code == 2


def test_it_serves_https_with_its_own_certificate_and_ends_on_a_signal() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CERTES_")}
    process = subprocess.Popen(
        [sys.executable, "-c", CERTES, "conformance", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None:
            raise AssertionError("no output")
        printed = json.loads(process.stdout.readline())
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        did = printed["issuers"]["eddsa-rdfc-2022"]["did"]
        url = f"{printed['base']}{printed['didResolver']}/{did}"
        answer = httpx.get(url, verify=context, timeout=10, trust_env=False)
        assert answer.json()["didDocument"]["id"] == did
    finally:
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert (rest, errors) == ("", "")
    assert process.returncode in (0, 130, -signal.SIGINT)
