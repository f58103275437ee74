"""Checkpoints, cosignatures, and what a quorum is."""

import base64
import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nacl.signing
import pytest

from certes.credential.errors import BadSignature, Malformed
from certes.trust.translog.checkpoints import TreeHead, is_signed_by_log, parse_checkpoint, parse_head
from certes.trust.translog.cosignatures import cosign, latest_cosignature
from certes.trust.translog.notes import KeyUse, Note, NoteKey, NoteSignature, parse_note, parse_vkey
from certes.trust.translog.quorum import (
    CLOCK_TOLERANCE,
    MAX_WITNESSES,
    VerifiedCheckpoint,
    WitnessPolicy,
    most_liars,
    quorum_of,
    verify_checkpoint,
)
from tests.unit.translog.notes_of_tests import (
    HEAD,
    LOG,
    NOW,
    ORIGIN,
    POLICY,
    ROOT,
    SECONDS,
    WITNESSES,
    cosigned,
    note_signer,
)

VECTORS = Path("tests/vectors/translog")


def verify(note: Note, *, policy: WitnessPolicy = POLICY, now: datetime = NOW) -> VerifiedCheckpoint:
    """As a device of the invented network does."""
    return verify_checkpoint(note.encode(), origin=ORIGIN, log_keys=(LOG.key,), policy=policy, now=now)


def test_a_public_log_and_its_four_witnesses() -> None:
    log, *witnesses = map(parse_vkey, (VECTORS / "arche2025h1-keys.txt").read_text().split())
    raw = (VECTORS / "arche2025h1-checkpoint.txt").read_bytes()
    policy = WitnessPolicy(tuple(witnesses), 3)
    found = verify_checkpoint(raw, origin=log.name, log_keys=(log,), policy=policy, now=NOW)
    assert found.head.size == 1_432_088_532
    assert found.reached == found.earliest == found.latest == datetime(2026, 5, 23, 21, 50, 24, tzinfo=UTC)
    assert set(found.cosigned) == set(witnesses)
    altered = raw.replace(b"1432088532", b"1432088533")
    with pytest.raises(BadSignature):
        verify_checkpoint(altered, origin=log.name, log_keys=(log,), policy=policy, now=NOW)


def test_a_cosignature_that_another_witness_made() -> None:
    witness = json.loads((VECTORS / "sunlight-witness.json").read_bytes())
    key = parse_vkey(witness["verifier_keys"][0])
    note = parse_note((VECTORS / "sunlight-checkpoint.txt").read_bytes())
    assert parse_head(note.text) == TreeHead(
        "rome2026h1.example.org",
        300,
        base64.b64decode("lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0="),
    )
    found = latest_cosignature(note, key)
    assert found is not None
    assert found[0] == 0x69546780


def test_a_cosignature_made_by_hand_is_ours_byte_for_byte() -> None:
    """A second, simple implementation of C2SP tlog-cosignature."""
    name, time = "witness.cm.example", SECONDS
    key = nacl.signing.SigningKey(hashlib.sha256(name.encode()).digest())
    body = f"{ORIGIN}\n7\n{base64.b64encode(ROOT).decode()}\n"
    signature = key.sign(f"cosignature/v1\ntime {time}\n{body}".encode()).signature
    public = key.verify_key.encode()
    key_id = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    blob = base64.b64encode(key_id + struct.pack(">Q", time) + signature).decode()
    assert cosign(body, signer=WITNESSES[0], time=time).line == f"— {name} {blob}\n"
    material = base64.b64encode(b"\x04" + public).decode()
    assert WITNESSES[0].key.vkey == f"{name}+{key_id.hex()}+{material}"


@pytest.mark.parametrize("extensions", [(), ("one",), ("one", "two")])
def test_a_checkpoint_comes_back_as_it_went(extensions: tuple[str, ...]) -> None:
    head = replace(HEAD, extensions=extensions)
    note = cosigned(head)
    assert parse_checkpoint(note.encode()).head == head
    assert verify(note).head == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "o\n1\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}",
        f"\n1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n01\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n-1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n1 \n{base64.b64encode(ROOT).decode()}\n",
        f"o\n٣\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n{2**63}\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n{10**30}\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n1\n{base64.b64encode(ROOT[1:]).decode()}\n",
        f"o\n1\n{ROOT.hex()}\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}\n\nmore\n",
        f"{'o' * 256}\n1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}\n" + "more\n" * 17,
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(Malformed, match="checkpoint_text_invalid"):
        parse_head(text)


def test_the_largest_size_is_read() -> None:
    head = replace(HEAD, size=2**63 - 1)
    assert parse_head(head.text) == head


