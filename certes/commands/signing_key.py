"""A signing key for a command: a private JWK, a key file of this project, or a token's address with the
number of a key in either of the last two."""

from pathlib import Path

from certes.credential import multibase
from certes.credential.errors import Malformed, Unsupported
from certes.credential.keys import ED25519, KEY_TYPES, EcdsaSigner, Ed25519Signer, KeyType, Signer, parse_jwk
from certes.credential.parsing import parse_json
from certes.runtime.pkcs11_keys import TokenKeys
from certes.runtime.pkcs11_token import token_place
from certes.runtime.pkcs11_uri import is_uri
from certes.runtime.signers import FORMAT, open_key_file

MAX_KEY_FILE_BYTES = 64 * 1024


def read_signer(name: str, *, method: str | None, number: int, passphrase: str | None) -> Signer:
    """The signer of a key file or a `pkcs11:` address; without `method` under the key's own did:key.

    Raises Malformed `jwk_invalid`, `key_file_not_opened`, and as `parse_jwk`; NotFound `key_unknown`;
    OSError; and as `TokenKeys.signer`.
    """
    if is_uri(name):
        token = TokenKeys(token_place(name, pin=passphrase or ""))
        own = _own_method(token.signer(number, verification_method="", types=KEY_TYPES))
        return token.signer(number, verification_method=method or own, types=KEY_TYPES)
    path = Path(name)
    members = parse_json(path.read_bytes(), max_bytes=MAX_KEY_FILE_BYTES)
    if members.get("format") == FORMAT:
        if passphrase is None:
            raise Malformed("key_file_not_opened", field=path.name)
        kept = open_key_file(path, passphrase)
        own = _own_method(kept.signer(number, verification_method=""))
        return kept.signer(number, verification_method=method or own)
    secret = members.pop("d", None)
    if not isinstance(secret, str):
        raise Malformed("jwk_invalid", field="d")
    public = parse_jwk({name: value for name, value in members.items() if name not in ("key_ops", "use")})
    raw = multibase.base64url_decode(secret)
    signer = _signer(raw, public.type, method or "")
    if signer.public_key != public:
        raise Malformed("jwk_invalid", field="d")
    return _signer(raw, public.type, method or _own_method(signer))


def _signer(secret: bytes, kind: KeyType, method: str) -> Signer:
    if kind is ED25519:
        if len(secret) != kind.key_bytes:
            raise Malformed("jwk_invalid", field="d")
        return Ed25519Signer(secret, method)
    if kind.curve is None:
        raise Unsupported("key_type_unsupported", type=kind.name)
    return EcdsaSigner(secret, method, key_type=kind)


def _own_method(signer: Signer) -> str:
    multikey = signer.public_key.multikey
    return f"did:key:{multikey}#{multikey}"
