"""The neural network of this tutorial, in NumPy alone, to be read from top to bottom.

What is passed in is checked by nn_checks.py. Arrays are batches with a row per sample: x is
(N, n_in), labels is (N,) integers, logits is (N, n_classes). A name like dz is the gradient of
the loss with respect to z, and has z's shape. The loss is the MEAN over the batch, so every
gradient carries 1/N. It enters in one place only: `SoftmaxCrossEntropy.backward`.
"""

import copy
import itertools
import math
import os
from typing import NamedTuple

import numpy as np

from nn_checks import (  # isort: skip
    check_batch_count, check_batches, check_da, check_data, check_dz, check_finite, check_fit,
    check_floats, check_forward_first, check_gradient_check, check_linear, check_logits, check_loss,
    check_mlp, check_pairs, check_path, check_rates, check_shape, check_split, check_step, check_x,
    read_saved,
)  # fmt: skip


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

        `need_dx=False` leaves dx out: in a first layer it would be a third of all arithmetic.
        """
        check_dz(self, dz)
        self.grads["W"] = self.x.T @ dz
        self.grads["b"] = dz.sum(axis=0)
        return dz @ self.params["W"].T if need_dx else None


class ReLU:
    """The non-linearity a = max(0, z), for arrays of any shape."""

    def forward(self, z):
        """Return a new array a = max(0, z), and remember where z was positive."""
        check_floats("z", z)
        self.mask = z > 0
        return np.maximum(z, 0)

    def backward(self, da):
        """Return dz: the slope is 1 where z was positive, and 0 elsewhere."""
        check_da(self, da)
        return da * self.mask


# ------------------------------------------------------------------------------------ loss
@np.errstate(under="ignore")  # exp of a large negative number is 0, and that is right
def log_softmax(logits):
    """Return log(softmax(logits)) along the last axis, for logits of any size.

    Subtracting the largest logit changes nothing in exact arithmetic, and keeps exp from
    overflowing (log-sum-exp; Goodfellow, Bengio and Courville 2016, Deep Learning, section 4.1).
    """
    check_floats("logits", logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@np.errstate(under="ignore")
def softmax(logits):
    """Return probabilities of the shape of `logits`; they sum to 1 along the last axis."""
    return np.exp(log_softmax(logits))


def cross_entropy(logits, labels):
    """Return the mean of -log(p of the right label), for logits (N, n_classes), labels (N,)."""
    check_logits(logits, labels)
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()


class SoftmaxCrossEntropy:
    """Softmax and cross-entropy in one object, because together their gradient is simple."""

    def forward(self, logits, labels):
        """Return the cross-entropy of logits (N, n_classes) and labels (N,), and remember both."""
        check_logits(logits, labels)
        self.log_p, self.labels = log_softmax(logits), labels
        return -self.log_p[np.arange(len(labels)), labels].mean()

    def backward(self):
        """Return dlogits = (p - onehot) / N, of shape (N, n_classes)."""
        check_forward_first(self, "log_p")
        dlogits = np.exp(self.log_p)
        dlogits[np.arange(len(self.labels)), self.labels] -= 1
        return dlogits / len(self.labels)


# --------------------------------------------------------------------------------- network
class MLP:
    """Linear layers with a ReLU between each two: a multi-layer perceptron.

    Sizes (784, 128, 64, 10) read 784 pixels, write 10 logits; `seed` decides the first weights.
    """

    def __init__(self, sizes=(784, 128, 64, 10), seed=0, dtype=np.float32):
        check_mlp(sizes, seed)
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
        named = {}
        for i, layer in enumerate(linears, start=1):
            named |= {f"{key}{i}": param for key, param in layer.params.items()}
        return named

    def params_and_grads(self):
        """Return a list of pairs (parameter, its gradient), in the order of `params()`."""
        linears = [layer for layer in self.layers if hasattr(layer, "params")]
        return [(layer.params[k], layer.grads[k]) for layer in linears for k in "Wb"]

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
        path = check_path(path)
        layers = [type(layer).__name__ for layer in self.layers]
        with open(f"{path}.partial", "wb") as partial:
            np.savez(partial, layers=layers, **self.params())
        os.replace(partial.name, path)

    @classmethod
    def load(cls, path):
        """Return the network that `save` wrote to `path`, every bit the same."""
        weights, biases = read_saved(path)
        model = cls([len(weights[0]), *map(len, biases)], dtype=weights[0].dtype)
        for layer, W, b in zip(model.layers[::2], weights, biases, strict=True):
            layer.params = {"W": W, "b": b}
        return model


# ------------------------------------------------------------------------------- optimizer
class SGD:
    """Stochastic gradient descent, as in torch.optim.SGD; its numbers may change on the way.

    With momentum, a parameter moves along a fading sum of its gradients (Sutskever et al. 2013,
    https://proceedings.mlr.press/v28/sutskever13.html).
    """

    def __init__(self, learning_rate, momentum=0.0, weight_decay=0.0):
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocities = []  # pairs (parameter, its velocity), from the first step on
        self.steps = 0
        check_rates(self)

    def step(self, params_and_grads):
        """Move every parameter one step downhill, in place, given pairs (param, grad)."""
        check_step(self, params_and_grads)
        if not self.velocities:
            self.velocities = [(p, np.zeros_like(p)) for p, _ in params_and_grads]
        both = zip(params_and_grads, self.velocities, strict=True)
        for (param, grad), (_, velocity) in both:
            # float: a rate of type np.float64 would make the whole update float64
            param -= float(self.learning_rate) * self.direction(param, grad, velocity)
        self.steps += 1
        if self.steps % 100 == 0:  # a silent neuron's fades to 1e-38: slow on many processors
            for _, velocity in self.velocities:
                velocity[abs(velocity) < 1e-30] = 0

    def direction(self, param, grad, velocity):
        """Return the gradient with weight decay and momentum; `velocity` is kept up in place."""
        if self.weight_decay:
            grad = grad + float(self.weight_decay) * param
        if self.momentum:
            velocity *= float(self.momentum)
            velocity += grad
            grad = velocity
        return grad


# --------------------------------------------------------------------------------- batches
def train_validation_split(x, labels, n_validation, seed=0):
    """Return x_train, labels_train, x_val, labels_val: `n_validation` random samples held out."""
    check_split(x, labels, n_validation, seed)
    order = np.random.default_rng(seed).permutation(len(x))
    train, val = order[n_validation:], order[:n_validation]
    return x[train], labels[train], x[val], labels[val]


def minibatches(x, labels, batch_size, rng):
    """Yield (x, labels) of one epoch in shuffled batches; the last one may be short."""
    check_batches(x, labels, batch_size, rng)
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


@np.errstate(all="ignore")  # of a diverged network the loss tells
def evaluate(model, x, labels):
    """Return (mean loss, accuracy between 0 and 1) of `model` on x (N, n_in), labels (N,)."""
    check_data(x, labels, model)
    logits = model.forward(x)
    accuracy = (logits.argmax(axis=1) == labels).mean()
    return float(cross_entropy(logits, labels)), float(accuracy)


def train_step(model, loss_fn, optimizer, x, labels):
    """Do one step on one mini-batch; return the loss as it was before the step."""
    with np.errstate(all="ignore"):  # `fit` reports what diverges
        loss = float(loss_fn.forward(model.forward(x), labels))
        if math.isfinite(loss):
            model.backward(loss_fn.backward())
            optimizer.step(model.params_and_grads())
    return loss


def fit(
    model, x, labels, optimizer, *, epochs=5, batch_size=64, val=None, seed=0,
    batches=minibatches,
):  # fmt: skip
    """Train `model`, yielding a `Record` after every step; to stop, ask for no more of them.

    `x` is (N, n_in) floats, `labels` (N,) integers; `val`, a pair of such arrays, is evaluated at
    the end of an epoch. `batches` cuts it into ceil(N / batch_size) mini-batches. The optimizer may
    be changed between records. ValueError if input is unusable, FloatingPointError if loss is nan.
    """
    check_fit(model, x, labels, optimizer, epochs, batch_size, val, seed)
    rng, loss_fn = np.random.default_rng(seed), SoftmaxCrossEntropy()
    per_epoch = math.ceil(len(x) / batch_size)
    for epoch in range(1, epochs + 1):
        losses = []
        for x_batch, labels_batch in batches(x, labels, batch_size, rng):
            check_batch_count(len(losses) + 1, most=per_epoch)
            losses.append(train_step(model, loss_fn, optimizer, x_batch, labels_batch))
            step = (epoch - 1) * per_epoch + len(losses)
            check_loss(losses[-1], x, epoch, step, optimizer)
            record = Record(epoch, step, epochs * per_epoch, losses[-1])
            if len(losses) == per_epoch:
                measured = evaluate(model, *val) if val else (None, None)
                record = Record(*record[:4], float(np.mean(losses)), *measured)
            yield record
        check_batch_count(len(losses), least=per_epoch)


# -------------------------------------------------------------------------------- checking
def central_difference(model, x, labels, param, where, eps):
    """Return the slope of the loss along the entry `param[where]`, and how far it jumps nearby.

    Where a ReLU switches, the loss has a kink, and no slope: there the fourth difference of five
    losses is as large as the jump. Where the loss is smooth, it is almost 0.
    """
    value, losses = param[where], []
    for nudge in (-eps, -eps / 2, 0, eps / 2, eps):
        param[where] = value + nudge
        losses.append(cross_entropy(model.forward(x), labels))
    param[where] = value
    return (losses[-1] - losses[0]) / (2 * eps), abs(np.diff(losses, 4)[0]) / eps


def entries_to_check(grad, entries, rng):
    """Return the places in `grad` to look at: the largest gradients, then all at random."""
    largest = np.argsort(-np.abs(grad), axis=None)[:entries]
    order = np.concatenate([largest, rng.permutation(grad.size)])
    return zip(*np.unravel_index(order, grad.shape), strict=True)


def relative_error(pairs):
    """Return the largest difference of the pairs, divided by the largest number in them."""
    backprop, numeric = np.array(pairs).T
    return float(np.abs(backprop - numeric).max() / max(np.abs(pairs).max(), 1e-12))


@np.errstate(under="ignore")
def gradient_check(model, x, labels, entries=10, eps=1e-5, seed=0):
    """Compare backpropagation with central differences; return {"W1": error, "b1": ...}.

    In a float64 copy of `model`, the `entries` largest gradients of each parameter and as many
    random ones are tried. An error is below 1e-6 when `backward` is right, else above 1e-2.
    """
    check_gradient_check(model, x, labels, entries, eps, seed)
    model, x = model.astype(np.float64), x.astype(np.float64)
    loss_fn, rng, errors = SoftmaxCrossEntropy(), np.random.default_rng(seed), {}
    loss_fn.forward(model.forward(x), labels)
    model.backward(loss_fn.backward())
    named = zip(model.params(), model.params_and_grads(), strict=True)
    for name, (param, grad) in named:
        check_shape(f"the gradient of {name}", grad, param.shape)
        pairs = []
        for where in entries_to_check(grad, entries, rng):
            slope, jump = central_difference(model, x, labels, param, where, eps)
            if jump < 1e-7:  # no kink
                pairs.append((grad[where], slope))
            if len(pairs) == 2 * entries:
                break
        check_pairs(name, pairs)
        errors[name] = relative_error(pairs)
    return errors
