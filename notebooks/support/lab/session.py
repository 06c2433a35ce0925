"""A training under the reader's hands: begin, pause, step, stop, change, look back. No widgets."""

import functools
import math
import time
from dataclasses import dataclass, field, replace

import numpy as np

from data.distortion import distorted_minibatches
from nn_core import MLP, SGD, fit, minibatches

from .confusion import snapshot
from .curve import GUESSING, Curve
from .driver import Driver
from .settings import LIVE, Settings, changes

MOST_RUNS = 6  # kept on the curve: as many as there are colours and dashes


@dataclass
class Run:
    """One training: its settings, its losses, and how it went."""

    number: int
    settings: Settings
    changed: str  # against the run before, in words
    steps_per_epoch: int
    curve: Curve = field(default_factory=Curve)
    epoch_ends: list = field(default_factory=list)  # the records with a validation loss
    now: Settings = None  # with what was changed on the way
    right: float = None  # share of the validation images, at the latest look
    diverged: bool = False
    highest: float = 0.0  # loss

    def label(self):
        """Return what tells this run from the one before, in words."""
        moved = changes(self.settings, self.now)
        return self.changed + (f", on the way {moved}" if moved else "")

    def ending(self):
        """Return how it ended, or how far it is."""
        if self.diverged:
            return "diverged"
        return "" if self.right is None else f"{self.right:.2%} right"

    def has_leapt(self):
        """Has the loss leapt up, to stay where guessing would be, or higher?"""
        points = self.curve.points()
        return bool(points) and self.highest > 2 * GUESSING and points[-1][1] > 0.9 * GUESSING

    def has_learned_little(self):
        """Has the loss leapt up, and is less than half of the validation images read rightly?"""
        return self.highest > 2 * GUESSING and self.right is not None and self.right < 0.5


