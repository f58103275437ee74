"""What an operator sets. Environment variables begin with CERTES_ISSUER_ (docs/operate.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from certes.credential.achievement import MAX_NUMBER
from certes.credential.identifiers import Network
from certes.runtime.key_places import FilePlace, Place, token_of
from certes.runtime.pkcs11_token import TokenPlace
from certes.runtime.refusals import SettingInvalid
from certes.runtime.settings import Environment
from issuer.accreditation import Office

PREFIX = "CERTES_ISSUER_"
MAX_INTERVAL_S = 86_400  # lists that are signed less than daily are stale everywhere
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """All of them. Durations in the unit their name says."""

    network: Network
    charter_id: str  # the first charter's id, pinned: what everything else is believed from
    registry_url: str
    data_dir: Path  # trust bundle and floor
    database_url: str
    country: str  # ISO 3166-1 alpha-2
    issuer_number: int
    signing_key: int
    key_file: Path
    key_passphrase: str = field(repr=False)
    card_address: str  # printed before `#` and the card's digits
    language: str = "fr"  # official language of the words beside the codes
    status_interval_s: int = 300
    status_valid_days: int = 35
    trust_interval_s: int = 300
    trust_warn_days: int = 7
    sandbox: bool = False
    key_token: TokenPlace | None = None  # where the keys are in a hardware security module, not in the file
    development: bool = False
    hosts_mapped: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Raises SettingInvalid: production never starts with what only the development profile may use."""
        if _COUNTRY.fullmatch(self.country) is None:
            raise SettingInvalid("setting_not_country", field=f"{PREFIX}COUNTRY")
        if "#" in self.card_address:
            raise SettingInvalid("setting_address_has_fragment", field=f"{PREFIX}CARD_ADDRESS")
        if self.development:
            return
        if self.hosts_mapped:
            raise SettingInvalid("setting_only_in_development", field=f"{PREFIX}HOSTS_MAPPED")
        for name, address in (("REGISTRY_URL", self.registry_url), ("CARD_ADDRESS", self.card_address)):
            if not address.startswith("https://"):
                raise SettingInvalid("setting_only_in_development", field=f"{PREFIX}{name}")

    @property
    def key_place(self) -> Place:
        """Where the keys are: the token, if one is set."""
        return self.key_token or FilePlace(self.key_file, self.key_passphrase)

    @property
    def office(self) -> Office:
        """Which issuer this is."""
        return Office(self.network, self.country, self.issuer_number, self.signing_key, self.language)

    @classmethod
    def from_environment(cls, values: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment, or `values` in its place. Raises SettingInvalid naming the variable."""
        environment = Environment(PREFIX, values)
        token = token_of(environment)
        return cls(
            network=Network(
                environment.integer("NETWORK_NUMBER", 0, maximum=MAX_NUMBER),
                environment.text("NETWORK_DOMAIN"),
            ),
            charter_id=environment.text("CHARTER_ID"),
            registry_url=environment.text("REGISTRY_URL").rstrip("/"),
            data_dir=_data_dir(environment),
            database_url=database_url(environment),
            country=environment.text("COUNTRY"),
            issuer_number=environment.integer("ISSUER_NUMBER", 1, minimum=1, maximum=MAX_NUMBER),
            signing_key=environment.integer("SIGNING_KEY", 1, minimum=1, maximum=MAX_NUMBER),
            key_file=key_file(environment),
            key_passphrase=environment.secret("KEY_PASSPHRASE", None if token is None else ""),
            key_token=token,
            card_address=environment.text("CARD_ADDRESS"),
            language=environment.text("LANGUAGE", "fr"),
            status_interval_s=environment.integer(
                "STATUS_INTERVAL_S", 300, minimum=1, maximum=MAX_INTERVAL_S
            ),
            status_valid_days=environment.integer("STATUS_VALID_DAYS", 35, minimum=1, maximum=366),
            trust_interval_s=environment.integer("TRUST_INTERVAL_S", 300, minimum=1, maximum=MAX_INTERVAL_S),
            trust_warn_days=environment.integer("TRUST_WARN_DAYS", 7, minimum=1, maximum=366),
            sandbox=environment.flag("SANDBOX"),
            development=environment.flag("DEVELOPMENT"),
            hosts_mapped=environment.pairs("HOSTS_MAPPED"),
        )


def database_url(environment: Environment) -> str:
    """The database alone: commands about callers need nothing else."""
    return environment.secret("DATABASE_URL", f"sqlite:///{_data_dir(environment)}/issuer.sqlite")


def key_file(environment: Environment) -> Path:
    """The key file alone: it exists before the country, and so the charter, can list its keys."""
    return environment.path("KEY_FILE", f"{_data_dir(environment)}/keys.json")


def _data_dir(environment: Environment) -> Path:
    return environment.path("DATA_DIR", "data/issuer")
