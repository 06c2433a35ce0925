"""The drawing pad: read at once, corrected by one step. No browser here."""

import json
import time
import warnings

import numpy as np
import pytest
from pad_helpers import ONE, SEVEN, click, draw, receive, to_ink

import nn_core
from data.mnist import bundled_digits
from nn_core import MLP, SGD, SoftmaxCrossEntropy, evaluate, fit
from support.lab.centring import like_mnist
from support.lab.pad import SIDE, DrawingPad, careful_step


@pytest.fixture(scope="module")
def digits():
    return bundled_digits()


@pytest.fixture(scope="module")
def trained(digits):
    """A network that reads the bundled digits; tests that change it take a copy."""
    model = MLP((784, 32, 16, 10))
    for _ in fit(model, digits.x_train, digits.labels_train, SGD(0.1), epochs=15):
        pass
    return model


@pytest.fixture
def pad(trained, digits):
    return DrawingPad(trained.astype(np.float32), digits.x_test, digits.labels_test)


# ------------------------------------------------------------------------------- the reading


def test_a_drawing_is_read_as_the_network_reads_its_image(pad):
    draw(pad, SEVEN)
    image = np.float32(like_mnist(SEVEN).reshape(1, 784))
    assert np.allclose(pad.reading["probabilities"], pad.model.predict_proba(image)[0], atol=1e-6)
    assert np.allclose(np.array(pad.reading["seen"]) / 255, image, atol=1 / 255)
    assert np.isclose(sum(pad.reading["probabilities"]), 1, atol=1e-5)


def test_a_reading_comes_with_the_digit_of_its_own_image(pad, digits):
    pad.load(digits.x_test[0], 4)
    assert pad.reading["truth"] == 4
    receive(pad, ink=to_ink(SEVEN), truth=None)  # as the page sends it
    assert pad.reading["truth"] is None


@pytest.mark.parametrize("hidden", [(), (7,), (128, 64), (300, 5, 9)])
def test_the_activations_of_every_hidden_layer_are_shown(pad, hidden):
    pad.show(MLP((784, *hidden, 10)))
    draw(pad, SEVEN)
    assert [len(layer) for layer in pad.reading["hidden"]] == list(hidden)
    a = pad.image()
    for layer, shown in zip(pad.model.layers[1::2], pad.reading["hidden"], strict=True):
        a = layer.forward(pad.model.layers[pad.model.layers.index(layer) - 1].forward(a))
        assert max(shown) == 255
        assert np.allclose(np.array(shown) / 255, a[0] / a.max(), atol=1 / 255)


def test_an_empty_pad_has_no_reading(pad):
    assert pad.reading == {}
    draw(pad, SEVEN)
    assert pad.reading
    draw(pad, np.zeros((SIDE, SIDE)))
    assert pad.reading == {}
    pad.show(MLP((784, 10)))
    assert pad.reading == {}


def test_show_reads_the_drawing_with_the_new_network(pad):
    draw(pad, SEVEN)
    before = pad.reading["probabilities"]
    pad.show(MLP((784, 20, 10), seed=3))
    assert pad.reading["probabilities"] != before
    assert len(pad.reading["hidden"]) == 1


def test_a_network_of_float64_works(pad):
    pad.show(MLP((784, 8, 10), dtype=np.float64))
    draw(pad, SEVEN)
    pad.correct(7)
    assert pad.note.startswith("One step towards 7") and len(pad.reading["probabilities"]) == 10


def test_a_network_that_is_sure_is_not_certain(digits):
    model = MLP((784, 10))
    model.params()["b1"][3] = 25  # in float32 its probability is 1
    pad = DrawingPad(model, digits.x_test, digits.labels_test)
    click(pad, 3, SEVEN)
    assert 0.999 < pad.reading["probabilities"][3] < 1
    assert "3 at >\N{NO-BREAK SPACE}99.9\N{NO-BREAK SPACE}%." in pad.note
    assert "100.0" not in pad.note


