"""What the tests of the book's front page need: a browser."""

import pytest

from browser import chromium, find_chromium


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if find_chromium() is None:
        pytest.skip("neither Chromium nor Chrome is installed")
    with chromium() as browser:
        yield browser
