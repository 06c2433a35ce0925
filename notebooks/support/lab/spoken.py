"""What a screen reader is told of a training: how it begins and ends, rarely how far it is."""

import html
import re
from time import monotonic

from .settings import as_percent

QUIET = 5  # seconds of a training without a word, at least


def spoken(session, warning=""):
    """Return the state of a `Session` in one sentence; and a warning of it, which is HTML."""
    return f"{in_one_sentence(session)} {plain(warning)}".strip()


def brought_back(session, warning="", moved=False):
    """Return the same of a run that is the present one again; it may have `moved` the sliders."""
    state = in_one_sentence(session).replace(":", " is brought back:", 1)
    if moved:
        state = f"{state[:-1]}; the sliders show its settings."
    return f"{state} {plain(warning)}".strip()


def taken_back(count, session, warning=""):
    """Return what is seen after so many corrections are undone, and what is heard after it."""
    what = "The correction is" if count == 1 else f"All {count} corrections are"
    return f"{what} taken back.", spoken(session, warning)


def cleared(before, now):
    """Return what became of the runs, of which there were so many."""
    count = abs(now - before)
    runs = "1 run" if count == 1 else f"{count} runs"
    if now > before:
        return f"{runs} {'is' if count == 1 else 'are'} back."
    return f"{runs} cleared." if count else ""


def plain(text):
    """Return HTML as text alone, for where tags would be read: a tooltip, a screen reader."""
    return html.unescape(re.sub("<[^>]*>", "", text))


def in_one_sentence(session):
    """Return the state alone."""
    run = session.run
    if run is None:
        return "An untrained network."
    name = f"Run {run.number + 1}" + f" {run.origin}" * run.is_copy
    if session.state == "running":
        return f"{name}: training."
    right = f", {as_percent(run.right)} of the validation images read rightly" if run.right else ""
    if run.file and not run.step:
        return f"{name}: {run.origin}{right}."
    state = at_rest(session)
    where = f" at step {run.step:,}" if state in ("paused", "stopped") else ""
    return f"{name}: {state}{where}{right}."


def at_rest(session):
    """Return the state; a run that was stopped, brought back, is at rest, but not through."""
    return "stopped" if session.state == "finished" and session.run.halt() else session.state


def with_milestones(on_change, session, say):
    """Return a callback that does `on_change(event)`, and now and then tells of an epoch's end."""
    told = monotonic()

    def changed(event):
        nonlocal told
        on_change(event)
        if event == "state":
            told = monotonic()
        elif event == "moment" and is_milestone(session) and monotonic() - told > QUIET:
            told, run = monotonic(), session.run
            say(f"Epoch {round(run.epoch)} of {round(run.epochs)}, {100 * run.right:.1f} % right.")

    return changed


def is_milestone(session):
    """Has an epoch ended, other than the last? The end of all is said anyway."""
    run, name = session.run, session.moments[-1].said.name
    goes_on = session.state == "running" and round(run.epoch) < round(run.epochs)
    return goes_on and name.startswith("after epoch")
