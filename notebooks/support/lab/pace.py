"""Slow motion: a driver that takes so few steps a second that one can talk over them."""

import asyncio
import time

from . import driver

FULL = 0  # as fast as it goes
NO_LOOP = "The lab trains only where an event loop runs: in a notebook, or inside asyncio.run."
UNSEEN = 2  # seconds at full speed; then the matrix tells of a network that is long gone
SLICE = 0.05  # seconds; after each, Stop and another speed are heard


class PacedDriver(driver.Driver):
    """A `Driver` with a `speed`, in steps a second; `FULL` is as fast as it goes."""

    speed = FULL

    async def run(self):
        """Take records until `pause`, or until there are no more of them, waiting in between."""
        turn_began = time.perf_counter()
        while self.running:
            step_began = time.perf_counter()
            self.step()
            if self.speed != FULL:
                await self.rest(step_began)
            elif time.perf_counter() - turn_began > driver.TURN:
                await asyncio.sleep(0.001)
                turn_began = time.perf_counter()

    def is_due(self, place, seen):
        """Is it time for a look: a step that can be watched, or long after what was `seen` last?"""
        return self.speed != FULL or place[2] - seen[2] > UNSEEN

    async def rest(self, began):
        """Wait until it is time for the next step, or nobody wants to wait any more.

        The time of the step itself counts; but others have a turn as long as it, or `SLICE`.
        """
        now = time.perf_counter()
        left, turn_ends = 1.0, now + min(SLICE, now - began)
        while self.running and self.speed != FULL and left > 0:
            left = max(began + 1 / self.speed, turn_ends) - time.perf_counter()
            await asyncio.sleep(min(SLICE, max(left, 0.001)))


class Clock:
    """Counts the seconds of a run, pauses left out, and tells how many are left.

    What steps take at full speed is counted apart: slow motion says nothing about it.
    """

    def __init__(self, driver):
        self.driver, self.since = driver, None
        self.pace = (FULL, 0.0)  # a slow speed, and the seconds that a step has taken at it lately

    def start(self):
        self.since = time.perf_counter()

    def stop(self, run):
        self.tick(run)
        self.since = None

    def tick(self, run, steps=0):
        """Note the seconds since the last look at the clock, in which so many steps were taken."""
        if self.since is None:
            return
        now = time.perf_counter()
        took, self.since = now - self.since, now
        run.seconds += took
        if steps and self.driver.speed == FULL:
            run.full = (run.full[0] + steps, run.full[1] + took)
        elif steps:
            speed, lately = self.driver.speed, self.lately()
            self.pace = (speed, lately + 0.2 * (max(took, 1 / speed) - lately))

    def lately(self):
        """Return the seconds that a step has taken lately at this slow speed."""
        speed, seconds = self.pace
        return seconds if speed == self.driver.speed else 1 / self.driver.speed

    def left(self, run):
        """Return how many seconds the rest of the run takes at this speed, None if it is early."""
        per_step = run.per_step()
        if self.driver.speed != FULL:
            per_step = max(self.lately(), per_step or 0)
        return per_step and per_step * (run.steps - run.step)


def check_loop():
    """Raise RuntimeError, in one sentence, where nothing could train in the background."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(NO_LOOP) from None
