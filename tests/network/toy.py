"""What the tests of the network share: small problems, and a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from nn_core import MLP, fit


def rng(seed=0):
    return np.random.default_rng(seed)


def toy_problem(n=300, n_in=6, n_classes=3, seed=0, dtype=np.float64):
    """Three clouds of points, which a small network separates in a few epochs."""
    generator = rng(seed)
    labels = generator.integers(n_classes, size=n)
    centres = 2 * generator.standard_normal((n_classes, n_in))
    x = centres[labels] + generator.standard_normal((n, n_in))
    return x.astype(dtype), labels


def losses_of(model, x, labels, optimizer, **settings):
    return [record.loss for record in fit(model, x, labels, optimizer, **settings)]


def model64():
    return MLP([6, 5, 3], dtype=np.float64)


def python(code):
    """Run `code` in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
