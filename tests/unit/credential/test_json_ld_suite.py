"""The toRdf tests of the JSON-LD API suite: what a lane accepts it reads exactly."""

import pytest

from tests.unit.credential.json_ld_suite import LANES, PAGE, SUITE, TESTS, expected, outcome, refused, section

_EXPECT_A_GRAPH = [test_id for test_id, test in TESTS.items() if test["kind"] != "negative"]
_EXPECT_AN_ERROR = [test_id for test_id, test in TESTS.items() if test["kind"] == "negative"]
ACCEPTED = {"strict": 28, "slow": 180}  # falls when a lane starts to refuse what it did not


def test_the_suite_is_whole() -> None:
    assert len(SUITE["tests"]) == 467
    assert len(_EXPECT_A_GRAPH) + len(_EXPECT_AN_ERROR) == len(TESTS) > 440


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # PyLD says that it ignores terms like "@foo"
@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("test_id", _EXPECT_A_GRAPH)
def test_a_lane_gives_the_expected_graph_or_a_code(lane: str, test_id: str) -> None:
    found = outcome(lane, test_id)
    if found.text is None:
        assert found.code
    elif TESTS[test_id]["kind"] == "positive":
        assert found.text == expected(TESTS[test_id])


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("test_id", _EXPECT_AN_ERROR)
def test_what_is_an_error_for_the_suite_is_refused(lane: str, test_id: str) -> None:
    assert outcome(lane, test_id).code is not None


@pytest.mark.parametrize("lane", LANES)
def test_a_lane_accepts_as_many_as_it_did(lane: str) -> None:
    positive = [test_id for test_id in _EXPECT_A_GRAPH if outcome(lane, test_id).text is not None]
    assert len(positive) >= ACCEPTED[lane]
    assert len(positive) + sum(len(ids) for ids in refused(lane).values()) == len(_EXPECT_A_GRAPH)


def test_the_list_of_refusals_in_the_documentation_is_the_one_of_today() -> None:
    assert section() in PAGE.read_text(encoding="utf-8"), "python -m tests.unit.credential.json_ld_suite"
