"""The sliders and presets: what acts at once, and what waits for the next training."""

from dataclasses import replace

import hypothesis
import ipywidgets as widgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_helpers import DIGITS, labels_of_runs, run, same, train, until, weights

import nn_core
from data.distortion import distorted_minibatches
from support.lab import InteractiveLab
from support.lab.settings import Settings, from_line, to_line


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def test_the_live_sliders_act_at_the_next_step(lab):
    lab.buttons.step.click()
    for name, value in [("learning_rate", 0.5), ("momentum", 0.9), ("weight_decay", 0.01)]:
        before = weights(lab)
        lab.controls.sliders[name].value = value
        assert same(before, weights(lab))
        assert np.isclose(getattr(lab.session.optimizer, name), value)
    lab.buttons.step.click()
    assert labels_of_runs(lab)[0].endswith(
        "; paused at step 2; at step 1: learning rate 0.1 → 0.5, momentum 0 → 0.9, 1 other"
    )


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
    assert made == Settings(0.1, 0.0, 0.0, True, 8, (16,), 2, 1.5, 0.0, 3)
    assert [W.shape for W in weights(lab)[::2]] == [(784, 16), (16, 10)]
    assert lab.session.record.steps == 2 * 135, "1,078 images in batches of 8"


def test_the_seed_decides_the_starting_weights_and_the_shuffling(lab, monkeypatch):
    seeds = []

    def noted(*arguments, seed, **settings):
        seeds.append(seed)
        return nn_core.fit(*arguments, seed=seed, **settings)

    monkeypatch.setattr("support.lab.source.fit", noted)
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

    monkeypatch.setattr("support.lab.source.distorted_minibatches", noted)
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


