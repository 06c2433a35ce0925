"""One step under the glass: what is shown is what the training did. No browser here."""

import asyncio

import numpy as np
import pytest
from lab_helpers import DIGITS, run, same, train, until, weights
from pad_helpers import SEVEN, draw

from nn_core import MLP, SGD, cross_entropy, evaluate, minibatches, train_step
from nn_core import SoftmaxCrossEntropy as Loss
from support.lab import InteractiveLab
from support.lab.chain import Chain
from support.lab.glass import MOST_IMAGES, MOST_NEURONS, pictures
from support.lab.glass_texts import MINUS, TIMES, number, stages
from support.lab.moments import copy, network
from support.lab.settings import Settings
from support.lab.source import watched


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def a_step(hidden=(16, 8), n=20, learning_rate=0.1, momentum=0.0, scale=1.0):
    """Return the `Chain` of a step, the network after it, and the loss that `train_step` gave."""
    rng = np.random.default_rng(1)
    model = MLP((784, *hidden, 10))
    for param in model.params().values():
        param *= scale
    x, labels = rng.random((n, 784), np.float32), rng.integers(0, 10, n)
    before, optimizer = copy(model), SGD(learning_rate, momentum)
    loss = train_step(model, Loss(), optimizer, x, labels)
    return Chain(before, model.params(), x, labels), model, loss


@pytest.mark.parametrize("hidden", [(), (9,), (16, 8), (5, 4, 3)])
def test_the_chain_is_the_step_that_was_taken(hidden):
    chain, model, loss = a_step(hidden)
    assert chain.loss == loss
    for i, dW in enumerate(chain.dW, start=1):
        moved = model.params()[f"W{i}"] - chain.before[f"W{i}"]
        assert np.allclose(moved, -0.1 * dW, atol=1e-7)
        length = np.linalg.norm(chain.before[f"W{i}"])
        assert np.isclose(chain.moved(i), np.linalg.norm(moved) / length)
        # what stands in the texts: dW is the layer's input, transposed, times dz
        assert np.allclose(chain.values[i - 1].T @ chain.dz[i - 1], dW, atol=1e-6)
    assert chain.loss_after == evaluate(model, chain.values[0], chain.labels)[0] < loss
    assert np.allclose(chain.p.sum(axis=1), 1) and len(chain.values) == len(hidden) + 2


def test_dz_is_the_slope_that_nudges_measure():
    chain, _, _ = a_step()
    W, b = (chain.before[name].astype(np.float64) for name in ("W3", "b3"))
    for row, column in [(0, 0), (3, 7), (19, 2)]:
        a2 = chain.values[2].astype(np.float64)
        losses = []
        for nudge in (1e-5, -1e-5):
            logits = a2 @ W + b
            logits[row, column] += nudge
            losses.append(cross_entropy(logits, chain.labels))
        assert np.isclose(chain.dz[2][row, column], (losses[0] - losses[1]) / 2e-5, atol=1e-6)
    shut = chain.values[1] == 0
    assert 0.2 < shut.mean() < 0.8 and not chain.dz[0][shut].any()


def test_the_network_before_is_left_alone():
    before = copy(MLP((784, 16, 10)))
    kept = {name: param.copy() for name, param in before.items()}
    Chain(before, before, np.ones((3, 784), np.float32), np.array([1, 2, 3]))
    assert all(np.array_equal(before[name], kept[name]) for name in kept)


