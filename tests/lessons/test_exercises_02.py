"""The checks of lesson 02 recognise right answers and explain the usual wrong ones."""

import numpy as np
import pytest

from support.exercises.lesson_02 import check_first_loss, check_frequency_logits, check_log_sum_exp


def naive(logits):
    return np.log(np.exp(logits).sum(axis=1))


def stable(logits):
    largest = logits.max(axis=1)
    return largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))


def never_added_back(logits):
    return np.log(np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1))


def largest_of_the_batch(logits):
    return logits.max() + np.log(np.exp(logits - logits.max()).sum(axis=1))


def largest_size(logits):
    size = np.abs(logits).max(axis=1, keepdims=True)
    return size[:, 0] + np.log(np.exp(logits - size).sum(axis=1))


def column_plus_row(logits):
    largest = logits.max(axis=1, keepdims=True)
    return largest + np.log(np.exp(logits - largest).sum(axis=1))


def shares(labels):
    return np.bincount(labels) / len(labels)


RIGHT = [
    (check_first_loss, np.log(100)),
    (check_first_loss, 4.605),
    (check_first_loss, np.float32(-np.log(0.01))),
    (check_log_sum_exp, stable),
    (check_frequency_logits, lambda labels: np.log(np.bincount(labels))),
    (check_frequency_logits, lambda labels: np.log(shares(labels))),
]
WRONG = [
    (check_first_loss, 32 * np.log(100), "32 times too large"),
    (check_first_loss, np.log(100) / 32, "32 times too small"),
    (check_first_loss, np.log(10), "for ten classes"),
    (check_first_loss, np.log(32), "the batch size does not enter"),
    (check_first_loss, 0.01, "the probability of the right class"),
    (check_first_loss, np.log(0.01), "never negative"),
    (check_first_loss, 2, "base 10"),
    (check_first_loss, np.log2(100), "in bits"),
    (check_first_loss, 100, "take minus its ln"),
    (check_first_loss, float("nan"), "take minus its ln"),
    (check_first_loss, "ln 100", "one number"),
    (check_log_sum_exp, naive, "overflow"),
    (check_log_sum_exp, never_added_back, "add it back"),
    (check_log_sum_exp, largest_of_the_batch, "of each row"),
    (check_log_sum_exp, largest_size, "not the largest size"),
    (check_log_sum_exp, lambda z: np.exp(z).sum(axis=1), "logarithm of the sum is missing"),
    (check_log_sum_exp, lambda z: -stable(z), "wrong way round"),
    (check_log_sum_exp, lambda z: np.log(np.exp(z).sum()), "one number for the whole batch"),
    (check_log_sum_exp, lambda z: np.log(np.exp(z).sum(axis=0)), "a number per column"),
    (check_log_sum_exp, lambda z: stable(z)[:, None], "a column (N, 1)"),
    (check_log_sum_exp, lambda z: z, "not (2, 3)"),
    (check_log_sum_exp, lambda z: z.max(axis=1), "it is 2.349, not 2.000"),
    (check_log_sum_exp, lambda z: z - z.max(axis=1), "make the maxima a column (N, 1)"),
    (check_log_sum_exp, column_plus_row, "a column (N, 1) plus a row (N,)"),
    (check_log_sum_exp, lambda z: z.reshape(7), "ValueError: cannot reshape"),
    (check_frequency_logits, shares, "the frequencies themselves"),
    (check_frequency_logits, np.bincount, "those are the counts"),
    (check_frequency_logits, lambda labels: -np.log(shares(labels)), "check the sign"),
    (check_frequency_logits, lambda labels: np.zeros(10), "is not the frequencies"),
    (check_frequency_logits, lambda labels: np.log(labels + 1), "there are ten logits"),
    (check_frequency_logits, lambda labels: np.full(10, np.nan), "is not the frequencies"),
]
STUBS = [
    (check_first_loss, ...),
    (check_log_sum_exp, lambda logits: ...),
    (check_frequency_logits, lambda labels: ...),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_a_right_answer_is_correct(check, answer, capsys):
    check(answer)
    assert capsys.readouterr().out == "Correct!\n"


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_a_wrong_answer_gets_its_diagnosis(check, answer, fragment, capsys, recwarn):
    check(answer)
    out = capsys.readouterr().out
    assert fragment in out and "Correct" not in out
    assert not recwarn.list, "a check must not warn: the reader would see it, and nbval too"


@pytest.mark.parametrize(("check", "stub"), STUBS)
def test_an_untouched_stub_is_not_done_yet(check, stub, capsys):
    check(stub)
    assert capsys.readouterr().out.startswith("Not done yet")
