"""The generator that IS the training: `fit` with what the settings say; and its optimizer."""

import functools

from data.distortion import distorted_minibatches
from nn_core import SGD, fit, minibatches

from .dropout import student
from .settings import LIVE


def training(model, x, labels, optimizer, settings, seed, epochs, watch):
    """Return the generator of `fit` that trains `model` in place for so many epochs.

    `watch(x, labels)` sees every mini-batch just before its step.
    """
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
        batches=watched(batches, watch),
    )


def optimizer(settings):
    """Return an `SGD` with these settings."""
    return SGD(settings.learning_rate, settings.momentum, settings.weight_decay)


def follow(optimizer, settings, record):
    """Let the optimizer have the present learning rate, momentum and weight decay."""
    for name in LIVE:
        setattr(optimizer, name, getattr(settings, name))
    if settings.falling and record:
        # never quite 0: there is no such step
        optimizer.learning_rate *= max(1 - record.step / record.steps, 1e-6)


def watched(batches, watch):
    """Return what hands out the same mini-batches, and shows each to `watch` just before."""

    def hand_out(x, labels, batch_size, rng):
        for batch in batches(x, labels, batch_size, rng):
            watch(*batch)
            yield batch

    return hand_out
