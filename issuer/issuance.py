"""An order becomes a certificate, in an order of steps that no crash can turn into a secret certificate.

    accreditation   may this body certify this today?
    plan            number and status slot, committed before anything is signed
    draft, lint     only what was linted can be signed
    sign, verify    both faces, and our own signatures checked as a stranger would
    complete        the documents committed; only then does anybody see them

A crash before `plan` leaves nothing. A crash between `plan` and `complete` leaves a plan that the next
start, or the same request again, finishes with the same slot. A signature made just before such a crash was
handed to nobody; signing the same bytes again gives the same signature (Ed25519), and on a later day
another one over the same number and slot, of which only the one that `complete` kept can ever be seen.
Whatever was signed has a committed slot, so whatever was signed can be revoked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import orjson

from certes.credential import skillcard, wallet
from certes.credential.errors import Malformed, Misuse, Unsupported
from certes.credential.keys import PublicKey, Signer
from certes.credential.linting import Linted, lint
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, sign, verify_proof
from certes.runtime.logs import log, warn
from certes.runtime.refusals import Busy, Conflict, Forbidden
from certes.trust.records import RegistryView
from issuer.accreditation import Accredited, Office, require_accredited
from issuer.drafting import draft
from issuer.order import Order, read_order, write_order
from issuer.store import Issued, Plan, Signed, Store

# Members of a draft as the request spells them; the others are spelled alike.
_FIELDS = {
    "achievement.trade": "trade.code",
    "achievement.trade_version": "trade.version",
    "achievement.level": "level",
    "achievement.units": "units",
    "achievement.standard.number": "standard.number",
    "achievement.standard.version": "standard.version",
    "signed_on": "awarded_on",  # the signature is today's, so it is the award that lies ahead
    "labels.place": "assessment.place",
    "labels.assessment": "assessment.method",
}
SUITES = (EDDSA_RDFC_2022, EDDSA_JCS_2022)
MAX_RESUMED = 1_000  # plans finished in one turn


@dataclass(frozen=True)
class Desk:
    """What issuing needs: who we are, our key, our memory, and what the network knows."""

    office: Office
    signer: Signer
    store: Store
    registry: Callable[[], RegistryView | None]
    card_address: str
    sandbox: bool = False


def issue(order: Order, *, body: str, desk: Desk, now: datetime) -> tuple[Issued, bool]:
    """The certificate of this order, and whether this call made it.

    Raises what `require_accredited`, `Store.plan` and `lint` raise, and Busy `trust_list_not_available`.
    """
    content = write_order(order)
    found = desk.store.find(order.number, body=body)
    if (
        found is not None
    ):  # asked before accreditation: a certificate that exists stays the answer, whatever came later
        return _same(found, content), False
    accredited = accredited_for(order, body=body, desk=desk, now=now)
    planned = desk.store.plan(number=order.number, body=body, content=content, now=now)
    if isinstance(planned, Issued):
        return planned, False
    return _finish(planned, order, accredited, desk=desk, now=now)


def resume(*, desk: Desk, planned_before: datetime, now: datetime) -> int:
    """Finish, or abandon with its reason, every plan that a crash left behind. Returns how many were
    finished.

    Raises Busy when the trust list or the database is not available: the next turn tries again.
    """
    finished = 0
    for plan in desk.store.unfinished(planned_before=planned_before, limit=MAX_RESUMED):
        order = read_order(plan.content)
        try:
            accredited = accredited_for(order, body=plan.body, desk=desk, now=now)
            _finish(plan, order, accredited, desk=desk, now=now)
        except (Forbidden, Malformed, Unsupported) as refusal:
            desk.store.abandon(plan, code=refusal.code)
            warn("plan_abandoned", code=refusal.code)
        except Conflict as conflict:  # the body has sent another content meanwhile, and that is being issued
            log("plan_superseded", code=conflict.code)
        except Misuse as misuse:  # a bug of ours with this one: the others need not wait for it
            warn("plan_not_finished", code=misuse.code)
        else:
            finished += 1
    return finished


def accredited_for(order: Order, *, body: str, desk: Desk, now: datetime) -> Accredited:
    """What the country's signed list grants. Raises as `require_accredited`, and Busy
    `trust_list_not_available`."""
    registry = desk.registry()
    if registry is None:
        raise Busy("trust_list_not_available")
    return require_accredited(
        order,
        body=body,
        office=desk.office,
        public_key=desk.signer.public_key,
        registry=registry,
        at=now.date(),
    )


def _same(found: Issued, content: bytes) -> Issued:
    if found.plan.content != content:
        raise Conflict("certificate_number_taken_with_other_content", field="number")
    return found


def _finish(
    plan: Plan, order: Order, accredited: Accredited, *, desk: Desk, now: datetime
) -> tuple[Issued, bool]:
    try:
        linted = lint(
            draft(
                order,
                accredited,
                plan,
                office=desk.office,
                card_address=desk.card_address,
                signed_on=now.date(),
            )
        )
    except Malformed as fault:
        # Nothing was signed and nothing will be: the person's data need not stay. The body may correct the
        # order.
        desk.store.abandon(plan, code=fault.code)
        raise of_the_request(fault) from None
    signed = sign_faces(linted, signer=desk.signer, now=now)
    return desk.store.complete(plan, signed, now=now)


def of_the_request(fault: Malformed) -> Malformed:
    """The same fault, naming the member as the caller wrote it."""
    return Malformed(fault.code, field=_FIELDS.get(fault.field or "", fault.field), **fault.params)


def sign_faces(linted: Linted, *, signer: Signer, now: datetime) -> Signed:
    """Both faces, each verified as a stranger would before anybody gets it."""
    facts, network = linted.facts, linted.network
    midnight = datetime.combine(
        facts.signed_on, time(), now.tzinfo
    )  # a card holds days, so its proof does too
    card = sign(
        skillcard.document(facts, network=network), signer=signer, suite=EDDSA_JCS_2022, created=midnight
    )
    credential = sign(
        wallet.document(facts, linted.labels, network=network),
        signer=signer,
        suite=EDDSA_RDFC_2022,
        created=now,
    )
    raw = orjson.dumps(credential)
    encoded = skillcard.encode(card, facts, network=network)
    _require_good(raw, encoded, linted, signer)
    return Signed(raw, encoded, facts.key, facts.signed_on)


def _require_good(raw: bytes, encoded: bytes, linted: Linted, signer: Signer) -> None:
    """What was just made says what was meant, under our key. Anything else is a bug, and nothing goes out."""

    def key_for(method: str) -> PublicKey:
        if method != signer.verification_method:
            raise Misuse("own_signature_wrong", field="proof.verificationMethod")
        return signer.public_key

    card = skillcard.decode_bytes(encoded, networks=(linted.network,))
    credential: dict[str, Any] = orjson.loads(raw)
    for document in (card.document(), credential):
        verify_proof(document, key_for=key_for, suites=SUITES)
    read_back = wallet.read(credential, network=linted.network)
    if card.certification != linted.facts or read_back != linted.facts:
        raise Misuse("own_facts_wrong")
