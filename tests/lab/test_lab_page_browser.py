"""The lab on a page of JupyterLab: keys, double clicks, focus, names, and room for everything."""

import re

import pytest
from lab_page import SMALL_LAB, TIMEOUT, TWICE, UNSAID, ready, swipe

from browser import NotebookPage, jupyterlab
from project_copy import write_notebook

CELLS = [
    SMALL_LAB,
    "lab",
    """import ipywidgets as widgets
from matplotlib.figure import Figure
from support.playground import TrainingPlayground
from support.widgets import InteractiveFigure
InteractiveFigure(lambda width, kind: Figure(),
    width=widgets.IntSlider(description="width"),
    kind=widgets.SelectionSlider(options=["round", "square"], description="kind"))""",
    """x, labels = data.x_train[:300], data.labels_train[:300]
TrainingPlayground(x, labels, val=(x, labels), epochs=2)""",
]

FOCUSED = """() => {
    const part = document.activeElement;
    return part.closest(".nn-widget") ? part.tagName + " " + part.className : "";
}"""

# What can be clicked or has a focus, in each widget of ours
REACHABLE = "button, input, select, summary, [tabindex='0'], .noUi-handle, .widget-readout"

# Is the cell that was opened spoken of as it is shown, and is that no longer what it `was`?
SPOKEN_ANEW = """was => {
    const [said, shown] = ["spoken", "title"].map((name) =>
        document.querySelector(`.interactive-lab .cm-${name}`).textContent);
    return said === shown && said !== was;
}"""

# Titles and names that hold tags, or "a" before an eight
MISWRITTEN = r"""lab => [...lab.querySelectorAll("[title], [aria-label]")]
    .flatMap((part) => [part.title, part.ariaLabel ?? ""])
    .filter((text) => /<\/?\w|&\w+;|\ba 8\b/.test(text))"""

# Has the page stopped scrolling under this part?
STANDS_STILL = """async part => {
    const top = () => part.getBoundingClientRect().top, before = top();
    for (let i = 0; i < 8; i++) await new Promise(requestAnimationFrame);
    return top() === before;
}"""

# Is this part, with the ring around it, all within what is seen of the notebook?
RING_IS_SEEN = """part => {
    const edge = part.closest(".jp-WindowedPanel-outer").getBoundingClientRect();
    const its = part.getBoundingClientRect();
    const isIn = its.top >= edge.top + 4 && its.bottom <= edge.bottom - 4;
    return document.activeElement === part && isIn;
}"""

# What is wrong with the ring around what has the focus: it is 3 px, and nothing cuts it off
RING = """part => {
    if (document.activeElement !== part) return "";  // it is disabled
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(part);
    if (outlineStyle !== "solid" || outlineWidth !== "3px") return outlineStyle + outlineWidth;
    const around = Math.max(0, 3 + parseFloat(outlineOffset) - 0.5);
    const its = part.getBoundingClientRect();
    const root = part.closest(".nn-widget");
    for (let box = part.parentElement; box && box !== root; box = box.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(box), at = box.getBoundingClientRect();
        const left = at.left + box.clientLeft, top = at.top + box.clientTop;
        if (overflowX !== "visible" && (its.left - around < left || its.right + around > left
            + box.clientWidth)) return `cut off by ${box.className}`;
        if (overflowY === "hidden" && (its.top - around < top || its.bottom + around > top
            + box.clientHeight)) return `cut off by ${box.className}`;
    }
    return "";
}"""

# Do the words "you look back" lie beside the number of the first run?
ENDS_ON_THE_SHEET = """() => {
    const [words, sheet] = [".lab-chart-back span", ".lab-chart-sheet"].map(
        (part) => document.querySelector(part).getBoundingClientRect());
    return Math.abs(words.right - sheet.right) < 1;
}"""
# Do the words at the curve stand right above a number that was laid upon them? It is laid there
# again whenever the numbers were drawn anew meanwhile; another width has the words placed.
COVERS_NO_NUMBER = """() => {
    const [words, number, sheet] = [
        ".lab-chart-back span", ".lab-chart-drawing text[font-weight]", ".lab-chart-sheet",
    ].map((part) => document.querySelector(part));
    const [above, here] = [words, number].map((part) => part.getBoundingClientRect());
    if (above.bottom <= here.top && above.top > here.top - 60) return true;
    const drawn = number.getScreenCTM().a;
    for (const side of ["x", "y"])
        number.setAttribute(
            side, Number(number.getAttribute(side)) + (above[side] - here[side]) / drawn);
    sheet.style.width = sheet.style.width === "99%" ? "98%" : "99%";
    return false;
}"""


@pytest.fixture(scope="module")
def lab(folder, browser):
    write_notebook(folder / "notebooks" / "lab.ipynb", *CELLS)
    with jupyterlab(folder) as server:
        page = NotebookPage(browser, server, "notebooks/lab.ipynb")
        assert page.run_all(timeout=TIMEOUT / 1000) == []
        lab = ready(page.page, page.faults)
        yield lab
        page.close()


