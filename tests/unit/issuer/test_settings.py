"""What an operator may set, and what production refuses to start with."""

from pathlib import Path

import pytest

from certes.runtime.refusals import SettingInvalid
from issuer.settings import Settings
from tests.unit.issuer.office import settings

ENVIRONMENT = {
    "CERTES_ISSUER_NETWORK_DOMAIN": "skills.example",
    "CERTES_ISSUER_CHARTER_ID": "sha-256:00",
    "CERTES_ISSUER_REGISTRY_URL": "https://registry.skills.example/",
    "CERTES_ISSUER_COUNTRY": "CM",
    "CERTES_ISSUER_KEY_PASSPHRASE": "correct horse",
    "CERTES_ISSUER_CARD_ADDRESS": "https://verify.skills.example/",
}


def test_the_environment_gives_defaults_for_the_rest() -> None:
    found = Settings.from_environment(ENVIRONMENT)
    assert found.database_url == "sqlite:///data/issuer/issuer.sqlite"
    assert found.key_file == Path("data/issuer/keys.json")
    assert found.registry_url == "https://registry.skills.example"
    assert found.office.key_id == "did:web:skills.example:cm:1#k1"
    assert (found.status_interval_s, found.status_valid_days, found.sandbox) == (300, 35, False)
    assert "correct horse" not in repr(found)


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(SettingInvalid) as refusal:
        Settings.from_environment({**ENVIRONMENT, name: ""})
    assert refusal.value.field == name


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"hosts_mapped": {"a": "http://b"}}, "setting_only_in_development", "CERTES_ISSUER_HOSTS_MAPPED"),
        ({"registry_url": "http://r"}, "setting_only_in_development", "CERTES_ISSUER_REGISTRY_URL"),
        ({"card_address": "http://r"}, "setting_only_in_development", "CERTES_ISSUER_CARD_ADDRESS"),
        ({"card_address": "https://r/#"}, "setting_address_has_fragment", "CERTES_ISSUER_CARD_ADDRESS"),
        ({"country": "cm"}, "setting_not_country", "CERTES_ISSUER_COUNTRY"),
    ],
)
def test_production_refuses(tmp_path: Path, change: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(SettingInvalid) as refusal:
        settings(tmp_path, "sha-256:00", **change)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_the_development_profile_may_map_hosts(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        "sha-256:00",
        development=True,
        registry_url="http://127.0.0.1:1",
        card_address="http://127.0.0.1:2/",
        hosts_mapped={"skills.example": "http://127.0.0.1:1"},
    )
    assert found.development
