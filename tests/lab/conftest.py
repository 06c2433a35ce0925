"""What several browser tests need: the pad on a page."""

import os
from pathlib import Path

import pytest
from pad_page import CELLS, TIMEOUT, Pad

from browser import NotebookPage, jupyterlab
from project_copy import write_notebook


@pytest.fixture(scope="module")
def pads(folder, browser):
    """The pad, and the same pad again, in a notebook in JupyterLab."""
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
