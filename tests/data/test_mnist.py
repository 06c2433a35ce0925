"""Tests of `load_mnist`: whatever goes wrong, right data or the bundled digits, and one line.

Where a download is involved, the code of torchvision is the real one. It talks to a server on
this computer that serves a small MNIST, made for the purpose, and fails in many ways; so the
tests need neither a network nor the real MNIST.
"""

import contextlib
import hashlib
import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import mnist_server
import numpy as np
import pytest
from mnist_server import ARRAYS, FILES, GZIPPED

from data.mnist import DATA, MNIST_SHA256, bundled_digits, load_mnist

PROJECT = DATA.parent
IMAGES, LABELS = "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
EVERYTHING_IN_PLACE = {f"MNIST/raw/{name}": data for name, data in FILES.items()}
REAL_RAW = DATA / "MNIST" / "raw"

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signal or mode")
needs_real_mnist = pytest.mark.skipif(
    not all((REAL_RAW / name).exists() for name in MNIST_SHA256),
    reason="the real MNIST is not in data/MNIST/raw, uncompressed",
)

# -------------------------------------------------------------------------------- fixtures


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

    return load_mnist


def put(root, files):
    """Write {name: bytes} into root/MNIST/raw; return that folder."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (raw / name).write_bytes(data)
    return raw


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


def assert_stand_in(dataset, lines, reason, root):
    """The bundled digits; one line says what is tried, one why it failed and what to do."""
    assert dataset.name == "digits"
    assert len(dataset.x_train) + len(dataset.x_test) == 1797
    first, second = lines
    assert first.endswith("asking torchvision to download MNIST, once.")
    assert re.search(rf"^No MNIST \(.*({reason}).*\)", second, re.IGNORECASE)
    assert "digits bundled with scikit-learn" in second
    assert second.endswith(
        "To get MNIST, go online and run this again, or put its four files "
        f"into {root / 'MNIST' / 'raw'}."
    )


# ----------------------------------------------------------------------------- local files

DAMAGES = {
    "truncated": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "wrong magic": lambda data: data[:3] + bytes([data[3] ^ 2]) + data[4:],
    "flipped bit": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "too long": lambda data: data + b"x",
    "a page": lambda data: b"<!DOCTYPE html><html></html>",
}
damages = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
in_plain_and_gz = pytest.mark.parametrize("name", [IMAGES, LABELS, f"{IMAGES}.gz", f"{LABELS}.gz"])


@pytest.mark.parametrize(
    "stored",
    [
        FILES,
        GZIPPED,
        {**FILES, **GZIPPED},
        {**dict(list(FILES.items())[:2]), **dict(list(GZIPPED.items())[2:])},
        {**GZIPPED, IMAGES: FILES[IMAGES][:-1], LABELS: b""},
        {**FILES, f"{IMAGES}.gz": GZIPPED[f"{IMAGES}.gz"][:-1], f"{LABELS}.gz": b""},
    ],
    ids=["plain", "gz", "both", "mixed", "plain damaged, gz good", "plain good, gz damaged"],
)
def test_local_files_are_read_in_silence(stored, root, load, no_torchvision):
    put(root, stored)
    before = contents(root)
    dataset, lines = load()
    assert_is_mnist(dataset)
    assert lines == []
    assert contents(root) == before


def test_labels_and_pixels_have_the_range_of_the_files(root, load, no_torchvision):
    put(root, FILES)
    dataset, _ = load()
    assert (dataset.x_train.shape, dataset.x_test.shape) == ((30, 784), (20, 784))
    assert (dataset.x_train.min(), dataset.x_train.max()) == (0, 1)
    assert set(dataset.labels_train) <= set(range(10))


def test_the_arrays_may_be_changed_by_the_reader(root, load, no_torchvision):
    put(root, FILES)
    dataset, _ = load()
    dataset.x_train[:] = 0
    dataset.labels_train[:] = 0
    assert_is_mnist(load()[0])


@contextlib.contextmanager
def python(code, *arguments):
    """Run code in a fresh interpreter that finds our modules; stop it at the end."""
    path = os.pathsep.join([str(PROJECT), str(Path(mnist_server.__file__).parent)])
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def lines_of_python(code, *arguments):
    """Run code as `python` does, to its good end and without a word on stderr; return stdout."""
    with python(code, *arguments) as child:
        out, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, "")
    return out.splitlines()


def test_local_files_import_neither_torch_nor_scikit_learn(root):
    code = """
