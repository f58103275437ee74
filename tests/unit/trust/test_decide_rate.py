"""How many decisions a second, in a region of 180 issuers with a notice period running and a warning out."""

import time
from datetime import date, timedelta
from itertools import cycle, islice, product

import pytest

from benchmarks import registry_bundle as region
from certes.trust.bundle import parse_bundle
from certes.trust.recognition import Facts, StatusSeen, decide
from certes.trust.records import RegistryView
from certes.trust.signing import sign_object

RATE, ROUNDS = 2_000, 6_000  # decisions a second on one core; how many are taken
SIGNED = date(2026, 4, 14)


def register() -> tuple[RegistryView, int]:
    """The region's register; every country has listed something new, and Cameroon warns of a key."""
    objects = region.region()
    entries = [region._entry(found, number) for number, found in enumerate(objects)]
    for found in [each for each in objects if each.type == "NationalList"]:
        newer = {**found.payload, "authorities": []}
        objects.append(region._sign("NationalList", found.country, newer, found.country or "", version=2))
    notice = {"country": "CM", "id": "1", "act": "key_compromised", "issuer": 1, "key": "k3"}
    notice["since"] = "2026-11-01"
    warning = sign_object(
        "Notice", country="CM", version=1, payload=notice, signers=region._speaking("CM")[:1]
    )
    objects.append(warning)
    late = region.NOW - timedelta(days=3) - (region.NOW - timedelta(days=365))
    added = objects[len(entries) :]
    entries += [region._entry(each, int(late.total_seconds()) + number) for number, each in enumerate(added)]
    raw = region.bundle_of(objects, entries)
    view = parse_bundle(raw, charter_id=objects[0].object_id, floor=None, now=region.NOW).registry
    return view, sum(len(listed.issuers) for listed in view.national.values())


def questions(view: RegistryView) -> list[tuple[Facts, str]]:
    """Each issuer's first trade, in every other country."""
    found = []
    for country, host in product(view.national, view.national):
        for issuer in view.national[country].issuers.values():
            scope = issuer.scope[0]
            level = max(scope.levels or {""}) or None
            codes = (scope.code, "isco08:7212")
            found.append(
                (
                    Facts(country, issuer.did, "k3", SIGNED, SIGNED, None, codes, level, "full", "training"),
                    host,
                )
            )
    return found


@pytest.mark.full
def test_a_core_takes_two_thousand_decisions_a_second() -> None:
    view, issuers = register()
    assert issuers == 180
    assert all(len(versions) == 2 for versions in view.announced.values())
    assert len(view.notices.unconfirmed) == 1
    status, day = StatusSeen("valid", view.as_of), region.NOW.date()
    asked = list(islice(cycle(questions(view)), ROUNDS))
    began = time.process_time()
    for facts, host in asked:
        decide(facts, host=host, at=day, registry=view, status=status)
    rate = ROUNDS / (time.process_time() - began)
    print(f"{rate:.0f} decisions a second")
    assert rate >= RATE
