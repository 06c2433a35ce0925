"""Why? in a real browser: an answer is picked, the image made another digit, and back.

Set SCREENSHOTS to a folder to keep pictures of it.
"""

import itertools
import os
import re
import statistics
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from lab_page import swipe, watch_for_faults
from pad_page import CELLS, FIND_LAYOUT_FAULTS, READ_ALPHA, SEVEN, Pad

from browser import voila
from project_copy import write_notebook

CELL = """import ipywidgets
from support.lab.why import Why
ipywidgets.VBox([pad, Why(pad)])"""
SLOPES = Path(__file__).parents[2] / "notebooks" / "support" / "lab" / "slopes.js"
SHARED = Path(__file__).parents[2] / "notebooks" / "support" / "shared.css"
LISTEN = """() => {
    window.heard = [];
    const look = (all) => {
        const parts = all.map(({ target }) => target.closest?.("[role=status], [role=alert]"));
        for (const part of new Set(parts)) if (part?.textContent) heard.push(part.textContent);
    };
    const why = document.querySelector(".lab-why");
    new MutationObserver(look).observe(why, { subtree: true, childList: true });
}"""


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

    def heard(self):
        """Return what a screen reader has been told in Why? since the last time, after LISTEN."""
        return self.page.evaluate("() => window.heard.splice(0)")

    def sense(self):
        return self.why("sense").inner_text()

    def can_make(self):
        return self.why("make").get_attribute("aria-disabled") == "false"

    def spot(self, row, column):
        """Return where a pixel of the picture is in the window."""
        edge = self.why("picture").bounding_box()
        pixel = edge["width"] / 28
        return edge["x"] + (column + 0.5) * pixel, edge["y"] + (row + 0.5) * pixel

    def drag(self, *pixels):
        """Draw a line through these pixels of the picture, with the mouse."""
        self.page.mouse.move(*self.spot(*pixels[0]))
        self.page.mouse.down()
        for pixel in pixels[1:]:
            self.page.mouse.move(*self.spot(*pixel), steps=4)
        self.page.mouse.up()
        self.rest()

    def digit(self, digit):
        return self.why("digits").get_by_text(str(digit), exact=True)

    def picture(self):
        every_seventh = f"canvas => ({READ_ALPHA})(canvas).filter((_, i) => i % 7 === 3)"
        return self.why("picture").evaluate(every_seventh)  # the whole one is large

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
    assert why.why("told").get_attribute("aria-live") == "off", "the pad says the same"
    assert not why.can_make() and make.inner_text() == "Make it another digit"
    reason = "First ask for another answer, above."
    assert why.why("reason").inner_text() == make.get_attribute("title") == reason
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
    assert re.fullmatch(rf"For {label} it has \d+\.\d\s%; it reads \d\.", why.text())
    assert why.why("reason").inner_text() == ""
    assert why.why("told").get_attribute("aria-live") == "polite", "it says more than the pad"
    assert why.why("nothing").inner_text() == ""
    hint = why.why("hint").inner_text()
    assert hint.startswith("Full colour: where ink counts most. Draw here: ")
    exact = why.why("hint").get_attribute("title")
    assert re.match(r"Full colour: a slope of \d\S* in log p, the natural logarithm", exact)
    assert f" where ink helps {label} most, a whole pixel of it " in " " + lower(why.sense())
    stop = why.why("digits").locator("[tabindex='0']")
    assert stop.inner_text() == str(label), "Tab comes to the answer that was picked"
    slopes, reading = why.picture(), why.verdict()
    assert slopes != drawing
    why.shot("asked")
    make.focus()
    why.page.evaluate(LISTEN)
    why.page.keyboard.press("Enter")
    why.wait(lambda: why.text().startswith(f"Changed, it reads {label}, at "))
    words = why.why("made").inner_text()
    assert why.heard() == [f"{why.text()} {words}"], "not each picture of the film"
    assert why.sense() == ""
    article = "an" if label == 8 else "a"
    assert words.startswith(f"You still see the same digit; the network sees {article} {label}. ")
    assert re.search(r"\d+ small steps .* all together, \d+\s% of the ink of the image", words)
    assert max(why.picture()) == 255, "signs, of which the legend speaks"
    assert re.search(r"^Full colour: a change by \d+\s% of black", why.why("hint").inner_text())
    assert why.picture() != slopes and why.verdict() == reading, "the pad stays as it is"
    drawn, changed = (why.why(name).evaluate(READ_ALPHA) for name in ("drawing", "changed"))
    assert drawn == why.seen() != changed, "both are shown without signs"
    assert re.fullmatch(rf"changed: {label}, at \d+\.\d\s%", why.why("after").inner_text())
    name = re.compile(rf"The image, changed towards {label}: step (\d+) of \1\. ")
    assert why.page.get_by_role("application", name=name).is_visible()
    why.shot("made")
    go_through_the_film(why, label)
    make.focus()
    back = why.page.get_by_role("button", name="Back to the image")
    assert back.evaluate("button => button === document.activeElement")
    why.page.keyboard.press("Enter")
    why.wait(lambda: why.text().startswith(f"For {label} it has "))
    assert why.picture() == slopes and why.why("made").inner_text() == ""
    assert "ink was" not in why.why("key").inner_text()
    assert not why.why("after").is_visible() and why.why("drawing").is_visible()


