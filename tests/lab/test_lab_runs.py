"""A run is a thing: its row says all about it, its settings and its network come back."""

import asyncio
import re

import numpy as np
import pytest
from lab_helpers import DIGITS, STROKE, labels_of_runs, run, same, train, until, weights

from support.lab import InteractiveLab
from support.lab.confusion import confusion_matrix
from support.lab.run import Run
from support.lab.settings import Settings
from support.lab.shelf import MOST_PINNED, MOST_RUNS, make_room


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
    assert lab.run_list.common == "All: learning rate 0.1, epochs 2, seed 0"
    assert labels_of_runs(lab) == [
        "layers 784-128-64-10, batch size 64",
        "layers 784-128-10, batch size 16",
        "layers 784-128-10, batch size 16; same line as run\u00a02",
    ]
    assert lab.run_list.rows[0]["full"] == str(lab.session.run.settings)


def test_a_few_steps_of_a_copy_have_a_line_while_they_are_the_newest_and_their_own_time(lab):
    run(train(lab, epochs=2))
    lab.buttons.step.click()
    row = lab.run_list.rows[0]
    assert row["colour"] and "too short" not in row["label"]
    assert re.fullmatch(r"\d+\.\d s for 1 step", row["time"]), "not that of its run"
    lab.buttons.stop.click()
    run(train(lab, seed=1))
    row = lab.run_list.rows[1]
    assert row["colour"] == "" and row["label"].endswith("; too short for a line")


def test_what_all_runs_have_in_common_is_said_of_none_that_came_from_a_file(lab):
    run(train(lab, epochs=2))
    lab.session.adopt(lab.session.model, lab.controls.settings(), "loaded from a.npz", "a.npz")
    assert lab.run_list.common == "" and "batch size 64" in labels_of_runs(lab)[0], "all of it"
    run(train(lab, seed=1))
    assert lab.run_list.common.startswith("Runs 1, 3: layers 784-128-64-10, learning rate 0.1")
    assert labels_of_runs(lab)[2] == "seed 1" and "a.npz" in labels_of_runs(lab)[1]
    lab.buttons.step.click()
    assert lab.run_list.common.startswith("Runs 1, 3: layers")


def test_the_details_of_a_single_run_do_not_repeat_its_row(lab):
    lab.buttons.step.click()
    lab.controls.sliders["learning_rate"].value = 0.5
    lab.buttons.step.click()
    row = lab.run_list.rows[0]
    assert row["label"].endswith("on the way learning rate 0.1 → 0.5 at step 1")
    assert (row["full"], row["changes"]) == ("", []) and "for 2 steps" in row["time"]
    for rate in (0.1, 0.5, 0.1):
        lab.controls.sliders["learning_rate"].value = rate
        lab.buttons.step.click()
    assert "on the way 2 other changes; " in lab.run_list.rows[0]["label"]
    assert len(lab.run_list.rows[0]["changes"]) == 4, "all, where the row says some"


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({}, "{}: rate falls to 0, batch size 64 → 128, 2 others"),
        ({"weight_decay": 0.001, "dropout": 0.2}, "on the way 4 changes"),
    ],
)
def test_changes_of_one_step_are_said_together_and_all_of_them_in_the_open_row(lab, others, said):
    async def scenario():
        await train(lab, epochs=1, **others)
        for name, value in new.items():
            lab.controls.sliders[name].value = value
        lab.buttons.pause.click()
        await lab.session.driver.task

    new = {"falling": True, "momentum": 0.9, "batch_size": 128, "distortion": 1.0}
    run(scenario())
    row, step = lab.run_list.rows[0], f"at step {lab.session.run.log[0].step}"
    assert row["label"].endswith(f"; {said.format(step)}")
    assert f"batch size 64 → 128 {step}" in row["changes"] and len(row["changes"]) == 4


