"""The checks of lesson 02 recognise right answers and explain the usual wrong ones."""

import numpy as np
import pytest
from wrong_answers import (
    accepted,
    judge,
    refused,
    right_arrays,
    right_functions,
    right_numbers,
    wrong_functions,
    wrong_numbers,
)

from nn_core import softmax
from support.exercises.lesson_02 import (
    check_first_loss,
    check_frequency_logits,
    check_log_sum_exp,
    log_sum_exp,
    subtracting,
)


def naive(logits):
    return np.log(np.exp(logits).sum(axis=1))


def never_added_back(logits):
    return np.log(np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1))


def largest_of_the_batch(logits):
    return logits.max() + np.log(np.exp(logits - logits.max()).sum(axis=1))


def column_plus_row(logits):
    largest = logits.max(axis=1, keepdims=True)
    return largest + np.log(np.exp(logits - largest).sum(axis=1))


def shares(labels):
    return np.bincount(labels) / len(labels)


def log_counts(labels):
    return np.log(np.bincount(labels))


def row_by_row(logits):
    return [row.max() + np.log(np.exp(row - row.max()).sum()) for row in logits]


RIGHT = [
    (check_first_loss, np.log(100)),
    (check_first_loss, 4.605),
    (check_first_loss, 4.61),
    (check_first_loss, np.float32(-np.log(0.01))),
    (check_log_sum_exp, lambda z: np.logaddexp.reduce(z, axis=1)),
    (check_log_sum_exp, row_by_row),
    (check_frequency_logits, lambda labels: np.log(shares(labels))),
    (check_frequency_logits, lambda labels: log_counts(labels) + 100),
    (check_frequency_logits, lambda labels: [np.log((labels == d).sum()) for d in range(10)]),
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
    (check_first_loss, 100, "the number of classes"),
    (check_first_loss, 0, "sure, and right"),
    (check_first_loss, 5, "take minus its ln"),
    (check_first_loss, float("nan"), "not a number"),
    (check_first_loss, "ln 100", "a number, and not text"),
    (check_log_sum_exp, naive, "large ones overflow"),
    (check_log_sum_exp, subtracting(np.min), "the smallest logit of a row"),
    (check_log_sum_exp, subtracting(np.mean), "the mean of a row"),
    (check_log_sum_exp, subtracting(np.median), "the median of a row"),
    (check_log_sum_exp, subtracting(lambda row: row[0]), "the first logit of a row"),
    (check_log_sum_exp, subtracting(lambda row: row[-1]), "the last logit of a row"),
    (check_log_sum_exp, subtracting(lambda row: np.abs(row).max()), "not the largest size"),
    (check_log_sum_exp, subtracting(lambda row: 500), "is inf, where 3000 is right"),
    (check_log_sum_exp, subtracting(lambda row: row[1]), "where 1000 is right"),
    (check_log_sum_exp, lambda z: naive(z.clip(-700, 700)), "where 1000 is right"),
    (check_log_sum_exp, lambda z: z.max(axis=1) + np.log(3), "where 2.349 is right"),
    (check_log_sum_exp, never_added_back, "add it back"),
    (check_log_sum_exp, largest_of_the_batch, "of each row"),
    (check_log_sum_exp, lambda z: np.exp(z).sum(axis=1), "logarithm of the sum is missing"),
    (check_log_sum_exp, lambda z: np.log(np.exp(z).mean(axis=1)), "the mean of the exponentials"),
    (check_log_sum_exp, lambda z: -log_sum_exp(z), "wrong way round"),
    (check_log_sum_exp, lambda z: np.log(np.exp(z).sum()), "one number for the whole batch"),
    (check_log_sum_exp, lambda z: np.log(np.exp(z).sum(axis=0)), "a number for each column"),
    (check_log_sum_exp, lambda z: log_sum_exp(z)[:, None], "a column (N, 1)"),
    (check_log_sum_exp, lambda z: z, "you return a whole row"),
    (check_log_sum_exp, lambda z: z.max(axis=1), "the largest logit alone"),
    (check_log_sum_exp, lambda z: z - z.max(axis=1), "make the maxima a column (N, 1)"),
    (check_log_sum_exp, column_plus_row, "a column (N, 1) plus (N,)"),
    (check_log_sum_exp, lambda z: z.reshape(7), "ValueError: cannot reshape"),
    (check_frequency_logits, shares, "those are the frequencies"),
    (check_frequency_logits, np.bincount, "those are the counts"),
    (check_frequency_logits, lambda labels: 1 / shares(labels), "1/frequency"),
    (check_frequency_logits, lambda labels: 1 / np.bincount(labels), "1/count"),
    (check_frequency_logits, lambda labels: np.log10(np.bincount(labels)), "the natural logarithm"),
    (check_frequency_logits, lambda labels: -np.log(shares(labels)), "check the sign"),
    (check_frequency_logits, lambda labels: np.zeros(10), "equal logits give every digit a tenth"),
    (check_frequency_logits, lambda labels: np.arange(10), "its frequency in the labels is 0.08"),
    (check_frequency_logits, lambda labels: np.log(labels + 1), "count them first"),
    (check_frequency_logits, lambda labels: np.log(labels + 1)[:9], "should have shape (10,)"),
    (check_frequency_logits, lambda labels: softmax(np.bincount(labels)), "softmax yourself"),
    (check_frequency_logits, lambda labels: softmax(shares(labels)), "softmax yourself"),
    (check_frequency_logits, lambda labels: softmax(1.0 * np.bincount(labels)), "softmax yourself"),
    (check_frequency_logits, lambda labels: np.full(10, np.nan), "a finite number"),
    (check_frequency_logits, lambda labels: np.log([4, 9, 3, 5, 2, 1, 6, 7, 8, 5]), "0.0133"),
]
STUBS = [
    (check_first_loss, ...),
    (check_log_sum_exp, lambda logits: ...),
    (check_frequency_logits, lambda labels: ...),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_a_right_answer_is_correct(check, answer):
    assert judge(check, answer) == "Correct!\n"


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_a_wrong_answer_gets_its_diagnosis(check, answer, fragment, recwarn):
    out = judge(check, answer)
    assert fragment in out and "Correct" not in out
    assert not recwarn.list, "a check must not warn: the reader would see it, and nbval too"


@pytest.mark.parametrize(("check", "stub"), STUBS)
def test_an_untouched_stub_is_not_done_yet(check, stub):
    assert judge(check, stub).startswith("Not done yet")


def test_right_answers_count_in_every_form():
    assert accepted(check_first_loss, right_numbers(np.log(100))) == {}
    assert accepted(check_log_sum_exp, right_functions(log_sum_exp)) == {}
    assert accepted(check_frequency_logits, right_functions(log_counts)) == {}
    assert len(right_arrays(np.ones(3))) > 4


def test_no_wrong_answer_passes_and_each_gets_a_sentence():
    assert refused(check_first_loss, wrong_numbers(np.log(100))) == {}
    assert refused(check_log_sum_exp, wrong_functions(log_sum_exp, np.eye(3))) == {}
    labels = np.repeat(np.arange(10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 30])
    wrong = wrong_functions(log_counts, labels)
    for name in ("plus 1", "minus 1"):  # the same added to all changes no probability
        assert np.allclose(softmax(wrong.pop(name)(labels)), shares(labels))
    assert refused(check_frequency_logits, wrong) == {}
