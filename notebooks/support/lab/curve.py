"""What the curves of a training show: mean losses in a few hundred numbers, and shares read."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

GUESSING = math.log(10)  # the loss of a network that gives each digit the same probability
POINTS = 150  # of a curve: more would not be seen
UNITS = ("step", "epoch", "second")
SO_FAR = "so far"  # along the steps of the present run, as many as there are
FIRST = 200  # steps whose losses are kept one by one
RECENT = 20  # and so many of the newest


@dataclass
class Curve:
    """Mean losses of equal stretches of steps: a few hundred, however long the training.

    When there are too many, every two become one, and the stretches twice as long; the finer
    ones are kept for drawings of the beginning. So are the first losses: however long a training,
    it begins where it began.
    """

    means: list = field(default_factory=list)
    places: list = field(default_factory=list)  # (step, epoch, second) at the end of each stretch
    stretch: int = 1  # steps in a mean
    waiting: list = field(default_factory=list)  # losses of a stretch that is not full
    finer: dict = field(default_factory=dict)  # {stretch: (means, places)} of the beginning
    first: list = field(default_factory=list)  # (place, loss) of each of the first steps
    recent: deque = field(default_factory=lambda: deque(maxlen=RECENT))  # and of the newest

    def add(self, loss, place):
        """Note the loss of one more step, and its (step, epoch, second)."""
        if len(self.first) < FIRST:
            self.first.append((place, loss))
        self.recent.append((place, loss))
        self.waiting.append(loss)
        if len(self.waiting) == self.stretch:
            self.means.append(sum(self.waiting) / self.stretch)
            self.places.append(place)
            self.waiting = []
        if len(self.means) == 2 * POINTS:
            self.finer[self.stretch] = self.means, self.places
            pairs = zip(self.means[::2], self.means[1::2], strict=True)
            self.means = [(first + second) / 2 for first, second in pairs]
            self.places = self.places[1::2]
            self.stretch *= 2

    def newest(self):
        """Return the mean of the newest losses: where the line ends, and what came after that."""
        full = self.means[-3:]
        count = len(full) * self.stretch + len(self.waiting)
        return (sum(full) * self.stretch + sum(self.waiting)) / count

    def points(self, steps=0):
        """Return [((step, epoch, second), mean loss)]: the first loss, then over five stretches.

        For a drawing of so many `steps` the stretches are as long as in every other run: equal
        runs have equal lines. A line ends at the newest step, with the `newest` mean, unless that
        lies beyond the drawing.
        """
        stretch = max(stretch_for(steps), 1 if steps else self.stretch)
        means, places = self.finer.get(stretch) or self.joined(stretch // self.stretch)
        found = self.first[:1] if stretch > 1 else []
        for i, place in enumerate(places):
            wide = min(i, 2)  # no later losses without the earlier ones
            near = means[i - wide : i + wide + 1]
            found.append((place, sum(near) / len(near)))
        if stretch not in self.finer and self.recent:
            newest = self.recent[-1][0]
            found = [point for point in found if point[0] != newest]
            found.append((newest, self.newest()))
        return found

    def joined(self, count):
        """Return the means and places where every `count` stretches are one."""
        full = range(0, len(self.means) - count + 1, count)
        means = [sum(self.means[i : i + count]) / count for i in full]
        return means, self.places[count - 1 :: count]


def stretch_for(steps):
    """Return how many steps a mean has in a drawing of so many: a power of two."""
    return 2 ** max(0, math.ceil(math.log2(max(1, steps) / (2 * POINTS))))


class View(NamedTuple):
    """What the drawing shows: "loss" or "accuracy", how far apart, and along what."""

    quantity: str = "loss"
    scale: str = "logarithmic"  # or "linear"
    unit: str = "epoch"  # or "step", "second", SO_FAR

    @property
    def axis(self):
        """Which number of a place this is."""
        return UNITS.index("step" if self.unit == SO_FAR else self.unit)


class Line(NamedTuple):
    """One run in the drawing: `line` and `dots` are [((step, epoch, second), value)]."""

    run: object
    line: list  # on training images
    dots: list  # on validation images


def lines(runs, view, end=math.inf):
    """Return a `Line` for each run, up to `end`: losses, or shares of images read rightly."""
    found = []
    for run in runs:
        if view.quantity == "loss":
            each = view.unit == SO_FAR and end <= FIRST
            line = run.curve.first if each else run.curve.points(steps_until(end, run, view.axis))
            dots = [(end[:3], end[3]) for end in run.ends]
        else:
            line = [(look[:3], look.train_right) for look in run.looks]
            dots = [(look[:3], look.right) for look in run.looks]
        dots = [dot for dot in dots if dot[0][view.axis] <= end]
        found.append(Line(run, cut(line, view.axis, end), dots))
    return found


def steps_until(end, run, axis):
    """Return how many steps of this run there are until `end`, on this axis; 0 if none tells."""
    so_far = run.place[axis]
    return round(end * run.step / so_far) if so_far and math.isfinite(end) else 0


def cut(line, axis, end):
    """Return the part of a line that lies before `end`, and where it crosses it."""
    kept = [point for point in line if point[0][axis] <= end]
    if kept and len(kept) < len(line):
        (here, loss), (there, other) = kept[-1], line[len(kept)]
        share = (end - here[axis]) / (there[axis] - here[axis])
        step, *rest = (a + share * (b - a) for a, b in zip(here, there, strict=True))
        if share > 0:
            kept.append(((round(step), *rest), loss + share * (other - loss)))
    return kept


def end_so_far(run):
    """Return the step where a drawing of the steps so far ends: 20, 50, 100, 200, 500, ..."""
    step = max(20, run.step if run else 0)
    return nice_end(step, 10 * step)


def nice_end(reached, planned, least=0.1):
    """Return where a long drawing ends: enough for what was reached, with room for what comes.

    So a long training does not begin as a smear at the left edge: the drawing grows with it, from
    the share `least` of what is planned.
    """
    enough = max(reached, least * planned)
    size = 10.0 ** math.floor(math.log10(enough))
    nice = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= enough)
    return min(nice, max(planned, reached))


def numbers_at(drawn, place, axis):
    """Return what the curves say near `place`, along this axis: [(run, place, line, dot)].

    `line` is the value nearest to it; `dot` the latest point until there, None if there is none:
    a later one would be the future.
    """
    found = []
    for run, line, dots in drawn:
        near = min(line, key=lambda point: abs(point[0][axis] - place), default=None)
        is_beyond = near and place > 1.02 * max(line[-1][0][axis], 1e-9)
        if near is None or is_beyond or place < 0.98 * run.begun[axis]:
            continue
        so_far = [dot for dot in dots if dot[0][axis] <= 1.02 * near[0][axis]]
        found.append((run, near[0], near[1], so_far[-1] if so_far else None))
    return found
