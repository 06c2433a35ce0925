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
TRAINED_ON = " They were made for an earlier state of the network."
TEACHES = "You still see the same digit; the network sees {}. "
AT_LAST = "It was {} all along; now the network sees that, too. "


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
        pad.observe(self._answer, ["reading", "truth"])
        self._answer()

    def _answer(self, _change=None):
        self.view.layout.display = None if self.ask.value else "none"
        (self.add_class if self.ask.value else self.remove_class)("lab-why-on")
        # what nobody looks at costs nothing
        wanted = self.ask.value and self.pad.reading.get("probabilities")
        self.view.instead = NO_READING if self.pad.reading and not wanted else NO_DRAWING
        image = self.pad.image() if wanted else None
        self.view.explain(self.pad.reader, image, self.pad.truth, self.pad.loading)

    def head(self):
        """Return what stands at its head when it is opened."""
        p = self.pad.reading.get("probabilities")
        if not p:
            return self.view.instead
        known = "" if self.pad.truth is None else f" It is {article(self.pad.truth)}."
        return (
            f"It reads {np.argmax(p)}, at {percent(max(p))}.{known} Tab leads to where ink counts."
        )


class WhyView(anywidget.AnyWidget):
    """Over the image, the slope of an answer's log-probability along each pixel.

    The answer is the one that the reader has `picked`, or the digit that it is, if that is known,
    or what the network reads. "Make it a 3"
    changes the image until it is read as that, and is shown as a film; the drawing on the pad
    stays, and `back`, another answer or a new stroke ends it. Ink on the picture is ink on the pad.
    """

    _esm = script(*(HERE / f"{name}.js" for name in ("pen", "slopes", "why")))
    _css = style(HERE / "pad_and_why.css", HERE / "why.css")

    picked = traitlets.Int(None, allow_none=True).tag(sync=True)  # by the reader
    why = traitlets.Dict(NOTHING).tag(sync=True)

    def __init__(self):
        self.model = self.x = self.truth = self.change = None
        self.instead = NO_DRAWING  # what is said where there is nothing to explain
        super().__init__()
        self.add_class("lab-why-view")
        self.on_msg(self._on_message)

    def __repr__(self):
        return "WhyView()"

    def explain(self, model, x, truth=None, loaded=False):
        """Explain what `model` reads on the image x (1, 784); None if there is nothing to read.

        `truth` is the digit that it is, where one knows; an image that was `loaded`, or whose digit
        one knows, ends a question about another.
        """
        is_other = self.x is None or not np.array_equal(x, self.x)
        if is_other or model is not self.model:
            self.change = None
        self.model, self.x, self.truth = model, x, truth
        if x is None or (is_other and (loaded or truth is not None)):
            self.picked = None
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
        answers = (self.picked, self.truth, int(p[0].argmax()))
        answer = next(answer for answer in answers if answer is not None)
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
            teaches = AT_LAST if change.label == self.truth else TEACHES
            words = teaches.format(article(change.label)) + words
        return words if change.was_made_for(self.model) else words + TRAINED_ON


def article(digit):
    """Return a digit as one speaks of it: "a 3", "an 8"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"
