"""The live front page: its network is nn_core's, and it reads a drawing as the lab does.

Set SCREENSHOTS to a folder to keep pictures of it.
"""

import base64
import os
import re
from pathlib import Path

import numpy as np
import pytest

from book.live import HERE, copy_live, lab_views
from book.live.pack import unpack
from browser import chromium, find_chromium
from data.mnist import load_mnist
from nn_core import SoftmaxCrossEntropy
from support.lab.inside import InsideView
from support.lab.pad import DrawingPad, like_mnist

TIMEOUT = 120_000  # milliseconds, far more than anything here takes
LINES = {  # in units of the paper, which is 280 wide
    1: [[(140, 40), (140, 240)]],
    4: [[(90, 40), (70, 150), (210, 150)], [(180, 60), (170, 245)]],
    7: [[(70, 60), (210, 60), (130, 240)]],
    "small": [[(30, 30), (60, 30), (40, 70)]],
}
# As pad.js makes the picture that it sends
READ_INK = """canvas => {
    const small = new OffscreenCanvas(112, 112).getContext("2d");
    small.drawImage(canvas, 0, 0, 112, 112);
    const rgba = small.getImageData(0, 0, 112, 112).data;
    return Array.from({ length: 112 ** 2 }, (_, i) => rgba[4 * i + 3]);
}"""
READ_ALPHA = """canvas => {
    const rgba = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return Array.from({ length: rgba.length / 4 }, (_, i) => rgba[4 * i + 3]);
}"""
ASK_LOGITS = """text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const x = new Float32Array(bytes.buffer), logits = [];
    for (let i = 0; i < x.length; i += 784)
        logits.push(...network.forward(x.subarray(i, i + 784)).at(-1));
    return logits;
}"""
FIND_WIDE = """() => [...document.querySelectorAll("body *")].filter(
    part => part.getBoundingClientRect().right > innerWidth).map(part => part.className)"""


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if find_chromium() is None:
        pytest.skip("neither Chromium nor Chrome is installed")
    with chromium() as browser:
        yield browser


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


