"""The last exam: the test set, once for a network, behind a question."""

import html

import ipywidgets as widgets

from ..page import answer_in_one_thread
from .confusion import ConfusionMatrix, snapshot
from .settings import as_percent
from .spoken import plain

QUESTION = (
    "The test set tells how well a network reads what nobody has looked at. That is true once: "
    "whoever then tunes on and comes back has seen the questions. <b>{}: is this network "
    "your last word?</b>"
)
INVITATION = (
    "{:,} images that no network here has learned from. Open them when a network is your last word."
)
WAITS = {  # by the state of the session
    "ready": "Train a network first.",
    "running": "A training is under way: let it end, or press <b>Stop</b> first.",
}
CHANGED = "Another network is here now than the one that was asked about: ask again."

RESULT = (
    '<div class="lab-exam-result" tabindex="-1"><div class="lab-exam-shares">{}</div>'
    "<p>{}</p></div>"
)
TAKEN = "Already taken. "
SHARE = "<span><b>{}</b> of the {} images read rightly</span>"
AGAIN = " (before this page was loaded again)"


def candidate(session):
    """Return the network for the exam, its name and accuracy; None if none is at rest."""
    run = session.run
    if run is None or session.state == "running":
        return None
    return session.model, html.escape(run.name()), run.ending()


class Exam(widgets.VBox):
    """Shows what the network reads of x (N, 784) with labels (N,), when it is asked twice.

    `present()` returns (model, name, accuracy) of the network in the lab, or None; `name` tells it
    from all others. Results are remembered, and a network is examined once. `on_result(text)` is
    told them, `on_say(text)` what else is to be heard: the question, and why there is none;
    `on_lead(selector)` what the focus is for now; `state()` is that of the session. `lines` is what
    the reader sees of all results; a page that is loaded again has it recalled.
    """

    def __init__(self, x, labels, present, on_result=lambda text: None):
        self.x, self.labels, self.present, self.results = x, labels, present, {}
        self.on_result, self.on_say, self.lines = on_result, lambda text: None, []
        self.on_lead = lambda selector: None
        self.state = lambda: "ready"
        self.ask = widgets.Button(description="The last exam …", layout={"width": "auto"})
        self.yes = widgets.Button(description="Yes, open the test set", layout={"width": "auto"})
        self.no = widgets.Button(description="Not yet", layout={"width": "auto"})
        self.text, self.memory = widgets.HTML(INVITATION.format(len(x))), widgets.HTML()
        self.answer = widgets.HBox([self.yes, self.no])
        self.answer.layout.display = "none"
        self.on_image = lambda pixels, label: None  # as that of a `ConfusionMatrix`
        self.matrix = self.asked = None  # the name of the network that the question is about
        self.shown = None  # that of the one whose result was shown last
        said = widgets.VBox([self.ask, self.text, self.answer, self.memory])
        super().__init__([said.add_class("lab-exam-said")])
        self.add_class("lab-exam")
        for name in ("ask", "yes", "no", "answer"):
            getattr(self, name).add_class(f"lab-exam-{name}")
        self.ask.on_click(self._ask)
        self.yes.on_click(self._examine)
        self.no.on_click(lambda _: self._tell(self.shown) if self.shown else self._show(""))

    def __repr__(self):
        return f"Exam({len(self.results)} networks examined)"

    def _show(self, text, result="", asked=None):
        """Show this text, or what waits here: with a result its matrix, with a question answers.

        The other results are listed below it.
        """
        self.text.value, self.asked = text or INVITATION.format(len(self.x)), asked
        self.answer.layout.display = None if asked else "none"
        if self.matrix:
            self.matrix.layout.display = None if result else "none"
        if self.lines:
            times = "once" if len(self.lines) == 1 else f"{len(self.lines)} times"
            items = "".join(f"<li>{line}</li>" for line in self.lines if line != result)
            items = f":<ul>{items}</ul>" if items else "."
            self.memory.value = f"The test set was opened {times}{items}"

    def follow(self):
        """Take a question back that was asked about another network than is here now."""
        found = self.present()
        if self.asked and (found is None or found[1] != self.asked):
            self._show(CHANGED)
        elif self.text.value in WAITS.values() and self.text.value != WAITS.get(self.state()):
            self._show("")

    def recall(self, lines):
        """Show these lines; those of another kernel tell of networks that are gone."""
        if lines != self.lines:
            self.lines = [line if AGAIN in line else line + AGAIN for line in lines]
            self._show("")

    def _ask(self, button):
        found = self.present()
        if found is None:
            self._show(WAITS.get(self.state(), WAITS["ready"]))
        elif found[1] in self.results:
            self._tell(found[1], again=button is not None)
        else:
            _, asked, accuracy = found
            where = " on the validation images" if accuracy.endswith("right") else ""
            name = ", ".join(filter(None, [capital(asked), accuracy + where]))
            self._show(QUESTION.format(name), asked=asked)
            self.on_lead(".lab-exam-no")  # the answer that loses nothing; the other is beside it
        taken = found and found[1] in self.results
        said = TAKEN + capital(self.results[found[1]][3]) if taken else self.text.value
        self.on_say("")  # the same is said again, too
        self.on_say(plain(said))

    def _examine(self, _button):
        found = self.present()
        if found is None or found[1] != self.asked:
            self._ask(None)  # it has trained on in the meantime, or this is a second click
            return
        model, name, accuracy = found
        said = snapshot(f"{name}, test set", model, self.x)
        right = int((said.answers == self.labels).sum())
        share, counts = as_percent(right / len(self.labels)), f"{right:,} of {len(self.labels):,}"
        before = accuracy.removesuffix(" right") if accuracy.endswith("right") else None
        told = f"{counts} (of the validation images {before})" if before else counts
        self.results[name] = share, counts, before, line(name, share, told), said
        self.lines = [*self.lines, line(name, share, told)]
        self._tell(name)
        self.on_result(f"{share} of the test images read rightly, {told}.")

    def _tell(self, name, again=False):
        """Show the result of a network that was examined, and its matrix."""
        share, counts, before, listed, said = self.results[name]
        self.shown = name
        if self.matrix is None:
            self.matrix = ConfusionMatrix(self.x, self.labels)
            self.matrix.on_image = self.on_image
            answer_in_one_thread(self.matrix)
            self.children = [*self.children, self.matrix]
        self.matrix.show([said])
        shares = SHARE.format(share, "test")
        if before:
            shares += SHARE.format(before, "validation")
        apart = difference(share, before)
        text = f"{apart}{capital(name)} was examined: {counts}."
        if again:  # which is to be seen, too
            text = TAKEN + text
        self._show(RESULT.format(shares, text), listed)
        self.on_lead(".lab-exam-result")


def difference(test, validation):
    """Return, in words, how far the two shares that are shown lie apart; "" without the second."""
    if validation is None:
        return ""
    points = float(test[:-1]) - float(validation[:-1])
    if not round(points, 2):
        return "The two are equal. "
    return f"Test: {abs(points):.2f} points {'below' if points < 0 else 'above'} validation. "


def line(name, share, counts):
    """Return a result as it is listed."""
    return f"{name}: {share} of the test images read rightly, {counts}"


def capital(name):
    """Return the name of a network as a sentence begins with it."""
    return name[:1].upper() + name[1:]
