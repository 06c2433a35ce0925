"""Why does it read that? Where more ink would speak for an answer, and what makes it one."""

import asyncio
from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from nn_core import SoftmaxCrossEntropy

from ..page import script, style
from .moments import network

HERE = Path(__file__).parent
STRIDE = 0.1  # how long a step on the pixels is
MOST_STEPS = 300
PAUSE = 0.05  # seconds between two of them, so that they can be seen


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
    makes = traitlets.Bool(True).tag(sync=True)  # can it change the image? Without Python not

    def __init__(self):
        self.model = self.x = self.task = None
        super().__init__()
        self.add_class("lab-why-view")
        self.on_msg(self._on_message)

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
        self._tell(self.x)

    def _tell(self, x, said=""):
        p = self.model.predict_proba(x)[0]
        answer = int(p.argmax()) if self.picked is None else self.picked
        self.why = {
            "seen": np.round(255 * x[0]).astype(int).tolist(),
            "slopes": slopes(self.model, x, answer).tolist(),
            "probabilities": p.tolist(),
            "answer": answer,
            "said": said,
        }

    def _on_message(self, _widget, content, _buffers):
        if "make" in content and (self.task is None or self.task.done()):
            self.task = asyncio.get_running_loop().create_task(self.make())

    async def make(self):
        """Change the image step by step until the picked answer is read, and show each step."""
        x, answer, changed, count = self.x, self.picked, self.x, 0
        try:
            for changed in towards(self.model, x, answer):
                count += 1
                self._tell(changed, f"On the way to a {answer} …")
                await asyncio.sleep(PAUSE)
                if self.x is not x or self.picked != answer:
                    return  # another drawing, or another question
            made = self.model.predict(changed)[0] == answer
            share = np.linalg.norm(changed - x) / np.linalg.norm(x)
            said = f"{count} steps {'made' if made else 'did not make'} it a {answer}."
            self._tell(changed, f"{said} The change is {100 * share:.0f} % as long as the drawing.")
        except Exception as error:  # an exception in a task would go unseen
            self.why = {**self.why, "said": f"{type(error).__name__}: {error}"}


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


def towards(model, x, answer):
    """Yield the image x (1, 784) after each step towards `answer`, until that is read.

    Gradient steps on the pixels, each STRIDE long, at most MOST_STEPS; pixels stay from 0 to 1.
    """
    for _ in range(MOST_STEPS):
        if model.predict(x)[0] == answer:
            return
        slope = slopes(model, x, answer)
        slope = slope / max(np.linalg.norm(slope), 1e-30)
        x = np.clip(x + STRIDE * slope, 0, 1).astype(x.dtype)
        yield x
