"""Checks of exercises 2a and 2b in lesson 05: find the best epoch, and stop in time."""

import numpy as np

from nn_core import Record
from support.exercises.verdict import exercise, expect, number

# Three courses of the validation loss, the first two for exercise 2b, the last for 2a. Over all of
# LONG each typical mistake has an epoch of its own: 1 is the first one, 2 the last before a rise, 5
# has the lowest loss of a step, 6 falls below the one before, 7 has the lowest train_loss, 8 the
# highest accuracy, and 9 is the last.
COURSE = [0.9, 0.5, 0.6, 0.4, 0.5, 0.45, 0.55, 0.1]
RESTLESS = [0.9, 0.5, 0.6, 0.55, 0.58, 0.57]
LONG = [*COURSE[:-1], 0.6, 0.65]
TRAIN_LOSSES = [0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.15, 0.18]
ACCURACIES = [0.7, 0.75, 0.8, 0.82, 0.85, 0.84, 0.83, 0.99, 0.9]
STEP_LOSSES = [0.7, 0.3, 0.8]  # within an epoch
LOW_STEPS = 5  # in this epoch they are a little lower
STEPS = len(STEP_LOSSES)


class Records:
    """The records of a training, as `fit` yields them, and how many epochs were asked for."""

    def __init__(self, val_losses):
        self.val_losses, self.epochs = val_losses, 0

    def __iter__(self):
        steps = STEPS * len(self.val_losses)
        for epoch, val_loss in enumerate(self.val_losses, 1):
            for i in range(STEPS):
                self.epochs = epoch
                loss = STEP_LOSSES[i] - 0.1 * (epoch == LOW_STEPS)
                record = Record(epoch, STEPS * (epoch - 1) + i + 1, steps, loss)
                if i == STEPS - 1:
                    record = record._replace(
                        train_loss=TRAIN_LOSSES[epoch - 1],
                        val_loss=val_loss,
                        val_accuracy=ACCURACIES[epoch - 1],
                    )
                yield record


def ask(best_epoch, val_losses, patience):
    """Return what `best_epoch` returns, and for how many epochs it asked for records."""
    expect(callable(best_epoch), "give a function, `def best_epoch(records, patience): ...`.")
    records = Records(val_losses)
    try:
        found = best_epoch(iter(records), patience)
    except TypeError as error:
        text = str(error)
        expect(
            "NoneType" not in text,
            "record.val_loss is None except at the end of an epoch: skip the other records.",
        )
        expect(
            "subscriptable" not in text and "len()" not in text,
            "`records` is a generator: it has no length and no records[0]. Take the records one "
            "by one, with `for record in records:`.",
        )
        raise
    return found, records.epochs


def reference(key, skip=True, tie=False):
    """Return an answer that goes by `key(record)` in place of `val_loss`, for comparison."""

    def answer(records, patience):
        lowest, best, bad = np.inf, 0, 0
        for record in records:
            if skip and record.val_loss is None:
                continue
            value = key(record)
            if value is not None and (value < lowest or (tie and value == lowest)):
                lowest, best, bad = value, record.epoch, 0
            else:
                bad += 1
            if bad == patience:
                break
        return best

    return answer


def than_before(records, patience):
    """A wrong answer: it compares with the epoch before, and not with the lowest so far."""
    before, best, bad = np.inf, 0, 0
    for record in records:
        if record.val_loss is not None:
            best, bad = (record.epoch, 0) if record.val_loss < before else (best, bad + 1)
            before = record.val_loss
        if bad == patience:
            break
    return best


MISTAKES = [
    (
        than_before,
        "you compare each val_loss with that of the epoch before: compare it with the lowest so "
        "far.",
    ),
    (
        reference(lambda record: record.val_loss, skip=False),
        "you count the records within an epoch as bad epochs, too. There val_loss is None: skip "
        "them, and count only the ends of epochs.",
    ),
    (
        reference(lambda record: record.train_loss),
        "you looked for the lowest train_loss; it falls even while overfitting.",
    ),
    (
        reference(lambda record: -record.val_accuracy),
        "you looked for the highest val_accuracy; the exercise asks for the lowest val_loss, and "
        "the two need not agree.",
    ),
    (
        reference(lambda record: record.loss),
        "you compare record.loss, which belongs to one mini-batch: compare record.val_loss.",
    ),
    (
        reference(lambda record: record.loss, skip=False),
        "you compare record.loss, which belongs to one mini-batch: compare record.val_loss.",
    ),
]


NEVER = 99  # a patience that does not end
LARGE_AND_SMALL = [
    (
        [0.5, 0.0, 0.2],
        2,
        "a val_loss can be 0.0, which is a very good one. To Python 0.0 is false, like None: ask "
        "`record.val_loss is not None`.",
    ),
    (
        [20.0, 12.0, 15.0, 11.0],
        4,
        "a val_loss can be large, too: with 20, 12, 15, 11 the best epoch is 4. Begin with np.inf "
        "as the lowest value.",
    ),
]
EQUAL = (
    [0.5, 0.4, 0.4, 0.6],
    2,
    "with 0.5, 0.4, 0.4, 0.6 the epoch is 2: of two equal ones the first counts, so that only a "
    "lower val_loss is a new lowest one: < and not <=.",
)


