"""compose.yaml: of the specification's form, and safe on the machine it starts on."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import issuer.settings
import registry.settings
import verifier.settings
import witness.settings
from certes.trust.translog.notes import KeyUse, NoteKey
from tests.architecture.project import ROOT
from tests.world import World

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_bytes())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
GIVEN = {  # what an operator writes into .env
    "CERTES_NETWORK_DOMAIN": "skills.example",
    "CERTES_REGISTRY_URL": "https://registry.skills.example",
    "CERTES_CARD_ADDRESS": "https://verify.skills.example/",
    "CERTES_CHARTER_ID": "sha-256:" + "0" * 64,
    "CERTES_WITNESS_ADDRESSES": "witness.skills.example/cm=https://cm.example,"
    "witness.skills.example/ga=https://ga.example",
    "CERTES_LOG_KEY": NoteKey("skills.example/log", KeyUse.NOTE, World().log_signer.public_key).vkey,
}

SETTINGS: dict[str, Callable[[Mapping[str, str]], object]] = {
    "registry": registry.settings.from_environment,
    "issuer-cm": issuer.settings.Settings.from_environment,
    "issuer-ga": issuer.settings.Settings.from_environment,
    "verifier": verifier.settings.from_environment,
    "witness-cm": witness.settings.from_environment,
    "witness-ga": witness.settings.from_environment,
}


class Watched(dict[str, str]):
    """An environment that remembers which of its variables were asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """The value, as of any mapping."""
        self.asked.add(key)
        return super().get(key, default)


def environment_of(service: dict[str, Any], secrets: Path) -> dict[str, str]:
    """A service's variables as it will find them, its secrets in a folder of the test's."""
    found = {}
    for name, value in service["environment"].items():
        filled = re.sub(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", lambda m: GIVEN.get(m[1], m[2]), value)
        if filled.startswith("/run/secrets/"):
            path = secrets / filled.removeprefix("/run/secrets/")
            path.write_text("postgresql://name:word@postgres/name", encoding="utf-8")
            filled = str(path)
        found[name] = filled
    return found


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_settings_of_a_service_take_every_variable_it_is_given(name: str, tmp_path: Path) -> None:
    environment = Watched(environment_of(OURS[name], tmp_path))
    SETTINGS[name](environment)
    assert environment.keys() - environment.asked == set()


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_is_handed_the_secrets_that_it_names_and_no_others(name: str) -> None:
    named = {value for value in OURS[name]["environment"].values() if value.startswith("/run/secrets/")}
    assert {f"/run/secrets/{secret}" for secret in OURS[name].get("secrets", [])} == named


def test_it_has_the_form_of_the_compose_specification() -> None:
    schema = json.loads((ROOT / "tests/vectors/compose/compose-spec.json").read_bytes())
    errors = [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(COMPOSE)]
    assert errors == []


def test_it_starts_a_registry_two_issuers_two_witnesses_a_verifier_and_a_database() -> None:
    assert {*SETTINGS, "postgres"} == SERVICES.keys()
    assert SETTINGS.keys() == OURS.keys()


def test_ports_are_published_on_loopback_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_every_lasting_service_has_a_healthcheck() -> None:
    lasting = {name for name, service in SERVICES.items() if service.get("restart") != "no"}
    assert {name for name in lasting if "healthcheck" not in SERVICES[name]} == set()


def test_our_containers_cannot_write_outside_their_volumes_nor_gain_rights() -> None:
    for name, service in OURS.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"].split(":")[0] not in {"0", "root"}, name


def test_no_secret_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if any(word in variable for word in ("PASSWORD", "SECRET", "TOKEN")):
                assert variable.endswith("_FILE"), f"{name}: {variable} = {value}"
