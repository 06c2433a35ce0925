"""One training step as a chain: every array on the way to the loss, and on the way back."""

import numpy as np

from nn_core import Linear, SoftmaxCrossEntropy, cross_entropy, softmax

from .inside import forward_pass
from .moments import network


class Chain:
    """Every array of one step on the batch x (N, 784) with labels (N,).

    `before` and `after` are the weights around the step, as `MLP.params()` names them. With m
    layers, `values` are x, what leaves each ReLU, and the logits: m + 1 arrays. `dz` and `dW` are
    the gradients of the loss at each layer's z and W, from the first layer to the last. `wrong` are
    the images that are read wrongly, by their numbers. `finite` is False, and there is nothing
    else, where the numbers are too large to go on.
    """

    def __init__(self, before, after, x, labels):
        self.before, self.after, self.labels = before, after, labels
        model, loss_fn = network(before), SoftmaxCrossEntropy()
        with np.errstate(over="ignore", invalid="ignore"):  # a network that diverges
            hidden, logits = forward_pass(model, x)
            self.values = [x, *hidden, logits]
            self.loss = float(loss_fn.forward(self.values[-1], labels))
            self.finite = bool(np.isfinite(self.loss))
            if not self.finite:
                return
            self.p = softmax(self.values[-1].astype(np.float64))  # 0.99999999 is not yet 1
            self.wrong = np.flatnonzero(self.p.argmax(axis=1) != labels)
            self.dz = backward(model, loss_fn.backward())
            self.loss_after = float(cross_entropy(network(after).forward(x), labels))
        self.dW = [layer.grads["W"] for layer in model.layers if isinstance(layer, Linear)]

    def moved(self, i):
        """Return how far the step moved the weights of layer i = 1, 2, ..., as a share of them."""
        W = self.before[f"W{i}"]
        length = np.linalg.norm(W)
        return float(np.linalg.norm(self.after[f"W{i}"] - W) / length) if length else np.inf


def backward(model, dz):
    """Return the gradients at each layer's z, first layer first; the layers keep those of W."""
    found = []
    for layer in reversed(model.layers):
        if isinstance(layer, Linear):
            found.insert(0, dz)
        dz = layer.backward(dz)
    return found
