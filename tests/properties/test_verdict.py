"""The verdict table over every combination of checks, results and codes: total, order-free, green once."""

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certes.credential.errors import Misuse
from verifier.check import Check, Result
from verifier.verdict import Verdict, conclude, table

CONCLUSIONS = {"recognised", "recognised_with_conditions", "not_recognised", "rejected", "undetermined"}


def every_check(name: str) -> list[Check]:
    """Each result and code that a check can have."""
    by_result: list[tuple[Result, frozenset[str]]] = [
        (result, table().codes[name][result]) for result in ("passed", "failed", "unknown")
    ]
    return [Check(name, result, code) for result, codes in by_result for code in sorted(codes)]


ALL = [every_check(name) for name in table().checks]


def test_every_combination_has_one_conclusion_and_recognised_needs_all_six() -> None:
    seen: Counter[str] = Counter()
    for checks in itertools.product(*ALL):
        verdict = conclude(checks)
        seen[verdict.state] += 1
        assert verdict.conclusion in CONCLUSIONS
        by_name = {check.name: check for check in checks}
        all_passed = all(check.result == "passed" for check in checks)
        unconditional = by_name["recognition"].code == "recognised" and by_name["dates"].code == "dates_valid"
        assert (verdict.state == "recognised") == (all_passed and unconditional)
        assert (verdict.conclusion == "recognised") == (verdict.state == "recognised")
        assert (verdict.conclusion == "recognised_with_conditions") == (all_passed and not unconditional)
        if by_name["proof"].result == "unknown":  # unreachable is never invalid, and never valid
            assert verdict.conclusion == "undetermined"
        if by_name["proof"].result == "failed":
            assert verdict == Verdict("not_genuine", "rejected")
        if all(check.result != "failed" for check in checks):
            assert verdict.conclusion not in {"rejected", "not_recognised"}
        if any(check.result == "unknown" for check in checks):
            assert not verdict.conclusion.startswith("recognised")
    assert set(seen) == {row.verdict.state for row in table().rows}  # no row is dead


checks_in_any_order = st.tuples(*(st.sampled_from(options) for options in ALL)).flatmap(st.permutations)


@given(checks_in_any_order)
def test_the_order_of_checks_is_irrelevant(checks: list[Check]) -> None:
    ordered = sorted(checks, key=lambda check: table().checks.index(check.name))
    assert conclude(checks) == conclude(ordered)


@given(checks_in_any_order, st.integers(0, 5))
def test_a_missing_check_raises(checks: list[Check], missing: int) -> None:
    with pytest.raises(Misuse) as refused:
        conclude(checks[:missing] + checks[missing + 1 :])
    assert refused.value.code == "check_missing"


@given(checks_in_any_order, st.integers(0, 5))
def test_a_repeated_check_raises(checks: list[Check], repeated: int) -> None:
    with pytest.raises(Misuse) as refused:
        conclude([*checks, checks[repeated]])
    assert refused.value.code == "check_repeated"


def test_no_checks_at_all_are_no_verdict() -> None:
    with pytest.raises(Misuse) as refused:
        conclude([])
    assert refused.value.code == "check_missing"


def test_a_code_outside_the_vocabulary_raises() -> None:
    checks = [options[0] for options in ALL]
    for name, result, code in (("proof", "passed", "looks_good"), ("proof", "perhaps", "proof_holds")):
        odd = Check(name, result, code)  # type: ignore[arg-type]
        with pytest.raises(Misuse) as refused:
            conclude([odd, *checks[1:]])
        assert refused.value.code == "check_unknown"


def test_an_additional_check_raises() -> None:
    checks = [random.choice(options) for options in ALL]
    with pytest.raises(Misuse) as refused:
        conclude([*checks, Check("mood", "passed", "good")])
    assert refused.value.code == "check_missing"


def test_a_verdict_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError):
        bool(Verdict("recognised", "recognised"))
