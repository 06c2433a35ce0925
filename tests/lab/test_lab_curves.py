"""The curves: lines, dots, and what explains them."""

from itertools import pairwise

import numpy as np
import pytest
from lab_helpers import DIGITS, SVG, curves, labels_of_runs, points, run, train, until

from support.lab import InteractiveLab
from support.lab.curve import POINTS, Curve, stretch_for
from support.lab.drawing import DASHES, colour
from support.lab.shelf import MOST_RUNS


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


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
    ends = [float(points(line)[-1].split(",")[0]) for line in lines]
    assert max(ends) - min(ends) < 3, "x counts epochs, whatever the batch size"
    numbers = [text.text for text in svg.findall(f"{SVG}text") if text.get("font-weight")]
    assert sorted(numbers) == ["1", "2", "3"]


def test_numbers_at_the_ends_keep_apart_and_within_the_axes(lab):
    for i in range(MOST_RUNS):
        run(train(lab, epochs=1, learning_rate=0.01 + 0.001 * i))  # nearly the same
    _, _, svg = curves(lab)
    places = [float(t.get("y")) for t in svg.findall(f"{SVG}text") if t.get("font-weight")]
    assert len(places) == MOST_RUNS and np.diff(sorted(places)).min() >= 13.9
    line = Curve([1e-9] * 2, [(1, 0.1, 0.1), (2, 0.2, 0.2)])  # at the lower end
    for made in lab.session.runs:
        made.curve = line
    lab.draw_curve(now=True)
    _, _, svg = curves(lab)
    places = [float(t.get("y")) for t in svg.findall(f"{SVG}text") if t.get("font-weight")]
    assert max(places) <= 267 and np.diff(sorted(places)).min() >= 13.9


def test_equal_lines_have_one_number_of_the_present_run_if_it_is_among_them(lab):
    def numbers():
        svg = curves(lab)[2]
        return sorted(t.text for t in svg.findall(f"{SVG}text") if t.get("font-weight"))

    for seed in (0, 0, 1):
        run(train(lab, epochs=1, seed=seed))
    assert numbers() == ["1", "3"]
    run(train(lab, epochs=1, seed=0))
    assert numbers() == ["3", "4"]


def test_a_run_that_was_stopped_counts_as_far_as_it_came(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 40)
        lab.buttons.stop.click()
        await train(lab, epochs=5)

    run(scenario())
    lines, _, _ = curves(lab)
    ends = [float(points(line)[-1].split(",")[0]) for line in lines]
    assert max(ends) == 430, "the frame is as wide as the longest"
    first, second = lab.session.runs
    reached = first.curve.places[-1][1]
    assert 2 < reached < 100
    assert np.isclose(ends[0] - 62, reached * (430 - 62) / max(second.epoch, reached), atol=1)


def test_slow_motion_shows_the_steps_so_far_a_dot_for_each(lab):
    def dots():
        return next((p.get("d") for p in curves(lab)[2].iter() if p.get("class") == "lab-each"), "")

    def last_number():
        texts = curves(lab)[2].findall(f"{SVG}text")
        return [text.text for text in texts if text.get("y") == "282"][-1]

    run(train(lab, epochs=4))
    whole = lab.chart.svg
    lab.buttons.speed.value = 1
    lab.buttons.reset.click()
    for step in range(1, 22):
        lab.buttons.step.click()
        first, second = curves(lab)[0]
        assert len(points(second)) == step
        assert last_number() == ("20" if step <= 20 else "50"), "it grows"
    assert "steps so far, each one marked" in lab.chart.svg and dots().count("M") == 50
    begins = [points(line)[:21] for line in (first, second)]
    assert begins[0] == begins[1], "one seed: at full speed and in slow motion the same"
    lab.chart.set_state({"pointed": 62 + (430 - 62) * 3 / 50})
    losses = [loss for _, loss in lab.session.run.curve.first]
    assert f"training {losses[2]:.3f}" in lab.chart.said["rows"][1]["text"], "of this very step"
    lab.chart.quantity = "accuracy"
    assert len(points(curves(lab)[0][1])) == 21 and not dots()
    lab.chart.quantity = "loss"
    lab.buttons.speed.value = 3
    assert lab.chart.unit == "so far"
    lab.chart.unit = "second"
    lab.buttons.speed.value = 10
    assert lab.chart.unit == "second", "the reader has chosen that"
    lab.chart.unit = "so far"
    lab.buttons.speed.value = 0
    assert lab.chart.unit == "so far", "it waits after its first steps"
    lab.buttons.reset.click()
    lab.clear_button.click()
    assert lab.chart.svg != whole and dots() == ""