def notebook(lab):
    """Return what shortcuts would change: the kinds of the cells, and what lies over the page."""
    kinds = lab.page.locator(".jp-Cell").evaluate_all("all => all.map(cell => cell.className)")
    kinds = [name.replace("jp-mod-active", "").replace("jp-mod-selected", "") for name in kinds]
    return [" ".join(sorted(set(name.split()) & {"jp-CodeCell", "jp-MarkdownCell"}))
            for name in kinds], lab.page.locator(".jp-Dialog").count()  # fmt: skip


def test_no_key_reaches_jupyterlab_from_any_part_of_our_widgets(lab):
    """On each part: d d would delete the cell, m makes it Markdown, 0 0 asks to restart."""
    before, tried = notebook(lab), 0
    for widget in (".interactive-lab", ".interactive-figure", ".training-playground"):
        parts = lab.page.locator(f"{widget} :is({REACHABLE})")
        seen = set()
        for i in range(parts.count()):
            part = parts.nth(i)
            # of the 100 cells and the ten digits one each is enough
            kind = part.evaluate("part => part.tagName + part.className.replace(/[-0-9]+/g, '')")
            if kind in seen or not part.is_visible():
                continue
            seen.add(kind)
            tried += 1
            part.evaluate("part => part.focus({ preventScroll: true })")
            assert part.evaluate(RING) == "", f"{widget}: the ring around {kind}"
            typed = part.evaluate("part => part.isContentEditable || part.type === 'text'")
            for key in [] if typed else "ddmm00x":
                lab.page.keyboard.press(key)
            assert notebook(lab) == before, f"{widget}: keys on {kind}"
            lab.page.keyboard.press("Escape")
    assert tried > 25
    lab.wait_until_heard()
    assert notebook(lab) == before


def test_the_keys_of_presentation_are_those_of_the_lab(lab):
    """Though the cell that it lies in is a stop of Tab, and what has one mostly wants its keys."""
    lab.settle()
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    lab.find(".lab-present").press("Enter")
    for step in 1, 2:
        lab.page.keyboard.press("ArrowRight")
        lab.wait_for_pattern(".lab-status", f"paused.* step {step} of")
    lab.page.keyboard.press("Space")
    lab.wait_for_state("running", "finished")
    for _ in range(2):
        lab.page.keyboard.press("Escape")
    assert lab.find(".lab-present").get_attribute("aria-pressed") == "false"
    lab.settle()


def test_a_chord_reaches_jupyterlab_and_changes_no_cell(lab):
    """Ctrl+B, as Ctrl+S; not what would run the cell around the lab, merge it or take it away."""
    side, run = lab.page.locator("#jp-left-stack"), lab.page.locator(".jp-InputPrompt").first
    before, number = notebook(lab), run.inner_text()
    for part in ".lab-button-train", ".lab-learning-rate .widget-readout", ".lab-pad-canvas":
        lab.find(part).focus()
        for state in "hidden", "visible":
            lab.page.keyboard.press("Control+b")
            side.wait_for(state=state)
        for key in "Enter", "Shift+m", "Shift+ArrowUp", "Backspace", "x":
            lab.page.keyboard.press(f"Control+{key}")
    lab.wait_until_heard()
    assert notebook(lab) == before and run.inner_text() == number


def test_what_was_pressed_stays_in_sight_where_the_glass_is_higher_than_the_notebook(lab):
    lab.settle("tiny network")
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "untrained")
    size = lab.page.viewport_size
    lab.page.set_viewport_size({**size, "height": 700})
    ask, step = lab.find(".lab-glass-ask"), lab.find(".lab-glass-step")
    for pressed, told, then in (ask, "hint", "Press <b>Step"), (step, "text", "^1 of"):
        pressed.press("Enter")
        lab.wait_for_pattern(f".lab-glass-{told}", then)
        lab.page.wait_for_timeout(600)  # when that is there, it scrolls
        lab.page.wait_for_function(STANDS_STILL, arg=pressed.element_handle())
        assert pressed.evaluate(RING_IS_SEEN), then
    ask.press("Enter")
    step.wait_for(state="hidden")
    lab.page.set_viewport_size(size)
    lab.settle()


@pytest.mark.parametrize("part", [".lab-note", ".lab-chart-drawing", ".lab-status", ".cm-corner"])
def test_a_click_on_a_picture_or_a_text_keeps_the_keys_too(lab, part):
    before = notebook(lab)
    lab.find(part).first.click()
    for key in "ddmm00":
        lab.page.keyboard.press(key)
    lab.wait_until_heard()
    assert notebook(lab) == before


def test_what_cannot_be_obeyed_cannot_be_typed(lab):
    readouts = lab.page.locator(".interactive-figure .widget-readout")
    editable = readouts.evaluate_all("all => all.map(part => part.isContentEditable)")
    assert editable == [True, False]


