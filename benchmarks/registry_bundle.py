"""The trust bundle of a region: how large it travels, and how long a device takes to believe it at first.

Six countries with 30 issuers and 90 keys each, an agreement between every two of them, all with every
signature; then the same after a life of 10,000 objects, of which the log holds the entries.

    python -m benchmarks.registry_bundle        prints one JSON object; each measure beside its limit
"""

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from certes.credential.identifiers import Network, issuer_did
from certes.credential.keys import Ed25519Signer
from certes.trust.bundle import build_bundle, parse_bundle
from certes.trust.charter import parse_charter
from certes.trust.published import choose
from certes.trust.reading import subject_name
from certes.trust.signing import SignedObject, sign_object
from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.entries import LogEntry, entry_of
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.translog.quorum import VerifiedCheckpoint
from certes.trust.translog.ranges import CompactRange
from certes.trust.vouching import log_origin
from tests import world_data
from tests.world_data import Payload

NETWORK = Network(0, "skills.example")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
COUNTRIES = ("CM", "CG", "CD", "CF", "GA", "GQ")
ISSUERS, KEYS = 30, 3  # of each country, of each issuer
LARGE_LOG = 10_000
MAX_PACKED_BYTES, MAX_COLD_S, MAX_GOSSIP_BYTES = 60_000, 0.5, 900
RUNS = 5


@cache
def signer(name: str) -> Ed25519Signer:
    """The key of a name."""
    return Ed25519Signer(hashlib.sha256(f"benchmark bundle: {name}".encode()).digest(), "")


def _text(name: str) -> str:
    return signer(name).public_key.multikey


def _speaking(*countries: str) -> list[Ed25519Signer]:
    return [signer(f"{country} {number}") for country in countries for number in (1, 2)]


def _witnesses() -> list[NoteSigner]:
    names = [f"witness.skills.example/{country.lower()}" for country in COUNTRIES]
    return [NoteSigner(name, KeyUse.COSIGNATURE, signer(name)) for name in names]


def _charter() -> Payload:
    members = [
        {"country": each, "keys": [_text(f"{each} {number}") for number in (1, 2, 3)], "threshold": 2}
        for each in COUNTRIES
    ]
    witnesses = [
        {"name": each.name, "key": each.key.key.multikey, "country": country}
        for each, country in zip(_witnesses(), COUNTRIES, strict=True)
    ]
    return {
        "network": {"number": NETWORK.number, "domain": NETWORK.domain},
        "members": members,
        "logKeys": [_text("log")],
        "witnesses": witnesses,
        "quorum": 4,
        "noticeDays": 14,
        "expiresOn": "2036-01-01",
    }


def _issuer(country: str, number: int) -> Payload:
    trades = world_data.TRADES[number % 3 : number % 3 + 3]
    return {
        "number": number,
        "did": issuer_did(NETWORK, country, number),
        "shortCode": f"{country}-{number}",
        "name": {"fr": f"Organisme certificateur {number} de la branche {number % 7} (illustration)"},
        "keys": [
            {
                "kid": f"k{key}",
                "publicKeyMultibase": _text(f"{country} {number} k{key}"),
                "notBefore": f"202{key}-01-01",
                "notAfter": f"202{key + 4}-12-31",
            }
            for key in range(1, KEYS + 1)
        ],
        "scope": [world_data.scope(country, trade) for trade in trades],
        "history": [{"status": "granted", "from": "2021-01-01", "ref": f"arrêté {number} (illustration)"}],
    }


def _list(country: str) -> Payload:
    like = world_data.national_list(NETWORK, "GA", lambda *_: _text("any"))
    local: Payload = json.loads(json.dumps(like, ensure_ascii=False).replace("GA", country))
    return local | {"issuers": [_issuer(country, number) for number in range(1, ISSUERS + 1)]}


def _agreement(number: int, one: str, other: str) -> Payload:
    payload = world_data.agreement()
    pair = {one, other}
    for name in ("parties", "levelMap", "authorities"):
        like = [each for each in payload[name] if each["country"] in ("CM", "GA")]
        text = json.dumps(like, ensure_ascii=False).replace("CM", "@1").replace("GA", other)
        payload[name] = json.loads(text.replace("@1", one))
    payload["authorities"] = [each for each in payload["authorities"] if each["country"] in pair]
    return payload | {"id": f"urn:agreement:illustration:{number}", "kind": "bilateral"}


