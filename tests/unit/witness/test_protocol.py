"""The witness as a log meets it: C2SP tlog-witness, status by status."""

import hashlib
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.cosignatures import latest_cosignature
from certes.trust.translog.merkle import EMPTY_ROOT, consistency_proof
from certes.trust.translog.notes import KeyUse, Note, NoteKey, NoteSignature, parse_note
from certes.trust.translog.submission import MAX_REQUEST_BYTES, AddCheckpoint, parse_cosignatures, parse_size
from tests.unit.witness.conftest import (
    LOG,
    NAME,
    NOW,
    ORIGIN,
    OTHER_NAME,
    OTHER_WITNESS,
    SEEDS,
    WITNESS,
    Clock,
    Log,
    Running,
    signer,
)
from witness.app import build_app
from witness.settings import Settings

OURS = Log()


def cosigned_time(body: bytes, size: int, key: NoteKey = WITNESS.key, log: Log = OURS) -> int:
    """Verify an answer as a log does; the time in it."""
    found = latest_cosignature(Note(log.head(size).text, parse_cosignatures(body)), key)
    assert found is not None
    return found[0]


def test_a_log_that_grows_is_vouched_for_each_time(witness: Running) -> None:
    old = 0
    for size in (1, 5, 5, 12, 20):
        answer = witness.post(OURS.request(old, size))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert cosigned_time(answer.content, size) == int(NOW.timestamp())
        old = size


def test_from_another_size_than_it_holds_it_says_which(witness: Running) -> None:
    for old, size, held in ((3, 5, 0), (0, 5, None), (0, 5, 5), (3, 5, 5), (0, 12, 5), (3, 4, 5)):
        answer = witness.post(OURS.request(old, size))
        if held is None:
            assert answer.status_code == 200
            continue
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "text/x.tlog.size"
        assert parse_size(answer.content) == held


def test_a_smaller_tree_is_never_vouched_for(witness: Running) -> None:
    assert witness.add(OURS, 0, 12) == 200
    assert witness.add(OURS, 12, 5) == 400  # the old size is above the new one
    assert witness.add(OURS, 5, 5) == 409
    assert witness.add(OURS, 12, 12) == 200


def test_another_tree_of_the_same_size_is_kept_as_proof(witness: Running) -> None:
    other = Log("rewritten")
    assert witness.add(OURS, 0, 12) == 200
    for _ in range(3):
        answer = witness.post(other.request(12, 12))
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "log_forked"
    (state,) = witness.client.get("/healthz").json()["witnesses"]
    assert state["logs"] == [{"origin": ORIGIN, "size": 12, "signed_at": "2026-11-20T08:00:00Z", "lied": 1}]
    assert witness.add(OURS, 12, 20) == 200


def test_another_history_has_no_proof_that_holds(witness: Running) -> None:
    other = Log("rewritten")
    assert witness.add(OURS, 0, 12) == 200
    answer = witness.post(other.request(12, 20))
    assert (answer.status_code, answer.json()["code"]) == (422, "consistency_proof_invalid")
    assert witness.add(OURS, 12, 20) == 200


def test_a_proof_with_no_old_tree_or_with_the_same_is_empty(witness: Running) -> None:
    extra = (bytes(32),)
    assert witness.post(AddCheckpoint(0, extra, OURS.note(5)).encode()).status_code == 422
    assert witness.add(OURS, 0, 5) == 200
    assert witness.post(AddCheckpoint(5, extra, OURS.note(5)).encode()).status_code == 422


def test_a_tree_of_no_entry_has_one_root(witness: Running) -> None:
    empty = sign_checkpoint(TreeHead(ORIGIN, 0, EMPTY_ROOT), LOG).note.encode()
    wrong = sign_checkpoint(TreeHead(ORIGIN, 0, bytes(32)), LOG).note.encode()
    assert witness.post(AddCheckpoint(0, (), wrong).encode()).status_code == 422
    assert witness.post(AddCheckpoint(0, (), empty).encode()).status_code == 200
    assert witness.post(AddCheckpoint(0, (), wrong).encode()).status_code == 409
    assert witness.add(OURS, 0, 5) == 200


def test_a_log_that_it_does_not_watch(witness: Running) -> None:
    other = Log(origin="other.example/log", signer=replace(LOG, name="other.example/log"))
    answer = witness.post(other.request(0, 5))
    assert (answer.status_code, answer.json()["code"]) == (404, "log_unknown")


def test_a_checkpoint_that_the_log_did_not_sign(witness: Running) -> None:
    impostor = Log(signer=signer(ORIGIN, SEEDS[2], KeyUse.NOTE))
    answer = witness.post(impostor.request(0, 5))
    assert (answer.status_code, answer.json()["code"]) == (403, "checkpoint_not_signed_by_log")
    spoilt = parse_note(OURS.note(5)).with_signatures([NoteSignature(ORIGIN, LOG.key.key_id, bytes(64))])
    answer = witness.post(AddCheckpoint(0, (), spoilt.encode()).encode())
    assert (answer.status_code, answer.json()["code"]) == (403, "note_signature_invalid")
    assert witness.add(OURS, 0, 5) == 200


