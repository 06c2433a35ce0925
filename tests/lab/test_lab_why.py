"""Why?: slopes along the pixels, of the answer that the reader picks. No browser here."""

import asyncio

import numpy as np
import pytest
from lab_helpers import DIGITS, STROKE, run, train, until, weights
from pad_helpers import SEVEN, draw

from nn_core import MLP
from support.lab import InteractiveLab
from support.lab.change import MOST_STEPS, STEP, Change
from support.lab.slopes import slopes
from support.lab.why import TRAINED_ON


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


def test_an_answer_that_is_as_good_as_certain_still_has_slopes():
    model = MLP((784, 10))
    model.params()["b1"][3] = 60  # in float64, too
    found = slopes(model, np.ones((1, 784), np.float32), 3)
    W = model.params()["W1"].astype(float)
    p = model.astype(np.float64).predict_proba(np.ones((1, 784)))[0]
    others = np.arange(10) != 3
    assert np.allclose(found, W[:, 3] * p[others].sum() - W[:, others] @ p[others], 1e-6, 0)
    assert np.abs(found).max() > 0


# ------------------------------------------------------------------------------ make it a 3


@pytest.fixture(scope="module")
def trained():
    lab = InteractiveLab(DIGITS)
    run(train(lab, epochs=15))
    return lab.session.model


@pytest.mark.parametrize("image", (0, 20, 40))
def test_a_small_change_makes_any_digit_of_any_image(trained, image):
    x = DIGITS.x_test[image][None]
    read = int(trained.predict(x)[0])
    rng = np.random.default_rng(image)
    for label in set(range(10)) - {read}:
        change = Change(trained, x, label)
        change.go_on(MOST_STEPS + 1)
        made = change.image.astype(np.float32)
        assert not change.going and trained.predict(made)[0] == label
        assert made.min() >= 0 and made.max() <= 1
        size = np.linalg.norm(change.difference())
        assert size <= STEP * change.count + 1e-9
        assert size < 0.6 * np.linalg.norm(x), "little beside the drawing"
        for noise in rng.standard_normal((20, 784)):  # as long, in a direction of no meaning
            moved = np.float32(np.clip(x + size * noise / np.linalg.norm(noise), 0, 1))
            assert trained.predict(moved)[0] != label
        assert trained.predict(np.float32(x + 0.6 * change.difference()))[0] != label, "little more"


def test_what_is_said_of_a_change_is_true(trained):
    x = DIGITS.x_test[:1]
    change = Change(trained, x, (trained.predict(x)[0] + 1) % 10)
    change.go_on(3)
    words, difference = change.in_words(), np.abs(change.image - x)
    assert change.going and words.startswith("3 small steps. ")
    assert f"Of 784 pixels, {(difference > 0.1).sum()} changed by more than a tenth" in words
    share = difference.sum() / x.sum()
    assert f"all together, {100 * share:.0f} % of the ink of your drawing" in words


def test_a_change_that_leads_nowhere_ends_with_a_sentence():
    dead = MLP((784, 4, 10))
    dead.params()["b1"][...] = -1000  # all ReLUs are silent: no slope anywhere
    dead.params()["b2"][5] = 1
    stubborn = MLP((784, 10))
    stubborn.params()["b1"][5] = 1000
    for model, count in [(dead, 0), (stubborn, MOST_STEPS)]:
        change = Change(model, DIGITS.x_test[:1], 3)
        change.go_on(MOST_STEPS + 1)
        assert not change.going and change.count == count
        assert change.in_words().endswith("That was not enough, and no more steps are taken.")


async def asked(lab):
    """Ask why, for another answer than the one that is read; return the view and that answer."""
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    view = lab.why.view
    answer = (view.why["answer"] + 1) % 10
    view.set_state({"picked": answer})
    return view, answer


def press(view, **content):
    """Do what happens when the reader presses "Make it ..." or "Back to the drawing"."""
    view._handle_custom_msg(content, [])


def test_it_is_made_frame_by_frame_and_there_is_a_way_back(lab):
    async def scenario():
        view, answer = await asked(lab)
        before, frames = dict(view.why), []
        view.observe(lambda change: frames.append(change.new), "why")
        grads = [g.copy() for _, g in lab.session.model.params_and_grads()]
        press(view, make=answer)
        first = view.change
        press(view, make=answer)
        assert view.change is first, "a second click is none"
        await until(lambda: not view.why["going"])
        assert len(frames) > 3 and all(frame["going"] for frame in frames[:-1])
        shares = [frame["probabilities"][answer] for frame in frames]
        assert shares[-1] == max(frames[-1]["probabilities"]) > shares[0]
        assert view.why["made"].startswith(f"{view.change.count} small steps")
        assert view.why["drawing"] == before["seen"] != view.why["seen"]
        after = [g for _, g in lab.session.model.params_and_grads()]
        assert all(np.array_equal(a, b) for a, b in zip(grads, after, strict=True))
        press(view, back=True)
        press(view, back=True)
        assert view.why == before

    run(scenario())


def test_another_answer_a_stroke_and_folding_end_it(lab):
    async def scenario():
        view, answer = await asked(lab)
        ends = [
            lambda: view.set_state({"picked": (answer + 1) % 10}),
            lambda: lab.pad.set_state({"ink": STROKE}),
            lambda: setattr(lab.why.ask, "value", False),
            lambda: draw(lab.pad, np.zeros((112, 112))),
            lab.buttons.reset.click,
            lambda: lab._load(MLP((784, 8, 10)), "other.npz"),
            lambda: lab.session.bring_back(lab.session.runs[0]),
            lambda: (lab.buttons.train.click(), lab.buttons.stop.click()),
            lab.close,
        ]
        for end in ends:
            view, answer = await asked(lab)
            press(view, make=answer)
            assert view.why["going"] and view.timer
            end()
            assert view.change is None and view.timer is None
            seen = view.why["seen"]
            await asyncio.sleep(0.15)
            assert view.why["seen"] == seen and ("made" not in view.why or end is ends[-1])

    run(scenario())


def test_it_is_made_while_a_training_goes_on(lab):
    async def scenario():
        view, answer = await asked(lab)
        lab.controls.sliders["epochs"].value = 80
        lab.buttons.train.click()
        answer = (view.why["answer"] + 1) % 10
        view.set_state({"picked": answer})
        press(view, make=answer)
        await until(lambda: not view.why.get("going"))
        assert lab.session.state == "running" and view.why["made"]
        await asyncio.sleep(0.5)  # the network moves on
        p = lab.session.model.predict_proba(view.change.image.astype(np.float32))[0]
        lab.draw_views(now=True)
        assert np.allclose(view.why["probabilities"], p), "what it says is of the present network"
        assert "not enough" not in view.why["made"] and TRAINED_ON in view.why["made"]
        lab.session.model.params()["W1"][...] = np.nan
        lab.draw_views(now=True)
        assert view.why["seen"] == []
        lab.buttons.stop.click()

    run(scenario())
