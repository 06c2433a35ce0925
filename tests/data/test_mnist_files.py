"""Files of MNIST: wherever a person has put them, they are found; what is no MNIST stays as it is.

Nothing is downloaded here, and "MNIST" is a small one that was made for the purpose.
"""

import gzip
import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from mnist_folders import (
    IMAGES,
    LABELS,
    PROJECT,
    assert_is_mnist,
    assert_stand_in,
    contents,
    lines_of_python,
    put,
    write,
)
from mnist_server import ARRAYS, FILES, GZIPPED, idx

import data.mnist
from data.mnist import DATA, MNIST_SHA256, load_mnist, read_mnist

RAW = DATA / "MNIST" / "raw"
needs_real_mnist = pytest.mark.skipif(
    not all((RAW / name).exists() for name in MNIST_SHA256),
    reason="the real MNIST is not in data/MNIST/raw, uncompressed",
)
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")


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


# ------------------------------------------------- wherever a person has put them


def under(names, files):
    return dict(zip(names, files.values(), strict=True))


def renamed(rename):
    return {rename(name): data for name, data in FILES.items()}


WHEREVER = {
    "unzipped into folders of the same name": ("MNIST/raw", renamed(lambda n: f"{n}/{n}")),
    "such folders in the data folder": ("", renamed(lambda n: f"{n}/{n}")),
    "such folders, and packed": ("MNIST/raw", {f"{n[:-3]}/{n}": d for n, d in GZIPPED.items()}),
    "a dot for a dash": ("MNIST/raw", renamed(lambda n: n.replace("-idx", ".idx"))),
    "dots, in the data folder": ("", renamed(lambda n: n.replace("-idx", ".idx"))),
    "underscores": ("MNIST/raw", renamed(lambda n: n.replace("-", "_"))),
    "capitals": ("mnist", renamed(str.upper)),
    "the data folder itself": ("", FILES),
    "the data folder itself, packed": ("", GZIPPED),
    "without raw": ("MNIST", FILES),
    "without MNIST": ("raw", FILES),
    "a copy of data within data": ("data/MNIST/raw", FILES),
    "a second download of a browser": ("", {f"{n[:-3]} (1).gz": d for n, d in GZIPPED.items()}),
    "packed, though the name says no": (
        "MNIST/raw",
        under(FILES, GZIPPED),
    ),
    "not packed, though the name says so": (
        "MNIST/raw",
        under(GZIPPED, FILES),
    ),
    "names that say nothing": ("x", {f"{i}.bin": d for i, d in enumerate(FILES.values())}),
    "every file in a folder of its own": ("", renamed(lambda n: f"{n[:7]}/{n}")),
    "a space and an umlaut": ("über all", FILES),
}


@pytest.mark.parametrize(("folder", "files"), WHEREVER.values(), ids=WHEREVER.keys())
def test_files_are_known_by_their_contents(folder, files, root, load, no_torchvision):
    write(root / folder, files)
    before = contents(root)
    dataset, lines = load()
    assert_is_mnist(dataset)
    assert (lines, contents(root)) == ([], before)
    assert dataset.source.startswith("data")


@pytest.mark.parametrize("within", ["MNIST/raw", "MNIST", "."])
def test_any_folder_above_the_files_may_be_passed(within, root, load, no_torchvision):
    put(root, FILES)
    dataset, lines = load(root / within)
    assert_is_mnist(dataset)
    assert lines == []
    assert_is_mnist(read_mnist(root / within))


@posix_only
def test_links_to_files_and_folders_are_followed(root, load, no_torchvision):
    write(root.parent / "elsewhere", FILES)
    (root / "linked").symlink_to(root.parent / "elsewhere")
    assert_is_mnist(load()[0])
    (root / "linked").unlink()
    for name in FILES:
        (root / name).symlink_to(root.parent / "elsewhere" / name)
    (root / "round").symlink_to(root)  # a search that follows it must end
    assert_is_mnist(load()[0])


def test_one_damaged_file_and_a_good_one_elsewhere(root, load, no_torchvision):
    put(root, {**FILES, IMAGES: FILES[IMAGES][:-1]})
    write(root / "again", {f"{IMAGES}.gz": GZIPPED[f"{IMAGES}.gz"]})
    dataset, lines = load()
    assert_is_mnist(dataset)
    assert lines == []