@pytest.mark.parametrize("n", [1, 20, 64, 65, 300])
@pytest.mark.parametrize("hidden", [(), (4,), (16, 8), (200, 9, 3)])
def test_every_stage_has_words_and_pictures(hidden, n):
    chain, _, _ = a_step(hidden, n)
    texts, shown = stages(chain, Settings(), 0.1), pictures(chain)
    layers = len(hidden) + 1
    assert len(texts) == 2 * layers + 3 and all(text.endswith((".", ")")) for text in texts)
    assert {p["stage"] for p in shown} == set(range(2 * layers + 2)), "the last has no picture"
    assert {p["column"] for p in shown} == set(range(layers + 2))
    for picture in shown:
        rows = len(picture["bytes"]) / picture["across"]
        assert rows == int(rows) <= (MOST_IMAGES if picture["rows"] != "weights" else 256)
    by_name = {p["name"]: p for p in shown}
    assert by_name["x"]["shape"] == [n, 784] and by_name["p"]["shape"] == [n, 10]
    assert by_name["dW1"]["shape"] == [784, chain.dW[0].shape[1]]
    assert len(by_name["dW1"]["bytes"]) == 784 * min(MOST_NEURONS, chain.dW[0].shape[1])
    of_all, width = f"length {number(np.linalg.norm(chain.dW[0]))}", chain.dW[0].shape[1]
    few = f"{MOST_NEURONS} of {width}\n" if width > MOST_NEURONS else ""
    assert by_name["dW1"]["said"] == few + of_all
    assert f"{by_name['logits']['said']}." in texts[layers], "one range for one array"
    assert by_name["x"]["said"] == ""
    for i in range(1, layers + 1):
        assert by_name[f"dW{i}"]["stage"] == 2 * layers + 2 - i, "from the last layer to the first"
        assert by_name[f"dW{i}"]["column"] == i
    strongest = np.linalg.norm(chain.dW[0], axis=0).argmax()
    first = np.frombuffer(by_name["dW1"]["bytes"], np.uint8)[:784]
    shown = (first - 128.0) / 127 * by_name["dW1"]["scale"]
    clipped = np.clip(chain.dW[0][:, strongest], -by_name["dW1"]["scale"], by_name["dW1"]["scale"])
    assert np.allclose(shown, clipped, atol=0.01 * by_name["dW1"]["scale"])
    ink = np.frombuffer(by_name["x"]["bytes"], np.uint8).reshape(-1, 784)
    assert np.abs((ink - 128.0) / 127 - chain.values[0][: len(ink)]).max() < 0.01


@pytest.mark.parametrize(("value", "text"), [
    (0.1234, "0.123"), (-12.345, "-12.3"), (999, "999"), (999.7, "1,000"), (12_345, "12,300"),
    (-120_000_000.0, "-120 million"), (999_999_999, "1 billion"), (2.5e12, "2.5 trillion"),
    (7.19e28, "7.2 x 10²⁸"), (1.23e-5, "0.0000123"), (3e-9, "3.0 x 10⁻⁹"), (0.0, "0.00"),
    (float("inf"), "∞"),
])  # fmt: skip
def test_numbers_are_those_of_print(value, text):
    assert number(value) == text.replace("-", MINUS).replace("x", TIMES)


def test_the_words_are_those_of_the_numbers():
    chain, _, _ = a_step(hidden=(16, 8))
    said = stages(chain, Settings(momentum=0.9, dropout=0.2), 0.05)
    assert said[0].startswith("The mini-batch x: 20 images, each")
    assert (
        f"{100 * (chain.values[1] == 0).mean():.0f}\N{NO-BREAK SPACE}% of its numbers are 0"
        in said[1]
    )
    assert "dropout 0.2" in said[1] and "dropout" not in stages(chain, Settings(), 0.1)[1]
    right = (chain.values[-1].argmax(axis=1) == chain.labels).sum()
    assert f"{right} of 20 images" in said[4] and f"{chain.loss:#.3g}." in said[4]
    assert "dW3 = a2.T @ dlogits" in said[5] and "dlogits @ W3.T" in said[6]
    assert f"{100 * (chain.dz[0] == 0).mean():.0f}\N{NO-BREAK SPACE}% of dz1 are 0" in said[7]
    assert "dW1 = x.T @ dz1" in said[7] and "dz2 @ W2.T" in said[7]
    assert "0.05 times its gradient, with momentum besides" in said[8] and "falls" in said[8]


