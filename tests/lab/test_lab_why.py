"""Why?: slopes along the pixels, of the answer that the reader picks. No browser here."""

import numpy as np
import pytest
from lab_helpers import DIGITS, STROKE, run, train, weights
from pad_helpers import SEVEN, draw

from nn_core import MLP
from support.lab import InteractiveLab, why
from support.lab.why import MOST_STEPS, slopes, towards


@pytest.fixture
def lab():
    lab = InteractiveLab(DIGITS)
    run(train(lab, epochs=2))
    return lab


@pytest.mark.parametrize("hidden", [(), (9,), (16, 8)])
def test_slopes_are_those_that_nudges_measure(hidden):
    rng = np.random.default_rng(0)
    model, x = MLP((784, *hidden, 10), dtype=np.float64), rng.random((1, 784))
    found = slopes(model, x, 3)
    for pixel in rng.integers(0, 784, 20):
        nudge = np.zeros((1, 784))
        nudge[0, pixel] = 1e-5
        up, down = (np.log(model.predict_proba(x + sign * nudge)[0, 3]) for sign in (1, -1))
        assert np.isclose(found[pixel], (up - down) / 2e-5, atol=1e-6)


def test_a_sure_network_still_has_slopes():
    model = MLP((784, 10))
    model.params()["b1"][3] = 25  # in float32 its probability is 1
    assert np.abs(slopes(model, np.ones((1, 784), np.float32), 3)).max() > 0


def test_nothing_is_computed_before_it_is_asked(lab):
    draw(lab.pad, SEVEN)
    assert lab.why.view.layout.display == "none" and lab.why.view.why["seen"] == []


def test_it_explains_what_is_read_or_what_is_picked_and_follows_the_drawing(lab):
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    view = lab.why.view
    assert view.layout.display is None
    read = int(np.argmax(lab.pad.reading["probabilities"]))
    assert view.why["answer"] == read and len(view.why["slopes"]) == 784
    before = view.why["slopes"]
    view.set_state({"picked": (read + 1) % 10})
    assert view.why["answer"] == (read + 1) % 10 and view.why["slopes"] != before
    lab.pad.set_state({"ink": STROKE})
    assert view.why["answer"] == (read + 1) % 10, "the question stays"
    assert view.why["seen"] == np.round(255 * lab.pad.image()[0]).astype(int).tolist()
    draw(lab.pad, np.zeros((112, 112)))
    assert view.why["seen"] == [] and view.picked is None


def test_it_leaves_the_network_alone(lab):
    before, grads = weights(lab), [g.copy() for _, g in lab.session.model.params_and_grads()]
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    lab.why.view.set_state({"picked": 4})
    after = [g for _, g in lab.session.model.params_and_grads()]
    assert all(np.array_equal(a, b) for a, b in zip(before, weights(lab), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(grads, after, strict=True))


def test_a_network_that_has_diverged_explains_nothing(lab):
    lab.why.ask.value = True
    lab.session.model.params()["W1"][...] = np.nan
    draw(lab.pad, SEVEN)
    assert lab.why.view.why["seen"] == []


# ------------------------------------------------------------------------------ make it a 3


def test_small_steps_make_another_digit_of_it(lab):
    model, x = lab.session.model, DIGITS.x_test[:1]
    read = model.predict(x)[0]
    for answer in {3, 5, 8} - {read}:
        steps = list(towards(model, x, answer))
        assert 0 < len(steps) < MOST_STEPS and model.predict(steps[-1])[0] == answer
        assert [model.predict(step)[0] == answer for step in steps[:-1]].count(True) == 0
        moved = [np.linalg.norm(b - a) for a, b in zip([x, *steps], steps, strict=False)]
        assert max(moved) <= 0.1001 and steps[-1].min() >= 0 and steps[-1].max() <= 1
        assert np.linalg.norm(steps[-1] - x) < np.linalg.norm(x), "less than the drawing itself"
    assert list(towards(model, x, read)) == [], "it is read already"


async def make(view):
    view._handle_custom_msg({"make": True}, [])
    view._handle_custom_msg({"make": True}, [])  # a double click
    await view.task


def test_it_is_made_step_by_step_and_the_drawing_stays(lab, monkeypatch):
    monkeypatch.setattr(why, "PAUSE", 0)
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    view, ink, before = lab.why.view, lab.pad.ink, weights(lab)
    answer = (view.why["answer"] + 1) % 10
    view.set_state({"picked": answer})
    seen = []
    view.observe(lambda change: seen.append(change.new["said"]), "why")
    run(make(view))
    assert seen[0] == f"On the way to a {answer} …" and len(seen) > 2
    assert f"{len(seen) - 1} steps made it a {answer}. The change is" in view.why["said"]
    assert np.argmax(view.why["probabilities"]) == answer
    assert lab.pad.ink == ink and np.argmax(lab.pad.reading["probabilities"]) != answer
    assert all(np.array_equal(a, b) for a, b in zip(before, weights(lab), strict=True))
    view.set_state({"picked": None})
    assert view.why["said"] == "" and np.argmax(view.why["probabilities"]) == view.why["answer"]


def test_another_drawing_ends_the_making(lab, monkeypatch):
    monkeypatch.setattr(why, "PAUSE", 0)
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    view = lab.why.view
    view.set_state({"picked": (view.why["answer"] + 1) % 10})

    def draw_another(change):
        view.unobserve_all("why")
        lab.pad.set_state({"ink": STROKE})

    view.observe(draw_another, "why")
    run(make(view))
    assert (
        view.why["said"] == "" and view.why["seen"] == np.round(255 * lab.pad.image()[0]).tolist()
    )
