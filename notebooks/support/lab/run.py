"""One training as a thing: its settings, every change on the way, its curve, its moments."""

import math
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from .curve import GUESSING, RECENT, Curve
from .settings import LIVE, ORDER, Settings, as_percent, in_words, say

FEW = 10  # steps of a copy: so many clicks on Step, at most, are a look and no training


class Change(NamedTuple):
    """A setting that was changed while the training went on, after `step` steps, at `place`.

    Or "corrections" of the network, from 0 to so many.
    """

    step: int
    name: str
    old: object
    new: object
    place: tuple = (0, 0.0, 0.0)  # on the axes of the curve

    def __str__(self):
        return f"{self.what()} {'from' if self.name == 'falling' else 'at'} step {self.step:,}"

    def what(self):
        """Return what was changed, in words, but not when."""
        if self.name == "corrections":
            times = {1: "once", 2: "twice"}.get(self.new, f"{self.new} times")
            return f"corrected {times}"
        new = say(self.name, self.new, "off")
        if self.name == "falling":
            return new if self.new else "rate stays"
        old = say(self.name, self.old, "0").split()[-1]
        return f"{self.name.replace('_', ' ')} {old} → {new.split()[-1]}"

    def goes_on_with(self, before):
        """Is it one move with the one `before`: no step between, or a drag in one direction?"""
        onward = (self.new > self.old) == (before.new > before.old) and self.name in LIVE
        return self.step == before.step or (onward and 0 < self.place[2] - before.place[2] < 1)


class Look(NamedTuple):
    """How much the network read rightly at some moment, and where that was."""

    step: int
    epoch: float
    seconds: float
    right: float  # share of the validation images
    train_right: float  # share of a fixed sample of the training images


