"""Saving and loading: the same bits, whole files, other files refused."""

import os

import numpy as np
import pytest
from toy import losses_of, model64, rng, toy_problem

from devices import a_device
from nn_core import MLP, SGD, ReLU


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", [[784, 128, 64, 10], [5, 2], [3, 4, 4, 4, 4, 2]])
def test_saving_and_loading_gives_the_same_bits(tmp_path, sizes, dtype):
    model = MLP(sizes, seed=7, dtype=dtype)
    for param in model.params().values():
        param += rng().standard_normal(param.shape).astype(dtype)
    model.save(tmp_path / "weights.npz")
    loaded = MLP.load(tmp_path / "weights.npz")
    for name, param in model.params().items():
        assert same_bits(loaded.params()[name], param), name
    assert all(grad.dtype == dtype for _, grad in loaded.params_and_grads())
    x = rng().random((5, sizes[0])).astype(dtype)
    assert same_bits(loaded.predict_proba(x), model.predict_proba(x))
    assert [p.name for p in tmp_path.iterdir()] == ["weights.npz"]


def test_a_network_of_many_layers_comes_back_in_order(tmp_path):
    model = MLP([3] * 13, seed=1)
    model.save(tmp_path / "deep.npz")
    loaded = MLP.load(tmp_path / "deep.npz")
    assert all(map(np.array_equal, loaded.params().values(), model.params().values()))


def test_path_may_be_a_string_without_npz(tmp_path):
    path = str(tmp_path / "weights")
    MLP([4, 2]).save(path)
    assert os.path.exists(path)
    assert MLP.load(path).params()["W1"].shape == (4, 2)


def test_a_failed_save_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "weights.npz"
    MLP([4, 2], seed=1).save(path)
    before = path.read_bytes()

    def disk_full(file, **arrays):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", disk_full)
    with pytest.raises(OSError, match="No space left"):
        MLP([4, 2], seed=2).save(path)
    assert path.read_bytes() == before


def spoil_nothing(data):
    return b""


def spoil_half(data):
    return data[: len(data) // 2]


def spoil_text(data):
    return b"these are no weights\n" * 20


@pytest.mark.parametrize("spoil", [spoil_nothing, spoil_half, spoil_text])
def test_loading_a_damaged_file_is_one_clear_error(tmp_path, spoil):
    path = tmp_path / "weights.npz"
    MLP([30, 20]).save(path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=r"weights\.npz holds no weights written by MLP\.save"):
        MLP.load(path)


def test_loading_something_else_is_one_clear_error(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.ones(3))
    np.save(tmp_path / "other.npy", np.ones(3))
    for name in ("other.npz", "other.npy"):
        with pytest.raises(ValueError, match=r"holds no weights written by MLP\.save"):
            MLP.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        MLP.load(tmp_path / "nothing.npz")


class Skip:
    """Adds its input to what a Linear makes of it."""

    def __init__(self, linear):
        self.linear, self.params, self.grads = linear, linear.params, linear.grads

    def forward(self, x):
        return x + self.linear.forward(x)

    def backward(self, dz):
        return dz + self.linear.backward(dz)


class LeakyReLU(ReLU):
    def forward(self, z):
        return np.maximum(super().forward(z), 0.01 * z)


class Silent:
    def forward(self, x):
        return x


def other_networks():
    for change in (
        lambda layers: [*layers[:2], Skip(layers[2]), *layers[3:]],
        lambda layers: [layers[0], LeakyReLU(), *layers[2:]],
        lambda layers: [layers[0], *layers[2:]],
        lambda layers: [*layers, ReLU()],
        lambda layers: [Silent(), *layers],
        lambda layers: [*layers[:2], Silent(), *layers[2:]],
    ):
        model = MLP([6, 6, 6, 3])
        model.layers = change(model.layers)
        yield model


@pytest.mark.parametrize("model", list(other_networks()), ids=range(6))
def test_a_network_of_another_structure_is_not_loaded_as_a_plain_one(tmp_path, model):
    model.save(tmp_path / "w.npz")
    with pytest.raises(ValueError, match=r"w\.npz holds another network than an MLP") as caught:
        MLP.load(tmp_path / "w.npz")
    assert "\n" not in str(caught.value)


def test_a_plain_network_of_ones_own_making_is_loaded(tmp_path):
    model, other = MLP([6, 5, 3], seed=1), MLP([6, 5, 3], seed=2)
    model.layers = [other.layers[0], ReLU(), other.layers[2]]
    model.save(tmp_path / "w.npz")
    assert np.array_equal(MLP.load(tmp_path / "w.npz").params()["W2"], other.params()["W2"])


def test_a_loaded_network_learns_on(tmp_path):
    x, labels = toy_problem(60)
    model = model64()
    model.save(tmp_path / "w.npz")
    loaded = MLP.load(tmp_path / "w.npz")
    assert losses_of(loaded, x, labels, SGD(0.1)) == losses_of(model, x, labels, SGD(0.1))


@pytest.mark.parametrize(
    "change",
    [
        {"b1": np.ones(4)},
        {"b1": np.ones((1, 5))},
        {"W1": np.ones(6)},
        {"W2": np.ones((4, 3))},
        {"W2": None},
        {"b2": np.float64(1)},
        {"layers": None},
        {"layers": ["Linear"] * 0},
    ],
)
def test_arrays_that_make_no_network_are_refused(tmp_path, change):
    layers = ["Linear", "ReLU", "Linear"]
    arrays = {"layers": layers, **MLP([6, 5, 3]).params(), **change}
    np.savez(tmp_path / "w.npz", **{k: array for k, array in arrays.items() if array is not None})
    with pytest.raises(ValueError, match=r"w\.npz holds (no weights|another network)"):
        MLP.load(tmp_path / "w.npz")


def test_links_are_followed_and_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "link.npz").symlink_to(tmp_path / "w.npz")
    MLP([4, 2]).save("~/link.npz")
    assert (tmp_path / "link.npz").is_symlink() and (tmp_path / "w.npz").is_file()
    assert MLP.load("~/w.npz").params()["W1"].shape == (4, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.npz", "w.npz"]


def test_only_files_are_replaced(tmp_path):
    places = [tmp_path, a_device(tmp_path)]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo")
        places.append(tmp_path / "fifo")
    for path in places:
        with pytest.raises(ValueError, match="path must name a file"):
            MLP([4, 2]).save(path)
        with pytest.raises(ValueError, match="path must name a file"):
            MLP.load(path)
    assert sorted(path.name for path in tmp_path.iterdir()) in (
        [],
        ["fifo"],
        ["a_device"],
        ["a_device", "fifo"],
    )
