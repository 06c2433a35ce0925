"""The runs as rows: what each was made with, and what may be done with it."""

from pathlib import Path

import anywidget
import traitlets

from ..page import script, style
from .drawing import colour, dash
from .settings import common_and_different
from .shelf import farewell, is_drawn, same_line

HERE = Path(__file__).parent
SAME = "the same settings"
UNDER_WAY = "While a training is under way, a pale button waits: let it end, or press Stop."
MOST_SAID = 2  # changes on the way that a row names; its details say all
LONG = 90  # letters of settings: a row that has more only counts its changes


class RunList(anywidget.AnyWidget):
    """A row for each run, the newest on top; a row opens, and says all about its run.

    `on_action(name, run)` is called when the reader wants to "use" its settings, "bring back" its
    network, "compare" it, or "pin" it.
    """

    _esm = script(HERE / "runs.js")
    _css = style(HERE / "runs.css")

    common = traitlets.Unicode().tag(sync=True)  # settings of all runs, or all but some, in words
    gone = traitlets.Unicode().tag(sync=True)  # which run made room for the newest one
    rows = traitlets.List().tag(sync=True)

    def __init__(self, on_action):
        self.on_action, self.runs = on_action, []
        super().__init__()
        self.add_class("lab-runs")
        self.on_msg(self._on_message)

    def __repr__(self):
        return "RunList()"

    def show(self, runs, present, state, compared=None, gone=None):
        """Show these runs; `present`, if there is one, has its network in the lab, in `state`.

        The run that is `gone` made room for the newest one.
        """
        self.runs = runs
        made = [run for run in runs if not run.origin]
        common, alone = "", [""] * len(made)
        if len(made) > 1:
            common, alone = common_and_different([run.settings for run in made])
        own = {run.number: label for run, label in zip(made, alone, strict=True)}
        with self.hold_sync():  # one message
            self.common = f"{whose(runs)}: {common}" if common else ""
            self.gone = farewell(gone, runs)
            self.rows = [
                self.row(
                    run,
                    run.made() if len(made) < 2 or run.origin else own[run.number] or SAME,
                    run is present,
                    state,
                    run is compared,
                )
                for run in reversed(runs)
            ]

    def row(self, run, label, now, state, compared):
        """Return what the page shows of one run."""
        moment = run.moment(state if now else "stopped")
        actions = ["use", "pin"] if now else ["use", "back", "compare", "pin"]
        changes, most = run.changes(), 0 if len(label) > LONG else MOST_SAID
        is_seen = is_drawn(run, now or compared)
        waits = ["back"] if state == "running" else []
        return {
            "run": run.number + 1,
            "colour": colour(run) if is_seen and (run.step or not run.origin) else "",
            "dash": dash(run),
            "moment": moment,
            "when": "" if run.diverged else run.when,
            "label": label
            + (f"; {moment}" if moment else "")
            + way(run, most)
            + twin(run, self.runs)
            + "; too short for a line" * (not is_seen),
            "ending": run.ending(),
            "full": "" if label == run.made() else run.made(),
            "file": run.file,
            "running": now and state == "running",
            "changes": [str(change) for change in changes] if len(changes) > most else [],
            "time": f"{run.seconds - run.begun[2]:.1f} s for {length(run)}" if run.step else "",
            "now": now,
            "compared": compared,
            "pinned": run.pinned,
            "actions": actions,
            "waits": [action for action in actions if action in waits],
            "until": UNDER_WAY,  # hidden where nothing waits
        }

    def _on_message(self, _widget, content, _buffers):
        found = [run for run in self.runs if run.number + 1 == content.get("run")]
        if found:
            self.on_action(str(content.get("action")), found[0])


def length(run):
    """Return how long its own part of a run is, in steps while they are less than an epoch."""
    count, epochs = run.step - run.begun[0], run.epoch - run.begun[1]
    steps = "1 step" if count == 1 else f"{count:,} steps"
    return steps if epochs < 1 else f"{epochs:.3g} epoch{'s' * (epochs > 1)}"


def whose(runs):
    """Return of whom it is said what they have in common: of those that began here, untrained."""
    own = [str(run.number + 1) for run in runs if not run.origin]
    return "All" if len(own) == len(runs) else f"Runs {', '.join(own)}"


def way(run, most):
    """Return what else there is to say of its way, and that it is pinned, after its settings."""
    words, more = run.way(most), run.more()
    if words and not words.startswith("at step"):
        words = f"on the way {words}"
    text = "".join(f"; {said}" for said in (more, words) if said)
    return text + "; pinned" * run.pinned


def twin(run, runs):
    """Return which earlier run has the same curve, as it follows all else that a row says."""
    for other in runs[: runs.index(run)]:
        if same_line(run, other):
            return f"; same line as run\u00a0{other.number + 1}"
    return ""
