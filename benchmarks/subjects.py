"""What is measured: Open Badges credentials of different people in one trade, and the verifier they are shown
to.

Different people, so that nothing that is remembered about one credential can answer for the next; one trade
and one issuer, as at a border post or in a hiring office.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson
from nacl.signing import SigningKey

from certes.credential import skillcard, wallet
from certes.credential.achievement import Certification, Labels, Person, StatusSlot
from certes.credential.card_text import to_digits
from certes.credential.cardsize import TYPICAL_ADDRESS
from certes.credential.keys import Ed25519Signer
from certes.credential.linting import Draft, Linted, lint
from certes.credential.parsing import parse_json
from certes.credential.presented import Presented, present
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, ProofFacts, sign, verify_proof
from tests.unit.verifier.scene import WELDER, Scene
from tests.world import NETWORK, NOW, World
from verifier.deciding import Decisions
from verifier.question import Question
from verifier.result import Outcome
from verifier.verification import Desk, verify

PEOPLE = 16
CROWD = 2_000  # people who are each verified once
DAYS_OF_AWARD = 365
LABELS = Labels(
    language="fr",
    trade="Soudeuse",
    issuer="Ministère de l’Emploi et de la Formation professionnelle",
    centre="Centre de Douala",
    place="Douala",
    assessment="Épreuve pratique et entretien",
)


def certification(number: int) -> Certification:
    """One of many people certified as welders."""
    person = Person(
        f"NGO BIYONG Marie-Claire {_letters(number)}", WELDER.person.birth, WELDER.person.document
    )
    return replace(
        WELDER,
        number=f"CM-1-2026-{number + 1:06d}",
        person=person,
        awarded_on=WELDER.awarded_on - timedelta(days=number % DAYS_OF_AWARD),
        status=StatusSlot(1, 100 + number),
    )


def _letters(number: int) -> str:
    """A word of its own for each number: Aaab is 1."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in (3, 2, 1, 0)).title()


