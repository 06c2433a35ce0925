"""The lab of lesson 09 in a real browser, through JupyterLab: its work.

Through Voila all this is asked again by tests/everywhere/test_lab_voila.py, in any order: a test
takes the lab as it finds it, and leaves nothing running.
"""

import re

import nbformat
import pytest
from lab_page import TIMEOUT, kernels, megabytes, ready, report

from browser import NotebookPage
from project_copy import write_notebook

NOTEBOOK = "09_interactive_lab"

NEEDED = re.compile(
    r"^import os$|^lab$|import InteractiveLab|data = load|InteractiveLab\(|train.click", re.M
)

COUNT_CURVES = """() => new Promise(done => {
    const curve = document.querySelector(".interactive-lab .lab-chart-drawing");
    let before = curve.innerHTML, count = 0, began = performance.now();
    const look = () => {
        if (curve.innerHTML !== before) { count += 1; before = curve.innerHTML; }
        const seconds = (performance.now() - began) / 1000;
        if (count < 10 && seconds < 60) requestAnimationFrame(look);
        else done(count / seconds);
    };
    look();
})"""

EMPTY = """canvas => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return data.every((value) => value === data[0]);
}"""

INKED = """all => all.every(canvas => {
    const data = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
    const ink = data.filter((value, i) => i % 4 === 3);
    return ink.some(value => value > 128) && ink.some(value => value < 5);
})"""


@pytest.fixture(scope="module")
def lab(folder, browser, server):
    """The lab of the lesson, with the short training done that it comes with.

    Of the lesson's other cells none is run here: tests/everywhere/test_lessons_browser.py
    runs them all.
    """
    path = folder / "notebooks" / f"{NOTEBOOK}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    needed = [cell for cell in cells if cell.cell_type == "code" and NEEDED.search(cell.source)]
    assert len(needed) == 6
    write_notebook(path, *needed)
    page = NotebookPage(browser, server, f"notebooks/{NOTEBOOK}.ipynb")
    assert page.run_all(timeout=TIMEOUT / 1000) == []
    lab = ready(page.page, page.faults)
    its_cell_trains_before_the_readers_eyes(lab)
    yield from used(lab)
    page.close()


