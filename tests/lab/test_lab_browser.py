"""The lab in a real browser, through JupyterLab and through Voila: what the BROWSER shows.

Every wait is measured in the page, from the reader's action to the frame that shows the answer.
Set LAB_PICTURE to a file name to have a picture of the lab written there, from a real session.
"""

import os
import shutil
import statistics
import urllib.parse
from pathlib import Path

import nbformat
import pytest

from browser import NotebookPage, chromium, find_chromium, jupyterlab, voila
from project_copy import copy_project

pytest.importorskip("playwright", reason="Playwright is not installed")
if find_chromium() is None:
    pytest.skip("neither Chromium nor Chrome is installed", allow_module_level=True)

ROOT = Path(__file__).parents[2]
NOTEBOOK = "09_interactive_lab"
# Seconds, medians on a machine that is free; a busy one may take BUSY times as long.
WITHIN = {"Train": 0.5, "Stop": 0.3, "look back": 0.2, "open a cell": 0.2, "stroke": 0.1}
BUSY = 3

# Remembers when the reader did something, and which frame first shows the answer.
WATCH = """([selector, pattern]) => {
    const shown = () => document.querySelector(selector)?.outerHTML ?? "";
    const before = shown();
    const answers = () => pattern ? new RegExp(pattern).test(shown()) : shown() !== before;
    window.operated = window.answered = null;
    const note = () => { window.operated ??= performance.now(); };
    for (const event of ["pointerdown", "keydown", "input"])
        document.addEventListener(event, note, { capture: true, once: true });
    const look = () => {
        if (window.operated && answers()) window.answered = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


class Lab:
    """The lab on a page, in JupyterLab or in Voila."""

    def __init__(self, page, faults):
        self.page, self.faults = page, faults

    def find(self, selector):
        return self.page.locator(f".interactive-lab {selector}")

    def text(self, selector):
        return self.find(selector).first.inner_text()

    def button(self, name):
        return self.find(f".lab-button-{name}")

    def seconds_until(self, selector, operate, pattern=None):
        """Call `operate`; return the seconds until what `selector` finds looks different."""
        self.page.evaluate(WATCH, [f".interactive-lab {selector}", pattern])
        operate()
        self.page.wait_for_function("() => window.answered !== null", timeout=30_000)
        return self.page.evaluate("() => (window.answered - window.operated) / 1000")

    def state(self):
        return self.text(".lab-status").split(" ")[0]

    def wait_for_state(self, *states):
        pattern = "|".join(f"<b>{state}" for state in states)
        self.page.wait_for_function(
            "pattern => new RegExp(pattern).test(document.querySelector('.lab-status').innerHTML)",
            arg=pattern,
            timeout=90_000,
        )

    def settle(self, preset="default settings"):
        """Stop what is going on, clear the pad, and begin from a preset."""
        if self.button("stop").is_enabled():
            self.button("stop").click()
            self.wait_for_state("stopped", "finished", "diverged")
        self.clear_pad()
        self.start_from(preset)

    def settle_for_a_long_run(self):
        """Set what will take a while, on the few bundled digits, too."""
        self.settle()
        self.set_slider("epochs", "End")
        if sum(map(sum, self.cells())) < 1000:
            self.set_slider("batch-size", "Home")

    def clear_pad(self):
        if self.find(".lab-pad-clear").is_enabled():
            self.find(".lab-pad-clear").click()
            self.page.wait_for_timeout(200)

    def set_slider(self, name, key, times=1):
        """Press a key on a slider, and wait until the kernel has heard of it."""
        handle = self.find(f".lab-{name} .noUi-handle")
        for _ in range(times):
            handle.press(key)
        self.page.wait_for_timeout(100)

    def start_from(self, preset):
        self.find(".lab-preset").get_by_text(preset).click()
        self.page.wait_for_timeout(300)

    def cells(self):
        """Return the numbers in the matrix as they are written, "·" being 0."""
        texts = self.find(".cm-cell").all_inner_texts()
        return [
            [0 if t == "·" else float(t) for t in texts[10 * i : 10 * i + 10]] for i in range(10)
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the project, with the lesson as it is before it has run."""
    folder = tmp_path_factory.mktemp("lab")
    copy_project(folder)
    path = folder / "notebooks" / f"{NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=["JupyterLab", "Voila"])
