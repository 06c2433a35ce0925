"""The widget of lesson 05: every slider counts, curves are overlaid, and nothing stays unsaid."""

import asyncio
import io
import xml.etree.ElementTree as ET

import ipywidgets as widgets
import matplotlib.image
import numpy as np
import pytest

import nn_core
import support.playground as module
from support.figures.lesson_05 import loss_svg, smooth
from support.playground import TrainingPlayground


@pytest.fixture
def playground():
    """On 200 easy points of 20 numbers, 10 classes, so that a run takes milliseconds."""
    rng = np.random.default_rng(0)
    labels = np.arange(250) % 10
    x = rng.standard_normal((10, 20))[labels] + 0.3 * rng.standard_normal((250, 20))
    x = x.astype(np.float32)
    return TrainingPlayground(x[:200], labels[:200], (x[200:], labels[200:]), epochs=4)


def is_on(playground):
    return "nn-off" not in playground.train_button._dom_classes


def legend(playground):
    return [text.get_text() for text in playground.figure().legends[0].get_texts()]


def lines(playground):
    """Return the curves of the figure, without the line at ln 10 and without crosses."""
    found = playground.figure().axes[0].lines
    return [line for line in found if line.get_label() in [run["label"] for run in playground.runs]]


def crosses(playground):
    return [line for line in playground.figure().axes[0].lines if line.get_marker() == "x"]


def pixels(playground):
    return matplotlib.image.imread(io.BytesIO(playground.picture.value))


def test_a_click_on_train_adds_a_labelled_curve_and_redraws(playground):
    before = playground.picture.value
    playground.train_button.click()
    (run,) = playground.runs
    assert run["label"].startswith("rate 0.1, batch 64, hidden 128-64: ")
    assert run["label"].endswith("% right")
    assert run["label"] in legend(playground)
    assert len(run["losses"]) == 4 * 4  # 200 images are 4 batches of at most 64
    assert playground.picture.value != before
    assert playground.message.value == run["label"]
    assert is_on(playground)


def test_curves_are_overlaid_in_epochs_whatever_the_batch_size(playground):
    for batch_size in (16, 64, 512):
        playground.batch_size.value = batch_size
        playground.train_button.click()
    assert len(lines(playground)) == 3
    for line in lines(playground):
        assert line.get_xdata()[-1] == 4
    assert len({line.get_color() for line in lines(playground)}) == 3
    assert len({line.get_linestyle() for line in lines(playground)}) == 3


def test_every_slider_changes_the_run_and_the_label(playground):
    playground.train()
    for slider, value in [("learning_rate", 1.0), ("batch_size", 8), ("hidden_1", 16)]:
        getattr(playground, slider).value = value
        playground.train()
    playground.hidden_2.value = 4
    playground.train()
    assert [run["label"].split(":")[0] for run in playground.runs] == [
        "rate 0.1, batch 64, hidden 128-64",
        "rate 1, batch 64, hidden 128-64",
        "rate 1, batch 8, hidden 128-64",
        "rate 1, batch 8, hidden 16-64",
        "rate 1, batch 8, hidden 16-4",
    ]
    last_losses = [run["losses"][1:] for run in playground.runs]
    assert all(a != b for i, a in enumerate(last_losses) for b in last_losses[:i])


def test_settings_make_the_network_that_fit_trains(playground, monkeypatch):
    seen = []

    def fit(model, x, labels, optimizer, **settings):
        seen.append((*model.params().values(), optimizer.learning_rate, settings))
        return nn_core.fit(model, x, labels, optimizer, **settings)

    monkeypatch.setattr(module, "fit", fit)
    playground.learning_rate.value, playground.batch_size.value = 0.01, 32
    playground.hidden_1.value, playground.hidden_2.value = 32, 8
    playground.train()
    ((W1, _, W2, _, W3, _, rate, settings),) = seen
    assert [W1.shape, W2.shape, W3.shape] == [(20, 32), (32, 8), (8, 10)]
    assert np.isclose(rate, 0.01)
    assert settings == {"epochs": 4, "batch_size": 32}


def test_the_same_settings_give_the_same_curve(playground):
    playground.train()
    playground.train()
    assert playground.runs[0]["losses"] == playground.runs[1]["losses"]


