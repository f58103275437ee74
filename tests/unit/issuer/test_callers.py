"""API keys: shown once, kept as a hash, refused for a reason."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from certes.credential.errors import Malformed
from certes.runtime.database import migrate, open_database
from certes.runtime.refusals import Unauthenticated
from issuer.callers import authenticate, create_api_key, register_api_key
from issuer.store_sql import SqlStore
from tests.unit.issuer.office import NOW


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """An empty one."""
    database = open_database(f"sqlite:///{tmp_path}/issuer.sqlite")
    migrate(database, "issuer")
    yield SqlStore(database)
    database.close()


def refused(text: str | None, store: SqlStore, *, days: int = 0) -> str:
    """The code."""
    with pytest.raises(Unauthenticated) as refusal:
        authenticate(text, store=store, now=NOW + timedelta(days=days))
    return refusal.value.code


def test_a_key_opens_for_its_body_and_is_not_kept(store: SqlStore, tmp_path: Path) -> None:
    text, key = create_api_key("CFM", label="office", expires_at=None, store=store, now=NOW)
    assert re.fullmatch(r"certes_[a-z2-7]{8}_[A-Za-z0-9_-]{43}", text)
    assert authenticate(text, store=store, now=NOW).body == "CFM"
    secret = text.rpartition(key.prefix)[2].encode()
    assert not any(secret in path.read_bytes() for path in tmp_path.iterdir())


def test_a_wrong_key_is_refused_without_saying_why(store: SqlStore) -> None:
    text, _ = create_api_key("CFM", label="", expires_at=None, store=store, now=NOW)
    other = text[:-1] + ("A" if text[-1] != "A" else "B")
    for wrong in (other, "certes_zzzzzzzz_" + "x" * 43, text + " ", text.upper(), "Basic abc", "é" * 60):
        assert refused(wrong, store) == "api_key_invalid"
    assert refused(None, store) == refused("", store) == "api_key_missing"


def test_an_expired_or_revoked_key_says_so_to_its_holder(store: SqlStore) -> None:
    ends = NOW + timedelta(days=1)
    text, key = create_api_key("CFM", label="", expires_at=ends, store=store, now=NOW)
    assert authenticate(text, store=store, now=NOW).prefix == key.prefix
    assert refused(text, store, days=1) == "api_key_expired"
    store.revoke_api_key(key.prefix, now=NOW)
    assert refused(text, store) == "api_key_revoked"


def test_a_body_code_and_a_given_key_must_have_their_form(store: SqlStore) -> None:
    with pytest.raises(Malformed) as refusal:
        create_api_key("C F M", label="", expires_at=None, store=store, now=NOW)
    assert refusal.value.code == "body_code_invalid"
    with pytest.raises(Malformed) as malformed:
        register_api_key("secret", "CFM", label="", expires_at=None, store=store, now=NOW)
    assert malformed.value.code == "api_key_invalid"
