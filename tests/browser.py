"""JupyterLab, Voila and Chromium for tests: what a reader sees, operated by mouse and keyboard.

`jupyterlab(folder)` serves a folder in a JupyterLab of its own, `voila(notebook)` one notebook as
a dashboard, `chromium()` starts a browser, a `NotebookPage` is one notebook open in JupyterLab,
and a `WidgetBox` controls and a picture on that page.

A server runs in a process of its own (this file as a program) that lives as long as its standard
input is open. When the tests end, in whatever way, SIGKILL included, the operating system closes
that pipe; the server then stops its kernels and itself. Playwright's browser ends likewise.
"""

import contextlib
import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from functools import partial
from typing import NamedTuple

import psutil

from clean_environment import clean_environment

START_TIMEOUT = 300  # seconds for a server, and for a notebook in it, to be ready
STOP_TIMEOUT = 30  # seconds for a server to stop its kernels and itself

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

SETTINGS = {
    # all cells are in the page, also those far below the window
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    # no question about news, which would lie over the page, and no look for updates
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}

# -------------------------------------------------------------------------- JupyterLab, Voila


class Server(NamedTuple):
    """A running JupyterLab: its address, which ends in a slash, and its password."""

    url: str
    token: str


@contextlib.contextmanager
def jupyterlab(folder):
    """Serve `folder` with its own settings and kernels; yield a `Server`; stop everything."""
    home = folder / ".jupyter"
    settings = home / "config" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS))
    options = ["--no-browser", "--allow-root", f"--port={free_port()}", f"--notebook-dir={folder}"]
    with started("jupyterlab.labapp:LabApp", options, home) as (process, log):
        yield wait_for_server(process, home / "runtime", log)


@contextlib.contextmanager
def voila(notebook, *options):
    """Serve `notebook`, in a folder of a project, as a dashboard; yield its address; stop it."""
    home, port = notebook.parents[1] / ".voila", free_port()
    options = [str(notebook), "--no-browser", f"--port={port}", *options]
    with started("voila.app:Voila", options, home) as (process, log):
        wait_for_port(process, port, log)
        yield f"http://localhost:{port}/"


@contextlib.contextmanager
def started(app, options, home):
    """Run a server with settings of its own in the folder `home`; yield its process and log."""
    environment = clean_environment(
        JUPYTER_CONFIG_DIR=str(home / "config"),
        JUPYTER_DATA_DIR=str(home / "data"),
        JUPYTER_RUNTIME_DIR=str(home / "runtime"),
        IPYTHONDIR=str(home / "ipython"),
    )
    home.mkdir(exist_ok=True)
    log = home / "log.txt"
    with open(log, "w") as log_file:
        process = subprocess.Popen(
            [sys.executable, __file__, app, *options],
            stdin=subprocess.PIPE,
            stdout=log_file,
            stderr=log_file,
            env=environment,
            cwd=home.parent,
            start_new_session=True,  # Ctrl-C is for the tests; Jupyter would ask "are you sure?"
        )
    try:
        yield process, log
        if process.poll() is not None:
            raise RuntimeError(f"The server ended before the tests did:\n{log.read_text()}")
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_TIMEOUT + 5)
        except subprocess.TimeoutExpired:
            print("The server did not stop by itself.")
            process.kill()  # its kernels end when they find their parent gone
            process.wait()


def free_port():
    """Return the number of a port that nobody uses; JupyterLab tries others if it is taken."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_server(process, runtime, log):
    """Return the `Server` when it answers; RuntimeError with its log if it does not."""
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(OSError, ValueError):  # half written, or not yet listening
                info = json.loads(path.read_text())
                socket.create_connection(("localhost", info["port"]), timeout=5).close()
                return Server(info["url"], info["token"])
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


def wait_for_port(process, port, log):
    """Return when somebody listens at `port`; RuntimeError with the log if nobody does."""
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("localhost", port), timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"Voila did not start:\n{log.read_text()}")


def serve(app, *options):
    """Run `app`, "module:class", in this process until it is stopped, or standard input closes."""
    module, name = app.split(":")
    threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    getattr(importlib.import_module(module), name).launch_instance(options)


def processes_under(pid, word, read=lambda process: process):
    """Return what `read` says of each process that `pid` started, through whatever others.

    Only those count with `word` in their command. One that ends while we look has no say.
    """
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if word in " ".join(process.cmdline()):
                found.append(read(process))
    return found


def stop_at_end_of_input():
    """Wait until nobody holds the other end of standard input; then stop this process."""
    while True:
        try:
            os.read(0, 1)
            break
        except BlockingIOError:  # while JupyterLab starts, something may set this pipe not to wait
            time.sleep(0.2)
    if hasattr(signal, "alarm"):
        signal.alarm(STOP_TIMEOUT)  # the end, also where Python itself hangs while it ends
    os.kill(os.getpid(), signal.SIGTERM)  # the server stops its kernels, then itself


# --------------------------------------------------------------------------------- Chromium


def find_chromium():
    """Return the path of an installed Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


