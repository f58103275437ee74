"""Reading what a national list and a case file write alike: keys, scopes and history."""

from certes.trust.members import Members
from certes.trust.records import History, HistoryEntry, KeyPeriod, Scope, Standing

_STANDINGS = tuple(standing.value for standing in Standing)


def parse_history(holder: Members, name: str = "history") -> History:
    """All entries. Raises Malformed for an entry that ends before it begins."""
    return History(tuple(_entry(item) for item in holder.each(name)))


def _entry(item: Members) -> HistoryEntry:
    start, end = item.day("from"), item.day_or_none("until")
    if end is not None and end < start:
        raise item.wrong("until", "a day not before `from`")
    return HistoryEntry(
        standing=Standing(item.one_of("status", _STANDINGS)),
        start=start,
        end=end,
        voids_issued_from=item.day_or_none("voidsIssuedFrom"),
        reference=item.text_or_none("ref"),
    )


def parse_key(item: Members) -> KeyPeriod:
    """One key and its days."""
    not_before, not_after = item.day("notBefore"), item.day("notAfter")
    if not_after < not_before:
        raise item.wrong("notAfter", "a day not before `notBefore`")
    return KeyPeriod(
        kid=item.text("kid"),
        not_before=not_before,
        not_after=not_after,
        retired_on=item.day_or_none("retiredOn"),
        compromised_since=item.day_or_none("compromisedSince"),
        multikey=item.text_or_none("publicKeyMultibase"),
    )


def parse_scope(item: Members) -> Scope:
    """One entry. Where it names a national trade, the occupation beside it only says where that belongs."""
    code = item.text_or_none("trade") or item.text_or_none("occupation")
    if code is None:
        raise item.wrong("trade", "a trade or an occupation")
    levels, kinds = item.texts_or_none("levels"), item.texts_or_none("kinds")
    return Scope(
        code=code,
        levels=None if levels is None else frozenset(levels),
        kinds=None if kinds is None else frozenset(kinds),
        rpl=item.flag("rpl"),
        valid_from=item.day_or_none("validFrom"),
        valid_until=item.day_or_none("validUntil"),
    )
