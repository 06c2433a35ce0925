"""Read MNIST from its files, let torchvision download it once, or make do with small digits."""

import contextlib
import gzip
import hashlib
import io
import os
import socket
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nn_core import train_validation_split

DATA = Path(__file__).resolve().parent
MNIST_SHA256 = {  # of the published files, uncompressed
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


@dataclass(repr=False)
class Dataset:
    """Images (N, 784), float32 from 0 (paper) to 1 (ink), and labels (N,), int64."""

    x_train: np.ndarray
    labels_train: np.ndarray
    x_test: np.ndarray
    labels_test: np.ndarray
    name: str
    source: str

    def __repr__(self):
        train, test = len(self.x_train), len(self.x_test)
        return f"{self.name}: {train:,} training and {test:,} test images, from {self.source}"


def load_mnist(root=DATA, timeout=20):
    """Return MNIST as a `Dataset`: from the files in root/MNIST/raw, or downloaded to there.

    Only the published files count, recognised by their checksums; torchvision downloads what is
    missing or damaged, and is given up when a server is silent for `timeout` seconds. Then the
    small digits bundled with scikit-learn stand in for MNIST, and a line says why.
    """
    raw = Path(root) / "MNIST" / "raw"
    try:
        return read_mnist(raw)
    except (OSError, ValueError) as error:
        print(f"{error}: asking torchvision to download MNIST, once.", flush=True)
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # warnings, progress bars
            return download_mnist(Path(root), timeout)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "the download of MNIST was stopped: the next call begins it anew"
        ) from None
    except Exception as error:  # whatever stops torchvision, the lesson goes on
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        print(
            f"No MNIST ({reason}): the 1,797 small digits bundled with scikit-learn stand in for "
            f"it. To get MNIST, go online and run this again, or put its four files into {raw}."
        )
        return bundled_digits()


def read_mnist(raw):
    """Return the `Dataset` in the folder `raw`; ValueError if a file is missing or damaged."""
    train, labels_train, test, labels_test = (read_idx(raw, name) for name in MNIST_SHA256)
    x_train, x_test = (images.reshape(-1, 784) / np.float32(255) for images in (train, test))
    labels_train, labels_test = labels_train.astype(np.int64), labels_test.astype(np.int64)
    source = "/".join(raw.absolute().parts[-3:])
    return Dataset(x_train, labels_train, x_test, labels_test, "MNIST", source)


def read_idx(raw, name):
    """Return the array in raw/name or raw/name.gz; ValueError if neither is as published."""
    problem = f"{raw} holds no {name}"
    for path in (raw / name, raw / f"{name}.gz"):
        if path.exists():
            data = path.read_bytes()
            with contextlib.suppress(OSError, EOFError, zlib.error):  # half a .gz, or none
                data = gzip.decompress(data) if path.suffix == ".gz" else data
            if hashlib.sha256(data).hexdigest() == MNIST_SHA256[name]:
                # IDX: 0, 0, 8 (uint8), number of axes, the axes as big-endian int32, the data
                shape = np.frombuffer(data, ">i4", count=data[3], offset=4)
                return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)
            problem = f"{path} is damaged, it is not the published file"
    raise ValueError(problem)


def download_mnist(root, timeout):
    """Let torchvision download MNIST; put the files into root/MNIST/raw; return the `Dataset`.

    They go to a private folder first, and move when all four are right: so neither a second
    process, nor Ctrl-C, nor a bad server can leave a damaged file or harm a good one.
    """
    from torchvision.datasets import MNIST

    root.mkdir(parents=True, exist_ok=True)
    old_timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(timeout)  # torchvision sets none and would wait for ever
    try:
        with tempfile.TemporaryDirectory(prefix="download-", dir=root) as folder:
            for mirror in MNIST.mirrors:  # one by one: a time-out ends torchvision's own search
                one_mirror = type("MNIST", (MNIST,), {"mirrors": [mirror]})
                try:
                    one_mirror(folder, download=True)
                    break
                except Exception as error:
                    problem = error
            else:
                raise problem
            fresh, raw = (Path(parent, "MNIST", "raw") for parent in (folder, root))
            read_mnist(fresh)  # ValueError if these are not the published files
            raw.mkdir(parents=True, exist_ok=True)
            for name in MNIST_SHA256:
                os.replace(fresh / name, raw / name)
            return read_mnist(raw)
    finally:
        socket.setdefaulttimeout(old_timeout)


def bundled_digits():
    """Return scikit-learn's digits, 8x8 pixels enlarged to 20x20 and framed as in MNIST."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    grid = np.linspace(0, 7, 20)
    enlarge = np.maximum(0, 1 - np.abs(grid[:, None] - np.arange(8)))  # (20, 8), bilinear
    images = np.pad(enlarge @ digits.images @ enlarge.T / 16, ((0, 0), (4, 4), (4, 4)))
    x, labels = images.reshape(-1, 784).astype(np.float32), digits.target.astype(np.int64)
    x_train, labels_train, x_test, labels_test = train_validation_split(x, labels, 360)
    return Dataset(x_train, labels_train, x_test, labels_test, "digits", "scikit-learn")
