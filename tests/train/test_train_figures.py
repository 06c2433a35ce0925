"""The figures of a training: what they show, and that drawing them changes nothing else."""

import numpy as np
import pytest
from PIL import Image
from train_command import DIGITS, names, reference, run

import train
from figs import draw
from nn_core import MLP


@pytest.mark.parametrize("name", [name for name in train.FILES if name.endswith(".png")])
def test_pictures_show_something_in_every_quarter(finished, name):
    pixels = np.asarray(Image.open(finished[1] / name).convert("L"))
    height, width = pixels.shape
    assert 300 < height < 1000 and 600 < width < 1000
    for rows in (slice(0, height // 2), slice(height // 2, None)):
        for columns in (slice(0, width // 2), slice(width // 2, None)):
            assert pixels[rows, columns].std() > 5


def test_gif_grows_and_holds_its_end(finished):
    path = finished[1] / "training_loss.gif"
    assert path.stat().st_size < 1_000_000
    with Image.open(path) as gif:
        frames, times = [], []
        for i in range(gif.n_frames):
            gif.seek(i)
            frames.append(np.asarray(gif.convert("RGB")).astype(np.int16))
            times.append(gif.info["duration"])
        assert gif.info.get("loop") == 0
    assert 60 <= len(frames) <= 100 and len({frame.tobytes() for frame in frames}) == len(frames)
    assert times[-1] >= 2000 and max(times[:-1]) < 500
    for colour in ((0, 114, 178), (213, 94, 0)):  # both curves; (N,) pixels of that colour
        first, middle, last = (
            (abs(frames[i] - np.int16(colour)).max(axis=2) < 5).sum() for i in (0, 40, -1)
        )
        assert first < middle / 2 and middle < 0.9 * last
    moved = abs(frames[0] - frames[-1]).sum(axis=2) > 60
    assert not moved[:, :40].any() and not moved[-40:].any()  # the axes stand still


def test_loss_figure_shows_what_happened(finished, figures, monkeypatch, tmp_path):
    kept = []
    draw_loss = train.draw_loss
    monkeypatch.setattr(train, "draw_loss", lambda *args: (kept.append(args), draw_loss(*args)))
    run(tmp_path, "--epochs", 30, "--no-gif")
    _, history, title = kept[0]
    assert title == "784-128-64-10, trained on digits"
    (ax,) = figures[0].axes
    training, validation, best = (line.get_xydata() for line in ax.lines)
    np.testing.assert_allclose(training[:, 1], [r.train_loss for r in history.epochs])
    np.testing.assert_allclose(training[:, 0], np.arange(30) + 0.5)
    np.testing.assert_allclose(validation[:, 1], [r.val_loss for r in history.epochs])
    np.testing.assert_allclose(validation[:, 0], np.arange(30) + 1)
    lowest = validation[validation[:, 1].argmin()]
    np.testing.assert_array_equal(best, [lowest])
    assert ax.get_title(loc="left") == title or ax.get_title() == title
    assert f"{lowest[1]:.4f}, epoch {lowest[0]:.0f}" in ax.get_legend().texts[-1].get_text()
    assert (ax.get_xlabel(), ax.get_yscale()) == ("epoch", "log") and "loss" in ax.get_ylabel()


@pytest.mark.parametrize(("n_losses", "per_epoch"), [(1, 1), (2, 21), (21, 21), (70, 21), (999, 7)])
def test_loss_curve_covers_every_mini_batch(n_losses, per_epoch):
    losses = list(np.random.default_rng(0).random(n_losses))
    finished = [train.Record(i, i * per_epoch, 0, 0.0) for i in range(1, n_losses // per_epoch + 1)]
    history = train.History(per_epoch, losses, finished)
    _, x, means = draw.loss_curves(history)["training"]
    scale = per_epoch if finished else 1  # figures of less than an epoch count in steps
    assert history.unit == (("epoch" if finished else "step"), scale)
    assert history.duration == n_losses / scale
    sizes, start = [], 0.0  # of the groups, from their middles
    for middle in x * scale:
        sizes.append(2 * (middle - start))
        start += sizes[-1]
    assert min(sizes) > 0.99 and start == pytest.approx(n_losses)
    assert np.dot(sizes, means) == pytest.approx(sum(losses))


def test_confusion_matrices_hold_the_counts(finished, figures, tmp_path):
    _, _, weights = finished
    model = MLP.load(weights)
    predicted = model.predict(DIGITS.x_test)
    draw.draw_confusion_matrix(tmp_path / "a.png", DIGITS.labels_test, predicted, "Test")
    ax = figures[0].axes[0]
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (DIGITS.labels_test, predicted), 1)
    for text in ax.texts:
        column, row = (int(i) for i in text.get_position())
        assert text.get_text() == str(counts[row, column])
    assert len(ax.texts) == 100
    right = (predicted == DIGITS.labels_test).sum()
    title = f"Test accuracy {100 * right / 360:.2f} %: {360 - right} mistakes in 360 images"
    assert title in (ax.get_title(loc="left"), ax.get_title())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted label", "true label")
    image = ax.images[0]
    shade = image.cmap(image.norm([0, 1]))[:, 0]
    assert shade[0] - shade[1] > 0.1  # one mistake can be told from none
    for text in ax.texts:  # and every number from its cell
        if text.get_text() != "0":
            column, row = (int(i) for i in text.get_position())
            cell = np.mean(image.cmap(image.norm(counts[row, column]))[:3])
            assert abs(cell - (text.get_color() == "white")) > 0.4


def test_predictions_are_the_most_confident_mistakes(finished, figures, tmp_path):
    model = reference(epochs=1)
    probabilities = model.predict_proba(DIGITS.x_test)
    draw.draw_predictions(tmp_path / "a.png", DIGITS.x_test, DIGITS.labels_test, probabilities)
    predicted = probabilities.argmax(axis=1)
    mistakes = sorted(
        np.flatnonzero(predicted != DIGITS.labels_test), key=lambda i: -probabilities[i].max()
    )
    assert len(mistakes) > 24
    axes = figures[0].axes
    assert len(axes) == 24
    for ax, i in zip(axes, mistakes, strict=False):
        np.testing.assert_array_equal(ax.images[0].get_array().ravel(), DIGITS.x_test[i])
        sure = f"{100 * probabilities[i].max():.2f} %"
        wanted = f"true {DIGITS.labels_test[i]}, read as {predicted[i]}\n{sure}"
        assert ax.get_title() == wanted
    assert f"{len(mistakes)} mistakes in 360" in figures[0].get_suptitle()


@pytest.mark.parametrize(("n_wrong", "says"), [(0, "No mistake in 360"), (7, "All 7 mistakes")])
def test_predictions_with_few_mistakes_or_none(figures, tmp_path, n_wrong, says):
    read = DIGITS.labels_test.copy()
    read[:n_wrong] = (read[:n_wrong] + 1) % 10
    draw.draw_predictions(tmp_path / "a.png", DIGITS.x_test, DIGITS.labels_test, np.eye(10)[read])
    assert says in figures[0].get_suptitle()
    assert sum(len(ax.images) for ax in figures[0].axes) == n_wrong
    assert all("over 99.99 %" in ax.get_title() for ax in figures[0].axes[:n_wrong])


def test_confusion_matrix_without_a_mistake(tmp_path):
    labels = DIGITS.labels_test
    draw.draw_confusion_matrix(tmp_path / "a.png", labels, labels, "Test")
    assert Image.open(tmp_path / "a.png").size[0] > 600


@pytest.mark.parametrize("args", [["--batch-size", 5000], ["--validation", 0, "--hidden", ""]])
def test_figures_of_the_smallest_runs(tmp_path, args):
    run(tmp_path, "--epochs", 1, "--run", "small", *args)  # one step; one curve and one layer
    (folder,) = tmp_path.glob("*/small")
    assert names(folder) == set(train.FILES)
    assert folder.parent.name == ("2_layers" if "--hidden" in args else "4_layers")


# ------------------------------------------------------------------------- and nothing else


def test_drawing_changes_no_global_state(tmp_path):
    """Neither settings nor backend nor open figures, whatever a notebook has made of them."""
    import matplotlib
    import matplotlib.pyplot as plt

    history = train.History(2, [2.0, 1.0], [train.Record(1, 2, 2, 1.0, 1.5, 1.2, 0.5)])
    labels, probabilities = np.arange(10), np.eye(10)[::-1]
    with matplotlib.rc_context({"lines.linewidth": 7, "text.usetex": True, "font.size": 40}):
        before = dict(matplotlib.rcParams), plt.get_fignums(), matplotlib.get_backend(), np.geterr()
        draw.draw_loss(tmp_path / "a.png", history, "a")
        draw.draw_gif(tmp_path / "a.gif", history, "a")
        draw.draw_confusion_matrix(tmp_path / "b.png", labels, labels[::-1], "Test")
        draw.draw_predictions(tmp_path / "c.png", DIGITS.x_test[:10], labels, probabilities)
        after = dict(matplotlib.rcParams), plt.get_fignums(), matplotlib.get_backend(), np.geterr()
        with pytest.raises(AttributeError):
            draw.draw_loss(tmp_path / "d.png", None, "a figure that fails")
        assert dict(matplotlib.rcParams) == before[0]
    assert before == after
    assert names(tmp_path) == {"a.png", "a.gif", "b.png", "c.png"}
