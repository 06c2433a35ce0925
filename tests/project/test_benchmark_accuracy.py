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


def run(*options):
    """Return the finished benchmark on the bundled digits, three epochs a recipe."""
    return subprocess.run(
        [sys.executable, "benchmarks/accuracy.py", "--digits", "--epochs", "3", *options],
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )


def rows(recipe, output):
    number = r"\d+\.\d\d ± \d+\.\d\d"
    row = rf"^\| {re.escape(recipe.name)} \| 3 \| \d+\.\d \| {number} \| {number} \|$"
    return len(re.findall(row, output, re.MULTILINE))


def test_the_smallest_run_has_a_row_for_every_recipe(tmp_path):
    out = tmp_path / "plot.png"
    done = run("--seeds", "2", "--out", str(out))
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "digits, 239 training images held out" in done.stdout and "--seeds 2" in done.stdout
    for recipe in accuracy.RECIPES:
        assert rows(recipe, done.stdout) == 1, recipe.name


def test_only_some_recipes(tmp_path):
    done = run("--seeds", "2", "--only", "plain", "--out", str(tmp_path / "plot.png"))
    assert [rows(recipe, done.stdout) for recipe in accuracy.RECIPES] == [1, 0, 0, 0, 0, 0]
    none = run("--only", "adam")
    assert none.returncode == 2 and "no recipe has 'adam' in its name." in none.stderr


def test_each_recipe_changes_what_it_names(monkeypatch):
    """What `fit` is given, and the rates of its steps."""
    seen, fit = [], accuracy.fit

    def noting_fit(model, x, labels, optimizer, *, batches, batch_size, **how):
        kind = getattr(batches, "func", batches)
        rates = []
        seen.append((len(x), batch_size, optimizer.momentum, optimizer.weight_decay, kind, rates))
        for record in fit(
            model, x, labels, optimizer, batches=batches, batch_size=batch_size, **how
        ):
            rates.append(optimizer.learning_rate)
            yield record

    monkeypatch.setattr(accuracy, "fit", noting_fit)
    for recipe in accuracy.RECIPES:
        accuracy.train(recipe, 1, 0, bundled_digits())
    n, sizes, momenta, decays, kinds, rates = zip(*seen, strict=True)
    assert set(n) == {1437 - 239} and sizes == (128,) * 5 + (256,)
    assert momenta == (0,) + (0.9,) * 5 and decays == (0, 0, 0, 1e-4, 0, 0)
    assert kinds == (minibatches,) * 4 + (distorted_minibatches,) * 2
    firsts, falling = (0.1,) * 5 + (0.2,), (False,) * 2 + (True,) * 4
    for some, first, falls in zip(rates, firsts, falling, strict=True):
        wanted = first * (1 - np.arange(len(some)) / len(some)) if falls else first
        np.testing.assert_allclose(some, wanted)


def test_mean_and_spread_by_hand():
    assert accuracy.spread([97.0, 98.0, 99.0]) == "98.00 ± 1.00"
    assert accuracy.spread([97.0]) == "97.00"
