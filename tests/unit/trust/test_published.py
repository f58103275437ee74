"""Which objects a bundle holds, for entries that nobody has checked yet."""

from datetime import UTC, datetime

from certes.trust.published import needed
from certes.trust.translog.entries import LogEntry

DIGEST = "sha-256:" + "0" * 64


def entry(time: datetime, version: int) -> LogEntry:
    """A national list of Cameroon."""
    return LogEntry(f"sha-256:{version:064x}", DIGEST, "NationalList", "CM", version, time)


def test_a_time_before_which_there_is_no_notice_period_is_no_error() -> None:
    """A mirror can write any time: what is needed is told, and the rules refuse the rest by name."""
    first = datetime(1, 1, 3, tzinfo=UTC)
    entries = [entry(first, 1), entry(first, 2)]
    assert needed(entries, notice_days=366) == {each.object_id for each in entries}


def test_superseded_lists_travel_for_the_notice_period_and_one_more() -> None:
    times = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 10, 20)]
    entries = [entry(time, version) for version, time in enumerate(times, start=1)]
    kept = needed(entries, notice_days=14)
    assert kept == {each.object_id for each in entries[1:]}
