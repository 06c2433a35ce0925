"""The lab on a page in a real browser, as a reader operates it; how long each answer took.

Every wait is measured in the page, from the reader's action to the frame that shows the answer,
and printed. None is asserted: what a busy machine does is not the lab's doing.
"""

import os
import re
import statistics
import urllib.parse

import pytest

from browser import processes_under

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

TIMEOUT = 240_000  # milliseconds, far more than an answer takes on a busy machine
AGAIN = 10_000  # milliseconds until a question is asked again

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

HOLDS = """([selector, pattern]) => {
    const html = document.querySelector(selector)?.innerHTML ?? "";
    return new RegExp(pattern).test(html.replaceAll("&nbsp;", "\\u00a0"));
}"""

# What sticks out or is cut off; not what only the eyes of a screen reader are meant to see.
FIND_LAYOUT_FAULTS = """lab => {
    const room = lab.matches(".lab-large") ? lab : lab.parentElement, faults = [];
    const right = room.getBoundingClientRect().right + 1;
    for (const part of lab.querySelectorAll("*")) {
        const name = `${part.tagName} ${part.className.baseVal ?? part.className}`;
        const seen = part.checkVisibility({ contentVisibilityAuto: true });
        if (seen && part.getBoundingClientRect().right > right) faults.push(`sticks out: ${name}`);
    }
    for (const text of lab.querySelectorAll("button, .widget-label, .widget-readout"))
        if (text.scrollWidth > text.clientWidth + 1) faults.push(`cut off: ${text.textContent}`);
    return faults;
}"""

# What is written smaller than this many pixels on the screen; not marks of a picture, such as ▴.
FIND_SMALL_TEXT = r"""(lab, least) => [...lab.querySelectorAll("*")].map((part) => {
    const edge = part.getBoundingClientRect(), svg = part.ownerSVGElement;
    const own = [...part.childNodes].some((node) => node.nodeType === 3 && /\w/.test(node.data));
    const isSeen = edge.width > 2 && edge.bottom > 0 && edge.top < innerHeight &&
        part.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const scale = () => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const zoom = svg ? scale() : part.currentCSSZoom;
    const size = parseFloat(getComputedStyle(part).fontSize) * zoom;
    return own && isSeen && size < least - 0.01 ? `${size.toFixed(1)}: ${part.textContent}` : "";
}).filter(Boolean)"""

# Of each button, what is written on it and its name, where that does not hold the words
UNSAID = r"""lab => [...lab.querySelectorAll("button[aria-label]")].map((button) => {
    const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu)?.join(" ") ?? "";
    const own = button.matches(".lab-run-head") ? "" : button.textContent;
    return [words(own), words(button.ariaLabel)];
}).filter(([own, name]) => !name.includes(own))"""

# Names that two or more of the buttons have that are there, hidden ones, too
TWICE = r"""lab => {
    const names = [...lab.querySelectorAll("button:not(.cm *)")].map(
        (button) => button.ariaLabel || button.textContent.trim() || button.title);
    return names.filter((name, i) => names.indexOf(name) !== i);
}"""

IS_LAID_OUT = """async () => {  // the lab has been as wide and as high for five frames
    const size = () => {
        const lab = document.querySelector(".interactive-lab");
        const { width, height } = lab.getBoundingClientRect();
        return `${width} ${height}`;
    };
    const sizes = [size()];
    while (new Set(sizes.slice(-6)).size > 1 || sizes.length < 6) {
        await new Promise(requestAnimationFrame);
        sizes.push(size());
        if (sizes.length > 3000) throw Error(`the layout never rests: ${sizes.slice(-6)}`);
    }
}"""

SMALL_LAB = """import sys
sys.path.append("..")
from data.mnist import bundled_digits
from support.lab import InteractiveLab
data = bundled_digits()
lab = InteractiveLab(data)
lab.buttons.train.click()
await lab.session.driver.task"""  # a lab that is there soon


def swipe(page, part, across, down):
    """Touch this part at two fifths of its width, go on so many pixels, or none, and let go.

    Return how far down the part has moved with the page.
    """
    device = page.context.new_cdp_session(page)
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.wait_for_function("() => matchMedia('(pointer: coarse)').matches")
    part.evaluate("part => part.scrollIntoView({ block: 'center' })")
    box = part.bounding_box()
    x, y = box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2
    for i in range(11 if across or down else 1):
        point = {"x": x + across * i / 10, "y": y + down * i / 10}
        kind = "touchMove" if i else "touchStart"
        device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    device.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    moved = part.bounding_box()["y"] - box["y"]
    device.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    device.detach()
    return moved


