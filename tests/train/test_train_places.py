"""Where results go: what cannot be written is found before training, and takes nothing with it."""

import errno
import os
import shlex
import signal
import stat
import sys
import tempfile
from pathlib import Path

import click
import numpy as np
import pytest
from train_command import info_of, names, run, same_bits, sentences

import train
from devices import a_device
from nn_core import MLP

unix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links of Unix")


@pytest.fixture
def untrained(monkeypatch):
    """Nothing may be trained."""
    monkeypatch.setattr(train, "train", None)


def a_pipe(path):
    os.mkfifo(path)


def a_link_to_nowhere(path):
    path.symlink_to("/nowhere/weights.npz")


def a_link_to_itself(path):
    path.symlink_to(path)


def a_link_to_a_device(path):
    path.with_name("devices").mkdir()
    path.symlink_to(a_device(path.with_name("devices")))


def a_link_to_a_folder(path):
    path.symlink_to(path.parent)


THINGS = [a_pipe, a_link_to_nowhere, a_link_to_itself, a_link_to_a_device, a_link_to_a_folder]


@unix
@pytest.mark.parametrize("make", THINGS)
def test_save_replaces_no_such_thing(untrained, tmp_path, make):
    path = tmp_path / "w.npz"
    make(path)
    before = path.lstat()
    (sentence,) = sentences(run(tmp_path / "out", "--save", path, code=2).stderr)
    assert sentence.startswith("Error: ") and str(path) in sentence
    after = path.lstat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert names(tmp_path) - {"devices"} == {"w.npz"}


@unix
def test_save_leaves_a_device_alone(untrained, tmp_path):
    device = a_device(tmp_path)
    (sentence,) = sentences(run(tmp_path, "--save", device, code=2).stderr)
    assert sentence == f"Error: cannot write {device}: it is no regular file."
    assert stat.S_ISCHR(os.lstat(device).st_mode)


@unix
@pytest.mark.parametrize("make", [Path.mkdir, *THINGS])
@pytest.mark.parametrize("name", ["model_info.txt", "training_loss.gif"])
def test_results_replace_no_such_thing(untrained, tmp_path, make, name):
    folder = tmp_path / "4_layers" / "r"
    folder.mkdir(parents=True)
    make(folder / name)
    before = (folder / name).lstat()
    (sentence,) = sentences(run(tmp_path, "--run", "r", code=2).stderr)
    assert sentence.startswith(f"Error: cannot write {folder / name}: ")
    after = (folder / name).lstat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)


@unix
def test_a_link_to_a_file_of_weights_stays_a_link(undrawn, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "w.npz").write_text("old")
    (tmp_path / "w.npz").symlink_to(tmp_path / "there" / "w.npz")
    run(tmp_path / "out", "--epochs", 1, "--save", tmp_path / "w.npz")
    assert (tmp_path / "w.npz").is_symlink() and names(tmp_path / "there") == {"w.npz"}
    assert MLP.load(tmp_path / "there" / "w.npz").params()["W1"].shape == (784, 128)


def test_write_protected_weights_are_noticed(untrained, monkeypatch, tmp_path):
    """Root may write everything: it is told otherwise here."""
    path = tmp_path / "w.npz"
    path.write_text("mine")
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != path)
    (sentence,) = sentences(run(tmp_path / "out", "--save", path, code=2).stderr)
    assert sentence == f"Error: cannot write {path}: it is write-protected."
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    "args", [["--run", "x" * 300], ["--hidden", ",".join(["7"] * 200)]], ids=["run", "hidden"]
)
def test_a_run_whose_name_is_too_long(untrained, tmp_path, args):
    (sentence,) = sentences(run(tmp_path, *args, code=2).stderr)
    assert sentence.startswith("Error: the name of the run is too long, ")
    assert sentence.endswith("...: choose one with --run.") and len(sentence) < 150
    assert names(tmp_path) == set()


def test_many_layers_with_a_name_of_their_own(undrawn, tmp_path):
    run(tmp_path, "--hidden", ",".join(["7"] * 200), "--run", "deep", "--epochs", 1)
    assert "model_info.txt" in names(tmp_path / "202_layers" / "deep")


