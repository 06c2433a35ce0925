"""Drawing while training goes on, without slowing it down."""

import time


class Throttle:
    """Calls `draw` every `interval` seconds, more rarely if it would take over `share` of the time.

    `seconds` is how long drawing has taken in all, `count` how often it was done.
    """

    def __init__(self, draw, interval, share):
        self.draw, self.interval, self.share = draw, interval, share
        self.seconds, self.count, self.next = 0.0, 0, 0.0

    def __call__(self, now=False):
        """Draw if it is time to, or `now` in any case."""
        began = time.perf_counter()
        if now or began >= self.next:
            self.draw()
            took = time.perf_counter() - began
            self.seconds, self.count = self.seconds + took, self.count + 1
            self.next = began + max(self.interval, took / self.share)