class Front:
    """The front page in a browser; `faults` collects errors, and requests for anything else."""

    def __init__(self, browser, address, width=1280, **options):
        self.faults = []
        viewport = {"width": width, "height": 900}
        self.page = browser.new_page(viewport=viewport, device_scale_factor=1, **options)
        self.page.set_default_timeout(TIMEOUT)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note_message)
        self.page.on("request", lambda request: self._note_address(request.url))
        self.page.goto(address)
        self.page.locator(".live-ready").wait_for()

    def _note_message(self, message):
        if message.type == "error":
            self.faults.append(message.text)

    def _note_address(self, url):
        if not url.startswith(("file:", "data:")):
            self.faults.append(f"request to {url}")

    def part(self, name):
        return self.page.locator(f".lab-pad-{name}")

    def draw(self, lines):
        """Draw lines with the mouse, and wait until they are read."""
        self.part("canvas").scroll_into_view_if_needed()
        edge = self.part("canvas").bounding_box()
        for line in lines:
            places = [(edge["x"] + x, edge["y"] + y) for x, y in line]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place, steps=8)
            self.page.mouse.up()
        self.wait_for_reading()

    def wait_for_reading(self):
        """Wait until what was drawn has been read, and is shown."""
        self.page.wait_for_function(
            "() => document.querySelector('.lab-pad-verdict').textContent.startsWith('It reads')"
        )
        self.page.wait_for_timeout(100)  # three times what the pad waits between two pictures

    def clear(self):
        self.part("clear").click()
        self.page.get_by_text("Empty paper: no reading").wait_for()

    def probabilities(self):
        texts = self.part("value").all_inner_texts()
        return np.array([float(text.removesuffix("%")) / 100 for text in texts])

    def lab_reads(self):
        """Return the lab's own pad with what is on this paper."""
        pad = DrawingPad(unpack(), np.zeros((1, 784)), [0])
        pad.ink = bytes(self.part("canvas").evaluate(READ_INK))
        return pad

    def shot(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def front(browser, address):
    front = Front(browser, address)
    yield front
    assert front.faults == []
    front.page.close()


@pytest.fixture(scope="module")
def network(browser):
    """A page that has the front page's network and nothing else, as `network`."""
    page = browser.new_page()
    for name in ("network", "drawing"):
        page.add_script_tag(path=HERE / f"{name}.js")
    script = re.search(r'"weights": "([^"]+)"', live_script()).group(1)
    page.evaluate("text => { window.network = new Network(unpack(text)); }", script)
    yield page
    page.close()


def live_script():
    from book.live import script

    return script()


def images():
    """1,000 images: of the test set, and noise, which excites the network in other ways."""
    x = load_mnist().x_test[:800]
    noise = np.random.default_rng(0).random((1000 - len(x), 784))
    return np.concatenate([x, noise]).astype(np.float32)


# -------------------------------------------------------------------------------- what is copied


def test_two_small_files_hold_all_of_it(tmp_path):
    copy_live(tmp_path / "new" / "live")
    assert {path.name for path in tmp_path.glob("new/live/*")} == {"live.js", "live.css"}
    assert HERE.joinpath("weights.float16").stat().st_size == 2 * 109_386 < 300_000
    assert sum(path.stat().st_size for path in tmp_path.glob("new/live/*")) < 600_000
    for path in tmp_path.glob("new/live/*"):
        assert "http" not in path.read_text("utf-8").replace("http://www.w3.org/", "")


def test_the_scripts_of_the_lab_are_its_own():
    joined = live_script()
    for view in lab_views().values():
        assert view._esm.removesuffix("export default { render };\n") in joined
        assert "export" not in joined


def test_the_weights_read_as_many_as_is_said():
    data = load_mnist()
    if not data.name.startswith("MNIST"):
        pytest.skip("the committed network was trained on MNIST")
    text = HERE.parents[1].joinpath("benchmarks", "README.md").read_text("utf-8")
    said = re.search(r"as\s+float16\s+.*?(\d\d\.\d\d)\s%", text, re.DOTALL).group(1)
    right = 100 * (unpack().predict(data.x_test) == data.labels_test).mean()
    assert right >= 99 and abs(right - float(said)) < 0.03  # the last bits differ elsewhere


# ------------------------------------------------------------------------------------ the network


def test_its_logits_are_those_of_nn_core(network):
    x = images()
    found = network.evaluate(ASK_LOGITS, base64.b64encode(x.tobytes()).decode())
    assert np.abs(np.reshape(found, (1000, 10)) - unpack().forward(x)).max() < 1e-3


def test_its_slopes_are_those_of_nn_core(network):
    x = images()[::100]
    labels = np.arange(len(x)) % 10
    ask = "([x, label]) => [...network.backward(network.forward(x), label)[0].dx]"
    model, loss = unpack(), SoftmaxCrossEntropy()
    for row, label in zip(x, labels, strict=True):
        loss.forward(model.forward(row[None]), np.array([label]))
        expected = loss.backward()
        for layer in reversed(model.layers):
            expected = layer.backward(expected)
        found = network.evaluate(ask, [row.tolist(), int(label)])
        assert np.abs(found - expected).max() < 1e-4 * max(1, np.abs(expected).max())


def test_any_ink_becomes_the_image_that_the_lab_makes_of_it(network):
    rng = np.random.default_rng(1)
    for size in (1, 3, 40, 112, 9, 20):
        ink = np.zeros((112, 112), int)
        top, left = rng.integers(0, 113 - size, 2)
        ink[top : top + size, left : left + size // 2 + 1] = rng.integers(0, 256, (size, 1))
        found = network.evaluate("ink => [...likeMnist(ink, 112)]", ink.ravel().tolist())
        assert np.allclose(found, like_mnist(ink / 255).ravel(), atol=1e-9)


# --------------------------------------------------------------------------------------- the page


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
    front.page.reload()
    front.draw(LINES[7])
    assert front.part("note").inner_text() == ""
    assert np.abs(front.probabilities() - front.lab_reads().reading["probabilities"]).max() < 1.5e-3
    front.clear()


def test_why_shows_the_slopes_of_the_answer_that_is_picked(front):
    front.page.get_by_text("Why this answer?").click()
    text = front.page.locator(".live-why-text")
    assert text.inner_text() == "Draw a digit first."
    front.draw(LINES[7])
    assert text.inner_text().startswith("It reads 7, at ")
    picture = front.page.locator(".live-why-picture")
    before = picture.evaluate(READ_ALPHA)
    front.page.locator(".live-why-digits").get_by_text("2", exact=True).click()
    assert re.fullmatch(r"For 2 it has \d+\.\d %; it reads 7\.", text.inner_text())
    assert before != picture.evaluate(READ_ALPHA)
    front.clear()
    assert text.inner_text() == "Draw a digit first."


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
    low = front.page.locator(".lab-inside-low").inner_text()
    assert float(low[1:]) == float(f"{view.about['scale']:.2g}")
    for neuron in range(3):
        view.neuron = neuron
        title = front.page.locator(".lab-inside-name").inner_text()
        best = int(np.argmax(view.detail["means"]))
        assert title == f"Neuron {neuron + 1} answers most to digit {best}"
        answers = front.page.locator(".lab-inside-top figcaption").all_inner_texts()
        expected = [image["answer"] for image in view.detail["top"]]
        assert np.allclose(np.array(answers, float), expected, atol=0.06)
        front.page.locator(".lab-inside-grid").press("ArrowRight")
    shares = front.page.locator(".lab-inside-layer b").all_inner_texts()
    assert shares == [f"{100 * layer['zeros']:.0f} %" for layer in view.about["hidden"]]


def sheet_of_digits():
    """Return x and labels of the images that come with the page."""
    from PIL import Image

    rows = np.asarray(Image.open(HERE / "digits.png")).reshape(10, 28, -1, 28)
    x = rows.swapaxes(1, 2).reshape(-1, 784) / 255
    return x, np.repeat(np.arange(10), len(x) // 10)


@pytest.mark.parametrize("width", [390, 1280])
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
    front.page.evaluate("document.body.dataset.theme = 'auto'")
    front.shot(f"front-{width}-{scheme}")
    assert front.faults == []
    front.page.close()
