"""How an answer grows with the ink in each pixel: backpropagation, as far as the image."""

import copy

import numpy as np

from nn_core import SoftmaxCrossEntropy

from .inside import forward_pass


def slopes(model, x, answer):
    """Return how fast the log-probability of `answer` grows with each pixel of x (1, 784): (784,).

    Backpropagation, one layer farther than a training step goes: to the pixels. In float64,
    because where the network is sure, 1 - p is nothing in float32.
    """
    model, loss_fn = apart(model), SoftmaxCrossEntropy()
    loss_fn.forward(model.forward(x), np.array([answer]))
    dz = loss_fn.backward()
    dz[0, answer] -= dz.sum()  # they add up to 0: so it is exact also where 1 - p rounds to 0
    return -to_pixels(model, dz)[0]  # the loss is minus the log-probability


def why_nothing(model, x):
    """Return why all slopes are 0 for the image x (1, 784), in a sentence for the reader."""
    hidden, _ = forward_pass(model, x)
    for i, a in enumerate(hidden, 1):
        if not a.any():
            return (
                f"A little more ink changes nothing: for this image all {a.size} ReLUs of hidden "
                f"layer {i} are 0, and only the biases behind them answer."
            )
    return (
        "A little more ink changes nothing: so far is this answer ahead that all others have "
        "probability 0, in as many digits as a computer keeps."
    )


def to_pixels(model, dz):
    """Return the gradient of the loss with respect to x (N, 784), given that of the logits."""
    for layer in reversed(model.layers):
        dz = layer.backward(dz)  # need_dx is True, also in the first layer
    return dz


def apart(model):
    """Return the network in float64, apart: what is asked of it leaves a training alone."""
    twin = copy.copy(model)
    twin.layers = [copy.copy(layer) for layer in model.layers]
    for layer in twin.layers:
        if hasattr(layer, "params"):
            layer.params = {key: param.astype(np.float64) for key, param in layer.params.items()}
            layer.grads = {}
    return twin
