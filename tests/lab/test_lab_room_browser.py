"""The lab in Voila on pages of many sizes: room for everything, nothing that moves; files."""

import io
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from lab_page import FIND_LAYOUT_FAULTS, FIND_SMALL_TEXT, SMALL_LAB, ready, watch_for_faults

from browser import voila
from project_copy import write_notebook
from support.lab.why import TRAINED_ON

HEIGHTS = """lab => [...lab.querySelectorAll("button")].filter((button) => button.checkVisibility())
    .map((button) => button.offsetHeight)"""

# How far below its picture each caption of the glass stands
UNDER_PICTURES = """glass => [...glass.querySelectorAll("figure")].map((figure) => {
    const [picture, caption] = ["canvas", "figcaption"].map((name) =>
        figure.querySelector(name).getBoundingClientRect());
    const isFramed = getComputedStyle(figure).outlineStyle !== "none";
    return isFramed ? 99 : caption.top - picture.bottom;
})"""

# Does the line of the ways lie over the title?
OVER_THE_TITLE = """ways => {
    const words = document.createRange(), line = ways.getBoundingClientRect();
    words.selectNodeContents(document.querySelector(".lab-title"));
    const title = words.getBoundingClientRect();
    return line.left < title.right && line.top < title.bottom && line.bottom > title.top;
}"""

# What sticks out of the colour scale's line where weights are beyond all bounds
STRANGE_NUMBERS = """line => {
    const ends = [".lab-inside-low", ".lab-inside-high"].map((end) => line.querySelector(end));
    const before = ends.map((end) => end.textContent), found = [];
    for (const number of ["9,900", "9.9·10⁹", "3·10³⁸"]) {
        ends.forEach((end, i) => end.textContent = "+" + number);
        const right = line.lastElementChild.getBoundingClientRect().right;
        if (right > line.getBoundingClientRect().right + 1) found.push(number);
    }
    ends.forEach((end, i) => end.textContent = before[i]);
    return found;
}"""

# Captions of the glass that lie over the picture of another
CAPTIONS_OVER = """glass => [...glass.querySelectorAll(".lab-glass-more > span")].filter((text) => {
    const own = text.getBoundingClientRect();
    return own.width && [...glass.querySelectorAll("canvas")].some((canvas) => {
        const edge = canvas.getBoundingClientRect();
        return !text.closest("figure").contains(canvas) && own.left < edge.right &&
            edge.left < own.right && own.top < edge.bottom && edge.top < own.bottom;
    });
}).map((text) => text.textContent)"""

# Images behind a cell, and numbers below them, of which a part alone is seen
CUT_IMAGES = """grid => {
    const edge = grid.getBoundingClientRect();
    return [...grid.querySelectorAll("canvas, .cm-sure")].filter((part) => {
        const { top, bottom } = part.getBoundingClientRect();
        const isSeen = bottom >= edge.top + 1 && top <= edge.bottom - 1;
        return isSeen && (top < edge.top - 1 || bottom > edge.bottom + 1);
    }).map((part) => part.textContent);
}"""

# Is this the name of the stage's layer, and is it in sight?
NAMED_IN_SIGHT = """name => {
    const part = name.includes("loss") ? ".lab-glass-loss" : ".lab-glass-now";
    const heading = document.querySelector(part).closest("section").querySelector("h5");
    const { left, top, height } = heading.getBoundingClientRect();
    const seen = document.elementFromPoint(left + 9, top + height / 2);
    return heading.textContent === name && seen === heading;
}"""

# All that a correction may say
LONGEST_NOTE = """One step towards 1, at learning rate 0.0003. Before: 7 at >\xa099.9\xa0%,
1 at 0.0\xa0%. Right after: 7 at >\xa099.9\xa0%, 1 at 0.0\xa0%. To see more of it, choose a larger
learning rate. Of all validation images, it read 97.90\xa0% rightly before, 97.70\xa0% after, and
97.90\xa0% before your first correction."""

LONGEST_STATUS = "finished · goes on from run 6 · epoch 10 of 10 · step 8,600 of 8,600 · "
LONGEST_STATUS += "mean loss 0.028 · 2.0 s an epoch"

# A verdict whose line takes all of its room, and how far from the button beside it that ends
VERDICT = {".lab-pad-says": "It reads 8", ".lab-pad-truth": ". It is an 8."}
GAP_TO_WHY = """verdict => {
    const parts = [...verdict.querySelectorAll(".lab-pad-says, .lab-pad-truth")];
    const ends = parts.flatMap((part) => [...part.getClientRects()].map(({ right }) => right));
    return document.querySelector(".lab-why-ask").getBoundingClientRect().left - Math.max(...ends);
}"""

# All that may stand below the bars
LONGEST_KEY = "read by the newest network: earlier ones are not kept · mark: before correction"

# All that Why? may say of a changed image
LONGEST_CHANGE = (
    "You still see the same digit; the network sees an 8. 128 small steps added or took away, all "
    "together, 126\xa0% of the ink of the image. Of 784 pixels, 178 changed by more than a tenth "
    f"of full black.{TRAINED_ON}"
)
REFUSED = "20 files, of which photograp…of_it.md: no picture that a browser can read: choose a PNG "
REFUSED += "or JPEG. The paper is as it was."


@pytest.fixture(scope="module")
def lab(folder, browser):
    path = folder / "notebooks" / "lab.ipynb"
    write_notebook(path, SMALL_LAB, "lab")
    with voila(path) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 720}, accept_downloads=True)
        yield ready(page, watch_for_faults(page, url))
        page.close()


@pytest.fixture(autouse=True)
def as_usual(lab):
    """After each test, also one that failed, the next one finds the page as it expects it."""
    yield
    present(lab, False)
    if lab.find(".lab-why").is_visible():
        lab.find(".lab-why-ask").click()
        lab.find(".lab-why").wait_for(state="hidden")
    lab.find(".lab-speed select").select_option("full speed")
    lab.resize(1280)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", [1920, 1280, 900, 700, 390])
def test_it_fits_the_page(lab, width, large):
    root = lab.page.locator(".interactive-lab")
    lab.resize(width)
    present(lab, large)
    faults = root.evaluate(FIND_LAYOUT_FAULTS)
    faults += lab.find(".lab-inside-legend").evaluate(STRANGE_NUMBERS)
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        for name, full in (("", False), ("_full", True)):
            path = Path(folder) / f"lab_{width}{'_large' * large}{name}.png"
            lab.page.screenshot(path=path, full_page=full)
    scrolls = lab.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    sideways = root.evaluate("lab => lab.scrollWidth - lab.clientWidth")
    present(lab, False)
    lab.resize(1280)
    assert faults == [] and scrolls <= 0 and (sideways <= 0 or not large)


def present(lab, on):
    """Switch Presentation on or off, on a page so narrow, too, that its button is not shown."""
    lab.find(".lab-present").evaluate(
        "(button, on) => (button.getAttribute('aria-pressed') === String(on)) || button.click()", on
    )


def whole(lab, *parts):
    """Assert that all of these parts are in the window, when it has stopped scrolling."""
    for _ in range(50):
        boxes = {part: lab.find(part).first.bounding_box() for part in parts}
        tops = [box["y"] for box in boxes.values()]
        lab.page.wait_for_timeout(100)
        is_still = tops == [lab.find(part).first.bounding_box()["y"] for part in parts]
        outside = [p for p, box in boxes.items() if box["y"] < -2 or box["y"] + box["height"] > 721]
        if is_still and not outside:
            return boxes
    raise AssertionError(outside or "it scrolls on and on")


def all_is_read_from_afar(lab, *large):
    """Assert that no text in sight is smaller than 16 pixels, and that these are large."""
    root = lab.page.locator(".interactive-lab")
    assert root.evaluate(FIND_SMALL_TEXT, 16) == []
    for part in large:
        assert lab.find(part).first.evaluate(
            "part => parseFloat(getComputedStyle(part).fontSize) * part.currentCSSZoom >= 24"
        ), part


def is_read_as_sentences(lab, *parts):
    """Assert that these are 19 pixels high, and that all of the curve's half is in the window."""
    for part in parts:
        size = lab.find(part).first.evaluate(
            "part => parseFloat(getComputedStyle(part).fontSize) * part.currentCSSZoom"
        )
        assert size >= 19, (part, size)
    curve = lab.find(".lab-at-curve").bounding_box()
    assert curve["y"] + curve["height"] < 721, "the next part is not seen"


def lies_over_the_matrix(lab, *parts):
    """Assert that these stand one below the other, whole, below the accuracy, beside the curve."""
    curve = lab.find(".lab-at-curve").bounding_box()
    accuracy = lab.find(".cm-looking").first.bounding_box()
    top = accuracy["y"] + accuracy["height"]
    for part, box in whole(lab, *parts).items():
        assert box["y"] > top - 1 and box["x"] > curve["x"] + curve["width"], part
        top = box["y"] + box["height"]


def only_one_lies_over_the_matrix(lab):
    """Runs, more settings and the images behind a cell: the one that was asked for at last."""
    more, runs = lab.find(".lab-controls .lab-more"), lab.find(".lab-runs-open")
    images, line = lab.find(".cm-chosen"), lab.find(".lab-line input")

    def shown():
        return images.count(), runs.count(), "mod-active" in more.get_attribute("class")

    lab.find(".cm-3-3").click()
    lab.wait_for_pattern(".cm-title", "3 ")
    lab.page.keyboard.press("r")
    assert shown() == (0, 1, False)
    more.click()
    line.wait_for()
    assert shown() == (0, 0, True)
    lab.page.keyboard.press("Escape")
    line.wait_for(state="hidden")
    lab.find(".cm-3-3").click()
    more.click()
    line.wait_for()
    assert shown() == (0, 0, True)
    lab.find(".lab-at-matrix summary").click()  # its answer moves the accuracy down
    line.wait_for(state="hidden")
    more.click()
    line.wait_for()
    assert lab.find(".lab-at-matrix .lab-question[open]").count() == 0
    lab.page.keyboard.press("r")
    line.wait_for(state="hidden")
    assert shown() == (0, 1, False)
    assert not lab.find(".cm-3-3").is_visible(), "nobody comes to what is covered"
    lab.page.keyboard.press("r")
    assert lab.find(".cm-3-3").is_visible() and shown() == (0, 0, False)


def escape_twice(lab):
    """The first one, with nothing open, says what a second does; another key ends that."""
    on, hints = lab.find(".lab-present").get_attribute, lab.find(".lab-keys")
    assert "Esc Esc: back" in hints.inner_text()
    for is_first in (True, False):
        lab.page.keyboard.press("Escape")
        said = "Esc again: back to the page"
        assert hints.inner_text() == lab.text(".nn-voice") == said
        assert on("aria-pressed") == "true"
        if is_first:
            lab.page.keyboard.press("Tab")
            assert "Esc Esc: back" in hints.inner_text()
    lab.page.keyboard.press("Escape")
    assert on("aria-pressed") == "false" and lab.text(".nn-voice") == "", "nor said any longer"


def test_in_presentation_more_settings_have_one_line_whatever_they_are(lab):
    lab.settle("the best we know")
    present(lab, True)
    more = lab.find(".lab-controls .lab-more")
    assert len(more.inner_text()) > 40
    clips = "more => getComputedStyle(more).overflow === 'hidden' && more.clientHeight < 40"
    assert more.evaluate(clips), "nothing of them lies over the matrix"
    present(lab, False)
    lab.settle()


