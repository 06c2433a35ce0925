"""How the exercises answer, whatever they ask; each lesson's own checks have their own tests."""

import pytest

from support.exercises.verdict import exercise, expect


@exercise
def check_double(double):
    expect(double(2) == 4, f"twice 2 is 4, not {double(2)}")


@exercise
def check_number(number):
    expect(number > 3, "your number is too small")


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        (check_double, lambda x: 2 * x, "Correct!"),
        (check_double, lambda x: ..., "Not done yet: replace the ... above"),
        (check_double, lambda x: None, "does your function lack a `return`?"),
        (check_double, lambda x: x**3, "Not quite: twice 2 is 4, not 8"),
        (check_double, lambda x: x / 0, "Your code stopped with ZeroDivisionError"),
        (check_double, lambda: 4, "Your code stopped with TypeError"),
        (check_number, 5, "Correct!"),
        (check_number, ..., "Not done yet"),
        (check_number, 2, "Not quite: your number is too small"),
        (check_number, "five", "Your code stopped with TypeError"),
    ],
)
def test_every_answer_gets_one_line(check, answer, verdict, capsys):
    check(answer)
    printed = capsys.readouterr().out
    assert verdict in printed and printed.count("\n") == 1
