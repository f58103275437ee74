"""Signing keys in an encrypted file: Argon2id for the passphrase, AES-256-GCM for the seeds.

Whoever holds the file and the passphrase can sign as the owner; whoever holds only the file can destroy it.
Other keepers (PKCS#11) implement the same `Signer` protocol of certes.credential.keys.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from certes.credential.errors import Malformed
from certes.credential.keys import Ed25519Signer
from certes.runtime.files import read_if_there, write_whole
from certes.runtime.randomness import random_bytes
from certes.runtime.refusals import Conflict, NotFound

FORMAT = "certes-keys-1"
ARGON2_ITERATIONS = 3  # RFC 9106, section 4, second recommended option: t=3, p=4, m=64 MiB
ARGON2_LANES = 4
ARGON2_MEMORY_KIB = 64 * 1024
SEED_BYTES = 32


@dataclass(frozen=True)
class KeyFile:
    """The keys of one owner. Opened once per process; the passphrase is not kept."""

    path: Path
    seeds: Mapping[int, bytes] = field(repr=False)  # key number -> 32 bytes; a repr must not show a secret

    def signer(self, key: int, *, verification_method: str) -> Ed25519Signer:
        """A signer for one key. Raises NotFound `key_unknown`."""
        if key not in self.seeds:
            raise NotFound("key_unknown", key=key)
        return Ed25519Signer(self.seeds[key], verification_method)


def create_key_file(path: Path, passphrase: str, *, key: int = 1) -> KeyFile:
    """A new file with one fresh key. Raises Conflict when the file exists: keys are never overwritten."""
    if path.exists():
        raise Conflict("key_file_exists", field=str(path.name))
    seeds = {key: random_bytes(SEED_BYTES)}
    write_whole(path, _seal(seeds, passphrase))
    return KeyFile(path, seeds)


def add_key(key_file: KeyFile, passphrase: str, *, key: int) -> KeyFile:
    """The same file with one more fresh key. Raises Conflict when the number is taken."""
    if key in key_file.seeds:
        raise Conflict("key_exists", key=key)
    open_key_file(key_file.path, passphrase)  # it must be the file's own passphrase before we seal with it
    seeds = {**key_file.seeds, key: random_bytes(SEED_BYTES)}
    write_whole(key_file.path, _seal(seeds, passphrase))
    return KeyFile(key_file.path, seeds)


def open_key_file(path: Path, passphrase: str) -> KeyFile:
    """Decrypt.

    Raises NotFound `key_file_missing`, and Malformed `key_file_not_opened`: wrong passphrase, or altered.
    """
    content = read_if_there(path)
    if content is None:
        raise NotFound("key_file_missing", field=str(path.name))
    try:
        envelope = json.loads(content)
        salt, nonce, sealed = (base64.b64decode(envelope[name]) for name in ("salt", "nonce", "sealed"))
        if envelope["format"] != FORMAT:
            raise Malformed("key_file_not_opened", field=str(path.name))
        opened = AESGCM(_stretch(passphrase, salt)).decrypt(nonce, sealed, FORMAT.encode())
        seeds = {int(key): base64.b64decode(seed) for key, seed in json.loads(opened).items()}
    except (ValueError, KeyError, TypeError, InvalidTag):
        raise Malformed("key_file_not_opened", field=str(path.name)) from None
    return KeyFile(path, seeds)


def _seal(seeds: Mapping[int, bytes], passphrase: str) -> bytes:
    salt, nonce = random_bytes(16), random_bytes(12)
    inner = json.dumps({str(key): base64.b64encode(seed).decode() for key, seed in sorted(seeds.items())})
    sealed = AESGCM(_stretch(passphrase, salt)).encrypt(nonce, inner.encode(), FORMAT.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    envelope = {"format": FORMAT} | {name: base64.b64encode(part).decode() for name, part in parts.items()}
    return json.dumps(envelope, indent=1).encode() + b"\n"


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return Argon2id(
        salt=salt, length=32, iterations=ARGON2_ITERATIONS, lanes=ARGON2_LANES, memory_cost=ARGON2_MEMORY_KIB
    ).derive(passphrase.encode())