@pytest.mark.parametrize("path", ["x" * 300, "x" * 300 + "/w.npz"], ids=["file", "folder"])
def test_weights_whose_name_is_too_long(untrained, tmp_path, path):
    (sentence,) = sentences(run(tmp_path / "out", "--save", tmp_path / path, code=2).stderr)
    assert sentence.endswith(f": {os.strerror(errno.ENAMETOOLONG)}.")


def test_a_tilde_is_the_home_folder(undrawn, monkeypatch, tmp_path):
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    roots, load = [], train.load_mnist
    monkeypatch.setattr(train, "load_mnist", lambda root: (roots.append(root), load(root))[1])
    result = run("~/r", "--epochs", 1, "--run", "a", "--save=~/w.npz", "--data=~/mnist")
    assert names(tmp_path / "home") == {"r", "w.npz"} and names(tmp_path / "work") == set()
    assert roots == [tmp_path / "home" / "mnist"]
    assert f"Wrote {tmp_path / 'home' / 'w.npz'}" in result.stdout
    run("~/r", "--epochs", 0, "--run", "b", "--load=~/w.npz")
    assert names(tmp_path / "home" / "r" / "4_layers") == {"a", "b"}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that no one may write to")
@pytest.mark.parametrize("args", ["--save /proc/weights.npz", "--out /proc/figs"])
def test_a_folder_that_refuses_files_is_noticed_before_training(untrained, tmp_path, args):
    (sentence,) = sentences(run(tmp_path, *shlex.split(args), code=2).stderr)
    assert sentence.startswith("Error: cannot write /proc")


def test_a_full_disk_is_noticed_before_training(untrained, monkeypatch, tmp_path):
    real = tempfile.NamedTemporaryFile

    def full(*args, **kwargs):
        file = real(*args, **kwargs)
        file.write = lambda data: disk_is_full()
        return file

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    (sentence,) = sentences(run(tmp_path, "--run", "r", code=2).stderr)
    folder = tmp_path / "4_layers" / "r"
    assert sentence == f"Error: cannot write {folder}: {os.strerror(errno.ENOSPC)}."
    assert names(folder) == set()


@pytest.mark.parametrize("module", ["matplotlib", "sklearn", "PIL"])
def test_a_missing_package_is_noticed_before_training(untrained, monkeypatch, tmp_path, module):
    monkeypatch.setitem(sys.modules, module, None)
    (sentence,) = sentences(run(tmp_path, code=1).stderr)
    package = {"sklearn": "scikit-learn", "PIL": "pillow"}.get(module, module)
    assert sentence.startswith(f"Error: the figures need {package}, which cannot be imported (")
    assert sentence.endswith("): pip install -r requirements.txt.")


def test_no_images_at_all_get_one_sentence(untrained, monkeypatch, tmp_path):
    def nothing(root):
        raise FileNotFoundError("no MNIST, and no small digits: go online")

    monkeypatch.setattr(train, "load_mnist", nothing)
    result = run(tmp_path, code=1)
    assert sentences(result.stderr) == ["Error: no MNIST, and no small digits: go online."]


# ------------------------------------------------------------------------------ after training


def disk_is_full(*args):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_memory(*args):
    raise MemoryError("Unable to allocate 9 TiB")


def a_fault_of_ours(*args):
    raise KeyError("two\nlines")


def a_fault_of_click(*args):
    raise click.UsageError("as if")


FAULTS = {
    disk_is_full: os.strerror(errno.ENOSPC),
    no_memory: "MemoryError: Unable to allocate 9 TiB",
    a_fault_of_ours: r"KeyError: 'two\nlines'",
    a_fault_of_click: "UsageError: as if",
}
DRAWN_BY = {
    "Loss.png": "draw_loss",
    "ConfusionMatrix.png": "draw_confusion_matrix",
    "Predictions.png": "draw_predictions",
    "training_loss.gif": "draw_gif",
    "model_info.txt": "model_info",
}


