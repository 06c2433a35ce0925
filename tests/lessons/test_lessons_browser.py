"""The lessons in JupyterLab in a real browser: all text, every widget, and that each answers.

Of the cells, those run that show more than text and pictures, and those that they need: nbval runs
all of them, once, in the same run of the tests. Set SCREENSHOTS to a folder to keep pictures of
every lesson.
"""

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
from matplotlib import rc_params_from_file
from matplotlib.colors import to_rgb

from browser import START_TIMEOUT, NotebookPage, find_chromium, jupyterlab
from clean_environment import clean_environment
from needed_cells import needed_cells
from project_copy import ROOT, copy_project

pytest.importorskip("playwright", reason="Playwright is not installed")
if find_chromium() is None:
    pytest.skip("neither Chromium nor Chrome is installed", allow_module_level=True)

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("0*.ipynb"))
STILL = {"text/plain", "text/html", "image/png"}
# A live curve comes with the longest training of its lesson; they are all drawn by one function.
LIVE_CURVE = "05_training_loop"
# Seconds. An answer takes a tenth of one, a training one or two, but the machine may be busy.
ANSWER_TIMEOUT = 60
TRAINING_TIMEOUT = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the project with the lessons in part, without outputs."""
    folder = copy_project(tmp_path_factory.mktemp("project"))
    for path in (folder / "notebooks").glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        alive = [i for i, cell in enumerate(cells) if is_shown_alive(cell, path.stem)]
        needed = needed_cells(cells, alive)
        kept = [c for i, c in enumerate(cells) if i in needed or c.cell_type == "markdown"]
        write_notebook(path, kept)
    yield folder
    shutil.rmtree(folder)


def is_shown_alive(cell, lesson):
    """Is there a widget, or a program of the page, among the stored outputs of the cell?"""
    shown = {kind for output in cell.get("outputs", []) for kind in output.get("data", {})}
    return not shown <= STILL and ("loss_svg(" not in cell.source or lesson == LIVE_CURVE)


def write_notebook(path, cells):
    """Write a notebook without outputs; a cell given as text is code."""
    cells = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def server(folder):
    with jupyterlab(folder) as server:
        yield server


@pytest.fixture
def open_notebook(browser, server):
    """A function that opens a notebook and runs all its cells."""
    screenshots, pages = os.environ.get("SCREENSHOTS"), {}

    def open_notebook(name):
        pages[name] = NotebookPage(browser, server, f"notebooks/{name}.ipynb")
        assert pages[name].run_all(timeout=1200) == []
        return pages[name]

    yield open_notebook
    for name, page in pages.items():
        if screenshots:
            page.screenshots(Path(screenshots), name)
        page.close()


# ------------------------------------------------------------------------------ the lessons


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(lesson, open_notebook):
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


# ----------------------------------------------------------------------- the tests can fail

FAULTY_WIDGETS = """
import ipywidgets as widgets
from support.widgets import InteractiveFigure
from matplotlib.figure import Figure


def plot(x):
    figure = Figure(figsize=(4, 2))
    figure.subplots().plot([0, x])
    return figure


def fail_above_2(x):
    if x > 2:
        raise ValueError(f"{x} is too much")
    return plot(x)


def show(draw, start=2, description="x", label_width="initial", **layout):
    slider = widgets.IntSlider(start, min=0, max=5, description=description)
    figure = InteractiveFigure(draw, x=slider)
    slider.style.description_width = label_width
    for name, value in layout.items():
        setattr(figure.picture.layout, name, value)
    display(figure)


