"""The checks of lesson 03's exercises: every gradient, with a pencil."""

import numpy as np

from nn_core import softmax
from support.exercises.verdict import close, exercise, expect, expect_function, number, parts


@exercise
def check_prediction(prediction):
    """By which factors dlogits and dW1 change when the batch is fed in twice."""
    names = "factor of dlogits", "factor of dW1"
    given = zip(parts(prediction, names), names, strict=True)
    dlogits, dW1 = (number(part, name=f"the {name}") for part, name in given)
    expect((dlogits, dW1) != (1, 2), "that would be so if the loss were a SUM; ours is a mean.")
    for wrong, diagnosis in [
        (2, "the weight of one sample in a mean of four is not larger, but smaller."),
        (0.25, "1/4 is the weight of one sample now, but it was 1/2 before."),
        (1, "a sample had a weight of 1/2 in the mean; now it is one of four."),
        (0, "a factor of 0 would mean that the gradient is gone; an unchanged one has factor 1."),
    ]:
        expect(not close(dlogits, wrong), diagnosis)
    compare = "for dlogits, compare the weight of one sample in a mean of 2 and of 4."
    expect(close(dlogits, 0.5), compare)
    for wrong, diagnosis in [
        (0.5, "dlogits is right, but x.T @ dz1 now adds up twice as many rows."),
        (0, "dlogits is right; for dW1, an unchanged gradient has the factor 1, not 0."),
    ]:
        expect(not close(dW1, wrong), diagnosis)
    as_before = (
        "dlogits is right; the mean loss is as before, and a nudged weight moves it as before."
    )
    expect(close(dW1, 1), as_before)


def leaky_relu_backward(da, z, leak):
    return np.where(z > 0, da, leak * da)


@exercise
def check_leaky_relu(answer):
    """The backward of leaky ReLU, (da, z, leak) -> dz."""
    z = np.array([[1.5, -2.0, -0.3], [-0.1, 3.0, -4.0]])
    da = np.array([[-1.0, 2.0, 0.25], [-3.0, -0.5, 4.0]])
    missing = "where z is negative, da must be there too: leak * da."
    mistakes = [
        (lambda da, z, leak: da * (z > 0), "that is the plain ReLU: below 0 the slope is leak."),
        (lambda da, z, leak: da, "every slope is 1: was the mask taken of something else?"),
        (lambda da, z, leak: leak * da, "every slope is leak: where z is above 0, it is 1."),
        (
            lambda da, z, leak: np.where(da > 0, da, leak * da),
            "the mask is taken of da; the slope depends on the input z.",
        ),
        (
            lambda da, z, leak: np.where(z > 0, z, leak * z),
            "that is the forward pass: what comes back is da times the local slope.",
        ),
        (
            lambda da, z, leak: np.where(z > 0, 1, leak),
            "that is the local slope alone: multiply it by da, the chain rule.",
        ),
        (
            lambda da, z, leak: np.where(z > 0, leak * da, da),
            "the two cases are swapped: the slope is leak where z is negative.",
        ),
        (
            lambda da, z, leak: np.where(z > 0, da, -leak * da),
            "the sign below 0 is wrong: leak * z grows by leak times the growth of z, not minus.",
        ),
        (
            lambda da, z, leak: np.where(z > 0, da, da / leak),
            "you divide by leak: below 0 the slope is leak, a factor.",
        ),
        (
            lambda da, z, leak: np.where(z > 0, da * z, leak * da * z),
            "you multiply by z: the local slope is 1 or leak, without z.",
        ),
        (
            lambda da, z, leak: da * ((z > 0) + leak),
            "leak is added everywhere: where z is above 0 the slope is 1, not 1 + leak.",
        ),
        (lambda da, z, leak: np.where(z > 0, da, leak), missing),
        (lambda da, z, leak: np.where(z > 0, da, leak * z), missing),
        (
            lambda da, z, leak: np.where(z > 0, da, 0.01 * da),
            "you always take 0.01: use the argument leak.",
        ),
        (
            lambda da, z, leak: np.where(z > 0, da, 0.1 * da),
            "you always take 0.1, but leak may be another number: use the argument.",
        ),
    ]
    cases = [(da, z, 0.1), (2 * da[:, :2], z[:, 1:], 0.3)]
    try:
        expect_function(answer, leaky_relu_backward, cases, mistakes, _not_z(z.shape), "dz")
    except ValueError as error:
        one_if = "z is an array, and an if wants one answer: decide entry by entry, with np.where."
        expect("truth value" not in str(error), one_if)
        raise
    at_zero = np.array([[0.0, 1.0, -1.0]])
    sentence = "right but for z = 0: it gives `z` where z > 0 and `leak * z` elsewhere, so leak."
    forgotten = "right but for z = 0: `elsewhere` is also where z is 0, so the slope there is leak."
    at_least = [
        (lambda da, z, leak: np.where(z >= 0, da, leak * da), sentence),
        (lambda da, z, leak: da * ((z > 0) + leak * (z < 0)), forgotten),
    ]
    expect_function(answer, leaky_relu_backward, [(da[:1], at_zero, 0.1)], at_least, name="dz")


