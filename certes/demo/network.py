"""Bring the network up: keys, charter, registry, issuers, verifiers, and the objects that countries sign."""

from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from certes.credential.errors import Misuse
from certes.credential.identifiers import key_id
from certes.credential.keys import PublicKey
from certes.demo import objects
from certes.demo.illustration import COUNTRIES, NETWORK
from certes.demo.services import HOST, Ports, Servers, folder, health, url, wait_until
from certes.runtime.signers import KeyFile, create_key_file
from certes.trust.signing import SignedObject
from issuer.app import Service
from issuer.app import build_app as build_issuer
from issuer.settings import Settings as IssuerSettings
from registry.app import build_app as build_registry
from registry.settings import Settings as RegistrySettings
from verifier.app import Parts
from verifier.app import build_app as build_verifier
from verifier.settings import Settings as VerifierSettings

PASSPHRASE = "demonstration"  # noqa: S105  the key files live as long as this process, in a folder of its own
VERIFIERS = ["GA", "CM"]
TIMER_S = 5  # everything travels on timers; in the demonstration they are short


@dataclass(frozen=True)
class Running:
    """The network at work."""

    ports: Ports
    servers: Servers
    key_files: dict[str, KeyFile]  # by country, of its issuer
    services: dict[str, Service]  # by country, the issuers
    verifiers: dict[str, Parts]  # by country

    def exchange_lists(self) -> None:
        """Do at once what the timers do every few seconds: issuers publish, verifiers fetch."""
        for service in self.services.values():
            service.publish_status()
        for parts in self.verifiers.values():
            parts.status.refresh()


def countries() -> list[str]:
    """The members' codes."""
    return [country.code for country in COUNTRIES]


def bring_up(root: Path, ports: Ports) -> Running:
    """Start everything under `root` and wait until every verifier holds the trust list."""
    servers = Servers()
    log_keys = create_key_file(root / "registry" / "log-key.json", PASSPHRASE)
    key_files = {
        code: create_key_file(root / f"issuer-{code}" / "keys.json", PASSPHRASE) for code in countries()
    }
    custodians = objects.new_custodians()
    charter = objects.charter(custodians, log_key=_public(log_keys, "").multikey)
    servers.start(build_registry(_registry(root, ports, charter.object_id)), ports.registry)
    wait_until("registry", lambda: bool(health(ports.registry)))
    signed = objects.others(
        custodians,
        issuer_keys={
            code: _public(key_files[code], key_id(NETWORK, code, 1, 1)).multikey for code in countries()
        },
        issuer_urls={code: url(port) for code, port in ports.issuers.items()},
    )
    for found in (charter, *signed):
        _submit(found, ports.registry)
    issuers = {code: build_issuer(_issuer(root, ports, code, charter.object_id)) for code in countries()}
    verifiers = {code: build_verifier(_verifier(root, ports, code, charter.object_id)) for code in VERIFIERS}
    for code, app in issuers.items():
        servers.start(app, ports.issuers[code])
    for code, app in verifiers.items():
        servers.start(app, ports.verifiers[code])
    wait_until("issuers and verifiers", lambda: _all_ready(ports))
    return Running(
        ports,
        servers,
        key_files,
        {code: app.state.service for code, app in issuers.items()},
        {code: app.state.parts for code, app in verifiers.items()},
    )


def _public(keys: KeyFile, method: str) -> PublicKey:
    return keys.signer(1, verification_method=method).public_key


def _all_ready(ports: Ports) -> bool:
    return all(
        health(port).get("ready") is True for port in (*ports.issuers.values(), *ports.verifiers.values())
    )


def _submit(found: SignedObject, port: int) -> None:
    answer = httpx.post(
        f"{url(port)}/v1/objects",
        content=orjson.dumps(found.to_json()),
        headers={"Content-Type": "application/json"},
        timeout=30,
        trust_env=False,
    )
    if answer.status_code != httpx.codes.CREATED:
        raise Misuse("demo_object_refused", field=found.type, reason=answer.text[:500])


def _mapped(ports: Ports) -> dict[str, str]:
    return {NETWORK.domain: url(ports.registry)}


def _registry(root: Path, ports: Ports, charter_id: str) -> RegistrySettings:
    home = folder(root, "registry")
    return RegistrySettings(
        network=NETWORK,
        charter_id=charter_id,
        registry_url=url(ports.registry),
        data_dir=home,
        database_url=f"sqlite:///{home}/registry.sqlite",
        log_key_file=home / "log-key.json",
        log_key_passphrase=PASSPHRASE,
        development=True,
        hosts_mapped=_mapped(ports),
    )


def _issuer(root: Path, ports: Ports, code: str, charter_id: str) -> IssuerSettings:
    home = folder(root, f"issuer-{code}")
    return IssuerSettings(
        network=NETWORK,
        charter_id=charter_id,
        registry_url=url(ports.registry),
        data_dir=home,
        database_url=f"sqlite:///{home}/issuer.sqlite",
        country=code,
        issuer_number=1,
        signing_key=1,
        key_file=home / "keys.json",
        key_passphrase=PASSPHRASE,
        card_address=f"{url(ports.verifiers['GA'])}/",
        status_interval_s=TIMER_S,
        trust_interval_s=TIMER_S,
        sandbox=True,
        development=True,
        hosts_mapped=_mapped(ports),
    )


def _verifier(root: Path, ports: Ports, code: str, charter_id: str) -> VerifierSettings:
    return VerifierSettings(
        network=NETWORK,
        charter_id=charter_id,
        registry_url=url(ports.registry),
        data_dir=folder(root, f"verifier-{code}"),
        default_country=code,
        development=True,
        hosts_mapped=_mapped(ports),
        address=f"{url(ports.verifiers[code])}/",
        address_hosts=frozenset(f"{HOST}:{port}" for port in ports.verifiers.values()),
        trust_interval_s=TIMER_S,
        status_interval_s=TIMER_S,
        reader_workers=1,
    )
