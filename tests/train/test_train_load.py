"""train.py --load: goes on from saved weights, or only tests them; any other file is refused."""

import errno
import os
import shlex
import sys

import numpy as np
import pytest
from train_command import DIGITS, RUNNER, info_of, names, run, same_bits, sentences

import train
from nn_core import MLP, SGD, evaluate, fit, train_validation_split


@pytest.fixture
def weights(tmp_path):
    """A file of weights of 784-20-15-10, barely trained."""
    path = tmp_path / "some weights.npz"
    model = MLP((784, 20, 15, 10), seed=3)
    for _ in fit(model, DIGITS.x_train, DIGITS.labels_train, SGD(0.1), epochs=1):
        pass
    model.save(path)
    return path


def test_training_goes_on_from_the_file(undrawn, weights, tmp_path):
    saved = tmp_path / "w.npz"
    run(tmp_path, "--load", weights, "--epochs", 2, "--lr", 0.05, "--save", saved)
    x, labels, *_ = train_validation_split(DIGITS.x_train, DIGITS.labels_train, 143, 0)
    model = MLP.load(weights)
    for _ in fit(model, x, labels, SGD(0.05, weight_decay=train.WEIGHT_DECAY), epochs=2):
        pass
    assert same_bits(MLP.load(saved), model)
    name = "2e_lr0.05_b64_from-some-weights_h20-15_seed0_digits"
    info, command = info_of(tmp_path / "4_layers" / name)
    assert info["started from"] == str(weights)
    assert info["layers"].startswith("784-20-15-10, ")
    assert names(tmp_path / "4_layers" / name) == set(train.FILES)
    run(tmp_path, *shlex.split(command)[2:], "--save", tmp_path / "again.npz")
    assert same_bits(MLP.load(saved), MLP.load(tmp_path / "again.npz"))


def test_a_new_network_says_so(undrawn, tmp_path):
    run(tmp_path, "--epochs", 1, "--run", "r")
    assert info_of(tmp_path / "4_layers" / "r")[0]["started from"] == "random weights"


def test_no_epochs_only_test(weights, monkeypatch, tmp_path):
    monkeypatch.setattr(train, "train", None)
    result = run(tmp_path, "--load", weights, "--epochs", 0, "--save", tmp_path / "same.npz")
    folder = tmp_path / "4_layers" / "tested_from-some-weights_h20-15_seed0_digits"
    drawn = {"ConfusionMatrix.png", "ConfusionMatrix_train.png", "Predictions.png"}
    assert names(folder) == {"model_info.txt", *drawn}
    model, (info, command) = MLP.load(weights), info_of(folder)
    assert same_bits(model, MLP.load(tmp_path / "same.npz"))
    x, labels, *val = train_validation_split(DIGITS.x_train, DIGITS.labels_train, 143, 0)
    for name, images in {
        "test accuracy": (DIGITS.x_test, DIGITS.labels_test),
        "validation accuracy": val,
        "training accuracy": (x, labels),
    }.items():
        assert info[name] == f"{100 * evaluate(model, *images)[1]:.2f} %", name
    assert f"Test accuracy: {info['test accuracy']}" in result.stdout
    text = (folder / "model_info.txt").read_text(encoding="utf-8")
    assert text.startswith("784-20-15-10, tested on digits\n")
    assert (info["epochs"], info["stopped by"]) == ("0", "nothing")
    run(tmp_path, *shlex.split(command)[2:])
    assert info_of(folder)[0]["test accuracy"] == info["test accuracy"]


def test_no_epochs_and_no_validation(undrawn, weights, tmp_path):
    run(tmp_path, "--load", weights, "--epochs", 0, "--validation", 0, "--run", "r")
    info, _ = info_of(tmp_path / "4_layers" / "r")
    assert "test accuracy" in info and "validation accuracy" not in info


