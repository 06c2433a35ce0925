"""The exercises of lesson 05: right answers in every form pass, wrong ones get what helps."""

import math

import numpy as np
import pytest
from wrong_answers import (
    STRANGE,
    accepted,
    judge,
    refused,
    right_functions,
    right_numbers,
    wrong_functions,
    wrong_numbers,
)

import support.exercises.lesson_05 as checks
import support.exercises.lesson_05_epochs as epochs
from nn_core import MLP, SGD, fit

CONFUSION = np.array([[6, 1, 1], [2, 7, 0], [0, 3, 4]])


def stub(*_arguments):
    return ...


def patient(records, patience, value=lambda r: r.val_loss, reset=True, best=True, **other):
    """The right answer, and, with other arguments, typical wrong ones."""
    lowest, best_epoch, bad = other.get("start", np.inf), 0, 0
    for record in records:
        if other.get("skip", lambda r: r.val_loss is None)(record):
            continue
        better = np.less_equal if other.get("ties") else np.less
        if value(record) is not None and better(value(record), lowest):
            lowest, best_epoch = value(record), record.epoch
            bad = 0 if reset else bad
        else:
            bad += 1
            if bad >= patience + other.get("late", 0):
                break
    return other.get("give", best_epoch if best else record.epoch)


def never_skip(record):
    return False


def variant(**changes):
    return lambda records, patience: patient(records, patience, **changes)


def lowest(**changes):
    """An answer to exercise 2a, which never stops."""
    return lambda records: patient(records, math.inf, **changes)


def no_skip(records, patience):
    return min((record.val_loss, record.epoch) for record in records)[1]


def no_stop(records, patience):
    return min((r.val_loss, r.epoch) for r in records if r.val_loss is not None)[1]


def first_full(records, patience=None):
    """A wrong answer: it returns inside the loop, at the first end of an epoch."""
    return next(record.epoch for record in records if record.val_loss is not None)


def highest(records):
    return max((record.val_loss or 0, record.epoch) for record in records)[1]


def first_rise(records, patience):
    return patient(records, 1)


def by_list(records, patience):
    """Right, but it asks for all the records first."""
    return patient(list(records), patience)


def return_only_inside(records, patience):
    lowest, best, bad = np.inf, 0, 0
    for record in records:
        if record.val_loss is not None:
            bad += 1
            if record.val_loss < lowest:
                lowest, best, bad = record.val_loss, record.epoch, 0
            if bad == patience:
                return best


def ignores_the_end(records, patience):
    """Right as long as it stops, but without an answer when the records run out."""
    best = patient(records, patience)
    return best if patience == 2 else 0


def with_next(records, patience):
    """Right, written with `next` in place of a `for` loop."""
    lowest, best, bad = math.inf, 0, 0
    while bad < patience:
        record = next(records, None)
        if record is None:
            return best
        if record.val_loss is not None:
            bad = 0 if record.val_loss < lowest else bad + 1
            if bad == 0:
                lowest, best = record.val_loss, record.epoch
    return best


def with_dictionary(records, patience):
    """Right, written with the epochs' losses in a dictionary."""
    losses = {}
    for record in records:
        if record.val_loss is not None:
            losses[record.epoch] = record.val_loss
            best = min(losses, key=losses.get)
            if record.epoch - best >= patience:
                break
    return best


