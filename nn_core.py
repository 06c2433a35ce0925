"""The neural network of this tutorial, in NumPy alone, to be read from top to bottom.

Layers, loss, network, optimizer, batches, training, checking: the order of the lessons, in some
250 lines of code and explanation. That is all of the network; distortion of training images, the
data and the checks of what users pass in follow it.

Arrays are batches with a row per sample: x is (N, n_in), labels is (N,) integers, logits is
(N, n_classes). A name like dz is the gradient of the loss with respect to z, and has z's shape.
The loss is the MEAN over the batch, so every gradient carries 1/N. It enters in one place only:
`SoftmaxCrossEntropy.backward`.
"""

import contextlib
import copy
import gzip
import hashlib
import io
import itertools
import math
import os
import socket
import tempfile
import zlib
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path
from typing import NamedTuple

import numpy as np

# ---------------------------------------------------------------------------------- layers


class Linear:
    """A fully connected layer, z = x @ W + b, with W (n_in, n_out) and b (n_out,).

    W starts with variance 2 / n_in, which keeps the size of the signal from layer to layer when
    a ReLU follows (He et al. 2015, https://arxiv.org/abs/1502.01852); b starts at zero.
    """

    def __init__(self, n_in, n_out, rng, dtype=np.float32):
        check_linear(n_in, n_out, dtype)
        W = rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)
        self.params = {"W": W.astype(dtype), "b": np.zeros(n_out, dtype)}
        self.grads = {key: np.zeros_like(param) for key, param in self.params.items()}

    def forward(self, x):
        """Return z (N, n_out) for x (N, n_in), and remember x for the backward pass."""
        check_x(x, len(self.params["W"]))
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, dz, need_dx=True):
        """Store the gradients of W and b in `grads`; return dx (N, n_in), given dz (N, n_out).

        The first layer of a network has no use for dx, the gradient of the pixels, and says so
        with `need_dx=False`: it would be almost a third of all the arithmetic.
        """
        check_shape("dz", dz, (len(self.x), len(self.params["b"])))
        self.grads["W"] = self.x.T @ dz
        self.grads["b"] = dz.sum(axis=0)
        return dz @ self.params["W"].T if need_dx else None


class ReLU:
    """The non-linearity a = max(0, z), for arrays of any shape."""

    def forward(self, z):
        """Return a new array a = max(0, z), and remember where z was positive."""
        self.mask = z > 0
        return np.maximum(z, 0)

    def backward(self, da):
        """Return dz: the slope is 1 where z was positive, and 0 elsewhere."""
        check_shape("da", da, self.mask.shape)
        return da * self.mask


# ------------------------------------------------------------------------------------ loss