show(plot)
show(plot, start=5)
show(lambda x: plot(1))
show(fail_above_2)
show(lambda x: Figure(figsize=(4, 2)))
show(plot, description="much too long a description", label_width="40px")
show(plot, width="90px", height="90px")
show(plot, width="100%")
show(lambda x: Figure(figsize=(20, 2)), min_width="2000px")
"""


def test_faulty_widgets_are_found(folder, open_notebook):
    write_notebook(folder / "notebooks" / "faulty.ipynb", [FAULTY_WIDGETS])
    page = open_notebook("faulty")
    boxes = page.boxes("interactive-figure")
    right, at_end, deaf, failing, blank, long, squeezed, enlarged, wide = boxes
    for figure in (right, at_end):
        operations = dict(figure.operations())
        assert len(operations) == 3
        for operate in operations.values():
            figure.answer(operate, ANSWER_TIMEOUT)
        assert not figure.picture().blank
        assert figure.layout_faults() == []

    with pytest.raises(TimeoutError, match="did not change"):
        deaf.answer(dict(deaf.operations())["x: End"], timeout=2)
    dict(failing.operations())["x: End"]()
    failing.root.get_by_text("ValueError: 5 is too much").wait_for(timeout=1000 * ANSWER_TIMEOUT)
    with pytest.raises(TimeoutError, match="ValueError: 5 is too much"):
        failing.answer(lambda: None, timeout=1)
    assert blank.picture().blank
    assert long.layout_faults() == ["cut off: much too long a description"]
    assert squeezed.layout_faults() == ["the picture is squeezed"]
    assert "the picture is enlarged, and so blurred" in enlarged.layout_faults()
    assert "the picture is too wide" in wide.layout_faults()


def test_faulty_pages_are_found(folder, open_notebook):
    cells = [
        nbformat.v4.new_markdown_cell("![no such picture](support/figures/pictures/none.png)"),
        nbformat.v4.new_markdown_cell("$\\frac{1}$, $\\nosuch$ and `$`"),
        nbformat.v4.new_markdown_cell("$\\frac{1$"),
        "from IPython.display import HTML, Javascript",
        'HTML(\'<img src="http://example.org/picture.png" alt="remote">\')',
        "Javascript('setTimeout(() => { throw new Error(\"oh dear\") }, 0)')",
    ]
    write_notebook(folder / "notebooks" / "faulty_page.ipynb", cells)
    page = open_notebook("faulty_page")
    assert page.display_faults() == [
        "broken picture: no such picture",
        "broken picture: remote",
        "LaTeX: Missing argument for \\frac",
        "LaTeX: unknown \\nosuch",
        "not LaTeX: $\\frac{1$\n",
    ]
    assert set(page.faults) == {
        "request to http://example.org/picture.png",
        "error in the page: oh dear",
    }


def test_failing_cells_are_found(folder, browser, server):
    cells = ["import sys; print('a warning', file=sys.stderr); 1 / 0", "print('never run')"]
    write_notebook(folder / "notebooks" / "failing.ipynb", cells)
    page = NotebookPage(browser, server, "notebooks/failing.ipynb")
    warning, error = page.run_all(timeout=300)
    assert warning.strip() == "a warning" and "ZeroDivisionError" in error
    page.close()


# ------------------------------------------------------------------------ nothing is left

CHILD = """
import signal, sys, time
from pathlib import Path
from browser import NotebookPage, chromium, jupyterlab

# a program started in the background is told to ignore Ctrl-C, and so are those it starts
signal.signal(signal.SIGINT, signal.default_int_handler)
with jupyterlab(Path(sys.argv[1])) as server, chromium() as browser:
    print(NotebookPage(browser, server, "endless.ipynb").run_all(timeout=1), flush=True)
    time.sleep(1000)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_nothing_is_left_running(name, tmp_path):
    """However the tests end, JupyterLab, a busy kernel and the browser end with them."""
    write_notebook(tmp_path / "endless.ipynb", ["while True: pass"])
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        cwd=ROOT / "tests",
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    started = []
    try:
        assert child.stdout.readline() == "['still running after 1 s']\n"
        started = psutil.Process(child.pid).children(recursive=True)
        programs = " ".join(" ".join(process.cmdline()) for process in started)
        for program in ("browser.py", "ipykernel", "chrom"):
            assert program in programs
        # Ctrl-C in a terminal goes to all processes of a group, the others to one process
        send = os.killpg if name == "SIGINT" else os.kill
        send(child.pid, signal.Signals[name])
        _, alive = psutil.wait_procs(started, timeout=START_TIMEOUT)
        assert alive == []
        assert child.wait(START_TIMEOUT) != 0
    finally:
        for process in [child, *started]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        child.communicate()