import sys, mnist_server
from data.mnist import load_mnist
mnist_server.publish()
print(load_mnist(sys.argv[1]))
print({"torch", "torchvision", "sklearn"} & set(sys.modules))
"""
    put(root, FILES)
    assert lines_of_python(code, root) == [
        "MNIST: 30 training and 20 test images, from data/MNIST/raw",
        "set()",
    ]


@damages
@in_plain_and_gz
def test_damaged_file_is_replaced(damage, name, root, mirrors, load):
    good = GZIPPED if name.endswith(".gz") else FILES
    put(root, {**good, name: damage(good[name])})
    mirrors(mnist_server.good)
    dataset, lines = load()
    assert_is_mnist(dataset)
    (line,) = lines
    assert re.search(rf"{re.escape(name)} is damaged.*asking torchvision to download", line)
    now = contents(root)
    assert now.items() >= EVERYTHING_IN_PLACE.items()
    for other in good.keys() - {name}:
        assert now[f"MNIST/raw/{other}"] == good[other]
    dataset, lines = load()
    assert_is_mnist(dataset)
    assert lines == []


@damages
@in_plain_and_gz
def test_damaged_file_that_cannot_be_replaced_is_named_and_kept(damage, name, root, mirrors, load):
    good = GZIPPED if name.endswith(".gz") else FILES
    raw = put(root, {**good, name: damage(good[name])})
    before = contents(root)
    mirrors(mnist_server.refuse)
    dataset, lines = load()
    assert_stand_in(dataset, lines, "refused", root)
    assert lines[0].startswith(f"{raw / name} is damaged, it is not the published file:")
    assert contents(root) == before


@pytest.mark.parametrize("missing", FILES)
def test_missing_file_is_named_and_downloaded(missing, root, mirrors, load):
    raw = put(root, {name: data for name, data in FILES.items() if name != missing})
    mirrors(mnist_server.good)
    dataset, lines = load()
    assert_is_mnist(dataset)
    assert lines == [f"{raw} holds no {missing}: asking torchvision to download MNIST, once."]
    assert contents(root) == EVERYTHING_IN_PLACE


@needs_real_mnist
def test_real_mnist_loads_in_a_quarter_of_a_second():
    """The best run counts: on a busy computer it may take a few runs to meet a quiet moment."""
    code = """
import sys, time
from data.mnist import load_mnist
best, end = float("inf"), time.perf_counter() + 20
while best >= 0.25 and time.perf_counter() < end:
    start = time.perf_counter()
    mnist = load_mnist()
    best = min(best, time.perf_counter() - start)
