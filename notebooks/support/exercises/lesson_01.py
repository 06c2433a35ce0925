"""The checks of the exercises of lesson 01."""

import numpy as np

from nn_core import ReLU
from support.exercises.verdict import (
    array,
    call,
    close,
    exercise,
    expect,
    expect_function,
    expect_number,
    parts,
)


@exercise
def check_doubling(prediction):
    """`prediction` is the factor by which the logits grow when every weight matrix doubles."""
    expect_number(
        prediction,
        8,
        [
            (2, "one doubled matrix gives a factor of 2, and there are three of them."),
            (4, "that is what two doubled matrices do, and there are three of them."),
            (6, "the factors of the layers multiply, they do not add up."),
            (3, "three is the number of matrices: each of them doubles what comes in."),
            (1, "ReLU does not undo it: max(0, 2 z) is 2 max(0, z)."),
            (1 / 8, "the logits grow: turn your fraction over."),
            (9, "three layers multiply by 2 each; you multiplied two threes."),
            (16, "that is four doublings, and there are three matrices."),
            (32, "ReLU has no weights to double: count the matrices alone."),
            (1024, "that was for ten layers; this network has three."),
        ],
        "follow one number through the network: what does each of the three matrices do to it?",
    )


def layer(x, W, b):
    """The right answer of exercise 2."""
    return np.maximum(x @ W + b, 0)


LAYER_MISTAKES = [
    (lambda x, W, b: x @ W + b, "negative evidence gets through: the ReLU is missing."),
    (lambda x, W, b: np.maximum(x @ W, 0), "the bias is missing."),
    (lambda x, W, b: np.maximum(x @ W, 0) + b, "add the bias before the ReLU, not after."),
    (lambda x, W, b: np.maximum(x @ W - b, 0), "add the bias; you subtract it."),
    (lambda x, W, b: x @ W, "that is the product alone: add the bias, then the ReLU."),
    (lambda x, W, b: x @ W + b > 0, "where z is positive, return z itself, not True or 1."),
    (lambda x, W, b: np.abs(x @ W + b), "turn negative evidence into zero, not into positive."),
    (
        lambda x, W, b: np.minimum(x @ W + b, 0),
        "you keep the smaller of z and 0: ReLU keeps the larger, `np.maximum`.",
    ),
    (
        lambda x, W, b: np.max(x @ W + b, 0),
        "`np.max` looks for one largest entry in each column: `np.maximum` compares two numbers, "
        "entry by entry.",
    ),
    (
        lambda x, W, b: np.max(0, x @ W + b),
        "`np.max` looks for one largest entry: `np.maximum(0, z)` compares with 0, entry by entry.",
    ),
    (
        lambda x, W, b: np.maximum(x @ W, b),
        "you compare the product with the bias: add the bias first, then compare with 0.",
    ),
    (
        lambda x, W, b: np.max(x @ W + b),
        "`np.max` looks for one largest entry: `np.maximum` compares with 0, entry by entry.",
    ),
    (
        lambda x, W, b: max(x @ W + b, 0),
        "Python's `max` and `if` cannot compare whole arrays: `np.maximum` does it entry by entry.",
    ),
    (
        lambda x, W, b: W @ x + b,
        "`W @ x` does not fit: images are rows, so it is `x @ W`, in this order.",
    ),
    (
        lambda x, W, b: W.T @ x + b,
        "`W.T @ x` does not fit: images are rows, so it is `x @ W`, without a transpose.",
    ),
    (
        lambda x, W, b: W.T @ x.T + b,
        "`W.T @ x.T` has a column for each image: images are rows, so it is `x @ W`.",
    ),
    (
        lambda x, W, b: ReLU(x @ W + b),
        "`ReLU` is a plan for objects: make one first, `ReLU().forward(...)`.",
    ),
    (
        lambda x, W, b: x * W + b,
        "`*` multiplies entry by entry: the matrix product is `@`.",
    ),
    (
        lambda x, W, b: x @ W.T + b,
        "`W` is (n_in, n_out), so `x @ W` fits as it is, without a transpose.",
    ),
]


@exercise
def check_layer(layer_with_relu):
    """`layer_with_relu(x, W, b)` returns max(0, x @ W + b)."""
    rng = np.random.default_rng(0)
    x, W, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 2)), np.array([1.5, -0.5])
    expect_function(
        layer_with_relu,
        layer,
        [(x, W, b), (x[:1], -W, b), (rng.standard_normal((5, 2)), W.T, np.zeros(3))],
        LAYER_MISTAKES,
        shapes={(2, 4): "images are rows: the shape should be (N, n_out), not (n_out, N)."},
    )


@exercise
def check_weights(absolute_value_weights):
    """`absolute_value_weights()` returns W1 and w_out, so that two ReLU neurons compute |x|."""
    W1, w_out = parts(call(absolute_value_weights), ("W1", "w_out"))
    one_row = "W1 should have shape (1, 2), one row: put a second pair of brackets around it."
    W1 = array(W1, (1, 2), "W1", {(2,): one_row, (2, 1): "W1 should be one row, not one column."})
    row = "w_out should have shape (2,): one pair of brackets is enough."
    w_out = array(w_out, (2,), "w_out", {(1, 2): row, (2, 1): row})
    expect(np.isfinite([*W1[0], *w_out]).all(), "every weight should be a finite number.")
    x = np.array([[-2.0], [-0.5], [0.0], [1.0], [3.0]])
    found, wanted = np.maximum(x @ W1, 0) @ w_out, np.abs(x[:, 0])
    expect(W1.any(), "both neurons are always silent: give them weights that are not 0.")
    expect(W1.max() > 0, "for positive x both neurons are silent: let one speak.")
    expect(W1.min() < 0, "for negative x both neurons are silent: give one a negative weight.")
    for wrong, diagnosis in [
        (x[:, 0], "this gives x itself: add what the second neuron says, do not subtract it."),
        (-x[:, 0], "this gives -x: add what the first neuron says, do not subtract it."),
        (-wanted, "this is -|x|: turn both signs of w_out."),
    ]:
        expect(not close(found, wrong), diagnosis)
    for i in range(5):
        expect(
            close(found[i], wanted[i]),
            f"for x = {x[i, 0]:g} you get {found[i]:g}, not {wanted[i]:g}.",
        )
