"""The two computational graphs of lesson 03, and how they are drawn and stepped through."""

import re
from fractions import Fraction

import numpy as np
from matplotlib.figure import Figure

FORWARD, BACKWARD = "#0072B2", "#B84A00"  # the blue of the figures, and a darker vermillion

# name: (column, row, what the forward pass computes, what the backward pass computes, inputs).
# The order is that of the forward pass.
NEURON = {
    "x": (0, 1, "x", "dx = w · du", []),
    "w": (0, 0, "w", "dw = x · du", []),
    "u": (1, 1, "u = w · x", "du = 1 · dz", ["x", "w"]),
    "b": (1, 0, "b", "db = 1 · dz", []),
    "z": (2, 1, "z = u + b", "dz = (z > 0) · da", ["u", "b"]),
    "a": (3, 1, "a = max(0, z)", "da = 1 · dmiss", ["z"]),
    "miss": (4, 1, "miss = a - 3", "dmiss = miss · dloss + miss · dloss", ["a"]),
    "loss": (5, 1, "loss = miss²", "dloss = 1", ["miss", "miss"]),  # used twice: two arrows
}
SURPRISE = {
    "logit0": (0, 1, "logit0", "dlogit0 = e0 · de0", []),
    "logit1": (0, 0, "logit1", "dlogit1 = e1 · de1", []),
    "e0": (1, 1, "e0 = exp(logit0)", "de0 = 1/s · dp0 + 1 · ds", ["logit0"]),
    "e1": (1, 0, "e1 = exp(logit1)", "de1 = 1 · ds", ["logit1"]),
    "s": (2, 0, "s = e0 + e1", "ds = -e0/s² · dp0", ["e0", "e1"]),
    "p0": (3, 1, "p0 = e0 / s", "dp0 = -1/p0 · dloss", ["e0", "s"]),
    "loss": (4, 1, "loss = -ln p0", "dloss = 1", ["p0"]),
}

SLOPES = [  # of the NEURON, one for each arrow: where it ends, where it stands, which number it is
    ("miss", 4.5, 1.09, "miss"),
    ("miss", 4.5, 0.91, "miss"),
    ("a", 3.5, 1.1, "one"),
    ("z", 2.5, 1.1, "open"),
    ("b", 1.68, 0.5, "one"),
    ("u", 1.5, 1.1, "one"),
    ("w", 0.68, 0.5, "x"),
    ("x", 0.5, 1.1, "w"),
]
SURPRISE_SLOPES = [  # where each stands, and the number, of the values
    (3.5, 1.1, lambda v: -1 / v["p0"]),
    (2.1, 1.1, lambda v: 1 / v["s"]),
    (2.68, 0.4, lambda v: -v["e0"] / v["s"] ** 2),
    (1.68, 0.5, lambda v: 1),
    (1.5, 0.1, lambda v: 1),
    (0.5, 1.1, lambda v: v["e0"]),
    (0.5, 0.1, lambda v: v["e1"]),
]


def neuron(w, x=2.0, b=-1.0):
    """Return {name: value} and {name: gradient} of the NEURON."""
    u = w * x
    z = u + b
    a = max(0.0, z)
    miss = a - 3
    da = miss + miss
    dz = (z > 0) * da
    values = {"x": x, "w": w, "u": u, "b": b, "z": z, "a": a, "miss": miss, "loss": miss * miss}
    grads = {"x": w * dz, "w": x * dz, "u": dz, "b": dz, "z": dz, "a": da, "miss": da, "loss": 1}
    return values, grads


def surprise(logit0, logit1):
    """Return {name: value} and {name: gradient} of the SURPRISE of class 0."""
    e0, e1 = np.exp(logit0), np.exp(logit1)
    s = e0 + e1
    p0 = e0 / s
    dp0 = -1 / p0
    ds = -e0 / s**2 * dp0
    de0 = dp0 / s + ds
    values = {"logit0": logit0, "logit1": logit1, "e0": e0, "e1": e1, "s": s, "p0": p0}
    grads = {"logit0": e0 * de0, "logit1": e1 * ds, "e0": de0, "e1": ds, "s": ds, "p0": dp0}
    return values | {"loss": -np.log(p0)}, grads | {"loss": 1}


def draw_neuron(move, w):
    """Return the figure of the neuron's graph after `move` moves (0 to 16), with local slopes.

    `move` is None: all of it, and no headline.
    """
    values, grads = neuron(w)
    figure = draw_graph(NEURON, values, grads, move)
    done = 2 * len(NEURON) if move is None else move
    numbers = values | {"one": 1, "open": int(values["z"] > 0)}
    for name, x, y, slope in SLOPES:
        if name in list(NEURON)[2 * len(NEURON) - done :]:  # the way back has come to it
            write_slope(figure, x, y, f"{numbers[slope]:.4g}")
    if move is not None:
        figure.text(0.98, 0.9, pretty(f"w = {w:.1f}"), ha="right", fontsize=10)
    return figure