@dataclass
class Run:
    """A training, from its settings to the network that it left."""

    number: int  # 0, 1, 2, ... since the lab was made
    settings: Settings
    slot: int = 0  # its colour and its dash: no other run that is kept has them
    curve: Curve = field(default_factory=Curve)
    ends: list = field(default_factory=list)  # (step, epoch, seconds, validation loss)
    looks: list = field(default_factory=list)
    log: list = field(default_factory=list)  # of `Change`
    now: Settings = None  # with what was changed on the way
    steps: int = 0  # how many there will be, unless it is stopped
    epochs: float = 0.0
    step: int = 0  # steps, epochs and seconds so far
    epoch: float = 0.0
    seconds: float = 0.0
    place: tuple = (0, 0.0, 0.0)  # of the latest step, as on the axes of the curve
    begun: tuple = (0, 0.0, 0.0)  # where its line begins: that of a copy, where its run ended
    full: tuple = (0, 0.0)  # steps at full speed, and the seconds they took
    right: float = None  # share of the validation images, at the latest look
    when: str = ""  # that was, such as "after epoch 3"
    corrections: int = 0  # of its network, since the last step
    diverged: bool = False
    pinned: bool = False  # has the reader said that it is not to go?
    valued: bool = False  # has the reader compared it, or brought it back?
    highest: float = 0.0  # mean loss of 64 images or more, and at which step that was
    peak: int = 0
    lost: bool = False  # is it said that it has leapt?
    moments: list = field(default_factory=list)
    origin: str = ""  # of a network that was loaded, or is a copy of another run's
    file: str = ""  # its whole name
    loaded: bool = False  # are the weights that it began with those of a file?
    weights: dict = None  # of a network that is not the present one: all, and where it began
    start: dict = None
    record: object = None

    def __post_init__(self):
        self.now, self.loaded = self.now or self.settings, bool(self.file)

    @property
    def is_copy(self):
        """Does it go on with the network of another run?"""
        return bool(self.origin and not self.file)

    def heir(self):
        """Return the origin of a run that goes on with the network of this one."""
        return f"goes on from run {self.number + 1}"

    def take_over(self, other):
        """Stand where the `other` run does, if this one goes on with its network."""
        if self.is_copy:
            self.step, self.epoch, self.seconds = self.begun = self.place = other.place
            self.loaded = other.loaded

    def note(self, loss):
        """Note the loss of the newest step, which is at `place`."""
        self.curve.add(loss, self.place)
        count = min(math.ceil(64 / self.now.batch_size), RECENT)  # single images only are noisy
        mean = sum(loss for _, loss in islice(reversed(self.curve.recent), count)) / count
        if mean > self.highest:
            self.highest, self.peak = mean, self.step

    def is_brief(self):
        """Is its line no more than a dot: of one step, or of a copy's few steps?"""
        return 0 < self.step - self.begun[0] <= (FEW if self.is_copy else 1)

    def per_step(self):
        """Return the seconds of a step at full speed, None if they were too few to tell."""
        steps, seconds = self.full
        return seconds / steps if seconds > 0.5 else None

    def change(self, **values):
        """Note that settings are changed now."""
        for name, new in values.items():
            old = getattr(self.now, name)
            if name != "epochs" and is_other(name, old, new):
                self.log.append(Change(self.step, name, old, new, self.place))
        self.now = replace(self.now, **values)

    def changes(self):
        """Return a `Change` for each move that a step has followed: till then it does nothing."""
        moves = []  # lists of those that are one
        for change in self.log:
            if change.step == self.step:
                break
            same = next((move for move in reversed(moves) if move[0].name == change.name), None)
            if same and change.goes_on_with(same[-1]):
                same.append(change)
            else:
                moves.append([change])
        made = [move[0]._replace(new=move[-1].new) for move in moves]
        return [change for change in made if is_other(change.name, change.old, change.new)]

    def way(self, most):
        """Return what was changed on the way, by steps, in words; of many changes the latest."""
        words, left = [], self.changes()
        while left and most > 0:
            at_once = [change for change in left if change.step == left[-1].step]
            left = [change for change in left if change.step != at_once[0].step]
            words.insert(0, together(at_once, most))
            most -= len(at_once)
        if left:
            count, other = len(left), "other " * bool(words)
            words.insert(0, f"{count} {other}change{'s' * (count != 1)}")
        return "; ".join(words)

    def more(self):
        """Return how many epochs it has come to have in all, in words, if it went on for more."""
        planned, own = round(self.epochs, 2), self.begun[1] + self.settings.epochs
        went_on = self.steps and planned != round(own, 2)
        return f"gone on to {planned:g} epochs" if went_on else ""

    def made(self):
        """Return what it was made with, in words."""
        if self.origin:
            why = "" if self.step else "; no line: it came trained"
            layers = say("hidden", self.settings.hidden)
            return f"{self.origin}, {layers}{self.trained_with() if self.is_copy else why}"
        return str(self.settings)

    def trained_with(self):
        """Return what a copy was trained with; its rate is that of the sliders, not of its run."""
        words = in_words(self.settings)
        names = [name for name in ORDER if name not in ("hidden", "epochs", "seed")]
        return "".join(f", {words[name]}" for name in names if words[name])

    def name(self):
        """Return which run this is, and how far: no other network has this name."""
        name = f"run {self.number + 1}" + (f" ({self.origin})" if self.origin else "")
        name += f" at step {self.step:,}" if self.step or not self.origin else ""
        count = self.corrections
        return name + (f", {count} correction{'s' * (count != 1)}" if count else "")

    def halt(self, state="stopped"):
        """Return where it was stopped, or waits, if that was before its end."""
        if self.diverged or not 0 < self.step < self.steps or state == "running":
            return ""
        return f"{'paused' if state == 'paused' else 'stopped'} at step {self.step:,}"

    def came_through(self):
        """Is there nothing left of what was planned?"""
        return not self.diverged and self.step >= self.steps and bool(self.step or self.origin)

    def moment(self, state="stopped"):
        """Return of which moment `ending` is, "" if that is the end of what was planned."""
        if self.diverged or state == "running":
            return "" if self.diverged else self.when
        count = self.corrections
        words = [self.halt(state), f"after {count} correction{'s' * (count != 1)}" * bool(count)]
        return "; ".join(filter(None, words))

    def ending(self):
        """Return how much it read rightly at the latest look, if it has not diverged."""
        if self.diverged:
            return "diverged"
        return "" if self.right is None else f"{as_percent(self.right)} right"

    def has_leapt(self, share=0.9):
        """Has the loss leapt up, to stay where guessing would be, or higher?"""
        points = self.curve.points()
        reads = self.right is not None and self.right > 0.25
        high = bool(points) and points[-1][1] > share * GUESSING
        return high and self.highest > 2 * GUESSING and not reads

    def is_lost(self):
        """Has it leapt? Then it is said until the loss is far below guessing: nothing flickers."""
        self.lost = self.has_leapt(0.6 if self.lost else 0.9)
        return self.lost

    def has_learned_little(self):
        """Has the loss leapt up, and is less than half of the validation images read rightly?"""
        return self.highest > 2 * GUESSING and self.right is not None and self.right < 0.5


def is_other(name, old, new):
    """Is it another value in words? Numbers come back from the browser a little rounded."""
    return say(name, old, "0") != say(name, new, "0")


def together(changes, most):
    """Return changes of one step in words: that step once, and so many of them by name."""
    if len(changes) == 1:
        return str(changes[0])
    words, others = [change.what() for change in changes[:most]], len(changes) - most
    if others > 0:
        words.append("1 other" if others == 1 else f"{others} others")
    return f"at step {changes[0].step:,}: {', '.join(words)}"
