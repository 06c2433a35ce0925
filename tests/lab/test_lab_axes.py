"""The drawing of the curves: its axes, where it ends, what leaves it, and numbers on it."""

import math
import re

import numpy as np
import pytest
from lab_helpers import DIGITS, SVG, curves, in_percent, points, run, train, until

from support.lab import InteractiveLab
from support.lab.curve import Curve, nice_end
from support.lab.drawing import thin


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def test_a_long_training_is_no_smear_at_the_left_edge():
    assert [nice_end(epochs, 100) for epochs in (0.1, 3, 10, 11, 33, 60, 100)] == [
        *(10, 10, 10, 20, 50, 100, 100)
    ]
    assert nice_end(120, 100) == 120, "it was trained on"
    dots = [((i, i, i), 0.5) for i in range(100)]
    assert len(thin(dots)) == 25 and thin(dots)[-1] == dots[-1] and thin(dots[:25]) == dots[:25]


def test_the_drawing_grows_with_a_long_training_beside_a_short_one(lab):
    """As at batch size 1, of which one epoch takes as long as 20 of the others."""
    run(train(lab, epochs=20))
    assert curves(lab)[2].get("aria-label") == "Loss of 1 run"

    async def scenario():
        lab.controls.sliders["batch_size"].value = 1
        lab.controls.sliders["epochs"].value = 25
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 100)
        lab.buttons.pause.click()
        assert lab.chart.frame.end == 5 > 25 / 10 > 2 * lab.session.run.epoch
        assert "epochs, fitted to run 2" in lab.chart.svg
        assert points(curves(lab)[0][0])[-1].startswith("430.0,"), "run 1 is cut off"
        lab.buttons.stop.click()
        assert lab.chart.frame.end == 5, "it would be a smear"
        lab.run_list._handle_custom_msg({"action": "back", "run": 1}, [])
        assert lab.chart.frame.end == 20 and "fitted to" not in lab.chart.svg

    run(scenario())


def test_a_curve_that_leaves_the_drawing_is_cut_off(lab):
    lab.controls.preset_buttons[1].click()
    run(train(lab, epochs=3))
    lines, _, svg = curves(lab)
    heights = [float(point.split(",")[1]) for point in points(lines[0])]
    assert min(heights) >= 14 and max(heights) <= 262
    assert any("l12 12m0 -12l-12 12" in path.get("d") for path in svg.iter(f"{SVG}path")), "a cross"
    assert InteractiveLab(DIGITS).chart.svg.startswith("<svg"), "an empty drawing"


def test_off_the_chart_there_is_an_arrow_and_no_flat_line(lab):
    run(train(lab, epochs=1))
    assert "off the chart" not in lab.chart.svg and "lab-higher" not in lab.chart.svg
    losses = [2.3, 2.0, 40.0, 1e28, math.inf, 900.0, 1.5, 1.0]
    places = [(step, step / 8, step / 10) for step in range(1, 9)]
    lab.session.run.curve = Curve(losses, places)
    lab.session.run.curve.points = lambda steps: list(zip(places, losses, strict=True))
    lab.draw_curve(now=True)
    (line,), _, svg = curves(lab)
    assert line.get("d").count("M") == 2, "it goes, and comes back"
    out, back = (
        [tuple(map(float, p.split(","))) for p in piece.replace("L", "").split()]
        for piece in line.get("d").split("M")[1:]
    )
    assert out[-1][1] == back[0][1] == 14 and len(out) == len(back) == 3
    (arrow,) = [path for path in svg.iter(f"{SVG}path") if path.get("class") == "lab-higher"]
    assert arrow.get("d").count("M") == 1 and out[-1][0] < 62 + 368 * 3 / 8
    assert (
        "off the chart</text>" in lab.chart.svg
        and 'off the chart at times: run 1"' in svg.get("aria-label") + '"'
    )


# ------------------------------------------------------------------------- numbers and axes


def test_numbers_on_the_curve(lab):
    run(train(lab, epochs=4))
    assert lab.chart.said == {}
    lab.chart.set_state({"pointed": 62 + (430 - 62) / 2})
    said = lab.chart.said
    assert re.fullmatch(r"epoch 2, step 34, [\d.]+ s", said["title"])
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
    lab.chart.set_state({"pointed": 150})
    both = r"epoch [\d.]+; run 2: step \d+, [\d.]+ s"
    assert re.fullmatch(both, lab.chart.said["title"]), "two runs are not at one second"
    lab.chart.set_state({"pointed": 420})
    assert [row["run"] for row in lab.chart.said["rows"]] == [2], "run 1 has not come so far"


def test_keys_go_from_one_recorded_point_to_the_next_and_the_ends_are_said(lab):
    def press(by):
        lab.chart._handle_custom_msg({"by": by}, [])
        return lab.chart.said

    assert press(1) == {}, "there is none"
    run(train(lab, epochs=4))
    run(train(lab, epochs=1, batch_size=50))
    steps = {run.number + 1: [p[0] for p, _ in run.curve.points()] for run in lab.session.runs}
    said = press(1)
    assert said["end"] == "the last point" and f"step {steps[1][-1]}," in said["title"]
    assert press(1) == said, "there it ends"
    assert press(-1)["end"] == "" and f"step {steps[1][-2]}," in lab.chart.said["title"]
    assert press(-1_000_000)["end"] == "the first point" and "step 1," in lab.chart.said["title"]
    titles = [lab.chart.said["title"]]
    while press(1)["end"] == "":
        titles.append(lab.chart.said["title"])
    count = len(lab.chart.points())
    assert len(set(titles)) == count - 1 > len(steps[1]), "no point of any run is left out"
    press(-10)
    press(3)
    assert f"step {steps[1][-8]}," in lab.chart.said["title"]
    lab.chart.set_state({"pointed": lab.chart.points()[5] + 0.1})  # by the mouse
    press(1)
    assert np.isclose(lab.chart.pointed, lab.chart.points()[6])


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
    xs = [float(point.split(",")[0]) for point in points(lines[0])]
    ys = [float(point.split(",")[1]) for point in points(lines[0])]
    assert xs == sorted(xs) and xs[-1] == 430 and min(ys) >= 14 and max(ys) <= 262
    assert (ys[-1] < ys[0]) == (quantity == "accuracy"), "losses fall, accuracies rise"
    assert len(dots) == (3 if quantity == "loss" else len(lab.session.run.looks))
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert f"{unit}s" in texts and any(scale in text for text in texts)
    lab.chart.set_state({"pointed": 430})
    number = lab.chart.said["rows"][0]["text"]
    right = in_percent(lab.session.run.right)
    assert (f"validation {right}" in number) == (quantity == "accuracy")
