"""Why does it read that? Where more ink would speak for an answer, and where against."""

from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from nn_core import SoftmaxCrossEntropy

from ..page import script, style
from .moments import network

HERE = Path(__file__).parent


class Why(widgets.VBox):
    """A button, and behind it a `WhyView` of what lies on `pad`, a `DrawingPad`."""

    def __init__(self, pad):
        self.pad, self.view = pad, WhyView()
        self.ask = widgets.ToggleButton(description="Why?", layout={"width": "auto"})
        self.ask.layout.align_self = "flex-start"
        self.ask.add_class("lab-why-ask")
        super().__init__([self.ask, self.view])
        self.ask.observe(self._answer, "value")
        pad.observe(self._answer, "reading")
        self._answer()

    def _answer(self, _change=None):
        self.view.layout.display = None if self.ask.value else "none"
        if self.ask.value:  # what nobody looks at costs nothing
            p = self.pad.reading.get("probabilities")
            self.view.explain(self.pad.model, self.pad.image() if p else None)


class WhyView(anywidget.AnyWidget):
    """Over the image, the slope of an answer's log-probability along each pixel.

    The answer is the one that the reader has `picked`, or what the network reads.
    """

    _esm = script(HERE / "why.js")
    _css = style(HERE / "why.css")

    picked = traitlets.Int(None, allow_none=True).tag(sync=True)  # by the reader
    why = traitlets.Dict({"seen": [], "slopes": [], "probabilities": []}).tag(sync=True)

    def __init__(self):
        self.model = self.x = None
        super().__init__()
        self.add_class("lab-why-view")

    def __repr__(self):
        return "WhyView()"

    def explain(self, model, x):
        """Explain what `model` reads on the image x (1, 784); None if there is nothing to read."""
        self.model, self.x = model, x
        if x is None:
            self.picked = None  # a new drawing, a new question
        self._show()

    @traitlets.observe("picked")
    def _show(self, _change=None):
        if self.x is None:
            self.why = {"seen": [], "slopes": [], "probabilities": []}
            return
        p = self.model.predict_proba(self.x)[0]
        answer = int(p.argmax()) if self.picked is None else self.picked
        self.why = {
            "seen": np.round(255 * self.x[0]).astype(int).tolist(),
            "slopes": slopes(self.model, self.x, answer).tolist(),
            "probabilities": p.tolist(),
            "answer": answer,
        }


def slopes(model, x, answer):
    """Return how fast the log-probability of `answer` grows with each pixel of x (1, 784): (784,).

    Backpropagation, one layer farther than a training step goes: to the pixels. In float64,
    because where the network is sure, 1 - p is nothing in float32.
    """
    model, loss_fn = network(model.params(), np.float64), SoftmaxCrossEntropy()
    loss_fn.forward(model.forward(x.astype(np.float64)), np.array([answer]))
    dz = loss_fn.backward()
    for layer in reversed(model.layers):
        dz = layer.backward(dz)
    return -dz[0]  # the loss is minus the log-probability
