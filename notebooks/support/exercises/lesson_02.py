"""The checks of the exercises of lesson 02."""

import numpy as np

from nn_core import softmax
from support.exercises.verdict import (
    array,
    call,
    close,
    exercise,
    expect,
    expect_function,
    expect_number,
)


@exercise
def check_first_loss(answer):
    """100 classes, equal logits, batches of 32."""
    right = np.log(100)
    expect_number(
        answer,
        right,
        [
            (32 * right, "yours is 32 times too large: the loss is a mean, not a sum."),
            (right / 32, "yours is 32 times too small: the mean is taken already."),
            (np.log(10), "that is ln 10, for ten classes: your friend has a hundred."),
            (np.log(32), "that is ln 32: the batch size does not enter, the classes do."),
            (np.log(3200), "that is ln 3200: the batch size does not enter, the classes do."),
            (0.01, "that is the probability of the right class: how surprising is it?"),
            (100, "that is the number of classes: take the logarithm of it."),
            (0, "0 is the surprise of someone who was sure, and right: she knows nothing yet."),
            (1, "1 is not her loss: how surprising is an event of probability 1/100?"),
            (-right, "the size is right, the sign is not: a surprise is never negative."),
            (2, "that is the logarithm of base 10: use the natural one, np.log."),
            (np.log2(100), "that is in bits, from base 2: use the natural logarithm, np.log."),
        ],
        "ask for the probability of the right class, then take minus its ln.",
        rtol=2e-3,  # 4.61 is right, too
    )


def log_sum_exp(logits):
    """The right answer of exercise 2."""
    largest = logits.max(axis=1, keepdims=True)
    return largest[:, 0] + np.log(np.exp(logits - largest).sum(axis=1))


def subtracting(number_of_a_row):
    """A log-sum-exp that subtracts another number than the largest logit of each row."""

    def answer(logits):
        m = np.array([number_of_a_row(row) for row in logits])
        return m + np.log(np.exp(logits - m[:, None]).sum(axis=1))

    return answer


def column_plus_row(logits):
    largest = logits.max(axis=1, keepdims=True)
    return largest + np.log(np.exp(logits - largest).sum(axis=1))


LOG_SUM_EXP_MISTAKES = [
    (
        lambda z: np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)),
        "each row is too small by its largest logit: add it back at the end.",
    ),
    (
        lambda z: -np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)),
        "each row lacks its largest logit, and the sign is the wrong way round.",
    ),
    (lambda z: np.exp(z).sum(axis=1), "the logarithm of the sum is missing."),
    (lambda z: z.sum(axis=1), "that is the sum of the logits: take their exponentials first."),
    (lambda z: z.max(axis=1), "that is the largest logit alone: the sum of exponentials is more."),
    (lambda z: -log_sum_exp(z), "the sign is the wrong way round."),
    (
        lambda z: log_sum_exp(z) - 2 * z.max(axis=1),
        "the largest logit must be added at the end, not subtracted once more.",
    ),
    (lambda z: np.log10(np.exp(z).sum(axis=1)), "use the natural logarithm, np.log."),
    (lambda z: np.log2(np.exp(z).sum(axis=1)), "use the natural logarithm, np.log."),
    (
        lambda z: np.log(np.exp(z).mean(axis=1)),
        "you take the mean of the exponentials: the task asks for their sum.",
    ),
    (
        lambda z: z - z.max(axis=1),
        "(N, n) minus (N,) does not fit: make the maxima a column (N, 1).",
    ),
    (column_plus_row, "a column (N, 1) plus (N,) makes (N, N): use `largest[:, 0]`, or no column."),
    (lambda z: log_sum_exp(z)[:, None], "you return a column (N, 1): the result has shape (N,)."),
    (
        lambda z: np.log(np.exp(z).sum()),
        "you get one number for the whole batch: sum along each row, axis=1.",
    ),
    (
        lambda z: log_sum_exp(z.T),
        "you get a number for each column: the sum runs along each row, axis=1.",
    ),
    (
        lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
        "those are the exponentials: sum along each row, then take the logarithm.",
    ),
]
OVERFLOW_MISTAKES = [
    (
        subtracting(lambda row: 0),
        "right for small logits, but large ones overflow: subtract the largest one first.",
    ),
    (
        subtracting(np.min),
        "right for small logits, but you subtract the smallest logit of a row, and the others "
        "overflow: subtract the largest.",
    ),
    (
        subtracting(np.mean),
        "right for small logits, but you subtract the mean of a row, and a logit far above it "
        "overflows: subtract the largest.",
    ),
    (
        subtracting(np.median),
        "right for small logits, but you subtract the median of a row, and a logit far above it "
        "overflows: subtract the largest.",
    ),
    (
        subtracting(lambda row: row[0]),
        "right for small logits, but you subtract the first logit of a row, and a later one may "
        "be far above it: subtract the largest.",
    ),
    (
        subtracting(lambda row: row[-1]),
        "right for small logits, but you subtract the last logit of a row, and an earlier one may "
        "be far above it: subtract the largest.",
    ),
    (
        subtracting(lambda row: np.abs(row).max()),
        "right for small logits, but at -1000 every exponential becomes 0: subtract the largest "
        "logit, not the largest size.",
    ),
    (
        lambda z: z.max() + np.log(np.exp(z - z.max()).sum(axis=1)),
        "you subtract one maximum from the whole batch: take the largest logit of each row.",
    ),
]
SMALL = np.array([[2.0, 1.0, -1.0], [0.5, 0.0, 3.0]])
LARGE = np.array(  # in every row another number is the wrong one to subtract
    [
        [1000.0, 0.0, -1000.0],
        [0.0, 1000.0, 0.0],
        [3000.0, 0.0, 0.0],
        [-1000.0, -1001.0, -1002.0],
        [0.0, 5.0, 900.0],
        [900.0, 5.0, 0.0],
        [-900.0, 0.0, 900.0],
        [500.0, -300.0, 600.0],
    ]
)