def test_the_first_example_of_every_digit_is_offered(pad, digits):
    assert [example["label"] for example in pad.examples] == list(range(10))
    first = digits.x_test[np.flatnonzero(digits.labels_test == 4)[0]]
    assert np.allclose(np.array(pad.examples[4]["pixels"]) / 255, first, atol=1 / 255)
    assert len(DrawingPad(pad.model, digits.x_test[:1], digits.labels_test[:1]).examples) == 1


def test_a_network_that_has_diverged_has_no_reading_and_no_warning(pad):
    for value in (np.nan, np.inf, 1e38):
        model = MLP((784, 8, 10))
        model.params()["W1"][...] = model.params()["W2"][...] = value
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pad.show(model)
            draw(pad, SEVEN)
            assert pad.reading["probabilities"] == [] and pad.reading["hidden"] == []
            assert any(pad.reading["seen"])
            pad.correct(7)
        assert "no longer finite" in pad.note
        draw(pad, ONE)


def test_what_goes_wrong_is_said(pad):
    receive(pad, ink=b"\x01\x02\x03")
    assert pad.note.startswith("ValueError: ")
    draw(pad, SEVEN)
    assert pad.note == ""
    pad.learning_rate = 0.0
    click(pad, 7, SEVEN)
    assert pad.note.startswith("ValueError: learning_rate must be")


def test_what_a_reading_costs_is_printed(pad):
    seconds = []
    for i in range(20):
        ink = np.roll(SEVEN, i, axis=1)
        start = time.process_time()
        draw(pad, ink)
        seconds.append(time.process_time() - start)
    print(f"a reading takes {1000 * np.median(seconds):.1f} ms")


# ------------------------------------------------------------------------------- corrections


def test_a_correction_is_one_step_of_sgd_on_that_image(pad):
    draw(pad, SEVEN)
    expected = pad.model.astype(np.float32)
    label = np.array([4])
    nn_core.train_step(expected, SoftmaxCrossEntropy(), SGD(0.02), pad.image(), label)
    pad.learning_rate = 0.02
    click(pad, 4, SEVEN)
    for name, param in pad.model.params().items():
        assert np.array_equal(param, expected.params()[name]), name


@pytest.mark.parametrize("label", range(10))
def test_a_correction_makes_the_label_more_probable_and_says_so(pad, label):
    draw(pad, SEVEN)
    before = pad.reading["probabilities"]
    losses = [nn_core.cross_entropy(pad.model.forward(pad.image()), np.array([label]))]
    for _ in range(3):
        click(pad, label, SEVEN)
        losses.append(nn_core.cross_entropy(pad.model.forward(pad.image()), np.array([label])))
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0]
    after = pad.reading["probabilities"]
    assert after[label] > before[label]
    assert pad.note.startswith(f"One step towards {label}, at learning rate 0.003. Before: ")
    assert f"{label} at {100 * after[label]:.1f}\N{NO-BREAK SPACE}%." in pad.note
    winner = int(np.argmax(after))
    assert f"Right after: {winner} at {100 * max(after):.1f}" in pad.note


def test_the_bars_remember_what_was_before_until_the_drawing_changes(pad):
    draw(pad, SEVEN)
    before = pad.reading["probabilities"]
    assert pad.reading["before"] == []
    click(pad, 4, SEVEN)
    assert pad.reading["before"] == before
    pad.show(pad.model)  # as the lab does after a correction
    assert pad.reading["before"] == before and pad.note
    draw(pad, ONE)
    assert pad.reading["before"] == [] and pad.note == ""
    click(pad, 4, ONE)
    pad.show(MLP((784, 10)))
    assert pad.reading["before"] == [] and pad.note == ""


def test_the_step_that_is_offered_shows_on_a_digit_that_is_misread(pad, digits):
    x, labels = digits.x_test, digits.labels_test
    wrong = np.flatnonzero(pad.model.predict(x) != labels)[:10]
    saved = {name: param.copy() for name, param in pad.model.params().items()}
    shows = 0
    for i in wrong:
        before, after = careful_step(pad.model, x[i : i + 1], labels[i], pad.learning_rate)
        shows += after[labels[i]] - before[labels[i]] > 0.4
        for name, param in pad.model.params().items():
            param[...] = saved[name]
    assert shows > len(wrong) / 2