def its_cell_trains_before_the_readers_eyes(lab):
    """Run the cell that presses Train: while it waits for the end, the lab above it is alive."""
    lab.page.get_by_text("lab.buttons.train.click()").click()
    lab.page.keyboard.press("Control+Enter")
    lab.page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll(".jp-InputPrompt")];
            const status = document.querySelector(".interactive-lab .lab-status").innerText;
            return /^running.*step/.test(status)
                && prompts.some(prompt => prompt.innerText === "[*]:");
        }""",
        timeout=TIMEOUT,
    )
    lab.wait_for_state("finished")
    lab.page.get_by_text("[*]:").wait_for(state="detached", timeout=TIMEOUT)
    assert lab.page.locator("[data-mime-type$='jupyter.error']").count() == 0


def used(lab):
    """Yield the lab to the tests; when they are done, nothing has gone wrong on its page."""
    yield lab
    print("memory of a visitor, MB:", [round(size) for size in kernels(megabytes)])
    assert lab.faults == []


def test_it_is_alive_at_once(lab):
    total = sum(map(sum, lab.cells()))
    assert f"{total:,.0f} others" in lab.text(".lab-note"), "every validation image is counted"
    assert lab.find(".lab-run").count() == lab.find(".lab-run-row").count() > 0
    assert lab.find(".lab-pad-canvas").is_visible() and lab.find(".lab-inside canvas").count()
    assert float(lab.text(".cm-text").split(":")[1].split("%")[0]) > 90


def test_train_shows_a_curve_and_stop_stops_it(lab):
    lab.settle_for_a_long_run()
    first_frames, stops = [], []
    for _ in range(3):
        begun = "running</b> · epoch .* loss"
        press = lambda name: lambda: lab.press(name)  # noqa: E731
        first_frames.append(lab.seconds_until(".lab-status", press("train"), begun))
        lab.wait_for_pattern(".lab-status", "step .* left")
        stops.append(lab.seconds_until(".lab-status", press("stop"), "<b>stopped"))
        step = lab.text(".lab-status")
        lab.wait_until_heard()
        assert lab.text(".lab-status") == step, "it went on"
        lab.find(".lab-clear-button").click()
    report("Train", first_frames)
    report("Stop", stops)
    print(f"{count_curves(lab):.1f} new curves a second")


def count_curves(lab):
    lab.press("train")
    lab.wait_for_state("running")
    frames = lab.page.evaluate(COUNT_CURVES)
    lab.press("stop")
    lab.wait_for_state("stopped", "finished")
    return frames


def test_pause_step_and_go_on(lab):
    lab.settle_for_a_long_run()
    lab.press("train")
    lab.wait_for_state("running")
    lab.wait_for_pattern(".lab-status", " left")  # soon it knows how long it will take
    lab.press("pause")
    lab.wait_for_state("paused")
    assert "Go on" in lab.button("pause").inner_text() and " left" in lab.text(".lab-status")
    before = lab.text(".lab-status")
    lab.seconds_until(".lab-status", lambda: lab.press("step"))
    number = [
        int(text.split("step ")[1].split(" ")[0].replace(",", ""))
        for text in (before, lab.text(".lab-status"))
    ]
    assert number[1] == number[0] + 1
    lab.press("pause")
    lab.wait_for_state("running")
    lab.press("stop")
    lab.wait_for_state("stopped")


def test_a_rate_dragged_while_training_acts_at_once(lab):
    lab.settle_for_a_long_run()
    lab.press("train")
    lab.wait_for_state("running")
    handle = lab.find(".lab-learning-rate .noUi-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x - 30, y, steps=6)
    lab.page.mouse.up()
    lab.wait_for_pattern(
        ".lab-now .lab-run-label", "on the way learning rate 0.1 → 0.0[0-9]+ at step"
    )
    assert float(lab.text(".lab-learning-rate .widget-readout")) < 0.1
    assert lab.state() == "running"
    lab.press("stop")
    lab.wait_for_state("stopped")


def test_divergence_is_explained(lab):
    lab.settle("learning rate too high")
    lab.shorten()
    lab.press("train")
    lab.wait_for_state("diverged")
    assert "The training diverged." in lab.text(".lab-message")
    assert "diverged" in lab.text(".lab-now")
    lab.find(".lab-pad-examples button").first.click()
    lab.find(".lab-why-ask").click()
    for digit in (0, 1):  # the network reads one of them at most
        lab.find(f".lab-why-digits button:nth-child({digit + 1})").click()
        lab.wait_until_heard()
        assert "A little more ink changes nothing" in lab.text(".lab-why-nothing")
        make = lab.find(".lab-why-make").get_attribute("aria-disabled")
        assert make == "true", "no slope, no step"
    lab.find(".lab-why-ask").click()
    lab.train_to_the_end()
    assert lab.text(".lab-message").strip() == ""
    assert "learning rate 0.1" in lab.text(".lab-now .lab-run-label")


# -------------------------------------------------------------------------------- the matrix


def test_looking_back_into_the_first_epoch(lab):
    lab.train_to_the_end()
    slider, seconds, newest = lab.find(".cm-moment"), [], lab.text(".cm-text")
    total, texts = sum(map(sum, lab.cells())), [newest]
    for key in ["ArrowLeft"] * 4 + ["Home"] + ["ArrowRight"] * 3 + ["End"]:
        seconds.append(lab.seconds_until(".cm-text", lambda key=key: slider.press(key)))
        texts.append(lab.text(".cm-text"))
        right = sum(row[i] for i, row in enumerate(lab.cells()))
        share = f"{right / total:.2%}".replace("%", "\N{NO-BREAK SPACE}%")
        lab.wait_for_pattern(".cm-text", share)  # the matrix is that of the text
    assert [text.split(":")[0] for text in texts[5:9]] == [
        *("before training", "at step 1", "at step 2", "at step 4")
    ]
    assert texts[-1] == newest and not lab.find(".cm-newest").is_visible()
    lab.seconds_until(".cm-text", lambda: slider.press("Home"))
    lab.seconds_until(".cm-text", lab.find(".cm-newest").click)
    assert lab.text(".cm-text") == newest
    for key in ["Home", "End"] * 5:  # faster than the answers come
        slider.press(key)
    lab.wait_until_heard()
    assert lab.text(".cm-text") == newest
    report("look back", seconds)


def test_opening_cells(lab):
    lab.train_to_the_end()
    cells, seconds = lab.cells(), []
    busiest = sorted((cells[i][j], i, j) for i in range(10) for j in range(10) if i != j)[-4:]
    for count, i, j in [*busiest, (cells[7][7], 7, 7)]:
        cell = lab.find(f".cm-{i}-{j}")
        seconds.append(lab.seconds_until(".cm-behind", cell.click, f">{i} [a-z ]*read as {j}:"))
        assert lab.text(".cm-title").endswith(f"{count:.0f} image{'s' * (count != 1)}")
        assert lab.find(".cm-image").count() == min(24, count)
        captions = lab.find(".cm-image .cm-sure").all_inner_texts()
        assert not any(caption.startswith("100") for caption in captions), "> 99.9 %"
        sure = [float(caption.strip("> %\N{NO-BREAK SPACE}")) for caption in captions]
        assert sure == sorted(sure, reverse=True)
        assert lab.find(".cm-image canvas").evaluate_all(INKED), "every image shows a digit"
    report("open a cell", seconds)


def test_shares_of_rows_and_columns(lab):
    counts = lab.cells()
    for choice, lines in [
        ("% of the row", lambda m: m),
        ("% of the column", lambda m: zip(*m, strict=True)),
    ]:
        lab.find(".cm-normalise").get_by_text(choice).click()
        for shares, numbers in zip(lines(lab.cells()), lines(counts), strict=True):
            for share, number in zip(shares, numbers, strict=True):
                assert abs(share - 100 * number / max(1, sum(numbers))) < 0.51
    lab.find(".cm-normalise").get_by_text("counts").click()
    recall = [float(text) for text in lab.find(".cm-recall").all_inner_texts()]
    for i, row in enumerate(counts):
        assert abs(recall[i] - 100 * row[i] / sum(row)) < 0.06


# ----------------------------------------------------------------------------------- the pad


def test_draw_read_correct_and_undo(lab):
    lab.train_to_the_end()
    lab.find(".lab-pad-canvas").scroll_into_view_if_needed()
    seconds = []
    for x in (0.5, 0.45, 0.55):
        if lab.find(".lab-pad-clear").is_enabled():
            lab.find(".lab-pad-clear").click()
            lab.wait_for_pattern(".lab-pad-verdict", "Empty paper")
        draw = lambda x=x: lab.stroke((x, 0.2), (x, 0.5), (x, 0.8))  # noqa: E731
        seconds.append(lab.seconds_until(".lab-pad-bars", draw))
        lab.wait_for_pattern(".lab-pad-verdict", "It reads 1")
    report("stroke", seconds)
    before = lab.text(".cm-text").split(":")[0]
    lab.find(".lab-pad-labels button").filter(has_text="8").click()
    lab.wait_for_pattern(".lab-pad-note", "Of all validation images")
    assert lab.text(".lab-pad-told") == "", "the note has said what it reads now"
    lab.wait_for_pattern(".cm-text", "after correction 1")
    undo = lab.find(".lab-undo-button")
    undo.click()
    lab.wait_for_pattern(".cm-text", before)
    lab.wait_for_pattern(".lab-pad-note", "^The correction is taken back.$")
    undo.wait_for(state="hidden")
    text = lab.find(".cm-text").first
    lab.find(".lab-pad-labels button").filter(has_text="8").dblclick()
    lab.wait_for_pattern(".cm-text", "after correction 1")
    lab.wait_until_heard()
    assert "correction 1" in text.inner_text(), "a double click is one correction"
    undo.click()
    undo.wait_for(state="hidden")


def test_why_is_answered_for_each_digit(lab):
    lab.train_to_the_end()
    lab.find(".lab-pad-canvas").scroll_into_view_if_needed()
    lab.stroke((0.3, 0.25), (0.7, 0.25), (0.45, 0.8))
    lab.wait_for_pattern(".lab-pad-verdict", "It reads")
    picture = lab.find(".lab-why-picture")
    assert not picture.is_visible(), "not before it is wanted"
    lab.find(".lab-why-ask").click()
    lab.wait_for_pattern(".lab-why-text", "It reads")
    buttons, seconds, drawn = lab.find(".lab-why-digits button"), [], set()
    for digit in (3, 8, 1):
        pick = buttons.nth(digit).click
        pressed = f'aria-pressed="true"[^>]*><span[^>]*></span><b[^>]*>{digit}<'
        seconds.append(lab.seconds_until(".lab-why-digits", pick, pressed))
        drawn.add(picture.evaluate("canvas => canvas.toDataURL()"))
    assert len(drawn) == 3, "each answer has its own slopes"
    buttons.nth(5).dblclick()
    lab.wait_for_pattern(".lab-why-digits", 'aria-pressed="true"[^>]*><span[^>]*></span><b[^>]*>5<')
    lab.wait_until_heard()
    assert buttons.nth(5).get_attribute("aria-pressed") == "true", "twice is once"
    buttons.nth(1).click()
    report("Why", seconds)
    lab.find(".lab-why-make").press("Enter")
    lab.wait_for_pattern(".lab-why-text", "Changed, it reads 1")
    lab.wait_for_pattern(".lab-why-made", "small steps .* of the ink of the image")
    back = lab.find(".lab-why-make")
    assert back.evaluate("button => button === document.activeElement"), "keys stay"
    back.press("Enter")
    lab.wait_for_pattern(".lab-why-text", "For 1 it has")
    lab.find(".lab-why-ask").click()
    picture.wait_for(state="hidden")


def test_one_step_is_seen_stage_by_stage(lab):
    lab.settle()
    lab.press("reset")
    lab.wait_for_pattern(".lab-status", "An untrained network")
    lab.find(".lab-glass-ask").click()
    lab.wait_for_pattern(".lab-glass-hint", "Press <b>Step")
    step = lab.find(".lab-glass-step")
    step.click()
    lab.wait_for_pattern(".lab-glass-title", "Step 1 of run")
    lab.wait_for_pattern(".lab-glass-text", "^1 of 9 · The mini-batch x")
    hidden = lab.find(".lab-glass-later canvas")
    assert hidden.count() == 10, "it begins with the images, and the rest is still to come"
    play = lab.page.get_by_label("Play the stages, one after the other")
    play.click()
    lab.wait_for_pattern(".lab-glass-text", "^2 of 9")
    play.click()  # hold
    for stage in range(3, 10):
        lab.page.get_by_label("One stage on").press("Enter")
        lab.wait_for_pattern(".lab-glass-text", f"^{stage} of 9")
    assert hidden.count() == 0 and "→" in lab.text(".lab-glass-loss")
    back, on = (lab.page.get_by_label(f"One stage {way}") for way in ("back", "on"))
    back.press("Enter")
    lab.wait_for_pattern(".lab-glass-text", "^8 of 9 · dz2 @ W2.T")
    on.press("Enter")
    lab.wait_for_pattern(".lab-glass-text", "^9 of 9")
    on.press("Enter")  # it is off, does nothing, and keeps the focus
    assert on.evaluate("button => button === document.activeElement")
    images = lab.page.get_by_label("The images; the arrow keys choose one")
    for _ in range(8):  # from the worst, wherever it is, to the first
        images.press("ArrowUp")
    images.press("ArrowDown")
    lab.wait_for_pattern(".lab-glass-one", r"x\[8\], an? \d, is read as \d")
    lab.find(".lab-glass-of-images canvas").first.hover(position={"x": 30, "y": 50})
    lab.wait_for_pattern(".lab-glass-of-images .lab-glass-more", r"a1\[\d+, \d+\] . \d")
    assert not images.evaluate(EMPTY)
    seconds = [lab.seconds_until(".lab-glass-title", step.click) for _ in range(3)]
    report("Glass", seconds)
    lab.find(".lab-glass-ask").click()
    lab.find(".lab-glass-strip").wait_for(state="hidden")