def test_however_many_runs_there_were_each_row_has_its_settings(lab):
    run(train(lab, epochs=1, batch_size=8, momentum=0.5))
    for seed in range(MOST_RUNS + 2):
        run(train(lab, seed=seed, falling=seed == 5))
    said = [f"{lab.run_list.common}, {label}" for label in labels_of_runs(lab)]
    assert len(said) == MOST_RUNS == len({made.slot for made in lab.session.runs})
    for text, made in zip(said, lab.session.runs, strict=True):
        assert f"seed {made.settings.seed}" in text and "batch size 8" in text
        assert "momentum 0.5" in text
        assert ("rate falls to 0" in text) == made.settings.falling
    for row, made in zip(lab.run_list.rows[::-1], lab.session.runs, strict=True):
        assert row["full"] == str(made.settings)


def test_a_short_run_makes_room_before_a_finished_one_and_it_is_said(lab):
    run(train(lab, epochs=2))
    for steps in (5, 1, 3, 2):
        lab.buttons.reset.click()
        for _ in range(steps):
            lab.buttons.step.click()
    run(train(lab))
    assert len(lab.session.runs) == MOST_RUNS and lab.run_list.gone == ""
    run(train(lab))
    said = lab.run_list.gone
    assert said == "Run 3 (stopped at step 1) made room for run 7: six are kept."
    assert [made.number + 1 for made in lab.session.runs] == [1, 2, 4, 5, 6, 7]
    assert lab.session.run.slot == 2 and len({row["colour"] for row in lab.run_list.rows}) == 6
    lab._load(lab.session.model, "mine.npz")
    assert "Run 5 (stopped at step 2) made room for run 8" in lab.run_list.gone
    lab.clear_button.click()
    assert lab.run_list.gone == ""


def test_the_run_that_reset_has_just_promised_to_keep_is_kept(lab):
    run(train(lab, epochs=2))
    for seed in (0, 1, 2, 3):  # the second has the line of the first
        run(train(lab, seed=seed))
    for number, steps in ((6, 3), (7, 1)):
        lab.controls.sliders["learning_rate"].value = 0.01 * number
        lab.buttons.reset.click()
        for _ in range(steps):
            lab.buttons.step.click()
        lab.buttons.reset.click()
        assert f"The network of run {number} is kept" in lab.message.value
    run(train(lab, seed=9))
    assert [made.number + 1 for made in lab.session.runs] == [1, 3, 4, 5, 7, 8], lab.run_list.gone
    act(lab, "back", 7)
    assert lab.session.run.number + 1 == 7


FIELDS = "epoch", "steps", "right"


def kept(*runs, present=None, left=None, twins=(), **marks):
    """Return the numbers of the runs that are kept, made of (epochs, planned, right).

    The `twins` among them have the same settings, all others have not.
    """
    made = [
        Run(i, Settings(seed=0 if i in twins else i + 1), i, **dict(zip(FIELDS, each, strict=True)))
        for i, each in enumerate(runs)
    ]
    for each in made:
        each.step, each.steps = 10 * each.epoch, 10 * each.steps
    for name, number in marks.items():
        setattr(made[number], name, True)
    left, gone = make_room(made, *(None if i is None else made[i] for i in (present, left)))
    assert len(left) == MOST_RUNS - 1 and gone not in left
    return [each.number for each in left]


def test_what_was_compared_the_best_and_the_latest_are_kept():
    full = (5, 5, 0.97)
    assert kept(*[full] * 6) == [0, 2, 3, 4, 5], "one of the best stays, then the oldest goes"
    assert kept(full, (5, 5, 0.98), *[full] * 4) == [1, 2, 3, 4, 5]
    assert kept((1, 5, 0.9), *[full] * 5) == [1, 2, 3, 4, 5], "the unfinished"
    assert kept((1, 5, 0.9), *[full] * 5, valued=0) == [0, 1, 3, 4, 5], "it was compared"
    assert kept((5, 5, 0.99), *[full] * 5, diverged=4) == [0, 1, 2, 3, 5]
    assert kept((5, 5, 0.99), full, (3, 3, 0.9), *[full] * 3, present=2) == [0, 2, 3, 4, 5]
    assert kept((5, 5, 0.99), *[full] * 4, (1, 5, 0.9), present=5) == [0, 2, 3, 4, 5]
    assert kept((5, 5, 0.99), *[full] * 4, (1, 5, 0.9), left=5) == [0, 2, 3, 4, 5], "promised"
    assert kept(*[full] * 5, (1, 5, 0.9), left=5, diverged=5) == [0, 1, 2, 3, 4], "not promised"


