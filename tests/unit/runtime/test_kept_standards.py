"""A device holds the standards of a new bundle against those it has."""

from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from certes.credential.errors import Malformed
from certes.demo.standards import masonry
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.trust_source import TrustSource
from tests.standards_world import sign_standard, world_without_standards
from tests.world import NOW, World

FIRST = world_without_standards().followed_by(sign_standard(masonry(1)))


@pytest.fixture
def device(tmp_path: Path) -> TrustSource:
    """A device that holds the first version of the standard."""
    fetcher = Fetcher(Hosts(frozenset()), transport=httpx.MockTransport(lambda _: httpx.Response(404)))
    made = TrustSource(
        url="https://r.example/v1/bundle",
        charter_id=World().charter_id,
        folder=tmp_path,
        fetcher=fetcher,
        clock=lambda: NOW + timedelta(hours=2),
    )
    made.accept(FIRST.bundle(now=NOW))
    return made


def next_bundle(*, rewritten: bool) -> bytes:
    """With the second version, which may tell another first one."""
    payload = deepcopy(masonry(2))
    if rewritten:
        payload["versions"][0]["reference"] = "another decision"
    world = FIRST.followed_by(sign_standard(payload, version=2), at=NOW)
    return world.bundle(now=NOW + timedelta(hours=1))


def test_the_next_version_is_taken_up(device: TrustSource) -> None:
    device.accept(next_bundle(rewritten=False))
    assert device.view is not None
    assert [found.version for found in device.view.registry.standards.values()] == [2]


def test_a_rewritten_history_is_refused_and_what_is_held_stays(device: TrustSource) -> None:
    raw = next_bundle(rewritten=True)
    with pytest.raises(Malformed, match="standard_history_rewritten"):
        device.accept(raw)
    assert device.view is not None
    assert [found.version for found in device.view.registry.standards.values()] == [1]
    device.accept(FIRST.bundle(now=NOW + timedelta(minutes=1)))
