"""An invented network of five countries, signed and deterministic, for any test that needs trust data.

    world = World()                               # charter, lists, policies and one agreement
    world.objects                                 # tuple[SignedObject, ...] in the order of submission
    world.newest("NationalList", "CM")            # the newest SignedObject of a subject ("": the charter)
    world.charter_id                              # what a verifier pins
    world.entries                                 # their entries in the log, a second apart; world.logged_at
    world.note(now=NOW)                           # a checkpoint that all six witnesses cosigned then
    world.bundle(now=NOW), world.view(now=NOW)    # the bundle's bytes, the verified TrustView
    world.issuer_signer("CM", 1, key=1)           # signs as did:web:skills.example:cm:1#k1
    world.issuer_seed("CM", 1, key=1)             # its 32 bytes, for a key file; world.log_seed likewise
    world.member_signers("CM"), world.log_signer  # three keys, of which two speak for the country; the log's
    world.witness_signers                         # {name: NoteSigner}, the charter's witnesses
    world.witness_seed(name)                      # the 32 bytes of one
    world.revised("NationalList", "CM", change)   # a new World with version + 1, altered by `change`
    world.sign("HostPolicy", "CM", payload, version=2, by=["CM"])    # any object, well or badly signed
    world.status_list("CM", 1, "revocation", 1, bits=(5,), now=NOW)  # a signed status list credential

Payloads are those of tests/world_data.py. Keys derive from names alone, so two Worlds are always equal.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from certes.credential.identifiers import Network, Purpose, issuer_did, key_id, status_list_url
from certes.credential.keys import Ed25519Signer
from certes.credential.proof import EDDSA_JCS_2022, sign
from certes.credential.status import bitstring, list_document
from certes.trust.bundle import TrustView, build_bundle, parse_bundle
from certes.trust.charter import parse_charter
from certes.trust.published import choose
from certes.trust.reading import subject_name
from certes.trust.records import Charter
from certes.trust.signing import SignedObject, sign_object
from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.entries import LogEntry, entry_of
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.translog.ranges import CompactRange
from certes.trust.vouching import log_origin
from tests import world_data
from tests.world_data import COUNTRIES, Payload

NETWORK = Network(0, "skills.example")
NOW = datetime(2026, 11, 20, 8, 0, 0, tzinfo=UTC)
FIRST_LOGGED = NOW - timedelta(days=60)  # when the registry took in the first objects
FRESH = timedelta(days=1)  # how long a status list says it holds


@cache
def signer(name: str, verification_method: str = "") -> Ed25519Signer:
    """The key of a name."""
    seed = hashlib.sha256(f"certes test world: {name}".encode()).digest()
    return Ed25519Signer(seed, verification_method)


def member_signers(country: str) -> tuple[Ed25519Signer, ...]:
    """The three keys of a member; two of them speak for it."""
    return tuple(signer(f"member {country} {number}") for number in (1, 2, 3))


def issuer_key_text(country: str, number: int, key: int) -> str:
    """The Multikey text of an issuer's key."""
    return signer(f"issuer {country} {number} k{key}").public_key.multikey


def subject_of(found: SignedObject) -> str:
    """What tells apart objects of one type: a country, an agreement's id, nothing for the charter."""
    return subject_name(found).removeprefix(found.type).removeprefix("/")


