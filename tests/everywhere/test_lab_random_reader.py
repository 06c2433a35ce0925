"""Somebody who does whatever can be done to the lab in a browser: nothing breaks, nothing lies.

The actions are the same ones every time: double clicks, keys, reloads, the cell run again, a
second page on the same kernel. Between two of them the training gets a moment, or none.
"""

import io
import random
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from browser import NotebookPage, chromium, jupyterlab
from data.mnist import bundled_digits
from project_copy import copy_project, write_notebook

sys.path.append(str(Path(__file__).parents[1] / "lab"))
from lab_page import SMALL_LAB, TIMEOUT, ready
from photographs import photograph

ACTIONS = 150
SEED = 7


class Reader:
    """A reader of the lab in JupyterLab, with one page or two."""

    def __init__(self, browser, server):
        self.browser, self.server, self.random = browser, server, random.Random(SEED)
        self.pages, self.done = [], []
        self.open()
        assert self.pages[0].run_all(timeout=TIMEOUT / 1000) == []
        self.save()

    def open(self):
        self.pages.append(NotebookPage(self.browser, self.server, "notebooks/lab.ipynb"))
        self.pages[-1].page.set_default_timeout(TIMEOUT)

    @property
    def page(self):
        return self.pages[-1].page

    def save(self):
        self.page.locator(".jp-Toolbar [data-command='docmanager:save'], "
                          ".jp-Toolbar-item[data-jp-item-name='save']").first.click()  # fmt: skip
        self.page.wait_for_function(
            "() => !document.querySelector('.jp-mod-dirty')", timeout=TIMEOUT
        )

    def lab(self):
        return self.page.locator(".interactive-lab")

    # ------------------------------------------------------------------ what can be done

    def one_of(self, selector):
        """Choose a part of the lab: itself, not its number, which may be another's by then."""
        return self.random.choice(self.lab().locator(selector).element_handles())

    def click_a_button(self):
        self.one_of("button:visible").click(
            force=True, click_count=self.random.choice([1, 1, 2, 3])
        )

    def press_one_of_the_five(self):
        name = self.random.choice(["train", "train", "pause", "step", "stop", "reset"])
        self.lab().locator(f".lab-button-{name}").click(force=True, click_count=2)

    def keys(self):
        self.one_of("button:visible, .noUi-handle:visible, [tabindex='0']:visible").focus()
        for key in self.random.choices(["d", "m", "0", "ArrowRight", "Home", "Enter", "x"], k=4):
            self.page.keyboard.press(key)

    def open_a_cell(self):
        self.one_of(".cm-cell").click()

    def draw(self):
        box = self.lab().locator(".lab-pad-canvas")
        box.scroll_into_view_if_needed()
        edge = box.bounding_box()
        self.page.mouse.move(edge["x"] + 40, edge["y"] + 40)
        self.page.mouse.down()
        self.page.mouse.move(edge["x"] + 40 + self.random.randrange(200), edge["y"] + 200, steps=3)
        self.page.mouse.up()

    def photograph(self):
        """Take a photograph of a digit for the pad, or a file that is none."""
        picture = io.BytesIO()
        digit = bundled_digits().x_train[self.random.randrange(100)].reshape(28, 28)
        Image.fromarray(photograph(digit)).save(picture, "PNG")
        payload = self.random.choice([picture.getvalue(), b"\x89PNG and no more"])
        file = {"name": "digit.png", "mimeType": "image/png", "buffer": payload}
        self.lab().locator(".lab-pad input[type=file]").set_input_files(file)

    def wait(self):
        self.page.wait_for_timeout(self.random.choice([10, 100, 400]))

    def reload(self):
        self.save()
        self.page.reload()
        self.lab().locator(".cm-cell.cm-right").first.wait_for()

    def run_again(self):
        """Run the cell that makes the lab, then the one that shows it."""
        for i in (0, 1):
            self.page.locator(".jp-CodeCell .cm-content").nth(i).click()
            self.page.keyboard.press("Control+Enter")
        self.lab().locator(".cm-cell.cm-right").first.wait_for()
        self.pages[-1].wait_until_idle()

    def second_page(self):
        self.save()
        if len(self.pages) == 1:
            self.open()
            self.lab().locator(".cm-cell.cm-right").first.wait_for()
        else:
            self.pages.pop().page.close()

    # --------------------------------------------------------------- what must always hold

    def check(self):
        for each in self.pages:
            assert each.faults == [], self.done[-5:]
            page = each.page
            kinds = page.locator(".jp-Cell").evaluate_all("all => all.map(cell => cell.className)")
            assert len(kinds) == 2 and all("jp-CodeCell" in kind for kind in kinds), self.done[-5:]
            assert page.locator(".jp-Dialog").count() == 0, self.done[-5:]
            assert page.locator(".interactive-lab").count() == 1, self.done[-5:]
            text = page.locator(".interactive-lab").inner_text()
            assert not re.search(r"\b\w+Error: ", text), self.done[-5:]


def test_a_random_reader(tmp_path):
    Error = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").Error
    copy_project(tmp_path, mnist=False)
    write_notebook(tmp_path / "notebooks" / "lab.ipynb", SMALL_LAB, "lab")
    often = ["click_a_button", "press_one_of_the_five", "keys", "open_a_cell", "draw", "wait"]
    often += ["photograph"]
    rarely = ["reload", "run_again", "second_page"]
    with jupyterlab(tmp_path) as server, chromium() as browser:
        reader = Reader(browser, server)
        for _ in range(ACTIONS):
            name = reader.random.choice(often if reader.random.random() < 0.95 else rarely)
            reader.done.append(name)
            try:
                getattr(reader, name)()
            except Error as gone:  # what it chose had left the page before the click came
                if not re.search("not visible|detached|not attached", str(gone)):
                    raise
            reader.check()
        print({name: reader.done.count(name) for name in often + rarely})
        lab = ready_again(reader)
        lab.settle("tiny network")
        lab.press("train")
        lab.wait_for_state("finished")


def ready_again(reader):
    """Run the lab's cells once more; return it: after all that it still works."""
    reader.run_again()
    return ready(reader.page, reader.pages[-1].faults)