def test_presentation_fits_a_projector_and_has_keys(lab):
    lab.settle("tiny network")
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    before = lab.find(".cm-3-3").bounding_box()["height"]
    lab.open_more(False)
    lab.find(".lab-present").click()
    assert lab.find(".lab-present").get_attribute("aria-pressed") == "true"
    group = lab.page.get_by_role("group", name="Presentation", exact=True)
    assert group.evaluate("it => it === document.activeElement")
    assert group.evaluate("it => it.ariaDescription").endswith("twice = back to the page")
    assert lab.page.get_by_role("button", name="Presentation", exact=True).count() == 1
    in_reach = (".lab-preset", ".lab-learning-rate", ".lab-chart-sheet", ".cm-matrix table")
    whole(lab, ".lab-buttons", ".lab-status", *in_reach)
    assert lab.find(".cm-3-3").bounding_box()["height"] > 1.15 * before
    half, curve = (lab.find(f".lab-{of}").bounding_box()["width"] for of in ("at-curve", "curve"))
    assert curve > 0.9 * half
    all_is_read_from_afar(lab, ".cm-share")
    assert lab.find(".lab-bar").evaluate("bar => getComputedStyle(bar).opacity") == "0", "it rests"
    tabs = lab.find(".lab-tabs button")
    tabs.last.hover()
    line = "tabs => tabs.map((tab) => getComputedStyle(tab).borderBottomColor)"
    assert tabs.evaluate_all(line).count("rgba(0, 0, 0, 0)") == 4, "one is marked"
    assert lab.find(".lab-keys").bounding_box()["x"] > lab.find(".lab-speed").evaluate(
        "speed => speed.getBoundingClientRect().right"
    )
    lab.button("step").focus()
    assert group.get_attribute("aria-description") is None, "it is heard once"
    lab.press("step")  # a click leaves the keys to the speaker
    lab.wait_for_pattern(".lab-status", "paused.* step 1 of")
    lab.page.keyboard.press("ArrowRight")
    lab.wait_for_pattern(".lab-status", "paused.* step 2 of")
    lab.find(".lab-speed select").select_option("1 step a second")
    lab.page.keyboard.press("Space")
    lab.wait_for_state("running")
    lab.find(".cm-3-3").focus()
    lab.page.keyboard.press("Space")  # is for the cell
    lab.wait_for_pattern(".cm-title", "3 ")
    assert lab.state() == "running"
    lab.find(".lab-at-pad").evaluate("pad => pad.scrollIntoView()")
    whole(lab, ".lab-buttons", ".lab-status", ".lab-present")
    lab.find(".lab-at-inside .lab-heading").first.click()
    lab.page.keyboard.press("Space")
    lab.wait_for_state("paused")
    for useless in (".cm-moment", ".lab-chart-sheet", "[type=radio]:checked"):  # it would scroll
        if lab.find(useless).count():
            lab.find(useless).first.focus()
            state = "running" if lab.state() == "paused" else "paused"
            lab.page.keyboard.press("Space")
            lab.wait_for_state(state)  # and until it is said: the next sentence comes after it
            lab.wait_for_pattern(".nn-voice", "training" if state == "running" else "paused at")
    if lab.state() == "running":
        lab.press("pause")
        lab.wait_for_state("paused")
    lab.find(".lab-at-pad").evaluate("pad => pad.scrollIntoView()")  # away from the cell
    step = re.search("step ([0-9,]+) of", lab.text(".lab-status"))[1]
    lab.wait_for_pattern(".nn-voice", f"paused at step {step},")  # what is said of it comes first
    for key, of_step in (("3", 0), ("5", 0), ("2", 0), ("1", 1)):  # where no step is seen: none
        lab.page.keyboard.press(key)
        lab.wait_for_pattern(".lab-tabs", f'key {key}[^>]*aria-current="true"')
        lab.page.locator(".interactive-lab").focus()
        lab.page.keyboard.press("ArrowRight")
        if key == "5":  # no key changes the exam's candidate
            lab.page.keyboard.press("Space")
        space = "Space: Go on · " * (key != "5")
        hints = f" · {space}{'→: step · ' * of_step}Esc Esc: back"
        assert lab.text(".lab-keys-hints").endswith(f"R: runs{hints}"), key
    step = f"{int(step.replace(',', '')) + 1:,}"
    lab.wait_for_pattern(".lab-status", f"step {step} of")
    lab.wait_for_pattern(".nn-voice", f"paused at step {step},")
    escape_twice(lab)
    lab.find(".lab-speed select").select_option("full speed")
    lab.settle()


RESTS = "() => document.activeElement.matches('.lab-large')"


def test_in_presentation_a_double_click_leaves_the_keys_to_the_speaker(lab):
    """The button that was pressed twice is off by then, and its second click is no click."""
    lab.settle()
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    present(lab, True)
    hints = lab.find(".lab-keys-hints")
    lab.find(".lab-speed select").select_option("1 step a second")
    assert "Space: Train · →: step" in hints.inner_text()
    for twice in (True, False):  # or the mouse slides off it
        if twice:
            lab.button("train").dblclick()
            lab.wait_for_state("running")
            assert lab.page.evaluate(RESTS)
        else:
            lab.find(".lab-button-train.nn-off").wait_for()
            lab.button("train").hover()
            lab.page.mouse.down()
            lab.page.mouse.move(5, 400)
            lab.page.mouse.up()
        lab.wait_for_pattern(".lab-keys-space", "Pause")
        lab.page.keyboard.press("Space")
        lab.wait_for_state("paused")
        lab.wait_for_pattern(".lab-keys-space", "Go on")
        lab.page.keyboard.press("Space")
        lab.wait_for_state("running")
    lab.page.keyboard.press("Tab")  # who goes by keys, too, pauses with the next one
    lab.button("stop").press("Enter")
    lab.wait_for_state("stopped")
    train = lab.button("train")
    train.focus()
    for key, state in (("Space", "running"), ("Space", "paused")):
        lab.page.keyboard.press(key)
        lab.wait_for_state(state)
        assert train.evaluate("it => it === document.activeElement")
        lab.wait_for_pattern(".lab-keys-space", "Pause" if state == "running" else "Train")
    for part in (".lab-button-stop", ".lab-button-step", ".lab-button-reset", ".lab-why-ask"):
        lab.find(part).dblclick(force=True)
        assert lab.page.evaluate(RESTS), part
    lab.page.keyboard.press("1")
    for part in (".cm-4-4", ".lab-chart-sheet", ".lab-learning-rate .noUi-handle"):
        lab.find(part).focus()
        assert "→" not in hints.inner_text(), part
        lab.page.keyboard.press("Escape")


def test_in_presentation_one_turns_from_part_to_part_as_pages_are_turned(lab):
    present(lab, True)
    top = "() => document.querySelector('.lab-large').scrollTop"
    tops = []
    for key in ["1", *["PageDown"] * 5, "PageUp", "ArrowUp", "ArrowDown"]:
        lab.page.keyboard.press(key)
        lab.page.wait_for_timeout(700)
        now = lab.find(".lab-tabs [aria-current=true]").get_attribute("data-text")
        tops.append((lab.page.evaluate(top), now))
    assert [now for _, now in tops[:5]] == lab.find(".lab-tabs button").all_inner_texts()
    assert tops[5] == tops[4] and tops[6] == tops[8] == tops[3] and tops[7] == tops[2]
    present(lab, False)
    for unfolded in lab.find(":is(.lab-glass-ask, .lab-unfold).mod-active").all()[::-1]:
        unfolded.click()


def test_escape_twice_leads_who_used_no_tab_to_no_pad(lab):
    present(lab, True)
    lab.find(".lab-at-matrix .lab-heading").first.click()
    for key in ("2", "Escape", "Escape"):
        lab.page.keyboard.press(key)
    assert lab.find(".lab-present").get_attribute("aria-pressed") == "false"
    assert lab.page.evaluate("document.activeElement.matches('.interactive-lab, .lab-present')")


def test_in_presentation_the_longest_status_is_one_line(lab):
    present(lab, True)
    place = lab.find(".lab-tabs").bounding_box()
    was = say(lab, ".lab-status .widget-html-content", LONGEST_STATUS)
    assert lab.find(".lab-tabs").bounding_box() == place
    assert lab.find(".lab-status").bounding_box()["height"] < 40
    say(lab, ".lab-status .widget-html-content", was)


