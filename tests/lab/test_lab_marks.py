"""What the curve says of its own: where one looks back to, what was moved, and the newest steps."""

import pytest
from lab_helpers import DIGITS, SVG, curves, run, train, until

from support.lab import InteractiveLab, advice, texts
from support.lab.curve import Curve
from support.lab.drawing import GOES_ON
from support.lab.run import Change, Run
from support.lab.settings import Settings


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def drawn(lab, name):
    """Return the pieces of the paths of this class, as "x y"."""
    paths = [path for path in curves(lab)[2].iter(f"{SVG}path") if path.get("class") == name]
    return [piece for path in paths for piece in path.get("d").split("M")[1:]]


@pytest.mark.parametrize("unit", ["epoch", "step", "second", "so far"])
def test_a_line_stands_where_one_looks_back_to(lab, unit):
    run(train(lab, epochs=4))
    assert lab.chart.back == {}
    lab.chart.unit = unit
    frame, kept = lab.chart.frame, lab.session.moments
    for number, share in ((0, 0), (len(kept) - 2, 3 / 4)):
        lab.matrix.set_state({"moment": number})
        assert lab.chart.back["text"] == f"you look back: {kept[number].said.name}"
        place = kept[number].place[frame.axis]
        assert lab.chart.back["x"] == frame.x(place)
        if unit != "second":
            assert place == pytest.approx(share * lab.session.run.place[frame.axis])
    lab.matrix.set_state({"moment": -1})
    assert lab.chart.back == {}, "gone at the newest"
    lab.matrix.set_state({"moment": 3})
    lab.buttons.reset.click()
    assert lab.chart.back == {}, "and in another network"


def test_the_place_looked_back_to_moves_with_the_axis_and_is_gone_beyond_it(lab):
    run(train(lab, epochs=4))
    lab.matrix.set_state({"moment": 2})
    first = lab.chart.back["x"]
    lab.chart.moment = lab.session.moments[2]._replace(place=(10_000, 1000.0, 1000.0))
    lab.draw_curve(now=True)
    assert lab.chart.back == {}
    lab._draw_matrix()
    assert lab.chart.back["x"] == first


def test_what_was_moved_is_marked_on_the_line_of_the_present_run_and_said(lab):
    lab.controls.sliders["epochs"].value = 4
    for _ in range(30):
        lab.buttons.step.click()
    lab.controls.sliders["learning_rate"].value = 0.5
    for _ in range(10):
        lab.buttons.step.click()
    words = "learning rate 0.1 → 0.5 at step 30"
    assert "◇ a setting was moved" in lab.chart.key and len(drawn(lab, "lab-moved")) == 1
    for unit in ("epoch", "step", "second", "so far"):
        lab.chart.unit = unit
        (mark,) = lab.chart.frame.moves
        assert mark.words == words
        assert mark.x == lab.chart.frame.x(lab.session.run.changes()[0].place[lab.chart.frame.axis])
        said = []
        lab.chart.set_state({"pointed": -1})
        for _ in range(40):
            lab.chart._handle_custom_msg({"by": -1}, [])
            said.append(lab.chart.said["moves"])
        assert [words] in said
        assert [] in said or unit == "second", "not everywhere; by Step alone no time passes"
    lab.buttons.reset.click()
    assert drawn(lab, "lab-moved") == [] and "setting was moved" not in lab.chart.key
    run(train(lab, epochs=1))
    assert drawn(lab, "lab-moved") == [], "of other runs there is no clutter"


def test_the_keys_find_a_mark_between_two_points_far_apart(lab):
    run(train(lab, epochs=2))
    lab.session.run.log.append(Change(9, "momentum", 0.0, 0.5, (9, 9 / 17, 0.1)))
    lab.chart.quantity = "accuracy"
    found = []
    for _ in range(len(lab.chart.points())):
        lab.chart._handle_custom_msg({"by": -1}, [])
        found += lab.chart.said["moves"]
    assert found == ["momentum 0 → 0.5 at step 9"]


