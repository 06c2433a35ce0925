"""The exercises of lesson 06: right answers in every form pass, wrong ones get what helps."""

import itertools

import numpy as np
import pytest
from wrong_answers import STRANGE, accepted, judge, refused, right_functions, wrong_functions

import support.exercises.lesson_06 as checks
from nn_core import minibatches

RNG = np.random.default_rng(7)
X, G, DZ = RNG.normal(size=(5, 3)), RNG.normal(size=3), RNG.normal(size=(5, 3))


def stub(*_arguments):
    return ...


def in_place(x, g, dz):
    dg = (dz * x).sum(axis=0)
    dz *= g
    return dg, dz


def edits_x(x, g, dz):
    x *= dz
    return x.sum(axis=0), dz * g


def too_early(x, g, dz):
    dz = dz * g
    dg = (dz * x).sum(axis=0)
    return dg, dz


def too_early_and_mean(x, g, dz):
    dz = dz * g
    return (dz * x).mean(axis=0), dz


def mended(x, g, dz):
    return (dz * x).sum(axis=0), dz * g


def by_einsum(x, g, dz):
    return np.einsum("ij,ij->j", x, dz), np.einsum("ij,j->ij", dz, g)


def seen(batches, n=10, batch_size=4):
    """The samples of one epoch, in the order in which they come."""
    numbers = np.arange(n)
    epoch = batches(numbers, numbers, batch_size, np.random.default_rng(0))
    return np.concatenate([x for x, _ in epoch]).tolist()


def each_once(batches):
    return sorted(seen(batches)) == list(range(10))


def forgets_the_list(batches):
    numbers = np.arange(10)
    return len(np.concatenate(batches(numbers, numbers, 4, np.random.default_rng(0)))) == 10


def forgets_the_labels(batches):
    numbers = np.arange(10)
    return len(np.concatenate([*batches(numbers, numbers, 4, np.random.default_rng(0))])) == 10


def by_counting(batches):
    counts = np.bincount(seen(batches, n=23, batch_size=5), minlength=23)
    return (counts == 1).all()