def test_the_log_signs_with_any_of_its_keys_but_every_line_must_hold() -> None:
    new = note_signer(ORIGIN, KeyUse.NOTE, "new key")
    checkpoint = parse_checkpoint(cosigned().encode())
    assert is_signed_by_log(checkpoint, (new.key, LOG.key))
    assert not is_signed_by_log(checkpoint, (new.key,))
    bad = NoteSignature(ORIGIN, new.key.key_id, b"\x00" * 64)
    spoilt = replace(checkpoint, note=checkpoint.note.with_signatures([bad]))
    with pytest.raises(BadSignature):
        is_signed_by_log(spoilt, (LOG.key, new.key))


def test_a_witness_key_does_not_sign_for_the_log() -> None:
    checkpoint = parse_checkpoint(cosigned().encode())
    assert not is_signed_by_log(checkpoint, (WITNESSES[0].key,))


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_a_cosignature_needs_a_time_that_can_be_written(time: int) -> None:
    with pytest.raises(Malformed, match="cosignature_invalid"):
        cosign(HEAD.text, signer=WITNESSES[0], time=time)


def _unsigned_time(value: bytes) -> bytes:
    return struct.pack(">Q", SECONDS + 1) + value[8:]


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "another time": _unsigned_time,
    "too short": lambda value: value[:-1],
    "too long": lambda value: value + b"\x00",
    "only a time": lambda value: value[:8],
    "less than a time": lambda value: value[:3],
    "no signature": lambda value: value[:8] + bytes(64),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_cosignature_of_a_known_witness_that_does_not_hold_refuses_the_checkpoint(name: str) -> None:
    note = cosigned(by=WITNESSES[1:])
    line = cosign(HEAD.text, signer=WITNESSES[0], time=SECONDS)
    bad = replace(line, value=BROKEN[name](line.value))
    with pytest.raises(BadSignature, match="note_signature_invalid"):
        verify(note.with_signatures([bad]))


@pytest.mark.parametrize("time", [0, 2**63])
def test_a_time_outside_the_format_does_not_hold_even_if_it_is_signed(time: int) -> None:
    witness = WITNESSES[0]
    message = f"cosignature/v1\ntime {time}\n{HEAD.text}".encode()
    value = struct.pack(">Q", time) + witness.signer.sign(message)
    with pytest.raises(BadSignature):
        latest_cosignature(
            Note(HEAD.text, (NoteSignature(witness.name, witness.key.key_id, value),)), witness.key
        )


def test_of_several_lines_of_a_witness_the_latest_counts() -> None:
    note = cosigned(by=()).with_signatures(
        cosign(HEAD.text, signer=WITNESSES[0], time=time) for time in (SECONDS - 5, SECONDS - 1, SECONDS - 9)
    )
    found = latest_cosignature(note, WITNESSES[0].key)
    assert found is not None
    assert found[0] == SECONDS - 1
    assert latest_cosignature(note, WITNESSES[1].key) is None


@pytest.mark.parametrize(
    ("witnesses", "liars", "quorum"),
    [(1, 0, 1), (2, 0, 2), (3, 0, 2), (4, 1, 3), (5, 1, 4), (6, 1, 4), (7, 2, 5), (9, 2, 6), (10, 3, 7)],
)
def test_the_table_of_quorums(witnesses: int, liars: int, quorum: int) -> None:
    assert quorum_of(witnesses, liars=liars) == quorum


@pytest.mark.parametrize(("witnesses", "liars"), [(0, 0), (3, 1), (6, 2), (9, 3), (4, -1)])
def test_quorums_that_cannot_be(witnesses: int, liars: int) -> None:
    with pytest.raises(Malformed, match="quorum_impossible"):
        quorum_of(witnesses, liars=liars)


def test_a_quorum_is_safe_and_can_be_reached() -> None:
    for count in range(1, 40):
        liars = most_liars(count)
        quorum = quorum_of(count, liars=liars)
        assert 2 * quorum - count > liars  # two quorums share more than the liars
        assert quorum <= count - liars  # the honest alone are one
        with pytest.raises(Malformed):
            quorum_of(count, liars=liars + 1)
        assert WitnessPolicy(_many(count), quorum).liars == liars


def _many(count: int) -> tuple[NoteKey, ...]:
    return tuple(note_signer(f"w{number}", KeyUse.COSIGNATURE).key for number in range(count))


@pytest.mark.parametrize("quorum", [-1, 0, 1, 2, 3, 6, 7])
def test_a_quorum_of_none_of_half_or_of_all_of_six_is_refused(quorum: int) -> None:
    with pytest.raises(Malformed, match="quorum_impossible"):
        WitnessPolicy(POLICY.witnesses, quorum)


def test_five_of_six_is_stricter_and_allowed() -> None:
    assert WitnessPolicy(POLICY.witnesses, 5).liars == 1