def test_a_stretch_that_is_not_full_is_drawn_up_to_the_newest_step():
    curve = Curve()
    for step in range(1, 1490):
        curve.add(0.15, (step, step / 860, step / 10))
    assert curve.stretch == 8 and curve.points()[-1][0][0] == 1489
    curve.add(500.0, (1490, 1490 / 860, 149.0))
    place, value = curve.points()[-1]
    assert place[0] == 1490 and value == curve.newest() > 10, "as the status says"
    assert curve.recent[-1] == ((1490, 1490 / 860, 149.0), 500.0)


def test_the_newest_steps_are_seen_one_by_one_if_they_can_be_watched(lab):
    async def scenario():
        lab.controls.sliders["epochs"].value = 30
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 400)
        lab.buttons.pause.click()
        assert lab.session.run.curve.stretch == 2 and drawn(lab, "lab-each") == []
        lab.buttons.step.click()
        assert len(drawn(lab, "lab-each")) == 20 and "Small dots" in lab.chart.key
        frame, (place, loss) = lab.chart.frame, lab.session.run.curve.recent[-1]
        assert place[0] == lab.session.run.step
        assert drawn(lab, "lab-each")[-1] == f"{frame.x(place[1]):.1f} {frame.y(loss):.1f}h0"
        lab.buttons.pause.click()  # at full speed
        step = lab.session.run.step
        await until(lambda: lab.session.run.step > step + 40)
        lab.draw_curve(now=True)
        assert drawn(lab, "lab-each") == [] and "Small dots" not in lab.chart.key
        lab.buttons.stop.click()

    run(scenario())


def test_steps_that_would_be_a_smear_are_one_dot(lab):
    run(train(lab, epochs=4, batch_size=1))
    for _ in range(3):
        lab.buttons.step.click()
    frame = lab.chart.frame
    (dot,) = frame.newest
    assert dot == lab.session.run.curve.recent[-1] and len(drawn(lab, "lab-each")) == 1
    assert "Small dot: the newest step." in lab.chart.key


def test_a_move_that_no_step_has_followed_is_none(lab):
    made = lab.session
    for _ in range(3):
        lab.buttons.step.click()
    for rate in (0.5, 0.02, 0.3):  # there and back, without a step between
        lab.controls.sliders["learning_rate"].value = rate
    lab.draw_curve(now=True)
    assert lab.chart.frame.moves == [] and "on the way" not in lab.run_list.rows[0]["label"]
    lab.buttons.step.click()
    said = "learning rate 0.1 → 0.3 at step 3"
    assert [mark.words for mark in lab.chart.frame.moves] == [said]
    assert lab.run_list.rows[0]["label"].endswith(f"on the way {said}")
    lab.controls.sliders["learning_rate"].value = 0.1
    lab.controls.sliders["learning_rate"].value = 0.3
    lab.buttons.step.click()
    assert [str(change) for change in made.run.changes()] == [said], "it is where it was"
    lab.controls.sliders["learning_rate"].value = 0.4
    lab.buttons.step.click()
    further = "learning rate 0.3 → 0.4 at step 5"
    assert [str(change) for change in made.run.changes()] == [said, further], "no drag: a pause"
    lab.controls.sliders["learning_rate"].value = 0.9
    run(train(lab, epochs=1))
    assert "0.9" not in lab.run_list.rows[1]["label"], "the next run has it, not this one"


def test_a_drag_while_it_trains_is_one_change_up_to_its_last_step():
    run = Run(0, Settings())
    for step, rate in [(10, 0.2), (20, 0.4), (30, 0.8), (40, 0.1), (900, 0.05), (901, 0.04)]:
        run.step, run.place = step, (step, step / 860, step / 100)
        run.change(learning_rate=rate)
    words = ["0.1 → 0.8 at step 10", "0.8 → 0.1 at step 40", "0.1 → 0.05 at step 900"]
    assert [str(change) for change in run.changes()] == [f"learning rate {w}" for w in words]
    run.step = 902
    assert str(run.changes()[-1]) == "learning rate 0.1 → 0.04 at step 900"


