"""Fixtures of the tests of `load_mnist`: a small MNIST, mirrors that fail, no torchvision."""

import contextlib
import socket
import sys

import mnist_server
import pytest

from data.mnist import load_mnist


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A data folder of the usual name, still empty, in a world where MNIST is the small one."""
    mnist_server.publish(monkeypatch.setattr)
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def mirrors(monkeypatch):
    """A function that starts a server per answer, and makes torchvision use them in this order."""
    pytest.importorskip("torchvision.datasets")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with contextlib.ExitStack() as stack:

        def start(*answers):
            servers = [stack.enter_context(mnist_server.running_server(a)) for a in answers]
            mnist_server.redirect_torchvision([s.url for s in servers], monkeypatch.setattr)
            return servers

        yield start


@pytest.fixture
def no_torchvision(monkeypatch):
    """torchvision is not installed."""
    for name in ("torchvision", "torchvision.datasets"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def load(root, capfd):
    """A function that calls load_mnist: returns the dataset and the lines that were printed.

    Whatever happens: nothing on stderr, no traceback, and the time-out of all sockets as before.
    """

    def load(root=root, **kwargs):
        capfd.readouterr()
        dataset = load_mnist(root, **kwargs)
        out, err = capfd.readouterr()
        assert err == ""
        assert "Traceback" not in out
        assert socket.getdefaulttimeout() is None
        return dataset, out.splitlines()

    return load
