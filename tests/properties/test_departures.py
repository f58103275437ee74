"""Properties of leaving: it never gives a yes, and takes nothing from what was signed before."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from certes.trust.recognition import Decision, Facts, StatusSeen, decide
from certes.trust.reduced import parse_registry
from tests.properties.test_recognition import AT, DAYS, WORKED, YES, facts, good, hosts, statuses

REGISTER = parse_registry(WORKED)
GONE = st.dictionaries(st.sampled_from(["CM", "CG", "TD"]), DAYS, min_size=1)


def ask(found: Facts, host: str, status: StatusSeen | None, left: dict[str, date]) -> Decision:
    """In the worked register, with these countries gone."""
    return decide(found, host=host, at=AT, registry=replace(REGISTER, left=left), status=status)


@given(facts | good, hosts, statuses, GONE)
@settings(max_examples=300, deadline=None)
def test_who_leaves_gains_nothing_and_loses_only_what_it_signs_afterwards(
    found: Facts, host: str, status: StatusSeen | None, left: dict[str, date]
) -> None:
    member, gone = ask(found, host, status, {}), ask(found, host, status, left)
    if gone.verdict in YES:
        assert gone == member
    if found.issued_on < left.get(found.country, date.max):
        assert gone == member
    if status is not None and status.state == "revoked":
        assert gone.verdict == "not_recognised"
