"""A copy of the project for tests that write, serve it, or leave something out."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("benchmarks", "data", "figs", "notebooks")
FILES = ("nn_core.py", "nn_checks.py", "train.py", "pyproject.toml", "voila.json")


def copy_project(folder, mnist=True):
    """Copy what a reader uses into the empty `folder`, and return it; `mnist=False`: no MNIST."""
    names = [".*", "__pycache__", "_build"] + ([] if mnist else ["MNIST"])
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*names))
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    return folder
