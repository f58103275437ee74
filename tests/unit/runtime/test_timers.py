"""certes/runtime/timers.py: work goes on after a failure, and ends when told."""

import threading
import time

from certes.credential.errors import Unreachable
from certes.runtime.timers import Every


class Turns:
    """Work that counts its turns, and fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.count = 0
        self.changed = threading.Condition()

    def __call__(self) -> None:
        with self.changed:
            self.count += 1
            self.changed.notify_all()
        if self.failures:
            raise self.failures.pop(0)

    def reached(self, count: int) -> bool:
        """Were there so many turns within five seconds?"""
        with self.changed:
            return self.changed.wait_for(lambda: self.count >= count, timeout=5)


def test_the_first_turn_comes_at_once_and_the_next_when_asked() -> None:
    turns = Turns()
    timer = Every("work", 3600, turns)
    timer.start()
    assert turns.reached(1)
    timer.run_soon()
    assert turns.reached(2)
    timer.stop()
    assert turns.count == 2


def test_turns_come_again_after_the_interval() -> None:
    turns = Turns()
    timer = Every("work", 0.01, turns)
    timer.start()
    assert turns.reached(3)
    timer.stop()


def test_a_failed_turn_does_not_end_the_work() -> None:
    turns = Turns(Unreachable("host_unreachable"), KeyError("a bug"))
    timer = Every("work", 0.01, turns)
    timer.start()
    assert turns.reached(3)
    timer.stop()


def test_a_timer_stops_at_once_however_soon_it_is_told() -> None:
    started = time.monotonic()
    for _ in range(200):
        timer = Every("work", 3600, lambda: None)
        timer.start()
        timer.stop()
    assert time.monotonic() - started < 4


def test_stopping_what_never_started_is_no_error() -> None:
    Every("work", 1, lambda: None).stop()
