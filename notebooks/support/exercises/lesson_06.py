"""Checks of the exercises in lesson 06."""

import numpy as np

from nn_core import minibatches
from support.exercises.verdict import array, call, close, exercise, expect, expect_array, parts

REACHED_LATER = {"Linear 1", "ReLU 1", "Linear 2", "ReLU 2"}
PARTS = REACHED_LATER | {"Linear 3", "ReLU 3", "Linear 4", "loss"}


@exercise
def check_suspects(suspects):
    """W4 and b4 are right, all else is wrong, one line of a backward is broken: where?"""
    example = 'give a set of names, such as {"ReLU 1", "loss"}.'
    expect(isinstance(suspects, (set, frozenset, list, tuple, np.ndarray)), example)
    names = list(np.ravel(suspects)) if isinstance(suspects, np.ndarray) else list(suspects)
    expect(all(isinstance(name, str) for name in names), example)
    written = {" ".join(name.replace("_", " ").split()).lower(): name for name in names}
    known = {part.lower(): part for part in PARTS} | {
        part.lower().replace(" ", ""): part for part in PARTS
    }
    unknown = [name for key, name in written.items() if key not in known]
    expect(
        not unknown,
        f"there is no part called {', '.join(map(repr, unknown))}: use the names in the exercise.",
    )
    suspects = {known[key] for key in written}
    expect(suspects, example)
    expect("loss" not in suspects, "a bug in the loss would have made W4 and b4 wrong, too.")
    expect(
        not suspects & REACHED_LATER,
        "`backward` comes to Linear 2 and what lies beyond only after Linear 3: a bug there would "
        "have left W3 and b3 right.",
    )
    expect(
        "Linear 3" not in suspects,
        "Linear 3 computes the gradients of W3 and of b3 in two separate lines, and only one line "
        "is broken: the gradient was wrong before it came there.",
    )
    expect(
        "Linear 4" in suspects,
        "a layer can compute its own W and b rightly, and pass a wrong gradient on. Who passes one "
        "on after W4 and b4 are done?",
    )
    expect("ReLU 3" in suspects, "what else does the gradient go through on its way to Linear 3?")


@exercise
def check_scale_backward(scale_backward):
    """`scale_backward(x, g, dz)` must return dg and dx, and leave its arguments alone."""
    for n_rows, n_columns in [(5, 3), (2, 4), (1, 2)]:
        rng = np.random.default_rng(n_rows)
        x, dz = rng.normal(size=(2, n_rows, n_columns))
        _check_scale(scale_backward, x, rng.normal(size=n_columns), dz)


def _check_scale(scale_backward, x, g, dz):
    (N, n), dg, dx = x.shape, (dz * x).sum(axis=0), dz * g
    found = parts(call(scale_backward, x, g, dz), ("dg", "dx"))
    dg_found, dx_found = array(found[0], name="dg"), array(found[1], name="dx")
    swapped = close(dg_found, dx) and close(dx_found, dg)
    expect(not swapped, "you return dx and dg: it should be dg first.")
    rows = f"dg has g's shape, ({n},) here: sum over the samples, which are the rows."
    scaled = (dz * g * x).sum(axis=0)
    dg_mistakes = [
        (
            scaled,
            "your dg contains g: when dg was computed, `dz` was already `dz * g`. Compute dg from "
            "the dz that you were given.",
        ),
        (
            scaled / N,
            "your dg contains g, and is a mean: compute it from the dz that you were given, and "
            "sum over the rows.",
        ),
        (dg / N, "your dg is N times too small: dz holds 1/N already, and the mean divides again."),
        (dg * N, "your dg is N times too large: dz holds 1/N already, as it should."),
        (dz.sum(axis=0), "dg must contain x: the larger x, the more z moves with g."),
        (x.sum(axis=0), "dg must contain dz, the gradient that comes from the loss."),
        (-dg, "the sign of your dg is wrong."),
    ]
    shapes = dict.fromkeys([(N, n), (N,), (), (1, n), (n, 1), (n, n), (N, N)], rows)
    expect_array(dg_found, dg, dg_mistakes, "dg", shapes)
    dx_mistakes = [
        (dz, "dx must contain g: the larger g, the more z moves with x."),
        (dx * g, "your dx contains g twice: multiply dz by g only once."),
        (dx / N, "your dx is N times too small: dz holds 1/N already."),
        (dx * N, "your dx is N times too large: dz holds 1/N already, as it should."),
        (dz * x, "dx must contain g, and not x: z = x * g, so the slope along x is g."),
        (x * g, "this is z, of the forward pass: dx must contain dz."),
        (-dx, "the sign of your dx is wrong."),
    ]
    whole = f"dx has x's shape, ({N}, {n}) here: each entry of x has a slope of its own."
    shapes = dict.fromkeys([(n,), (N,), (), (n, N)], whole)
    expect_array(dx_found, dx, dx_mistakes, "dx", shapes)


PAIRS = (
    "`batches` is a generator of pairs (x, labels): collect the x of each, "
    "`[x for x, _ in batches(...)]`."
)


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


def _same_sum(x, labels, batch_size, rng):
    """Sum and number of the samples are right, if they are evenly spaced: 1 twice, 0 and 2 not."""
    order = rng.permutation(len(x))
    order[(order == 0) | (order == 2)] = 1
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        yield x[batch], labels[batch]


@exercise
def check_each_once(each_once):
    """`each_once(batches)` must be True for good batches, and False for four kinds of bad ones."""
    verdicts = {}
    for batches in (minibatches, _in_order, _drop_last, _with_repeats, _one_twice, _same_sum):
        verdicts[batches] = _verdict(each_once, batches)
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
        not verdicts[_same_sum],
        "your test accepts an epoch without samples 0 and 2, in which sample 1 comes three times: "
        "their sum is the same, so compare the samples themselves.",
    )
    expect(
        verdicts[_in_order],
        "your test rejects batches in the order of the file. They are not shuffled, but every "
        "sample comes once, and that was the question.",
    )


def _verdict(each_once, batches):
    try:
        verdict = call(each_once, batches)
    except TypeError as error:
        expect("sequence" not in str(error), PAIRS)
        raise
    except (ValueError, IndexError) as error:  # comparing arrays of different lengths
        expect(
            batches not in (_drop_last, _one_twice),
            "your test crashed on batches that lose or repeat samples: compare lengths first, or "
            "use np.array_equal.",
        )
        expect("dimension" not in str(error) and "unpack" not in str(error), PAIRS)
        raise
    if isinstance(verdict, np.ndarray) and verdict.shape == ():
        verdict = verdict[()]  # a NumPy scalar
    usable = isinstance(verdict, (bool, np.bool_))
    expect(usable, f"return True or False, and not {type(verdict).__name__}.")
    return bool(verdict)
