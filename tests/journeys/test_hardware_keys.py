"""Keys in a hardware security module do the work of key files: custodians sign, an issuer issues.

The module is SoftHSM, reached by the same settings and addresses as any other.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from certes.commands.credential import app as credential
from certes.commands.member import app as member
from certes.credential.canon.jcs import canonicalize
from certes.credential.keys import P256, P384, KeyType
from certes.credential.proof import ALL_SUITES, verify_proof
from certes.runtime.database import migrate, open_database
from certes.runtime.fetch import Fetcher
from certes.runtime.key_places import open_keys
from certes.runtime.pkcs11_keys import TokenKeys
from certes.runtime.refusals import SettingInvalid
from certes.trust.bundle import parse_bundle
from certes.trust.translog.checkpoints import TreeHead, is_signed_by_log, sign_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.merkle import EMPTY_ROOT
from certes.trust.translog.notes import KeyUse, NoteKey, NoteSigner
from issuer.app import build_app
from issuer.callers import create_api_key
from issuer.cli import app as issuer_commands
from issuer.examples import OIL
from issuer.settings import Settings
from issuer.store_sql import SqlStore
from registry.settings import from_environment as registry_settings
from tests.softhsm import SoftToken, fresh_token
from tests.unit.issuer import office
from tests.unit.verifier.scene import NoImages, Trust
from verifier.evidence import Sources
from verifier.question import Question
from verifier.result import Outcome
from verifier.status_cache import StatusCache
from verifier.verification import Desk, read_text, verify
from witness.app import signers_of
from witness.cli import app as witness_commands
from witness.settings import from_environment as witness_settings

STATEMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:i",
    "credentialSubject": {"id": "did:example:s"},
}


class Desks:
    """A country's custodians at the offline desk, in one folder."""

    def __init__(self, folder: Path, token: SoftToken) -> None:
        self.folder = folder
        self.environment = {
            "CERTES_MEMBER_KEY_PIN": token.pin,
            "CERTES_MEMBER_PKCS11_MODULE": token.module,
            "CERTES_MEMBER_PASSPHRASE": "a file's passphrase",
        }

    def member(self, *words: str, expect: int = 0) -> str:
        """Type a command; what it printed."""
        done = CliRunner().invoke(member, list(words), env=self.environment)
        assert done.exit_code == expect, done.output
        return done.stdout.strip()

    def file(self, name: str, payload: Mapping[str, Any] | None = None) -> str:
        """A file in the folder, with this in it."""
        path = self.folder / name
        if payload is not None:
            path.write_bytes(canonicalize(payload))
        return str(path)

    def signed(self, kind: str, payload: Mapping[str, Any], keys: tuple[str, ...]) -> str:
        """One custodian after the other signs; the object's file."""
        source, out = self.file(f"{kind}-said.json", payload), self.file(f"{kind}.json")
        self.member("sign", source, "--type", kind, "--key", keys[0], "--out", out)
        for key in keys[1:]:
            self.member("countersign", out, "--key", key, "--out", out)
        return out


def test_custodians_with_tokens_and_a_file_sign_a_national_list(
    token: SoftToken, softhsm_configuration: Path, tmp_path: Path
) -> None:
    desks, second = Desks(tmp_path, token), fresh_token(softhsm_configuration)
    keys = (
        f"pkcs11:token={token.label};object=custodian",
        f"pkcs11:token={second.label};object=custodian",
        desks.file("cm-3.key"),
    )
    made = [desks.member("key", "create", key) for key in keys]
    assert [desks.member("key", "show", key) for key in keys] == made
    charter = json.loads(desks.member("example", "Charter"))
    charter["members"] = [{"country": "CM", "keys": made, "threshold": 2}]
    charter_file = desks.signed("Charter", charter, (keys[0], keys[2]))
    listed = json.loads(desks.member("example", "NationalList"))
    alone = desks.signed("NationalList", listed, keys[:1])
    assert "CM: 1 of 2 signatures" in desks.member("check", alone, "--charter", charter_file, expect=1)
    complete = desks.signed("NationalList", listed, keys[:2])
    said = desks.member("check", complete, "--charter", charter_file)
    assert said.endswith("signed by all it speaks for")


