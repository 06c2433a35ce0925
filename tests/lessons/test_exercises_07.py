"""Wrong answers to the exercises of lesson 07 get the diagnosis that helps."""

import math

import numpy as np
import pytest

import support.exercises.lesson_07 as checks
from data.distortion import bilinear, distorted_minibatches, random_displacements, warp


def stub(*_arguments):
    return ...


def reading(
    model, x, copies, strength, rng, plain=True, scale=True, fresh=True, mean=None, votes=False
):
    """The right answer, and, with other arguments, typical wrong ones."""
    down, right = random_displacements(copies, rng)
    if not fresh:
        down[:], right[:] = down[0], right[0]
    strength = strength if scale else 1.0
    warps = zip(*bilinear(strength * down, strength * right), strict=True)
    images = ([x] if plain else []) + [warp(x, *way) for way in warps]
    total = 0
    for image in images:
        p = model.predict_proba(image)
        total = total + (np.eye(p.shape[1])[p.argmax(axis=1)] if votes else p)
    return total / (mean or len(images))


def wrong(**how):
    return lambda *args: reading(*args, **how)


def undistorted(model, x, copies, strength, rng):
    return np.mean([model.predict_proba(x) for _ in range(copies + 1)], axis=0)


def one_axis(model, x, copies, strength, rng):
    """Forgets to multiply one of the displacements by the strength."""
    down, right = random_displacements(copies, rng)
    warps = zip(*bilinear(strength * down, right), strict=True)
    readings = [model.predict_proba(image) for image in [x, *(warp(x, *way) for way in warps)]]
    return np.mean(readings, axis=0)


def one_a_turn(model, x, copies, strength, rng, chained=False):
    """Draws a distortion in each turn of the loop; `chained`: and distorts the copy before."""
    total, image = model.predict_proba(x), x
    for _ in range(copies):
        down, right = random_displacements(1, rng)
        sources, shares = bilinear(strength * down, strength * right)
        image = warp(image if chained else x, sources[0], shares[0])
        total = total + model.predict_proba(image)
    return total / (copies + 1)


def shuffled(model, x, copies, strength, rng):
    """Takes batches made for training, which come in random order."""
    labels = np.arange(len(x))
    total = model.predict_proba(x)
    for _ in range(copies):
        copy, _ = next(distorted_minibatches(x, labels, len(x), rng, strength))
        total = total + model.predict_proba(copy)
    return total / (copies + 1)


def chained(model, x, copies, strength, rng):
    """Draws all distortions at once, but distorts the copy before."""
    down, right = random_displacements(copies, rng)
    readings, image = [model.predict_proba(x)], x
    for way in zip(*bilinear(strength * down, strength * right), strict=True):
        image = warp(image, *way)
        readings.append(model.predict_proba(image))
    return np.mean(readings, axis=0)


def backwards(model, x, copies, strength, rng):
    """The right strength at 0, but the wrong one at all others."""
    return reading(model, x, copies, -strength, rng)


def spoils_x(model, x, copies, strength, rng):
    total = model.predict_proba(x)
    x *= 0.5
    return total


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("distance", ..., "Not done yet"),
        ("distance", 0.1, "the first step alone"),
        ("distance", 0.19, "the first two steps"),
        ("distance", 10, "the sum of the velocities"),
        ("distance", 0.9, "the first step counts too"),
        ("distance", 0.1 / 1.9, "none is taken off"),
        ("distance", "far", "a distance is a number"),
        ("distance", True, "a distance is a number"),
        ("distance", 3, "the sum in the brackets"),
        ("distance", 1, "Correct!"),
        ("distance", np.float64(1.0), "Correct!"),
        ("distance", -1.0, "Correct!"),
        ("standard_error", stub, "Not done yet"),
        ("standard_error", lambda p, n: None, "lack a `return`"),
        ("standard_error", lambda p, n: "5 %", "one finite number"),
        ("standard_error", lambda p, n: p * (1 - p) / n, "this is the variance"),
        ("standard_error", lambda p, n: 100 * math.sqrt(p * (1 - p) / n), "not 5 (percent)"),
        ("standard_error", lambda p, n: math.sqrt(p * (1 - p) * n), "not 5 (percent)"),
        ("standard_error", lambda p, n: math.sqrt(p * (1 - p)) / n, "n stands under it"),
        ("standard_error", lambda p, n: math.sqrt(p * (1 - p)), "divide by n"),
        ("standard_error", lambda p, n: math.sqrt(p / n), "the factor (1 - p)"),
        ("standard_error", lambda p, n: 1 / math.sqrt(n), "you return 0.1"),
        ("standard_error", lambda p, n: 0.5 / math.sqrt(n), "at 99 % it is not"),
        ("standard_error", lambda p, n: math.sqrt(p * (1 - p) / n), "Correct!"),
        ("average_reading", stub, "Not done yet"),
        ("average_reading", spoils_x, "you changed `x`"),
        ("average_reading", wrong(plain=False), "as they are must be read"),
        ("average_reading", lambda m, x, *_: m.predict_proba(x), "reads 5 times"),
        ("average_reading", undistorted, "not distorted at all"),
        ("average_reading", wrong(fresh=False), "draw a new displacement"),
        ("average_reading", wrong(mean=1), "this is the sum"),
        ("average_reading", wrong(mean=4), "there is one reading more"),
        ("average_reading", wrong(votes=True), "average the probabilities"),
        ("average_reading", wrong(mean=3), "not the mean"),
        ("average_reading", wrong(scale=False), "strength 0 must leave"),
        ("average_reading", one_axis, "strength 0 must leave"),
        ("average_reading", shuffled, "in another order"),
        ("average_reading", chained, "not from the copy before"),
        ("average_reading", lambda *a: one_a_turn(*a, chained=True), "not from the copy before"),
        ("average_reading", backwards, "the strength given"),
        ("average_reading", one_a_turn, "Correct!"),
        ("average_reading", lambda *a: reading(*a).argmax(axis=1), "return probabilities"),
        ("average_reading", lambda *a: 1 / 0, "stopped with ZeroDivisionError"),
        ("average_reading", reading, "Correct!"),
    ],
)
def test_diagnosis(check, answer, verdict, capsys):
    getattr(checks, f"check_{check}")(answer)
    assert verdict in capsys.readouterr().out
