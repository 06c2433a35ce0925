"""Why does it read that? Where more ink would speak for an answer, and how little changes it."""

from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from nn_core import softmax

from ..page import script, style
from .change import Change
from .inside import forward_pass
from .pad import percent, to_bytes
from .slopes import slopes, why_nothing

HERE = Path(__file__).parent
NO_DRAWING, NO_READING = "Draw a digit first.", "No reading: it diverged."
NOTHING = {"seen": [], "slopes": [], "probabilities": []}
TRAINED_ON = " They were made for the network as it was then; it has trained on since."
TEACHES = "You still see what you drew; the network sees {} {}. "


class Why(widgets.VBox):
    """A button, and behind it a `WhyView` of what lies on `pad`, a `DrawingPad`.

    `on_say(text)` gets what a screen reader is told when it is opened: the sentence at its head.
    """

    def __init__(self, pad):
        self.pad, self.view, self.on_say = pad, WhyView(), lambda text: None
        self.ask = widgets.ToggleButton(description="Why?", layout={"width": "auto"})
        self.ask.add_class("lab-why-ask")
        super().__init__([self.ask, self.view])
        self.add_class("lab-why-part")
        self.ask.observe(self._answer, "value")
        self.ask.observe(lambda change: self.on_say(self.head() if change.new else ""), "value")
        pad.observe(self._answer, "reading")
        self._answer()

    def _answer(self, _change=None):
        self.view.layout.display = None if self.ask.value else "none"
        (self.add_class if self.ask.value else self.remove_class)("lab-why-on")
        # what nobody looks at costs nothing
        wanted = self.ask.value and self.pad.reading.get("probabilities")
        self.view.instead = NO_READING if self.pad.reading and not wanted else NO_DRAWING
        self.view.explain(self.pad.reader, self.pad.image() if wanted else None)

    def head(self):
        """Return what stands at its head when it is opened."""
        p = self.pad.reading.get("probabilities")
        return f"It reads {np.argmax(p)}, at {percent(max(p))}." if p else self.view.instead


class WhyView(anywidget.AnyWidget):
    """Over the image, the slope of an answer's log-probability along each pixel.

    The answer is the one that the reader has `picked`, or what the network reads. "Make it a 3"
    changes the image until it is read as that, and is shown as a film; the drawing on the pad
    stays, and `back`, another answer or a new stroke ends it. Ink on the picture is ink on the pad.
    """

    _esm = script(HERE / "pen.js", HERE / "why.js")
    _css = style(HERE / "why.css")

    picked = traitlets.Int(None, allow_none=True).tag(sync=True)  # by the reader
    why = traitlets.Dict(NOTHING).tag(sync=True)

    def __init__(self):
        self.model = self.x = self.change = None
        self.instead = NO_DRAWING  # what is said where there is nothing to explain
        super().__init__()
        self.add_class("lab-why-view")
        self.on_msg(self._on_message)

    def __repr__(self):
        return "WhyView()"

    def explain(self, model, x):
        """Explain what `model` reads on the image x (1, 784); None if there is nothing to read."""
        if self.x is None or not np.array_equal(x, self.x) or model is not self.model:
            self.change = None
        self.model, self.x = model, x
        if x is None:
            self.picked = None  # a new drawing, a new question
        self._show()

    def make(self, label):
        """Change the image in small steps until it is read as `label`."""
        self.change = Change(self.model, self.x, label)
        self._show()

    @traitlets.observe("picked")
    def back(self, _change=None):
        """Show the drawing itself."""
        self.change = None
        self._show()

    def _on_message(self, _widget, content, _buffers):
        if "back" in content:
            self.back()
        elif "make" in content and self.x is not None and self.change is None:
            self.make(int(content["make"]))

    def _show(self):
        if self.x is None:
            self.why = NOTHING | {"instead": self.instead}
            return
        steps, images = self.change.film() if self.change else ([0], self.x)
        images = images.astype(self.x.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            logits = forward_pass(self.model, images)[1]
            p = softmax(logits.astype(np.float64))
        if not np.isfinite(p).all():  # it has diverged, and the pad will say so
            self.why = NOTHING | {"instead": NO_READING}
            return
        answer = int(p[0].argmax()) if self.picked is None else self.picked
        found = slopes(self.model, self.x, answer)
        why = {
            "seen": to_bytes(self.x),
            "probabilities": p[0].tolist(),
            "answer": answer,
            "slopes": found.tolist(),
            "nothing": "" if found.any() else why_nothing(self.model, self.x),
        }
        if self.change:
            why["film"] = [
                {"step": step, "seen": to_bytes(image), "probabilities": shares.tolist()}
                for step, image, shares in zip(steps, images, p, strict=True)
            ]
            why["made"] = self._in_words(self.change, p[-1])
        self.why = why

    def _in_words(self, change, p):
        """Return what a change teaches, if it is read so, (10,) probabilities, and its numbers."""
        words = change.in_words()
        if p.argmax() == change.label:
            words = TEACHES.format("an" if change.label == 8 else "a", change.label) + words
        return words if change.was_made_for(self.model) else words + TRAINED_ON