def test_the_first_steps_by_hand_are_drawn_one_by_one_at_full_speed_too(lab):
    async def on_and_pause(steps):
        lab.buttons.pause.click()
        assert lab.chart.unit == "epoch", "it trains on at full speed"
        await until(lambda: lab.session.run.step >= steps)
        lab.buttons.pause.click()

    lab.controls.sliders["epochs"].value = 20  # of 17 steps
    for _ in range(9):
        lab.buttons.step.click()
        assert lab.chart.unit == "so far"
    assert "steps so far, each one marked" in lab.chart.svg
    lab.buttons.stop.click()
    assert lab.chart.unit == "so far", "a run that has ended keeps its drawing"
    run(on_and_pause(101))
    assert lab.chart.unit == "epoch", "these are no first steps"
    lab.buttons.reset.click()
    lab.buttons.step.click()
    assert lab.chart.unit == "so far"
    lab.chart.unit = "epoch"
    for _ in range(2):
        lab.buttons.step.click()
        assert lab.chart.unit == "epoch", "the reader has chosen that"
        lab.buttons.reset.click()


def test_another_speed_leaves_the_drawing_of_a_run_that_has_ended_alone(lab):
    run(train(lab, epochs=2))
    for speed in (1, 10, 0, 3):
        drawn = lab.chart.svg, lab.chart.unit, lab.chart.key
        lab.buttons.speed.value = speed
        assert (lab.chart.svg, lab.chart.unit, lab.chart.key) == drawn
    lab.buttons.step.click()
    assert lab.chart.unit == "so far", "these steps are to be seen"
    lab.buttons.stop.click()
    drawn = lab.chart.svg
    lab.buttons.speed.value = 0
    assert lab.chart.svg == drawn
    run(train(lab, epochs=1))
    assert lab.chart.unit == "epoch"


def test_a_single_step_of_a_copy_leaves_the_axis_alone_and_no_mark(lab):
    def numbers():
        texts = curves(lab)[2].findall(f"{SVG}text")
        return [text.text for text in texts if text.get("y") == "282"]

    run(train(lab, epochs=5))
    before = numbers()
    assert before == ["0", "1", "2", "3", "4", "5"]
    for _ in range(2):
        lab.buttons.step.click()
        assert numbers() == before and len(curves(lab)[0]) == 2
        assert lab.run_list.rows[0]["colour"]
    run(train(lab))
    assert len(curves(lab)[0]) == 2 and numbers() == before, "the copy is no riddle"
    assert [bool(row["colour"]) for row in lab.run_list.rows] == [True, False, True]
    lab.run_list.on_action("compare", lab.session.runs[1])
    assert len(curves(lab)[0]) == 2 and lab.run_list.rows[1]["colour"], "it is asked for"
    lab.run_list.on_action("back", lab.session.runs[1])
    assert len(curves(lab)[0]) == 3 and numbers() == before

    async def go_on():
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(go_on())
    assert numbers()[-1] == "10"
    lab.buttons.reset.click()
    assert len(curves(lab)[0]) == 3


def test_steps_so_far_of_a_long_run_have_no_dots(lab):
    run(train(lab, epochs=20))  # 340 steps
    run(train(lab, epochs=7))  # 119
    lab.chart.unit = "so far"
    longer, shorter = [points(line) for line in curves(lab)[0]]
    assert "steps so far</text>" in lab.chart.svg and "lab-each" not in lab.chart.svg
    assert longer[-1].startswith("430.0,") and len(longer) == 200 and longer[:119] == shorter
    lab.session.run.step = 300  # as if it had gone on: now both are drawn as means
    lab.draw_curve(now=True)
    assert points(curves(lab)[0][0])[0].startswith("62.7,")


