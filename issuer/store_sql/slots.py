"""Status slots: random, so that an index says nothing about its certificate, and never given twice."""

from sqlmodel import Session, col, select

from certes.credential.achievement import StatusSlot
from certes.credential.status.bitstring import MIN_ENTRIES
from certes.runtime.randomness import random_below
from certes.runtime.refusals import Busy
from issuer.store_sql.tables import AllocationRow, CertificateRow

LIST_ENTRIES = (
    MIN_ENTRIES  # 131,072: the herd a list's reader hides in (Bitstring Status List 1.0, section 6.1)
)
FULL_AT = LIST_ENTRIES * 85 // 100  # beyond it, drawing free indexes costs more than a new list
CANDIDATES = 16  # drawn at once: all taken with probability 0.85^16 = 7 % in a list that is nearly full
ROUNDS = 16  # all taken sixteen times: 1e-18


def take_slot(session: Session, *, entries: int = LIST_ENTRIES, full_at: int = FULL_AT) -> StatusSlot:
    """A slot for one certificate, counted as used. Raises Busy `status_slot_unavailable`.

    Holds the allocation row until the transaction ends: whoever plans, plans alone. The UNIQUE constraint
    on the certificate stands behind it.
    """
    allocation = session.exec(select(AllocationRow).where(AllocationRow.id == 1).with_for_update()).one()
    if allocation.used >= full_at:
        allocation.list += 1
        allocation.used = 0
    allocation.used += 1
    session.add(allocation)
    return StatusSlot(allocation.list, _free_index(session, allocation.list, entries))


def _free_index(session: Session, number: int, entries: int) -> int:
    for _ in range(ROUNDS):
        candidates = [random_below(entries) for _ in range(CANDIDATES)]
        taken = set(
            session.exec(
                select(CertificateRow.status_index).where(
                    CertificateRow.status_list == number, col(CertificateRow.status_index).in_(candidates)
                )
            )
        )
        for candidate in candidates:
            if candidate not in taken:
                return candidate
    raise Busy("status_slot_unavailable")


def used_lists(session: Session) -> tuple[int, ...]:
    """Every list that has ever given a slot, or is about to."""
    newest = session.exec(select(AllocationRow.list)).one()
    return tuple(range(1, newest + 1))
