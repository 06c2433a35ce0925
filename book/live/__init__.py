"""The live front page of the book: the lab's drawing pad in a page without Python.

front.html  what the first page of the book includes
start       puts the views into it, once the page is there
model       what the lab's scripts take for a widget of Python's, and the pad's answers
inside      the same for the view inside the network
network     the network of nn_core.py: forward, backward, one step
drawing     the drawing as MNIST would have it
pack.py     stores the weights (weights.float16), some images to show (digits.png), and how much ink
            the two halves of sixes and sevens have (halves.json), for lesson 01
"""

import base64
import json
from pathlib import Path

HERE = Path(__file__).parent
OURS = ("network", "drawing", "model", "inside", "start")


def copy_live(to):
    """Write into the folder `to` what front.html asks for: live.js and live.css.

    All is inside these two, weights and pictures too, so that the page opens as a file as well.
    """
    to = Path(to)
    to.mkdir(parents=True, exist_ok=True)
    to.joinpath("live.js").write_text(script(), "utf-8")
    to.joinpath("live.css").write_text(style(), "utf-8")


def script():
    """Return one script: the data, the lab's own views, and what answers them in Python's stead."""
    data = {
        "weights": encoded("weights.float16"),
        "digits": f"data:image/png;base64,{encoded('digits.png')}",
        "defaults": {name: defaults(view) for name, view in lab_views().items()},
    }
    parts = [f"const LIVE = {json.dumps(data)};"]
    for name, module in views().items():
        before, export, after = module.rpartition("export default { render };")
        assert export and not after.strip(), f"the view {name} does not end in its export"
        parts.append(f"LIVE.{name} = (() => {{\n{before}return {{ render }};\n}})();")
    parts += [HERE.joinpath(f"{name}.js").read_text("utf-8") for name in OURS]
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "\n})();\n"


def style():
    """Return one style sheet: what all views share, once, then the lab's own, then ours."""
    from support.page import FOLDER

    shared = FOLDER.joinpath("shared.css").read_text("utf-8")
    sheets = [view._css.removeprefix(shared) for view in lab_views().values()]
    return "\n".join([shared, *sheets, HERE.joinpath("live.css").read_text("utf-8")])


def views():
    """Return the scripts of all views, {name: module}, each with the helpers that all share."""
    return {name: view._esm for name, view in lab_views().items()}


def lab_views():
    """Return the widgets of the lab whose scripts run here, {name: class}."""
    from support.lab.inside import InsideView
    from support.lab.pad import DrawingPad
    from support.lab.why import WhyView

    return {"pad": DrawingPad, "inside": InsideView, "why": WhyView}


def defaults(view):
    """Return what a widget tells its script when nothing has happened yet, {name: value}."""
    traits = view.class_own_traits(sync=True)
    values = {name: trait.default() for name, trait in traits.items() if name[0] != "_"}
    return {name: value for name, value in values.items() if not isinstance(value, bytes)}


def encoded(name):
    return base64.b64encode(HERE.joinpath(name).read_bytes()).decode()
