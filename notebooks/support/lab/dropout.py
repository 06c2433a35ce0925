"""Dropout as lesson 07 has it: a student that shares its layers with the network that answers."""

import copy

import numpy as np

from nn_core import ReLU


class DropoutLayer:
    """Silences a random `share` of the neurons at each step; the others speak louder for them."""

    def __init__(self, share, rng):
        self.share, self.rng = share, rng

    def forward(self, a):
        """Return a (N, n) with a share of its entries 0."""
        kept = self.rng.random(a.shape, np.float32) >= self.share
        self.factors = (kept / (1 - self.share)).astype(a.dtype)
        return a * self.factors

    def backward(self, da):
        """Return the gradient: silent neurons have none."""
        return da * self.factors


def student(model, share, seed):
    """Return a network of the layers of `model`, with dropout after each ReLU."""
    rng, other = np.random.default_rng(seed), copy.copy(model)
    other.layers = []
    for layer in model.layers:
        other.layers += [layer, DropoutLayer(share, rng)] if isinstance(layer, ReLU) else [layer]
    return other
