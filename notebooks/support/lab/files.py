"""The network and the runs as files: to save them from the page, and to load a network."""

import csv
import io
import json
import tempfile
from pathlib import Path, PurePath

import anywidget
import numpy as np
import traitlets

from nn_core import MLP

from ..page import script, style
from .settings import NAMES

HERE = Path(__file__).parent
LONGEST = 22  # letters of a file's name that is said again and again
MOST_BYTES = 50_000_000  # no network that this lab can show is so large


class Files(anywidget.AnyWidget):
    """Buttons that save and load, in the page: its browser writes and reads the files.

    `contents(kind)` returns the bytes to save as "weights.npz", "runs.csv" or "runs.json";
    `on_load(model, name)` gets a network that was loaded, and may return what else there is to say.
    What became of the newest file, saved or loaded, or what went wrong with it, is said in `note`.
    """

    _esm = script(HERE / "files.js")
    _css = style(HERE / "files.css")

    note = traitlets.Unicode().tag(sync=True)

    def __init__(self, contents, on_load):
        self.contents, self.on_load = contents, on_load
        super().__init__()
        self.add_class("lab-files")
        self.on_msg(self._on_message)

    def __repr__(self):
        return "Files()"

    def _on_message(self, _widget, content, buffers):
        self.note = ""  # the same is said again, too
        if "save" in content:
            self.note = self._said(self._save, str(content["save"]))
        elif "load" in content:
            name = PurePath(str(content["load"])).name
            self.note = self._said(self._load, name, bytes(buffers[0]))

    def _said(self, action, *arguments):
        try:
            return action(*arguments)
        except ValueError as error:
            return f"{error}".rstrip(".") + "."
        except Exception as error:  # an exception in a callback would go unseen
            return f"{type(error).__name__}: {error}"

    def forget(self):
        """Take back what was said: it is of an earlier moment."""
        self.note = ""

    def _save(self, name):
        self.send({"name": name}, [self.contents(name)])
        return f"Saved as {name}, where your browser keeps downloads."

    def _load(self, name, content):
        more = self.on_load(read_network(content, name), name)
        return f"{name} is loaded: it is the network of the lab now. {more or ''}".strip()


def contents(session, name):
    """Return the bytes of a file of this `Session` that the reader wants to save."""
    if name == "weights.npz":
        return weights_file(session.model)
    return (runs_csv if name == "runs.csv" else runs_json)(session.runs)


def shortened(name):
    """Return a file's name with an ellipsis in its middle if it is long: its end is kept."""
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9]}…{name[-8:]}"


def weights_file(model):
    """Return the bytes of a file that `MLP.load` and `train.py` read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npz"
        model.save(path)
        return path.read_bytes()


def read_network(content, name):
    """Return the `MLP` in the bytes of such a file; ValueError, in one sentence, for any other."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"{name} has {len(content):,} bytes: that is no network of this lab")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights.npz"
            path.write_bytes(content)
            model = MLP.load(path)
    except Exception as error:  # a file can be wrong in many ways
        raise ValueError(
            f"{name} holds no weights: choose a weights.npz that this lab, MLP.save or train.py "
            "has written"
        ) from error
    params = model.params()
    n_in, n_out = len(params["W1"]), len(list(params.values())[-1])
    if (n_in, n_out) != (784, 10):
        raise ValueError(
            f"the network in {name} reads {n_in} numbers and writes {n_out}: this lab needs one "
            "that reads 784 pixels and writes 10 logits"
        )
    if not all(np.isfinite(param).all() for param in params.values()):
        raise ValueError(f"the network in {name} holds numbers that are not finite: it diverged")
    return model


def runs_csv(runs):
    """Return a table of all runs as bytes: a row for each point of each curve."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["run", "kind", "step", "epoch", "seconds", "value", *NAMES])
    for run in runs:
        made = [getattr(run.settings, name) for name in NAMES]
        made = ["-".join(map(str, value)) if isinstance(value, tuple) else value for value in made]
        points = [("training loss", *place, loss) for place, loss in run.curve.points()]
        points += [("validation loss", *end) for end in run.ends]
        points += [("validation accuracy", *look[:4]) for look in run.looks]
        points += [("training accuracy", *look[:3], look.train_right) for look in run.looks]
        table.writerows([run.number + 1, *point, *made] for point in points)
    return text.getvalue().encode()


def runs_json(runs):
    """Return all runs as JSON, with their settings and every change on the way, as bytes."""
    found = [
        {
            "run": run.number + 1,
            "settings": {name: getattr(run.settings, name) for name in NAMES},
            "changes": [change._asdict() for change in run.changes()],
            "ending": run.ending(),
            "seconds": round(run.seconds, 3),
            "training_loss": [[*place, loss] for place, loss in run.curve.points()],
            "validation_loss": run.ends,
            "looks": [look._asdict() for look in run.looks],
        }
        for run in runs
    ]
    return json.dumps(found, indent=1).encode()
