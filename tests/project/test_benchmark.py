"""The benchmark in its smallest form, so that it cannot rot, and its contestants' fairness."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import throughput
from data.mnist import bundled_digits
from nn_core import cross_entropy

pytest.importorskip("sklearn")  # the bundled digits come with it
ROOT = Path(__file__).parents[2]
SMALL = ["--digits", "--images", "1000", "--rounds", "1", "--threads", "1", "--widths", "16"]


def run(out, *options, **environment):
    """Return what the benchmark prints, after a look at the plot it wrote."""
    command = [sys.executable, "benchmarks/throughput.py", *SMALL, "--out", str(out), *options]
    environment = {**os.environ, "MPLBACKEND": "Agg", **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes().startswith(b"\x89PNG")
    return done.stdout


def test_the_smallest_run_has_a_row_for_everyone_who_is_not_skipped(tmp_path):
    text = run(tmp_path / "plot.png", "--batch-sizes", "4")  # small batches: enough steps to learn
    assert "HAS NOT LEARNT" not in text
    assert "test accuracy" in text
    assert f"numpy {np.__version__}" in text
    for contestant in throughput.CONTESTANTS.values():
        rows = text.count(f"| {contestant.title} | ")
        skipped = f"{contestant.title} is skipped: No module named" in text
        assert rows == (0 if skipped else 1 if contestant.title == "nn_core" else 2)


def test_a_missing_peer_is_skipped_and_a_contestant_that_learns_nothing_named(tmp_path):
    missing = "raise ModuleNotFoundError(\"No module named 'torch'\")"
    (tmp_path / "torch.py").write_text(missing)
    options = ["--peers", "pytorch,naive", "--batch-sizes", "1000"]  # two steps
    text = run(tmp_path / "plot.png", *options, PYTHONPATH=str(tmp_path))
    assert "PyTorch eager is skipped: No module named 'torch'.\n" in text
    assert "| naive float64 | " in text
    assert "| PyTorch eager | " not in text
    assert "Batch 1000, naive float64 HAS NOT LEARNT" in text


@pytest.mark.parametrize("name", throughput.PEERS)
def test_a_contestant_does_the_same_work_as_nn_core(name):
    pytest.importorskip(throughput.CONTESTANTS[name].package)
    digits, losses = bundled_digits(), []
    x, labels = digits.x_train[:600], digits.labels_train[:600]
    for contestant in (throughput.NNCore, throughput.CONTESTANTS[name]):
        trained = contestant(x, labels, batch_size=16)  # 37 batches and a half
        for seed in range(2):
            trained.epoch(seed)
        losses.append(cross_entropy(trained.logits(x), labels))
    # scikit-learn has its own first weights and its own order
    assert losses[1] == pytest.approx(losses[0], rel=0.5 if name == "sklearn" else 1e-3)


def test_bare_numpy_has_the_losses_of_nn_core():
    digits = bundled_digits()
    ours, bare = (
        contestant(digits.x_train[:600], digits.labels_train[:600], batch_size=16)
        for contestant in (throughput.NNCore, throughput.BareNumPy)
    )
    for seed in range(2):
        ours.epoch(seed)
        bare.epoch(seed)
    assert len(bare.losses) == len(ours.losses) == 2 * 38
    assert bare.losses == pytest.approx(ours.losses, rel=1e-4)


def test_widths_have_a_row_each(tmp_path):
    options = ["--peers", "bare", "--batch-sizes", "4,8", "--widths", "16,32"]
    text = run(tmp_path / "plot.png", *options)
    rows = re.findall(r"^\| (\d+) and (\d+) \| \d+ \| \d+ \|$", text, re.MULTILINE)
    assert rows == [("16", "8"), ("32", "16")]
    assert "GFLOP/s of nn_core's training" in text


def test_an_epoch_of_mnist_is_27_gflop():
    assert 60_000 * throughput.flop_per_image() == pytest.approx(27.26e9, rel=1e-3)
