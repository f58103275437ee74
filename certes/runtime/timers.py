"""Work on a timer: one thread per task, which survives failures and stops when told."""

import threading
from collections.abc import Callable

from certes.credential.errors import Refusal
from certes.runtime.logs import warn


class Every:
    """Runs `work` every `interval_s` seconds on a daemon thread, the first time at once.

    A Refusal is logged by code and the next turn comes as usual; anything else is a bug, logged by class.
    """

    def __init__(self, name: str, interval_s: float, work: Callable[[], object]) -> None:
        self._name = name
        self._interval_s = interval_s
        self._work = work
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the turn under way, then end. Waits at most five seconds. Nothing happens before `start`."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=5)

    def run_soon(self) -> None:
        """Do the next turn now instead of after the interval."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._turn()
            self._wake.wait(self._interval_s)
            self._wake.clear()  # after the wait: cleared before the turn, a stop just then would be lost

    def _turn(self) -> None:
        try:
            self._work()
        except Refusal as refusal:
            warn("timer_turn_refused", code=refusal.code, field=self._name)
        except Exception as error:  # noqa: BLE001  one failed turn must not end a refresh that weeks depend on
            warn("timer_turn_failed", error_class=type(error).__name__, field=self._name)
