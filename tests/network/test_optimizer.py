"""SGD with momentum and weight decay: steps by hand, each array its own velocity."""

import copy

import numpy as np
import pytest
from toy import losses_of, model64, rng, toy_problem

from nn_core import MLP, SGD


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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_velocity_fades_to_zero_and_not_to_numbers_on_which_a_processor_is_slow(dtype):
    """0.9 times the smallest float32 is that number again: it would stay there for ever."""
    smallest = np.finfo(np.float32).tiny  # of those that are fast
    first, none = np.array([1, -1e-3, 1e-20], dtype), np.zeros(3, dtype)
    param, slow_param, slow_velocity = np.zeros(3, dtype), -0.5 * first, first.copy()
    optimizer = SGD(0.5, momentum=0.9)
    optimizer.step([(param, first)])
    ((_, velocity),) = optimizer.velocities
    for step in range(1, 1000):
        slow_velocity *= 0.9
        slow_param -= 0.5 * slow_velocity
        optimizer.step([(param, none)])
        as_told = first * 0.9**step
        seen = abs(as_told) > 1e-29
        assert np.allclose(velocity[seen], as_told[seen], rtol=1e-3), "it faded too early"
        assert np.all((velocity == 0) | (abs(velocity) >= smallest)), "it is slow"
    assert not velocity.any()
    assert np.array_equal(param[:2], slow_param[:2]), "what was left out did move something"


def test_a_numpy_learning_rate_keeps_float32():
    grad = rng().standard_normal(1000).astype(np.float32)
    param, plain = np.ones_like(grad), np.ones_like(grad)
    SGD(np.float64(0.1)).step([(param, grad)])
    SGD(0.1).step([(plain, grad)])
    assert np.array_equal(param, plain), "the step was computed in float64, at half the speed"


ONE_NETWORK = "this optimizer has begun with another network"


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_an_optimizer_stays_with_its_very_arrays(momentum):
    """Other arrays are another network, also those of the same shapes, some of them, or more."""
    model, twin = MLP([6, 5, 3]), MLP([6, 5, 3])
    pairs, optimizer = model.params_and_grads(), SGD(0.1, momentum)
    optimizer.step(pairs)
    optimizer.step(model.params_and_grads())
    wrong = [twin.params_and_grads(), copy.deepcopy(pairs), pairs[:2], pairs[::-1], []]
    wrong += [pairs + twin.params_and_grads(), pairs[:3] + twin.params_and_grads()[3:]]
    before = [param.copy() for param, _ in pairs]
    for others in wrong:
        with pytest.raises(ValueError, match=ONE_NETWORK):
            optimizer.step(others)
    assert all(map(np.array_equal, before, model.params().values()))
    optimizer.step(model.params_and_grads())


def test_velocities_of_a_network_that_is_gone_harm_no_other():
    """The arrays of a new network may even lie where those of the old one did."""
    optimizer = SGD(0.1, momentum=0.9)
    optimizer.step([(np.zeros(10_000), np.ones(10_000))])
    for _ in range(20):
        other = np.zeros(10_000)
        with pytest.raises(ValueError, match=ONE_NETWORK):
            optimizer.step([(other, np.ones(10_000))])
        assert not other.any()


def test_after_a_divergence_a_new_network_needs_a_new_optimizer():
    x, labels = toy_problem(100)
    optimizer = SGD(1e6, momentum=0.9)
    with pytest.raises(FloatingPointError):
        losses_of(MLP([6, 16, 3], dtype=np.float64), x, labels, optimizer, epochs=50)
    optimizer.learning_rate = 0.05
    with pytest.raises(ValueError, match=f"{ONE_NETWORK}: make a new one"):
        losses_of(MLP([6, 16, 3], dtype=np.float64), x, labels, optimizer)


def test_a_copy_of_network_and_optimizer_goes_on_alike():
    x, labels = toy_problem(60)
    model, optimizer = model64(), SGD(0.1, 0.9, 1e-3)
    losses_of(model, x, labels, optimizer, epochs=1)
    other_model, other_optimizer = copy.deepcopy((model, optimizer))
    losses = losses_of(model, x, labels, optimizer, epochs=2)
    assert losses_of(other_model, x, labels, other_optimizer, epochs=2) == losses


@pytest.mark.parametrize("kind", [np.float64, np.float32, int])
def test_numbers_of_numpy_keep_float32(kind):
    """A number of type np.float64 would make the whole update float64: slower, and other bits."""
    grads = rng().standard_normal((3, 1000)).astype(np.float32)
    numbers = [1, 0, 2] if kind is int else [kind(0.1), kind(0.9), kind(0.3)]
    params = [np.ones(1000, np.float32) for _ in range(2)]
    optimizers = SGD(*numbers), SGD(*map(float, numbers))
    for grad in grads:
        for param, optimizer in zip(params, optimizers, strict=True):
            optimizer.step([(param, grad)])
    assert np.array_equal(*params)
    assert optimizers[0].direction(params[0], grads[0], np.zeros_like(grads[0])).dtype == "float32"


def test_no_gradient_is_edited():
    grads = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    param, optimizer = np.ones(2), SGD(0.1, momentum=0.9, weight_decay=0.5)
    for grad in grads:
        optimizer.step([(param, grad)])
    assert [grad.tolist() for grad in grads] == [[1.0, 2.0], [3.0, 4.0]]


def test_weight_decay_pulls_towards_zero_whatever_the_sign():
    param = np.array([1.0, -1.0])
    SGD(0.5, weight_decay=0.5).step([(param, np.zeros(2))])
    assert param.tolist() == [0.75, -0.75]


@pytest.mark.parametrize(
    ("pairs", "pattern"),
    [
        (zip([np.ones(2)], [np.ones(2)], strict=True), "params_and_grads must be a list .* zip"),
        ({"W": np.ones(2)}, "params_and_grads must be a list .* dict"),
        ([(np.ones(2, int), np.ones(2))], "a parameter must hold floats.* int"),
        ([([1.0], np.ones(1))], "a parameter must be a NumPy array, but it is list"),
        ([(np.ones(2), [1.0, 1.0])], "a parameter's gradient must be a NumPy array.* list"),
        ([(np.ones(2), np.ones((2, 1)))], r"gradient must .*\(2,\).*\(2, 1\)"),
    ],
)
def test_pairs_that_are_none_get_one_clear_sentence(pairs, pattern):
    with pytest.raises(ValueError, match=pattern):
        SGD(0.1).step(pairs)