def test_first_goes_a_second_line_then_a_dot_then_what_diverged():
    best, full, long, dot = (50, 50, 0.99), (50, 50, 0.97), (40, 50, 0.9), (0.1, 50, 0.2)
    others = best, long, dot, (45, 50, 0.1)  # number 3 will diverge
    assert kept(*others, full, full, twins=(4, 5), diverged=3) == [0, 1, 2, 3, 5]
    assert kept(*others, full, full, twins=(4, 5), diverged=3, valued=4) == [0, 1, 2, 3, 4]
    twins = {"twins": (4, 5), "valued": 4, "pinned": 5}
    assert kept(*others, full, full, **twins) == [0, 1, 2, 3, 5], "the other has that network"
    assert kept(*others, long, full, **twins) == [0, 1, 3, 4, 5], "the other's is older"
    assert kept(*others, full, full, **twins, corrections=4) == [0, 1, 3, 4, 5], "it is another's"
    assert kept(*others, full, full, diverged=3) == [0, 1, 3, 4, 5], "the dot"
    assert kept(*others, full, full, diverged=3, pinned=2) == [0, 1, 2, 4, 5], "the diverged"
    assert kept(*others, full, full, valued=2) == [0, 2, 3, 4, 5], "the shortest"


@pytest.mark.parametrize("action", ["compare", "back"])
def test_who_is_compared_or_brought_back_stays(lab, action):
    for _ in range(2):
        lab.buttons.reset.click()
        lab.buttons.step.click()
        lab.buttons.stop.click()
    act(lab, action, 1)
    for _ in range(MOST_RUNS - 1):
        run(train(lab, epochs=1))
    assert [made.number + 1 for made in lab.session.runs] == [1, 3, 4, 5, 6, 7]


def test_who_is_pinned_stays_whatever_comes_and_is_not_cleared(lab):
    for _ in range(2):
        lab.buttons.reset.click()
        lab.buttons.step.click()
        lab.buttons.stop.click()
    act(lab, "pin", 1)
    assert "; pinned" in labels_of_runs(lab)[0]
    assert lab.page.said == "Run 1 is pinned."
    for _ in range(MOST_RUNS):
        act(lab, "compare", 2)  # what is valued would stay, too, but for those that are pinned
        run(train(lab, epochs=1))
    assert lab.session.runs[0].number == 0
    lab.clear_button.click()
    assert [made.number for made in lab.session.runs] == [0, MOST_RUNS + 1]
    act(lab, "pin", 1)
    assert lab.page.said == "Run 1 is not pinned." and "pinned" not in labels_of_runs(lab)[0]
    lab.clear_button.click()
    assert [made.number for made in lab.session.runs] == [MOST_RUNS + 1]


def test_of_the_runs_two_are_never_pinned(lab):
    for _ in range(MOST_RUNS):
        run(train(lab, epochs=1))
    for number in range(1, MOST_PINNED + 2):
        act(lab, "pin", number)
    assert sum(row["pinned"] for row in lab.run_list.rows) == MOST_PINNED
    assert "unpin one of them first" in lab.message.value
    act(lab, "pin", 1)
    act(lab, "pin", MOST_RUNS)
    assert [row["pinned"] for row in lab.run_list.rows] == [True, False, True, True, True, False]


def test_only_the_run_whose_network_is_here_is_strong(lab):
    run(train(lab, epochs=1))
    assert [row["now"] for row in lab.run_list.rows] == [True]
    lab.buttons.reset.click()
    assert [row["now"] for row in lab.run_list.rows] == [False]
    assert 'opacity="1"' not in lab.chart.svg