def lower(text):
    return text[:1].lower() + text[1:]


def test_the_places_that_are_named_are_those_of_the_colours(why):
    source = SHARED.with_name("shared.js").read_text("utf-8") + SLOPES.read_text("utf-8")

    def name(*pixels, ground=0.0):
        slopes = np.full((28, 28), ground)
        for row, column, slope in pixels:
            slopes[row, column] = slope
        call = f"nameOf(3, {slopes.ravel().tolist()})"
        return why.page.evaluate(f"() => {{ {source}; return {call}; }}")

    said = "Where more ink speaks for 3: {}. Against it: {}"
    left, middle = "most at the top left", "most in the middle"
    assert name((2, 2, 1), (14, 14, -1)) == said.format(left, middle)
    # all of a ninth is faint, and white: what is coloured counts
    assert name((2, 25, 1), ground=0.2) == said.format("most at the top right", "nowhere strongly")
    near = (2, 2, 1), (25, 14, 0.9), (14, 2, 0.6)
    assert name(*near) == said.format(f"{left} and at the bottom", "nowhere strongly")


@pytest.mark.parametrize("then", ["scrolls", "draws"])
def test_a_swipe_over_the_picture_scrolls_until_a_tap(why, then):
    page, picture, ink = why.page, why.why("picture"), why.ink()
    page.set_viewport_size({"width": 390, "height": 500})
    if then == "draws":
        swipe(page, picture, 0, 0)
        page.wait_for_function("document.activeElement.matches('.lab-why-picture')")
    moved = swipe(page, picture, 4, -100)
    why.rest()
    page.set_viewport_size({"width": 1300, "height": 1000})
    assert (moved < -30, why.ink() != ink) == (then == "scrolls", then == "draws")


