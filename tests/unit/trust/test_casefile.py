"""The case file runner: what differs is said, what cannot be run is said, nothing else happens."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from certes.credential.errors import Malformed
from certes.trust.casefile import Report, run_case_file
from certes.trust.json_patch import apply_patch

FILE = Path(__file__).parents[2] / "vectors" / "recognition" / "cases.json"
WORKED: dict[str, Any] = json.loads(FILE.read_bytes())


def run(*cases: Any, registry: Any = None) -> Report:
    """A file of these cases on the worked register."""
    document = {"registry": WORKED["registry"] if registry is None else registry, "cases": list(cases)}
    return run_case_file(json.dumps(document).encode())


def first(**change: Any) -> dict[str, Any]:
    """The first worked case, with some members changed, or left out where the change is None."""
    case = copy.deepcopy(WORKED["cases"][0]) | change
    return {name: value for name, value in case.items() if value is not None}


def test_the_report_says_the_form_each_case_and_the_sums() -> None:
    lines = run(first()).lines()
    assert "reduced form" in lines[0]
    assert lines[1].startswith("passed  01 plain")
    assert lines[-1] == "1 passed, 0 failed"


def test_what_differs_is_shown_with_both_values() -> None:
    case = first()
    case["expect"]["verdict"] = "unknown"
    report = run(case)
    assert (report.passed, report.failed) == (0, 1)
    assert 'verdict: expected "unknown"' in report.lines()[2]
    assert 'got "recognised"' in report.lines()[3]


def test_an_unknown_member_of_the_expectation_is_a_difference() -> None:
    case = first()
    case["expect"]["verdct"] = "unknown"
    assert [found.member for found in run(case).results[0].differences] == ["expect.verdct (unknown member)"]


def test_only_what_an_expectation_states_is_compared() -> None:
    assert run(first(expect={"verdict": "recognised"})).passed == 1


def test_true_is_not_one() -> None:
    case = first()
    case["expect"]["recognisedAs"]["acqf"] = True
    assert run(case).failed == 1


def test_a_member_that_nobody_reads_is_remarked() -> None:
    case = first(hots="GA")
    case["credential"]["metod"] = "rpl"
    result = run(case).results[0]
    assert result.passed
    assert result.remarks == ("member hots is not read", "member credential.metod is not read")
    assert any("hots" in line for line in run(case).lines())


@pytest.mark.parametrize("name", ["host", "at", "credential", "expect", "status"])
def test_a_case_that_lacks_something_fails_by_name(name: str) -> None:
    result = run(first(**{name: None})).results[0]
    assert result.name.startswith("01 plain")
    assert result.refusal is not None
    assert name in result.refusal
    assert any("could not be run" in line for line in run(first(**{name: None})).lines())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"at": "2026-02-30"}, "at"),
        ({"at": "20261122"}, "at"),
        ({"at": 5}, "at"),
        ({"host": ["GA"]}, "host"),
        ({"status": {"state": "perhaps", "asOf": "2026-11-20"}}, "status.state"),
        ({"status": {"state": "valid"}}, "status.asOf"),
        ({"status": 1}, "status"),
        ({"credential": []}, "credential"),
        ({"credential": {"country": "CM"}}, "credential"),
        ({"expect": {}}, "expect.verdict"),
        ({"registryPatch": {}}, "patch_not_array"),
        ({"registryPatch": [{"op": "replace", "path": "", "value": []}]}, "registry"),
        ({"registryPatch": [{"op": "remove", "path": "/checkpoint"}]}, "registry.checkpoint.time"),
        ({"registryPatch": [{"op": "replace", "path": "/agreements", "value": {}}]}, "registry.agreements"),
        (
            {"registryPatch": [{"op": "replace", "path": "/agreements/0", "value": 1}]},
            "registry.agreements[0]",
        ),
    ],
)
def test_a_case_that_cannot_be_read_fails_with_the_member(change: dict[str, Any], field: str) -> None:
    result = run(first(**change)).results[0]
    assert result.refusal is not None
    assert field in result.refusal


def test_the_other_cases_run_on() -> None:
    report = run(1, {"expect": {}}, first())
    assert [result.name for result in report.results][:2] == ["case 1", "case 2 (without a name)"]
    assert (report.passed, report.failed) == (1, 2)


def test_a_patch_never_reaches_the_next_case() -> None:
    emptied = first(registryPatch=[{"op": "replace", "path": "/agreements", "value": []}])
    assert run(emptied, first()).passed == 1


@pytest.mark.parametrize("mark", [{"revoked": True}, {"revokedOn": "2026-01-01"}, {"status": "revoked"}])
def test_a_decision_may_be_marked_revoked_in_several_ways(mark: dict[str, Any]) -> None:
    case = next(case for case in copy.deepcopy(WORKED["cases"]) if case["name"].startswith("23"))
    case["credential"]["recognitionDecisions"][0] |= mark
    case["expect"] = {"verdict": "not_recognised"}
    assert run(case).passed == 1


def test_a_decision_whose_status_is_valid_stands() -> None:
    case = next(case for case in copy.deepcopy(WORKED["cases"]) if case["name"].startswith("23"))
    case["credential"]["recognitionDecisions"][0] |= {"status": {"state": "valid"}}
    assert run(case).passed == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[]", "json_not_object"),
        (b"{}", "case_file_without_registry"),
        (b'{"registry":{}}', "case_file_without_cases"),
        (b'{"registry":{},"cases":[]}', "case_file_without_cases"),
    ],
)
def test_a_file_that_is_none_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        run_case_file(raw)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("/national/CM/issuers/did:web:cm-a/history/0/status", "gone", "history[0].status"),
        ("/national/CM/issuers/did:web:cm-a/history/0/until", "2021-01-01", "history[0].until"),
        ("/national/CM/issuers/did:web:cm-a/keys/0/notAfter", "2020-01-01", "keys[0].notAfter"),
        ("/national/CM/issuers/did:web:cm-a/scope/0", {"levels": []}, "scope[0].trade"),
        ("/national/CM/issuers/did:web:cm-a/scope/0/rpl", 1, "scope[0].rpl"),
        ("/hosts/GA/hardRegistryAgeDays", 6, "hosts.GA.hardRegistryAgeDays"),
        ("/hosts/GA/maxRegistryAgeDays", -1, "hosts.GA.maxRegistryAgeDays"),
        ("/agreements/0/temporal/afterWithdrawal", "burn", "temporal.afterWithdrawal"),
        ("/agreements/0/temporal/preserveMonths", None, "temporal.preserveMonths"),
        ("/agreements/0/articles/0/directions", "CM", "articles[0].directions"),
        ("/agreements/0/articles/0/directions", [["CM"]], "articles[0].directions"),
        ("/agreements/0/articles/0/onLevelGap", [{"kind": "magic"}], "onLevelGap[0].kind"),
        ("/agreements/0/articles/0/onLevelGap", [{"kind": "choice", "of": []}], "onLevelGap[0].of"),
        ("/agreements/0/articles/0/occupations", [""], "occupations[0]"),
        ("/agreements/0/articles/0/occupations", "isco08:8113", "occupations"),
        ("/agreements/0/articles/0/split", [], "split"),
        ("/agreements/0/levelMap/0/acqf", 0, "levelMap[0].acqf"),
        ("/agreements/0/version", True, "version"),
    ],
)
def test_a_register_that_cannot_be_read_names_the_member(path: str, value: Any, field: str) -> None:
    patch = [{"op": "add", "path": path, "value": value}]
    result = run(first(registryPatch=patch)).results[0]
    assert result.refusal is not None
    assert field in result.refusal


def test_absent_identifiers_of_a_register_have_a_default() -> None:
    patch = [
        {"op": "remove", "path": "/hosts/GA/id"},
        {"op": "remove", "path": "/hosts/GA/version"},
        {"op": "remove", "path": "/national/CM/id"},
    ]
    assert run(first(registryPatch=patch)).passed == 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/agreements/0/articles/1/minLevell", "agreements[0].articles[1].minLevell"),
        ("/agreements/0/parties/0/inForceSince", "agreements[0].parties[0].inForceSince"),
        ("/agreements/0/levelMap/0/eqf", "agreements[0].levelMap[0].eqf"),
        ("/agreements/0/conditons", "agreements[0].conditons"),
    ],
)
def test_a_misspelt_member_of_an_agreement_is_said_aloud(path: str, said: str) -> None:
    misspelt = apply_patch(WORKED["registry"], [{"op": "add", "path": path, "value": "x"}])
    report = run(first(), registry=misspelt)
    assert report.not_read == (said,)
    assert any(line.startswith("NOT READ") and said in line for line in report.lines())


def test_the_worked_cases_hold_no_member_that_is_not_read() -> None:
    assert run(first()).not_read == ()
