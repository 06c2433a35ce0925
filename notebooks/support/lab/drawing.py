"""The curves of all runs as one SVG string: text takes a millisecond, a picture 50."""

import math
from itertools import pairwise

from .curve import FIRST, GUESSING, SO_FAR, end_so_far, lines, nice_end
from .edges import arrows, below
from .marks import beads, diamonds, moves, newest
from .shelf import same_line

WIDTH, HEIGHT = 460, 310  # units of the drawing
LEFT, RIGHT, TOP, BOTTOM = 62, 430, 14, 262  # its frame
# Okabe and Ito; a dark theme has lighter blues
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
COLOURS = [f"var(--lab-run-{i}, {colour})" for i, colour in enumerate(COLOURS)]
DASHES = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2"]
HALO = 'stroke="var(--jp-layout-color1, #fff)" paint-order="stroke"'  # of paper, around words
MOST_DOTS = 25  # more would be a string of beads
EACH = FIRST // 2  # so many steps may have a dot each
GOES_ON = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
LONG = 20_000  # steps; of so long a training the drawing grows
BEGIN = 3_000  # steps; so far it reaches at first


class Frame:
    """Where a value is drawn: `x(place)` and `y(value)`, in units of the drawing; what `lines`.

    `cut` says that a run goes on where the drawing ends; `moves` are the marks of settings that
    were moved in the present run, and `newest` its newest steps, where they are shown.
    """

    def __init__(self, runs, view, present, under_way):
        self.view, self.axis = view, view.axis
        self.end = self.where_it_ends(runs, present, under_way)
        self.cut = any(self.goes_on(run) for run in runs)
        # has every step a mark of its own?
        self.each = (view.unit, view.quantity) == (SO_FAR, "loss") and self.end <= EACH
        self.lines = lines(runs, view, self.end)
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

    def goes_on(self, run):
        """Does this run go on where the drawing ends?"""
        return run.place[self.axis] > self.end

    def where_it_ends(self, runs, present, under_way):
        """Return how far the drawing reaches: of a long training only so far as that has come."""
        if self.view.unit == SO_FAR:
            return end_so_far(present)
        reached = max([1e-3, *(run.place[self.axis] for run in runs)])
        own = self.planned(present)
        if present and present.is_copy and present.is_brief():
            own = present.begun[self.axis]  # a few steps only: the numbers below stay
        planned = max(reached, own)
        if present is None or (present.origin and not present.step):  # it has no line
            return planned
        if present.now.epochs <= 10 and present.steps <= LONG:
            return planned
        here = max(1e-3, present.place[self.axis])
        if under_way or here < planned / 20:
            return nice_end(here, own, min(0.1, BEGIN / max(1, present.steps)))
        return nice_end(reached, planned)

    def planned(self, run):
        """Return where the run under way will end, as far as that is known."""
        if run is None or not run.curve.places:
            return (1000, 5, 5)[self.axis]
        return run.place[self.axis] * max(run.steps, run.step) / run.step

    def x(self, place):
        return LEFT + (RIGHT - LEFT) * place / self.end

    def y(self, value):
        """Return the height of `value`; of a loss that is off the chart it is less than `TOP`."""
        bend = self.bend
        value = max(value, self.lowest) if value < 1e300 else 1e300  # and what is no number
        if self.view.quantity == "accuracy":
            value = min(value, self.highest)  # all of them are right: infinitely high
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


def draw(runs, present, view, under_way=False, slow=False):
    """Return (SVG, Frame) of these runs; `present`, if it is among them, is strong.

    If it is `under_way` and long, the drawing reaches only so far as it has come. If its steps are
    `slow` enough to be watched, the newest of them are drawn one by one.
    """
    frame = Frame(runs, view, present, under_way)
    frame.moves = moves(frame, present, TOP) if present else []
    one_by_one = slow and present in runs and view.quantity == "loss" and not frame.each
    frame.newest = newest(frame, present) if one_by_one else []
    curves, ends, off, inked = [], [], {}, []
    for run, line, dots in frame.lines:
        points = [(frame.x(place[frame.axis]), frame.y(value)) for place, value in line]
        marks = [(frame.x(place[frame.axis]), frame.y(value)) for place, value in thin(dots)]
        steps = frame.newest if run is present else []
        steps = [(frame.x(place[frame.axis]), frame.y(value)) for place, value in steps]
        pieces, off[run.number] = below(points, marks + steps, TOP)
        marks = [mark for mark in marks if mark[1] >= TOP]
        inked += [*pieces, *([mark] for mark in marks)]
        goes_on, small = frame.goes_on(run), points if frame.each else steps
        curves.append(curve(points, pieces, marks, run, run is present, small, goes_on))
        if run is present and frame.moves:
            curves.append(diamonds(frame.moves, colour(run)))
        curves.append(arrows(off[run.number], colour(run), TOP))
        if points:
            ends.append((max(points[-1][1], TOP), points[-1][0], run, goes_on))
    guess, labels = GUESSING if view.quantity == "loss" else 0.1, apart(named(ends, present))
    x, y = beside(frame.y(guess), labels, inked)
    return (
        f'<svg class="lab-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="'
        f'{in_words(frame, off)}" font-size="15" fill="currentColor">'
        f"{axes(frame, guess, present)}{''.join(curves)}{off_the_chart(off)}{end_labels(labels)}"
        # last and with a halo: the curve of a ruined network runs along this line
        f'<text x="{x}" y="{y:.1f}" class="lab-guessing" text-anchor="middle"'
        f' stroke-width="4" {HALO}>guessing</text></svg>'
    ), frame


