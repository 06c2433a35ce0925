"""train.py from its command line: what it prints, what it writes, how it stops.

Most tests train on the bundled digits, in this process. Those of Ctrl-C, of the terminal and of a
machine without MNIST start train.py as a user does.
"""

import errno
import hashlib
import inspect
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import train
from data.distortion import distorted_minibatches
from data.mnist import DATA, Dataset, bundled_digits
from figs import draw
from nn_core import MLP, SGD, evaluate, fit, train_validation_split

ROOT = Path(train.__file__).parent
DIGITS = bundled_digits()
SETTINGS = {
    "hidden": (128, 64),
    "epochs": 2,
    "learning_rate": 0.1,
    "batch_size": 64,
    "momentum": 0.0,
    "weight_decay": 1e-4,
    "falling_rate": False,
    "distort": 0.0,
    "seed": 0,
    "validation": 143,
}
# click 8.1 mixes stdout and stderr unless told; later ones cannot be told
APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
RUNNER = CliRunner(**APART)
# train.py on the bundled digits, at once: looking for MNIST elsewhere would import torch first
ON_DIGITS = [
    sys.executable,
    "-c",
    "import train; from data.mnist import bundled_digits;"
    "train.load_mnist = lambda root: bundled_digits(); train.main()",
]
unix = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of Unix")


@pytest.fixture(autouse=True)
def digits(monkeypatch):
    """Train on the bundled digits, whatever is in data/."""
    monkeypatch.setattr(train, "load_mnist", lambda root: bundled_digits())


def run(out, *args, code=0):
    """Call train.py with `args`, results into `out`; no traceback, no warning, exit `code`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        result = RUNNER.invoke(train.main, ["--out", str(out), *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.stdout + result.stderr
    return result


def names(folder):
    return {path.name for path in Path(folder).iterdir()}


def sentences(text):
    """The lines of an error message; click's own two lines of usage do not count."""
    return [line for line in text.splitlines() if line and not line.startswith(("Usage:", "Try "))]


def reference(**changes):
    """Return the network that nn_core itself trains with SETTINGS and `changes`."""
    o = {**SETTINGS, **changes}
    x, labels = DIGITS.x_train, DIGITS.labels_train
    if o["validation"]:
        x, labels, _, _ = train_validation_split(x, labels, o["validation"], o["seed"])
    model = MLP((784, *o["hidden"], 10), o["seed"])
    sgd = SGD(o["learning_rate"], o["momentum"], o["weight_decay"])
    how = {name: o[name] for name in ("epochs", "batch_size", "seed")}
    if o["distort"]:
        how["batches"] = partial(distorted_minibatches, strength=o["distort"])
    for record in fit(model, x, labels, sgd, **how):
        if o["falling_rate"] and record.step < record.steps:
            sgd.learning_rate = o["learning_rate"] * (1 - record.step / record.steps)
    return model


def as_args(settings):
    """Return the options of the command line that say `settings`."""
    args = []
    for name, value in settings.items():
        if name == "falling_rate":
            args += ["--falling-rate" if value else "--constant-rate"]
        else:
            text = ",".join(map(str, value)) if name == "hidden" else str(value)
            args += [f"--{name.replace('_', '-')}", text]
    return args


