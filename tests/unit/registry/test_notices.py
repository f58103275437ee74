"""A country's warning at the registry: served at once, kept, logged, confirmed or lifted, never a flood."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from certes.credential.canon.jcs import canonicalize
from certes.credential.errors import Unreachable
from certes.runtime.fetch import Fetcher, Hosts
from certes.runtime.languages import catalogue
from certes.runtime.trust_source import TrustSource
from certes.trust.bundle import MAX_NOTICES_OF_A_COUNTRY, TrustView
from certes.trust.notices import State
from certes.trust.notices_file import parse_notice
from tests.notice_help import STOLEN, SUSPENDED, answer, notice
from tests.unit.registry.conftest import Registry, restarted
from tests.world import NOW, World

DID = "did:web:skills.example:cm:1"


def cut_off(registry: Registry) -> None:
    """No witness answers."""
    registry.jury.away = set(registry.jury.names)


def taken(registry: Registry, *objects: Any) -> None:
    """Post objects that are accepted."""
    for found in objects:
        answered = registry.submit(found)
        assert answered.status_code == 201, answered.json()


def code(answered: httpx.Response) -> tuple[int, str]:
    """A refusal."""
    return answered.status_code, answered.json()["code"]


def listed(registry: Registry) -> list[dict[str, Any]]:
    """What programs are told."""
    found: list[dict[str, Any]] = registry.client.get("/v1/notices").json()["notices"]
    return found


def served(registry: Registry) -> tuple[int, int]:
    """Logged entries and unlogged notices of the bundle."""
    bundle = registry.client.get("/v1/bundle").json()
    return len(bundle["entries"]), len(bundle["notices"])


class Device:
    """A verifier that fetches from this registry."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self.registry = registry
        transport = httpx.MockTransport(self._answer)
        self.source = TrustSource(
            url="https://r.example/v1/bundle",
            charter_id=World().charter_id,
            folder=folder,
            fetcher=Fetcher(Hosts(frozenset({"r.example"})), transport=transport),
            clock=registry.clock,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answered = self.registry.client.get(request.url.path)
        headers = {"ETag": answered.headers["ETag"]} if "ETag" in answered.headers else {}
        stream = httpx.ByteStream(answered.content)
        return httpx.Response(answered.status_code, headers=headers, stream=stream)

    def refreshed(self) -> TrustView:
        """Its view after a fetch."""
        self.source.refresh()
        return self.held

    @property
    def held(self) -> TrustView:
        """Its view."""
        view = self.source.view
        if view is None:
            raise Unreachable("nothing_held")
        return view


def states(view: TrustView) -> list[State]:
    return [each.state for each in view.registry.notices.posted]


def test_a_device_has_it_before_any_witness_has_seen_it(registry: Registry, tmp_path: Path) -> None:
    device = Device(registry, tmp_path)
    assert states(device.refreshed()) == []
    cut_off(registry)
    answered = registry.submit(notice(STOLEN))
    assert (answered.status_code, answered.json()["published"]) == (201, False)
    assert served(registry) == (12, 1)
    view = device.refreshed()
    assert (states(view), view.tree.size) == ([State.UNDETERMINED], 12)
    registry.jury.away = set()
    registry.clock.pass_time(minutes=5)
    registry.renew()
    assert served(registry) == (13, 0)  # the log has it
    assert states(device.refreshed()) == [State.UNDETERMINED]
    assert device.held.notices == ()


def test_it_is_kept_over_a_restart_of_the_registry(registry: Registry) -> None:
    cut_off(registry)
    taken(registry, notice(STOLEN))
    other = restarted(registry)
    with other.client:
        assert served(other) == (12, 1)


def test_a_device_keeps_it_over_a_restart_whatever_it_is_served(registry: Registry, tmp_path: Path) -> None:
    device = Device(registry, tmp_path)
    device.refreshed()
    device.source.accept_notice(notice(STOLEN))  # from a stick
    again = Device(registry, tmp_path)
    again.source.load_kept()
    assert states(again.held) == [State.UNDETERMINED]
    assert states(again.refreshed()) == [State.UNDETERMINED]


def test_a_notice_file_is_taken_by_a_device(registry: Registry, tmp_path: Path) -> None:
    device = Device(registry, tmp_path)
    device.refreshed()
    device.source.accept_notice(parse_notice(canonicalize(notice(SUSPENDED).to_json())))
    assert states(device.held) == [State.UNDETERMINED]


def test_two_of_three_confirm_it(registry: Registry, tmp_path: Path) -> None:
    device, warning = Device(registry, tmp_path), notice(STOLEN)
    taken(registry, warning)
    assert code(registry.submit(answer(warning, keys=1))) == (422, "threshold_not_reached")
    taken(registry, answer(warning))
    view = device.refreshed()
    assert states(view) == [State.CONFIRMED]
    key = view.registry.national["CM"].issuers[DID].find_key("k1")
    assert key is not None
    assert key.compromised_since is not None
    document = registry.client.get("/cm/1/did.json").json()
    assert f"{DID}#k1" not in document["assertionMethod"]


def test_two_of_three_lift_it(registry: Registry, tmp_path: Path) -> None:
    warning = notice(STOLEN)
    taken(registry, warning, answer(warning, "lifted"))
    assert states(Device(registry, tmp_path).refreshed()) == [State.LIFTED]
    assert listed(registry) == []
    assert code(registry.submit(answer(warning, "confirmed"))) == (409, "object_version_conflict")


def test_the_same_again_is_there_already(registry: Registry) -> None:
    taken(registry, notice(STOLEN))
    assert registry.submit(notice(STOLEN)).status_code == 200
    assert registry.submit(notice(STOLEN, keys=3)).status_code == 200  # the signatures that were logged stay
    assert listed(registry)[0]["state"] == "undetermined"


def test_programs_are_told_which_ones_stand(registry: Registry) -> None:
    assert listed(registry) == []
    cut_off(registry)
    warning = notice({**STOLEN, "ref": "note 12"})
    taken(registry, warning)
    document = registry.client.get("/cm/1/did.json").json()
    assert f"{DID}#k1" not in document["assertionMethod"]
    assert listed(registry) == [
        {
            "object": warning.object_id, "country": "CM", "id": "2026-1", "act": "key_compromised",
            "issuer": DID, "key": "k1", "since": "2026-11-10", "ref": "note 12", "state": "undetermined",
            "posted_at": None, "confirm_by": None, "overdue": False,
        }
    ]  # fmt: skip
    registry.jury.away = set()
    registry.renew()
    (found,) = listed(registry)
    assert (found["posted_at"], found["confirm_by"]) == ("2026-11-20T08:00:00Z", "2026-11-27T08:00:00Z")
    registry.clock.pass_time(days=8)
    (found,) = listed(registry)
    assert (found["state"], found["overdue"]) == ("undetermined", True)
    taken(registry, answer(warning))
    (found,) = listed(registry)
    assert (found["state"], found["overdue"]) == ("confirmed", False)


def test_once_the_list_says_it_it_is_no_news(registry: Registry) -> None:
    warning = notice(STOLEN)
    taken(registry, warning)

    def mark(payload: dict[str, Any]) -> None:
        payload["issuers"][0]["keys"][0]["compromisedSince"] = "2026-11-10"

    taken(registry, World().next_version("NationalList", "CM", mark))
    assert listed(registry) == []


def test_a_typing_error_is_told_at_once(registry: Registry) -> None:
    assert code(registry.submit(notice({**STOLEN, "key": "k9"}))) == (422, "notice_key_unknown")
    assert code(registry.submit(notice({**SUSPENDED, "issuer": 9}))) == (422, "notice_issuer_unknown")
    assert code(registry.submit(answer(notice(STOLEN)))) == (422, "notice_not_logged")
    taken(registry, notice(STOLEN))
    assert code(registry.submit(answer(notice(SUSPENDED)))) == (422, "notice_not_logged")


def test_who_has_no_say_warns_of_nothing(registry: Registry) -> None:
    assert code(registry.submit(notice(STOLEN, by=["GA"]))) == (422, "notice_not_signed")
    assert code(registry.submit(notice(STOLEN, by=["CM", "GA"]))) == (422, "signature_without_say")
    assert code(registry.submit(notice(STOLEN, version=2))) == (409, "object_version_skipped")
    taken(registry, notice(STOLEN))
    assert code(registry.submit(notice(STOLEN, version=2))) == (422, "envelope_differs")


def test_a_theft_that_stands_is_not_lifted(registry: Registry) -> None:
    whole = notice(STOLEN, keys=2)
    taken(registry, whole)
    assert code(registry.submit(answer(whole, "lifted"))) == (409, "notice_cannot_be_lifted")


def test_one_key_cannot_flood_the_log(registry: Registry) -> None:
    flood = [notice(STOLEN, f"n{number}") for number in range(MAX_NOTICES_OF_A_COUNTRY + 1)]
    taken(registry, *flood[:-1])
    assert code(registry.submit(flood[-1])) == (409, "notices_open_too_many")
    taken(registry, notice({**STOLEN, "since": "2026-01-01"}, country="GA"))  # another country's has room
    taken(registry, notice(SUSPENDED, "whole", keys=2))  # so have two keys together
    taken(registry, answer(flood[0], "lifted"), flood[-1])


def test_a_status_list_under_a_key_in_doubt_is_not_taken(registry: Registry) -> None:
    document = World().status_list("CM", 1, "revocation", 1, now=NOW)
    other = World().status_list("CM", 1, "revocation", 1, now=NOW, key=2)
    taken(registry, notice(STOLEN))
    refused = registry.put_list(document)
    assert code(refused) == (403, "status_list_key_not_accepted")
    assert registry.put_list(other).status_code == 201  # another key of the issuer signs on


def test_an_issuer_in_doubt_still_withdraws(registry: Registry) -> None:
    taken(registry, notice(SUSPENDED))
    document = World().status_list("CM", 1, "revocation", 1, bits=(5,), now=NOW)
    assert registry.put_list(document).status_code == 201


def test_whoever_holds_them_is_told_so(registry: Registry) -> None:
    taken(registry, notice(STOLEN))
    first = registry.client.get("/v1/notices")
    again = registry.client.get("/v1/notices", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    registry.clock.now += timedelta(days=8)
    assert registry.client.get("/v1/notices").headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("language", ["fr", "en", "pt", "es", "ar"])
@pytest.mark.parametrize("path", ["/members/CM", "/issuers/CM/1"])
def test_people_are_told_on_the_pages_of_the_country_and_the_issuer(
    registry: Registry, path: str, language: str
) -> None:
    before = registry.client.get(path, params={"lang": language}).text
    assert 'id="notices"' not in before
    warning = notice(STOLEN)
    taken(registry, warning)
    page = registry.client.get(path, params={"lang": language}).text
    words = catalogue("registry", language)
    assert words["notices.title"] in page
    assert words["notices.undetermined"] in page
    assert "k1" in page
    taken(registry, answer(warning))
    page = registry.client.get(path, params={"lang": language}).text
    assert words["notices.confirmed"] in page
    assert words["notices.undetermined"] not in page


def test_another_countrys_page_says_nothing_of_it(registry: Registry) -> None:
    cut_off(registry)
    taken(registry, notice(STOLEN))
    assert 'id="notices"' not in registry.client.get("/members/GA").text
    assert 'id="notices"' not in registry.client.get("/issuers/CM/2").text
    english = registry.client.get("/issuers/CM/1?lang=en").text
    assert catalogue("registry", "en")["notices.not_logged"] in english