def _not_z(shape):
    """Sentences for gradients that are summed up, where they must have the shape of z."""
    sums = (), shape[:1], shape[1:]
    return dict.fromkeys(sums, f"dz must have z's shape {shape}: nothing is added up in a ReLU.")


def temperature_backward(logits, labels, T):
    onehot = np.eye(logits.shape[1])[labels]
    return (softmax(logits / T) - onehot) / len(labels) / T


def _scaled(factor):
    """The right answer times `factor(N, T)`."""
    return lambda z, y, T: temperature_backward(z, y, T) * factor(len(y), T)


def _with_p(p_of, divisor):
    """The right answer with another p."""

    def wrong(logits, labels, T):
        onehot = np.eye(logits.shape[1])[labels]
        return (p_of(logits, T) - onehot) / divisor(len(labels), T)

    return wrong


@exercise
def check_temperature(answer):
    """The gradient of cross_entropy(logits / T, labels) with respect to logits."""
    rng = np.random.default_rng(3)
    cases = [
        (2 * rng.normal(size=(n, classes)), rng.integers(0, classes, n), T)
        for n, classes, T in [(64, 10, 2.5), (5, 4, 0.4)]
    ]
    only_right = "only the right class gets a gradient: p belongs to every class."
    late = "divide the logits by T, not what softmax returns."
    unscaled = "p must be the softmax of logits / T."
    mistakes = [
        (_scaled(lambda n, T: n), "64 times too large: divide by the batch size."),
        (_scaled(lambda n, T: 1 / n), "64 times too small: 1/N belongs in it once, not twice."),
        (_scaled(lambda n, T: -1), "the sign is the wrong way round: p - y, not y - p."),
        (_scaled(lambda n, T: T), "the last link is missing: logits / T has the slope 1 / T."),
        (_scaled(lambda n, T: T * T), "you multiplied by T: logits / T has the slope 1 / T."),
        (_scaled(lambda n, T: 1 / T), "you divided by T once too often."),
        (_scaled(lambda n, T: n * T), "64 * T times too large: 1/N and 1/T are both missing."),
        (
            _scaled(lambda n, T: n / 2),
            "32 times too large: is your N the pencil's 2? Here it is len(labels).",
        ),
        (
            _scaled(lambda n, T: n * T / 2),
            "1/T is missing, and your N is the pencil's 2: here it is len(labels).",
        ),
        (
            _scaled(lambda n, T: n / 10),
            "you divide by the number of classes, 10; the batch has len(labels) samples.",
        ),
        (
            lambda z, y, T: temperature_backward(z, y, T) * np.eye(z.shape[1])[y],
            only_right,
        ),
        (
            lambda z, y, T: softmax(z / T) / len(y) / T,
            "minus y is missing: subtract 1 at the right class.",
        ),
    ]
    for divisor in (lambda n, T: n, lambda n, T: n * T):
        mistakes.append((_with_p(lambda z, T: softmax(z) / T, divisor), late))
        mistakes.append((_with_p(lambda z, T: softmax(z), divisor), unscaled))
        mistakes.append((_with_p(lambda z, T: softmax(z * T), divisor), unscaled))
    pencil = "are the onehot rows the pencil's? Make them from these logits and labels."
    classes = "the first batch was right, but this one has 4 classes: use logits.shape[1], not 10."
    no_onehot = "labels is (64,), one number a sample: make one-hot rows of it, (64, 10)."
    shapes = dict.fromkeys([(64,), (10,), ()], "a gradient of logits has their shape, (64, 10).")
    try:
        expect_function(answer, temperature_backward, cases, mistakes, shapes, "the gradient")
    except ValueError as error:
        for shape, sentence in [("(64,)", no_onehot), ("(5,10)", classes), ("", pencil)]:
            fits = "broadcast" not in str(error) or shape not in str(error)
            expect(fits, f"the shapes do not fit ({_line(error)}): {sentence}")
        raise
    except IndexError as error:
        here = "these labels go up to 9, so the table needs 10 rows, logits.shape[1]."
        raised = getattr(error, "by_reader", False)
        expect(not raised, f"a row is missing ({_line(error)}): {here}")
        raise


def _line(error):
    return " ".join(str(error).split())