def log_softmax(logits):
    """Return log(softmax(logits)) along the last axis, for logits of any size.

    Subtracting the largest logit changes nothing in exact arithmetic, and keeps exp from
    overflowing (log-sum-exp; Goodfellow, Bengio and Courville 2016, Deep Learning, section 4.1).
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(logits):
    """Return probabilities of the shape of `logits`; they sum to 1 along the last axis."""
    return np.exp(log_softmax(logits))


def cross_entropy(logits, labels):
    """Return the mean over the batch of -log(the probability given to the right label).

    `logits` is (N, n_classes), `labels` is (N,) integers; the unit is the nat.
    """
    check_shape("logits", logits, (None, None))
    check_labels(labels, *logits.shape)
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()


class SoftmaxCrossEntropy:
    """Softmax and cross-entropy in one object, because together their gradient is simple."""

    def forward(self, logits, labels):
        """Return the mean loss, a number, for logits (N, n_classes) and labels (N,)."""
        self.logits, self.labels = logits, labels
        return cross_entropy(logits, labels)

    def backward(self):
        """Return dlogits = (p - onehot) / N, of shape (N, n_classes)."""
        dlogits = softmax(self.logits)
        dlogits[np.arange(len(self.labels)), self.labels] -= 1
        return dlogits / len(self.labels)


# --------------------------------------------------------------------------------- network


class MLP:
    """Linear layers with a ReLU between each two: a multi-layer perceptron.

    `sizes` lists the width of every layer: (784, 128, 64, 10) reads 784 pixels and writes 10
    logits. The same `seed` gives the same starting weights.
    """

    def __init__(self, sizes=(784, 128, 64, 10), seed=0, dtype=np.float32):
        check_sizes(sizes)
        rng = np.random.default_rng(seed)
        self.layers = []
        for n_in, n_out in itertools.pairwise(sizes):
            self.layers += [Linear(n_in, n_out, rng, dtype), ReLU()]
        self.layers.pop()  # what leaves the last Linear are logits: no ReLU

    def forward(self, x):
        """Return logits (N, n_classes) for x (N, n_in)."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dlogits):
        """Store every parameter's gradient in its layer, given dlogits (N, n_classes)."""
        dz = dlogits
        for layer in reversed(self.layers[1:]):
            dz = layer.backward(dz)
        self.layers[0].backward(dz, need_dx=False)

    def params(self):
        """Return {"W1": array, "b1": array, "W2": ...}: the parameters themselves, no copies."""
        linears = [layer for layer in self.layers if hasattr(layer, "params")]
        return {f"{k}{i}": p for i, layer in enumerate(linears, 1) for k, p in layer.params.items()}

    def params_and_grads(self):
        """Return a list of pairs (parameter, its gradient), in the order of `params()`."""
        linears = [layer for layer in self.layers if hasattr(layer, "params")]
        return [(layer.params[k], layer.grads[k]) for layer in linears for k in layer.params]

    def astype(self, dtype):
        """Return a copy of the network that computes in `dtype`."""
        other = copy.deepcopy(self)
        for layer in other.layers:
            if hasattr(layer, "params"):
                layer.params = {key: p.astype(dtype) for key, p in layer.params.items()}
        return other

    def predict_proba(self, x):
        """Return probabilities (N, n_classes) for x (N, n_in)."""
        check_finite(x)
        return softmax(self.forward(x))

    def predict(self, x):
        """Return the most probable label of each row of x: (N,) integers."""
        return self.predict_proba(x).argmax(axis=1)

    def save(self, path):
        """Write the parameters to a .npz file; an existing file is replaced only when complete."""
        partial = Path(f"{path}.partial")
        with open(partial, "wb") as file:
            np.savez(file, **self.params())
        os.replace(partial, path)

    @classmethod
    def load(cls, path):
        """Return the network that `save` wrote to `path`, every bit the same."""
        with open(path, "rb") as file:
            try:
                saved = dict(np.load(file))
                weights = [array for name, array in saved.items() if name.startswith("W")]
                sizes = [len(weights[0])] + [W.shape[1] for W in weights]
                model = cls(sizes, dtype=weights[0].dtype)
                for name, param in model.params().items():
                    param[...] = saved[name]
            except Exception as error:  # a file can be wrong in many ways
                raise ValueError(f"{path} holds no weights written by MLP.save") from error
        return model


# ------------------------------------------------------------------------------- optimizer


class SGD:
    """Stochastic gradient descent, as in torch.optim.SGD.

    With momentum, a parameter moves along a fading sum of its gradients (Sutskever et al. 2013,
    https://proceedings.mlr.press/v28/sutskever13.html); `weight_decay` adds that share of the
    parameter to its gradient. All three numbers may be changed between steps.
    """

    def __init__(self, learning_rate, momentum=0.0, weight_decay=0.0):
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocities = []
        check_rates(self)

    def step(self, params_and_grads):
        """Move every parameter one step downhill, in place, given pairs (param, grad)."""
        check_rates(self)
        if not self.velocities:
            self.velocities = [np.zeros_like(param) for param, _ in params_and_grads]
        check_velocities(self.velocities, params_and_grads)
        for (param, grad), velocity in zip(params_and_grads, self.velocities, strict=True):
            if self.weight_decay:
                grad = grad + self.weight_decay * param
            if self.momentum:
                velocity *= self.momentum
                velocity += grad
                grad = velocity
            # float: a learning rate of type np.float64 would make the whole update float64
            param -= float(self.learning_rate) * grad


