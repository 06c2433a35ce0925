"""The curves of all runs as one SVG string: text takes a millisecond, a picture 50."""

import math

from .curve import GUESSING, UNITS, lines, nice_end

WIDTH, HEIGHT = 460, 310  # units of the drawing
LEFT, RIGHT, TOP, BOTTOM = 62, 430, 14, 262  # its frame
# Okabe and Ito; a dark theme has lighter blues
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
COLOURS = [f"var(--lab-run-{i}, {colour})" for i, colour in enumerate(COLOURS)]
DASHES = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2"]
MOST_DOTS = 25  # more would be a string of beads


class Frame:
    """Where a value is drawn: `x(place)` and `y(value)`, in units of the drawing."""

    def __init__(self, drawn, view, present):
        self.view, self.axis = view, UNITS.index(view.unit)
        reached = max([1e-3, *(line[-1][0][self.axis] for _, line, _ in drawn if line)])
        planned = max(reached, self.planned(present))
        long = present is not None and present.now.epochs > 10
        self.end = nice_end(reached, planned) if long else planned
        values = [v for _, line, dots in drawn for _, v in [*line, *dots] if math.isfinite(v)]
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
            return {"epoch": 5, "step": 1000, "second": 5}[self.view.unit]
        place = run.curve.places[-1]
        return place[self.axis] * max(run.steps, place[0]) / place[0]

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
    drawn = lines(runs, view)
    frame = Frame(drawn, view, present)
    curves, labels = [], []
    for run, line, dots in drawn:
        points = [(frame.x(place[frame.axis]), frame.y(value)) for place, value in line]
        marks = [(frame.x(place[frame.axis]), frame.y(value)) for place, value in thin(dots)]
        curves.append(curve(points, marks, run, run is present, view))
        if points:
            labels.append((points[-1][1], points[-1][0], run))
    guess = GUESSING if view.quantity == "loss" else 0.1
    return (
        f'<svg class="lab-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="'
        f'{"Loss" if view.quantity == "loss" else "Share read rightly"} of {len(runs)} runs"'
        ' font-size="15" fill="currentColor">'
        f"{axes(frame, guess)}{''.join(curves)}{end_labels(labels)}"
        # last and with a halo: the curve of a ruined network runs along this line
        f'<text x="{(LEFT + RIGHT) / 2}" y="{frame.y(guess) - 7:.1f}" text-anchor="middle"'
        ' stroke-width="4" stroke="var(--jp-layout-color1, #fff)" paint-order="stroke">'
        "guessing</text></svg>"
    ), frame


def thin(dots):
    """Return as many of the dots as can be told apart, the last one among them."""
    every = max(1, math.ceil(len(dots) / MOST_DOTS))
    return dots[::-1][::every][::-1]


def axes(frame, guess):
    """Return the axes: grid lines with numbers, and the line of guessing."""
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
        f'<text x="{middle}" y="{BOTTOM + 42}" text-anchor="middle">{frame.view.unit}s</text>',
        f'<text transform="translate(12 {(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        f"{quantity}, {frame.view.scale}</text>",
    ]
    return "".join(parts)


def places(end):
    """Return the numbers below the axis: at most five steps, each of 1, 2 or 5 times a power."""
    size = 10.0 ** math.floor(math.log10(end / 6))
    step = next(size * factor for factor in (1, 2, 5, 10, 20) if size * factor * 5 >= end)
    return [i * step for i in range(int(end / step + 1e-9) + 1)]


def curve(line, dots, run, now, view):
    """Return the line of a run, pale if it is not the present one, and its dots."""
    colour, strength = COLOURS[run.number % len(COLOURS)], 1 if now else 0.65
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in line)
    drawn = (
        f'<polyline class="lab-run" points="{points}" fill="none" stroke="{colour}"'
        f' stroke-width="{2.5 if now else 1.5}" stroke-dasharray="{dash(run)}"/>'
    )
    for a, b in dots:
        drawn += f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{4.5 if now else 2.5}" fill="{colour}"'
        drawn += ' stroke="var(--jp-layout-color1, #fff)" stroke-width="1.5"/>'
    if run.diverged and line:
        a, b = line[-1]
        drawn += f'<path d="M{a - 6:.1f} {b - 6:.1f}l12 12m0 -12l-12 12" stroke="{colour}"'
        drawn += ' stroke-width="3"/>'
    return f'<g opacity="{strength}">{drawn}</g>'


def end_labels(labels):
    """Return the numbers of the runs at the ends of their curves, moved apart where they touch."""
    labels = sorted(labels, key=lambda label: label[:2])
    places, place = [], -math.inf
    for height, _, _ in labels:
        place = max(height, place + 14)
        places.append(place)
    place = BOTTOM + 14  # none may lie below the axis
    for i in reversed(range(len(places))):
        place = places[i] = min(places[i], place - 14)
    return "".join(
        f'<text x="{end + 8:.1f}" y="{place + 4:.1f}" font-weight="bold">{run.number + 1}</text>'
        for place, (_, end, run) in zip(places, labels, strict=True)
    )


def dash(run):
    """Return the pattern of a run's line: the first six colours, the next six, ..."""
    return DASHES[run.number % len(DASHES)]