def test_what_is_typed_is_obeyed(lab):
    lab.settle()
    readout = lab.find(".lab-batch-size .widget-readout")
    readout.fill("50")
    readout.press("Enter")
    lab.wait_until_heard()
    assert "batch_size=50" in lab.find(".lab-line input").input_value()
    assert readout.inner_text() == "50"
    rate = lab.find(".lab-learning-rate .widget-readout")
    for part, typed, taken in ((rate, "0,02", "0.0200"), (readout, "1,024", "1024")):
        part.fill(typed)
        part.press("Enter")
        lab.wait_until_heard()
        assert part.inner_text() == taken
    rate.fill("0.1")
    rate.press("Enter")
    note = lab.find(".nn-typed")
    for typed, said in [("-5", "batch size cannot be -5: 1 is the nearest."),
                        ("abc", "“abc” is no number: batch size stays 1.")]:  # fmt: skip
        lab.wait_until_heard()  # the kernel's answer would write over what is typed
        readout.fill(typed)
        readout.press("Enter")
        lab.wait_for_pattern(".nn-typed", f"^{said}$")
    check_that_a_note_hides_and_outlives_nothing(lab, readout, note)
    readout.evaluate("readout => readout.blur()")
    readout.focus()
    lab.page.wait_for_function(
        "() => getSelection().toString() === '1'"
    )  # what is typed replaces it
    lab.page.keyboard.type("8")
    readout.press("Enter")
    lab.wait_until_heard()
    assert readout.inner_text() == "8" and note.count() == 0
    lab.settle()


def check_that_a_note_hides_and_outlives_nothing(lab, readout, note):
    rate = lab.find(".lab-learning-rate .widget-readout")
    lab.wait_until_heard()
    rate.fill("much more than any slider has")
    rate.press("Enter")
    lab.wait_for_pattern(".nn-typed", "“much…” is no number: learning rate stays 0.100")
    assert note.count() == 1, "one at a time"
    rate.fill("123456789")  # as long as it can be
    rate.press("Enter")
    lab.wait_for_pattern(".nn-typed", "learning rate cannot be 12345…: 10.0 is the nearest.")
    box, row = note.bounding_box(), lab.find(".lab-learning-rate").bounding_box()
    assert row["y"] <= box["y"] and box["y"] + box["height"] <= row["y"] + row["height"]
    assert box["x"] + box["width"] <= rate.bounding_box()["x"], "the number is seen"
    rate.press("Tab")
    assert note.count() == 1
    lab.find(".lab-more").first.press("Enter")  # which does not change this number
    lab.find(".lab-line input").wait_for(state="hidden")
    lab.open_more()
    assert note.count() == 0
    for part, end in (  # without a key or a pointer: a screen reader clicks, a number changes
        (lab.find(".lab-note"), "text => text.click()"),
        (rate, "readout => (readout.textContent = '0.2')"),
    ):
        lab.wait_until_heard()
        rate.fill("abc")
        rate.press("Enter")
        note.wait_for()
        part.evaluate(end)
        note.wait_for(state="detached")
    lab.settle()
    readout.fill("1")
    readout.press("Enter")


def test_all_runs_are_seen_whole_however_many_are_open(lab):
    lab.settle("tiny network")
    for _ in range(4):
        lab.press("reset")
        lab.press("step")
        lab.wait_for_pattern(".lab-status", "paused.* step 1 of")
    lab.press("stop")
    lab.wait_for_state("stopped")
    for head in lab.find(".lab-run-head").all():
        head.press("Enter")
    places = lab.find(".lab-below").evaluate(
        """below => [...below.querySelectorAll(".lab-run-actions")].map((part) => {
            const { bottom } = part.getBoundingClientRect(), end = below.getBoundingClientRect();
            let cut = bottom > end.bottom;
            for (let box = part; box !== below.parentElement; box = box.parentElement)
                cut ||= box.scrollHeight > box.clientHeight + 1
                    && getComputedStyle(box).overflowY !== "visible";
            return cut;
        })"""
    )
    assert len(places) > 4 and not any(places)
    for head in lab.find(".lab-run-head").all():
        head.press("Enter")
    lab.settle()


def test_a_wrong_line_of_settings_says_so_where_it_is(lab):
    lab.settle()
    line, note = lab.find(".lab-line input"), lab.find(".lab-line-note")
    line.evaluate("line => line.scrollIntoView({ block: 'end', behavior: 'instant' })")
    line.fill("learning_rate=abc")
    line.press("Enter")
    lab.wait_for_pattern(".lab-line", 'aria-invalid="true"')
    assert line.get_attribute("aria-describedby") == note.get_attribute("id")
    whole = "note => note.getBoundingClientRect().bottom <= innerHeight + 1"
    lab.page.wait_for_function(whole, arg=note.element_handle())
    lab.settle()
    assert line.get_attribute("aria-invalid") is line.get_attribute("aria-describedby") is None


def test_what_is_refused_is_heard_and_what_waits_for_the_next_training(lab):
    lab.train_to_the_end()  # with the settings that settle() brings: nothing waits
    said = """() => new Promise(done => {
        const voice = document.querySelector(".nn-voice"); voice.replaceChildren();
        new MutationObserver(() => done(voice.textContent)).observe(voice, { childList: true });
        const line = document.querySelector(".lab-line input");
        line.value = "learning_rate=abc";
        line.dispatchEvent(new Event("input", { bubbles: true }));
        line.dispatchEvent(new Event("change", { bubbles: true }));
    })"""
    assert lab.page.evaluate(said).startswith("learning_rate=abc: it must be a number from")
    lab.settle()
    batch = lab.find(".lab-batch-size .widget-readout")
    batch.fill("5000")
    batch.press("Enter")
    lab.wait_for_pattern(".nn-voice", "^batch size cannot be 5000: 1024 is the nearest.$")
    batch.fill("32")
    batch.press("Enter")
    lab.wait_for_pattern(".nn-voice", "^batch size: 32$")
    described = ".lab-hidden-1 .noUi-handle"
    assert lab.find(described).get_attribute("aria-description") == "Enter: type the number"
    lab.find(described).press("ArrowLeft")
    waits = "Enter: type the number; waits for the next training"
    lab.find(f'{described}[aria-description="{waits}"]').wait_for()
    lab.settle()
    lab.find(f'{described}[aria-description="Enter: type the number"]').wait_for()


