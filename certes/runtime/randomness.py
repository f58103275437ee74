"""The only source of randomness: the operating system's."""

import secrets
import uuid


def random_bytes(size: int) -> bytes:
    """`size` bytes fit for keys and salts."""
    return secrets.token_bytes(size)


def random_below(limit: int) -> int:
    """A uniform integer in 0 .. limit-1."""
    return secrets.randbelow(limit)


def random_token(size_bytes: int = 32) -> str:
    """URL-safe text carrying `size_bytes` of randomness."""
    return secrets.token_urlsafe(size_bytes)


def random_id() -> str:
    """A version 4 UUID as text."""
    return str(uuid.uuid4())
