"""The drawing of the curves as a widget: numbers for pointer and keyboard, and other axes."""

import math
from pathlib import Path

import anywidget
import traitlets

from ..page import script, style
from .curve import SO_FAR, View, numbers_at
from .drawing import LEFT, RIGHT, colour, draw
from .settings import as_percent
from .texts import short

HERE = Path(__file__).parent
NEAR = 4  # units of the drawing between a mark and who points at it


class Chart(anywidget.AnyWidget):
    """The curves of some runs. `show(runs, present)` draws them; what is pointed at is said."""

    _esm = script(HERE / "chart.js")
    _css = style(HERE / "chart.css")

    # set by the reader
    pointed = traitlets.Float(-1.0).tag(sync=True, echo_update=False)  # in the drawing's units
    quantity = traitlets.Enum(["loss", "accuracy"], "loss").tag(sync=True)
    scale = traitlets.Enum(["logarithmic", "linear"], "logarithmic").tag(sync=True)
    unit = traitlets.Enum(["epoch", "step", "second", SO_FAR], "epoch").tag(sync=True)
    # shown
    svg = traitlets.Unicode().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)  # what line and dots are
    said = traitlets.Dict().tag(sync=True)
    back = traitlets.Dict().tag(sync=True)  # where the moment lies that the reader looks back to

    def __init__(self):
        self.runs, self.present, self.under_way, self.slow = [], None, False, False
        self.frame, self.moment = None, None
        self.slowed, self.usual = False, "epoch"  # what it is drawn along when not in slow motion
        super().__init__()
        self.add_class("lab-chart")
        self.observe(lambda _: self.draw(), ["quantity", "scale", "unit"])
        self.on_msg(self._on_message)

    def __repr__(self):
        return f"Chart({self.quantity}, {self.scale})"

    def show(self, runs, present, under_way=False, slow=False):
        """Draw these runs, `present` strong if it is one of them; it may be `under_way`.

        Steps so `slow` that they can be watched are drawn one by one.
        """
        self.runs, self.present, self.under_way, self.slow = runs, present, under_way, slow
        self.draw()

    def look_back(self, moment):
        """Mark the `Moment` that the reader looks back to; None: the newest, which has no mark."""
        self.moment = moment
        x = self.x_of(moment.place) if moment and self.frame else math.inf
        seen = x <= RIGHT
        self.back = {"x": x, "text": f"you look back: {moment.said.name}"} if seen else {}

    def draw(self):
        """Draw as the reader wants to see it."""
        view = View(self.quantity, self.scale, self.unit)
        self.svg, self.frame = draw(self.runs, self.present, view, self.under_way, self.slow)
        run = self.present or (self.runs[-1] if self.runs else None)
        self.key = key(self.frame, run, self.under_way)
        self.look_back(self.moment)
        self.say()

    def slow_down(self, slow, begins=False):
        """In slow motion, draw the steps so far: along a whole training they would not be seen.

        Nor would they of a run that only `begins`, unless the reader has chosen the axis.
        """
        if begins and not slow:
            slow = self.slowed or self.unit == "epoch"
        if slow == self.slowed:
            return  # what the reader has chosen since stays
        self.slowed = slow
        if slow:
            self.usual, self.unit = self.unit, SO_FAR
        elif self.unit == SO_FAR:
            self.unit = self.usual

    def _on_message(self, _widget, content, _buffers):
        """A key goes on by so many recorded points; the first one begins behind the last point."""
        points, by = self.points(), int(content.get("by", 0))
        if by and points:
            near = min(range(len(points)), key=lambda i: abs(points[i] - self.pointed))
            to = (near if self.pointed >= 0 else len(points)) + by
            self.pointed = points[min(max(to, 0), len(points) - 1)]

    def points(self):
        """Return where the lines have a recorded point, from left to right."""
        if self.frame is None:
            return []
        places = (place for line in self.frame.lines for place, _ in line.line)
        return sorted({round(self.frame.x(place[self.frame.axis]), 6) for place in places})

    @traitlets.observe("pointed")
    def say(self, _change=None):
        """Say the numbers of every run at the place that is pointed at."""
        if self.pointed < 0 or self.frame is None:
            self.said = {}
            return
        share = min(max((self.pointed - LEFT) / (RIGHT - LEFT), 0), 1)
        found = numbers_at(self.frame.lines, share * self.frame.end, self.frame.axis)
        if not found:
            self.said = {"x": self.pointed, "title": "no run has come so far", "rows": []}
            return
        # where a run has its point, if not all of them have one here
        run, near, *_ = min(reversed(found), key=self.distance)
        ends = self.points()
        x = self.x_of(near)
        last = "the last point shown" if self.frame.cut else "the last point"
        self.said = {
            "x": x,
            "title": in_words(near, self.frame.axis, run if len(found) > 1 else None),
            "end": {ends[0]: "the first point", ends[-1]: last}.get(round(x, 6), ""),
            "rows": [self.row(*each) for each in found],
            "moves": self.moved_near(x, ends),
        }

    def moved_near(self, x, points):
        """Return which settings were moved here, in words; the keys find each at some point."""

        def nearest(mark):
            return min(points, key=lambda point: abs(point - mark.x))

        marks = self.frame.moves
        return [m.words for m in marks if abs(m.x - x) <= NEAR or nearest(m) == round(x, 6)]

    def distance(self, found):
        """Return how far from the pointer a place lies that `numbers_at` has found."""
        return abs(self.x_of(found[1]) - self.pointed)

    def x_of(self, place):
        return self.frame.x(place[self.frame.axis])

    def row(self, run, _place, value, dot):
        """Return what is said of one run, with the colour of its line."""
        text = f"training {self.number(value)}"
        if dot:
            (_, epoch, _), right = dot
            text += f", validation {self.number(right)}"
            text += f" after epoch {epoch:.3g}" if self.quantity == "loss" else ""
        return {"run": run.number + 1, "colour": colour(run), "text": text}

    def number(self, value):
        """Return a loss as "0.081", a share as "97.30 %"."""
        if self.quantity == "accuracy":
            return as_percent(value)
        return short(value)


def in_words(place, axis, run=None):
    """Return a place in words; beside other runs, what is not along the axis is of this `run`."""
    step, epoch, second = place
    words = [f"step {step:,}", f"epoch {epoch:.3g}", f"{second:.1f} s"]
    own = words.pop(axis)
    others = ", ".join(words)
    return f"{own}, {others}" if run is None else f"{own}; run {run.number + 1}: {others}"


def key(frame, run, under_way):
    """Return what is to be seen in a drawing, in which `run` is the one that counts."""
    if not any(line.line for line in frame.lines):
        return "A training will draw a line for training images, and dots for validation images."
    loss = frame.view.quantity == "loss"
    text = f"Line: training images{', a mark for each step' * frame.each}."
    if any(line.dots for line in frame.lines):
        text += " Large dots" if frame.each or frame.newest else " Dots"
        text += f": validation images{', at the end of each epoch' * loss}."
    elif under_way:
        text += " The end of the epoch brings a dot, for validation images."
    if frame.newest:
        s = "s" * (len(frame.newest) > 1)
        text += f" Small dot{s}: the newest step{s}."
    if frame.moves:
        kinds = {"corrections": "a correction"}
        found = {kinds.get(move.name, "a setting was moved") for move in frame.moves}
        text += f" ◇ {' or '.join(sorted(found))}."
    if run and (run.now.distortion or run.now.dropout):
        what = "images are distorted" if run.now.distortion else "network drops neurons out"
        where = "below" if loss else "above"
        text += f" Only the training {what}: dots may lie {where}."
    return text
