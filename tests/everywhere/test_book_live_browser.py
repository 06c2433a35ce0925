"""The front page of the book in Chromium: it reads a drawing as the lab does, and it fits.

Set SCREENSHOTS to a folder to keep pictures of it.
"""

import re

import numpy as np
import pytest
from front_page import LINES, READ_ALPHA, Front
from PIL import Image

from book.live import HERE, copy_live
from book.live.pack import unpack
from support.lab.inside import InsideView

READ_FIRST = 'grid => [...grid.getContext("2d").getImageData(1, 1, 28, 28).data]'
FIND_WIDE = """() => [...document.querySelectorAll("body *")].filter(
    part => part.getBoundingClientRect().right > innerWidth).map(part => part.className)"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A page around front.html, as a file: it must work without a server, too."""
    folder = tmp_path_factory.mktemp("book")
    copy_live(folder / "_static" / "live")
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content='
    head += '"width=device-width"><title>The book</title><body data-theme="auto">'
    front = HERE.joinpath("front.html").read_text("utf-8")
    folder.joinpath("index.html").write_text(head + front, "utf-8")
    return folder.joinpath("index.html").as_uri()


@pytest.fixture(scope="module")
def front(browser, address):
    front = Front(browser, address)
    yield front
    assert front.faults == []
    front.page.close()


@pytest.mark.parametrize("name", LINES)
def test_it_reads_a_drawing_as_the_lab_does(front, name):
    front.draw(LINES[name])
    reading = front.lab_reads().reading
    assert np.abs(front.probabilities() - reading["probabilities"]).max() < 1.5e-3
    seen = front.part("seen").evaluate(READ_ALPHA)
    assert np.abs(np.array(seen) - reading["seen"]).max() <= 1
    for i, values in enumerate(reading["hidden"]):
        active = f"hidden layer {i + 1}: {np.count_nonzero(values)} of {len(values)} active"
        assert active in front.part("layers").inner_text()
    assert reading["small"] == ("Draw larger" in front.part("size").inner_text())
    front.clear()


def test_a_correction_does_what_it_does_in_the_lab(front):
    front.draw(LINES[7])
    pad = front.lab_reads()
    pad.learning_rate = 0.03
    front.part("rate").select_option("0.03")
    for label in (2, 3):
        pad.correct(label)
        front.part("labels").get_by_text(str(label), exact=True).click()
        assert front.part("note").inner_text() == pad.note
        assert np.abs(front.probabilities() - pad.reading["probabilities"]).max() < 1.5e-3
    assert "upright mark" in front.part("key").inner_text()  # of what it was before
    front.draw(LINES[1])
    assert front.part("note").inner_text() == front.part("key").inner_text().strip() == ""
    front.page.reload()
    front.draw(LINES[7])
    assert front.part("note").inner_text() == ""
    assert np.abs(front.probabilities() - front.lab_reads().reading["probabilities"]).max() < 1.5e-3
    front.clear()


def test_corrections_are_forgotten_when_one_asks_for_it(front):
    front.draw(LINES[7])
    before = front.probabilities()
    forget = front.page.get_by_text("Forget my corrections")
    assert not forget.is_visible()
    front.part("labels").get_by_text("2", exact=True).click()
    assert np.abs(front.probabilities() - before).max() > 0.01  # a step that one sees
    forget.click()
    assert (front.probabilities() == before).all()
    assert front.part("note").inner_text() == "It has forgotten your corrections."
    assert not forget.is_visible() and front.part("key").inner_text().strip() == ""
    front.clear()


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_the_answer_stands_above_the_paper(browser, address, width):
    front = Front(browser, address, width, has_touch=True)
    names = ("verdict", "canvas", "correct", "bars", "examples", "seen")
    tops = [front.part(name).bounding_box()["y"] for name in names]
    assert tops == sorted(tops)
    samples = [it.bounding_box() for it in front.part("examples").locator("button").all()]
    assert min(sample["width"] for sample in samples) >= 32
    assert samples[1]["x"] - samples[0]["x"] - samples[0]["width"] >= 6
    front.page.close()


def test_why_shows_the_slopes_of_the_answer_that_is_picked(front):
    front.page.get_by_text("Why this answer?").click()
    text = front.page.locator(".lab-why-text")
    assert text.inner_text() == "Draw a digit first."
    front.draw(LINES[7])
    assert text.inner_text().startswith("It reads 7, at ")
    picture = front.page.locator(".lab-why-picture")
    before = picture.evaluate(READ_ALPHA)
    front.page.locator(".lab-why-digits").get_by_text("0", exact=True).click()
    assert re.fullmatch(r"For 0 it has \d+\.\d\s%; it reads 7\.", text.inner_text())
    assert before != picture.evaluate(READ_ALPHA)
    front.clear()
    assert text.inner_text() == "Draw a digit first."


