"""Why? in a real browser: an answer is picked, the image made another digit, and back.

Set SCREENSHOTS to a folder to keep pictures of it.
"""

import os
import re
import statistics
from pathlib import Path
from types import SimpleNamespace

import pytest
from lab_page import watch_for_faults
from pad_page import CELLS, FIND_LAYOUT_FAULTS, READ_ALPHA, SEVEN, Pad

from browser import voila
from project_copy import write_notebook

CELL = """import ipywidgets
from support.lab.why import Why
ipywidgets.VBox([pad, Why(pad)])"""
SHARED = Path(__file__).parents[2] / "notebooks" / "support" / "shared.css"


@pytest.fixture(scope="module")
def shown(folder, browser):
    """The pad and what answers "why?", on a page of Voila."""
    path = folder / "notebooks" / "why.ipynb"
    write_notebook(path, CELLS[0].rsplit("\n", 1)[0], CELL)
    with voila(path) as url:
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        faults = watch_for_faults(page, url)
        yield SimpleNamespace(page=page)
        page.close()
        assert faults == []


class Why(Pad):
    """The pad, and below it the button Why? and its view; `shot` keeps a picture."""

    def why(self, name):
        return self.page.locator(f".lab-why-{name}")

    def text(self):
        return self.why("text").inner_text()

    def digit(self, digit):
        return self.why("digits").get_by_text(str(digit), exact=True)

    def picture(self):
        return self.why("picture").evaluate(READ_ALPHA)

    def shot(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"why-{name}.png", full_page=True)


@pytest.fixture
def why(shown):
    """A seven is drawn, and the view is open."""
    why = Why(shown)
    why.clear()
    why.draw(*SEVEN)
    why.wait(why.probabilities)
    why.rest()
    if not why.why("picture").is_visible():
        why.why("ask").click()
    why.wait(lambda: why.text().startswith("It reads"))
    yield why
    why.why("ask").click()
    why.why("picture").wait_for(state="hidden")


def another(why):
    """Return the digit that is least of what it reads."""
    p = why.probabilities()
    return p.index(min(p))


def test_the_image_is_made_another_digit_and_there_is_a_way_back(why):
    make, drawing, label = why.why("make"), why.picture(), another(why)
    assert make.is_disabled() and make.inner_text() == "Make it another digit"
    why.shot("reads")
    seconds = []
    for digit in (why.winner(), label, (label + 1) % 10, label):
        began = why.page.evaluate("() => performance.now()")
        why.digit(digit).click()
        why.page.wait_for_function(
            "digit => document.querySelector('.lab-why-digits [aria-pressed=true]')"
            ".textContent === String(digit)",
            arg=digit,
        )
        seconds.append((why.page.evaluate("() => performance.now()") - began) / 1000)
    print(f"Why: median {statistics.median(seconds):.3f} s of {len(seconds)}")
    assert re.fullmatch(rf"For {label} it has \d+\.\d %; it reads \d\.", why.text())
    slopes, reading = why.picture(), why.verdict()
    assert slopes != drawing
    why.shot("asked")
    make.focus()
    why.page.keyboard.press("Enter")
    why.wait(lambda: why.text().startswith(f"It reads {label}, at "))
    why.wait(lambda: why.why("made").get_attribute("aria-busy") == "false")
    words = why.why("made").inner_text()
    assert re.match(r"\d+ small steps\. .* all together, \d+ % of the ink of your drawing", words)
    assert why.picture() != slopes and why.verdict() == reading, "the pad stays as it is"
    drawn, changed = (why.why(name).evaluate(READ_ALPHA) for name in ("drawing", "changed"))
    assert drawn == why.seen() != changed, "both are shown without signs"
    assert why.why("after").inner_text() == f"changed: it reads {label}"
    name = f"The drawing, changed towards {label}"
    assert why.page.get_by_role("img", name=name).is_visible()
    why.shot("made")
    back = why.page.get_by_role("button", name="Back to the drawing")
    assert back.evaluate("button => button === document.activeElement")
    why.page.keyboard.press("Enter")
    why.wait(lambda: why.text().startswith(f"For {label} it has "))
    assert why.picture() == slopes and why.why("made").inner_text() == ""
    assert "ink was" not in why.why("key").inner_text()
    assert not why.why("after").is_visible() and why.why("drawing").is_visible()


def test_a_stroke_brings_the_drawing_back(why):
    why.digit(another(why)).click()
    why.wait(why.why("make").is_enabled)
    why.why("make").click()
    why.wait(lambda: why.why("made").inner_text())
    why.draw((140, 40), (150, 40))
    why.wait(lambda: why.why("made").inner_text() == "")
    why.clear()
    why.wait(lambda: why.text() == "Draw a digit first.")
    assert why.why("make").is_disabled() and not any(why.picture())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_telephone_and_nothing_moves(why, theme):
    page = why.page
    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate(
        "light => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower()
    )
    page.evaluate(
        """dark => { for (const [name, value] of Object.entries({
            "--jp-ui-font-color1": "#eee", "--jp-ui-font-color2": "#bbb",
            "--jp-layout-color1": "#111", "--jp-layout-color2": "#333", "background": "#111"}))
            document.body.style[dark ? "setProperty" : "removeProperty"](name, value); }""",
        theme == "dark",
    )
    why.digit(another(why)).click()
    why.wait(why.why("make").is_enabled)
    box = page.locator(".lab-why")
    height = box.bounding_box()["height"]
    why.why("make").click()
    why.wait(why.why("made").inner_text)
    why.wait(lambda: why.why("made").get_attribute("aria-busy") == "false")
    assert box.bounding_box()["height"] == height
    assert box.evaluate(FIND_LAYOUT_FAULTS) == []
    picture = why.why("picture").bounding_box()
    assert abs(picture["width"] - picture["height"]) < 1
    why.shot(theme)
    page.set_viewport_size({"width": 1300, "height": 1000})


def test_digits_to_start_from_stay_on_white_whatever_style_sheet_comes_last(why):
    """Each widget brings what all share, and the order of the sheets is the page's."""
    why.page.add_style_tag(path=SHARED)
    why.page.evaluate("document.body.style.setProperty('--jp-layout-color1', '#111')")
    example = why.part("examples").locator("button").first
    assert example.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(255, 255, 255)"
    assert example.bounding_box()["height"] == 27
    why.page.evaluate("document.body.style.removeProperty('--jp-layout-color1')")
