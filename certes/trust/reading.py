"""Signed objects become records: what each type holds, whose signatures it needs, what it speaks of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import Network
from certes.trust.agreement_book import AgreementBook
from certes.trust.agreements import Agreement
from certes.trust.charter import signed_by_member
from certes.trust.charters import Placed, refused_object
from certes.trust.completeness import parse_full_agreement
from certes.trust.events import AgreementEvent, LoggedEvent, parse_agreement_event
from certes.trust.host_policy import parse_host_policy
from certes.trust.national_list import parse_national_list
from certes.trust.notice_board import GivenAnswer, GivenNotice, PlacedList, post, with_confirmed
from certes.trust.notices import Notice, NoticeAnswer, parse_notice_answer, parse_notice_payload
from certes.trust.records import Announcement, Charter, HostPolicy, Member, NationalList, RegistryView
from certes.trust.schema import require_schema
from certes.trust.signing import SignedObject, signing_keys
from certes.trust.standards import RegionalStandard, parse_standard

Record = NationalList | HostPolicy | Agreement | AgreementEvent | RegionalStandard | Notice | NoticeAnswer
OF_A_NOTICE = frozenset({"Notice", "NoticeAnswer"})  # both are named by country and the notice's own id


def subject_name(found: SignedObject) -> str:
    """What an object speaks of; the newest version of a subject counts."""
    if found.type == "Charter":
        return found.type
    if found.type == "Agreement":
        return f"Agreement/{found.payload.get('id')}"
    if found.type == "AgreementEvent":
        return f"AgreementEvent/{found.payload.get('agreement')}#{found.country}"
    if found.type == "RegionalStandard":
        return f"RegionalStandard/{found.payload.get('id')}"
    if found.type in OF_A_NOTICE:
        return f"{found.type}/{found.country}#{found.payload.get('id')}"
    return f"{found.type}/{found.country}"


@dataclass(slots=True)
class Records:
    """Records as they are read, the newest version of each; grown one by one in the order of the log."""

    national: dict[str, NationalList] = field(default_factory=dict)
    hosts: dict[str, HostPolicy] = field(default_factory=dict)
    agreements: AgreementBook = field(default_factory=AgreementBook)
    standards: dict[str, RegionalStandard] = field(default_factory=dict)  # by their ids
    object_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    logged: Mapping[str, datetime] = field(default_factory=dict)  # object id -> when it was logged
    notice_days: int = 0
    founded: date = date.min  # the day of the first charter, with which the log begins
    announced: dict[str, tuple[Announcement, ...]] = field(default_factory=dict)  # by country, in order
    places: dict[str, int] = field(default_factory=dict)  # of each country's newest list among all objects
    notices: list[GivenNotice] = field(default_factory=list)
    answers: list[GivenAnswer] = field(default_factory=list)
    left: Mapping[str, date] = field(default_factory=dict)  # country -> the day it was a member no more

    def view(self, time: datetime) -> RegistryView:
        """The register at the time that the log's witnesses have reached."""
        lists = {country: PlacedList(self.national[country], place) for country, place in self.places.items()}
        board = post(self.notices, self.answers, lists)
        return RegistryView(
            as_of=time.date(),
            hosts=self.hosts,
            national=with_confirmed(self.national, board),
            agreements=self.agreements.current(),
            object_ids=self.object_ids,
            standards=self.standards,
            notice_days=self.notice_days,
            announced=self.announced,
            notices=board,
            left=self.left,
        )

    def add_list(self, record: NationalList, object_id: str, place: int) -> None:
        """The newest list of its country, and since when it says what it says."""
        self.national[record.country] = record
        self.places[record.country] = place
        on = self.logged[object_id].date()
        before = self.announced.get(record.country, ())
        # The first that is carried has another before it only where it is older than the notice period.
        settled = on <= self.founded or (not before and record.version > 1)
        self.announced[record.country] = (*before, Announcement(on, record.issuers, settled=settled))


def read_records(
    objects: Iterable[Placed],
    logged: Mapping[str, datetime],
    *,
    notice_days: int = 0,
    left: Mapping[str, date] | None = None,
) -> Records:
    """The records of objects in the order of the log, each signed by whom it speaks for under the charter at
    its place; notices that are not logged yet stand last. `logged`: when each was logged, by object id.
    `notice_days` are the newest charter's, `left` is what `departures` says. Raises Malformed
    `bundle_object_refused`."""
    founded = min(logged.values()).date() if logged else date.min
    records = Records(logged=logged, notice_days=notice_days, founded=founded, left=left or {})
    for place, placed in enumerate(objects):
        try:
            _read_one(placed, records, place)
        except Refusal as refusal:
            raise refused_object(placed.found.object_id, refusal) from refusal
    return records