def test_in_presentation_keys_lead_to_each_part_and_escape_closes_the_nearest_first(lab):
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    toggle = lab.find(".lab-present").evaluate
    toggle("button => button.click()")
    chart, more = lab.find(".lab-chart-sheet"), lab.find(".lab-controls .lab-more")
    lab.open_more(False)
    before = chart.bounding_box()
    more.click()
    lab.find(".lab-line input").wait_for()
    settings = ("batch-size", "hidden-2", "momentum", "weight-decay", "falling", "seed", "line")
    lies_over_the_matrix(lab, *(f".lab-{name}" for name in settings))
    assert chart.bounding_box() == before
    assert lab.find(".lab-line input").bounding_box()["width"] > 500
    lab.find(".lab-line input").fill("a=1")
    lab.find(".lab-line input").press("Enter")
    lab.wait_for_pattern(".lab-line-note", "is no setting")
    lies_over_the_matrix(lab, ".lab-line", ".lab-line-note")
    all_is_read_from_afar(lab)
    lab.find(".lab-line input").fill("")
    lab.find(".lab-line input").press("Enter")
    lab.wait_for_pattern(".lab-line-note", "^(?!.*lab-trouble)")
    lab.find(".lab-line input").click()
    lab.page.keyboard.press("Escape")  # the field does not keep it
    lab.find(".lab-line input").wait_for(state="hidden")
    more.click()
    lab.find(".lab-line input").wait_for()
    lab.page.keyboard.press("Space")
    lab.wait_for_pattern(".lab-status", "epoch 1 of|finished")  # it trains, and can be seen
    lab.find(".lab-line input").wait_for(state="hidden")
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    said = lab.find(".lab-pad-said").evaluate
    said("said => (said.textContent = 'b.png: no digit can be seen on it')")
    below = """part => part.getBoundingClientRect().top - document.querySelector(
        ".lab-at-top").getBoundingClientRect().bottom"""
    for key, part, shown in (
        ("2", "pad", (".lab-pad-paper", ".lab-pad-labels", ".lab-pad-bars", ".lab-why-ask")),
        ("3", "inside", (".lab-inside-grid", ".lab-inside-top", ".lab-inside-layers")),
    ):
        lab.page.keyboard.press(key)
        assert abs(lab.find(f".lab-at-{part}").evaluate(below)) < 2
        whole(lab, ".lab-buttons", *shown)
        assert "arrow keys" not in lab.text(".lab-inside-caption"), "they are the speaker's"
        all_is_read_from_afar(lab, ".lab-pad-verdict" if part == "pad" else ".lab-inside-name")
        lab.wait_for_pattern(".lab-tabs", f'aria-label="[^"]*key {key}[^>]*aria-current="true"')
    said("said => (said.textContent = '')")
    assert lab.find(".lab-pad-canvas").evaluate("it => it !== document.activeElement")
    lab.button("stop").focus()  # now by somebody who goes from stop to stop
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("2")
    assert lab.find(".lab-pad-canvas").evaluate("it => it === document.activeElement")
    assert lab.text(".nn-voice") == "Your own digit."
    lab.page.locator(".interactive-lab").focus()  # as after Bring back
    lab.page.keyboard.press("3")
    assert lab.find(".lab-inside-grid").evaluate("it => it === document.activeElement")
    assert lab.find(".lab-at-glass").bounding_box()["y"] > 718, "the next part is not seen"
    # and by a speaker, to whom no stop matters
    lab.find(".lab-at-inside .lab-heading").first.click()
    lab.page.keyboard.press("4")
    assert lab.find(".lab-glass-step").evaluate("it => it !== document.activeElement")
    frames = lab.find(".lab-glass-later canvas")
    frames.nth(10).wait_for()
    whole(lab, ".lab-at-glass .lab-heading", ".lab-glass-step", ".lab-glass")
    all_is_read_from_afar(lab)
    captions = """glass => [...glass.querySelectorAll("figcaption, h5")].map((part) => {
        const { x, y } = part.getBoundingClientRect();
        return [x, y].map(Math.round);
    })"""
    empty = lab.find(".lab-glass").evaluate(captions)
    assert frames.count() == 11
    assert "Space: Step" in lab.find(".lab-keys").inner_text()
    lab.page.keyboard.press("Space")  # it takes a step, and trains on for nobody
    lab.wait_for_pattern(".lab-glass-text", "^1 of 9")
    assert "Space: Play" in lab.find(".lab-keys").inner_text()
    lab.page.keyboard.press("4")
    whole(lab, ".lab-at-glass .lab-heading", ".lab-glass")
    for was, now in zip(empty, lab.find(".lab-glass").evaluate(captions), strict=True):
        assert all(abs(a - b) < 3 for a, b in zip(was, now, strict=True)), "where they stood"
    tops = lab.find(".lab-glass-column").evaluate_all("it => it.map((part) => part.offsetTop)")
    assert len(set(tops)) == 1, "all stages in one row"
    for i in range(8):
        lab.page.keyboard.press("ArrowRight")
        lab.wait_for_pattern(".lab-glass-text", f"^{i + 2} of 9")
    assert lab.find(".lab-glass").evaluate(CAPTIONS_OVER) == []
    lab.find(".lab-glass-back .lab-glass-of-tiles canvas").hover()  # the number under the pointer
    lab.wait_for_pattern(".lab-glass-back .lab-glass-of-tiles .lab-glass-more", r"dW1\[")
    assert lab.find(".lab-glass").evaluate(CAPTIONS_OVER) == []
    assert "stages" in lab.find(".lab-keys").inner_text()
    all_is_read_from_afar(lab, ".lab-glass-loss")
    lab.find(".lab-glass canvas").first.click()  # who pointed at an image has the keys back
    lab.page.keyboard.press("ArrowLeft")
    lab.wait_for_pattern(".lab-glass-text", "^8 of 9")
    lab.page.keyboard.press("Space")
    lab.wait_for_pattern(".lab-glass-walk", "Hold")
    lab.page.get_by_label("One stage back").click()
    lab.page.get_by_label("One stage on").click()
    assert "step 1 of" in lab.text(".lab-status"), "the keys were for the glass"
    whole(lab, ".lab-glass-line", ".lab-glass")
    place = lab.find(".lab-glass-step").bounding_box()
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    lab.find(".lab-glass-later").nth(10).wait_for()  # the frames stay, empty
    names = "all => all.map((canvas) => canvas.ariaLabel).filter((name) => name.includes('from'))"
    assert lab.find(".lab-glass canvas").evaluate_all(names) == [], "and no name tells of the step"
    now = lab.find(".lab-glass-step").bounding_box()
    assert all(abs(now[side] - place[side]) < 3 for side in place), f"Reset moves: {place}, {now}"
    lab.find(".lab-glass-step").click()
    lab.wait_for_pattern(".lab-glass-text", "^1 of 9")
    whole(lab, ".lab-glass-line", ".lab-glass")
    faults = lab.find(".lab-glass").evaluate(FIND_LAYOUT_FAULTS)
    assert faults == []
    for part in ".lab-why-ask", ".lab-at-glass summary":  # which lie over nothing
        lab.find(part).click()
    lab.find(".lab-why").wait_for()
    lab.page.keyboard.press("4")
    escape_twice(lab)
    assert lab.find(".lab-glass").is_visible(), "it is the part that is shown, and no fold"
    assert -3 < lab.find(".lab-at-glass").bounding_box()["y"] < 300, "and the page shows it, too"
    assert lab.find(".lab-question[open]").count() == 1 and lab.find(".lab-why").is_visible()
    for part in ".lab-why-ask", ".lab-at-glass summary":
        lab.find(part).click()
    lab.find(".lab-glass-ask").click()
    toggle("button => button.click()")
    assert abs(lab.find(".lab-at-inside").evaluate(below)) < 2, "it begins with what was seen"
    lab.page.keyboard.press("1")
    assert chart.bounding_box() == before
    toggle("button => button.click()")
    assert lab.find(".lab-title").bounding_box()["y"] > -3
    lab.settle()


def up_and_down_go_from_run_to_run(lab):
    """The rows are one Tab stop, nothing behind them scrolls, and Escape leads to their button."""
    is_focused = "it => it === document.activeElement"
    heads = lab.find(".lab-run-head")
    for key in "r", "Tab":
        lab.page.keyboard.press(key)
    whole(lab, ".lab-runs-panel")
    stops = [i for i in range(heads.count()) if heads.nth(i).get_attribute("tabindex") == "0"]
    assert len(stops) == 1 and heads.nth(stops[0]).evaluate(is_focused)
    for _ in range(heads.count()):
        lab.page.keyboard.press("ArrowDown")
    assert heads.last.evaluate(is_focused)
    assert lab.page.locator(".lab-large").evaluate("lab => lab.scrollTop") == 0
    lab.page.keyboard.press("Escape")
    assert lab.find(".lab-runs-ask").evaluate(is_focused)
    lab.page.locator(".interactive-lab").focus()


def test_in_presentation_what_one_asks_for_comes_into_sight_and_nothing_moves(lab):
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    lab.find(".cm-4-4").click()
    lab.wait_for_pattern(".cm-title", "4 ")
    lab.open_more()
    present(lab, True)
    lab.page.wait_for_function("!document.querySelector('.interactive-lab .cm-chosen')")
    lab.find(".lab-line input").wait_for(state="hidden")  # nothing lies over the matrix
    whole(lab, ".lab-runs-ask")
    last, way = lab.find(".cm-9-9"), lab.find(".cm-moment")
    places = [last.bounding_box(), way.bounding_box()]
    assert lab.find(".lab-run-row").first.is_visible(), "the line that is drawn has its legend"
    up_and_down_go_from_run_to_run(lab)
    only_one_lies_over_the_matrix(lab)
    lab.find(".lab-at-matrix summary").click()
    whole(lab, ".lab-at-matrix .lab-heading", ".lab-at-matrix .lab-answer", ".cm-moment", ".cm-9-9")
    answer = lab.find(".lab-at-matrix .lab-answer").bounding_box()
    question = lab.find(".lab-at-matrix .lab-question").bounding_box()
    assert answer["x"] >= question["x"], "it lies over nothing"
    assert answer["y"] + answer["height"] <= way.bounding_box()["y"]
    lab.find(".lab-at-matrix summary").click()
    assert [last.bounding_box(), way.bounding_box()] == places
    digit = max(range(10), key=lambda j: lab.cells()[4][j])  # some are read so
    lab.find(f".cm-4-{digit}").click()
    lab.find(".cm-image").first.wait_for()
    whole(lab, ".cm-title", ".cm-image", ".cm-moment", ".cm-9-9")
    assert lab.find(".cm-image canvas").first.bounding_box()["width"] >= 98
    assert [last.bounding_box(), way.bounding_box()] == places
    empty = next((i, j) for i in range(10) for j in range(10) if not lab.cells()[i][j])
    lab.find(".cm-{}-{}".format(*empty)).click()
    lab.wait_for_pattern(".cm-hint", "^None(, at this moment)?[.]$")
    assert lab.find(".cm-behind").first.bounding_box()["height"] < 72, "two lines, no white sheet"
    lab.page.keyboard.press("Escape")
    lab.find(".cm-behind").first.wait_for(state="hidden")
    lab.find(f".cm-4-{digit}").click()
    lab.find(".cm-image").first.wait_for()
    lab.find(".lab-at-curve summary").first.click()  # its answer lies behind no images
    lab.find(".cm-behind").first.wait_for(state="hidden")
    whole(lab, ".lab-at-curve .lab-answer", ".lab-chart-sheet", ".lab-run-row")
    all_is_read_from_afar(lab)
    lab.find(".lab-at-curve summary").first.click()
    lab.page.keyboard.press("2")
    place = lab.find(".lab-at-pad").bounding_box()["y"]
    lab.find(".lab-why-ask").click()
    lab.find(".lab-why").wait_for()
    lab.page.wait_for_timeout(600)  # a scroll would have begun by now
    assert lab.find(".lab-at-pad").bounding_box()["y"] == place
    whole(lab, ".lab-why", ".lab-why-ask")
    lab.find(".lab-why-ask").click()
    lab.page.keyboard.press("5")
    lab.find(".lab-exam-ask").click()
    lab.wait_for_pattern(".lab-exam", "Train a network first")
    lab.wait_for_pattern(".lab-tabs", 'key 5[^>]*aria-current="true"')
    whole(lab, ".lab-at-more .lab-heading", ".lab-exam-ask", ".lab-files")
    all_is_read_from_afar(lab)
    present(lab, False)
    lab.find(".lab-unfold").click()


def test_in_presentation_a_key_leads_the_focus_off_what_is_no_longer_shown(lab):
    lab.press("step")  # there is a moment to look back to
    lab.find(".cm-moment:enabled").wait_for()
    present(lab, True)
    rests = "document.activeElement.matches('.lab-large')"
    for part in (".cm-4-4", ".cm-moment"):
        lab.page.keyboard.press("1")
        lab.find(part).click()
        assert not lab.page.evaluate(rests), "it has a use for the keys"
        lab.page.keyboard.press("3")
        assert lab.page.evaluate(rests)
    lab.page.keyboard.press("1")
    lab.find(".cm-newest").evaluate("button => button.click()")
    for key, way_out in (("", True), ("ArrowLeft", False)):  # who walks through the matrix, stays
        lab.find(".cm-4-4").click()
        lab.wait_for_pattern(".cm-title", "4 ")
        if key:
            lab.page.keyboard.press(key)
        lab.page.keyboard.press("Escape")
        lab.page.wait_for_function("!document.querySelector('.interactive-lab .cm-chosen')")
        assert lab.page.evaluate(rests) == way_out
    lab.find(".cm-4-4").click()
    lab.find(".lab-at-matrix .cm-close").click()
    assert lab.page.evaluate(rests)
    present(lab, False)
    lab.press("stop")
    lab.wait_for_state("stopped")


