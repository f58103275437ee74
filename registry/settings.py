"""What an operator decides about a registry, from CERTES_REGISTRY_... or given by a caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from certes.credential.identifiers import Network
from certes.credential.status.bitstring import MAX_BYTES
from certes.runtime.key_places import FilePlace, Place, token_of
from certes.runtime.pkcs11_token import TokenPlace
from certes.runtime.refusals import SettingInvalid
from certes.runtime.settings import Environment
from registry.log.witnesses import DEFAULT_TIMEOUT_S
from registry.log_reader import MAX_OBJECT_BYTES
from registry.quota import DEFAULT_COUNTRY_LOG_BYTES
from registry.status_lists import DEFAULT_LIST_BYTES, DEFAULT_LISTS

PREFIX = "CERTES_REGISTRY_"
DEFAULT_CHECKPOINT_INTERVAL_S = 3600  # an hour: hosts allow days, and a log that stands still is soon seen
MAX_NETWORK_NUMBER = 255


@dataclass(frozen=True)
class Settings:
    """A registry's configuration. `log_key_passphrase` never shows in a repr."""

    network: Network
    charter_id: str  # "sha-256:<hex>", the id of the network's first charter
    registry_url: str  # where this registry is reached from outside
    data_dir: Path
    database_url: str
    log_key_file: Path
    log_key_passphrase: str = field(repr=False)
    log_key_id: int = 1
    checkpoint_interval_s: int = DEFAULT_CHECKPOINT_INTERVAL_S
    witness_addresses: Mapping[str, str] = field(default_factory=dict)  # {name in the charter: https://...}
    witness_timeout_s: int = DEFAULT_TIMEOUT_S
    country_log_bytes: int = DEFAULT_COUNTRY_LOG_BYTES  # all versions of all that a country signs
    status_lists: int = DEFAULT_LISTS  # of an issuer, for each purpose
    status_list_bytes: int = DEFAULT_LIST_BYTES  # of one list, unpacked
    log_key_token: TokenPlace | None = None  # where the log key is in a hardware security module
    development: bool = False
    hosts_mapped: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.development:
            return
        if self.hosts_mapped:
            raise SettingInvalid("setting_only_in_development", field=f"{PREFIX}HOSTS_MAPPED")
        if not self.registry_url.startswith("https://"):
            raise SettingInvalid("setting_only_in_development", field=f"{PREFIX}REGISTRY_URL")
        if not all(url.startswith("https://") for url in self.witness_addresses.values()):
            raise SettingInvalid("setting_only_in_development", field=f"{PREFIX}WITNESS_ADDRESSES")

    @property
    def key_place(self) -> Place:
        """Where the log key is: the token, if one is set."""
        return self.log_key_token or FilePlace(self.log_key_file, self.log_key_passphrase)


def from_environment(values: Mapping[str, str] | None = None) -> Settings:
    """Read the variables. Raises SettingInvalid naming the one at fault."""
    environment = Environment(PREFIX, values)
    data_dir = _data_dir(environment)
    token = token_of(environment, "LOG_KEY")
    return Settings(
        network=Network(
            environment.integer("NETWORK_NUMBER", 0, maximum=MAX_NETWORK_NUMBER),
            environment.text("NETWORK_DOMAIN"),
        ),
        charter_id=environment.text("CHARTER_ID"),
        registry_url=environment.text("REGISTRY_URL"),
        data_dir=data_dir,
        database_url=environment.secret("DATABASE_URL", f"sqlite:///{data_dir}/registry.sqlite"),
        log_key_file=log_key_file(environment),
        log_key_passphrase=environment.secret("LOG_KEY_PASSPHRASE", None if token is None else ""),
        log_key_token=token,
        log_key_id=environment.integer("LOG_KEY_ID", 1, minimum=1),
        checkpoint_interval_s=environment.integer(
            "CHECKPOINT_INTERVAL_S", DEFAULT_CHECKPOINT_INTERVAL_S, minimum=1, maximum=7 * 24 * 3600
        ),
        witness_addresses=environment.pairs("WITNESS_ADDRESSES"),
        witness_timeout_s=environment.integer("WITNESS_TIMEOUT_S", DEFAULT_TIMEOUT_S, minimum=1, maximum=120),
        country_log_bytes=environment.integer(
            "COUNTRY_LOG_BYTES", DEFAULT_COUNTRY_LOG_BYTES, minimum=MAX_OBJECT_BYTES, maximum=2**40
        ),
        status_lists=environment.integer("STATUS_LISTS", DEFAULT_LISTS, minimum=1, maximum=10_000),
        status_list_bytes=environment.integer(
            "STATUS_LIST_BYTES", DEFAULT_LIST_BYTES, minimum=DEFAULT_LIST_BYTES, maximum=MAX_BYTES
        ),
        development=environment.flag("DEVELOPMENT"),
        hosts_mapped=environment.pairs("HOSTS_MAPPED"),
    )


def log_key_file(environment: Environment) -> Path:
    """Where the log key is kept: known before anything else is set, since the charter must name the key."""
    return environment.path("LOG_KEY_FILE", str(_data_dir(environment) / "log-key.json"))


def _data_dir(environment: Environment) -> Path:
    return environment.path("DATA_DIR", "data/registry")
