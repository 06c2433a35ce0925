"""The checks of lesson 03's exercises: backpropagation."""

import numpy as np

from nn_core import cross_entropy, softmax
from support.exercises.verdict import exercise, expect


@exercise
def check_prediction(prediction):
    """By which factors dlogits and dW1 change when the batch is fed in twice."""
    ok = isinstance(prediction, (tuple, list)) and len(prediction) == 2
    expect(ok, "give a pair of numbers, such as prediction = (3, 4).")
    dlogits, dW1 = prediction
    pair = (float(dlogits), float(dW1))
    expect(pair != (1, 2), "that would be so if the loss were a SUM; ours is a mean.")
    expect(dlogits != 2, "the weight of one sample in a mean of four is not larger, but smaller.")
    expect(dlogits != 0.25, "1/4 is the weight of one sample now, but it was 1/2 before.")
    expect(dlogits != 1, "a sample had a weight of 1/2 in the mean; now it is one of four.")
    expect(dlogits == 0.5, "for dlogits, compare the weight of one sample in a mean of 2 and of 4.")
    expect(dW1 != 0.5, "dlogits is right, but x.T @ dz1 now adds up twice as many rows.")
    expect(dW1 == 1, "dlogits is right; the mean loss as a function of W1 is the same as before.")


@exercise
def check_leaky_relu(leaky_relu_backward):
    """The backward of leaky ReLU, (da, z, leak) -> dz."""
    z = np.array([[1.5, -2.0, 0.0], [-0.1, 3.0, -4.0]])
    da = np.array([[-1.0, 2.0, 0.25], [-3.0, -0.5, 4.0]])
    before, leak = da.copy(), 0.1
    dz = leaky_relu_backward(da, z, leak)
    expect(np.array_equal(da, before), "you changed da in place; it belongs to the caller.")
    expect(np.shape(dz) == z.shape, f"dz must have z's shape {z.shape}, not {np.shape(dz)}.")

    def is_like(wrong):
        return np.allclose(dz[z != 0], wrong[z != 0])  # what is done at 0 is another question

    expect(
        not is_like(da * (z > 0)),
        "that is the plain ReLU: where z is negative the slope is leak, not 0.",
    )
    expect(not is_like(da), "every slope is 1: was the mask taken of something else?")
    expect(
        not is_like(np.where(da > 0, da, leak * da)),
        "the mask is taken of da; the slope depends on the input z.",
    )
    expect(
        not is_like(np.where(z > 0, z, leak * z)),
        "that is the forward pass: what comes back is da times the local slope.",
    )
    expect(
        not is_like(np.where(z > 0, 1, leak)),
        "that is the local slope alone: multiply it by da, the chain rule.",
    )
    expect(
        not is_like(np.where(z > 0, leak * da, da)),
        "the two cases are swapped: the slope is leak where z is negative.",
    )
    for negative in (leak, leak * z):
        expect(
            not is_like(np.where(z > 0, da, negative)),
            "where z is negative, da must be there too: leak * da.",
        )
    right = np.where(z > 0, da, leak * da)
    expect(
        not np.allclose(dz, np.where(z >= 0, da, leak * da)),
        "right but for z = 0: the task says `z` where z > 0 and `leak * z` elsewhere, so leak.",
    )
    expect(np.allclose(dz, right), "some entries differ from da times the slope (1 or leak).")


@exercise
def check_temperature(temperature_backward):
    """The gradient of cross_entropy(logits / T, labels) with respect to logits."""
    rng, n, T = np.random.default_rng(3), 64, 2.5
    logits, labels = rng.normal(size=(n, 10)), rng.integers(0, 10, n)
    before = logits.copy()
    grad = temperature_backward(logits, labels, T)
    expect(np.array_equal(logits, before), "you changed logits in place; they are the caller's.")
    shape = np.shape(grad)
    expect(shape == logits.shape, f"a gradient of logits has their shape {(n, 10)}, not {shape}.")
    onehot = np.eye(10)[labels]
    right = (softmax(logits / T) - onehot) / n / T
    for factor, diagnosis in [
        (n, f"your gradient is {n} times too large: divide by the batch size."),
        (1 / n, f"your gradient is {n} times too small: 1/N belongs in it once, not twice."),
        (-1, "the sign is the wrong way round: p - y, not y - p."),
        (T, "the last link is missing: logits / T has the local slope 1 / T."),
        (T * T, "you multiplied by T: the local slope of logits / T is 1 / T."),
        (n * T, f"your gradient is {n} * T times too large: 1/N and 1/T are both missing."),
    ]:
        expect(not np.allclose(grad, factor * right), diagnosis)
    for divisor in (n, n * T):
        unscaled = (softmax(logits) - onehot) / divisor
        late = (softmax(logits) / T - onehot) / divisor
        expect(not np.allclose(grad, late), "divide the logits by T, not what softmax returns.")
        expect(not np.allclose(grad, unscaled), "p must be the softmax of logits / T.")
    nudge = np.zeros_like(logits)
    nudge[0, 0] = 1e-5
    up, down = (cross_entropy((logits + sign * nudge) / T, labels) for sign in (1, -1))
    measured = f"{(up - down) / 2e-5:.6f}"
    expect(
        np.allclose(grad, right, atol=1e-12),
        f"the slope along logits[0, 0] is {measured} when measured, yours is {grad[0, 0]:.6f}.",
    )
