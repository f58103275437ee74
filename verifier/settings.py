"""The verifier's settings: which network, whose question, how often to refresh, how much to open at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from certes.credential.identifiers import Network
from certes.runtime.fetch import Hosts
from certes.runtime.refusals import SettingInvalid
from certes.runtime.settings import Environment
from verifier.question import COUNTRIES

PREFIX = "CERTES_VERIFIER_"
DEFAULT_INTERVAL_S = 300
DEFAULT_READER_WORKERS = 2


@dataclass(frozen=True)
class Settings:
    """How one verifier runs. Raises SettingInvalid where production would be unsafe.

    `network` and `charter_id` are the trust anchor: whoever can change them decides what is genuine.
    `address` is what the address bar reads on this verifier's own pages, `https://verify.skills.example/`.
    `registry_address` is where people read the registry's pages; the pages of this verifier lead there.
    `address_hosts` are the hosts that the network's verifiers really have, for the warning about look-alikes.
    """

    network: Network
    charter_id: str
    registry_url: str
    data_dir: Path
    default_country: str
    development: bool = False
    hosts_mapped: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    address_hosts: frozenset[str] = frozenset()
    registry_address: str = ""
    trust_interval_s: int = DEFAULT_INTERVAL_S
    status_interval_s: int = DEFAULT_INTERVAL_S
    reader_workers: int = DEFAULT_READER_WORKERS

    def __post_init__(self) -> None:
        if self.default_country not in COUNTRIES:
            raise SettingInvalid("setting_country_invalid", field=PREFIX + "DEFAULT_COUNTRY")
        if self.development:
            return
        if self.hosts_mapped:
            raise SettingInvalid("setting_only_in_development", field=PREFIX + "HOSTS_MAPPED")
        if not self.registry_url.startswith("https://"):
            raise SettingInvalid("setting_only_in_development", field=PREFIX + "REGISTRY_URL")
        if self.registry_address and not self.registry_address.startswith("https://"):
            raise SettingInvalid("setting_only_in_development", field=PREFIX + "REGISTRY_ADDRESS")

    @property
    def own_address(self) -> str:
        """`address`, else that of the one known host, else nothing."""
        if self.address or len(self.address_hosts) != 1:
            return self.address
        return "".join(f"https://{host}/" for host in self.address_hosts)

    @property
    def registry_pages(self) -> str:
        """Where people read the registry: `registry_address`; on one machine, the registry itself."""
        return self.registry_address or (self.registry_url if self.development else "")

    @property
    def hosts(self) -> Hosts:
        """The registry, and the network's own domain under which status lists are named."""
        registry = urlsplit(self.registry_url).netloc
        return Hosts(frozenset({registry, self.network.domain}), dict(self.hosts_mapped))


def from_environment(values: Mapping[str, str] | None = None) -> Settings:
    """Settings from CERTES_VERIFIER_... variables. Raises SettingInvalid naming the variable."""
    env = Environment(PREFIX, values)
    return Settings(
        network=Network(env.integer("NETWORK_NUMBER", 0), env.text("NETWORK_DOMAIN")),
        charter_id=env.text("CHARTER_ID"),
        registry_url=env.text("REGISTRY_URL"),
        data_dir=env.path("DATA_DIR", "data/verifier"),
        default_country=env.text("DEFAULT_COUNTRY"),
        development=env.flag("DEVELOPMENT"),
        hosts_mapped=env.pairs("HOSTS_MAPPED"),
        address=env.text("ADDRESS", " ").strip(),
        address_hosts=frozenset(filter(None, env.text("ADDRESS_HOSTS", " ").strip().lower().split(","))),
        registry_address=env.text("REGISTRY_ADDRESS", " ").strip(),
        trust_interval_s=env.integer("TRUST_INTERVAL_S", DEFAULT_INTERVAL_S, minimum=1),
        status_interval_s=env.integer("STATUS_INTERVAL_S", DEFAULT_INTERVAL_S, minimum=1),
        reader_workers=env.integer("READER_WORKERS", DEFAULT_READER_WORKERS, minimum=1, maximum=64),
    )