def test_a_run_that_goes_on_beyond_the_drawing_has_no_end_there(lab):
    lab.controls.preset_buttons[1].click()
    run(train(lab, epochs=3))
    cross, on = "l12 12m0 -12l-12 12", f"1{GOES_ON}</text>"
    assert lab.session.run.diverged and cross in lab.chart.svg and on not in lab.chart.svg
    lab.buttons.reset.click()
    lab.buttons.speed.value = 3
    lab.buttons.step.click()
    assert lab.chart.frame.end == 20 < lab.session.runs[0].step
    assert cross not in lab.chart.svg and on in lab.chart.svg
    lab.chart._handle_custom_msg({"by": -1}, [])
    assert lab.chart.said["end"] == "the last point shown"


# --------------------------------------------------------------- why it leapt, and what helps


def leapt(*log, **settings):
    """Return a run whose loss was highest at step 100, with these changes on the way."""
    return Run(0, Settings(**settings), log=list(log), highest=20.0, peak=100)


def test_the_cause_of_a_leap_is_what_made_the_steps_wider_before_it():
    up = Change(90, "learning_rate", 0.1, 1.06)
    text = advice.leapt(leapt(up), running=False)
    assert "after the learning rate was moved from 0.1 to 1.06 at step 90, and did not" in text
    assert "Move it back to 0.1, and press <b>Train</b>" in text and "momentum" not in text
    running = advice.leapt(leapt(up), running=True)
    assert "stays high. Press <b>Stop</b>, move it back to 0.1" in running
    assert "After the learning rate was moved" in advice.diverged(leapt(up), False)
    assert "first steps" not in advice.diverged(leapt(up), False)
    for other in (
        up._replace(step=100),  # later
        up._replace(new=0.01),  # smaller
        Change(90, "weight_decay", 0.0, 0.1),
    ):
        assert "moved from" not in advice.leapt(leapt(other), running=False)
    back = Change(95, "learning_rate", 1.06, 0.1)
    assert advice.cause(leapt(up, back)) is None, "it had been taken back"
    momentum = Change(92, "momentum", 0.0, 0.99)
    assert advice.cause(leapt(up, momentum)) == momentum, "the latest"


def test_no_advice_asks_for_less_than_nothing():
    def says(**settings):
        return advice.leapt(leapt(**settings), running=False)

    assert "momentum" not in says() and "<b>learning rate</b> (try a tenth) helps" in says()
    assert "less <b>momentum</b>" in says(momentum=0.9)
    assert "(try 0.001)" in says(learning_rate=0.005)
    assert "learning rate" not in says(learning_rate=0.001, momentum=0.9)
    assert "A larger <b>batch size</b> helps" in says(learning_rate=0.001)
    assert "batch size" not in says(learning_rate=0.001, batch_size=1024)
    assert "batch size" not in advice.learned_little(leapt(batch_size=1024))


@pytest.mark.parametrize("running", [True, False])
def test_of_a_rate_too_high_is_said_in_three_lines_of_presentation(running):
    text = advice.leapt(leapt(learning_rate=5.0), running)
    assert "lab-middle" in texts.message(text, ""), "two lines of the run's row are seen below it"


def test_a_leap_is_said_with_its_cause_while_the_training_goes_on(lab):
    lab.controls.sliders["epochs"].value = 30
    for _ in range(60):
        lab.buttons.step.click()
    lab.controls.sliders["learning_rate"].value = 10.0
    for _ in range(60):
        lab.buttons.step.click()
        if lab.message.value:
            break
    assert (
        "leapt up after the learning rate was moved from 0.1 to 10 at step 60" in lab.message.value
    )