@pytest.mark.parametrize(("fault", "says"), FAULTS.items())
@pytest.mark.parametrize("name", DRAWN_BY)
def test_a_result_that_fails_takes_nothing_with_it(
    undrawn, monkeypatch, tmp_path, name, fault, says
):
    def half(path, *args):
        if isinstance(path, Path):
            path.write_text("half")
        fault()

    monkeypatch.setattr(train, DRAWN_BY[name], half)
    weights, folder = tmp_path / "w.npz", tmp_path / "out" / "4_layers" / "r"
    result = run(tmp_path / "out", "--epochs", 1, "--run", "r", "--save", weights, code=1)
    lost = {name}
    if name == "ConfusionMatrix.png":  # drawn by the same function
        lost |= {"ConfusionMatrix_train.png"}
    wanted = [f"Error: cannot write {folder / n}: {says}." for n in train.FILES if n in lost]
    assert sentences(result.stderr) == wanted
    assert names(folder) == set(train.FILES) - lost
    MLP.load(weights)


@pytest.mark.parametrize(("fault", "says"), FAULTS.items())
def test_weights_that_cannot_be_saved_take_nothing_with_them(
    undrawn, monkeypatch, tmp_path, fault, says
):
    monkeypatch.setattr(MLP, "save", fault)
    weights, folder = tmp_path / "w.npz", tmp_path / "out" / "4_layers" / "r"
    weights.write_text("old")
    result = run(tmp_path / "out", "--epochs", 1, "--run", "r", "--save", weights, code=1)
    assert sentences(result.stderr) == [f"Error: cannot write {weights}: {says}."]
    assert names(folder) == set(train.FILES)
    assert weights.read_text() == "old" and names(tmp_path) == {"w.npz", "out"}


def test_a_test_that_fails_leaves_weights_and_loss(undrawn, monkeypatch, tmp_path):
    monkeypatch.setattr(MLP, "predict_proba", no_memory)
    weights, folder = tmp_path / "w.npz", tmp_path / "out" / "4_layers" / "r"
    result = run(tmp_path / "out", "--epochs", 1, "--run", "r", "--save", weights, code=1)
    (sentence,) = sentences(result.stderr)
    assert sentence == "Error: cannot write the accuracies: MemoryError: Unable to allocate 9 TiB."
    assert names(folder) == {"model_info.txt", "Loss.png"}
    assert info_of(folder)[0]["training"].startswith("1 epochs")
    MLP.load(weights)


def test_a_file_that_cannot_be_removed_takes_nothing_with_it(undrawn, monkeypatch, tmp_path):
    """As on Windows, while somebody looks at it."""
    folder, unlink = tmp_path / "4_layers" / "r", Path.unlink
    run(tmp_path, "--epochs", 1, "--run", "r")

    def in_use(path, missing_ok=False):
        if path == folder / "Loss.png":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", in_use)
    result = run(tmp_path, "--epochs", 1, "--run", "r", code=1)
    (sentence,) = sentences(result.stderr)
    assert sentence.startswith(f"Error: cannot write {folder / 'Loss.png'}: ")
    assert names(folder) == set(train.FILES)


def test_a_failure_and_ctrl_c_together(undrawn, monkeypatch, tmp_path):
    def failing(path, *args):
        signal.raise_signal(signal.SIGINT)
        disk_is_full()

    monkeypatch.setattr(train, "draw_loss", failing)
    result = run(tmp_path, "--epochs", 1, "--run", "r", code=1)
    first, second = sentences(result.stderr)
    assert "Loss.png: " in first
    assert second.startswith("Stopped: not written are ConfusionMatrix.png, ")


def test_weights_saved_in_place_of_those_loaded(undrawn, tmp_path):
    weights = tmp_path / "w.npz"
    MLP(seed=5).save(weights)
    run(tmp_path, "--epochs", 1, "--load", weights, "--save", weights)
    assert not same_bits(MLP.load(weights), MLP(seed=5))
    assert np.isfinite(MLP.load(weights).params()["W1"]).all()
