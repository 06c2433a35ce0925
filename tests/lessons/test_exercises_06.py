"""Wrong answers to the exercises of lesson 06 get the diagnosis that helps."""

import numpy as np
import pytest

import support.exercises.lesson_06 as checks
from nn_core import minibatches


def stub(*_arguments):
    return ...


def in_place(x, g, dz):
    dg = (dz * x).sum(axis=0)
    dz *= g
    return dg, dz


def edits_x(x, g, dz):
    x *= dz
    return x.sum(axis=0), dz * g


def mended(x, g, dz):
    return (dz * x).sum(axis=0), dz * g


def seen(batches, n=10, batch_size=4):
    """The samples of one epoch, in the order in which they come."""
    numbers = np.arange(n)
    epoch = batches(numbers, numbers, batch_size, np.random.default_rng(0))
    return np.concatenate([x for x, _ in epoch]).tolist()


def each_once(batches):
    return sorted(seen(batches)) == list(range(10))


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("suspects", ..., "Not done yet"),
        ("suspects", "ReLU 1", "give a set"),
        ("suspects", {"ReLU1", "Linear 2"}, "no part called"),
        ("suspects", {"ReLU 1", "Linear 2", "loss"}, "would have made W2"),
        ("suspects", {"ReLU 1", "Linear 2", "Linear 3"}, "would have made W2"),
        ("suspects", {"ReLU 2"}, "would have made W2"),
        ("suspects", {"Linear 1"}, "two separate lines"),
        ("suspects", {"Linear 1", "ReLU 1", "Linear 2"}, "two separate lines"),
        ("suspects", {"ReLU 1"}, "pass a wrong gradient on"),
        ("suspects", {"Linear 2"}, "what else"),
        ("suspects", set(), "pass a wrong gradient on"),
        ("suspects", {"ReLU 1", "Linear 2"}, "Correct!"),
        ("suspects", ["Linear 2", "ReLU 1"], "Correct!"),
        ("scale_backward", stub, "Not done yet"),
        ("scale_backward", lambda x, g, dz: None, "lack a `return`"),
        ("scale_backward", lambda x, g, dz: ((dz * x).mean(axis=0), dz * g), "N times too small"),
        ("scale_backward", in_place, "edits in place"),
        ("scale_backward", edits_x, "changed x or g"),
        ("scale_backward", lambda x, g, dz: dz * g, "return two arrays"),
        ("scale_backward", lambda x, g, dz: mended(x, g, dz)[::-1], "dg first"),
        ("scale_backward", lambda x, g, dz: (dz * x, dz * g), "sum over the samples"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=1), dz * g), "sum over the samples"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(), dz * g), "sum over the samples"),
        ("scale_backward", lambda x, g, dz: (dz.sum(axis=0), dz * g), "must contain x"),
        ("scale_backward", lambda x, g, dz: (-(dz * x).sum(axis=0), dz * g), "dg is wrong"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=0), dz * g / 5), "dx is wrong"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=0), dz @ g), "x's shape"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=0), dz), "must contain g"),
        ("scale_backward", lambda x, g, dz: 1 / 0, "stopped with ZeroDivisionError"),
        ("scale_backward", mended, "Correct!"),
        ("each_once", stub, "Not done yet"),
        ("each_once", lambda batches: 3, "True or False"),
        ("each_once", lambda batches: True, "says True to everything"),
        ("each_once", lambda batches: False, "says False to everything"),
        ("each_once", lambda batches: seen(batches) == list(range(10)), "in the order"),
        ("each_once", lambda b: sorted(seen(b, 12)) == list(range(12)), "without the last"),
        ("each_once", lambda batches: len(seen(batches)) == 10, "a count is not"),
        ("each_once", lambda batches: set(seen(batches)) == set(range(10)), "a set forgets"),
        (
            "each_once",
            lambda b: each_once(b) and seen(b) != list(range(10)),
            "in the order of the file",
        ),
        ("each_once", lambda b: bool((np.sort(seen(b)) == np.arange(10)).all()), "np.array_equal"),
        (
            "each_once",
            lambda b: [sorted(seen(b))[i] for i in range(10)] == [*range(10)],
            "np.array_equal",
        ),
        ("each_once", lambda batches: int("one"), "stopped with ValueError"),
        ("each_once", lambda batches: 1 / 0, "stopped with ZeroDivisionError"),
        ("each_once", each_once, "Correct!"),
        ("each_once", lambda batches: np.bool_(each_once(batches)), "Correct!"),
    ],
)
def test_diagnosis(check, answer, verdict, capsys):
    getattr(checks, f"check_{check}")(answer)
    assert verdict in capsys.readouterr().out


def test_the_batches_in_the_check_are_what_they_claim():
    """Only then does a verdict on them say something about the reader's test."""
    assert sorted(seen(minibatches)) == sorted(seen(checks._in_order)) == list(range(10))
    assert len(seen(checks._drop_last)) == 8
    assert len(seen(checks._with_repeats)) == 10 and len(set(seen(checks._with_repeats))) == 9
    assert len(seen(checks._one_twice)) == 11 and len(set(seen(checks._one_twice))) == 10
