"""A slider that is moved while a cell runs is heard, then and afterwards."""

import sys
from pathlib import Path

import pytest

from browser import NotebookPage
from project_copy import write_notebook

sys.path.append(str(Path(__file__).parents[1] / "lab"))
from lab_page import SMALL_LAB, TIMEOUT, ready

CELLS = [
    SMALL_LAB,
    "lab",
    """import asyncio
import ipywidgets as widgets
from matplotlib.figure import Figure
from support.widgets import InteractiveFigure
picture = InteractiveFigure(lambda width: Figure(), width=widgets.IntSlider(description="width"))
picture""",
    """for _ in range(30):
    await asyncio.sleep(0.1)""",
    "print('width', picture.controls['width'].value, lab.controls.settings())",
]


@pytest.fixture(scope="module")
def page(folder, browser, server):
    write_notebook(folder / "notebooks" / "answers.ipynb", *CELLS)
    page = NotebookPage(browser, server, "notebooks/answers.ipynb")
    assert page.run_all(timeout=TIMEOUT / 1000) == []
    ready(page.page, page.faults)
    yield page.page
    assert page.faults == []
    page.close()


def run(page, code):
    """Have the cell with this code run."""
    page.locator(".jp-CodeCell .cm-content").filter(has_text=code).click()
    page.keyboard.press("Control+Enter")


def test_a_slider_that_is_moved_while_a_cell_runs_is_heard_now_and_later(page):
    """A slider of ipywidgets says no more until it is told that it was heard."""
    batches = page.locator(".lab-batch-size .noUi-handle")
    width = page.locator(".interactive-figure .noUi-handle")
    run(page, "asyncio.sleep")
    page.get_by_text("[*]:").wait_for(timeout=TIMEOUT)
    for handle in (width, batches, width, batches):
        handle.press("ArrowRight")
    page.get_by_text("[*]:").wait_for(state="detached", timeout=TIMEOUT)
    width.press("ArrowRight")
    batches.press("ArrowRight")
    run(page, "print(")
    said = page.get_by_text("width 3")
    said.wait_for(timeout=10_000)
    assert "batch size 512" in said.inner_text()


def test_numbers_beside_sliders_do_not_call_the_focus_back(page):
    """As when the Tab key is held down; and nothing stays selected where the focus has left."""
    counted = page.evaluate(
        """async () => {
            const wait = (ms) => new Promise((done) => setTimeout(done, ms));
            const all = [...document.querySelectorAll(".interactive-lab .widget-readout")];
            const seen = all.filter((part) => part.checkVisibility()).slice(0, 3);
            let count = 0;
            document.addEventListener("focusin", () => (count += 1));
            for (const readout of seen) readout.focus();
            await wait(500);
            const selected = String(getSelection());
            const last = document.activeElement === seen.at(-1);
            document.querySelector(".lab-button-train button, button.lab-button-train").focus();
            await wait(100);
            return [count, last, selected === seen.at(-1).textContent, String(getSelection())];
        }"""
    )
    assert counted == [4, True, True, ""]
