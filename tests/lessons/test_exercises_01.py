"""The checks of lesson 01 must recognise right answers, and say what is the matter with others."""

from fractions import Fraction

import numpy as np
import pytest
from wrong_answers import (
    accepted,
    judge,
    refused,
    right_functions,
    right_numbers,
    wrong_functions,
    wrong_numbers,
)

from support.exercises.lesson_01 import check_doubling, check_layer, check_weights, layer
from support.figures.lesson_01 import neuron_drawer


def relu(z):
    return np.maximum(z, 0)


def layer_in_place(x, W, b):
    x -= 1
    return relu((x + 1) @ W + b)


def weights(W1, w_out):
    return lambda: (np.array(W1), np.array(w_out))


def loops(x, W, b):
    return [[max(sum(x[i] * W[:, j]) + b[j], 0) for j in range(W.shape[1])] for i in range(len(x))]


def is_absolute_value(answer):
    """Judge an answer to exercise 3 without the check: does it give |x|?"""
    try:
        W1, w_out = map(np.array, answer)
        x = np.linspace(-3, 3, 7)[:, None]
        found = relu(x @ W1) @ w_out
        return W1.shape == (1, 2) and w_out.shape == (2,) and np.allclose(found, np.abs(x[:, 0]))
    except Exception:
        return False


def test_the_line_stays_when_all_three_numbers_are_halved():
    rng = np.random.default_rng(0)
    draw = neuron_drawer(rng.random(200) / 4, rng.random(200) / 4, rng.random(200) > 0.5)
    titles = [draw(w1, w2, b).axes[0].get_title() for w1, w2, b in [(20, -20, 0.4), (10, -10, 0.2)]]
    assert titles[0] == titles[1] != draw(20, -20, 2).axes[0].get_title()


@pytest.mark.parametrize("check", [check_layer, check_weights])
def test_untouched_function_is_not_done(check):
    assert "Not done yet" in judge(check, lambda *args: ...)


def test_untouched_prediction_is_not_done():
    assert "Not done yet" in judge(check_doubling, ...)
    assert "Not done yet" in judge(check_weights, lambda: (np.array([[1, -1]]), ...))


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_doubling, 2**3.0),
        (check_doubling, np.prod([2, 2, 2])),
        (check_doubling, np.power(2, 3)),
        (check_doubling, Fraction(8)),
        (check_layer, lambda x, W, b: (x @ W + b) * (x @ W + b > 0)),
        (check_layer, lambda x, W, b: np.where(x @ W + b > 0, x @ W + b, 0)),
        (check_layer, lambda x, W, b: np.clip(x @ W + b, 0, None)),
        (check_layer, loops),
        (check_weights, weights([[1, -1]], [1, 1])),
        (check_weights, weights([[-2.0, 0.5]], [0.5, 2.0])),
        (check_weights, lambda: [np.array([[1, -1]]), np.array([1, 1])]),
        (check_weights, lambda: ([[1, -1]], [1, 1])),
        (check_weights, lambda: ([[Fraction(1, 2), Fraction(-1)]], (2, 1))),
    ],
)
def test_right_answers(check, answer):
    assert judge(check, answer) == "Correct!\n"


