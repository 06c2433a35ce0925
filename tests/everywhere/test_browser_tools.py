"""Tests in a browser can fail: faults made on purpose are found, and nothing is left running."""

import contextlib
import os
import signal
import subprocess
import sys

import nbformat
import psutil
import pytest

from browser import START_TIMEOUT, NotebookPage, find_chromium, processes_under
from clean_environment import clean_environment
from project_copy import ROOT, write_notebook

pytest.importorskip("playwright", reason="Playwright is not installed")
if find_chromium() is None:
    pytest.skip("neither Chromium nor Chrome is installed", allow_module_level=True)

ANSWER_TIMEOUT = 60  # seconds; an answer takes a tenth of one, but the machine may be busy

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
    write_notebook(folder / "notebooks" / "faulty.ipynb", FAULTY_WIDGETS)
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
    write_notebook(folder / "notebooks" / "faulty_page.ipynb", *cells)
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
    write_notebook(folder / "notebooks" / "failing.ipynb", *cells)
    page = NotebookPage(browser, server, "notebooks/failing.ipynb")
    warning, error = page.run_all(timeout=300)
    assert warning.strip() == "a warning" and "ZeroDivisionError" in error
    page.close()


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


def test_what_has_ended_is_not_looked_at():
    """Its parent has not asked yet how it ended: a zombie, of which nothing can be read."""
    ended = subprocess.Popen([sys.executable, "-c", "'has ended'"])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(ended.pid).status() == psutil.STATUS_ZOMBIE
    assert ended.pid not in processes_under(os.getpid(), "", lambda process: process.pid)
    assert processes_under(os.getpid(), "ipykernel") == []
    ended.wait()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_nothing_is_left_running(name, tmp_path):
    """However the tests end, JupyterLab, a busy kernel and the browser end with them."""
    write_notebook(tmp_path / "endless.ipynb", "while True: pass")
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
        started = processes_under(child.pid, "")
        for program in ("browser.py", "ipykernel", "chrom"):
            assert processes_under(child.pid, program), f"{program} does not run"
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
