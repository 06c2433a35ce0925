"""Wrong answers to the exercises of lesson 05 get the diagnosis that helps."""

import numpy as np
import pytest

import support.exercises.lesson_05 as checks


def stub(*_arguments):
    return ...


def patient(records, patience, value=lambda record: record.val_loss, reset=True, best=True):
    """The right answer, and, with other arguments, typical wrong ones."""
    lowest, best_epoch, bad = np.inf, 0, 0
    for record in records:
        if record.val_loss is None:
            continue
        if value(record) < lowest:
            lowest, best_epoch = value(record), record.epoch
            bad = 0 if reset else bad
        else:
            bad += 1
            if bad == patience:
                break
    return best_epoch if best else record.epoch


def no_skip(records, patience):
    return min((record.val_loss, record.epoch) for record in records)[1]


def no_stop(records, patience):
    return min((r.val_loss, r.epoch) for r in records if r.val_loss is not None)[1]


def first_rise(records, patience):
    return patient(records, 1)


def ignores_the_end(records, patience):
    """Right as long as it stops, but without an answer when the records run out."""
    best = patient(records, patience)
    return best if patience == 2 else 0


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("number_of_steps", ..., "Not done yet"),
        ("number_of_steps", 46.875, "whole number"),
        ("number_of_steps", True, "whole number"),
        ("number_of_steps", 45, "left over"),
        ("number_of_steps", 47, "does not borrow"),
        ("number_of_steps", 16, "one epoch"),
        ("number_of_steps", 3000, "not for every single image"),
        ("number_of_steps", 50, "rounded up"),
        ("number_of_steps", 48, "Correct!"),
        ("number_of_steps", np.int64(48), "Correct!"),
        ("best_epoch", stub, "Not done yet"),
        ("best_epoch", lambda r, p: patient(r, p, lambda x: x.train_loss), "lowest train_loss"),
        ("best_epoch", no_skip, "skip the other records"),
        ("best_epoch", no_stop, "stop asking"),
        ("best_epoch", first_rise, "gave up before 2"),
        ("best_epoch", lambda r, p: patient(r, p, reset=False), "starts the count"),
        ("best_epoch", lambda r, p: patient(r, p, best=False), "remember the best one"),
        ("best_epoch", lambda r, p: f"epoch {patient(r, p)}", "the number of an epoch"),
        ("best_epoch", ignores_the_end, "run out first"),
        ("best_epoch", lambda r, p: 1 / 0, "stopped with ZeroDivisionError"),
        ("best_epoch", lambda records: 4, "called with 2 arguments"),
        ("best_epoch", patient, "Correct!"),
        ("accuracy_per_digit", stub, "Not done yet"),
        ("accuracy_per_digit", lambda c: np.diag(c) / c.sum(axis=0), "sums of the columns"),
        ("accuracy_per_digit", lambda c: np.diag(c) / c.sum(), "its own total"),
        ("accuracy_per_digit", lambda c: np.diag(c), "counts"),
        ("accuracy_per_digit", lambda c: 1 - np.diag(c) / c.sum(axis=1), "share of mistakes"),
        ("accuracy_per_digit", lambda c: np.trace(c) / c.sum(), "one number for each digit"),
        ("accuracy_per_digit", lambda c: c.sort() or np.diag(c), "changed the matrix"),
        ("accuracy_per_digit", lambda c: [0.1, 0.2, 0.3], "must be"),
        ("accuracy_per_digit", lambda c: np.diag(c) / c.sum(axis=1), "Correct!"),
    ],
)
def test_diagnosis(check, answer, verdict, capsys):
    getattr(checks, f"check_{check}")(answer)
    assert verdict in capsys.readouterr().out
