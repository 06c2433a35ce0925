"""Every setting reaches the training, the report, and the command that repeats it."""

import hashlib
import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from train_command import (
    BEST,
    DIGITS,
    ROOT,
    SETTINGS,
    as_args,
    info_of,
    names,
    reference,
    run,
    same_bits,
)

import train
from data.mnist import DATA, Dataset, bundled_digits
from nn_core import MLP, SGD, evaluate, fit, train_validation_split


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
    assert info["training"].startswith("4 epochs in ")
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
    assert train.default_validation(mnist, "best") == 1000
    assert train.default_validation(DIGITS) == train.default_validation(DIGITS, "best") == 143


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