@exercise
def check_lowest_epoch(lowest_epoch):
    """`lowest_epoch(records)` must return the number of the epoch with the lowest `val_loss`."""
    expect(callable(lowest_epoch), "give a function, `def lowest_epoch(records): ...`.")

    def answer(records, _patience):
        return lowest_epoch(records)

    found, epochs = _first_answer(answer, LONG)
    expect(epochs > 0, "you asked for no records at all: loop over them.")
    if found != 4:
        for wrong, diagnosis in MISTAKES:
            expect(found != wrong(iter(Records(LONG)), NEVER), diagnosis)
        _diagnose_lowest(found)
    for val_losses, best, diagnosis in (*LARGE_AND_SMALL, EQUAL):
        expect(_answer(answer, val_losses, NEVER)[0] == best, diagnosis)


def _diagnose_lowest(found):
    """Say what is wrong with an answer to LONG."""
    expect(found not in LONG, f"you return {found:g}, a val_loss: return its epoch, such as 4.")
    expect(found != 3, "you return 3: epochs count from 1, and record.epoch holds the number.")
    expect(
        found != 1,
        "you return 1, the first epoch, whose val_loss is the highest: look for the lowest, and "
        "return after the loop.",
    )
    expect(
        found != len(LONG),
        f"you return {found:g}, the last epoch: change the epoch only where val_loss is a new "
        "lowest one, and keep that val_loss, too.",
    )
    expect(found != 12, "you return record.step, 12: return the number of the epoch, record.epoch.")
    expect(False, f"the lowest val_loss is in epoch 4, and you return {found:g}.")


@exercise
def check_best_epoch(best_epoch):
    """`best_epoch(records, patience)` must stop asking in time, and remember the best epoch."""
    found, epochs = _first_answer(best_epoch)
    if (found, epochs) != (4, 6):
        for wrong, diagnosis in MISTAKES:
            courses = [(COURSE, 2), (RESTLESS, 2)]
            alike = [ask(best_epoch, *case) == ask(wrong, *case) for case in courses]
            expect(not all(alike), diagnosis)
        _diagnose(found, epochs)
    found, epochs = _answer(best_epoch, COURSE, 9)
    expect(
        found == 8,
        f"with a patience of 9 the records run out first; then the best epoch is 8, not {found}.",
    )
    found, epochs = _answer(best_epoch, COURSE, 1)
    expect(
        (found, epochs) == (2, 3),
        f"with a patience of 1 it must stop after epoch 3, the first bad one, and return 2; yours "
        f"asked for {epochs} epochs and returned {found}.",
    )
    found, epochs = _answer(best_epoch, [0.5, 0.4, 0.4, 0.4, 0.3], 2)
    expect(
        (found, epochs) == (2, 4),
        "a val_loss that only equals the lowest one is no new best: with 0.5, 0.4, 0.4, 0.4 and a "
        f"patience of 2, stop after epoch 4 and return 2. Yours asked for {epochs} epochs and "
        f"returned {found}.",
    )
    found, epochs = _answer(best_epoch, [0.5, 0.0, 0.2, 0.3, 0.1], 2)
    expect(
        (found, epochs) == (2, 4),
        "a val_loss can be 0.0, which is a very good one. To Python 0.0 is false, like None: ask "
        "`record.val_loss is None`.",
    )
    found, epochs = _answer(best_epoch, [20.0, 12.0, 15.0, 11.0], 2)
    expect(
        found == 4,
        f"a val_loss can be large, too: with 20, 12, 15, 11 the best epoch is 4, not {found}. "
        "Begin with np.inf as the lowest value.",
    )


def _first_answer(best_epoch, course=COURSE):
    try:
        return _answer(best_epoch, course, 2)
    except StopIteration:
        expect(False, "the records ran out, and you asked for another one with `next`.")


def _answer(best_epoch, val_losses, patience):
    found, epochs = ask(best_epoch, val_losses, patience)
    expect(
        not isinstance(found, Record), "you return a whole record: return its number, record.epoch."
    )
    return number(found, name="the epoch"), epochs


def _diagnose(found, epochs):
    """Say what is wrong with an answer to COURSE and a patience of 2."""
    found = int(found) if found == int(found) else found
    expect(
        found not in COURSE,
        f"you return {found}, a val_loss: return the number of its epoch, such as 4.",
    )
    expect(
        epochs <= 6,
        f"you asked for the records of {epochs} epochs: after 2 without a new best (epochs 5 and "
        "6) stop asking.",
    )
    expect(epochs > 0, "you asked for no records at all: loop over them.")
    expect(
        epochs > 1,
        "you stopped in the first epoch: go on until 2 bad epochs in a row, and return after the "
        "loop.",
    )
    expect(
        found != 2 or epochs > 4,
        f"you stopped in epoch {epochs}, before 2 bad epochs in a row: after epoch 3, one bad "
        "epoch, go on.",
    )
    expect(
        epochs == 6,
        f"you stopped after epoch {epochs}: a new best, as in epoch 4, starts the count of bad "
        "epochs again.",
    )
    expect(found != 6, "you returned the epoch in which you stopped: remember the best one.")
    expect(found != 3, "you returned 3: epochs count from 1, and record.epoch holds the number.")
    expect(False, f"the lowest val_loss before the stop is in epoch 4, and you return {found}.")