class Lab:
    """The lab on a page, in JupyterLab or in Voila; `faults` are what went wrong on the page."""

    def __init__(self, page, faults):
        self.page, self.faults, self.asked = page, faults, 0

    def find(self, selector):
        return self.page.locator(f".interactive-lab {selector}")

    def resize(self, width, height=720):
        """Give the page this size, and wait until it has it, and the lab is laid out for it."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_function("width => innerWidth === width", arg=width)
        self.page.evaluate(IS_LAID_OUT)

    def text(self, selector):
        return self.find(selector).first.inner_text()

    def button(self, name):
        return self.find(f".lab-button-{name}")

    def press(self, name):
        """Click one of the five buttons, also when it is off; not while the page still scrolls."""
        self.button(name).element_handle().wait_for_element_state("stable")
        self.button(name).click(force=True)

    def seconds_until(self, selector, operate, pattern=None):
        """Call `operate`; return the seconds until what `selector` finds looks different."""
        self.page.evaluate(WATCH, [f".interactive-lab {selector}", pattern])
        operate()
        self.page.wait_for_function("() => window.answered !== null", timeout=TIMEOUT)
        return self.page.evaluate("() => (window.answered - window.operated) / 1000")

    def wait_for_pattern(self, selector, pattern, timeout=TIMEOUT):
        """Wait until the HTML of what `selector` finds first holds this pattern."""
        what = [f".interactive-lab {selector}", pattern]
        self.page.wait_for_function(HOLDS, arg=what, timeout=timeout)

    def state(self):
        return self.text(".lab-status").split(" ")[0]

    def wait_for_state(self, *states):
        self.wait_for_pattern(".lab-status", "|".join(f"<b>{state}" for state in states))

    def wait_until_heard(self):
        """Wait until the kernel has answered all that was done so far.

        A widget keeps back what it has to say while the kernel works on what it said before. When
        the first question is answered that is over; the second comes behind all that was said.
        """
        for _ in range(2):
            self.ask()
        line = self.find(".lab-line input")
        line.fill("")  # it gets back what the sliders say
        line.press("Enter")
        playwright.expect(line).to_have_value(re.compile("learning_rate"), timeout=TIMEOUT)

    def ask(self):
        """Wait for one answer of the kernel.

        A line of settings that is none gets a complaint with its words, and that comes last. It is
        written again where an answer to what was done before has written over it.
        """
        self.asked += 1
        line, pattern = self.find(".lab-line input"), f"heard{self.asked}"
        for _ in range(TIMEOUT // AGAIN):
            self.open_more()
            try:
                line.fill(pattern, timeout=AGAIN)
                line.press("Enter", timeout=AGAIN)
                return self.wait_for_pattern(".lab-line-note", pattern, AGAIN)
            except playwright.TimeoutError:
                continue
        raise TimeoutError("the kernel does not answer")

    def open_more(self, want=True):
        """Unfold "More settings", or fold it: the kernel does that, and takes its time."""
        button = self.find(".lab-controls .lab-more")
        if ("mod-active" in button.get_attribute("class")) != want:
            button.click()
        state = "visible" if want else "hidden"
        self.find(".lab-line input").wait_for(state=state, timeout=TIMEOUT)

    def settle(self, preset="default settings"):
        """Stop what is going on, clear the pad, and begin from a preset."""
        if self.state() in ("running", "paused"):
            self.press("stop")
            self.wait_for_state("stopped", "finished", "diverged")
        if self.find(".lab-pad-clear").is_enabled():
            self.find(".lab-pad-clear").click()
            self.wait_for_pattern(".lab-pad-verdict", "Empty paper")
        self.find(".lab-preset").get_by_text(preset).click()
        self.wait_until_heard()

    def settle_for_a_long_run(self):
        """Set what will take a while, on the few bundled digits, too."""
        self.settle()
        self.find(".lab-epochs .noUi-handle").press("End")
        if sum(map(sum, self.cells())) < 1000:
            self.find(".lab-batch-size .noUi-handle").press("Home")
        self.wait_until_heard()

    def shorten(self):
        """Of MNIST one epoch is enough; the few bundled digits want all of theirs."""
        if sum(map(sum, self.cells())) > 1000:
            epochs = self.find(".lab-epochs .widget-readout")
            epochs.fill("1")
            epochs.press("Enter")
            self.wait_until_heard()

    def train_to_the_end(self):
        self.settle()
        self.shorten()
        self.press("train")
        self.wait_for_state("running")
        self.wait_for_state("finished")
        self.wait_for_pattern(".cm-text", "after epoch")

    def stroke(self, *points):
        """Draw a line through these points of the pad, as shares of its width and height."""
        box = self.find(".lab-pad-canvas").bounding_box()
        at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        self.page.mouse.move(*at[0])
        self.page.mouse.down()
        for point in at[1:]:
            self.page.mouse.move(*point, steps=4)
        self.page.mouse.up()

    def cells(self):
        """Return the numbers in the matrix as they are written, "·" being 0."""
        texts = self.find(".cm-cell").all_inner_texts()
        return [
            [0 if t == "·" else float(t) for t in texts[10 * i : 10 * i + 10]] for i in range(10)
        ]


def ready(page, faults):
    """Return the `Lab` on a page, when all its parts are there."""
    lab = Lab(page, faults)
    page.set_default_timeout(TIMEOUT)
    lab.find(".cm-cell.cm-right").first.wait_for()
    lab.find(".lab-inside canvas").first.wait_for()
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
    page.goto(url, wait_until="commit", timeout=TIMEOUT)
    return faults


def report(name, seconds):
    """Print the median of the waits."""
    median = statistics.median(seconds)
    print(f"{name}: median {median:.3f} s of {len(seconds)}, longest {max(seconds):.3f} s")


def kernels(read=lambda kernel: kernel):
    """Return what `read` says of each kernel that this process started, through servers."""
    return processes_under(os.getpid(), "ipykernel", read)


def megabytes(process):
    return process.memory_info().rss / 1e6


def user_seconds(process):
    return process.cpu_times().user