RIGHT = {
    "with for": patient,
    "with next": with_next,
    "with a dictionary": with_dictionary,
    "as np.int64": lambda r, p: np.int64(patient(r, p)),
    "as float": lambda r, p: float(patient(r, p)),
    "as 0-d array": lambda r, p: np.array(patient(r, p)),
    "other names": lambda training, n: patient(training, n),
}


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("number_of_steps", ..., "Not done yet"),
        ("number_of_steps", 46.875, "whole number"),
        ("number_of_steps", True, "should be a number"),
        ("number_of_steps", 45, "left over"),
        ("number_of_steps", 47, "does not borrow"),
        ("number_of_steps", 16, "one epoch"),
        ("number_of_steps", 15, "three epochs"),
        ("number_of_steps", 3000, "not for every single image"),
        ("number_of_steps", 50, "rounded up"),
        ("lowest_epoch", stub, "Not done yet"),
        ("lowest_epoch", 4, "give a function"),
        ("lowest_epoch", lambda r: list(r)[-1], "a whole record"),
        ("lowest_epoch", lowest(value=lambda x: x.train_loss), "lowest train_loss"),
        ("lowest_epoch", lowest(value=lambda x: -x.val_accuracy), "highest val_accuracy"),
        ("lowest_epoch", lowest(value=lambda x: x.loss), "one mini-batch"),
        ("lowest_epoch", lowest(value=lambda x: x.loss, skip=never_skip), "one mini-batch"),
        ("lowest_epoch", lambda r: epochs.than_before(r, 99), "the epoch before"),
        ("lowest_epoch", lambda r: no_skip(r, 99), "skip the other records"),
        ("lowest_epoch", lowest(skip=lambda r: not r.val_loss), "can be 0.0"),
        ("lowest_epoch", lowest(start=10), "can be large"),
        ("lowest_epoch", lowest(ties=True), "of two equal ones the first"),
        ("lowest_epoch", lowest(give=0.4), "a val_loss"),
        ("lowest_epoch", lowest(give=12), "record.step"),
        ("lowest_epoch", lambda r: patient(r, 99) - 1, "count from 1"),
        ("lowest_epoch", lambda r: patient(r, 1), "is in epoch 4"),
        ("lowest_epoch", first_full, "the first epoch"),
        ("lowest_epoch", highest, "is the highest"),
        ("lowest_epoch", lowest(best=False), "the last epoch"),
        ("lowest_epoch", lambda r: 4, "no records at all"),
        ("lowest_epoch", lambda r: r[0].epoch, "is a generator"),
        ("lowest_epoch", lambda r: [next(r) for _ in range(99)], "ran out"),
        ("lowest_epoch", patient, "called with 1 argument"),
        ("best_epoch", stub, "Not done yet"),
        ("best_epoch", variant(value=lambda x: x.train_loss), "lowest train_loss"),
        ("best_epoch", variant(value=lambda x: -x.val_accuracy), "highest val_accuracy"),
        ("best_epoch", variant(value=lambda x: x.loss), "one mini-batch"),
        ("best_epoch", variant(value=lambda x: x.loss, skip=never_skip), "one mini-batch"),
        ("best_epoch", variant(skip=never_skip), "records within an epoch as bad"),
        ("best_epoch", no_skip, "skip the other records"),
        ("best_epoch", no_stop, "stop asking"),
        ("best_epoch", by_list, "stop asking"),
        ("best_epoch", variant(late=1), "stop asking"),
        ("best_epoch", first_full, "in the first epoch"),
        ("best_epoch", first_rise, "before 2 bad epochs"),
        ("best_epoch", epochs.than_before, "the epoch before"),
        ("best_epoch", variant(reset=False), "starts the count"),
        ("best_epoch", variant(best=False), "remember the best one"),
        ("best_epoch", variant(ties=True), "only equals"),
        ("best_epoch", variant(skip=lambda r: not r.val_loss), "can be 0.0"),
        ("best_epoch", variant(start=10), "can be large"),
        ("best_epoch", lambda r, p: f"epoch {patient(r, p)}", "should be a number"),
        ("best_epoch", lambda r, p: patient(r, p) - 1, "count from 1"),
        ("best_epoch", variant(give=0.4), "a val_loss"),
        ("best_epoch", lambda r, p: 4, "no records at all"),
        ("best_epoch", ignores_the_end, "run out first"),
        ("best_epoch", return_only_inside, "has a `return`"),
        ("best_epoch", lambda r, p: r[0].epoch, "is a generator"),
        ("best_epoch", lambda r, p: len(r), "is a generator"),
        ("best_epoch", lambda r, p: [next(r) for _ in range(99)], "ran out"),
        ("best_epoch", lambda r, p: 1 / 0, "stopped with ZeroDivisionError"),
        ("best_epoch", lambda records: 4, "called with 2 arguments"),
        ("accuracy_per_digit", stub, "Not done yet"),
        ("accuracy_per_digit", lambda c: np.diag(c) / c.sum(axis=0), "sums of the columns"),
        ("accuracy_per_digit", lambda c: np.diag(c) / c.sum(), "its own total"),
        ("accuracy_per_digit", lambda c: np.diag(c), "counts"),
        ("accuracy_per_digit", lambda c: c.sum(axis=1), "how many images"),
        ("accuracy_per_digit", lambda c: 1 - np.diag(c) / c.sum(axis=1), "share of mistakes"),
        ("accuracy_per_digit", lambda c: 100 * np.diag(c) / c.sum(axis=1), "percentages"),
        ("accuracy_per_digit", lambda c: np.diag(c) // c.sum(axis=1), "decimal point"),
        ("accuracy_per_digit", lambda c: np.trace(c) / c.sum(), "one number for each digit"),
        ("accuracy_per_digit", lambda c: c / c.sum(axis=1), "on the diagonal"),
        ("accuracy_per_digit", lambda c: c.sort() or np.diag(c), "changes c"),
        ("accuracy_per_digit", lambda c: [0.1, 0.2, 0.3], "entry [0] is 0.1"),
        ("accuracy_per_digit", lambda c: [c[i, i] / sum(c[i]) for i in range(10)], "len(confu"),
    ],
)
def test_diagnosis(check, answer, verdict):
    assert verdict in judge((vars(checks) | vars(epochs))[f"check_{check}"], answer)


