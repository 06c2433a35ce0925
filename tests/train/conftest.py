"""Fixtures of the tests of train.py: small digits in place of MNIST, one finished run."""

import signal

import pytest
from train_command import run

import train
from data.mnist import bundled_digits


@pytest.fixture(autouse=True)
def digits(monkeypatch):
    """Train on the bundled digits, whatever is in data/."""
    monkeypatch.setattr(train, "load_mnist", lambda root: bundled_digits())


@pytest.fixture(autouse=True)
def ctrl_c_is_heard():
    """A program that was started in the background is told to ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
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
