"""A training that ends before its time: Ctrl-C, divergence, no memory."""

import re
import shlex
import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image
from train_command import DIGITS, info_of, names, reference, run, same_bits, sentences

import train
from nn_core import MLP, evaluate, fit


def test_divergence_in_the_first_epoch(tmp_path):
    weights = tmp_path / "w.npz"
    folder = tmp_path / "4_layers" / "r"
    folder.mkdir(parents=True)
    for name in train.FILES:  # of an earlier run: they are to vanish
        (folder / name).touch()
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


@pytest.mark.parametrize(("step", "epochs"), [(5, 0), (2 * 21 + 5, 2)])
def test_ctrl_c_in_the_middle_of_an_epoch(undrawn, monkeypatch, tmp_path, step, epochs):
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


@pytest.mark.parametrize("epochs", [0, 2])
def test_no_more_memory(undrawn, monkeypatch, tmp_path, epochs):
    """As when somebody else needs it: what is finished is kept."""

    def greedy_fit(model, *args, **kwargs):
        for record in fit(model, *args, **kwargs):
            if record.step == epochs * 21 + 1:
                raise MemoryError("Unable to allocate 9 TiB")
            yield record

    monkeypatch.setattr(train, "fit", greedy_fit)
    result = run(tmp_path, "--run", "r", "--save", tmp_path / "w.npz", code=1)
    first = sentences(result.stderr)[0]
    assert first == "Stopped: out of memory: Unable to allocate 9 TiB."
    folder = tmp_path / "4_layers" / "r"
    assert info_of(folder)[0]["training"].startswith(f"{epochs} epochs")
    if epochs:
        assert same_bits(MLP.load(tmp_path / "w.npz"), reference(epochs=epochs))
        assert names(folder) == set(train.FILES)
    else:
        assert not (tmp_path / "w.npz").exists() and names(folder) == {"model_info.txt"}


@pytest.fixture
def sigint():
    """Put the handler of Ctrl-C back after the test."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_stays_ignored_where_it_was(undrawn, sigint, monkeypatch, tmp_path):
    """As in `nohup`, or in the background of a script."""

    def interrupted_fit(model, *args, **kwargs):
        for record in fit(model, *args, **kwargs):
            signal.raise_signal(signal.SIGINT)
            yield record

    monkeypatch.setattr(train, "fit", interrupted_fit)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run(tmp_path, "--epochs", 1, "--run", "r")
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert info_of(tmp_path / "4_layers" / "r")[0]["stopped by"] == "nothing"


def test_a_training_outside_the_main_thread(undrawn, tmp_path):
    """Where no handler of Ctrl-C can be set."""
    before = signal.getsignal(signal.SIGINT)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run, tmp_path, "--epochs", 1, "--run", "r").result()
    assert signal.getsignal(signal.SIGINT) is before
    assert names(tmp_path / "4_layers" / "r") == set(train.FILES)


def test_underflow_is_no_divergence(undrawn, monkeypatch, tmp_path):
    """Also where NumPy was told to raise at everything."""
    tiny = np.full(3, 1e-30, np.float32)
    monkeypatch.setattr(train, "draw_loss", lambda path, *args: path.write_text(str(tiny * tiny)))
    with np.errstate(all="raise"):
        settings = np.geterr()
        run(tmp_path, "--epochs", 2, "--run", "r", "--weight-decay", 1e-30)
        result = run(tmp_path, "--lr", 1e6, "--run", "d", code=1)
        assert np.geterr() == settings
    assert "the loss became" in result.stderr
    assert info_of(tmp_path / "4_layers" / "r")[0]["stopped by"] == "nothing"


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