def region() -> list[SignedObject]:
    """Everything that six countries have signed, in the order of the log."""
    found = [_sign("Charter", None, _charter(), *COUNTRIES)]
    for country in COUNTRIES:
        found.append(_sign("NationalList", country, _list(country), country))
        found.append(_sign("HostPolicy", country, world_data.host_policy(country), country))
    for number, pair in enumerate(combinations(COUNTRIES, 2), start=1):
        found.append(_sign("Agreement", None, _agreement(number, *pair), *pair))
    return found


def _sign(kind: str, country: str | None, payload: Payload, *by: str, version: int = 1) -> SignedObject:
    return sign_object(kind, country=country, version=version, payload=payload, signers=_speaking(*by))


def _entry(found: SignedObject, seconds: int) -> LogEntry:
    subject = subject_name(found).removeprefix(found.type).removeprefix("/")
    return entry_of(found, subject=subject, time=NOW - timedelta(days=365) + timedelta(seconds=seconds))


def grown(objects: Sequence[SignedObject], size: int) -> tuple[list[SignedObject], list[LogEntry]]:
    """The objects and entries after many more versions of the countries' policies; nobody needs those that
    were superseded, but all have their entry."""
    entries = [_entry(found, number) for number, found in enumerate(objects)]
    kept = list(objects)
    for number in range(len(entries), size):
        country, version = COUNTRIES[number % 6], (number - len(objects)) // 6 + 2
        payload = world_data.host_policy(country) | {"maxRegistryAgeDays": 1 + version % 7}
        found = _sign("HostPolicy", country, payload, version=version)
        if number >= size - 6:
            found = _sign("HostPolicy", country, payload, country, version=version)
        kept.append(found)
        entries.append(_entry(found, number * 60))
    return kept, entries


def bundle_of(objects: Sequence[SignedObject], entries: Sequence[LogEntry]) -> bytes:
    """The file."""
    origin = log_origin(NETWORK)
    head = TreeHead(origin, len(entries), CompactRange().extend(each.leaf for each in entries).root)
    note = sign_checkpoint(head, NoteSigner(origin, KeyUse.NOTE, signer("log"))).note
    lines = [cosign(note.text, signer=each, time=int(NOW.timestamp())) for each in _witnesses()]
    charter = parse_charter(objects[0].payload, version=1)
    return build_bundle(
        objects=choose(objects, entries, charter=charter),
        entries=entries,
        checkpoint=note.with_signatures(lines).encode(),
    )


def verify(raw: bytes, charter_id: str) -> VerifiedCheckpoint:
    """As a device that has never seen the log."""
    return parse_bundle(raw, charter_id=charter_id, floor=None, now=NOW).checkpoint


def cold_s(path: Path, charter_id: str) -> float:
    """Seconds of the first verification of a new process, its imports apart; the best of a few."""
    command = [sys.executable, "-m", "benchmarks.registry_bundle", "verify", str(path), charter_id]
    answers = [
        subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout
        for _ in range(RUNS)
    ]
    return min(float(answer) for answer in answers)


def measured() -> dict[str, Any]:
    """Sizes in bytes and times in seconds, for the region and for its log of LARGE_LOG entries."""
    objects = region()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, size in (("region", len(objects)), ("large_log", LARGE_LOG)):
            raw = bundle_of(*grown(objects, size))
            path = Path(folder) / f"{name}.json"
            path.write_bytes(raw)
            found[name] = {
                "entries": size,
                "bytes": len(raw),
                "packed_bytes": len(gzip.compress(raw, 9, mtime=0)),
                "cold_verification_s": round(cold_s(path, objects[0].object_id), 3),
                "gossip_bytes": len(verify(raw, objects[0].object_id).gossip()),
            }
    limits = {
        "packed_bytes": MAX_PACKED_BYTES,
        "cold_verification_s": MAX_COLD_S,
        "gossip_bytes": MAX_GOSSIP_BYTES,
    }
    reached = all(found["region"][name] < limit for name, limit in limits.items())
    return found | {"limits_of_region": limits, "reached": reached}


def main() -> None:
    """Print the measures, or verify one file and print the seconds it took."""
    if sys.argv[1:2] == ["verify"]:
        raw = Path(sys.argv[2]).read_bytes()
        start = time.perf_counter()
        verify(raw, sys.argv[3])
        print(time.perf_counter() - start)
    else:
        print(json.dumps(measured(), indent=1))


if __name__ == "__main__":
    main()