# --------------------------------------------------------------------------------- batches


def train_validation_split(x, labels, n_validation, seed=0):
    """Return x_train, labels_train, x_val, labels_val: `n_validation` random samples held out."""
    check_data(x, labels)
    check_count("n_validation", n_validation, most=len(x) - 1)
    order = np.random.default_rng(seed).permutation(len(x))
    train, val = order[n_validation:], order[:n_validation]
    return x[train], labels[train], x[val], labels[val]


def minibatches(x, labels, batch_size, rng):
    """Yield (x, labels) of one epoch in shuffled batches; the last one may be short."""
    check_batches(x, labels, batch_size)
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        yield x[batch], labels[batch]


# -------------------------------------------------------------------------------- training


class Record(NamedTuple):
    """What `fit` reports after a step. The last three are None except at the end of an epoch."""

    epoch: int  # 1, 2, 3, ...
    step: int  # 1, 2, 3, ... since training began
    steps: int  # how many there will be
    loss: float  # of this mini-batch, before the step
    train_loss: float | None = None  # the mean of the epoch's mini-batch losses
    val_loss: float | None = None
    val_accuracy: float | None = None


def evaluate(model, x, labels):
    """Return (mean loss, accuracy between 0 and 1) of `model` on x (N, n_in), labels (N,)."""
    check_data(x, labels, model)
    logits = model.forward(x)
    return float(cross_entropy(logits, labels)), float((logits.argmax(axis=1) == labels).mean())


def train_step(model, loss_fn, optimizer, x, labels):
    """Do one step on one mini-batch; return the loss as it was before the step."""
    with np.errstate(over="ignore", invalid="ignore"):  # a diverging loss is reported below
        loss = float(loss_fn.forward(model.forward(x), labels))
        if np.isfinite(loss):
            model.backward(loss_fn.backward())
            optimizer.step(model.params_and_grads())
    return loss


def fit(
    model, x, labels, optimizer, *, epochs=5, batch_size=64, val=None, seed=0, batches=minibatches
):
    """Train `model`, yielding a `Record` after every step; to stop, ask for no more of them.

    `x` is (N, n_in) floats and `labels` (N,) integers; `val`, a pair of such arrays, is evaluated
    at the end of every epoch. `batches` cuts an epoch into ceil(N / batch_size) mini-batches.
    The settings of `optimizer` may be changed between records. Raises ValueError for unusable
    input, and FloatingPointError before a step whose loss is not finite.
    """
    check_fit(model, x, labels, epochs, batch_size, val)
    rng, loss_fn = np.random.default_rng(seed), SoftmaxCrossEntropy()
    steps_per_epoch, step = math.ceil(len(x) / batch_size), 0
    for epoch in range(1, epochs + 1):
        losses = []
        for x_batch, labels_batch in batches(x, labels, batch_size, rng):
            step += 1
            loss = train_step(model, loss_fn, optimizer, x_batch, labels_batch)
            check_loss(loss, epoch, step, optimizer)
            losses.append(loss)
            record = Record(epoch, step, epochs * steps_per_epoch, loss)
            if len(losses) == steps_per_epoch:
                val_loss, val_accuracy = evaluate(model, *val) if val else (None, None)
                record = Record(*record[:4], float(np.mean(losses)), val_loss, val_accuracy)
            yield record


# -------------------------------------------------------------------------------- checking


