"""The curves of all runs as one SVG string: text takes a millisecond, a picture 50."""

import math

from .curve import FIRST, GUESSING, SO_FAR, end_so_far, lines, nice_end

WIDTH, HEIGHT = 460, 310  # units of the drawing
LEFT, RIGHT, TOP, BOTTOM = 62, 430, 14, 262  # its frame
# Okabe and Ito; a dark theme has lighter blues
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
COLOURS = [f"var(--lab-run-{i}, {colour})" for i, colour in enumerate(COLOURS)]
DASHES = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2"]
MOST_DOTS = 25  # more would be a string of beads
EACH = FIRST // 2  # so many steps may have a dot each


class Frame:
    """Where a value is drawn: `x(place)` and `y(value)`, in units of the drawing; what `lines`."""

    def __init__(self, runs, view, present):
        self.view, self.axis = view, view.axis
        reached = max([1e-3, *(run.place[self.axis] for run in runs)])
        planned = max(reached, self.planned(present))
        long = present is not None and present.now.epochs > 10
        self.end = nice_end(reached, planned) if long else planned
        if view.unit == SO_FAR:
            self.end = end_so_far(present)
        # has every step a mark of its own?
        self.each = (view.unit, view.quantity) == (SO_FAR, "loss") and self.end <= EACH
        self.lines = lines(runs, view, self.end if view.unit == SO_FAR else math.inf)
        values = [v for _, line, dots in self.lines for _, v in [*line, *dots] if math.isfinite(v)]
        if view.quantity == "accuracy":
            # of a logarithmic drawing the mistakes are what counts: 90 %, 99 %, 99.9 %
            best = max([0.9, *values])
            self.lowest, self.highest = 0.0, min(1 - (1 - best) / 2, 0.9995)
            if view.scale == "linear":
                self.highest = 1.0
        else:
            least = 10 ** (math.floor(3 * math.log10(max(min([0.5, *values]), 1e-4))) / 3)
            self.lowest = 0.0 if view.scale == "linear" else least
            self.highest = min(max([4, *values]), 10)
            if view.scale == "linear":
                self.highest = 3.0

    def planned(self, run):
        """Return where the run under way will end, as far as that is known."""
        if run is None or not run.curve.places:
            return (1000, 5, 5)[self.axis]
        return run.place[self.axis] * max(run.steps, run.step) / run.step

    def x(self, place):
        return LEFT + (RIGHT - LEFT) * place / self.end

    def y(self, value):
        bend = self.bend
        value = min(max(value, self.lowest), self.highest)
        share = (bend(value) - bend(self.lowest)) / (bend(self.highest) - bend(self.lowest))
        return BOTTOM - (BOTTOM - TOP) * share

    def bend(self, value):
        """Return `value` on this scale; of shares it is the logarithm of what is wrong."""
        if self.view.scale == "linear":
            return value
        return -math.log(1 - value) if self.view.quantity == "accuracy" else math.log(value)

    def ticks(self):
        """Return [(value, how it is written)] of the grid lines."""
        if self.view.quantity == "accuracy":
            linear = self.view.scale == "linear"
            values = (0, 0.2, 0.4, 0.6, 0.8, 1) if linear else (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
            found = [(value, f"{value:.0%}".replace("%", " %")) for value in values]
            found += [] if linear else [(0.998, "99.8 %"), (0.999, "99.9 %")]
        else:
            values = (0, 0.5, 1, 1.5, 2, 2.5, 3)
            if self.view.scale != "linear":
                values = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
            found = [(value, f"{value:g}") for value in values]
        return [(value, text) for value, text in found if self.lowest <= value <= self.highest]


def draw(runs, present, view):
    """Return (SVG, Frame) of these runs; `present`, if it is among them, is strong."""
    frame = Frame(runs, view, present)
    curves, ends = [], []
    for run, line, dots in frame.lines:
        points = [(frame.x(place[frame.axis]), frame.y(value)) for place, value in line]
        marks = [(frame.x(place[frame.axis]), frame.y(value)) for place, value in thin(dots)]
        curves.append(curve(points, marks, run, run is present, frame.each))
        if points:
            ends.append((points[-1][1], points[-1][0], run))
    guess, labels = GUESSING if view.quantity == "loss" else 0.1, apart(ends)
    count = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
    return (
        f'<svg class="lab-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="'
        f'{"Loss" if view.quantity == "loss" else "Share read rightly"} of {count}"'
        ' font-size="15" fill="currentColor">'
        f"{axes(frame, guess)}{''.join(curves)}{end_labels(labels)}"
        # last and with a halo: the curve of a ruined network runs along this line
        f'<text x="{free(labels, frame.y(guess) - 7)}" y="{frame.y(guess) - 7:.1f}"'
        ' class="lab-guessing" text-anchor="middle"'
        ' stroke-width="4" stroke="var(--jp-layout-color1, #fff)" paint-order="stroke">'
        "guessing</text></svg>"
    ), frame


def thin(dots):
    """Return as many of the dots as can be told apart, the last one among them."""
    every = max(1, math.ceil(len(dots) / MOST_DOTS))
    return dots[::-1][::every][::-1]


def axes(frame, guess):
    """Return the axes: grid lines with numbers, and the line of guessing."""
    along = f"{frame.view.unit}s"
    if frame.view.unit == SO_FAR:
        along = "steps so far, each one marked" if frame.each else "steps so far"
    parts = []
    for value, text in frame.ticks():
        at = frame.y(value)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{RIGHT}" stroke="#8884"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 5:.1f}" text-anchor="end">{text}</text>')
    for place in places(frame.end):
        x = frame.x(place)
        text = f"{place:,.10g}"
        parts.append(f'<text x="{x:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{text}</text>')
    middle, at = (LEFT + RIGHT) / 2, frame.y(guess)
    quantity = "loss" if frame.view.quantity == "loss" else "read rightly"
    parts += [
        f'<path d="M{LEFT} {at:.1f}H{RIGHT}" stroke="currentColor" stroke-dasharray="1 3"/>',
        f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="currentColor"/>',
        f'<text x="{middle}" y="{BOTTOM + 42}" text-anchor="middle">{along}</text>',
        f'<text transform="translate(12 {(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        f"{quantity}, {frame.view.scale}</text>",
    ]
    return "".join(parts)


def places(end):
    """Return the numbers below the axis: at most five steps, each of 1, 2 or 5 times a power."""
    size = 10.0 ** math.floor(math.log10(end / 6))
    step = next(size * factor for factor in (1, 2, 5, 10, 20) if size * factor * 5 >= end)
    return [i * step for i in range(int(end / step + 1e-9) + 1)]


def curve(line, dots, run, now, each):
    """Return the line of a run, pale if it is not the present one, and its dots.

    With `each`, every point of the line has a small dot of its own.
    """
    colour, strength = COLOURS[run.number % len(COLOURS)], 1 if now else 0.65
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in line)
    drawn = (
        f'<polyline class="lab-run" points="{points}" fill="none" stroke="{colour}"'
        f' stroke-width="{2.5 if now else 1.5}" stroke-dasharray="{dash(run)}"/>'
    )
    if each:
        small = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in line)  # round ends of no length
        drawn += f'<path class="lab-each" d="{small}" stroke="{colour}" stroke-linecap="round"'
        drawn += f' stroke-width="{5.5 if now else 4}"/>'
    for a, b in dots:
        drawn += f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{4.5 if now else 2.5}" fill="{colour}"'
        drawn += ' stroke="var(--jp-layout-color1, #fff)" stroke-width="1.5"/>'
    if run.diverged and line:
        a, b = line[-1]
        drawn += f'<path d="M{a - 6:.1f} {b - 6:.1f}l12 12m0 -12l-12 12" stroke="{colour}"'
        drawn += ' stroke-width="3"/>'
    return f'<g opacity="{strength}">{drawn}</g>'


