"""How the exercises answer, whatever they ask; each lesson's own checks have their own tests."""

import numpy as np
import pytest
from wrong_answers import (
    accepted,
    judge,
    refused,
    right_arrays,
    right_functions,
    right_numbers,
    wrong_arrays,
    wrong_functions,
    wrong_numbers,
)

from support.exercises.verdict import (
    array,
    call,
    exercise,
    expect,
    expect_array,
    expect_function,
    expect_number,
    number,
    parts,
)


@exercise
def check_double(double):
    expect(double(2) == 4, f"twice 2 is 4, not {double(2)}")


@exercise
def check_48(answer):
    table = [(16, "one epoch"), (np.inf, "never ends")]
    expect_number(answer, 48, table, otherwise="count the batches.", finite=False)


@exercise
def check_half(answer):
    expect_number(answer, 0.5, [], otherwise="one of two.")


@exercise
def check_matrix(answer):
    expect_array(answer, RIGHT, [(2 * RIGHT, "twice too large"), (RIGHT.T, "transposed")])


RIGHT = np.array([[0.5, 2.0, -1.0], [-3.0, 0.25, 4.0]])
X, G = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.25]]), np.array([2.0, -1.0])


def scaled(x, g):
    return x * g


@exercise
def check_scaled(answer):
    mistakes = [
        (lambda x, g: x + g, "multiply"),
        (lambda x, g: x @ g, "one entry at a time"),
        (lambda x, g: g @ x, "wrong way round"),
        (lambda x, g: x * g * np.nan, "nothing but nan"),
    ]
    expect_function(answer, scaled, [(X, G), (X[:2], 3 * G)], mistakes, {(2, 3): "a column each"})


def backward(x, g):
    return x.sum(axis=0), x * g


@exercise
def check_backward(answer):
    dg, dx = parts(call(answer, X, G), ("dg", "dx"))
    expect_array(dg, X.sum(axis=0), name="dg")
    expect_array(dx, X * G, name="dx")


def in_place(x, g):
    x *= g
    return x


def only_inside(x, g):
    for row in x:
        if row.sum() > 100:
            return row


def bare_return(x, g):
    if x.sum() > 100:
        return 5
    return


def no_return(x, g):
    x * g


