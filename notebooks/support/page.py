"""What every widget of ours asks of the page: its keys stay with it, and it knows if it is seen."""

import asyncio
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import anywidget
import traitlets

FOLDER = Path(__file__).parent
SILENCE = 180  # seconds without a word from a page: browsers let hidden ones speak once a minute
GRACE = 15  # seconds in which a page that was left may come back, as when it is loaded again
BEHIND = 0.25  # seconds that a page may be behind what it was sent; then it gets no more for now
PATIENCE = 2  # seconds; a page that is hidden draws nothing, and need not be waited for


def script(*paths):
    """Return the JavaScript in these files, after the helpers that all scripts share."""
    return "".join(Path(path).read_text("utf-8") for path in (FOLDER / "shared.js", *paths))


def style(*paths):
    """Return the style sheets in these files, after the one that all widgets share."""
    return "".join(Path(path).read_text("utf-8") for path in (FOLDER / "shared.css", *paths))


class Page(anywidget.AnyWidget):
    """An invisible part of a widget whose class is "nn-widget", which it looks after in the page.

    Keys pressed there never reach JupyterLab; a double click on a button is one; what is off or
    has a name says so to a screen reader; and a widget without its kernel says what to do.
    While `watched`, the page says every few seconds that it is still there; it also says when it
    has drawn what it was sent. What is `said` is read
    out by a screen reader, once. While something is `precious`, a page that would lose it asks
    before it is left. The focus is never lost, and `lead(selector)` moves it. With a name for its
    `memory`, a page that is loaded again brings back what was `kept`, also to another kernel.
    """

    _esm = script(*(FOLDER / name for name in ("focus.js", "touch.js", "typing.js", "page.js")))
    _css = style(FOLDER / "page.css")

    watched = traitlets.Bool(False).tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
    times = traitlets.Int(0).tag(sync=True)  # that something was said: the same may be said again
    precious = traitlets.Bool(False).tag(sync=True)
    memory = traitlets.Unicode().tag(sync=True)
    kept = traitlets.List().tag(sync=True)  # of texts

    def __init__(self, memory=""):
        self.heard, self.left = {}, {}  # when a page was last heard of, and when it was left
        self.waiting = None  # what is said when an action ends; None where none is under way
        self.asked = None  # when the page was asked whether it has drawn all, until it says so
        super().__init__(memory=memory)
        self.add_class("nn-page")
        self.on_msg(self._on_message)

    def __repr__(self):
        return "Page()"

    def say(self, text):
        """Have a screen reader say this, also if it was the last that it said."""
        if self.waiting is None:
            with self.hold_sync():  # one message
                self.said, self.times = text, self.times + 1
        else:
            self.waiting = text

    @contextmanager
    def one_answer(self):
        """Of all that is said in this block say the last alone: one action, one answer."""
        if self.waiting is not None:  # a part of another
            yield
            return
        self.waiting = ""
        try:
            yield
        finally:
            text, self.waiting = self.waiting, None
        if text:  # and nothing went wrong
            self.say(text)

    def lead(self, selector):
        """Move the focus to what this CSS selector finds, and show it."""
        self.send({"lead": selector})

    def keeps_up(self):
        """Has the page drawn what it was sent? More would wait in a queue, and Stop behind it."""
        waited = 0 if self.asked is None else monotonic() - self.asked
        return waited < BEHIND or waited > PATIENCE

    def was_sent_more(self):
        """Ask the page to say when it has drawn what it was sent, if it is not asked already."""
        if self.heard and (self.asked is None or monotonic() - self.asked > PATIENCE):
            self.asked = monotonic()
            self.send({"drawn": True})

    def was_left(self):
        """Has it been shown, and every page that showed it been left, not just loaded again?"""
        return bool(self.heard) and all(
            page in self.left and monotonic() > self.left[page] + GRACE for page in self.heard
        )

    def is_gone(self):
        """Has every page that showed it been left, or fallen silent while it was `watched`?"""
        now = monotonic()
        return bool(self.heard) and all(
            now > (self.left[page] + GRACE if page in self.left else heard + SILENCE)
            for page, heard in self.heard.items()
        )

    @traitlets.observe("watched")
    def _begin_to_listen(self, _change):
        now = monotonic()
        self.heard = dict.fromkeys(self.heard, now)

    def _on_message(self, _widget, content, _buffers):
        page = str(content.get("page"))
        if content.get("drawn"):
            self.asked = None
        elif content.get("here"):
            self.left.pop(page, None)
            self.heard[page] = monotonic()
            self.send({"heard": page})
        elif page in self.heard:
            self.left[page] = monotonic()


def answer_in_one_thread(widget):
    """Have `widget`, and all that is in it, answer the page in the thread that calls this.

    JupyterLab may hand a message to a kernel's *subshell*, a second thread. A click answered there
    could use the network in the middle of a training step. Without an event loop (in a plain
    program) there is no page either, and nothing to do.

    Some kernels (ipykernel 7.4) send a message back to the shell in which the widget was last
    heard of. While a cell runs there, the page is never told that it was answered, and the slider
    that sent it waits for that, and sends no more.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return
    if widget.comm is not None:

        def answer(message):
            loop.call_soon_threadsafe(widget._handle_msg, message)

        widget.comm.on_msg(answer)
        widget.comm._reply_subshell_for = lambda data, default: default
    for part in getattr(widget, "children", ()):
        answer_in_one_thread(part)
