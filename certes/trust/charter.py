"""Reading a charter and asking it whose word counts: a country by its own threshold, the network by two
thirds."""

from collections.abc import Collection, Mapping
from typing import Any

from certes.credential.errors import Malformed
from certes.credential.identifiers import Network
from certes.credential.keys import parse_multikey
from certes.trust.members import Members
from certes.trust.records import Charter, Member, StandardsBody, Witness
from certes.trust.schema import require_schema
from certes.trust.vouching import require_sound


def parse_charter(payload: Mapping[str, Any], *, version: int) -> Charter:
    """Raises Malformed: a threshold beyond the number of keys, a country twice, a key that is not one or that
    speaks for two, witnesses or a quorum that vouch for nothing (`require_sound`)."""
    require_schema("charter", payload)
    top = Members(payload)
    network = top.members("network")
    members = [_member(item) for item in top.each("members")]
    countries = [member.country for member in members]
    if len(set(countries)) != len(countries):
        raise Malformed("entry_repeated", field="members")
    log_keys = top.texts("logKeys")
    witnesses = tuple(_witness(item) for item in top.each("witnesses"))
    keys = [key for member in members for key in member.keys] + list(log_keys)
    keys += [witness.key for witness in witnesses]
    bodies = tuple(_body(item) for item in top.each("bodies"))
    if len({body.id for body in bodies}) != len(bodies):
        raise Malformed("entry_repeated", field="bodies")
    keys += [key for body in bodies for key in body.keys]
    if len(set(keys)) != len(keys):
        raise Malformed("key_repeated", field="members")
    for key in keys:
        parse_multikey(key)
    charter = Charter(
        version=version,
        network=Network(network.integer("number"), network.text("domain")),
        members={member.country: member for member in members},
        log_keys=frozenset(log_keys),
        witnesses=witnesses,
        quorum=top.integer("quorum", least=1),
        notice_days=top.integer("noticeDays"),
        expires_on=top.day_or_none("expiresOn"),
        bodies={body.id: body for body in bodies},
    )
    require_sound(charter)
    return charter


def _witness(item: Members) -> Witness:
    return Witness(item.text("name"), item.text("key"), item.text_or_none("country"))


def _member(item: Members) -> Member:
    return Member(item.text("country"), *_voice(item))


def _body(item: Members) -> StandardsBody:
    return StandardsBody(item.text("id"), item.words("name"), *_voice(item))


def _voice(item: Members) -> tuple[frozenset[str], int]:
    """Keys, and how many of them speak."""
    keys = frozenset(item.texts("keys"))
    threshold = item.integer("threshold", least=1)
    if threshold > len(keys):
        raise item.wrong("threshold", "no more than the number of keys")
    return keys, threshold


def signed_by_member(member: Member, signing_keys: Collection[str]) -> bool:
    """Do enough distinct keys of this country stand among those whose signatures hold?"""
    return len(member.keys.intersection(signing_keys)) >= member.threshold


def signed_by_two_thirds(charter: Charter, signing_keys: Collection[str]) -> bool:
    """Have two thirds of the members, rounded up, signed, each by its own threshold?"""
    signed = sum(signed_by_member(member, signing_keys) for member in charter.members.values())
    return 3 * signed >= 2 * len(charter.members)
