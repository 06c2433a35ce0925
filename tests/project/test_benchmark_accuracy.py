"""The benchmark of accuracy in its smallest form, so that it cannot rot."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy
from data.distortion import distorted_minibatches
from data.mnist import bundled_digits
from nn_core import minibatches

pytest.importorskip("sklearn")  # the bundled digits come with it
ROOT = Path(__file__).parents[2]


def test_the_smallest_run_has_a_row_for_every_recipe(tmp_path):
    out = tmp_path / "plot.png"
    command = [sys.executable, "benchmarks/accuracy.py", "--digits", "--seeds", "2"]
    done = subprocess.run(
        [*command, "--epochs", "3", "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "digits, 239 training images held out" in done.stdout and "--seeds 2" in done.stdout
    for recipe in accuracy.RECIPES:
        number = r"\d+\.\d\d ± \d+\.\d\d"
        row = rf"^\| {re.escape(recipe.name)} \| 3 \| \d+\.\d \| {number} \| {number} \|$"
        assert len(re.findall(row, done.stdout, re.MULTILINE)) == 1, recipe.name


def test_each_recipe_changes_what_it_names(monkeypatch):
    """What `fit` is given, and the rates of its steps."""
    seen, fit = [], accuracy.fit

    def noting_fit(model, x, labels, optimizer, *, batches, **how):
        kind = getattr(batches, "func", batches)
        rates = []
        seen.append((len(x), optimizer.momentum, optimizer.weight_decay, kind, rates))
        for record in fit(model, x, labels, optimizer, batches=batches, **how):
            rates.append(optimizer.learning_rate)
            yield record

    monkeypatch.setattr(accuracy, "fit", noting_fit)
    for recipe in accuracy.RECIPES:
        accuracy.train(recipe, 1, 0, bundled_digits())
    n, momenta, decays, kinds, rates = zip(*seen, strict=True)
    assert set(n) == {1437 - 239}
    assert momenta == (0, 0.9, 0.9, 0.9, 0.9) and decays == (0, 0, 0, 1e-4, 0)
    assert kinds == (minibatches,) * 4 + (distorted_minibatches,)
    for run, falls in zip(rates, (False, False, True, True, True), strict=True):
        wanted = 0.1 * (1 - np.arange(len(run)) / len(run)) if falls else 0.1
        np.testing.assert_allclose(run, wanted)


def test_mean_and_spread_by_hand():
    assert accuracy.spread([97.0, 98.0, 99.0]) == "98.00 ± 1.00"
    assert accuracy.spread([97.0]) == "97.00"
