"""The lessons on other computers: without MNIST, with other BLAS kernels and threads, run twice.

Not part of `make test`, which runs them on this machine as it is, but of `make test-everywhere`.
"""

import platform
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from clean_environment import clean_environment
from exercises import exercises
from project_copy import ROOT, copy_project

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HUNG = 800  # seconds for a lesson that takes one or two minutes at most

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with MNIST, if it is here."""
    return copy_project(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def project_without_mnist(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("without_mnist"), mnist=False)


def nbval(folder, path, **environment):
    """Run plain, strict nbval over one lesson; fail with what it printed if anything differs."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "--nbval", f"notebooks/{path.name}", "-x"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider"],
        cwd=folder,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=HUNG,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"\d+ passed", done.stdout)
    print(f"{path.stem}: {time.perf_counter() - began:.0f} s")


@each_lesson
def test_without_mnist_and_without_network(project_without_mnist, path):
    nbval(project_without_mnist, path)
    data = project_without_mnist / "data"
    assert not list(data.rglob("*ubyte*")), "there was a network after all"


def runs(core):
    """Can this machine pretend to be an older one of the kind `core`?"""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return False
    flags = Path("/proc/cpuinfo").read_text().split()
    return {"SkylakeX": "avx512f", "Haswell": "avx2"}.get(core, "sse4_2") in flags


@pytest.mark.parametrize(
    ("core", "threads"), [("Nehalem", "1"), ("SkylakeX", "1"), ("Haswell", "2")]
)
@each_lesson
def test_with_other_blas_kernels(project, path, core, threads):
    if not runs(core):
        pytest.skip(f"this machine cannot run OpenBLAS's kernels for {core}")
    if path.stem >= "05":
        threads = "1"  # two wait for each other where two tests run: 13 minutes for long trainings
    nbval(project, path, OPENBLAS_CORETYPE=core, OPENBLAS_NUM_THREADS=threads)


@each_lesson
def test_each_cell_twice_in_a_row_and_then_all_again_with_the_folded_answers(path):
    notebook = nbformat.read(path, as_version=4)
    answers = {stub.id: answer for stub, _, answer in exercises(notebook)}
    folder = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=HUNG, resources=folder)
    with client.setup_kernel():
        for i, cell in enumerate(notebook.cells):
            for _ in range(2):
                client.execute_cell(cell, i)
        for i, cell in enumerate(notebook.cells):
            cell.source = answers.get(cell.id, cell.source)
            client.execute_cell(cell, i)


SET_OUTSIDE = {
    "PYTEST_ADDOPTS": "-q",
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "2",
    "COLUMNS": "40",
    "JUPYTER_CONFIG_DIR": "/nowhere",
    "JUPYTER_RUNTIME_DIR": "/nowhere",
    "MPLCONFIGDIR": "/nowhere",
    "IPYTHONDIR": "/nowhere",
}
SAMPLE = ["notebooks/01_forward_pass.ipynb", "tests/lessons", "tests/train", "tests/project"]
SAMPLE += ["tests/everywhere/test_benchmark_runs.py"]


def test_the_tests_themselves_whatever_is_set_outside(tmp_path):
    """A home folder that cannot be written, and variables that change what programs print."""
    home = tmp_path / "home"
    home.touch()  # a file: not even root can write into it
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *SAMPLE, "-x", "-k", "not browser and not make"],
        cwd=ROOT,
        env=clean_environment(**SET_OUTSIDE, HOME=str(home)),
        capture_output=True,
        text=True,
        timeout=HUNG,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