def test_the_desk_says_why_a_token_does_not_sign(token: SoftToken, tmp_path: Path) -> None:
    desks = Desks(tmp_path, token)
    uri = f"pkcs11:token={token.label};object=custodian"
    desks.environment["CERTES_MEMBER_KEY_PIN"] = "4242-wrong"
    done = CliRunner().invoke(member, ["key", "create", uri], env=desks.environment)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The PIN does not open the token" in done.stderr
    assert "after a few wrong PINs the device locks itself" in done.stderr
    assert "4242-wrong" not in done.output
    desks.environment["CERTES_MEMBER_KEY_PIN"] = token.pin
    done = CliRunner().invoke(member, ["key", "show", uri], env=desks.environment)
    assert (done.exit_code, done.stderr.count("holds no private key custodian")) == (1, 1)


def test_an_issuer_with_its_key_in_a_token_issues_what_a_verifier_finds_genuine(
    token: SoftToken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    charter_id, registry = _listed_key(token, tmp_path, monkeypatch)
    settings = Settings.from_environment()
    assert token.pin not in repr(settings)
    with _serving(settings, registry) as certify:
        answer = certify()
    assert answer.status_code == 201, answer.text
    outcome = _ask(answer.json()["card"]["text"], registry, charter_id, tmp_path / "verifier")
    assert (outcome.document_line, outcome.check("proof").code) == ("document.genuine", "proof_holds")
    assert outcome.check("status").code == "status_valid"


def test_an_issuer_waits_for_a_device_that_is_away(
    token: SoftToken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, registry = _listed_key(token, tmp_path, monkeypatch)
    with _serving(Settings.from_environment(), registry) as certify:
        with token.away():
            answer = certify()
            assert (answer.status_code, answer.json()["code"]) == (503, "hsm_token_missing")
            assert token.label in answer.json()["title"]
        answer = certify()
    assert answer.status_code == 201, answer.text


def test_a_witness_finds_the_keys_of_its_names_by_number(token: SoftToken, tmp_path: Path) -> None:
    values = {
        "CERTES_WITNESS_KEY_URI": token.uri(),
        "CERTES_WITNESS_KEY_PIN": token.pin,
    }
    printed = [
        CliRunner()
        .invoke(witness_commands, ["key", "create", "--name", name, "--number", number], env=values)
        .stdout.split()[1]
        for name, number in (("witness.example/cm", "1"), ("witness.example/ga", "2"))
    ]
    log = NoteKey(office.ORIGIN, KeyUse.NOTE, office.LOG.public_key).vkey
    settings = {"NAMES": "witness.example/cm=1,witness.example/ga=2", "LOGS": log, "DATA_DIR": str(tmp_path)}
    values |= {f"CERTES_WITNESS_{name}": value for name, value in settings.items()}
    signers = signers_of(witness_settings(values))
    assert [signers[number].key.vkey for number in (1, 2)] == printed
    assert cosign(f"{office.ORIGIN}\n0\n\n", signer=signers[2], time=1).name == "witness.example/ga"
    with pytest.raises(SettingInvalid) as caught:
        witness_settings(values | {"CERTES_WITNESS_KEY_URI": token.uri("object=k1")})
    assert caught.value.code == "witness_key_shared"


def test_the_log_key_of_a_registry_is_found_by_its_settings(token: SoftToken) -> None:
    made = TokenKeys(token.place()).create(2)
    settings = {
        "NETWORK_DOMAIN": office.NETWORK.domain,
        "CHARTER_ID": "sha-256:00",
        "REGISTRY_URL": office.REGISTRY_URL,
        "LOG_KEY_URI": f"pkcs11:token={token.label}",
        "LOG_KEY_PIN": token.pin,
        "LOG_KEY_ID": "2",
        "PKCS11_MODULE": token.module,
    }
    found = registry_settings({f"CERTES_REGISTRY_{name}": value for name, value in settings.items()})
    assert token.pin not in repr(found)
    signer = open_keys(found.key_place).signer(found.log_key_id, verification_method="#log")
    log = NoteSigner(office.ORIGIN, KeyUse.NOTE, signer)
    signed = sign_checkpoint(TreeHead(office.ORIGIN, 0, EMPTY_ROOT), log)
    assert is_signed_by_log(signed, (NoteKey(office.ORIGIN, KeyUse.NOTE, made),))


@pytest.mark.parametrize(("key_type", "suite"), [(P256, "ecdsa-jcs-2019"), (P384, "ecdsa-rdfc-2019")])
def test_a_document_is_signed_by_a_nist_key_in_a_token(
    token: SoftToken, tmp_path: Path, key_type: KeyType, suite: str
) -> None:
    made = TokenKeys(token.place("object=nist")).create(1, key_type=key_type)
    (tmp_path / "pin").write_text(token.pin, encoding="utf-8")
    (tmp_path / "said.json").write_text(json.dumps(STATEMENT), encoding="utf-8")
    words = ["sign", str(tmp_path / "said.json"), "--key", token.uri("object=nist"), "--suite", suite]
    done = CliRunner().invoke(credential, [*words, "--passphrase-file", str(tmp_path / "pin")])
    assert done.exit_code == 0, done.output
    facts = verify_proof(json.loads(done.stdout), key_for=lambda _: made, suites=ALL_SUITES)
    assert (facts.suite, facts.verification_method.split("#")[1]) == (suite, made.multikey)


def _listed_key(
    token: SoftToken, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, office.Registry]:
    """The issuer's key, made by its operator and put into the national list; the pinned charter's id."""
    for name, value in _issuer_environment(token, folder).items():
        monkeypatch.setenv(name, value)
    made = CliRunner().invoke(issuer_commands, ["key", "create"])
    assert made.exit_code == 0, made.output
    kid, multikey = made.stdout.split()
    assert CliRunner().invoke(issuer_commands, ["key", "show"]).stdout == made.stdout
    key = {"kid": kid, "publicKeyMultibase": multikey, "notBefore": "2024-01-01", "notAfter": "2030-12-31"}
    charter_id, bundle = office.charter_and_bundle(keys=[key])
    monkeypatch.setenv("CERTES_ISSUER_CHARTER_ID", charter_id)
    return charter_id, office.Registry(bundle)


def _issuer_environment(token: SoftToken, folder: Path) -> dict[str, str]:
    (folder / "pin").write_text(token.pin, encoding="utf-8")
    values = {
        "KEY_URI": f"pkcs11:token={token.label}",
        "KEY_PIN_FILE": str(folder / "pin"),
        "PKCS11_MODULE": token.module,
        "NETWORK_DOMAIN": office.NETWORK.domain,
        "REGISTRY_URL": office.REGISTRY_URL,
        "CARD_ADDRESS": office.CARD_ADDRESS,
        "COUNTRY": "CM",
        "DATA_DIR": str(folder / "issuer"),
    }
    return {f"CERTES_ISSUER_{name}": value for name, value in values.items()}


@contextmanager
def _serving(settings: Settings, registry: office.Registry) -> Iterator[Callable[[], Any]]:
    """The issuer's service; what certifies the example with it. Its lists are pushed at the end."""
    database = open_database(settings.database_url)
    settings.data_dir.mkdir(parents=True)
    migrate(database, "issuer")
    store = SqlStore(database)
    api_key, _ = create_api_key("CFM", label="tests", expires_at=None, store=store, now=office.NOW)
    app = build_app(
        settings,
        clock=lambda: office.NOW,
        database=database,
        fetcher=Fetcher(office.HOSTS, transport=registry.transport()),
        pusher=Fetcher(office.HOSTS, transport=registry.transport()),
    )
    client = TestClient(app)
    headers = {"Authorization": f"Bearer {api_key}", "Accept-Language": "en"}
    try:
        app.state.service.refresh_trust()
        yield lambda: client.post("/v1/certifications", json=OIL, headers=headers)
        app.state.service.publish_status()
    finally:
        app.state.service.close()


def _ask(text: str, registry: office.Registry, charter_id: str, folder: Path) -> Outcome:
    assert registry.bundle is not None
    trust = Trust(parse_bundle(registry.bundle, charter_id=charter_id, floor=None, now=office.NOW))
    cache = StatusCache(
        registry_url=office.REGISTRY_URL,
        network=office.NETWORK,
        folder=folder,
        fetcher=Fetcher(office.HOSTS, transport=registry.transport()),
        trust=trust,
        clock=lambda: office.NOW,
    )
    for path, document in registry.lists.items():
        cache.accept(f"https://{office.NETWORK.domain}{path}", document)
    desk = Desk(office.NETWORK, Sources(trust, cache), NoImages(), frozenset())
    presented = read_text(text, network=office.NETWORK)
    return verify(presented, Question("CM", None, office.NOW.date()), desk=desk, now=office.NOW)
