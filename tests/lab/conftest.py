"""What several browser tests need: a copy of the project, and the pad on a page."""

import os
import shutil
from pathlib import Path

import pytest
from pad_page import CELLS, TIMEOUT, Pad

from browser import NotebookPage, jupyterlab
from project_copy import copy_project


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the project."""
    folder = tmp_path_factory.mktemp("lab")
    copy_project(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def pads(folder, browser):
    """The pad, and the same pad again, in a notebook in JupyterLab."""
    from lab_page import write_notebook  # needs Playwright, and that may be missing

    write_notebook(folder / "notebooks" / "pad.ipynb", CELLS[0], "pad")
    with jupyterlab(folder) as server:
        page = NotebookPage(browser, server, "notebooks/pad.ipynb")
        assert page.run_all(timeout=TIMEOUT) == []
        yield page
        screenshots = os.environ.get("SCREENSHOTS")
        if screenshots:
            page.screenshots(Path(screenshots), "pad")
        page.close()
        assert page.faults == []


@pytest.fixture
def pad(pads):
    pad = Pad(pads)
    pad.clear()
    return pad
