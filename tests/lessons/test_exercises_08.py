"""Wrong answers to the exercises of lesson 08 get the diagnosis that helps, right ones pass."""

import numpy as np
import pytest
from wrong_answers import accepted, judge, refused, right_arrays, wrong_arrays, wrong_functions

import support.exercises.lesson_08 as checks
from data.distortion import bilinear, distorted_minibatches, random_displacements, warp
from support.exercises.lesson_08 import MISTAKES, reader

SHARES = [0.4, 0.1, 0.4, 0.1]


def fields(rows, columns):
    down = np.full((1, 28, 28), -float(rows))
    return down, np.full((1, 28, 28), -float(columns))


def folded_answer(model, x, copies, strength, rng):
    total = model.predict_proba(x)
    down, right = random_displacements(copies, rng)
    for way in zip(*bilinear(strength * down, strength * right), strict=True):
        total += model.predict_proba(warp(x, *way))
    return total / (copies + 1)


def all_at_once(model, x, copies, strength, rng):
    """Reads all copies in one call."""
    down, right = random_displacements(copies, rng)
    ways = zip(*bilinear(strength * down, strength * right), strict=True)
    images = np.concatenate([x, *(warp(x, *way) for way in ways)])
    return model.predict_proba(images).reshape(copies + 1, len(x), -1).mean(axis=0)


def shuffled(model, x, copies, strength, rng):
    """Takes batches made for training, which come in random order."""
    total = model.predict_proba(x)
    for _ in range(copies):
        labels = np.arange(len(x))
        image, _ = next(distorted_minibatches(x, labels, len(x), rng, strength))
        total = total + model.predict_proba(image)
    return total / (copies + 1)


def spoils_x(model, x, copies, strength, rng):
    x *= 0.5
    return model.predict_proba(x)


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("shares", [..., ..., ..., ...], "Not done yet"),
        ("shares", [0.1, 0.4, 0.1, 0.4], "the nearer pixel has the larger share"),
        ("shares", [0.5, 0.5, 0.8, 0.2], "multiply them"),
        ("shares", [0.4, 0.4, 0.1, 0.1], "the order"),
        ("shares", [0.25] * 4, "the very middle"),
        ("shares", (40, 10, 40, 10), "not in percent"),
        ("shares", [0.4, 0.1], "should have shape (4,)"),
        ("shares", [[0.4, 0.1], [0.4, 0.1]], "should have shape (4,)"),
        ("shares", SHARES, "Correct!"),
        ("fields", lambda r, c: ..., "Not done yet"),
        ("fields", lambda r, c: (r, c), "a field is a table"),
        ("fields", lambda r, c: (fields(r, c)[0][0], fields(r, c)[1][0]), "one more axis"),
        ("fields", lambda r, c: fields(-r, -c), "look the other way"),
        ("fields", lambda r, c: fields(c, r), "exchanged"),
        ("fields", lambda r, c: fields(r, -c), "`right` has the wrong sign"),
        ("fields", lambda r, c: fields(-r, c), "`down` has the wrong sign"),
        ("fields", lambda r, c: fields(0, 0), "nothing moves"),
        ("fields", lambda r, c: fields(2 * r, c), "is right"),
        ("fields", lambda r, c: fields(int(r), int(c)), "is right"),
        ("fields", fields, "Correct!"),
        ("average_reading", lambda *a: ..., "Not done yet"),
        ("average_reading", spoils_x, "your function changes x"),
        ("average_reading", shuffled, "is right"),
        ("average_reading", lambda *a: 1 / 0, "stopped with ZeroDivisionError"),
        ("average_reading", reader(one_a_turn=True), "Correct!"),
        ("average_reading", all_at_once, "Correct!"),
        ("average_reading", folded_answer, "Correct!"),
    ],
)
def test_diagnosis(check, answer, verdict):
    assert verdict in judge(getattr(checks, f"check_{check}"), answer)


@pytest.mark.parametrize("i", range(len(MISTAKES)))
def test_every_mistake_is_told(i):
    wrong, diagnosis = MISTAKES[i]
    assert diagnosis in judge(checks.check_average_reading, wrong)


def test_right_answers_pass_in_every_form():
    assert accepted(checks.check_shares, right_arrays(SHARES)) == {}
    in_lists = {"lists": lambda r, c: [field.tolist() for field in fields(r, c)]}
    assert accepted(checks.check_fields, in_lists) == {}


def test_no_wrong_answer_passes():
    assert refused(checks.check_shares, wrong_arrays(SHARES)) == {}
    assert refused(checks.check_fields, wrong_functions(fields, 2, 3)) == {}
    x = np.random.default_rng(0).random((5, 784)).astype(np.float32)
    example = (checks.TwoClasses(), x, 4, 1.5, np.random.default_rng(1))
    wrong = wrong_functions(folded_answer, *example)
    del wrong[
        "lacks a return"
    ]  # it adds its first argument to a number, and here that is a network
    assert refused(checks.check_average_reading, wrong) == {}
