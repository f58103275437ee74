"""What an operator decides about a registry, from CERTES_REGISTRY_... or given by a caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from certes.credential.identifiers import Network
from certes.runtime.refusals import SettingInvalid
from certes.runtime.settings import Environment

PREFIX = "CERTES_REGISTRY_"
DEFAULT_CHECKPOINT_INTERVAL_S = 3600  # an hour: hosts allow days, and a clock that stands still is soon seen
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
    development: bool = False
    hosts_mapped: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.development:
            return
        if self.hosts_mapped:
            raise SettingInvalid("setting_only_in_development", field=f"{PREFIX}HOSTS_MAPPED")
        if not self.registry_url.startswith("https://"):
            raise SettingInvalid("setting_only_in_development", field=f"{PREFIX}REGISTRY_URL")


def from_environment(values: Mapping[str, str] | None = None) -> Settings:
    """Read the variables. Raises SettingInvalid naming the one at fault."""
    environment = Environment(PREFIX, values)
    data_dir = environment.path("DATA_DIR", "registry-data")
    return Settings(
        network=Network(
            environment.integer("NETWORK_NUMBER", 0, maximum=MAX_NETWORK_NUMBER),
            environment.text("NETWORK_DOMAIN"),
        ),
        charter_id=environment.text("CHARTER_ID"),
        registry_url=environment.text("REGISTRY_URL"),
        data_dir=data_dir,
        database_url=environment.secret("DATABASE_URL", f"sqlite:///{data_dir}/registry.sqlite"),
        log_key_file=environment.path("LOG_KEY_FILE", str(data_dir / "log-key.json")),
        log_key_passphrase=environment.secret("LOG_KEY_PASSPHRASE"),
        log_key_id=environment.integer("LOG_KEY_ID", 1, minimum=1),
        checkpoint_interval_s=environment.integer(
            "CHECKPOINT_INTERVAL_S", DEFAULT_CHECKPOINT_INTERVAL_S, minimum=1, maximum=7 * 24 * 3600
        ),
        development=environment.flag("DEVELOPMENT"),
        hosts_mapped=environment.pairs("HOSTS_MAPPED"),
    )
