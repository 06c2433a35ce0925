"""What is kept of a network at some moment of its training: what it said, and its weights."""

from typing import NamedTuple

import numpy as np

from nn_core import MLP

from .confusion import Snapshot, snapshot


class Moment(NamedTuple):
    """A network as it was: what it `said` of the validation images, and what it had `learned`.

    `learned` is the difference to the weights that it began with, in float16: so the first steps,
    which change little, are as sharp as the last. `fleeting` is a look in between, which the next
    look replaces; `place` is where on the axes of the curve it was.
    """

    said: Snapshot
    learned: dict
    fleeting: bool = False
    place: tuple = (0, 0.0, 0.0)


def moment(name, model, x, start, fleeting=False, place=(0, 0.0, 0.0)):
    """Return the `Moment` of `model`, which began with the weights `start`, in about 300 kB.

    None if its numbers are not finite.
    """
    params = model.params()
    if not all(np.isfinite(param).all() for param in params.values()):
        return None
    with np.errstate(over="ignore"):
        learned = {name: (param - start[name]).astype(np.float16) for name, param in params.items()}
    return Moment(snapshot(name, model, x), learned, fleeting, place)


def looked_back(moments, number):
    """Return the `Moment` that a reader looks back to; None at the newest, which is -1."""
    return moments[number] if 0 <= number < len(moments) else None


def network(weights):
    """Return an `MLP` with these weights, a dict such as `MLP.params()` returns."""
    widths = [weights[name].shape[1] for name in weights if name.startswith("W")]
    model = MLP((len(weights["W1"]), *widths))
    put(model, weights)
    return model


def as_it_was(model, start, kept):
    """Return the network at `kept`, a `Moment`, and the moment's name; None is the newest's.

    It began with the weights `start`. Of a moment whose weights are not kept, too, `model` stands.
    """
    if not kept or not kept.learned:
        return model, ""
    return network({name: start[name] + kept.learned[name] for name in start}), kept.said.name


def said_now(session, matrix, x):
    """Return the probabilities of images x (n, 784) at the moment that the matrix shows.

    None where that network is no more: in a training that has gone on, of an earlier run.
    """
    kept = looked_back(session.moments, matrix.moment)
    if not kept and not (session.looked and matrix.shown is session.moments[-1].said):
        return None
    if kept and not (kept.learned and matrix.shown is kept.said):
        return None
    model, _ = as_it_was(session.model, session.start, kept)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.nan_to_num(model.predict_proba(x)).astype(float)


def copy(model):
    """Return the weights of `model`, in a dict that further training leaves alone."""
    return {name: param.copy() for name, param in model.params().items()}


def put(model, weights):
    """Give `model` these weights."""
    for name, param in model.params().items():
        param[...] = weights[name]


def is_early(step):
    """Is this one of the steps 1, 2, 4, 8, 16, ... that a first epoch remembers?"""
    return step & (step - 1) == 0
