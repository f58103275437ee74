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


def take_slots(
    session: Session, count: int, *, entries: int = LIST_ENTRIES, full_at: int = FULL_AT
) -> list[StatusSlot]:
    """As `take_slot`, for many certificates at once: the block is counted first, then drawn."""
    allocation = session.exec(select(AllocationRow).where(AllocationRow.id == 1).with_for_update()).one()
    slots: list[StatusSlot] = []
    while len(slots) < count:
        if allocation.used >= full_at:
            allocation.list += 1
            allocation.used = 0
        block = min(count - len(slots), full_at - allocation.used)
        allocation.used += block
        slots += [
            StatusSlot(allocation.list, index)
            for index in _free_indexes(session, allocation.list, block, entries)
        ]
    session.add(allocation)
    return slots


def _free_indexes(session: Session, number: int, count: int, entries: int) -> list[int]:
    """`count` different free indexes, in the order in which they were drawn."""
    drawn: dict[int, None] = {}
    for _ in range(ROUNDS):
        candidates = {random_below(entries): None for _ in range(2 * (count - len(drawn)) + CANDIDATES)}
        query = select(CertificateRow.status_index).where(
            CertificateRow.status_list == number, col(CertificateRow.status_index).in_(list(candidates))
        )
        taken = set(session.exec(query))
        for candidate in candidates:
            if candidate not in taken and len(drawn) < count:
                drawn[candidate] = None
        if len(drawn) == count:
            return list(drawn)
    raise Busy("status_slot_unavailable")


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
