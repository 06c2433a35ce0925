"""When things go wrong: divergence, interruptions, data that will not do."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from lab_helpers import DIGITS, enabled, run, train, until

from support.lab import InteractiveLab
from support.lab.run import Run
from support.lab.settings import Settings
from support.lab.split import hold_back
from support.lab.texts import in_time, short


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def test_divergence_is_explained_and_everything_stays_usable(lab):
    lab.controls.preset_buttons[1].click()
    run(train(lab))
    assert lab.session.state == "diverged"
    assert "The training diverged." in lab.message.value and "learning rate" in lab.message.value
    assert "fell silent" in lab.message.value, "the loss is finite: it rests"
    assert lab.run_list.rows[0]["ending"] == "diverged" and lab.session.run.diverged
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
        assert "leapt up" in lab.message.value, "it is still true"

    run(scenario())


def test_a_loss_that_is_only_noisy_has_not_leapt():
    noisy = Run(0, Settings(batch_size=1), highest=9.0)
    for step in range(1, 20):
        noisy.curve.add(2.5, (step, step / 100, step / 10))
    for right, leapt in ((None, True), (0.1, True), (0.4, False)):
        noisy.right = right
        assert noisy.has_leapt() == leapt, "a network that reads is no ruined one"


def test_single_images_that_are_misread_are_no_leap_and_a_warning_does_not_flicker():
    rng = np.random.default_rng(0)
    single, batches = (Run(0, Settings(batch_size=size)) for size in (1, 64))
    for step in range(1, 21):
        for run_, losses in ((single, rng.exponential(2.3)), (batches, [9.0, 2.5][step > 3])):
            run_.step, run_.place = step, (step, step / 100, step / 10)
            run_.note(float(losses))
            assert not single.has_leapt(), "as high as a single image's loss may be"
    assert max(loss for _, loss in single.curve.recent) > 4.7 > single.highest
    assert batches.is_lost() and batches.has_leapt() and batches.peak == 1
    for loss, said in ((1.9, True), (2.2, True), (1.2, False), (1.9, False), (2.3, True)):
        for _ in range(20):
            batches.step += 1
            batches.place = (batches.step, batches.step / 100, batches.step / 10)
            batches.note(loss)
        assert batches.is_lost() == said


def test_a_warning_does_not_outlive_the_training(lab):
    run(train(lab, batch_size=1, epochs=1, learning_rate=10**-0.5))
    session = lab.session
    assert session.run.highest > 4.6 and session.run.right < 0.5, "it was ruined"
    assert "not come down" not in lab.message.value and lab.message.value != ""
    session.run.diverged, session.run.right = False, 0.9
    session.state = "finished"
    session.on_change("state")
    assert lab.message.value == ""


def test_a_loss_beyond_all_bounds_is_short():
    assert [short(loss) for loss in (0.12345, 2.3026, 71917481129233288447156813824.0)] == [
        "0.123",
        "2.303",
        "7.2 \N{MULTIPLICATION SIGN} 10²⁸",
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


def test_times_are_said_in_seconds_minutes_and_hours():
    said = {0.04: "0.0 s", 9.94: "9.9 s", 9.96: "10 s", 59.94: "59 s", 60: "1:00 min"}
    said |= {3599: "59:59 min", 3600: "1:00 h", 14158: "3:56 h", 360_000: "100:00 h"}
    for number, text in said.items():
        assert in_time(number) == text


# ------------------------------------------------------------------------ what surrounds it


def test_a_click_on_train_without_an_event_loop_leaves_all_as_it_was(lab):
    lab.buttons.train.click()
    assert lab.session.state == "ready" and lab.session.runs == []
    assert "only where an event loop runs" in lab.message.value
    run(train(lab, epochs=1))
    lab.buttons.pause.click()  # go on, without a loop
    assert lab.session.state == "finished" and lab.session.run.step == 17
    assert lab.session.run.log == []


@pytest.mark.parametrize("how", ["cancelled", "KeyboardInterrupt"])
def test_an_interrupted_cell_leaves_a_training_that_waits(lab, how, monkeypatch):
    """As when a cell awaits the training, and the reader presses ■; or a step is hit itself."""

    async def scenario():
        lab.buttons.train.click()
        task = lab.session.driver.task
        await until(lambda: lab.session.record)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)

    if how == "cancelled":
        run(scenario())
    else:
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda _, what: None)

        def interrupt(record):
            if record.step == 5:
                raise KeyboardInterrupt
            return take(record)

        take = lab.session.take
        monkeypatch.setattr(lab.session.driver, "on_record", interrupt)
        loop.call_soon(lab.buttons.train.click)
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(asyncio.sleep(60))
        loop.run_until_complete(asyncio.sleep(0.01))
        monkeypatch.undo()
        loop.close()
    assert lab.session.state == "paused"
    assert "interrupted" in lab.message.value
    assert enabled(lab) == ["train", "pause", "step", "stop", "reset"]

    async def go_on():
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(go_on())
    assert lab.session.state == "finished" and lab.message.value == ""


@pytest.mark.parametrize("count", [1, 2, 3])
def test_too_few_images_get_a_sentence_about_the_data(count):
    few = replace(DIGITS, x_train=DIGITS.x_train[:count], labels_train=DIGITS.labels_train[:count])
    with pytest.raises(ValueError, match=f"has only {count}: take a data set with at least 4"):
        InteractiveLab(few)


def test_a_few_images_are_enough(lab):
    few = replace(DIGITS, x_train=DIGITS.x_train[:40], labels_train=DIGITS.labels_train[:40])
    small = InteractiveLab(few)
    run(train(small, epochs=2))
    assert small.session.state == "finished" and len(small.session.val[0]) == 10


def test_images_are_held_back_without_a_copy_and_fairly():
    x, labels, x_val, labels_val = hold_back(DIGITS)
    assert np.shares_memory(x, DIGITS.x_train) and np.shares_memory(x_val, DIGITS.x_train)
    assert len(x) + len(x_val) == len(DIGITS.x_train)
    order = np.argsort(DIGITS.labels_train, kind="stable")
    in_order = replace(
        DIGITS, x_train=DIGITS.x_train[order], labels_train=DIGITS.labels_train[order]
    )
    x, labels, x_val, labels_val = hold_back(in_order)
    assert set(labels_val) == set(labels) == set(range(10)), "not the 9s alone"
    for wrong in (0, len(DIGITS.x_train), 2.5):
        with pytest.raises(ValueError):
            hold_back(DIGITS, wrong)