FOCUS_IS_SEEN = """() => {
    const now = document.activeElement, { left, top, width, height } = now.getBoundingClientRect();
    const middle = [left + width / 2, Math.min(top + height / 2, innerHeight - 2)];
    const seen = document.elementFromPoint(...middle);
    return top >= 0 && Boolean(seen) && (now.contains(seen) || seen.contains(now));
}"""


def test_in_presentation_the_focus_of_who_goes_by_keys_is_in_sight(lab):
    lab.find(".lab-title").evaluate("title => title.scrollIntoView()")
    lab.find(".lab-present").press("Enter")
    lab.page.keyboard.press("2")  # into the part, without a Tab before
    lab.page.wait_for_function("document.activeElement.matches('.lab-pad-canvas')")
    stops = {"3": ".lab-inside-grid", "2": ".lab-pad-canvas", "4": ".lab-glass-step"}
    for key, stop in stops.items():
        lab.page.keyboard.press(key)
        lab.page.wait_for_timeout(900)  # a scroll back would be over by now
        lab.wait_for_pattern(".lab-tabs", f'key {key}[^>]*aria-current="true"', 1000)
        assert lab.page.evaluate("stop => document.activeElement.matches(stop)", stop)
        assert lab.page.evaluate(FOCUS_IS_SEEN)
    lab.page.keyboard.press("r")
    lab.find(".lab-runs-panel").wait_for()
    for _ in range(6):  # through the list, and on
        lab.page.keyboard.press("Tab")
        assert lab.page.evaluate(FOCUS_IS_SEEN)
    lab.page.keyboard.press("1")
    lab.page.keyboard.press("r")
    lab.page.keyboard.press("3")
    for _ in range(2):
        lab.page.keyboard.press("Escape")
    assert lab.find(".lab-present").get_attribute("aria-pressed") == "false"
    assert lab.page.evaluate(FOCUS_IS_SEEN)
    lab.find(".lab-glass-ask").evaluate("button => button.click()")


def test_in_presentation_r_leads_to_the_runs_and_back_to_where_it_was_pressed(lab):
    def is_at(key, stop, said):
        lab.wait_for_pattern(".lab-tabs", f'key {key}[^>]*aria-current="true"')
        assert lab.page.evaluate("stop => document.activeElement.matches(stop)", stop)
        assert lab.text(".nn-voice") == said
        assert lab.page.evaluate(FOCUS_IS_SEEN)

    ask = lab.find(".lab-runs-ask")
    lab.find(".lab-present").press("Enter")
    lab.page.keyboard.press("Tab")
    assert lab.page.evaluate("document.activeElement.matches('.lab-button-train')"), "comes first"
    lab.page.keyboard.press("r")
    is_at(1, ".lab-runs-panel[role=group][aria-label]", "Runs.")
    lab.page.keyboard.press("r")
    is_at(1, ".lab-button-train", "Train.")
    lab.page.locator(".interactive-lab").focus()
    for key in "rr":
        lab.page.keyboard.press(key)
    is_at(1, ".lab-runs-ask", "Train.")
    for way_back in "r", "Escape":
        for key in "3", "r":
            lab.page.keyboard.press(key)
        is_at(1, ".lab-runs-panel", "Runs.")
        lab.page.keyboard.press(way_back)
        is_at(3, ".lab-inside-grid", "Look inside.")
        assert ask.get_attribute("aria-expanded") == "false"
    lab.page.keyboard.press("r")
    for _ in range(9):  # through the list, and on: to the matrix behind it
        lab.page.keyboard.press("Tab")
        if not lab.page.evaluate("document.activeElement.closest('.lab-below')"):
            break
    assert lab.page.evaluate("document.activeElement.closest('.lab-at-matrix') !== null")
    assert ask.get_attribute("aria-expanded") == "false"
    assert lab.page.locator(".lab-large").evaluate("lab => lab.scrollTop") == 0


def test_in_presentation_tab_leads_into_whole_parts_and_the_hints_name_what_keys_do(lab):
    def is_at(stop, key, hint):
        lab.page.wait_for_function("stop => document.activeElement.matches(stop)", arg=stop)
        lab.wait_for_pattern(".lab-tabs", f'key {key}[^>]*aria-current="true"')
        assert hint in lab.text(".lab-keys-hints"), stop

    lab.settle()
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    unfold = lab.find(".lab-unfold:not(.mod-active)")
    unfold.wait_for()  # the exam is folded
    lab.find(".lab-present").press("Enter")
    lab.page.keyboard.press("Tab")
    for key, stop, hint in (
        ("1", ".lab-button-train", "Space: Train · "),
        ("2", ".lab-pad-canvas", "arrows, Space: pen · "),
        ("3", ".lab-inside-grid", "arrows: neurons · "),
    ):
        lab.page.keyboard.press(key)
        is_at(stop, key, hint)
    lab.press("step")
    lab.wait_for_pattern(".lab-status", "paused.* step 1 of")
    lab.page.keyboard.press("1")
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("1")
    is_at(".lab-button-pause", 1, "Space: Go on · ")  # not Train, which would leave this network
    lab.find(".lab-button-reset").focus()
    is_at(".lab-button-reset", 1, "Space: Reset · ")
    lab.find(".lab-at-matrix .cm-cell[tabindex='0']").focus()
    lab.page.keyboard.press("Tab")
    is_at(".lab-at-pad summary", 2, "Esc")
    whole(lab, ".lab-at-pad summary", ".lab-pad-paper", ".lab-pad-clear", ".lab-why-ask")
    # of a part that is folded, too; what unfolds the exam is next
    lab.find(".lab-glass-ask").focus()
    lab.page.keyboard.press("Tab")
    is_at(".lab-exam-ask", 5, "Space: The last exam")  # and is gone
    lab.page.keyboard.press("1")
    lab.page.locator(".interactive-lab").evaluate("lab => { delete lab.dataset.asked; }")
    lab.find(".lab-runs-ask").click()  # before any part was asked for
    lab.page.keyboard.press("Escape")
    assert lab.find(".lab-runs-ask").get_attribute("aria-expanded") == "false"
    present(lab, False)
    lab.find(".lab-present").press("Enter")
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("3")
    is_at(".lab-inside-grid", "3", "arrows: neurons · ")
    lab.find(".lab-inside-parts button").last.focus()
    for _ in range(2):
        lab.page.keyboard.press("Escape")
    assert lab.find(".lab-present").get_attribute("aria-pressed") == "false"
    assert lab.page.evaluate("document.activeElement.matches('.lab-inside-parts button')")
    lab.find(".lab-unfold").click()
    lab.settle()


def test_in_presentation_nothing_that_comes_late_scrolls_back_from_another_part(lab):
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    present(lab, True)
    for key, asked, answer in (
        ("4", ".lab-glass-step", (".lab-glass-text", "^1 of 9")),
        ("5", ".lab-exam-ask", (".lab-exam", "Train a network first|lab-exam-no")),
        ("1", ".cm-4-4", (".cm-title", "4 ")),
    ):
        lab.page.keyboard.press(key)
        lab.find(asked).click()
        lab.page.keyboard.press("2")
        lab.wait_for_pattern(*answer)
        lab.page.wait_for_timeout(900)  # a scroll would be over by now
        lab.wait_for_pattern(".lab-tabs", 'key 2[^>]*aria-current="true"', 1000)
    lab.page.keyboard.press("1")
    lab.page.keyboard.press("Escape")
    present(lab, False)
    for fold in (".lab-unfold", ".lab-glass-ask"):
        lab.find(fold).click()
    lab.settle()


def an_open_question_cuts_nothing(lab):
    """Not of a paused run with many settings, whose row is long; and only the curve moves."""
    lab.press("step")
    lab.wait_for_pattern(".lab-now .lab-run-label", "paused at step")
    lab.find(".lab-chart-key").wait_for()  # the notice is gone
    parts = ".lab-chart-key", ".lab-now .lab-run-label", ".lab-now .lab-run-ending", ".lab-runs-ask"
    before = whole(lab, *parts)
    lab.find(".lab-at-curve summary").first.click()
    now = whole(lab, ".lab-at-curve .lab-answer", ".lab-chart-sheet", *parts)
    assert all(abs(now[part]["y"] - before[part]["y"]) < 2 for part in parts)
    is_read_as_sentences(lab, ".lab-at-curve summary", ".lab-at-curve .lab-answer")
    all_is_read_from_afar(lab)
    for question in (True, False):
        lab.find(".lab-chart-axes summary").click()
        open_axes = whole(lab, ".lab-chart-quantity", ".lab-chart-sheet", *parts)
        sheet, menu = open_axes[".lab-chart-sheet"], open_axes[".lab-chart-quantity"]
        assert menu["x"] >= sheet["x"] + sheet["width"]
        assert all(abs(open_axes[part]["y"] - before[part]["y"]) < 2 for part in parts)
        all_is_read_from_afar(lab)
        lab.find(".lab-chart-axes summary").click()
        if question:
            lab.find(".lab-at-curve summary").first.click()
    lab.press("stop")
    lab.wait_for_state("stopped")
    lab.find(".lab-at-matrix summary").click()
    lab.find(".lab-at-matrix .cm-3-3").click()
    panel, sixth = ".lab-at-matrix .cm-behind", ".lab-at-matrix .cm-image:nth-child(6)"
    lab.find(sixth).wait_for()  # of the second row
    edge = {part: box["y"] + box["height"] for part, box in whole(lab, panel, sixth).items()}
    assert edge[sixth] < edge[panel]
    lab.page.keyboard.press("Escape")
    lab.find(".lab-at-matrix summary").click()