def central_difference(model, x, labels, param, where, eps):
    """Return the slope of the loss along the entry `param[where]`, measured by nudging it.

    None where the nudge switches a ReLU on or off: there the loss has a kink, and no slope.
    """
    value, losses, masks = param[where], [], []
    for nudge in (eps, -eps):
        param[where] = value + nudge
        losses.append(cross_entropy(model.forward(x), labels))
        masks.append([layer.mask for layer in model.layers if isinstance(layer, ReLU)])
    param[where] = value
    smooth = all(map(np.array_equal, *masks))
    return (losses[0] - losses[1]) / (2 * eps) if smooth else None


def gradient_check(model, x, labels, entries=10, eps=1e-5, seed=0):
    """Compare backpropagation with central differences; return {"W1": error, "b1": ...}.

    Works on a float64 copy of `model`. Of every parameter it tries the `entries` with the largest
    gradients and as many random ones. The error is the largest difference divided by the largest
    gradient: below 1e-6 when `backward` is right, above 1e-2 when it is wrong.
    """
    check_gradient_check(model, x, labels, entries, eps)
    model, x, loss_fn = model.astype(np.float64), x.astype(np.float64), SoftmaxCrossEntropy()
    loss_fn.forward(model.forward(x), labels)
    model.backward(loss_fn.backward())
    rng, errors = np.random.default_rng(seed), {}
    for name, (param, grad) in zip(model.params(), model.params_and_grads(), strict=True):
        check_shape(f"the gradient of {name}", grad, param.shape)
        largest, pairs = np.argsort(-np.abs(grad), axis=None)[:entries], []
        for i in np.concatenate([largest, rng.permutation(grad.size)]):
            where = np.unravel_index(i, param.shape)
            slope = central_difference(model, x, labels, param, where, eps)
            if slope is not None:
                pairs.append((grad[where], slope))
            if len(pairs) == 2 * entries:
                break
        check_pairs(name, pairs)
        backprop, numeric = np.array(pairs).T
        errors[name] = float(abs(backprop - numeric).max() / max(np.abs(pairs).max(), 1e-12))
    return errors


# ------------------------------------------------------------------------------ distortion


def random_displacements(n, rng):
    """Return `n` random smooth displacements of a 28x28 image: down and right, (n, 28, 28) pixels.

    They say how far from each pixel lies the place that it is to show: noise, blurred until
    neighbours move together, plus a mild random turn, stretch, slant and shift (elastic and affine
    distortion; Simard, Steinkraus and Platt 2003, https://doi.org/10.1109/ICDAR.2003.1227801).
    """
    i = np.arange(28)
    blur = np.exp(-(((i[:, None] - i) / 6) ** 2) / 2)  # a Gaussian, 6 pixels wide
    blur /= np.linalg.norm(blur, axis=1, keepdims=True)  # blurred noise still has variance 1
    down, right = 1.2 * (blur @ rng.standard_normal((2, n, 28, 28)) @ blur.T)
    turn = rng.uniform(-0.14, 0.14, (n, 1, 1))  # radians: up to 8 degrees
    tall, wide, slant = rng.uniform(-0.07, 0.07, (3, n, 1, 1))
    shift_down, shift_right = rng.uniform(-0.6, 0.6, (2, n, 1, 1))
    row, column = np.mgrid[:28, :28] - 13.5  # seen from the centre
    down += tall * row - turn * column + shift_down
    right += wide * column + (turn + slant) * row + shift_right
    return down, right


def bilinear(down, right):
    """Return sources and shares, (n, 4, 784) each, of the displacements down, right (n, 28, 28).

    The place that a pixel is to show lies between four pixels of the image, its sources. The
    nearer one is, the larger its share; outside the image is paper, with share 0.
    """
    row, column = np.mgrid[:28, :28]
    y, x = np.clip(row + down, -1, 28), np.clip(column + right, -1, 28)
    sources, shares = [], []
    for i in (np.floor(y), np.floor(y) + 1):
        for j in (np.floor(x), np.floor(x) + 1):
            inside = (i > -1) & (i < 28) & (j > -1) & (j < 28)
            sources.append(np.where(inside, 28 * i + j, 0).astype(int))
            shares.append(np.where(inside, (1 - abs(y - i)) * (1 - abs(x - j)), 0))
    return tuple(np.stack(parts, axis=1).reshape(-1, 4, 784) for parts in (sources, shares))


