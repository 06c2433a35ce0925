"""The network itself: values worked by hand, gradients, training, saving, and clear errors.

How gradients are compared with PyTorch is in test_against_torch.py, the data in test_data.py.
"""

import importlib
import json
import math
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import nn_core
from nn_core import (
    MLP,
    SGD,
    Linear,
    Record,
    ReLU,
    SoftmaxCrossEntropy,
    cross_entropy,
    evaluate,
    fit,
    gradient_check,
    log_softmax,
    minibatches,
    softmax,
    train_step,
    train_validation_split,
)

ROOT = Path(__file__).parents[2]


def rng(seed=0):
    return np.random.default_rng(seed)


def toy_problem(n=300, n_in=6, n_classes=3, seed=0, dtype=np.float64):
    """Three clouds of points, which a small network separates in a few epochs."""
    generator = rng(seed)
    labels = generator.integers(n_classes, size=n)
    centres = 2 * generator.standard_normal((n_classes, n_in))
    x = centres[labels] + generator.standard_normal((n, n_in))
    return x.astype(dtype), labels


def losses_of(model, x, labels, optimizer, **settings):
    return [record.loss for record in fit(model, x, labels, optimizer, **settings)]


# --------------------------------------------------------------------------------- the module


def python(code):
    """Run `code` in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_loads_numpy_and_the_standard_library_only():
    names = json.loads(
        python(
            "import sys, json; before = set(sys.modules); import nn_core;"
            "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
        )
    )
    ours = {"nn_checks", "nn_core", "numpy"}
    others = [name for name in names if name not in ours | sys.stdlib_module_names]
    # numpy registers a few names of its own machinery, such as _cython_3_0_11
    assert [name for name in others if not name.startswith("_cython")] == []
    assert "numpy" in names


def test_import_takes_little_longer_than_numpy():
    code = (  # seconds of this process, not of the clock: other programs must not matter
        "import time, numpy; start = time.process_time(); import nn_core;"
        "print(time.process_time() - start)"
    )
    assert min(float(python(code)) for _ in range(5)) < 0.050


# ------------------------------------------------------------------------------------- layers


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


# --------------------------------------------------------------------------------------- loss


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


# ------------------------------------------------------------------------------------ network


def test_default_network_is_784_128_64_10():
    model = MLP()
    shapes = {name: param.shape for name, param in model.params().items()}
    assert shapes == {
        "W1": (784, 128),
        "b1": (128,),
        "W2": (128, 64),
        "b2": (64,),
        "W3": (64, 10),
        "b3": (10,),
    }
    assert sum(param.size for param in model.params().values()) == 109_386
    assert all(param.dtype == np.float32 for param in model.params().values())
    assert [type(layer) for layer in model.layers] == [Linear, ReLU, Linear, ReLU, Linear]


def test_network_is_its_formula():
    model, x = MLP([7, 5, 4, 3], seed=1, dtype=np.float64), rng().standard_normal((11, 7))
    W1, b1, W2, b2, W3, b3 = model.params().values()
    for b in (b1, b2, b3):
        b[:] = rng(2).standard_normal(b.shape)
    h1 = np.maximum(x @ W1 + b1, 0)
    h2 = np.maximum(h1 @ W2 + b2, 0)
    assert model.forward(x) == pytest.approx(h2 @ W3 + b3, rel=1e-13)


def test_first_layer_skips_the_gradient_of_the_pixels():
    model, asked = MLP([6, 5, 3], dtype=np.float64), []
    first = model.layers[0]
    backward = first.backward
    first.backward = lambda dz, need_dx=True: asked.append(need_dx) or backward(dz, need_dx)
    model.backward(np.ones_like(model.forward(np.ones((2, 6)))))
    assert asked == [False]


def test_params_are_the_parameters_themselves():
    model = MLP([4, 3, 2])
    model.params()["W2"][0, 0] = 42
    assert model.layers[2].params["W"][0, 0] == 42
    pairs = model.params_and_grads()
    assert [param is p for (param, _), p in zip(pairs, model.params().values(), strict=True)] == (
        [True] * 4
    )


def test_seed_decides_the_weights():
    same, other = MLP(seed=5).params()["W2"], MLP(seed=6).params()["W2"]
    assert np.array_equal(MLP(seed=5).params()["W2"], same) and not np.array_equal(same, other)


def test_predict():
    model, x = MLP([6, 5, 3], dtype=np.float64), rng().standard_normal((9, 6))
    p = model.predict_proba(x)
    assert p == pytest.approx(softmax(model.forward(x)))
    assert np.array_equal(model.predict(x), model.forward(x).argmax(axis=1))
    assert np.array_equal(model.predict(x[:1]), model.predict(x)[:1])


def test_astype_gives_an_independent_copy():
    model = MLP([6, 5, 3])
    double = model.astype(np.float64)
    assert {param.dtype.name for param in double.params().values()} == {"float64"}
    assert np.array_equal(double.params()["W1"], model.params()["W1"].astype(np.float64))
    double.params()["W1"][:] = 0
    assert model.params()["W1"].any() and model.params()["W1"].dtype == np.float32


# ---------------------------------------------------------------------------------- gradients


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


# ---------------------------------------------------------------------------------- optimizer


def test_sgd_by_hand():
    param, grad = np.array([1.0, 2.0]), np.array([10.0, -20.0])
    SGD(0.1).step([(param, grad)])
    assert param.tolist() == [0.0, 4.0]
    assert grad.tolist() == [10.0, -20.0], "step edited the gradient"


def test_momentum_and_weight_decay_by_hand():
    param, optimizer = np.array([1.0]), SGD(0.5, momentum=0.5, weight_decay=0.25)
    optimizer.step([(param, np.array([1.0]))])  # v = 1 + .25 * 1 = 1.25
    assert param.tolist() == [0.375]
    optimizer.step([(param, np.array([1.0]))])  # v = .5 * 1.25 + 1 + .25 * .375 = 1.71875
    assert param.tolist() == [-0.484375]


def test_rates_may_be_changed_between_steps():
    param, optimizer = np.array([0.0]), SGD(1.0, momentum=0.5)
    optimizer.step([(param, np.array([1.0]))])  # v = 1
    optimizer.learning_rate = 0.25
    optimizer.step([(param, np.array([1.0]))])  # v = 1.5
    optimizer.momentum = 0.0
    optimizer.weight_decay = 2.0
    optimizer.step([(param, np.array([0.0]))])  # -1.375 + .25 * 2 * 1.375
    assert param.tolist() == [-0.6875]


def test_every_parameter_has_its_own_velocity():
    params = [np.zeros(2), np.zeros(2)]
    optimizer = SGD(1.0, momentum=0.9)
    for _ in range(2):
        optimizer.step([(params[0], np.ones(2)), (params[1], np.zeros(2))])
    assert params[0].tolist() == [-2.9, -2.9] and params[1].tolist() == [0.0, 0.0]


def test_a_numpy_learning_rate_keeps_float32():
    grad = rng().standard_normal(1000).astype(np.float32)
    param, plain = np.ones_like(grad), np.ones_like(grad)
    SGD(np.float64(0.1)).step([(param, grad)])
    SGD(0.1).step([(plain, grad)])
    assert np.array_equal(param, plain), "the step was computed in float64, at half the speed"


# ------------------------------------------------------------------------------------ batches


@pytest.mark.parametrize(("n", "batch_size"), [(10, 3), (64, 64), (5, 8), (1, 1), (130, 64)])
def test_minibatches_give_each_sample_exactly_once(n, batch_size):
    x, labels = np.arange(2 * n).reshape(n, 2), np.arange(n)
    batches = list(minibatches(x, labels, batch_size, rng()))
    assert [len(b) for _, b in batches][:-1] == [batch_size] * (math.ceil(n / batch_size) - 1)
    assert len(batches) == math.ceil(n / batch_size)
    seen = np.concatenate([b for _, b in batches])
    assert sorted(seen) == list(range(n))
    for x_batch, labels_batch in batches:
        assert np.array_equal(x_batch, x[labels_batch]), "an image lost its label"


def test_minibatches_shuffle_samples_and_not_only_the_order_of_batches():
    x, generator = np.arange(1000).reshape(-1, 1), rng()
    first, second = ([b for _, b in minibatches(x, x[:, 0], 10, generator)] for _ in range(2))
    assert not any(np.array_equal(b, np.sort(b)) for b in first)
    assert {tuple(sorted(b)) for b in first}.isdisjoint(tuple(sorted(b)) for b in second)
    # samples that were neighbours are not in one batch again
    batch_of = np.empty(1000, int)
    for i, b in enumerate(first):
        batch_of[b] = i
    assert np.mean(batch_of[:-1] == batch_of[1:]) < 0.1


def test_minibatches_are_repeatable_and_leave_the_data_alone():
    x, labels = rng().standard_normal((50, 2)), np.arange(50)
    before = x.copy()
    a, b = ([m for _, m in minibatches(x, labels, 7, rng(3))] for _ in range(2))
    assert all(map(np.array_equal, a, b))
    assert np.array_equal(x, before) and np.array_equal(labels, np.arange(50))


def test_train_validation_split():
    x, labels = np.arange(100.0).reshape(-1, 1), np.arange(100)
    x_train, labels_train, x_val, labels_val = train_validation_split(x, labels, 30, seed=1)
    assert (len(x_train), len(x_val)) == (70, 30)
    assert sorted([*labels_train, *labels_val]) == list(range(100))
    assert np.array_equal(x_train[:, 0], labels_train) and np.array_equal(x_val[:, 0], labels_val)
    assert not np.array_equal(np.sort(labels_val), np.arange(labels_val.min(), 30))
    again = train_validation_split(x, labels, 30, seed=1)
    assert np.array_equal(again[3], labels_val)
    assert not np.array_equal(train_validation_split(x, labels, 30, seed=2)[3], labels_val)


# ----------------------------------------------------------------------------------- training


def test_fit_is_a_generator_that_reports_every_step():
    x, labels = toy_problem(100)
    model, val = MLP([6, 5, 3], dtype=np.float64), toy_problem(40, seed=1)
    training = fit(model, x, labels, SGD(0.1), epochs=2, batch_size=32, val=val)
    assert iter(training) is training
    records = list(training)
    assert all(isinstance(record, Record) for record in records)
    assert [(r.epoch, r.step, r.steps) for r in records] == [
        (1 + i // 4, i + 1, 8) for i in range(8)
    ]
    for r in records:
        if r.step in (4, 8):
            first = 4 * (r.epoch - 1)
            mean = np.mean([other.loss for other in records[first : first + 4]])
            assert r.train_loss == pytest.approx(mean, rel=1e-12)
        else:
            assert (r.train_loss, r.val_loss, r.val_accuracy) == (None, None, None)
    assert (records[-1].val_loss, records[-1].val_accuracy) == evaluate(model, *val)
    assert records[3].val_loss != records[-1].val_loss


def test_fit_without_validation_data():
    x, labels = toy_problem(50)
    *_, last = fit(MLP([6, 3], dtype=np.float64), x, labels, SGD(0.1), epochs=1)
    assert last.train_loss is not None and last.val_loss is None and last.val_accuracy is None


def test_fit_does_no_work_until_it_is_asked_and_stops_when_it_is_not():
    x, labels = toy_problem(100)
    model = MLP([6, 5, 3], dtype=np.float64)
    training = fit(model, x, labels, SGD(0.1), batch_size=10)
    start = {name: param.copy() for name, param in model.params().items()}
    assert all(np.array_equal(param, start[name]) for name, param in model.params().items())
    next(training)
    one_step = model.params()["W1"].copy()
    assert not np.array_equal(one_step, start["W1"])
    training.close()
    assert np.array_equal(model.params()["W1"], one_step)


def test_fit_is_the_loop_written_out():
    x, labels = toy_problem(70)
    ours, theirs = (MLP([6, 5, 3], dtype=np.float64) for _ in range(2))
    losses = losses_of(ours, x, labels, SGD(0.2, 0.5), epochs=3, batch_size=16, seed=9)
    generator, loss_fn, optimizer, expected = rng(9), SoftmaxCrossEntropy(), SGD(0.2, 0.5), []
    for _ in range(3):
        for x_batch, labels_batch in minibatches(x, labels, 16, generator):
            expected.append(loss_fn.forward(theirs.forward(x_batch), labels_batch))
            theirs.backward(loss_fn.backward())
            optimizer.step(theirs.params_and_grads())
    assert losses == pytest.approx(expected, rel=1e-14)
    assert np.array_equal(ours.params()["W2"], theirs.params()["W2"])


def test_fit_learns():
    x, labels = toy_problem(400)
    x_train, labels_train, *val = train_validation_split(x, labels, 100)
    model = MLP([6, 16, 3], dtype=np.float64)
    *_, last = fit(model, x_train, labels_train, SGD(0.1), epochs=20, batch_size=16, val=val)
    assert last.val_accuracy > 0.9
    assert last.train_loss < 0.25


def test_a_change_of_learning_rate_takes_effect_at_once():
    x, labels = toy_problem(100)
    model, optimizer = MLP([6, 3], dtype=np.float64), SGD(0.5)
    training = fit(model, x, labels, optimizer, batch_size=10)
    next(training)
    optimizer.learning_rate = 1e-12
    before = model.params()["W1"].copy()
    next(training)
    assert np.abs(model.params()["W1"] - before).max() < 1e-11


def test_fit_takes_other_batches():
    x, labels = toy_problem(40)

    def in_order(x, labels, batch_size, rng):
        for i in range(0, len(x), batch_size):
            yield x[i : i + batch_size], labels[i : i + batch_size]

    model = MLP([6, 3], dtype=np.float64)
    expected = cross_entropy(model.forward(x[:10]), labels[:10])
    losses = losses_of(model, x, labels, SGD(0.1), epochs=1, batch_size=10, batches=in_order)
    assert losses[0] == pytest.approx(expected, rel=1e-14)
    assert len(losses) == 4


def test_training_in_float64_repeats_to_the_last_digit():
    code = (
        "import numpy as np, nn_core;"
        "x = np.random.default_rng(0).random((200, 20)); labels = np.arange(200) % 7;"
        "model = nn_core.MLP([20, 16, 7], seed=3, dtype=np.float64);"
        "*_, last = nn_core.fit(model, x, labels, nn_core.SGD(.3, .9), epochs=30, seed=4);"
        "print(f'{last.train_loss:.10e}')"
    )
    assert len({python(code) for _ in range(2)}) == 1


def test_seed_of_fit_decides_the_order_of_samples():
    x, labels = toy_problem(100)
    runs = [
        losses_of(MLP([6, 3], dtype=np.float64), x, labels, SGD(0.1), epochs=1, seed=seed)
        for seed in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]


def test_float32_stays_float32():
    x, labels = toy_problem(64, dtype=np.float32)
    model = MLP([6, 5, 3])
    losses_of(model, x, labels, SGD(0.1, 0.9, 1e-4), epochs=1, batch_size=16)
    assert {array.dtype.name for pair in model.params_and_grads() for array in pair} == {"float32"}
    assert model.predict_proba(x).dtype == np.float32


def test_divergence_is_one_clear_error_and_no_warning():
    x, labels = toy_problem(100, dtype=np.float32)
    model, seen = MLP([6, 16, 16, 3]), []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FloatingPointError) as caught:
            for record in fit(model, x, labels, SGD(1e6), epochs=50, batch_size=10):
                seen.append(record)
                before = {name: param.copy() for name, param in model.params().items()}
    step = len(seen) + 1
    epoch = 1 + len(seen) // 10
    assert re.search(rf"epoch {epoch}, step {step}, at learning rate 1e\+06", str(caught.value))
    assert "smaller" in str(caught.value) and "\n" not in str(caught.value)
    after = model.params()
    assert all(np.array_equal(after[k], before[k], equal_nan=True) for k in after)


def test_evaluate():
    x, labels = toy_problem(50)
    model = MLP([6, 5, 3], dtype=np.float64)
    loss, accuracy = evaluate(model, x, labels)
    assert loss == pytest.approx(cross_entropy(model.forward(x), labels))
    assert accuracy == np.mean(model.predict(x) == labels)
    assert type(loss) is float and type(accuracy) is float


# ----------------------------------------------------------------------------- save and load


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", [[784, 128, 64, 10], [5, 2], [3, 4, 4, 4, 4, 2]])
def test_saving_and_loading_gives_the_same_bits(tmp_path, sizes, dtype):
    model = MLP(sizes, seed=7, dtype=dtype)
    for param in model.params().values():
        param += rng().standard_normal(param.shape).astype(dtype)
    model.save(tmp_path / "weights.npz")
    loaded = MLP.load(tmp_path / "weights.npz")
    for name, param in model.params().items():
        assert loaded.params()[name].tobytes() == param.tobytes()
        assert loaded.params()[name].dtype == param.dtype
    x = rng().random((5, sizes[0])).astype(dtype)
    assert loaded.predict_proba(x).tobytes() == model.predict_proba(x).tobytes()
    assert [p.name for p in tmp_path.iterdir()] == ["weights.npz"]


def test_a_network_of_many_layers_comes_back_in_order(tmp_path):
    model = MLP([3] * 13, seed=1)
    model.save(tmp_path / "deep.npz")
    loaded = MLP.load(tmp_path / "deep.npz")
    assert all(map(np.array_equal, loaded.params().values(), model.params().values()))


def test_path_may_be_a_string_without_npz(tmp_path):
    path = str(tmp_path / "weights")
    MLP([4, 2]).save(path)
    assert os.path.exists(path)
    assert MLP.load(path).params()["W1"].shape == (4, 2)


def test_a_failed_save_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "weights.npz"
    MLP([4, 2], seed=1).save(path)
    before = path.read_bytes()

    def disk_full(file, **arrays):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", disk_full)
    with pytest.raises(OSError, match="No space left"):
        MLP([4, 2], seed=2).save(path)
    assert path.read_bytes() == before


def spoil_nothing(data):
    return b""


def spoil_half(data):
    return data[: len(data) // 2]


def spoil_text(data):
    return b"these are no weights\n" * 20


@pytest.mark.parametrize("spoil", [spoil_nothing, spoil_half, spoil_text])
def test_loading_a_damaged_file_is_one_clear_error(tmp_path, spoil):
    path = tmp_path / "weights.npz"
    MLP([30, 20]).save(path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=r"weights\.npz holds no weights written by MLP\.save"):
        MLP.load(path)


def test_loading_something_else_is_one_clear_error(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.ones(3))
    np.save(tmp_path / "other.npy", np.ones(3))
    for name in ("other.npz", "other.npy"):
        with pytest.raises(ValueError, match=r"holds no weights written by MLP\.save"):
            MLP.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        MLP.load(tmp_path / "nothing.npz")


# --------------------------------------------------------------------------------- bad input

X, LABELS = toy_problem(20)
NAN = np.where(np.arange(6) == 3, np.nan, X)
INF = np.where(np.arange(6) == 3, np.inf, X)


def model64():
    return MLP([6, 5, 3], dtype=np.float64)


def first_record(x=X, labels=LABELS, optimizer=None, model=None, **settings):
    return next(fit(model or model64(), x, labels, optimizer or SGD(0.1), **settings))


def after_forward(layer, *args):
    layer.forward(*args)
    return layer


BAD = {
    "x of one sample": (lambda: model64().forward(X[0]), r"x must .*\(N, 6\).*\(6,\)"),
    "x too narrow": (lambda: model64().forward(X[:, :5]), r"x must .*\(N, 6\).*\(20, 5\)"),
    "x as images": (lambda: MLP().forward(np.zeros((2, 28, 28), np.float32)), r"\(2, 28, 28\)"),
    "x a list": (lambda: model64().forward([[0.0] * 6]), r"x must .*list"),
    "x empty": (lambda: model64().forward(X[:0]), r"x must .*\(0, 6\)"),
    "x of bytes": (lambda: MLP().predict(np.zeros((1, 784), np.uint8)), "floats.*uint8"),
    "x NaN": (lambda: model64().predict_proba(NAN), "finite"),
    "x infinite": (lambda: model64().predict(INF), "finite"),
    "dz of other batch": (
        lambda: after_forward(Linear(6, 3, rng()), X).backward(np.ones((19, 3))),
        r"dz must .*\(20, 3\).*\(19, 3\)",
    ),
    "dz of other width": (
        lambda: after_forward(Linear(6, 3, rng()), X).backward(np.ones((20, 1))),
        r"dz must .*\(20, 3\).*\(20, 1\)",
    ),
    "da of other shape": (
        lambda: after_forward(ReLU(), X).backward(np.ones((1, 6))),
        r"da must .*\(20, 6\).*\(1, 6\)",
    ),
    "layer without inputs": (lambda: Linear(0, 3, rng()), "n_in must .*0"),
    "layer without outputs": (lambda: Linear(3, 0, rng()), "n_out must .*0"),
    "layer of a fraction": (lambda: Linear(2.5, 3, rng()), "n_in must .*2.5"),
    "layer of integers": (lambda: Linear(2, 3, rng(), int), "dtype must .*floats.*int"),
    "network of integers": (lambda: MLP([6, 3], dtype=np.int32), "dtype must .*floats.*int32"),
    "logits of one sample": (
        lambda: cross_entropy(np.zeros(10), LABELS),
        r"logits must .*\(N, M\).*\(10,\)",
    ),
    "no logits": (lambda: cross_entropy(np.zeros((0, 10)), LABELS[:0]), r"logits must .*\(0, 10\)"),
    "labels too many": (
        lambda: cross_entropy(np.zeros((3, 3)), LABELS),
        r"labels .*\(3,\).*\(20,\)",
    ),
    "labels one-hot": (
        lambda: cross_entropy(np.zeros((3, 3)), np.eye(3, dtype=int)),
        r"labels .*\(3,\).*\(3, 3\)",
    ),
    "labels too large": (
        lambda: cross_entropy(np.zeros((2, 3)), np.array([0, 3])),
        r"0\.\.2.*0 to 3",
    ),
    "labels negative": (
        lambda: SoftmaxCrossEntropy().forward(np.zeros((2, 3)), np.array([0, -1])),
        r"0\.\.2.*-1 to 0",
    ),
    "labels floats": (
        lambda: cross_entropy(np.zeros((2, 3)), np.array([0.0, 1.0])),
        "integers.*fl",
    ),
    "labels bools": (lambda: cross_entropy(np.zeros((2, 3)), np.array([True, False])), "integers"),
    "labels a list": (lambda: cross_entropy(np.zeros((2, 3)), [0, 1]), "labels must .*list"),
    "fit: x NaN": (lambda: first_record(NAN), "finite"),
    "fit: x float32 in a float64 network": (
        lambda: first_record(X.astype(np.float32)),
        r"x is float32, the network float64.*x\.astype\(np\.float64\)",
    ),
    "fit: x of bytes": (lambda: first_record((X * 9).astype(np.uint8)), "floats.*uint8"),
    "fit: labels of other length": (lambda: first_record(X, LABELS[:9]), r"\(20,\).*\(9,\)"),
    "fit: labels out of range": (lambda: first_record(X, LABELS + 1), r"0\.\.2.*1 to 3"),
    "fit: no data": (lambda: first_record(X[:0], LABELS[:0]), r"x must .*\(0, 6\)"),
    "fit: epochs 0": (lambda: first_record(epochs=0), "epochs must be a whole number.*0"),
    "fit: epochs 1.5": (lambda: first_record(epochs=1.5), "epochs must be a whole number.*1.5"),
    "fit: batch_size 0": (lambda: first_record(batch_size=0), "batch_size must .*0"),
    "fit: batch_size negative": (lambda: first_record(batch_size=-64), "batch_size must .*-64"),
    "fit: batch_size 64.0": (lambda: first_record(batch_size=64.0), "batch_size must .*64.0"),
    "fit: val NaN": (lambda: first_record(val=(NAN, LABELS)), "finite"),
    "fit: val of other width": (lambda: first_record(val=(X[:, :2], LABELS)), r"\(20, 2\)"),
    "fit: val of other length": (lambda: first_record(val=(X, LABELS[:3])), r"\(20,\).*\(3,\)"),
    "fit: val without labels": (lambda: first_record(val=X[:2]), r"val must be a pair.*ndarray"),
    "fit: val of three": (lambda: first_record(val=(X, LABELS, 1)), "val must be a pair"),
    "fit: val empty": (lambda: first_record(val=()), "val must be a pair"),
    "batches of 0": (lambda: next(minibatches(X, LABELS, 0, rng())), "batch_size must .*0"),
    "batches of -4": (lambda: next(minibatches(X, LABELS, -4, rng())), "batch_size must .*-4"),
    "batches of 2.5": (lambda: next(minibatches(X, LABELS, 2.5, rng())), "batch_size must .*2.5"),
    "batches: few labels": (lambda: next(minibatches(X, LABELS[:9], 4, rng())), r"\(20,\).*\(9,\)"),
    "batches: many labels": (
        lambda: next(minibatches(X[:9], LABELS, 4, rng())),
        r"labels must .*\(9,\).*\(20,\)",
    ),
    "batches: no data": (
        lambda: next(minibatches(X[:0], LABELS[:0], 4, rng())),
        r"x must .*\(0, 6\)",
    ),
    "batches: x a number": (lambda: next(minibatches(3.0, LABELS, 4, rng())), "x must .*float"),
    "evaluate: x NaN": (lambda: evaluate(model64(), NAN, LABELS), "finite"),
    "evaluate: no data": (lambda: evaluate(model64(), X[:0], LABELS[:0]), r"\(0, 6\)"),
    "gradient_check: x NaN": (lambda: gradient_check(model64(), NAN, LABELS), "finite"),
    "gradient_check: labels": (lambda: gradient_check(model64(), X, LABELS + 5), r"0\.\.2"),
    "gradient_check: no entries": (
        lambda: gradient_check(model64(), X, LABELS, entries=0),
        "entries must .*0",
    ),
    "gradient_check: eps 0": (lambda: gradient_check(model64(), X, LABELS, eps=0), "eps must .*0"),
    "gradient_check: eps negative": (
        lambda: gradient_check(model64(), X, LABELS, eps=-1e-5),
        "eps must .*-1e-05",
    ),
    "split: all held out": (lambda: train_validation_split(X, LABELS, 20), "from 1 to 19.*20"),
    "split: none held out": (lambda: train_validation_split(X, LABELS, 0), "from 1 to 19.*0"),
    "split: labels": (lambda: train_validation_split(X, LABELS[:3], 5), r"\(20,\).*\(3,\)"),
    "split: negative labels": (lambda: train_validation_split(X, LABELS - 1, 5), "-1 to 1"),
    "sizes: one": (lambda: MLP([784]), r"two or more layer widths.*\[784\]"),
    "sizes: number": (lambda: MLP(784), "two or more layer widths.*784"),
    "sizes: zero": (lambda: MLP([784, 0, 10]), "layer width .*0"),
    "sizes: float": (lambda: MLP([784, 12.5, 10]), "layer width .*12.5"),
    "rate 0": (lambda: SGD(0), "learning_rate must .*0"),
    "rate negative": (lambda: SGD(-0.1), "learning_rate must .*-0.1"),
    "rate NaN": (lambda: SGD(float("nan")), "learning_rate must .*nan"),
    "rate infinite": (lambda: SGD(float("inf")), "learning_rate must .*inf"),
    "rate a string": (lambda: SGD("0.1"), "learning_rate must .*'0.1'"),
    "momentum 1": (lambda: SGD(0.1, momentum=1), "momentum must .*1"),
    "momentum negative": (lambda: SGD(0.1, momentum=-0.9), "momentum must .*-0.9"),
    "decay negative": (lambda: SGD(0.1, weight_decay=-1e-4), "weight_decay must .*-0.0001"),
    "decay infinite": (lambda: SGD(0.1, 0.0, float("inf")), "weight_decay must .*inf"),
    "gradient of other shape": (
        lambda: SGD(0.1).step([(np.ones((2, 3)), np.ones((1, 3)))]),
        r"gradient must .*\(2, 3\).*\(1, 3\)",
    ),
    "gradient a number": (lambda: SGD(0.1).step([(np.ones(3), 2.0)]), "gradient must .*float"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_clear_sentence(case):
    call, pattern = BAD[case]
    with pytest.raises(ValueError, match=pattern) as caught:
        call()
    assert "\n" not in str(caught.value) and "Traceback" not in str(caught.value)


def test_a_rate_made_bad_between_steps_is_noticed():
    model, optimizer = model64(), SGD(0.1)
    training = fit(model, X, LABELS, optimizer, batch_size=5)
    next(training)
    optimizer.learning_rate = -1
    with pytest.raises(ValueError, match=r"learning_rate must .*-1"):
        next(training)


def test_an_optimizer_stays_with_its_network():
    optimizer = SGD(0.1, momentum=0.9)
    first_record(optimizer=optimizer)
    with pytest.raises(ValueError, match="begun with another network"):
        first_record(optimizer=optimizer, model=MLP([6, 7, 3], dtype=np.float64))


@pytest.mark.parametrize(
    ("module", "n"), [("nn_core", 16), ("nn_checks", 18), ("data.mnist", 6), ("data.distortion", 4)]
)
def test_everything_explains_itself(module, n):
    module = importlib.import_module(module)
    public = [v for v in vars(module).values() if getattr(v, "__module__", "") == module.__name__]
    assert module.__doc__ and len(public) >= n
    for thing in public:
        assert thing.__doc__, thing
        for name, method in vars(thing).items() if isinstance(thing, type) else []:
            if callable(method) and not name.startswith("_"):
                assert method.__doc__, f"{thing.__name__}.{name}"
