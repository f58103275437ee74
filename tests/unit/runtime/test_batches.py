"""Batches: order kept, refusals kept apart, and a killed process loses nothing."""

import os
import signal
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from certes.credential.errors import BadSignature, Malformed, Misuse, Refusal
from certes.credential.keys import Ed25519Signer
from certes.credential.proof import ProofFacts
from certes.credential.wallet import document
from certes.runtime.batches import Batches, Keyring, ToSign, sign_one, verify_one
from certes.runtime.refusals import Busy
from tests.samples import LABELS, NETWORK, SEED, TYPICAL, signed_wallet, signer_of

WHEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SIGNER = signer_of(TYPICAL)
METHOD = SIGNER.verification_method


def open_signer() -> Ed25519Signer:
    """What each process does once."""
    return Ed25519Signer(SEED, METHOD)


def keyring() -> Keyring:
    """The one key that counts."""
    return Keyring({METHOD: open_signer().public_key}, ("eddsa-rdfc-2022",))


def fragile(folder: Path) -> Path:
    """Tools that are a folder."""
    return folder


def die_once(folder: Path, item: int) -> int:
    """Kill the own process at item 30, the first time."""
    mark = folder / "died"
    if item == 30 and not mark.exists():
        mark.write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return item * 2


def die_always(folder: Path, item: int) -> int:
    """A poisonous item."""
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def slow_or_odd(folder: Path, item: int) -> int:
    """The earlier, the slower; odd ones are refused."""
    time.sleep(0.02 if item < 4 else 0)
    if item % 2:
        raise Malformed("odd", field=str(item))
    return item


def test_a_batch_is_signed_as_one_by_one_and_verified_in_order() -> None:
    unsigned = document(TYPICAL, LABELS, network=NETWORK)
    tasks = [
        ToSign({**unsigned, "name": f"Soudeuse {number}"}, "eddsa-rdfc-2022", WHEN) for number in range(50)
    ]
    tasks[7] = ToSign({**unsigned, "unknown": 1}, "eddsa-rdfc-2022", WHEN)
    tasks[8] = ToSign(unsigned, "no-suite", WHEN)
    with Batches(open_signer, workers=2, chunk=8) as pool:
        pool.warm_up()
        signed = list(pool.map(sign_one, tasks))
    assert signed[:7] == [sign_one(SIGNER, task) for task in tasks[:7]]
    assert [_code(answer) for answer in signed[7:9]] == ["term_undefined", "cryptosuite_unknown"]
    good = [answer for answer in signed if not isinstance(answer, Refusal)]
    raws = [orjson.dumps(answer) for answer in good]
    raws[3] = raws[3].replace(b"Soudeuse 3", b"Soudeuse 4")
    raws[4] = raws[4].replace(b"#k2", b"#k3")
    with Batches(keyring, workers=2, chunk=8) as pool:
        facts = list(pool.map(verify_one, raws))
    assert len(facts) == 48
    assert isinstance(facts[3], BadSignature)
    assert _code(facts[4]) == "key_not_known"
    assert all(isinstance(fact, ProofFacts) for at, fact in enumerate(facts) if at not in (3, 4))


def _code(answer: Any) -> str:
    assert isinstance(answer, Refusal)
    return answer.code


def test_answers_keep_the_order_of_the_items_and_refusals_their_place(tmp_path: Path) -> None:
    with Batches(partial(fragile, tmp_path), workers=2, chunk=2) as pool:
        answers = list(pool.map(slow_or_odd, range(10)))
    assert [answer for answer in answers if not isinstance(answer, Refusal)] == [0, 2, 4, 6, 8]
    assert [answer.field for answer in answers if isinstance(answer, Refusal)] == ["1", "3", "5", "7", "9"]


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    with Batches(partial(fragile, tmp_path), workers=2, chunk=4) as pool:
        assert list(pool.map(die_once, range(100))) == [2 * item for item in range(100)]
        assert (tmp_path / "died").exists()
        assert list(pool.map(die_once, range(5))) == [0, 2, 4, 6, 8]


def test_an_item_that_kills_every_process_ends_the_batch_and_not_the_pool(tmp_path: Path) -> None:
    with Batches(partial(fragile, tmp_path), workers=1, chunk=2) as pool:
        with pytest.raises(Busy, match="batch_workers_died"):
            list(pool.map(die_always, range(10)))
        assert list(pool.map(die_always, [0, 1])) == [0, 1]


def test_one_document_is_verified_by_the_same_function_without_a_pool() -> None:
    assert verify_one(keyring(), orjson.dumps(signed_wallet(TYPICAL))).verification_method == METHOD


@pytest.mark.parametrize(("workers", "chunk"), [(0, 1), (1, 0)])
def test_a_pool_without_workers_is_a_mistake(workers: int, chunk: int) -> None:
    with pytest.raises(Misuse, match="batch_size_wrong"):
        Batches(open_signer, workers=workers, chunk=chunk)