def test_the_word_guessing_and_the_numbers_of_runs_keep_apart(lab):
    run(train(lab, epochs=4))
    for share in range(1, 101):
        end = (round(68 * share / 100), 4 * share / 100, share / 100)
        lab.session.run.curve = Curve([2.303] * 2, [(0, 0.0, 0.0), end])
        lab.draw_curve(now=True)
        texts = curves(lab)[2].findall(f"{SVG}text")
        number = next(text for text in texts if text.get("font-weight"))
        word = next(text for text in texts if text.get("class") == "lab-guessing")
        near = abs(float(number.get("x")) + 5 - float(word.get("x"))) < 40
        assert not near, "guessing is about 62 wide"
        assert 62 + 31 < float(word.get("x")) < 430 - 31


def test_the_word_guessing_covers_no_curve_where_there_is_room(lab):
    run(train(lab, epochs=4))
    stood = []
    middle, right, every = set(range(28, 40)), set(range(56, 68)), set(range(68))
    for high in (set(), middle, middle | right, every):  # losses beyond guessing
        lab.session.run.curve = Curve()
        for i in range(68):
            lab.session.run.curve.add(2.7 if i in high else 1.6, (i + 1, 4 * (i + 1) / 68, i / 68))
        lab.draw_curve(now=True)
        lines, _, svg = curves(lab)
        word = next(text for text in svg.iter(f"{SVG}text") if text.get("class") == "lab-guessing")
        x, y = float(word.get("x")), float(word.get("y"))
        stood.append((x, y))
        line = np.array([point.split(",") for point in points(lines[0])], dtype=float)
        dense = np.concatenate([np.linspace(*pair, 50) for pair in pairwise(line)])
        inside = (abs(dense[:, 0] - x) < 31) & (dense[:, 1] > y - 11) & (dense[:, 1] < y + 3)
        assert not inside.any(), high
    (first, above), (second, _), (third, _), (_, below) = stood
    assert third < first == 246 < second
    assert above < below, "of its line, if need be"


def test_line_and_dots_are_explained(lab):
    run(train(lab, epochs=1))
    assert "Dots: validation images, at the end" in lab.chart.key
    assert "distorted" not in lab.chart.key and 'of 1 run"' in lab.chart.svg
    run(train(lab, distortion=1.0))
    assert "Only the training images are distorted: dots may lie below" in lab.chart.key
    lab.chart.quantity = "accuracy"
    assert "each epoch" not in lab.chart.key and "may lie above" in lab.chart.key


def test_what_is_explained_is_what_the_axis_says(lab):
    """In slow motion each step has a mark, and no dot of an epoch's end is there."""
    lab.buttons.speed.value = 3
    lab.buttons.step.click()
    assert "each one marked" in lab.chart.svg
    assert lab.chart.key == (
        "Line: training images, a mark for each step. "
        "The end of the epoch brings a dot, for validation images."
    )
    for _ in range(lab.session.steps_per_epoch):
        lab.buttons.step.click()
    assert "Large dots: validation images, at the end of each epoch." in lab.chart.key
    lab.buttons.speed.value = 0
    lab.chart.unit = "epoch"
    assert "Large dots: validation images, at the end of each epoch. Small" in lab.chart.key


def test_no_dots_are_explained_where_there_are_none(lab):
    assert lab.chart.key.startswith("A training will draw a line")
    lab.buttons.step.click()
    assert "The end of the epoch brings a dot" in lab.chart.key, "it is still to come"
    lab.buttons.stop.click()
    assert lab.chart.key == "Line: training images, a mark for each step."
    lab.chart.unit = "step"
    assert lab.chart.key == "Line: training images. Small dot: the newest step."
    lab.chart.unit = "so far"
    run(train(lab, epochs=1))
    assert lab.chart.key.startswith("Line: training images. Dots: validation images, at the end")