class Session:
    """The network, and the training that is going on or has been.

    `state` is "ready" (untrained), "running", "paused", "stopped", "finished", "diverged" or
    "failed"; `error` is what went wrong. `snapshots` hold what the network said about the
    validation images before training, after every epoch, and after what else changed it.
    `on_change(event)` is called with "record", "epoch", "state" or "correction".
    """

    def __init__(self, x, labels, x_val, labels_val, settings, on_change=lambda event: None):
        self.x, self.labels, self.val = x, labels, (x_val, labels_val)
        self.on_change, self.driver = on_change, Driver(self.take, self.end)
        self.runs, self.numbers = [], 0
        self.reset(settings)

    # ------------------------------------------------------------------ what the reader does

    def train(self, settings):
        """Begin a new run."""
        self.begin(settings)
        self.go_on()

    def pause(self):
        """Wait; `go_on` continues."""
        if self.state == "running":
            self.look()
            self.rest("paused")

    def go_on(self):
        """Continue a run that is waiting."""
        self.state, self.resumed = "running", time.perf_counter()
        self.driver.start()
        self.on_change("state")

    def step(self, settings):
        """Take a single step: of the run that is waiting, or the first one from "ready".

        A network that is trained already is left alone: a new run would throw it away.
        """
        if self.state not in ("ready", "paused"):
            return
        if self.state == "ready":
            self.begin(settings)
            self.state = "paused"
            self.on_change("state")  # who compares with the untrained network sees it now
        self.driver.step()
        self.look()
        self.on_change("state")

    def stop(self):
        """End the run here; the network stays as it is."""
        if self.state in ("running", "paused"):
            self.look()
            self.rest("stopped")

    def reset(self, settings):
        """Put an untrained network in place of this one; the curves stay."""
        self.forget(settings)
        self.on_change("state")

    def clear(self):
        """Forget the earlier runs."""
        self.runs = [self.run] if self.run else []
        if self.run:
            self.run.changed = str(self.run.settings)
        self.on_change("state")

    def change(self, **values):
        """Change the learning rate, the momentum or the weight decay of the run under way."""
        if self.state in ("running", "paused"):
            self.run.now = replace(self.run.now, **values)
            self.set_rates()

    def correcting(self):
        """Look closely: something else is about to change the network."""
        self.before = self.accuracy(snapshot("", self.model, self.val[0]))
        if self.uncorrected is None:
            self.uncorrected = self.before

    def corrected(self):
        """Look again: it has changed the network.

        Return three accuracies: before the first correction since the last step of training,
        before this one, and now.
        """
        if self.state != "running":
            self.remember("after a correction")
            self.on_change("correction")
        now = self.accuracy(snapshot("", self.model, self.val[0]))
        return self.uncorrected, self.before, now

    # -------------------------------------------------------------------- what it does itself

    def begin(self, settings):
        """Make everything for a new run, and its first record possible."""
        self.forget(settings)
        self.optimizer = SGD(settings.learning_rate, settings.momentum, settings.weight_decay)
        last = self.runs[-1].settings if self.runs else None
        changed = changes(last, settings) or "the same again" if last else str(settings)
        steps = math.ceil(len(self.x) / settings.batch_size)
        self.run = Run(self.numbers, settings, changed, steps, now=settings)
        self.runs = [*self.runs, self.run][-MOST_RUNS:]
        self.numbers += 1
        batches = minibatches
        if settings.distortion:
            batches = functools.partial(distorted_minibatches, strength=settings.distortion)
        self.driver.records = fit(
            self.model,
            self.x,
            self.labels,
            self.optimizer,
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            val=self.val,
            seed=settings.seed,
            batches=batches,
        )

    def forget(self, settings):
        """Be as if nothing had been trained, with a new network."""
        self.driver.pause()
        self.model = MLP((self.x.shape[1], *settings.hidden, 10), seed=settings.seed)
        self.run, self.optimizer, self.record = None, None, None
        self.state, self.error, self.seconds, self.resumed = "ready", None, 0.0, None
        self.uncorrected, self.snapshots = None, []  # the accuracy before the first correction
        self.remember("before training")

    def take(self, record):
        """Note a record of `fit`."""
        self.record, self.uncorrected = record, None
        self.run.curve.add(record.loss)
        self.run.highest = max(self.run.highest, record.loss)
        self.set_rates()
        if record.val_loss is not None:
            self.run.epoch_ends.append(record)
            self.run.right = record.val_accuracy
            self.remember(f"after epoch {record.epoch}")
            self.on_change("epoch")
        self.on_change("record")

    def set_rates(self):
        """Let the optimizer have the present learning rate, momentum and weight decay."""
        for name in LIVE:
            setattr(self.optimizer, name, getattr(self.run.now, name))
        if self.run.now.falling and self.record:
            # never quite 0: there is no such step
            left = max(1 - self.record.step / self.record.steps, 1e-6)
            self.optimizer.learning_rate *= left

    def end(self, error):
        """The records have ended."""
        self.error = error
        if isinstance(error, FloatingPointError) or (error is None and self.run.has_leapt()):
            self.run.diverged = True
            self.rest("diverged")
        else:
            self.rest("failed" if error else "finished")

    def rest(self, state):
        """Stop the clock, and be in this state."""
        self.driver.pause()
        if self.resumed is not None:
            self.seconds += time.perf_counter() - self.resumed
            self.resumed = None
        self.state = state
        self.on_change("state")

    def look(self):
        """Keep what the network says within an epoch, in place of an earlier look within it."""
        # a correction while the training ran was not looked at
        newest = self.snapshots[-1].name
        corrected = self.uncorrected is not None and newest == "after a correction"
        if self.record and self.record.val_loss is None and not corrected:
            if newest.startswith("at step"):
                self.snapshots.pop()
            name = f"at step {self.record.step:,}"
            self.remember(name)
            if self.snapshots[-1].name == name:
                self.run.right = self.accuracy(self.snapshots[-1])

    def remember(self, name):
        """Keep what the network says about the validation images, if it says anything."""
        if all(np.isfinite(param).all() for param in self.model.params().values()):
            self.snapshots.append(snapshot(name, self.model, self.val[0]))

    # ---------------------------------------------------------------------- what can be asked

    def accuracy(self, snapshot):
        """Return the share of validation images that were read rightly then."""
        return float((snapshot.answers == self.val[1]).mean())

    def time_left(self):
        """Return the seconds that the run will still take, None if it is too early to tell."""
        running = time.perf_counter() - self.resumed if self.resumed is not None else 0
        seconds = self.seconds + running
        if self.record is None or seconds < 0.1:
            return None
        return seconds * (self.record.steps / self.record.step - 1)
