"""The pad and the view inside show the network of the moment; corrections, and their undoing."""

import numpy as np
import pytest
from lab_helpers import DIGITS, STROKE, check_matrix, in_percent, run, same, train, until, weights

from nn_core import MLP
from support.lab import InteractiveLab
from support.lab.centring import like_mnist


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def test_draw_and_correct(lab):
    run(train(lab, epochs=5))
    drawing = np.zeros((112, 112), np.uint8)
    drawing[20:90, 50:60] = 255
    lab.pad.set_state({"ink": drawing.tobytes()})
    before = lab.pad.reading["probabilities"]
    network, snapshots = weights(lab), len(lab.session.snapshots)
    lab.pad.correct(8)
    assert lab.pad.reading["probabilities"][8] > before[8]
    assert not same(network, weights(lab)), "it is the network of the lab that learned"
    assert "Of all validation images, it read" in lab.pad.note and lab.message.value == ""
    assert len(lab.session.snapshots) == snapshots + 1
    assert lab.matrix.text.startswith("after correction 1: ")
    check_matrix(lab, snapshots)


def test_the_cost_of_a_correction_is_that_of_the_correction_alone(lab):
    def accuracy():
        x, labels = lab.session.val
        return in_percent((lab.session.model.predict(x) == labels).mean())

    lab.pad.set_state({"ink": STROKE})
    lab.pad.learning_rate = 0.1
    for _ in range(40):  # within the third epoch: the last snapshot is out of date
        lab.buttons.step.click()
    trained = accuracy()
    lab.pad.correct(1)
    once = accuracy()
    assert f"it read {trained} rightly before, {once} after." in lab.pad.note
    lab.pad.correct(1)
    assert (
        f"it read {once} rightly before, {accuracy()} after, and {trained} before your first"
        in (lab.pad.note)
    )
    lab.buttons.step.click()
    assert lab.pad.note == "" and lab.pad.reading["before"] == [], "the network has moved on"
    trained = accuracy()
    lab.pad.correct(1)
    assert f"it read {trained} rightly before" in lab.pad.note and "your first" not in lab.pad.note
    lab.buttons.stop.click()
    assert lab.pad.note == ""


def test_correcting_while_it_trains_does_not_disturb_the_training(lab):
    async def scenario():
        lab.pad.set_state({"ink": STROKE})
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        lab.pad.correct(1)
        assert lab.session.state == "running"
        await lab.session.driver.task
        assert lab.session.state == "finished" and len(lab.session.snapshots) == 36

    run(scenario())


def test_the_views_show_the_network_of_the_moment(lab):
    lab.pad.set_state({"ink": STROKE})
    untrained = (lab.pad.reading, lab.inside.weights)
    run(train(lab, epochs=5))
    assert lab.pad.model is lab.session.model
    assert lab.pad.reading != untrained[0] and lab.inside.weights != untrained[1]
    lab.buttons.reset.click()
    assert lab.pad.reading == untrained[0] and lab.inside.weights == untrained[1]


def test_the_views_follow_a_training(lab):
    async def scenario():
        lab.pad.set_state({"ink": STROKE})
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        reading, weights = lab.pad.reading, lab.inside.weights
        await until(lambda: lab.pad.reading != reading and lab.inside.weights != weights)
        assert lab.session.state == "running"
        lab.buttons.stop.click()

    lab.controls.sliders["epochs"].value = 100
    run(scenario())


# ---------------------------------------------------------------------- corrections undone


def corrected(lab, times):
    """Correct the drawing so often, at a rate that does harm; return the weights at each time."""
    lab.pad.set_state({"ink": STROKE})
    lab.pad.learning_rate = 0.1
    kept = [weights(lab)]
    for label in range(times):
        lab.pad.correct(label)
        kept.append(weights(lab))
    return kept


def test_corrections_are_undone_one_by_one(lab):
    run(train(lab, epochs=3))
    right, moments = lab.matrix.text, len(lab.session.moments)
    kept = corrected(lab, 3)
    assert lab.run_list.rows[0]["label"].endswith("; after 3 corrections")
    assert lab.run_list.rows[0]["ending"].endswith("% right"), "one short column"
    assert [s.name for s in lab.session.snapshots[-3:]] == [
        f"after correction {i}" for i in (1, 2, 3)
    ]
    assert lab.undo_button.layout.visibility == "visible"
    for left in (2, 1, 0):
        lab.undo_button.click()
        assert same(weights(lab), kept[left])
        assert len(lab.session.moments) == moments + left
        assert lab.pad.note == "The correction is taken back." and lab.pad.before == []
        assert lab.matrix.text.endswith(f": {lab.run_list.rows[0]['ending']}")
    assert lab.matrix.text == right
    assert "correction" not in lab.run_list.rows[0]["label"]
    assert lab.undo_button.layout.visibility == "hidden"
    lab.undo_button.click()
    assert same(weights(lab), kept[0]), "there is nothing to take back"


def test_all_corrections_are_undone_at_once(lab):
    run(train(lab, epochs=2))
    kept = corrected(lab, 4)
    assert lab.undo_all_button.description == "Undo all 4"
    reading = lab.pad.reading
    lab.undo_all_button.click()
    assert same(weights(lab), kept[0]) and lab.pad.reading != reading
    check_matrix(lab, -1)


def test_an_untrained_network_can_be_corrected_too(lab):
    kept = corrected(lab, 2)
    lab.undo_all_button.click()
    assert same(weights(lab), kept[0]) and "Error" not in lab.message.value