def test_a_double_click_on_train_is_one_run(lab):
    lab.settle("tiny network")
    clear = lab.page.get_by_text("Clear earlier runs")
    clear.dispatch_event("click")  # it is not to be seen where there are none; six are kept
    lab.wait_until_heard()
    runs = lab.find(".lab-run-row").count()
    lab.button("train").dblclick()
    lab.wait_for_state("running", "finished")
    lab.wait_for_state("finished")
    lab.wait_until_heard()
    assert lab.find(".lab-run-row").count() == runs + 1
    for _ in range(4):
        lab.button("train").click(click_count=5)
        lab.wait_for_state("finished")
    lab.wait_until_heard()
    assert lab.find(".lab-run-row").count() <= 6


def test_a_double_click_on_the_playground_is_one_run(lab):
    box = lab.page.locator(".training-playground")
    box.locator(".train-button").dblclick()
    lab.page.wait_for_function(
        """() => /right|diverged/.test(
            document.querySelector(".training-playground .playground-message").innerText)""",
        timeout=TIMEOUT,
    )
    assert "rate 0.1, batch 64" in box.locator(".playground-message").inner_text()


def test_the_focus_stays_where_it_is(lab):
    lab.settle_for_a_long_run()
    lab.button("train").focus()
    lab.page.keyboard.press("Enter")
    lab.wait_for_state("running")
    assert "lab-button-train" in lab.page.evaluate(FOCUSED)
    lab.page.keyboard.press("Enter")  # it is off
    lab.button("stop").focus()
    lab.page.keyboard.press("Enter")
    lab.wait_for_state("stopped")
    assert "lab-button-stop" in lab.page.evaluate(FOCUSED)
    lab.page.wait_for_function("document.activeElement.ariaDisabled === 'true'")
    strength = "getComputedStyle(document.activeElement).opacity"
    assert lab.page.evaluate(strength) == "1", "its ring is not faded with it"


def test_the_focus_stays_on_an_image_that_is_painted_anew(lab):
    lab.settle_for_a_long_run()
    lab.find(".lab-line input").fill("learning_rate=0.01 batch_size=1 epochs=100")
    lab.page.keyboard.press("Enter")
    lab.wait_until_heard()
    lab.press("train")
    lab.wait_for_pattern(".cm-text", "after epoch")  # from now on it reads most of them
    lab.find(".cm-0-0").click()
    lab.wait_for_pattern(".cm-title", "0 rightly read as 0")
    lab.find(".cm-image").first.focus()
    for _ in range(2):  # it is drawn again and again
        lab.seconds_until(".cm-text", lambda: lab.page.keyboard.press("Shift"))
    assert "cm-image" in lab.page.evaluate(FOCUSED)
    strokes = lab.text(".lab-pad-verdict")
    lab.page.keyboard.press("Enter")
    lab.wait_for_pattern(".lab-pad-verdict", "It reads")
    assert lab.text(".lab-pad-verdict") != strokes
    assert "lab-pad-canvas" in lab.page.evaluate(FOCUSED), "it goes along"
    for selector in (".lab-pad-told", ".lab-inside-name"):
        assert lab.find(selector).get_attribute("aria-live") == "off", "not while it trains"
    assert lab.find(".cm-behind[aria-live]").count() == 0
    lab.press("stop")
    lab.wait_for_state("stopped")
    lab.wait_for_pattern(".nn-voice", "stopped at step .* of the validation images")
    assert lab.find(".lab-pad-told").get_attribute("aria-live") == "polite"
    bar = lab.page.get_by_role("progressbar", name="Training").first
    assert 0 <= int(bar.get_attribute("aria-valuenow")) <= 100
    assert re.fullmatch(r"epoch \d+ of \d+", bar.get_attribute("aria-valuetext"))


def test_the_focus_stays_near_what_is_hidden(lab):
    lab.settle("tiny network")
    lab.press("train")
    lab.wait_for_state("finished")
    row = lab.find(".lab-run-row").nth(1)
    row.locator(".lab-run-head").click()
    row.locator("[data-action=back]").press("Enter")
    row.locator("[data-action=back]").wait_for(state="hidden")
    lab.page.wait_for_function("document.activeElement.dataset.action === 'use'")
    row.locator(".lab-run-head").click()
    lab.find(".cm-moment").press("Home")
    lab.find(".cm-newest").press("Enter")
    lab.find(".cm-newest").wait_for(state="hidden")
    assert "cm-moment" in lab.page.evaluate(FOCUSED)


