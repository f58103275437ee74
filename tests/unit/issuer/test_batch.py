"""Many orders at a time: the same certificates as one by one, refusals kept apart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from certes.credential.errors import Misuse, Refusal, Unsupported
from certes.runtime.database import migrate, open_database
from issuer import batch
from issuer.batch import issue_many
from issuer.issuance import issue, resume
from issuer.store import Issued
from issuer.store_sql import SqlStore
from tests.unit.issuer.office import NOW, desk, order


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store."""
    opened = open_database(f"sqlite:///{tmp_path}/issuer.sqlite")
    migrate(opened, "issuer")
    yield SqlStore(opened)
    opened.close()


def test_a_batch_issues_what_single_orders_would(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CHUNK", 4)
    orders = [order(number=f"CFM/{number}") for number in range(10)]
    made = list(issue_many(orders, body="CFM", desk=desk(store), now=NOW))
    assert [issued.plan.number for issued in made if isinstance(issued, Issued)] == [o.number for o in orders]
    for one, issued in zip(orders, made, strict=True):
        assert issue(one, body="CFM", desk=desk(store), now=NOW) == (issued, False)
    assert list(issue_many(orders, body="CFM", desk=desk(store), now=NOW)) == made


def test_a_refused_order_is_answered_by_its_refusal_alone(store: SqlStore) -> None:
    good = order(number="CFM/1")
    foreign = replace(order(number="CFM/2"), trade=9_999)
    ahead = replace(order(number="CFM/3"), awarded_on=NOW.date() + timedelta(days=9))
    answers = list(issue_many([good, foreign, ahead], body="CFM", desk=desk(store), now=NOW))
    assert isinstance(answers[0], Issued)
    assert all(isinstance(answer, Refusal) for answer in answers[1:])
    assert store.unfinished(planned_before=NOW + timedelta(days=1), limit=9) == ()


def test_what_could_not_be_signed_is_a_plan_that_is_resumed(store: SqlStore) -> None:
    orders = [order(number="CFM/1"), order(number="CFM/2")]

    def refuse(items: object) -> list[Unsupported]:
        return [Unsupported("hsm_away"), Unsupported("hsm_away")]

    answers = list(issue_many(orders, body="CFM", desk=desk(store), now=NOW, sign_many=refuse))
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["hsm_away"] * 2
    later = NOW + timedelta(hours=1)
    assert resume(desk=desk(store), planned_before=later, now=later) == 2


def test_a_number_twice_is_a_mistake(store: SqlStore) -> None:
    with pytest.raises(Misuse, match="number_repeated"):
        list(issue_many([order(), order()], body="CFM", desk=desk(store), now=NOW))
