"""The lab of lesson 09 with the real widgets, but without a browser: what every control does.

A message from the browser is `widget.set_state({...})`, a click on a button `button.click()`.
"""

import asyncio
import threading
import time
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

import nn_core
from data.distortion import distorted_minibatches
from data.mnist import bundled_digits
from support.lab import InteractiveLab
from support.lab.confusion import confusion_matrix, most_sure, precision_and_recall, snapshot
from support.lab.curve import DASHES, POINTS, Curve, loss_svg
from support.lab.driver import Driver
from support.lab.lab import short
from support.lab.session import MOST_RUNS, Session
from support.lab.settings import Settings, changes
from support.lab.throttle import Throttle

DIGITS = bundled_digits()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def run(scenario):
    """Run an asynchronous scenario; a task that nobody awaited must not hide its exception."""
    troubles = []

    async def watched():
        asyncio.get_running_loop().set_exception_handler(lambda _, what: troubles.append(what))
        await scenario

    asyncio.run(watched())
    assert troubles == []


async def train(lab, **sliders):
    """Set these sliders, click Train, and wait until the training has ended."""
    for name, value in sliders.items():
        lab.controls.sliders[name].value = value
    lab.buttons.train.click()
    await lab.session.driver.task


async def until(condition, seconds=10):
    """Let the training go on until this holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.001)


def enabled(lab):
    names = ("train", "pause", "step", "stop", "reset")
    return [name for name in names if not getattr(lab.buttons, name).disabled]


def weights(lab):
    return [param.copy() for param in lab.session.model.params().values()]


def same(some, others):
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))


# -------------------------------------------------------------------------- the five buttons


def test_a_fresh_lab_waits_for_train_and_is_not_empty(lab):
    assert enabled(lab) == ["train", "step", "reset"]
    assert "Press <b>Train</b>" in lab.status.value
    assert lab.matrix.text.startswith("before training: ")
    assert lab.message.value == "" and lab.bar.value == 0


def test_train_goes_to_the_end_and_shows_it(lab):
    async def scenario():
        lab.buttons.train.click()
        assert enabled(lab) == ["pause", "stop", "reset"]
        await lab.session.driver.task

    run(scenario())
    assert enabled(lab) == ["train", "reset"], "a step would throw the network away"
    assert lab.session.state == "finished" and lab.bar.value == 1
    assert "epoch 30 of 30 · step 510 of 510" in lab.status.value
    accuracy = lab.session.accuracy(lab.session.snapshots[-1])
    assert accuracy > 0.92
    assert lab.matrix.text == f"after epoch 30: {accuracy:.2%} right"
    assert f"{accuracy:.2%} right" in lab.legend.value
    assert len(lab.session.snapshots) == 31
    assert lab.message.value == ""


def test_a_pause_changes_nothing_but_the_time(lab):
    async def paused():
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        lab.buttons.pause.click()
        step = lab.session.record.step
        said = snapshot("", lab.session.model, lab.session.val[0]).answers
        assert np.array_equal(lab.matrix.shown.answers, said), "the matrix is of this network"
        assert 0 < step < 510 and enabled(lab) == ["train", "pause", "step", "stop", "reset"]
        assert lab.buttons.pause.description == "▶ Go on"
        clock, left = lab.session.seconds, lab.session.time_left()
        await asyncio.sleep(0.3)
        assert lab.session.record.step == step, "it went on while it should wait"
        assert (lab.session.seconds, lab.session.time_left()) == (clock, left), "a pause counts"
        for _ in range(3):
            lab.buttons.step.click()
        assert lab.session.record.step == step + 3 and lab.session.state == "paused"
        lab.buttons.pause.click()
        assert lab.buttons.pause.description == "❚❚ Pause"
        await lab.session.driver.task

    run(paused())
    broken_off = weights(lab)
    run(train(lab))
    assert same(broken_off, weights(lab)), "the same seed, the same network"


def test_step_begins_a_run_and_takes_one_step_at_a_time(lab):
    before = weights(lab)
    lab.buttons.step.click()
    assert lab.session.record.step == 1 and lab.session.state == "paused"
    assert not same(before, weights(lab))
    assert "step 1 of 510" in lab.status.value
    assert lab.matrix.text.startswith("at step 1: ")
    lab.buttons.step.click()
    assert lab.session.record.step == 2 and len(lab.session.runs) == 1
    assert [said.name for said in lab.session.snapshots] == ["before training", "at step 2"]
    assert lab.matrix.text.split(": ")[1] in lab.legend.value, "both say the same"


def test_what_the_first_step_has_changed_is_shown(lab):
    lab.inside.part = "change"
    assert set(lab.inside.weights) == {128}, "an untrained network"
    lab.buttons.step.click()
    assert set(lab.inside.weights) != {128}


def test_stop_ends_the_run_and_keeps_the_network(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record and lab.session.record.step > 20)
        lab.buttons.stop.click()
        assert lab.session.state == "stopped" and enabled(lab) == ["train", "reset"]
        stopped = weights(lab)
        lab.buttons.step.click()
        assert same(stopped, weights(lab)), "a step must not begin a new network"
        await asyncio.sleep(0.1)
        assert same(stopped, weights(lab)), "it went on"
        assert lab.session.driver.task.done()
        expected = snapshot("", lab.session.model, lab.session.val[0]).answers
        assert np.array_equal(lab.matrix.shown.answers, expected), "the matrix is of this network"
        assert lab.matrix.text.split(": ")[1] in lab.legend.value, "both say the same"
        await train(lab)
        assert lab.session.state == "finished" and len(lab.session.runs) == 2

    run(scenario())


def test_stop_after_a_correction_does_not_look_twice(lab):
    lab.buttons.step.click()
    lab.pad.set_state({"ink": bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)})
    lab.pad.correct(3)
    lab.buttons.stop.click()
    names = [said.name for said in lab.session.snapshots]
    assert names == ["before training", "at step 1", "after a correction"]


def test_stop_right_after_a_correction_while_it_trained_looks_again(lab):
    async def scenario():
        lab.pad.set_state({"ink": bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)})
        lab.buttons.train.click()
        await until(lambda: lab.session.record and lab.session.record.val_loss is None)
        lab.pad.learning_rate = 0.1
        lab.pad.correct(3)
        lab.buttons.stop.click()

    run(scenario())
    said = snapshot("", lab.session.model, lab.session.val[0]).answers
    assert np.array_equal(lab.matrix.shown.answers, said)


def test_marks_of_a_correction_go_when_training_goes_on(lab):
    lab.pad.set_state({"ink": bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)})

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        lab.pad.correct(3)
        assert lab.pad.before != []
        ends = len(lab.session.run.epoch_ends)
        await until(lambda: len(lab.session.run.epoch_ends) > ends)
        assert lab.pad.before == []
        lab.buttons.stop.click()

    run(scenario())


def test_stop_before_the_first_step(lab):
    async def scenario():
        lab.buttons.train.click()
        lab.buttons.stop.click()
        await lab.session.driver.task
        assert lab.session.state == "stopped" and lab.session.record is None
        await train(lab)

    run(scenario())
    assert lab.session.state == "finished"


def test_reset_brings_an_untrained_network_even_while_training(lab):
    fresh = weights(lab)

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record and lab.session.record.step > 20)
        lab.buttons.reset.click()
        await asyncio.sleep(0.05)
        assert lab.session.state == "ready" and same(fresh, weights(lab))
        assert lab.matrix.moments == 1 and lab.matrix.text.startswith("before training")
        assert lab.bar.value == 0 and len(lab.session.runs) == 1, "the curve stays"

    run(scenario())


def test_there_is_never_a_second_task(lab):
    async def scenario():
        lab.buttons.train.click()
        task = lab.session.driver.task
        for _ in range(5):
            lab.buttons.stop.click()
            lab.buttons.train.click()
            lab.buttons.pause.click()
            lab.buttons.pause.click()
        assert lab.session.driver.task is task
        assert len(asyncio.all_tasks()) == 2, "this one, and the one that trains"
        await task
        assert lab.session.record.step == 510 and lab.session.state == "finished"

    run(scenario())


# ------------------------------------------------------------------------------ the sliders


def test_the_live_sliders_act_at_the_next_step(lab):
    lab.buttons.step.click()
    for name, value in [("learning_rate", 0.5), ("momentum", 0.9), ("weight_decay", 0.01)]:
        before = weights(lab)
        lab.controls.sliders[name].value = value
        assert same(before, weights(lab))
        assert np.isclose(getattr(lab.session.optimizer, name), value)
    lab.buttons.step.click()
    lab.session.on_change("state")
    text = lab.legend.value.replace("\N{NON-BREAKING HYPHEN}", "-")
    assert "on the way learning rate 0.1 → 0.5, momentum 0 → 0.9, weight decay 0 → 0.01" in text


def test_a_rate_changed_midway_changes_the_steps_after_it(lab):
    def two_steps(rate):
        lab.buttons.reset.click()
        lab.controls.sliders["learning_rate"].value = 0.1
        lab.buttons.step.click()
        start = weights(lab)
        lab.controls.sliders["learning_rate"].value = rate
        lab.buttons.step.click()
        return [b - a for a, b in zip(start, weights(lab), strict=True)]

    for small, large in zip(two_steps(0.01), two_steps(1.0), strict=True):
        assert np.allclose(100 * small, large, atol=1e-5), "100 times the rate, 100 times the step"


def test_the_other_sliders_wait_for_the_next_train(lab):
    lab.buttons.step.click()
    settings = lab.session.run.now
    for name, value in [("batch_size", 8), ("layers", 1), ("hidden_1", 16), ("epochs", 2)]:
        lab.controls.sliders[name].value = value
    for name, value in [("distortion", 1.5), ("seed", 3), ("falling", True)]:
        lab.controls.sliders[name].value = value
    assert lab.session.run.now == settings
    run(train(lab))
    made = lab.session.run.settings
    assert made == Settings(0.1, 0.0, 0.0, True, 8, (16,), 2, 1.5, 3)
    assert [W.shape for W in weights(lab)[::2]] == [(784, 16), (16, 10)]
    assert lab.session.record.steps == 2 * 135, "1,078 images in batches of 8"


def test_the_seed_decides_the_starting_weights_and_the_shuffling(lab, monkeypatch):
    seeds = []

    def noted(*arguments, seed, **settings):
        seeds.append(seed)
        return nn_core.fit(*arguments, seed=seed, **settings)

    monkeypatch.setattr("support.lab.session.fit", noted)
    run(train(lab, epochs=1))
    first = weights(lab)
    run(train(lab, seed=5))
    assert not same(first, weights(lab)) and seeds == [0, 5]
    lab.buttons.reset.click()
    assert np.array_equal(weights(lab)[0], nn_core.MLP(seed=5).params()["W1"])


@pytest.mark.parametrize("hidden", [(), (8,), (8, 4), (8, 4, 2)])
def test_any_number_of_hidden_layers(lab, hidden):
    lab.controls.set(Settings(hidden=hidden, epochs=2))
    shown = [lab.controls.sliders[f"hidden_{i}"].layout.display != "none" for i in (1, 2, 3)]
    assert shown == [i < len(hidden) for i in range(3)]
    run(train(lab))
    assert [W.shape[1] for W in weights(lab)[::2]] == [*hidden, 10]
    assert lab.session.state in ("finished", "diverged")


def test_the_falling_rate_falls_to_nearly_nothing(lab):
    run(train(lab, falling=True, epochs=4))
    assert 0 < lab.session.optimizer.learning_rate < 1e-6
    lab.controls.sliders["falling"].value = False
    run(train(lab))
    assert np.isclose(lab.session.optimizer.learning_rate, 0.1)


def test_distortion_trains_on_distorted_images(lab, monkeypatch):
    strengths = []
    original = distorted_minibatches

    def noted(*arguments, strength):
        strengths.append(strength)
        return original(*arguments, strength=strength)

    monkeypatch.setattr("support.lab.session.distorted_minibatches", noted)
    run(train(lab, epochs=2))
    assert strengths == []
    run(train(lab, distortion=1.5))
    assert strengths == [1.5, 1.5], "once an epoch"


def test_presets_move_the_sliders(lab):
    buttons = {button.description: button for button in lab.controls.preset_buttons}
    assert len(buttons) == 4
    for name, settings in lab.controls.presets.items():
        buttons[name].click()
        moved = lab.controls.settings()
        assert np.isclose(moved.learning_rate, settings.learning_rate)
        assert replace(moved, learning_rate=settings.learning_rate) == settings
    buttons["the best we know"].click()
    run(train(lab))
    assert lab.session.accuracy(lab.session.snapshots[-1]) > 0.97


def test_a_preset_leaves_the_run_under_way_alone(lab):
    lab.buttons.step.click()
    lab.controls.preset_buttons[1].click()
    assert lab.session.run.now.learning_rate == lab.session.optimizer.learning_rate == 0.1
    lab.controls.sliders["momentum"].value = 0.5
    assert (lab.session.run.now.learning_rate, lab.session.run.now.momentum) == (0.1, 0.5)
    lab.controls.preset_buttons[1].click()
    # the browser answers with what it has made of the number
    lab.controls.sliders["learning_rate"].set_state({"value": 5.011872336272725})
    assert lab.session.optimizer.learning_rate == 0.1, "an echo is no move"
    assert "5.01" not in lab.session.run.label()
    lab.controls.sliders["learning_rate"].set_state({"value": 0.05})
    assert lab.session.optimizer.learning_rate == 0.05


# --------------------------------------------------------------------- when things go wrong


def test_divergence_is_explained_and_everything_stays_usable(lab):
    lab.controls.preset_buttons[1].click()
    run(train(lab))
    assert lab.session.state == "diverged"
    assert "The training diverged." in lab.message.value and "learning rate" in lab.message.value
    assert "fell silent" in lab.message.value, "the loss is finite: it rests"
    assert "diverged" in lab.legend.value and lab.session.run.diverged
    assert enabled(lab) == ["train", "reset"]
    run(train(lab, learning_rate=0.1))
    assert lab.session.state == "finished" and lab.message.value == ""


def test_a_loss_that_overflows_is_explained_too(lab):
    lab.session.x = lab.session.x * np.float32(1e18)
    run(train(lab, learning_rate=10.0))
    assert lab.session.state == "diverged"
    assert "The training diverged." in lab.message.value
    assert "the loss became" in lab.message.value, "what fit said"
    assert "further still" in lab.message.value and "fell silent" not in lab.message.value
    lab.pad.show(lab.session.model)  # a network without finite numbers
    lab.inside.show(lab.session.model)
    lab.buttons.reset.click()
    assert lab.message.value == ""


def test_a_warning_comes_while_it_diverges(lab):
    async def scenario():
        lab.controls.preset_buttons[1].click()
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        await until(lambda: "leapt up" in lab.message.value)
        assert lab.session.state == "running", "the reader decides whether to go on"
        lab.buttons.stop.click()

    run(scenario())


def test_a_warning_does_not_outlive_the_training(lab):
    run(train(lab, batch_size=1, epochs=1, learning_rate=10**-0.5))
    session = lab.session
    assert session.run.highest > 4.6 and session.run.right < 0.5, "it was ruined"
    assert "does not come down" not in lab.message.value and lab.message.value != ""
    session.run.diverged, session.run.right = False, 0.9
    session.state = "finished"
    session.on_change("state")
    assert lab.message.value == ""


def test_a_loss_beyond_all_bounds_is_short():
    assert [short(loss) for loss in (0.12345, 2.3026, 71917481129233288447156813824.0)] == [
        "0.123",
        "2.303",
        "7.19e+28",
    ]


def test_what_goes_wrong_while_training_is_said(lab):
    lab.session.x = np.full_like(lab.session.x, np.nan)
    run(train(lab))
    assert lab.session.state == "failed"
    assert "ValueError: x must be finite" in lab.message.value
    assert enabled(lab) == ["train", "reset"]


def test_what_goes_wrong_in_a_callback_is_said(lab, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("a <b>bad</b> day")

    for action in ("train", "stop", "step", "reset", "clear"):
        monkeypatch.setattr(lab.session, action, fail)
    for button in (lab.buttons.train, lab.buttons.step, lab.buttons.reset):
        lab.message.value = ""
        button.click()
        assert "RuntimeError: a &lt;b&gt;bad&lt;/b&gt; day" in lab.message.value


# --------------------------------------------------------------------- the confusion matrix


def check_matrix(lab, moment):
    """Assert that the matrix shows what the network said at this moment."""
    labels, said = lab.session.val[1], lab.session.snapshots[moment]
    counts = np.array(lab.matrix.counts)
    expected = np.zeros((10, 10), int)
    np.add.at(expected, (labels, said.answers), 1)
    assert np.array_equal(counts, expected)
    assert np.array_equal(counts.sum(axis=1), np.bincount(labels, minlength=10))
    assert lab.matrix.text.startswith(f"{said.name}: {(said.answers == labels).mean():.2%}")


def test_scrubbing_shows_every_epoch_again(lab):
    run(train(lab, epochs=8))
    names = [said.name for said in lab.session.snapshots]
    assert names == ["before training", *(f"after epoch {i}" for i in range(1, 9))]
    assert lab.matrix.moment == -1 and lab.matrix.moments == 9
    for moment in (0, 5, 3, 8):
        lab.matrix.set_state({"moment": moment})
        check_matrix(lab, moment)
    different = {str(said.answers.tolist()) for said in lab.session.snapshots}
    assert len(different) > 4


def test_snapshots_are_what_the_network_said_then(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: len(lab.session.snapshots) > 3)
        lab.buttons.pause.click()
        while lab.session.record.val_loss is None:
            lab.buttons.step.click()
        said = lab.session.snapshots[-1]
        p = lab.session.model.predict_proba(lab.session.val[0])
        assert np.array_equal(said.answers, p.argmax(axis=1))
        assert np.allclose(said.p, p, atol=1e-3)
        assert said.answers.dtype == np.uint8 and said.p.dtype == np.float16
        assert lab.session.record.val_accuracy == lab.session.accuracy(said)

    run(scenario())


def test_the_matrix_follows_until_the_reader_looks_back(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.matrix.moments > 4)
        assert lab.matrix.shown is lab.session.snapshots[lab.matrix.moments - 1]
        lab.matrix.set_state({"moment": 2})
        before = lab.matrix.moments
        await until(lambda: lab.matrix.moments > before + 5)
        assert lab.matrix.moment == 2, "it must stay where the reader looks"
        check_matrix(lab, 2)
        lab.matrix.set_state({"moment": -1})
        await lab.session.driver.task
        check_matrix(lab, 30)  # it follows again

    run(scenario())
    lab.matrix.set_state({"moment": 7})
    run(train(lab, epochs=3))
    check_matrix(lab, 3)  # a training without such a moment


def test_every_cell_can_be_opened(lab):
    run(train(lab, epochs=3))
    labels, said = lab.session.val[1], lab.session.snapshots[-1]
    counts = np.array(lab.matrix.counts)
    for digit in range(10):
        for answer in range(10):
            lab.matrix.set_state({"chosen": [digit, answer]})
            found = lab.matrix.found
            assert (found["digit"], found["answer"]) == (digit, answer)
            assert found["count"] == counts[digit, answer]
            p = np.array(found["p"]).reshape(-1, 10)
            assert len(p) == min(24, counts[digit, answer])
            assert (np.diff(p[:, answer]) <= 0).all(), "the surest first"
            rows = most_sure(labels, said, digit, answer)[:24]
            pixels = np.frombuffer(found["pixels"], np.uint8).reshape(-1, 784)
            assert np.allclose(pixels / 255, lab.session.val[0][rows], atol=1 / 255)
            assert np.allclose(p, said.p[rows], atol=1e-3)


def test_a_chosen_cell_stays_open_in_other_epochs(lab):
    run(train(lab, epochs=3))
    lab.matrix.set_state({"chosen": [4, 4]})
    late = lab.matrix.found["count"]
    lab.matrix.set_state({"moment": 0})
    assert lab.matrix.found["count"] == np.array(lab.matrix.counts)[4, 4] != late


def test_precision_and_recall():
    labels, answers = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 1, 1, 1])
    confusion = confusion_matrix(labels, answers.astype(np.uint8))
    assert confusion[0, :3].tolist() == [2, 1, 1] and confusion.sum() == 7
    precision, recall = precision_and_recall(confusion)
    assert precision[:3].tolist() == [1, 0.5, 0] and recall[:3].tolist() == [0.5, 1, 0]
    assert np.isnan(precision[3]) and np.isnan(recall[3])


def test_the_rates_are_shown(lab):
    run(train(lab, epochs=3))
    precision, recall = precision_and_recall(np.array(lab.matrix.counts))
    assert np.allclose(np.nan_to_num(precision, nan=-1), lab.matrix.precision)
    assert np.allclose(recall, lab.matrix.recall)


def test_the_test_set_stays_closed():
    blind = replace(DIGITS, x_test=np.full_like(DIGITS.x_test, np.nan), labels_test=None)
    lab = InteractiveLab(blind)
    run(train(lab, epochs=3))
    assert lab.session.state == "finished"
    together = np.concatenate([lab.session.x, lab.session.val[0]])
    assert len(together) == len(DIGITS.x_train)
    assert np.array_equal(np.sort(together.sum(axis=1)), np.sort(DIGITS.x_train.sum(axis=1)))


# ------------------------------------------------------------------ the pad and the view inside


def test_draw_and_correct(lab):
    run(train(lab, epochs=5))
    drawing = np.zeros((112, 112), np.uint8)
    drawing[20:90, 50:60] = 255
    lab.pad.set_state({"ink": drawing.tobytes()})
    before = lab.pad.reading["probabilities"]
    network, snapshots = weights(lab), len(lab.session.snapshots)
    lab.pad.correct(8)
    assert lab.pad.reading["probabilities"][8] > before[8]
    assert not same(network, weights(lab)), "it is the network of the lab that learned"
    assert "Of all validation images, it read" in lab.pad.note and lab.message.value == ""
    assert len(lab.session.snapshots) == snapshots + 1
    assert lab.matrix.text.startswith("after a correction: ")
    check_matrix(lab, snapshots)


def test_the_cost_of_a_correction_is_that_of_the_correction_alone(lab):
    def accuracy():
        return f"{(lab.session.model.predict(lab.session.val[0]) == lab.session.val[1]).mean():.2%}"

    lab.pad.set_state({"ink": bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)})
    lab.pad.learning_rate = 0.1
    for _ in range(40):  # within the third epoch: the last snapshot is out of date
        lab.buttons.step.click()
    trained = accuracy()
    lab.pad.correct(1)
    once = accuracy()
    assert f"it read {trained} rightly before, {once} after." in lab.pad.note
    lab.pad.correct(1)
    assert (
        f"it read {once} rightly before, {accuracy()} after, and {trained} before your first"
        in (lab.pad.note)
    )
    lab.buttons.step.click()
    assert lab.pad.note == "" and lab.pad.reading["before"] == [], "the network has moved on"
    trained = accuracy()
    lab.pad.correct(1)
    assert f"it read {trained} rightly before" in lab.pad.note and "your first" not in lab.pad.note
    lab.buttons.stop.click()
    assert lab.pad.note == ""


def test_correcting_while_it_trains_does_not_disturb_the_training(lab):
    async def scenario():
        lab.pad.set_state({"ink": bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)})
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        lab.pad.correct(1)
        assert lab.session.state == "running"
        await lab.session.driver.task
        assert lab.session.state == "finished" and len(lab.session.snapshots) == 31

    run(scenario())


def test_the_views_show_the_network_of_the_moment(lab):
    lab.pad.set_state({"ink": bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)})
    untrained = (lab.pad.reading, lab.inside.weights)
    run(train(lab, epochs=5))
    assert lab.pad.model is lab.session.model
    assert lab.pad.reading != untrained[0] and lab.inside.weights != untrained[1]
    lab.buttons.reset.click()
    assert lab.pad.reading == untrained[0] and lab.inside.weights == untrained[1]


def test_the_views_follow_a_training(lab):
    async def scenario():
        lab.pad.set_state({"ink": bytes(112 * 50) + b"\xff" * 112 * 9 + bytes(112 * 53)})
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        reading, weights = lab.pad.reading, lab.inside.weights
        await until(lambda: lab.pad.reading != reading and lab.inside.weights != weights)
        assert lab.session.state == "running"
        lab.buttons.stop.click()

    lab.controls.sliders["epochs"].value = 100
    run(scenario())


# ----------------------------------------------------------------------------- the loss curves


def curves(lab):
    svg = ET.fromstring(
        lab.curve.value.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    )
    return svg.findall(f".//{SVG}polyline"), svg.findall(f".//{SVG}circle"), svg


def test_earlier_runs_stay_paler_with_their_own_dashes(lab):
    run(train(lab, epochs=4))
    run(train(lab, batch_size=16))
    run(train(lab, learning_rate=0.01))
    lines, dots, svg = curves(lab)
    assert len(lines) == 3 and len(dots) == 12, "a dot for each validation loss"
    assert len({line.get("stroke-dasharray") for line in lines}) == 3
    assert len({line.get("stroke") for line in lines}) == 3
    strengths = [float(group.get("opacity")) for group in svg.findall(f"{SVG}g")]
    assert strengths == [0.65, 0.65, 1.0]
    ends = [float(line.get("points").split()[-1].split(",")[0]) for line in lines]
    assert max(ends) - min(ends) < 3, "x counts epochs, whatever the batch size"
    numbers = [text.text for text in svg.findall(f"{SVG}text") if text.get("font-weight")]
    assert sorted(numbers) == ["1", "2", "3"]


def test_numbers_at_the_ends_keep_apart_and_within_the_axes(lab):
    for _ in range(MOST_RUNS):
        run(train(lab, epochs=1))  # all the same
    _, _, svg = curves(lab)
    places = [float(t.get("y")) for t in svg.findall(f"{SVG}text") if t.get("font-weight")]
    assert len(places) == MOST_RUNS and np.diff(sorted(places)).min() >= 13.9
    line = Curve(means=[1e-9] * 2)  # at the lower end
    for made in lab.session.runs:
        made.curve = line
    svg = ET.fromstring(loss_svg(lab.session.runs).replace("<svg ", f"<svg xmlns='{SVG[1:-1]}' "))
    places = [float(t.get("y")) for t in svg.findall(f"{SVG}text") if t.get("font-weight")]
    assert max(places) <= 273 and np.diff(sorted(places)).min() >= 13.9


def test_a_run_that_was_stopped_counts_as_far_as_it_came(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        await until(lambda: lab.session.record and lab.session.record.step > 40)
        lab.buttons.stop.click()
        await train(lab, epochs=5)

    run(scenario())
    lines, _, _ = curves(lab)
    ends = [float(line.get("points").split()[-1].split(",")[0]) for line in lines]
    assert 550 < max(ends) <= 590, "the frame is as wide as the longest"
    reached = lab.session.runs[0].curve
    epochs = len(reached.means) * reached.stretch / lab.session.runs[0].steps_per_epoch
    assert 2 < epochs < 100 and np.isclose(
        ends[0] - 54, epochs * (590 - 54) / max(5, np.ceil(epochs)), atol=1
    )


def test_runs_are_labelled_by_what_was_changed(lab):
    run(train(lab, epochs=2))
    run(train(lab, batch_size=16, layers=1))
    run(train(lab))
    labels = [made.label() for made in lab.session.runs]
    assert labels == [
        "layers 784-128-64-10, learning rate 0.1, batch size 64, epochs 2",
        "batch size 64 → 16, layers 784-128-64-10 → 784-128-10",
        "the same again",
    ]
    for label in labels:
        assert label.replace("-", "\N{NON-BREAKING HYPHEN}") in lab.legend.value


def test_line_and_dots_are_explained(lab):
    assert "Dots" not in lab.legend.value
    run(train(lab, epochs=1))
    assert "Dots: validation" in lab.legend.value and "distorted" not in lab.legend.value
    run(train(lab, distortion=1.0))
    assert "Only the training images are distorted" in lab.legend.value


def test_clear_forgets_the_earlier_runs(lab):
    run(train(lab, epochs=2))
    assert lab.clear_button.disabled
    run(train(lab, batch_size=16))
    assert not lab.clear_button.disabled
    lab.clear_button.click()
    assert len(curves(lab)[0]) == 1 and lab.clear_button.disabled
    assert lab.session.run.label().startswith("layers 784-128-64-10, "), "nothing to compare with"
    lab.buttons.reset.click()
    assert not lab.clear_button.disabled
    lab.clear_button.click()
    assert curves(lab)[0] == [] and lab.legend.value.count("<tr") == 0


def test_at_most_as_many_runs_as_there_are_dashes(lab):
    for seed in range(MOST_RUNS + 2):
        run(train(lab, epochs=1, seed=seed))
    lines, _, _ = curves(lab)
    assert len(lines) == MOST_RUNS == len(DASHES)
    assert len({line.get("stroke-dasharray") for line in lines}) == MOST_RUNS


def test_curve_keeps_the_mean_however_long_the_training():
    curve, losses = Curve(), np.random.default_rng(0).random(5000)
    for i, loss in enumerate(losses):
        curve.add(loss)
        assert len(curve.means) <= 2 * POINTS
        if i in (10, 299, 300, 4095):
            done = len(curve.means) * curve.stretch
            assert np.isclose(np.mean(curve.means), losses[:done].mean())
    steps = [step for step, _ in curve.points()]
    assert steps[-1] <= 5000 < steps[-1] + curve.stretch
    assert Curve().points() == []


def test_a_curve_that_leaves_the_drawing_is_cut_off(lab):
    lab.controls.preset_buttons[1].click()
    run(train(lab, epochs=3))
    lines, _, svg = curves(lab)
    heights = [float(point.split(",")[1]) for point in lines[0].get("points").split()]
    assert min(heights) >= 14 and max(heights) <= 268
    assert any("l12 12m0 -12l-12 12" in path.get("d") for path in svg.iter(f"{SVG}path")), "a cross"
    assert loss_svg([]).startswith("<svg"), "an empty drawing"


def test_drawing_takes_less_than_a_tenth_of_the_time(lab):
    lab.controls.preset_buttons[3].click()
    throttles = (lab.draw_curve, lab.draw_matrix, lab.draw_views)
    before = [(throttle.seconds, throttle.count) for throttle in throttles]
    run(train(lab, epochs=100))
    (curve, frames), (matrix, _), (views, _) = (
        (throttle.seconds - seconds, throttle.count - count)
        for throttle, (seconds, count) in zip(throttles, before, strict=True)
    )
    seconds = lab.session.seconds
    print(
        f"{seconds:.1f} s of training: {frames / seconds:.1f} curves a second, they took "
        f"{curve / seconds:.1%}, the matrix {matrix / seconds:.1%}, the rest {views / seconds:.1%}"
    )
    assert curve + matrix + views < 0.1 * seconds
    assert frames > 4 * seconds, "about 12 a second, on a machine that is free"


# --------------------------------------------------------------------------------- small parts


def test_driver_tells_how_the_records_ended():
    def failing():
        yield 1
        raise FloatingPointError("nan")

    async def scenario():
        taken, endings = [], []
        driver = Driver(taken.append, endings.append)
        driver.records = iter("ab")
        driver.start()
        await driver.task
        assert (taken, endings, driver.running) == (["a", "b"], [None], False)
        driver.records = failing()
        driver.start()
        await driver.task
        assert taken == ["a", "b", 1] and isinstance(endings[1], FloatingPointError)
        driver.on_record = lambda record: 1 / 0
        driver.records = iter("c")
        driver.start()
        await driver.task
        assert isinstance(endings[2], ZeroDivisionError)

    run(scenario())


def test_driver_lets_others_have_a_turn():
    async def scenario():
        driver = Driver(lambda record: time.sleep(0.001), lambda error: None)
        driver.records = iter(range(300))
        ticks = []

        async def tick():
            while True:
                ticks.append(time.perf_counter())
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        driver.start()
        await driver.task
        ticking.cancel()
        assert np.median(np.diff(ticks)[np.diff(ticks) > 0.005]) < 0.06, "a turn is 20 ms"

    run(scenario())


def test_throttle_keeps_to_its_share():
    drawn = []
    throttle = Throttle(lambda: (drawn.append(1), time.sleep(0.002)), interval=0.0, share=0.1)
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        throttle()
    assert throttle.count == len(drawn) > 3 and throttle.seconds <= 0.1 * 0.3 + 0.01
    often = Throttle(lambda: None, interval=0.05, share=0.1)
    end = time.perf_counter() + 0.2
    while time.perf_counter() < end:
        often()
    assert 2 <= often.count <= 5
    often(now=True)
    often(now=True)
    assert often.count >= 4


def test_settings_in_words():
    plain = Settings()
    assert str(plain) == "layers 784-128-64-10, learning rate 0.1, batch size 64, epochs 5"
    assert str(replace(plain, hidden=(), momentum=0.9, falling=True)) == (
        "layers 784-10, learning rate 0.1, batch size 64, epochs 5, momentum 0.9, rate falls to 0"
    )
    assert changes(plain, plain) == ""
    assert changes(plain, replace(plain, falling=True, seed=7)) == "rate falls to 0, seed 0 → 7"
    assert changes(plain, replace(plain, batch_size=1024)) == "batch size 64 → 1024"


def test_session_works_without_widgets():
    x, labels, x_val, labels_val = nn_core.train_validation_split(
        DIGITS.x_train, DIGITS.labels_train, 300
    )
    session = Session(x, labels, x_val, labels_val, Settings(epochs=1))
    assert session.time_left() is None
    session.step(Settings(epochs=1))
    assert session.record.step == 1


def test_a_browser_can_find_every_part_and_nbval_too(lab):
    assert "interactive-lab" in lab._dom_classes
    for button in ("train", "pause", "step", "stop", "reset"):
        assert f"lab-button-{button}" in getattr(lab.buttons, button)._dom_classes
    for name, slider in lab.controls.sliders.items():
        assert f"lab-{name.replace('_', '-')}" in slider._dom_classes
    for part in (lab, lab.matrix, lab.pad, lab.inside):
        assert "0x" not in repr(part), "an address differs from run to run"


# ---------------------------------------------------------------------------- other threads


def test_a_message_that_comes_in_another_thread_is_answered_in_the_labs_own():
    """JupyterLab may use a subshell; a click answered there would disturb a training step."""

    async def scenario():
        lab, answered = InteractiveLab(DIGITS), []
        for button in (lab.buttons.reset, lab.clear_button, *lab.controls.preset_buttons):
            button.on_click(lambda _: answered.append(threading.current_thread()))
            data = {"method": "custom", "content": {"event": "click"}}
            message = {"content": {"data": data}, "buffers": []}
            thread = threading.Thread(target=button.comm.handle_msg, args=[message])
            thread.start()
            thread.join()
        assert answered == []
        await asyncio.sleep(0.05)
        assert answered == 6 * [threading.current_thread()]

    run(scenario())
