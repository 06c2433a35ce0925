"""The curves: lines, dots, axes, and numbers."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from lab_helpers import DIGITS, labels_of_runs, run, train, until

from support.lab import InteractiveLab
from support.lab.curve import POINTS, Curve, nice_end
from support.lab.drawing import DASHES, thin
from support.lab.session import MOST_RUNS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def curves(lab):
    svg = ET.fromstring(lab.chart.svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))
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
    line = Curve([1e-9] * 2, [(1, 0.1, 0.1), (2, 0.2, 0.2)])  # at the lower end
    for made in lab.session.runs:
        made.curve = line
    lab.draw_curve(now=True)
    _, _, svg = curves(lab)
    places = [float(t.get("y")) for t in svg.findall(f"{SVG}text") if t.get("font-weight")]
    assert max(places) <= 267 and np.diff(sorted(places)).min() >= 13.9


def test_a_run_that_was_stopped_counts_as_far_as_it_came(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 40)
        lab.buttons.stop.click()
        await train(lab, epochs=5)

    run(scenario())
    lines, _, _ = curves(lab)
    ends = [float(line.get("points").split()[-1].split(",")[0]) for line in lines]
    assert max(ends) == 430, "the frame is as wide as the longest"
    first, second = lab.session.runs
    reached = first.curve.places[-1][1]
    assert 2 < reached < 100
    assert np.isclose(ends[0] - 62, reached * (430 - 62) / max(second.epoch, reached), atol=1)


def test_a_long_training_is_no_smear_at_the_left_edge():
    assert [nice_end(epochs, 100) for epochs in (0.1, 3, 10, 11, 33, 60, 100)] == [
        *(10, 10, 10, 20, 50, 100, 100)
    ]
    assert nice_end(120, 100) == 120, "it was trained on"
    dots = [((i, i, i), 0.5) for i in range(100)]
    assert len(thin(dots)) == 25 and thin(dots)[-1] == dots[-1] and thin(dots[:25]) == dots[:25]


def test_slow_motion_shows_the_steps_so_far_a_dot_for_each(lab):
    def dots():
        return next((p.get("d") for p in curves(lab)[2].iter() if p.get("class") == "lab-each"), "")

    def last_number():
        texts = curves(lab)[2].findall(f"{SVG}text")
        return [text.text for text in texts if text.get("y") == "282"][-1]

    run(train(lab, epochs=4))
    whole = lab.chart.svg
    lab.buttons.speed.value = 1
    for _ in range(7):
        lab.session.step(lab.controls.settings())  # nothing: this run is through
    lab.buttons.reset.click()
    for step in range(1, 22):
        lab.buttons.step.click()
        first, second = curves(lab)[0]
        assert len(second.get("points").split()) == step
        assert last_number() == ("20" if step <= 20 else "50"), "it grows"
    assert "steps so far, each one marked" in lab.chart.svg and dots().count("M") == 50
    begins = [line.get("points").split()[:21] for line in (first, second)]
    assert begins[0] == begins[1], "one seed: at full speed and in slow motion the same"
    lab.chart.set_state({"pointed": 62 + (430 - 62) * 3 / 50})
    losses = [loss for _, loss in lab.session.run.curve.first]
    assert f"training {losses[2]:.3f}" in lab.chart.said["rows"][1]["text"], "of this very step"
    lab.chart.quantity = "accuracy"
    assert len(curves(lab)[0][1].get("points").split()) == 21 and not dots()
    lab.chart.quantity = "loss"
    lab.buttons.speed.value = 3
    assert lab.chart.unit == "so far"
    lab.chart.unit = "second"
    lab.buttons.speed.value = 10
    assert lab.chart.unit == "second", "the reader has chosen that"
    lab.chart.unit = "so far"
    lab.buttons.speed.value = 0
    assert lab.chart.unit == "epoch"
    lab.buttons.reset.click()
    lab.clear_button.click()
    assert lab.chart.svg != whole and dots() == ""


def test_steps_so_far_of_a_long_run_have_no_dots(lab):
    run(train(lab, epochs=20))  # 340 steps
    run(train(lab, epochs=7))  # 119
    lab.chart.unit = "so far"
    longer, shorter = [line.get("points").split() for line in curves(lab)[0]]
    assert "steps so far</text>" in lab.chart.svg and "lab-each" not in lab.chart.svg
    assert longer[-1].startswith("430.0,") and len(longer) == 200 and longer[:119] == shorter
    lab.session.run.step = 300  # as if it had gone on: now both are drawn as means
    lab.draw_curve(now=True)
    assert curves(lab)[0][0].get("points").startswith("62.7,")


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


def test_line_and_dots_are_explained(lab):
    run(train(lab, epochs=1))
    assert "Dots: validation images, at the end" in lab.chart.key
    assert "distorted" not in lab.chart.key and 'of 1 run"' in lab.chart.svg
    run(train(lab, distortion=1.0))
    assert "Only the training images are distorted, so the dots may lie below" in lab.chart.key
    lab.chart.quantity = "accuracy"
    assert "each epoch" not in lab.chart.key and "may lie above" in lab.chart.key


def test_what_is_explained_is_what_the_axis_says(lab):
    """In slow motion each step has a mark, and no dot of an epoch's end is there."""
    lab.buttons.speed.value = 3
    lab.buttons.step.click()
    assert "each one marked" in lab.chart.svg
    assert lab.chart.key == "Line: training images, a mark for each step."
    for _ in range(lab.session.steps_per_epoch):
        lab.buttons.step.click()
    assert "Large dots: validation images, at the end of each epoch." in lab.chart.key
    lab.buttons.speed.value = 0
    assert "Dots: validation images, at the end of each epoch." in lab.chart.key