print(mnist, "torch" in sys.modules, best, sep="\\n")
"""
    name, torch_imported, best = lines_of_python(code)
    assert name == "MNIST: 60,000 training and 10,000 test images, from data/MNIST/raw"
    assert torch_imported == "False"
    assert float(best) < 0.25


@needs_real_mnist
def test_real_mnist_has_its_known_statistics():
    mnist = load_mnist()
    assert mnist.x_train.shape == (60_000, 784)
    assert mnist.x_test.shape == (10_000, 784)
    assert abs(mnist.x_train.mean() - 0.1307) < 1e-4  # as in every PyTorch example
    assert abs(mnist.x_train.std() - 0.3081) < 1e-4
    assert list(mnist.labels_train[:10]) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert list(mnist.labels_test[:10]) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_readme_of_the_data_folder_lists_the_real_checksums():
    readme = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
    for name, checksum in MNIST_SHA256.items():
        assert re.search(rf"`{name}\.gz`.*`{checksum}`", readme)


# ------------------------------------------------------------------------------- downloads

FAULTS = {  # what a mirror does, and what the printed line says about it
    "no network": (mnist_server.refuse, "refused"),
    "never answers": (mnist_server.never_answer, "timed out"),
    "stalls midway": (mnist_server.stall_midway, "timed out"),
    "404": (mnist_server.not_found, "404"),
    "login page": (mnist_server.login_page, "corrupted"),
    "body cut off": (mnist_server.cut_off, "corrupted|IncompleteRead"),
    "half a file": (mnist_server.half_a_file, "corrupted"),
    "flipped bit": (mnist_server.flipped_bit, "corrupted"),
    "reset": (mnist_server.reset, "reset"),
    "reset midway": (mnist_server.reset_midway, "reset"),
}
faults = pytest.mark.parametrize("fault, reason", FAULTS.values(), ids=FAULTS.keys())


def test_download_then_local_files(root, mirrors, load):
    (server,) = mirrors(mnist_server.good)
    dataset, lines = load()
    assert_is_mnist(dataset)
    assert len(lines) == 1
    assert contents(root) == EVERYTHING_IN_PLACE
    asked = len(server.requested)
    again, lines = load()
    assert_is_mnist(again)
    assert lines == []
    assert len(server.requested) == asked


def test_repr_is_the_same_after_a_download_as_from_local_files(root, mirrors, load):
    mirrors(mnist_server.good)
    downloaded, local = load()[0], load()[0]
    assert repr(local) == "MNIST: 30 training and 20 test images, from data/MNIST/raw"
    assert repr(downloaded) == repr(local)


def test_data_folder_is_made_when_there_is_none(root, mirrors, load):
    mirrors(mnist_server.good)
    dataset, _ = load(root / "deep" / "er")
    assert_is_mnist(dataset)


@faults
def test_bad_mirror_gives_the_digits_and_a_reason(fault, reason, root, mirrors, load):
    mirrors(fault)
    start = time.perf_counter()
    dataset, lines = load(timeout=1)
    assert time.perf_counter() - start < 8
    assert_stand_in(dataset, lines, reason, root)
    assert list(root.iterdir()) == []


@faults
def test_second_mirror_is_tried_after_a_bad_one(fault, reason, root, mirrors, load):
    bad, _ = mirrors(fault, mnist_server.good)
    dataset, lines = load(timeout=1)
    assert_is_mnist(dataset)
    assert len(lines) == 1
    assert contents(root) == EVERYTHING_IN_PLACE
    assert bad.requested or fault is mnist_server.refuse


@pytest.mark.parametrize(
    "fault", [mnist_server.half_a_file, mnist_server.reset_midway, mnist_server.not_found]
)
def test_mirror_that_fails_at_the_last_file_leaves_nothing(fault, root, mirrors, load):
    put(root, {IMAGES: FILES[IMAGES]})
    before = contents(root)
    mirrors(mnist_server.only(LABELS, fault))
    dataset, lines = load()
    assert_stand_in(dataset, lines, "404|corrupted|reset", root)
    assert contents(root) == before


def test_all_mirrors_bad(root, mirrors, load):
    servers = mirrors(mnist_server.login_page, mnist_server.not_found, mnist_server.reset)
    dataset, lines = load()
    assert_stand_in(dataset, lines, "reset", root)
    assert all(server.requested for server in servers)


def test_download_of_other_files_than_the_published_ones(root, mirrors, load, monkeypatch):
    """torchvision is content with what it gets, but its contents are not MNIST's."""
    changed = hashlib.sha256(b"what was published").hexdigest()
    monkeypatch.setitem(MNIST_SHA256, LABELS, changed)
    raw = put(root, {IMAGES: FILES[IMAGES]})
    before = contents(root)
    mirrors(mnist_server.good)
    dataset, lines = load()
    assert_stand_in(dataset, lines, rf"{LABELS}(\.gz)? is damaged", root)
    assert contents(root) == before
    assert list(raw.iterdir()) == [raw / IMAGES]


# ------------------------------------------------------- folders that nobody may write into


def below_a_file(root):
    (root / "file").write_bytes(b"")
    return root / "file" / "data"


def below_sys(root):
    if not Path("/sys").is_dir():
        pytest.skip("this system has no /sys, a folder that not even root may write into")
    return Path("/sys") / "data"


def taken_by_a_file(root):
    (root / "MNIST").write_bytes(b"a good file of somebody else")
    return root


def without_permission(root, folder):
    """Take away the permission to write into `folder`, if that impresses this user."""
    folder.chmod(0o555)
    if os.access(folder, os.W_OK):
        folder.chmod(0o755)
        pytest.skip("this user may write into any folder (root does), or has no such modes")
    return root


def read_only_root(root):
    put(root, {IMAGES: b""})
    return without_permission(root, root)


def read_only_raw(root):
    return without_permission(root, put(root, {IMAGES: b""}))


@pytest.mark.parametrize(
    "place", [below_a_file, below_sys, taken_by_a_file, read_only_root, read_only_raw]
)
def test_folder_that_cannot_be_written(place, root, mirrors, load):
    mirrors(mnist_server.good)
    folder = place(root)
    before = contents(root)
    try:
        dataset, lines = load(folder)
        assert_stand_in(dataset, lines, "PermissionError|NotADirectory|FileExists|OSError", folder)
        assert contents(root) == before
    finally:
        for path in (root, root / "MNIST" / "raw"):
            if path.is_dir():
                path.chmod(0o755)  # so that pytest can clean up


