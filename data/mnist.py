"""Read MNIST from its files, let torchvision download it once, or make do with small digits."""

import contextlib
import errno
import gzip
import hashlib
import io
import math
import os
import re
import shutil
import socket
import sys
import tempfile
import zlib
from dataclasses import dataclass
from itertools import islice
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
LARGEST = 50_000_000  # bytes: no file of MNIST has more
ENTRIES, FOLDERS = 500, 50  # a search looks at so many entries of a folder, in so many folders
LIKELY = re.compile("mnist|raw|ubyte|idx", re.IGNORECASE)  # and at these names first
DAMAGED = "is damaged"


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
    """Return MNIST as a `Dataset`: from its files in the folder `root` or below, or downloaded.

    The four published files are known by their checksums, whatever they are called, packed or
    not. What is missing torchvision downloads into root/MNIST/raw; it is given up when a server
    is silent for `timeout` seconds. Then the small digits bundled with scikit-learn stand in for
    MNIST, and a line says why. A file that holds something else is never replaced.
    """
    root = as_folder(root)
    raw = root / "MNIST" / "raw"
    found, others = find_files(root)
    missing = [name for name in MNIST_SHA256 if name not in found]
    if not missing:
        return as_dataset(root, found)
    problem = describe(root, missing, others)
    in_the_way = [name for name in missing if others.get(raw / name, DAMAGED) != DAMAGED]
    if in_the_way:
        return stand_in(problem, f"move {', '.join(in_the_way)} out of {raw} and run this again")
    try:
        with folder_for_download(raw) as folder:
            say(f"{problem}: asking torchvision to download MNIST, once.")
            with contextlib.redirect_stderr(io.StringIO()):  # warnings, progress bars
                download_mnist(folder, timeout)
            read_mnist(folder)  # ValueError if these are not the published files
            for name in missing:
                os.replace(folder / "MNIST" / "raw" / name, raw / name)
        return read_mnist(root)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "the download of MNIST was stopped: the next call begins it anew"
        ) from None
    except NoRoomError as error:
        return stand_in(f"{problem}, and {error}", "make room there, or pass another folder")
    except Exception as error:  # whatever stops torchvision, the lesson goes on
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return stand_in(reason, f"go online and run this again, or put its four files into {raw}")


def read_mnist(root):
    """Return the `Dataset` whose files lie in the folder `root` or below; ValueError if not all."""
    root = as_folder(root)
    found, others = find_files(root)
    missing = [name for name in MNIST_SHA256 if name not in found]
    if missing:
        raise ValueError(describe(root, missing, others))
    return as_dataset(root, found)


def as_folder(root):
    """Return the absolute path that `root` names, a text or any path; `~` is the home folder."""
    try:
        name = os.path.expanduser(os.fsdecode(root))
    except TypeError:
        raise ValueError(f"root must name a folder, but it is {root!r}: pass a path") from None
    if not name or name.startswith("~"):
        raise ValueError(f"root must name a folder, but there is none called {root!r}")
    return Path(name).absolute()


# ---------------------------------------------------------------------- what lies in a folder


def find_files(root):
    """Look for the four files in `root` and below; end as soon as all are found.

    Return {name: (path, array)}, and {path: what is wrong} of other files that look like them.
    """
    names = {checksum: name for name, checksum in MNIST_SHA256.items()}
    found, others = {}, {}
    for path in likely_files(root):
        if path in others or path.name.removesuffix(".gz") in found or not os.path.lexists(path):
            continue
        try:
            data = read_idx(path)
        except (OSError, ValueError) as error:
            if "ubyte" in path.name:
                refused = getattr(error, "strerror", None)
                others[path] = f"cannot be read ({refused})" if refused else str(error)
            continue
        name = names.get(hashlib.sha256(data).hexdigest())
        if name:
            found.setdefault(name, (path, as_array(data)))
        else:
            others[path] = other_than_mnist(data)
        if len(found) == len(names):
            break
    return found, others


def likely_files(root):
    """Yield paths: those that torchvision writes, those with .gz, then every file below `root`."""
    for ending in ("", ".gz"):
        yield from (root / "MNIST" / "raw" / f"{name}{ending}" for name in MNIST_SHA256)
    folders = [root]
    for folder in folders:  # a list that grows: the nearest come first
        with contextlib.suppress(OSError), os.scandir(folder) as listing:
            entries = list(islice(listing, ENTRIES))
            for entry in sorted(entries, key=lambda e: (not LIKELY.search(e.name), e.name)):
                if not entry.is_dir():
                    yield Path(entry)
                elif len(folders) < FOLDERS and not entry.name.startswith((".", "download-")):
                    folders.append(Path(entry))


