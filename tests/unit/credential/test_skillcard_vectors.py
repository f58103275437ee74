"""The committed vectors of the skill card, which the browser's code reads as well."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cbor2
import pytest

from certes.credential import errors, skillcard
from certes.credential.achievement import BirthDate
from certes.credential.card_layout import POSITIONS
from certes.credential.cardsize import card_size
from certes.credential.identifiers import Network
from certes.credential.keys import parse_multikey
from certes.credential.proof import EDDSA_JCS_2022, verify_proof

FOLDER = Path(__file__).parents[2] / "vectors" / "skill-card"
VALID = sorted(path.name for path in FOLDER.glob("valid-*.json"))
INVALID: list[dict[str, Any]] = json.loads((FOLDER / "invalid.json").read_text(encoding="utf-8"))


def vector(name: str) -> dict[str, Any]:
    """A committed file."""
    content: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return content


def network_of(row: dict[str, Any]) -> Network:
    """The network a vector was written for."""
    return Network(row["network"]["number"], row["network"]["domain"])


def plain(value: Any) -> Any:
    """A value as the files write it."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, int):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def test_there_are_vectors() -> None:
    assert len(VALID) >= 13
    assert len(INVALID) >= 100
    assert {row["field"] for row in INVALID} >= {position.name for position in POSITIONS}


@pytest.mark.parametrize("name", VALID)
def test_the_digits_give_the_certification(name: str) -> None:
    row = vector(name)
    card = skillcard.decode(row["text"], networks=[network_of(row)])
    facts = plain(asdict(card.certification))
    birth = row["certification"]["person"].pop("birth")
    facts["person"].pop("birth")
    assert facts == row["certification"]
    assert str(card.certification.person.birth) == birth
    assert card.host == "verify.skills.example"


@pytest.mark.parametrize("name", VALID)
def test_the_certification_gives_the_documents_and_the_bytes(name: str) -> None:
    row = vector(name)
    network = network_of(row)
    card = skillcard.decode(row["digits"], networks=[network])
    assert skillcard.document(card.certification, network=network) == row["unsigned"]
    assert card.document() == row["signed"]
    assert skillcard.encode(row["signed"], card.certification, network=network).hex() == row["cbor"]
    assert skillcard.read(row["signed"], network=network) == card


@pytest.mark.parametrize("name", VALID)
def test_the_positions_are_those_the_general_cbor_library_reads(name: str) -> None:
    row = vector(name)
    assert plain(cbor2.loads(bytes.fromhex(row["cbor"]))) == list(row["positions"].values())
    assert list(row["positions"]) == [position.name for position in POSITIONS]


@pytest.mark.parametrize("name", VALID)
def test_the_proof_holds_under_the_key_of_the_vector(name: str) -> None:
    row = vector(name)
    key = parse_multikey(row["public_key"])
    facts = verify_proof(row["signed"], key_for=lambda _: key, suites=[EDDSA_JCS_2022])
    assert facts.verification_method == row["signed"]["proof"]["verificationMethod"]


@pytest.mark.parametrize("name", VALID)
def test_the_size_is_the_size_foretold(name: str) -> None:
    row = vector(name)
    card = skillcard.decode(row["text"], networks=[network_of(row)])
    size = card_size(card.certification, network=card.network)
    assert (size.bytes, size.digits) == (row["bytes"], len(row["digits"]))
    assert {"level": size.level, "version": size.version} == row["qr"]


@pytest.mark.parametrize("row", INVALID, ids=[row["title"] for row in INVALID])
def test_an_invalid_card_is_refused_with_its_code_and_position(row: dict[str, Any]) -> None:
    expected: type[errors.Refusal] = getattr(errors, row["error"])
    with pytest.raises(expected) as refused:
        skillcard.decode(row["text"], networks=[Network(0, "skills.example")])
    assert (type(refused.value), refused.value.code, refused.value.field) == (
        expected,
        row["code"],
        row["field"],
    )


def test_a_birth_date_reads_as_written() -> None:
    """What the vectors leave out of the comparison above."""
    assert str(BirthDate(1985, 4, 12)) == "1985-04-12"
    assert str(BirthDate(1985, approximate=True)) == "1985~"
