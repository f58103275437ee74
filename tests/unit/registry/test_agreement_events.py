"""Acts of one party through the registry: taken in, refused in their own words, shown to people."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from certes.runtime.languages import LANGUAGES, has_words
from certes.trust.bundle import parse_bundle
from certes.trust.signing import SignedObject
from tests.governance import act, told
from tests.unit.registry.conftest import Registry
from tests.world import World
from tests.world_data import AGREEMENT

SUSPENDED: dict[str, Any] = {"start": "2026-11-21", "protectsIssuedBefore": True}


def page(registry: Registry, language: str = "en") -> str:
    """The agreement's page as its reader sees it."""
    text = registry.client.get(f"/agreements/{AGREEMENT}?lang={language}").text
    inline = re.sub(r"</?(bdi|strong|span)[^>]*>", "", text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inline)))


def refused(registry: Registry, found: SignedObject) -> tuple[int, str]:
    answer = registry.submit(found)
    return answer.status_code, answer.json()["code"]


def test_an_act_is_taken_in_and_travels_in_the_bundle(registry: Registry) -> None:
    found = act("GA", "suspension", articles=["A1"], **SUSPENDED)
    assert registry.submit(found).status_code == 201
    assert registry.submit(found).status_code == 200
    registry.renew()
    raw = registry.client.get("/v1/bundle").content
    view = parse_bundle(raw, charter_id=registry.world.charter_id, floor=None, now=registry.clock.now)
    (entry,) = [each for each in view.entries if each.type == "AgreementEvent"]
    assert (entry.subject, entry.version) == (f"{AGREEMENT}#GA", 1)
    assert told(view)[1] == "agreement_in_force"
    later = registry.clock.now + timedelta(days=2)
    assert told(view, now=later)[1] == "agreement_suspended_older_protected"


def test_versions_of_a_party_rise_by_one_each_country_for_itself(registry: Registry) -> None:
    assert registry.submit(act("GA", "suspension", **SUSPENDED)).status_code == 201
    assert registry.submit(act("CM", "suspension", **SUSPENDED)).status_code == 201
    end: dict[str, Any] = {"start": "2026-11-25"}
    assert refused(registry, act("GA", "suspension_end", version=3, **end)) == (409, "object_version_skipped")
    assert refused(registry, act("GA", "suspension_end", version=1, **end)) == (
        409,
        "object_version_conflict",
    )
    assert registry.submit(act("GA", "suspension_end", version=2, **end)).status_code == 201


def bad_acts() -> Iterator[tuple[SignedObject, str]]:
    """Each with the code of its refusal."""
    world, good = World(), dict(act("GA", "withdrawal", start="2027-01-01").payload)
    yield world.sign("AgreementEvent", "GA", good, keys_each=1), "threshold_not_reached"
    yield world.sign("AgreementEvent", "GA", good, by=["CM"]), "threshold_not_reached"
    yield world.sign("AgreementEvent", "GA", good, by=["GA", "CM"]), "signature_without_say"
    yield world.sign("AgreementEvent", "CM", good), "envelope_differs"
    yield world.sign("AgreementEvent", "GA", good | {"agreement": "urn:none"}), "event_without_agreement"
    yield world.sign("AgreementEvent", "GA", good | {"agreement": "urn:" + "x" * 200}), "agreement_id_invalid"
    yield world.sign("AgreementEvent", "GA", good | {"until": "2028-01-01"}), "schema_violation"
    yield act("GA", "in_force", start="2027-01-01"), "event_already_in_force"
    yield act("GA", "reservation", of=["A1"]), "event_reservation_too_late"
    yield act("GA", "suspension", articles=["A9"], **SUSPENDED), "event_name_unknown"
    yield act("GA", "suspension_end", start="2027-01-01"), "event_nothing_to_end"


@pytest.mark.parametrize(
    ("found", "code"), [*bad_acts()], ids=lambda each: each if isinstance(each, str) else ""
)
def test_what_may_not_be_declared_is_refused_in_its_own_words(
    registry: Registry, found: SignedObject, code: str
) -> None:
    assert refused(registry, found) == (422, code)
    assert has_words("problems", code)
    assert has_words("problems", f"{code}.fix")
    assert registry.client.get("/healthz").json()["size"] == len(registry.world.objects)


def test_nothing_follows_a_withdrawal(registry: Registry) -> None:
    assert registry.submit(act("GA", "withdrawal", start="2027-01-01")).status_code == 201
    again: dict[str, Any] = {"version": 2, "start": "2027-06-01"}
    assert refused(registry, act("GA", "withdrawal", **again)) == (422, "event_after_withdrawal")


def test_the_page_tells_who_declared_what_and_when(registry: Registry) -> None:
    assert "What countries have declared since" not in page(registry)
    registry.submit(act("GA", "suspension", articles=["A1"], ref="décret 4", **SUSPENDED))
    registry.submit(act("GA", "suspension_end", version=2, start="2026-12-01"))
    registry.submit(act("CG", "withdrawal", start="2026-06-01"))
    registry.submit(act("CD", "suspension", start="2026-01-01", end="2026-02-01", protectsIssuedBefore=False))
    registry.renew()
    text = page(registry)
    assert "Gabon: Application is suspended from 21 November 2026. Concerns: Article A1." in text
    assert "What was awarded before remains recognised. Received on 20 November 2026. (décret 4)" in text
    assert "The suspension ends on 1 December 2026. Received on 20 November 2026." in text
    assert "Withdrawal, with effect from 20 November 2026. The declaration names 1 June 2026." in text
    assert "It was over before it was received, and never had an effect." in text
    assert text.index("décret 4") < text.index("Withdrawal, with effect")
    for language in LANGUAGES:
        shown = page(registry, language)
        assert "event." not in shown
        assert "events." not in shown


def test_the_page_says_when_a_reservation_ends(registry: Registry) -> None:
    def unratified(payload: dict[str, Any]) -> None:
        for party in payload["parties"]:
            if party["country"] == "GA":
                del party["inForceFrom"]

    registry.submit(registry.world.next_version("Agreement", AGREEMENT, unratified))
    names = ["A3", "isco08:7233"]
    registry.submit(act("GA", "reservation", of=names))
    registry.submit(act("GA", "in_force", version=2, start="2026-11-20"))
    registry.renew()
    text = page(registry)
    assert "Does not apply: Article A3. Does not apply: Agricultural" in text
    assert "Reservation: not applied here: Article A3, Agricultural" in text
    registry.submit(act("GA", "reservation_end", version=3, start="2026-12-01", of=["A3"]))
    registry.submit(act("GA", "reservation_end", version=4, start="2026-11-20", of=["isco08:7233"]))
    registry.renew()
    text = page(registry)
    assert "Does not apply until 1 December 2026: Article A3." in text
    assert "Does not apply: Agricultural" not in text
    assert "End of the reservation from 1 December 2026: Article A3." in text


def test_the_home_page_leads_to_the_standards(read_only: Registry) -> None:
    text = read_only.client.get("/?lang=fr").text
    assert '<a href="/standards?lang=fr">Référentiels régionaux des métiers</a>' in text
