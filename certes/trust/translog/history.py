"""Does what is offered continue what is held? A device keeps its last tree and holds every other against it.

`log_forked` is the alarm: a quorum signed something that cannot come after what it signed before. Whoever
raises it keeps both checkpoints and shows them.
"""

from collections.abc import Sequence

from certes.credential.errors import Malformed
from certes.trust.translog.checkpoints import TreeHead
from certes.trust.translog.ranges import CompactRange


def take_all(leaves: Sequence[bytes], head: TreeHead, *, held: CompactRange) -> CompactRange:
    """The tree to hold after a whole list of entries, given by their hashes from the first on.

    Raises Malformed `log_entries_differ` where they are not those of the (verified) tree head,
    `log_rolled_back` where it is behind what is held, and `log_forked` where it is not a continuation of it.
    """
    if len(leaves) != head.size:
        raise Malformed("log_entries_differ", field="entries", expected=head.size)
    before = CompactRange().extend(leaves[: held.size])
    grown = before.extend(leaves[held.size :])
    if grown.root != head.root:
        raise Malformed("log_entries_differ", field="entries", expected=head.size)
    _require_not_behind(head, held)
    if before != held:
        raise Malformed("log_forked", field="checkpoint", held=held.size, offered=head.size)
    return grown


def take_more(leaves: Sequence[bytes], head: TreeHead, *, held: CompactRange) -> CompactRange:
    """The same for the entries after those that are held. Of altered entries and of another history this
    cannot tell which it is: `log_entries_differ` asks for the whole list. For no new entry it can."""
    _require_not_behind(head, held)
    if head.size == held.size and head.root != held.root:
        raise Malformed("log_forked", field="checkpoint", held=held.size, offered=head.size)
    grown = held.extend(leaves[: head.size - held.size + 1])
    if grown.size != head.size or grown.root != head.root:
        raise Malformed("log_entries_differ", field="entries", expected=head.size - held.size)
    return grown


def _require_not_behind(head: TreeHead, held: CompactRange) -> None:
    if head.size < held.size:
        raise Malformed("log_rolled_back", field="checkpoint", held=held.size, offered=head.size)
