"""Downloads of MNIST: whatever goes wrong, right data or the bundled digits, and one line.

The code of torchvision is the real one. It talks to a server on this computer that serves a small
MNIST and fails in many ways; so the tests need neither a network nor the real MNIST.
"""

import gzip
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import mnist_server
import pytest
from mnist_folders import (
    EVERYTHING_IN_PLACE,
    IMAGES,
    LABELS,
    assert_download_failed,
    assert_is_mnist,
    assert_stand_in,
    contents,
    lines_of_python,
    put,
    write,
)
from mnist_server import ARRAYS, FILES, GZIPPED

import data.mnist

DAMAGES = {
    "truncated": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "wrong magic": lambda data: data[:3] + bytes([data[3] ^ 2]) + data[4:],
    "too long": lambda data: data + b"x",
    "a page": lambda data: b"<!DOCTYPE html><html></html>",
}
damages = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
in_plain_and_gz = pytest.mark.parametrize("name", [IMAGES, LABELS, f"{IMAGES}.gz", f"{LABELS}.gz"])


@damages
@in_plain_and_gz
def test_damaged_file_is_replaced(damage, name, root, mirrors, load):
    good = GZIPPED if name.endswith(".gz") else FILES
    put(root, {**good, name: damage(good[name])})
    before = contents(root)
    mirrors(mnist_server.good)
    dataset, lines = load()
    assert_is_mnist(dataset)
    (line,) = lines
    assert re.search(rf"{re.escape(name)} is damaged\): asking torchvision to download", line)
    plain = name.removesuffix(".gz")
    assert contents(root) == {**before, f"MNIST/raw/{plain}": FILES[plain]}
    dataset, lines = load()
    assert_is_mnist(dataset)
    assert lines == []


@damages
@in_plain_and_gz
def test_damaged_file_that_cannot_be_replaced_is_named_and_kept(damage, name, root, mirrors, load):
    good = GZIPPED if name.endswith(".gz") else FILES
    put(root, {**good, name: damage(good[name])})
    before = contents(root)
    mirrors(mnist_server.refuse)
    dataset, lines = load()
    assert_download_failed(dataset, lines, "refused", root)
    missing = name.removesuffix(".gz")
    assert lines[0].startswith(
        f"{root} holds no {missing} of MNIST (MNIST/raw/{name} is damaged): "
    )
    assert contents(root) == before


@pytest.mark.parametrize("missing", FILES)
def test_missing_file_is_named_and_downloaded(missing, root, mirrors, load):
    put(root, {name: data for name, data in FILES.items() if name != missing})
    mirrors(mnist_server.good)
    dataset, lines = load()
    assert_is_mnist(dataset)
    says = f"{root} holds no {missing} of MNIST: asking torchvision to download MNIST, once."
    assert lines == [says]
    assert contents(root) == EVERYTHING_IN_PLACE


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
    dataset, lines = load(timeout=2 if reason == "timed out" else 60)
    assert_download_failed(dataset, lines, reason, root)
    assert list(root.iterdir()) == []


@faults
def test_second_mirror_is_tried_after_a_bad_one(fault, reason, root, mirrors, load):
    bad, _ = mirrors(fault, mnist_server.good)
    dataset, lines = load(timeout=5 if reason == "timed out" else 60)
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
    assert_download_failed(dataset, lines, "404|corrupted|reset", root)
    assert contents(root) == before


def test_all_mirrors_bad(root, mirrors, load):
    servers = mirrors(mnist_server.login_page, mnist_server.not_found, mnist_server.reset)
    dataset, lines = load()
    assert_download_failed(dataset, lines, "reset", root)
    assert all(server.requested for server in servers)