def test_a_finger_draws(browser, address):
    front = Front(browser, address, 390, has_touch=True)
    front.part("canvas").tap(position={"x": 140, "y": 140})
    front.wait_for_reading()
    assert front.part("size").inner_text().startswith("Draw larger")
    front.page.close()


def test_a_photograph_is_sent_to_the_lab(front):
    assert not front.part("choose").is_visible()
    front.draw(LINES[4])
    before = front.probabilities()
    front.page.locator(".lab-pad input[type=file]").set_input_files(HERE / "digits.png")
    front.page.get_by_text("digits.png: photographs are read in the lab of lesson 09").wait_for()
    assert (front.probabilities() == before).all()
    front.part("photograph").get_by_text("Close").click()
    assert front.part("said").inner_text() == ""
    front.clear()


def test_a_digit_can_be_drawn_with_keys(front):
    front.part("canvas").focus()
    for key in [" ", *["ArrowDown"] * 18, " "]:
        front.page.keyboard.press(key)
    front.wait_for_reading()
    assert front.probabilities().argmax() == 1
    front.clear()


def test_the_view_inside_is_told_what_the_lab_tells_it(front):
    front.page.get_by_text("What do its neurons look for?").click()
    front.page.locator(".lab-inside-grid").wait_for()
    view = InsideView(*sheet_of_digits())
    view.show(unpack())
    compare_inside(front, view)
    front.draw(LINES[7])
    pad = front.lab_reads()
    pad.learning_rate = 0.1
    pad.correct(2)
    front.part("rate").select_option("0.1")
    front.part("labels").get_by_text("2", exact=True).click()
    view.show(pad.model)
    compare_inside(front, view)
    front.page.reload()


def compare_inside(front, view):
    """Compare what the page says of the first neurons, and of all, with the lab's own view."""
    inside = front.page.locator(".lab-inside")
    low = inside.locator(".lab-inside-low").inner_text()
    assert float(low[1:]) == float(f"{view.about['scale']:.2g}")
    colours = np.reshape(inside.locator(".lab-inside-grid").evaluate(READ_FIRST), (784, 4))
    weights = np.frombuffer(view.weights, np.uint8)[:784].astype(int) - 128
    strong = np.abs(weights) > 40
    assert ((colours[:, 2] > colours[:, 0]) == (weights > 0))[strong].all()  # purple above zero
    inside.locator(".lab-inside-grid").press("Home")
    for neuron in range(3):
        view.neuron = neuron
        best = int(np.argmax(view.detail["means"]))
        title = inside.locator(".lab-inside-name").inner_text()
        assert title == f"Neuron {neuron + 1} answers most to {best}s, on average"
        answers = inside.locator(".lab-inside-top figcaption").all_inner_texts()
        expected = [image["answer"] for image in view.detail["top"]]
        assert np.allclose(np.array(answers, float), expected, atol=0.06)
        inside.locator(".lab-inside-grid").press("ArrowRight")
    shares = inside.locator(".lab-inside-layer b").all_inner_texts()
    in_words = [f"{100 * layer['zeros']:.0f}\N{NO-BREAK SPACE}%" for layer in view.about["hidden"]]
    assert shares == in_words


def sheet_of_digits():
    """Return x and labels of the images that come with the page."""
    rows = np.asarray(Image.open(HERE / "digits.png")).reshape(10, 28, -1, 28)
    x = rows.swapaxes(1, 2).reshape(-1, 784) / 255
    return x, np.repeat(np.arange(10), len(x) // 10)


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_follows_the_theme(browser, address, width, scheme):
    front = Front(browser, address, width, color_scheme=scheme, has_touch=width == 390)
    front.draw(LINES[4])
    front.page.get_by_text("Why this answer?").click()
    front.page.get_by_text("What do its neurons look for?").click()
    front.page.locator(".lab-inside-grid").wait_for()
    assert front.page.evaluate(FIND_WIDE) == []
    assert (
        front.page.locator("body").get_attribute("data-jp-theme-light")
        == str(scheme == "light").lower()
    )
    front.page.evaluate("document.body.dataset.theme = 'dark'")
    front.page.locator("body[data-jp-theme-light=false]").wait_for()
    front.page.evaluate("document.body.style.setProperty('--color-background-primary', '#111')")
    paper = front.part("examples").locator("button").first  # white in the dark, too
    assert paper.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(255, 255, 255)"
    front.page.evaluate("document.body.dataset.theme = 'auto'")
    front.shot(f"front-{width}-{scheme}")
    assert front.faults == []
    front.page.close()