def read_spoken(placed: Placed) -> Record:
    """The record of an object, signed by whom it speaks for under its charter. Raises Malformed,
    BadSignature."""
    record = read_record(placed.found, network=placed.charter.network)
    if isinstance(record, RegionalStandard):
        require_signed_by_body(placed.found, record.body, placed.charter)
        return record
    if isinstance(record, Notice):
        require_signed_once(placed.found, record.country, placed.charter.members)
        return record
    for country in parties_of(record):
        require_signed_by(placed.found, country, placed.charter.members)
    return record


def _read_one(placed: Placed, records: Records, place: int) -> None:
    found, record = placed.found, read_spoken(placed)
    if isinstance(record, Notice):
        posted_at, whole = records.logged.get(found.object_id), is_by_threshold(placed)
        records.notices.append(GivenNotice(record, found.object_id, place, posted_at, by_threshold=whole))
        return
    if isinstance(record, NoticeAnswer):
        records.answers.append(GivenAnswer(record, found.object_id))
        return
    if isinstance(record, AgreementEvent):
        logged_on = records.logged[found.object_id].date()
        records.agreements.add_event(LoggedEvent(record, found.version, found.object_id, logged_on))
        return
    if isinstance(record, NationalList):
        records.add_list(record, found.object_id, place)
    elif isinstance(record, HostPolicy):
        records.hosts[record.country] = record
    elif isinstance(record, RegionalStandard):
        records.standards[record.id] = record
    else:
        records.agreements.add_text(record)
    subject = record.id if isinstance(record, Agreement | RegionalStandard) else record.country
    records.object_ids[found.type, subject] = found.object_id


def parties_of(record: Record) -> tuple[str, ...]:
    """Every country whose signature the record needs. A standard speaks for none: ask `read_spoken`, which
    asks its body."""
    if isinstance(record, RegionalStandard):
        return ()
    return tuple(record.parties) if isinstance(record, Agreement) else (record.country,)


def require_signed_by(found: SignedObject, country: str, members: Mapping[str, Member]) -> None:
    """Return if enough distinct keys of the country signed. Raises Malformed `signer_not_member`,
    `threshold_not_reached`; BadSignature."""
    member = members.get(country)
    if member is None:
        raise Malformed("signer_not_member", field="signatures", country=country)
    if not signed_by_member(member, signing_keys(found, among=member.keys)):
        raise Malformed(
            "threshold_not_reached", field="signatures", country=country, threshold=member.threshold
        )


def require_signed_once(found: SignedObject, country: str, members: Mapping[str, Member]) -> None:
    """Return if a key of the country signed: enough for a warning. Raises Malformed `signer_not_member`,
    `notice_not_signed`; BadSignature."""
    member = members.get(country)
    if member is None:
        raise Malformed("signer_not_member", field="signatures", country=country)
    if not signing_keys(found, among=member.keys):
        raise Malformed("notice_not_signed", field="signatures", country=country)


def is_by_threshold(placed: Placed) -> bool:
    """Did so many keys of the country sign a notice that it needs no confirmation? Raises BadSignature."""
    member = placed.charter.members.get(placed.found.country or "")
    return member is not None and signed_by_member(member, signing_keys(placed.found, among=member.keys))


def require_signed_by_body(found: SignedObject, body: str, charter: Charter) -> None:
    """Return if enough distinct keys of the body that the charter names for standards signed. Raises
    Malformed `standards_body_unknown`, `standards_body_threshold_not_reached`; BadSignature."""
    named = charter.bodies.get(body)
    if named is None:
        raise Malformed("standards_body_unknown", field="payload.body", body=body)
    if len(signing_keys(found, among=named.keys)) < named.threshold:
        raise Malformed(
            "standards_body_threshold_not_reached", field="signatures", body=body, threshold=named.threshold
        )


def read_record(found: SignedObject, *, network: Network) -> Record:
    """The record an object holds, whoever signed it. Raises Malformed: `object_type_unknown`,
    `envelope_differs` from its payload, and what the readers raise."""
    payload: Mapping[str, Any] = found.payload
    if found.type == "Agreement":
        agreement = parse_full_agreement(payload)
        _require_same("version", agreement.version, found.version)
        _require_same("country", None, found.country)
        return agreement
    if found.type == "RegionalStandard":
        _require_same("country", None, found.country)
        return parse_standard(payload, network=network, version=found.version)
    _require_same("country", payload.get("country"), found.country)
    if found.type == "AgreementEvent":
        return parse_agreement_event(payload)
    if found.type in OF_A_NOTICE:
        _require_same("version", 1, found.version)  # what is said is answered, never revised
        is_answer = found.type == "NoticeAnswer"
        return parse_notice_answer(payload) if is_answer else parse_notice_payload(payload, network=network)
    if found.type == "NationalList":
        return parse_national_list(payload, network=network, version=found.version)
    if found.type == "HostPolicy":
        require_schema("host-policy", payload)
        country = payload["country"]
        return parse_host_policy(
            payload, country=country, record_id=f"urn:host:{country}", version=found.version
        )
    raise Malformed("object_type_unknown", field="type", type=found.type)


def _require_same(name: str, inside: object, outside: object) -> None:
    if inside != outside:
        raise Malformed("envelope_differs", field=name)
