"""The lab through what happens around it: a killed kernel, reloads, two pages, a cell run again."""

import os
import signal
import sys
from pathlib import Path

import pytest

from browser import NotebookPage, jupyterlab, voila
from project_copy import copy_project, write_notebook

sys.path.append(str(Path(__file__).parents[1] / "lab"))
from lab_page import (
    SMALL_LAB,
    TIMEOUT,
    kernels,
    megabytes,
    ready,
    user_seconds,
    watch_for_faults,
)


@pytest.fixture
def folder(tmp_path):
    copy_project(tmp_path, mnist=False)
    write_notebook(tmp_path / "notebooks" / "lab.ipynb", SMALL_LAB, "lab")
    return tmp_path


def long_run(lab):
    lab.settle_for_a_long_run()
    lab.press("train")
    lab.wait_for_state("running")


@pytest.mark.parametrize("server", ["JupyterLab", "Voila"])
def test_a_killed_kernel_is_said_to_be_dead(folder, browser, server):
    path = folder / "notebooks" / "lab.ipynb"
    if server == "JupyterLab":
        with jupyterlab(folder) as started:
            page = NotebookPage(browser, started, "notebooks/lab.ipynb")
            assert page.run_all(timeout=TIMEOUT / 1000) == []
            kill_and_look(ready(page.page, page.faults))
            page.close()
    else:
        with voila(path) as url:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            kill_and_look(ready(page, watch_for_faults(page, url)))
            page.close()


def kill_and_look(lab):
    long_run(lab)
    for kernel in kernels():
        os.kill(kernel.pid, signal.SIGKILL)
    said = """() => {
        const lab = document.querySelector(".interactive-lab");
        const text = lab && getComputedStyle(lab, "::before").content + lab.innerText;
        return /The kernel that did the work here is gone|No answer from the kernel/.test(text);
    }"""
    lab.page.wait_for_function(said, timeout=TIMEOUT)
    broken = lab.page.locator(".interactive-lab .jupyter-widgets-disconnected").evaluate_all(
        "all => all.filter(part => getComputedStyle(part, '::before').display !== 'none').length"
    )
    assert broken == 0, "no broken chains"
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        lab.page.screenshot(path=Path(folder) / "killed.png")


def test_two_pages_on_one_kernel_say_the_same_and_one_may_leave(folder, browser):
    with jupyterlab(folder) as server:
        first = NotebookPage(browser, server, "notebooks/lab.ipynb")
        assert first.run_all(timeout=TIMEOUT / 1000) == []
        one = ready(first.page, first.faults)
        first.page.keyboard.press("Control+s")
        first.page.wait_for_timeout(1000)
        second = NotebookPage(browser, server, "notebooks/lab.ipynb")
        two = ready(second.page, second.faults)
        long_run(one)
        two.wait_for_state("running")
        first.page.close()
        two.press("stop")
        two.wait_for_state("stopped")
        second.close()


def test_a_cell_run_again_gives_its_memory_back_and_ends_its_training(folder, browser):
    write_notebook(
        folder / "notebooks" / "again.ipynb",
        SMALL_LAB.rsplit("\n", 2)[0].replace("lab = Inter", "import support.page\n"
                                             "support.page.GRACE = 0.5\nlab = Inter")
        + "\nlab.controls.sliders['epochs'].value = 100\nlab.controls.sliders['batch_size']"
        ".value = 1\nlab.buttons.train.click()\nlab",
    )  # fmt: skip
    with jupyterlab(folder) as server:
        page = NotebookPage(browser, server, "notebooks/again.ipynb")
        sizes, cell = [], page.page.locator(".jp-CodeCell").first
        for _ in range(7):
            cell.locator(".cm-content").click()
            page.page.keyboard.press("Control+Enter")
            page.page.locator(".lab-status b", has_text="running").wait_for(timeout=TIMEOUT)
            page.page.wait_for_timeout(2000)  # longer than GRACE
            sizes.append(sum(kernels(megabytes)))
        print("MB after each:", [round(size) for size in sizes])
        used = sum(kernels(user_seconds))
        page.page.wait_for_timeout(3000)
        used = sum(kernels(user_seconds)) - used
        print(f"CPU seconds of 3: {used:.1f}")
        assert sizes[-1] - sizes[1] < 100, "185 MB each were 900"
        page.close()


def test_a_page_that_is_left_ends_its_training(folder, browser):
    path = folder / "notebooks" / "lab.ipynb"
    write_notebook(path, "import sys\nsys.path.append('..')\nimport support.page\n"
                   "support.page.GRACE = 1", SMALL_LAB, "lab")  # fmt: skip
    with voila(path) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        lab = ready(page, watch_for_faults(page, url))
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        lab.page.reload()
        lab = ready(page, lab.faults)
        assert asked == [], "there is nothing to lose"
        lab.find(".lab-unfold").click()
        for name in ("exam-ask", "exam-yes", "exam-result"):
            lab.find(f".lab-{name}").wait_for()
            lab.find(f".lab-{name}").click()
        page.reload(wait_until="commit")
        lab = ready(page, lab.faults)
        assert asked == ["beforeunload"], "it asks before the exam is forgotten"
        lab.wait_for_pattern(".lab-note", "The test set has been opened")
        lab.wait_for_pattern(".lab-exam", "opened once.*before this page was loaded again")
        long_run(lab)
        page.goto("about:blank")
        assert asked == 2 * ["beforeunload"], "it asks before runs are lost"
        idle = 0
        for _ in range(600):
            before = sum(kernels(user_seconds))
            page.wait_for_timeout(500)
            idle = idle + 1 if sum(kernels(user_seconds)) - before < 0.05 else 0
            if idle == 4:
                break
        assert idle == 4, "it trains on and on"
        page.close()