@dataclass(frozen=True)
class World:
    """The network as its countries signed it. `later` holds what was signed after the first objects, and was
    logged from `later_at` on, a second apart; `notices` what is not logged yet."""

    network: Network = NETWORK
    later: tuple[SignedObject, ...] = field(default=())
    later_at: tuple[datetime, ...] = field(default=())  # of each of `later`; else after the one before
    notices: tuple[SignedObject, ...] = field(default=())

    @cached_property
    def first(self) -> tuple[SignedObject, ...]:
        """Version 1 of everything: charter, national lists, host policies, the agreement."""
        keys = {
            country: [key.public_key.multikey for key in member_signers(country)] for country in COUNTRIES
        }
        witnesses = {name: each.signer.public_key.multikey for name, each in self.witness_signers.items()}
        log_key = self.log_signer.public_key.multikey
        charter = world_data.charter(self.network, keys, log_key, witnesses)
        found = [self.sign("Charter", None, charter, by=COUNTRIES)]
        for country in COUNTRIES:
            listed = world_data.national_list(self.network, country, issuer_key_text)
            found.append(self.sign("NationalList", country, listed))
        found += [self.sign("HostPolicy", country, world_data.host_policy(country)) for country in COUNTRIES]
        found.append(self.sign("Agreement", None, world_data.agreement(), by=COUNTRIES))
        return tuple(found)

    @property
    def objects(self) -> tuple[SignedObject, ...]:
        """Everything, in the order of submission."""
        return self.first + self.later

    @property
    def charter_id(self) -> str:
        """The id of the first charter, which verifiers pin."""
        return self.first[0].object_id

    @property
    def log_signer(self) -> Ed25519Signer:
        """The registry's own key, named in the charter."""
        return signer("log")

    def member_signers(self, country: str) -> tuple[Ed25519Signer, ...]:
        """The three keys of a member."""
        return member_signers(country)

    def issuer_signer(self, country: str, number: int = 1, *, key: int = 1) -> Ed25519Signer:
        """An issuer's key under its verification method. The seed: `signer(...)` of the same name."""
        return signer(f"issuer {country} {number} k{key}", key_id(self.network, country, number, key))

    def issuer_seed(self, country: str, number: int = 1, *, key: int = 1) -> bytes:
        """The 32 bytes behind `issuer_signer`, for a key file."""
        return hashlib.sha256(f"certes test world: issuer {country} {number} k{key}".encode()).digest()

    @property
    def log_seed(self) -> bytes:
        """The 32 bytes behind `log_signer`, for a key file."""
        return hashlib.sha256(b"certes test world: log").digest()

    @cached_property
    def witness_signers(self) -> dict[str, NoteSigner]:
        """The witnesses that the first charter names, by their names in notes."""
        return {
            name: NoteSigner(name, KeyUse.COSIGNATURE, signer(f"witness {name}"))
            for name in world_data.witness_names(self.network)
        }

    def witness_seed(self, name: str) -> bytes:
        """The 32 bytes behind one of `witness_signers`, for a key file."""
        return hashlib.sha256(f"certes test world: witness {name}".encode()).digest()

    def sign(
        self,
        kind: str,
        country: str | None,
        payload: Payload,
        *,
        version: int = 1,
        by: Iterable[str] | None = None,
        keys_each: int = 2,
    ) -> SignedObject:
        """An object signed by `keys_each` keys of each country of `by`, which is `country` unless given."""
        countries = by if by is not None else ([country] if country is not None else COUNTRIES)
        signers = [key for each in countries for key in member_signers(each)[:keys_each]]
        return sign_object(kind, country=country, version=version, payload=payload, signers=signers)

    def newest(self, kind: str, subject: str = "") -> SignedObject:
        """The newest version of an object."""
        found = [each for each in self.objects if each.type == kind and subject_of(each) == subject]
        return max(found, key=lambda each: each.version)

    def next_version(
        self, kind: str, subject: str, change: Callable[[Payload], object], **how: Any
    ) -> SignedObject:
        """The signed next version of an object's payload after `change`; `how` as for `sign`."""
        last = self.newest(kind, subject)
        payload: Payload = deepcopy(dict(last.payload))
        if kind == "Agreement":
            payload["version"] = last.version + 1
        change(payload)
        return self.sign(kind, last.country, payload, version=last.version + 1, **how)

    def revised(
        self,
        kind: str,
        subject: str,
        change: Callable[[Payload], object],
        *,
        at: datetime | None = None,
        **how: Any,
    ) -> "World":
        """A world in which that next version was logged as well, at a time as for `followed_by`: a device
        that holds the log takes no entry from before the time its checkpoint has reached."""
        return self.followed_by(self.next_version(kind, subject, change, **how), at=at)

    def followed_by(self, *found: SignedObject, at: datetime | None = None) -> "World":
        """A world in which these were logged as well: from `at` on, or a second after the one before."""
        times = [entry.time for entry in self.entries[len(self.first) :]]
        last = self.entries[-1].time if at is None else at - timedelta(seconds=1)
        times += [last + timedelta(seconds=number) for number in range(1, len(found) + 1)]
        return replace(self, later=(*self.later, *found), later_at=tuple(times))

    @cached_property
    def entries(self) -> tuple[LogEntry, ...]:
        """The entries of `objects`: the first from FIRST_LOGGED on, a second apart."""
        times = [FIRST_LOGGED + timedelta(seconds=number) for number in range(len(self.first))]
        return tuple(
            entry_of(found, subject=subject_of(found), time=time)
            for found, time in zip(self.objects, (*times, *self.later_at), strict=True)
        )

    @property
    def charter(self) -> Charter:
        """The newest charter."""
        newest = self.newest("Charter")
        return parse_charter(newest.payload, version=newest.version)

    def published(self) -> tuple[SignedObject, ...]:
        """What stands in a bundle."""
        return choose(self.objects, self.entries, charter=self.charter)

    def note(
        self,
        now: datetime = NOW,
        *,
        by: Iterable[str] | None = None,
        entries: Sequence[LogEntry] | None = None,
    ) -> bytes:
        """The checkpoint of the log, or of other entries, cosigned at that time by all witnesses or by those
        named."""
        origin, logged = log_origin(self.network), self.entries if entries is None else entries
        root = CompactRange().extend(entry.leaf for entry in logged).root
        log = NoteSigner(origin, KeyUse.NOTE, self.log_signer)
        checkpoint = sign_checkpoint(TreeHead(origin, len(logged), root), log)
        names = self.witness_signers if by is None else by
        lines = [
            cosign(checkpoint.note.text, signer=self.witness_signers[name], time=int(now.timestamp()))
            for name in names
        ]
        return checkpoint.note.with_signatures(lines).encode()

    def bundle(self, *, now: datetime = NOW) -> bytes:
        """The bundle as a registry would serve it."""
        return build_bundle(
            objects=self.published(), entries=self.entries, checkpoint=self.note(now), notices=self.notices
        )

    def view(self, *, now: datetime = NOW) -> TrustView:
        """The same, verified."""
        return parse_bundle(self.bundle(now=now), charter_id=self.charter_id, floor=None, now=now)

    def status_list(
        self,
        country: str,
        number: int,
        purpose: Purpose,
        list_number: int,
        *,
        bits: Iterable[int] = (),
        now: datetime = NOW,
        key: int = 1,
        entries: int = bitstring.MIN_ENTRIES,
    ) -> dict[str, Any]:
        """A signed status list credential with these entries set."""
        document = list_document(
            status_list_url(self.network, country, number, purpose, list_number),
            issuer=issuer_did(self.network, country, number),
            purpose=purpose,
            bits=bitstring.with_bits(bitstring.blank(entries), bits),
            valid_from=now,
            valid_until=now + FRESH,
        )
        by = self.issuer_signer(country, number, key=key)
        return sign(document, signer=by, suite=EDDSA_JCS_2022, created=now)
