"""A training under the reader's hands: begin, pause, step, stop, change, go on. No widgets."""

import math
from dataclasses import replace

import numpy as np

from nn_core import MLP, evaluate

from .corrections import Corrections
from .latest import Latest
from .moments import copy, is_early, moment, network
from .pace import Clock, PacedDriver, check_loop
from .run import Look, Run
from .settings import LIVE
from .shelf import free_slot, make_room
from .source import follow, optimizer, training

SAMPLE = 1000  # training images on which the accuracy is measured, too
UNDER_WAY = ("running", "paused")


class Session:
    """The network, and the training that is going on or has been.

    `state` is "ready" (untrained), "running", "paused", "stopped", "finished", "diverged" or
    "failed"; `error` is what went wrong, `reason` why it waits if nobody pressed Pause.
    `moments` are kept before training, at early steps, after every epoch, and after what else
    changed the network. `on_change(event)` is called with "record", "moment", "state",
    "correction" or "runs".
    """

    def __init__(self, x, labels, x_val, labels_val, settings, on_change=lambda event: None):
        self.x, self.labels, self.val = x, labels, (x_val, labels_val)
        self.on_change, self.driver = on_change, PacedDriver(self.take, self.end)
        self.clock = Clock(self.driver)
        self.corrections, self.latest = Corrections(self), Latest(self)
        self.runs, self.numbers, self.run, self.watched = [], 0, None, None
        self.cleared = []  # all runs before they were cleared, until another one begins
        self.gone, self.left = None, None  # the run that made room; the one that was here before
        self.forget(settings)

    # ------------------------------------------------------------------ what the reader does

    def train(self, settings):
        """Begin a new run; nothing while one is running, so that two clicks are one."""
        if self.state != "running":
            check_loop()
            self.begin(settings)
            self.set_off()

    def pause(self, reason=None):
        """Wait; `go_on` continues."""
        if self.state == "running":
            self.look()
            self.rest("paused", reason)

    def go_on(self, settings=None):
        """Continue a run that waits or was stopped; one that is through, with more epochs."""
        if self.state in ("paused", "stopped", "finished"):
            check_loop()
            if self.state == "finished":
                self.extend(settings or self.run.settings)
            self.set_off()

    def step(self, settings):
        """Take a single step: the first, or the next; a run that is through keeps its network."""
        if self.state == "ready":
            self.begin(settings)
            self.state = "paused"
            self.on_change("state")  # who compares with the untrained network sees it now
        elif self.state == "finished":
            self.adopt(self.model, settings, self.run.heir(), start=self.start)
            self.extend(settings)
        if self.state in ("paused", "stopped", "finished"):
            self.state = "paused"
            self.driver.step()
            self.look()
            self.on_change("state")

    def stop(self):
        """End the run here; the network stays as it is, and may be trained on."""
        if self.state in UNDER_WAY:
            self.look()
            self.rest("stopped")

    def reset(self, settings):
        """Put an untrained network in place of this one; the curves stay."""
        self.forget(settings)
        self.on_change("state")

    def clear(self):
        """Forget the earlier runs that are not pinned; where there are none, take that back."""
        if self.earlier():
            self.cleared, self.gone = self.cleared or self.runs, None
            self.runs = [run for run in self.runs if run is self.run or run.pinned]
        elif self.cleared:
            self.runs, self.cleared = self.cleared, []
        self.on_change("state")

    def earlier(self):
        """Return the runs that `clear` would forget."""
        return [run for run in self.runs if run is not self.run and not run.pinned]

    def change(self, **values):
        """Change the learning rate, the momentum or the weight decay of the run under way."""
        if self.state in UNDER_WAY:
            self.run.change(**values)
            follow(self.optimizer, self.run.now, self.record)
            self.on_change("runs")

    def bring_back(self, run):
        """Make the network that this earlier run has left the present one."""
        if run is not self.run and self.state != "running":
            self.leave()
            self.driver.records = iter(())
            self.run, self.moments, run.valued = run, run.moments, True
            self.corrections.forget()
            self.model, self.optimizer = network(run.weights), optimizer(run.now)
            self.start, self.record, self.looked, self.error = run.start, run.record, True, None
            self.state, self.reason = "diverged" if run.diverged else "finished", None
            self.on_change("state")

    def close(self):
        """End for good, and let go of the network and all runs."""
        self.driver.pause()
        self.driver.records, self.state, self.on_change = iter(()), "stopped", lambda event: None
        self.runs, self.cleared, self.moments, self.left = [], [], [], None

    def adopt(self, model, settings, origin, file="", start=None):
        """Make a trained network the present one, as a run; it would go on with `settings`."""
        self.leave()
        hidden = tuple(W.shape[1] for name, W in model.params().items() if name.startswith("W"))
        made = replace(settings, hidden=hidden[:-1])
        self.corrections.forget()
        self.model, self.start, self.optimizer = model, start or copy(model), optimizer(made)
        self.run, self.record = self.new_run(made, origin, file), None
        self.error, self.reason, self.driver.records, self.state = None, None, iter(()), "finished"
        self.say_right()  # a copy looks back to all that its run has been, and says what that said
        if file:
            self.moments = []
            self.remember("as loaded")
            self.on_change("state")  # of a copy its step tells

    # -------------------------------------------------------------------- what it does itself

    def begin(self, settings):
        """Make everything for a new run, and its first record possible."""
        run = self.new_run(settings)
        self.forget(settings)
        self.run, self.optimizer = run, optimizer(settings)
        self.feed(settings, settings.seed)

    def new_run(self, settings, origin="", file=""):
        """Return a new run beside the others; if they are too many, one of them makes room."""
        left = self.left if self.run is None or self.run is self.left else None
        self.runs, self.gone = make_room(self.runs, self.run, left)
        run = Run(self.numbers, settings, free_slot(self.runs), origin=origin, file=file)
        run.take_over(self.run)
        self.runs, self.cleared, self.numbers = [*self.runs, run], [], self.numbers + 1
        return run

    def extend(self, settings):
        """Let the run that is through have more epochs, with what the sliders say now."""
        names = ("falling", "batch_size", "distortion", "dropout", "epochs", *LIVE)
        self.run.change(**{name: getattr(settings, name) for name in names})
        self.feed(self.run.now, settings.seed + self.run.step, settings.epochs)

    def feed(self, settings, seed, epochs=None):
        """Have the driver ask `fit` for this training."""
        self.before = (self.run.step, self.run.epoch)  # what was trained before `fit` counts
        self.steps_per_epoch = math.ceil(len(self.x) / settings.batch_size)
        epochs = epochs or settings.epochs
        with_what = (settings, seed, epochs, self.latest.watch)
        self.driver.records = training(self.model, self.x, self.labels, self.optimizer, *with_what)

    def leave(self):
        """Let the present run keep its network, and no longer the weights of its moments."""
        self.driver.pause()
        self.clock.stop(self.run)
        self.latest.forget()
        self.left = self.run or self.left
        if self.run:
            self.run.weights, self.run.start = copy(self.model), self.start
            self.run.record = self.record
            self.run.moments = [kept._replace(learned={}) for kept in self.moments]

    def forget(self, settings):
        """Be as if nothing had been trained, with a new network."""
        self.leave()
        self.model = MLP((self.x.shape[1], *settings.hidden, 10), seed=settings.seed)
        self.start = copy(self.model)
        self.run, self.optimizer, self.record, self.moments = None, None, None, []
        self.state, self.error, self.reason = "ready", None, None
        self.corrections.forget()
        self.remember("before training")

    def set_off(self):
        """Train, from here on."""
        self.driver.start()
        self.clock.start()
        self.state, self.reason = "running", None
        if self.watched is not self.driver.task:
            self.watched = self.driver.task
            self.watched.add_done_callback(self.interrupted)
        self.on_change("state")

    def interrupted(self, task):
        """The task that trains has ended; if not by us, then a cell was interrupted."""
        if task is self.watched and self.state == "running":
            self.pause("interrupted")
        if not task.cancelled():
            task.exception()  # it has been looked at: nobody needs to write it into a log

    def take(self, record):
        """Note a record of `fit`."""
        run, (steps, epochs) = self.run, self.before
        self.corrections.settle()
        run.step, run.steps = steps + record.step, steps + record.steps
        run.epoch = epochs + record.step / self.steps_per_epoch
        run.epochs = epochs + record.steps / self.steps_per_epoch
        self.clock.tick(run, steps=1)
        run.place = (run.step, run.epoch, run.seconds)
        self.record, self.looked = record, False
        run.note(record.loss)
        follow(self.optimizer, run.now, record)
        if record.train_loss is not None:  # the end of an epoch
            val_loss, _ = evaluate(self.model, *self.val)
            run.ends.append((*run.place, val_loss))
            self.remember(f"after epoch {round(run.epoch)}")
            self.on_change("moment")
        elif run.epoch < 1 and is_early(run.step):
            self.remember(f"at step {run.step:,}")
            self.on_change("moment")
        elif self.state == "running" and self.driver.is_due(run.place, self.moments[-1].place):
            self.look()
        self.on_change("record")

    def end(self, error):
        """The records have ended."""
        self.error = error
        if isinstance(error, FloatingPointError) or (error is None and self.run.has_leapt()):
            self.run.diverged = True
            self.rest("diverged")
        else:
            self.rest("failed" if error else "finished")

    def rest(self, state, reason=None):
        """Stop the clock, and be in this state."""
        self.driver.pause()
        self.clock.stop(self.run)
        self.state, self.reason = state, reason
        self.on_change("state")

    def look(self):
        """Keep what the network says now, in place of an earlier fleeting look."""
        if self.record and not self.looked:
            if self.moments[-1].fleeting:
                self.moments.pop()
            self.remember(f"at step {self.run.step:,}", fleeting=True)

    def remember(self, name, fleeting=False):
        """Keep what the network says about the validation images, if it says anything."""
        if self.moments and self.moments[-1].fleeting and not fleeting:
            self.moments.pop()
        place = self.run.place if self.run else (0, 0.0, 0.0)
        kept = moment(name, self.model, self.val[0], self.start, fleeting, place)
        self.looked = True
        if kept is None:
            return
        self.moments.append(kept)
        self.say_right()
        if self.run and self.run.step and not self.corrections:
            run = self.run
            x, labels = self.x[:SAMPLE], self.labels[:SAMPLE]
            with np.errstate(over="ignore", invalid="ignore"):  # a network that diverges
                train_right = float((self.model.predict(x) == labels).mean())
            run.looks.append(Look(run.step, run.epoch, run.seconds, run.right, train_right))

    def say_right(self):
        """Have the run say what the newest moment says."""
        if self.run:
            newest = self.moments[-1]
            self.run.right, self.run.when = self.accuracy(newest), newest.said.name

    # ---------------------------------------------------------------------- what can be asked

    @property
    def snapshots(self):
        """What the network said at each moment."""
        return [kept.said for kept in self.moments]

    def accuracy(self, kept):
        """Return the share of validation images read rightly at a `Moment` or `Snapshot`."""
        said = getattr(kept, "said", kept)
        return 0.0 if said is None else float((said.answers == self.val[1]).mean())

    def time_left(self):
        """Return the seconds that the run will still take at this speed, None if it is early."""
        return self.clock.left(self.run) if self.record else None