def test_one_sentence_says_what_to_make_of_the_slopes(why):
    """What ink in a white pixel would make of the answer, along its slope."""
    source = SHARED.with_name("shared.js").read_text("utf-8") + SLOPES.read_text("utf-8")

    def say(p, slope):
        slopes = [slope, -slope, 9 * slope, -9 * slope]  # the last two are of black pixels
        shares = [p, 1 - p] + [0] * 8
        call = f"inOneSentence({slopes}, [0, 0, 255, 255], 0, {shares})"
        return why.page.evaluate(f"() => {{ {source}; return {call}; }}").replace("\xa0", " ")

    left = "; slopes below a quarter of the largest are left white."
    ink = "here ink {} 0 most, a whole pixel of it "
    hurts, helps = ink.format("hurts"), ink.format("helps")
    # log-odds grow by slope / (1 - p): 0.4 / 0.8 above log(0.2 / 0.8), and -0.1 / 0.2 above log(4)
    assert say(0.2, 0.4) == f"W{helps}takes it from 20.0 % to about 29.2 %{left}"
    assert say(0.8, 0.1) == f"W{hurts}takes it from 80.0 % to about 70.8 %{left}"
    tiny = f"Tiny slopes, coloured by their own largest: even w{hurts}leaves it at "
    ask = ". Another answer has steep ones: ask for it."
    assert say(0.999, 0.001) == f"{tiny}about 99.7 %{ask}"
    assert say(0.999999, 1e-8) == f"{tiny}> 99.9 %{ask}"
    many = "leaves it at 0.0 %: only many places together change that."
    assert say(1e-7, 1.0) == f"Even w{helps}{many}"
    assert say(0.2, 0.0) == ""

    def most_opaque(slope):
        slopes = f"Array.from({{ length: 784 }}, (_, i) => (i % 3 ? 0 : {slope}))"
        return why.page.evaluate(f"""() => {{ {source};
            const canvas = element("canvas", {{ width: SIDE, height: SIDE }});
            const style = getComputedStyle(document.querySelector(".lab-why"));
            paintSlopes(canvas, new Array(784).fill(0), {slopes}, style);
            return ({READ_ALPHA})(canvas).reduce((a, b) => Math.max(a, b)); }}""")

    def full(slope):
        return why.page.evaluate(f"() => {{ {source}; return fullColour([0, {slope}, 0]); }}")

    for slope, written in ((0.3, "0.3"), (-0.00123, "0.0012"), (1e-9, "1e-9")):
        assert most_opaque(slope) == 255, "signs, however small: the legend says it"
        assert full(slope).startswith(f"Full colour: a slope of {written} in log p, ")
    assert most_opaque(0.0) == 0 and full(0) == ""


def go_through_the_film(why, label):
    """Go back to its beginning, on by one step, and to its end, with the keys of the slider."""
    slider, drawing = why.page.get_by_label("Step of the change"), why.seen()
    read = drawing_is_read(why)
    slider.focus()
    why.heard()
    why.page.keyboard.press("Home")
    assert why.text().startswith(f"At first it reads {read}")
    first, later = why.why("text").evaluate("""text => ["At first", "Changed,"].map((word) => {
        const copy = text.cloneNode(), range = document.createRange();
        copy.textContent = text.textContent.replace("At first", word);
        text.after(copy);
        range.selectNodeContents(copy);
        const { width } = range.getBoundingClientRect();
        copy.remove();
        return width; })""")
    assert 0 < first <= later, "one line, where the other steps have one"
    assert why.why("changed").evaluate(READ_ALPHA) == drawing
    assert why.why("made").inner_text() == "", "what it says is of the end"
    columns = why.why("column").evaluate_all("all => all.map(it => parseFloat(it.style.height))")
    assert columns.index(max(columns)) == read
    why.page.keyboard.press("ArrowRight")
    said = r"step \d+ of \d+: it reads \d, at \S+"
    assert re.match(said, slider.get_attribute("aria-valuetext"))
    assert why.why("changed").evaluate(READ_ALPHA) != drawing
    why.page.keyboard.press("End")
    assert why.text().startswith(f"Changed, it reads {label}")
    assert why.heard() == [], "the slider has said it"
    why.page.get_by_role("button", name="Play").click()  # once more, from the beginning
    why.wait(lambda: why.text().startswith("Changed, it reads") and why.why("made").inner_text())
    assert why.heard() == [f"{why.text()} {why.why('made').inner_text()}"], "the end, once more"


def drawing_is_read(why):
    return int(re.search(r"reads (\d)", why.verdict())[1])


