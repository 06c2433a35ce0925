"""Drawing while training goes on, without slowing it down."""

import asyncio
import time


class Throttle:
    """Calls `draw` every `interval` seconds, more rarely if it would take over `share` of the time.

    `seconds` is how long drawing has taken in all, `count` how often it was done. What other
    programs do in between is not the drawing's doing: only this thread's own time counts.
    """

    def __init__(self, draw, interval, share):
        self.draw, self.interval, self.share = draw, interval, share
        self.seconds, self.count, self.next, self.waiting = 0.0, 0, 0.0, None

    def __call__(self, now=False):
        """Draw if it is time to, or `now` in any case; return whether it was drawn."""
        began = time.perf_counter()
        wanted = now or began >= self.next
        if wanted:
            own = time.thread_time()
            self.draw()
            took = time.thread_time() - own
            self.seconds, self.count = self.seconds + took, self.count + 1
            self.next = began + max(self.interval, took / self.share)
        return wanted

    def soon(self, seconds=0.1):
        """Draw when nobody has asked for so long; at once where there is no event loop."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self(now=True)
            return
        if self.waiting:
            self.waiting.cancel()
        self.waiting = loop.call_later(seconds, self, True)
