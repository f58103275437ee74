"""From an order to a certificate: once, whole, and across crashes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from orjson import loads

from certes.credential import skillcard, wallet
from certes.credential.errors import Malformed
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, verify_proof
from certes.runtime.database import migrate, open_database
from certes.runtime.refusals import Busy, Conflict, Forbidden
from issuer.issuance import Desk, issue, resume
from issuer.order import read_order, write_order
from issuer.store import Issued, Plan, Signed
from issuer.store_sql import SqlStore
from tests.unit.issuer.office import NETWORK, NOW, SIGNER, desk, national_payload, order, registry_view

LATER = NOW + timedelta(hours=1)


class Crash(RuntimeError):
    """The process ends here."""


class CrashingStore(SqlStore):
    """Ends the process before or after the second write."""

    def __init__(self, database: Any, *, after_write: bool) -> None:
        super().__init__(database)
        self._after_write = after_write

    def complete(self, plan: Plan, signed: Signed, *, now: Any) -> tuple[Issued, bool]:
        """Never returns."""
        if self._after_write:
            super().complete(plan, signed, now=now)
        raise Crash


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Any]:
    """An empty issuer database."""
    opened = open_database(f"sqlite:///{tmp_path}/issuer.sqlite")
    migrate(opened, "issuer")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Any) -> SqlStore:
    """Its store."""
    return SqlStore(database)


def test_both_faces_are_signed_and_say_the_same(store: SqlStore) -> None:
    made, created = issue(order(), body="CFM", desk=desk(store), now=NOW)
    assert created
    credential = loads(made.signed.wallet)
    card = skillcard.decode_bytes(made.signed.card, networks=(NETWORK,))
    for document, suite in ((credential, EDDSA_RDFC_2022), (card.document(), EDDSA_JCS_2022)):
        facts = verify_proof(document, key_for=lambda _: SIGNER.public_key, suites=(suite,))
        assert facts.verification_method == "did:web:skills.example:cm:1#k1"
    assert wallet.read(credential, network=NETWORK) == card.certification
    assert card.certification.status == made.plan.slot
    assert card.certification.signed_on == NOW.date()
    assert card.certification.achievement.occupation == "7212"  # the list's, not the caller's


def test_the_same_order_again_is_the_same_certificate(store: SqlStore) -> None:
    first, _ = issue(order(), body="CFM", desk=desk(store), now=NOW)
    again, created = issue(order(), body="CFM", desk=desk(store), now=LATER)
    assert (again, created) == (first, False)


def test_one_number_ten_times_in_parallel_is_one_certificate(store: SqlStore) -> None:
    at = desk(store)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: issue(order(), body="CFM", desk=at, now=NOW), range(10)))
    assert len({made.signed for made, _ in answers}) == 1
    assert sum(created for _, created in answers) == 1


def test_a_certificate_stays_the_answer_after_the_accreditation_has_ended(store: SqlStore) -> None:
    first, _ = issue(order(), body="CFM", desk=desk(store), now=NOW)
    ended = desk(store, registry_view(history=[{"status": "withdrawn", "from": "2026-01-01"}]))
    assert issue(order(), body="CFM", desk=ended, now=LATER) == (first, False)
    with pytest.raises(Forbidden):
        issue(order(number="B-2"), body="CFM", desk=ended, now=LATER)


def test_another_content_under_an_issued_number_is_refused(store: SqlStore) -> None:
    issue(order(), body="CFM", desk=desk(store), now=NOW)
    with pytest.raises(Conflict) as refusal:
        issue(order(level=5), body="CFM", desk=desk(store), now=NOW)
    assert refusal.value.code == "certificate_number_taken_with_other_content"


def test_outside_the_accreditation_nothing_is_planned(store: SqlStore) -> None:
    with pytest.raises(Forbidden) as refusal:
        issue(order(), body="CFA", desk=desk(store), now=NOW)
    assert refusal.value.code == "outside_body_scope_level"
    assert store.unfinished(planned_before=LATER, limit=10) == ()


def test_without_a_trust_list_nothing_is_signed(store: SqlStore) -> None:
    blind = replace(desk(store), registry=lambda: None)
    with pytest.raises(Busy) as refusal:
        issue(order(), body="CFM", desk=blind, now=NOW)
    assert refusal.value.code == "trust_list_not_available"


def test_a_lint_failure_leaves_no_data_of_the_person_and_the_number_can_be_used(store: SqlStore) -> None:
    too_long = order(person={"name": "Ế" * 90, "birth_date": "1991"}, number="N" * 40)
    with pytest.raises(Malformed) as refusal:
        issue(too_long, body="CFM", desk=desk(store), now=NOW)
    assert (refusal.value.code, refusal.value.field) == ("card_too_large", "person.name")
    assert store.unfinished(planned_before=LATER, limit=10) == ()
    corrected = order(number="N" * 40)
    assert issue(corrected, body="CFM", desk=desk(store), now=NOW)[1]


@pytest.mark.parametrize(
    ("member", "value", "code", "field"),
    [
        ("awarded_on", "2026-11-26", "signed_before_award", "awarded_on"),
        ("valid_until", "2026-04-10", "valid_until_not_after_award", "valid_until"),
        ("person", {"name": "NGO", "birth_date": "2020"}, "holder_too_young", "person.birth_date"),
    ],
)
def test_what_may_not_be_signed_is_named_as_the_caller_wrote_it(
    store: SqlStore, member: str, value: Any, code: str, field: str
) -> None:
    with pytest.raises(Malformed) as refusal:
        issue(order(**{member: value}), body="CFM", desk=desk(store), now=NOW)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_crash_after_signing_is_finished_with_the_same_slot_by_a_restart(database: Any) -> None:
    crashing = CrashingStore(database, after_write=False)
    with pytest.raises(Crash):
        issue(order(), body="CFM", desk=desk(crashing), now=NOW)
    store = SqlStore(database)
    (left,) = store.unfinished(planned_before=LATER, limit=10)
    assert resume(desk=desk(store), planned_before=LATER, now=LATER) == 1
    found = store.find(order().number, body="CFM")
    assert found is not None
    assert found.plan.slot == left.slot
    assert resume(desk=desk(store), planned_before=LATER, now=LATER) == 0


def test_a_crash_after_signing_is_finished_with_the_same_slot_by_the_same_request(database: Any) -> None:
    with pytest.raises(Crash):
        issue(order(), body="CFM", desk=desk(CrashingStore(database, after_write=False)), now=NOW)
    store = SqlStore(database)
    (left,) = store.unfinished(planned_before=LATER, limit=10)
    made, created = issue(order(), body="CFM", desk=desk(store), now=NOW)
    assert created
    assert made.plan.slot == left.slot


def test_a_crash_after_the_last_write_gives_the_same_certificate_again(database: Any) -> None:
    with pytest.raises(Crash):
        issue(order(), body="CFM", desk=desk(CrashingStore(database, after_write=True)), now=NOW)
    store = SqlStore(database)
    kept = store.find(order().number, body="CFM")
    assert issue(order(), body="CFM", desk=desk(store), now=LATER) == (kept, False)


def test_a_plan_whose_accreditation_ended_meanwhile_is_abandoned(database: Any) -> None:
    with pytest.raises(Crash):
        issue(order(), body="CFM", desk=desk(CrashingStore(database, after_write=False)), now=NOW)
    store = SqlStore(database)
    ended = registry_view(bodies=national_payload()["issuers"][0]["bodies"][1:])
    assert resume(desk=desk(store, ended), planned_before=LATER, now=LATER) == 0
    assert store.unfinished(planned_before=LATER, limit=10) == ()
    assert store.find(order().number, body="CFM") is None


def test_a_key_that_is_not_listed_signs_nothing(store: SqlStore) -> None:
    listed = national_payload()["issuers"][0]["keys"][0]
    for change in ({"kid": "k2"}, {"compromisedSince": "2026-01-01"}, {"retiredOn": "2026-11-01"}):
        at: Desk = desk(store, registry_view(keys=[listed | change]))
        with pytest.raises(Busy) as refusal:
            issue(order(), body="CFM", desk=at, now=NOW)
        assert refusal.value.code == "signing_key_not_listed"


def test_an_order_comes_back_from_its_canonical_form() -> None:
    for each in (
        order(),
        order(standard={"number": 3, "version": 1}, units=[1, 4], valid_until="2030-01-01"),
    ):
        assert read_order(write_order(each)) == each
