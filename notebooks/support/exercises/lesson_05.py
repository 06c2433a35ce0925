"""Checks of the exercises in lesson 05."""

import numpy as np

from nn_core import Record
from support.exercises.verdict import exercise, expect


@exercise
def check_number_of_steps(prediction):
    """3 epochs, 1,000 images, batches of 64: how many steps?"""
    expect(
        not isinstance(prediction, bool) and prediction == int(prediction),
        f"a number of steps is a whole number, and {prediction!r} is not: a short batch is a "
        "step too.",
    )
    expect(
        prediction != 46,
        "you cut all 3,000 images at once, and dropped the rest: each epoch is cut on its own, and "
        "its last, short batch counts.",
    )
    expect(prediction != 16, "those are the steps of one epoch; training went on for three.")
    expect(
        prediction != 45,
        "1000 // 64 forgets the images that are left over: they make a last, short batch.",
    )
    expect(
        prediction != 47,
        "an epoch does not borrow images from the next one: each ends with a short batch of its "
        "own.",
    )
    expect(
        prediction != 3000, "a step is taken for a batch of 64 images, not for every single image."
    )
    expect(
        prediction == 48,
        "count the batches of one epoch first (1000 / 64, rounded up), then the epochs.",
    )


VAL_LOSSES = [0.9, 0.5, 0.6, 0.4, 0.5, 0.45, 0.55, 0.1]  # patience 2 stops after epoch 6
TRAIN_LOSSES = [0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.15]
STEPS = 3  # an epoch


@exercise
def check_best_epoch(best_epoch):
    """`best_epoch(records, patience)` must stop asking in time, and remember the best epoch."""
    found, epochs = _ask(best_epoch, patience=2)
    expect(
        isinstance(found, (int, np.integer)),
        f"return the number of an epoch, such as 4, and not {found!r}.",
    )
    expect(found != 7, "you looked for the lowest train_loss; it falls even while overfitting.")
    expect(
        epochs <= 6,
        f"you asked for the records of {epochs} epochs: after 2 without a new best (epochs 5 and "
        "6) stop asking.",
    )
    expect(
        found != 2 or epochs > 4,
        "you gave up before 2 bad epochs in a row: after epoch 3, one bad epoch, go on.",
    )
    expect(
        epochs == 6,
        f"you stopped after epoch {epochs}: a new best, as in epoch 4, starts the count of bad "
        "epochs again.",
    )
    expect(found != 6, "you returned the epoch in which you stopped: remember the best one.")
    expect(found == 4, f"the lowest val_loss before the stop is in epoch 4, you return {found}.")
    found, _ = _ask(best_epoch, patience=9)
    expect(
        found == 8,
        f"with a patience of 9 the records run out first; then the best epoch is 8, not {found}.",
    )


def _ask(best_epoch, patience):
    """Return what `best_epoch` returns, and how many epochs of records it asked for."""
    asked = []

    def records():
        for i, (train_loss, val_loss) in enumerate(zip(TRAIN_LOSSES, VAL_LOSSES, strict=True)):
            for step in range(STEPS * i + 1, STEPS * (i + 1) + 1):
                asked.append(i + 1)
                record = Record(i + 1, step, STEPS * len(VAL_LOSSES), loss=train_loss)
                ends = step == STEPS * (i + 1)
                yield record._replace(train_loss=train_loss, val_loss=val_loss) if ends else record

    try:
        found = best_epoch(records(), patience)
    except TypeError as error:
        expect(
            "NoneType" not in str(error),
            "record.val_loss is None except at the end of an epoch: skip the other records.",
        )
        raise
    return found, max(asked, default=0)


@exercise
def check_accuracy_per_digit(accuracy_per_digit):
    """`accuracy_per_digit(confusion)` must be the diagonal over the sums of the rows."""
    confusion = np.array([[8, 2, 0], [1, 9, 0], [3, 0, 2]])
    before = confusion.copy()
    found = np.asarray(accuracy_per_digit(confusion), float)
    expect(np.array_equal(confusion, before), "you changed the matrix: compute with a copy.")
    expect(
        found.shape == (3,),
        f"return one number for each digit: shape (3,) for a 3 x 3 matrix, not {found.shape}.",
    )
    diagonal = np.diag(confusion)
    expect(
        not np.allclose(found, diagonal / confusion.sum(axis=0)),
        "you divided by the sums of the columns. That is the share of right answers among all "
        "answers '5' (precision); divide by the rows, the true labels.",
    )
    expect(
        not np.allclose(found, diagonal / confusion.sum()),
        "you divided by the total of the whole matrix: divide each row by its own total.",
    )
    expect(
        not np.allclose(found, diagonal),
        "these are counts: divide by how many images of each digit there are.",
    )
    expect(
        not np.allclose(found, 1 - diagonal / confusion.sum(axis=1)),
        "this is the share of mistakes: return the share of right answers.",
    )
    expect(
        np.allclose(found, [0.8, 0.9, 0.4]),
        f"for [[8, 2, 0], [1, 9, 0], [3, 0, 2]] it must be [0.8, 0.9, 0.4], not {found}.",
    )
