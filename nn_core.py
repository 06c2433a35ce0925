"""The neural network of this tutorial, in NumPy alone, to be read from top to bottom.

Layers, loss, network, optimizer, batches, training, checking: the order of the lessons. What is
passed in is checked by nn_checks.py; the images come from data/mnist.py.

Arrays are batches with a row per sample: x is (N, n_in), labels is (N,) integers, logits is
(N, n_classes). A name like dz is the gradient of the loss with respect to z, and has z's shape.
The loss is the MEAN over the batch, so every gradient carries 1/N. It enters in one place only:
`SoftmaxCrossEntropy.backward`.
"""

import copy
import itertools
import math
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nn_checks import (
    check_batches,
    check_count,
    check_data,
    check_finite,
    check_fit,
    check_gradient_check,
    check_labels,
    check_linear,
    check_loss,
    check_pairs,
    check_rates,
    check_shape,
    check_sizes,
    check_velocities,
    check_x,
)

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
