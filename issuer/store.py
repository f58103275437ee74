"""What an issuer keeps, in the words of its domain. One contract suite runs over every implementation.

A certificate is planned (number and status slot committed), then issued (signed documents kept as the very
bytes that were signed), or abandoned when it turned out that it may not be signed. Nothing that was issued
is ever deleted, and a status slot is never used twice, not even one of an abandoned plan.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from certes.credential.achievement import StatusSlot
from certes.credential.identifiers import Purpose
from certes.runtime.refusals import Conflict


class Action(StrEnum):
    """What can happen to an issued certificate."""

    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


class ReasonClass(StrEnum):
    """Why: a closed list, so that no free text about a person is ever kept."""

    AWARDED_IN_ERROR = "awarded_in_error"
    FRAUD = "fraud"
    IDENTITY_ERROR = "identity_error"
    HOLDER_REQUEST = "holder_request"
    REPLACED = "replaced"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One change of status. Events are only ever added."""

    action: Action
    reason: ReasonClass
    by: str  # code of the body whose key asked for it
    at: datetime


History = tuple[StatusEvent, ...]  # oldest first


@dataclass(frozen=True, slots=True)
class Plan:
    """A number, what is to be signed under it, and the slot that is its own for ever."""

    number: str
    body: str
    content: bytes  # canonical JSON of the order, see issuer/order.py
    slot: StatusSlot
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """The two signed faces of one certificate, byte for byte as they were signed."""

    wallet: bytes  # the wallet credential, JSON
    card: bytes  # the skill card, CBOR
    key: int
    signed_on: date


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that exists."""

    plan: Plan
    signed: Signed
    issued_at: datetime
    history: History = ()


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A signed status list: `document` is exactly what is served and pushed."""

    list: int
    purpose: Purpose
    document: bytes
    valid_from: datetime
    pushed: bool = False


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The right of a body to call.

    The key itself is not kept, only its SHA-256 (256 random bits need no salt).
    """

    prefix: str
    digest: bytes
    body: str
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


DecideEvent = Callable[[History], StatusEvent | None]
MakeList = Callable[[PublishedList | None, Mapping[int, History]], PublishedList | None]


class Store(Protocol):
    """Every method is one transaction; what it returned is durable. All raise Busy `database_unavailable`."""

    def plan(self, *, number: str, body: str, content: bytes, now: datetime) -> Plan | Issued:
        """Commit number and slot, or return what stands under the number already.

        A plan of the same body that was never issued takes the new content and keeps its slot. Raises
        Conflict `certificate_number_taken` (another body's) or
        `certificate_number_taken_with_other_content`, and Busy `status_slot_unavailable`: without a slot
        nothing may be signed.
        """

    def plan_many(
        self, wanted: Mapping[str, bytes], *, body: str, now: datetime
    ) -> dict[str, "Plan | Issued | Conflict"]:
        """`plan` for many numbers, with their contents, in one transaction: a conflict is the answer of its
        number alone. Raises Busy as `plan`; then nothing is planned.
        """

    def complete_many(
        self, pairs: Sequence[tuple[Plan, Signed]], *, now: datetime
    ) -> list["tuple[Issued, bool] | Conflict"]:
        """`complete` for many different plans in one transaction, in their order; a conflict is an answer."""

    def complete(self, plan: Plan, signed: Signed, *, now: datetime) -> tuple[Issued, bool]:
        """Keep the signed documents. The first one wins and gets True; a later one gets the first's, and
        False.

        Raises Conflict `certificate_number_taken_with_other_content` if the plan's content was changed
        meanwhile.
        """

    def abandon(self, plan: Plan, *, code: str) -> None:
        """The plan may not be signed (`code` says why): forget its content, keep its number and slot."""

    def unfinished(self, *, planned_before: datetime, limit: int) -> tuple[Plan, ...]:
        """Plans that a crash left behind, oldest first."""

    def find(self, number: str, *, body: str) -> Issued | None:
        """The issued certificate of this body, or None: also where the number is another body's."""

    def change_status(self, number: str, *, body: str, decide: DecideEvent) -> tuple[Issued, bool]:
        """Add the event that `decide` makes of the history, if any; the two cannot be torn apart.

        Returns the certificate after it and whether an event was added. Raises NotFound
        `certificate_unknown`, and whatever `decide` raises.
        """

    def lists(self) -> tuple[int, ...]:
        """Numbers of the status lists that have slots in use."""

    def publish(self, number: int, purpose: Purpose, make: MakeList) -> PublishedList | None:
        """Replace a list by what `make` makes of the published one and of the histories by index.

        One at a time for a list and purpose: a list made from older events can never replace one made from
        newer. None from `make` leaves everything as it is.
        """

    def published(self, number: int, purpose: Purpose) -> PublishedList | None:
        """What is published now."""

    def unpushed(self) -> tuple[PublishedList, ...]:
        """Published lists that the registry has not accepted yet."""

    def mark_pushed(self, published: PublishedList) -> None:
        """The registry accepted exactly this version."""

    def add_api_key(self, key: ApiKey) -> None:
        """Keep a new key. Raises Conflict `api_key_exists` when the prefix is taken."""

    def find_api_key(self, prefix: str) -> ApiKey | None:
        """The key with this prefix, expired and revoked ones included."""

    def api_keys(self) -> tuple[ApiKey, ...]:
        """All keys, oldest first."""

    def revoke_api_key(self, prefix: str, *, now: datetime) -> ApiKey:
        """From now on the key opens nothing. Raises NotFound `api_key_unknown`."""
