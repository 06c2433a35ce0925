"""Which runs are kept, and which makes room for another."""

MOST_RUNS = 6  # on the curve: as many as there are colours and dashes
MOST_PINNED = 4  # of the others one has just been left, and one makes room
MANY_PINNED = (
    f"{MOST_PINNED} runs are pinned: unpin one of them first. The others make room for new runs."
)


def make_room(runs, present, left=None):
    """Return these runs, one fewer if another has no room beside them, and that one or None.

    Those that are pinned stay, and the present one, and the one just `left` if the page has said
    that it is kept. First goes one whose line another has, too; what the reader compared or brought
    back goes last, and so does the best run. Of the others a mere dot goes first, then one that
    diverged, then one that did not come through, the shortest.
    """
    if len(runs) < MOST_RUNS:
        return runs, None
    best = max(runs, key=lambda run: run.right or 0)

    def worth(run):
        through = run.came_through()
        spared = run.valued or run is best
        alone = not any(is_spare(run, other) for other in runs)
        stays = run.pinned or run is present or (run is left and is_promised(run))
        sound = spared, not run.is_brief(), not run.diverged
        return stays, alone, *sound, through, run.epoch, run.number

    gone = min(runs, key=worth)
    return [run for run in runs if run is not gone], gone


def may_pin(run, runs):
    """May this run be pinned beside the others, or no longer be pinned?"""
    return run.pinned or sum(other.pinned for other in runs) < MOST_PINNED


def is_drawn(run, now):
    """Is it in the drawing? An earlier run that is a mere dot would be a riddle."""
    return now or not run.is_brief()


def is_promised(run):
    """Does the page say, when this run is left by Reset or Load, that its network is kept?"""
    return bool(run.right) and not run.diverged


def same_line(run, other):
    """Have two runs the same curve, as far as both go?"""
    made, others = ((r.settings, r.changes(), r.origin, r.begun) for r in (run, other))
    return run is not other and run.step > 0 < other.step and made == others


def is_spare(run, other):
    """Is the line of this run a part of the `other`'s, and its network none that is missed?"""
    own = (run.valued and run.step < other.step) or run.corrections or other.corrections
    return run.epoch <= other.epoch and same_line(run, other) and not own


def free_slot(runs):
    """Return the first colour and dash that none of these runs has."""
    return min(set(range(MOST_RUNS)) - {run.slot for run in runs})


def farewell(gone, runs):
    """Say that a run has made room for the newest of `runs`."""
    if gone is None:
        return ""
    halt = f" ({gone.halt()})" if gone.halt() else ""
    return f"Run {gone.number + 1}{halt} made room for run {runs[-1].number + 1}: six are kept."
