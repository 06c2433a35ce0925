"""Before any test is read: a clean environment for all of them, and for what they start."""

import os
from pathlib import Path

import pytest

from clean_environment import HOME, OURS, clean_environment

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
