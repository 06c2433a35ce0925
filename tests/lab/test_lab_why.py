"""Why?: slopes along the pixels, of the answer that the reader picks. No browser here."""

import numpy as np
import pytest
from lab_helpers import DIGITS, STROKE, run, train, until, weights
from pad_helpers import SEVEN, draw, receive

from nn_core import MLP
from support.lab import InteractiveLab
from support.lab.change import MOST_STEPS, PICTURES, STEP, Change
from support.lab.slopes import slopes, why_nothing
from support.lab.why import AT_LAST, TEACHES, TRAINED_ON, article


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


def test_of_an_image_whose_digit_is_known_it_asks_for_that_until_the_drawing_changes(lab):
    lab.why.ask.value = True
    lab.why.view.set_state({"picked": 2})  # asked about another drawing
    said, labels = lab.matrix.shown, lab.matrix.labels
    row = int(np.flatnonzero(said.answers != labels)[0])
    truth, read = int(labels[row]), int(said.answers[row])
    lab.matrix._handle_custom_msg({"image": row}, [])
    view = lab.why.view
    assert lab.pad.truth == view.why["answer"] == truth != read
    assert f" It is {article(truth)}." in lab.why.head()
    press(view, make=truth)
    assert view.why["made"].startswith(AT_LAST.format(article(truth)))
    view.set_state({"picked": read})
    assert view.why["answer"] == read, "it can still be asked for what it reads"
    receive(lab.pad, ink=STROKE, truth=None)  # as the page sends it
    assert view.truth is None and "It is" not in lab.why.head()


def test_an_image_that_is_loaded_ends_a_question_about_another_and_a_stroke_does_not(lab):
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    view, images = lab.why.view, lab.matrix.x
    view.set_state({"picked": 9})
    lab.pad.load(images[0])  # as of a photograph: nobody knows its digit
    read = int(np.argmax(lab.pad.reading["probabilities"]))
    assert view.picked is None and view.why["answer"] == read
    asked = (read + 1) % 10
    view.set_state({"picked": asked})
    receive(lab.pad, ink=STROKE, truth=None)  # a stroke on it, not yet at its end
    assert view.why["answer"] == asked
    lab.pad.load(images[1], 4)
    assert view.picked is None and view.why["answer"] == 4


def test_an_article_is_that_of_the_spoken_digit():
    assert [article(digit) for digit in (7, 8, 9)] == ["a 7", "an 8", "a 9"]


