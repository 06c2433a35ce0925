"""The generator that IS the training: `fit` with what the settings say of batches and dropout."""

import functools

from data.distortion import distorted_minibatches
from nn_core import fit, minibatches

from .dropout import student


def training(model, x, labels, optimizer, settings, seed, epochs):
    """Return the generator of `fit` that trains `model` in place for so many epochs."""
    batches = minibatches
    if settings.distortion:
        batches = functools.partial(distorted_minibatches, strength=settings.distortion)
    return fit(
        student(model, settings.dropout, seed) if settings.dropout else model,
        x,
        labels,
        optimizer,
        epochs=epochs,
        batch_size=settings.batch_size,
        seed=seed,
        batches=batches,
    )