def read_idx(path):
    """Return the bytes of the IDX file at `path`, unpacked; ValueError says what else is there.

    IDX: 0, 0, 8 (uint8), the number of axes, their lengths as big-endian int32, the data. Nothing
    is read that does not begin like that, and nothing that is larger than MNIST.
    """
    if not path.is_file():  # opening a pipe would wait for ever
        raise ValueError("is a folder" if path.is_dir() else "is no regular file")
    with open(path, "rb") as plain:
        packed = plain.peek(2)[:2] == b"\x1f\x8b"
        file = gzip.GzipFile(fileobj=plain) if packed else plain
        try:
            head = file.peek(16)[:16]
            if head[:4] not in (b"\0\0\x08\x01", b"\0\0\x08\x03") or len(head) < 4 + 4 * head[3]:
                raise ValueError(DAMAGED)
            size = 4 + 4 * head[3] + math.prod(map(int, np.frombuffer(head, ">i4", head[3], 4)))
            if size > LARGEST:
                whole = packed or os.fstat(plain.fileno()).st_size == size
                raise ValueError(other_than_mnist(head) if whole else DAMAGED)
            data = file.read(max(size, 0) + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise ValueError(DAMAGED) from None
    if len(data) != size:
        raise ValueError(DAMAGED)
    return data


def other_than_mnist(data):
    """Say what an IDX file holds that is none of MNIST's, given its first bytes."""
    return "holds other images" if data[3] == 3 else "holds other labels"


def as_array(data):
    """Return the array in the bytes of an IDX file."""
    shape = np.frombuffer(data, ">i4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def as_dataset(root, found):
    """Return the `Dataset` of the four files that `find_files` found in `root`."""
    train, labels_train, test, labels_test = (found[name][1] for name in MNIST_SHA256)
    x_train, x_test = (images.reshape(-1, 784) / np.float32(255) for images in (train, test))
    labels_train, labels_test = labels_train.astype(np.int64), labels_test.astype(np.int64)
    folder = os.path.commonpath([path.parent for path, _ in found.values()])
    source = Path(os.path.relpath(folder, root.parent)).as_posix()
    return Dataset(x_train, labels_train, x_test, labels_test, "MNIST", source)


def describe(root, missing, others):
    """Return, in one sentence, what `root` lacks and what was found instead."""
    none = len(missing) == len(MNIST_SHA256)
    which = "none of the four files" if none else "no " + ", no ".join(missing)
    notes = [f"{os.path.relpath(path, root)} {what}" for path, what in others.items()]
    more = f", and {len(notes) - 4} more files are not MNIST's" if len(notes) > 4 else ""
    return f"{root} holds {which} of MNIST" + (f" ({', '.join(notes[:4])}{more})" if notes else "")


# -------------------------------------------------------------------------------- downloading


class NoRoomError(Exception):
    """The folder for a download cannot be written."""


@contextlib.contextmanager
def folder_for_download(raw):
    """Yield an empty folder in `raw`, and remove it; NoRoomError if `raw` cannot take MNIST.

    The files go there first, and move when all four are right: so neither a second process, nor
    Ctrl-C, nor a bad server can leave a damaged file. No folder stays that was made in vain.
    """
    made = [folder for folder in (raw, *raw.parents) if not os.path.lexists(folder)]
    try:
        try:
            raw.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(raw).free < 2 * LARGEST:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            temporary = tempfile.TemporaryDirectory(prefix="download-", dir=raw)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise NoRoomError(f"{raw} cannot be written ({why})") from None
        with temporary as folder:
            yield Path(folder)
    finally:
        for folder in made:
            with contextlib.suppress(OSError, ValueError):  # it holds something now
                folder.rmdir()


def download_mnist(folder, timeout):
    """Let torchvision download MNIST into `folder`, from the first mirror that works."""
    from torchvision.datasets import MNIST

    old_timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(timeout)  # torchvision sets none and would wait for ever
    try:
        for mirror in MNIST.mirrors:  # one by one: a time-out ends torchvision's own search
            one_mirror = type("MNIST", (MNIST,), {"mirrors": [mirror]})
            try:
                one_mirror(folder, download=True)
                return
            except Exception as error:
                problem = error
        raise problem
    finally:
        socket.setdefaulttimeout(old_timeout)


def stand_in(reason, todo):
    """Return the bundled digits, and say why; FileNotFoundError if they cannot be had either."""
    try:
        digits = bundled_digits()
    except Exception as error:
        raise FileNotFoundError(
            f"no MNIST ({reason}), and no small digits to stand in for it, because scikit-learn "
            f"is missing ({error}): {todo}, or pip install scikit-learn"
        ) from None
    say(
        f"No MNIST ({reason}): the 1,797 small digits bundled with scikit-learn stand in for it. "
        f"To get MNIST, {todo}."
    )
    return digits


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


def say(line):
    """Print a line, also where the terminal does not know every letter of a path."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