def test_download_of_other_files_than_the_published_ones(root, mirrors, load, monkeypatch):
    """torchvision is content with what it gets, but its contents are not MNIST's."""
    changed = hashlib.sha256(b"what was published").hexdigest()
    monkeypatch.setitem(data.mnist.MNIST_SHA256, LABELS, changed)
    raw = put(root, {IMAGES: FILES[IMAGES]})
    before = contents(root)
    mirrors(mnist_server.good)
    dataset, lines = load()
    assert_download_failed(dataset, lines, rf"{LABELS} holds other labels", root)
    assert contents(root) == before
    assert list(raw.iterdir()) == [raw / IMAGES]


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
def test_folder_that_cannot_be_written_is_noticed_before(place, root, mirrors, load):
    (server,) = mirrors(mnist_server.good)
    folder = place(root)
    before = contents(root)
    try:
        dataset, (line,) = load(folder)
        reason = rf"{folder / 'MNIST' / 'raw'} cannot be written \(.+\)"
        assert_stand_in(dataset, line, reason, "make room there, or pass another folder")
        assert contents(root) == before and server.requested == []
    finally:
        for path in (root, root / "MNIST" / "raw"):
            if path.is_dir():
                path.chmod(0o755)  # so that pytest can clean up


def test_full_disk_is_noticed_before(root, mirrors, load, monkeypatch):
    (server,) = mirrors(mnist_server.good)
    almost_full = SimpleNamespace(total=10**12, used=10**12, free=10**7)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: almost_full)
    dataset, (line,) = load(root / "deep")
    assert_stand_in(
        dataset, line, "No space left on device", "make room there, or pass another folder"
    )
    assert list(root.iterdir()) == [] and server.requested == []


def test_other_images_keep_a_good_mirror_waiting(root, mirrors, load):
    """What lies in the way of a download is found before it, and stays; moved away, all is well."""
    (server,) = mirrors(mnist_server.good)
    raw = put(root, {name: mnist_server.idx(255 - ARRAYS[name]) for name in FILES})
    before = contents(root)
    for _ in range(2):
        dataset, (line,) = load()
        todo = f"move {', '.join(FILES)} out of {raw} and run this again"
        assert_stand_in(dataset, line, "holds other images", todo)
        assert contents(root) == before and server.requested == []
    (root / "FashionMNIST").mkdir()
    raw.rename(root / "FashionMNIST" / "raw")
    dataset, (line,) = load()
    assert_is_mnist(dataset)
    assert "FashionMNIST/raw/t10k-images-idx3-ubyte holds other images" in line
    moved = {path.replace("MNIST", "FashionMNIST"): data for path, data in before.items()}
    assert contents(root) == {**moved, **EVERYTHING_IN_PLACE}


def test_packed_other_images_are_not_in_the_way(root, mirrors, load):
    mirrors(mnist_server.good)
    packed = {f"{name}.gz": gzip.compress(mnist_server.idx(255 - ARRAYS[name])) for name in FILES}
    put(root, packed)
    before = contents(root)
    assert_is_mnist(load()[0])
    assert contents(root) == {**before, **EVERYTHING_IN_PLACE}
    assert load()[1] == []


def test_only_what_is_missing_is_written(root, mirrors, load):
    mirrors(mnist_server.good)
    files = {name.replace("-idx", ".idx"): data for name, data in FILES.items()}
    del files[LABELS.replace("-idx", ".idx")]
    write(root, {**files, f"MNIST/raw/{IMAGES}": b"half a file"})
    before = contents(root)
    dataset, (line,) = load()
    assert_is_mnist(dataset)
    assert line.startswith(f"{root} holds no {LABELS} of MNIST (")
    assert contents(root) == {**before, f"MNIST/raw/{LABELS}": FILES[LABELS]}


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_raw_folder_on_another_disk(root, mirrors, load):
    """Files cannot be moved from one file system to another at once: they are unpacked there."""
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("no second file system")
    mirrors(mnist_server.good)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        (root / "MNIST").mkdir()
        (root / "MNIST" / "raw").symlink_to(elsewhere)
        assert_is_mnist(load()[0])
        assert contents(Path(elsewhere)) == FILES


def test_torchvision_missing(root, load, no_torchvision):
    dataset, lines = load()
    assert_download_failed(dataset, lines, "ModuleNotFoundError.*torchvision", root)
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
