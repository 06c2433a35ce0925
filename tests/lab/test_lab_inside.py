"""The view inside: weights as pictures, silent ReLUs, what excites a neuron. No browser here."""

import json
import time
import warnings

import numpy as np
import pytest

from data.mnist import bundled_digits
from nn_core import MLP, SGD, fit
from support.lab import inside as module
from support.lab.inside import InsideView


@pytest.fixture(scope="module")
def digits():
    return bundled_digits()


@pytest.fixture
def view(digits):
    return InsideView(digits.x_test, digits.labels_test)


def pictures(view):
    """Return the weights that the browser gets, as numbers from -1 to 1: (neurons, 784)."""
    return (np.frombuffer(view.weights, np.uint8).reshape(-1, 784) - 128.0) / 127


def choose(view, **state):
    """Do what happens when the browser sets a value."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    view._handle_msg({"content": {"data": data}, "buffers": []})


def relu_outputs(model, x, layer):
    """Return what leaves the ReLU of that hidden layer, counted from 0, written out by hand."""
    for i in range(layer + 1):
        x = np.maximum(x @ model.params()[f"W{i + 1}"] + model.params()[f"b{i + 1}"], 0)
    return x


# ------------------------------------------------------------------------------- the weights


@pytest.mark.parametrize("hidden", [(), (1,), (16,), (128, 64), (20, 30, 40)])
def test_every_neuron_of_the_first_layer_has_its_picture_on_one_scale(view, hidden):
    model = MLP((784, *hidden, 10))
    view.show(model)
    W, scale = model.params()["W1"], view.about["scale"]
    assert pictures(view).shape == (W.shape[1], 784)
    assert np.allclose(pictures(view), np.clip(W.T / scale, -1, 1), atol=0.5 / 127 + 1e-6)
    clipped = (np.abs(W) > scale).mean()
    assert 0 < clipped < 0.011, "the colours serve nearly all weights"
    assert view.about["neurons"] == W.shape[1]


def test_of_very_many_neurons_the_first_128_are_shown(view):
    model = MLP((784, 300, 10))
    view.show(model)
    assert len(pictures(view)) == 128 and view.about["neurons"] == 300
    assert view.about["hidden"][0]["neurons"] == 300, "the statistics are of all"
    choose(view, neuron=299)
    assert view.detail["neuron"] == 127


def test_zero_is_neutral_also_where_all_weights_are_zero(view):
    model = MLP((784, 4, 10))
    model.params()["W1"][...] = 0
    view.show(model)
    assert not pictures(view).any() and view.about["scale"] == 0, "no legend"


def test_change_shows_what_training_has_done_since_the_network_was_first_shown(view, digits):
    model = MLP((784, 16, 10))
    start = model.params()["W1"].copy()
    view.show(model)
    choose(view, part="change")
    assert not pictures(view).any() and view.about["blank"], "white, and it is said"
    for _ in fit(model, digits.x_train, digits.labels_train, SGD(0.1), epochs=1):
        pass
    view.show(model)
    change = (model.params()["W1"] - start).T
    expected = np.clip(change / view.about["scale"], -1, 1)
    assert pictures(view).any() and np.allclose(pictures(view), expected, atol=0.51 / 127)
    assert not pictures(view)[:, 0].any(), "a corner has no ink, so it learns nothing"
    assert not view.about["blank"]
    choose(view, part="weights")
    assert np.allclose(
        pictures(view),
        np.clip(model.params()["W1"].T / view.about["scale"], -1, 1),
        atol=0.51 / 127,
    )
    choose(view, part="change")
    view.show(MLP((784, 8, 10)))  # another network, another start
    assert not pictures(view).any() and len(pictures(view)) == 8


def test_it_opens_on_what_training_has_changed_until_the_reader_chooses(view):
    model = MLP((784, 16, 10))
    view.show(model)
    assert view.about["part"] == "weights", "nothing has changed"
    start = model.params()["W1"].copy()
    model.params()["W1"][300] += 1
    view.show(model)
    assert view.about["part"] == "change"
    assert np.array_equal(np.flatnonzero(pictures(view).any(axis=0)), [300])
    choose(view, part="weights")
    view.show(model, start)
    assert view.about["part"] == "weights" and pictures(view)[:, 0].any()


# --------------------------------------------------------------------------------- silence


def test_silence_is_counted_in_every_hidden_layer(view, digits):
    model = MLP((784, 12, 9, 10))
    model.params()["b1"][[2, 5]] = -100  # never reach zero
    model.params()["b2"][3] = -100
    view.show(model)
    for layer, silent in [(0, 2), (1, 1)]:
        a = relu_outputs(model, digits.x_test, layer)
        found = view.about["hidden"][layer]
        assert found["neurons"] == a.shape[1]
        assert np.isclose(found["zeros"], (a == 0).mean())
        assert found["silent"] == (a == 0).all(axis=0).sum() >= silent
    assert {2, 5} <= set(view.about["silent"])
    choose(view, neuron=5)
    assert view.detail["means"] == [0] * 10 and view.detail["top"][0]["answer"] == 0


def test_without_a_hidden_layer_nothing_is_silent(view):
    view.show(MLP((784, 10)))
    assert view.about["hidden"] == [] and view.about["silent"] == []


# ------------------------------------------------------------------------ what excites a neuron


def test_detail_tells_the_mean_answer_to_each_digit_and_the_best_images(view, digits):
    model = MLP((784, 12, 10), seed=4)
    view.show(model)
    a = relu_outputs(model, digits.x_test, 0)
    for neuron in (0, 7, 11):
        choose(view, neuron=neuron)
        assert view.detail["neuron"] == neuron
        for digit in range(10):
            mean = a[digits.labels_test == digit, neuron].mean()
            assert np.isclose(view.detail["means"][digit], mean, atol=1e-4)
        best = np.sort(a[:, neuron])[::-1][: module.TOP_IMAGES]
        assert np.allclose([image["answer"] for image in view.detail["top"]], best, atol=1e-4)
        for image in view.detail["top"]:
            x = np.array(image["pixels"]) / 255
            i = np.abs(digits.x_test - x).sum(axis=1).argmin()
            assert np.allclose(digits.x_test[i], x, atol=1 / 255)
            assert digits.labels_test[i] == image["label"]


def test_without_a_hidden_layer_the_details_are_of_the_logits(view, digits):
    model = MLP((784, 10))
    for _ in fit(model, digits.x_train, digits.labels_train, SGD(0.1), epochs=5):
        pass
    view.show(model)
    for digit in range(10):
        choose(view, neuron=digit)
        assert np.argmax(view.detail["means"]) == digit
        assert view.detail["top"][0]["label"] == digit
    assert min(view.detail["means"]) < 0


def test_details_follow_the_training(view, digits):
    model = MLP((784, 12, 10))
    view.show(model)
    choose(view, neuron=3)
    before = view.detail
    for _ in fit(model, digits.x_train, digits.labels_train, SGD(0.5), epochs=1):
        pass
    view.show(model)
    assert view.detail["neuron"] == 3 and view.detail["means"] != before["means"]


def test_sizes_may_change_and_the_neuron_stays_in_range(view):
    view.show(MLP((784, 100, 10)))
    choose(view, neuron=99)
    for hidden in [(5,), (), (3, 3), (200, 7)]:
        view.show(MLP((784, *hidden, 10)))
        n = min(128, (*hidden, 10)[0])
        assert len(pictures(view)) == n and view.detail["neuron"] == min(99, n - 1)


@pytest.mark.parametrize("neuron", [-1, 10**6])
def test_a_neuron_out_of_range_does_no_harm(view, neuron):
    choose(view, neuron=neuron)  # also before there is a network
    view.show(MLP((784, 5, 10)))
    choose(view, neuron=neuron)
    assert 0 <= view.detail["neuron"] < 5


def test_a_digit_that_is_missing_among_the_images_has_mean_zero(digits):
    few = digits.labels_test < 3
    view = InsideView(digits.x_test[few], digits.labels_test[few])
    view.show(MLP((784, 10)))
    assert view.detail["means"][3:] == [0] * 7


# --------------------------------------------------------------------------------- the widget


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_a_network_that_has_diverged_is_said_to_be_so(view, value):
    model = MLP((784, 8, 10))
    view.show(model)
    model.params()["W1"][...] = model.params()["W2"][...] = value
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view.show(model)
        choose(view, neuron=3)
        choose(view, part="change")
    assert view.about == {"finite": False}
    json.dumps(view.detail, allow_nan=False)
    view.show(MLP((784, 8, 10)))
    assert view.about["finite"]


def test_at_most_2000_images_are_used(digits):
    x = np.tile(digits.x_train, (3, 1))
    view = InsideView(x, np.tile(digits.labels_train, 3))
    view.show(MLP((784, 10)))
    assert view.about["images"] == 2000


def test_painting_is_quick_enough_for_a_training(digits):
    x, labels = np.tile(digits.x_train, (3, 1)), np.tile(digits.labels_train, 3)
    view, seconds = InsideView(x, labels), []
    for seed in range(10):
        model = MLP(seed=seed)
        start = time.process_time()
        view.show(model)
        seconds.append(time.process_time() - start)
    print(f"a picture of 784-128-64-10 takes {1000 * np.median(seconds):.0f} ms of CPU time")


def test_looking_does_not_change_the_network_or_the_training(view, digits):
    def train(look):
        model = MLP((784, 12, 10), dtype=np.float64)
        x = digits.x_train.astype(np.float64)
        for i, _ in enumerate(fit(model, x, digits.labels_train, SGD(0.1), epochs=1)):
            if look and i % 3 == 0:
                view.show(model)
        return model.params()

    plain, looked_at = train(False), train(True)
    assert all(np.array_equal(plain[name], looked_at[name]) for name in plain)


def test_a_browser_can_find_it_and_it_prints_the_same_every_time(view):
    assert "lab-inside-view" in view._dom_classes
    assert repr(view) == "InsideView(360 images)"
    assert "http" not in view._esm and "http" not in view._css


def test_state_can_be_sent_as_json(view):
    view.show(MLP((784, 12, 10)))
    json.dumps({"about": view.about, "detail": view.detail}, allow_nan=False)
