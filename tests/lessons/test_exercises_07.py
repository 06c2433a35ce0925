"""Wrong answers to the exercises of lesson 07 get the diagnosis that helps, right ones pass."""

import math

import numpy as np
import pytest
from wrong_answers import accepted, judge, refused, right_numbers, wrong_functions, wrong_numbers

import support.exercises.lesson_07 as checks
from support.exercises.lesson_07 import CONTESTS, SLIPS, is_finding


def error(p, n):
    return math.sqrt(p * (1 - p) / n)


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("distance", ..., "Not done yet"),
        ("distance", 0.1, "the first step alone"),
        ("distance", 0.09, "the second step alone"),
        ("distance", 0.19, "the first two steps"),
        ("distance", 0.561, "1 only once"),
        ("distance", 10, "the sum of the velocities"),
        ("distance", 0.9, "the first step counts too"),
        ("distance", 0.1 / 1.9, "none is taken off"),
        ("distance", "far", "should be a number"),
        ("distance", 3, "the sum in the brackets"),
        ("distance", -1.0, "Correct!"),
        ("standard_error", lambda p, n: ..., "Not done yet"),
        ("standard_error", lambda p, n: None, "lack a `return`"),
        ("standard_error", lambda p, n: "5 %", "and not text"),
        ("standard_error", lambda p, n: p * (1 - p) / n, "this is the variance"),
        ("standard_error", lambda p, n: 100 * error(p, n), "not 5 percent"),
        ("standard_error", lambda p, n: 2 * error(p, n), "twice the error"),
        ("standard_error", lambda p, n: math.sqrt(p * (1 - p)) / n, "n stands under it"),
        ("standard_error", lambda p, n: math.sqrt(p * (1 - p)), "divide by n"),
        ("standard_error", lambda p, n: math.sqrt(p / n), "the factor (1 - p)"),
        ("standard_error", lambda p, n: 1 / math.sqrt(n), "the accuracy does not enter"),
        ("standard_error", lambda p, n: 0.5 / math.sqrt(n), "at 50 % only"),
        ("standard_error", error, "Correct!"),
        ("finding", lambda new, old: ..., "Not done yet"),
        ("finding", lambda new, old: "yes", "return True or False"),
        ("finding", lambda new, old: not is_finding(new, old), "the other way round"),
        ("finding", lambda new, old: new - old, "take the mean of each first"),
        ("standard_error", lambda p, n: math.sqrt(p * 1 - p / n), "brackets"),
        ("finding", lambda new, old: True, "no difference"),
        ("finding", lambda new, old: new > old, "is "),
        ("finding", lambda new, old: np.array(is_finding(new, old)), "Correct!"),
        ("finding", is_finding, "Correct!"),
    ],
)
def test_diagnosis(check, answer, verdict):
    assert verdict in judge(getattr(checks, f"check_{check}"), answer)


def test_every_slip_is_told_from_the_others():
    right = tuple(is_finding(*contest) for contest in CONTESTS.values())
    seen = {right}
    for slip, diagnosis in SLIPS:
        wrong = tuple(is_finding(*contest, **slip) for contest in CONTESTS.values())
        assert wrong not in seen, diagnosis
        seen.add(wrong)
        answer = judge(checks.check_finding, lambda new, old, s=slip: is_finding(new, old, **s))
        assert diagnosis in answer


def test_right_answers_pass_in_every_form():
    assert accepted(checks.check_distance, right_numbers(1) | right_numbers(-1)) == {}
    forms = {
        "numpy": lambda p, n: np.sqrt(p * (1 - p) / n),
        "array": lambda p, n: np.array(error(p, n)),
    }
    assert accepted(checks.check_standard_error, forms) == {}


def test_no_wrong_answer_passes():
    numbers = wrong_numbers(1)
    assert {numbers.pop("-1.0"), numbers.pop("-1")} == {-1}  # which is right, too
    assert refused(checks.check_distance, numbers) == {}
    assert refused(checks.check_standard_error, wrong_functions(error, 0.99, 10_000)) == {}
    contest = CONTESTS["a clear gain"]
    wrong = wrong_functions(lambda new, old: float(is_finding(new, old)), *contest)
    assert refused(checks.check_finding, wrong) == {}


def test_with_ten_runs_nine_tenths_of_the_spread_are_as_rare_as_twice_it_with_three():
    for runs, limit in ((3, 2), (10, 0.9)):
        contests = np.random.default_rng(0).standard_normal((2, 20_000, runs))
        apart = abs(np.diff(contests.mean(axis=2), axis=0)[0])
        larger = contests.std(axis=2, ddof=1).max(axis=0)
        assert 0.035 < (apart > limit * larger).mean() < 0.05, runs