@pytest.mark.parametrize("n", [20, 80])
def test_the_image_to_begin_with_is_the_worst_and_wrong_ones_are_known(lab, n):
    lab.glass.ask.value = True
    lab.controls.sliders["batch_size"].value = n
    lab.glass.step.click()
    kept, step = lab.session.latest.kept, lab.glass.view.step
    logits, labels = network(kept.before).forward(kept.x)[:64], kept.labels[:64]
    losses = [cross_entropy(logits[i : i + 1], labels[i : i + 1]) for i in range(len(labels))]
    assert step["worst"] == np.argmax(losses)
    assert step["wrong"] == np.flatnonzero(logits.argmax(axis=1) != labels).tolist() != []
    assert "; the others are marked in black" in step["stages"][4]


def test_a_probability_is_all_only_where_softmax_says_so():
    sure = {"W1": np.zeros((784, 10), np.float32), "b1": 25 * np.eye(10, dtype=np.float32)[3]}
    chain = Chain(sure, sure, np.zeros((2, 784), np.float32), np.array([3, 3]))
    assert 0.9999999 < chain.p[0, 3] < 1


def test_of_one_image_it_speaks_as_of_one():
    chain, *_ = a_step(n=1)
    texts = stages(chain, Settings(batch_size=1), 0.1)
    assert texts[0] == "The mini-batch x: 1 image, a row of 784 numbers."
    how = "wrongly (marked in black)" if len(chain.wrong) else "rightly"
    assert f"The image is read {how}." in texts[4] and "mean" not in texts[4]
    assert "this same image" in texts[-1]
    chain.labels[...] = chain.p.argmax(axis=1)
    chain.wrong = chain.wrong[:0]
    assert "The image is read rightly." in stages(chain, Settings(), 0.1)[4]


def test_all_that_are_read_rightly_need_no_mark():
    chain, *_ = a_step()
    chain.wrong = []
    assert "20 of 20 images are read rightly. Of" in stages(chain, Settings(), 0.1)[4]
    chain.wrong = [4]
    assert (
        "19 of 20 images are read rightly; the other one is marked"
        in stages(chain, Settings(), 0.1)[4]
    )


def test_a_step_that_goes_too_far_says_so():
    chain, _, _ = a_step(learning_rate=1000)
    assert "rises" in stages(chain, Settings(), 1000)[-1]
    chain, _, _ = a_step(scale=1e20)
    assert not chain.finite and not hasattr(chain, "dz")


def test_nothing_is_computed_before_it_is_asked_and_step_needs_no_scrolling(lab):
    lab.buttons.step.click()
    assert lab.glass.view.step == {} and lab.glass.view.layout.display == "none"
    lab.glass.ask.value = True
    assert lab.glass.view.step["title"] == "Step 1 of run 1", "the newest step is still there"
    lab.glass.step.click()
    step = lab.glass.view.step
    assert step["title"] == "Step 2 of run 1"
    assert f"{lab.session.record.loss:#.3g}" == step["loss"][0]
    lab.glass.ask.value = False
    lab.glass.step.click()
    assert lab.glass.view.step is step


def test_step_is_off_where_no_step_can_be_taken(lab):
    def is_on():
        return "nn-off" not in lab.glass.step._dom_classes

    lab.glass.ask.value = True
    assert "Press Step" in lab.page.said
    assert "nn-follows" not in lab.glass.hint._dom_classes, "nor is it said after each training"
    assert is_on()
    run(train(lab, epochs=1))
    assert is_on(), "of a training that is through, too"
    run(train(lab, learning_rate=5, epochs=5))
    assert lab.session.state == "diverged" and not is_on()
    step = lab.session.run.step
    lab.glass.step.click()
    assert lab.session.run.step == step
    assert "press <b>Reset</b> first" in lab.glass.hint.value
    assert lab.glass.step.tooltip.endswith("press Reset first."), "the same, without tags"
    assert lab.glass.reset.layout.display is None
    lab.glass.reset.click()
    assert is_on() and lab.glass.reset.layout.display == "none", "it has done its work"
    assert "Press <b>Step</b>" in lab.glass.hint.value
    lab.glass.step.click()
    assert lab.glass.hint.value == "" and lab.glass.view.step


