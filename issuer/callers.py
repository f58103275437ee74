"""Who is calling: API keys of certification bodies.

A key is `certes_<prefix>_<secret>`: the prefix finds its row, the secret is 256 random bits of which only the
SHA-256 of the whole key is kept. Comparison takes the same time whatever differs.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from certes.credential.errors import Malformed
from certes.runtime.randomness import random_bytes, random_token
from certes.runtime.refusals import Unauthenticated
from issuer.store import ApiKey, Store

PREFIX_BYTES = 5  # eight characters of base32
SECRET_BYTES = 32
MAX_LABEL_CHARACTERS = 80
_KEY = re.compile(r"certes_(?P<prefix>[a-z2-7]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_BODY = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Caller:
    """A body that has shown its key."""

    body: str
    prefix: str


def create_api_key(
    body: str, *, label: str, expires_at: datetime | None, store: Store, now: datetime
) -> tuple[str, ApiKey]:
    """A new key: its text, which nobody can see again, and its row. Raises Malformed `body_code_invalid`."""
    prefix = base64.b32encode(random_bytes(PREFIX_BYTES)).decode().lower()
    text = f"certes_{prefix}_{random_token(SECRET_BYTES)}"
    return text, register_api_key(text, body, label=label, expires_at=expires_at, store=store, now=now)


def register_api_key(
    text: str, body: str, *, label: str, expires_at: datetime | None, store: Store, now: datetime
) -> ApiKey:
    """Keep a key whose text is known already, as a demonstration's is; no command line reaches this.

    Raises Malformed `body_code_invalid`, `api_key_invalid`; Conflict `api_key_exists`.
    """
    match = _KEY.fullmatch(text)
    if _BODY.fullmatch(body) is None:
        raise Malformed("body_code_invalid", field="body")
    if match is None:
        raise Malformed("api_key_invalid", field="text")
    key = ApiKey(match["prefix"], _digest(text), body, label[:MAX_LABEL_CHARACTERS], now, expires_at)
    store.add_api_key(key)
    return key


def authenticate(text: str | None, *, store: Store, now: datetime) -> Caller:
    """The body behind a key.

    Raises Unauthenticated `api_key_missing`, `api_key_invalid` (malformed, unknown, wrong secret), and only
    to someone who holds the whole key `api_key_revoked` or `api_key_expired`.
    """
    if not text:
        raise Unauthenticated("api_key_missing")
    match = _KEY.fullmatch(text)
    key = None if match is None else store.find_api_key(match["prefix"])
    # Compared even where there is no such key, so that a prefix cannot be told from its timing.
    kept = bytes(hashlib.sha256().digest_size) if key is None else key.digest
    if not hmac.compare_digest(kept, _digest(text)) or key is None:
        raise Unauthenticated("api_key_invalid")
    if key.revoked_at is not None:
        raise Unauthenticated("api_key_revoked")
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthenticated("api_key_expired")
    return Caller(key.body, key.prefix)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