def test_a_step_that_does_not_show_says_what_to_do(pad):
    pad.model.params()["b3"][3] = 30
    click(pad, 4, SEVEN)
    assert pad.note.endswith("choose a larger learning rate.")
    pad.learning_rate = 0.1
    click(pad, 3, SEVEN)
    assert not pad.note.endswith("choose a larger learning rate."), "it is read so already"


def test_those_who_asked_are_told_of_a_correction(pad):
    told = []
    pad.on_correct(lambda: told.append(len(pad.reading["before"])))
    click(pad, 4, SEVEN)
    assert told == [10]
    draw(pad, np.zeros((SIDE, SIDE)))
    click(pad, 4, np.zeros((SIDE, SIDE)))
    assert told == [10], "an empty pad has nothing to correct"
    assert pad.note == "The pad is empty: draw a digit first."


def test_what_goes_wrong_in_a_callback_is_said(pad):
    pad.on_correct(lambda: 1 / 0)
    click(pad, 4, SEVEN)
    assert pad.note == "ZeroDivisionError: division by zero"


def test_a_drawing_that_is_too_small_for_the_pen_is_noticed(pad):
    ink = np.zeros((112, 112), np.uint8)
    ink[40:61, 40:57] = 255
    pad.set_state({"ink": ink.tobytes()})
    assert pad.reading["small"]
    ink[40:90, 45:54] = 255  # a 1 is narrow, but tall
    pad.set_state({"ink": ink.tobytes()})
    assert not pad.reading["small"]


def test_the_drawing_that_comes_with_a_correction_counts(pad):
    draw(pad, ONE)
    click(pad, 4, SEVEN)
    assert pad.ink == to_ink(SEVEN)
    assert pad.note.startswith("One step towards 4")


@pytest.mark.parametrize("rate", [1e4, 1e20, 1e38])
def test_a_correction_never_leaves_a_network_without_finite_numbers(pad, rate):
    draw(pad, SEVEN)
    before = {name: param.copy() for name, param in pad.model.params().items()}
    pad.learning_rate = rate
    told = []
    pad.on_correct(lambda: told.append(1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for label in (3, 4, 5):
            click(pad, label, SEVEN)
    assert all(np.isfinite(param).all() for param in pad.model.params().values())
    assert np.isfinite(pad.reading["probabilities"]).all()
    if rate == 1e38:
        assert "was taken back" in pad.note and not told
        assert all(np.array_equal(before[k], p) for k, p in pad.model.params().items())


# --------------------------------------------------------------------------------- the widget


def test_two_pads_can_show_the_same_network(trained, digits):
    model = trained.astype(np.float32)
    first, second = (DrawingPad(model, digits.x_test, digits.labels_test) for _ in range(2))
    draw(first, SEVEN)
    draw(second, ONE)
    assert first.reading["probabilities"] != second.reading["probabilities"]
    before = second.reading["probabilities"]
    click(first, 4, SEVEN)
    second.show(model)
    assert second.reading["probabilities"] != before


def test_correcting_in_the_middle_of_a_training_does_no_harm(pad, digits):
    draw(pad, SEVEN)
    training = fit(pad.model, digits.x_train, digits.labels_train, SGD(0.1), epochs=2)
    for i, _ in enumerate(training):
        if i % 7 == 0:
            pad.show(pad.model)
        if i % 11 == 0:
            click(pad, 7, SEVEN)
    assert evaluate(pad.model, digits.x_test, digits.labels_test)[1] > 0.8
    assert np.argmax(pad.reading["probabilities"]) == 7


def test_a_browser_can_find_it_and_it_prints_the_same_every_time(pad):
    assert "lab-drawing-pad" in pad._dom_classes
    assert repr(pad) == "DrawingPad(10 examples)"
    assert "http" not in pad._esm.replace("http://www.w3.org", "")
    assert "http" not in pad._css


def test_state_can_be_sent_as_json(pad):
    draw(pad, SEVEN)
    click(pad, 4, SEVEN)
    state = {k: v for k, v in pad.get_state().items() if not isinstance(v, (bytes, memoryview))}
    json.dumps({k: state[k] for k in ("reading", "examples", "note")}, allow_nan=False)