def test_while_it_trains_the_glass_says_how_to_see_a_step_and_has_a_pause(lab):
    lab.glass.ask.value = True
    assert lab.glass.step.description == "Step"

    async def scenario():
        lab.buttons.train.click()
        assert "Pause" in lab.glass.step.description and "nn-off" not in lab.glass.step._dom_classes
        lab.glass.step.click()
        assert lab.session.state == "paused" and lab.glass.step.description == "Step"
        lab.buttons.pause.click()
        assert "Press <b>Pause</b>" in lab.glass.hint.value
        lab.buttons.speed.value = 10
        assert lab.glass.hint.value == "", "each step is shown"
        lab.buttons.stop.click()

    run(scenario())


def test_at_full_speed_nothing_is_kept_and_in_slow_motion_every_step(lab):
    lab.glass.ask.value = True
    run(train(lab, epochs=1))
    assert lab.session.latest.kept is None and lab.glass.view.step == {}

    async def slowly():
        lab.buttons.speed.value, seen = 3, []
        lab.glass.view.observe(lambda change: seen.append(change.new["title"]), "step")
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step >= 3)
        lab.buttons.pause.click()
        title = f"Step {lab.session.run.step} of run 2"
        assert seen[:3] == ["Step 1 of run 2", "Step 2 of run 2", "Step 3 of run 2"], "each one"
        assert lab.glass.view.step["title"] == title
        lab.buttons.speed.value = 0
        lab.buttons.pause.click()
        await lab.session.driver.task
        assert lab.glass.view.step["title"] == title, "the last one that could be seen"
        lab.glass.ask.value = False
        lab.glass.ask.value = True
        assert lab.glass.view.step["title"] == title

    run(slowly())
    lab.buttons.reset.click()
    assert lab.glass.view.step == {}


def test_a_new_run_takes_the_place_of_the_old_one_without_a_gap(lab):
    lab.glass.ask.value = True
    lab.glass.step.click()
    shown = []
    lab.glass.view.observe(lambda change: shown.append(change.new.get("title")), "step")

    async def slowly():
        lab.buttons.speed.value = 10
        lab.buttons.train.click()
        await until(lambda: shown)
        lab.buttons.stop.click()

    run(slowly())
    assert None not in shown and all(title.endswith(" of run 2") for title in shown)


def test_what_an_earlier_run_left_goes_with_the_next_rest(lab):
    lab.glass.ask.value = True
    lab.glass.step.click()
    run(train(lab, epochs=1))
    assert lab.glass.view.step == {}


def test_a_run_that_was_taken_on_has_not_begun_anew(lab):
    lab.glass.ask.value = True
    run(train(lab, epochs=1))
    lab.glass.step.click()
    step = lab.session.runs[0].step + 1
    assert lab.glass.view.step["title"] == f"Step {step:,} of run 2"


def test_another_network_ends_it(lab):
    lab.glass.ask.value = True
    run(train(lab, epochs=1))
    first = lab.session.runs[0]
    lab.buttons.reset.click()
    lab.glass.step.click()
    assert lab.glass.view.step
    lab.buttons.stop.click()
    lab.session.bring_back(first)
    assert lab.glass.view.step == {}


def test_a_correction_on_the_pad_is_not_taken_for_the_step(lab):
    lab.glass.step.click()
    draw(lab.pad, SEVEN)
    lab.pad.correct(7)
    lab.glass.ask.value = True
    assert lab.glass.view.step == {}, "what it did can no longer be told apart"
    assert lab.glass.view.frames, "but what a step would show"


@pytest.mark.parametrize(("wrong", "said"), [
    ([], ""), ([3], "black: misread"), ([63, 70], "black: misread"), ([64], ""),
])  # fmt: skip
def test_what_black_is_in_p_is_said_below_it_where_it_is_seen(wrong, said):
    chain, _, _ = a_step(n=80)
    chain.wrong = np.array(wrong, int)
    p = next(each for each in pictures(chain) if each["name"] == "p")
    assert p["said"] == said


