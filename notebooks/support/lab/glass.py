"""One step under the glass: a mini-batch on its way through the network, and its gradient back."""

from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from ..page import script, style
from .chain import Chain
from .glass_texts import MOST_IMAGES, MOST_NEURONS, number, stages

HERE = Path(__file__).parent


class Glass(widgets.VBox):
    """A button, and behind it Step and a `GlassView` of the newest step of a `Session`."""

    def __init__(self, session, take_step):
        self.session, self.view, self.shown = session, GlassView(), None
        self.ask = widgets.ToggleButton(description="One step under the glass")
        self.step = widgets.Button(description="Step", tooltip="Take one step, and look at it")
        for button in (self.ask, self.step):
            button.layout.width = "auto"
        self.ask.add_class("lab-glass-ask")
        self.step.add_class("lab-glass-step").add_class("nn-often")
        super().__init__([widgets.HBox([self.ask, self.step]), self.view])
        self.ask.observe(self._unfold, "value")
        self.step.on_click(take_step)
        self._unfold()

    def follow(self, can_step):
        """Have Step look as if it could be pressed, or not."""
        (self.step.remove_class if can_step else self.step.add_class)("nn-off")

    def show(self):
        """Show the newest step, if somebody looks and it is not shown already."""
        latest, session = self.session.latest, self.session
        if not self.ask.value:
            return
        if latest.kept is None:
            self.shown = None
            if session.state != "running":  # else a run has begun: its first step comes in a moment
                self.view.step = {}
        elif latest.kept is not self.shown and latest.fresh:
            self.shown = latest.kept
            chain = Chain(latest.kept.before, session.model.params(), *latest.kept[1:])
            self.view.show(chain, session)

    def _unfold(self, _change=None):
        display = None if self.ask.value else "none"
        self.step.layout.display = self.view.layout.display = display
        self.show()


class GlassView(anywidget.AnyWidget):
    """A strip of pictures: images, activations, logits, probabilities, and the gradients back.

    `step` holds `stages`, what happens in which order, in words; `pictures`, each with the stage
    in which it comes and the column where it stands; `labels`, and `p` of ten digits, of each
    image; and `loss`, before and after.
    """

    _esm = script(HERE / "palette.js", HERE / "glass_pictures.js", HERE / "glass.js")
    _css = style(HERE / "glass.css")

    step = traitlets.Dict().tag(sync=True)

    def __init__(self):
        super().__init__()
        self.add_class("lab-glass-view")

    def __repr__(self):
        return "GlassView()"

    def show(self, chain, session):
        """Show a `Chain`, which is the newest step of a `Session`."""
        run = session.run
        title = f"Step {run.step:,} of run {run.number + 1}"
        if not chain.finite:
            self.step = {"title": f"{title}: its numbers are not finite any more"}
            return
        self.step = {
            "title": title,
            "stages": stages(chain, run.now, session.optimizer.learning_rate),
            "pictures": pictures(chain),
            "labels": chain.labels[:MOST_IMAGES].tolist(),
            "loss": [number(chain.loss), number(chain.loss_after)],
            "p": np.round(chain.p[:MOST_IMAGES].astype(float), 4).tolist(),
        }


def pictures(chain):
    """Return the arrays of a `Chain` as pictures, in the order in which they come."""
    m = len(chain.dW)
    found = [tiles("x", chain.values[0], 0, 0, kind="ink")]
    for i, value in enumerate(chain.values[1:-1], start=1):
        found.append(picture(f"a{i}", value[:MOST_IMAGES], value.shape, i, i))
    logits = chain.values[-1]
    found.append(picture("logits", logits[:MOST_IMAGES], logits.shape, m, m))
    found.append(picture("p", chain.p[:MOST_IMAGES], logits.shape, m + 1, m + 1, scale=1.0))
    for i in range(m, 0, -1):
        dz, dW, stage = chain.dz[i - 1], chain.dW[i - 1], 2 * m + 2 - i
        name = "dlogits" if i == m else f"dz{i}"
        found.append(picture(name, dz[:MOST_IMAGES], dz.shape, stage, i))
        if i > 1:
            found.append(picture(f"dW{i}", dW, dW.shape, stage, i, rows="weights"))
        else:
            strongest = np.argsort(-np.linalg.norm(dW, axis=0), kind="stable")[:MOST_NEURONS]
            found.append(tiles("dW1", dW.T[strongest], stage, 1, shape=dW.shape))
            found[-1]["columns"] = strongest.tolist()
            found[-1]["length"] = float(np.linalg.norm(dW.astype(float)))  # of all columns
    return found


def picture(name, values, shape, stage, column, scale=None, kind="signed", rows="images"):
    """Return one picture: `values` as bytes, of which 128 is zero and 255 is `scale`."""
    if scale is None:  # one number in two hundred is beyond it
        scale = float(np.quantile(np.abs(values), 0.995)) or float(np.abs(values).max()) or 1.0
    return {
        "name": name,
        "shape": list(shape),
        "stage": stage,
        "column": column,
        "kind": kind,
        "rows": rows,
        "across": values.shape[1],
        "scale": scale,
        "length": float(np.linalg.norm(values.astype(float))),
        "bytes": (128.5 + 127 * np.clip(values / scale, -1, 1)).astype(np.uint8).tobytes(),
    }


def tiles(name, values, stage, column, kind="tiles", shape=None):
    """Return a picture whose rows are small pictures of 784 pixels each."""
    scale = 1.0 if kind == "ink" else None
    rows = values[:MOST_IMAGES]
    return picture(name, rows, shape or values.shape, stage, column, scale, kind, "tiles")
