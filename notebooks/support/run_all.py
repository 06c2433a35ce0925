"""Run the notebooks top to bottom and store them as they are committed: `make notebooks`.

usage: python notebooks/support/run_all.py [notebook ...]     (default: all)

Stored are the outputs, but neither time stamps nor widget state nor the version of Python: GitHub
refuses widget state, and a second run must change nothing but pictures.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1]


def run(path):
    """Execute the notebook at `path` in its folder and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        record_timing=False,
        coalesce_streams=True,  # a busy computer may send one line in two pieces
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(FOLDER.glob("*.ipynb")):
        print(f"running {Path(name).name}", flush=True)
        run(Path(name))
