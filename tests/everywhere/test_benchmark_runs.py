"""The benchmark of speed in its smallest form, as the program that it is, so that it cannot rot."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import throughput
from project_copy import ROOT

pytest.importorskip("sklearn")  # the bundled digits come with it
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


def test_widths_have_a_row_each(tmp_path):
    options = ["--peers", "bare", "--batch-sizes", "4,8", "--widths", "16,32"]
    text = run(tmp_path / "plot.png", *options)
    rows = re.findall(r"^\| (\d+) and (\d+) \| \d+ \| \d+ \|$", text, re.MULTILINE)
    assert rows == [("16", "8"), ("32", "16")]
    assert "GFLOP/s of nn_core's training" in text
