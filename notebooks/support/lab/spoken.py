"""What a screen reader is told of a training: that it began, and how it ended; not each step."""

import html
import re


def spoken(session, warning=""):
    """Return the state of a `Session` in one sentence; and a warning of it, which is HTML."""
    return f"{in_one_sentence(session)} {html.unescape(re.sub('<[^>]*>', '', warning))}".strip()


def in_one_sentence(session):
    """Return the state alone."""
    run = session.run
    if run is None:
        return "An untrained network."
    name = f"Run {run.number + 1}"
    if session.state == "running":
        return f"{name}: training."
    right = f", {run.right:.2%} of the validation images read rightly" if run.right else ""
    if run.origin and not run.step:
        return f"{name}: {run.origin}{right}."
    where = f" at step {run.step:,}" if session.state in ("paused", "stopped") else ""
    return f"{name}: {session.state}{where}{right}."