def nested(x, g):
    def inner():
        return x

    inner()


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        (check_double, lambda x: 2 * x, "Correct!"),
        (check_double, lambda x: ..., "Not done yet: replace the ... above"),
        (check_double, lambda x: None, "does your function lack a `return`?"),
        (check_double, lambda x: x**3, "Not quite: twice 2 is 4, not 8"),
        (check_double, lambda x: x / 0, "Your code stopped with ZeroDivisionError"),
        (check_double, lambda: 4, "called with 1 argument: too many"),
        (check_double, 4, "does not have the form"),  # the check stumbles: no fault of the reader's
        (check_48, 48, "Correct!"),
        (check_48, ..., "Not done yet"),
        (check_48, [..., 1], "Not done yet"),
        (check_48, 16, "Not quite: one epoch"),
        (check_48, np.inf, "never ends"),
        (check_48, 47, "Not quite: count the batches"),
        (check_half, "nan", "a number, and not text, 'nan'"),
        (check_half, np.nan, "is nan, which means: not a number"),
        (check_half, -np.inf, "a finite number, not -inf"),
        (check_half, 2, "one of two"),
        (check_48, "many", "a number, and not text, 'many'"),
        (check_48, (48,), "a number, and not a tuple of 1"),
        (check_48, [48], "a number, and not a list of 1"),
        (check_48, ("1/2", 1), "a number, and not a tuple of 2"),
        (check_48, {48}, "a number, and not a set of 1"),
        (check_48, lambda: 48, "a number, and not a function"),
        (check_48, True, "a number, and not True"),
        (check_48, 48j, "a number, and not 48j"),
        (check_48, None, "only None"),
        (check_48, (1, None), "a None in your answer"),
        (check_matrix, RIGHT.tolist(), "Correct!"),
        (check_matrix, 2 * RIGHT, "twice too large"),
        (check_matrix, RIGHT.T, "transposed"),
        (check_matrix, 3 * RIGHT.T, "shape (2, 3), but it has shape (3, 2)"),
        (check_matrix, 3.0, "no shape, it is the number 3"),
        (check_matrix, RIGHT + np.array([0, 1.2, 0]), "entry [0, 1] is 3.2, where 2 is right"),
        (check_matrix, RIGHT * np.nan, "is nan, where"),
        (check_matrix, RIGHT + 2e-2, "Not quite: for example"),
        (check_scaled, scaled, "Correct!"),
        (check_scaled, lambda x, g: x + g, "multiply"),
        (check_scaled, lambda x, g: x @ g, "one entry at a time"),
        (check_scaled, lambda x, g: g @ x, "wrong way round"),  # the same error as in the table
        (check_scaled, lambda x, g: x * g - np.inf + np.inf, "nothing but nan"),
        (check_scaled, lambda x, g: x.reshape(7), "Your code stopped with ValueError"),
        (check_scaled, lambda x, g: (x + g).T, "a column each"),
        (check_scaled, lambda x, g: x * G, "entry [0, 0] is 2, where 6 is right"),
        (check_scaled, in_place, "your function changes x"),
        (check_scaled, only_inside, "has a `return`, but here it ends without one"),
        (check_scaled, bare_return, "has a `return`, but here it ends without one"),
        (check_scaled, no_return, "does your function lack a `return`?"),
        (check_scaled, nested, "does your function lack a `return`?"),
        (check_scaled, lambda x, g: [3, 1].sort(), "has a `return`"),
        (check_scaled, lambda x, g: "x", "should be an array of numbers, and not text, 'x'"),
        (check_scaled, X, "give a function, and not an array of shape (3, 2)"),
        (check_scaled, dict, "give a function, and not a class"),
        (check_scaled, np.multiply, "Correct!"),
        (check_backward, backward, "Correct!"),
        (check_backward, lambda x, g: list(backward(x, g)), "Correct!"),
        (check_backward, lambda x, g: x, "give 2 parts, dg, dx, in this order, and not an array"),
        (check_backward, lambda x, g: (x.sum(axis=0), ...), "Not done yet"),
        (check_backward, lambda x, g: (x.sum(axis=0), x), "in dx, entry [0, 0] is 1, where 2"),
    ],
)
def test_every_answer_gets_one_line(check, answer, verdict, recwarn):
    printed = judge(check, answer)
    assert verdict in printed and printed.count("\n") == 1
    assert not recwarn.list, "a warning would stand above the verdict"


def test_a_stop_is_only_told_of_the_readers_own_code(capsys):
    @exercise
    def check_clumsy(answer):
        raise ValueError("the check's own fault")

    check_clumsy(1)
    check_clumsy(lambda: 1)
    assert "stopped" not in capsys.readouterr().out


def test_numpy_settings_of_the_reader_change_nothing():
    with np.errstate(all="raise"):
        assert judge(check_double, lambda x: 4 + 0 * np.exp(np.float64(-1e9))) == "Correct!\n"


def test_right_answers_count_in_every_form():
    assert accepted(check_48, right_numbers(48)) == {}
    assert accepted(check_matrix, right_arrays(RIGHT)) == {}
    assert accepted(check_scaled, right_functions(scaled)) == {}
    assert accepted(check_backward, right_functions(backward)) == {}


def test_no_wrong_answer_passes_and_each_gets_a_sentence():
    wrong = wrong_numbers(48)
    assert refused(check_48, wrong) == {}
    assert refused(check_matrix, wrong_arrays(RIGHT)) == {}
    functions = wrong_functions(scaled, X, G)
    assert refused(check_scaled, functions) == {}
    several = wrong_functions(backward, X, G)
    assert refused(check_backward, several) == {}
    assert min(map(len, (wrong, functions, several))) > 40, "there should be many"


def test_the_generator_finds_a_check_that_is_too_lenient():
    lenient = exercise(lambda answer: expect(abs(number(answer)) == 48, "no"))
    assert "-48.0" in refused(lenient, wrong_numbers(48))
    shape_only = exercise(lambda answer: array(answer, (2, 3)))
    assert {"twice", "zeros", "nan"} <= set(refused(shape_only, wrong_arrays(RIGHT)))
    careless = exercise(lambda f: expect_array(f(X.copy(), G), X * G))
    assert "changes argument 0 in place" in refused(careless, wrong_functions(scaled, X, G))
    clumsy = exercise(lambda answer: expect(answer > 3, "too small"))
    assert "text" in refused(clumsy, wrong_numbers(2))
