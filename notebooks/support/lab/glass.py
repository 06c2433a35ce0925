"""One step under the glass: a mini-batch on its way through the network, and its gradient back."""

from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from ..page import script, style
from .chain import Chain
from .glass_texts import MOST_IMAGES, MOST_NEURONS, hint, holds, number, stages
from .spoken import plain
from .texts import heading

HERE = Path(__file__).parent
TITLE = "One step under the glass"
WHAT = "A mini-batch goes forward to its loss, and the gradient comes back to every weight."


class Glass(widgets.VBox):
    """A button, and behind it Step and a `GlassView` of the newest step of a `Session`.

    `buttons` are those of the lab: Step and Reset, here too, are pressed there.
    """

    def __init__(self, session, buttons):
        self.session, self.buttons, self.view, self.shown = session, buttons, GlassView(), None
        self.ask = widgets.ToggleButton(description=TITLE)
        self.title = widgets.HTML(heading(TITLE, "glass"))  # the button's words, in Presentation
        self.what = widgets.HTML(WHAT).add_class("lab-glass-what")
        self.step = widgets.Button(description="Step")
        self.reset = widgets.Button(description="Reset", tooltip=buttons.reset.tooltip)
        self.hint = widgets.HTML().add_class("lab-glass-hint")  # seen; said on opening alone
        self.on_say = lambda text: None  # called with what a screen reader is to say
        for button in (self.ask, self.step, self.reset):
            button.layout.width = "auto"
        self.ask.add_class("lab-glass-ask")
        self.step.add_class("lab-glass-step").add_class("nn-often")
        self.reset.add_class("lab-glass-reset")
        line = widgets.HBox([self.ask, self.step, self.reset, self.what, self.hint])
        super().__init__([self.title, line.add_class("lab-glass-line"), self.view])
        self.ask.observe(self._unfold, "value")
        self.step.on_click(lambda _: self._pressed().click())
        self.reset.on_click(lambda _: buttons.reset.click())
        buttons.speed.observe(lambda _: self._follow(), "value")
        self._unfold()

    def _follow(self):
        """Have Step look as if it could be pressed, or not; then say why, and what to press."""
        state, on, opened = self.buttons.state, self.buttons.is_on("step"), self.ask.value
        trains = state == "running"
        (self.step.remove_class if on or trains else self.step.add_class)("nn-off")
        said = hint(state, slow=bool(self.buttons.speed.value))
        self.step.description = self._pressed().description
        self.step.tooltip = "Take one step, and look at it" if on else plain(said)
        if trains:
            self.step.tooltip = self.buttons.pause.tooltip
        self.hint.value = "" if on and self.view.step else said
        for part, wanted in (
            (self.title, opened),
            (self.what, opened),
            (self.step, opened),
            (self.reset, opened and not on and not trains),
            (self.hint, opened),
            (self.view, opened),
        ):
            part.layout.display = None if wanted else "none"

    def _pressed(self):
        """Return what Step presses: while a training runs, Pause, which may be far above."""
        return self.buttons.pause if self.buttons.state == "running" else self.buttons.step

    def show(self):
        """Show the newest step, if somebody looks and it is not shown already."""
        self._show_step()
        self._follow()

    def _show_step(self):
        latest, session = self.session.latest, self.session
        if not self.ask.value:
            return
        if latest.fresh and latest.kept is not self.shown:
            self.shown = latest.kept
            chain = Chain(latest.kept.before, session.model.params(), *latest.kept[1:])
            self.view.show(chain, session)
        elif latest.kept is None or self.shown is None:
            self.shown = None
            # while one runs, the first step of it comes in a moment
            if session.state != "running" or not self.view.sizes:
                self.view.clear(session.model)

    def _unfold(self, change=None):
        self.show()
        if change and change.new:
            title = self.view.step.get("title", "")
            self.on_say(plain(self.hint.value) or f"{title}, stage by stage.")


