"""A batch of certificates through the issuer's domain into its SQLite file, against the same with PyLD.

Ours: `issuer.batch.issue_many`, signing in warm processes, one for each core. PyLD's: the same orders, one
after the other, each planned and completed in transactions of its own, its credential canonicalised by PyLD
(contexts in memory) and signed with the same key, nothing verified afterwards. A sample is run and scaled.
"""

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path

import orjson

from benchmarks.pyld_alone import canonical
from certes.credential import multibase, skillcard, wallet
from certes.credential.keys import Ed25519Signer
from certes.credential.linting import Linted, lint
from certes.credential.proof import EDDSA_JCS_2022, sign
from certes.runtime.batches import Batches
from certes.runtime.database import Database, migrate, open_database
from issuer.batch import issue_many
from issuer.drafting import draft
from issuer.issuance import Desk, accredited_for, sign_faces
from issuer.order import Order, write_order
from issuer.store import Issued, Plan, Signed
from issuer.store_sql import SqlStore
from tests.unit.issuer.office import CARD_ADDRESS, NOW, OFFICE, SIGNER, desk, order

BODY = "CFM"
SEED = bytes(range(32))


def orders(count: int) -> list[Order]:
    """So many different people."""
    one = order()
    return [
        replace(one, number=f"CFM/{number}", person=replace(one.person, name=f"{one.person.name} {number}"))
        for number in range(count)
    ]


def store_at(folder: Path, name: str) -> tuple[Database, Desk]:
    """An empty issuer database in a file, synchronous as in production, and a desk over it."""
    database = open_database(f"sqlite:///{folder}/{name}.sqlite")
    migrate(database, "issuer")
    return database, desk(SqlStore(database))


def open_signer() -> Ed25519Signer:
    """The issuer's key, once in each process."""
    return Ed25519Signer(SEED, SIGNER.verification_method)


def sign_item(signer: Ed25519Signer, item: tuple[Linted, datetime]) -> Signed:
    """Both faces, verified: what a process of the pool does."""
    return sign_faces(item[0], signer=signer, now=item[1])


def ours_per_second(folder: Path, count: int) -> float:
    """Certificates inserted a second, by the clock on the wall: signing uses every core."""
    database, front = store_at(folder, "ours")
    wanted = orders(count)
    with Batches(open_signer, workers=os.cpu_count() or 1) as pool:
        pool.warm_up()
        began = time.monotonic()
        made = list(
            issue_many(
                wanted, body=BODY, desk=front, now=NOW, sign_many=lambda items: pool.map(sign_item, items)
            )
        )
        took = time.monotonic() - began
    database.close()
    if not all(isinstance(issued, Issued) for issued in made):
        raise SystemExit("the benchmark's own batch was refused")
    return count / took


def pyld_per_second(folder: Path, count: int) -> float:
    """The same with PyLD, one at a time."""
    database, front = store_at(folder, "pyld")
    wanted = orders(count)
    _issue_with_pyld(orders(count + 1)[count:], front)  # warm
    began = time.monotonic()
    _issue_with_pyld(wanted, front)
    took = time.monotonic() - began
    database.close()
    return count / took


def _issue_with_pyld(wanted: Sequence[Order], front: Desk) -> None:
    for each in wanted:
        accredited = accredited_for(each, body=BODY, desk=front, now=NOW)
        planned = front.store.plan(number=each.number, body=BODY, content=write_order(each), now=NOW)
        if not isinstance(planned, Plan):
            raise SystemExit("the benchmark's own order was refused")
        linted = lint(
            draft(each, accredited, planned, office=OFFICE, card_address=CARD_ADDRESS, signed_on=NOW.date())
        )
        front.store.complete(planned, _signed_with_pyld(linted), now=NOW)


def _signed_with_pyld(linted: Linted) -> Signed:
    facts, network = linted.facts, linted.network
    midnight = datetime.combine(facts.signed_on, clock_time(), UTC)
    card = sign(
        skillcard.document(facts, network=network), signer=SIGNER, suite=EDDSA_JCS_2022, created=midnight
    )
    credential = wallet.document(facts, linted.labels, network=network)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-25T08:00:00Z",
        "verificationMethod": SIGNER.verification_method,
        "proofPurpose": "assertionMethod",
    }
    options = canonical({**proof, "@context": credential["@context"]})
    data = hashlib.sha256(options).digest() + hashlib.sha256(canonical(credential)).digest()
    proof["proofValue"] = multibase.encode_base58(SIGNER.sign(data))
    raw = orjson.dumps({**credential, "proof": proof})
    return Signed(raw, skillcard.encode(card, facts, network=network), facts.key, facts.signed_on)
