"""certes/runtime/signers.py: keys in an encrypted file."""

import base64
import json
from pathlib import Path

import pytest

from certes.credential.errors import Malformed
from certes.runtime.refusals import Conflict, NotFound
from certes.runtime.signers import add_key, create_key_file, open_key_file

PASSPHRASE = "correct horse"


def test_a_key_survives_the_file_and_signs(tmp_path: Path) -> None:
    created = create_key_file(tmp_path / "keys.json", PASSPHRASE)
    opened = open_key_file(tmp_path / "keys.json", PASSPHRASE)
    signer = opened.signer(1, verification_method="did:web:skills.example#k1")
    signer.public_key.verify(signer.sign(b"data"), b"data")
    assert signer.public_key == created.signer(1, verification_method="x").public_key
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_another_passphrase_does_not_open_the_file(tmp_path: Path) -> None:
    create_key_file(tmp_path / "keys.json", PASSPHRASE)
    with pytest.raises(Malformed) as caught:
        open_key_file(tmp_path / "keys.json", "correct horsE")
    assert caught.value.code == "key_file_not_opened"


@pytest.mark.parametrize("member", ["salt", "nonce", "sealed", "format"])
def test_an_altered_file_does_not_open(tmp_path: Path, member: str) -> None:
    path = tmp_path / "keys.json"
    create_key_file(path, PASSPHRASE)
    envelope = json.loads(path.read_bytes())
    altered = bytearray(base64.b64decode(envelope[member] + "=="))
    altered[0] ^= 1
    path.write_text(json.dumps({**envelope, member: base64.b64encode(altered).decode()}))
    with pytest.raises(Malformed) as caught:
        open_key_file(path, PASSPHRASE)
    assert caught.value.code == "key_file_not_opened"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'"text"', b"\xff", b'{"salt": 1, "nonce": 2, "sealed": 3}']
)
def test_a_file_that_is_no_key_file_does_not_open(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys.json").write_bytes(content)
    with pytest.raises(Malformed) as caught:
        open_key_file(tmp_path / "keys.json", PASSPHRASE)
    assert (caught.value.code, caught.value.field) == ("key_file_not_opened", "keys.json")


def test_a_missing_file_and_a_missing_key_say_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        open_key_file(tmp_path / "none.json", PASSPHRASE)
    assert caught.value.code == "key_file_missing"
    with pytest.raises(NotFound) as caught:
        create_key_file(tmp_path / "keys.json", PASSPHRASE).signer(2, verification_method="x")
    assert caught.value.code == "key_unknown"


def test_keys_are_added_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = create_key_file(path, PASSPHRASE)
    both = add_key(first, PASSPHRASE, key=2)
    assert open_key_file(path, PASSPHRASE).seeds == both.seeds
    assert both.seeds[1] == first.seeds[1]
    with pytest.raises(Conflict):
        add_key(both, PASSPHRASE, key=2)
    with pytest.raises(Conflict):
        create_key_file(path, PASSPHRASE)
    with pytest.raises(Malformed):
        add_key(both, "another", key=3)
    assert open_key_file(path, PASSPHRASE).seeds == both.seeds


def test_neither_the_file_nor_a_repr_shows_a_seed(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key_file = create_key_file(path, PASSPHRASE)
    seed = key_file.seeds[1]
    assert base64.b64encode(seed) not in path.read_bytes()
    shown = repr(key_file) + repr(key_file.signer(1, verification_method="x"))
    assert repr(seed) not in shown
    assert seed.hex() not in shown