def warp(images, sources, shares):
    """Return `images` (N, 784), all distorted alike: pixel q is a mean of its four sources.

    `sources` and `shares` are (4, 784). Pixels first, images last: so it copies whole rows.
    """
    pixels = images.T.copy()
    return np.einsum("kq,kqn->nq", shares.astype(images.dtype), pixels[sources])


def distorted_minibatches(x, labels, batch_size, rng, strength=1.0):
    """Yield batches as `minibatches` does, of 28x28 images that are distorted anew each time.

    A displacement is shared by a group of 100 images, to save time; about 20 groups are mixed
    before they are cut into batches. Strength 0 leaves the images x (N, 784) as they are.
    """
    check_x(x, 784)
    check_batches(x, labels, batch_size)
    check_strength(strength)
    order = rng.permutation(len(x))
    pool_size = batch_size * math.ceil(2000 / batch_size)
    for start in range(0, len(x), pool_size):
        pool = order[start : start + pool_size]
        groups = np.split(pool, range(100, len(pool), 100))
        down, right = random_displacements(len(groups), rng)
        warps = zip(*bilinear(strength * down, strength * right), strict=True)
        distorted = [warp(x[group], *way) for group, way in zip(groups, warps, strict=True)]
        yield from minibatches(np.concatenate(distorted), labels[pool], batch_size, rng)


# ------------------------------------------------------------------------------------ data

DATA = Path(__file__).resolve().parent / "data"
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


# ------------------------------------------- checking input: a ValueError with one sentence


def check_shape(name, array, shape):
    """`array` must have this shape, in which None stands for any number but 0."""
    found = getattr(array, "shape", ())
    if found == shape:  # six times as fast as what follows, and called ten times a step
        return
    pairs = zip(shape, found, strict=False)
    if len(found) != len(shape) or not all(n and wanted in (None, n) for wanted, n in pairs):
        got = f"has shape {found}" if found else f"is {type(array).__name__}"
        wanted = str(shape).replace("None", "N", 1).replace("None", "M")
        raise ValueError(f"{name} must be an array of shape {wanted}, but it {got}")


def check_x(x, n_in=None):
    """`x` must be a batch (N, n_in) of floats."""
    check_shape("x", x, (None, n_in))
    if x.dtype.kind != "f":
        raise ValueError(f"x must hold floats, such as pixels / 255, but it holds {x.dtype}")


def check_labels(labels, n, n_classes=None):
    """`labels` must be `n` integers from 0 to n_classes - 1."""
    check_shape("labels", labels, (n,))
    if labels.dtype.kind not in "iu":
        raise ValueError(f"labels must be integers, but they are {labels.dtype}")
    low, high = labels.min(), labels.max()
    if low < 0 or (n_classes and high >= n_classes):
        limit = n_classes - 1 if n_classes else "..."
        raise ValueError(f"labels must lie in 0..{limit}, but they go from {low} to {high}")


def check_data(x, labels, model=None):
    """`x` and `labels` must be usable together, and by `model`; no pixel may be NaN."""
    sizes = [p.shape for p in model.params().values()] if model else [(None,), (None,)]
    check_x(x, sizes[0][0])
    check_labels(labels, len(x), sizes[-1][-1])
    check_finite(x)


def check_finite(x):
    """No entry of `x` may be NaN or infinite (their sum would be, too)."""
    if not np.isfinite(np.sum(x)):
        raise ValueError("x must be finite, but it holds NaN or infinite values")


