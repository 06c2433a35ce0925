"""What several browser tests of the lab need: a copy of the project, and a browser."""

import shutil

import pytest

from browser import chromium, find_chromium
from project_copy import copy_project


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if find_chromium() is None:
        pytest.skip("neither Chromium nor Chrome is installed")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the project."""
    folder = tmp_path_factory.mktemp("lab")
    copy_project(folder)
    yield folder
    shutil.rmtree(folder)
