"""What is passed in: a ValueError of one sentence if it is wrong, and what to do."""

import math
from numbers import Integral, Real

import numpy as np


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
