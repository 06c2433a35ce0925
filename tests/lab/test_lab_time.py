"""Time in the lab: slow motion, early moments, and going on after the end."""

import asyncio
from types import SimpleNamespace

import numpy as np
import pytest
from lab_helpers import DIGITS, run, same, train, until, weights

from support.lab import InteractiveLab
from support.lab.curve import Curve
from support.lab.pace import Clock, PacedDriver
from support.lab.run import Run
from support.lab.settings import Settings


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


# ------------------------------------------------------------------- going on after the end


def test_go_on_after_the_end_trains_more_epochs(lab):
    run(train(lab, epochs=2))
    before = lab.session.run
    lab.controls.sliders["epochs"].value = 3
    lab.controls.sliders["learning_rate"].value = 0.01

    async def more():
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(more())
    assert lab.session.run is before and len(lab.session.runs) == 1
    assert (before.step, before.epoch) == (85, 5) and len(before.ends) == 5
    assert "epoch 5 of 5 · step 85 of 85" in lab.status.value
    assert [str(change) for change in before.changes()] == ["learning rate 0.1 → 0.01 at step 34"]
    assert np.isclose(lab.session.optimizer.learning_rate, 0.01)
    assert lab.session.snapshots[-1].name == "after epoch 5"


@pytest.mark.parametrize("press", ["step", "pause"])
def test_who_steps_or_goes_on_sees_the_newest_again(lab, press):
    run(train(lab, epochs=2))

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 20)
        lab.buttons.pause.click()
        lab.matrix.moment = 1
        getattr(lab.buttons, press).click()
        assert lab.matrix.moment == -1
        lab.buttons.stop.click()

    run(scenario())
    assert lab.matrix.text.startswith(lab.session.snapshots[-1].name)


def test_go_on_after_stop_goes_to_the_end(lab):
    run(train(lab, epochs=4))
    unbroken = weights(lab)

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 20)
        lab.buttons.stop.click()
        stopped = lab.session.run.step
        assert lab.buttons.pause.description == "▶ Go on"
        lab.buttons.pause.click()
        await lab.session.driver.task
        assert lab.session.run.step == 68 > stopped and lab.session.state == "finished"

    run(scenario())
    assert same(unbroken, weights(lab)), "Stop has lost nothing"


# ------------------------------------------------------------------------------ slow motion


def test_early_moments_are_remembered(lab):
    run(train(lab, epochs=2, batch_size=1))
    names = [said.name for said in lab.session.snapshots]
    steps = ["1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1,024"]
    early = [f"at step {step}" for step in steps]
    assert names == ["before training", *early, "after epoch 1", "after epoch 2"]
    assert [look.step for look in lab.session.run.looks][:4] == [1, 2, 4, 8]


def test_early_moments_know_their_weights(lab):
    run(train(lab, epochs=1))
    lab.inside.part = "change"
    pictures = []
    for moment in range(len(lab.session.moments)):
        lab.matrix.set_state({"moment": moment})
        pictures.append(lab.inside.weights)
    assert set(pictures[0]) == {128}, "before training nothing has changed"
    assert len(set(pictures)) == len(pictures), "every moment looks different"


@pytest.mark.parametrize("speed", [1, 10])
def test_slow_motion_takes_steps_one_by_one(lab, speed, monkeypatch):
    waited = []
    asleep = asyncio.sleep

    async def nap(seconds):
        waited.append(seconds)
        clock[0] += seconds
        await asleep(0)

    clock = [0.0]
    monkeypatch.setattr("support.lab.pace.asyncio.sleep", nap)
    monkeypatch.setattr("support.lab.pace.time.perf_counter", lambda: clock[0])

    async def scenario():
        lab.buttons.speed.value = speed
        lab.buttons.train.click()
        while lab.session.run.step < 5:
            await asleep(0)
        assert lab.matrix.text.startswith("at step 5: "), "every step is shown"
        assert 4 / speed - 0.01 <= clock[0] < 5 / speed
        lab.buttons.stop.click()
        await lab.session.driver.task
        assert max(waited) <= 0.05, "Stop is heard within a twentieth of a second"

    run(scenario())


