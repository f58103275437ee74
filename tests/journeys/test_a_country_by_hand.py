"""A network made from nothing with the commands alone, as docs/operate.md tells it, up to a verdict."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.demo_process import CERTES, ROOT, answers
from tests.journeys.free_ports import free_run_of_ports

PASSPHRASES = {
    "CERTES_MEMBER_PASSPHRASE": "member",
    "CERTES_REGISTRY_LOG_KEY_PASSPHRASE": "log",
    "CERTES_ISSUER_KEY_PASSPHRASE": "issuer",
    "CERTES_WITNESS_KEY_PASSPHRASE": "witness",
}
COUNTRIES = ("CM", "GA")


class Hand:
    """Somebody at a terminal, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            **PASSPHRASES,
        }

    def certes(self, *words: str, expect: int = 0) -> str:
        """Type a command; its standard output."""
        done = subprocess.run(
            [*CERTES, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout.strip()

    def write(self, name: str, payload: dict[str, Any]) -> str:
        """Edit a file."""
        (self.folder / name).write_text(json.dumps(payload, ensure_ascii=False), encoding="utf-8")
        return name

    def signed(self, kind: str, payload: dict[str, Any], countries: tuple[str, ...], version: int = 1) -> str:
        """Two custodians of each country sign, one after the other."""
        out = f"{kind}-{'-'.join(countries)}.json"
        keys = [f"{country}-{number}.key" for country in countries for number in (1, 2)]
        source = self.write(f"payload-{out}", payload)
        self.certes(
            "member",
            "sign",
            source,
            "--type",
            kind,
            "--version",
            str(version),
            "--key",
            keys[0],
            "--out",
            out,
        )
        for key in keys[1:]:
            self.certes("member", "countersign", out, "--key", key, "--out", out)
        return out

    @contextmanager
    def serving(self, service: str, port: int) -> Iterator[None]:
        """Run a service until the block ends."""
        command = [*CERTES, service, "serve", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stderr=subprocess.DEVNULL)
        try:
            for _ in range(300):
                if answers(f"http://127.0.0.1:{port}/healthz"):
                    break
                assert process.poll() is None, f"{service} ended with {process.returncode}"
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


WITNESS = "witness.skills.example/cm"


def _charter(hand: Hand, keys: dict[str, list[str]], log_key: str, witness_key: str) -> str:
    payload = json.loads(hand.certes("member", "example", "Charter"))
    payload["members"] = [{"country": code, "keys": keys[code], "threshold": 2} for code in COUNTRIES]
    payload["logKeys"] = [log_key]
    payload["witnesses"] = [{"name": WITNESS, "key": witness_key, "country": "CM"}]
    payload |= {"quorum": 1, "bodies": []}
    return hand.signed("Charter", payload, COUNTRIES)


def _objects(hand: Hand, issuer_key: str) -> list[str]:
    """Cameroon's list with its issuer, both countries' policies, an agreement between the two."""
    listed = json.loads(hand.certes("member", "example", "NationalList"))
    listed["issuers"][0]["keys"][0]["publicKeyMultibase"] = issuer_key
    agreement = json.loads(hand.certes("member", "example", "Agreement"))
    for part in ("parties", "levelMap", "authorities"):
        agreement[part] = [entry for entry in agreement[part] if entry["country"] in COUNTRIES]
    policy = json.loads(hand.certes("member", "example", "HostPolicy"))
    return [
        hand.signed("NationalList", listed, ("CM",)),
        *(hand.signed("HostPolicy", policy | {"country": code}, (code,)) for code in COUNTRIES),
        hand.signed("Agreement", agreement, COUNTRIES),
    ]


@pytest.mark.full
def test_a_stranger_makes_a_network_and_a_certificate_counts_abroad(tmp_path: Path) -> None:
    base = free_run_of_ports(4)
    registry, issuer, verifier, witness = (f"http://127.0.0.1:{base + at}" for at in range(4))
    hand = Hand(tmp_path)
    keys = {
        code: [hand.certes("member", "key", "create", f"{code}-{number}.key") for number in (1, 2, 3)]
        for code in COUNTRIES
    }
    log_key = hand.certes("registry", "key", "create")
    issuer_key = hand.certes("issuer", "key", "create").split()[1]
    witness_key = hand.certes("witness", "key", "create", "--name", WITNESS, "witness.json").split()[2]
    charter = _charter(hand, keys, log_key, witness_key)
    charter_id = hand.certes("member", "check", charter).splitlines()[1]
    for service in ("REGISTRY", "ISSUER", "VERIFIER"):
        hand.environment |= {
            f"CERTES_{service}_CHARTER_ID": charter_id,
            f"CERTES_{service}_NETWORK_DOMAIN": "skills.example",
            f"CERTES_{service}_REGISTRY_URL": registry,
            f"CERTES_{service}_DEVELOPMENT": "yes",
            f"CERTES_{service}_HOSTS_MAPPED": f"skills.example={registry}",
        }
    hand.environment |= {
        "CERTES_WITNESS_NAMES": f"{WITNESS}=1",
        "CERTES_WITNESS_LOGS": hand.certes("registry", "key", "show").split()[1],
        "CERTES_WITNESS_KEY_FILE": "witness.json",
        "CERTES_REGISTRY_WITNESS_ADDRESSES": f"{WITNESS}={witness}",
        "CERTES_ISSUER_COUNTRY": "CM",
        "CERTES_ISSUER_CARD_ADDRESS": f"{verifier}/",
        "CERTES_VERIFIER_DEFAULT_COUNTRY": "GA",
    }
    objects = _objects(hand, issuer_key)
    with ExitStack() as services:
        services.enter_context(hand.serving("witness", base + 3))
        services.enter_context(hand.serving("registry", base))
        for name in (charter, *objects):
            hand.certes("member", "check", name, "--charter", charter)
        said = hand.certes("registry", "submit", charter, *objects, "--registry", registry)
        assert [json.loads(line)["published"] for line in said.splitlines()] == [True] * (len(objects) + 1)
        services.enter_context(hand.serving("issuer", base + 1))
        key = hand.certes("issuer", "api-key", "create", "--body", "CFM").splitlines()[0]
        number = _certify(issuer, key)
        picture = httpx.get(
            f"{issuer}/v1/credentials/{number}.png",
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
        )
        services.enter_context(hand.serving("verifier", base + 2))
        assert _state(verifier, picture.content) == "recognised"


def _certify(issuer: str, key: str) -> str:
    request = {
        "number": "CM-1-2026-000001",
        "trade": {"code": 1204},
        "level": 4,
        "kind": "full",
        "route": "training",
        "centre": 1,
        "awarded_on": "2026-04-10",
        "person": {"name": "NGO BASSA Amina", "birth_date": "1991-08-23"},
    }
    answer = httpx.post(
        f"{issuer}/v1/certifications",
        json=request,
        headers={"Authorization": f"Bearer {key}"},
        trust_env=False,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


def _state(verifier: str, picture: bytes) -> str:
    """Lists travel on timers: asked until the verifier has them."""
    for _ in range(60):
        answer = httpx.post(
            f"{verifier}/v1/verifications", files={"file": picture}, timeout=30, trust_env=False
        )
        state = str(answer.json().get("state", answer.text))
        if state not in ("stale", "cannot_tell", "unknown_issuer", "None"):
            return state
    return state


@pytest.mark.parametrize("signers", [("CM-1.key",), ("CM-1.key", "GA-1.key")])
def test_too_few_signatures_are_said_country_by_country(tmp_path: Path, signers: tuple[str, ...]) -> None:
    hand = Hand(tmp_path)
    keys = {
        code: [hand.certes("member", "key", "create", f"{code}-{number}.key") for number in (1, 2)]
        for code in COUNTRIES
    }
    payload = json.loads(hand.certes("member", "example", "Charter"))
    payload["members"] = [{"country": code, "keys": keys[code], "threshold": 2} for code in COUNTRIES]
    hand.write("payload.json", payload)
    hand.certes(
        "member", "sign", "payload.json", "--type", "Charter", "--key", signers[0], "--out", "charter.json"
    )
    for key in signers[1:]:
        hand.certes("member", "countersign", "charter.json", "--key", key, "--out", "charter.json")
    said = hand.certes("member", "check", "charter.json", expect=1)
    assert "CM: 1 of 2 signatures" in said
    assert f"GA: {len(signers) - 1} of 2 signatures" in said


def test_the_command_line_names_a_wrong_passphrase(tmp_path: Path) -> None:
    hand = Hand(tmp_path)
    hand.certes("member", "key", "create", "one.key")
    hand.environment["CERTES_MEMBER_PASSPHRASE"] = "other"
    hand.certes("member", "key", "show", "one.key", expect=1)