class Home:
    """A path-like object."""

    def __init__(self, path):
        self.path = str(path)

    def __fspath__(self):
        return self.path


@pytest.mark.parametrize("kind", [str, Path, os.fsencode, Home])
def test_root_may_be_any_path(kind, root, load, no_torchvision):
    put(root, FILES)
    assert_is_mnist(load(kind(root))[0])


@pytest.mark.parametrize("name", ["~/mnistdata", Path("~/mnistdata"), b"~/mnistdata", "~"])
def test_a_tilde_is_the_home_folder(name, root, load, no_torchvision, monkeypatch, tmp_path):
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    put(tmp_path / "home" / "mnistdata", FILES)
    monkeypatch.chdir(root)
    dataset, lines = load(name)
    assert_is_mnist(dataset)
    assert (lines, contents(root)) == ([], {})


def test_a_relative_root(root, load, no_torchvision, monkeypatch):
    put(root, FILES)
    monkeypatch.chdir(root.parent)
    assert_is_mnist(load("data")[0])
    monkeypatch.chdir(root)
    assert load(".")[0].source == "data/MNIST/raw"


@pytest.mark.parametrize("bad", [None, 3, "", b"", "~no-one-of-this-name/x", ["data"]], ids=repr)
def test_a_root_that_is_no_path_gets_one_sentence(bad, root, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(ValueError, match=r"^root must name a folder, but ") as caught:
        load_mnist(bad)
    assert repr(bad) in str(caught.value)
    assert contents(root) == {}


# --------------------------------------------------------------- what is there, and no MNIST


def other_images(name):
    """Return a whole IDX file, as Fashion-MNIST's under the same name."""
    return idx(255 - ARRAYS[name])


def test_other_images_under_the_same_names_are_kept_and_named(root, load):
    raw = put(root, {name: other_images(name) for name in FILES})
    before = contents(root)
    dataset, (line,) = load()  # and torchvision, which is there, is not asked
    reason = (
        f"{re.escape(str(root))} holds none of the four files of MNIST "
        rf"\(MNIST.raw.{IMAGES} holds other images, .*{LABELS} holds other labels\)"
    )
    assert_stand_in(
        dataset, line, reason, f"move {', '.join(FILES)} out of {raw} and run this again"
    )
    assert contents(root) == before


@pytest.mark.parametrize("name", [IMAGES, LABELS])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_one_other_file_is_kept_and_named(name, pack, root, load):
    raw = put(root, {**FILES, name: pack(other_images(name))})
    before = contents(root)
    dataset, (line,) = load()
    assert_stand_in(
        dataset, line, rf"{root} holds no {name} ", f"move {name} out of {raw} and run this again"
    )
    assert contents(root) == before


def block_with_folder(path):
    path.mkdir()
    (path / "notes.txt").write_text("mine")


def block_with_pipe(path):
    os.mkfifo(path)


def block_with_link_to_nowhere(path):
    path.symlink_to("/nowhere/at/all")


@posix_only
@pytest.mark.parametrize(
    ("block", "says"),
    [
        (block_with_folder, "is a folder"),
        (block_with_pipe, "is no regular file"),
        (block_with_link_to_nowhere, "is no regular file"),
    ],
)
def test_what_a_download_could_not_replace_is_named_before(block, says, root, load):
    raw = put(root, {name: data for name, data in FILES.items() if name != LABELS})
    block(raw / LABELS)
    before, kind = contents(root), (raw / LABELS).lstat()
    dataset, (line,) = load()
    assert_stand_in(
        dataset,
        line,
        rf"holds no {LABELS} of MNIST \(MNIST.raw.{LABELS} {says}\)",
        f"move {LABELS} out of {raw} and run this again",
    )
    assert contents(root) == before and (raw / LABELS).lstat().st_ino == kind.st_ino


def test_no_files_no_download_no_scikit_learn(root, no_torchvision, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist(root)
    message = str(caught.value)
    assert re.search(
        r"^no MNIST \(ModuleNotFoundError: .*torchvision.*\), and no small digits", message
    )
    assert "scikit-learn" in message and "\n" not in message
    assert message.endswith(
        f"put its four files into {root / 'MNIST' / 'raw'}, or pip install scikit-learn"
    )
    assert "stand in for it" not in capsys.readouterr().out  # nothing is promised
    assert contents(root) == {}


def test_a_terminal_that_cannot_show_the_path(root, no_torchvision, monkeypatch):
    lines = lines_of_python(
        "import sys; sys.modules['torchvision'] = None\n"
        "from data.mnist import load_mnist; print(load_mnist(sys.argv[1]))",
        root / "Zähler",
        PYTHONIOENCODING="ascii",
    )
    assert r"Z\xe4hler holds none of the four files" in lines[0]
    assert lines[-1].startswith("digits: ")


# ----------------------------------------------------------------- how far a search goes


@pytest.fixture
def looked_at(monkeypatch):
    """Return two lists that grow: the paths that are opened, the sizes of what is hashed."""
    paths, sizes = [], []
    read_idx, sha256 = data.mnist.read_idx, hashlib.sha256
    monkeypatch.setattr(data.mnist, "read_idx", lambda p: (paths.append(p), read_idx(p))[1])
    monkeypatch.setattr(hashlib, "sha256", lambda d: (sizes.append(len(d)), sha256(d))[1])
    return paths, sizes


def test_where_all_is_in_place_nothing_else_is_looked_at(root, load, looked_at, monkeypatch):
    raw = put(root, FILES)
    write(root, {"other/notes.txt": b"x", "MNIST/raw/more.gz": b"x"})
    monkeypatch.setattr(os, "scandir", None)
    assert_is_mnist(load()[0])
    assert looked_at[0] == [raw / name for name in FILES]


def test_a_large_crowded_folder_costs_little(root, load, looked_at, no_torchvision):
    write(root, {f"{i}/{j}/{k}.png": b"png" for i in range(9) for j in range(9) for k in range(9)})
    write(root, {f"crowd/{i}.txt": b"" for i in range(1000)})
    huge = b"\0\0\x08\x03" + np.array([8192, 1024, 1024], ">i4").tobytes()
    write(root, {"wikipedia.txt": b"", "huge-idx3-ubyte": huge, "half-idx3-ubyte": huge})
    os.truncate(root / "huge-idx3-ubyte", 16 + 2**33)  # a hole: it takes no space
    for name in ("wikipedia.txt", "half-idx3-ubyte"):
        os.truncate(root / name, 2**32)
    write(root, {"bomb-ubyte.gz": gzip.compress(FILES[LABELS] + bytes(10**8))})
    dataset, (line, _) = load()
    assert dataset.name == "digits"
    for found in ("huge-idx3-ubyte holds other images", "half-idx3-ubyte is damaged"):
        assert found in line
    assert "bomb-ubyte.gz is damaged" in line and "wikipedia" not in line
    paths, sizes = looked_at
    assert len(paths) < data.mnist.ENTRIES + data.mnist.FOLDERS * 9 + 9 and sizes == []


def test_likely_names_are_looked_at_first(root, load, looked_at, no_torchvision, monkeypatch):
    monkeypatch.setattr(data.mnist, "FOLDERS", 3)
    write(root, {f"a{i}/x.txt": b"" for i in range(9)})
    write(root / "zz-mnist", FILES)
    assert_is_mnist(load()[0])


# ------------------------------------------------- folders without __init__.py


@pytest.mark.parametrize("name", ["data", "figs"])
@pytest.mark.parametrize("where", ["notebooks", "."])
def test_a_folder_of_the_same_name_does_no_harm(name, where, tmp_path):
    """A learner's notebooks/data, or notebooks/figs, in which `train.py` has left its results."""
    project, start = tmp_path / "project", tmp_path / "project" / where
    write(project, {f"{folder}/x": b"" for folder in ("data", "figs", "notebooks")})
    for path in ("nn_core.py", "nn_checks.py", "data/mnist.py", "figs/draw.py"):
        shutil.copy(PROJECT / path, project / path)
    write(start / name, {"mine.csv": b"1,2", "4_layers/run/Loss.png": b""})
    code = f"""
import os, sys
os.chdir({str(start)!r})
sys.path.insert(0, "")
sys.path.append({str(project)!r})
data = figs = "mine"
from data.mnist import load_mnist
from figs.draw import pct
assert (data, figs) == ("mine", "mine")
data = load_mnist  # as lessons do: data = load_mnist()
from data.mnist import bundled_digits
print(data.__module__, pct.__module__)
"""
    assert lines_of_python(code, PYTHONPATH="") == ["data.mnist figs.draw"]


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