def apart(ends):
    """Return (y, x, run) of the numbers at the ends of the curves, moved apart where they touch."""
    ends = sorted(ends, key=lambda end: end[:2])
    places, place = [], -math.inf
    for height, _, _ in ends:
        place = max(height, place + 14)
        places.append(place)
    place = BOTTOM + 14  # none may lie below the axis
    for i in reversed(range(len(places))):
        place = places[i] = min(places[i], place - 14)
    return [(place + 4, end + 8, run) for place, (_, end, run) in zip(places, ends, strict=True)]


def end_labels(labels):
    """Return the numbers of the runs at the ends of their curves."""
    return "".join(
        f'<text x="{x:.1f}" y="{y:.1f}" font-weight="bold">{run.number + 1}</text>'
        for y, x, run in labels
    )


def free(labels, height):
    """Return where on its line "guessing" covers no number of a run: in the middle, if it can."""
    middle = (LEFT + RIGHT) / 2
    for x in (middle, RIGHT - 40, LEFT + 40):
        if not any(abs(a + 5 - x) < 50 and abs(b - height) < 18 for b, a, _ in labels):
            return x
    return middle


def dash(run):
    """Return the pattern of a run's line: the first six colours, the next six, ..."""
    return DASHES[run.number % len(DASHES)]