def test_who_wants_no_motion_sees_the_end_at_once(why):
    why.page.emulate_media(reduced_motion="reduce")
    why.digit(another(why)).click()
    why.wait(why.can_make)
    seen = why.why("text").evaluate(
        """text => new Promise(done => {
            new MutationObserver(() => done(text.textContent)).observe(text, { childList: true });
            text.parentElement.querySelector(".lab-why-make").click();
        })"""
    )
    why.page.emulate_media(reduced_motion="no-preference")
    assert seen.startswith(f"Changed, it reads {another(why)}")
    assert why.why("play").inner_text() == "Play"


def test_ink_is_put_and_taken_away_on_the_picture(why):
    before, ink, reading = np.reshape(why.seen(), (28, 28)), why.ink(), why.probabilities()
    assert not before[18:22, 19:22].any(), "right of the foot of a 7"
    slopes = why.picture()
    why.drag((18, 19), (21, 21))
    more = np.reshape(why.seen(), (28, 28))
    assert why.ink() > ink + 500 and why.picture() != slopes
    assert np.abs(place_of_what_is_new(before, more) - (19.5, 20)).max() < 1, "where it was drawn"
    assert why.probabilities() != reading
    added = why.ink()
    why.page.keyboard.down("Shift")
    bar = more.sum(axis=1).argmax()
    why.drag((bar, 6), (bar, 22))
    why.page.keyboard.up("Shift")
    assert why.ink() < added - 4000, "the bar of the 7 is gone"
    for _ in range(2):  # its keys are those of the pad
        why.why("picture").press("Control+z")
    why.wait(lambda: why.probabilities() == reading)
    assert why.ink() == ink
    why.why("picture").focus()
    for key in ("Home", "Space", "Shift+ArrowRight", "Space"):
        why.page.keyboard.press(key)
    why.rest()
    assert why.ink() > ink and why.why("spoken").inner_text().startswith("Pen up, ")
    assert why.why("picture").evaluate("it => it === document.activeElement")
    most = r"(most (at|in|on) the|nowhere) .*"
    name = re.compile(rf"Where more ink speaks for \d: {most}\. Against it: {most}\. Draw")
    assert why.page.get_by_role("application", name=name).is_visible()


def place_of_what_is_new(before, after):
    """Return the middle of the new ink, (row, column) in `before`; all may have moved with it."""
    moves = list(itertools.product(range(-2, 3), repeat=2))
    new = [after - np.roll(before, move, axis=(0, 1)) for move in moves]
    least = min(range(len(moves)), key=lambda i: np.abs(new[i]).sum())
    return np.argwhere(new[least] > 128).mean(axis=0) - moves[least]


def test_a_drawing_whose_margin_lies_beside_the_paper_can_be_added_to(why):
    why.clear()
    why.draw((30, 20), (30, 260))  # at the left edge: the image of it reaches far beyond the paper
    why.rest()
    before = np.reshape(why.seen(), (28, 28))
    why.drag((14, 4), (15, 4))
    after = np.reshape(why.seen(), (28, 28))
    assert after[:, :9].sum() > before[:, :9].sum() + 500
    why.part("undo").click()
    why.part("undo").click()
    why.rest()
    assert np.array_equal(np.reshape(why.seen(), (28, 28)), before)


def test_a_stroke_brings_the_drawing_back(why):
    why.digit(another(why)).click()
    why.wait(why.can_make)
    why.why("make").click()
    why.wait(lambda: why.why("made").inner_text())
    why.draw((140, 40), (150, 40))
    why.wait(lambda: why.why("made").inner_text() == "")
    why.clear()
    why.wait(lambda: why.text() == "Draw a digit first.")
    assert not why.can_make() and not any(why.picture())


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
    why.wait(why.can_make)
    box = page.locator(".lab-why")
    height = box.bounding_box()["height"]
    why.why("make").click()
    why.wait(why.why("made").inner_text)
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