@pytest.mark.parametrize(
    ("check", "answer", "diagnosis"),
    [
        (check_doubling, 2, "three of them"),
        (check_doubling, 6, "multiply"),
        (check_doubling, 1, "does not undo it"),
        (check_doubling, 4, "two doubled matrices"),
        (check_doubling, 3, "three is the number of matrices"),
        (check_doubling, 1024, "ten layers"),
        (check_doubling, 0.125, "turn your fraction over"),
        (check_doubling, 16, "four doublings"),
        (check_doubling, 7, "what does each of the three matrices do"),
        (check_doubling, "eight", "a number, and not text"),
        (check_layer, lambda x, W, b: relu(x @ W + b).T, "images are rows"),
        (check_layer, lambda x, W, b: relu(x @ W + b)[0], "shape (4, 2), but it has shape (2,)"),
        (check_layer, lambda x, W, b: x @ W + b, "ReLU is missing"),
        (check_layer, lambda x, W, b: relu(x @ W), "bias is missing"),
        (check_layer, lambda x, W, b: relu(x @ W) + b, "before the ReLU"),
        (check_layer, lambda x, W, b: x @ W + b > 0, "not True or 1"),
        (check_layer, lambda x, W, b: abs(x @ W + b), "turn negative evidence into zero"),
        (check_layer, lambda x, W, b: relu(x @ W - b), "you subtract it"),
        (check_layer, lambda x, W, b: np.minimum(x @ W + b, 0), "the smaller of z and 0"),
        (check_layer, lambda x, W, b: np.max(x @ W + b, 0), "`np.maximum` compares two numbers"),
        (check_layer, lambda x, W, b: np.max(x @ W + b), "one largest entry"),
        (check_layer, lambda x, W, b: np.max(0, x @ W + b), "`np.maximum(0, z)` compares"),
        (check_layer, lambda x, W, b: np.maximum(x @ W, b), "add the bias first"),
        (check_layer, lambda x, W, b: relu(W @ x + b), "`x @ W`, in this order"),
        (check_layer, lambda x, W, b: W @ x, "`x @ W`, in this order"),
        (check_layer, lambda x, W, b: relu(W.T @ x.T + b), "`W.T @ x.T` has a column for each"),
        (check_layer, lambda x, W, b: relu(x * W + b), "the matrix product is `@`"),
        (check_layer, lambda x, W, b: x @ W.T, "without a transpose"),
        (check_layer, lambda x, W, b: max(x @ W + b, 0), "`max` and `if` cannot"),
        (check_layer, lambda x, W, b: relu(x @ W + 2 * b), "where 1.024 is right"),
        (check_layer, layer_in_place, "changes x, which is the caller's"),
        (check_weights, lambda: np.array([[1, -1]]), "give 2 parts, W1, w_out"),
        (check_weights, weights([1, -1], [1, 1]), "a second pair of brackets"),
        (check_weights, weights([[1], [-1]], [1, 1]), "not one column"),
        (check_weights, weights([[1, -1]], [[1], [1]]), "w_out should have shape (2,)"),
        (check_weights, weights([[0, 0]], [1, 1]), "always silent"),
        (check_weights, weights([[1, 1]], [1, 1]), "for negative x"),
        (check_weights, weights([[-1, -1]], [1, 1]), "for positive x"),
        (check_weights, weights([[1, -1]], [1, -1]), "gives x itself"),
        (check_weights, weights([[1, -1]], [-1, 1]), "gives -x"),
        (check_weights, weights([[1, -1]], [-1, -1]), "this is -|x|"),
        (check_weights, weights([[1, -2]], [1, 1]), "for x = -2 you get 4, not 2"),
        (check_weights, weights([[1, -np.inf]], [1, 1]), "finite"),
    ],
)
def test_wrong_answers_get_the_matching_diagnosis(check, answer, diagnosis):
    assert diagnosis in judge(check, answer)


def test_right_answers_count_in_every_form():
    assert accepted(check_doubling, right_numbers(8)) == {}
    assert accepted(check_layer, right_functions(layer)) == {}
    assert accepted(check_weights, right_functions(weights([[1.0, -1.0]], [1.0, 1.0]))) == {}


def test_no_wrong_answer_passes_and_each_gets_a_sentence():
    assert refused(check_doubling, wrong_numbers(8)) == {}
    example = np.ones((2, 3)), np.ones((3, 4)), -np.ones(4)
    assert refused(check_layer, wrong_functions(layer, *example)) == {}
    wrong = wrong_functions(weights([[1.0, -2.0]], [1.0, 0.5]))
    for name in list(wrong):  # some are right: the neurons exchanged, for instance
        try:
            if is_absolute_value(wrong[name]()):
                del wrong[name]
        except Exception:
            continue
    assert refused(check_weights, wrong) == {}
