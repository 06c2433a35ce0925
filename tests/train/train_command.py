"""How the tests call train.py, what they look at, and the network that it must give."""

import inspect
import re
import warnings
from functools import partial
from pathlib import Path

import numpy as np
from click.testing import CliRunner

import train
from data.distortion import distorted_minibatches
from data.mnist import bundled_digits
from nn_core import MLP, SGD, fit, train_validation_split

ROOT = Path(train.__file__).parent
DIGITS = bundled_digits()
SETTINGS = {
    "hidden": (128, 64),
    "epochs": 2,
    "learning_rate": 0.1,
    "batch_size": 64,
    "momentum": 0.0,
    "weight_decay": 1e-4,
    "falling_rate": False,
    "distort": 0.0,
    "seed": 0,
    "validation": 143,
}
BEST = {
    "epochs": 175,
    "learning_rate": 0.1,
    "batch_size": 128,
    "momentum": 0.9,
    "weight_decay": 0.0,
    "falling_rate": True,
    "distort": 1.0,
}
# click 8.1 mixes stdout and stderr unless told; later ones cannot be told
APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
RUNNER = CliRunner(**APART)


def run(out, *args, code=0):
    """Call train.py with `args`, results into `out`; no traceback, no warning, exit `code`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        result = RUNNER.invoke(train.main, ["--out", str(out), *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.stdout + result.stderr
    return result


def names(folder):
    return {path.name for path in Path(folder).iterdir()}


def sentences(text):
    """The lines of an error message; click's own two lines of usage do not count."""
    return [line for line in text.splitlines() if line and not line.startswith(("Usage:", "Try "))]


def reference(**changes):
    """Return the network that nn_core itself trains with SETTINGS and `changes`."""
    o = {**SETTINGS, **changes}
    x, labels = DIGITS.x_train, DIGITS.labels_train
    if o["validation"]:
        x, labels, _, _ = train_validation_split(x, labels, o["validation"], o["seed"])
    model = MLP((784, *o["hidden"], 10), o["seed"])
    sgd = SGD(o["learning_rate"], o["momentum"], o["weight_decay"])
    how = {name: o[name] for name in ("epochs", "batch_size", "seed")}
    if o["distort"]:
        how["batches"] = partial(distorted_minibatches, strength=o["distort"])
    for record in fit(model, x, labels, sgd, **how):
        if o["falling_rate"] and record.step < record.steps:
            sgd.learning_rate = o["learning_rate"] * (1 - record.step / record.steps)
    return model


def as_args(settings):
    """Return the options of the command line that say `settings`."""
    args = []
    for name, value in settings.items():
        if name == "falling_rate":
            args += ["--falling-rate" if value else "--constant-rate"]
        else:
            text = ",".join(map(str, value)) if name == "hidden" else str(value)
            args += [f"--{name.replace('_', '-')}", text]
    return args


def same_bits(a, b):
    a, b = a.params(), b.params()
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def info_of(folder):
    """Return the rows of model_info.txt as a dict, and its last line, the command."""
    text = (folder / "model_info.txt").read_text(encoding="utf-8")
    rows = re.findall(r"^  (\S.*?) {2,}(.*)$", text, re.MULTILINE)
    return dict(rows), text.splitlines()[-1].strip()


def options_of(*args):
    """Return the options as `train.py *args` sees them."""
    return train.main.make_context("train.py", list(map(str, args))).params
