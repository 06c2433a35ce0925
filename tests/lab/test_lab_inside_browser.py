"""The view inside in a real browser: weights as pictures, chosen by pointing and by keys."""

import re
import statistics
import time
from pathlib import Path

import pytest
from lab_page import watch_for_faults
from pad_page import CELLS, FIND_LAYOUT_FAULTS, READ_ALPHA, TIMEOUT, cells_without_output

from browser import voila
from project_copy import write_notebook

LOGITS = """logits = InsideView(data.x_test, data.labels_test)
softmax = MLP((784, 10))
softmax.params()["b1"][...] = -1  # all means are negative
logits.show(softmax)
logits"""

TINY = """tiny = InsideView(data.x_test, data.labels_test)
quiet = MLP((784, 10))
quiet.params()["W1"][...], quiet.params()["b1"][...] = 0, 0.0042
tiny.show(quiet)
tiny"""

ZERO = """zero = InsideView(data.x_test, data.labels_test)
quiet.params()["b1"][...] = 0
zero.show(quiet)
zero"""

# How many pixels lie between each number below a bar and its digit, which is about 0.73 em high
ABOVE_DIGITS = """svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const zero = svg.querySelector("line").y1.baseVal.value;
    const y = (text) => Number(text.getAttribute("y"));
    const size = (text) => parseFloat(getComputedStyle(text).fontSize);
    return [...svg.querySelectorAll("g")].map((bar) => bar.querySelectorAll("text"))
        .filter(([number]) => y(number) > zero)
        .map(([number, digit]) => (y(digit) - 0.73 * size(digit) - y(number)) * scale);
}"""


INSIDE = Path(__file__).parents[2] / "notebooks" / "support" / "lab" / "inside.js"


@pytest.fixture(scope="module")
def page_and_faults(folder, browser):
    path = folder / "notebooks" / "inside.ipynb"
    write_notebook(path, *cells_without_output("view", LOGITS, TINY, ZERO, CELLS[-1]))
    with voila(path) as url:
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        yield page, watch_for_faults(page, url)
        page.close()


@pytest.fixture
def page(page_and_faults):
    page_and_faults[0].locator(".lab-inside").last.wait_for(timeout=1000 * TIMEOUT)
    return page_and_faults[0]


@pytest.fixture
def faults(page_and_faults):
    return page_and_faults[1]


@pytest.fixture
def inside(page):
    box = page.locator(".lab-inside").first
    box.scroll_into_view_if_needed()
    return box


def name(inside):
    return inside.locator(".lab-inside-name").inner_text()


def wait_for_name(inside, pattern):
    deadline = time.monotonic() + TIMEOUT
    while not re.match(pattern, name(inside)):
        assert time.monotonic() < deadline, name(inside)
        time.sleep(0.02)


def test_all_neurons_of_the_first_layer_are_shown(inside):
    title = inside.locator(".lab-inside-title").inner_text()
    assert title == "What 32 neurons of the first layer have learned", "it is trained"
    grid = inside.locator(".lab-inside-grid")
    assert grid.evaluate("canvas => [canvas.width, canvas.height]") == [8 * 30, 4 * 30]
    drawn = sum(value > 0 for value in grid.evaluate(READ_ALPHA))
    assert drawn == 32 * 784
    layers = inside.locator(".lab-inside-layer").all_inner_texts()
    assert len(layers) == 2
    assert re.search(r"\d+\s% of its outputs are 0; \d+ of 32 neurons are silent", layers[0])


def test_a_neuron_is_chosen_by_pointing_clicking_and_with_the_keyboard(inside):
    grid = inside.locator(".lab-inside-grid")
    edge = grid.bounding_box()
    tile = edge["width"] / 8

    def point(column, row):
        inside.page.mouse.move(edge["x"] + (column + 0.5) * tile, edge["y"] + (row + 0.5) * tile)

    point(2, 1)
    wait_for_name(inside, r"Neuron 11 ")
    assert len(inside.locator(".lab-inside-means rect").all()) == 10
    assert inside.locator(".lab-inside-top figure").count() in (0, 8)
    inside.page.mouse.move(edge["x"] + 100, edge["y"] - 60)  # away: what was chosen comes back
    wait_for_name(inside, r"Neuron 1 ")
    point(4, 2)
    inside.page.mouse.down()
    inside.page.mouse.up()
    point(5, 2)
    wait_for_name(inside, "Neuron 22 ")
    inside.page.mouse.move(edge["x"] + 100, edge["y"] - 60)
    wait_for_name(inside, "Neuron 21 ")
    for key, pattern in [
        ("ArrowRight", "Neuron 22 "),
        ("ArrowDown", "Neuron 30 "),
        ("ArrowDown", "Neuron 30 "),
        ("Home", "Neuron 1 "),
        ("ArrowLeft", "Neuron 1 "),
        ("End", "Neuron 32 "),
    ]:
        grid.press(key)
        wait_for_name(inside, pattern)
    grid.evaluate("grid => grid.blur()")  # who comes back hears which is chosen
    said = r"the arrow keys choose one\. Neuron 32 answers most to \ds, on average$"
    assert re.search(said, grid.get_attribute("aria-label")) or "silent" in name(inside)


