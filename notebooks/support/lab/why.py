"""Why does it read that? Where more ink would speak for an answer, and how little changes it."""

import asyncio
from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from ..page import script, style
from .change import MOST_STEPS, Change
from .pad import read, to_bytes
from .slopes import slopes

HERE = Path(__file__).parent
NOTHING = {"seen": [], "slopes": [], "probabilities": []}
TRAINED_ON = " They were made for the network as it was then; it has trained on since."
FRAME = 0.06  # seconds from one picture of a change to the next
STEPS_A_FRAME = 2


class Why(widgets.VBox):
    """A button, and behind it a `WhyView` of what lies on `pad`, a `DrawingPad`.

    `beside` are other buttons, which stand in its line.
    """

    def __init__(self, pad, beside=()):
        self.pad, self.view = pad, WhyView()
        self.ask = widgets.ToggleButton(description="Why?", layout={"width": "auto"})
        self.ask.add_class("lab-why-ask")
        super().__init__([widgets.HBox([self.ask, *beside]), self.view])
        self.ask.observe(self._answer, "value")
        pad.observe(self._answer, "reading")
        self._answer()

    def _answer(self, _change=None):
        self.view.layout.display = None if self.ask.value else "none"
        (self.add_class if self.ask.value else self.remove_class)("lab-why-on")
        # what nobody looks at costs nothing
        wanted = self.ask.value and self.pad.reading.get("probabilities")
        self.view.explain(self.pad.model, self.pad.image() if wanted else None)


class WhyView(anywidget.AnyWidget):
    """Over the image, the slope of an answer's log-probability along each pixel.

    The answer is the one that the reader has `picked`, or what the network reads. "Make it a 3"
    changes the image until it is read as that, and shows it as it happens; the drawing on the pad
    stays, and `back`, another answer or a new stroke ends it.
    """

    _esm = script(HERE / "why.js")
    _css = style(HERE / "why.css")

    picked = traitlets.Int(None, allow_none=True).tag(sync=True)  # by the reader
    why = traitlets.Dict(NOTHING).tag(sync=True)

    def __init__(self):
        self.model = self.x = self.change = self.timer = None
        super().__init__()
        self.add_class("lab-why-view")
        self.on_msg(self._on_message)

    def __repr__(self):
        return "WhyView()"

    def explain(self, model, x):
        """Explain what `model` reads on the image x (1, 784); None if there is nothing to read."""
        if self.x is None or not np.array_equal(x, self.x) or model is not self.model:
            self._forget_change()
        self.model, self.x = model, x
        if x is None:
            self.picked = None  # a new drawing, a new question
        self._show()

    def make(self, label):
        """Change the image in small steps, a few a frame, until it is read as `label`."""
        self._forget_change()
        self.change = Change(self.model, self.x, label)
        self._go_on()

    @traitlets.observe("picked")
    def back(self, _change=None):
        """Show the drawing itself."""
        self._forget_change()
        self._show()

    def close(self):
        """Take no more steps."""
        self._forget_change()
        super().close()

    def _on_message(self, _widget, content, _buffers):
        if "back" in content:
            self.back()
        elif "make" in content and self.x is not None and self.change is None:
            self.make(int(content["make"]))

    def _go_on(self):
        """Take the steps of one frame, show it, and come back for the next one."""
        self.change.go_on(STEPS_A_FRAME)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop, and so no page: all at once
            self.change.go_on(MOST_STEPS + 1)
        if self.change.going:
            self.timer = loop.call_later(FRAME, self._go_on)
        self._show()

    def _forget_change(self):
        if self.timer:
            self.timer.cancel()
        self.change = self.timer = None

    def _show(self):
        if self.x is None:
            self.why = NOTHING
            return
        x = self.x if self.change is None else self.change.image
        with np.errstate(over="ignore", invalid="ignore"):
            p = read(self.model, x.astype(self.x.dtype))[1]
        if not np.isfinite(p).all():  # it has diverged, and the pad will say so
            self.why = NOTHING
            return
        answer = int(p.argmax()) if self.picked is None else self.picked
        why = {
            "seen": to_bytes(x),
            "probabilities": p.tolist(),
            "answer": answer,
        }
        if self.change is None:
            why["slopes"] = slopes(self.model, x, answer).tolist()
        else:
            why["slopes"] = self.change.difference().tolist()
            made = self.change.in_words()
            if not self.change.was_made_for(self.model):
                made += TRAINED_ON
            why |= {"made": made, "going": self.change.going}
            why["drawing"] = to_bytes(self.x)
        self.why = why