def lab(request, folder, browser):
    """The lab, with the short training done that it comes with."""
    if request.param == "JupyterLab":
        with jupyterlab(folder) as server:
            page = NotebookPage(browser, server, f"notebooks/{NOTEBOOK}.ipynb")
            assert page.run_all(timeout=150) == []
            yield ready(Lab(page.page, page.faults))
            page.close()
    else:
        with voila(folder / "notebooks" / f"{NOTEBOOK}.ipynb") as url:
            page = browser.new_page(viewport={"width": 1300, "height": 900})
            yield ready(Lab(page, watch_for_faults(page, url)))
            page.close()


def ready(lab):
    lab.page.set_default_timeout(15_000)
    lab.find(".cm-cell.cm-right").first.wait_for(timeout=120_000)
    lab.find(".lab-inside canvas").first.wait_for(timeout=30_000)
    lab.wait_for_state("finished")
    return lab


def watch_for_faults(page, url):
    """Open the page; return a list of what goes wrong on it, kept up to date.

    Voila's template asks for an icon font from another site; voila.json has the browser refuse.
    """
    faults = []

    def note_failure(request):
        if request.failure != "csp" and not here(request.url):
            faults.append(f"request to {request.url}: {request.failure}")

    def here(address):
        parts = urllib.parse.urlsplit(address)
        return parts.scheme in ("data", "blob") or parts.hostname in ("localhost", "127.0.0.1")

    page.on("pageerror", lambda error: faults.append(f"error in the page: {error}"))
    page.on("requestfailed", note_failure)
    page.on("response", lambda r: here(r.url) or faults.append(f"answer from {r.url}"))
    page.on("websocket", lambda w: here(w.url) or faults.append(f"websocket to {w.url}"))
    page.goto(url, wait_until="commit", timeout=120_000)
    return faults


def report(name, seconds):
    """Print the median of the waits, and hold it to its limit."""
    median = statistics.median(seconds)
    print(f"{name}: median {median:.3f} s of {len(seconds)}, longest {max(seconds):.3f} s")
    assert median < BUSY * WITHIN[name]


# What sticks out or is cut off; not what only the eyes of a screen reader are meant to see.
FIND_LAYOUT_FAULTS = """lab => {
    const right = lab.parentElement.getBoundingClientRect().right + 1, faults = [];
    for (const part of lab.querySelectorAll("*")) {
        const name = `${part.tagName} ${part.className.baseVal ?? part.className}`;
        if (part.getBoundingClientRect().right > right) faults.push(`sticks out: ${name}`);
    }
    for (const text of lab.querySelectorAll("button, .widget-label, .widget-readout"))
        if (text.scrollWidth > text.clientWidth + 1) faults.push(`cut off: ${text.textContent}`);
    return faults;
}"""

FOCUSED = """() => document.activeElement.closest(
    "[class*=lab-button], [class*=cm-], [class*=lab-pad], .lab-learning-rate, .lab-seed"
)?.className ?? ''"""

COUNT_CURVES = """() => new Promise(done => {
    const curve = document.querySelector(".interactive-lab .lab-curve");
    let before = curve.innerHTML, count = 0, began = performance.now();
    const look = () => {
        if (curve.innerHTML !== before) { count += 1; before = curve.innerHTML; }
        if (performance.now() - began < 2000) requestAnimationFrame(look);
        else done(count / 2);
    };
    look();
})"""

INKED = """all => all.every(canvas => {
    const data = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
    const colours = data.filter((value, i) => i % 4 < 3);
    return colours.some(value => value < 128) && colours.some(value => value > 250);
})"""


# -------------------------------------------------------------------------------- what is shown


def test_it_is_alive_at_once(lab):
    assert lab.state() == "finished"
    total = sum(map(sum, lab.cells()))
    assert f"{total:,.0f} others" in lab.text(".lab-note"), "every validation image is counted"
    assert "right" in lab.text(".cm-text") and lab.find(".lab-run").count() == 1
    assert lab.find(".lab-pad-canvas").is_visible() and lab.find(".lab-inside canvas").count()
    accuracy = float(lab.text(".cm-text").split(":")[1].split("%")[0])
    assert accuracy > 90