def test_keys_work_in_a_network_with_fewer_neurons_than_the_last(page):
    few = page.locator(".lab-inside").last
    frame = few.locator(".lab-inside-frame")
    assert "8 neurons" in few.locator(".lab-inside-title").inner_text()
    assert frame.evaluate("frame => [frame.style.left, frame.style.top]") == ["40%", "50%"]
    assert re.fullmatch(r"\+\d\.\d·10⁵", few.locator(".lab-inside-high").inner_text())
    few.locator(".lab-inside-grid").press("ArrowLeft")
    wait_for_name(few, "Neuron 7 ")


def test_the_mean_of_a_logit_that_is_negative_stands_clear_of_its_digit(page):
    gaps = page.locator(".lab-inside-means svg").nth(1).evaluate(ABOVE_DIGITS)
    assert gaps and min(gaps) >= 4


def test_tiny_answers_are_no_zeros(page):
    quiet = page.locator(".lab-inside").nth(2)
    numbers = quiet.locator(".lab-inside-number").evaluate_all("it => it.map((n) => n.textContent)")
    assert numbers == ["4.2"] * 10
    assert quiet.locator(".lab-inside-axis").text_content().endswith("in thousandths")
    assert quiet.locator("figcaption").first.inner_text() == "0.0042"
    silent = page.locator(".lab-inside").nth(3)
    assert silent.locator(".lab-inside-number").all_text_contents() == ["0"] * 10, (
        "and where all are zero, these are no thousandths"
    )
    assert silent.locator(".lab-inside-axis").text_content() == "mean answer to each digit"


def test_numbers_of_any_size_have_room_and_their_sign(page):
    sources = [INSIDE.parents[1] / "shared.js", INSIDE.with_name("palette.js"), INSIDE]
    source = "".join(path.read_text("utf-8") for path in sources).replace("export default", "void")
    numbers = [-1850.9, 8685.9, 0, 412, -99.94, 2.3e7, -4e17]
    call = f"{numbers}.map((number) => decimal(number, Math.abs(number)))"
    texts = page.evaluate(f"() => {{ {source}; return {call}; }}")
    assert texts == [
        text.replace("-", "\N{MINUS SIGN}")
        for text in ("-1.9K", "8.7K", "0", "410", "-99.9", "23M", "-4E17")
    ]


def test_the_change_is_smooth_and_the_weights_are_not(inside):
    def roughness():
        return inside.locator(".lab-inside-grid").evaluate("""canvas => {
            const rgba = canvas.getContext("2d").getImageData(1, 1, 28, 28).data;
            let sum = 0;
            for (let i = 4; i < rgba.length; i += 4) sum += Math.abs(rgba[i] - rgba[i - 4]);
            return sum / 784;
        }""")

    title = inside.locator(".lab-inside-title")
    inside.get_by_role("button", name="Weights").click()
    title.get_by_text("look for").wait_for(timeout=1000 * TIMEOUT)
    rough = roughness()
    change = inside.get_by_role("button", name="Only what training has changed")
    change.click()
    title.get_by_text("have learned").wait_for(timeout=1000 * TIMEOUT)
    assert change.get_attribute("aria-pressed") == "true"
    assert roughness() < rough
    inside.get_by_role("button", name="Weights").click()
    title.get_by_text("look for").wait_for(timeout=1000 * TIMEOUT)


def test_how_soon_pointing_is_answered(inside):
    """Printed, not asserted."""
    inside.evaluate("""box => {
        box.seconds = [];
        box.addEventListener("keydown", () => box.began = performance.now(), true);
        new MutationObserver(() => box.seconds.push((performance.now() - box.began) / 1000))
            .observe(box.querySelector(".lab-inside-top"), { childList: true });
    }""")
    grid = inside.locator(".lab-inside-grid")
    grid.press("Home")
    for i in range(12):
        grid.press("ArrowRight")
        wait_for_name(inside, f"Neuron {i + 2} ")
    seconds = inside.evaluate("box => box.seconds")
    print(f"another neuron: median {1000 * statistics.median(seconds):.0f} ms")


def test_nothing_is_cut_off_or_too_wide(page, inside):
    for width in (1000, 1300):
        page.set_viewport_size({"width": width, "height": 900})
        assert inside.evaluate(FIND_LAYOUT_FAULTS) == []


def test_nothing_went_wrong_on_the_page(page, faults):
    assert faults == []
