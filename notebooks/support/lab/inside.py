"""The view inside of lesson 09: what the first layer looks for, and which ReLUs are silent."""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

from nn_core import ReLU

from ..page import script, style

HERE = Path(__file__).parent
MOST_NEURONS = 128  # as many pictures fit
MOST_IMAGES = 2000  # enough for the statistics, and quick
TOP_IMAGES = 8


class InsideView(anywidget.AnyWidget):
    """The first layer's weights as pictures, and the share of silent ReLUs in every layer.

    Statistics are taken over images x (N, 784) with labels (N,) from 0 to 9, the first 2,000 at
    most. `show(model)` paints an `MLP` of any size; without a hidden layer, its ten logits. The
    browser sets `neuron`, the one that the reader points at, and `detail` tells what excites it;
    and `part`: "weights", or "change" for what became of them since `show` first saw this network;
    as long as it is "", that is shown as soon as there is any.
    """

    _esm = script(HERE / "palette.js", HERE / "inside.js")
    _css = style(HERE / "inside.css")

    neuron = traitlets.Int(0).tag(sync=True, echo_update=False)
    part = traitlets.Enum(["", "weights", "change"], "").tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)  # 784 for each neuron; 128 is zero
    about = traitlets.Dict().tag(sync=True)
    detail = traitlets.Dict().tag(sync=True)

    def __init__(self, x, labels):
        self.x, self.labels = x[:MOST_IMAGES], np.asarray(labels[:MOST_IMAGES])
        self.counts = np.bincount(self.labels, minlength=10)
        self.answers = np.zeros((len(self.x), 0))  # of the first layer's neurons to these images
        self.model = self.start = None
        self.when, self.loaded = "", False
        super().__init__()
        self.add_class("lab-inside-view")

    def __repr__(self):
        return f"InsideView({len(self.x)} images)"

    def show(self, model, start=None, when="", loaded=False):
        """Paint this network; numbers that are not finite are said to be so.

        `start` are the weights of the first layer that "change" compares with; without them,
        those that the network has when it is shown for the first time. They were random, or
        `loaded` from a file. `when` says which moment the network is of, such as "after epoch 1",
        if the reader looks back; "newest" if of an earlier moment no weights are kept.
        """
        self.when, self.loaded = when, loaded
        W = model.params()["W1"]
        if model is not self.model:
            self.model, self.start = model, W.copy()
        if start is not None:
            self.start = start
        hidden, logits = forward_pass(model, self.x.astype(W.dtype, copy=False))
        self.answers = (hidden or [logits])[0][:, :MOST_NEURONS]
        if not (np.isfinite(W).all() and np.isfinite(logits).all()):
            self.answers, self.about = self.answers[:, :0], {"finite": False}
            return
        part = self.part or ("weights" if np.array_equal(W, self.start) else "change")
        W = (W - self.start if part == "change" else W)[:, :MOST_NEURONS]
        # where the colours end: beyond it lies one weight in two hundred
        scale = float(np.quantile(np.abs(W), 0.995)) or float(np.abs(W).max())
        with self.hold_sync():
            shares = np.clip(W.T / (scale or 1.0), -1, 1)
            self.weights = (128.5 + 127 * shares).astype(np.uint8).tobytes()
            self.about = {
                "finite": True,
                "part": part,
                "when": when,
                "loaded": loaded,
                "scale": scale,
                "blank": not W.any(),  # nothing has changed
                "neurons": model.params()["W1"].shape[1],
                "hidden": [silence(a) for a in hidden],
                "silent": np.flatnonzero(~self.answers.any(axis=0)).tolist(),
                "images": len(self.x),
            }
            self._describe()

    @traitlets.observe("part")
    def _show_again(self, _change):
        if self.model is not None:
            self.show(self.model, self.start, self.when, self.loaded)

    @traitlets.observe("neuron")
    def _describe(self, _change=None):
        """Set `detail`: the mean answer to each digit, and the images that excite it most."""
        if self.answers.shape[1] == 0:
            return  # nothing is shown
        neuron = int(np.clip(self.neuron, 0, self.answers.shape[1] - 1))
        answers = self.answers[:, neuron].astype(float)
        means = np.bincount(self.labels, answers, minlength=10) / np.maximum(self.counts, 1)
        top = np.argsort(-answers, kind="stable")[:TOP_IMAGES]
        self.detail = {
            "neuron": neuron,
            "means": np.round(means, 4).tolist(),
            "top": [
                {
                    "label": int(self.labels[i]),
                    "answer": round(float(answers[i]), 4),
                    "pixels": np.round(255 * self.x[i]).astype(int).tolist(),
                }
                for i in top
            ],
        }


def forward_pass(model, x):
    """Return what leaves the ReLUs, a list of (N, n), and the logits, for images x (N, 784)."""
    hidden = []
    with np.errstate(over="ignore", invalid="ignore"):  # a network that has diverged
        for layer in model.layers:
            x = layer.forward(x)
            if isinstance(layer, ReLU):
                hidden.append(x)
    return hidden, x


def silence(a):
    """Return how silent the ReLUs are whose outputs are a (N, n)."""
    return {
        "neurons": a.shape[1],
        "zeros": float((a == 0).mean()),  # of all outputs
        "silent": int((~a.any(axis=0)).sum()),  # neurons that are 0 for every image
    }
