"""The bundle of a region stays small enough for a poor network."""

import gzip

from benchmarks.registry_bundle import (
    COUNTRIES,
    MAX_GOSSIP_BYTES,
    MAX_PACKED_BYTES,
    NOW,
    bundle_of,
    grown,
    region,
)
from certes.trust.bundle import parse_bundle


def test_the_bundle_of_six_countries_is_verified_and_under_60_kb() -> None:
    objects = region()
    raw = bundle_of(*grown(objects, len(objects)))
    view = parse_bundle(raw, charter_id=objects[0].object_id, floor=None, now=NOW)
    issuers = [issuer for each in view.registry.national.values() for issuer in each.issuers.values()]
    counts = (len(COUNTRIES), len(issuers), sum(len(each.keys) for each in issuers))
    assert (*counts, len(view.registry.agreements)) == (6, 180, 540, 15)
    assert len(gzip.compress(raw, 9, mtime=0)) < MAX_PACKED_BYTES
    assert len(view.checkpoint.gossip()) < MAX_GOSSIP_BYTES


def test_a_log_keeps_the_entries_of_what_was_superseded_and_not_the_objects() -> None:
    objects = region()
    raw = bundle_of(*grown(objects, 100))
    view = parse_bundle(raw, charter_id=objects[0].object_id, floor=None, now=NOW)
    assert (len(view.entries), len(view.objects)) == (100, len(objects))