def test_a_preset_pressed_during_a_training_is_for_the_next_one_and_says_so(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        under_way = lab.session.run
        lab.controls.preset_buttons[1].click()
        # the browser answers with the nearest place of its slider
        lab.controls.sliders["learning_rate"].set_state({"value": 5.003})
        assert lab.controls.settings().learning_rate == 5.003
        marked = [name for name, s in lab.controls.sliders.items() if "lab-waits" in s._dom_classes]
        assert marked == ["learning_rate", "epochs"], "at the sliders one sees that they wait"
        assert lab.message.value.count("The one under way goes on with its own settings.") == 1
        before = under_way.step
        await until(lambda: under_way.step > before + 20)
        assert under_way.now.learning_rate == lab.session.optimizer.learning_rate == 0.1
        assert not under_way.log, "nothing has changed on its way"
        lab.buttons.stop.click()
        assert "For the next training: learning rate 0.1 to 5" in lab.message.value
        lab.buttons.train.click()
        await until(lambda: lab.session.run is not under_way and lab.session.record)
        assert lab.session.run.settings.learning_rate == 5.003
        assert "For the next training" not in lab.message.value
        lab.buttons.stop.click()

    run(scenario())


def test_a_preset_pressed_in_a_pause_is_for_the_next_training(lab):
    def waits():
        return "lab-waits" in lab.controls.sliders["learning_rate"]._dom_classes

    lab.controls.sliders["epochs"].value = 1
    lab.buttons.step.click()
    paused = lab.session.run
    lab.controls.preset_buttons[1].click()
    # the browser answers with the nearest place of its slider
    lab.controls.sliders["learning_rate"].set_state({"value": 5.003})
    assert "press <b>Train</b>" in lab.message.value and waits()
    lab.buttons.step.click()
    assert paused.step == 2 and paused.now.learning_rate == 0.1, "it goes on as it began"
    assert lab.session.optimizer.learning_rate == 0.1 and waits() and not paused.log

    async def go_on():
        lab.buttons.pause.click()
        assert waits() and "For the next training: learning rate 0.1 to 5" in lab.message.value
        await lab.session.driver.task

    run(go_on())
    assert lab.session.state == "finished" and waits(), "nothing has used it"
    assert "For the next training: learning rate 0.1 to 5" in lab.message.value
    run(train(lab, epochs=1))
    assert np.isclose(lab.session.run.settings.learning_rate, 5, atol=0.01) and not waits()
    assert "next training" not in lab.message.value
    assert lab.session.run is not paused, "Train trains what the sliders say"


def test_an_echo_of_the_browser_is_no_move(lab):
    lab.controls.sliders["learning_rate"].value = 0.3
    lab.buttons.step.click()
    # the browser answers with what it has made of the number
    lab.controls.sliders["learning_rate"].set_state({"value": 0.3000000000000001})
    assert lab.session.run.log == []
    lab.controls.sliders["learning_rate"].set_state({"value": 0.05})
    assert lab.session.optimizer.learning_rate == 0.05


def test_a_rate_moved_up_and_back_leaves_a_trace(lab):
    lab.buttons.step.click()
    for rates in ((0.2, 0.5, 1.0, 2.0), (0.5, 0.1)):
        for rate in rates:
            lab.controls.sliders["learning_rate"].value = rate
        lab.buttons.step.click()
    log = [str(change) for change in lab.session.run.changes()]
    assert log == ["learning rate 0.1 → 2 at step 1", "learning rate 2 → 0.1 at step 2"]
    assert "on the way learning rate 0.1 → 2 at step 1" in labels_of_runs(lab)[0]
    assert log[0] in lab.run_list.rows[0]["label"] and log[1] in lab.run_list.rows[0]["label"]


def test_of_many_changes_the_row_says_the_latest_and_the_open_row_all(lab):
    for step in range(6):
        lab.buttons.step.click()
        for _ in range(20):
            lab.session.step(None)
        lab.controls.sliders["momentum"].value = 0.1 if step % 2 else 0.9
    lab.buttons.step.click()
    row = lab.run_list.rows[0]
    assert len(row["changes"]) == 6 and "4 other changes" in row["label"]


@pytest.mark.parametrize(("name", "typed", "setting"), [
    ("batch_size", 50, ("batch_size", 50)),
    ("hidden_1", 100, ("hidden", (100, 64))),
    ("learning_rate", 0.07, ("learning_rate", 0.07)),
    ("seed", 33, ("seed", 33)),
])  # fmt: skip
def test_what_is_typed_beside_a_slider_is_obeyed(lab, name, typed, setting):
    lab.controls.sliders[name].set_state({"value": typed})
    run(train(lab, epochs=1))
    assert getattr(lab.session.run.settings, setting[0]) == setting[1]


def test_no_slider_takes_what_is_typed_and_ignores_it(lab):
    for slider in lab.controls.sliders.values():
        assert not isinstance(slider, widgets.SelectionSlider)


def test_sliders_that_wait_are_marked(lab):
    def marked():
        return [n for n, s in lab.controls.sliders.items() if "lab-waits" in s._dom_classes]

    lab.buttons.step.click()
    lab.controls.sliders["learning_rate"].value = 1
    assert marked() == [], "it acts at once"
    lab.controls.sliders["batch_size"].value = 8
    lab.controls.sliders["hidden_2"].value = 8
    assert marked() == ["batch_size", "hidden_2"], "what was moved, and nothing else"
    lab.controls.sliders["layers"].value = 3
    assert marked() == ["batch_size", "layers", "hidden_2"]
    lab.buttons.stop.click()
    run(train(lab, epochs=1))
    assert marked() == []


def test_rare_settings_are_folded_away_but_what_they_say_is_seen(lab):
    assert lab.controls.rare.layout.display == "none"
    assert lab.controls.more.description == "More settings"
    lab.controls.preset_buttons[3].click()
    assert lab.controls.more.description == (
        "More settings\n(rate falls to 0, momentum 0.9, distortion 1)"
    ) or all(
        word in lab.controls.more.description for word in ("momentum 0.9", "distortion 1", "falls")
    )
    tooltip = lab.controls.more.tooltip  # in Presentation only the first line is seen
    assert lab.controls.more.description == f"More settings\n({tooltip})"
    lab.controls.more.value = True
    assert lab.controls.rare.layout.display is None


# ------------------------------------------------------------------------- settings as a line


def test_the_line_says_what_the_sliders_say_and_moves_them(lab):
    assert lab.controls.line.value == to_line(lab.controls.settings())
    lab.controls.line.value = "learning_rate=0.5 batch_size=32 hidden=64 falling=1 seed=7"
    made = lab.controls.settings()
    assert made == Settings(0.5, 0.0, 0.0, True, 32, (64,), 5, 0.0, 0.0, 7)
    assert lab.controls.line.value == to_line(made)
    lab.controls.line.value = "batch_size=many"
    said = "batch_size=many: it must be a whole number from 1 to 1024"
    assert said in lab.controls.line_note.value, "beside the line"
    assert lab.controls.settings() == made
    assert lab.controls.line.value == "batch_size=many", "it can be mended"
    lab.controls.sliders["epochs"].value = 7
    assert lab.controls.line_note.value == "" and "epochs=7" in lab.controls.line.value
    lab.controls.line.value = "seed=many"
    lab.controls.line.value = ""
    assert lab.controls.line_note.value == "" and "epochs=7 " in lab.controls.line.value
    lab.controls.line.value = "seed=8"
    assert lab.controls.line_note.value == "" and lab.controls.settings().seed == 8


def test_what_is_said_of_a_line_and_of_a_preset_stays_while_a_training_goes_on(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        for line, said in [("seed=many", "seed=many"), ("seed=3", "goes on with its own settings")]:
            lab.controls.line.value = line
            before = lab.session.run.step
            await until(lambda before=before: lab.session.run.step > before + 50)
            lab.draw_curve(now=True)
            assert said in lab.controls.line_note.value and lab.message.value == ""
        lab.controls.preset_buttons[2].click()
        lab.draw_curve(now=True)
        assert "goes on with its own settings" in lab.message.value
        lab.buttons.stop.click()

    run(scenario())


@pytest.mark.parametrize("rate", [0.5, 0.3, 0.07, 3.0])
def test_a_rate_comes_back_as_it_was_written(lab, rate):
    slider = lab.controls.sliders["learning_rate"]
    lab.controls.line.value = f"learning_rate={rate}"
    shown = round(np.log10(rate) / slider.step) * slider.step  # what the browser can show
    slider.set_state({"value": 10**shown})
    assert f"learning_rate={rate:g} " in lab.controls.line.value
    assert lab.controls.settings().learning_rate == rate


@given(
    st.builds(
        Settings,
        learning_rate=st.floats(0.001, 10).map(lambda v: float(f"{v:.6g}")),
        momentum=st.floats(0, 0.99).map(lambda v: float(f"{v:.6g}")),
        weight_decay=st.sampled_from([0.0, 1e-5, 0.1]),
        falling=st.booleans(),
        batch_size=st.integers(1, 1024),
        hidden=st.lists(st.integers(1, 256), max_size=3).map(tuple),
        epochs=st.integers(1, 100),
        dropout=st.floats(0, 0.9).map(lambda v: float(f"{v:.6g}")),
        seed=st.integers(0, 99),
    )
)
@hypothesis.settings(derandomize=True, database=None, deadline=None)
def test_a_line_is_read_as_it_was_written(made):
    assert from_line(to_line(made)) == made


def test_a_decimal_comma_is_read_too():
    assert from_line("learning_rate=0,02 momentum=0,9") == Settings(0.02, momentum=0.9)


@pytest.mark.parametrize("line", [
    "rate=0.1", "batch_size", "batch_size=0", "batch_size=2000", "hidden=1-2-3-4", "hidden=0",
    "hidden=512", "falling=yes", "learning_rate=nan", "learning_rate=inf", "epochs=2.5", "<b>=1",
])  # fmt: skip
def test_a_line_that_says_something_else_gets_a_sentence(lab, line):
    before = lab.controls.settings()
    lab.controls.line.value = line
    said = lab.controls.line_note.value
    assert said != "" and "<b>=1" not in said
    assert lab.controls.settings() == before


def test_what_waits_is_told_whoever_has_moved_the_sliders(lab):
    run(train(lab, epochs=1))
    lab.controls.more.value = True
    lab.controls.sliders["dropout"].value = 0.2
    lab.controls.more.value = False
    told = "For the next training: dropout 0 to 0.2."
    assert told in lab.message.value and "lab-waits" in lab.controls.more._dom_classes

    async def go_on():
        lab.buttons.pause.click()  # it has what waited
        assert lab.message.value == "" and "lab-waits" not in lab.controls.more._dom_classes
        lab.controls.sliders["learning_rate"].value = 0.05
        assert lab.message.value == "", "this acts at once"
        lab.controls.sliders["seed"].value = 3
        assert "For the next training: seed 0 to 3." in lab.message.value
        await lab.session.driver.task

    run(go_on())
    assert "For the next training: seed 0 to 3." in lab.message.value
    lab.controls.sliders["hidden_1"].value = 8
    lab.run_list.on_action("back", lab.session.run)
    run(train(lab))
    assert lab.message.value == ""
    lab.controls.sliders["hidden_1"].value = 16
    lab.run_list.on_action("back", lab.session.runs[0])
    assert "The sliders show the settings of run 1." in lab.message.value, "and nothing waits"


def test_what_a_preset_has_set_is_told_until_it_is_not_true(lab):
    run(train(lab, epochs=1))
    tiny, usual = lab.controls.preset_buttons[2], lab.controls.preset_buttons[0]
    tiny.click()
    told = "For the next training: layers 784-128-64-10 to 784-4-10"
    assert told in lab.message.value
    lab.controls.sliders["hidden_1"].value = 8
    assert "layers 784-128-64-10 to 784-8-10" in lab.message.value, "a slider was moved"
    tiny.click()
    assert told in lab.message.value
    lab.controls.sliders["epochs"].value = 1
    usual.click()
    lab.controls.sliders["epochs"].value = 1
    assert lab.message.value == "", "these are the settings of the run that is here"
