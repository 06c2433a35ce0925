"""Checks of the exercises in lesson 09."""

from numbers import Real

import numpy as np

from support.exercises.verdict import Wrong, exercise, expect


@exercise
def check_diverged_loss(prediction):
    """At which loss does a curve come to rest when every ReLU of the last layer is silent?"""
    expect(
        np.ndim(prediction) == 0 and isinstance(prediction, Real),
        "predict one number: the height of a curve.",
    )
    expect(
        np.isfinite(prediction),
        "the loss leaps, but here it comes back to a finite number, and stays there.",
    )
    expect(
        not np.isclose(prediction, 0.1, atol=0.01),
        "0.1 is the probability of each digit; the loss is minus its logarithm.",
    )
    expect(
        not np.isclose(prediction, 1, atol=0.01),
        "it is not 1; if you took log10 of 10: we take natural logarithms.",
    )
    expect(
        not np.isclose(prediction, 10, atol=0.01),
        "10 is the number of digits; the loss is the logarithm of it.",
    )
    expect(
        prediction > 0,
        "a probability is below 1, so minus its logarithm is positive, never below 0.",
    )
    expect(
        np.isclose(prediction, np.log(10), atol=0.05),
        "without a signal from the hidden layers only the last bias is left, and the best it can "
        "do is to give each digit the same probability. What is the loss of that?",
    )


COUNTS = np.array([[6, 2, 0], [0, 0, 0], [3, 2, 5]])
ROWS = np.array([[0.75, 0.25, 0], [0, 0, 0], [0.3, 0.2, 0.5]])
COLUMNS = np.array([[2 / 3, 0.5, 0], [0, 0, 0], [1 / 3, 0.5, 1]])


@exercise
def check_shares(shares):
    """`shares(confusion, of)` must divide by the sums of the "rows" or of the "columns"."""
    before, found = COUNTS.copy(), {}
    for of in ("rows", "columns"):
        with np.errstate(all="ignore"):
            found[of] = np.asarray(shares(COUNTS, of), float)
        if not np.array_equal(before, COUNTS):
            COUNTS[:] = before
            expect(False, "you changed the matrix: compute with a copy.")
        expect(
            found[of].shape == (3, 3),
            f"return a matrix as large as the one you got, (3, 3), not {found[of].shape}.",
        )
    rows, columns = found["rows"], found["columns"]
    expect(
        not (np.allclose(rows, COLUMNS, equal_nan=True) and np.allclose(columns, ROWS)),
        'the two are exchanged: with "rows", every row must add up to 1.',
    )
    total = COUNTS / COUNTS.sum()
    expect(
        not np.allclose(rows, total) and not np.allclose(columns, total),
        "you divided by the sum of the whole matrix: each row (or column) has its own.",
    )
    full = [0, 2]  # digits with images: what was done about 0 / 0 does not matter here
    expect(
        not np.allclose(rows[:, full], (COUNTS / np.maximum(COUNTS.sum(axis=1), 1))[:, full])
        and not np.allclose(columns, COUNTS / COUNTS.sum(axis=0)[:, None]),
        "the sums were lined up the wrong way: without keepdims=True the sums of the rows lie in "
        "a row, and each divides a column. keepdims=True keeps them in a column.",
    )
    expect(
        np.isfinite(rows).all() and np.isfinite(columns).all(),
        "there is no image of the digit 1 here, and 0 / 0 is NaN: let its row be zeros.",
    )
    expect(
        not np.array_equal(rows, np.floor(ROWS)),
        "all your shares are 0: an array of integers rounds fractions down; make it one of floats.",
    )
    expect(
        np.allclose(rows, ROWS),
        f'with "rows" the first row must be [0.75, 0.25, 0], not {rows[0].round(3).tolist()}.',
    )
    expect(
        np.allclose(columns, COLUMNS),
        f'with "columns" the first column must be [0.667, 0, 0.333], not '
        f"{columns[:, 0].round(3).tolist()}.",
    )


@exercise
def check_time_left(time_left):
    """`time_left(seconds, step, steps)` must be what the remaining steps will take."""
    found = time_left(6.0, 30, 120)
    expect(np.ndim(found) == 0, "return one number, in seconds.")
    expect(found != 24, "24 s is what all 120 steps take; 30 of them are done.")
    expect(found != 6, "6 s is the time gone by; 90 of the 120 steps are still to come.")
    expect(found != 90, "90 is the number of steps left; how long does one take?")
    expect(not np.isclose(found, 450), "you divided steps by seconds: a step takes 6 / 30 s.")
    expect(
        np.isclose(found, 18),
        f"30 steps took 6 s, so the other 90 will take 18 s, and not {found!r}.",
    )
    try:
        start = time_left(0.0, 0, 120)
    except ZeroDivisionError:
        expect(False, "before the first step there is nothing to go by: return NaN for step 0.")
    except Wrong:  # it has answered once, so here it gave None
        expect(False, 'before the first step return NaN, `float("nan")`, and not None.')
    text = 'before the first step return NaN as a number, `float("nan")`: yours is text.'
    expect(not isinstance(start, str), text)
    expect(np.isnan(start), f"before the first step nobody knows: return NaN, not {start!r}.")
    expect(np.isclose(time_left(8.0, 120, 120), 0), "after the last step nothing is left.")
