"""Slow motion: a driver that takes so few steps a second that one can talk over them."""

import asyncio
import time

from . import driver

FULL = 0  # as fast as it goes
NO_LOOP = "The lab trains only where an event loop runs: in a notebook, or inside asyncio.run."
SLICE = 0.05  # seconds; after each, Stop and another speed are heard


class PacedDriver(driver.Driver):
    """A `Driver` with a `speed`, in steps a second; `FULL` is as fast as it goes."""

    speed = FULL

    async def run(self):
        """Take records until `pause`, or until there are no more of them, waiting in between."""
        turn_began = time.perf_counter()
        while self.running:
            self.step()
            if self.speed != FULL:
                await self.rest()
            elif time.perf_counter() - turn_began > driver.TURN:
                await asyncio.sleep(0.001)
                turn_began = time.perf_counter()

    async def rest(self):
        """Wait until it is time for the next step, or nobody wants to wait any more."""
        began = time.perf_counter()
        while self.running and self.speed != FULL:
            left = began + 1 / self.speed - time.perf_counter()
            if left <= 0:
                return
            await asyncio.sleep(min(SLICE, left))


def check_loop():
    """Raise RuntimeError, in one sentence, where nothing could train in the background."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(NO_LOOP) from None