def test_accuracy_is_that_on_the_validation_data(playground):
    playground.val = (playground.val[0], (playground.val[1] + 1) % 10)
    playground.train()
    assert playground.runs[0]["label"].endswith(": 0.0% right")


def test_clear_forgets_all_runs(playground):
    empty = playground.picture.value
    playground.train_button.click()
    playground.clear_button.click()
    assert (playground.runs, playground.message.value) == ([], "")
    assert playground.picture.value == empty


def test_a_run_that_overflows_is_shown_as_diverged(playground):
    playground.x = playground.x * np.float32(1e12)
    playground.learning_rate.value = 10
    playground.train_button.click()
    assert "diverged, stopped at step" in playground.message.value
    assert len(crosses(playground)) == 1
    assert is_on(playground)
    playground.x = playground.x / np.float32(1e12)
    playground.learning_rate.value = 0.1
    playground.train_button.click()  # a later run is none the worse
    assert "diverged" not in playground.message.value
    assert len(crosses(playground)) == 1 and len(lines(playground)) == 2


@pytest.mark.parametrize(("rate", "batch_size"), [(10 ** (1 / 4), 8), (10, 64)])
def test_a_run_that_leaps_up_and_ends_guessing_is_shown_as_diverged(playground, rate, batch_size):
    playground.learning_rate.value, playground.batch_size.value = rate, batch_size
    playground.hidden_1.value = playground.hidden_2.value = 16
    playground.train()
    assert "diverged, " in playground.message.value
    assert playground.message.value.endswith("% right")
    assert len(crosses(playground)) == 1


@pytest.mark.parametrize(
    ("losses", "diverged"),
    [([2.3, 9.0, 2.0, 0.5], False), ([2.3, 9.0, 2.0, 2.3], True), ([2.4, 2.3, 2.3, 2.3], False)],
)
def test_diverged_means_leapt_up_and_not_come_back(playground, monkeypatch, losses, diverged):
    records = [nn_core.Record(1, i + 1, 4, loss) for i, loss in enumerate(losses)]
    monkeypatch.setattr(module, "fit", lambda *_, **__: iter(records))
    playground.train()
    assert playground.runs[0]["diverged"] == diverged


def test_a_slow_run_has_not_diverged(playground):
    playground.learning_rate.value = 0.001
    playground.train()
    assert "diverged" not in playground.message.value
    assert crosses(playground) == []


def test_the_eighth_curve_replaces_the_first_and_the_others_keep_their_colours(playground):
    playground.epochs = 1
    for rate in range(7):
        playground.learning_rate.value = 10 ** (-3 + rate / 4)
        playground.train()
    colours = {line.get_label(): line.get_color() for line in lines(playground)}
    first, *others = [run["label"] for run in playground.runs]
    playground.batch_size.value = 512
    playground.train()
    now = {line.get_label(): line.get_color() for line in lines(playground)}
    assert len(now) == 7 and first not in now
    assert all(now[label] == colours[label] for label in others)
    assert len(set(now.values())) == 7


@pytest.mark.parametrize("where", ["x", "val"])
def test_what_goes_wrong_is_said_below_the_picture(playground, where):
    playground.train()
    if where == "x":
        playground.x = np.full_like(playground.x, np.nan)
    else:
        playground.val = (playground.val[0][:, :3], playground.val[1])
    playground.train_button.click()
    assert playground.message.value.startswith("ValueError: x must")
    assert len(playground.runs) == 1 and is_on(playground)


def test_the_button_rests_while_training(playground, monkeypatch):
    seen = []

    def evaluate(*arguments):
        seen.append((is_on(playground), playground.message.value))
        return nn_core.evaluate(*arguments)

    monkeypatch.setattr(module, "evaluate", evaluate)
    playground.train_button.click()
    assert seen == [(False, "training ...")]


def click_many_times(playground):
    """Click Train in an event loop, as the page does, twice at once and once while it trains."""

    async def scenario():
        playground.train_button.click()
        playground.train_button.click()
        await asyncio.sleep(0)
        playground.train_button.click()
        await playground.driver.task

    asyncio.run(scenario())