def test_in_presentation_the_runs_lie_over_the_matrix_and_what_is_said_is_whole(lab):
    lab.settle("tiny network")
    lab.press("train")
    lab.wait_for_state("running")
    lab.wait_for_state("finished")
    lab.settle("the best we know")
    lab.wait_for_pattern(".lab-more", "momentum")
    for name, value in ("layers", "1"), ("hidden-1", "4"):  # as they are: no layers wait
        lab.find(f".lab-{name} .widget-readout").fill(value)
        lab.find(f".lab-{name} .widget-readout").press("Enter")
    lab.wait_until_heard()
    present(lab, True)
    lab.open_more(False)
    below = lab.find(".lab-at-curve .lab-heading").bounding_box()
    more = lab.find(".lab-controls .lab-more").bounding_box()
    assert more["height"] < 40 and more["y"] + more["height"] <= below["y"], "it lies on nothing"
    an_open_question_cuts_nothing(lab)
    lab.find(".lab-learning-rate .widget-readout").fill("0.2")
    lab.find(".lab-learning-rate .widget-readout").press("Enter")
    lab.wait_for_pattern(".lab-message", "lab-short.*For the next training: .*learning rate")
    whole(lab, ".lab-wished", ".lab-now .lab-run-head", ".lab-runs-ask")
    label = lab.find(".lab-now .lab-run-label")
    cut = "it => it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1"
    assert not label.evaluate(cut), "below a short notice the row is whole"
    lab.find(".lab-message .lab-wished").evaluate(
        "it => { it.className = 'lab-remark lab-middle'; it.textContent = 'word '.repeat(34); }"
    )
    whole(lab, ".lab-message", ".lab-now .lab-run-head", ".lab-runs-ask", ".lab-chart-sheet")
    lines = "it => Math.round(it.offsetHeight / parseFloat(getComputedStyle(it).lineHeight))"
    assert label.evaluate(lines) == 2, "below one of three lines there is room for two"
    lab.find(".lab-preset").get_by_text("learning rate too high").click()
    lab.wait_for_pattern(".lab-message", "For the next training: .*learning rate [0-9.]+ to 5")
    whole(lab, ".lab-wished")
    lab.wait_until_heard()
    lab.open_more(False)
    lab.press("train")
    lab.wait_for_state("running")
    lab.wait_for_state("diverged")
    lab.wait_for_pattern(".lab-message", "The training diverged")
    lab.wait_for_pattern(".lab-run-row.lab-now", "diverged")
    whole(lab, ".lab-message", ".lab-run-row.lab-now", ".lab-runs-ask", ".lab-chart-sheet")
    is_read_as_sentences(lab, ".lab-message .lab-trouble", ".lab-at-matrix summary")
    assert lab.text(".lab-now .lab-run-label").startswith("learning rate"), "layers are its end"
    rows, ask = lab.find(".lab-run-row"), lab.find(".lab-runs-ask")
    shown = "rows => rows.filter(row => row.checkVisibility()).length"
    assert rows.evaluate_all(shown) == 1 and f"({rows.count()})" in ask.inner_text()
    matrix = lab.find(".lab-at-matrix").bounding_box()
    places = [lab.find(part).first for part in (".cm-matrix", ".cm-text", ".lab-runs-ask")]
    before = [place.bounding_box() for place in places]
    lab.page.keyboard.press("r")
    box = whole(lab, ".lab-runs-panel")[".lab-runs-panel"]
    assert box["x"] <= matrix["x"] and box["height"] > 0.95 * matrix["height"]
    assert rows.evaluate_all(shown) == rows.count() > 1
    other = lab.find(".lab-run-row:not(.lab-now)").first
    other.locator(".lab-run-head").click()
    for action in ("use", "back", "compare"):
        whole(lab, f".lab-run-row:not(.lab-now) [data-action={action}]")
    all_is_read_from_afar(lab)
    other.locator("[data-action=compare]").click()
    assert ask.get_attribute("aria-expanded") == "false", "the matrix shows the answer"
    lab.wait_for_pattern(".cm-text", "against run")
    longest = "it => it.firstChild.data = 'at step 123,456: '"
    for words in ("it => it", longest):
        lab.find(".cm-text").evaluate(words)
        after = [place.bounding_box() for place in places]
        for old, new in zip(before, after, strict=True):
            moved = [abs(old[side] - new[side]) for side in ("y", "height")]
            assert max(moved) < 1, (words, old, new)
    whole(lab, ".cm-end", ".cm-9-9", ".cm-text", ".cm-matrix")
    all_is_read_from_afar(lab)
    lab.page.keyboard.press("r")
    assert other.locator(".lab-run-compared").is_visible(), "it is marked"
    other.locator(".lab-run-head").click()
    lab.wait_for_pattern(".lab-runs-panel", "End comparing")
    lab.page.keyboard.press("Escape")  # the list, then the comparison, and no more
    assert ask.get_attribute("aria-expanded") == "false"
    assert lab.find(".lab-at-matrix .cm-end").is_visible()
    lab.page.keyboard.press("Escape")
    lab.find(".lab-at-matrix .cm-end").wait_for(state="hidden")
    assert lab.page.locator(".interactive-lab .lab-keys-leave").count() == 0
    assert lab.find(".lab-present").get_attribute("aria-pressed") == "true"
    present(lab, False)
    lab.train_to_the_end()


def test_in_presentation_space_leaves_a_finished_network_its_row_and_r_leads_to_it(lab):
    lab.train_to_the_end()
    present(lab, True)
    lab.open_more(False)
    is_read_as_sentences(lab, ".lab-chart-key", ".lab-now .lab-run-label", ".lab-at-curve summary")
    lab.find(".cm-moment").press("Home")
    lab.wait_for_pattern(".lab-chart", "you look back: before")
    all_is_read_from_afar(lab)
    lab.find(".cm-moment").press("End")
    newest, reads = (
        lab.find(f".lab-now .lab-run-{of}").inner_text() for of in ("number", "ending")
    )
    lab.find(".lab-learning-rate .noUi-handle").press("ArrowLeft")
    lab.find(".lab-controls.lab-moved").wait_for()
    lab.page.keyboard.press("Space")
    lab.wait_for_pattern(".lab-now .lab-run-number", str(int(newest) + 1))
    lab.wait_for_state("finished")
    for _ in range(2):  # it is opened from another part, and found again
        lab.page.keyboard.press("5")
        lab.wait_for_pattern(".lab-tabs", 'key 5[^>]*aria-current="true"')
        lab.page.keyboard.press("r")
        whole(lab, ".lab-runs-panel")
        assert lab.find(".lab-runs-ask").get_attribute("aria-expanded") == "true"
    former = lab.find(".lab-run-row").nth(1)
    assert former.locator(".lab-run-number").inner_text() == newest
    assert former.locator(".lab-run-ending").inner_text() == reads, "it did not go on"
    lab.page.keyboard.press("r")
    assert lab.find(".lab-runs-ask").get_attribute("aria-expanded") == "false"
    present(lab, False)
    lab.find(".lab-unfold").click()
    lab.find(".lab-exam-ask").wait_for(state="hidden")
    lab.settle()


def test_what_a_correction_and_a_change_say_comes_into_sight(lab):
    lab.find(".lab-pad-examples button").nth(2).click()
    lab.wait_for_pattern(".lab-pad-verdict", "It reads")
    digits = lab.find(".lab-pad-labels button")
    for large, why in ((False, False), (True, False), (True, True)):
        present(lab, large)
        lab.page.keyboard.press("2")
        if large and not why:
            the_stages_of_a_photograph_are_in_sight(lab)
        if why:
            kept = ".lab-pad-says", ".lab-pad-bars", ".lab-pad-canvas"
            before = [lab.find(part).bounding_box() for part in kept]
            lab.find(".lab-why-ask").click()
            lab.find(".lab-why-picture").wait_for()
            whole(lab, ".lab-why-last", ".lab-why-digits", ".lab-pad-labels")
            assert [lab.find(part).bounding_box() for part in kept] == before, "they do not move"
            assert lab.find(".lab-why-picture").bounding_box()["width"] > 350
            place = lab.find(".lab-why-digits").bounding_box()
            lab.find(".lab-why-digits [aria-pressed=false]").last.click()
            lab.wait_for_pattern(".lab-why-making", 'aria-disabled="false"')
            lab.find(".lab-why-make").click()
            lab.wait_for_pattern(".lab-why-made", "ink of the image")
            whole(lab, ".lab-why-made", ".lab-why-text")
            assert lab.find(".lab-why-digits").bounding_box() == place
        if not large:
            lab.find(".lab-pad-labels").evaluate("row => row.scrollIntoView({ block: 'end' })")
        rests = ".lab-pad-labels", ".lab-pad-canvas", ".lab-pad-bars"
        places = [lab.find(part).bounding_box() for part in rests]
        digits.nth(5).click()
        lab.wait_for_pattern(".lab-pad-note", "Of all validation images")
        whole(lab, ".lab-pad-note", ".lab-undo-button", ".lab-pad-labels")
        if large:
            what_a_correction_did_is_told_below_its_buttons(lab)
            assert [lab.find(part).bounding_box() for part in rests] == places, "nothing jumps"
        if large:
            lab.find(".lab-undo-button").click()
        else:
            lab.find(".lab-undo-button").press("Enter")
            focused = "document.activeElement.matches('.lab-pad-rate')"
            lab.page.wait_for_function(focused)
            lab.page.keyboard.press("Enter")  # in haste: no other correction
            lab.page.wait_for_timeout(500)
        lab.wait_for_pattern(".lab-pad-note", "^The correction is taken back.$")
    lab.find(".lab-why-ask").click()
    present(lab, False)
    lab.settle()


def what_a_correction_did_is_told_below_its_buttons(lab):
    """And beside Undo, from where the row of digits begins; the longest text has room, too."""
    note, size = lab.find(".lab-pad-note"), "it => parseFloat(getComputedStyle(it).fontSize)"
    assert note.evaluate(f"it => ({size})(it) * it.currentCSSZoom") > 18.9
    note.evaluate("(it, text) => (it.textContent = text)", LONGEST_NOTE)
    boxes = whole(lab, ".lab-pad-note", ".lab-undo-button", ".lab-pad-labels", ".lab-pad-asked")
    told, undo, digits, asked = boxes.values()
    assert abs(told["x"] - asked["x"]) < 2
    assert -1 <= told["y"] - undo["y"] - undo["height"] < 20
    assert 0 < told["y"] - digits["y"] - digits["height"] < 60


def the_stages_of_a_photograph_are_in_sight(lab):
    """All four, two by two, and what the network sees beside them."""
    steps = lab.find(".lab-pad-steps")
    caption = "<figcaption class='lab-pad-caption'>as in MNIST</figcaption>"
    figure = f"<figure><canvas></canvas>{caption}</figure>"
    steps.evaluate("(it, figure) => (it.innerHTML = figure.repeat(4))", figure)
    boxes = [each.bounding_box() for each in lab.find(".lab-pad-steps figure").all()]
    seen = whole(lab, ".lab-pad-steps", ".lab-pad-seen", ".lab-pad-labels")[".lab-pad-seen"]
    steps.evaluate("it => it.replaceChildren()")
    assert len({round(box["x"]) for box in boxes}) == len({round(box["y"]) for box in boxes}) == 2
    assert boxes[0]["width"] > 150 and boxes[0]["x"] > seen["x"] + seen["width"]


def say(lab, part, text):
    """Have this part say so; return what it said before."""
    exchange = "(it, text) => [it.textContent, it.textContent = text][0]"
    return lab.find(part).first.evaluate(exchange, text)


def open_the_question_of(lab, part, *shown):
    """Its answer is whole, and pushes none of what is shown out of the window."""
    lab.find(f".lab-at-{part} summary").first.click()
    whole(lab, f".lab-at-{part} .lab-answer", *shown)
    is_read_as_sentences(lab, f".lab-at-{part} summary", f".lab-at-{part} .lab-answer")
    lab.find(f".lab-at-{part} summary").first.click()


