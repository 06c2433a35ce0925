"""The lessons in JupyterLab in a real browser: all text, every widget, and that each answers.

Of the cells, those run that show more than text and pictures, and those that they need: nbval runs
all of them, in `make test`. Set SCREENSHOTS to a folder to keep pictures of them.
"""

import statistics

import nbformat
import pytest
from matplotlib import rc_params_from_file
from matplotlib.colors import to_rgb

from needed_cells import needed_cells
from project_copy import ROOT, write_notebook

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("0*.ipynb"))
STILL = {"text/plain", "text/html", "image/png"}
# A live curve comes with the longest training of its lesson; they are all drawn by one function.
LIVE_CURVE = "05_training_loop"
# Seconds. An answer takes a tenth of one, a training one or two, but the machine may be busy.
ANSWER_TIMEOUT = 60
TRAINING_TIMEOUT = 300


@pytest.fixture(scope="module")
def folder(folder):
    """The copy of the project with the lessons in part, without outputs."""
    for path in (folder / "notebooks").glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        alive = [i for i, cell in enumerate(cells) if is_shown_alive(cell, path.stem)]
        needed = needed_cells(cells, alive)
        kept = [c for i, c in enumerate(cells) if i in needed or c.cell_type == "markdown"]
        write_notebook(path, *kept)
    return folder


def is_shown_alive(cell, lesson):
    """Is there a widget, or a program of the page, among the stored outputs of the cell?"""
    shown = {kind for output in cell.get("outputs", []) for kind in output.get("data", {})}
    return not shown <= STILL and ("loss_svg(" not in cell.source or lesson == LIVE_CURVE)


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(lesson, open_notebook):
    """Open a lesson, run what is alive in it, and operate all of it."""
    page = open_notebook(lesson)
    cells = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4).cells
    code = "".join(cell.source for cell in cells if cell.cell_type == "code")
    figures, playgrounds = page.boxes("interactive-figure"), page.boxes("training-playground")
    live_curves = page.page.locator("svg:not(.lab-curve):has(polyline)")
    assert len(figures) == code.count("InteractiveFigure("), "a widget is not shown"
    assert len(playgrounds) == code.count("TrainingPlayground("), "a widget is not shown"
    assert live_curves.count() == (lesson == LIVE_CURVE), "a live curve is not shown"

    seconds = [answer for figure in figures for answer in check_figure(figure)]
    for playground in playgrounds:
        check_playground(playground)
    labs = page.page.locator(".interactive-lab").count()
    assert labs == code.count("InteractiveLab("), "the lab is not shown"  # see test_lab_browser.py
    assert page.display_faults() == []
    assert page.faults == []
    if seconds:
        print(f"{lesson}: {len(seconds)} answers, median {statistics.median(seconds):.3f} s")


def check_figure(figure):
    """Move every control; return the seconds until each answer."""
    assert not figure.picture().blank
    answers = []
    for name, operate in figure.operations():
        try:
            answers.append(figure.answer(operate, ANSWER_TIMEOUT))
        except TimeoutError as error:
            pytest.fail(f"{name}: {error}")
        assert figure.message() == "", name
    assert answers, "nothing to operate"
    assert figure.layout_faults() == []
    return answers


def check_playground(playground):
    """Train twice: a curve more each time, laid over the others, with its settings; then clear."""
    buttons = playground.root.get_by_role("button")
    train, clear = (buttons.filter(has_text=text).click for text in ("Train", "Clear"))
    batch_size = playground.root.locator(".batch-size .noUi-handle")
    cycle = rc_params_from_file(ROOT / "notebooks" / "matplotlibrc")["axes.prop_cycle"]
    colours = [to_rgb(colour) for colour in cycle.by_key()["color"] if to_rgb(colour) != (0, 0, 0)]

    assert playground.layout_faults() == []
    playground.answer(clear, ANSWER_TIMEOUT)
    empty = playground.settled_picture()
    for curves, (key, setting) in enumerate([("End", "512"), ("ArrowLeft", "256")], start=1):
        before = playground.settled_picture()
        batch_size.press(key)
        assert playground.settled_picture() == before, "settings wait for Train"
        playground.answer(train, TRAINING_TIMEOUT)
        playground.settled_picture()  # and the message has come, too
        assert f"batch {setting}" in playground.message()
        assert sum(map(playground.shows_colour, colours)) == curves
    playground.answer(clear, ANSWER_TIMEOUT)
    assert playground.settled_picture() == empty
