"""The lab in Voila on pages of many sizes: room for everything, nothing that moves; files."""

import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from lab_page import FIND_LAYOUT_FAULTS, SMALL_LAB, ready, watch_for_faults

from browser import voila
from project_copy import write_notebook


@pytest.fixture(scope="module")
def lab(folder, browser):
    path = folder / "notebooks" / "lab.ipynb"
    write_notebook(path, SMALL_LAB, "lab")
    with voila(path) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 720}, accept_downloads=True)
        yield ready(page, watch_for_faults(page, url))
        page.close()


def resize(lab, width):
    """Give the page this width, and wait until it has it."""
    lab.page.set_viewport_size({"width": width, "height": 720})
    lab.page.wait_for_function("width => innerWidth === width", arg=width)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", [1920, 1280, 900, 700, 390])
def test_it_fits_the_page(lab, width, large):
    root = lab.page.locator(".interactive-lab")
    resize(lab, width)
    root.evaluate("(lab, large) => lab.classList.toggle('lab-large', large)", large)
    faults = root.evaluate(FIND_LAYOUT_FAULTS)
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        for name, full in (("", False), ("_full", True)):
            path = Path(folder) / f"lab_{width}{'_large' * large}{name}.png"
            lab.page.screenshot(path=path, full_page=full)
    scrolls = lab.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    root.evaluate("lab => lab.classList.remove('lab-large')")
    resize(lab, 1280)
    if not (large and width < 900):
        assert faults == [] and scrolls <= 0


def test_presentation_makes_type_and_lines_large(lab):
    before = lab.find(".lab-note").bounding_box()["height"]
    for larger in (True, False):
        lab.find(".lab-head button").click()
        lab.page.wait_for_function(
            """([larger, before]) => {
                const lab = document.querySelector(".interactive-lab");
                const now = lab.querySelector(".lab-note").getBoundingClientRect().height;
                return lab.matches(".lab-large") === larger && now > 1.3 * before === larger;
            }""",
            arg=[larger, before],
        )


def test_curve_and_matrix_are_seen_together(lab):
    lab.page.evaluate("() => scrollTo(0, 0)")
    for part in (".lab-buttons", ".lab-learning-rate", ".lab-chart svg", ".cm-matrix table"):
        box = lab.find(part).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 720, part


@pytest.mark.parametrize("width", [1280, 900])
def test_paper_bars_and_slopes_are_seen_together(lab, width):
    resize(lab, width)
    ask, parts = lab.find(".lab-why-ask"), ("pad-canvas", "why-picture", "why-digits", "pad-bars")
    below = """ask => ask.getBoundingClientRect().top
        - ask.closest(".interactive-lab").getBoundingClientRect().top"""
    before = ask.evaluate(below)
    ask.click()
    lab.find(".lab-why-picture").wait_for()
    try:
        if width == 1280:  # with less room the line of the corrections gets longer
            assert ask.evaluate(below) == before, "what was clicked stays where it was"
        lab.find(".lab-at-pad").evaluate("part => part.scrollIntoView()")
        boxes = [lab.find(f".lab-{part}").bounding_box() for part in parts]
        assert all(box["y"] > -2 and box["y"] + box["height"] <= 720 for box in boxes), boxes
        paper, picture = boxes[:2]
        assert picture["x"] > paper["x"] + paper["width"] and picture["width"] > 200
        assert lab.page.locator(".interactive-lab").evaluate(FIND_LAYOUT_FAULTS) == []
    finally:
        ask.click()
        lab.find(".lab-why-picture").wait_for(state="hidden")
        resize(lab, 1280)


@pytest.mark.parametrize("width", [1280, 900])
def test_nothing_moves_under_the_pen(lab, width):
    """From before the training to its end, with a cell open, warnings said and rows unfolded."""
    places = set()
    resize(lab, width)

    def note():
        places.add(
            lab.find(".lab-pad-canvas").evaluate(
                """canvas => canvas.getBoundingClientRect().top
                    - canvas.closest(".interactive-lab").getBoundingClientRect().top"""
            )
        )

    lab.settle()
    lab.press("reset")
    lab.wait_until_heard()
    note()
    lab.find(".cm-4-4").click()
    lab.wait_for_pattern(".cm-title", "4 ")
    note()
    lab.find(".lab-preset").get_by_text("learning rate too high").click()
    lab.press("train")
    lab.wait_for_state("running")
    note()
    lab.wait_for_state("diverged")
    note()
    lab.find(".lab-run-head").first.click()
    note()
    lab.train_to_the_end()
    note()
    resize(lab, 1280)
    assert len(places) == 1, places


# --------------------------------------------------------------------------- saving, loading


def saved(lab, name):
    """Save this file; return its bytes."""
    with lab.page.expect_download() as download:
        lab.find(f"[data-file='{name}']").click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def test_save_and_load(lab):
    lab.train_to_the_end()
    lab.find(".lab-unfold").click()
    right = lab.text(".cm-text").split(": ")[1]
    weights = saved(lab, "weights.npz")
    assert np.load(io.BytesIO(weights))["W1"].shape == (784, 128)
    assert len(saved(lab, "runs.csv").splitlines()) > 100
    assert json.loads(saved(lab, "runs.json"))[-1]["settings"]["batch_size"] == 64
    lab.press("reset")
    lab.wait_for_pattern(".cm-text", "before training")
    chooser = lab.find("input[accept='.npz']")
    for name, content, said in [
        ("cat.npz", b"a cat", "cat.npz holds no weights"),
        ("my.npz", weights, "my.npz is loaded"),
    ]:
        chooser.set_input_files(
            [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
        )
        lab.wait_for_pattern(".lab-files-note", said)
    lab.wait_for_pattern(".cm-text", f"loaded from my.npz: {right}")
    lab.press("pause")  # go on
    lab.wait_for_state("finished")


def test_nothing_went_wrong_on_the_page(lab):
    assert lab.faults == []
