"""Every version of an agreement from the first on: no party is left out of a later text by others."""

from collections.abc import Iterable

from certes.credential.errors import Malformed, Refusal
from certes.trust.charters import Placed, refused_object
from certes.trust.members import Members
from certes.trust.reading import require_signed_by, subject_name


def require_chains(agreements: Iterable[Placed]) -> None:
    """Every version of an agreement from the first on, and each next one signed by every party of the version
    before too, all under the charter in force at its place: nobody is left out of a text by others. A party
    that is no member any more cannot be asked.

    Raises Malformed `bundle_object_refused`.
    """
    by_subject: dict[str, list[Placed]] = {}
    for each in sorted(agreements, key=lambda placed: placed.found.version):
        by_subject.setdefault(subject_name(each.found), []).append(each)
    for versions in by_subject.values():
        before: frozenset[str] = frozenset()
        for number, placed in enumerate(versions, start=1):
            try:
                if placed.found.version != number:
                    raise Malformed("agreement_version_missing", field="version", expected=number)
                before = _require_step(placed, before)
            except Refusal as refusal:
                raise refused_object(placed.found.object_id, refusal) from refusal


def _require_step(placed: Placed, before: frozenset[str]) -> frozenset[str]:
    """The parties of this version, once they and those of the one before have signed it."""
    found, members = placed.found, placed.charter.members
    parties = frozenset(party.text("country") for party in Members(found.payload).each("parties"))
    for country in sorted(parties | (before & members.keys())):
        require_signed_by(found, country, members)
    return parties
