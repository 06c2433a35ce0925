"""The checks of the exercises in lesson 08."""

import copy

import numpy as np

from data.distortion import bilinear, random_displacements, warp
from nn_core import softmax
from support.exercises.verdict import (
    array,
    call,
    close,
    exercise,
    expect,
    expect_array,
    expect_function,
    parts,
)


@exercise
def check_shares(prediction):
    """Half a pixel down, 0.2 to the right: upper left, upper right, lower left, lower right."""
    expect_array(
        array(prediction, (4,)),
        [0.4, 0.1, 0.4, 0.1],
        [
            ([0.1, 0.4, 0.1, 0.4], "the nearer pixel has the larger share: 1 minus the distance."),
            ([0.5, 0.5, 0.8, 0.2], "those are the shares by rows and by columns: multiply them."),
            ([0.5, 0.8, 0.5, 0.2], "those are the shares by rows and by columns: multiply them."),
            ([0.4, 0.4, 0.1, 0.1], "the order: first both pixels of the upper row."),
            ([0.1, 0.1, 0.4, 0.4], "down and right are exchanged, or the order of the four is."),
            ([0.25] * 4, "so it would be in the very middle; 0.2 to the right is not the middle."),
            ([40, 10, 40, 10], "as shares of 1, please, not in percent."),
            ([0.5, 0.5, 0.2, 0.8], "those are the shares by rows and by columns: multiply them."),
        ],
    )


FIELD_SHAPES = {
    (28, 28): "one more axis, please: the fields of one distortion have shape (1, 28, 28).",
    (): "a field is a table: a number for each pixel, even if all are equal.",
}


@exercise
def check_fields(fields):
    """`fields(rows, columns)` must return the fields that move the ink so far."""
    for rows, columns in ((2, 3), (0, 5), (4, 0), (-3, 1), (0.5, -2.25)):
        given = parts(call(fields, rows, columns), ("down", "right"))
        down, right = (
            array(field, (1, 28, 28), name, FIELD_SHAPES)
            for field, name in zip(given, ("down", "right"), strict=True)
        )
        mistakes = {
            (rows, columns): "that is where the ink goes; pixels must look the other way.",
            (-rows, columns): "`right` has the wrong sign: to move ink right, look left.",
            (rows, -columns): "`down` has the wrong sign: to move ink down, look up.",
            (-columns, -rows): "`down` and `right` are exchanged.",
            (columns, rows): "`down` and `right` are exchanged, and the signs are wrong.",
            (0, 0): "nothing moves: every pixel looks at its own place.",
        }
        mistakes.pop((-rows, -columns), None)
        for (d, r), diagnosis in mistakes.items():
            expect(not ((down == d).all() and (right == r).all()), diagnosis)
        expect_array(down, np.full((1, 28, 28), -float(rows)), name="`down`")
        expect_array(right, np.full((1, 28, 28), -float(columns)), name="`right`")


# ------------------------------------------------------------------- reading more than once


class TwoClasses:
    """A network with two answers, by the ink in two columns of an image."""

    def predict_proba(self, x):
        """Return (N, 2) probabilities for images (N, 784)."""
        ink = np.asarray(x).reshape(-1, 28, 28)[:, :, [12, 15]].sum(axis=1)
        return softmax(np.asarray(ink, float))

    def predict(self, x):
        """Return the answers (N,)."""
        return self.predict_proba(x).argmax(axis=1)


def mean_of(readings, images, model):
    """The right way to put readings together."""
    return np.mean(readings, axis=0)


