"""Which runs are kept, and which makes room for another."""

MOST_RUNS = 6  # on the curve: as many as there are colours and dashes


def make_room(runs, present):
    """Return these runs, one fewer if another has no room beside them, and that one or None.

    What the reader compared or brought back goes last, and so do the best run and the one that
    has just come through. Of the others those go first that did not come through, and the shortest.
    """
    if len(runs) < MOST_RUNS:
        return runs, None
    best = max(runs, key=lambda run: run.right or 0)

    def worth(run):
        through = run.came_through()
        spared = run.valued or run is best or (run is present and through)
        return spared, through, run.epoch, run.number

    gone = min(runs, key=worth)
    return [run for run in runs if run is not gone], gone


def free_slot(runs):
    """Return the first colour and dash that none of these runs has."""
    return min(set(range(MOST_RUNS)) - {run.slot for run in runs})


def farewell(gone, runs):
    """Say that a run has made room for the newest of `runs`."""
    if gone is None:
        return ""
    halt = f" ({gone.halt()})" if gone.halt() else ""
    return f"Run {gone.number + 1}{halt} made room for run {runs[-1].number + 1}: six are kept."