def test_clear_forgets_the_earlier_runs_until_that_is_taken_back(lab):
    def shown():
        return lab.clear_button.layout.visibility == "visible" and lab.clear_button.description

    run(train(lab, epochs=2))
    assert not shown()
    run(train(lab, batch_size=16))
    assert shown() == "Clear earlier runs"
    lab.clear_button.click()
    assert len(curves(lab)[0]) == 1 and shown() == "Bring the cleared runs back"
    assert labels_of_runs(lab)[0].startswith("layers 784-128-64-10, "), "all its settings"
    lab.clear_button.click()
    assert len(curves(lab)[0]) == 2 and shown() == "Clear earlier runs"
    lab.clear_button.click()
    lab.buttons.reset.click()
    assert shown() == "Clear earlier runs", "of the network that was here there is one"
    lab.clear_button.click()
    assert curves(lab)[0] == [] and lab.run_list.rows == [] and lab.run_list.common == ""
    lab.clear_button.click()
    assert [row["run"] for row in lab.run_list.rows] == [2, 1], "all that there were"
    lab.clear_button.click()
    run(train(lab, epochs=1))
    assert not shown(), "too late: a new run has begun"


def test_at_most_as_many_runs_as_there_are_dashes(lab):
    for seed in range(MOST_RUNS + 2):
        run(train(lab, epochs=1, seed=seed))
    lines, _, _ = curves(lab)
    assert len(lines) == MOST_RUNS == len(DASHES)
    assert len({line.get("stroke-dasharray") for line in lines}) == MOST_RUNS


def test_curve_keeps_the_mean_however_long_the_training():
    curve, losses = Curve(), np.random.default_rng(0).random(5000)
    for i, loss in enumerate(losses):
        curve.add(loss, (i + 1, (i + 1) / 100, i / 10))
        assert len(curve.means) <= 2 * POINTS
        if i in (10, 299, 300, 4095):
            done = len(curve.means) * curve.stretch
            assert np.isclose(np.mean(curve.means), losses[:done].mean())
    assert len(curve.places) == len(curve.means)
    steps = [step for (step, _, _), _ in curve.points()]
    assert steps[:3] == [1, curve.stretch, 2 * curve.stretch]
    assert curve.points()[0][1] == losses[0], "however long, it begins where it began"
    short = Curve()
    for i, loss in enumerate(losses[:50]):
        short.add(loss, (i + 1, (i + 1) / 100, i / 10))
    assert short.points()[0] == curve.points()[0], "two runs with one seed begin alike"
    assert steps[-1] <= 5000 < steps[-1] + curve.stretch
    assert Curve().points() == []


@pytest.mark.parametrize("shown", [250, 430, 4000, 6000])
def test_equal_losses_are_one_line_however_much_longer_one_run_is(shown):
    short, long = Curve(), Curve()
    for i, loss in enumerate(np.random.default_rng(0).random(5000)):
        for curve in (short, long)[i >= 700 :]:
            curve.add(loss, (i + 1, (i + 1) / 100, i / 10))
    pair = [dict(curve.points(shown)) for curve in (short, long)]
    until = min(shown, 700) - 3 * stretch_for(shown)  # its end has fewer neighbours
    both = [[place for place in line if place[0] < until] for line in pair]
    assert both[0] == both[1] and len(both[0]) > 15
    assert np.allclose(*([line[place] for place in both[0]] for line in pair))
    assert list(pair[0])[-1][0] == 700 or shown < 700


def test_what_drawing_costs():
    """Printed, not asserted: what a busy machine does is not the lab's doing."""
    lab = InteractiveLab(DIGITS)
    throttles = (lab.draw_curve, lab.draw_matrix, lab.draw_views)
    before = [(throttle.seconds, throttle.count) for throttle in throttles]
    run(train(lab, epochs=30))
    seconds = lab.session.run.seconds
    for name, throttle, (took, count) in zip(["curve", "matrix", "views"], throttles, before,
                                             strict=True):  # fmt: skip
        share, often = (throttle.seconds - took) / seconds, (throttle.count - count) / seconds
        print(f"{name}: {often:.1f} a second, {share:.1%} of the time")


def test_a_run_of_a_single_step_is_a_dot_as_long_as_no_other_one_is_here(lab):
    def dots():
        return [
            path for path in curves(lab)[2].iter(f"{SVG}path") if path.get("class") == "lab-each"
        ]

    lab.buttons.step.click()
    lab.buttons.stop.click()
    assert len(dots()) == 1 and dots()[0].get("stroke") == colour(lab.session.runs[0])
    run(train(lab, epochs=1))
    assert dots() == [] and len(lab.run_list.rows) == 2