def test_on_a_projector_an_answer_pushes_nothing_out_and_no_number_is_broken(lab):
    lab.train_to_the_end()
    present(lab, True)
    for key, part, last in (
        ("2", "pad", ".lab-pad-labels"),
        ("3", "inside", ".lab-inside-layer:last-child"),
        ("5", "more", ".lab-files"),
    ):
        lab.page.keyboard.press(key)
        open_the_question_of(lab, part, last)
    lab.page.keyboard.press("4")
    lab.find(".lab-glass-step").wait_for()
    is_read_as_sentences(lab, ".lab-glass-line .widget-html-content:visible")
    lab.page.keyboard.press("Space")
    lab.find(".lab-glass-text").wait_for()
    for i in range(9):
        lab.wait_for_pattern(".lab-glass-text", f"^{i + 1} of 9")
        lab.page.keyboard.press("ArrowRight")
    boxes, numbers = "it => it.getBoundingClientRect().toJSON()", ".lab-glass-bars :nth-child(3n)"
    places = lab.find(".lab-glass").evaluate(boxes)
    lab.find(".lab-at-glass summary").click()
    answer = whole(lab, ".lab-at-glass .lab-answer", f"{numbers}:last-child", ".lab-glass")
    answer = answer[".lab-at-glass .lab-answer"]
    assert lab.find(".lab-glass").evaluate(boxes) == places, "nothing moves"
    loss, step = (lab.find(f".lab-glass-{of}").bounding_box() for of in ("loss", "step"))
    assert step["x"] + step["width"] < answer["x"] < answer["x"] + answer["width"] < loss["x"]
    assert answer["y"] + answer["height"] < lab.find(".lab-glass-text").bounding_box()["y"] + 6
    lab.find(".lab-at-glass summary").click()
    say(lab, numbers, "> 99.9 %")
    heights = lab.find(numbers).evaluate_all("all => all.map((it) => it.offsetHeight)")
    assert len(set(heights)) == 1, "it is one line"
    right = lab.find(numbers).first.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert right, "and has the room"
    assert lab.find(".lab-glass").evaluate(boxes) == places
    present(lab, False)
    lab.find(".lab-glass-ask").click()
    lab.find(".lab-unfold").click()
    lab.find(".lab-exam-ask").wait_for(state="hidden")
    lab.press("stop")
    lab.wait_for_state("stopped")


def test_in_a_lower_window_presentation_is_as_legible_and_its_keys_are_told(lab):
    """A projector with a browser's bars: a part may be longer than the window, and scrolls."""
    lab.resize(1280, 600)
    present(lab, True)
    for key in "12345":
        lab.page.keyboard.press(key)
        lab.wait_for_pattern(".lab-tabs", f'aria-label="[^"]*key {key}[^>]*aria-current="true"')
        all_is_read_from_afar(lab)
        assert lab.find(".lab-keys").is_visible()
    lab.page.keyboard.press("1")
    lab.find(".lab-at-curve summary").first.click()
    all_is_read_from_afar(lab)
    lab.find(".lab-at-curve summary").first.click()
    present(lab, False)
    for unfolded in lab.find(":is(.lab-glass-ask, .lab-unfold).mod-active").all()[::-1]:
        unfolded.click()


def test_on_a_projector_all_that_is_said_of_a_drawing_is_in_sight(lab):
    lab.find(".lab-pad-examples button").nth(2).click()
    lab.wait_for_pattern(".lab-pad-verdict", "It reads")
    present(lab, True)
    lab.resize(900)
    was = [say(lab, part, text) for part, text in VERDICT.items()]
    assert lab.find(".lab-pad-verdict").evaluate(GAP_TO_WHY) >= 8
    for part, text in zip(VERDICT, was, strict=True):
        say(lab, part, text)
    lab.resize(1280)
    lab.page.keyboard.press("2")
    paper, says = ".lab-pad-paper", ".lab-pad-photograph"
    rests = ".lab-pad-asked", ".lab-pad-labels", ".lab-pad-examples"
    places = [lab.find(part).bounding_box() for part in rests]

    def nothing_moves():
        assert [lab.find(part).bounding_box() for part in rests] == places

    key = say(lab, ".lab-pad-whose", LONGEST_KEY)
    nothing_moves()
    whole(lab, ".lab-pad-key")
    say(lab, ".lab-pad-whose", key)
    say(lab, ".lab-pad-said", REFUSED)
    nothing_moves()
    boxes = whole(lab, says, ".lab-pad-labels", ".lab-pad-rate", paper)
    close = lab.find(f"{says} button")
    close.evaluate("it => (it.hidden = false)")
    close.click(trial=True)  # nothing lies over it
    close.evaluate("it => (it.hidden = true)")
    say(lab, ".lab-pad-said", "")
    assert boxes[says]["width"] > 1.9 * boxes[paper]["width"], "the free width"
    lab.find(".lab-why-ask").click()
    lab.find(".lab-why-picture").wait_for()
    nothing_moves()
    say(lab, ".lab-pad-said", REFUSED)
    nothing_moves()
    assert whole(lab, says)[says]["y"] > places[0]["y"] + places[0]["height"], "below the samples"
    say(lab, ".lab-pad-said", "")
    last = lab.find(".lab-why-last > p").last
    was = last.evaluate("(it, text) => [it.innerHTML, it.textContent = text][0]", LONGEST_CHANGE)
    whole(lab, ".lab-why-last > p:last-child", ".lab-why-last")
    is_read_as_sentences(lab, ".lab-why-last > p:last-child")
    last.evaluate("(it, html) => (it.innerHTML = html)", was)
    lab.find(".lab-why-ask").click()
    present(lab, False)
    lab.settle()


def test_open_axes_cover_nothing_and_close_when_the_focus_moves_on(lab):
    lab.find(".lab-chart-axes summary").click()
    covered = lab.find(".lab-chart-view").evaluate(
        """view => {
            const choices = [...view.querySelectorAll("select")];
            const places = choices.map(part => part.getBoundingClientRect());
            return [...view.querySelectorAll("text, path")].filter(part => {
                const b = part.getBoundingClientRect();
                return places.some(a => a.top < b.bottom && b.top < a.bottom
                    && a.left < b.right && b.left < a.right);
            }).map(part => part.textContent);
        }"""
    )
    assert covered == []
    lab.button("train").focus()
    assert lab.find(".lab-chart-axes").get_attribute("open") is None


def test_numbers_stay_in_their_places(lab):
    """Four digits, as in the last exam, in a cell; 0.0100 beside its slider."""
    readout = lab.find(".lab-learning-rate .widget-readout")
    readout.fill("0.01")
    readout.press("Enter")
    wide = """part => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return range.getBoundingClientRect().width <= part.clientWidth;
    }"""
    assert readout.inner_text() == "0.0100" and readout.evaluate(wide)
    for width in (1280, 390):
        lab.resize(width)
        cell = lab.find(".cm-1-1").element_handle()
        table = lab.find(".cm-matrix").first.element_handle()
        was = table.evaluate("table => table.classList.contains('cm-long')")
        text = cell.evaluate("cell => [cell.textContent, cell.textContent = '1121'][0]")
        table.evaluate("table => table.classList.add('cm-long')")
        assert cell.evaluate(wide), width
        cell.evaluate("(cell, text) => { cell.textContent = text; }", text)
        table.evaluate("(table, was) => table.classList.toggle('cm-long', was)", was)
    lab.resize(1280)
    lab.settle()


def test_on_a_phone_the_answer_stands_below_the_paper_and_all_is_as_large_as_a_thumb(lab):
    lab.resize(390)
    lab.find(".cm-4-4").click()
    lab.find(".cm-image").first.click()
    lab.page.wait_for_function("""() => {
        const { top, bottom } = document.querySelector(".lab-pad-paper").getBoundingClientRect();
        return top > 0 && bottom < innerHeight;
    }""")
    lab.find(".lab-pad-clear").click()
    lab.wait_for_pattern(".lab-pad-verdict", "Empty paper")
    lab.find(".cm-4-4").press("Escape")
    device, touch = lab.page.context.new_cdp_session(lab.page), "Emulation.setTouchEmulationEnabled"
    device.send(touch, {"enabled": True})
    lab.page.wait_for_function("() => matchMedia('(pointer: coarse)').matches")
    heights = lab.page.locator(".interactive-lab").evaluate(HEIGHTS)
    lab.resize(844, 390)  # on its side there is Presentation, beside the title
    button, note = (lab.find(f".lab-{part}").bounding_box() for part in ("present", "note"))
    device.send(touch, {"enabled": False})
    lab.resize(390)
    assert note["y"] >= button["y"] + button["height"] - 1, "no words are covered"
    assert len(heights) > 40 and min(heights) >= 40
    box = {
        name: lab.find(f".{name}").first.bounding_box()
        for name in ("lab-pad-paper", "lab-pad-bars", "lab-pad-examples button", "cm-moment",
                     "lab-pad-seen", "lab-pad-examples", "lab-why-ask",
                     "lab-inside-layer > :last-child")
    }  # fmt: skip
    lab.resize(1280)
    bars, paper, ask = box["lab-pad-bars"], box["lab-pad-paper"], box["lab-why-ask"]
    ready = box["lab-pad-examples"]
    assert 0 < ready["y"] - bars["y"] - bars["height"] < 90, "one finds what one may start from"
    assert 0 < ask["y"] - ready["y"] - ready["height"] < 60, "the answer opens below them"
    assert bars["y"] + bars["height"] - paper["y"] < 620  # of 844, below the line that stays
    seen = box["lab-pad-seen"]
    assert paper["x"] + paper["width"] < seen["x"] < seen["x"] + seen["width"] <= 376
    assert paper["y"] < seen["y"] < paper["y"] + paper["height"] - 40, "it is seen beside the paper"
    example = box["lab-pad-examples button"]
    assert min(example["width"], example["height"]) >= 36
    assert box["cm-moment"]["width"] > 200
    assert box["lab-inside-layer > :last-child"]["width"] > 250


def test_on_a_phone_train_comes_first_and_stays_in_sight_with_the_status(lab):
    lab.resize(390, 844)
    lab.page.wait_for_function("() => innerWidth === 390")
    lab.find(".lab-title").evaluate("title => title.scrollIntoView({ behavior: 'instant' })")
    order = "button-train", "button-pause", "button-step", "button-stop", "button-reset", "speed"
    buttons = [lab.find(f".lab-{part}").bounding_box() for part in order]
    rests = lab.find(".lab-status").bounding_box()["y"]
    lab.find(".lab-ways").get_by_text("Your own digit").click()
    below = "part => [part.getBoundingClientRect().top].every((top) => top >= 0 && top < 120)"
    lab.page.wait_for_function(below, arg=lab.find(".lab-at-pad").element_handle())
    seen = ("at-pad .lab-heading", "pad-paper", "pad-tools", "pad-bars")
    boxes = [lab.find(f".lab-{part}").first.bounding_box() for part in seen]
    line = [lab.find(f".lab-{part}").bounding_box() for part in ("button-train", "status", "bar")]
    on_top = "part => part.contains(document.elementFromPoint({x} + {width} / 2, {y} + 20))"
    covered = [
        part
        for part, box in zip((".lab-button-train", ".lab-status"), line, strict=False)
        if not lab.find(part).evaluate(on_top.format(**box))
    ]
    hidden = lab.find(".lab-button-step").bounding_box()
    lab.resize(1280)
    places = [(box["y"], box["x"]) for box in buttons]
    assert places == sorted(places), "as Tab goes from one to the next"
    assert buttons[0]["y"] > rests > 56 and covered == []
    end = line[1]["y"] + line[1]["height"]
    assert all(part["y"] >= 0 and part["y"] + part["height"] <= end for part in line)
    assert end <= 60 and hidden["y"] + hidden["height"] <= 0, "one line"
    assert end <= boxes[0]["y"] and boxes[-1]["y"] + boxes[-1]["height"] <= 844
    tops = [part["y"] for part in boxes]
    assert tops == sorted(tops), "the answer below the paper"


