"""Why a loss has leapt up, and what helps: said of this very run, with its own numbers."""

from .settings import RANGES, say

RARELY = "a network thrown so far rarely comes back."
OVERFLOWED = (
    "Each step went so far downhill that it landed higher up, on the other side of the valley, and "
    "the next one went further still."
)
RESTS = (
    "{} so wide that most ReLUs fell silent: no gradient comes through, and the loss rests where "
    "guessing is."
)
LEAPT = "The loss leapt up{}, and {}."
LITTLE = (
    "The loss leapt up on the way, and the network has learned little: many of its ReLUs may be "
    "silent for good."
)


def diverged(run, overflowed):
    """Return what there is to say of a run that diverged."""
    change = cause(run)
    which = f"After {moved(change)}, the steps were" if change else "The first steps were"
    why = OVERFLOWED if overflowed else RESTS.format(which)
    if overflowed and change:
        why = f"That was after {moved(change)}. {why}"
    return f"<b>The training diverged.</b> {why} {remedy(run, change)}"


def leapt(run, running):
    """Return what there is to say of a run whose loss has leapt up, to stay there."""
    change = cause(run)
    since = f" after {moved(change)}" if change else ""
    still = "stays high" if running else "did not come down"
    return f"{LEAPT.format(since, still)} {remedy(run, change, running)}"


def learned_little(run):
    """Return what there is to say of a run that came down again, but not well."""
    return " ".join([LITTLE, *ways(run.now, ("learning rate", "batch size"))])


def cause(run):
    """Return the `Change` after which the loss was highest, if it had made the steps wider."""
    before = [change for change in run.changes() if change.step < run.peak]
    last = {change.name: change for change in before}
    rates = [last[name] for name in ("learning_rate", "momentum") if name in last]
    wider = [change for change in rates if change.new > change.old]
    return max(wider, key=lambda change: change.step, default=None)


def moved(change):
    """Return what was moved, in words that follow "after"."""
    name, old, new = change.name.replace("_", " "), *(number(change, v) for v in change[2:4])
    return f"the {name} was moved from {old} to {new} at step {change.step:,}"


def number(change, value):
    """Return a value of the setting that was changed, as its row says it."""
    return say(change.name, value, "0").split()[-1]


def remedy(run, change, running=False):
    """Return what helps: the way back if there is one, else each setting that can still give."""
    stop = "Press <b>Stop</b>, move" if running else "Move"
    if change:
        return f"{stop} it back to {number(change, change.old)}, and press <b>Train</b>: {RARELY}"
    helps = ways(run.now, ("learning rate", "momentum")) or ways(run.now, ("batch size",))
    return " ".join([*helps, f"{stop} the slider, and press <b>Train</b>: {RARELY}"])


def ways(settings, names):
    """Return [a sentence] of what helps, [] if all these settings are at their end already."""
    lowest, most = RANGES["learning_rate"][0], RANGES["batch_size"][1]
    rate = settings.learning_rate
    tenth = "try a tenth" if rate >= 10 * lowest else f"try {lowest:g}"
    words = {
        "learning rate": f"a smaller <b>learning rate</b> ({tenth})" * (rate > 1.01 * lowest),
        "momentum": "less <b>momentum</b>" * (settings.momentum >= 0.005),
        "batch size": "a larger <b>batch size</b>" * (settings.batch_size < most),
    }
    found = [words[name] for name in names if words[name]]
    if not found:
        return []
    text = f"{found[0]} helps" + "".join(f", and so does {more}" for more in found[1:])
    return [f"{text[0].upper()}{text[1:]}."]
