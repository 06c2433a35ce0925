"""Gradients beside central differences, and what gradient_check finds and steps around."""

import math

import numpy as np
import pytest
from toy import losses_of, model64, rng, toy_problem

from nn_core import (
    MLP,
    SGD,
    Linear,
    ReLU,
    SoftmaxCrossEntropy,
    central_difference,
    entries_to_check,
    evaluate,
    gradient_check,
    relative_error,
    train_step,
)


def numeric_gradients(model, x, labels, eps=1e-5):
    """Central differences at every entry of every parameter, written apart from nn_core's."""

    def loss():
        z = x
        for i, layer in enumerate(model.layers):
            z = np.maximum(z, 0) if i % 2 else z @ layer.params["W"] + layer.params["b"]
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return -sum(math.log(row[label]) for row, label in zip(p, labels, strict=True)) / len(x)

    gradients = []
    for param, _ in model.params_and_grads():
        gradient = np.zeros_like(param)
        for i in np.ndindex(param.shape):
            value = param[i]
            param[i] = value + eps
            up = loss()
            param[i] = value - eps
            gradient[i] = (up - loss()) / (2 * eps)
            param[i] = value
        gradients.append(gradient)
    return gradients


NETWORKS = [  # sizes of depth 1 to 5 and batches from 1 to 64, odd ones among them
    ([5, 3], 1),
    ([7, 4], 64),
    ([6, 5, 3], 1),
    ([3, 9, 2], 33),
    ([5, 1, 3], 17),
    ([4, 7, 5, 3], 7),
    ([9, 5, 7, 10], 64),
    ([5, 6, 5, 4, 3], 13),
    ([3, 7, 6, 5, 4, 2], 5),
    ([8, 5, 5, 5, 5, 10], 40),
]


@pytest.mark.parametrize(("sizes", "batch_size"), NETWORKS)
def test_gradients_agree_with_central_differences(sizes, batch_size):
    generator = rng(sum(sizes) + batch_size)
    model = MLP(sizes, seed=batch_size, dtype=np.float64)
    for name, param in model.params().items():
        if name.startswith("b"):  # biases of zero would hide mistakes
            param[:] = 0.3 * generator.standard_normal(param.shape)
    x = generator.standard_normal((batch_size, sizes[0]))
    labels = generator.integers(sizes[-1], size=batch_size)
    loss_fn = SoftmaxCrossEntropy()
    loss_fn.forward(model.forward(x), labels)
    model.backward(loss_fn.backward())
    numeric = numeric_gradients(model, x, labels)
    for (_, grad), expected in zip(model.params_and_grads(), numeric, strict=True):
        scale = max(np.abs(expected).max(), 1e-6)
        assert np.abs(grad - expected).max() / scale < 1e-6
    errors = gradient_check(model, x, labels, entries=1000)
    assert list(errors) == list(model.params())
    assert max(errors.values()) < 1e-6


def test_gradients_are_not_added_up_between_steps():
    x, labels = toy_problem(20)
    model, loss_fn = MLP([6, 5, 3], dtype=np.float64), SoftmaxCrossEntropy()
    grads = []
    for _ in range(2):
        loss_fn.forward(model.forward(x), labels)
        model.backward(loss_fn.backward())
        grads.append(model.layers[0].grads["W"].copy())
    assert np.array_equal(*grads)


class MaskOfOutput(ReLU):
    def forward(self, z):
        a = np.maximum(z, 0)
        self.mask = a >= 0
        return a


class NoTranspose(Linear):
    def backward(self, dz, need_dx=True):
        dx = super().backward(dz)
        return dz @ self.params["W"] if need_dx else dx


class SumOfBatch(Linear):
    def backward(self, dz, need_dx=True):
        return super().backward(dz * len(dz), need_dx)


class ForgottenBias(Linear):
    def backward(self, dz, need_dx=True):
        dx = super().backward(dz, need_dx)
        self.grads["b"] = np.zeros_like(self.grads["b"])
        return dx


class OneWrongRow(Linear):
    def backward(self, dz, need_dx=True):
        dx = super().backward(dz, need_dx)
        self.grads["W"][2] *= 1.05
        return dx


@pytest.mark.parametrize(
    ("index", "bug", "wrong"),
    [
        (1, MaskOfOutput, {"W1", "b1"}),
        (2, NoTranspose, {"W1", "b1"}),
        (2, SumOfBatch, {"W1", "b1", "W2", "b2"}),
        (0, ForgottenBias, {"b1"}),
        (4, OneWrongRow, {"W3"}),
    ],
)
def test_gradient_check_names_the_parameter_that_is_wrong(index, bug, wrong):
    x, labels = toy_problem(30)
    model = MLP([6, 6, 6, 3], dtype=np.float64)
    assert max(gradient_check(model, x, labels).values()) < 1e-6
    model.layers[index].__class__ = bug
    errors = gradient_check(model, x, labels)
    assert {name for name, error in errors.items() if error > 1e-2} == wrong
    assert all(error < 1e-6 for name, error in errors.items() if name not in wrong)


def test_gradient_check_leaves_the_model_alone():
    x, labels = toy_problem(30, dtype=np.float32)
    model = MLP([6, 5, 3])
    train_step(model, SoftmaxCrossEntropy(), SGD(0.1), x, labels)
    before = [(param.copy(), grad.copy()) for param, grad in model.params_and_grads()]
    assert max(gradient_check(model, x, labels).values()) < 1e-6, "it must work in float64"
    for (param, grad), (old_param, old_grad) in zip(model.params_and_grads(), before, strict=True):
        assert np.array_equal(param, old_param) and np.array_equal(grad, old_grad)
        assert param.dtype == np.float32


