"""Which digit is taken for which, after every epoch: a table to look into."""

from pathlib import Path
from typing import NamedTuple

import anywidget
import numpy as np
import traitlets

from ..page import script, style
from .settings import as_percent

HERE = Path(__file__).parent
MOST_IMAGES = 24  # shown of one confusion
NEARLY_SURE = 0.9999  # "> 99.9 %"


class Snapshot(NamedTuple):
    """What a network said about the N validation images: enough to look back at any epoch."""

    name: str  # such as "after epoch 3"
    answers: np.ndarray  # (N,) uint8
    p: np.ndarray  # (N, 10) float16, the probabilities


def snapshot(name, model, x):
    """Return what `model` says about x (N, 784), in 21 bytes for each image."""
    with np.errstate(over="ignore", invalid="ignore"):  # of a network that has diverged
        p = np.nan_to_num(model.predict_proba(x))
    return Snapshot(name, p.argmax(axis=1).astype(np.uint8), p.astype(np.float16))


def confusion_matrix(labels, answers):
    """Return (10, 10) counts: a row for each true digit, a column for each answer."""
    pairs = 10 * labels + answers
    return np.bincount(pairs, minlength=100).reshape(10, 10)


def precision_and_recall(confusion):
    """Return two arrays (10,): of all answers "5", and of all true 5s, the share that is right.

    NaN where there is no such answer, or no such digit.
    """
    right = np.diag(confusion)
    with np.errstate(invalid="ignore"):
        return right / confusion.sum(axis=0), right / confusion.sum(axis=1)


def most_sure(labels, said, digit, answer):
    """Return the row numbers of images of `digit` read as `answer`, the surest first."""
    found = np.flatnonzero((labels == digit) & (said.answers == answer))
    return found[np.argsort(-said.p[found, answer], kind="stable")]


class ConfusionMatrix(anywidget.AnyWidget):
    """The confusion matrix at any moment of a training; a click on a cell shows its images.

    The images are x (N, 784) with labels (N,). `show` gets the `Snapshot`s so far. The newest is
    shown, until the reader looks back; then that moment stays.
    """

    _esm = script(HERE / "behind.js", HERE / "confusion.js")
    _css = style(HERE / "confusion.css")

    # set by the reader
    moment = traitlets.Int(-1).tag(sync=True, echo_update=False)  # looked back to; -1: the newest
    chosen = traitlets.List([]).tag(sync=True, echo_update=False)  # [digit, answer]
    normalise = traitlets.Enum(["none", "rows", "columns"], "none").tag(sync=True)
    # shown
    moments = traitlets.Int(0).tag(sync=True)  # how many snapshots there are
    names = traitlets.List().tag(sync=True)  # of all of them
    text = traitlets.Unicode().tag(sync=True)
    counts = traitlets.List().tag(sync=True)  # 10 lists of 10 numbers
    precision = traitlets.List().tag(sync=True)  # 10 numbers, -1 where there is none
    recall = traitlets.List().tag(sync=True)
    found = traitlets.Dict().tag(sync=True)  # what is behind the chosen cell
    against = traitlets.Unicode().tag(sync=True)  # whose counts are taken away, when comparing

    def __init__(self, x, labels):
        self.x, self.labels, self.snapshots, self.shown = x, labels, [], None
        self.other = None  # the snapshot that is compared with
        self.on_image = lambda pixels, label: None  # what a click on an image does
        # the probabilities of these images (n, 784), from the very network; None: it is gone
        self.exact = lambda x: None
        self.on_end = lambda: None  # the reader wants no comparison any more
        super().__init__()
        self.add_class("lab-confusion")
        self.observe(self.paint, "moment")
        self.observe(self.look_behind, "chosen")
        self.on_msg(self._on_message)

    def __repr__(self):
        return f"ConfusionMatrix({len(self.labels):,} images)"

    def show(self, snapshots):
        """Show the newest of these snapshots, or still the one that the reader looks back to."""
        self.snapshots = snapshots
        with self.hold_sync():  # one message
            self.moments, self.names = len(snapshots), [said.name for said in snapshots]
            if self.moment >= len(snapshots) - 1:
                self.moment = -1  # there is no such moment to look back to
            self.paint()

    def compare(self, snapshot, name=""):
        """Show what is different from this other snapshot; None ends that."""
        self.other, self.shown = snapshot, None
        with self.hold_sync():
            self.against = name if snapshot else ""
            self.paint()

    def paint(self, _change=None):
        """Show the snapshot of this moment, unless it is shown already."""
        snapshot = self.snapshots[self.moment if self.moment < len(self.snapshots) else -1]
        if snapshot is self.shown:
            return
        self.shown = snapshot
        confusion = confusion_matrix(self.labels, snapshot.answers)
        precision, recall = precision_and_recall(confusion)
        with self.hold_sync():
            right = as_percent(np.trace(confusion) / len(self.labels))
            self.text = f"{snapshot.name}: {right} right"
            if self.other:
                confusion = confusion - confusion_matrix(self.labels, self.other.answers)
                more = 100 * np.trace(confusion) / len(self.labels)
                self.text += f", {more:+.2f} points against {self.against}".replace("-", "\u2212")
            self.counts = confusion.tolist()
            self.precision = np.nan_to_num(precision, nan=-1).tolist()
            self.recall = np.nan_to_num(recall, nan=-1).tolist()
            self.look_behind()

    def look_behind(self, _change=None):
        """Collect the images of the chosen confusion."""
        if not self.chosen:
            self.found = {}
            return
        digit, answer = self.chosen
        rows = most_sure(self.labels, self.shown, digit, answer)
        shown = rows[:MOST_IMAGES]
        p = self.exact(self.x[shown]) if len(shown) else None
        if p is None:
            p = self.shown.p[shown].astype(float)  # which may read 73.6 % for 73.7 %
        else:
            order = np.argsort(-p[:, answer], kind="stable")
            shown, p = shown[order], p[order]
        pixels = np.round(255 * np.clip(self.x[shown], 0, 1)).astype(np.uint8)
        self.found = {
            "digit": digit,
            "answer": answer,
            "count": len(rows),
            "rows": shown.tolist(),
            "pixels": pixels.tobytes(),
            # no softmax is quite sure: what was rounded to 1 is nearly so
            "p": np.minimum(p.round(6), NEARLY_SURE).tolist(),
        }

    def _on_message(self, _widget, content, _buffers):
        if content.get("end"):
            self.on_end()
        row = content.get("image")  # its number among all: others may be shown by now
        if isinstance(row, int) and 0 <= row < len(self.x):
            self.on_image(self.x[row], int(self.labels[row]))