@pytest.mark.parametrize(("name", "part"), [
    ("The matrix ↓", "cm-cell"), ("Your own digit ↓", "lab-pad-canvas"),
    ("Look inside ↓", "lab-inside-grid"),
])  # fmt: skip
def test_ways_lead_past_what_is_between(lab, name, part):
    lab.find(".lab-ways").get_by_text(name).press("Enter")
    assert part in lab.page.evaluate(FOCUSED)


def test_everything_by_keyboard(lab):
    """Tab leads from the first button to the drawing pad."""
    lab.button("train").focus()
    seen, stops = [], None
    for _ in range(60):
        lab.page.keyboard.press("Tab")
        seen.append(
            lab.page.evaluate("""() => {
            const part = document.activeElement.closest(
                "[class*=lab-button], [class*=cm-], [class*=lab-pad], [class*=lab-chart]," +
                ".lab-learning-rate, .lab-more, .lab-run-head");
            return part?.className ?? "";
        }""")
        )
        if stops is None and lab.page.evaluate(FOCUSED).endswith("lab-chart-sheet"):
            stops = len(seen)
    assert stops < 16, "a slider and its number are one stop, and so are the presets"
    text = " ".join(seen)
    for part in ("lab-button-stop", "lab-learning-rate", "lab-more", "lab-chart-sheet",
                 "lab-run-head", "cm-moment", "cm-cell", "lab-pad"):  # fmt: skip
        assert part in text, f"{part} cannot be reached"


def test_enter_leads_from_a_slider_to_its_number(lab):
    lab.find(".lab-batch-size .noUi-handle").press("Enter")
    lab.page.keyboard.type("32")
    lab.page.keyboard.press("Enter")
    readout = lab.find(".lab-batch-size .widget-readout")
    assert readout.inner_text() == "32" and "widget-readout" in lab.page.evaluate(FOCUSED)
    lab.page.keyboard.type("16")  # in the place of the number before
    lab.page.keyboard.press("Enter")
    assert readout.inner_text() == "16"
    lab.page.keyboard.type("8x")
    lab.page.keyboard.press("Enter")
    lab.wait_for_pattern(".nn-typed", "^“8x” is no number: batch size stays 16.$")
    lab.wait_until_heard()
    readout.focus()
    lab.page.keyboard.type("4")
    lab.page.keyboard.press("Escape")
    lab.page.wait_for_function("document.activeElement.matches('.noUi-handle')", timeout=9000)
    assert readout.inner_text() == "16"
    assert lab.find(".nn-typed").count() == 0, "nothing was asked"
    lab.page.keyboard.type("50")  # on the slider: it goes into its box
    assert readout.inner_text() == "50" and "widget-readout" in lab.page.evaluate(FOCUSED)
    lab.page.keyboard.press("Tab")
    assert "noUi-handle" in lab.page.evaluate(FOCUSED), "the next slider"
    lab.wait_until_heard()
    assert "batch_size=50" in lab.find(".lab-line input").input_value(), "what is left is obeyed"
    assert "the arrow keys" in lab.find(".lab-presets").get_attribute("aria-label")
    lab.find(".lab-preset").first.press("ArrowRight")
    assert lab.page.evaluate("document.activeElement.textContent") == "learning rate too high"
    lab.settle()


@pytest.mark.parametrize(("place", "across"), [
    (".lab-hidden-1 .noUi-handle", -40), (".lab-hidden-1 .noUi-base", 0), (".cm-moment", 40),
    (".cm-moment", 0), (".interactive-figure .noUi-handle", 40),
])  # fmt: skip
def test_a_finger_that_scrolls_sets_no_slider_but_one_that_goes_sideways_or_taps_does(
    lab, place, across
):
    part = lab.page.locator(place).first
    slider = part.locator("xpath=ancestor-or-self::*[contains(@class, 'noUi-target') or @min]")
    read = "part => part.value ?? part.querySelector('.noUi-handle').ariaValueNow"
    before = slider.evaluate(read)
    assert swipe(lab.page, part, 4, -150) < -50, "the page scrolls"
    assert slider.evaluate(read) == before
    swipe(lab.page, part, across, across / 8)
    assert slider.evaluate(read) != before
    if place == ".cm-moment":
        lab.find(".cm-newest").click()
    lab.settle()


