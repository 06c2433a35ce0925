"""Checks of the exercises in lesson 06."""

import numpy as np

from nn_core import minibatches
from support.exercises.verdict import exercise, expect

PARTS = {"Linear 1", "ReLU 1", "Linear 2", "ReLU 2", "Linear 3", "loss"}


@exercise
def check_suspects(suspects):
    """W1 and b1 are wrong, all else is right, one line is broken: where can it be?"""
    expect(
        isinstance(suspects, (set, list, tuple)),
        'give a set of names, such as {"ReLU 2", "loss"}.',
    )
    suspects = set(suspects)
    unknown = suspects - PARTS
    expect(not unknown, f"there is no part called {unknown}: use the names in the exercise.")
    expect(
        not suspects & {"loss", "Linear 3", "ReLU 2"},
        "what lies between the loss and Linear 2 would have made W2 and b2 wrong, too.",
    )
    expect(
        "Linear 1" not in suspects,
        "Linear 1 computes the gradients of W1 and of b1 in two separate lines, and only one line "
        "is broken: the gradient was wrong before it came there.",
    )
    expect(
        "Linear 2" in suspects,
        "a layer can compute its own W and b rightly, and pass a wrong gradient on. Who passes one "
        "on after W2 and b2 are done?",
    )
    expect("ReLU 1" in suspects, "what else does the gradient go through on its way to Linear 1?")


@exercise
def check_scale_backward(scale_backward):
    """`scale_backward(x, g, dz)` must return dg and dx, and leave its arguments alone."""
    rng = np.random.default_rng(0)
    x, g, dz = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=(5, 3))
    before = x.copy(), g.copy(), dz.copy()
    found = scale_backward(x, g, dz)
    kept = [np.array_equal(a, b) for a, b in zip((x, g, dz), before, strict=True)]
    x, g, dz = before
    expect(kept[2], "you changed dz, and someone else may need it: `*=` edits in place.")
    expect(all(kept), "you changed x or g, and the caller needs them.")
    expect(
        isinstance(found, tuple) and len(found) == 2, "return two arrays: `return dg, dx`, in order"
    )
    dg, dx = (np.asarray(array, float) for array in found)
    expect(
        dg.shape != (5, 3) or dx.shape != (3,),
        "you return dx and dg: it should be dg first.",
    )
    expect(
        dg.shape == (3,),
        f"dg has g's shape, (3,) here, not {dg.shape}: sum over the samples, which are the rows.",
    )
    right = (dz * x).sum(axis=0)
    expect(
        not np.allclose(dg, right / 5),
        "your dg is N times too small: dz holds 1/N already, and the mean divides again.",
    )
    expect(
        not np.allclose(dg, dz.sum(axis=0)),
        "dg must contain x: the larger x, the more z moves with g.",
    )
    expect(np.allclose(dg, right), "dg is wrong: z = x * g, so the slope along g is x, summed.")
    expect(dx.shape == (5, 3), f"dx has x's shape, (5, 3) here, not {dx.shape}.")
    expect(not np.allclose(dx, dz), "dx must contain g: the larger g, the more z moves with x.")
    expect(np.allclose(dx, dz * g), "dx is wrong: z = x * g, so the slope along x is g.")


def _drop_last(x, labels, batch_size, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x) - batch_size + 1, batch_size):
        batch = order[start : start + batch_size]
        yield x[batch], labels[batch]


def _with_repeats(x, labels, batch_size, rng):
    """One sample comes in the place of another: the count is right."""
    order = rng.permutation(len(x))
    order[0] = order[1]
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        yield x[batch], labels[batch]


def _one_twice(x, labels, batch_size, rng):
    """Every sample comes, but one of them a second time."""
    yield from minibatches(x, labels, batch_size, rng)
    yield x[:1], labels[:1]


def _in_order(x, labels, batch_size, rng):
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], labels[start : start + batch_size]


@exercise
def check_each_once(each_once):
    """`each_once(batches)` must be True for good batches, and False for three kinds of bad ones."""
    verdicts = {}
    for batches in (minibatches, _in_order, _drop_last, _with_repeats, _one_twice):
        try:
            verdict = each_once(batches)
        except (ValueError, IndexError):  # comparing arrays of different lengths
            expect(
                batches not in (_drop_last, _one_twice),
                "your test crashed on batches that lose or repeat samples: compare lengths first, "
                "or use np.array_equal.",
            )
            raise
        expect(
            isinstance(verdict, (bool, np.bool_)),
            f"return True or False, and not {type(verdict).__name__}.",
        )
        verdicts[batches] = bool(verdict)
    expect(
        len(set(verdicts.values())) == 2,
        f"your test says {verdicts[minibatches]} to everything: a test must be able to fail, and "
        "to pass.",
    )
    expect(
        verdicts[minibatches],
        "your test rejects nn_core.minibatches, which brings every sample once: are you comparing "
        "in the order in which they come?",
    )
    expect(
        not verdicts[_drop_last],
        "your test accepts batches without the last, short one: choose a batch size that does not "
        "divide the number of samples.",
    )
    expect(
        not verdicts[_with_repeats],
        "your test accepts an epoch in which one sample comes twice and another never: a count is "
        "not enough.",
    )
    expect(
        not verdicts[_one_twice],
        "your test accepts a sample that comes a second time: a set forgets how often.",
    )
    expect(
        verdicts[_in_order],
        "your test rejects batches in the order of the file. They are not shuffled, but every "
        "sample comes once, and that was the question.",
    )
