"""Softmax and cross-entropy: by hand, for logits of any size, and their gradient."""

import math
import warnings

import numpy as np
import pytest
from toy import rng

from nn_core import SoftmaxCrossEntropy, cross_entropy, log_softmax, softmax


def test_softmax_by_hand():
    assert softmax(np.log([[1.0, 2.0, 5.0]]))[0] == pytest.approx([0.125, 0.25, 0.625], rel=1e-15)
    assert softmax(np.zeros(10)) == pytest.approx(np.full(10, 0.1), rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1.0, 30.0, 1e4, -1e4])
def test_softmax_survives_large_logits(size, dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        logits = (size * rng().standard_normal((50, 10))).astype(dtype)
        p = softmax(logits)
        assert p.dtype == dtype
        assert np.isfinite(log_softmax(logits)).all()
        assert (p >= 0).all() and p.sum(axis=1) == pytest.approx(np.ones(50), rel=1e-5)
        assert (p.argmax(axis=1) == logits.argmax(axis=1)).all()


def test_softmax_of_extreme_logits_by_hand():
    assert softmax(np.array([[1e4, 0.0, -1e4]])).tolist() == [[1.0, 0.0, 0.0]]
    assert softmax(np.array([[-1e4, -1e4]])).tolist() == [[0.5, 0.5]]


def test_softmax_does_not_feel_a_shift():
    logits = rng().standard_normal((20, 10))
    assert softmax(logits + 300) == pytest.approx(softmax(logits), rel=1e-12)


def test_log_softmax_loses_no_digits_where_a_softmax_would():
    # p = exp(-800) underflows, its logarithm must not: no epsilon, no clipping
    assert log_softmax(np.array([[0.0, -800.0]]))[0, 1] == pytest.approx(-800, rel=1e-14)
    loss = cross_entropy(np.array([[0.0, -800.0]]), np.array([1]))
    assert loss == pytest.approx(800, rel=1e-14)
    assert cross_entropy(np.array([[1e4, -1e4]]), np.array([1])) == 2e4


def test_cross_entropy_is_the_mean_surprise():
    logits = np.log([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])
    expected = (-math.log(0.7) - math.log(0.25)) / 2
    assert cross_entropy(logits, np.array([2, 1])) == pytest.approx(expected, rel=1e-14)
    assert cross_entropy(np.zeros((4, 10)), np.arange(4)) == pytest.approx(math.log(10), rel=1e-15)


def test_loss_does_not_depend_on_how_often_a_batch_is_repeated():
    logits, labels = rng().standard_normal((8, 5)), rng().integers(5, size=8)
    loss, loss_fn = cross_entropy(logits, labels), SoftmaxCrossEntropy()
    many = loss_fn.forward(np.tile(logits, (7, 1)), np.tile(labels, 7))
    assert many == pytest.approx(loss, rel=1e-13)


def test_gradient_of_the_loss_by_hand():
    loss_fn = SoftmaxCrossEntropy()
    loss_fn.forward(np.log([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]]), np.array([2, 1]))
    expected = np.array([[0.1, 0.2, -0.3], [0.5, -0.75, 0.25]]) / 2
    assert loss_fn.backward() == pytest.approx(expected, rel=1e-13)


def test_backward_of_the_loss_can_be_called_twice():
    loss_fn = SoftmaxCrossEntropy()
    loss_fn.forward(rng().standard_normal((4, 3)), np.array([0, 1, 2, 0]))
    assert np.array_equal(loss_fn.backward(), loss_fn.backward())


def test_the_two_losses_are_one_and_the_gradient_is_softmax_minus_onehot():
    logits, labels = rng().standard_normal((6, 4)), np.array([0, 3, 1, 1, 2, 0])
    loss_fn = SoftmaxCrossEntropy()
    assert loss_fn.forward(logits, labels) == cross_entropy(logits, labels)
    assert np.array_equal(loss_fn.backward(), (softmax(logits) - np.eye(4)[labels]) / 6)


def test_the_loss_does_not_mind_what_becomes_of_the_logits():
    logits, labels = rng().standard_normal((6, 4)), np.array([0, 3, 1, 1, 2, 0])
    loss_fn = SoftmaxCrossEntropy()
    loss_fn.forward(logits, labels)
    expected = loss_fn.backward()
    expected_again = expected.copy()
    logits[:] = 7
    expected *= 0
    assert np.array_equal(loss_fn.backward(), expected_again)


def test_softmax_takes_the_last_axis_of_any_number_of_them():
    logits = rng().standard_normal((2, 3, 4))
    p = softmax(logits)
    assert p.sum(axis=-1) == pytest.approx(np.ones((2, 3)), rel=1e-14)
    assert p[1, 2] == pytest.approx(softmax(logits[1, 2]), rel=1e-14)
    assert log_softmax(logits) == pytest.approx(np.log(p), rel=1e-12)


def test_an_impossible_class_has_probability_zero():
    assert softmax(np.array([[0.0, -np.inf, 0.0]])).tolist() == [[0.5, 0.0, 0.5]]


def test_the_loss_keeps_float32():
    loss_fn = SoftmaxCrossEntropy()
    loss_fn.forward(np.ones((3, 2), np.float32), np.array([0, 1, 1]))
    assert loss_fn.backward().dtype == np.float32


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "u4", "i8", "u8", ">i8", ">i4"])
def test_labels_may_be_any_integers(dtype):
    logits, labels = rng().standard_normal((4, 3)), np.array([2, 0, 1, 2])
    expected = cross_entropy(logits, labels)
    assert cross_entropy(logits, labels.astype(dtype)) == expected
    assert cross_entropy(logits, np.repeat(labels, 2).astype(dtype)[::2]) == expected
    with pytest.raises(ValueError, match=r"labels must lie in 0\.\.2"):
        cross_entropy(logits, (labels + 1).astype(dtype))
    if "i" in dtype:
        with pytest.raises(ValueError, match=r"labels must lie in 0\.\.2, .* from -1 to 1"):
            cross_entropy(logits, (labels - 1).astype(dtype))


@pytest.mark.parametrize(
    "call",
    [
        lambda logits, labels: softmax(logits),
        lambda logits, labels: log_softmax(logits),
        cross_entropy,
        lambda logits, labels: SoftmaxCrossEntropy().forward(logits, labels),
    ],
)
def test_logits_and_labels_are_left_alone(call):
    logits, labels = rng().standard_normal((5, 3)), np.array([0, 2, 1, 1, 0])
    before = logits.copy(), labels.copy()
    call(logits, labels)
    assert np.array_equal(logits, before[0]) and np.array_equal(labels, before[1])
