"""`certes credential`: files in, exit codes out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from certes.cli import build
from certes.credential import multibase
from certes.credential.contexts import CREDENTIALS_V2
from certes.credential.keys import P256, P384, EcdsaSigner, Ed25519Signer, Signer, to_jwk
from certes.credential.proof import EDDSA_JCS_2022, sign
from certes.runtime.signers import create_key_file
from tests.unit.verifier.scene import Scene
from tests.world import World

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(build(["credential"]), ["credential", *arguments], input=given)


KEYS: dict[str, tuple[Signer, bytes]] = {
    "Ed25519": (Ed25519Signer(bytes([1]) * 32, ""), bytes([1]) * 32),
    "P-256": (EcdsaSigner(bytes([2]) * 32, "", key_type=P256), bytes([2]) * 32),
    "P-384": (EcdsaSigner(bytes([3]) * 48, "", key_type=P384), bytes([3]) * 48),
}


def key_file(folder: Path, kind: str = "Ed25519") -> str:
    signer, secret = KEYS[kind]
    path = folder / f"{kind}.jwk"
    path.write_text(json.dumps(to_jwk(signer.public_key) | {"d": multibase.base64url_encode(secret)}))
    return str(path)


def document(folder: Path, kind: str = "Ed25519", **more: Any) -> str:
    issuer = f"did:key:{KEYS[kind][0].public_key.multikey}"
    members = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "did:example:s"},
    } | more
    path = folder / "document.json"
    path.write_text(json.dumps(members))
    return str(path)


@pytest.mark.parametrize(
    ("kind", "suite"),
    [
        ("Ed25519", "eddsa-rdfc-2022"),
        ("Ed25519", "eddsa-jcs-2022"),
        ("Ed25519", "vc+jwt"),
        ("P-256", "ecdsa-rdfc-2019"),
        ("P-384", "ecdsa-jcs-2019"),
        ("P-384", "vc+jwt"),
    ],
)
def test_what_is_signed_is_verified_and_its_altered_copy_is_not(
    tmp_path: Path, kind: str, suite: str
) -> None:
    made = run("sign", document(tmp_path, kind), "--key", key_file(tmp_path, kind), "--suite", suite)
    assert made.exit_code == 0, made.output
    assert run("verify", "-", given=made.stdout_bytes).exit_code == 0
    altered = made.stdout_bytes.replace(b"did:example:s", b"did:example:t")
    if suite == "vc+jwt":
        altered = made.stdout_bytes.replace(b"vc+jwt,eyJ", b"vc+jwt,eyK")
    assert run("verify", "-", given=altered).exit_code == 1
    told = run("verify", "-", "--json", given=altered)
    assert json.loads(told.stdout)["verified"] is False


def test_a_bare_jwt_is_verified_too(tmp_path: Path) -> None:
    made = run("sign", document(tmp_path), "--key", key_file(tmp_path), "--suite", "vc+jwt")
    token = json.loads(made.stdout)["id"].partition(",")[2]
    assert run("verify", "-", given=token.encode()).exit_code == 0
    assert json.loads(run("inspect", "-", "--json", given=token.encode()).stdout)["kind"] == "JWT"


def test_a_key_file_of_this_project_signs(tmp_path: Path) -> None:
    create_key_file(tmp_path / "keys.json", "words")
    (tmp_path / "passphrase").write_text("words\n")
    arguments = ["sign", document(tmp_path), "--key", str(tmp_path / "keys.json")]
    made = run(*arguments, "--passphrase-file", str(tmp_path / "passphrase"))
    assert made.exit_code == 0, made.output
    found = run("verify", "-", given=made.stdout_bytes)
    assert (found.exit_code, "issuer_not_bound" in found.stdout) == (1, True)
    assert run(*arguments).exit_code == 2


def test_a_presentation_is_verified_for_its_challenge(tmp_path: Path) -> None:
    signer = KEYS["Ed25519"][0]
    unsigned = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": f"did:key:{signer.public_key.multikey}",
    }
    path = tmp_path / "presentation.json"
    path.write_text(json.dumps(unsigned))
    options = ["--purpose", "authentication", "--challenge", "u1", "--domain", "a.example"]
    made = run("sign", str(path), "--key", key_file(tmp_path), *options)
    assert made.exit_code == 0, made.output
    asked = ["--challenge", "u1", "--domain", "a.example"]
    assert run("verify", "-", *asked, given=made.stdout_bytes).exit_code == 0
    assert run("verify", "-", "--challenge", "u2", given=made.stdout_bytes).exit_code == 1


def test_a_certificate_of_the_network_is_verified_with_its_bundle(tmp_path: Path) -> None:
    world, scene = World(), Scene(tmp_path)
    (tmp_path / "bundle.json").write_bytes(world.bundle())
    (tmp_path / "wallet.json").write_text(json.dumps(scene.wallet()))
    bundle = ["--bundle", str(tmp_path / "bundle.json"), "--charter", world.charter_id]
    shown = run("verify", str(tmp_path / "wallet.json"), *bundle)
    assert shown.exit_code == 1
    assert "status_not_checked" in shown.stdout
    assert run("verify", str(tmp_path / "wallet.json"), *bundle, "--without-status").exit_code == 0
    assert run("verify", str(tmp_path / "wallet.json")).exit_code == 1
    altered = json.dumps(scene.wallet() | {"name": "Chirurgien"}).encode()
    assert run("verify", "-", *bundle, "--without-status", given=altered).exit_code == 1
    assert run("verify", "-", "--bundle", str(tmp_path / "wallet.json"), given=altered).exit_code == 2


def test_a_card_is_decoded_to_its_document(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    found = run("decode", "-", given=scene.card().encode())
    assert (found.exit_code, json.loads(found.stdout)) == (0, scene.card_document())
    told = json.loads(run("inspect", "-", "--json", given=scene.card().encode()).stdout)
    assert (told["kind"], told["holder_name"]) == ("skill card (QR)", "NGO BIYONG Marie-Claire")


def test_inspecting_believes_nothing(tmp_path: Path) -> None:
    forged = sign(
        json.loads(Path(document(tmp_path)).read_text()) | {"issuer": "did:example:minister"},
        signer=Ed25519Signer(bytes([7]) * 32, "did:example:minister#k"),
        suite=EDDSA_JCS_2022,
        created=NOW,
    )
    told = run("inspect", "-", given=json.dumps(forged).encode())
    assert told.exit_code == 0
    assert "did:example:minister" in told.stdout
    assert told.stdout.endswith("Nothing of this was verified.\n")
    broken = run("inspect", "-", "--json", given=b'{"type": "VerifiableCredential"}')
    assert json.loads(broken.stdout)["not_well_formed"]["code"] == "context_base_missing"


@pytest.mark.parametrize("command", ["verify", "decode", "inspect"])
@pytest.mark.parametrize("given", [b"", b"\xff\xfe", b"{", b"x" * 300_000, b"[" * 9_000])
def test_what_cannot_be_read_ends_with_2_or_is_not_verified(command: str, given: bytes) -> None:
    found = run(command, "-", given=given)
    assert found.exit_code in ((1, 2) if command == "verify" else (2,)), found.output
    assert found.exception is None or isinstance(found.exception, SystemExit)


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "no-such-file.json"],
        ["sign", "no-such-file.json", "--key", "no-such-key"],
        ["verify", "-", "--bundle", "no-such-bundle"],
    ],
)
def test_a_file_that_is_not_there_ends_with_2(arguments: list[str]) -> None:
    assert run(*arguments, given=b"{}").exit_code == 2


def test_nothing_undefined_is_signed(tmp_path: Path) -> None:
    refused = run("sign", document(tmp_path, undefinedTerm="x"), "--key", key_file(tmp_path))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert run("sign", document(tmp_path), "--key", key_file(tmp_path), "--suite", "none").exit_code == 2
    wrong = run("sign", document(tmp_path), "--key", key_file(tmp_path), "--suite", "ecdsa-rdfc-2019")
    assert wrong.exit_code == 2
