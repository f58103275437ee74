"""What somebody in between, or colluding witnesses, can try with the trust data of a device: old data, other
histories, wrong times, rubbish. Each beside the honest thing that it looks like.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certes.credential.errors import Refusal
from certes.credential.keys import PublicKey
from certes.trust.signing import sign_object
from certes.trust.translog.entries import entry_of
from tests.hostile.devices import (
    LATER,
    WITNESSES,
    WORLD,
    A,
    B,
    change,
    code,
    device,
    load,
    logged_too,
    next_charter,
    offered,
    reason,
)
from tests.unit.verifier.scene import Scene
from tests.world import NOW, signer
from tests.world_data import COUNTRIES, Payload

# what is old


def test_rollback(tmp_path: Path) -> None:
    source = device(tmp_path)
    source.accept(WORLD.bundle())
    source.accept(A.bundle(now=LATER))
    assert code(source, WORLD.bundle()) == "bundle_rolled_back"
    assert code(source, WORLD.bundle(now=LATER)) == "log_rolled_back"  # though it is signed anew
    assert code(device(tmp_path), WORLD.bundle()) == "bundle_rolled_back"  # after a restart


def test_freeze(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    assert scene.state() == "recognised"
    scene.now = NOW + timedelta(days=40)
    for purpose in ("revocation", "suspension", "refresh"):
        scene.publish(purpose, at=scene.now)
    scene.trust.view = load(WORLD.bundle(), now=scene.now)  # age never refuses; it is what the answer says
    assert scene.state() != "recognised"
    scene.trust.view = load(WORLD.bundle(now=scene.now), now=scene.now)
    assert scene.state() == "recognised"


def test_a_restore_of_the_bundle_from_an_old_backup(tmp_path: Path) -> None:
    source = device(tmp_path)
    source.accept(WORLD.bundle())
    old = (tmp_path / "bundle.json").read_bytes()
    source.accept(A.bundle(now=LATER))
    (tmp_path / "bundle.json").write_bytes(old)
    restored = device(tmp_path)
    assert restored.view is None
    assert code(restored, old) == "bundle_rolled_back"
    restored.accept(A.bundle(now=LATER))
    assert restored.view is not None


def test_a_restore_of_the_whole_folder_from_an_old_backup(tmp_path: Path) -> None:
    """It knows less, and still nothing but the history it saw then can follow."""
    source = device(tmp_path)
    source.accept(A.bundle(now=NOW + timedelta(minutes=30)))
    kept = {path: path.read_bytes() for path in tmp_path.glob("*.json")}
    more = A.revised("HostPolicy", "GA", change(maxRegistryAgeDays=3), at=LATER)
    source.accept(more.bundle(now=LATER))
    for path, content in kept.items():
        path.write_bytes(content)
    restored = device(tmp_path)
    assert code(restored, B.bundle(now=LATER)) == "log_forked"
    restored.accept(more.bundle(now=LATER))


# another history


def test_rewrite(tmp_path: Path) -> None:
    """All keys of a country, the log and every witness together change what was said before."""
    other = WORLD.sign("NationalList", "GA", dict(A.later[0].payload))
    objects = [other if each.country == "GA" and each.type == "NationalList" else each for each in A.first]
    entries = [
        entry_of(found, subject=entry.subject, time=entry.time)
        for found, entry in zip(objects, WORLD.entries, strict=True)
    ]
    raw = offered(WORLD, objects=objects, entries=entries)
    load(raw)  # nobody can tell who never saw the log
    source = device(tmp_path)
    source.accept(WORLD.bundle())
    assert code(source, raw) == "log_forked"
    source.accept(A.bundle(now=LATER))


def test_split_view_by_two_of_six_witnesses(tmp_path: Path) -> None:
    source = device(tmp_path)
    assert code(source, offered(B, by=WITNESSES[:2])) == "quorum_not_reached"
    assert code(source, offered(B, by=WITNESSES[:3])) == "quorum_not_reached"
    assert not source.trust_alarm
    source.accept(offered(A, by=WITNESSES[2:]))


def test_split_view_by_four_of_six_witnesses_raises_the_alarm(tmp_path: Path) -> None:
    for world in (B, B.revised("HostPolicy", "GA", change(maxRegistryAgeDays=3), at=LATER)):
        folder = tmp_path / str(len(world.entries))
        source = device(folder)
        source.accept(offered(A, by=WITNESSES[2:]))
        assert code(source, offered(world, by=WITNESSES[:4])) == "log_forked"
        assert source.trust_alarm
        assert source.view is not None  # it goes on answering from what it held
        (proof,) = json.loads((folder / "alarm.json").read_bytes())["forks"]
        assert proof["held"] == A.note(LATER, by=WITNESSES[2:]).decode()
        assert proof["offered"] == world.note(LATER, by=WITNESSES[:4]).decode()
        assert device(folder).trust_alarm  # until somebody has looked


def test_altered_entries_are_no_alarm(tmp_path: Path) -> None:
    source = device(tmp_path)
    source.accept(WORLD.bundle())
    raw = json.loads(A.bundle(now=LATER))
    raw["entries"][3]["version"] = 2
    assert code(source, json.dumps(raw).encode()) == "log_entries_differ"
    assert not source.trust_alarm


def test_skipped_versions() -> None:
    payload = dict(A.later[0].payload)
    skipped = WORLD.sign("NationalList", "GA", payload, version=3)
    assert reason(logged_too(skipped))[0] == "log_version_not_next"
    load(logged_too(WORLD.sign("NationalList", "GA", payload, version=2)))
    third = A.revised("NationalList", "GA", change(authorities=[], centres=[]), at=NOW)
    chain = [each for each in third.published() if each.version != 2 or each.type != "NationalList"]
    assert reason(offered(third, objects=chain))[0] == "object_missing"


# what was said once


def taken_back(payload: Payload) -> None:
    """As before: no compromise, no suspension."""
    issuer = payload["issuers"][0]
    for key in issuer["keys"]:
        key.pop("compromisedSince", None)
    issuer["history"] = issuer["history"][:1]
    issuer["history"][0].pop("until", None)


def restricted(payload: Payload) -> None:
    """One more key stolen, the issuer suspended."""
    issuer = payload["issuers"][0]
    issuer["keys"][1]["compromisedSince"] = "2026-11-01"
    issuer["history"][0]["until"] = "2026-11-01"
    issuer["history"].append({"status": "suspended", "from": "2026-11-01"})


def test_un_suspension_and_un_compromise_by_an_older_object(tmp_path: Path) -> None:
    world = WORLD.revised("NationalList", "CM", restricted, at=NOW)
    old = WORLD.newest("NationalList", "CM")
    source = device(tmp_path)
    source.accept(world.bundle(now=LATER))
    without = [each for each in world.published() if each != world.later[0]]
    assert code(source, offered(world, objects=without)) == "object_missing"
    again = world.followed_by(old, at=NOW + timedelta(minutes=1))
    assert code(source, offered(again, objects=world.objects)) == "log_object_repeated"
    for edit in (taken_back, lambda payload: payload["issuers"][0]["keys"][1].pop("compromisedSince")):
        lying = world.revised("NationalList", "CM", edit, at=LATER)
        assert code(source, offered(lying)) == "list_drops_compromise"
    more = world.revised("NationalList", "CM", change(authorities=[]), at=LATER)
    source.accept(offered(more))
    assert source.view is not None
    assert (
        not source.view.registry.national["CM"]
        .issuers["did:web:skills.example:cm:1"]
        .history.authorised_on(NOW.date())
    )


def test_an_expired_charter(tmp_path: Path) -> None:
    last = datetime(2036, 1, 1, 12, tzinfo=UTC)
    after = last + timedelta(days=1)
    source = device(tmp_path, now=after)
    source.accept(WORLD.bundle(now=last))  # what was signed in time stays
    assert code(source, WORLD.bundle(now=after)) == "charter_expired"
    world = WORLD.followed_by(next_charter(change(expiresOn="2046-01-01")), at=last)
    source.accept(world.bundle(now=after))


# time


def test_a_future_dated_checkpoint(tmp_path: Path) -> None:
    source = device(tmp_path)
    ahead = LATER + timedelta(minutes=11)
    assert code(source, WORLD.bundle(now=ahead)) == "checkpoint_from_the_future"
    future = WORLD.note(LATER + timedelta(days=900), by=WITNESSES[:2]).splitlines(keepends=True)[-2:]
    raw = json.loads(WORLD.bundle())
    raw["checkpoint"] = (WORLD.note(NOW, by=WITNESSES[2:]) + b"".join(future)).decode()
    source.accept(json.dumps(raw).encode())  # two liars gain nothing
    assert source.view is not None
    assert source.view.as_of == NOW


def test_future_dated_and_back_dated_entries(tmp_path: Path) -> None:
    source = device(tmp_path)
    source.accept(WORLD.bundle())
    found = A.later[0]
    for minutes, refusal in ((75, "log_time_after_witnesses"), (-61, "log_entry_backdated")):
        world = WORLD.followed_by(found, at=NOW + timedelta(minutes=minutes))
        assert code(source, offered(world)) == refusal
    source.accept(offered(WORLD.followed_by(found, at=NOW + timedelta(minutes=65))))


@pytest.mark.parametrize("year", [1970, 2035])
def test_a_device_whose_clock_is_wrong(tmp_path: Path, year: int) -> None:
    device(tmp_path).accept(WORLD.bundle())
    wrong = device(tmp_path, now=datetime(year, 1, 1, 1, tzinfo=UTC))
    if year == 1970:
        assert wrong.view is None  # no answer but "check the date", rather than one under a wrong day
        assert code(wrong, A.bundle(now=LATER)) == "checkpoint_from_the_future"
    else:
        wrong.accept(A.bundle(now=LATER))  # it loads, and its age makes every answer "not known"
        scene = Scene(tmp_path / "scene", now=datetime(year, 1, 1, tzinfo=UTC))
        scene.trust.view = wrong.view
        assert scene.state() != "recognised"
    right = device(tmp_path)
    right.accept(A.bundle(now=LATER))
    assert right.view is not None


# carriers


def test_an_altered_mirror() -> None:
    raw = WORLD.bundle()
    whole = load(raw)
    for at in range(0, len(raw), 211):
        altered = bytearray(raw)
        altered[at] ^= 1
        try:
            view = load(bytes(altered))
        except Refusal:
            continue
        # A line of one witness may be spoilt: five are left. What is said is the same.
        assert (view.tree, view.objects.keys()) == (whole.tree, whole.objects.keys())
        assert len(view.checkpoint.cosigned) == 5


def test_a_mirror_cannot_stop_a_bundle_with_rubbish_among_the_notices() -> None:
    raw = json.loads(WORLD.bundle())
    forged = sign_object("Notice", country="CM", version=1, payload={"id": "1"}, signers=[signer("thief")])
    raw["notices"] = [1, None, [], {"type": "Notice"}, forged.to_json(), WORLD.first[0].to_json()] * 500
    view = load(json.dumps(raw).encode())
    assert view.notices == ()
    assert view.objects == load(WORLD.bundle()).objects


def test_thousands_of_bogus_signatures_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = 0
    verify = PublicKey.verify

    def counted(self: PublicKey, signature: bytes, data: bytes) -> None:
        nonlocal verified
        verified += 1
        verify(self, signature, data)

    monkeypatch.setattr(PublicKey, "verify", counted)
    load(WORLD.bundle())
    honest = verified
    raw = json.loads(WORLD.bundle())
    strangers = [
        {"key": f"z6Mk{'1' * 35}{number:05}".replace("0", "A"), "value": "A" * 86} for number in range(390)
    ]
    for found in raw["objects"]:
        found["signatures"] += strangers
    lines = [f"— stranger{number}.example {'A' * 100}\n" for number in range(90)]
    raw["checkpoint"] += "".join(lines)
    members = [key.public_key.multikey for country in COUNTRIES for key in WORLD.member_signers(country)]
    own = [{"key": key, "value": "A" * 86} for key in members]
    notice = {
        "type": "Notice",
        "country": "CM",
        "version": 1,
        "payload": {},
        "signatures": own + strangers[:100],
    }
    raw["notices"] = [notice | {"payload": {"id": f"n{number}"}} for number in range(300)]
    verified = 0
    assert reason(json.dumps(raw).encode()) == ("bundle_object_refused", "object_not_as_logged")
    assert verified <= honest
    raw["objects"] = json.loads(WORLD.bundle())["objects"]
    verified = 0
    load(json.dumps(raw).encode())
    assert verified <= honest + 200  # one for each notice that is looked at
