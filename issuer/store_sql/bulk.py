"""Many certificates in one transaction: numbers, slots and documents written by few statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from certes.credential.achievement import StatusSlot
from issuer.store import Plan, Signed
from issuer.store_sql.slots import take_slots
from issuer.store_sql.tables import CertificateRow


def standing(session: Session, numbers: Sequence[str], *, lock: bool) -> Mapping[str, tuple[str, bytes]]:
    """State and content digest of those numbers that stand already; with `lock` their rows stay locked."""
    query = (
        select(CertificateRow.number, CertificateRow.state, CertificateRow.content_digest)
        .where(col(CertificateRow.number).in_(numbers))
        .order_by(col(CertificateRow.number))
    )
    rows = session.exec(query.with_for_update() if lock else query)
    return {number: (state, digest) for number, state, digest in rows}


def plan_new(
    session: Session,
    wanted: Mapping[str, tuple[bytes, bytes]],
    *,
    body: str,
    now: datetime,
    entries: int,
    full_at: int,
) -> dict[str, Plan]:
    """Plans for numbers that nobody has; each is given with its content and the content's digest.

    Holds the allocation from here on, so that a number cannot be taken meanwhile: what is in the answer is
    new, what is missing from it was taken just before.
    """
    if not wanted:
        return {}
    slots = take_slots(session, len(wanted), entries=entries, full_at=full_at)
    taken = standing(session, sorted(wanted), lock=True)
    free = [number for number in wanted if number not in taken]
    plans = {
        number: Plan(number, body, wanted[number][0], StatusSlot(slot.list, slot.index), now)
        for number, slot in zip(free, slots, strict=False)
    }
    rows = [
        {
            "number": plan.number,
            "body": body,
            "state": "planned",
            "content_digest": wanted[plan.number][1],
            "content": plan.content,
            "status_list": plan.slot.list,
            "status_index": plan.slot.index,
            "planned_at": now,
        }
        for plan in plans.values()
    ]
    if rows:
        session.execute(sa.insert(CertificateRow.__table__), rows)  # type: ignore[attr-defined]
    return plans


def complete_planned(session: Session, pairs: Sequence[tuple[Plan, Signed]], *, now: datetime) -> None:
    """Write the documents of plans whose rows are locked, planned, and of the same content."""
    table = CertificateRow.__table__  # type: ignore[attr-defined]
    statement = (
        sa.update(table)
        .where(table.c.number == sa.bindparam("the_number"))
        .values(
            state="issued",
            wallet=sa.bindparam("the_wallet"),
            card=sa.bindparam("the_card"),
            signing_key=sa.bindparam("the_key"),
            signed_on=sa.bindparam("the_day"),
            abandoned_for=None,
            issued_at=now,
        )
    )
    rows = [
        {
            "the_number": plan.number,
            "the_wallet": signed.wallet,
            "the_card": signed.card,
            "the_key": signed.key,
            "the_day": signed.signed_on,
        }
        for plan, signed in pairs
    ]
    if rows:
        session.execute(statement, rows)
