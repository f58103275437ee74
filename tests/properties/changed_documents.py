"""Documents of every kind that is signed here, changed at random: input for several processors at once."""

import copy
import random
from collections.abc import Callable, Mapping
from typing import Any

from certes.credential.contexts import CREDENTIALS_V2, SKILLS_V1
from certes.credential.status import list_document
from tests.unit.credential.samples import BASE, CREATED, ISSUER, badge, card

_TEXTS = [
    "", "x", "é", "e\u0301", "\u202e", "\xa0", "\u2028", "😀", 'a"b\\c', "tab\tline\nreturn\r", "\\u0041",
    "<a>", "\x00", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\ue000", "\ud800",
    "@id", "_:b0", "_:c14n0", "https://e.example/a", "https://e.example/é", "urn:x:y",
    "did:web:skills.example:cm:1", "name:x", "type", "Achievement", "Profile", "2026-03-01", "true", "1",
    "relative/path", "#fragment",
]  # fmt: skip
_SCALARS: list[Any] = [0, 1, -7, 2**53 - 1, 2**53, 1.5, 1.0, -0.0, True, False, None]
_VALUES: list[Any] = [
    {}, [], [[]], {"@value": "x", "@language": "fr"}, {"@value": "x", "@language": "fr-cm"}, {"@value": "x"},
    {"@value": 1}, {"@value": "x", "@type": "https://e.example/t"}, {"@list": ["a"]}, {"@set": ["a"]},
    {"id": "https://e.example/n"}, {"id": "https://e.example/n", "name": "n"}, {"type": "Evidence"},
    {"type": ["Evidence", "Profile"], "audience": "a"}, {"name": "n"}, {"name": ["n", "m"]},
    {"type": "CertifiedSkill", "level": "CM-4"}, {"type": "RubricCriterionLevel", "level": "1"},
    {"type": "Alignment", "name": {"name": "deep"}}, {"type": "ResultDescription", "allowedValue": []},
    {"type": "ResultDescription", "allowedValue": ["a", "a", {"name": "x"}, 1]},
]  # fmt: skip
_KEYS = [
    "name", "description", "id", "type", "@id", "@type", "@graph", "extra", "evidence", "alignment",
    "identifier", "route", "tradeVersion", "level", "image", "credentialSubject", "credentialStatus",
    "inLanguage", "narrative", "https://e.example/p", "name:x", "replaces", "assessedOn", "validUntil",
    "source", "statusSize", "proof",
]  # fmt: skip


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document, but its @context."""
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, item in items:
        if key != "@context":
            found.append((value, key))
            if isinstance(item, dict | list):
                places(item, found)
    return found


def mutate(document: dict[str, Any], dice: random.Random) -> None:
    """One change at a random place: a value, a member, a name, a repetition."""
    container, key = dice.choice(places(document, []))
    value = container[key]
    other_container, other_key = dice.choice(places(document, []))

    def replace(new: Any) -> None:
        container[key] = copy.deepcopy(new)

    def remove() -> None:
        del container[key]

    def add_member() -> None:
        target = value if isinstance(value, dict) else document
        target[dice.choice(_KEYS)] = copy.deepcopy(dice.choice([*_TEXTS, *_SCALARS, *_VALUES]))

    def rename() -> None:
        if isinstance(container, dict):
            container[dice.choice(_KEYS)] = container.pop(key)

    def repeat() -> None:
        replace([value, value] if not isinstance(value, list) else value + value)

    dice.choice(
        [
            lambda: replace(dice.choice(_TEXTS)),
            lambda: replace(dice.choice(_SCALARS)),
            lambda: replace(dice.choice(_VALUES)),
            lambda: replace([value]),
            lambda: replace(other_container[other_key]),
            lambda: replace((value if isinstance(value, str) else "") + dice.choice(_TEXTS)),
            remove,
            add_member,
            rename,
            repeat,
        ]
    )()


def _status_list() -> dict[str, Any]:
    url = f"{BASE}/status/revocation/1"
    document = list_document(
        url, issuer=ISSUER, purpose="revocation", bits=bytes(16_384), valid_from=CREATED, valid_until=CREATED
    )
    document["credentialSubject"]["encodedList"] = "uH4sIAAAAAAAAA"  # what it unpacks to does not matter here
    return document


def _proof_configuration() -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_V2],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-03-01T08:00:00Z",
        "verificationMethod": f"{ISSUER}#k1",
        "proofPurpose": "assertionMethod",
    }


def _data_model() -> dict[str, Any]:
    """A credential of the data model alone."""
    return {
        "@context": [CREDENTIALS_V2],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential"],
        "name": {"@value": "Attestation", "@language": "fr"},
        "issuer": {"id": ISSUER, "name": "Ministère", "description": "x"},
        "validFrom": "2026-03-01T08:00:00Z",
        "credentialSubject": {"id": "did:example:subject", "name": "x", "description": "y"},
        "credentialSchema": {"id": "https://e.example/schema", "type": "JsonSchema"},
        "relatedResource": [
            {"id": "https://e.example/r", "digestSRI": "sha384-x", "mediaType": "text/plain"}
        ],
    }


def _own_terms() -> dict[str, Any]:
    """The words of our own context, few at a time."""
    return {
        "@context": [CREDENTIALS_V2, SKILLS_V1],
        "type": ["VerifiableCredential", "SkillCard"],
        "issuer": ISSUER,
        "credentialSubject": {
            "type": "CertifiedPerson",
            "name": "x",
            "skill": {"type": "CertifiedSkill", "level": "CM-4", "units": ["U1", "U2"], "tradeVersion": 3},
        },
    }


KINDS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "open badge": badge,
    "skill card": card,
    "data model": _data_model,
    "status list": _status_list,
    "proof configuration": _proof_configuration,
    "own terms": _own_terms,
}
_SHARES = {
    "open badge": 1,
    "skill card": 1,
    "data model": 4,
    "status list": 4,
    "proof configuration": 4,
    "own terms": 4,
}


def changed_document(seed: int) -> tuple[str, dict[str, Any]]:
    """A kind and a document of it with one to three changes; the smaller kinds come more often."""
    dice = random.Random(seed)
    kind = dice.choices(list(_SHARES), weights=list(_SHARES.values()))[0]
    document = KINDS[kind]()
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        mutate(document, dice)
    if dice.random() < 0.1:
        document["@context"] = dice.sample(document["@context"], k=len(document["@context"]))
    return kind, document