def test_gradient_check_steps_around_kinks():
    x, labels = toy_problem(30)
    model = MLP([6, 8, 3], dtype=np.float64)
    z = x @ model.params()["W1"]
    # the first sample puts four of the eight units exactly on their kinks
    model.params()["b1"][:4] = -z[0, :4]
    assert max(gradient_check(model, x, labels, entries=50).values()) < 1e-6


def test_gradient_check_says_when_there_are_only_kinks():
    model = MLP([6, 8, 3], dtype=np.float64)
    with pytest.raises(ValueError, match="every entry of b1 sits on a kink"):
        gradient_check(model, np.zeros((4, 6)), np.array([0, 1, 2, 0]))


def test_gradient_check_says_when_a_gradient_has_the_wrong_shape():
    class Transposed(Linear):
        def backward(self, dz, need_dx=True):
            dx = super().backward(dz, need_dx)
            self.grads["W"] = self.grads["W"].T
            return dx

    model = MLP([6, 5, 3])
    model.layers[0].__class__ = Transposed
    with pytest.raises(ValueError, match=r"the gradient of W1 .*\(6, 5\).*\(5, 6\)"):
        gradient_check(model, *toy_problem(10))


class OwnReLU:
    """Right, and no relative of ours: nothing tells but what it does."""

    def forward(self, z):
        self.positive = z > 0
        return np.where(self.positive, z, 0.0)

    def backward(self, da):
        return np.where(self.positive, da, 0.0)


class LeakyReLU:
    def forward(self, z):
        self.slope = np.where(z > 0, 1.0, 0.1)
        return z * self.slope

    def backward(self, da):
        return da * self.slope


class Clip:
    """Kinks at 0 and at 1."""

    def forward(self, z):
        self.inside = (z > 0) & (z < 1)
        return np.clip(z, 0, 1)

    def backward(self, da):
        return da * self.inside


class Tanh:
    def forward(self, z):
        self.a = np.tanh(z)
        return self.a

    def backward(self, da):
        return da * (1 - self.a**2)


@pytest.mark.parametrize("kink", [0.0, 1.0])
@pytest.mark.parametrize("shift", [0.0, 1e-9, 2e-6, -3e-6, 4.9e-6, -8e-6, 9.9e-6])
@pytest.mark.parametrize("layer", [ReLU, OwnReLU, LeakyReLU, Clip, Tanh])
def test_gradient_check_steps_around_kinks_of_any_layer(layer, shift, kink):
    """Half of the units are `shift` away from their kink, for a nudge of up to 1e-5."""
    x, labels = toy_problem(30)
    model = MLP([6, 8, 3], dtype=np.float64)
    model.layers[1] = layer()
    z = x @ model.params()["W1"]
    model.params()["b1"][:4] = kink + shift - z[0, :4]
    errors = gradient_check(model, x, labels, entries=50)
    assert max(errors.values()) < 1e-6


@pytest.mark.parametrize("eps", [1e-6, 1e-5, 1e-4])
def test_gradient_check_takes_other_nudges(eps):
    x, labels = toy_problem(30)
    assert max(gradient_check(MLP([6, 8, 3]), x, labels, eps=eps).values()) < 1e-5


def test_a_wrong_layer_without_kinks_is_still_found():
    class Wrong(OwnReLU):
        def backward(self, da):
            return da

    x, labels = toy_problem(30)
    model = MLP([6, 8, 3])
    model.layers[1] = Wrong()
    errors = gradient_check(model, x, labels)
    assert errors["W1"] > 1e-2 and errors["W2"] < 1e-6


def test_central_difference_is_the_slope_and_the_jump_by_hand():
    model = MLP([1, 2], dtype=np.float64)  # logits (w, 0), label 0: the loss is ln(1 + exp(-w))
    model.params()["W1"][:] = [[0.5, 0.0]]
    x, labels, W = np.ones((1, 1)), np.array([0]), model.params()["W1"]
    slope, jump = central_difference(model, x, labels, W, (0, 0), 1e-5)
    assert slope == pytest.approx(-1 / (1 + math.exp(0.5)), rel=1e-9)
    assert jump < 1e-9 and W[0, 0] == 0.5
    model.layers.append(ReLU())
    W[0, 0] = 0.0  # to the left: ln 2, level; to the right: falls by a half
    slope, jump = central_difference(model, x, labels, W, (0, 0), 1e-5)
    assert slope == pytest.approx(-0.25, rel=1e-4) and jump == pytest.approx(0.5, rel=1e-4)
    assert W[0, 0] == 0.0


def test_a_trained_network_can_be_checked():
    x, labels = toy_problem(30)
    model = model64()
    losses_of(model, x, labels, SGD(0.5), epochs=300, batch_size=10)
    assert evaluate(model, x, labels)[0] < 0.05
    assert max(gradient_check(model, x, labels).values()) < 1e-5


def test_gradient_check_says_when_the_network_has_diverged():
    model = model64()
    model.params()["W2"][0, 0] = np.nan
    with pytest.raises(ValueError, match="W2 must be finite"):
        gradient_check(model, *toy_problem(10))


def test_gradient_check_looks_at_the_largest_gradients_first():
    grad = np.array([[1.0, -5.0], [0.0, 3.0]])
    places = [tuple(map(int, where)) for where in entries_to_check(grad, 2, rng())]
    assert places[:2] == [(0, 1), (1, 1)]
    assert sorted(places[2:]) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_relative_error_by_hand():
    assert relative_error([(1.0, 1.5), (-4.0, -4.0)]) == 0.125
    assert relative_error([(1.0, 1.0), (-2.0, -4.0)]) == 0.5
    assert relative_error([(0.0, 0.0)]) == 0
