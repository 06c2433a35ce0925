"""Linear and ReLU: values worked by hand, first weights, no edits in place."""

import math

import numpy as np
import pytest
from toy import rng, toy_problem

from nn_core import MLP, Linear, ReLU, SoftmaxCrossEntropy


def test_linear_by_hand():
    layer = Linear(2, 3, rng(), np.float64)
    layer.params["W"] = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    layer.params["b"] = np.array([0.5, 0.0, -0.5])
    x = np.array([[1.0, -1.0], [2.0, 10.0]])
    assert layer.forward(x).tolist() == [[-2.5, -3.0, -3.5], [42.5, 54.0, 65.5]]
    dz = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]])
    assert layer.backward(dz).tolist() == [[7.0, 16.0], [9.0, 21.0]]
    assert layer.grads["W"].tolist() == [[1.0, 6.0, 4.0], [-1.0, 30.0, 8.0]]
    assert layer.grads["b"].tolist() == [1.0, 3.0, 3.0]


def test_linear_gives_no_dx_when_nobody_needs_it():
    layer = Linear(2, 3, rng(), np.float64)
    layer.forward(np.ones((4, 2)))
    assert layer.backward(np.ones((4, 3)), need_dx=False) is None
    assert layer.grads["b"].tolist() == [4.0, 4.0, 4.0]


def test_linear_starts_as_he_says():
    layer = Linear(784, 500, rng(3))
    W, b = layer.params["W"], layer.params["b"]
    assert W.shape == (784, 500) and W.dtype == np.float32
    assert W.std() == pytest.approx(math.sqrt(2 / 784), rel=0.01)
    assert abs(W.mean()) < 0.0005
    assert b.shape == (500,) and not b.any()
    assert not np.array_equal(W, Linear(784, 500, rng(4)).params["W"])
    assert np.array_equal(W, Linear(784, 500, rng(3)).params["W"])


def test_signal_keeps_its_size_through_many_layers():
    x = rng().standard_normal((200, 256)).astype(np.float32)
    model = MLP([256] * 9)
    model.forward(x)
    sizes = [layer.x.std() for layer in model.layers if isinstance(layer, Linear)][1:]
    assert min(sizes) > 0.4 and max(sizes) < 1.6


def test_relu_by_hand_and_mask_of_the_input():
    z = np.array([[-1.0, 0.0, 2.0], [3.0, -4.0, 1e-300]])
    before = z.copy()
    relu = ReLU()
    assert relu.forward(z).tolist() == [[0.0, 0.0, 2.0], [3.0, 0.0, 1e-300]]
    da = np.array([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]])
    assert relu.backward(da).tolist() == [[0.0, 0.0, 30.0], [40.0, 0.0, 60.0]]
    assert np.array_equal(z, before), "forward edited its argument"
    assert da.tolist() == [[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]], "backward edited its argument"


def test_relu_returns_a_new_array():
    z = np.ones((2, 3))
    a = ReLU().forward(z)
    a[0, 0] = 7
    assert z[0, 0] == 1


def test_nothing_is_edited_behind_the_callers_back():
    x, labels = toy_problem(40)
    model, loss_fn = MLP([6, 5, 3], dtype=np.float64), SoftmaxCrossEntropy()
    x_before, labels_before = x.copy(), labels.copy()
    logits = model.forward(x)
    logits_before = logits.copy()
    loss_fn.forward(logits, labels)
    dlogits = loss_fn.backward()
    assert np.array_equal(logits, logits_before)
    dlogits_before = dlogits.copy()
    model.backward(dlogits)
    assert np.array_equal(dlogits, dlogits_before)
    assert np.array_equal(x, x_before) and np.array_equal(labels, labels_before)


def test_relu_lets_nan_through_and_takes_arrays_of_any_shape():
    z = np.array([[[np.nan, -1.0]], [[0.0, 2.0]]])
    relu = ReLU()
    a = relu.forward(z)
    assert a.shape == z.shape and np.isnan(a[0, 0, 0]) and a[1, 0].tolist() == [0.0, 2.0]
    assert relu.backward(np.ones_like(z)).tolist() == [[[0.0, 0.0]], [[0.0, 1.0]]]


def test_backward_belongs_to_the_last_forward():
    layer, relu = Linear(2, 1, rng(), np.float64), ReLU()
    for x in (np.array([[1.0, -2.0]]), np.array([[3.0, 4.0], [-5.0, 6.0]])):
        layer.forward(x)
        relu.forward(x)
    layer.backward(np.array([[1.0], [10.0]]))
    assert layer.grads["W"].tolist() == [[-47.0], [64.0]]
    assert relu.backward(np.ones((2, 2))).tolist() == [[1.0, 1.0], [0.0, 1.0]]


def test_gradients_are_new_arrays_each_time():
    layer = Linear(2, 3, rng(), np.float64)
    assert {key: grad.shape for key, grad in layer.grads.items()} == {"W": (2, 3), "b": (3,)}
    assert not layer.grads["W"].any() and not layer.grads["b"].any()
    layer.forward(np.ones((4, 2)))
    layer.backward(np.ones((4, 3)))
    kept = dict(layer.grads)
    layer.backward(np.zeros((4, 3)))
    assert (kept["W"] == 4).all() and (kept["b"] == 4).all(), "an old gradient was edited"
    assert not layer.grads["W"].any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_layers_keep_their_type(dtype):
    layer, relu = Linear(4, 3, rng(), dtype), ReLU()
    a = relu.forward(layer.forward(np.ones((2, 4), dtype)))
    dx = layer.backward(relu.backward(np.ones((2, 3), dtype)))
    arrays = [a, dx, *layer.params.values(), *layer.grads.values()]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}