def test_hidden_may_be_said_if_it_agrees(undrawn, weights, tmp_path):
    run(tmp_path, "--load", weights, "--hidden", "20,15", "--epochs", 0)
    for wrong in ("128,64", "20", ""):
        args = ["--load", weights, "--hidden", wrong, "--epochs", 1]
        (sentence,) = sentences(run(tmp_path, *args, code=2).stderr)
        assert sentence == (
            f"Error: --hidden {wrong} contradicts {weights}, which holds 784-20-15-10: "
            "leave out one of them."
        )


def test_a_recipe_and_loaded_weights(undrawn, weights, tmp_path):
    run(tmp_path, "--recipe", "best", "--load", weights, "--epochs", 1, "--run", "r")
    info, _ = info_of(tmp_path / "4_layers" / "r")
    assert info["falling rate"] == "yes, to zero" and info["started from"] == str(weights)


def test_float64_weights_go_on_in_float32(undrawn, tmp_path):
    MLP((784, 10), dtype=np.float64).save(tmp_path / "w64.npz")
    args = ["--load", tmp_path / "w64.npz", "--epochs", 1, "--run", "r"]
    run(tmp_path, *args, "--save", tmp_path / "w32.npz")
    assert MLP.load(tmp_path / "w32.npz").params()["W1"].dtype == np.float32
    assert info_of(tmp_path / "2_layers" / "r")[0]["parameters"] == "7,850, of type float32"


def nan_weights(path):
    model = MLP((784, 10))
    model.params()["W1"][3, 4] = np.nan
    model.save(path)


WRONG = {
    "a text": (lambda p: p.write_text("no weights"), "holds no weights written by MLP.save."),
    "empty": (lambda p: p.touch(), "holds no weights written by MLP.save."),
    "other arrays": (lambda p: np.savez(p, x=np.ones(3)), "holds no weights written by MLP.save."),
    "an array": (lambda p: np.save(p.open("wb"), np.ones(3)), "holds no weights written by"),
    "other pixels": (
        lambda p: MLP((64, 8, 10)).save(p),
        "holds a network of 64-8-10: MNIST needs 784 pixels and 10 digits.",
    ),
    "other labels": (lambda p: MLP((784, 26)).save(p), "holds a network of 784-26: MNIST needs"),
    "NaN": (nan_weights, "holds weights that are not finite: load others."),
}


@pytest.mark.parametrize(("make", "says"), WRONG.values(), ids=WRONG.keys())
def test_any_other_file_gets_one_sentence(monkeypatch, tmp_path, make, says):
    monkeypatch.setattr(train, "train", None)
    path = tmp_path / "file.npz"
    make(path)
    (sentence,) = sentences(run(tmp_path / "out", "--load", path, code=2).stderr)
    assert sentence.startswith(f"Error: {path} {says}")
    assert names(tmp_path) == {"file.npz"}


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe of Unix")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (sentence,) = sentences(run(tmp_path / "out", "--load", tmp_path / "pipe", code=2).stderr)
    assert sentence == f"Error: cannot load {tmp_path / 'pipe'}: it is no regular file."


def test_a_loaded_network_that_diverges_at_once(undrawn, tmp_path):
    """Its first loss is not finite: there is no curve to draw."""
    model = MLP((784, 10))
    model.params()["W1"][...] = 1e38
    model.save(tmp_path / "w.npz")
    result = run(tmp_path, "--load", tmp_path / "w.npz", "--run", "r", code=1)
    assert "Stopped: the loss became" in result.stderr
    assert names(tmp_path / "2_layers" / "r") == {"model_info.txt"}


def test_help_says_how_to_only_test():
    text = " ".join(RUNNER.invoke(train.main, ["--help"], terminal_width=100).output.split())
    assert "0 only tests what --load names" in text
    assert "Go on from the weights that --save wrote" in text


def test_weights_that_may_not_be_read_get_one_sentence(weights, monkeypatch, tmp_path):
    def forbidden(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(MLP, "load", forbidden)
    (sentence,) = sentences(run(tmp_path / "out", "--load", weights, code=2).stderr)
    assert sentence == f"Error: cannot load {weights}: {os.strerror(errno.EACCES)}."
