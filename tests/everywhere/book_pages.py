"""The pages of the book for its tests: which there are, and one of them opened in a browser."""

import contextlib
import os

import pytest

from project_copy import ROOT

PROGRAMS = ROOT / "book" / ".venv" / ("Scripts" if os.name == "nt" else "bin")
if not (PROGRAMS / "sphinx-build").exists():
    pytest.skip("what builds the book is not installed: make book", allow_module_level=True)

HUNG = 600  # seconds for what takes half a minute
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


@contextlib.contextmanager
def opened(browser, address, width=1280, scheme="light"):
    """Open an address; at the end there must have been no error, and no request elsewhere."""
    faults = []
    viewport = {"width": width, "height": 800}
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    here = ("http://127.0.0.1:", "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(here) else faults.append(r.url))
    page.goto(address, timeout=1000 * HUNG)
    try:
        yield page
        assert faults == []
    finally:
        page.close()
