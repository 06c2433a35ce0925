"""The drawing pad of lesson 09: your own digit, read by your own network."""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

from nn_core import SGD, SoftmaxCrossEntropy, softmax, train_step

from ..page import script, style
from .centring import like_mnist
from .inside import forward_pass
from .photograph import shown, steps

HERE = Path(__file__).parent
RATE = 0.003  # of a correction
TESTED = (
    "This image is of the test set: a network that learns from it has seen the exam's question."
)
SIDE = 112  # the browser sends the drawing as SIDE x SIDE pixels, four for every one of MNIST's


class DrawingPad(anywidget.AnyWidget):
    """A pad to draw a digit on; beside it what the network makes of it, layer by layer.

    `model` is an `MLP` from 784 pixels to 10 logits. Of the examples, x (N, 784) and labels (N,),
    the first of every digit is offered as something to start from. When the network reads a
    drawing wrongly, the reader names the right digit, and `correct` takes one gradient step. At the
    default learning rate, 0.003, one step put 78 of 80 misread validation images of MNIST right
    (seeds 0 and 1), and cost 0.1 percentage points of the accuracy in the median; 0.01 cost 3, 0.03
    about 30. What goes wrong is said in the widget, in `note`.
    """

    _esm = script(
        *(HERE / f"{name}.js" for name in ("pen", "paper", "photograph", "reading", "pad"))
    )
    _css = style(HERE / "pad.css", HERE / "photograph.css")

    # Set by the browser. `strokes` is what Undo takes back; `ink` is the picture of them; `truth`
    # is the digit of an image of the data set, until the drawing changes.
    strokes = traitlets.List().tag(sync=True, echo_update=False)
    ink = traitlets.Bytes().tag(
        sync=True, echo_update=False, from_json=lambda value, _: bytes(value)
    )
    truth = traitlets.Int(None, allow_none=True).tag(sync=True, echo_update=False)  # if it is known
    learning_rate = traitlets.Float(RATE).tag(sync=True)  # of a correction step
    # Shown by the browser.
    examples = traitlets.List().tag(sync=True)
    reading = traitlets.Dict().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)
    when = traitlets.Unicode().tag(sync=True)  # of which moment the network is that reads, if said
    photograph = traitlets.Dict().tag(sync=True)  # the last one, step by step, until it is closed

    def __init__(self, model, x_examples, labels_examples, learning_rate=RATE):
        self.model = self.reader = model  # the one that learns, and the one that reads
        self.callbacks = []  # (before, after) each
        self.before = []  # the probabilities before a correction, to compare with
        self.loading = False  # is the drawing being replaced by an image?
        _, first = np.unique(labels_examples, return_index=True)
        examples = [
            {"label": int(labels_examples[i]), "pixels": to_bytes(x_examples[i])} for i in first
        ]
        super().__init__(examples=examples, learning_rate=learning_rate)
        self.add_class("lab-drawing-pad")
        self.on_msg(self._on_message)

    def __repr__(self):
        return f"DrawingPad({len(self.examples)} examples)"

    def show(self, model, reader=None, when=""):
        """Use this network from now on, and read the drawing with it.

        Where one looks back, `reader` reads it, the network as it was `when`; `model` learns.
        """
        if model is not self.model or when != self.when:
            self.model, self.reader, self.when = model, reader or model, when
            self.forget_correction()
        self._read()

    def on_correct(self, callback, before=lambda: None):
        """Have `callback()` called when a correction has changed the network, in place.

        `before()` is called just before it does. `callback` may add to `note`.
        """
        self.callbacks.append((before, callback))

    def forget_correction(self):
        """No longer say what the last correction did: the network has moved on."""
        self.before, self.note = [], self.warning()

    def warning(self):
        """Return what a correction with an image of the test set does, "" for another drawing."""
        begun = [item for item in self.strokes if not isinstance(item, list)]
        tested = begun and isinstance(begun[-1], dict) and begun[-1].get("tested")
        return TESTED if tested else ""

    def image(self):
        """Return the drawing as the network sees it: (1, 784) floats from 0 to 1."""
        ink = np.frombuffer(self.ink or bytes(SIDE**2), np.uint8).reshape(SIDE, SIDE)
        dtype = self.model.params()["W1"].dtype
        return like_mnist(ink / 255).reshape(1, 784).astype(dtype)

    def is_small(self):
        """Is the drawing so small that the pen, enlarged along with it, becomes a blob?"""
        ink = np.frombuffer(self.ink or bytes(SIDE**2), np.uint8).reshape(SIDE, SIDE)
        return all(np.ptp(np.flatnonzero(ink.any(axis=i))) < 0.36 * SIDE for i in (0, 1))

    def load(self, pixels, truth=None, tested=False):
        """Let this image (784,), of the digit `truth` if that is known, be the drawing.

        Undo knows it, and whether it is one of those that the network is `tested` with.
        """
        image = np.round(255 * np.clip(pixels, 0, 1)).astype(np.uint8).reshape(28, 28)
        item = {"pixels": image.ravel().tolist(), "label": truth, "tested": tested}
        self.strokes = [*self.strokes, item]
        self.truth, self.loading = truth, True
        self.ink = np.kron(image, np.ones((SIDE // 28, SIDE // 28), np.uint8)).tobytes()
        self.loading = False

    def take(self, name, height, pixels):
        """Let the digit on a photograph be the drawing, if there is one; it comes as grey bytes."""
        grey = np.frombuffer(pixels, np.uint8).reshape(height, -1)
        try:
            found = steps(grey)
        except ValueError as error:
            self.photograph = {"said": f"{name}: {error}. The paper is as it was."}
            return
        self.load(found.image)
        self.photograph = {"said": f"{name} is on the paper.", "steps": shown(grey, found)}

    @traitlets.observe("strokes")
    def _forget_photograph(self, _change):
        """What was said of it is not true of another drawing."""
        self.photograph = {}

    def forget_wrong_photograph(self):
        """No longer say what was wrong with a photograph: something else is done now."""
        if "steps" not in self.photograph:
            self.photograph = {}

    def correct(self, label):
        """Take one gradient step that makes `label` more probable for this drawing."""
        x = self.image()
        if not x.any():
            self.note = "The pad is empty: draw a digit first."
            return
        rate, self.reader, self.when = self.learning_rate, self.model, ""
        for look, _ in self.callbacks:
            look()
        before, after = careful_step(self.model, x, label, rate)
        if not np.isfinite(before).all():
            self.note = "This network cannot learn: its numbers are no longer finite."
        elif not np.isfinite(after).all():
            self.note = (
                f"A step at learning rate {rate:g} overflows, and was taken back: too large."
            )
        else:
            self.note = (
                f"One step towards {label}, at learning rate {rate:g}. "
                f"Before: {in_words(before, label)}. Right after: {in_words(after, label)}."
            )
            if after.argmax() != label and after[label] - before[label] < 0.005:
                self.note += " To see more of it, choose a larger learning rate."
            if self.warning():
                self.note += f" {TESTED}"
            self.before = before.tolist()
            self._read()
            for _, callback in self.callbacks:
                callback()

    @traitlets.observe("ink")
    def _on_ink(self, _change):
        self.forget_correction()
        self._attempt(self._read)

    def _on_message(self, _widget, content, buffers):
        """The reader chose a photograph, or the right label; then the drawing comes along."""
        if "correct" in content:
            with self.hold_sync():  # the page hears of it once, when its note is whole
                self.ink = bytes(buffers[0])
                self._attempt(self.correct, int(content["correct"]))
        elif "photograph" in content:
            name, height = str(content["photograph"]), int(content["height"])
            self._attempt(self.take, name, height, buffers[0])

    def _attempt(self, action, *arguments):
        try:
            action(*arguments)
        except Exception as error:  # an exception in a callback would go unseen
            self.note = f"{type(error).__name__}: {error}"

    def _read(self):
        """Let the network read the drawing."""
        x = self.image()
        if not x.any():
            self.reading = {}
            return
        hidden, p = read(self.reader, x)
        reading = {"seen": to_bytes(x), "hidden": [], "probabilities": [], "small": self.is_small()}
        if np.isfinite(p).all():
            reading["hidden"] = [to_bytes(a / max(a.max(), 1e-30)) for a in hidden]
            reading["probabilities"] = p.tolist()
            reading["before"] = self.before
            reading["truth"] = self.truth  # the label of another image is never said of this one
        self.reading = reading


def careful_step(model, x, label, learning_rate):
    """Take one step of SGD on one image, x (1, 784); return its probabilities before and after.

    If they are not finite after it, the step is taken back: the network is as it was.
    """
    saved = {name: param.copy() for name, param in model.params().items()}
    _, before = read(model, x)
    train_step(model, SoftmaxCrossEntropy(), SGD(learning_rate), x, np.array([label]))
    _, after = read(model, x)
    if not np.isfinite(after).all():
        for name, param in model.params().items():
            param[...] = saved[name]
    return before, after


def read(model, x):
    """Return what leaves each hidden layer, a list of (n,), and the probabilities (10,), for x.

    x is one image, (1, 784). The probabilities of a network that has diverged are not finite. They
    are float64: in float32 those of an answer that is only fairly sure would be 1 already.
    """
    hidden, logits = forward_pass(model, x)
    with np.errstate(invalid="ignore"):
        return [a[0] for a in hidden], softmax(logits[0].astype(np.float64))


def in_words(p, label):
    """Return the winner of the probabilities `p`, and `label`, as "3 at 71.0 %, 5 at 12.3 %"."""
    digits = dict.fromkeys([p.argmax(), label])  # each once
    return ", ".join(f"{digit} at {percent(p[digit])}" for digit in digits)


def percent(share):
    """Return a share as the page writes it: only all of it is "100.0 %"."""
    text = f"{100 * share:.1f}\N{NO-BREAK SPACE}%"
    return text.replace("100.0", ">\N{NO-BREAK SPACE}99.9") if share < 1 else text


def to_bytes(values):
    """Return numbers from 0 to 1 as a list of whole numbers from 0 to 255, which JSON can hold."""
    return np.round(255 * np.clip(values, 0, 1)).astype(int).ravel().tolist()