def by_asking(batches):
    found = seen(batches)
    return len(found) == 10 and all(i in found for i in range(10))


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("suspects", ..., "Not done yet"),
        ("suspects", "ReLU 1", "give a set"),
        ("suspects", {1, 2}, "give a set"),
        ("suspects", {"ReLU 4", "Linear 4"}, "no part called 'ReLU 4'"),
        ("suspects", {"ReLU 3", "Linear 4", "loss"}, "would have made W4"),
        ("suspects", {"ReLU 3", "Linear 4", "Linear 2"}, "left W3 and b3 right"),
        ("suspects", {"ReLU 2", "Linear 3"}, "left W3 and b3 right"),
        ("suspects", {"ReLU 1"}, "left W3 and b3 right"),
        ("suspects", {"Linear 1"}, "left W3 and b3 right"),
        ("suspects", {"Linear 3"}, "two separate lines"),
        ("suspects", {"Linear 3", "ReLU 3", "Linear 4"}, "two separate lines"),
        ("suspects", {"ReLU 3"}, "pass a wrong gradient on"),
        ("suspects", {"Linear 4"}, "what else"),
        ("suspects", set(), "give a set"),
        ("scale_backward", stub, "Not done yet"),
        ("scale_backward", lambda x, g, dz: None, "lack a `return`"),
        ("scale_backward", lambda x, g, dz: ((dz * x).mean(axis=0), dz * g), "N times too small"),
        ("scale_backward", in_place, "changes dz"),
        ("scale_backward", edits_x, "changes x"),
        ("scale_backward", too_early, "was already `dz * g`"),
        ("scale_backward", too_early_and_mean, "contains g, and is a mean"),
        ("scale_backward", lambda x, g, dz: dz * g, "dg, dx"),
        ("scale_backward", lambda x, g, dz: mended(x, g, dz)[::-1], "dg first"),
        ("scale_backward", lambda x, g, dz: (dz * x, dz * g), "sum over the samples"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=1), dz * g), "sum over the samples"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(), dz * g), "sum over the samples"),
        ("scale_backward", lambda x, g, dz: (x.T @ dz, dz * g), "sum over the samples"),
        ("scale_backward", lambda x, g, dz: (dz.sum(axis=0), dz * g), "must contain x"),
        ("scale_backward", lambda x, g, dz: (-(dz * x).sum(axis=0), dz * g), "sign of your dg"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=0), dz * g / 5), "too small"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=0), dz * g * g), "g twice"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=0), dz @ g), "x's shape"),
        ("scale_backward", lambda x, g, dz: ((dz * x).sum(axis=0), dz), "must contain g"),
        ("scale_backward", lambda x, g, dz: 1 / 0, "stopped with ZeroDivisionError"),
        ("each_once", stub, "Not done yet"),
        ("each_once", lambda batches: 3, "True or False"),
        ("each_once", lambda batches: np.array([True, False]), "True or False"),
        ("each_once", lambda batches: True, "says True to everything"),
        ("each_once", lambda batches: False, "says False to everything"),
        ("each_once", lambda batches: seen(batches) == list(range(10)), "in the order"),
        ("each_once", lambda b: sorted(seen(b, 12)) == list(range(12)), "without the last"),
        ("each_once", lambda batches: len(seen(batches)) == 10, "a count is not"),
        ("each_once", lambda batches: set(seen(batches)) == set(range(10)), "a set forgets"),
        ("each_once", lambda b: len(seen(b)) == 10 and sum(seen(b)) == 45, "sum is the same"),
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
        ("each_once", forgets_the_list, "generator of pairs"),
        ("each_once", forgets_the_labels, "generator of pairs"),
        ("each_once", lambda batches: 1 / 0, "stopped with ZeroDivisionError"),
    ],
)
def test_diagnosis(check, answer, verdict):
    assert verdict in judge(getattr(checks, f"check_{check}"), answer)


def test_right_answers_pass_in_every_form():
    names = ["ReLU 3", "Linear 4"]
    forms = {"set": set(names), "list": names, "tuple": tuple(names), "array": np.array(names)}
    forms |= {"frozen": frozenset(names), "sloppy": {"relu3", "linear_4"}}
    assert accepted(checks.check_suspects, forms) == {}
    assert accepted(checks.check_scale_backward, right_functions(mended)) == {}
    other = {"einsum": by_einsum, "a list": lambda *a: list(mended(*a))}
    assert accepted(checks.check_scale_backward, other) == {}
    tests = {"sorted": each_once, "counted": by_counting, "asked": by_asking}
    tests["np.bool_"] = lambda batches: np.bool_(each_once(batches))
    assert accepted(checks.check_each_once, tests) == {}


def test_wrong_answers_are_refused():
    sets = {
        str(sorted(s)): set(s) for n in range(9) for s in itertools.combinations(checks.PARTS, n)
    }
    del sets[str(sorted({"ReLU 3", "Linear 4"}))]
    assert len(sets) == 255
    assert refused(checks.check_suspects, sets | STRANGE) == {}
    assert refused(checks.check_scale_backward, wrong_functions(mended, X, G, DZ)) == {}
    strange = {name: lambda b, s=s: s for name, s in STRANGE.items()}
    assert refused(checks.check_each_once, strange) == {}


def test_the_batches_in_the_check_are_what_they_claim():
    """Only then does a verdict on them say something about the reader's test."""
    assert sorted(seen(minibatches)) == sorted(seen(checks._in_order)) == list(range(10))
    assert len(seen(checks._drop_last)) == 8
    assert len(seen(checks._with_repeats)) == 10 and len(set(seen(checks._with_repeats))) == 9
    assert len(seen(checks._one_twice)) == 11 and len(set(seen(checks._one_twice))) == 10
    assert sum(seen(checks._same_sum)) == 45 and len(seen(checks._same_sum)) == 10