def test_the_matrix_by_keyboard(lab):
    lab.find(".cm-3-3").click()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowDown")
    assert "cm-4-4" in lab.page.evaluate("() => document.activeElement.className")
    lab.seconds_until(".cm-title", lambda: lab.page.keyboard.press("Enter"), "4 rightly read as 4")
    lab.page.wait_for_timeout(600)  # its images come into sight
    lab.page.wait_for_function(STANDS_STILL, arg=lab.find(".cm-4-4").first.element_handle())
    box = lab.find(".cm-4-4").first.bounding_box()
    for chord, cell in (("End", "9-9"), ("Home", "0-0")):  # and not to the end of the notebook
        lab.page.keyboard.press(f"Control+{chord}")
        assert f"cm-{cell}" in lab.page.evaluate("() => document.activeElement.className")
    assert lab.find(".cm-4-4").first.bounding_box() == box
    lab.find(".cm-4-4").first.focus()
    lab.page.keyboard.press("Home")
    lab.page.keyboard.press("ArrowUp")
    lab.seconds_until(".cm-title", lambda: lab.page.keyboard.press(" "), "3 read as 0")
    assert lab.find(".cm-cell[tabindex='0']").count() == 1, "Tab enters the table once"
    lab.find(".cm-4-4").first.click()
    lab.wait_for_pattern(".cm-spoken", "4 rightly read as 4")
    opened = lab.text(".cm-title")
    the_images_are_turned_like_pages(lab)
    rows = "all => all.map((image) => image.dataset.row).join()"
    images, moment = lab.find(".cm-image"), lab.find(".cm-moment").first
    shown = images.evaluate_all(rows)
    while images.evaluate_all(rows) == shown:
        lab.seconds_until(".cm-text", lambda: moment.press("ArrowLeft"))
    assert images.count() > 0
    grid = lab.find(".cm-images").first
    assert grid.evaluate("it => it.scrollTop") == 0, "another list begins at its top"
    tops = [images.nth(i).bounding_box()["y"] for i in range(images.count())]
    second = next((i for i, top in enumerate(tops) if top > tops[0] + 9), None)
    images.first.press("ArrowDown")
    here = images.evaluate_all("all => all.indexOf(document.activeElement)")
    assert here == (second or min(1, len(tops) - 1)), "down leads to the next row, if there is one"
    images.nth(here).press("ArrowUp")
    assert images.first.evaluate("it => it === document.activeElement")
    lab.find(".cm-moment").first.press("Home")
    lab.page.wait_for_function(SPOKEN_ANEW, arg=opened)
    lab.find(".cm-newest").first.click()
    lab.wait_for_pattern(".cm-spoken", opened)
    root = lab.page.locator(".interactive-lab")
    assert root.evaluate(MISWRITTEN) == [], "no tags, and no a before an eight"
    assert "images of an 8" in lab.find(".cm-recall").nth(8).get_attribute("title")


WHOLE_ROWS = """grid => {
    const { top, bottom } = grid.getBoundingClientRect();
    const edges = [...grid.children].map((tile) => tile.getBoundingClientRect());
    const inSight = edges.filter((edge) => edge.bottom > top + 1 && edge.top < bottom - 1);
    const isWhole = (edge) => edge.top > top - 1 && edge.bottom < bottom + 1;
    return inSight.every(isWhole) && inSight.length;
}"""


def the_images_are_turned_like_pages(lab):
    grid, more = lab.find(".cm-images").first, lab.find(".cm-pages button").first
    seen, count = 0, lab.find(".cm-image").count()
    assert grid.evaluate("it => it.previousElementSibling.matches('.cm-hint')"), "its key is above"
    assert "the true digit" in lab.text(".cm-hint")
    grid.evaluate("it => (it.style.width = '64px')")  # of the few digits not all have room
    assert count > 2
    while seen < count:
        shown = grid.evaluate(WHOLE_ROWS)
        assert shown == 2, "no row is cut"
        seen = min(count, seen + shown)
        lab.wait_for_pattern(".cm-pages > span", f"^{seen - 1}.{seen} of {count}$")
        assert ("More" if seen < count else "First") in more.inner_text()
        more.click()
    lab.wait_for_pattern(".cm-pages > span", f"^1.2 of {count}$")
    lab.find(".cm-image").first.press("End")
    lab.wait_for_pattern(".cm-pages > span", f"^{count - 1}.{count} of {count}$")
    assert grid.evaluate(WHOLE_ROWS) == 2, "the focus is in sight, and no row is cut"
    grid.evaluate("it => (it.style.width = '')")


def test_numbers_on_the_curve_for_pointer_and_keyboard(lab):
    lab.train_to_the_end()
    sheet = lab.find(".lab-chart-sheet")
    box = sheet.bounding_box()
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.wait_for_pattern(".lab-chart-note", "epoch .*training 0")
    lab.find(".lab-chart-note").wait_for()  # the words may be those of a test before this one
    note = lab.find(".lab-chart-note").bounding_box()
    assert box["x"] <= note["x"] and note["x"] + note["width"] <= box["x"] + box["width"]
    lab.page.mouse.move(5, 5)
    lab.wait_until_heard()  # the note may have been of a test before this one
    sheet.focus()
    lab.page.wait_for_function(
        "document.activeElement.getAttribute('aria-valuetext').startsWith('nothing is pointed at')"
    )
    assert sheet.get_attribute("aria-valuenow") == "430", "a slider has a value"
    lab.page.keyboard.press("Home")
    # not the note: what it said last, until it says something else, may be "step 1,720"
    lab.page.wait_for_function(
        "/ step 1, .*; the first point; run /.test(document.activeElement.ariaValueText)"
    )
    first = lab.find(".lab-chart-mark").bounding_box()["x"]
    lab.page.keyboard.press("ArrowRight")
    # the next point may be the first step of another run, in which a step is a larger part of an
    # epoch: which runs there are depends on the tests before this one
    lab.page.wait_for_function(
        "!document.activeElement.getAttribute('aria-valuetext').includes('first point')"
    )
    said = sheet.get_attribute("aria-valuetext")
    assert said.startswith("epoch 0") and "run " in said
    assert lab.find(".lab-chart-mark").bounding_box()["x"] > first
    lab.find(".cm-moment").press("Home")
    lab.wait_for_pattern(".lab-chart-back", "you look back: before training")
    back = lab.find(".lab-chart-back")
    assert back.bounding_box()["x"] < first, "a line stands there"
    lab.wait_until_heard()  # nothing draws the numbers anew
    lab.page.wait_for_function(COVERS_NO_NUMBER)
    lab.find(".lab-chart-back span").evaluate("span => (span.textContent = 'long '.repeat(99))")
    lab.find(".lab-chart-sheet").evaluate("sheet => (sheet.style.width = '97%')")
    lab.page.wait_for_function(ENDS_ON_THE_SHEET)
    lab.find(".lab-chart-sheet").evaluate("sheet => (sheet.style.width = '')")
    lab.find(".cm-newest").press("Enter")
    back.wait_for(state="hidden")


