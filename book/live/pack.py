"""Store what the book shows of a network and of MNIST: python -m book.live.pack weights.npz"""

import json
import sys
from pathlib import Path

import numpy as np

from data.mnist import load_mnist
from nn_core import MLP, evaluate, train_validation_split

HERE = Path(__file__).parent
EACH = 20  # images of every digit


def pack(weights):
    """Write weights.float16 and the data, and say what rounding the weights costs."""
    model, data = MLP.load(weights), load_mnist()
    rounded = as_float16(model)
    HERE.joinpath("weights.float16").write_bytes(rounded)
    write_digits(data)
    write_halves(data)
    for name, network in [("float32", model), ("float16", unpack())]:
        loss, accuracy = evaluate(network, data.x_test, data.labels_test)
        print(f"{name}: test accuracy {100 * accuracy:.2f} %, loss {loss:.6f}")
    apart = np.abs(model.forward(data.x_test) - unpack().forward(data.x_test)).max()
    print(f"largest difference of a logit: {apart:.4f}; {len(rounded):,} bytes")


def as_float16(model):
    """Return all parameters one after the other, as little-endian float16."""
    parameters = [param.ravel() for param in model.params().values()]  # W1, b1, W2, ...
    return np.concatenate(parameters).astype("<f2").tobytes()


def unpack():
    """Return the network in weights.float16."""
    numbers = np.fromfile(HERE / "weights.float16", "<f2").astype(np.float32)
    model = MLP()
    for param in model.params().values():
        part, numbers = np.split(numbers, [param.size])
        param[...] = part.reshape(param.shape)
    return model


def write_digits(data):
    """Write digits.png: a row for each digit, of images that train.py held out."""
    from PIL import Image

    *_, x, labels = train_validation_split(data.x_train, data.labels_train, 5000, seed=0)
    rows = [x[labels == digit][:EACH].reshape(EACH, 28, 28) for digit in range(10)]
    sheet = np.concatenate([np.concatenate(row, axis=1) for row in rows])
    image = Image.fromarray(np.round(255 * sheet).astype(np.uint8))
    image.save(HERE / "digits.png", optimize=True)


def write_halves(data):
    """Write halves.json: the mean ink of the upper and lower halves that lesson 01 draws."""
    chosen = np.flatnonzero(np.isin(data.labels_train, [6, 7]))[:200]
    halves = np.round(1e5 * data.x_train[chosen].reshape(-1, 2, 392).mean(axis=2)).astype(int)
    labels = data.labels_train[chosen]
    points = {name: halves[labels == n].tolist() for name, n in (("sixes", 6), ("sevens", 7))}
    HERE.joinpath("halves.json").write_text(json.dumps(points) + "\n", "utf-8")


if __name__ == "__main__":
    pack(sys.argv[1])
