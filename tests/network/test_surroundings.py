"""What surrounds the network: NumPy's settings for errors, and its global state."""

import warnings

import numpy as np
import pytest
from toy import losses_of, rng, toy_problem

from nn_core import (
    MLP,
    SGD,
    cross_entropy,
    evaluate,
    fit,
    gradient_check,
    log_softmax,
    softmax,
    train_validation_split,
)


@pytest.fixture
def everything_raises():
    """As after np.seterr(all="raise") somewhere else, with warnings as errors."""
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


pytestmark = pytest.mark.usefixtures("everything_raises")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", [(0.1,), (0.1, 1e-12), (1e-30, 0.9, 1e-30)])
def test_underflow_is_no_error_in_training(dtype, optimizer):
    """Logits of a few hundred: exp of their differences is less than the smallest number."""
    x, labels = toy_problem(64, dtype=dtype)
    model = MLP([6, 16, 3], dtype=dtype)
    model.params()["W2"][:] *= 600
    losses_of(model, x, labels, SGD(*optimizer), epochs=20, batch_size=16)
    loss, accuracy = evaluate(model, x, labels)
    assert np.isfinite(loss) and 0 <= accuracy <= 1
    assert model.predict(x).shape == (64,)
    assert max(gradient_check(model, x, labels).values()) < 1e-2


def test_underflow_is_no_error_in_a_loss():
    logits = np.array([[0.0, -1e4], [800.0, 0.0]])
    assert softmax(logits).tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert log_softmax(logits).tolist() == [[0.0, -1e4], [0.0, -800.0]]
    assert cross_entropy(logits, np.array([0, 0])) == 0


def test_divergence_is_our_error_and_not_that_of_numpy():
    x, labels = toy_problem(100, dtype=np.float32)
    with pytest.raises(FloatingPointError, match=r"the loss became .* at learning rate 1e\+06"):
        losses_of(MLP([6, 16, 16, 3]), x, labels, SGD(1e6), epochs=50, batch_size=10)


def test_a_check_for_finite_numbers_raises_only_its_own_error():
    x, labels = toy_problem(10, dtype=np.float32)
    evaluate(MLP([6, 3]), np.clip(x, -1, 1) * np.float32(1e30), labels)
    x[0], x[1] = np.inf, -np.inf  # their sum is invalid
    for call in (MLP([6, 3]).predict, lambda x: evaluate(MLP([6, 3]), x, labels)):
        with pytest.raises(ValueError, match="x must be finite"):
            call(x)


def test_no_global_state_is_changed(tmp_path):
    errors, state = np.geterr(), np.random.get_state()[1].copy()  # noqa: NPY002
    printing = np.get_printoptions()
    x, labels = toy_problem(60)
    model = MLP([6, 5, 3], dtype=np.float64)
    for _ in fit(model, x, labels, SGD(0.1), val=(x, labels), epochs=1):
        assert np.geterr() == errors, "between two records"
    training = fit(model, x, labels, SGD(0.1))
    next(training)
    training.close()
    with pytest.raises(ValueError, match="labels"):
        softmax(np.ones((2, 2))), evaluate(model, x, labels + 9)
    gradient_check(model, x, labels)
    train_validation_split(x, labels, 10)
    model.save(tmp_path / "w.npz")
    MLP.load(tmp_path / "w.npz").predict(x)
    assert np.geterr() == errors and np.get_printoptions() == printing
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_networks_of_any_float_are_made_and_evaluated(dtype):
    x, labels = rng().random((50, 20)).astype(dtype), rng().integers(5, size=50)
    loss, _ = evaluate(MLP([20, 8, 5], dtype=dtype), x, labels)
    assert 1 < loss < 3