def test_a_row_opens_and_its_settings_are_used_again(lab):
    lab.settle("tiny network")
    lab.press("train")
    lab.wait_for_state("finished")
    lab.settle()
    row = lab.find(".lab-run-row").first
    head = row.locator(".lab-run-head")
    head.evaluate("head => head.scrollIntoView({ block: 'end' })")  # low in the window
    head.press("Enter")
    low = "head => head.parentElement.getBoundingClientRect().bottom <= innerHeight + 1"
    lab.page.wait_for_function(low, arg=head.element_handle())
    settings = row.locator(".lab-run-full").inner_text().replace("\N{NON-BREAKING HYPHEN}", "-")
    assert "layers 784-4-10" in settings
    row.locator("[data-action=use]").click()
    # the page may write the line anew a moment after the kernel has answered
    line = lab.find(".lab-line input").element_handle()
    lab.page.wait_for_function("line => line.value.includes('hidden=4')", arg=line)
    lab.settle()


def test_the_answer_of_compare_comes_into_sight(lab):
    newest = lab.find(".lab-run-number").first.inner_text()
    lab.settle("tiny network")
    lab.press("train")
    lab.page.wait_for_function(
        "old => document.querySelector('.lab-run-number').textContent !== old", arg=newest
    )
    lab.wait_for_state("finished")
    row = lab.find(".lab-run-row").last  # a new run moves all others down
    head = row.locator(".lab-run-head")
    if head.get_attribute("aria-expanded") == "false":  # a test before this one may have opened it
        head.click()
    row.evaluate("row => row.scrollIntoView({ block: 'start' })")
    compare = row.locator("[data-action=compare]")
    compare.click()
    lab.wait_for_pattern(".cm-text", "points.* against run")
    assert re.fullmatch(r"blue: better than run \d+, +orange: worse", lab.text(".cm-key").strip())
    lab.page.wait_for_function("""() => {
        const text = document.querySelector(".interactive-lab .cm-text");
        const { left, top, width, height } = text.getBoundingClientRect();
        return text.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }""")
    compare.press("Enter")
    lab.wait_for_pattern(".cm-text", "right(<[^>]*>)*$")
    compare.press("Enter")  # by a key: the focus goes along
    lab.page.wait_for_function("document.activeElement.matches('.cm-cell')")
    lab.find(".lab-at-matrix .cm-end").press("Enter")
    lab.wait_for_pattern(".cm-text", "right(<[^>]*>)*$")
    lab.page.wait_for_function("document.activeElement.matches('.cm-normalise :checked')")
    head.press("Enter")
    for key, at in ("Home", lab.find(".lab-run-head").first), ("End", head):
        lab.page.keyboard.press(key)
        assert at.evaluate("head => head === document.activeElement"), "not of the page"


# -------------------------------------------------------------- names, for a screen reader


def test_everything_has_a_name(lab):
    tree = lab.page.locator(".interactive-lab").aria_snapshot()
    for said in (
        'heading "Settings"', 'button "▶ Train"',
        'slider "learning rate"', 'textbox "learning rate"',
        'slider "batch size"', 'combobox "How fast it trains"', 'slider "Numbers on the curves"',
        'slider "look back"', 'grid "Confusion matrix"', 'list "Runs, the newest first"',
        'application "Paper to draw a digit on.', 'button "Presentation"',
    ):  # fmt: skip
        assert said in tree, said
    assert ": 1 images" not in tree
    assert re.search(r'button "Run \d+: .*, \d+\.\d\d\s% right"', tree)
    assert lab.page.locator(".interactive-lab").evaluate(UNSAID) == []
    assert lab.page.locator(".interactive-lab").evaluate(TWICE) == []
    assert lab.page.locator(".nn-widget [title=null]").count() == 0
    for line in tree.splitlines():
        role = line.strip("- ").split(" ")[0].rstrip(":")
        if role in ("button", "slider", "textbox", "combobox", "checkbox", "radio", "spinbutton"):
            assert '"' in line, f"without a name: {line}"


def test_values_are_said_as_they_are_shown(lab):
    lab.settle()
    for name, value in [("learning-rate", "0.100"), ("batch-size", "64"), ("epochs", "30")]:
        handle = lab.find(f".lab-{name} .noUi-handle")
        assert handle.get_attribute("aria-valuetext") == value
    handle = lab.find(".lab-batch-size .noUi-handle")
    handle.press("ArrowRight")
    lab.wait_until_heard()
    assert handle.get_attribute("aria-valuetext") == "128"
    off = lab.button("stop")
    assert off.get_attribute("aria-disabled") == "true"
    assert lab.button("train").get_attribute("aria-disabled") == "false"