def test_who_looks_changes_nothing(lab):
    other = InteractiveLab(DIGITS)
    for each, opened in ((lab, True), (other, False)):
        each.glass.ask.value = opened
        for name, value in (("momentum", 0.9), ("dropout", 0.2), ("distortion", 0.0)):
            each.controls.sliders[name].value = value
        for _ in range(3):
            each.glass.step.click()
    assert same(weights(lab), weights(other))


def test_a_watched_training_has_the_same_batches():
    x, labels = DIGITS.x_train[:100], DIGITS.labels_train[:100]
    seen = []
    batches = watched(minibatches, lambda *batch: seen.append(batch))
    got = list(batches(x, labels, 30, np.random.default_rng(0)))
    plain = list(minibatches(x, labels, 30, np.random.default_rng(0)))
    for some in (seen, got):
        assert all(same(a, b) for a, b in zip(some, plain, strict=True))


def test_of_a_dead_network_only_biases_are_said_to_move():
    """But where momentum moves the weights on, that is said."""
    settings = Settings(hidden=(9,), momentum=0.9)
    chain, model, _ = a_step(hidden=(9,))
    for name in ("W1", "W2"):
        model.params()[name][...] = chain.before[name]  # what has moved is asked of these
    dead = Chain(chain.before, model.params(), chain.values[0], chain.labels)
    assert (
        "gradient, with momentum besides: none moves here, only biases do. The loss"
        in stages(dead, settings, 5)[-1]
    )
    model.params()["W2"][...] *= 1.01
    dead = Chain(chain.before, model.params(), chain.values[0], chain.labels)
    said = stages(dead, settings, 5)[-1].replace("\N{NO-BREAK SPACE}", " ")
    assert "W1 by 0 %, W2 by 1.0 % of its length. The loss" in said


def test_an_empty_picture_has_words():
    chain, *_ = a_step(hidden=(9,))
    chain.values[1][...] = chain.dW[0][...] = 0
    said = {picture["name"]: picture["said"] for picture in pictures(chain)}
    assert said["a1"] == "all 0: nothing passes" and said["dW1"].endswith("all 0")


def test_numbers_that_are_not_finite_are_said_to_be_so(lab):
    lab.glass.ask.value = True
    lab.glass.step.click()
    lab.session.model.params()["W1"][...] = np.nan

    async def step():
        lab.glass.step.click()
        await asyncio.sleep(0)

    run(step())
    assert "stages" not in lab.glass.view.step
    assert lab.session.state == "diverged"


def test_before_a_step_there_are_its_frames_and_each_says_what_it_will_hold(lab):
    lab.glass.ask.value = True
    view = lab.glass.view
    assert view.sizes == [128, 64, 10] and not view.step
    frames = view.frames
    lab.glass.step.click()
    keys = ("name", "stage", "column", "kind", "rows", "across", "holds")
    places = [
        [[picture[key] for key in keys] for picture in of] for of in (frames, view.step["pictures"])
    ]
    assert places[0] == places[1], "a step fills them, and nothing moves"
    assert all(picture["holds"] for picture in frames)
    lab.controls.preset_buttons[2].click()
    lab.buttons.reset.click()
    assert view.sizes == [4, 10] and not view.step
    names = [picture["name"] for picture in view.frames]
    assert names == ["x", "a1", "logits", "p", "dlogits", "dW2", "dz1", "dW1"]


def test_the_frames_are_there_while_a_training_runs_and_after_it_diverged(lab):
    async def scenario():
        lab.buttons.train.click()
        lab.glass.ask.value = True
        assert lab.glass.view.frames and lab.glass.view.layout.display is None
        lab.buttons.stop.click()

    run(scenario())
    run(train(lab, learning_rate=5, epochs=5))
    assert lab.glass.view.layout.display is None and "Reset" in lab.glass.hint.value
