"""The checks of the exercises in lesson 07."""

import math

import numpy as np

from support.exercises.verdict import (
    call,
    exercise,
    expect,
    expect_function,
    expect_number,
    number,
)


@exercise
def check_distance(prediction):
    """Momentum 0.9, rate 0.1, one gradient of 1: how far does the parameter move in all?"""
    expect_number(
        abs(number(prediction)),  # the way goes down: a sign is welcome
        1.0,
        [
            (0.1, "that is the first step alone: the second step moves by 0.1 x 0.9."),
            (0.09, "that is the second step alone: add up all of them."),
            (0.19, "those are the first two steps; the sum goes on for ever."),
            (0.561, "those are three steps with the gradient 1 each time; here it is 1 only once."),
            (10, "that is the sum of the velocities: each step is the rate, 0.1, times it."),
            (0.9, "the first step counts too: the velocities begin with 1, and then 0.9, 0.81."),
            (0.1 / 1.9, "the velocities are all positive: they add up, none is taken off."),
            (100, "the rate makes the steps shorter, not longer: multiply by 0.1."),
        ],
        "add up 0.1 x (1 + 0.9 + 0.81 + ...); the sum in the brackets is 1 / (1 - 0.9).",
    )


@exercise
def check_standard_error(standard_error):
    """`standard_error(accuracy, n)` must be sqrt(p (1 - p) / n)."""
    expect_function(
        standard_error,
        lambda p, n: math.sqrt(p * (1 - p) / n),
        [(0.9, 100), (0.99, 10_000), (0.5, 100), (0.8, 1), (1.0, 50)],
        [
            (lambda p, n: p * (1 - p) / n, "this is the variance: the error is its square root."),
            (
                lambda p, n: 100 * math.sqrt(p * (1 - p) / n),
                "the error of an accuracy from 0 to 1 is such a number, too: 0.05, not 5 percent.",
            ),
            (
                lambda p, n: math.sqrt(p * (1 - p)) / n,
                "the square root is taken of the whole fraction: n stands under it, too.",
            ),
            (lambda p, n: math.sqrt(p * (1 - p)), "more images must make it smaller: divide by n."),
            (lambda p, n: math.sqrt(p * (1 - p) * n), "n stands below the line: divide by it."),
            (
                lambda p, n: math.sqrt(p * 1 - p / n),
                "the brackets are missing: accuracy * (1 - accuracy).",
            ),
            (lambda p, n: math.sqrt(p / n), "you forgot the factor (1 - p)."),
            (lambda p, n: math.sqrt((1 - p) / n), "you forgot the factor p."),
            (lambda p, n: 2 * math.sqrt(p * (1 - p) / n), "this is twice the error."),
            (lambda p, n: 1 / math.sqrt(n), "the accuracy does not enter: where is p (1 - p)?"),
            (
                lambda p, n: 0.5 / math.sqrt(n),
                "that is right at 50 % only: the product is accuracy x (1 - accuracy).",
            ),
            (lambda p, n: math.sqrt(p * (1 - p) / (n - 1)), "divide by n, and not by n - 1."),
        ],
    )


CONTESTS = {  # name: new, old
    "a clear gain": ([0.97, 0.971, 0.972], [0.95, 0.951, 0.952]),
    "a clear loss": ([0.95, 0.951, 0.952], [0.97, 0.971, 0.972]),
    "no difference": ([0.96, 0.97, 0.98], [0.96, 0.97, 0.98]),
    "more than the larger spread, less than twice": ([0.966, 0.97, 0.974], [0.956, 0.963, 0.97]),
    "a wide spread in the old ones only": ([0.970, 0.971, 0.972], [0.93, 0.95, 0.966]),
    "a wide spread in the new ones only": ([0.93, 0.95, 0.966], [0.970, 0.971, 0.972]),
    "one new run far better than all others": ([0.95] * 4 + [0.99] + [0.95] * 5, [0.95] * 10),
    "the last new run far better": ([0.95] * 9 + [0.99], [0.95] * 10),
    "steady new runs, and less steady old ones": ([0.97, 0.971, 0.972], [0.955, 0.965, 0.975]),
    "just above twice the spread": ([0.9700, 0.9710, 0.9720], [0.9678, 0.9688, 0.9698]),
    "just below twice the spread": ([0.9700, 0.9710, 0.9720], [0.9682, 0.9692, 0.9702]),
    "ten seeds": ([0.96 + 0.001 * i for i in range(10)], [0.95 + 0.001 * i for i in range(10)]),
}


def is_finding(new, old, times=2, ddof=1, pick=max, middle=np.mean, signed=False):
    """The right answer, and, with other arguments, typical wrong ones."""
    difference = middle(new) - middle(old)
    spread = pick(np.std(new, ddof=ddof), np.std(old, ddof=ddof))
    return bool((difference if signed else abs(difference)) > times * spread)


SLIPS = [
    ({"times": 1}, "once the larger spread happens by luck one time in five: twice it is."),
    ({"signed": True}, "a recipe that is clearly worse is a finding, too: take abs."),
    ({"pick": min}, "you took the smaller of the two spreads."),
    ({"pick": lambda a, b: a}, "you looked at the spread of the new runs only."),
    ({"pick": lambda a, b: b}, "you looked at the spread of the old runs only."),
    ({"pick": lambda a, b: a + b}, "you added the two spreads: the larger one counts."),
    (
        {"pick": lambda a, b: (a + b) / 2},
        "you took the mean of the spreads: the larger one counts.",
    ),
    ({"ddof": 0}, "np.std divides by n unless you say ddof=1."),
    ({"middle": max}, "you compared the best runs: compare the means."),
    ({"middle": lambda runs: runs[-1]}, "you compared the last runs only: compare the means."),
    ({"times": 0.5}, "you halved the spread: the difference must be more than twice it."),
]


def _answer(finding, new, old):
    """Return the answer for two lists; lists cannot be subtracted, which deserves a sentence."""
    try:
        return call(finding, list(new), list(old))
    except TypeError as error:
        lists = "'list' and 'list'" in str(error)
        expect(not lists, "lists cannot be subtracted: take the mean of each first.")
        raise


@exercise
def check_finding(finding):
    """`finding(new, old)`: do the means differ by more than twice the larger spread?"""
    answers = {}
    for name, (new, old) in CONTESTS.items():
        answer = _answer(finding, new, old)
        yes_or_no = isinstance(answer, (bool, np.bool_)) or (
            isinstance(answer, np.ndarray) and answer.shape == () and answer.dtype == bool
        )
        expect(yes_or_no, f"return True or False, and not {answer!r:.60}.")
        answers[name] = bool(answer)
    right = {name: is_finding(*contest) for name, contest in CONTESTS.items()}
    if answers == right:
        return
    for slip, diagnosis in SLIPS:
        wrong = {name: is_finding(*contest, **slip) for name, contest in CONTESTS.items()}
        expect(answers != wrong, diagnosis)
    opposite = all(answers[name] != right[name] for name in right)
    expect(not opposite, "it is the other way round: True means that it is a finding.")
    name = next(name for name in right if answers[name] != right[name])
    new, old = CONTESTS[name]
    expect(False, f"for new = {new} and old = {old} ({name}) it is {right[name]}.")