def test_full_speed_can_be_chosen_on_the_way(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 2
        lab.buttons.speed.value = 10
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step >= 2)
        lab.buttons.speed.value = 0
        await lab.session.driver.task
        assert lab.session.state == "finished"

    run(scenario())


def test_time_left_follows_from_the_speed_not_from_the_past(lab):
    lab.controls.sliders["batch_size"].value, lab.controls.sliders["epochs"].value = 1, 4
    lab.buttons.speed.value = 1
    lab.buttons.step.click()
    left = lab.session.run.steps - 1
    assert left == 4311 and "1:12 h left" in lab.status.value
    lab.buttons.speed.value = 3
    assert "23:57 min left" in lab.status.value
    lab.session.run.seconds = 1000.0  # however long the slow steps took
    lab.buttons.speed.value = 0
    assert " left" not in lab.status.value, "no step at full speed so far"
    lab.session.run.full = (100, 1.0)
    lab.buttons.speed.value = 10
    assert "7:11 min left" in lab.status.value
    lab.buttons.speed.value = 0
    assert "43 s left" in lab.status.value
    assert lab.session.time_left() == left / 100


def test_time_left_is_that_of_the_pace_really_reached(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("support.lab.pace.time.perf_counter", lambda: now[0])
    driver = SimpleNamespace(speed=10)
    clock, run = Clock(driver), Run(0, Settings(), steps=1000)
    assert clock.left(run) == 100, "before anything is known, the speed that was chosen"
    clock.start()
    for _ in range(50):
        now[0] += 0.5  # a busy machine
        clock.tick(run, steps=1)
    assert 490 < clock.left(run) < 510
    driver.speed = 1
    assert clock.left(run) == 1000, "another speed is another pace"


@pytest.mark.parametrize("took", [0.3, 2.0])
def test_a_step_that_takes_too_long_leaves_a_turn_to_a_click(took, monkeypatch):
    now, waited = [0.0], []

    async def nap(seconds):
        waited.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("support.lab.pace.asyncio.sleep", nap)
    monkeypatch.setattr("support.lab.pace.time.perf_counter", lambda: now[0])
    driver = PacedDriver(None, None)
    driver.running, driver.speed, now[0] = True, 10, took
    asyncio.run(driver.rest(0.0))
    assert 0.045 < sum(waited) < 0.055


def test_only_steps_at_full_speed_tell_how_long_an_epoch_takes(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 2
        lab.buttons.speed.value = 10
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step >= 3)
        slow = lab.session.run.step
        assert lab.session.run.full == (0, 0.0)
        lab.buttons.speed.value = 0
        await lab.session.driver.task
        return slow

    slow = run(scenario())
    made = lab.session.run
    assert made.full[0] == made.step - slow > 0, "the others"
    made.full = (31, 0.62)
    lab.draw_curve(now=True)
    assert "0.3 s an epoch" in lab.status.value


def test_the_loss_of_a_network_that_rests_does_not_depend_on_the_speed(lab):
    for _ in range(7):
        lab.buttons.step.click()
    said = set()
    for speed in (0, 10, 3, 1, 0):
        lab.buttons.speed.value = speed
        said.add(lab.status.value.split(" · ")[3])
    losses = [loss for _, loss in lab.session.run.curve.first]
    assert said == {f"mean loss {np.mean(losses[-3:]):.3f}"}


def test_the_mean_loss_knows_each_step_however_long_the_curve():
    curve, said = Curve(), set()
    for step in range(1, 1001):
        curve.add(1 / step, (step, step / 100, step / 10))
        said.add(curve.newest())
        if not curve.waiting:
            assert np.isclose(curve.newest(), curve.points()[-1][1]), "where the line ends"
    assert curve.stretch > 1 and len(said) == 1000
