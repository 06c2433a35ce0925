"""Checks of the exercises in 02_softmax_cross_entropy.ipynb."""

from numbers import Real

import numpy as np

from nn_core import softmax
from support.exercises.verdict import exercise, expect


@exercise
def check_first_loss(answer):
    """100 classes, equal logits, batches of 32."""
    expect(isinstance(answer, Real), f"the answer is one number, but yours is {answer!r}.")
    right = np.log(100)

    def near(value):
        return np.isclose(answer, value, rtol=2e-3)

    expect(not near(32 * right), "yours is 32 times too large: the loss is a mean, not a sum.")
    expect(not near(right / 32), "yours is 32 times too small: the mean is taken already.")
    expect(not near(np.log(10)), "that is ln 10, for ten classes: your friend has a hundred.")
    expect(not near(np.log(32)), "that is ln 32: the batch size does not enter, the classes do.")
    expect(not near(0.01), "that is the probability of the right class: how surprising is it?")
    expect(not near(-right), "the size is right, the sign is not: a surprise is never negative.")
    expect(not near(np.log10(100)), "that is the logarithm of base 10: use the natural one.")
    expect(not near(np.log2(100)), "that is in bits, from base 2: use the natural logarithm.")
    expect(near(right), "ask for the probability of the right class, then take minus its ln.")


@exercise
def check_log_sum_exp(answer):
    """ln(sum of exp) of every row, (N, n) to (N,)."""
    logits = np.array([[2.0, 1.0, -1.0], [0.5, 0.0, 3.0]])
    largest = logits.max(axis=1)
    right = np.log(np.exp(logits).sum(axis=1))
    apart = np.array([1000.0, -1000.0])
    # errstate: what a naive answer does to large logits is reported below, without NumPy's warnings
    with np.errstate(all="ignore"):
        try:
            got = np.asarray(answer(logits.copy()))
        except ValueError as error:
            rows_against_columns = "broadcast" in str(error)
            expect(
                not rows_against_columns, f"{str(error).strip()}: make the maxima a column (N, 1)."
            )
            raise
        huge = np.asarray(answer(logits + 1000))
        tiny = np.asarray(answer(logits - 1000))
        mixed = np.asarray(answer(logits + apart[:, None]))
    expect(got.shape != (), "you get one number for the whole batch: sum along each row, axis=1.")
    expect(got.shape != (3,), "you get a number per column: the sum runs along each row, axis=1.")
    expect(got.shape != (2, 1), "you get a column (N, 1): the result has shape (N,).")
    expect(
        got.shape != (2, 2),
        "a column (N, 1) plus a row (N,) makes (N, N): keep the axis in both, or in neither.",
    )
    expect(got.shape == (2,), f"for logits (2, 3) the result has shape (2,), not {got.shape}.")
    expect(
        not np.allclose(got, right - largest),
        "each row is too small by its largest logit: add it back at the end.",
    )
    expect(not np.allclose(got, np.exp(right)), "the logarithm of the sum is missing.")
    expect(not np.allclose(got, -right), "the sign is the wrong way round.")
    expect(
        np.allclose(got, right), f"for the row {logits[0]} it is {right[0]:.3f}, not {got[0]:.3f}."
    )
    expect(
        np.allclose(huge, right + 1000),
        "right for small logits, but logits near 1000 overflow: subtract the largest one first.",
    )
    expect(
        np.allclose(tiny, right - 1000),
        "right for small logits, but at -1000 every exponential becomes 0: subtract the largest "
        "logit, not the largest size.",
    )
    expect(
        np.allclose(mixed, right + apart),
        "you subtract one maximum from the whole batch: take the largest logit of each row.",
    )


@exercise
def check_frequency_logits(answer):
    """Ten logits whose softmax is the frequency of each digit."""
    counts = np.array([4, 9, 3, 5, 2, 1, 6, 7, 8, 5])
    labels = np.repeat(np.arange(10), counts)
    shares = counts / counts.sum()
    got = np.asarray(answer(labels.copy()))
    expect(got.shape == (10,), f"there are ten logits, shape (10,), but you return {got.shape}.")
    expect(
        not np.allclose(got, shares),
        "those are the frequencies themselves: softmax would take their exponential. Undo it.",
    )
    expect(
        not np.allclose(got, counts),
        "those are the counts: softmax would take their exponential. Undo it.",
    )
    p = softmax(got.astype(float))
    expect(
        not np.allclose(p, softmax(-np.log(shares))),
        "the rarest digit becomes the most probable: check the sign.",
    )
    expect(
        np.allclose(p, shares),
        "softmax of your logits is not the frequencies: compare softmax(frequency_logits(labels)) "
        "with np.bincount(labels) / len(labels).",
    )
