"""A verifier in front of the invented network of tests/world.py, with a network that can be cut.

scene = Scene(tmp_path)                        # trust bundle and Cameroon's status lists, fresh
scene.card(), scene.wallet()                   # a welder's certificate, signed: QR text, JSON document
scene.ask(shown, country="GA").verdict         # the outcome of showing it
scene.publish("revocation", bits=(INDEX,))     # a newer list
Scene(tmp_path, trust=False, lists=False)      # a verifier that never had a network
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from certes.credential import skillcard, wallet
from certes.credential.achievement import (
    Achievement,
    Certification,
    DocumentKind,
    IdentityDocument,
    Kind,
    Labels,
    Person,
    Route,
    StatusSlot,
    parse_birth_date,
)
from certes.credential.card_text import to_address
from certes.credential.identifiers import PURPOSES, Purpose, status_list_url
from certes.credential.proof import EDDSA_JCS_2022, EDDSA_RDFC_2022, sign
from certes.runtime.fetch import Fetcher, Hosts
from certes.trust.bundle import TrustView
from tests.world import NETWORK, NOW, World
from verifier.evidence import Sources
from verifier.question import Question
from verifier.result import Outcome
from verifier.status_cache import StatusCache
from verifier.verification import Desk, read_text, verify

INDEX = 4_711
BEFORE = NOW - timedelta(seconds=1)  # of the first lists: what is published by default comes after
ADDRESS = "https://verify.skills.example/"
WELDER = Certification(
    issuer=1,
    key=1,
    number="CM-1-2026-000123",
    centre=1,
    achievement=Achievement(
        country="CM",
        trade=1204,
        trade_version=1,
        occupation="7212",
        level=4,
        kind=Kind.FULL,
        units=(),
        route=Route.TRAINING,
    ),
    person=Person(
        "NGO BIYONG Marie-Claire",
        parse_birth_date("1994-07-02"),
        IdentityDocument("CM", DocumentKind.NATIONAL_ID, "41X7"),
    ),
    awarded_on=date(2026, 4, 10),
    signed_on=date(2026, 4, 14),
    valid_until=None,
    status=StatusSlot(1, INDEX),
)
LABELS = Labels(language="fr", trade="Soudeuse", issuer="Ministère (illustration)", centre="Centre de Douala")


class Trust:
    """Where a view stands in memory; None: nothing was ever received."""

    def __init__(self, view: TrustView | None) -> None:
        self.view = view


class NoImages:
    """A reader for tests that send no file."""

    def read(self, data: bytes) -> list[str]:
        """Nothing is found."""
        return []


class Scene:
    """One verifier and the people who show it things."""

    def __init__(
        self,
        folder: Path,
        *,
        world: World | None = None,
        trust: bool = True,
        lists: bool = True,
        now: datetime = NOW,
    ) -> None:
        self.world = world or World()
        self.now = now
        self.trust = Trust(self.world.view(now=NOW) if trust else None)
        self.cache = StatusCache(
            registry_url="https://registry.skills.example",
            network=NETWORK,
            folder=folder / "status",
            fetcher=Fetcher(Hosts(frozenset())),
            trust=self.trust,
            clock=lambda: self.now,
        )
        if trust and lists:
            for purpose in PURPOSES:
                self.publish(purpose, at=BEFORE)

    def publish(
        self, purpose: Purpose, *, bits: Iterable[int] = (), at: datetime = NOW, key: int = 1
    ) -> None:
        """The verifier receives a list of Cameroon's issuer 1."""
        document = self.world.status_list("CM", 1, purpose, 1, bits=bits, now=at, key=key)
        self.cache.accept(self.list_url(purpose), json.dumps(document).encode())

    @staticmethod
    def list_url(purpose: Purpose) -> str:
        """The address of that list."""
        return status_list_url(NETWORK, "CM", 1, purpose, 1)

    @property
    def desk(self) -> Desk:
        """What the verifier works with."""
        return Desk(
            NETWORK, Sources(self.trust, self.cache), NoImages(), frozenset({"verify.skills.example"})
        )

    def card_document(self, facts: Certification = WELDER) -> dict[str, Any]:
        """A signed skill card as JSON."""
        signer = self.world.issuer_signer(facts.achievement.country, facts.issuer, key=facts.key)
        created = datetime.combine(facts.signed_on, time(), UTC)
        unsigned = skillcard.document(facts, network=NETWORK)
        return sign(unsigned, signer=signer, suite=EDDSA_JCS_2022, created=created)

    def card(self, facts: Certification = WELDER, *, address: str = ADDRESS) -> str:
        """A signed skill card as its QR's text."""
        raw = skillcard.encode(self.card_document(facts), facts, network=NETWORK)
        return to_address(raw, address=address)

    def wallet(self, facts: Certification = WELDER) -> dict[str, Any]:
        """A signed wallet credential."""
        signer = self.world.issuer_signer(facts.achievement.country, facts.issuer, key=facts.key)
        created = datetime.combine(facts.signed_on, time(9, 30), UTC)
        unsigned = wallet.document(facts, LABELS, network=NETWORK)
        return sign(unsigned, signer=signer, suite=EDDSA_RDFC_2022, created=created)

    def ask(
        self,
        shown: str | dict[str, Any] | None = None,
        *,
        country: str = "GA",
        trade: str | None = None,
        at: date | None = None,
    ) -> Outcome:
        """Show something, by default the welder's card, and ask."""
        text = self.card() if shown is None else shown if isinstance(shown, str) else json.dumps(shown)
        presented = read_text(text, network=NETWORK)
        return verify(
            presented, Question(country, trade, at or self.now.date()), desk=self.desk, now=self.now
        )

    def state(self, shown: str | dict[str, Any] | None = None, **question: Any) -> str:
        """Only the state of the answer."""
        return self.ask(shown, **question).verdict.state


def welder(**changes: Any) -> Certification:
    """The welder's certification with some facts changed; `level`, `occupation`, ... of the achievement
    too."""
    inner = {name: changes.pop(name) for name in list(changes) if hasattr(WELDER.achievement, name)}
    return replace(WELDER, achievement=replace(WELDER.achievement, **inner), **changes)


def later(days: int) -> datetime:
    """Days after the world's now."""
    return NOW + timedelta(days=days)