def test_many_clicks_are_one_run(playground):
    playground.epochs = 200  # many turns, so that the last click finds it training
    click_many_times(playground)
    assert len(playground.runs) == 1 and is_on(playground)
    assert len(playground.runs[0]["losses"]) == 200 * 4
    playground.train()
    assert playground.runs[0]["losses"] == playground.runs[1]["losses"], "as in a cell"


@pytest.mark.parametrize("where", ["x", "val"])
def test_what_goes_wrong_after_a_click_is_said_too(playground, where):
    if where == "x":
        playground.x = np.full_like(playground.x, np.nan)
    else:
        playground.val = (playground.val[0][:, :3], playground.val[1])
    click_many_times(playground)
    assert playground.message.value.startswith("ValueError: x must") and is_on(playground)


@pytest.mark.parametrize("how", ["task", "cell"])
def test_an_interrupted_training_leaves_the_playground_usable(playground, how, monkeypatch):
    def fit(*arguments, **settings):
        yield from list(nn_core.fit(*arguments, **settings))[:3]
        raise KeyboardInterrupt

    async def interrupted():
        playground.train_button.click()
        await asyncio.sleep(0)
        playground.driver.task.cancel()
        await asyncio.sleep(0.01)

    if how == "task":
        playground.epochs = 1000
        asyncio.run(interrupted())
        playground.epochs = 4
    else:
        monkeypatch.setattr(module, "fit", fit)
        with pytest.raises(KeyboardInterrupt):
            playground.train()
        monkeypatch.undo()
    assert "interrupted" in playground.message.value
    assert playground.runs == [] and is_on(playground)
    playground.epochs = 200
    click_many_times(playground)
    assert len(playground.runs) == 1 and "interrupted" not in playground.message.value


@pytest.mark.parametrize(("name", "typed", "label"), [
    ("batch_size", 50, "batch 50,"), ("hidden_1", 100, "hidden 100-64"), ("hidden_2", 9, "128-9"),
])  # fmt: skip
def test_what_is_typed_beside_a_slider_is_obeyed(playground, name, typed, label):
    getattr(playground, name).set_state({"value": typed})
    playground.train()
    assert label in playground.runs[0]["label"]


def test_a_browser_can_find_every_part(playground):
    assert "training-playground" in playground._dom_classes
    for part, name in [
        (playground.learning_rate, "learning-rate"),
        (playground.batch_size, "batch-size"),
        (playground.hidden_1, "hidden-1"),
        (playground.hidden_2, "hidden-2"),
        (playground.train_button, "train-button"),
        (playground.clear_button, "playground-clear-button"),
        (playground.picture, "playground-picture"),
        (playground.message, "playground-message"),
    ]:
        assert name in part._dom_classes


def test_all_parts_are_on_the_page_and_the_picture_is_never_empty(playground):
    def leaves(widget):
        children = getattr(widget, "children", None)
        return [leaf for child in children for leaf in leaves(child)] if children else [widget]

    kinds = [type(leaf) for leaf in leaves(playground)]
    assert kinds.count(widgets.Button) == 2 and kinds.count(widgets.Image) == 1
    assert len(kinds) == 9, "and one that looks after the page"
    assert pixels(playground).shape[1] > 300
    assert repr(playground).startswith("TrainingPlayground(")


# ------------------------------------------------------------------------------- live curve


def test_smooth_keeps_the_mean_and_the_length():
    losses = list(np.random.default_rng(0).random(1000))
    steps, means = smooth(losses)
    assert len(steps) == len(means) == 100 and steps[-1] == 1000
    assert np.isclose(means.mean(), np.mean(losses))
    assert [list(part) for part in smooth([3.0])] == [[1], [3.0]]


def test_live_curve_is_an_svg_whose_end_moves_right_and_down():
    def end(losses):
        svg = ET.fromstring(loss_svg(losses, steps=10))
        return [float(n) for n in svg.find("polyline").get("points").split()[-1].split(",")]

    assert end([2.0])[0] < end([2.0, 1.0])[0] < end([2.0] * 10)[0] == 640
    assert end([2.0, 1.0])[1] > end([2.0, 2.0])[1], "in SVG, y counts from the top"
    assert end([9.9])[1] == 20, "cut off at the top"
    assert "1.500 at step 2 of 10" in loss_svg([1.5, 1.5], steps=10)
