"""Questions asked of records: history, keys, scopes, months."""

from datetime import date, timedelta

import pytest

from certes.trust.days import add_months
from certes.trust.records import (
    History,
    HistoryEntry,
    HostPolicy,
    KeyPeriod,
    RegistryView,
    Scope,
    ScopeClaim,
    Standing,
    first_gap,
)

D = date(2026, 5, 10)


def entry(
    standing: Standing, start: date, end: date | None = None, voids: date | None = None
) -> HistoryEntry:
    return HistoryEntry(standing, start, end, voids)


def test_a_grant_holds_until_but_not_on_its_end() -> None:
    history = History((entry(Standing.GRANTED, D, D + timedelta(days=2)),))
    days = [D + timedelta(days=shift) for shift in (-1, 0, 1, 2)]
    assert [history.authorised_on(day) for day in days] == [False, True, True, False]


def test_the_latest_entry_governs_and_the_stricter_one_on_a_tie() -> None:
    granted, later = entry(Standing.GRANTED, D), entry(Standing.WITHDRAWN, D + timedelta(days=1))
    again = entry(Standing.GRANTED, D + timedelta(days=5))
    for entries in ((granted, later, again), (again, later, granted)):
        history = History(entries)
        assert not history.authorised_on(D + timedelta(days=2))
        assert history.authorised_on(D + timedelta(days=5))
    tie = History((granted, entry(Standing.SUSPENDED, D)))
    assert not tie.authorised_on(D)


def test_a_withdrawal_voids_only_what_it_says_and_once_it_has_begun() -> None:
    voiding = entry(Standing.WITHDRAWN, D, None, D - timedelta(days=10))
    history = History((voiding,))
    assert history.voiding(D - timedelta(days=10), at=D) == voiding
    assert history.voiding(D - timedelta(days=11), at=D) is None
    assert history.voiding(D - timedelta(days=1), at=D - timedelta(days=1)) is None


def test_a_key_is_valid_on_its_first_and_last_day() -> None:
    key = KeyPeriod("k1", D, D + timedelta(days=9), retired_on=D + timedelta(days=4))
    days = [D + timedelta(days=shift) for shift in (-1, 0, 4, 5)]
    assert [key.valid_on(day) for day in days] == [False, True, True, False]


SCOPE = Scope("CM:1204", frozenset({"CM-4"}), frozenset({"full"}), rpl=False, valid_from=D, valid_until=D)
CLAIM = ScopeClaim(("CM:1204", "isco08:7212"), "CM-4", "full", "training", D)


@pytest.mark.parametrize(
    ("claim", "gap"),
    [
        (CLAIM, None),
        (ScopeClaim(("CM:9",), "CM-9", "units", "rpl", date.min), "trade"),
        (ScopeClaim(("CM:1204",), "CM-9", "units", "rpl", date.min), "level"),
        (ScopeClaim(("CM:1204",), None, "full", "training", D), "level"),
        (ScopeClaim(("CM:1204",), "CM-4", "units", "rpl", date.min), "kind"),
        (ScopeClaim(("CM:1204",), "CM-4", "full", "rpl", D - timedelta(days=1)), "dates"),
        (ScopeClaim(("CM:1204",), "CM-4", "full", "rpl", D), "rpl"),
        (ScopeClaim(("CM:1204",), "CM-4", "full", "mixed", D), "rpl"),
    ],
)
def test_the_first_gap_is_named(claim: ScopeClaim, gap: str | None) -> None:
    assert first_gap([SCOPE], claim) == gap


def test_one_entry_must_cover_everything() -> None:
    levels = Scope("CM:1204", frozenset({"CM-5"}), None, rpl=True)
    claim = ScopeClaim(("CM:1204",), "CM-4", "full", "rpl", D)
    assert first_gap([SCOPE, levels], claim) == "rpl"
    assert first_gap([], claim) == "trade"


def test_a_trade_without_levels_needs_a_scope_that_lists_none() -> None:
    claim = ScopeClaim(("CM:1204",), None, "full", "training", D)
    assert first_gap([Scope("CM:1204", frozenset(), None, rpl=True)], claim) is None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 10, 1), 6, date(2027, 4, 1)),
        (date(2026, 10, 1), 0, date(2026, 10, 1)),
        (date(9999, 12, 1), 1, date.max),
        (date(2026, 1, 1), 10**9, date.max),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_a_host_without_a_policy_has_the_default_limits() -> None:
    policy = RegistryView(D, {}, {}, ()).host_policy("CD")
    assert policy == HostPolicy("CD", "urn:host:CD", 0, 7, 30)
