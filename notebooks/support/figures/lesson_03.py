"""The two computational graphs of lesson 03, and how they are drawn and stepped through."""

import re

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
    "a": (3, 1, "a = max(0, z)", "da = 1 · de", ["z"]),
    "e": (4, 1, "e = a - 3", "de = e · dloss + e · dloss", ["a"]),
    "loss": (5, 1, "loss = e · e", "dloss = 1", ["e", "e"]),  # used twice: two arrows
}
SURPRISE = {
    "logit0": (0, 1, "logit0", "dlogit0 = e0 · de0", []),
    "logit1": (0, 0, "logit1", "dlogit1 = e1 · de1", []),
    "e0": (1, 1, "e0 = exp(logit0)", "de0 = 1/s · dp + 1 · ds", ["logit0"]),
    "e1": (1, 0, "e1 = exp(logit1)", "de1 = 1 · ds", ["logit1"]),
    "s": (2, 0, "s = e0 + e1", "ds = -e0/s² · dp", ["e0", "e1"]),
    "p": (3, 1, "p = e0 / s", "dp = -1/p · dloss", ["e0", "s"]),
    "loss": (4, 1, "loss = -ln p", "dloss = 1", ["p"]),
}


def draw_graph(graph, values, grads, step=None):
    """Return a figure of `graph` after `step` steps (default: all of them).

    `values` and `grads` give a number for each node. The first len(graph) steps reveal the
    values, in order, the next len(graph) steps the gradients, in the opposite order.
    """
    names = list(graph)
    step = 2 * len(names) if step is None else step
    known, solved = names[:step], names[::-1][: max(0, step - len(names))]
    active = (solved or known or [None])[-1]
    figure = Figure(figsize=(7.2, 2.9), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    columns = max(place[0] for place in graph.values())
    axes.set(xlim=(-0.55, columns + 0.55), ylim=(-0.75, 2.2))
    axes.set_axis_off()
    boxes = {name: draw_node(axes, graph, values, name, name in known, active) for name in names}
    for name in names:
        inputs = graph[name][4]
        for i, parent in enumerate(inputs):
            lively = active == (parent if solved else name)
            bend = (0.35 if i else -0.35) if inputs.count(parent) == 2 else 0
            draw_edge(axes, graph, boxes, parent, name, bool(solved), lively, bend)
        if name in solved:
            label(axes, *graph[name][:2], f"d{name} = {grads[name]:.4g}", BACKWARD, line=1)
    axes.text(-0.45, 2.15, headline(graph, values, grads, step, active), va="top", fontsize=12)
    return figure


def headline(graph, values, grads, step, active):
    """Return what the last step did, in one line."""
    if active is None:
        return "Step 0: nothing is known yet"
    steps, (forward, backward) = f"Step {step} of {2 * len(graph)}", graph[active][2:4]
    if step <= len(graph):
        return pretty(f"{steps}, forward: {forward} = {values[active]:.4g}")
    result = "" if active == "loss" else f" = {grads[active]:.4g}"
    return pretty(f"{steps}, backward: {backward}{result}")


def draw_node(axes, graph, values, name, known, active):
    """Draw one node with its value, if known, and its formula beside it; return its box."""
    column, row, formula = graph[name][:3]
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": "0.6"}
    if name == active:
        box |= {"edgecolor": "black", "linewidth": 2.5}
    value = pretty(f"{values[name]:.4g}") if known else "?"
    text = axes.text(column, row, value, ha="center", va="center", color=FORWARD, bbox=box)
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