@pytest.mark.parametrize("width", [1300, 1000])
def test_it_fits_the_page(lab, width):
    lab.page.set_viewport_size({"width": width, "height": 900})
    lab.page.wait_for_timeout(500)
    faults = lab.page.locator(".interactive-lab").evaluate(FIND_LAYOUT_FAULTS)
    boxes = [
        lab.find(part).bounding_box() for part in (".lab-buttons", ".lab-curve svg", ".lab-presets")
    ]
    lab.page.set_viewport_size({"width": 1300, "height": 900})
    assert faults == []
    top = min(box["y"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    assert bottom - top < 700, "the buttons, the curve and the first sliders fit one screen"


# -------------------------------------------------------------------------------- training


def test_train_shows_a_curve_and_stop_stops_it(lab):
    lab.settle_for_a_long_run()
    first_frames, stops = [], []
    for _ in range(5):
        begun = "running</b> · epoch .* loss"
        frame = lab.seconds_until(".lab-status", lab.button("train").click, begun)
        first_frames.append(frame)
        lab.page.wait_for_timeout(400)
        assert lab.state() == "running" and lab.button("train").is_disabled()
        stops.append(lab.seconds_until(".lab-status", lab.button("stop").click, "<b>stopped"))
        assert lab.button("stop").is_disabled() and lab.button("train").is_enabled()
        step = lab.text(".lab-status")
        lab.page.wait_for_timeout(200)
        assert lab.text(".lab-status") == step, "it went on"
        lab.find(".lab-clear-button").click()
    report("Train", first_frames)
    report("Stop", stops)


def test_the_curve_moves_ten_times_a_second(lab):
    lab.settle_for_a_long_run()
    lab.button("train").click()
    lab.wait_for_state("running")
    frames = lab.page.evaluate(COUNT_CURVES)
    lab.button("stop").click()
    lab.wait_for_state("stopped", "finished")
    print(f"{frames:.1f} new curves a second")
    assert frames > 10 / BUSY


def test_pause_step_and_go_on(lab):
    lab.settle_for_a_long_run()
    lab.button("train").click()
    lab.wait_for_state("running")
    lab.page.wait_for_timeout(400)  # after a tenth of a second it knows how long it will take
    lab.button("pause").click()
    lab.wait_for_state("paused")
    assert "Go on" in lab.button("pause").inner_text() and " left" in lab.text(".lab-status")
    before = lab.text(".lab-status")
    lab.seconds_until(".lab-status", lab.button("step").click)
    number = [
        int(text.split("step ")[1].split(" ")[0].replace(",", ""))
        for text in (before, lab.text(".lab-status"))
    ]
    assert number[1] == number[0] + 1
    lab.button("pause").click()
    lab.wait_for_state("running")
    lab.button("stop").click()
    lab.wait_for_state("stopped")


def test_a_rate_dragged_while_training_acts_at_once(lab):
    lab.settle_for_a_long_run()
    lab.button("train").click()
    lab.wait_for_state("running")
    handle = lab.find(".lab-learning-rate .noUi-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x - 30, y, steps=6)
    lab.page.mouse.up()
    lab.find(".lab-now").get_by_text("on the way learning rate 0.1 → 0.0").wait_for()
    assert float(lab.text(".lab-learning-rate .widget-readout")) < 0.1
    assert lab.state() == "running"
    lab.button("stop").click()
    lab.wait_for_state("stopped")


def test_divergence_is_explained_and_what_was_changed_stands_in_the_legend(lab):
    lab.settle("learning rate too high")
    lab.button("train").click()
    lab.wait_for_state("diverged")
    assert "The training diverged." in lab.text(".lab-message")
    assert "diverged" in lab.text(".lab-now")
    lab.start_from("default settings")
    lab.button("train").click()
    lab.wait_for_state("finished")
    assert lab.text(".lab-message").strip() == ""
    assert "learning rate 5.01 → 0.1" in lab.text(".lab-now")
    opacities = lab.find(".lab-curve svg > g").evaluate_all(
        "all => all.map(g => g.getAttribute('opacity'))"
    )
    assert opacities[-1] == "1" and set(opacities[:-1]) == {"0.65"}


def test_everything_by_keyboard(lab):
    """Tab leads from the first preset to the drawing pad, and Enter presses a button."""
    lab.find(".lab-preset").first.focus()
    seen = set()
    for _ in range(60):
        lab.page.keyboard.press("Tab")
        seen.add(lab.page.evaluate(FOCUSED))
    text = " ".join(seen)
    for part in (
        "lab-learning-rate",
        "lab-seed",
        "lab-button-train",
        "cm-moment",
        "cm-cell",
        "lab-pad",
    ):
        assert part in text, f"{part} cannot be reached"
    lab.button("reset").click()
    lab.page.wait_for_timeout(300)
    lab.button("step").focus()
    lab.page.keyboard.press("Enter")
    lab.wait_for_state("paused")
    lab.button("stop").click()
    lab.wait_for_state("stopped")


# -------------------------------------------------------------------------------- the matrix


def train_to_the_end(lab):
    lab.settle()
    lab.button("train").click()
    lab.wait_for_state("running")
    lab.wait_for_state("finished")
    lab.page.wait_for_timeout(500)  # and the matrix has come, too


def test_looking_back(lab):
    train_to_the_end(lab)
    slider, seconds, texts = lab.find(".cm-moment"), [], [lab.text(".cm-text")]
    total = sum(map(sum, lab.cells()))
    for key in ["ArrowLeft"] * 4 + ["Home", "End"]:
        seconds.append(lab.seconds_until(".cm-text", lambda key=key: slider.press(key)))
        lab.page.wait_for_timeout(100)
        texts.append(lab.text(".cm-text"))
        cells = lab.cells()
        assert sum(map(sum, cells)) == total
        right = sum(cells[i][i] for i in range(10)) / total
        assert f"{right:.2%}" in texts[-1], "the matrix is that of the text"
    assert texts[-2].startswith("before training") and texts[-1] == texts[0]
    assert len(set(texts)) == 6
    newest = lab.find(".cm-newest")
    assert not newest.is_visible(), "it is shown already"
    for width in (1920, 1100, 800):
        lab.page.set_viewport_size({"width": width, "height": 1000})
        lab.seconds_until(".cm-text", lambda: slider.press("Home"))
        text, button = lab.find(".cm-text"), newest.bounding_box()
        end = text.evaluate("""text => {
          const range = document.createRange();
          range.selectNodeContents(text);
          return range.getBoundingClientRect().right;
        }""")
        below = button["y"] > text.bounding_box()["y"] + 10
        assert end <= button["x"] or below, f"at {width} px the button covers the text"
        lab.seconds_until(".cm-text", lambda: slider.press("End"))
    lab.page.set_viewport_size({"width": 1300, "height": 900})
    lab.seconds_until(".cm-text", lambda: slider.press("Home"))
    lab.seconds_until(".cm-text", newest.click)
    assert lab.text(".cm-text") == texts[0] and not newest.is_visible()
    for key in ["Home", "End"] * 5:  # faster than the answers come
        slider.press(key)
    lab.page.wait_for_timeout(1000)
    assert lab.text(".cm-text") == texts[0] and not newest.is_visible()
    report("look back", seconds)


def test_opening_cells(lab):
    train_to_the_end(lab)
    cells, seconds = lab.cells(), []
    busiest = sorted((cells[i][j], i, j) for i in range(10) for j in range(10) if i != j)[-4:]
    for count, i, j in [*busiest, (cells[7][7], 7, 7)]:
        cell = lab.find(f".cm-{i}-{j}")
        seconds.append(lab.seconds_until(".cm-behind", cell.click, f">{i} [a-z ]*read as {j}:"))
        assert lab.text(".cm-title").endswith(f"{count:.0f} image{'s' * (count != 1)}")
        assert lab.find(".cm-image").count() == min(24, count)
        captions = lab.find(".cm-image figcaption").all_inner_texts()
        sure = [int(caption.removeprefix(f"{j} at ").removesuffix(" %")) for caption in captions]
        assert sure == sorted(sure, reverse=True)
        assert lab.find(".cm-image canvas").evaluate_all(INKED), "every image shows a digit"
    report("open a cell", seconds)


def test_the_matrix_by_keyboard(lab):
    lab.find(".cm-3-3").click()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowDown")
    assert "cm-4-4" in lab.page.evaluate("() => document.activeElement.className")
    lab.seconds_until(".cm-title", lambda: lab.page.keyboard.press("Enter"), "4 rightly read as 4")
    lab.page.keyboard.press("Home")
    lab.page.keyboard.press("ArrowUp")
    lab.seconds_until(".cm-title", lambda: lab.page.keyboard.press(" "), "3 read as 0")
    assert lab.find(".cm-cell[tabindex='0']").count() == 1, "Tab enters the table once"


def test_shares_of_rows_and_columns(lab):
    train_to_the_end(lab)
    counts = lab.cells()
    for choice, lines in [
        ("% of the row", lambda m: m),
        ("% of the column", lambda m: zip(*m, strict=True)),
    ]:
        lab.find(".cm-normalise").get_by_text(choice).click()
        lab.page.wait_for_timeout(200)
        for shares, numbers in zip(lines(lab.cells()), lines(counts), strict=True):
            for share, number in zip(shares, numbers, strict=True):
                assert abs(share - 100 * number / sum(numbers)) < 0.51
    lab.find(".cm-normalise").get_by_text("counts").click()
    recall = [float(text) for text in lab.find(".cm-recall").all_inner_texts()]
    for i, row in enumerate(counts):
        assert abs(recall[i] - 100 * row[i] / sum(row)) < 0.06


# ----------------------------------------------------------------------------------- the pad


def stroke(lab, *points):
    """Draw a line through these points of the pad, given as shares of its width and height."""
    box = lab.find(".lab-pad-canvas").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    lab.page.mouse.move(*at[0])
    lab.page.mouse.down()
    for point in at[1:]:
        lab.page.mouse.move(*point, steps=4)
    lab.page.mouse.up()


def test_draw_read_and_correct(lab):
    train_to_the_end(lab)
    pad = lab.find(".lab-pad-canvas")
    pad.scroll_into_view_if_needed()
    seconds = []
    for x in (0.5, 0.45, 0.55, 0.48, 0.52):
        lab.clear_pad()
        draw = lambda x=x: stroke(lab, (x, 0.2), (x, 0.5), (x, 0.8))  # noqa: E731
        seconds.append(lab.seconds_until(".lab-pad-bars", draw))
        lab.page.wait_for_timeout(200)
    assert "1" in lab.text(".lab-pad-verdict"), "a vertical stroke is a 1"
    report("stroke", seconds)
    value = lab.find(".lab-pad-bar").nth(8).locator(".lab-pad-value")
    before = value.inner_text()
    right = lab.find(".lab-pad-labels button").filter(has_text="8")
    lab.seconds_until(".lab-pad-note", right.click, "8")
    lab.page.wait_for_timeout(200)
    assert value.inner_text() != before
    assert "Of all validation images" in lab.text(".lab-pad-note")
    assert lab.text(".cm-text").startswith("after a correction")


def test_a_drawing_is_read_anew_while_the_network_trains(lab):
    lab.find(".lab-pad-canvas").scroll_into_view_if_needed()
    lab.clear_pad()
    stroke(lab, (0.5, 0.2), (0.5, 0.8))
    lab.page.wait_for_timeout(300)
    lab.set_slider("seed", "ArrowRight")
    lab.seconds_until(".lab-pad-bars", lab.button("train").click)
    lab.wait_for_state("finished")


# --------------------------------------------------------------------------------- at the end


def test_nothing_went_wrong_on_the_page(lab):
    assert lab.faults == []


def test_picture(folder, browser):
    """Three trainings, a cell opened, a digit drawn: the picture for those who only read."""
    path = os.environ.get("LAB_PICTURE")
    if not path:
        pytest.skip("LAB_PICTURE is not set")
    with voila(folder / "notebooks" / f"{NOTEBOOK}.ipynb") as url:
        page = browser.new_page(viewport={"width": 1800, "height": 1500})
        lab = ready(Lab(page, watch_for_faults(page, url)))
        for preset in ("tiny network", "the best we know"):
            lab.settle(preset)
            lab.button("train").click()
            lab.wait_for_state("running")
            lab.wait_for_state("finished")
        cells = lab.cells()
        _, i, j = max((cells[i][j], i, j) for i in range(10) for j in range(10) if i != j)
        lab.find(f".cm-{i}-{j}").click()
        stroke(lab, (0.3, 0.3), (0.45, 0.2), (0.65, 0.25), (0.65, 0.4), (0.45, 0.5))
        stroke(lab, (0.45, 0.5), (0.68, 0.6), (0.66, 0.78), (0.45, 0.85), (0.28, 0.75))
        page.mouse.move(5, 5)
        page.evaluate("() => document.activeElement.blur()")
        page.wait_for_timeout(1000)
        box = page.locator(".interactive-lab").bounding_box()
        margin = 12
        clip = {"x": box["x"] - margin, "y": box["y"] - margin}
        clip |= {"width": box["width"] + 2 * margin, "height": box["height"] + 2 * margin}
        page.screenshot(path=path, clip=clip, animations="disabled")
        page.close()
