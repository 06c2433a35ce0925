"""What the lab says: questions, warnings, and where the training is."""

import html
import math

from . import advice
from .glass_texts import number
from .settings import as_percent
from .shelf import is_promised
from .spoken import at_rest, plain

WAITS = {
    "interrupted": "The kernel was interrupted, and the training waits. Press Go on, or Stop.",
    "left": "Nobody was looking any more, so the training waits. Press Go on, or Stop.",
}
KEPT = "The network of run {} is kept: its row, opened, has <b>Bring back</b>."
REFUSED = (
    "While a training is under way, no other network can take its place: press <b>Stop</b> first."
)
CLEAR, UNCLEAR = "Clear earlier runs", "Bring the cleared runs back"
FOR_THE_NEXT = (
    "The sliders are set for a new training: press <b>Train</b> to begin it. "
    "<b>Go on</b> and <b>Step</b> continue the one that waits, with its own settings."
)
MEANWHILE = (
    "The sliders are set for the next training. The one under way goes on with its own settings."
)

SHORT = 115  # letters: two lines of Presentation, as much as the key of the curve
MIDDLE = 170  # three lines, below which there is room for two of the run
LONG = 272  # letters: Presentation writes a longer message smaller, and it is whole

QUESTIONS = {  # of each section, with the answers, as measured on MNIST
    "train": (
        "what does the curve do at batch size 1?",
        "At 0.1 it learns next to nothing: a few wild images silence most ReLUs. At 0.01 one epoch "
        "is enough for about 97 %, but that is 64 times as many steps. Small batches want small "
        "steps.",
    ),
    "matrix": (
        "look back to the start. Why do a few columns hold most images?",
        "A network that has learned nothing has a few favourite answers, whatever it sees. A "
        "column holds all images that got the same answer. Training moves them onto the diagonal.",
    ),
    "pad": (
        "draw something that is no digit. How sure is the network?",
        "Often very sure. The ten probabilities must add up to 1, and there is no eleventh answer, "
        "&ldquo;none of these&rdquo;.",
    ),
    "inside": (
        "train with a learning rate that is too high. How many ReLUs stay silent?",
        "Nearly all. The first steps push them so far down that they are 0 for every image; then "
        "no gradient comes through: they never wake up.",
    ),
    "glass": (
        "will the loss of these very images be lower after the step? By how much?",
        "Lower: 2.4 becomes 2.2 at first, 0.07 becomes 0.03 at the end. With a rate that is too "
        "high, it rises.",
    ),
    "exam": (
        "will the test accuracy be above, equal to or below the validation accuracy?",
        "Usually a little below, often by less than a point: the test digits are by other hands.",
    ),
}


def up(text):
    """Return HTML: the way from the section of this title back to the buttons."""
    button = '<button type="button" class="lab-up" data-leads-to=".lab-button-train"'
    return f'{button} aria-label="↑ Train, up from {text}">↑ Train</button>'


def heading(text, key):
    """Return HTML: the title of a section, and a question of `QUESTIONS` with its answer.

    Where the buttons are out of sight, a way leads back to them.
    """
    question, answer = QUESTIONS[key]
    return (
        f'<h3 class="lab-heading">{text}</h3>{up(text) if key in ("pad", "inside") else ""}'
        '<details class="lab-question">'
        f"<summary><b>Predict first:</b> {question}</summary>"
        f'<div class="lab-answer">{answer}</div></details>'
    )


def warning(session):
    """Return what there is to say about the state of a `Session`, as (HTML, CSS class)."""
    run, error = session.run, session.error
    if session.state == "diverged":
        where = f" ({html.escape(str(error))}.)" if error else ""
        return advice.diverged(run, bool(error)) + where, "lab-trouble"
    if session.state == "failed":
        return trouble(error), "lab-trouble"
    if session.state == "paused" and session.reason:
        return WAITS[session.reason], "lab-remark"
    if run and session.state in ("running", "paused", "stopped") and run.is_lost():
        return advice.leapt(run, session.state == "running"), "lab-trouble"
    if run and session.state in ("stopped", "finished") and run.has_learned_little():
        return advice.learned_little(run), "lab-trouble"
    left = session.left
    if session.state == "ready" and left in session.runs and is_promised(left):
        return KEPT.format(left.number + 1), "lab-remark"
    return "", "lab-remark"


def message(text, css_class):
    """Return what stands below the curve, as HTML."""
    count = len(plain(text))
    css_class += " lab-long" * (count > LONG) + " lab-short" * (count <= SHORT)
    css_class += " lab-middle" * (SHORT < count <= MIDDLE)
    return f'<div class="{css_class}">{text}</div>' if text else ""


def trouble(error):
    """Return an exception as a reader may see it."""
    if isinstance(error, RuntimeError) and "event loop" in str(error):
        return html.escape(str(error))
    return f"{type(error).__name__}: {html.escape(str(error))}"


def price(first, before, after, looked_back):
    """Return what a correction did to the reading of all validation images, after what was said."""
    newest = " It was the newest network that learned, not the one you looked back to."
    text = f" Of all validation images, it read {as_percent(before)} rightly before, "
    text += f"{as_percent(after)} after"
    text += f", and {as_percent(first)} before your first correction." if first != before else "."
    return newest * looked_back + text


def status(session):
    """Return where the training is, in words."""
    record, run = session.record, session.run
    if run is None or record is None:
        if run is not None and run.origin:
            name = f'<b title="{html.escape(run.file)}">{html.escape(run.origin)}</b>'
            return f"{name} · Go on trains it further"
        if session.state == "ready":
            return "An untrained network. Press <b>Train</b>, or <b>Step</b> for one mini-batch."
        return f"<b>{session.state}</b>"
    words = f"<b>{at_rest(session)}</b>"  # whose copy it is, its row says: here is one line
    words += f" · {in_epochs(run)} · step {run.step:,} of {run.steps:,}"
    words += f" · mean loss {short(run.curve.newest())}"
    left, per_step = session.time_left(), run.per_step()
    if session.state in ("running", "paused") and left is not None:
        words += f" · {in_time(left)} left"
    elif run.epoch >= 1 and per_step:
        words += f" · {in_time(per_step * run.steps / run.epochs)} an epoch"
    return words


def in_epochs(run):
    """Return how far a run is, "epoch 2 of 5": its first step is a part of the first epoch."""
    epoch, epochs = (math.ceil(epoch - 1e-9) for epoch in (run.epoch, run.epochs))
    return f"epoch {epoch} of {epochs}"


def short(loss):
    """Return a loss as "0.123", or as "4.79 million" where it is beyond all bounds."""
    return f"{loss:.3f}" if loss < 1000 else number(loss)


def in_time(seconds):
    """Return a time as "2.5 s", "1:20 min" or "3:56 h"."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{min(seconds, 59):.0f} s"
    minutes = round(seconds / 60) if seconds >= 3600 - 0.5 else int(seconds // 60)
    if minutes < 60:
        return f"{minutes}:{int(seconds % 60):02} min"
    return f"{minutes // 60}:{minutes % 60:02} h"