def thin(dots):
    """Return as many of the dots as can be told apart, the last one among them."""
    every = max(1, math.ceil(len(dots) / MOST_DOTS))
    return dots[::-1][::every][::-1]


def in_words(frame, off):
    """Return what is drawn, for those who do not see it."""
    what = "Loss" if frame.view.quantity == "loss" else "Share read rightly"
    text = f"{what} of {len(off)} run{'s' * (len(off) != 1)}"
    high = [str(number + 1) for number, places in off.items() if places]
    return text + (f"; off the chart at times: run {', '.join(high)}" if high else "")


def off_the_chart(off):
    """Return what the arrows at the upper edge mean, beside the first of them."""
    places = [place for places in off.values() for place in places]
    if not places:
        return ""
    x = min(places)
    x, anchor = (x + 9, "start") if x < (LEFT + RIGHT) / 2 else (x - 9, "end")
    text = f'<text class="lab-off" x="{x:.1f}" y="{TOP - 3}" font-size="12" text-anchor="{anchor}"'
    return f'{text} stroke-width="3" {HALO}>off the chart</text>'


def axes(frame, guess, present):
    """Return the axes: grid lines with numbers, and the line of guessing."""
    along = f"{frame.view.unit}s"
    if frame.view.unit == SO_FAR:
        along = "steps so far, each one marked" if frame.each else "steps so far"
    elif frame.cut:
        along += f", fitted to run {present.number + 1}"
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
    step = next(size * factor for factor in (1, 2, 5, 10, 20) if size * factor * 6 > end)
    return [i * step for i in range(int(end / step + 1e-9) + 1)]


def curve(line, pieces, dots, run, now, small, goes_on):
    """Return the line of a run in these pieces, pale if it is not the present one, and its dots.

    Those in `small` are steps. A run that diverged ends with a cross, unless it `goes_on` beyond
    the drawing.
    """
    ink, strength = colour(run), 1 if now else 0.65
    path = " ".join("M" + " L".join(f"{a:.1f},{b:.1f}" for a, b in piece) for piece in pieces)
    if sum(map(len, pieces)) == 1:  # a single step has no line
        small = small or [point for piece in pieces for point in piece]
    drawn = (
        f'<path class="lab-run" d="{path}" fill="none" stroke="{ink}"'
        f' stroke-width="{2.5 if now else 1.5}" stroke-dasharray="{dash(run)}"/>'
    )
    if small:
        drawn += beads([point for point in small if point[1] >= TOP], ink, now)
    for a, b in dots:
        drawn += f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{4.5 if now else 2.5}" fill="{ink}"'
        drawn += ' stroke="var(--jp-layout-color1, #fff)" stroke-width="1.5"/>'
    if run.diverged and line and not goes_on:
        a, b = line[-1][0], max(line[-1][1], TOP)
        drawn += f'<path d="M{a - 6:.1f} {b - 6:.1f}l12 12m0 -12l-12 12" stroke="{ink}"'
        drawn += ' stroke-width="3"/>'
    return f'<g opacity="{strength}">{drawn}</g>'


def named(ends, present):
    """Return the ends of the curves that are named: of equal lines one, the `present` if it can."""
    firsts = sorted(ends, key=lambda end: (end[2] is not present, end[2].number))
    found = []
    for end in firsts:
        if not any(end[:2] == other[:2] and same_line(end[2], other[2]) for other in found):
            found.append(end)
    return found


def apart(ends):
    """Return [(y, x, ...)] of the numbers at the ends of the curves, apart where they touch."""
    placed = []
    for height, end, *what in sorted(ends, key=lambda end: end[:2]):
        above = [y + 14 for y, x, *_ in placed if abs(x - end) < 20]
        placed.append((max([height, TOP + 8, *above]), end, *what))
    for i in reversed(range(len(placed))):  # none may lie below the axis
        height, end, *what = placed[i]
        under = [y - 14 for y, x, *_ in placed[i + 1 :] if abs(x - end) < 20]
        placed[i] = (min([height, BOTTOM, *under]), end, *what)
    return [(y + 4, x + 8, *what) for y, x, *what in placed]


def end_labels(labels):
    """Return the numbers of the runs at the ends of their curves, and which of them go on."""
    return "".join(
        f'<text x="{x:.1f}" y="{y:.1f}" font-weight="bold" stroke-width="3" {HALO}>'
        f"{run.number + 1}{GOES_ON * goes_on}</text>"
        for y, x, run, goes_on in labels
    )


def beside(line, labels, inked):
    """Return where at its line "guessing" covers no number of a run, and least of the curves."""
    near = [point for piece in inked for point in dense(piece, line)]
    places = ((LEFT + RIGHT) / 2, RIGHT - 40, LEFT + 40)  # few, so that it rarely moves
    spots = [(x, y) for y in (line - 7, line + 17) for x in places if y < BOTTOM - 4]

    def covers(spot):
        x, y = spot
        numbers = sum(abs(a + 5 - x) < 50 and abs(b - y) < 18 for b, a, *_ in labels)
        return numbers, sum(abs(a - x) < 35 and -14 < b - y < 5 for a, b in near)

    return min(spots, key=covers)


def dense(piece, line):
    """Yield the points of this piece of a curve, near the height `line`, close to each other."""
    yield from piece[-1:]
    for (a, b), (c, d) in pairwise(piece):
        if min(b, d) < line + 30 and max(b, d) > line - 30:
            n = math.ceil(max(abs(c - a), abs(d - b), 1) / 8)
            yield from ((a + (c - a) * i / n, b + (d - b) * i / n) for i in range(n))


def colour(run):
    """Return the colour of a run's line."""
    return COLOURS[run.slot]


def dash(run):
    """Return the pattern of a run's line."""
    return DASHES[run.slot]