# --------------------------------------------------------- torchvision missing or unusable


def test_torchvision_missing(root, load, no_torchvision):
    dataset, lines = load()
    assert_stand_in(dataset, lines, "ModuleNotFoundError.*torchvision", root)
    assert list(root.iterdir()) == []


def test_torchvision_that_cannot_be_imported(root):
    """As when a CPU build of PyTorch meets a CUDA build of torchvision."""
    broken = root.parent / "broken" / "torchvision"
    broken.mkdir(parents=True)
    message = "operator torchvision::nms does not exist"
    (broken / "__init__.py").write_text(f"raise RuntimeError('{message}')")
    code = """
import sys
sys.path.insert(0, sys.argv[2])
from data.mnist import load_mnist
print(load_mnist(sys.argv[1]))
"""
    *lines, dataset = lines_of_python(code, root, broken.parent)
    assert dataset == "digits: 1,437 training and 360 test images, from scikit-learn"
    assert len(lines) == 2
    assert f"RuntimeError: {message}" in lines[1]
    assert list(root.iterdir()) == []


# ---------------------------------------------------------- several processes, and the end

# A fork server imports torchvision once; so its children start at the moment they are told to.
METHODS = multiprocessing.get_all_start_methods()
PROCESSES = multiprocessing.get_context("forkserver" if "forkserver" in METHODS else "spawn")


def import_torchvision():
    import torchvision.datasets  # noqa: F401


@pytest.fixture(scope="module")
def processes():
    """Four processes that have imported torchvision and wait for work."""
    pytest.importorskip("torchvision.datasets")
    if PROCESSES.get_start_method() == "forkserver":
        PROCESSES.set_forkserver_preload(["torchvision.datasets"])
    with ProcessPoolExecutor(4, PROCESSES, import_torchvision) as pool:
        list(pool.map(time.sleep, [0.3] * 4))
        yield pool


@pytest.mark.parametrize("starts", [(0, 0), (0, 0, 0, 0), (0, 0.4), (0, 0.6, 1.2, 1.8)], ids=str)
def test_processes_that_start_together(starts, root, mirrors, processes):
    (server,) = mirrors(mnist_server.slow)  # takes 2 s for its four files
    futures, begin = [], time.perf_counter()
    for start in starts:
        time.sleep(max(0, begin + start - time.perf_counter()))
        futures.append(processes.submit(mnist_server.load_in_child, root, [server.url]))
    for future in futures:
        dataset, out, err = future.result(timeout=60)
        assert_is_mnist(dataset)
        assert (len(out.splitlines()), err) == (1, "")
    assert contents(root) == EVERYTHING_IN_PLACE
    assert [path.name for path in root.iterdir()] == ["MNIST"]


SECOND_FILE_STALLS = mnist_server.only("train-labels", mnist_server.stall_midway)


def wait_for_the_second_file(root):
    """Wait until torchvision has begun to write the file that stalls."""
    end = time.monotonic() + 60
    while not any(root.rglob("train-labels-idx1-ubyte.gz")):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """Press Ctrl-C in the middle of a download; return the dead process, its stderr, the folder."""
    pytest.importorskip("torchvision.datasets")
    code = """
import signal, sys, mnist_server
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where Ctrl-C was switched off
mnist_server.load_in_child(sys.argv[1], sys.argv[2:])
"""
    root = tmp_path_factory.mktemp("interrupted")
    put(root, {IMAGES: FILES[IMAGES]})
    with (
        mnist_server.running_server(SECOND_FILE_STALLS) as server,
        python(code, root, server.url) as child,
    ):
        wait_for_the_second_file(root)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=30)
    return child, err, root


@posix_only
def test_ctrl_c_ends_a_download_and_the_next_call_recovers(interrupted, mirrors, load):
    child, err, root = interrupted
    assert child.returncode == -signal.SIGINT
    assert err.splitlines()[-1].startswith("KeyboardInterrupt")
    assert contents(root) == {f"MNIST/raw/{IMAGES}": FILES[IMAGES]}
    assert [path.name for path in root.iterdir()] == ["MNIST"]
    mirrors(mnist_server.good)
    dataset, _ = load(root)
    assert_is_mnist(dataset)
    assert contents(root) == EVERYTHING_IN_PLACE


