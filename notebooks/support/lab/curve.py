"""The loss curves of all runs, as one SVG string: text takes a millisecond, a picture 50."""

import math
from dataclasses import dataclass, field

GUESSING = math.log(10)  # the loss of a network that gives each digit the same probability
POINTS = 150  # of a curve: more would not be seen
LEFT, RIGHT, TOP, BOTTOM = 54, 590, 14, 268  # the frame, in units of the drawing, 620 by 310
# Okabe and Ito; a dark theme has lighter blues
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
COLOURS = [f"var(--lab-run-{i}, {colour})" for i, colour in enumerate(COLOURS)]
DASHES = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2"]


@dataclass
class Curve:
    """Mean losses of equal stretches of steps: a few hundred, however long the training.

    When there are too many, every two become one, and the stretches twice as long.
    """

    means: list = field(default_factory=list)
    stretch: int = 1  # steps in a mean
    waiting: list = field(default_factory=list)  # losses of a stretch that is not full

    def add(self, loss):
        """Note the loss of one more step."""
        self.waiting.append(loss)
        if len(self.waiting) == self.stretch:
            self.means.append(sum(self.waiting) / self.stretch)
            self.waiting = []
        if len(self.means) == 2 * POINTS:
            pairs = zip(self.means[::2], self.means[1::2], strict=True)
            self.means = [(first + second) / 2 for first, second in pairs]
            self.stretch *= 2

    def points(self):
        """Return [(steps so far, mean loss)], smoothed over five stretches."""
        found = []
        for i in range(len(self.means)):
            near = self.means[max(0, i - 2) : i + 3]
            found.append(((i + 1) * self.stretch, sum(near) / len(near)))
        return found


def loss_svg(runs):
    """Return an SVG of these runs, the last one strong, with its validation losses as dots.

    x counts epochs, so that runs with different batch sizes can be compared; y is logarithmic.
    """
    # an earlier run that was stopped counts as far as it came
    lengths = [len(run.curve.means) * run.curve.stretch / run.steps_per_epoch for run in runs[:-1]]
    epochs = math.ceil(max(lengths + [run.settings.epochs for run in runs[-1:]], default=5))
    lowest, highest = loss_range(runs)

    def x(epoch):
        return LEFT + (RIGHT - LEFT) * epoch / epochs

    def y(loss):
        share = math.log(min(max(loss, lowest), highest) / lowest) / math.log(highest / lowest)
        return BOTTOM - (BOTTOM - TOP) * share

    curves, labels = [], []
    for run in runs:
        now = run is runs[-1]
        line = [(x(step / run.steps_per_epoch), y(loss)) for step, loss in run.curve.points()]
        dots = [(x(record.epoch), y(record.val_loss)) for record in run.epoch_ends]
        curves.append(curve(line, dots, run, now))
        if line:
            labels.append((line[-1][1], line[-1][0], run))
    return (
        '<svg class="lab-curve" viewBox="0 0 620 310" role="img" aria-label="Loss curves"'
        ' font-size="12" fill="currentColor">'
        f"{frame(x, y, epochs, lowest, highest)}{''.join(curves)}{end_labels(labels)}"
        # last and with a halo: the curve of a ruined network runs along this line
        f'<text x="{(LEFT + RIGHT) / 2}" y="{y(GUESSING) - 7:.1f}" text-anchor="middle"'
        ' stroke-width="4" stroke="var(--jp-layout-color1, #fff)" paint-order="stroke">'
        "guessing</text></svg>"
    )


def loss_range(runs):
    """Return the lowest and the highest loss that the drawing shows."""
    seen = [loss for run in runs for _, loss in run.curve.points() if math.isfinite(loss)]
    seen += [r.val_loss for run in runs for r in run.epoch_ends if math.isfinite(r.val_loss)]
    lowest = min([0.5, *seen])
    return 10 ** (math.floor(3 * math.log10(max(lowest, 1e-4))) / 3), min(max([4, *seen]), 10)


def frame(x, y, epochs, lowest, highest):
    """Return the axes: grid lines with numbers, and the loss of guessing."""
    parts = []
    for value in (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10):
        if lowest <= value <= highest:
            at = y(value)
            parts.append(f'<path d="M{LEFT} {at:.1f}H{RIGHT}" stroke="#8884"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{value}</text>')
    every = max(1, math.ceil(epochs / 10))
    for epoch in range(0, epochs + 1, every):
        parts.append(
            f'<text x="{x(epoch):.1f}" y="{BOTTOM + 18}" text-anchor="middle">{epoch}</text>'
        )
    middle, guess = (LEFT + RIGHT) / 2, y(GUESSING)
    parts += [
        f'<path d="M{LEFT} {guess:.1f}H{RIGHT}" stroke="currentColor" stroke-dasharray="1 3"/>',
        f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="currentColor"/>',
        f'<text x="{middle}" y="{BOTTOM + 36}" text-anchor="middle">epoch</text>',
        f'<text transform="translate(12 {(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        "loss, logarithmic</text>",
    ]
    return "".join(parts)


def curve(line, dots, run, now):
    """Return the line of a run, pale if it is an earlier one, and its validation losses."""
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


def legend(runs):
    """Return HTML: what line and dots are; for each run its line, its changes and its end."""
    rows = ""
    for run in reversed(runs):
        colour = COLOURS[run.number % len(COLOURS)]
        sample = (
            f'<svg width="34" height="10"><path d="M0 5H34" stroke="{colour}" stroke-width="2.5"'
            f' stroke-dasharray="{dash(run)}"/></svg>'
        )
        strong = "lab-now" if run is runs[-1] else ""
        rows += (
            f'<tr class="lab-legend-row {strong}"><td><b>{run.number + 1}</b></td><td>{sample}</td>'
            f"<td>{unbroken(run.label())}</td><td>{run.ending()}</td></tr>"
        )
    key = "Line: training images. Dots: validation images, at the end of each epoch."
    if runs and runs[-1].settings.distortion:
        key += " Only the training images are distorted, so the dots may lie below the line."
    key = f'<div class="lab-key">{key}</div>' if runs else ""
    return f'{key}<table class="lab-legend">{rows}</table>'


def unbroken(label):
    """Return `label` with the hyphens of 784-128-64-10 at which a line is not broken."""
    return label.replace("-", "\N{NON-BREAKING HYPHEN}")
