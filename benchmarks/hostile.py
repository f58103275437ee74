"""Documents of 64 kB made to be dear: each must be refused quickly; what one costs is the worst of them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.timing import seconds_once
from certes.credential.errors import Refusal
from certes.credential.parsing import parse_json
from certes.credential.proof import EDDSA_RDFC_2022, verify_proof
from tests.world import World

SIZE_BYTES = 64 * 1024


def _filled(document: Mapping[str, Any], member: str, item: Callable[[int], Any]) -> bytes:
    """The document with as many items in a member as 64 kB hold."""
    spent = len(json.dumps(document)) + len(member)
    items: list[Any] = []
    while spent < SIZE_BYTES - 64:
        items.append(item(len(items)))
        spent += len(json.dumps(items[-1])) + 2
    return json.dumps({**document, member: items}).encode()


def documents(credential: Mapping[str, Any]) -> dict[str, bytes]:
    """What somebody might send, each a credential with a proof, by what it attacks."""
    link = {"type": "Evidence", "name": "x"}
    return {
        "many statements": _filled(
            credential, "evidence", lambda at: {**link, "id": f"https://e.example/{at}"}
        ),
        "nodes that look alike": _filled(credential, "evidence", lambda at: dict(link)),
        "one node that says much": _filled(credential, "evidence", lambda at: {**link, "name": f"n{at}"}),
        "long strings": _filled(credential, "evidence", lambda at: {**link, "description": "x" * 4_000}),
        "many types": _filled(credential, "type", lambda at: f"https://e.example/{at}"),
        "deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        "wide": b'{"a":[' + b"1," * 32_000 + b"1]}",
        "repeated keys": b"{" + b",".join([b'"a":1'] * 10_000) + b"}",
        "escapes": b'{"a":"' + b"\\u0041" * 10_900 + b'"}',
        "a long integer": b'{"a":' + b"9" * 65_000 + b"}",
        "a long signature": json.dumps(
            {**credential, "proof": {**credential["proof"], "proofValue": "z" + "2" * 64_000}}
        ).encode(),
    }


def slowest(credential: Mapping[str, Any]) -> tuple[str, float]:
    """The dearest of them: its name and its processor seconds, from bytes to the refusal."""
    key = World().issuer_signer("CM").public_key

    def refuse(raw: bytes) -> None:
        try:
            verify_proof(parse_json(raw), key_for=lambda _: key, suites=(EDDSA_RDFC_2022,))
        except Refusal:
            return
        raise SystemExit("a hostile document was accepted")

    taken = {
        name: seconds_once(lambda raw=raw: refuse(raw))  # type: ignore[misc]
        for name, raw in documents(credential).items()
    }
    name = max(taken, key=lambda each: taken[each])
    return name, taken[name]
