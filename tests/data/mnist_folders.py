"""What the tests of `load_mnist` share: folders of files, what is right, a Python of its own."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import mnist_server
import numpy as np
from mnist_server import ARRAYS, FILES

from data.mnist import DATA

PROJECT = DATA.parent
IMAGES, LABELS = "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
EVERYTHING_IN_PLACE = {f"MNIST/raw/{name}": data for name, data in FILES.items()}


def put(root, files):
    """Write {name: bytes} into root/MNIST/raw; return that folder."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    write(raw, files)
    return raw


def write(folder, files):
    """Write {relative path: bytes} below `folder`."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def contents(root):
    """Return {relative path: bytes} of every file below `root`."""
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def assert_is_mnist(dataset):
    """The small MNIST, pixel by pixel and label by label."""
    assert dataset.name == "MNIST"
    for part, x, labels in [
        ("train", dataset.x_train, dataset.labels_train),
        ("t10k", dataset.x_test, dataset.labels_test),
    ]:
        pixels = ARRAYS[f"{part}-images-idx3-ubyte"].reshape(-1, 784)
        assert x.dtype == np.float32
        assert labels.dtype == np.int64
        np.testing.assert_array_equal(x, pixels.astype(np.float32) / 255)
        np.testing.assert_array_equal(labels, ARRAYS[f"{part}-labels-idx1-ubyte"])


def assert_stand_in(dataset, line, reason, todo):
    """The bundled digits; the line says why they stand in for MNIST, and what to do."""
    assert dataset.name == "digits"
    assert len(dataset.x_train) + len(dataset.x_test) == 1797
    start, end = line.split(": the 1,797 small digits bundled with scikit-learn stand in for it. ")
    assert re.search(rf"^No MNIST \(.*({reason}).*\)$", start, re.IGNORECASE), line
    assert end == f"To get MNIST, {todo}."


def assert_download_failed(dataset, lines, reason, root):
    """One line says what is tried, one why it failed."""
    first, second = lines
    assert first.endswith(": asking torchvision to download MNIST, once.")
    todo = f"go online and run this again, or put its four files into {root / 'MNIST' / 'raw'}"
    assert_stand_in(dataset, second, reason, todo)


@contextlib.contextmanager
def python(code, *arguments, **env):
    """Run code in a fresh interpreter that finds our modules; stop it at the end."""
    path = os.pathsep.join([str(PROJECT), str(Path(mnist_server.__file__).parent)])
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": path, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def lines_of_python(code, *arguments, **env):
    """Run code as `python` does, to its good end and without a word on stderr; return stdout."""
    with python(code, *arguments, **env) as child:
        out, err = child.communicate(timeout=600)
    assert (child.returncode, err) == (0, ""), err
    return out.splitlines()
