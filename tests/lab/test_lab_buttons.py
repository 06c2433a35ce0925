"""The five buttons: what each does in each state, and how often one may press it."""

import asyncio

import numpy as np
import pytest
from lab_helpers import (
    BUTTONS,
    DIGITS,
    STROKE,
    enabled,
    in_percent,
    run,
    same,
    train,
    until,
    weights,
)

from support.lab import InteractiveLab
from support.lab.confusion import snapshot
from support.lab.moments import as_it_was


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


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
    assert enabled(lab) == ["train", "pause", "step", "reset"]
    assert lab.session.state == "finished" and lab.bar.value == 1
    assert "epoch 30 of 30 · step 510 of 510" in lab.status.value
    accuracy = lab.session.accuracy(lab.session.snapshots[-1])
    assert accuracy > 0.92
    assert lab.matrix.text == f"after epoch 30: {in_percent(accuracy)} right"
    assert lab.run_list.rows[0]["ending"] == f"{in_percent(accuracy)} right"
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
        clock, left = lab.session.run.seconds, lab.session.time_left()
        await asyncio.sleep(0.3)
        assert lab.session.record.step == step, "it went on while it should wait"
        now = (lab.session.run.seconds, lab.session.time_left())
        assert now == (clock, left), "a pause counts"
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
    names = [said.name for said in lab.session.snapshots]
    assert names == ["before training", "at step 1", "at step 2"]
    assert lab.matrix.text.split(": ")[1] == lab.run_list.rows[0]["ending"], "both say the same"


def test_what_the_first_step_has_changed_is_shown(lab):
    lab.inside.part = "change"
    assert set(lab.inside.weights) == {128}, "an untrained network"
    lab.buttons.step.click()
    assert set(lab.inside.weights) != {128}


def test_a_step_after_stop_is_the_next_step_of_that_run(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record and lab.session.record.step > 20)
        lab.buttons.stop.click()
        stopped, step = weights(lab), lab.session.run.step
        lab.buttons.step.click()
        assert not same(stopped, weights(lab)) and len(lab.session.runs) == 1
        assert lab.session.run.step == step + 1 and lab.session.state == "paused"
        lab.buttons.pause.click()
        await lab.session.driver.task
        through, right, finished = lab.session.run, lab.session.run.right, weights(lab)
        assert lab.session.state == "finished"
        through_step = through.step
        for step in (1, 2):
            lab.buttons.step.click()
            assert lab.session.run.step == through_step + step and lab.session.state == "paused"
            assert "paused</b> · epoch 31 of 60" in lab.status.value
            assert "Run 2 goes on from run 1: paused" in lab.page.said
        assert lab.session.run.epoch > through.epoch == 30
        begin = lab.session.run.curve.points()[0][0]
        assert begin[0] == through_step + 1 and 30 < begin[1] < 31, "its line begins there"
        lab.chart.pointed = 200.0
        assert [row["run"] for row in lab.chart.said["rows"]] == [1], "there it has none"
        assert not same(finished, weights(lab)) and len(lab.session.runs) == 2
        layers = "layers 784-128-64-10"
        with_what = f"goes on from run 1, {layers}, learning rate 0.1, batch size 64"
        assert lab.run_list.rows[0]["label"].startswith(with_what)
        assert lab.session.start is through.start, "what it has learned is counted from there"
        names = [said.name for said in lab.session.snapshots]
        assert names[0] == "before training", "its copy looks back to the beginning, too"
        assert names[-2:] == [through.when, f"at step {through_step + 2}"]
        then, _ = as_it_was(None, lab.session.start, lab.session.moments[-2])
        for param, was in zip(then.params().values(), finished, strict=True):
            assert np.allclose(param, was, atol=1e-3)
        assert same(finished, through.weights.values()) and through.right == right, (
            "it keeps its network"
        )

    run(scenario())


def test_a_pale_button_says_why(lab):
    said = []
    lab.page.observe(lambda change: said.append(lab.page.said), "times")

    def press_pale(**expected):
        assert set(BUTTONS) - set(enabled(lab)) == set(expected)
        for name, why in expected.items():
            said.clear()
            getattr(lab.buttons, name).click()
            assert said == [why] and getattr(lab.buttons, name).tooltip == why
        for name in enabled(lab):
            assert getattr(lab.buttons, name).tooltip not in expected.values()

    async def scenario():
        press_pale(pause="Nothing is training.", stop="Nothing is training.")
        lab.buttons.train.click()
        running = "A training is running: press "
        press_pale(train=f"{running}Stop first.", step=f"{running}Pause first.")
        lab.buttons.stop.click()
        press_pale(stop="Nothing is training.")
        lab.controls.preset_buttons[1].click()
        await train(lab)
        diverged = "The run diverged: press Train or Reset."
        press_pale(pause="Nothing is training.", step=diverged, stop="Nothing is training.")

    run(scenario())