def test_clear_forgets_the_earlier_runs(lab):
    def shown():
        return lab.clear_button.layout.visibility == "visible"

    run(train(lab, epochs=2))
    assert not shown()
    run(train(lab, batch_size=16))
    assert shown()
    lab.clear_button.click()
    assert len(curves(lab)[0]) == 1 and not shown()
    assert labels_of_runs(lab)[0].startswith("layers 784-128-64-10, "), "all its settings"
    lab.buttons.reset.click()
    assert shown()
    lab.clear_button.click()
    assert curves(lab)[0] == [] and lab.run_list.rows == [] and lab.run_list.common == ""


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


def test_a_curve_that_leaves_the_drawing_is_cut_off(lab):
    lab.controls.preset_buttons[1].click()
    run(train(lab, epochs=3))
    lines, _, svg = curves(lab)
    heights = [float(point.split(",")[1]) for point in lines[0].get("points").split()]
    assert min(heights) >= 14 and max(heights) <= 262
    assert any("l12 12m0 -12l-12 12" in path.get("d") for path in svg.iter(f"{SVG}path")), "a cross"
    assert InteractiveLab(DIGITS).chart.svg.startswith("<svg"), "an empty drawing"


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


# ------------------------------------------------------------------------- numbers and axes


def test_numbers_on_the_curve(lab):
    run(train(lab, epochs=4))
    assert lab.chart.said == {}
    lab.chart.set_state({"pointed": 62 + (430 - 62) / 2})
    said = lab.chart.said
    assert said["title"].startswith("epoch 2, step 34, ")
    step, loss = lab.session.run.curve.points()[33][0][0], lab.session.run.curve.points()[33][1]
    assert step == 34 and said["rows"][0]["text"] == (
        f"training {loss:.3f}, validation {lab.session.run.ends[1][3]:.3f} after epoch 2"
    )
    lab.chart.set_state({"pointed": 62 + (430 - 62) / 8})  # in the middle of epoch 1
    assert "validation" not in lab.chart.said["rows"][0]["text"], "that lies in the future"
    for place in (-5, 0, 62, 430, 1000):
        lab.chart.set_state({"pointed": place})
        assert (lab.chart.said == {}) == (place < 0)
    run(train(lab, epochs=8))
    lab.chart.set_state({"pointed": 420})
    assert [row["run"] for row in lab.chart.said["rows"]] == [2], "run 1 has not come so far"


def test_numbers_before_any_training_and_after_one_that_overflowed(lab):
    lab.chart.set_state({"pointed": 200})
    assert lab.chart.said["rows"] == []
    lab.session.x = lab.session.x * np.float32(1e18)
    run(train(lab, learning_rate=10.0))
    for unit in ("epoch", "step", "second"):
        lab.chart.unit = unit
        lab.chart.set_state({"pointed": 62})
    assert "Error" not in lab.message.value


@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
@pytest.mark.parametrize("scale", ["logarithmic", "linear"])
@pytest.mark.parametrize("unit", ["epoch", "step", "second"])
def test_axes(lab, quantity, scale, unit):
    run(train(lab, epochs=3))
    lab.chart.quantity, lab.chart.scale, lab.chart.unit = quantity, scale, unit
    lines, dots, svg = curves(lab)
    xs = [float(point.split(",")[0]) for point in lines[0].get("points").split()]
    ys = [float(point.split(",")[1]) for point in lines[0].get("points").split()]
    assert xs == sorted(xs) and xs[-1] == 430 and min(ys) >= 14 and max(ys) <= 262
    assert (ys[-1] < ys[0]) == (quantity == "accuracy"), "losses fall, accuracies rise"
    assert len(dots) == (3 if quantity == "loss" else len(lab.session.run.looks))
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert f"{unit}s" in texts and any(scale in text for text in texts)
    lab.chart.set_state({"pointed": 430})
    number = lab.chart.said["rows"][0]["text"]
    right = f"{lab.session.run.right:.2%}".replace("%", " %")
    assert (f"validation {right}" in number) == (quantity == "accuracy")