def test_what_training_has_built_on_is_not_undone(lab):
    lab.buttons.step.click()
    corrected(lab, 1)
    lab.buttons.step.click()
    assert lab.undo_button.layout.visibility == "hidden"
    before = weights(lab)
    lab.undo_button.click()
    assert same(before, weights(lab))


# --------------------------------------------------------------------------- looking back


def test_the_weights_are_those_of_the_moment_looked_back_to(lab):
    run(train(lab, epochs=2))
    lab.inside.part = "weights"
    now = lab.inside.weights
    assert lab.inside.about["when"] == ""
    lab.matrix.set_state({"moment": 0})
    assert lab.inside.weights != now and lab.inside.about["when"] == "before training"
    lab.inside.part = "change"
    assert lab.inside.about["when"] == "before training"
    lab.inside.part = "weights"
    lab.matrix.set_state({"moment": -1})
    assert lab.inside.weights == now and lab.inside.about["when"] == ""


def test_the_drawing_is_read_as_it_was_then(lab):
    """By the very network of that moment, which Why? explains; a film of it stays in training."""
    for _ in range(3):
        lab.buttons.step.click()
    lab.pad.load(lab.session.val[0][0])
    first = MLP((lab.session.x.shape[1], *lab.session.run.settings.hidden, 10))
    lab.matrix.set_state({"moment": 0})
    assert np.allclose(lab.pad.reading["probabilities"], first.predict_proba(lab.pad.image())[0])
    assert lab.pad.when == "before training" and lab.pad.model is lab.session.model
    lab.why.ask.value = True
    assert np.allclose(lab.why.view.why["probabilities"], lab.pad.reading["probabilities"])
    lab.why.view.make(3)
    lab.session.step(None)  # as while it trains: the button would lead to the newest
    assert "film" in lab.why.view.why, "that network has not trained on"
    lab.matrix.set_state({"moment": -1})
    p = lab.session.model.predict_proba(lab.pad.image())[0]
    assert np.allclose(lab.pad.reading["probabilities"], p) and lab.pad.when == ""
    assert "film" not in lab.why.view.why


def test_a_correction_is_of_the_newest_network_and_is_shown_there(lab):
    run(train(lab, epochs=2))
    lab.pad.load(lab.session.val[0][0])
    newest = np.array(lab.pad.reading["probabilities"])
    lab.matrix.set_state({"moment": 0})
    label = int(newest.argmin())
    lab.pad._handle_custom_msg({"correct": label}, [lab.pad.ink])
    assert lab.matrix.moment == -1 and lab.pad.when == ""
    assert lab.pad.before == newest.tolist(), "not those of long ago"
    assert lab.pad.reading["probabilities"][label] > newest[label]
    assert "the newest network that learned, not the one you looked back to" in lab.pad.note
    lab.pad._handle_custom_msg({"correct": label}, [lab.pad.ink])
    assert lab.pad.note and "looked back" not in lab.pad.note


def test_of_a_run_brought_back_the_weights_on_the_way_are_gone_and_the_pad_says_so(lab):
    run(train(lab, epochs=2))
    lab.pad.load(lab.session.val[0][0])
    now = lab.pad.reading
    lab.session.reset(lab.controls.settings())
    lab.session.bring_back(lab.session.runs[0])
    lab.matrix.set_state({"moment": 0})
    assert lab.pad.when == "newest" and lab.pad.reading == now
    assert lab.inside.about["when"] == "newest"
    lab.matrix.set_state({"chosen": [int(k) for k in np.argwhere(lab.matrix.counts)[0]]})
    said = lab.matrix.shown.p[lab.matrix.found["rows"]].astype(float)
    assert np.allclose(lab.matrix.found["p"], said, atol=1e-5), "by the network of that moment"
    lab.matrix.set_state({"moment": -1})
    assert lab.pad.when == lab.inside.about["when"] == ""


def test_who_is_brought_back_is_shown_as_it_is(lab):
    run(train(lab, epochs=2))
    run(train(lab, epochs=1))
    lab.matrix.set_state({"moment": 0})
    lab._act_on_run("back", lab.session.runs[0])
    assert lab.matrix.moment == -1 and lab.matrix.text.startswith("after epoch 2: ")


def test_a_misread_image_goes_onto_the_pad(lab):
    run(train(lab, epochs=2))
    counts = np.array(lab.matrix.counts) * (1 - np.eye(10, dtype=int))
    digit, answer = np.unravel_index(counts.argmax(), counts.shape)
    lab.matrix.set_state({"chosen": [int(digit), int(answer)]})
    row = lab.matrix.found["rows"][0]
    lab.matrix.set_state({"chosen": [0, 0]})  # others may be shown before the click arrives
    lab.matrix._handle_custom_msg({"image": row}, [])
    image = lab.session.val[0][row].reshape(28, 28)  # the digits of scikit-learn are not centred
    assert np.allclose(lab.pad.image().reshape(28, 28), like_mnist(image), atol=1 / 100)
    p = lab.session.model.predict_proba(lab.pad.image())[0]
    assert np.allclose(lab.pad.reading["probabilities"], p, atol=1e-5)
    lab.matrix._handle_custom_msg({"image": len(lab.session.val[0])}, [])
    lab.matrix._handle_custom_msg({"image": None}, [])
    assert len(lab.pad.strokes) == 1 and lab.message.value == ""