def test_the_exam_leads_to_its_result(lab):
    """Near the end: from here on there is a second matrix."""
    more = lab.find(".lab-more").last
    more.press("Enter")
    assert more.get_attribute("aria-expanded") == "true"
    for name in ("ask", "no"):
        lab.find(f".lab-exam-{name}").wait_for()
        lab.find(f".lab-exam-{name}").press("Enter")
    lab.find(".lab-exam-no").wait_for(state="hidden")
    assert "lab-exam-ask" in lab.page.evaluate(FOCUSED)
    for key, state in (("Enter", "visible"), ("Escape", "hidden"), ("Enter", "visible")):
        lab.page.keyboard.press(key)
        lab.find(".lab-exam-no").wait_for(state=state)
        lab.page.wait_for_function(
            "name => document.activeElement.matches(name)",
            arg=".lab-exam-ask" if state == "hidden" else ".lab-exam-no",
        )
    lab.find(".lab-exam-yes").wait_for()
    lab.find(".lab-exam-yes").press("Enter")
    lab.find(".lab-exam-result").wait_for()
    lab.page.wait_for_function("document.activeElement.matches('.lab-exam-result')")
    lab.wait_for_pattern(".nn-voice", "test images read rightly")
    assert lab.page.get_by_role("grid", name="Confusion matrix of the test images").count() == 1
    covered = lab.page.locator(".interactive-lab").evaluate(
        """lab => {
            lab.classList.add("lab-large");
            lab.querySelector(".lab-exam .cm-1-1").classList.add("cm-chosen");
            const at = (part) => lab.querySelector(part).getBoundingClientRect();
            const said = at(".lab-exam-said > :last-child");
            const found = at(".lab-exam .cm-behind").top < said.bottom;
            lab.querySelector(".lab-exam .cm-1-1").classList.remove("cm-chosen");
            lab.classList.remove("lab-large");
            return found;
        }"""
    )
    assert not covered, "in Presentation, how often the test set was opened is still to be seen"
    cells = lab.find(".lab-exam .cm-cell")
    empty = cells.evaluate_all("all => all.findIndex(({ textContent }) => textContent === '·')")
    cells.nth(empty).click()
    lab.wait_for_pattern(".lab-exam .cm-hint", "^None[.]$")  # and never others
    more.press("Enter")
    assert "stays closed" not in lab.text(".lab-note")


def test_what_the_matrix_says_moves_nothing_under_the_pointer(lab):
    """Neither what is read at a moment, nor a cell whose images are in sight."""
    lab.train_to_the_end()
    lab.resize(1440, 900)
    lab.page.mouse.move(5, 5)
    lab.find(".lab-head").evaluate("it => it.scrollIntoView({ behavior: 'instant' })")
    back, table = lab.find(".cm-moment").first, lab.find(".cm-matrix").first
    places = back.bounding_box(), table.bounding_box()
    for moment, key in (("before training", "Home"), ("at step 1", "ArrowRight")):
        back.press(key)
        lab.wait_for_pattern(".cm-text", moment)
        assert (back.bounding_box(), table.bounding_box()) == places
    back.press("End")
    lab.wait_for_pattern(".cm-text", "after epoch")
    assert back.bounding_box() == places[0]
    lab.find(".cm-8-8").first.click()
    lab.wait_for_pattern(".cm-title", "8 rightly read as 8")
    lab.page.wait_for_timeout(600)  # as long as the page might need to glide
    assert table.bounding_box() == places[1]
    image = lab.find(".cm-image canvas").first.bounding_box()
    assert image["y"] + image["height"] <= 900
    lab.resize(1440, 640)
    lab.find(".lab-head").evaluate("it => it.scrollIntoView({ behavior: 'instant' })")
    lab.find(".cm-1-1").first.click()
    lab.wait_for_pattern(".cm-title", "1 rightly read as 1")
    seen = "it => it.getBoundingClientRect().bottom <= innerHeight + 1"
    lab.page.wait_for_function(seen, arg=lab.find(".cm-image").first.element_handle())
    lab.resize(1280)


@pytest.mark.parametrize("width", [1280, 800])
def test_one_comes_back_to_the_newest_network_from_the_paper_too(lab, width):
    lab.train_to_the_end()
    lab.resize(width)
    lab.find(".cm-moment").first.press("Home")
    lab.wait_for_pattern(".lab-pad-whose", "read by the network before training")
    pad, below = (lab.page.locator(f".lab-at-{part}") for part in ("pad", "inside"))
    place = below.bounding_box()["y"] - pad.bounding_box()["y"]
    lab.find(".lab-pad-newest").press("Enter")
    lab.find(".lab-pad-newest").wait_for(state="hidden")
    lab.find(".cm-newest").first.wait_for(state="hidden")
    now = below.bounding_box()["y"] - pad.bounding_box()["y"]
    assert abs(now - place) < 2, "nothing moves"
    assert lab.page.evaluate("document.activeElement.closest('.lab-at-pad') !== null")
    lab.resize(1280)


def test_nothing_went_wrong_on_the_page(lab):
    assert lab.faults == []
