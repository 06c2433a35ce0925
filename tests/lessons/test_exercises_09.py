"""Wrong answers to the exercises of lesson 09 get the diagnosis that helps."""

import numpy as np
import pytest

import support.exercises.lesson_09 as checks


def stub(*_arguments):
    return ...


def shares(confusion, of):
    sums = confusion.sum(axis=1 if of == "rows" else 0, keepdims=True)
    return confusion / np.maximum(sums, 1)


def exchanged(confusion, of):
    return shares(confusion, "columns" if of == "rows" else "rows")


def of_all(confusion, of):
    return confusion / confusion.sum()


def without_keepdims(confusion, of):
    return confusion / np.maximum(confusion.sum(axis=1 if of == "rows" else 0), 1)


def without_keepdims_and_guard(confusion, of):
    return confusion / confusion.sum(axis=1 if of == "rows" else 0)


def with_nan(confusion, of):
    return confusion / confusion.sum(axis=1 if of == "rows" else 0, keepdims=True)


def always_rows(confusion, of):
    return shares(confusion, "rows")


def in_place(confusion, of):
    answer = shares(confusion, of)
    confusion[:] = 0
    return answer


def rounded_down(confusion, of):
    answer = confusion.copy()
    answer[:] = shares(confusion, of)
    return answer


def left(seconds, step, steps):
    return seconds / step * (steps - step) if step else float("nan")


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("diverged_loss", ..., "Not done yet"),
        ("diverged_loss", np.inf, "comes back"),
        ("diverged_loss", 0.1, "minus its logarithm"),
        ("diverged_loss", 1.0, "log10"),
        ("diverged_loss", 10, "number of digits"),
        ("diverged_loss", -2.3, "never below 0"),
        ("diverged_loss", 4.0, "What is the loss of that?"),
        ("diverged_loss", [2.3], "one number"),
        ("diverged_loss", "2.3", "one number"),
        ("diverged_loss", 2.3, "Correct!"),
        ("diverged_loss", np.log(10), "Correct!"),
        ("shares", stub, "Not done yet"),
        ("shares", exchanged, "exchanged"),
        ("shares", of_all, "the whole matrix"),
        ("shares", without_keepdims, "keepdims=True"),
        ("shares", without_keepdims_and_guard, "keepdims=True"),
        ("shares", with_nan, "0 / 0"),
        ("shares", always_rows, 'with "columns"'),
        ("shares", lambda c, of: np.ones((3, 3)), 'with "rows" the first row'),
        ("shares", lambda c, of: np.diag(c), "as large as"),
        ("shares", rounded_down, "an array of integers rounds"),
        ("shares", in_place, "changed the matrix"),
        ("shares", lambda c: c, "called with 2 arguments"),
        ("shares", shares, "Correct!"),
        ("time_left", stub, "Not done yet"),
        ("time_left", lambda s, i, n: s / max(i, 1) * n, "all 120 steps"),
        ("time_left", lambda s, i, n: s, "gone by"),
        ("time_left", lambda s, i, n: n - i, "how long does one take"),
        ("time_left", lambda s, i, n: i / s * (n - i), "divided steps by seconds"),
        ("time_left", lambda s, i, n: s / i * (n - i), "return NaN for step 0"),
        ("time_left", lambda s, i, n: left(s, max(i, 1), n), "nobody knows"),
        ("time_left", lambda s, i, n: left(s, i, n) if i else None, "and not None"),
        ("time_left", lambda s, i, n: left(s, i, n) if i else "NaN", "yours is text"),
        ("time_left", lambda s, i, n: left(s, i, n) + (i == n), "nothing is left"),
        ("time_left", lambda s, i, n: 17, "will take 18 s"),
        ("time_left", lambda s, i, n: [18], "one number"),
        ("time_left", left, "Correct!"),
    ],
)
def test_diagnosis(check, answer, verdict, capsys):
    getattr(checks, f"check_{check}")(answer)
    assert verdict in capsys.readouterr().out