def sign_both(
    facts: Certification, signer: Ed25519Signer, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The signed card document and the signed wallet credential."""
    midnight = datetime.combine(facts.signed_on, time(), UTC)
    card = skillcard.document(facts, network=NETWORK)
    credential = wallet.document(facts, LABELS, network=NETWORK)
    return (
        sign(card, signer=signer, suite=EDDSA_JCS_2022, created=midnight),
        sign(credential, signer=signer, suite=EDDSA_RDFC_2022, created=now),
    )


@dataclass(frozen=True)
class Issuance:
    """What an issuer does between its two database writes, and the floor under it."""

    signer: Ed25519Signer
    drafts: tuple[Draft, ...]

    @cached_property
    def _turn(self) -> "cycle[Draft]":
        return cycle(self.drafts)

    def issue(self) -> bytes:
        """Draft, lint, sign both faces, write both."""
        linted = lint(next(self._turn))
        now = datetime.combine(linted.facts.signed_on, time(9, 30), UTC)
        card, credential = sign_both(linted.facts, self.signer, now)
        return orjson.dumps(credential) + skillcard.encode(card, linted.facts, network=NETWORK)

    def issue_checked(self) -> Linted:
        """As `issuer.issuance` does it: our own signatures are verified before anybody gets them."""
        from issuer.issuance import sign_faces

        linted = lint(next(self._turn))
        now = datetime.combine(linted.facts.signed_on, time(9, 30), UTC)
        sign_faces(linted, signer=self.signer, now=now)
        return linted


class Floor:
    """What nobody can leave out: parse or write, SHA-256, Ed25519, of the same bytes."""

    def __init__(self, raws: tuple[bytes, ...], cards: tuple[bytes, ...], seed: bytes) -> None:
        self._key = SigningKey(seed)
        self._verify_key = self._key.verify_key
        self._signed = [(raw, *self._sign(raw)) for raw in raws]
        self._cards = [orjson.loads(card) for card in cards]
        self._documents = [orjson.loads(raw) for raw in raws]
        self._turn, self._write = cycle(self._signed), cycle(zip(self._documents, self._cards, strict=True))

    def _sign(self, raw: bytes) -> tuple[bytes, bytes]:
        data = bytes(32) + hashlib.sha256(raw).digest()
        return data, self._key.sign(data).signature

    def verify(self) -> None:
        """Parse, hash, verify."""
        raw, data, signature = next(self._turn)
        orjson.loads(raw)
        hashlib.sha256(raw).digest()
        self._verify_key.verify(data, signature)

    def sign(self) -> None:
        """Write, hash and sign the wallet credential and the card."""
        for document in next(self._write):
            self._sign(orjson.dumps(document))

    def sign_checked(self) -> None:
        """The same, and the two signatures verified."""
        for document in next(self._write):
            raw = orjson.dumps(document)
            data, signature = self._sign(raw)
            orjson.loads(raw)
            self._verify_key.verify(data, signature)


class Office:
    """A verifier with fresh data, PEOPLE signed credentials and cards, and the issuer that signed them."""

    def __init__(self, folder: Path) -> None:
        self.scene = Scene(folder)
        self.seed = World().issuer_seed("CM")
        self.signer = World().issuer_signer("CM")
        self.facts = tuple(certification(number) for number in range(PEOPLE))
        both = [sign_both(facts, self.signer, NOW) for facts in self.facts]
        self.credentials = tuple(credential for _, credential in both)
        self.raws = tuple(orjson.dumps(credential) for credential in self.credentials)
        cards = [card for card, _ in both]
        self.digits = tuple(
            to_digits(skillcard.encode(card, facts, network=NETWORK))
            for card, facts in zip(cards, self.facts, strict=True)
        )
        self.floor = Floor(self.raws, tuple(orjson.dumps(card) for card in cards), self.seed)
        drafts = tuple(Draft(facts, LABELS, NETWORK, TYPICAL_ADDRESS) for facts in self.facts)
        self.issuance = Issuance(self.signer, drafts)
        self._desk, self._question = self.scene.desk, Question("GA", None, NOW.date())
        self._wallets, self._cards = cycle(self.raws), cycle(self.digits)

    def verify_wallet(self) -> Outcome:
        """From the bytes of a wallet credential to the six checks and the verdict."""
        return self._judge(present(next(self._wallets), networks=(NETWORK,)))

    def verify_proof(self) -> ProofFacts:
        """Only parse the bytes of a wallet credential and verify its proof: what PyLD is compared with."""
        document = parse_json(next(self._wallets))
        key = self.signer.public_key
        return verify_proof(document, key_for=lambda _: key, suites=(EDDSA_RDFC_2022,))

    def verify_card(self) -> Outcome:
        """The same from a card's digits."""
        return self._judge(present(next(self._cards), networks=(NETWORK,)))

    def verify_undecided(self) -> Outcome:
        """As `verify_wallet`, but what the register says of such a certificate is worked out each time."""
        desk = replace(self._desk, decisions=Decisions())
        return self._judge(present(next(self._wallets), networks=(NETWORK,)), desk)

    def verify_crowd(self, raws: Sequence[bytes]) -> None:
        """Many different certificates, by a verifier that has decided on none of them."""
        desk = replace(self._desk, decisions=Decisions())
        for raw in raws:
            self._judge(present(raw, networks=(NETWORK,)), desk)

    def crowd(self, size: int) -> tuple[bytes, ...]:
        """So many different people's signed credentials, awarded over a year."""
        people = (certification(number) for number in range(PEOPLE, PEOPLE + size))
        return tuple(orjson.dumps(sign_both(facts, self.signer, NOW)[1]) for facts in people)

    def _judge(self, presented: Presented, desk: Desk | None = None) -> Outcome:
        outcome = verify(presented, self._question, desk=desk or self._desk, now=NOW)
        if outcome.verdict.state != "recognised":  # a benchmark of refusals would be quick, and worthless
            raise SystemExit(f"the benchmark's own credential is {outcome.verdict.state}")
        return outcome
