"""Before any test is read: a clean environment for all of them, and for what they start.

And what tests of several rooms need: a browser, a copy of the project, a notebook of it opened.
"""

import os
import shutil
from pathlib import Path

import pytest

from clean_environment import HOME, OURS, clean_environment
from project_copy import copy_project

clean = clean_environment()
for name in set(os.environ) - set(clean):
    del os.environ[name]
os.environ.update(clean)
HOME.mkdir(parents=True, exist_ok=True)


def pytest_configure(config):
    """Once, before there are workers: matplotlib looks for fonts, and says so, if it must."""
    if not list(Path(OURS["MPLCONFIGDIR"]).glob("fontlist*")):
        import matplotlib.font_manager  # noqa: F401


def pytest_report_header():
    """Say what the lessons will be run on."""
    has_mnist = (Path(__file__).parents[1] / "data" / "MNIST" / "raw").exists()
    return f"images: {'MNIST' if has_mnist else 'the small digits of scikit-learn, not MNIST'}"


@pytest.fixture(scope="module")
def browser():
    """A Chromium, for the tests of one file."""
    pytest.importorskip("playwright", reason="Playwright is not installed")
    from browser import chromium, find_chromium

    if find_chromium() is None:
        pytest.skip("neither Chromium nor Chrome is installed")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the project, for the tests of one file."""
    folder = copy_project(tmp_path_factory.mktemp("project"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(folder):
    """A JupyterLab that serves this copy."""
    from browser import jupyterlab

    with jupyterlab(folder) as server:
        yield server


@pytest.fixture
def open_notebook(browser, server):
    """A function that opens a notebook and runs all its cells."""
    from browser import NotebookPage

    screenshots, pages = os.environ.get("SCREENSHOTS"), {}

    def open_notebook(name):
        pages[name] = NotebookPage(browser, server, f"notebooks/{name}.ipynb")
        assert pages[name].run_all(timeout=1200) == []
        return pages[name]

    yield open_notebook
    for name, page in pages.items():
        if screenshots:
            page.screenshots(Path(screenshots), name)
        page.close()
