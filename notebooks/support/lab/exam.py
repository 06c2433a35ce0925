"""The last exam: the test set, once for a network, behind a question."""

import html
import re

import ipywidgets as widgets

from ..page import answer_in_one_thread
from .confusion import ConfusionMatrix, snapshot
from .session import UNDER_WAY

QUESTION = (
    "The test set tells how well a network reads what nobody has looked at. That is true once: "
    "whoever then tunes on and comes back has seen the questions. <b>{}: is this network "
    "your last word?</b>"
)
WAIT = "Train a network first, and wait until it rests. If it is paused, press <b>Stop</b> first."
CHANGED = "Another network is here now than the one that was asked about: ask again."

AGAIN = " (before this page was loaded again)"


def candidate(session):
    """Return the network for the exam, its name and accuracy; None if none is at rest."""
    run = session.run
    if run is None or session.state in UNDER_WAY:
        return None
    return session.model, html.escape(run.name()), run.ending()


class Exam(widgets.VBox):
    """Shows what the network reads of x (N, 784) with labels (N,), when it is asked twice.

    `present()` returns (model, name, accuracy) of the network in the lab, or None; `name` tells it
    from all others. Results are remembered, and a network is examined once. `on_result(text)` is
    told them, `on_say(text)` what else is to be heard: the question, and why there is none. `lines`
    is what the reader sees of all; a page that is loaded again has it recalled.
    """

    def __init__(self, x, labels, present, on_result=lambda text: None):
        self.x, self.labels, self.present, self.results = x, labels, present, {}
        self.on_result, self.on_say, self.lines = on_result, lambda text: None, []
        self.ask = widgets.Button(description="The last exam …", layout={"width": "auto"})
        self.yes = widgets.Button(description="Yes, open the test set", layout={"width": "auto"})
        self.no = widgets.Button(description="Not yet", layout={"width": "auto"})
        self.text, self.memory = widgets.HTML(), widgets.HTML()
        self.answer = widgets.HBox([self.yes, self.no])
        self.answer.layout.display = "none"
        self.matrix = self.asked = None  # the name of the network that the question is about
        super().__init__([self.ask, self.text, self.answer, self.memory])
        self.add_class("lab-exam")
        for name in ("ask", "yes", "no"):
            getattr(self, name).add_class(f"lab-exam-{name}")
        self.ask.on_click(self._ask)
        self.yes.on_click(self._examine)
        self.no.on_click(lambda _: self._fold(""))

    def __repr__(self):
        return f"Exam({len(self.results)} networks examined)"

    def _fold(self, text):
        self.text.value, self.answer.layout.display, self.asked = text, "none", None

    def follow(self):
        """Take a question back that was asked about another network than is here now."""
        found = self.present()
        if self.asked and (found is None or found[1] != self.asked):
            self._fold(CHANGED)
        elif found and self.text.value == WAIT:
            self._fold("")

    def recall(self, lines):
        """Show these lines; those of another kernel tell of networks that are gone."""
        if lines != self.lines:
            self.lines = [line if AGAIN in line else line + AGAIN for line in lines]
        times = "once" if len(lines) == 1 else f"{len(lines)} times"
        items = "".join(f"<li>{line}</li>" for line in self.lines)
        self.memory.value = f"The test set was opened {times}:<ul>{items}</ul>"

    def _ask(self, _button):
        found = self.present()
        if found is None:
            self._fold(WAIT)
        elif found[1] in self.results:
            self._fold(f"{capital(found[1])} was examined: {self.results[found[1]]}.")
        else:
            _, self.asked, accuracy = found
            where = " on the validation images" if accuracy.endswith("right") else ""
            name = ", ".join(filter(None, [capital(self.asked), accuracy + where]))
            self.text.value = QUESTION.format(name)
            self.answer.layout.display = None
        self.on_say("")  # the same is said again, too
        self.on_say(re.sub("<.*?>", "", self.text.value))

    def _examine(self, _button):
        found = self.present()
        if found is None or found[1] != self.asked:
            self._ask(None)  # it has trained on in the meantime, or this is a second click
            return
        model, name, accuracy = found
        said = snapshot(f"{name}, test set", model, self.x)
        right = int((said.answers == self.labels).sum())
        result = f"{right:,} of {len(self.labels):,} test images read rightly"
        result += f", {right / len(self.labels):.2%}"
        if accuracy.endswith("right"):
            result += f" (of the validation images {accuracy.split()[0]})"
        self.results[name] = result
        self._fold(f'<b class="lab-exam-result" tabindex="-1">{capital(name)}: {result}.</b>')
        if self.matrix is None:
            self.matrix = ConfusionMatrix(self.x, self.labels)
            answer_in_one_thread(self.matrix)
            self.children = [*self.children, self.matrix]
        self.matrix.show([said])
        self.lines = [*self.lines, f"{name}: {result}"]
        self.recall(self.lines)
        self.on_result(f"{result}.")


def capital(name):
    """Return the name of a network as a sentence begins with it."""
    return name[:1].upper() + name[1:]
