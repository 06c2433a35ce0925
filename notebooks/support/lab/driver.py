"""What keeps the page alive while the network trains: one asyncio task that takes turns."""

import asyncio
import time

import numpy as np

TURN = 0.02  # seconds of training, then whoever waits, a click on Stop for one, has a turn


class Driver:
    """Asks a generator for its records, and lets clicks and slider moves in between.

    The generator in `records` IS the training: whoever asks it for the next record trains one
    step further. `on_record(record)` gets each of them, `on_end(error)` is called when there are
    no more (None), or with the exception that ended them.
    """

    def __init__(self, on_record, on_end):
        self.on_record, self.on_end = on_record, on_end
        self.records, self.running, self.task = iter(()), False, None

    def start(self):
        """Begin, or go on, asking for records; there is never a second task."""
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.run())
        self.running = True

    def pause(self):
        """Ask for no more records; the generator stays as it is, and `start` goes on with it."""
        self.running = False

    async def run(self):
        """Take records until `pause`, or until there are no more of them."""
        turn_began = time.perf_counter()
        while self.running:
            self.step()
            if time.perf_counter() - turn_began > TURN:
                await asyncio.sleep(0.001)
                turn_began = time.perf_counter()

    def step(self):
        """Take one record."""
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # `fit` reports a diverging loss
                record = next(self.records)
            self.on_record(record)
        except StopIteration:
            self.end(None)
        except Exception as error:  # nobody would see it: a task keeps its exceptions to itself
            self.end(error)

    def end(self, error):
        """Tell that the records have ended, and whether by an error."""
        self.running = False
        self.on_end(error)
