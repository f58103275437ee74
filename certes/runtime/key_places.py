"""Where an owner's signing keys are: in an encrypted file, or in a token of a hardware security module.

A number names a key in either, so that a service's settings and its rotation do not depend on the place.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from certes.credential.keys import PublicKey, Signer
from certes.runtime.pkcs11_keys import TokenKeys
from certes.runtime.pkcs11_token import TokenPlace, token_place
from certes.runtime.pkcs11_uri import is_uri
from certes.runtime.settings import Environment
from certes.runtime.signers import create_key_file, open_key_file


class Keys(Protocol):
    """Keys of one owner, by number."""

    def signer(self, key: int, *, verification_method: str) -> Signer:
        """A signer for one key. Raises Refusal when it cannot be had."""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A key file, and what opens it. Its repr never shows the passphrase."""

    path: Path
    passphrase: str = field(repr=False)


Place = FilePlace | TokenPlace


def token_of(environment: Environment, key: str = "KEY") -> TokenPlace | None:
    """The token of the settings `<KEY>_URI`, `<KEY>_PIN` (or `..._PIN_FILE`) and `PKCS11_MODULE`; None
    where no URI is set. Raises SettingInvalid naming the variable."""
    uri = environment.text(f"{key}_URI", "")
    if not uri:
        return None
    return token_place(
        uri,
        pin=environment.secret(f"{key}_PIN"),
        module=environment.text("PKCS11_MODULE", ""),
        setting=environment.name_of(f"{key}_URI"),
    )


def place_of(environment: Environment, file: Path, key: str = "KEY") -> Place:
    """Of a service's settings: the token, or `file` with its passphrase in `<KEY>_PASSPHRASE`. Raises
    SettingInvalid naming the variable."""
    return token_of(environment, key) or FilePlace(file, environment.secret(f"{key}_PASSPHRASE"))


def place_named(name: str, environment: Environment) -> Place:
    """Of a name on a command line: a `pkcs11:` address with its PIN in `KEY_PIN`, or a file with its
    passphrase in `PASSPHRASE`. Raises SettingInvalid naming the variable."""
    if not is_uri(name):
        return FilePlace(Path(name), environment.secret("PASSPHRASE"))
    module = environment.text("PKCS11_MODULE", "")
    return token_place(name, pin=environment.secret("KEY_PIN"), module=module)


def open_keys(place: Place) -> Keys:
    """The keys there. Raises Refusal as `open_key_file` or `TokenKeys`."""
    if isinstance(place, TokenPlace):
        return TokenKeys(place)
    return open_key_file(place.path, place.passphrase)


def create_key(place: Place, *, key: int) -> PublicKey:
    """Make the first key there. Raises Conflict where there is one already, and as `open_keys`."""
    if isinstance(place, TokenPlace):
        return TokenKeys(place).create(key)
    made = create_key_file(place.path, place.passphrase, key=key)
    return made.signer(key, verification_method="").public_key
