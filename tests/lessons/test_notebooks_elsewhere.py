"""The notebooks on other machines: without MNIST, with other BLAS kernels and threads, run twice.

A plain `pytest --nbval notebooks/` must pass in each of these, in a copy of the tree. How the
notebooks fare on this machine as it is, nbval itself says in the same run of the tests.
"""

import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from project_copy import copy_project

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HAS_MNIST = (ROOT / "data" / "MNIST" / "raw").exists()
SECONDS = 45  # that a notebook may take, but for
LONGEST = "07_better_training"  # which may take 90 on MNIST


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what the notebooks need, without the data."""
    folder = tmp_path_factory.mktemp("elsewhere")
    copy_project(folder, mnist=False)
    return folder


def nbval(folder, *options, **environment):
    """Run plain, strict nbval in `folder`; fail with what it printed if anything differs."""
    command = [sys.executable, "-m", "pytest", "--nbval", "notebooks", "-q", "-x"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def test_without_mnist_and_without_network(tree):
    shutil.rmtree(tree / "data" / "MNIST", ignore_errors=True)
    nowhere = "http://127.0.0.1:9"
    nbval(tree, http_proxy=nowhere, https_proxy=nowhere, no_proxy="127.0.0.1,localhost")
    assert not list((tree / "data").rglob("*ubyte*")), "there was a network after all"


def runs(core):
    """Can this machine pretend to be an older one of the kind `core`?"""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return False
    flags = Path("/proc/cpuinfo").read_text().split()
    return {"SkylakeX": "avx512f", "Haswell": "avx2"}.get(core, "sse4_2") in flags


@pytest.mark.parametrize(
    ("core", "threads"), [("Haswell", "2"), ("SkylakeX", "1"), ("Nehalem", "1")]
)
def test_with_other_blas_kernels(tree, core, threads):
    if not runs(core):
        pytest.skip(f"this machine cannot run OpenBLAS's kernels for {core}")
    if HAS_MNIST and not (tree / "data" / "MNIST").exists():
        shutil.copytree(ROOT / "data" / "MNIST", tree / "data" / "MNIST")
    too_slow = [f"--ignore=notebooks/{LONGEST}.ipynb"] if core == "Nehalem" else []
    nbval(tree, *too_slow, OPENBLAS_CORETYPE=core, OPENBLAS_NUM_THREADS=threads)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_twice_in_one_kernel_and_in_time(path):
    notebook = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=300, resources=folder)
    with client.setup_kernel():
        start = time.perf_counter()
        for i, cell in enumerate(notebook.cells):
            client.execute_cell(cell, i)
        seconds = time.perf_counter() - start
        kernel = psutil.Process(client.km.provisioner.pid).cpu_times()
        seconds = min(seconds, kernel.user + kernel.system)  # others may keep the machine busy
        for i, cell in enumerate(notebook.cells):
            client.execute_cell(cell, i)
    print(f"{path.stem}: {seconds:.1f} s")
    assert seconds < (90 if HAS_MNIST and path.stem == LONGEST else SECONDS)