def same_bits(a, b):
    a, b = a.params(), b.params()
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One whole run, weights and animation included: (result, folder, path of the weights)."""
    out = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "load_mnist", lambda root: bundled_digits())
        result = run(out, "--epochs", 4, "--run", "whole", "--save", out / "deep" / "weights.npz")
    return result, out / "4_layers" / "whole", out / "deep" / "weights.npz"


@pytest.fixture
def undrawn(monkeypatch):
    """Leave the pictures empty, for tests that look at the network only."""
    for name in [name for name in dir(train) if name.startswith("draw_")]:
        monkeypatch.setattr(train, name, lambda path, *args: path.touch())


@pytest.fixture
def figures(monkeypatch, tmp_path):
    """Return a list of the matplotlib figures that have been saved."""
    from matplotlib.figure import Figure

    saved, savefig = [], Figure.savefig

    def noting(self, *args, **kwargs):
        saved.append(self)
        savefig(self, *args, **kwargs)

    monkeypatch.setattr(Figure, "savefig", noting)
    return saved


# ------------------------------------------------------------------------------------ help


def test_help_names_every_option_with_its_default():
    result = RUNNER.invoke(train.main, ["--help"], terminal_width=100)
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    for option in [
        *("--epochs N", "--lr, --learning-rate RATE", "--batch-size N", "--hidden N,N,..."),
        *("--momentum SHARE", "--weight-decay RATE", "--seed N", "--validation N", "--data DIR"),
        *("--recipe [plain|best]", "--falling-rate / --constant-rate", "--distort STRENGTH"),
        *("--out DIR", "--run NAME", "--gif / --no-gif", "--save FILE", "--help"),
    ]:
        assert text.count(f" {option} ") == 1, option
    options = [param for param in train.main.params if param.name != "help"]
    assert len(options) == 16
    assert all(param.help and param.help[-1] == "." for param in options)
    for default in ("128,64", "50; x>=1", "0.1", "64; x>=1", "figs", "5000, or a tenth"):
        assert f"[default: {default}" in text or f"[default: ({default}" in text, default
    assert "python train.py --epochs" in text  # an example


def test_every_example_of_the_help_is_accepted(monkeypatch):
    text = RUNNER.invoke(train.main, ["--help"]).output
    examples = re.findall(r"^ +python train\.py(.*)$", text, re.MULTILINE)
    assert len(examples) >= 2
    for example in examples:
        train.main.make_context("train.py", shlex.split(example))


def test_help_answers_at_once():
    code = (
        "import sys, train\n"
        "try: train.main(['--help'])\n"
        "except SystemExit: print([m for m in ('matplotlib', 'sklearn', 'PIL', 'torch')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


# ------------------------------------------------------------------------- a whole run: files


def test_a_run_writes_its_files_and_lists_them(finished):
    result, folder, weights = finished
    assert names(folder) == set(train.FILES)
    wrote = [line.removeprefix("Wrote ") for line in result.stdout.splitlines() if "Wrote" in line]
    assert {Path(path) for path in wrote} == {weights, *(folder / name for name in train.FILES)}
    assert result.stderr == ""


def test_without_a_terminal_an_epoch_is_a_line(finished):
    lines = [line for line in finished[0].stdout.splitlines() if line.startswith("epoch")]
    assert len(lines) == 4
    for i, line in enumerate(lines, 1):
        assert re.fullmatch(rf"epoch {i}/4  loss \d\.\d{{4}}  validation \d\d\.\d\d %", line), line


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


# ------------------------------------------------------------------------ a whole run: numbers


def info_of(folder):
    """Return the rows of model_info.txt as a dict, and its last line, the command."""
    text = (folder / "model_info.txt").read_text(encoding="utf-8")
    rows = re.findall(r"^  (\S.*?) {2,}(.*)$", text, re.MULTILINE)
    return dict(rows), text.splitlines()[-1].strip()


def test_model_info_says_everything(finished):
    info, _ = info_of(finished[1])
    wanted = {
        "layers": "784-128-64-10, ReLU between them, softmax at the end",
        "parameters": "109,386, of type float32",
        "epochs": "4",
        "learning rate": "0.1",
        "batch size": "64",
        "momentum": "0.0",
        "weight decay": "0.0001",
        "falling rate": "no",
        "distortion": "0.0",
        "seed": "0",
        "name": "digits, from scikit-learn",
        "training images": "1,294",
        "validation images": "143, held out",
        "test images": "360, used once, after training",
        "stopped by": "nothing",
        "numpy": np.__version__,
        "Python": sys.version.split()[0],
    }
    assert wanted.items() <= info.items()
    assert {"scikit-learn", "matplotlib"} <= info.keys()
    assert re.fullmatch(r"4 epochs in \d+\.\d seconds", info["training"])
    assert str(ROOT) not in (finished[1] / "model_info.txt").read_text(encoding="utf-8")


def test_reported_accuracies_are_those_of_the_saved_weights(finished):
    result, folder, weights = finished
    model, (info, _) = MLP.load(weights), info_of(folder)
    x, labels, *val = train_validation_split(DIGITS.x_train, DIGITS.labels_train, 143, 0)
    for name, images in {
        "test accuracy": (DIGITS.x_test, DIGITS.labels_test),
        "validation accuracy": val,
        "training accuracy": (x, labels),
    }.items():
        assert info[name] == f"{100 * evaluate(model, *images)[1]:.2f} %", name
    assert result.stdout.count("Test accuracy") == 1
    assert f"Test accuracy: {info['test accuracy']}\n" in result.stdout
    last = [line for line in result.stdout.splitlines() if line.startswith("epoch")][-1]
    assert last.endswith(f"validation {info['validation accuracy']}")
    assert float(info["test accuracy"].split()[0]) > 80


def test_the_command_of_model_info_gives_the_same_network(finished, undrawn, tmp_path):
    _, folder, weights = finished
    words = shlex.split(info_of(folder)[1])
    assert words[:2] == ["python", "train.py"]
    run(tmp_path, *words[2:], "--save", tmp_path / "again.npz")
    assert same_bits(MLP.load(weights), MLP.load(tmp_path / "again.npz"))
    assert (tmp_path / "4_layers" / "whole").is_dir()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"hidden": (30,)},
        {"hidden": (20, 15, 12)},
        {"hidden": ()},
        {"epochs": 3},
        {"learning_rate": 0.05},
        {"batch_size": 50},
        {"momentum": 0.5},
        {"weight_decay": 0.01},
        {"falling_rate": True},
        {"distort": 0.7},
        {"distort": 0.7, "falling_rate": True, "momentum": 0.9},
        {"seed": 7},
        {"validation": 200},
        {"validation": 0},
    ],
    ids=str,
)
def test_every_setting_reaches_the_training(undrawn, tmp_path, changes):
    args = as_args({**SETTINGS, **changes})
    for path in ("a.npz", "b.npz"):
        run(tmp_path, *args, "--save", tmp_path / path, "--run", "one")
    a, b = MLP.load(tmp_path / "a.npz"), MLP.load(tmp_path / "b.npz")
    assert same_bits(a, b)  # the same seed, the same network
    assert same_bits(a, reference(**changes))
    if changes:
        assert not same_bits(a, reference())
    (folder,) = tmp_path.glob("*/one")
    assert folder.parent.name == f"{len(a.params()) // 2 + 1}_layers"
    info, command = info_of(folder)
    o = {**SETTINGS, **changes}
    for name in set(SETTINGS) - {"hidden", "validation", "falling_rate", "distort"}:
        assert info[name.replace("_", " ")] == str(o[name])
    assert info["falling rate"] == ("yes, to zero" if o["falling_rate"] else "no")
    assert info["distortion"] == str(o["distort"])
    words = [word for word in shlex.split(command)[2:] if word not in ("--run", "one")]
    run(tmp_path, *words, "--save", tmp_path / "c.npz")
    assert same_bits(a, MLP.load(tmp_path / "c.npz"))


def test_short_and_long_name_of_the_learning_rate(undrawn, tmp_path):
    for option, value in {"--lr": "a.npz", "--learning-rate": "b.npz"}.items():
        run(tmp_path, "--epochs", 1, option, "0.03", "--save", tmp_path / value)
    assert same_bits(MLP.load(tmp_path / "a.npz"), MLP.load(tmp_path / "b.npz"))


def test_the_test_images_are_used_once_after_training(undrawn, monkeypatch, tmp_path):
    used, forward, step = [], MLP.forward, SGD.step
    test_rows = {row.tobytes() for row in DIGITS.x_test} - {r.tobytes() for r in DIGITS.x_train}

    def noting_forward(self, x):
        if any(row.tobytes() in test_rows for row in x):
            used.append(len(x))
        return forward(self, x)

    def noting_step(self, params_and_grads):
        used.append("step")
        step(self, params_and_grads)

    monkeypatch.setattr(MLP, "forward", noting_forward)
    monkeypatch.setattr(SGD, "step", noting_step)
    run(tmp_path, "--epochs", 3)
    assert used == ["step"] * 3 * 21 + [360]


@pytest.mark.parametrize(("args", "n_val"), [([], 143), (["--validation", 500], 500)])
def test_validation_images_are_held_out(undrawn, monkeypatch, tmp_path, args, n_val):
    seen = []

    def noting_fit(model, x, labels, optimizer, *, val, **kwargs):
        seen.append((x, labels, *val))
        return fit(model, x, labels, optimizer, val=val, **kwargs)

    monkeypatch.setattr(train, "fit", noting_fit)
    run(tmp_path, "--epochs", 1, *args)
    ((x, labels, x_val, labels_val),) = seen
    assert len(x_val) == len(labels_val) == n_val and len(x) == len(labels) == 1437 - n_val

    def digest(rows):
        return {hashlib.sha256(row.tobytes()).hexdigest() for row in rows}

    assert len(digest(DIGITS.x_train)) == 1437  # no two alike, so that sets will do
    assert not digest(x) & digest(x_val)
    assert digest(x) | digest(x_val) == digest(DIGITS.x_train)


def test_default_validation_is_5000_for_mnist():
    mnist = Dataset(np.zeros((60000, 1)), None, None, None, "MNIST", "")
    assert train.default_validation(mnist) == 5000


# --------------------------------------------------------------------------- names and folders


@pytest.mark.parametrize(
    ("args", "name"),
    [
        ([], "4_layers/1e_lr0.1_b64_seed0_digits"),
        (["--hidden", "32"], "3_layers/1e_lr0.1_b64_h32_seed0_digits"),
        (
            ["--lr", ".02", "--momentum", ".9", "--weight-decay", "1e-3", "--validation", 9],
            "4_layers/1e_lr0.02_b64_m0.9_wd0.001_val9_seed0_digits",
        ),
        (["--run", "best_50e"], "4_layers/best_50e"),
    ],
)
def test_name_of_the_folder(undrawn, tmp_path, args, name):
    run(tmp_path, "--epochs", 1, *args)
    assert names(tmp_path / name) == set(train.FILES)


def test_name_of_the_folder_for_mnist(undrawn, monkeypatch, tmp_path):
    def mnist(root):
        digits = bundled_digits()
        digits.name = "MNIST"
        return digits

    monkeypatch.setattr(train, "load_mnist", mnist)
    run(tmp_path, "--epochs", 20, "--batch-size", 5000)
    assert (tmp_path / "4_layers" / "20e_lr0.1_b5000_seed0").is_dir()


def test_data_reaches_load_mnist(undrawn, monkeypatch, tmp_path):
    roots = []
    monkeypatch.setattr(train, "load_mnist", lambda root: roots.append(root) or bundled_digits())
    run(tmp_path, "--epochs", 1, "--run", "a")
    run(tmp_path, "--epochs", 1, "--run", "b", "--data", tmp_path / "there")
    assert roots == [DATA, tmp_path / "there"]
    assert "--data" not in info_of(tmp_path / "4_layers" / "a")[1]
    assert f"--data {tmp_path / 'there'}" in info_of(tmp_path / "4_layers" / "b")[1]


def test_no_file_of_an_earlier_run_stays(undrawn, tmp_path):
    folder = tmp_path / "4_layers" / "r"
    run(tmp_path, "--epochs", 1, "--run", "r")
    (folder / "notes.txt").write_text("mine")
    run(tmp_path, "--epochs", 1, "--run", "r", "--no-gif")
    assert names(folder) == {*train.FILES, "notes.txt"} - {"training_loss.gif"}


# ------------------------------------------------------------------------------------ recipes

BEST = {
    "epochs": 150,
    "learning_rate": 0.1,
    "batch_size": 128,
    "momentum": 0.9,
    "weight_decay": 0.0,
    "falling_rate": True,
    "distort": 1.0,
}


def options_of(*args):
    """Return the options as `train.py *args` sees them."""
    return train.main.make_context("train.py", list(map(str, args))).params


def test_a_recipe_fills_in_what_is_not_said():
    plain, best = options_of(), options_of("--recipe", "best")
    assert SETTINGS.items() - {"epochs": 2, "validation": 143}.items() <= plain.items()
    assert plain["epochs"] == 50 and options_of("--recipe", "plain") == plain
    assert {**plain, **BEST, "recipe": "best"} == best


@pytest.mark.parametrize("first", [True, False], ids=["recipe first", "recipe last"])
@pytest.mark.parametrize(("name", "value"), [*SETTINGS.items(), ("distort", 2.5)])
def test_an_option_wins_over_the_recipe(first, name, value):
    recipe, option = ["--recipe", "best"], as_args({name: value})
    options = options_of(*(recipe + option if first else option + recipe))
    assert options == {**options_of(*recipe), name: value}


def test_help_shows_the_settings_of_a_recipe():
    help_texts = [
        " ".join(RUNNER.invoke(train.main, [*args, "--help"], terminal_width=100).output.split())
        for args in ([], ["--recipe", "best"])
    ]
    for text, defaults in zip(
        help_texts,
        [
            ("50; x>=1", "64; x>=1", "constant-rate", "0.0001"),
            ("150; x>=1", "128; x>=1", "falling-rate", "0.9", "1.0"),
        ],
        strict=True,
    ):
        assert all(f"[default: {default}]" in text for default in defaults)


def test_the_best_recipe_trains_as_it_says(undrawn, tmp_path):
    weights = tmp_path / "w.npz"
    run(tmp_path, "--recipe", "best", "--epochs", 3, "--save", weights)
    (folder,) = tmp_path.glob("4_layers/*")
    assert folder.name == "3e_lr0.1_b128_m0.9_wd0_falling_distort1_seed0_digits"
    trained = MLP.load(weights)
    assert same_bits(trained, reference(**{**BEST, "epochs": 3}))
    info, command = info_of(folder)
    assert info["falling rate"] == "yes, to zero" and info["distortion"] == "1.0"
    run(tmp_path, *shlex.split(command)[2:], "--save", weights)
    assert same_bits(trained, MLP.load(weights))


def test_strength_0_and_a_constant_rate_can_be_asked_for(undrawn, tmp_path):
    args = ["--recipe", "best", "--epochs", 2, "--distort", 0, "--constant-rate"]
    run(tmp_path, *args, "--save", tmp_path / "w.npz")
    changes = {**BEST, "epochs": 2, "distort": 0, "falling_rate": False}
    assert same_bits(MLP.load(tmp_path / "w.npz"), reference(**changes))
    (folder,) = tmp_path.glob("4_layers/*")
    assert folder.name == "2e_lr0.1_b128_m0.9_wd0_seed0_digits"


def test_a_stopped_run_with_a_falling_rate_tells_how_to_get_its_network(
    undrawn, monkeypatch, tmp_path
):
    """Where the rate falls, 4 epochs cut short after 2 are not the same as 2 epochs."""

    def interrupted_fit(model, *args, **kwargs):
        for record in fit(model, *args, **kwargs):
            if (record.epoch, record.steps) == (3, 4 * 21):
                signal.raise_signal(signal.SIGINT)
            yield record

    monkeypatch.setattr(train, "fit", interrupted_fit)
    args = ["--epochs", 4, "--falling-rate", "--run", "r", "--save", tmp_path / "w.npz"]
    run(tmp_path, *args, code=130)
    text = (tmp_path / "4_layers" / "r" / "model_info.txt").read_text(encoding="utf-8")
    heading, command = text.splitlines()[-2:]
    assert heading == "The same network again, if it is stopped after epoch 2"
    assert "--epochs 4 " in command and "--falling-rate" in command
    stopped = MLP.load(tmp_path / "w.npz")
    run(tmp_path, *shlex.split(command)[2:], "--save", tmp_path / "w.npz", code=130)
    assert same_bits(stopped, MLP.load(tmp_path / "w.npz"))
    assert not same_bits(stopped, reference(epochs=2, falling_rate=True))


# ------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ("--lr 0", "learning_rate must be a finite number above 0, but it is 0.0."),
        ("--lr -1", "learning_rate must be"),
        ("--lr nan", "learning_rate must be"),
        ("--lr fast", "'fast' is not a valid float"),
        ("--momentum 1", "momentum must be a number from 0 to just below 1, but it is 1.0."),
        ("--momentum -.1", "momentum must be"),
        ("--weight-decay -1", "weight_decay must be"),
        ("--weight-decay inf", "weight_decay must be"),
        ("--distort -1", "strength must be a number from 0 to 10, but it is -1.0."),
        ("--distort nan", "strength must be"),
        ("--distort much", "'much' is not a valid float"),
        ("--recipe good", "'good' is not one of"),
        ("--epochs 0", "0 is not in the range x>=1"),
        ("--epochs many", "'many' is not a valid integer"),
        ("--batch-size 0", "0 is not in the range x>=1"),
        ("--batch-size 6.4", "'6.4' is not a valid integer"),
        ("--seed -1", "-1 is not in the range x>=0"),
        ("--validation -1", "-1 is not in the range x>=0"),
        ("--validation 1437", "cannot hold out 1,437 of the 1,437 training images."),
        ("--validation 5000", "cannot hold out 5,000 of the 1,437 training images."),
        ("--hidden 128,x", "'128,x' is not a list of widths such as 128,64."),
        ("--hidden 128,,64", "is not a list of widths"),
        ("--hidden 128,0", "is not a list of widths"),
        ("--hidden -5", "is not a list of widths"),
        ("--hidden 1.5", "is not a list of widths"),
        ("--hidden 99999999999999", "Unable to allocate"),
        ("--run a/b", "'a/b' is not a plain name"),
        ("--run ..", "'..' is not a plain name"),
        ("--run ''", "'' is not a plain name"),
        ("--out FILE", "is a file"),
        ("--out FILE/x", "cannot write FILE"),
        ("--data FILE", "is a file"),
        ("--save FOLDER", "is a directory"),
        ("--save FILE/w.npz", "cannot write FILE"),
        ("--colour red", "No such option"),
        ("now", "unexpected extra argument"),
    ],
)
def test_a_bad_option_gets_one_sentence(undrawn, monkeypatch, tmp_path, args, says):
    monkeypatch.setattr(train, "train", None)  # nothing may be trained
    (tmp_path / "file").write_text("mine")
    words = [
        word.replace("FILE", str(tmp_path / "file")).replace("FOLDER", str(tmp_path))
        for word in shlex.split(args)
    ]
    result = run(tmp_path / "out", *words, code=2)
    (sentence,) = sentences(result.stderr)
    assert sentence.startswith("Error: ")
    assert says.replace("FILE", str(tmp_path / "file")) in sentence
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "file"]
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that no one may write to")
def test_a_folder_that_refuses_files_is_noticed_before_training(monkeypatch, tmp_path):
    monkeypatch.setattr(train, "train", None)
    result = run(tmp_path, "--save", "/proc/weights.npz", code=2)
    (sentence,) = sentences(result.stderr)
    assert sentence.startswith("Error: cannot write /proc: ")


def test_a_disk_that_is_full_gets_one_sentence(undrawn, monkeypatch, tmp_path):
    def half(path, *args):
        path.write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(train, "draw_loss", half)
    result = run(tmp_path, "--epochs", 1, "--run", "r", code=1)
    folder = tmp_path / "4_layers" / "r"
    assert sentences(result.stderr) == [
        f"Error: cannot write {folder / 'Loss.png'}: {os.strerror(errno.ENOSPC)}."
    ]
    assert names(folder) == {"model_info.txt"}


def test_divergence_in_the_first_epoch(tmp_path):
    weights = tmp_path / "w.npz"
    folder = tmp_path / "4_layers" / "r"
    run(tmp_path, "--epochs", 1, "--run", "r")  # whose files are to vanish
    result = run(tmp_path, "--lr", "1e6", "--run", "r", code=1)
    (sentence,) = sentences(result.stderr)
    assert re.fullmatch(
        r"Stopped: the loss became \w+ in epoch 1, step \d+, at learning rate 1e\+06: "
        r"start again with a smaller one\.",
        sentence,
    )
    assert "Test accuracy" not in result.stdout
    assert names(folder) == {"Loss.png", "model_info.txt"}
    assert np.asarray(Image.open(folder / "Loss.png").convert("L")).std() > 5
    info, command = info_of(folder)
    assert info["stopped by"] == sentence.removeprefix("Stopped: ").removesuffix(".")
    assert info["training"].startswith("0 epochs") and info["learning rate"] == "1000000.0"
    assert not [name for name in info if name.endswith("accuracy")]
    assert "--lr 1000000.0" in command
    result = run(tmp_path, "--lr", "1e6", "--run", "r", "--save", weights, code=1)
    assert sentences(result.stderr)[1:] == [f"No epoch was finished: {weights} is not written."]
    assert not weights.exists()


@pytest.mark.parametrize("validation", [143, 0])
def test_an_overflow_in_the_last_step_is_divergence(tmp_path, validation):
    args = ["--batch-size", 5000, "--epochs", 1, "--validation", validation]
    result = run(tmp_path, "--lr", "1e39", *args, "--run", "r", code=1)
    assert "the network overflowed in epoch 1, at learning rate 1e+39" in result.stderr
    assert names(tmp_path / "4_layers" / "r") == {"Loss.png", "model_info.txt"}


def test_divergence_keeps_the_last_finished_epoch(undrawn, monkeypatch, tmp_path):
    def diverging_fit(model, *args, **kwargs):
        for record in fit(model, *args, **kwargs):
            if record.step == 2 * 21 + 5:
                for param in model.params().values():
                    param[...] = np.nan
                raise FloatingPointError("the loss became nan: start again")
            yield record

    monkeypatch.setattr(train, "fit", diverging_fit)
    result = run(tmp_path, "--run", "r", "--save", tmp_path / "w.npz", code=1)
    assert sentences(result.stderr) == ["Stopped: the loss became nan: start again."]
    model, (info, command) = MLP.load(tmp_path / "w.npz"), info_of(tmp_path / "4_layers" / "r")
    assert same_bits(model, reference(epochs=2))
    accuracy = evaluate(model, DIGITS.x_test, DIGITS.labels_test)[1]
    assert info["test accuracy"] == f"{100 * accuracy:.2f} %"
    assert info["training"].startswith("2 epochs") and "--epochs 2 " in command
    assert names(tmp_path / "4_layers" / "r") == set(train.FILES)


# ------------------------------------------------------------------------------------- Ctrl-C


@pytest.mark.parametrize(("step", "epochs"), [(5, 0), (2 * 21 + 5, 2)])
def test_ctrl_c_in_the_middle_of_an_epoch(monkeypatch, tmp_path, step, epochs):
    at_ctrl_c = {}

    def interrupted_fit(model, *args, **kwargs):
        for record in fit(model, *args, **kwargs):
            if record.step == step:
                signal.raise_signal(signal.SIGINT)
                at_ctrl_c.update({name: p.copy() for name, p in model.params().items()})
            assert record.step <= step
            yield record

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(train, "fit", interrupted_fit)
    result = run(tmp_path, "--run", "r", "--save", tmp_path / "w.npz", code=130)
    assert signal.getsignal(signal.SIGINT) is before
    folder = tmp_path / "4_layers" / "r"
    where = f"Ctrl-C in epoch {epochs + 1}, step {step}"
    assert len(sentences(result.stderr)) == 1 and f"Stopped: {where}" in result.stderr
    assert names(folder) == set(train.FILES)
    info, _ = info_of(folder)
    assert info["stopped by"] == where and info["training"].startswith(f"{epochs} epochs")
    model = MLP.load(tmp_path / "w.npz")
    if epochs:
        assert same_bits(model, reference(epochs=epochs))
    else:
        assert all(np.array_equal(at_ctrl_c[name], p) for name, p in model.params().items())
    accuracy = evaluate(model, DIGITS.x_test, DIGITS.labels_test)[1]
    assert info["test accuracy"] == f"{100 * accuracy:.2f} %"


def test_ctrl_c_while_drawing_leaves_whole_files_only(monkeypatch, tmp_path):
    draw_loss = train.draw_loss

    def interrupted(path, *args):
        signal.raise_signal(signal.SIGINT)
        draw_loss(path, *args)

    monkeypatch.setattr(train, "draw_loss", interrupted)
    result = run(tmp_path, "--epochs", 1, "--run", "r", code=130)
    assert names(tmp_path / "4_layers" / "r") == {"model_info.txt", "Loss.png"}
    Image.open(tmp_path / "4_layers" / "r" / "Loss.png").load()
    (sentence,) = sentences(result.stderr)
    assert "ConfusionMatrix.png" in sentence and "Loss.png" not in sentence
    assert info_of(tmp_path / "4_layers" / "r")[0]["stopped by"] == "nothing"


def read_until(stream, pattern, seconds=60):
    """Return the text of `stream` up to the line with `pattern`."""
    text, timer = "", threading.Timer(seconds, stream.close)
    timer.start()
    for line in stream:
        text += line
        if re.search(pattern, line):
            timer.cancel()
            return text
    raise AssertionError(f"no {pattern!r} in {text!r}")


@unix
@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
def test_real_ctrl_c(tmp_path, again):
    args = ["--epochs", "100000", "--out", tmp_path, "--run", "r", "--save", tmp_path / "w.npz"]
    process = subprocess.Popen(
        [*ON_DIGITS, *args],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        read_until(process.stdout, r"epoch +3/")
        process.send_signal(signal.SIGINT)
        if again:
            read_until(process.stdout, r"Wrote .*model_info")
            process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, stderr
    assert "Traceback" not in stdout + stderr
    folder = tmp_path / "4_layers" / "r"
    if again:  # model_info.txt and perhaps one more, which was being drawn
        assert {"model_info.txt"} <= names(folder) < set(train.FILES)
    else:
        assert names(folder) == set(train.FILES)
    for path in [*folder.glob("*.png"), *folder.glob("*.gif")]:
        Image.open(path).load()
    assert names(tmp_path) == {"4_layers", "w.npz"}
    info, command = info_of(folder)
    assert re.fullmatch(r"Ctrl-C in epoch \d+, step \d+", info["stopped by"])
    epochs = int(re.search(r"--epochs (\d+)", command)[1])
    assert epochs >= 3 and info["training"].startswith(f"{epochs} epochs")
    # not the same bits: the process above has one BLAS thread, this one perhaps more
    saved, wanted = MLP.load(tmp_path / "w.npz").params(), reference(epochs=epochs).params()
    assert all(np.allclose(saved[name], wanted[name], atol=1e-3) for name in wanted)
    assert not np.allclose(saved["W1"], reference(epochs=epochs - 1).params()["W1"], atol=1e-3)


# ---------------------------------------------------------------------------- as a user sees it


@unix
def test_progress_bar_in_a_terminal(tmp_path):
    import fcntl
    import pty
    import struct
    import termios

    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [*ON_DIGITS, "--epochs", "100000", "--out", tmp_path, "--run", "r", "--no-gif"],
        cwd=ROOT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        preexec_fn=lambda: (
            os.setsid(),
            fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            signal.signal(signal.SIGINT, signal.default_int_handler),
        ),
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
    )
    os.close(terminal)
    text, pressed, deadline = "", False, time.monotonic() + 120
    try:
        while time.monotonic() < deadline:
            try:
                text += os.read(screen, 65536).decode(errors="replace")
            except OSError:  # the other side has closed it
                break
            if not pressed and re.search(r"\d\d:\d\d:\d\d", text):
                pressed = os.write(screen, b"\x03")  # the key itself
        assert process.wait(timeout=30) == 130, text
    finally:
        process.kill()
        process.wait()
        os.close(screen)
    bars = [part.strip() for part in re.split(r"[\r\n]", re.sub(r"\x1b\[\?25[lh]", "", text))]
    bars = [part for part in bars if part.startswith("epoch")]
    shape = r"epoch +\d+/100000  loss \d\.\d{4}  validation \d\d\.\d\d %  \[[#-]+\] +\d+%.*"
    assert len(bars) > 3
    assert all(re.fullmatch(shape, bar) and len(bar) <= 82 for bar in bars), bars[-1]
    assert re.search(r"\] +\d+%  (\d+d )?\d\d:\d\d:\d\d", text)  # the time left
    assert "Test accuracy: " in text and "Traceback" not in text
    assert text.count("\nepoch") <= 1  # one line, drawn over and over


def test_where_there_is_no_mnist(tmp_path):
    """The real thing, from another folder, with nowhere to download MNIST from."""
    nowhere = dict.fromkeys(["http_proxy", "https_proxy"], "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, ROOT / "train.py", "--epochs", "2", "--data", "empty", "--no-gif"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **nowhere, "no_proxy": ""},
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "stand in for" in done.stdout and "Test accuracy: " in done.stdout
    folder = tmp_path / "figs" / "4_layers" / "2e_lr0.1_b64_seed0_digits"
    assert names(folder) == set(train.FILES) - {"training_loss.gif"}


COMMITTED = ROOT / "figs" / "4_layers" / "best_50e"


@pytest.mark.skipif(not COMMITTED.exists(), reason="figs/ has not been made")
def test_the_committed_run_reaches_98_percent():
    info, command = info_of(COMMITTED)
    assert names(COMMITTED) == set(train.FILES)
    assert info["name"].startswith("MNIST") and info["stopped by"] == "nothing"
    assert info["layers"].startswith("784-128-64-10") and info["training"].startswith("50 epochs")
    assert float(info["test accuracy"].removesuffix(" %")) >= 98.0
    assert "--epochs 50 --lr 0.1 --batch-size 64 " in command


BEST_RUN = ROOT / "figs" / "4_layers" / "recipe_best"


@pytest.mark.skipif(not BEST_RUN.exists(), reason="figs/ has not been made")
def test_the_committed_run_of_the_best_recipe_reaches_99_2_percent():
    info, command = info_of(BEST_RUN)
    assert names(BEST_RUN) == set(train.FILES)
    assert info["name"].startswith("MNIST") and info["stopped by"] == "nothing"
    assert info["layers"].startswith("784-128-64-10")
    assert float(info["test accuracy"].removesuffix(" %")) >= 99.2
    said = options_of(*shlex.split(command)[2:])
    assert {name: said[name] for name in BEST} == BEST
