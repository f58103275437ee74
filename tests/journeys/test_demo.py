"""The demonstration, told once: every certificate's QR uploaded as a picture comes out as its story says."""

import json

from certes.demo.people import STORIES
from tests.journeys.demo_process import run_certes


def test_every_story_of_the_demonstration_comes_out_as_told() -> None:
    ended = run_certes("demo", "--once")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["verdicts"] == told["expected"] == {story.name: story.expected for story in STORIES}
    assert told["issued"] == len([story for story in STORIES if not story.signed_elsewhere])


def test_the_stories_show_every_kind_of_answer_but_those_that_need_a_lost_network() -> None:
    assert {story.expected for story in STORIES} == {
        "recognised",
        "recognised_with_conditions",
        "not_recognised_here",
        "revoked",
        "suspended",
        "replaced",
        "expired",
        "not_genuine",
        "unknown_issuer",
        "outside_scope",
        "issue_time_not_proven",
    }
