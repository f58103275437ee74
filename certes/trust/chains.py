"""Every version of an agreement from the first on: no party is left out of a later text by others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from certes.credential.errors import Malformed, Refusal
from certes.trust.charter import signed_by_member
from certes.trust.charters import speakers
from certes.trust.members import Members
from certes.trust.reading import refused_object, require_signed_by, subject_name
from certes.trust.records import Charter
from certes.trust.signing import SignedObject, signing_keys


def require_chains(agreements: Iterable[SignedObject], charters: Sequence[Charter]) -> None:
    """Every version of an agreement from the first on, and each next one signed by every party of the version
    before too: nobody is left out of a text by others. A party that is no member any more cannot be asked.

    The newest version is signed by keys that speak today; one before it, by keys of any charter: it must have
    been signed once. Raises Malformed `bundle_object_refused`.
    """
    by_subject: dict[str, list[SignedObject]] = {}
    for found in sorted(agreements, key=lambda each: each.version):
        by_subject.setdefault(subject_name(found), []).append(found)
    for versions in by_subject.values():
        before: frozenset[str] = frozenset()
        for number, found in enumerate(versions, start=1):
            try:
                if found.version != number:
                    raise Malformed("agreement_version_missing", field="version", expected=number)
                trusted = charters if found is not versions[-1] else [_speaking(charters)]
                before = _require_step(found, before & charters[-1].members.keys(), trusted)
            except Refusal as refusal:
                raise refused_object(found.object_id, refusal) from refusal


def _speaking(charters: Sequence[Charter]) -> Charter:
    """The newest charter, with the keys of those that have left beside its members'."""
    return replace(charters[-1], members=speakers(charters))


def _require_step(found: SignedObject, before: frozenset[str], charters: Sequence[Charter]) -> frozenset[str]:
    """The parties of this version, once they and those of the one before have signed it."""
    parties = frozenset(party.text("country") for party in Members(found.payload).each("parties"))
    for country in sorted(parties | before):
        standing = [charter.members for charter in charters if country in charter.members]
        for members in standing[:-1]:
            if signed_by_member(members[country], signing_keys(found, among=members[country].keys)):
                break
        else:
            require_signed_by(found, country, standing[-1] if standing else {})
    return parties