def draw_surprise():
    """Return the figure of the pencil's first sample: logits ln 3 and 0, and class 0 is right."""
    values, grads = surprise(np.log(3), 0.0)
    figure = draw_graph(SURPRISE, values, grads, show=exact)
    for x, y, slope in SURPRISE_SLOPES:
        write_slope(figure, x, y, exact(slope(values)))
    return figure


def write_slope(figure, x, y, number):
    """Write the local slope of an arrow beside it."""
    text = pretty(f"\N{MULTIPLICATION SIGN} {number}")
    figure.axes[0].text(x, y, text, ha="center", va="center", color=BACKWARD, size=9)


def exact(value):
    """Return the value as the pencil writes it: a fraction, or the logarithm of one."""
    number, inside = (Fraction(float(v)).limit_denominator(99) for v in (value, np.exp(value)))
    if abs(number - value) < 1e-9:
        return f"{number}"
    assert abs(inside - np.exp(value)) < 1e-9, value
    return f"ln {inside}" if inside.denominator == 1 else f"ln({inside})"


def draw_graph(graph, values, grads, move=None, show="{:.4g}".format):
    """Return a figure of `graph` after `move` moves; without `move`, of all of it, and no headline.

    `values` and `grads` give a number for each node. The first len(graph) moves reveal the
    values, in order, the next len(graph) moves the gradients, in the opposite order. `show` makes
    a text of a number.
    """
    names = list(graph)
    done = 2 * len(names) if move is None else move
    known, solved = names[:done], names[::-1][: max(0, done - len(names))]
    active = None if move is None else (solved or known or [None])[-1]
    top, height = (1.75, 2.46) if move is None else (2.2, 2.9)  # with room for the headline
    figure = Figure(figsize=(7.2, height), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    columns = max(place[0] for place in graph.values())
    axes.set(xlim=(-0.55, columns + 0.55), ylim=(-0.75, top))
    axes.set_axis_off()
    texts = {name: show(values[name]) if name in known else "?" for name in names}
    boxes = {name: draw_node(axes, graph, texts, name, active) for name in names}
    for name in names:
        inputs = graph[name][4]
        for i, parent in enumerate(inputs):
            lively = active == (parent if solved else name)
            bend = (0.35 if i else -0.35) if inputs.count(parent) == 2 else 0
            draw_edge(axes, graph, boxes, parent, name, bool(solved), lively, bend)
        if name in solved:
            label(axes, *graph[name][:2], f"d{name} = {show(grads[name])}", BACKWARD, line=1)
    if move is not None:
        text = headline(graph, values, grads, move, active)
        axes.text(-0.45, 2.15, text, va="top", fontsize=12)
    return figure


def headline(graph, values, grads, move, active):
    """Return what the last move did, in one line."""
    if active is None:
        return "Move 0: nothing is known yet"
    moves, (forward, backward) = f"Move {move} of {2 * len(graph)}", graph[active][2:4]
    if move <= len(graph):
        return pretty(f"{moves}, forward: {forward} = {values[active]:.4g}")
    result = "" if active == "loss" else f" = {grads[active]:.4g}"
    return pretty(f"{moves}, backward: {backward}{result}")


def draw_node(axes, graph, texts, name, active):
    """Draw one node with its text, and its formula beside it; return its box."""
    column, row, formula = graph[name][:3]
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": "0.6"}
    if name == active:
        box |= {"edgecolor": "black", "linewidth": 2.5}
    style = {"ha": "center", "va": "center", "color": FORWARD, "bbox": box}
    text = axes.text(column, row, pretty(texts[name]), **style)
    label(axes, column, row, formula, "black", line=0)
    return text.get_bbox_patch()


def label(axes, column, row, text, colour, line):
    """Write line 0 or 1 above a node of the upper row, below one of the lower row."""
    height = row + 0.27 + 0.2 * line if row else -0.27 - 0.2 * line
    va = "bottom" if row else "top"
    axes.text(column, height, pretty(text), ha="center", va=va, fontsize=9.5, color=colour)


def draw_edge(axes, graph, boxes, start, end, backward, lively, bend):
    """Draw an arrow, straight or bent; in the backward pass it points back to the inputs."""
    if backward:
        start, end = end, start
    colour = BACKWARD if backward else FORWARD
    arrow = {"arrowstyle": "->", "color": colour if lively else "0.6", "shrinkA": 2, "shrinkB": 2}
    arrow |= {"patchA": boxes[start], "patchB": boxes[end], "linewidth": 2.5 if lively else 1.2}
    arrow |= {"connectionstyle": f"arc3,rad={bend}"}
    axes.annotate("", graph[end][:2], graph[start][:2], arrowprops=arrow, zorder=4)


def pretty(text):
    """Return the text with true minus signs, and without a negative zero."""
    return re.sub(r"-0(?![.\d])", "0", text).replace("-", "\N{MINUS SIGN}")
