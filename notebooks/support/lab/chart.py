"""The drawing of the curves as a widget: numbers for pointer and keyboard, and other axes."""

import math
from pathlib import Path

import anywidget
import traitlets

from ..page import script, style
from .curve import SO_FAR, View, numbers_at
from .drawing import LEFT, RIGHT, colour, draw

HERE = Path(__file__).parent


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

    def __init__(self):
        self.runs, self.present, self.under_way, self.frame = [], None, False, None
        self.usual = "epoch"  # what it is drawn along when not in slow motion
        super().__init__()
        self.add_class("lab-chart")
        self.observe(lambda _: self.draw(), ["quantity", "scale", "unit"])
        self.on_msg(self._on_message)

    def __repr__(self):
        return f"Chart({self.quantity}, {self.scale})"

    def show(self, runs, present, under_way=False):
        """Draw these runs, `present` strong if it is one of them; it may be `under_way`."""
        self.runs, self.present, self.under_way = runs, present, under_way
        self.draw()

    def draw(self):
        """Draw as the reader wants to see it."""
        view = View(self.quantity, self.scale, self.unit)
        self.svg, self.frame = draw(self.runs, self.present, view, self.under_way)
        self.key = key(self.frame, self.present or (self.runs[-1] if self.runs else None))
        self.say()

    def slow_down(self, slow):
        """In slow motion, draw the steps so far: along a whole training they would not be seen."""
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
        near = min(reversed(found), key=lambda each: abs(self.x_of(each[1]) - self.pointed))[1]
        (step, epoch, second), ends = near, self.points()
        x = self.x_of(near)
        self.said = {
            "x": x,
            "title": f"epoch {epoch:.3g}, step {step:,}, {second:.1f} s",
            "end": {ends[0]: "the first point", ends[-1]: "the last point"}.get(round(x, 6), ""),
            "rows": [self.row(*each) for each in found],
        }

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
            return f"{value:.2%}".replace("%", " %")
        return f"{value:.3f}" if value < 1000 and math.isfinite(value) else f"{value:.3g}"


def key(frame, run):
    """Return what line and dots of a drawing are, in which `run` is the one that counts."""
    text = "Line: training images. Dots: validation images"
    if frame.view.quantity == "accuracy":
        text += "."
    elif frame.each:
        text = "Line: training images, a mark for each step."
        if any(line.dots for line in frame.lines):
            text += " Large dots: validation images, at the end of each epoch."
    else:
        text += ", at the end of each epoch."
    if run and (run.now.distortion or run.now.dropout):
        what = "images are distorted" if run.now.distortion else "network drops neurons out"
        where = "above" if frame.view.quantity == "accuracy" else "below"
        text += f" Only the training {what}, so the dots may lie {where} the line."
    return text
