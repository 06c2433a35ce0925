"""Checks of the exercises in lesson 07."""

import math
from numbers import Real

import numpy as np

from data.distortion import bilinear, random_displacements, warp
from nn_core import softmax
from support.exercises.verdict import exercise, expect


@exercise
def check_distance(prediction):
    """Momentum 0.9, rate 0.1, one gradient of 1: how far does the parameter move in all?"""
    expect(
        isinstance(prediction, Real) and not isinstance(prediction, bool),
        f"a distance is a number, and {prediction!r} is not.",
    )
    distance = abs(float(prediction))

    def near(value):
        return math.isclose(distance, value, rel_tol=1e-3)

    expect(
        not near(0.1),
        "that is the first step alone. The velocity goes on: the second step moves by 0.1 x 0.9.",
    )
    expect(not near(0.19), "those are the first two steps; the sum goes on for ever.")
    expect(not near(10), "that is the sum of the velocities: each step is the rate, 0.1, times it.")
    expect(
        not near(0.9), "the first step counts too: the velocities begin with 1, and then 0.9, 0.81."
    )
    expect(
        not near(1 / 1.9 / 10), "the velocities are all positive: they add up, none is taken off."
    )
    expect(
        near(1),
        "add up 0.1 x (1 + 0.9 + 0.81 + ...); the sum in the brackets is 1 / (1 - 0.9).",
    )


@exercise
def check_standard_error(standard_error):
    """`standard_error(accuracy, n)` must be sqrt(p (1 - p) / n)."""
    found = standard_error(0.5, 100)
    expect(
        isinstance(found, Real) and math.isfinite(found),
        f"return one finite number, and not {found!r}.",
    )
    expect(
        not math.isclose(found, 0.0025),
        "this is the variance, p (1 - p) / n: the error is its square root.",
    )
    expect(
        not math.isclose(found, 5),
        "the error of an accuracy from 0 to 1 is such a number, too: 0.05, not 5 (percent).",
    )
    expect(
        not math.isclose(found, 0.005),
        "the square root is taken of the whole fraction: n stands under it, too.",
    )
    expect(not math.isclose(found, 0.5), "more images must make it smaller: divide by n.")
    p_alone = math.isclose(found, math.sqrt(0.005))
    expect(not p_alone, "you forgot the factor (1 - p).")
    expect(
        math.isclose(found, 0.05), f"of 50 % among 100 images it is 0.05, and you return {found}."
    )
    expect(
        math.isclose(standard_error(0.99, 10_000), math.sqrt(0.99 * 0.01 / 10_000)),
        "at 50 % it is right, at 99 % it is not: the product is accuracy x (1 - accuracy).",
    )


class Recorder:
    """A network that remembers what it was shown: two classes, by the ink in two halves."""

    def __init__(self):
        self.shown = []

    def predict_proba(self, x):
        self.shown.append(np.array(x))
        ink = x.reshape(-1, 28, 28)[:, :, [12, 15]].sum(axis=1)
        return softmax(3 * ink / 28)

    def predict(self, x):
        return self.predict_proba(x).argmax(axis=1)


def distortions(x, copies, strength, one_a_turn=False, chained=False):
    """The distorted copies of `x`, drawn all at once or one a turn; `chained`: copies of copies."""
    rng, images = np.random.default_rng(1), [x]
    numbers = [1] * copies if one_a_turn else [copies]
    for down, right in (random_displacements(n, rng) for n in numbers):
        for way in zip(*bilinear(strength * down, strength * right), strict=True):
            images.append(warp(images[-1] if chained else x, *way))
    return images[1:]


def shows_all(shown, expected):
    """Is each of the `expected` images among those `shown`?"""
    return all(any(np.allclose(e, s, atol=1e-4) for s in shown) for e in expected)


@exercise
def check_average_reading(average_reading):
    """`average_reading(model, x, copies, strength, rng)`: the mean over x and its distortions."""
    model = Recorder()
    x = np.random.default_rng(0).random((5, 784)).astype(np.float32)
    before = x.copy()
    found = average_reading(model, x, 4, 1.5, np.random.default_rng(1))
    expect(np.array_equal(x, before), "you changed `x`: distort copies.")
    found = np.asarray(found, float)
    expect(
        found.shape == (5, 2),
        f"return probabilities, a row for each of the 5 images and a column for each of the 2 "
        f"classes of this small network, not {found.shape}.",
    )
    same = [np.array_equal(shown, x) for shown in model.shown]
    expect(any(same), "the images as they are must be read, too.")
    expect(
        len(model.shown) == 5,
        f"with 4 copies the network reads 5 times, the images and 4 distortions; yours read "
        f"{len(model.shown)} times.",
    )
    expect(sum(same) == 1, "some copies are not distorted at all: is `strength` lost on the way?")
    distinct = len({shown.tobytes() for shown in model.shown})
    expect(distinct == 5, "copies are alike: draw a new displacement for each.")
    readings = [
        softmax(3 * s.reshape(-1, 28, 28)[:, :, [12, 15]].sum(axis=1) / 28) for s in model.shown
    ]
    mean = np.mean(readings, axis=0)
    expect(
        not np.allclose(found, np.sum(readings, axis=0)),
        "this is the sum: divide by the number of readings.",
    )
    expect(
        not np.allclose(found, np.sum(readings, axis=0) / 4),
        "you divided by `copies`, but with the images as they are there is one reading more.",
    )
    votes = np.mean([np.eye(2)[r.argmax(axis=1)] for r in readings], axis=0)
    expect(
        not np.allclose(found, votes),
        "you counted answers: average the probabilities, so that doubt counts as well.",
    )
    expect(
        np.allclose(found, mean, atol=1e-5),
        "the result is not the mean of the probabilities that the network gave.",
    )
    mild = Recorder()
    average_reading(mild, x, 1, 0.0, np.random.default_rng(1))
    others = [shown for shown in mild.shown if not np.allclose(shown, x, atol=1e-5)]
    expect(
        not others or not all(shows_all(shown, x) for shown in others),
        "your copies come in another order than `x`, as from `distorted_minibatches`: use `warp`.",
    )
    expect(
        not others,
        "strength 0 must leave the copies as they are: multiply both displacements by `strength`.",
    )
    chains = [distortions(x, 4, 1.5, one_a_turn, chained=True) for one_a_turn in (False, True)]
    expect(
        not any(shows_all(model.shown, chain) for chain in chains),
        "each copy must be made from `x`, and not from the copy before.",
    )
    expect(
        any(shows_all(model.shown, distortions(x, 4, 1.5, turns)) for turns in (False, True)),
        "the copies are not what `random_displacements`, `bilinear` and `warp` make of `x`, with "
        "the `rng` and the strength given.",
    )