def test_a_run_that_was_stopped_says_where(lab):
    lab.controls.sliders["epochs"].value = 2  # of 17 steps
    lab.buttons.step.click()
    assert labels_of_runs(lab)[0].endswith("epochs 2, seed 0; paused at step 1")
    assert "for 1 step" in lab.run_list.rows[0]["time"]
    lab.buttons.step.click()
    run(train(lab))
    twin = "; same line as run\u00a01"
    assert labels_of_runs(lab) == [
        "the same settings; stopped at step 2",
        f"the same settings{twin}",
    ]
    times = [row["time"].split(" for ")[1] for row in lab.run_list.rows]
    assert times == ["2 epochs", "2 steps"]

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step >= 20)
        assert "stopped" not in labels_of_runs(lab)[2]
        lab.buttons.stop.click()
        step = lab.session.run.step
        assert f"<b>stopped</b> · epoch 2 of 2 · step {step} of 34" in lab.status.value
        assert lab.bar.value == step / 34, "and the bar agrees"
        assert lab.bar.tooltip in lab.status.value and "epoch" in lab.bar.tooltip
        assert labels_of_runs(lab)[2] == f"the same settings; stopped at step {step}{twin}"
        act(lab, "back", 2)
        assert "<b>finished</b>" in lab.status.value
        act(lab, "back", 3)
        assert f"<b>stopped</b> · epoch 2 of 2 · step {step} of 34" in lab.status.value
        lab.buttons.pause.click()  # on from here, with two epochs more
        await lab.session.driver.task
        assert "stopped" not in labels_of_runs(lab)[2]
        assert f"step {step + 34} of {step + 34}" in lab.status.value

    run(scenario())


def test_while_it_runs_row_and_matrix_are_of_one_moment_and_the_status_is_not_behind(lab):
    lab.controls.sliders["batch_size"].value = 8

    async def scenario():
        seen = set()
        lab.run_list.observe(lambda _: seen.add((lab.run_list.rows[0]["label"].split("; ")[-1],
            lab.run_list.rows[0]["ending"], lab.matrix.text)), "rows")  # fmt: skip
        lab.buttons.train.click()
        await until(lambda: lab.session.run.epoch > 1.5)
        for moment, ending, matrix in seen:
            when, right = matrix.split(": ")
            if when == "before training":
                assert ending == ""
            else:
                assert (moment, ending) == (when, right), "each says of which moment it is"
            if when.startswith("at step"):
                assert int(when.split()[-1]) <= lab.session.run.step
        assert len(seen) > 3
        lab.buttons.stop.click()

    run(scenario())


def test_what_a_correction_in_the_middle_of_a_training_reads_is_not_said_of_a_later_moment(lab):
    async def scenario():
        lab.controls.sliders["batch_size"].value, lab.controls.sliders["epochs"].value = 1, 100
        lab.pad.set_state({"ink": STROKE})
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 20)
        for _ in range(20):
            lab.pad.correct(3)
        step = lab.session.run.step
        await until(lambda: lab.session.run.step > step)
        lab.draw_matrix(now=True)
        row = lab.run_list.rows[0]
        *_, moment, way = row["label"].split("; ")
        assert f"{moment}: {row['ending']}" == lab.matrix.text
        assert way == f"on the way corrected 20 times at step {step}"
        lab.buttons.stop.click()

    run(scenario())


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


@pytest.mark.parametrize("action", ["use", "back", "compare", "pin", "nonsense"])
def test_no_action_on_a_run_disturbs_a_training(lab, action):
    run(train(lab, epochs=1))

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        settings = lab.controls.settings()
        lab.controls.sliders["seed"].value = 3
        act(lab, action, 1)
        act(lab, action, 17)
        assert lab.session.run.number == 1 and lab.session.run.now == settings
        assert lab.controls.settings().seed == (0 if action == "use" else 3), "for the next one"
        assert [row["waits"] for row in lab.run_list.rows] == [[], ["back"]]
        if action == "back":
            assert "press <b>Stop</b> first" in lab.message.value, "it says why"
        await lab.session.driver.task
        assert lab.session.state == "finished"

    run(scenario())


