"""The checks of the exercises of lesson 01."""

import numpy as np

from support.exercises.verdict import exercise, expect


@exercise
def check_doubling(prediction):
    """`prediction` is the factor by which the logits grow when every weight matrix doubles."""
    rng = np.random.default_rng(0)
    x = rng.random((5, 784))
    weights = [rng.standard_normal(shape) for shape in [(784, 128), (128, 64), (64, 10)]]

    def logits(factor):
        W1, W2, W3 = (factor * W for W in weights)
        return np.maximum(np.maximum(x @ W1, 0) @ W2, 0) @ W3

    expect(isinstance(prediction, (int, float)), "predict a number")
    measured = np.median(logits(2) / logits(1))
    expect(prediction != 2, "one doubled matrix gives a factor of 2, and there are three of them")
    expect(prediction != 6, "the factors of the three layers multiply, they do not add up")
    expect(prediction != 1, "ReLU does not undo it: max(0, 2 z) is 2 max(0, z)")
    expect(prediction == measured, f"tried out, the factor is {measured:g}: do you see why?")


@exercise
def check_layer(layer_with_relu):
    """`layer_with_relu(x, W, b)` returns max(0, x @ W + b)."""
    rng = np.random.default_rng(0)
    x, W, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 2)), np.array([1.5, -0.5])
    z, before = x @ W + b, (x.copy(), W.copy(), b.copy())
    try:
        a = layer_with_relu(x, W, b)
    except ValueError:
        hint = "is it `x @ W`, in this order, and `np.maximum`, not `max`?"
        expect(False, f"NumPy cannot do this: {hint}")
    same = all(map(np.array_equal, before, (x, W, b)))
    expect(same, "your function changes x, W or b: compute a new array")
    expect(np.shape(a) != (2, 4), "images are rows: the shape should be (N, n_out), not (n_out, N)")
    shape = f"for 4 images and 2 neurons you return shape {np.shape(a)}, not (4, 2)"
    expect(np.shape(a) == (4, 2), shape)
    expect(not np.allclose(a, z), "negative evidence gets through: the ReLU is missing")
    expect(not np.allclose(a, np.maximum(x @ W, 0)), "the bias is missing")
    expect(not np.allclose(a, np.maximum(x @ W, 0) + b), "add the bias before the ReLU, not after")
    expect(not np.allclose(a, z > 0), "where z is positive, return z itself, not True or 1")
    expect(not np.allclose(a, np.abs(z)), "turn negative evidence into zero, not positive")
    expect(np.allclose(a, np.maximum(z, 0)), "the shape is right, but not the numbers")


@exercise
def check_weights(absolute_value_weights):
    """`absolute_value_weights()` returns W1 and w_out, so that two ReLU neurons compute |x|."""
    answer = absolute_value_weights()
    expect(isinstance(answer, tuple) and len(answer) == 2, "return two arrays: W1, w_out")
    W1, w_out = map(np.asarray, answer)
    expect(W1.shape == (1, 2), f"W1 should have shape (1, 2), one row: yours has {W1.shape}")
    expect(w_out.shape == (2,), f"w_out should have shape (2,): yours has {w_out.shape}")
    x = np.array([[-2.0], [-0.5], [0.0], [1.0], [3.0]])
    found, wanted = np.maximum(x @ W1, 0) @ w_out, np.abs(x).ravel()
    expect(W1.max() > 0 or W1.min() == 0, "for positive x both neurons are silent: let one speak")
    expect(W1.min() < 0, "for negative x both neurons are silent: give one a negative weight")
    expect(
        not np.allclose(found, x.ravel()),
        "this gives x itself: what the second neuron says must be added, not subtracted",
    )
    expect(not np.allclose(found, -wanted), "this is -|x|: turn both signs of w_out")
    if not np.allclose(found, wanted):
        worst = np.abs(found - wanted).argmax()
        expect(False, f"for x = {x[worst, 0]:g} you get {found[worst]:g}, not {wanted[worst]:g}")