def right_accuracy(confusion):
    return np.diag(confusion) / confusion.sum(axis=1)


def test_right_answers_pass_in_every_form():
    assert accepted(checks.check_number_of_steps, right_numbers(48)) == {}
    assert accepted(epochs.check_best_epoch, RIGHT) == {}
    never = {name: lambda r, f=f: f(r, 99) for name, f in (RIGHT | {"a list": by_list}).items()}
    never["min of pairs"] = lambda records: no_stop(records, 99)
    assert accepted(epochs.check_lowest_epoch, never) == {}
    assert accepted(checks.check_accuracy_per_digit, right_functions(right_accuracy)) == {}
    loop = {"by a loop": lambda c: [c[i, i] / sum(c[i]) for i in range(len(c))]}
    assert accepted(checks.check_accuracy_per_digit, loop) == {}


def test_wrong_answers_are_refused():
    assert refused(checks.check_number_of_steps, wrong_numbers(48)) == {}
    wrong = wrong_functions(right_accuracy, CONFUSION)
    assert refused(checks.check_accuracy_per_digit, wrong) == {}


def test_wrong_best_epochs_are_refused():
    changes = {
        "value": [lambda r: r.train_loss, lambda r: -r.val_accuracy, lambda r: r.loss],
        "reset": [False],
        "best": [False],
        "skip": [never_skip, lambda r: not r.val_loss, lambda r: r.train_loss is None],
        "ties": [True],
        "start": [0, 1, 10],
        "late": [1, 2],
    }
    wrong = {}
    for name, values in changes.items():
        for i, value in enumerate(values):
            wrong[f"{name} {i}"] = variant(**{name: value})
            for other in ("reset", "best"):
                wrong[f"{name} {i} and {other}"] = variant(**{other: False, name: value})
    del wrong["skip 2"]  # train_loss is None exactly where val_loss is
    threes = [f"{name} {i}" for name in ("value", "start") for i in range(3)]
    for name in (*threes, "skip 1", "ties 0"):
        never = {name: lambda records, name=name: wrong[name](records, math.inf)}
        assert refused(epochs.check_lowest_epoch, never) == {}
    assert refused(epochs.check_best_epoch, wrong) == {}
    strange = {name: lambda r, p, s=s: patient(r, p) and s for name, s in STRANGE.items()}
    assert refused(epochs.check_best_epoch, strange) == {}
    strange = {name: lambda r, s=s: s for name, s in STRANGE.items()}
    assert refused(epochs.check_lowest_epoch, strange) == {}


def test_reference_is_right_on_a_real_training():
    """What the check calls right stops `fit` itself in time."""
    rng = np.random.default_rng(0)
    x, labels = rng.random((40, 5), dtype=np.float32), rng.integers(0, 3, 40)
    model, val = MLP((5, 8, 3)), (x, labels[::-1].copy())
    records = list(fit(model, x, labels, SGD(0.5), epochs=30, val=val))
    val_losses = [r.val_loss for r in records if r.val_loss is not None]
    training = fit(MLP((5, 8, 3)), x, labels, SGD(0.5), epochs=30, val=val)
    best = patient(training, 3)
    assert val_losses[best - 1] == min(val_losses[: best + 3])
    assert next(training).epoch == best + 4, "it has stopped after three bad epochs"