def test_after_reset_it_is_said_that_the_network_is_kept(lab):
    lab.buttons.reset.click()
    assert lab.message.value == "", "there is none"
    run(train(lab, epochs=1))
    lab.buttons.reset.click()
    assert "The network of run 1 is kept" in lab.message.value
    assert "<b>Bring back</b>" in lab.message.value
    lab.clear_button.click()
    assert lab.message.value == "", "nor any more"


def test_stop_ends_the_run_and_keeps_the_network(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record and lab.session.record.step > 20)
        lab.buttons.stop.click()
        assert lab.session.state == "stopped"
        assert enabled(lab) == ["train", "pause", "step", "reset"]
        stopped = weights(lab)
        await asyncio.sleep(0.1)
        assert same(stopped, weights(lab)), "it went on"
        assert lab.session.driver.task.done()
        expected = snapshot("", lab.session.model, lab.session.val[0]).answers
        assert np.array_equal(lab.matrix.shown.answers, expected), "the matrix is of this network"
        assert lab.matrix.text.split(": ")[1] == lab.run_list.rows[0]["ending"], "the same"
        await train(lab)
        assert lab.session.state == "finished" and len(lab.session.runs) == 2

    run(scenario())


def test_stop_after_a_correction_does_not_look_twice(lab):
    lab.buttons.step.click()
    lab.pad.set_state({"ink": STROKE})
    lab.pad.correct(3)
    lab.buttons.stop.click()
    names = [said.name for said in lab.session.snapshots]
    assert names == ["before training", "at step 1", "after correction 1"]


def test_stop_right_after_a_correction_while_it_trained_looks_again(lab):
    async def scenario():
        lab.pad.set_state({"ink": STROKE})
        lab.buttons.train.click()
        await until(lambda: lab.session.record and not lab.session.looked)
        lab.pad.learning_rate = 0.1
        lab.pad.correct(3)
        lab.buttons.stop.click()

    run(scenario())
    said = snapshot("", lab.session.model, lab.session.val[0]).answers
    assert np.array_equal(lab.matrix.shown.answers, said)


def test_marks_of_a_correction_go_when_training_goes_on(lab):
    lab.pad.set_state({"ink": STROKE})

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        lab.pad.correct(3)
        assert lab.pad.before != []
        ends = len(lab.session.run.ends)
        await until(lambda: len(lab.session.run.ends) > ends)
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
        task = lab.session.driver.task
        await task
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


def test_many_clicks_on_train_are_one_run(lab):
    async def scenario():
        for _ in range(20):
            lab.buttons.train.click()
        await until(lambda: lab.session.record)
        lab.buttons.train.click()
        await lab.session.driver.task

    run(scenario())
    assert len(lab.session.runs) == 1 and lab.session.run.step == 510


@pytest.mark.parametrize("state", ["ready", "running", "paused", "stopped", "finished", "diverged"])
@pytest.mark.parametrize("name", BUTTONS)
def test_every_button_may_be_pressed_twice_in_every_state(lab, state, name):
    """A button that is off does nothing at all; one that is on leads to a state that is known."""

    async def scenario():
        lab.controls.sliders["epochs"].value = 1
        if state == "diverged":
            lab.controls.sliders["learning_rate"].value, lab.controls.sliders["epochs"].value = 5, 5
        if state != "ready":
            lab.buttons.train.click()
        if state in ("paused", "stopped"):
            await until(lambda: lab.session.record)
            (lab.buttons.pause if state == "paused" else lab.buttons.stop).click()
        elif state in ("finished", "diverged"):
            await lab.session.driver.task
        assert lab.session.state == state
        is_on, step, runs = lab.buttons.is_on(name), lab.session.record, len(lab.session.runs)
        getattr(lab.buttons, name).click()
        if not is_on:
            assert (lab.session.state, lab.session.record, len(lab.session.runs)) == (
                state,
                step,
                runs,
            ), "it is off"
        getattr(lab.buttons, name).click()
        assert "Error" not in lab.message.value
        if lab.session.state == "running":
            lab.buttons.stop.click()
        assert enabled(lab)

    run(scenario())