class GlassView(anywidget.AnyWidget):
    """A strip of pictures: images, activations, logits, probabilities, and the gradients back.

    `step` holds `stages`, what happens in which order, in words; `pictures`, each with the stage
    in which it comes and the column where it stands; `labels`, and `p` of ten digits, of each
    image, which are read `wrong`ly, which is the `worst`; and `loss`, before and after. Without a
    step there are the `frames` of its pictures.
    """

    _esm = script(HERE / "palette.js", HERE / "glass_pictures.js", HERE / "glass.js")
    _css = style(HERE / "glass.css")

    step = traitlets.Dict().tag(sync=True)
    sizes = traitlets.List().tag(sync=True)  # of the layers
    frames = traitlets.List().tag(sync=True)

    def __init__(self):
        super().__init__()
        self.add_class("lab-glass-view")

    def __repr__(self):
        return "GlassView()"

    def clear(self, model):
        """Show no step: the frames of this network, empty."""
        sizes = widths(model.params())
        with self.hold_sync():
            if sizes != self.sizes or not self.frames:
                self.frames = pictures(Blank(sizes))
            self.sizes, self.step = sizes, {}

    def show(self, chain, session):
        """Show a `Chain`, which is the newest step of a `Session`."""
        run = session.run
        title = f"Step {run.step:,} of run {run.number + 1}"
        title += f" ({run.origin})" if run.file else ""  # what it was before is not counted
        if not chain.finite:
            self.clear(session.model)
            self.step = {"title": f"{title}: its numbers are not finite any more"}
            return
        step = {
            "title": title,
            "stages": stages(chain, run.now, session.optimizer.learning_rate),
            "pictures": pictures(chain),
            "labels": chain.labels[:MOST_IMAGES].tolist(),
            "loss": [number(chain.loss), number(chain.loss_after)],
            "p": chain.p[:MOST_IMAGES].tolist(),
            "wrong": chain.wrong[chain.wrong < MOST_IMAGES].tolist(),
            "worst": worst(chain),
        }
        with self.hold_sync():
            self.sizes, self.step = widths(chain.before), step


def worst(chain):
    """Return which image, of those that are seen, has the largest loss."""
    seen = chain.labels[:MOST_IMAGES]
    return int(chain.p[np.arange(len(seen)), seen].argmin())


def widths(params):
    """Return how wide the layers with these parameters are, a list of numbers."""
    return [len(b) for name, b in params.items() if name.startswith("b")]


class Blank:
    """What a `Chain` has, for a network with layers so wide: all 0."""

    def __init__(self, sizes):
        ends = list(zip([784, *sizes], sizes, strict=False))
        self.dz = [np.zeros((MOST_IMAGES, n)) for n in sizes]
        self.values, self.p = [np.zeros((MOST_IMAGES, 784)), *self.dz], self.dz[-1]
        self.dW = [np.zeros(end) for end in ends]
        self.wrong = np.array([])


def pictures(chain):
    """Return the arrays of a `Chain` as pictures, in the order in which they come."""
    m = len(chain.dW)
    found = [tiles("x", chain.values[0], 0, 0, kind="ink")]
    for i, value in enumerate(chain.values[1:-1], start=1):
        found.append(picture(f"a{i}", value, value.shape, i, i))
    logits = chain.values[-1]
    found.append(picture("logits", logits, logits.shape, m, m))
    found.append(picture("p", chain.p, logits.shape, m + 1, m + 1, scale=1.0))
    found[-1]["said"] = "black: misread" * bool((chain.wrong < MOST_IMAGES).any())
    for i in range(m, 0, -1):
        dz, dW, stage = chain.dz[i - 1], chain.dW[i - 1], 2 * m + 2 - i
        name = "dlogits" if i == m else f"dz{i}"
        found.append(picture(name, dz, dz.shape, stage, i))
        if i > 1:
            found.append(picture(f"dW{i}", dW, dW.shape, stage, i, rows="weights"))
        else:
            strongest = np.argsort(-np.linalg.norm(dW, axis=0), kind="stable")[:MOST_NEURONS]
            found.append(tiles("dW1", dW.T[strongest], stage, 1, shape=dW.shape))
            found[-1]["columns"] = strongest.tolist()
            few = f"{len(strongest)} of {dW.shape[1]}\n" * (len(strongest) < dW.shape[1])
            found[-1]["said"] = few + length(dW)  # of all columns
    return found


def picture(name, values, shape, stage, column, scale=None, kind="signed", rows="images"):
    """Return one picture: `values` as bytes, of which 128 is zero and 255 is `scale`.

    Of a mini-batch the first images are shown; what is `said` is of all of them.
    """
    text = "" if kind == "ink" or name == "p" else said(name, values)
    if rows == "images":
        values = values[:MOST_IMAGES]
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
        "said": text,
        "holds": holds(name),
        "bytes": (128.5 + 127 * np.clip(values / scale, -1, 1)).astype(np.uint8).tobytes(),
    }


def said(name, values):
    """Return what the caption says of an array: how long a gradient is, from where to where."""
    if name.startswith("d"):
        return length(values)
    if not values.any():
        return "all 0: nothing passes"
    return f"from {number(values.min())} to {number(values.max())}"


def length(values):
    norm = np.linalg.norm(values.astype(float))
    return f"length {number(norm)}" if norm else "all 0"


def tiles(name, values, stage, column, kind="tiles", shape=None):
    """Return a picture whose rows are small pictures of 784 pixels each."""
    scale = 1.0 if kind == "ink" else None
    rows = values[:MOST_IMAGES]
    return picture(name, rows, shape or values.shape, stage, column, scale, kind, "tiles")