def test_a_run_that_waits_is_kept_when_another_is_brought_back(lab):
    run(train(lab, epochs=1))
    lab.buttons.reset.click()
    lab.buttons.step.click()
    assert not any(row["waits"] for row in lab.run_list.rows)
    weights_then = weights(lab)
    act(lab, "back", 1)
    assert lab.session.run.number == 0 and lab.session.state == "finished"
    assert "The network of run 2 is kept: its row, opened, has Bring back." in lab.page.said
    act(lab, "back", 2)
    assert same(weights(lab), weights_then)


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
    points = f"{100 * more:+.2f}".replace("-", "\u2212")  # the minus of the cells
    assert lab.matrix.text == f"{text}, {points} points against run 1"
    assert lab.chart.svg.count('"lab-run"') == 2, "their curves alone"
    assert [row["compared"] for row in lab.run_list.rows] == [False, False, True]
    act(lab, "compare", 2)
    assert lab.matrix.against == "run 2"
    lab.matrix._on_message(None, {"end": True}, [])
    assert lab.page.said == f"Comparing ended. {text}"
    act(lab, "compare", 2)
    act(lab, "compare", 2)
    assert lab.matrix.against == "" and lab.matrix.text == text
    assert lab.chart.svg.count('"lab-run"') == 3
    assert np.array_equal(lab.matrix.counts, confusion_matrix(labels, late.answers))


def test_a_comparison_follows_a_run_that_waits_and_goes_on(lab):
    run(train(lab, epochs=1))
    labels, earlier = lab.session.val[1], lab.session.snapshots[-1]
    lab.controls.sliders["seed"].value = 1

    def check():
        assert lab.matrix.against == "run 1" and lab.chart.svg.count('"lab-run"') == 2
        newest = lab.session.snapshots[-1].answers
        counts = confusion_matrix(labels, newest) - confusion_matrix(labels, earlier.answers)
        assert np.array_equal(lab.matrix.counts, counts)
        assert lab.matrix.text.startswith(f"{lab.session.snapshots[-1].name}: ")

    async def scenario():
        lab.buttons.train.click()
        act(lab, "compare", 1)  # while it trains, too
        assert lab.matrix.against == "run 1"
        await until(lambda: lab.session.record)
        lab.buttons.pause.click()
        check()
        act(lab, "compare", 1)
        assert lab.matrix.against == ""
        act(lab, "compare", 1)
        check()
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(scenario())
    check()
    assert lab.session.state == "finished" and "Comparing" not in lab.page.said


@pytest.mark.parametrize(
    "then, why",
    [
        ("train", "run 3 trains"),
        ("reset", "the network is untrained"),
        ("clear", "run 1 is cleared"),
        ("back", "run 1 is the present one"),
        ("undo", "run 3 is the present one"),
    ],
)
def test_comparing_ends_when_another_network_comes(lab, then, why):
    run(train(lab, epochs=1))
    run(train(lab, seed=1))
    act(lab, "compare", 1)
    said = []
    lab.page.observe(lambda change: said.append(change.new), "said")
    if then == "train":
        run(train(lab))
    elif then == "back":
        act(lab, "back", 1)
    elif then == "undo":
        lab.pad.set_state({"ink": STROKE})
        lab.pad.correct(3)
        assert lab.matrix.against == "run 1", "it is still the same run"
        lab.undo_button.click()
        assert lab.matrix.against == "run 1", "and it is still"
        lab.buttons.step.click()  # a copy goes on
    else:
        (lab.buttons.reset if then == "reset" else lab.clear_button).click()
    if then != "train":  # this has ended since
        assert f"Comparing ended: {why}." in lab.message.value
    assert f"Comparing ended: {why}." in " ".join(said)
    lab.buttons.reset.click()
    assert "Comparing" not in lab.message.value or then == "reset", "it is said once"
    lab.buttons.step.click()
    assert "Comparing" not in lab.message.value
    act(lab, "back", 1)
    assert lab.matrix.against == "" and np.array(lab.matrix.counts).sum() == len(lab.session.val[1])


