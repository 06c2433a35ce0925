"""A run is a thing: its row says all about it, its settings and its network come back."""

import numpy as np
import pytest
from lab_helpers import DIGITS, STROKE, labels_of_runs, run, same, train, until, weights

from support.lab import InteractiveLab
from support.lab.confusion import confusion_matrix
from support.lab.session import MOST_RUNS


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def test_runs_are_labelled_by_what_sets_them_apart_in_full(lab):
    run(train(lab, epochs=2))
    assert labels_of_runs(lab) == [
        "layers 784-128-64-10, learning rate 0.1, batch size 64, epochs 2, seed 0"
    ]
    run(train(lab, batch_size=16, layers=1))
    run(train(lab))
    assert lab.run_list.common == "learning rate 0.1, epochs 2, seed 0"
    assert labels_of_runs(lab) == [
        "layers 784-128-64-10, batch size 64",
        "layers 784-128-10, batch size 16",
        "layers 784-128-10, batch size 16",
    ]


def test_however_many_runs_there_were_each_row_has_its_settings(lab):
    run(train(lab, epochs=1, batch_size=8, momentum=0.5))
    for seed in range(MOST_RUNS + 2):
        run(train(lab, seed=seed, falling=seed == 5))
    said = [f"{lab.run_list.common}, {label}" for label in labels_of_runs(lab)]
    assert len(said) == MOST_RUNS
    for seed, text in zip(range(2, MOST_RUNS + 2), said, strict=True):
        assert f"seed {seed}" in text and "batch size 8" in text and "momentum 0.5" in text
        assert ("rate falls to 0" in text) == (seed == 5)
    for row, made in zip(lab.run_list.rows[::-1], lab.session.runs, strict=True):
        assert row["full"] == str(made.settings)


def test_only_the_run_whose_network_is_here_is_strong(lab):
    run(train(lab, epochs=1))
    assert [row["now"] for row in lab.run_list.rows] == [True]
    lab.buttons.reset.click()
    assert [row["now"] for row in lab.run_list.rows] == [False]
    assert 'opacity="1"' not in lab.chart.svg


# ------------------------------------------------------------------------- a run is a thing


def act(lab, action, number):
    lab.run_list._handle_custom_msg({"action": action, "run": number}, [])


def test_settings_of_a_run_are_used_again(lab):
    run(train(lab, epochs=1, batch_size=8, layers=1, momentum=0.5))
    made = lab.controls.settings()
    run(train(lab, batch_size=64, layers=3, momentum=0.0))
    act(lab, "use", 1)
    assert lab.controls.settings() == made


def test_a_network_is_brought_back(lab):
    run(train(lab, epochs=3))
    first, text = weights(lab), lab.matrix.text
    lab.pad.set_state({"ink": STROKE})
    reading = lab.pad.reading
    run(train(lab, seed=1, hidden_1=8))
    act(lab, "back", 1)
    assert same(first, weights(lab)) and lab.matrix.text == text
    assert lab.pad.model is lab.session.model and lab.pad.reading == reading
    assert [row["now"] for row in lab.run_list.rows] == [False, True]
    assert lab.session.state == "finished" and "epoch 3 of 3" in lab.status.value

    async def more():
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(more())
    assert lab.session.run.number == 0 and lab.session.run.epoch == 6
    act(lab, "back", 2)
    act(lab, "back", 1)
    assert lab.session.run.epoch == 6, "with what it has learned since"


@pytest.mark.parametrize("action", ["use", "back", "compare", "nonsense"])
def test_no_action_on_a_run_disturbs_a_training(lab, action):
    run(train(lab, epochs=1))

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        settings = lab.controls.settings()
        act(lab, action, 1)
        act(lab, action, 17)
        assert lab.session.run.number == 1 and lab.controls.settings() == settings
        await lab.session.driver.task
        assert lab.session.state == "finished"

    run(scenario())


# -------------------------------------------------------------------------- two beside each other


def test_two_runs_are_compared(lab):
    run(train(lab, epochs=3))
    early = lab.session.snapshots[-1]
    run(train(lab, seed=1))
    run(train(lab, seed=2))
    late, text = lab.session.snapshots[-1], lab.matrix.text
    act(lab, "compare", 1)
    labels = lab.session.val[1]
    expected = confusion_matrix(labels, late.answers) - confusion_matrix(labels, early.answers)
    assert np.array_equal(lab.matrix.counts, expected) and lab.matrix.against == "run 1"
    more = lab.session.accuracy(late) - lab.session.accuracy(early)
    assert lab.matrix.text == f"{text}, {100 * more:+.2f} points against run 1"
    assert lab.chart.svg.count("<polyline") == 2, "their curves alone"
    assert [row["compared"] for row in lab.run_list.rows] == [False, False, True]
    act(lab, "compare", 2)
    assert lab.matrix.against == "run 2"
    act(lab, "compare", 2)
    assert lab.matrix.against == "" and lab.matrix.text == text
    assert lab.chart.svg.count("<polyline") == 3
    assert np.array_equal(lab.matrix.counts, confusion_matrix(labels, late.answers))


@pytest.mark.parametrize("then", ["train", "reset", "clear", "back", "undo"])
def test_comparing_ends_when_another_network_comes(lab, then):
    run(train(lab, epochs=1))
    run(train(lab, seed=1))
    act(lab, "compare", 1)
    if then == "train":
        run(train(lab))
    elif then == "back":
        act(lab, "back", 1)
    elif then == "undo":
        lab.pad.set_state({"ink": STROKE})
        lab.pad.correct(3)
        assert lab.matrix.against == "run 1", "it is still the same run"
        lab.undo_button.click()
        act(lab, "compare", 1)
    else:
        (lab.buttons.reset if then == "reset" else lab.clear_button).click()
    assert lab.matrix.against == "" and np.array(lab.matrix.counts).sum() == len(lab.session.val[1])
