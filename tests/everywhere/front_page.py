"""The front page of the book in Chromium, as a reader operates it."""

import os
from pathlib import Path

import numpy as np

from book.live.pack import unpack
from support.lab.pad import DrawingPad

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
        # The last picture is sent 33 ms after a stroke: a timer that is set later, for longer, ends
        # after it, however busy the computer is.
        self.page.evaluate("() => new Promise(done => setTimeout(done, 100))")

    def clear(self):
        self.part("clear").click()
        self.page.locator(".lab-pad-says").get_by_text("Empty paper").wait_for()

    def probabilities(self):
        texts = self.part("value").all_inner_texts()
        return np.array([float(text.strip("> %")) / 100 for text in texts])

    def lab_reads(self):
        """Return the lab's own pad with what is on this paper."""
        pad = DrawingPad(unpack(), np.zeros((1, 784)), [0])
        pad.ink = bytes(self.part("canvas").evaluate(READ_INK))
        return pad

    def shot(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
