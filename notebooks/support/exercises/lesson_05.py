"""Checks of exercises 1 and 3 in lesson 05; lesson_05_epochs.py has those of 2a and 2b."""

import numpy as np

from support.exercises.verdict import (
    array,
    call,
    exercise,
    expect,
    expect_array,
    expect_number,
    number,
)


@exercise
def check_number_of_steps(prediction):
    """3 epochs, 1,000 images, batches of 64: how many steps?"""
    steps = number(prediction)
    expect(
        steps == 48 or steps == int(steps),
        f"a number of steps is a whole number, and {steps:.10g} is not: a short batch is a step "
        "too.",
    )
    mistakes = [
        (
            46,
            "you cut all 3,000 images at once, and dropped the rest: each epoch is cut on its own, "
            "and its last, short batch counts.",
        ),
        (16, "those are the steps of one epoch; training went on for three."),
        (15, "1000 // 64 forgets the images that are left over, and there are three epochs."),
        (
            45,
            "1000 // 64 forgets the images that are left over: they make a last, short batch.",
        ),
        (
            47,
            "an epoch does not borrow images from the next one: each ends with a short batch of "
            "its own.",
        ),
        (3, "that is the number of epochs: each has many steps."),
        (192, "64 is the number of images in a batch, and not of batches in an epoch."),
        (3000, "a step is taken for a batch of 64 images, not for every single image."),
        (1000, "a step is taken for a batch of 64 images, not for every single image."),
    ]
    otherwise = "count the batches of one epoch first (1000 / 64, rounded up), then the epochs."
    expect_number(steps, 48, mistakes, otherwise)


@exercise
def check_accuracy_per_digit(accuracy_per_digit):
    """`accuracy_per_digit(confusion)` must be the diagonal over the sums of the rows."""
    matrices = [[[8, 2, 0], [1, 9, 0], [3, 0, 2]], [[5, 1, 0, 2], [0, 3, 1, 0], [2, 2, 4, 8],
                [0, 0, 3, 7]], [[1, 3], [2, 2]]]  # fmt: skip
    for confusion in map(np.array, matrices):
        _check_matrix(accuracy_per_digit, confusion)


def _check_matrix(accuracy_per_digit, confusion):
    n = len(confusion)
    try:
        found = array(call(accuracy_per_digit, confusion), None, "your result")
    except IndexError:
        expect(False, f"this matrix is {n} x {n}, and not 10 x 10: ask for len(confusion).")
    diagonal, rows, columns = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    one_each = f"return one number for each digit: shape ({n},) for a {n} x {n} matrix, not"
    mistakes = [
        (
            diagonal / columns,
            "you divided by the sums of the columns. That is the share of right answers among all "
            "answers '5' (precision); divide by the rows, the true labels.",
        ),
        (
            diagonal / confusion.sum(),
            "you divided by the total of the whole matrix: divide each row by its own total.",
        ),
        (diagonal, "these are counts: divide by how many images of each digit there are."),
        (rows, "this is how many images of each digit there are: which share of them is right?"),
        (1 - diagonal / rows, "this is the share of mistakes: return the share of right answers."),
        (100 * diagonal / rows, "these are percentages: a share lies between 0 and 1."),
        (confusion.max(axis=1) / rows, "you took the largest entry of each row: it need not be "
         "the one on the diagonal."),
        (diagonal // rows, "`//` drops what is behind the decimal point: divide with `/`."),
    ]  # fmt: skip
    shapes = {
        (): f"{one_each} one for all.",
        (n, n): f"{one_each} ({n}, {n}): right answers are only those on the diagonal.",
        (n, 1): f"{one_each} ({n}, 1): leave out `keepdims`.",
    }
    expect_array(found, diagonal / rows, mistakes, "your result", shapes)
