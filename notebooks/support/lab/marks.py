"""Marks on the curve of one run: where a setting was moved, and its newest steps one by one."""

from typing import NamedTuple

import numpy as np

NEAR = 9  # units of the drawing; of marks that are nearer to each other one is drawn


class Mark(NamedTuple):
    """A setting was moved: the place in the drawing, the words, and which it was."""

    x: float
    y: float
    words: str
    name: str


def moves(frame, run, top):
    """Return a `Mark` on the line of this run for each setting moved on its way, as far as seen."""
    changes = run.changes()
    line = next((drawn.line for drawn in frame.lines if drawn.run is run), [])
    if not line:
        return []
    xs = [frame.x(place[frame.axis]) for place, _ in line]
    ys = [max(frame.y(value), top) for _, value in line]
    places = [frame.x(change.place[frame.axis]) for change in changes]
    return [
        Mark(x, float(np.interp(x, xs, ys)), str(change), change.name)
        for x, change in zip(places, changes, strict=True)
        if x <= frame.x(frame.end)
    ]


def diamonds(marks, ink):
    """Return the marks as SVG: another shape than a dot, hollow."""
    drawn, last = "", -NEAR
    for x, y, *_ in marks:
        if x - last >= NEAR:
            drawn += f"M{x:.1f} {y - 7:.1f}l6 7l-6 7l-6 -7z"
            last = x
    paper = "var(--jp-layout-color1, #fff)"
    return f'<path class="lab-moved" d="{drawn}" fill="{paper}" stroke="{ink}" stroke-width="2"/>'


def newest(frame, run):
    """Return (place, loss) of each of the newest steps of a run, as far as they are seen.

    Where they would be a smear, of the newest alone.
    """
    points = [point for point in run.curve.recent if point[0][frame.axis] <= frame.end]
    xs = [frame.x(place[frame.axis]) for place, _ in points]
    return points if xs and 2 * (xs[-1] - xs[0]) >= len(xs) else points[-1:]


def beads(points, ink, strong):
    """Return a small dot at each of these points, as SVG."""
    small = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)  # round ends of no length
    return (
        f'<path class="lab-each" d="{small}" stroke="{ink}" stroke-linecap="round"'
        f' stroke-width="{5.5 if strong else 4}"/>'
    )