@exercise
def check_log_sum_exp(answer):
    """ln(sum of exp) of every row, (N, n) to (N,)."""
    shapes = {
        (): "you get one number for the whole batch: sum along each row, axis=1.",
        (3,): "you get a number for each column: the sum runs along each row, axis=1.",
        (2, 1): "you return a column (N, 1): the result has shape (N,).",
        (2, 2): "a column (N, 1) plus (N,) makes (N, N): use `largest[:, 0]`, or no column.",
        (2, 3): "one number is wanted for each row, and you return a whole row: sum along it.",
    }
    cases = [(SMALL,), (np.array([[1.0, 2.0, 3.0, -4.0, 0.0]]),)]
    expect_function(answer, log_sum_exp, cases, LOG_SUM_EXP_MISTAKES, shapes)
    name = "the result for rows such as [1000, 0, -1000]"
    expect_function(answer, log_sum_exp, [(LARGE,), (-LARGE,)], OVERFLOW_MISTAKES, name=name)


FREQUENCY_MISTAKES = [
    (
        lambda labels: np.bincount(labels) / len(labels),
        "those are the frequencies: softmax would take their exponential. Undo it beforehand.",
    ),
    (np.bincount, "those are the counts: softmax would take their exponential. Undo it."),
    (
        lambda labels: len(labels) / np.bincount(labels),
        "that is 1/frequency: what undoes an exponential is the logarithm.",
    ),
    (
        lambda labels: 1 / np.bincount(labels),
        "that is 1/count: what undoes an exponential is the logarithm.",
    ),
    (
        lambda labels: -np.log(np.bincount(labels)),
        "the rarest digit becomes the most probable: check the sign.",
    ),
    (
        lambda labels: np.log10(np.bincount(labels)),
        "softmax works with e, so undo it with the natural logarithm, np.log.",
    ),
    (
        lambda labels: np.log2(np.bincount(labels)),
        "softmax works with e, so undo it with the natural logarithm, np.log.",
    ),
    (
        lambda labels: np.exp(np.bincount(labels)),
        "softmax takes the exponential itself: undo it, do not take it twice.",
    ),
    (
        lambda labels: np.exp(np.bincount(labels) / len(labels)),
        "softmax takes the exponential itself: undo it, do not take it twice.",
    ),
    (
        lambda labels: softmax(np.bincount(labels) / len(labels)),
        "you apply softmax yourself: return the logits, the check applies it to them.",
    ),
    (
        lambda labels: softmax(np.bincount(labels) + 0.0),
        "you apply softmax yourself: return the logits, the check applies it to them.",
    ),
    (
        lambda labels: np.zeros(10),
        "equal logits give every digit a tenth, but here some digits are more frequent.",
    ),
]


@exercise
def check_frequency_logits(answer):
    """Ten logits whose softmax is the frequency of each digit."""
    for counts in ([4, 9, 3, 5, 2, 1, 6, 7, 8, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9, 30]):
        labels = np.repeat(np.arange(10), counts)
        shares = np.array(counts) / len(labels)
        twice = "you apply softmax yourself: return the logits, the check applies it to them."
        try:
            returned = call(answer, labels)
        except ValueError as error:
            expect("logits must" not in str(error), twice)  # softmax of the counts, integers
            raise
        shapes = {labels.shape: "ten logits are wanted, not one for each label: count them first."}
        logits = array(returned, (10,), "what you return", shapes)
        expect(np.isfinite(logits).all(), "every logit should be a finite number.")
        p = softmax(logits.astype(float))
        for wrong, diagnosis in FREQUENCY_MISTAKES:  # they may differ by what is added to all
            expect(close(p, shares) or not close(p, softmax(wrong(labels) + 0.0)), diagnosis)
        for digit in range(10):
            expect(
                close(p[digit], shares[digit]),
                f"softmax of your logits gives the {digit} a probability of {p[digit]:.4f}, but "
                f"its frequency in the labels is {shares[digit]:.4f}.",
            )
