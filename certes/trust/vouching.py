"""Whose signatures make a checkpoint believed, as a charter says it: the log's keys, the witnesses, the
quorum.

Source: docs/spec/log.md, sections 1 and 5.
"""

from collections import Counter

from certes.credential.errors import Malformed
from certes.credential.identifiers import Network
from certes.credential.keys import parse_multikey
from certes.trust.records import Charter
from certes.trust.translog.notes import KeyUse, NoteKey
from certes.trust.translog.quorum import WitnessPolicy

DEVELOPMENT_NETWORK = 0  # the number of the networks of demonstrations and tests: nobody relies on them


def log_origin(network: Network) -> str:
    """The origin of a network's log, which is also the name of its keys. Fixed for the network's life."""
    return f"{network.domain}/log"


def log_note_keys(charter: Charter) -> tuple[NoteKey, ...]:
    """The keys with which the log signs. Raises Malformed, Unsupported for a key that is no Ed25519 key."""
    origin = log_origin(charter.network)
    return tuple(NoteKey(origin, KeyUse.NOTE, parse_multikey(key)) for key in sorted(charter.log_keys))


def witness_policy(charter: Charter) -> WitnessPolicy:
    """The witnesses that count and how many must have signed.

    Raises Malformed `witness_repeated`, `quorum_impossible`, and as `log_note_keys` does.
    """
    keys = tuple(
        NoteKey(witness.name, KeyUse.COSIGNATURE, parse_multikey(witness.key))
        for witness in charter.witnesses
    )
    return WitnessPolicy(keys, charter.quorum)


def require_sound(charter: Charter) -> None:
    """Return if the log of this charter can be believed (docs/spec/log.md, section 5, points 1 to 4).

    Who runs a witness's machine no software can see: that half of point 4 is for those who sign. Raises what
    `witness_policy` raises, Malformed `witnesses_too_few` where not one of them may lie,
    `witnesses_of_one_country` where a country has more than may lie.
    """
    log_note_keys(charter)
    policy = witness_policy(charter)
    development = charter.network.number == DEVELOPMENT_NETWORK
    if policy.liars == 0 and not development:
        raise Malformed("witnesses_too_few", field="witnesses", count=len(policy.witnesses))
    limit = max(1, policy.liars)
    for country, count in Counter(witness.country for witness in charter.witnesses).items():
        if country is not None and count > limit:
            raise Malformed("witnesses_of_one_country", field="witnesses", country=country, limit=limit)
