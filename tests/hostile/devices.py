"""A device of the trust data, what it is offered, and why it refuses.

A device is a folder with a TrustSource: what it holds survives a restart.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from certes.credential.errors import Refusal
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.trust_source import TrustSource
from certes.trust.bundle import TrustView, build_bundle, parse_bundle
from certes.trust.signing import SignedObject
from certes.trust.translog.entries import LogEntry
from tests.world import NOW, World
from tests.world_data import COUNTRIES, Payload

WORLD = World()
HOUR = timedelta(hours=1)
LATER = NOW + HOUR
WITNESSES = tuple(WORLD.witness_signers)  # six of them; four make a quorum


def change(**members: Any) -> Callable[[Payload], object]:
    """Other members of a payload."""
    return lambda payload: payload.update(deepcopy(members))


A = WORLD.revised("NationalList", "GA", change(authorities=[]), at=NOW)
B = WORLD.revised("NationalList", "GA", change(centres=[]), at=NOW)  # another history from the same past


def offered(
    world: World,
    *,
    objects: Sequence[SignedObject] | None = None,
    entries: Sequence[LogEntry] | None = None,
    by: Sequence[str] = WITNESSES,
    now: datetime = LATER,
) -> bytes:
    """A bundle with other objects or entries, under a checkpoint that these witnesses sign."""
    logged = world.entries if entries is None else entries
    return build_bundle(
        objects=world.published() if objects is None else objects,
        entries=logged,
        checkpoint=world.note(now, by=by, entries=logged),
    )


def device(folder: Path, *, now: datetime = LATER) -> TrustSource:
    """A device at its start. Nothing is fetched."""
    source = TrustSource(
        url="https://r.example/v1/bundle",
        charter_id=WORLD.charter_id,
        folder=folder,
        fetcher=Fetcher(Hosts(frozenset({"r.example"})), transport=httpx.MockTransport(_cut)),
        clock=lambda: now,
    )
    source.load_kept()
    return source


def _cut(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("cut")


def code(source: TrustSource, raw: bytes) -> str:
    """Why a device does not take a bundle; that it then holds what it held."""
    held = source.view
    with pytest.raises(Refusal) as caught:
        source.accept(raw)
    assert source.view is held
    return caught.value.code


def reason(raw: bytes) -> tuple[str, object]:
    """Why a new device refuses a bundle, and for which reason where an object is at fault."""
    with pytest.raises(Refusal) as caught:
        load(raw)
    return caught.value.code, caught.value.params.get("reason")


def load(raw: bytes, *, now: datetime = LATER) -> TrustView:
    """As a new device."""
    return parse_bundle(raw, charter_id=WORLD.charter_id, floor=None, now=now)


def logged_too(found: SignedObject) -> bytes:
    """A bundle of a log that took it in, whatever it is. Superseded objects may stand in a bundle as well."""
    world = WORLD.followed_by(found, at=NOW)
    return offered(world, objects=world.objects)


def next_charter(edit: Callable[[Payload], object], *, by: Sequence[str] = COUNTRIES) -> SignedObject:
    """A second charter, signed by these."""
    return WORLD.next_version("Charter", "", edit, by=by)