@posix_only
def test_ctrl_c_shows_nothing_of_the_inside_of_torchvision(interrupted):
    _, err, _ = interrupted
    assert "torchvision" not in err


def test_killed_download_does_no_harm_and_the_next_call_recovers(root, mirrors, load, processes):
    put(root, {IMAGES: FILES[IMAGES]})
    stalling, _ = mirrors(SECOND_FILE_STALLS, mnist_server.good)
    child = PROCESSES.Process(
        target=mnist_server.load_in_child, args=(root, [stalling.url]), daemon=True
    )
    child.start()
    wait_for_the_second_file(root)
    child.kill()
    child.join()
    assert contents(root / "MNIST") == {f"raw/{IMAGES}": FILES[IMAGES]}
    dataset, _ = load(timeout=1)
    assert_is_mnist(dataset)
    assert contents(root / "MNIST") == {f"raw/{name}": FILES[name] for name in FILES}


# ------------------------------------------------------------------------- bundled digits


@pytest.fixture(scope="module")
def digits():
    return bundled_digits()


def both_parts(digits):
    """Return the images (1797, 28, 28) and labels (1797,) of both parts together."""
    images = np.concatenate([digits.x_train, digits.x_test]).reshape(-1, 28, 28)
    return images, np.concatenate([digits.labels_train, digits.labels_test])


def test_digits_have_the_form_of_mnist(digits):
    assert digits.x_train.shape == (1437, 784)
    assert digits.x_test.shape == (360, 784)
    for x, labels in [(digits.x_train, digits.labels_train), (digits.x_test, digits.labels_test)]:
        assert x.dtype == np.float32
        assert labels.dtype == np.int64
        assert labels.shape == (len(x),)
        assert (x.min(), x.max()) == (0, 1)
        assert set(labels) == set(range(10))


def test_digits_sit_in_an_empty_frame_as_in_mnist(digits):
    images, _ = both_parts(digits)
    frame = np.ones((28, 28), bool)
    frame[4:-4, 4:-4] = False
    assert not images[:, frame].any()
    for edge in (images[:, 4], images[:, -5], images[:, :, 4], images[:, :, -5]):
        assert edge.any()  # and the frame is no wider


def test_digits_are_those_of_scikit_learn_with_their_labels(digits):
    """An enlarged image still contains all of its 8x8 image: solve for it, and compare."""
    from sklearn.datasets import load_digits

    positions = np.linspace(0, 7, 20)
    enlarge = np.stack([np.interp(positions, range(8), row) for row in np.eye(8)], axis=1)
    shrink = np.linalg.pinv(enlarge)
    images, labels = both_parts(digits)
    small = shrink @ images[:, 4:-4, 4:-4] @ shrink.T * 16
    assert abs(small - small.round()).max() < 1e-3
    rows = np.column_stack([small.round().reshape(-1, 64), labels]).astype(int)
    bundled = load_digits()
    expected = np.column_stack([bundled.images.reshape(-1, 64), bundled.target]).astype(int)
    np.testing.assert_array_equal(np.unique(rows, axis=0), np.unique(expected, axis=0))
    np.testing.assert_allclose(  # and corner lies on corner
        images[:, [4, 4, -5, -5], [4, -5, 4, -5]] * 16,
        small[:, [0, 0, 7, 7], [0, 7, 0, 7]],
        atol=1e-3,
    )


def test_no_digit_is_in_both_parts_and_none_occurs_twice(digits):
    images, _ = both_parts(digits)
    assert len(np.unique(images.reshape(-1, 784), axis=0)) == len(images) == 1797


def test_digits_are_split_in_the_same_way_on_every_call(digits):
    again = bundled_digits()
    np.testing.assert_array_equal(again.x_train, digits.x_train)
    np.testing.assert_array_equal(again.labels_train, digits.labels_train)
    np.testing.assert_array_equal(again.x_test, digits.x_test)
    np.testing.assert_array_equal(again.labels_test, digits.labels_test)


def test_digits_are_shuffled_before_the_split(digits):
    """scikit-learn lists them writer by writer, mostly 0, 1, 2, ... 9, 0, 1, ..."""
    assert np.bincount(digits.labels_test).min() > 20
    assert (np.diff(digits.labels_train) == 1).mean() < 0.2
