"""The checks of lesson 01 must recognise right answers, and say what is the matter with others."""

import numpy as np
import pytest

from support.exercises.lesson_01 import check_doubling, check_layer, check_weights


def verdict(capsys, check, answer):
    """Return what `check` prints about `answer`."""
    check(answer)
    return capsys.readouterr().out


def relu(z):
    return np.maximum(z, 0)


def layer_in_place(x, W, b):
    x -= 1
    return relu((x + 1) @ W + b)


def weights(W1, w_out):
    return lambda: (np.array(W1), np.array(w_out))


@pytest.mark.parametrize("check", [check_layer, check_weights])
def test_untouched_function_is_not_done(capsys, check):
    assert "Not done yet" in verdict(capsys, check, lambda *args: ...)


def test_untouched_prediction_is_not_done(capsys):
    assert "Not done yet" in verdict(capsys, check_doubling, ...)


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_doubling, 8),
        (check_doubling, 2**3.0),
        (check_layer, lambda x, W, b: relu(x @ W + b)),
        (check_layer, lambda x, W, b: (x @ W + b) * (x @ W + b > 0)),
        (check_weights, weights([[1, -1]], [1, 1])),
        (check_weights, weights([[-2.0, 0.5]], [0.5, 2.0])),
    ],
)
def test_right_answers(capsys, check, answer):
    assert verdict(capsys, check, answer) == "Correct!\n"


@pytest.mark.parametrize(
    ("check", "answer", "diagnosis"),
    [
        (check_doubling, 2, "three of them"),
        (check_doubling, 6, "multiply"),
        (check_doubling, 1, "does not undo it"),
        (check_doubling, 4, "the factor is 8"),
        (check_doubling, "eight", "number"),
        (check_layer, lambda x, W, b: relu(x @ W + b).T, "images are rows"),
        (check_layer, lambda x, W, b: relu(x @ W + b)[0], "you return shape (2,), not (4, 2)"),
        (check_layer, lambda x, W, b: x @ W + b, "ReLU is missing"),
        (check_layer, lambda x, W, b: relu(x @ W), "bias is missing"),
        (check_layer, lambda x, W, b: relu(x @ W) + b, "before the ReLU"),
        (check_layer, lambda x, W, b: x @ W + b > 0, "not True or 1"),
        (check_layer, lambda x, W, b: abs(x @ W + b), "turn negative evidence into zero"),
        (check_layer, lambda x, W, b: relu(x @ W - b), "not the numbers"),
        (check_layer, lambda x, W, b: relu(W @ x + b), "`x @ W`, in this order"),
        (check_layer, lambda x, W, b: max(x @ W + b, 0), "`np.maximum`, not `max`"),
        (check_layer, layer_in_place, "changes x, W or b"),
        (check_weights, lambda: np.array([[1, -1]]), "two arrays"),
        (check_weights, weights([1, -1], [1, 1]), "shape (1, 2)"),
        (check_weights, weights([[1, -1]], [[1], [1]]), "shape (2,)"),
        (check_weights, weights([[1, 1]], [1, 1]), "for negative x"),
        (check_weights, weights([[-1, -1]], [1, 1]), "for positive x"),
        (check_weights, weights([[1, -1]], [1, -1]), "gives x itself"),
        (check_weights, weights([[1, -1]], [-1, -1]), "this is -|x|"),
        (check_weights, weights([[1, -2]], [1, 1]), "for x = -2 you get 4, not 2"),
    ],
)
def test_wrong_answers_get_the_matching_diagnosis(capsys, check, answer, diagnosis):
    assert diagnosis in verdict(capsys, check, answer)