def reader(
    one_a_turn=False,
    chained=False,
    plain=True,
    scale=(1, 1),
    same=False,
    labels_of=None,
    put_together=mean_of,
):
    """Return the right answer, or, with other arguments, a typical wrong one."""

    def average_reading(model, x, copies, strength, rng):
        draws = [1] * copies if one_a_turn else [copies]
        fields = [random_displacements(n, rng) for n in draws]
        down, right = (np.concatenate(field) for field in zip(*fields, strict=True))
        if same:
            down[:], right[:] = down[0], right[0]
        factors = [strength if s == 1 else s or 1.0 for s in scale]
        images, image = [x] if plain else [], x
        ways = zip(*bilinear(factors[0] * down, factors[1] * right), strict=True)
        for way in ways:
            image = warp(image if chained else x, *way)
            images.append(image)
        readings = [model.predict_proba(image) for image in images]
        return put_together(readings, images, model)

    return average_reading


def votes(readings, images, model):
    """Count answers in place of probabilities."""
    return np.mean([np.eye(2)[p.argmax(axis=1)] for p in readings], axis=0)


def one_axis_too_many(model, x, copies, strength, rng):
    """Hand `warp` the sources of a list of one distortion."""
    sources, shares = bilinear(*random_displacements(1, rng))
    return warp(x, sources, shares)


def pair_times_number(model, x, copies, strength, rng):
    """Multiply the pair of displacements, in place of each of the two."""
    return strength * random_displacements(copies, rng)


MISTAKES = [
    (
        pair_times_number,
        "`random_displacements` returns a pair, down and right: multiply each of the two.",
    ),
    (reader(put_together=lambda p, *_: np.sum(p, axis=0)), "this is the sum: divide it."),
    (
        reader(put_together=lambda p, *_: np.sum(p, axis=0) / (len(p) - 1)),
        "you divided by `copies`, but with the images as they are there is one reading more.",
    ),
    (reader(put_together=votes), "you counted answers: average the probabilities."),
    (
        reader(put_together=lambda p, images, m: m.predict_proba(np.mean(images, axis=0))),
        "you averaged the images, and read the blurred mean: read each image, average the answers.",
    ),
    (reader(plain=False), "the images as they are must be read, too."),
    (
        lambda model, x, *_: model.predict_proba(x),
        "some copies are not distorted at all: is `strength` lost on the way?",
    ),
    (reader(scale=(0, 0)), "`strength` is lost: multiply both displacements by it."),
    (reader(scale=(1, 0)), "`right` must be multiplied by `strength`, too."),
    (reader(scale=(0, 1)), "`down` must be multiplied by `strength`, too."),
    (reader(same=True), "all copies are alike: each has a displacement of its own."),
    (reader(chained=True), "each copy must be made from `x`, and not from the copy before."),
    (one_axis_too_many, "`warp` wants one distortion: sources of (4, 784), not (1, 4, 784)."),
    (
        lambda *a: np.argmax(reader()(*a), axis=1),
        "return probabilities, a row for each image, and not the answers.",
    ),
]
MISTAKES += [
    (reader(one_a_turn=True, chained=True), MISTAKES[11][1]),
    (reader(one_a_turn=True, scale=(0, 0)), MISTAKES[7][1]),
    (reader(one_a_turn=True, plain=False), MISTAKES[5][1]),
    (
        reader(one_a_turn=True, put_together=lambda p, *_: np.sum(p, axis=0)),
        MISTAKES[1][1],
    ),
]


@exercise
def check_average_reading(average_reading):
    """`average_reading(model, x, copies, strength, rng)`: the mean over x and its distortions."""
    x = np.random.default_rng(0).random((5, 784)).astype(np.float32)
    case = (TwoClasses(), x, 4, 1.5, np.random.default_rng(1))
    mild = (TwoClasses(), x, 2, 0.0, np.random.default_rng(1))
    right = reader()  # the copies drawn all at once, or one in each turn: both are right
    try:
        found = call(average_reading, *copy.deepcopy(case))
        one_a_turn = reader(one_a_turn=True)
        if close(found, one_a_turn(*copy.deepcopy(case)), rtol=1e-3):
            right = one_a_turn
    except (TypeError, ValueError):  # it is looked at more closely below
        pass
    expect_function(average_reading, right, [case, mild], MISTAKES, rtol=1e-3)