def test_lines_by_strangers_are_passed_over_and_not_kept(witness: Running) -> None:
    stranger = NoteSignature("stranger.example", b"abcd", bytes(3_000))
    note = parse_note(OURS.note(5)).with_signatures([stranger])
    assert witness.post(AddCheckpoint(0, (), note.encode()).encode()).status_code == 200
    newest = witness.client.get(f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
    assert [each.name for each in parse_note(newest.content).signatures] == [ORIGIN, NAME]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"old 0\n\nnot a note\n",
        b"old 00\n\n" + OURS.note(5),
        b"old 0\nnot base64\n\n" + OURS.note(5),
        b"old 0\n\n" + OURS.note(5)[:-1],
        b"old 0\n\n" + OURS.note(5).replace(b"\n5\n", b"\n05\n"),
        b"\xff" * 100,
    ],
)
def test_what_is_no_request_is_a_bad_one(witness: Running, body: bytes) -> None:
    answer = witness.post(body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_bodies_are_bounded(witness: Running) -> None:
    assert witness.post(bytes(MAX_REQUEST_BYTES + 1)).status_code == 413


def test_extension_lines_are_signed_with_the_rest(witness: Running) -> None:
    head = replace(OURS.head(5), extensions=("more",))
    note = sign_checkpoint(head, LOG).note
    answer = witness.post(AddCheckpoint(0, (), note.encode()).encode())
    assert latest_cosignature(Note(head.text, parse_cosignatures(answer.content)), WITNESS.key)


def test_time_goes_on_and_a_small_step_back_of_the_clock_does_not_show(witness: Running) -> None:
    start = int(NOW.timestamp())
    times = []
    for old, size, seconds in ((0, 5, 0), (5, 5, 60), (5, 12, -50), (12, 12, 90), (12, 20, -86_400)):
        witness.clock.pass_time(seconds=seconds)
        times.append(cosigned_time(witness.post(OURS.request(old, size)).content, size) - start)
    assert times == [0, 60, 60, 100, 100 - 86_400]


def test_monitors_read_the_newest_checkpoint(witness: Running) -> None:
    address = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert witness.client.get(address).status_code == 404
    assert witness.client.get(f"/{'0' * 64}/checkpoint").status_code == 404
    witness.add(OURS, 0, 5)
    answer = witness.client.get(address)
    assert answer.headers["access-control-allow-origin"] == "*"
    note = parse_note(answer.content)
    assert note.text == OURS.head(5).text
    assert latest_cosignature(note, WITNESS.key) == (int(NOW.timestamp()), note.signatures[1])
    assert witness.client.get(address).content == answer.content


def test_a_log_that_changes_its_key_is_taken_under_both(settings: Settings) -> None:
    new = signer(ORIGIN, hashlib.sha256(b"new log key").digest(), KeyUse.NOTE)
    both = replace(settings, logs=(LOG.key, new.key))
    with TestClient(build_app(both, clock=Clock())) as client:
        running = Running(client, Clock(), both)
        assert running.add(OURS, 0, 5) == 200
        assert running.add(Log(signer=new), 5, 12) == 200


def test_several_names_have_addresses_keys_and_memories_of_their_own(settings: Settings) -> None:
    two = replace(settings, names={NAME: 1, OTHER_NAME: 2})
    with TestClient(build_app(two, clock=Clock())) as client:
        running = Running(client, Clock(), two)
        assert running.add(OURS, 0, 5) == 404  # which of them?
        first = running.post(OURS.request(0, 5), "/1")
        second = running.post(OURS.request(0, 12), "/2")
        assert cosigned_time(first.content, 5, WITNESS.key)
        assert cosigned_time(second.content, 12, OTHER_WITNESS.key)
        assert running.add(OURS, 5, 12, "/1") == 200
        assert running.add(OURS, 5, 12, "/2") == 409
        states = client.get("/healthz").json()["witnesses"]
        assert [(each["name"], each["logs"][0]["size"]) for each in states] == [(NAME, 12), (OTHER_NAME, 12)]
        assert states[0]["key"] == WITNESS.key.vkey


def test_a_single_name_also_answers_under_its_number(witness: Running) -> None:
    assert witness.add(OURS, 0, 5) == 200
    assert witness.add(OURS, 5, 12, "/1") == 200


def test_a_whole_proof_is_checked_not_only_its_length(witness: Running) -> None:
    witness.add(OURS, 0, 5)
    proof = list(consistency_proof(5, size=12, read=OURS.tree.read))
    proof[0] = bytes(32)
    assert witness.post(AddCheckpoint(5, tuple(proof), OURS.note(12)).encode()).status_code == 422
