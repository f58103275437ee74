"""Many orders of one body at a time: the steps of `issuance`, each taken for a whole chunk.

The order of the steps is the same, so a crash leaves what it leaves there: plans that `resume` finishes. Each
chunk is planned in one transaction and completed in another; in between it is signed, by the caller's own
thread or by warm processes. An order that is refused is answered by its refusal, the others are issued.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from certes.credential.errors import Malformed, Misuse, Refusal
from certes.credential.keys import Signer
from certes.credential.linting import Linted, lint
from certes.runtime.refusals import Conflict, Forbidden
from issuer.accreditation import Accredited
from issuer.drafting import draft
from issuer.issuance import Desk, accredited_for, of_the_request, sign_faces
from issuer.order import Order, write_order
from issuer.store import Issued, Plan, Signed

CHUNK = 500  # of one transaction; other callers of the store wait for one of these at most

SignMany = Callable[[Sequence[tuple[Linted, datetime]]], Iterable[Signed | Refusal]]


def issue_many(
    orders: Sequence[Order], *, body: str, desk: Desk, now: datetime, sign_many: SignMany | None = None
) -> Iterator[Issued | Refusal]:
    """The certificate of each order, or why there is none, in order.

    Raises Misuse `number_repeated` before anything is planned, and Busy as `issue`; what was answered before
    stays issued, and asking again is safe.
    """
    if len({order.number for order in orders}) != len(orders):
        raise Misuse("number_repeated", field="number")
    sign = sign_many or (lambda items: [_signed(desk.signer, item) for item in items])
    before: _Chunk | None = None
    for at in range(0, len(orders), CHUNK):
        # The next chunk is planned and given to be signed before the last one is completed: neither waits.
        chunk = _begin(orders[at : at + CHUNK], body=body, desk=desk, now=now, sign=sign)
        if before is not None:
            yield from _complete(before, desk=desk, now=now)
        before = chunk
    if before is not None:
        yield from _complete(before, desk=desk, now=now)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Orders on their way: what is answered already, the plans of the others, and their documents to come."""

    numbers: tuple[str, ...]
    answers: dict[str, Issued | Refusal]
    plans: tuple[Plan, ...]
    signed: Iterable[Signed | Refusal]


def _signed(signer: Signer, item: tuple[Linted, datetime]) -> Signed | Refusal:
    try:
        return sign_faces(item[0], signer=signer, now=item[1])
    except Refusal as refusal:
        return refusal


def _begin(orders: Sequence[Order], *, body: str, desk: Desk, now: datetime, sign: SignMany) -> _Chunk:
    answers: dict[str, Issued | Refusal] = {}
    accredited: dict[str, Accredited] = {}
    for order in orders:
        try:
            accredited[order.number] = accredited_for(order, body=body, desk=desk, now=now)
        except (Forbidden, Malformed) as refusal:
            answers[order.number] = _kept(order, refusal, body=body, desk=desk)
    wanted = {order.number: write_order(order) for order in orders if order.number in accredited}
    planned = desk.store.plan_many(wanted, body=body, now=now)
    ready: list[tuple[Plan, Linted]] = []
    for order in orders:
        found = planned.get(order.number)
        if isinstance(found, Plan):
            linted = _linted(found, order, accredited[order.number], desk=desk, now=now)
            if isinstance(linted, Refusal):
                answers[order.number] = linted
            else:
                ready.append((found, linted))
        elif found is not None:
            answers[order.number] = found
    signed = sign([(linted, now) for _, linted in ready])
    return _Chunk(tuple(order.number for order in orders), answers, tuple(plan for plan, _ in ready), signed)


def _kept(order: Order, refusal: Refusal, *, body: str, desk: Desk) -> Issued | Refusal:
    """A certificate that exists stays the answer, whatever became of the accreditation."""
    found = desk.store.find(order.number, body=body)
    return found if found is not None and found.plan.content == write_order(order) else refusal


def _linted(
    plan: Plan, order: Order, accredited: Accredited, *, desk: Desk, now: datetime
) -> Linted | Refusal:
    try:
        return lint(
            draft(
                order,
                accredited,
                plan,
                office=desk.office,
                card_address=desk.card_address,
                signed_on=now.date(),
            )
        )
    except Malformed as fault:  # as in `issue`: nothing will be signed, so nothing about the person stays
        desk.store.abandon(plan, code=fault.code)
        return of_the_request(fault)


def _complete(chunk: _Chunk, *, desk: Desk, now: datetime) -> list[Issued | Refusal]:
    pairs: list[tuple[Plan, Signed]] = []
    answers = dict(chunk.answers)
    for plan, signed in zip(chunk.plans, chunk.signed, strict=True):
        if isinstance(signed, Refusal):
            answers[plan.number] = signed
        else:
            pairs.append((plan, signed))
    for (plan, _), done in zip(pairs, desk.store.complete_many(pairs, now=now), strict=True):
        answers[plan.number] = done if isinstance(done, Conflict) else done[0]
    return [answers[number] for number in chunk.numbers]
