"""Settings: production is strict, and every refusal names the variable."""

from dataclasses import replace

import pytest

from certes.runtime.refusals import SettingInvalid
from verifier.settings import from_environment

VALUES = {
    "NETWORK_DOMAIN": "skills.example",
    "CHARTER_ID": "sha-256:00",
    "REGISTRY_URL": "https://registry.example",
    "DATA_DIR": "/var/lib/certes",
    "DEFAULT_COUNTRY": "GA",
}


def read(**changes: str) -> object:
    return from_environment({f"CERTES_VERIFIER_{name}": value for name, value in (VALUES | changes).items()})


def test_the_smallest_configuration_is_enough() -> None:
    settings = from_environment({f"CERTES_VERIFIER_{name}": value for name, value in VALUES.items()})
    assert settings.network.domain == "skills.example"
    assert settings.hosts.allowed == {"registry.example", "skills.example"}
    assert (settings.address_hosts, settings.own_address) == (frozenset(), "")


def test_known_hosts_are_a_list() -> None:
    settings = from_environment(
        {
            f"CERTES_VERIFIER_{n}": v
            for n, v in (VALUES | {"ADDRESS_HOSTS": "Verify.example,v.example"}).items()
        }
    )
    assert settings.address_hosts == {"verify.example", "v.example"}
    assert settings.own_address == ""
    assert replace(settings, address="https://v.example/").own_address == "https://v.example/"
    assert replace(settings, address_hosts=frozenset({"v.example"})).own_address == "https://v.example/"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"REGISTRY_URL": "http://registry.example"}, "REGISTRY_URL"),
        ({"HOSTS_MAPPED": "skills.example=http://127.0.0.1:8400"}, "HOSTS_MAPPED"),
        ({"DEFAULT_COUNTRY": "Gabon"}, "DEFAULT_COUNTRY"),
        ({"DEFAULT_COUNTRY": "ga"}, "DEFAULT_COUNTRY"),
        ({"READER_WORKERS": "0"}, "READER_WORKERS"),
        ({"STATUS_INTERVAL_S": "soon"}, "STATUS_INTERVAL_S"),
        ({"CHARTER_ID": ""}, "CHARTER_ID"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(changes: dict[str, str], name: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        read(**changes)
    assert refused.value.field == f"CERTES_VERIFIER_{name}"


def test_development_may_use_loopback() -> None:
    read(
        DEVELOPMENT="yes",
        REGISTRY_URL="http://127.0.0.1:8400",
        HOSTS_MAPPED="skills.example=http://127.0.0.1:8400",
    )