def test_it_leaves_the_network_alone(lab):
    before, grads = weights(lab), [g.copy() for _, g in lab.session.model.params_and_grads()]
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    lab.why.view.set_state({"picked": 4})
    after = [g for _, g in lab.session.model.params_and_grads()]
    assert all(np.array_equal(a, b) for a, b in zip(before, weights(lab), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(grads, after, strict=True))


@pytest.mark.parametrize("dead", [1, 2])
def test_a_dead_network_says_why_there_is_nothing_to_explain(lab, dead):
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    assert lab.why.view.why["nothing"] == "" and np.any(lab.why.view.why["slopes"])
    lab.session.model.params()[f"b{dead}"][...] = -1e4
    lab.draw_views(now=True)
    why, width = lab.why.view.why, (128, 64)[dead - 1]
    assert not np.any(why["slopes"])
    assert f"all {width} ReLUs of hidden layer {dead} are 0" in why["nothing"]


def test_an_answer_beyond_all_others_says_why_there_is_nothing_to_explain():
    model, x = MLP((784, 10)), np.ones((1, 784), np.float32)
    model.params()["b1"][3] = 1000
    assert not slopes(model, x, 3).any() and slopes(model, x, 4).any()
    assert "all others have probability 0" in why_nothing(model, x)


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


def test_a_sure_answer_has_tiny_slopes_and_another_one_far_larger(trained):
    """As lesson 09 says of the numbers below the picture."""
    p = trained.predict_proba(DIGITS.x_test)
    sure = np.flatnonzero(p.max(axis=1) > 0.995)
    assert len(sure) > 50
    for image in sure:
        x, read = DIGITS.x_test[image][None], int(p[image].argmax())
        largest = [np.abs(slopes(trained, x, answer)).max() for answer in range(10)]
        own = largest.pop(read)
        assert own < 0.05 and min(largest) > 10 * own


@pytest.mark.parametrize("image", (0, 20, 40))
def test_a_small_change_makes_any_digit_of_any_image(trained, image):
    x = DIGITS.x_test[image][None]
    read = int(trained.predict(x)[0])
    rng = np.random.default_rng(image)
    for label in set(range(10)) - {read}:
        change = Change(trained, x, label)
        made = change.images[-1].astype(np.float32)
        assert trained.predict(made)[0] == label
        assert made.min() >= 0 and made.max() <= 1
        size = np.linalg.norm(change.difference())
        assert size <= STEP * (len(change.images) - 1) + 1e-9
        assert size < 0.6 * np.linalg.norm(x), "little beside the drawing"
        for noise in rng.standard_normal((20, 784)):  # as long, in a direction of no meaning
            moved = np.float32(np.clip(x + size * noise / np.linalg.norm(noise), 0, 1))
            assert trained.predict(moved)[0] != label
        assert trained.predict(np.float32(x + 0.6 * change.difference()))[0] != label, "little more"


def test_what_is_said_of_a_change_is_true(trained):
    x = DIGITS.x_test[:1]
    change = Change(trained, x, (trained.predict(x)[0] + 1) % 10)
    words, difference = change.in_words(), np.abs(change.images[-1] - x)
    assert words.startswith(f"{len(change.images) - 1} small steps added or took away, ")
    assert f"Of 784 pixels, {(difference > 0.1).sum()} changed by more than a tenth" in words
    share = difference.sum() / x.sum()
    assert f"all together, {100 * share:.0f}\N{NO-BREAK SPACE}% of the ink of the image" in words


def test_the_film_shows_the_way_from_the_drawing_to_the_end(trained):
    change = Change(trained, DIGITS.x_test[:1], (trained.predict(DIGITS.x_test[:1])[0] + 1) % 10)
    steps, pictures = change.film()
    assert 10 <= len(steps) == len(pictures) <= PICTURES + 1
    assert steps[0] == 0 and steps[-1] == len(change.images) - 1
    assert max(np.diff(steps)) - min(np.diff(steps)) <= 1 and min(np.diff(steps)) > 0
    assert all(
        np.array_equal(change.images[i][0], picture)
        for i, picture in zip(steps, pictures, strict=True)
    )


def test_a_change_that_leads_nowhere_ends_with_a_sentence():
    dead = MLP((784, 4, 10))
    dead.params()["b1"][...] = -1000  # all ReLUs are silent: no slope anywhere
    dead.params()["b2"][5] = 1
    stubborn = MLP((784, 10))
    stubborn.params()["b1"][5] = 1000
    for model, count in [(dead, 0), (stubborn, MOST_STEPS)]:
        change = Change(model, DIGITS.x_test[:1], 3)
        assert len(change.images) - 1 == count
        assert change.in_words().endswith("That was not enough, and no more steps are taken.")


def asked(lab):
    """Ask why, for another answer than the one that is read; return the view and that answer."""
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    view = lab.why.view
    answer = (view.why["answer"] + 1) % 10
    view.set_state({"picked": answer})
    return view, answer


def press(view, **content):
    """Do what happens when the reader presses "Make it ..." or "Back to the image"."""
    view._handle_custom_msg(content, [])


def test_it_is_made_step_by_step_and_there_is_a_way_back(lab):
    view, answer = asked(lab)
    before, grads = dict(view.why), [g.copy() for _, g in lab.session.model.params_and_grads()]
    press(view, make=answer)
    first, film = view.change, view.why["film"]
    press(view, make=answer)
    assert view.change is first, "a second click is none"
    assert [picture["step"] for picture in film] == first.film()[0]
    assert film[0]["seen"] == before["seen"] == view.why["seen"] != film[-1]["seen"]
    for picture, image in zip(film, first.film()[1], strict=True):
        p = lab.session.model.predict_proba(image[None].astype(np.float32))[0]
        assert np.allclose(picture["probabilities"], p, atol=1e-6)
    assert np.argmax(film[-1]["probabilities"]) == answer != np.argmax(film[0]["probabilities"])
    taught = TEACHES.format(article(answer))
    assert view.why["made"] == taught + first.in_words()
    after = [g for _, g in lab.session.model.params_and_grads()]
    assert all(np.array_equal(a, b) for a, b in zip(grads, after, strict=True))
    press(view, back=True)
    press(view, back=True)
    assert view.why == before


def test_what_is_not_read_so_teaches_nothing(lab):
    view, answer = asked(lab)
    lab.session.model.params()["b3"][(answer + 1) % 10] = 1000
    press(view, make=answer)
    assert "not enough" in view.why["made"] and "You still see" not in view.why["made"]


def test_another_answer_a_stroke_and_folding_end_it(lab):
    ends = [
        lambda: view.set_state({"picked": (answer + 1) % 10}),
        lambda: lab.pad.set_state({"ink": STROKE}),
        lambda: setattr(lab.why.ask, "value", False),
        lambda: draw(lab.pad, np.zeros((112, 112))),
        lab.buttons.reset.click,
        lambda: lab._load(MLP((784, 8, 10)), "other.npz"),
        lambda: lab.session.bring_back(lab.session.runs[0]),
    ]
    for end in ends:
        view, answer = asked(lab)
        press(view, make=answer)
        assert view.why["film"]
        end()
        assert view.change is None and "film" not in view.why and "made" not in view.why


def test_it_is_shown_while_a_training_goes_on(lab):
    async def scenario():
        view, answer = asked(lab)
        lab.controls.sliders["epochs"].value = 80
        lab.buttons.train.click()
        answer = (view.why["answer"] + 1) % 10
        view.set_state({"picked": answer})
        press(view, make=answer)
        assert lab.session.state == "running" and view.why["made"]
        step = lab.session.run.step
        await until(lambda: lab.session.run.step > step + 20)  # the network moves on
        lab.draw_views(now=True)
        p = lab.session.model.predict_proba(view.change.images[-1].astype(np.float32))[0]
        said = view.why["film"][-1]["probabilities"]
        assert np.allclose(said, p, atol=1e-6), "what it says is of the present network"
        assert "not enough" not in view.why["made"] and TRAINED_ON in view.why["made"]
        assert ("You still see" in view.why["made"]) == (p.argmax() == answer)
        lab.session.model.params()["W1"][...] = np.nan
        lab.draw_views(now=True)
        assert view.why["seen"] == []
        lab.buttons.stop.click()

    run(scenario())