@contextlib.contextmanager
def chromium():
    """Yield a Chromium without a window, driven by Playwright; close it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_FLAGS, timeout=1000 * START_TIMEOUT
        )
        try:
            yield browser
        finally:
            browser.close()


class NotebookPage:
    """A notebook open in JupyterLab: `path` is relative to the folder that is served.

    `faults` collects errors in the page's own program, and requests that leave this computer.
    """

    def __init__(self, browser, server, path):
        self.server, self.faults = server, []
        self.page = browser.new_page(viewport={"width": 1300, "height": 900})
        self.page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))
        self.page.on("request", lambda request: self._note_address(request.url))
        self.page.on("websocket", lambda websocket: self._note_address(websocket.url))
        # reset: without the notebooks that were open last time
        address = f"{server.url}lab/tree/{path}?reset&token={server.token}"
        self.page.goto(address, timeout=1000 * START_TIMEOUT)
        self.wait_until_idle()

    def _note_address(self, url):
        address = urllib.parse.urlsplit(url)
        here = address.scheme in ("data", "blob") or address.hostname in ("localhost", "127.0.0.1")
        if not here:
            self.faults.append(f"request to {url}")

    def run_all(self, timeout):
        """Choose Run All Cells in the menu, wait `timeout` seconds at most, return what failed.

        The notebook must be stored without outputs: a cell has run when it has got a number.
        """
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        prompts = self.page.locator(".jp-CodeCell .jp-InputPrompt")
        errors = self.page.locator("[data-mime-type$='jupyter.error'], [data-mime-type$='stderr']")
        deadline = time.monotonic() + timeout
        while not all(prompt.strip("[]: ").isdigit() for prompt in prompts.all_inner_texts()):
            if errors.count():
                break
            if time.monotonic() > deadline:
                return [f"still running after {timeout} s"]
            time.sleep(0.1)
        self.wait_until_idle()
        return errors.all_inner_texts()

    def wait_until_idle(self):
        """Wait until there is a kernel, and it has nothing to do, as the status bar says."""
        # not as the circle at the top right says: without a kernel it looks idle, too
        self.page.get_by_text("| Idle").wait_for(timeout=1000 * START_TIMEOUT)

    def display_faults(self):
        """Return what is not shown as it was meant: broken pictures, formulas that are no LaTeX."""
        return self.page.locator(".jp-Notebook").evaluate(FIND_DISPLAY_FAULTS)

    def boxes(self, css_class):
        """Return the widgets that have this class, from top to bottom."""
        return [WidgetBox(self, root) for root in self.page.locator(f".{css_class}").all()]

    def screenshots(self, folder, name, height=1500):
        """Write the whole notebook into `folder`, a picture for every `height` pixels."""
        self.page.set_viewport_size({"width": 1300, "height": height + 130})
        scroller = self.page.locator(".jp-WindowedPanel-outer")
        bottom = self.page.locator(".jp-Cell").last
        for i in range(100):
            scroller.evaluate("(element, top) => element.scrollTop = top", i * height)
            self.page.screenshot(path=folder / f"{name}_{i + 1}.png")
            box = bottom.bounding_box()
            if box["y"] + box["height"] < height + 130:
                return

    def close(self):
        """Close the page and stop its kernel."""
        headers = {"Authorization": f"token {self.server.token}"}
        sessions = f"{self.server.url}api/sessions"
        for session in self.page.request.get(sessions, headers=headers).json():
            self.page.request.delete(f"{sessions}/{session['id']}", headers=headers)
        self.page.close()


class Picture(NamedTuple):
    """What an <img> shows: its size in pixels, whether it has but one colour, and a digest."""

    width: int
    height: int
    blank: bool
    digest: str


class WidgetBox:
    """Controls, a picture and a message; `root` is the Playwright locator of all together."""

    def __init__(self, page, root):
        self.page, self.root = page, root
        root.evaluate(START_STOPWATCH)

    def picture(self):
        """Return the `Picture` that is shown now, of size 0 if there is none."""
        return Picture(*self.root.locator("img").evaluate(READ_PICTURE))

    def settled_picture(self):
        """Return the picture when it has come to rest.

        A slider that appears sends its value back with a rounding error, and has it drawn again.
        """
        before, now = None, self.picture()
        for _ in range(200):
            if now == before:
                return now
            time.sleep(0.3)
            self.page.wait_until_idle()
            before, now = now, self.picture()
        raise TimeoutError("the picture does not come to rest")

    def shows_colour(self, colour):
        """Return whether the picture has more than a few pixels of `colour`, three parts of 1."""
        parts = [round(255 * part) for part in colour]
        return self.root.locator("img").evaluate(COUNT_COLOUR, parts) > 20

    def message(self):
        """Return the text below the picture."""
        return self.root.locator(".widget-html-content").last.inner_text().strip()

    def layout_faults(self):
        """Return what is cut off, squeezed, enlarged, or wider than the page."""
        return self.root.evaluate(FIND_LAYOUT_FAULTS)

    def operations(self):
        """Yield (name, function) for what a reader can do; a slider ends a step from its start."""
        others = ".widget-image, .widget-html, .nn-page, .nn-voice"
        for control in self.root.locator(f":scope > :not({others})").all():
            name = control.locator(".widget-label").first.inner_text()
            handle, value = control.locator(".noUi-handle"), control.locator(".widget-readout")
            buttons = control.locator(".widget-toggle-button:not(.mod-active)")
            menu, box = control.locator("select"), control.locator("input[type=checkbox]")
            if handle.count():
                now, most = map(handle.get_attribute, ("aria-valuenow", "aria-valuemax"))
                far, step = ("Home", "ArrowLeft") if now == most else ("End", "ArrowRight")
                start = value.inner_text()
                yield f"{name}: {far}", partial(handle.press, far)
                if value.get_attribute("contenteditable") == "true":
                    yield f"{name}: type {start}", partial(type_value, value, start)
                yield f"{name}: {step}", partial(handle.press, step)
            elif buttons.count():
                for text in buttons.all_inner_texts():
                    yield f"{name}: {text}", control.get_by_text(text, exact=True).click
            elif menu.count():
                for text in menu.locator("option:not(:checked)").all_inner_texts():
                    yield f"{name}: {text}", partial(menu.select_option, label=text)
            elif box.count():
                yield control.inner_text(), box.click
            else:
                raise NotImplementedError(f"how does a reader operate {name!r}?")

    def answer(self, operate, timeout):
        """Call `operate`; return the seconds until the picture changed.

        TimeoutError, with the message below the picture, if it did not within `timeout` seconds.
        """
        before = self.settled_picture()
        operate()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            now = self.picture()
            if now.width and now.digest != before.digest:
                return self.root.evaluate("box => (box.answered - box.operated) / 1000")
            time.sleep(0.02)
        raise TimeoutError(f"the picture did not change in {timeout} s {self.message()}".strip())


def type_value(readout, text):
    """Type a value into the number beside a slider, with the minus sign that a keyboard has."""
    readout.fill(text.replace("\N{MINUS SIGN}", "-"))
    readout.press("Enter")


# ------------------------------------------------------------------ what runs in the page

# Remembers when the reader last did something, and when the last new picture was there.
START_STOPWATCH = """box => {
    for (const event of ["keydown", "click", "change"])
        box.addEventListener(event, () => box.operated = performance.now(), true);
    box.addEventListener("load", () => box.answered = performance.now(), true);
}"""

READ_PIXELS = """img => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(img, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
}"""

# The digest is of the pixels: the same picture at a new address is no change.
READ_PICTURE = f"""async img => {{
    try {{ await img.decode(); }} catch {{ return [0, 0, true, ""]; }}
    const pixels = ({READ_PIXELS})(img);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", pixels));
    const blank = pixels.every((value, i) => value === pixels[i % 4]);
    return [img.naturalWidth, img.naturalHeight, blank, digest.join(" ")];
}}"""

COUNT_COLOUR = f"""(img, colour) => {{
    const pixels = ({READ_PIXELS})(img);
    let count = 0;
    for (let i = 0; i < pixels.length; i += 4)
        count += colour.every((value, j) => value === pixels[i + j]);
    return count;
}}"""

FIND_LAYOUT_FAULTS = """box => {
    const faults = [];
    for (const text of box.querySelectorAll(".widget-label, .widget-readout, button"))
        if (text.scrollWidth > text.clientWidth + 1) faults.push(`cut off: ${text.textContent}`);
    const img = box.querySelector("img");
    const [shown, natural] = [img.width / img.height, img.naturalWidth / img.naturalHeight];
    if (Math.abs(shown / natural - 1) > 0.02) faults.push("the picture is squeezed");
    if (img.width > img.naturalWidth + 1) faults.push("the picture is enlarged, and so blurred");
    const right = element => element.getBoundingClientRect().right;
    if (right(img) > right(box.parentElement) + 1) faults.push("the picture is too wide");
    return faults;
}"""

FIND_DISPLAY_FAULTS = """notebook => {
    const faults = [];
    for (const img of notebook.querySelectorAll("img"))
        if (!img.naturalWidth) faults.push(`broken picture: ${img.alt || img.src}`);
    for (const error of notebook.querySelectorAll("mjx-merror"))
        faults.push(`LaTeX: ${error.dataset.mjxError}`);
    for (const text of notebook.querySelectorAll("mtext[mathcolor=red]"))
        faults.push(`LaTeX: unknown ${text.textContent}`);
    for (const markdown of notebook.querySelectorAll(".jp-RenderedMarkdown")) {
        const prose = markdown.cloneNode(true);
        prose.querySelectorAll("code").forEach(code => code.remove());
        if (prose.textContent.includes("$")) faults.push(`not LaTeX: ${prose.textContent}`);
    }
    return faults;
}"""


if __name__ == "__main__":
    serve(*sys.argv[1:])
