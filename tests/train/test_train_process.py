"""train.py as a user starts it: signals, terminals, pipes, notebooks, a computer without MNIST."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from train_command import ROOT, info_of, names, reference

import train
from nn_core import MLP

unix = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of Unix")


def program(definitions="", *functions):
    """Return the command of a train.py on small digits, with pictures left empty or `functions`."""
    code = f"""
import pathlib, sys, time, train
from data.mnist import bundled_digits
{definitions}
train.load_mnist = lambda root: bundled_digits()
for name in [name for name in dir(train) if name.startswith("draw_")]:
    setattr(train, name, lambda path, *args: path.touch())
for function in [{", ".join(functions)}]:
    setattr(train, function.__name__, function)
train.main()
"""
    return [sys.executable, "-c", code]


def read_until(stream, pattern, seconds=600):
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
    """The second one comes while a figure is being drawn, which takes as long as it is told to."""
    drawn = tmp_path / "draw now"
    slow = f"""
def draw_loss(path, *args):
    print("drawing", flush=True)
    while not pathlib.Path({str(drawn)!r}).exists():
        time.sleep(0.01)
    path.touch()
"""
    args = ["--epochs", "100000", "--out", tmp_path / "out", "--run", "r"]
    process = subprocess.Popen(
        [*program(slow, "draw_loss"), *args, "--save", tmp_path / "w.npz"],
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
        read_until(process.stdout, r"drawing")
        if again:
            process.send_signal(signal.SIGINT)
        drawn.touch()
        stdout, stderr = process.communicate(timeout=600)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, stderr
    assert "Traceback" not in stdout + stderr
    folder = tmp_path / "out" / "4_layers" / "r"
    assert names(folder) == ({"model_info.txt", "Loss.png"} if again else set(train.FILES))
    assert names(tmp_path) == {"out", "w.npz", "draw now"}
    info, command = info_of(folder)
    assert re.fullmatch(r"Ctrl-C in epoch \d+, step \d+", info["stopped by"])
    epochs = int(re.search(r"--epochs (\d+)", command)[1])
    assert epochs >= 3 and info["training"].startswith(f"{epochs} epochs")
    # not the same bits: the process above has one BLAS thread, this one perhaps more
    saved, wanted = MLP.load(tmp_path / "w.npz").params(), reference(epochs=epochs).params()
    assert all(np.allclose(saved[name], wanted[name], atol=1e-3) for name in wanted)
    assert not np.allclose(saved["W1"], reference(epochs=epochs - 1).params()["W1"], atol=1e-3)


@unix
def test_progress_bar_in_a_terminal(tmp_path):
    import fcntl
    import pty
    import struct
    import termios

    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [*program(), "--epochs", "100000", "--out", tmp_path, "--run", "r", "--no-gif"],
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
    text, pressed, deadline = "", False, time.monotonic() + 600
    try:
        while time.monotonic() < deadline:
            try:
                text += os.read(screen, 65536).decode(errors="replace")
            except OSError:  # the other side has closed it
                break
            if not pressed and re.search(r"\d\d:\d\d:\d\d", text):
                pressed = os.write(screen, b"\x03")  # the key itself
        assert process.wait(timeout=600) == 130, text
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
    """From another folder, where torchvision cannot be imported, without MNIST."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "torchvision.py").write_text("raise RuntimeError('as if')")
    done = subprocess.run(
        [sys.executable, ROOT / "train.py", "--epochs", "2", "--data", "empty", "--no-gif"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "broken")},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "stand in for" in done.stdout and "Test accuracy: " in done.stdout
    folder = tmp_path / "figs" / "4_layers" / "2e_lr0.1_b64_seed0_digits"
    assert names(folder) == set(train.FILES) - {"training_loss.gif"}
    assert names(tmp_path) == {"broken", "figs"}


# ------------------------------------------------------------------------- what surrounds it


UNUSUAL = {
    "ascii": ('"$@"', {"PYTHONIOENCODING": "ascii"}),
    "no locale": ('"$@"', {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
    "neither stdout nor stderr": ('"$@" >&- 2>&- <&-', {}),
    "head": ('"$@" | head -n 1', {}),
    "closed at once": ('"$@" 2>&1 | true', {}),
    "full": ('"$@" >/dev/full 2>/dev/full', {"PYTHONUNBUFFERED": "1"}),
    "wrong backend": (
        '"$@"',
        {"MPLBACKEND": "module://none", "PYTHONWARNINGS": "error::UserWarning"},
    ),
}


@unix
@pytest.mark.parametrize(("shell", "env"), UNUSUAL.values(), ids=UNUSUAL.keys())
def test_whatever_surrounds_the_process_nothing_is_lost(tmp_path, shell, env):
    if "/dev/full" in shell and not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    out = tmp_path / "Zähler-数字-\udcff"
    args = ["--epochs", "2", "--out", out, "--run", "r", "--save", out / "w.npz", "--data", out]
    done = subprocess.run(
        ["sh", "-c", shell, "sh", *program(), *args],
        cwd=ROOT,
        capture_output=True,
        timeout=600,
        env={**os.environ, **env},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert names(out / "4_layers" / "r") == set(train.FILES)
    MLP.load(out / "w.npz")


NOTEBOOK = """
import os, signal, sys, threading
sys.modules["torchvision"] = None  # no download: the small digits, at once
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from pathlib import Path

shell = InteractiveShell.instance()
os.chdir("notebooks")
np.seterr(all="raise")
plt.rcParams["lines.linewidth"] = 7
plt.plot([1, 2])

def state():
    return {
        "backend": matplotlib.get_backend(), "settings": dict(matplotlib.rcParams),
        "figures": plt.get_fignums(), "axes": plt.gcf().axes, "errors": np.geterr(),
        "signals": {s: signal.getsignal(s) for s in signal.valid_signals()},
        "variables": dict(os.environ), "folder": os.getcwd(),
        "streams": (sys.stdout, sys.stderr), "threads": threading.active_count(),
    }

before = state()
run = "--epochs 1 --no-gif --run r --out " + sys.argv[1]
shell.run_line_magic("run", "../train.py --data " + sys.argv[1] + "/mnist " + run)
after = state()
for name in before:
    assert before[name] == after[name], (name, before[name], after[name])
plt.plot([2, 1])
plt.savefig(Path(sys.argv[1]) / "mine.png")
print("as before")
"""


def test_a_run_within_a_notebook_leaves_all_as_it_was(tmp_path):
    pytest.importorskip("IPython")
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        env={name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "as before", done.stderr
    assert names(tmp_path / "4_layers" / "r") == set(train.FILES) - {"training_loss.gif"}
    assert (tmp_path / "mine.png").stat().st_size > 1000
    assert not (tmp_path / "mnist").exists()
