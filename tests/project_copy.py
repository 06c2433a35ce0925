"""A copy of the project for tests that write, serve it, or leave something out; notebooks in it."""

import shutil
from pathlib import Path

import nbformat

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


def write_notebook(path, *cells):
    """Write a notebook before it has run; a cell given as text is code."""
    cells = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, path)