def test_no_key_and_no_name_stands_twice_among_witnesses() -> None:
    same_key = note_signer("second.example", KeyUse.COSIGNATURE, WITNESSES[0].name).key
    same_name = note_signer(WITNESSES[0].name, KeyUse.COSIGNATURE, "another seed").key
    for extra in (same_key, same_name):
        with pytest.raises(Malformed, match="witness_repeated"):
            WitnessPolicy((*POLICY.witnesses, extra), 5)
    log = note_signer("log.example", KeyUse.NOTE).key
    with pytest.raises(Malformed, match="witness_key_not_for_cosignatures"):
        WitnessPolicy((*POLICY.witnesses, log), 5)
    with pytest.raises(Malformed, match="quorum_impossible"):
        WitnessPolicy(_many(MAX_WITNESSES + 1), 40)


def test_four_of_six_suffice_and_three_do_not() -> None:
    assert len(verify(cosigned(by=WITNESSES[:4])).cosigned) == 4
    with pytest.raises(Malformed, match="quorum_not_reached") as refused:
        verify(cosigned(by=WITNESSES[:3]))
    assert refused.value.params == {"signed": 3, "quorum": 4}


def test_one_witness_that_signs_many_times_counts_once() -> None:
    note = cosigned(by=WITNESSES[:3]).with_signatures(
        cosign(HEAD.text, signer=WITNESSES[0], time=SECONDS - number) for number in range(1, 20)
    )
    with pytest.raises(Malformed, match="quorum_not_reached"):
        verify(note)


def test_strangers_do_not_count_nor_disturb() -> None:
    strangers = [note_signer(f"stranger{number}", KeyUse.COSIGNATURE) for number in range(20)]
    with pytest.raises(Malformed, match="quorum_not_reached"):
        verify(cosigned(by=(*WITNESSES[:3], *strangers)))
    found = verify(cosigned(by=(*strangers, *WITNESSES)))
    assert len(found.note.signatures) == 7


def test_a_checkpoint_of_another_log_or_without_its_signature() -> None:
    with pytest.raises(Malformed, match="checkpoint_of_another_log"):
        verify(cosigned(replace(HEAD, origin="other.example/log")))
    impostor = note_signer(ORIGIN, KeyUse.NOTE, "impostor")
    with pytest.raises(Malformed, match="checkpoint_not_signed_by_log"):
        verify(cosigned(log=impostor))


def test_signatures_over_another_tree_do_not_hold() -> None:
    other = replace(HEAD, root=hashlib.sha256(b"another").digest())
    with pytest.raises(BadSignature):
        verify(Note(other.text, cosigned().signatures))


def test_the_time_is_what_a_quorum_has_reached() -> None:
    note = cosigned(by=())
    for number, witness in enumerate(WITNESSES):
        time = SECONDS - 100 * number
        note = note.with_signatures([cosign(HEAD.text, signer=witness, time=time)])
    found = verify(note)
    assert found.latest == NOW
    assert found.earliest == NOW - timedelta(seconds=500)
    assert found.reached == NOW - timedelta(seconds=300)


def test_one_witness_in_the_future_stops_nobody_and_moves_no_time() -> None:
    ahead = cosign(HEAD.text, signer=WITNESSES[0], time=2**63 - 1)
    found = verify(cosigned(by=WITNESSES[1:]).with_signatures([ahead]))
    assert WITNESSES[0].key not in found.cosigned
    assert found.latest == NOW
    assert len(found.note.signatures) == 6
    with pytest.raises(Malformed, match="quorum_not_reached"):
        verify(cosigned(by=WITNESSES[1:3]).with_signatures([ahead]))


@pytest.mark.parametrize(
    "now", [datetime(1970, 1, 1, tzinfo=UTC), NOW - CLOCK_TOLERANCE - timedelta(seconds=1)]
)
def test_a_clock_that_is_behind_is_told_so(now: datetime) -> None:
    with pytest.raises(Malformed, match="checkpoint_from_the_future"):
        verify(cosigned(), now=now)


@pytest.mark.parametrize("now", [NOW - CLOCK_TOLERANCE, datetime(2035, 1, 1, tzinfo=UTC)])
def test_within_the_tolerance_and_at_any_age_it_is_taken(now: datetime) -> None:
    assert verify(cosigned(), now=now).reached == NOW


def test_gossip_is_short_and_still_believed() -> None:
    note = cosigned()
    found = verify(note)
    short = found.gossip()
    assert len(short) < 900
    again = verify(parse_note(short))
    assert (again.head, len(again.cosigned)) == (found.head, 4)
    assert again.gossip() == short
    assert len(note.encode()) > len(short)
