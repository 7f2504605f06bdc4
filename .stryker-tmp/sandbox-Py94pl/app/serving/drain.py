"""Go on serving for a while after SIGTERM, then stop.

ECS takes a task out of Cloud Map at or just before its SIGTERM, with no delay between the two, and API Gateway sends
requests from its cache of what Cloud Map said: https://github.com/aws/containers-roadmap/issues/1639
"""

import mmap
import os
import signal
from collections.abc import Mapping
from typing import Any


class Drain:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        # Anonymous and shared with every later fork: the workers, also one that replaces another during the drain, see
        # the arbiter's byte without a signal of their own.
        self._shared = mmap.mmap(-1, 1)

    @property
    def begun(self) -> bool:
        return self._shared[0] != 0

    def begin(self) -> None:
        self._shared[0] = 1

    def install(self, arbiter: Any) -> None:
        """Make the arbiter's SIGTERM begin the drain, and the drain's end do what its SIGTERM did.

        The arbiter queues signals and calls `handle_<name>` from its main loop: nothing here runs in a signal handler.
        A second SIGTERM changes nothing. SIGINT and SIGQUIT stay what they were, and end a drain at once.
        """
        stop = arbiter.handle_term

        def on_term() -> None:
            if self.begun:
                return
            self.begin()
            if self.seconds == 0:
                stop()
                return
            arbiter.log.info("Draining for %g s: serving on, asking clients to close", self.seconds)
            # Forks do not inherit it: a worker never gets the alarm.
            signal.setitimer(signal.ITIMER_REAL, self.seconds)

        def on_alarm() -> None:
            arbiter.log.info("Drained: no longer listening, finishing what is in flight")
            stop()

        arbiter.handle_term = on_term
        arbiter.handle_alrm = on_alarm
        signal.signal(signal.SIGALRM, arbiter.signal)


def seconds_of(environment: Mapping[str, str]) -> float:
    given = environment.get("DRAIN_SECONDS", "60")
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 3600:
        raise ValueError(f"DRAIN_SECONDS is a number of seconds from 0 to 3600, not {given!r}")
    return seconds


# One for the life of the process: gunicorn runs its configuration file again on SIGHUP.
drain = Drain(seconds_of(os.environ))