def check_fit(model, x, labels, epochs, batch_size, val):
    """The arguments of `fit` must be usable; a float64 `x` would make all of it twice as slow."""
    check_data(x, labels, model)
    if val is not None:
        if not isinstance(val, (tuple, list)) or len(val) != 2:
            raise ValueError(f"val must be a pair (x, labels), but it is {type(val).__name__}")
        check_data(*val, model)
    dtype = model.params()["W1"].dtype
    if x.dtype != dtype:
        raise ValueError(f"x is {x.dtype}, the network {dtype}: pass x.astype(np.{dtype})")
    check_count("epochs", epochs)
    check_count("batch_size", batch_size)


def check_batches(x, labels, batch_size):
    """There must be samples, a label for each, and a usable size of batches."""
    check_shape("x", x, (None, *np.shape(x)[1:]))
    check_shape("labels", labels, (len(x),))
    check_count("batch_size", batch_size)


def check_gradient_check(model, x, labels, entries, eps):
    """The arguments of `gradient_check` must be usable."""
    check_data(x, labels, model)
    check_count("entries", entries)
    check_positive("eps", eps)


def check_loss(loss, epoch, step, optimizer):
    """`loss` must be finite: otherwise training has diverged."""
    if not math.isfinite(loss):
        raise FloatingPointError(
            f"the loss became {loss} in epoch {epoch}, step {step}, at learning rate "
            f"{optimizer.learning_rate:g}: start again with a smaller one"
        )


def check_pairs(name, pairs):
    """A gradient check of the parameter `name` must have found something to compare."""
    if not pairs:
        raise ValueError(f"every entry of {name} sits on a kink of a ReLU: try another x")


def check_count(name, value, most=None):
    """`value` must be a whole number from 1 to `most`."""
    if not isinstance(value, Integral) or value < 1 or (most is not None and value > most):
        limit = f"from 1 to {most}" if most is not None else "of at least 1"
        raise ValueError(f"{name} must be a whole number {limit}, but it is {value!r}")


def check_sizes(sizes):
    """`sizes` must list at least an input and an output width."""
    if not isinstance(sizes, (tuple, list)) or len(sizes) < 2:
        raise ValueError(f"sizes must list two or more layer widths, but it is {sizes!r}")
    for size in sizes:
        check_count("every layer width in sizes", size)


def check_linear(n_in, n_out, dtype):
    """A layer must have inputs and outputs, and weights that are floats."""
    check_count("n_in", n_in)
    check_count("n_out", n_out)
    if np.dtype(dtype).kind != "f":
        raise ValueError(f"dtype must be a type of floats, such as np.float32, but it is {dtype!r}")


def check_velocities(velocities, params_and_grads):
    """Gradients must fit their parameters, and an optimizer stay with its network."""
    for param, grad in params_and_grads:
        check_shape("a parameter's gradient", grad, param.shape)
    shapes = [velocity.shape for velocity in velocities]
    if shapes != [param.shape for param, _ in params_and_grads]:
        raise ValueError("this optimizer has begun with another network: make a new one")


def check_rates(sgd):
    """The three numbers of an `SGD` must make sense."""
    check_positive("learning_rate", sgd.learning_rate)
    check_number("momentum", sgd.momentum, lambda m: 0 <= m < 1, "a number from 0 to just below 1")
    check_number(
        "weight_decay", sgd.weight_decay, lambda w: 0 <= w < np.inf, "a finite number from 0 up"
    )


def check_strength(strength):
    """Distorted by a `strength` of more than 10, nothing would be left of a digit."""
    check_number("strength", strength, lambda s: 0 <= s <= 10, "a number from 0 to 10")


def check_positive(name, value):
    """`value` must be a number above 0."""
    check_number(name, value, lambda v: 0 < v < np.inf, "a finite number above 0")


def check_number(name, value, usable, wanted):
    """`value` must be a number, and a `usable` one."""
    if not isinstance(value, Real) or not usable(value):
        raise ValueError(f"{name} must be {wanted}, but it is {value!r}")