def test_the_name_of_a_network_says_where_it_is_from():
    made = Run(6, Settings(), origin="loaded from net.npz")
    assert made.name() == "run 7 (loaded from net.npz)"
    made.step = 1200
    assert made.name() == "run 7 (loaded from net.npz) at step 1,200"
    for count, said in (1, "1 correction"), (2, "2 corrections"):
        assert Run(0, Settings(), step=3, corrections=count).name() == f"run 1 at step 3, {said}"


def test_the_sliders_follow_a_run_that_is_brought_back(lab):
    """It would go on with them: a good network must not be thrown far by its next step."""
    run(train(lab, epochs=1, batch_size=32, layers=1))
    run(train(lab, learning_rate=5.0, layers=2))
    first = lab.session.runs[0]
    lab._act_on_run("back", first)
    assert lab.session.run is first and lab.controls.settings() == first.settings
    assert not any("lab-waits" in slider._dom_classes for slider in lab.controls.sliders.values())
    assert lab.page.said.endswith(" read rightly; the sliders show its settings.")
    assert "The sliders show the settings of run 1." in lab.message.value
    lab.controls.sliders["momentum"].value = 0.9
    assert "For the next training: momentum 0 to 0.9." in lab.message.value
    lab.controls.sliders["momentum"].value = first.settings.momentum
    lab.buttons.reset.click()
    lab._act_on_run("back", first)
    assert "sliders" not in lab.page.said + lab.message.value, "they show them already"


def test_a_run_that_goes_on_waits_for_no_other_number_of_epochs(lab):
    async def scenario():
        await train(lab, epochs=2)
        lab.controls.sliders["epochs"].value = 1
        assert "lab-moved" not in lab.controls._dom_classes, "Space goes on"
        lab.buttons.pause.click()
        await lab.session.driver.task
        assert lab.session.run.epoch == 3 and lab.session.run.log == [], "that is no other setting"
        assert "lab-waits" not in lab.controls.sliders["epochs"]._dom_classes
        assert labels_of_runs(lab)[0].endswith(", epochs 2, seed 0; gone on to 3 epochs")

    run(scenario())
    lab.session.adopt(lab.session.model, lab.controls.settings(), "loaded from a.npz", "a.npz")
    assert "lab-waits" not in lab.controls.sliders["epochs"]._dom_classes
    lab._act_on_run("back", lab.session.runs[0])
    before = lab.controls.settings()
    lab._act_on_run("back", lab.session.runs[1])
    assert lab.controls.settings() == before, "of a file nobody knows how it was made"


def test_a_long_epoch_is_looked_at_on_the_way(lab, monkeypatch):
    monkeypatch.setattr("support.lab.pace.UNSEEN", 0)

    async def scenario():
        task = asyncio.ensure_future(train(lab, epochs=1, batch_size=1))
        await until(lambda: lab.session.moments[-1].fleeting)
        lab.buttons.stop.click()
        await task

    run(scenario())
    monkeypatch.setattr("support.lab.pace.UNSEEN", 1e9)
    run(train(lab, batch_size=64, epochs=2))
    assert lab.session.snapshots[-1].name == "after epoch 2"
    assert not any(kept.fleeting for kept in lab.session.moments)


def test_a_run_that_goes_on_with_its_corrections_says_so(lab):
    run(train(lab, epochs=1))
    lab.pad.load(lab.session.val[0][0])
    for _ in range(2):
        lab.pad.correct(3)
    assert "after 2 corrections" in labels_of_runs(lab)[0]
    first = lab.session.run
    run(train(lab, epochs=1))
    act(lab, "back", 1)
    assert lab.session.run is first and "after 2 corrections" in labels_of_runs(lab)[0]
    lab.pad.correct(3)
    assert "after 3 corrections" in labels_of_runs(lab)[0]
    lab.undo_all_button.click()
    assert "after 2 corrections" in labels_of_runs(lab)[0], "what was before is not taken back"

    async def more():
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(more())
    label = labels_of_runs(lab)[0]
    assert "on the way corrected twice at step 17" in label and "same line" not in label
    assert "after 2 corrections" not in label and "◇ a correction." in lab.chart.key
