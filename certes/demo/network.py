"""Bring the network up: keys, charter, registry, issuers, verifiers, and the objects that countries sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import orjson

from certes.credential.errors import Misuse
from certes.credential.identifiers import key_id
from certes.credential.keys import Ed25519Signer, PublicKey
from certes.demo import objects
from certes.demo.accession import next_charter, of_the_newcomer
from certes.demo.cases import new_case_signers
from certes.demo.illustration import COUNTRIES, FOUNDERS, NETWORK
from certes.demo.objects import Issuers
from certes.demo.services import HOST, Ports, Servers, folder, health, url, wait_until
from certes.demo.standards import new_body_signers
from certes.demo.witnesses import SetClock, start_witnesses, witness_addresses
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
FOUNDED, JOINED = timedelta(days=60), timedelta(days=30)  # ago; a notice period of 14 days is over
TIMER_S = 5  # everything travels on timers; in the demonstration they are short


@dataclass(frozen=True)
class Running:
    """The network at work."""

    ports: Ports
    servers: Servers
    key_files: dict[str, KeyFile]  # by country, of its issuer
    cases: dict[str, Ed25519Signer]  # certes.demo.cases, by name
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
    servers, clock = Servers(), SetClock()
    log_keys = create_key_file(root / "registry" / "log-key.json", PASSPHRASE)
    key_files = {
        code: create_key_file(root / f"issuer-{code}" / "keys.json", PASSPHRASE) for code in countries()
    }
    cases = new_case_signers()
    issuers_listed = Issuers(
        {code: _public(key_files[code], key_id(NETWORK, code, 1, 1)).multikey for code in countries()},
        {code: url(port) for code, port in ports.issuers.items()},
        {name: signer.public_key.multikey for name, signer in cases.items()},
    )
    log_key = _public(log_keys, "")
    witness_keys = start_witnesses(root, ports, servers, log_key=log_key, clock=clock)
    charter_id = _found(root, ports, servers, log_key, witness_keys, issuers_listed, clock)
    issuers = {code: build_issuer(_issuer(root, ports, code, charter_id)) for code in countries()}
    verifiers = {code: build_verifier(_verifier(root, ports, code, charter_id)) for code in VERIFIERS}
    for code, app in issuers.items():
        servers.start(app, ports.issuers[code])
    for code, app in verifiers.items():
        servers.start(app, ports.verifiers[code])
    wait_until("issuers and verifiers", lambda: _all_ready(ports))
    return Running(
        ports,
        servers,
        key_files,
        cases,
        {code: app.state.service for code, app in issuers.items()},
        {code: app.state.parts for code, app in verifiers.items()},
    )


def _found(
    root: Path,
    ports: Ports,
    servers: Servers,
    log_key: PublicKey,
    witness_keys: Mapping[str, str],
    issuers: Issuers,
    clock: SetClock,
) -> str:
    """The network's history, told by the clock: founded, joined by a sixth country, and then it is today. The
    first charter's id."""
    custodians, body = objects.new_custodians(), new_body_signers()
    founders = custodians.only(FOUNDERS)
    first = objects.charter(
        founders,
        log_key=log_key.multikey,
        witness_keys={code: witness_keys[code] for code in founders.of},
    )
    app = build_registry(_registry(root, ports, first.object_id), clock=clock)
    servers.start(app, ports.registry)
    wait_until("registry", lambda: bool(health(ports.registry)))
    clock.set_back(FOUNDED)
    for found in (first, *objects.of_founders(custodians, issuers)):
        _submit(found, ports.registry)
    clock.set_back(JOINED)
    second = next_charter(first, custodians, witness_keys=dict(witness_keys), body=body)
    for found in (second, *of_the_newcomer(custodians, issuers, body=body)):
        _submit(found, ports.registry)
    clock.set_back(timedelta())
    app.state.desk.sealing.turn(timedelta(hours=1))  # what the registry's timer does every hour
    return first.object_id


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
        witness_addresses=witness_addresses(ports),
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
