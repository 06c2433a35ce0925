"""The lab of lesson 09 through Voila, as a dashboard: all that it does in JupyterLab, and more.

Set LAB_PICTURE to a file name to have a picture of the lab written there, from a real session.
"""

import os
import sys
from pathlib import Path

import pytest

from browser import voila

sys.path.append(str(Path(__file__).parents[1] / "lab"))
from lab_page import FIND_LAYOUT_FAULTS, ready, watch_for_faults
from test_lab_browser import *  # noqa: F403  each test of that file, with the `lab` of this one
from test_lab_browser import NOTEBOOK, used
from test_lab_browser import test_it_is_alive_at_once as is_alive_at_once


@pytest.fixture(scope="module")
def url(folder):
    """The address of the dashboard: who opens it gets a kernel, and so a lab, of their own."""
    with voila(folder / "notebooks" / f"{NOTEBOOK}.ipynb") as url:
        yield url


@pytest.fixture(scope="module")
def lab(url, browser):
    yield from visit(url, browser)


@pytest.fixture
def fresh_lab(url, browser):
    yield from visit(url, browser)


def visit(url, browser):
    """Yield a lab with the short training done that it comes with."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    yield from used(ready(page, watch_for_faults(page, url)))
    page.close()


def test_it_is_alive_at_once(fresh_lab):  # tests may come in any order
    is_alive_at_once(fresh_lab)


# Is what a stage is about (of the last, the loss) in sight, below its words?
BELOW_THE_WORDS = """isLast => {
    const walk = document.querySelector(".lab-glass-walk").getBoundingClientRect();
    const about = isLast ? ".lab-glass-loss" : ".lab-glass-now";
    return [...document.querySelectorAll(about)].every((it) => {
        const { top, bottom } = it.getBoundingClientRect();
        return walk.top >= 0 && top >= walk.bottom - 1 && bottom <= innerHeight + 1;
    });
}"""


def test_the_glass_fits_a_narrow_page_and_no_stage_moves_it(fresh_lab):
    lab, glass = fresh_lab, fresh_lab.find(".lab-glass")
    lab.press("reset")
    lab.find(".lab-glass-ask").click()
    lab.find(".lab-glass-step").click()
    lab.wait_for_pattern(".lab-glass-text", "^1 of 9")
    for width in (390, 700):
        lab.resize(width, 844)
        height = glass.bounding_box()["height"]
        assert glass.evaluate(FIND_LAYOUT_FAULTS) == []
        for way in ["on"] * 8 + ["back"] * 8:
            lab.page.get_by_label(f"One stage {way}").press("Enter")
            assert glass.bounding_box()["height"] == height, lab.text(".lab-glass-text")
    lab.resize(390, 844)
    on = lab.page.get_by_label("One stage on")
    for i in range(8):
        on.press("Enter")
        lab.page.wait_for_function(BELOW_THE_WORDS, arg=i == 7)
        assert on.evaluate("button => button === document.activeElement")


def test_picture(url, browser):
    """Three trainings, a cell opened, a digit drawn: the picture for those who only read."""
    path = os.environ.get("LAB_PICTURE")
    if not path:
        pytest.skip("LAB_PICTURE is not set")
    page = browser.new_page(viewport={"width": 1800, "height": 1800})
    lab = ready(page, watch_for_faults(page, url))
    for preset in ("tiny network", "the best we know"):
        lab.settle(preset)
        lab.press("train")
        lab.wait_for_state("running")
        lab.wait_for_state("finished")
    lab.find(".lab-more").first.click()
    cells = lab.cells()
    _, i, j = max((cells[i][j], i, j) for i in range(10) for j in range(10) if i != j)
    lab.seconds_until(".cm-behind", lab.find(f".cm-{i}-{j}").click)
    lab.stroke((0.3, 0.3), (0.45, 0.2), (0.65, 0.25), (0.65, 0.4), (0.45, 0.5))
    lab.stroke((0.45, 0.5), (0.68, 0.6), (0.66, 0.78), (0.45, 0.85), (0.28, 0.75))
    lab.wait_for_pattern(".lab-pad-verdict", "It reads")
    page.mouse.move(5, 5)
    page.evaluate("() => document.activeElement.blur()")
    page.wait_for_load_state("networkidle")
    box = page.locator(".interactive-lab").bounding_box()
    margin = 12
    clip = {"x": box["x"] - margin, "y": box["y"] - margin}
    clip |= {"width": box["width"] + 2 * margin, "height": box["height"] + 2 * margin}
    page.screenshot(path=path, clip=clip, animations="disabled")
    page.close()
