"""The drawing pad and the view inside on a page, as a reader operates them."""

import time

TIMEOUT = 240  # seconds, far more than an answer takes on a busy machine

CELLS = [
    """import sys
sys.path.append("..")
from data.mnist import bundled_digits
from support.lab.inside import InsideView
from support.lab.pad import DrawingPad
from nn_core import *
data = bundled_digits()
model = MLP((784, 32, 16, 10))
view = InsideView(data.x_test, data.labels_test)
view.show(model)
for _ in fit(model, data.x_train, data.labels_train, SGD(0.1), epochs=15):
    pass
view.show(model)
pad = DrawingPad(model, data.x_test, data.labels_test)
pad.on_correct(lambda: view.show(model))
pad""",
    "view",
    "pad",
    """few = InsideView(data.x_test, data.labels_test)
few.show(model)
few.neuron = 31
fewer = MLP((784, 8, 10))  # which has no such neuron
fewer.params()["W1"][...] *= 1e6  # and is a strange one
few.show(fewer)
few""",
]

STOPWATCH = """box => {
    box.seconds = [];
    for (const name of ["pointerdown", "pointermove", "keydown"])
        box.addEventListener(name, event => {
            const draws = event.buttons || box.querySelector(".lab-pad-pen-down");
            if (draws && box.began === undefined) box.began = performance.now();
        }, true);
    new MutationObserver(() => {
        if (box.began !== undefined) box.seconds.push((performance.now() - box.began) / 1000);
        box.began = undefined;
    }).observe(box.querySelector(".lab-pad-bars"), { subtree: true, childList: true });
}"""

NEXT_FRAME = """() => new Promise(
    done => requestAnimationFrame(() => requestAnimationFrame(done)))"""

# Every pixel of a canvas, as one number: how opaque it is
READ_ALPHA = """canvas => {
    const { width, height } = canvas;
    const rgba = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    return Array.from({ length: width * height }, (_, i) => rgba[4 * i + 3]);
}"""

FIND_LAYOUT_FAULTS = """box => {
    const faults = [], edge = box.parentElement.getBoundingClientRect().right + 1;
    for (const part of box.querySelectorAll("*")) {
        if (part.getBoundingClientRect().right > edge) faults.push(`too wide: ${part.className}`);
        const text = part.matches("button, h4, span, p, .lab-pad-note");
        if (text && part.scrollWidth > part.clientWidth + 1 && part.clientWidth)
            faults.push(`cut off: ${part.textContent}`);
    }
    return faults;
}"""


class Pad:
    """The first pad on the page, as a reader sees it; its coordinates go from 0 to 280."""

    def __init__(self, page, number=0):
        self.page = page.page
        self.box = self.page.locator(".lab-pad").nth(number)
        self.canvas = self.part("canvas")
        self.box.wait_for()
        self.box.scroll_into_view_if_needed()

    def part(self, name):
        return self.box.locator(f".lab-pad-{name}")

    def verdict(self):
        return self.part("verdict").inner_text()

    def probabilities(self):
        """Return what the bars say, as numbers; none when there is no reading."""
        texts = self.written()
        return [float(text.strip("> %")) / 100 for text in texts if "%" in text]

    def written(self):
        return self.part("value").all_inner_texts()

    def winner(self):
        """Return the digit whose bar is marked."""
        return int(self.box.locator(".lab-pad-winner b").inner_text())

    def wait(self, condition):
        """Wait until `condition()`; what it is about must be visible in the browser."""
        deadline = time.monotonic() + TIMEOUT
        while not condition():
            assert time.monotonic() < deadline, f"never became true; verdict: {self.verdict()}"
            time.sleep(0.02)

    def rest(self):
        """Wait until answers have stopped coming."""
        before = None
        while before != (before := (self.written(), self.verdict())):
            time.sleep(0.25)

    def ink(self):
        """Return how many pixels of the paper have ink."""
        return self.canvas.evaluate(f"canvas => ({READ_ALPHA})(canvas).filter(a => a).length")

    def opacity(self, x, y):
        """Return how opaque the ink is at a place, from 0 to 255."""
        pixels = self.canvas.evaluate(READ_ALPHA)
        return pixels[560 * 2 * y + 2 * x]

    def seen(self):
        return self.part("seen").evaluate(READ_ALPHA)

    def place(self, x, y):
        edge = self.canvas.bounding_box()
        return edge["x"] + x * edge["width"] / 280, edge["y"] + y * edge["height"] / 280

    def draw(self, *corners):
        """Draw a line through the corners with the mouse."""
        self.page.mouse.move(*self.place(*corners[0]))
        self.page.mouse.down()
        for corner in corners[1:]:
            self.page.mouse.move(*self.place(*corner), steps=8)
        self.page.mouse.up()

    def clear(self):
        if self.part("clear").is_enabled():
            self.part("clear").click()
        self.wait(lambda: self.verdict() == "Empty paper")


ONE = ((140, 40), (140, 240))
SEVEN = ((70, 60), (210, 60), (130, 240))


def shape(pixels):
    """Return the rows of the pixels (784) that have ink, cut out at the columns that have."""
    rows = [pixels[28 * i : 28 * i + 28] for i in range(28)]
    rows = [row for row in rows if any(row)]
    columns = [i for i in range(28) if any(row[i] for row in rows)]
    return [value for row in rows for value in row[columns[0] : columns[-1] + 1]]


def cells_without_output(*shown):
    """Return the cells of a notebook that makes a pad and a view, and shows these of its names."""
    return [CELLS[0].rsplit("\n", 1)[0], *shown]