@pytest.mark.parametrize("part", [".lab-pad-bars", ".lab-inside-silent", "3"])
def test_what_is_in_sight_stays_when_a_telephone_is_turned_or_a_window_resized(lab, part):
    sizes = [(390, 844), (844, 390), (390, 844), (1280, 720)]
    large = part.isdigit()
    if large:
        sizes = [(1280, 720), (1920, 1080), (1280, 720), (1024, 768)]
        present(lab, True)
    lab.page.set_viewport_size(dict(zip(("width", "height"), sizes[0], strict=True)))
    lab.page.wait_for_timeout(700)  # a reader looks before the lab is scrolled
    if large:
        lab.page.keyboard.press(part)
        part = ".lab-at-inside"
    else:
        lab.find(part).evaluate("part => part.scrollIntoView({ block: 'center' })")
    tops = []
    for width, height in sizes:
        lab.page.wait_for_timeout(200)
        lab.resize(width, height)
        head = lab.find(".lab-at-top").bounding_box() if large else {"y": 0, "height": 0}
        tops.append(lab.find(part).bounding_box()["y"] - head["y"] - head["height"])
    present(lab, False)
    lab.resize(1280)
    if large:
        assert max(map(abs, tops)) < 2, "it begins right below the head line"
    else:
        assert all(0 < top < 0.9 * h for top, (_, h) in zip(tops, sizes, strict=True)), tops


def test_what_belongs_together_stands_together_and_nothing_touches(lab):
    def box(part):
        return lab.find(part).first.bounding_box()

    lab.resize(390)
    less, more = box(".lab-inside-less"), box(".lab-inside-more")
    assert less["y"] == more["y"] and less["x"] + less["width"] < more["x"], "below their scale"
    axes, svg = box(".lab-chart-axes"), box(".lab-chart-drawing svg")
    assert axes["y"] > svg["y"] + svg["height"] - 20, "below the numbers of the axis"
    lab.resize(900)
    assert box(".lab-settings-title")["height"] > 20, "below the curve the settings have a title"
    lab.resize(1280)
    assert box(".lab-settings-title")["height"] < 2
    readout = lab.find(".lab-learning-rate .widget-readout")
    assert readout.evaluate("part => parseFloat(getComputedStyle(part).paddingRight)") >= 11
    cut = """part => { for (let box = part; (box = box.parentElement)?.closest(".jp-OutputArea");)
        if (getComputedStyle(box).overflowX !== "visible") return box.className; }"""
    assert lab.find(".lab-button-train").evaluate(cut) is None, "its ring is seen whole"


def test_a_reason_in_two_lines_is_no_higher_than_its_button(lab):
    lab.find(".lab-why-ask").click()
    reason, button = lab.find(".lab-why-reason"), lab.find(".lab-why-make")
    button.wait_for()
    reason.evaluate("part => { part.innerHTML = 'First<br>second'; }")
    heights = [part.bounding_box()["height"] for part in (reason, button)]
    reason.evaluate("part => { part.textContent = ''; }")
    lab.find(".lab-why-ask").click()
    assert heights[0] <= heights[1]


def test_nothing_moves_when_the_status_says_more(lab):
    lab.resize(1000)
    tops = lab.find(".lab-status .widget-html-content").evaluate(
        """status => {
            const before = status.innerHTML;
            const tops = ["short", before, "word ".repeat(20)].map((text) => {
                status.innerHTML = text;
                return status.closest(".interactive-lab").querySelector(".lab-stage").offsetTop;
            });
            status.innerHTML = before;
            return tops;
        }"""
    )
    lab.resize(1280)
    assert len(set(tops)) == 1, tops


def test_ways_lead_to_what_the_first_view_does_not_show(lab):
    lab.find(".lab-ways").get_by_text("Your own digit").click()
    lab.page.wait_for_function(
        """() => Math.abs(document.querySelector(".lab-at-pad").getBoundingClientRect().top) < 60"""
    )
    lab.find(".lab-at-pad .lab-up").click()
    lab.page.wait_for_function(
        "() => document.querySelector('.lab-title').getBoundingClientRect().top >= -1"
    )
    assert lab.button("train").evaluate("button => button === document.activeElement")


def test_a_way_leads_to_settings_that_stand_below(lab):
    ways, way = lab.find(".lab-ways"), lab.find(".lab-ways [data-text=Settings]")
    assert not way.is_visible(), "beside the curve they need none"
    for width in (390, 700, 1060):
        lab.resize(width)
        for focus in (False, True):  # on the way to the matrix, which is seen then
            if focus:
                ways.locator("button").first.focus()
            tops = ways.evaluate(
                """ways => [...ways.querySelectorAll("button:not(:focus)")].slice(-3).map(
                    (way) => way.getBoundingClientRect()).map(({ top }) => Math.round(top))"""
            )
            assert len(set(tops)) == 1
            assert lab.page.locator(".interactive-lab").evaluate(FIND_LAYOUT_FAULTS) == []
            assert not ways.evaluate(OVER_THE_TITLE), width
        way.press("Enter")
        lab.page.wait_for_function(
            """() => document.activeElement.matches(".lab-learning-rate .noUi-handle") &&
                document.activeElement.getBoundingClientRect().top < innerHeight / 2"""
        )
    lab.resize(1280)
    lab.page.evaluate("document.activeElement.blur()")


def test_what_a_button_unfolds_comes_into_sight(lab):
    button = lab.find(".lab-unfold")
    button.evaluate("button => button.scrollIntoView({ block: 'end' })")
    button.click()
    lab.page.wait_for_function(
        """() => document.querySelector(".lab-at-more").getBoundingClientRect().bottom
            <= innerHeight + 1"""
    )
    button.click()
    lab.find(".lab-exam-ask").wait_for(state="hidden")


def test_a_step_under_the_glass_comes_into_sight_and_the_focus_stays(lab):
    lab.settle("tiny network")
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    ask, step = lab.find(".lab-glass-ask"), lab.find(".lab-glass-step")
    ask.press("Enter")
    step.wait_for()
    whole(lab, ".lab-glass-line", ".lab-glass")
    step.evaluate("step => step.scrollIntoView({ block: 'end', behavior: 'instant' })")
    step.press("Enter")
    lab.wait_for_pattern(".lab-glass-text", "^1 of 7")
    whole(lab, ".lab-glass-title", ".lab-glass-strip")
    assert step.evaluate("step => step === document.activeElement")
    place = step.bounding_box()
    step.press("Enter")
    lab.wait_for_pattern(".lab-glass-title", "Step 2 of")
    lab.find(".lab-glass-later").nth(5).wait_for()
    gaps = lab.find(".lab-glass").evaluate(UNDER_PICTURES)
    assert len(gaps) == 8 and max(gaps) < 8, "empty frames are as large as what fills them"
    assert step.bounding_box() == place, "what is in sight stays where it is"
    ask.press("Enter")
    lab.find(".lab-glass").wait_for(state="hidden")
    lab.settle()


def test_on_a_telephone_the_layer_of_each_stage_is_named_in_sight(lab):
    lab.settle()
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    lab.resize(390)
    lab.find(".lab-glass-ask").click()
    lab.find(".lab-glass-step:not(.nn-off)").click()
    lab.wait_for_pattern(".lab-glass-text", "^1 of 9")
    names = ["layer 1", "layer 2", "layer 3", "softmax and loss", "layer 3", "layer 2", "layer 1"]
    for stage, name in enumerate([*names, "softmax and loss"], start=2):
        lab.page.get_by_label("One stage on").click()
        lab.wait_for_pattern(".lab-glass-text", f"^{stage} of 9")
        lab.page.wait_for_function(NAMED_IN_SIGHT, arg=name)
    # the next step is told from its beginning; a click may miss while the page still scrolls
    lab.button("reset").press("Enter")
    lab.find(".lab-glass-title").wait_for(state="hidden")
    lab.find(".lab-glass-ask").click()
    lab.resize(1280)
    lab.settle()


@pytest.mark.parametrize("width", [1280, 800, 390])
def test_of_the_images_behind_a_cell_whole_rows_are_seen(lab, width):
    lab.resize(width)
    lab.find(".lab-at-matrix .cm-cell").evaluate_all("""cells => {
        const counts = cells.map((cell) => Number(cell.textContent.replace("·", 0)));
        cells[counts.indexOf(Math.max(...counts))].click();
    }""")
    lab.wait_for_pattern(".cm-title", "[0-9]{2} images")
    grid = lab.find(".lab-at-matrix .cm-images")
    for _ in range(2):
        at = grid.evaluate("grid => grid.scrollTop")
        assert grid.evaluate(CUT_IMAGES) == [], f"{at} pixels from the first"
        lab.find(".lab-at-matrix .cm-pages button").click()  # then back to the first
        lab.page.wait_for_function(
            "at => document.querySelector('.lab-at-matrix .cm-images').scrollTop !== at", arg=at
        )
    lab.find(".lab-at-matrix .cm-chosen").press("Escape")


