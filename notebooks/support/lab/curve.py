"""What the curves of a training show: mean losses in a few hundred numbers, and shares read."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

GUESSING = math.log(10)  # the loss of a network that gives each digit the same probability
POINTS = 150  # of a curve: more would not be seen
UNITS = ("step", "epoch", "second")


@dataclass
class Curve:
    """Mean losses of equal stretches of steps: a few hundred, however long the training.

    When there are too many, every two become one, and the stretches twice as long.
    """

    means: list = field(default_factory=list)
    places: list = field(default_factory=list)  # (step, epoch, second) at the end of each stretch
    stretch: int = 1  # steps in a mean
    waiting: list = field(default_factory=list)  # losses of a stretch that is not full

    def add(self, loss, place):
        """Note the loss of one more step, and its (step, epoch, second)."""
        self.waiting.append(loss)
        if len(self.waiting) == self.stretch:
            self.means.append(sum(self.waiting) / self.stretch)
            self.places.append(place)
            self.waiting = []
        if len(self.means) == 2 * POINTS:
            pairs = zip(self.means[::2], self.means[1::2], strict=True)
            self.means = [(first + second) / 2 for first, second in pairs]
            self.places = self.places[1::2]
            self.stretch *= 2

    def points(self):
        """Return [((step, epoch, second), mean loss)], smoothed over five stretches."""
        found = []
        for i, place in enumerate(self.places):
            near = self.means[max(0, i - 2) : i + 3]
            found.append((place, sum(near) / len(near)))
        return found


class View(NamedTuple):
    """What the drawing shows: "loss" or "accuracy", how far apart, and along what."""

    quantity: str = "loss"
    scale: str = "logarithmic"  # or "linear"
    unit: str = "epoch"  # or "step", "second"


class Line(NamedTuple):
    """One run in the drawing: `line` and `dots` are [((step, epoch, second), value)]."""

    run: object
    line: list  # on training images
    dots: list  # on validation images


def lines(runs, view):
    """Return a `Line` for each run: its losses, or the shares of images that it read rightly."""
    if view.quantity == "loss":
        return [Line(run, run.curve.points(), [(end[:3], end[3]) for end in run.ends])
                for run in runs]  # fmt: skip
    found = []
    for run in runs:
        places = [(look.step, look.epoch, look.seconds) for look in run.looks]
        train = [look.train_right for look in run.looks]
        right = [look.right for look in run.looks]
        found.append(
            Line(
                run,
                list(zip(places, train, strict=True)),
                list(zip(places, right, strict=True)),
            )
        )
    return found


def nice_end(reached, planned):
    """Return where a long drawing ends: enough for what was reached, with room for what comes.

    So a long training does not begin as a smear at the left edge: the drawing grows with it.
    """
    size = 10.0 ** math.floor(math.log10(reached))
    nice = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= reached)
    return min(max(nice, planned / 10), max(planned, reached))


def numbers_at(drawn, place, unit):
    """Return what the curves say near `place`, along `unit`: [(run, place, line, dot)].

    `line` and `dot` are the values nearest to it, None where a run has none so far.
    """
    axis, found = UNITS.index(unit), []
    for run, line, dots in drawn:
        near = min(line, key=lambda point: abs(point[0][axis] - place), default=None)
        dot = min(dots, key=lambda point: abs(point[0][axis] - place), default=None)
        if near is None or place > 1.02 * max(line[-1][0][axis], 1e-9):
            continue
        found.append((run, near[0], near[1], dot))
    return found