def test_few_images_are_large_under_the_glass(lab):
    lab.settle()
    lab.open_more()
    images = lab.find(".lab-glass-of-tiles canvas").first
    for count, columns in ((1, 1), (4, 2), (8, 3)):
        line = lab.find(".lab-line input")
        line.fill(f"batch_size={count}")
        line.press("Enter")
        lab.wait_for_pattern(".lab-batch-size", f">{count}<")
        lab.press("reset")
        lab.wait_for_pattern(".lab-status", "untrained")
        lab.press("step")
        lab.wait_for_state("paused")
        lab.find(".lab-glass-ask").press("Enter")
        lab.wait_for_pattern(".lab-glass-text", f"{count} image")
        assert images.evaluate("it => it.clientWidth") == 168 == columns * 28 * (6 // columns)
        images.click(position={"x": 160, "y": 8})
        lab.wait_for_pattern(".lab-glass-one", rf"x\[{columns - 1}\]")
        if count > columns:
            images.press("ArrowDown")
            lab.wait_for_pattern(".lab-glass-one", rf"x\[{2 * columns - 1}\]")
        lab.find(".lab-glass-ask").press("Enter")
        lab.find(".lab-glass").wait_for(state="hidden")
        lab.settle()


def test_at_the_fresh_glass_two_presses_are_one_step(lab):
    """→ again is its second stage, Space again plays it, and a double click is one."""
    lab.settle("tiny network")
    present(lab, True)
    lab.page.keyboard.press("4")
    lab.wait_for_pattern(".lab-tabs", r'key 4\)"[^>]*aria-current="true"')
    for key, seen in (("ArrowRight", "2"), ("Space", "[2-7]"), (None, "1")):  # it plays on
        lab.press("reset")
        lab.wait_for_pattern(".lab-status", "untrained")
        lab.find(".lab-glass-later").nth(7).wait_for()
        lab.find(".lab-glass-title").wait_for(state="hidden")
        lab.find(".lab-glass-step:not(.nn-off)").wait_for()
        if key:
            for _ in range(2):
                lab.page.keyboard.press(key)
        else:
            lab.find(".lab-glass-step").dblclick()
        lab.find(".lab-glass-title").wait_for()
        lab.wait_for_pattern(".lab-glass-text", f"^{seen} of 7")
        assert lab.page.evaluate("() => !document.activeElement.matches('button')"), "keys are free"
        lab.wait_until_heard()
        assert lab.text(".lab-glass-title").startswith("Step 1 of run"), key
        lab.page.locator(".interactive-lab").focus()
        lab.page.keyboard.press("4")
        lab.wait_for_pattern(".lab-tabs", r'key 4\)"[^>]*aria-current="true"')
    lab.page.keyboard.press("ArrowRight")
    lab.wait_for_pattern(".lab-glass-text", "^2 of 7")
    lab.find(".lab-glass-step").click()
    lab.wait_for_pattern(".lab-glass-title", "Step 2 of")
    present(lab, False)
    lab.find(".lab-glass-ask").click()
    lab.settle()


def test_who_comes_to_the_paper_by_tab_sees_its_buttons(lab):
    lab.find(".cm-normalise input").first.focus()
    for _ in range(20):
        lab.page.keyboard.press("Tab")
        if lab.find(".lab-pad-canvas").evaluate("it => it === document.activeElement"):
            break
    whole(lab, ".lab-at-pad .lab-heading", ".lab-pad-canvas", ".lab-pad-clear")


def test_tab_comes_to_why_where_it_stands(lab):
    lab.find(".lab-pad-examples [tabindex='0']").focus()
    for part in (".lab-why-ask", ".lab-pad-rate"):  # on empty paper, the ten digits are off
        lab.page.keyboard.press("Tab")
        assert lab.find(part).evaluate("part => part === document.activeElement"), part
    gap = lab.find(".lab-pad-rate").evaluate(
        """rate => document.querySelector(".lab-at-inside").getBoundingClientRect().top
            - rate.getBoundingClientRect().bottom"""
    )
    assert gap < 70, "what a correction says has its room beside its Undo"


def test_curve_and_matrix_are_seen_together(lab):
    lab.find(".lab-title").evaluate("title => title.scrollIntoView()")
    whole(lab, ".lab-buttons", ".lab-learning-rate", ".lab-chart svg", ".cm-matrix table")


@pytest.mark.parametrize("width", [1280, 900])
def test_paper_bars_and_slopes_are_seen_together(lab, width):
    lab.resize(width)
    ask, parts = lab.find(".lab-why-ask"), ("pad-canvas", "why-picture", "why-digits", "pad-bars")
    below = """ask => ask.getBoundingClientRect().top
        - ask.closest(".interactive-lab").getBoundingClientRect().top"""
    before = ask.evaluate(below)
    ask.click()
    lab.find(".lab-why-picture").wait_for()
    try:
        assert ask.evaluate(below) == before, "what was clicked stays where it was"
        lab.find(".lab-at-pad").evaluate("part => part.scrollIntoView()")
        boxes = whole(lab, ".lab-why-ask", *(f".lab-{part}" for part in parts))
        button, answer = boxes[".lab-why-ask"], lab.find(".lab-why-text").bounding_box()
        assert 0 < answer["x"] - button["x"] - button["width"] < 200, "it opens beside its button"
        paper, picture = boxes[".lab-pad-canvas"], boxes[".lab-why-picture"]
        assert picture["x"] > paper["x"] + paper["width"] and picture["width"] > 200
        assert lab.page.locator(".interactive-lab").evaluate(FIND_LAYOUT_FAULTS) == []
        if width == 1280:  # the steps of a photograph are in sight, too
            steps = lab.find(".lab-pad-steps")
            steps.evaluate("it => it.append(document.createElement('figure'))")
            place = steps.bounding_box()
            steps.evaluate("it => it.replaceChildren()")
            assert paper["x"] + paper["width"] < place["x"] < picture["x"]
            assert place["y"] < paper["y"] + paper["height"]
    finally:
        ask.click()
        lab.find(".lab-why-picture").wait_for(state="hidden")
        lab.resize(1280)


@pytest.mark.parametrize("width", [1280, 900])
def test_nothing_moves_under_the_pen(lab, width):
    """While a training goes on, with a cell open, warnings said and rows unfolded."""
    places = set()
    lab.resize(width)

    def note():
        places.add(
            lab.find(".lab-pad-canvas").evaluate(
                """canvas => canvas.getBoundingClientRect().top
                    - canvas.closest(".interactive-lab").getBoundingClientRect().top"""
            )
        )

    def train_in_a_row():
        """Begin, and wait until the list has the row of this run, its only running one."""
        newest = lab.find(".lab-run-number").first.inner_text()
        lab.press("train")
        lab.wait_for_pattern(".lab-run-number", f"^(?!{newest}$)")
        lab.wait_for_state("running", "diverged", "finished")

    lab.settle()
    lab.press("reset")
    lab.wait_until_heard()
    lab.find(".cm-close").dispatch_event("click")  # a test before this one may have opened a cell
    lab.page.wait_for_function("!document.querySelector('.interactive-lab .cm-chosen')")
    note()
    lab.find(".cm-4-4").click()
    lab.wait_for_pattern(".cm-title", "4 ")
    note()
    assert len(places) == 1, places
    box, images = (lab.find(f".lab-at-matrix .cm-{name}") for name in ("behind", "images"))
    edges = [box["y"] + box["height"] for box in (images.bounding_box(), box.bounding_box())]
    assert edges[0] <= edges[1] + 1, "its two rows are whole"
    places.clear()  # a run more is a row more
    lab.find(".lab-preset").get_by_text("learning rate too high").click()
    train_in_a_row()
    note()
    lab.wait_for_state("diverged")
    lab.wait_for_pattern(".lab-message", "diverged")
    note()
    assert len(places) == 1, places
    places.clear()
    lab.find(".lab-run-head").first.click()
    lab.settle()
    lab.shorten()
    train_in_a_row()
    note()
    lab.wait_for_state("finished")
    lab.wait_for_pattern(".cm-text", "after epoch")
    note()
    lab.resize(1280)
    assert len(places) == 1, places


# --------------------------------------------------------------------------- saving, loading


def saved(lab, name):
    """Save this file; return its bytes."""
    with lab.page.expect_download() as download:
        lab.find(f"[data-file='{name}']").click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def test_a_key_for_which_a_control_has_no_use_scrolls_nothing(lab):
    summary = ".lab-at-matrix summary"
    for part, key in (
        (".lab-learning-rate .noUi-handle", " "), (summary, "End"), (summary, "Home"),
    ):  # fmt: skip
        lab.find(part).evaluate("part => part.scrollIntoView({ block: 'center' })")
        lab.find(part).focus()
        before = lab.find(part).bounding_box()
        lab.page.keyboard.press(key)
        lab.page.wait_for_timeout(300)
        assert lab.find(part).bounding_box() == before, (part, key)


def test_save_and_load(lab):
    lab.train_to_the_end()
    line = lab.find(".lab-now .lab-run-moment").evaluate(
        "line => getComputedStyle(line, '::before').content"
    )
    assert line.startswith('"after epoch'), "the line of what changes is not left empty"
    lab.find(".lab-unfold").click()
    right = lab.text(".cm-share")
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
    lab.wait_for_pattern(".cm-text", f"as loaded: .*{right}")
    # go on; by a key, since a click may miss it while the page still scrolls
    lab.find(".lab-button-pause:not(.nn-off)").press("Enter")
    lab.wait_for_state("finished")


def test_on_a_projector_the_exam_shows_what_files_say_and_two_rows_of_images(lab):
    lab.train_to_the_end()
    present(lab, True)
    lab.page.keyboard.press("5")
    lab.find(".lab-exam-ask").click()
    lab.find(".lab-exam-yes").click()
    lab.find(".lab-exam .cm-3-3").wait_for()
    lab.find("input[accept='.npz']").set_input_files(
        [{"name": "a_photograph.png", "mimeType": "image/png", "buffer": b"a cat"}]
    )
    lab.wait_for_pattern(".lab-files-note", "holds no weights")
    seen = whole(lab, ".lab-files-note", ".lab-files", ".lab-exam .cm-9-9")
    note, cell = seen[".lab-files-note"], seen[".lab-exam .cm-9-9"]
    assert note["y"] > cell["y"] + cell["height"]
    is_read_as_sentences(lab, ".lab-files-note", ".lab-at-more summary")
    lab.find(".lab-exam .cm-3-3").click()
    panel, sixth = ".lab-exam .cm-behind", ".lab-exam .cm-image:nth-child(6)"
    lab.find(sixth).wait_for()
    boxes = whole(lab, panel, sixth, ".lab-exam-shares", ".lab-files")
    edge = {part: box["y"] + box["height"] for part, box in boxes.items()}
    assert edge[sixth] < edge[panel] < boxes[".lab-files"]["y"]
    assert edge[".lab-exam-shares"] < boxes[panel]["y"] + 2
    lab.page.keyboard.press("Escape")
    present(lab, False)
    lab.find(".lab-unfold").click()
    lab.find(".lab-exam-ask").wait_for(state="hidden")


def test_in_presentation_keys_read_an_open_card_and_lead_back_to_where_it_was_opened(lab):
    lab.press("reset")
    lab.press("step")
    lab.wait_for_pattern(".lab-status", "paused.* step 1 of")
    lab.find(".lab-present").press("Enter")
    press, has_focus = lab.page.keyboard.press, "at => document.activeElement.matches(at)"
    counts = lab.cells()
    i, j = max(((i, j) for i in range(10) for j in range(10)), key=lambda at: counts[at[0]][at[1]])
    cell = lab.find(f".lab-at-matrix .cm-{i}-{j}")
    press("Tab")

    def open_images():
        cell.focus()
        press("Enter")
        lab.find(".lab-at-matrix .cm-image").first.wait_for()

    def there(at):
        return lab.page.evaluate(has_focus, at)

    open_images()
    for stop in (".cm-pages button", ".cm-image", ".cm-close"):  # what closes them is the last
        press("Tab")
        assert there(stop), stop
        press("ArrowRight")
        assert "→" not in lab.text(".lab-keys-hints")
    press("r")  # the runs take their place
    assert there(".lab-runs-panel") and lab.find(".cm-chosen").count() == 0
    press("ArrowRight")
    press("r")
    assert there(f".cm-{i}-{j}")
    open_images()
    lab.find(".cm-pages button").first.focus()
    lab.button("stop").evaluate("stop => stop.click()")
    lab.wait_for_pattern(".lab-status", "stopped.* step 1 of")  # no arrow has made a step
    lab.find(".lab-at-curve summary").first.evaluate("it => it.click()")  # it closes them
    lab.page.wait_for_function("!document.querySelector('.interactive-lab .cm-chosen')")
    assert there(f".cm-{i}-{j}")
    lab.find(".lab-at-curve summary").first.evaluate("it => it.click()")
    open_images()
    lab.find(".lab-at-matrix .cm-image").first.press("Enter")  # onto the pad
    lab.wait_for_pattern(".lab-tabs", 'key 2[^>]*aria-current="true"')
    assert there(".lab-pad-canvas") and lab.find(".cm-chosen").count() == 0
    press("1")
    more = lab.find(".lab-controls .lab-more")
    for part in (".lab-line input", ".lab-batch-size .noUi-handle"):
        more.press("Enter")
        lab.find(part).focus()
        press("Escape")
        lab.find(".lab-line input").wait_for(state="hidden")
        assert there(".lab-more"), part
    rate = lab.find(".lab-learning-rate .widget-readout")
    for typed in ("much more than any", "123456789"):
        rate.fill(typed)
        rate.press("Enter")
        lab.find(".nn-typed").wait_for()
        all_is_read_from_afar(lab)
        fits = "note => note.offsetHeight <= note.parentElement.offsetHeight"
        assert lab.find(".nn-typed").evaluate(fits)
    press("Escape")
    lab.settle()
    present(lab, False)


def test_nothing_went_wrong_on_the_page(lab):
    assert lab.faults == []
