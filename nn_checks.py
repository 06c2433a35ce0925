"""What is passed in: a ValueError of one sentence if it is wrong, and what to do."""

import math
import os
import textwrap
from itertools import pairwise
from numbers import Integral, Real

import numpy as np

# ---------------------------------------------------------------------------------- arrays
# An array is exactly np.ndarray: a pandas Series, a tensor or a matrix answers to the same names
# and does something else. Many of these run in every step of a training, so what is right passes
# by the first line; the lines below find the words for what is not.


def check_array(name, array):
    """`array` must be a NumPy array, and none of a class that looks like one."""
    if type(array) is np.ndarray:
        return
    ways = [".to_numpy()", ".numpy()", ".toarray()", ".filled()"]  # pandas, torch, SciPy, masked
    way = next((way for way in ways if hasattr(array, way[1:-2])), "np.asarray")
    kind = type(array).__name__
    raise ValueError(f"{name} must be a NumPy array, but it is {kind}: convert it with {way}")


def check_shape(name, array, shape):
    """`array` must be an array of this shape, in which None stands for any number but 0."""
    if type(array) is np.ndarray and array.shape == shape:
        return
    check_array(name, array)
    pairs = zip(shape, array.shape, strict=False)
    if array.ndim != len(shape) or not all(n and wanted in (None, n) for wanted, n in pairs):
        wanted = str(shape).replace("None", "N", 1).replace("None", "M")
        raise ValueError(
            f"{name} must be an array of shape {wanted}, but it has shape {array.shape}"
        )


def check_floats(name, array):
    """`array` must hold floats: unsigned integers wrap around, and objects are slow."""
    if type(array) is np.ndarray and array.ndim and array.size and array.dtype.kind == "f":
        return
    check_array(name, array)
    if array.dtype.kind != "f":
        raise ValueError(
            f"{name} must hold floats, such as pixels / 255, but it holds {array.dtype}"
        )
    raise ValueError(f"{name} must be an array of numbers, but it has shape {array.shape}")


def check_x(x, n_in=None, name="x"):
    """`x` must be a batch (N, n_in) of floats."""
    if type(x) is np.ndarray and x.shape == (len(x), n_in) and len(x) and x.dtype.kind == "f":
        return
    check_shape(name, x, (None, n_in))
    check_floats(name, x)


INT64 = np.dtype(np.int64)


def check_labels(labels, n, n_classes=None, name="labels"):
    """`labels` must be `n` integers from 0 to n_classes - 1."""
    check_shape(name, labels, (n,))
    if labels.dtype.kind not in "iu":
        raise ValueError(
            f"{name} must be integers, but they are {labels.dtype}: convert them with .astype(int)"
        )
    # unsigned, -1 is the largest number of all: one pass finds what is too small and too large
    as_unsigned = labels.view if labels.dtype == INT64 else labels.astype
    if int(np.maximum.reduce(as_unsigned(np.uint64))) >= (n_classes or 2**63):
        limit = n_classes - 1 if n_classes else "..."
        raise ValueError(
            f"{name} must lie in 0..{limit}, but they go from {labels.min()} to {labels.max()}"
        )


def check_logits(logits, labels):
    """`logits` must be a batch (N, n_classes) of floats, and `labels` fit them."""
    if type(logits) is not np.ndarray or logits.ndim != 2 or not logits.size:
        check_shape("logits", logits, (None, None))
    check_labels(labels, *logits.shape)


def check_finite(x, name="x"):
    """No entry of `x` may be NaN or infinite; where their sum is finite, they all are."""
    if type(x) is not np.ndarray or x.dtype.kind != "f":
        return  # not for this check to say
    with np.errstate(all="ignore"):
        total = x.sum()
    if not np.isfinite(total) and not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite, but it holds NaN or infinite values")


ANY_MODEL = object()


def check_pair(x, labels, model=ANY_MODEL, where=""):
    """`x` and `labels` must be usable together, and by `model`."""
    sizes = [(None,), (None,)] if model is ANY_MODEL else check_model(model)
    check_x(x, sizes[0][0], f"x{where}")
    check_labels(labels, len(x), sizes[-1][-1], f"labels{where}")


def check_data(x, labels, model=ANY_MODEL, where=""):
    """`x` and `labels` must be usable together, and by `model`; no pixel may be NaN."""
    check_pair(x, labels, model, where)
    check_finite(x, f"x{where}")


# --------------------------------------------------------------------- layers and networks


def check_forward_first(layer, remembered):
    """`backward` needs what `forward` has remembered."""
    if not hasattr(layer, remembered):
        name = type(layer).__name__
        raise ValueError(f"{name}.backward was called before {name}.forward: call that first")


def check_dz(linear, dz):
    """`dz` must be a gradient of what the layer's last `forward` has returned."""
    check_forward_first(linear, "x")
    check_shape("dz", dz, (len(linear.x), len(linear.params["b"])))


def check_da(relu, da):
    """`da` must be a gradient of what the layer's last `forward` has returned."""
    check_forward_first(relu, "mask")
    check_shape("da", da, relu.mask.shape)


def check_linear(n_in, n_out, dtype):
    """A layer must have inputs and outputs, and weights that are floats."""
    check_count("n_in", n_in)
    check_count("n_out", n_out)
    try:
        floats = np.dtype(dtype).kind == "f"
    except (TypeError, ValueError):
        floats = False
    if not floats:
        raise ValueError(
            f"dtype must be a type of floats, such as np.float32, but it is {shown(dtype)}"
        )


def check_mlp(sizes, seed):
    """`sizes` must list at least an input and an output width, and `seed` be one."""
    in_a_row = type(sizes) is np.ndarray and sizes.ndim == 1
    if not (in_a_row or isinstance(sizes, (tuple, list, range))) or len(sizes) < 2:
        raise ValueError(f"sizes must list two or more layer widths, but it is {shown(sizes)}")
    for size in sizes:
        check_count("every layer width in sizes", size)
    check_seed(seed)


def check_model(model):
    """`model` must be a network; return the shapes of its parameters."""
    parts = ("forward", "backward", "params", "params_and_grads")
    if isinstance(model, type) or not all(callable(getattr(model, part, None)) for part in parts):
        raise ValueError(f"model must be a network, such as MLP(), but it is {shown(model)}")
    shapes = [param.shape for param in model.params().values()]
    if not shapes:
        raise ValueError(f"model must have parameters, but {type(model).__name__} has none")
    return shapes


def check_path(path):
    """`path` must be a file, or nothing yet; return it without links and without a leading ~."""
    path = os.path.realpath(os.path.expanduser(path))
    if os.path.exists(path) and not os.path.isfile(path):
        kind = "folder" if os.path.isdir(path) else "device or the like"
        raise ValueError(f"path must name a file, but {path} is a {kind}: choose another name")
    return path


def read_saved(path):
    """Return the lists of weights and biases in a file that `MLP.save` wrote."""
    with open(check_path(path), "rb") as file:
        try:
            saved = dict(np.load(file))
            layers = saved["layers"].tolist()
        except Exception as error:  # a file can be wrong in many ways
            raise ValueError(f"{path} holds no weights written by MLP.save") from error
    if layers != ["Linear", *["ReLU", "Linear"] * (len(layers) // 2)]:
        raise ValueError(
            f"{path} holds another network than an MLP, of the layers {shown(layers)}: "
            "build it as it was, and copy the arrays of the file into its params()"
        )
    numbers = range(1, len(layers) // 2 + 2)
    weights, biases = ([saved.get(f"{key}{i}") for i in numbers] for key in "Wb")
    sizes = [np.shape(weights[0])[:1], *map(np.shape, biases)]  # each of one number
    if [np.shape(W) for W in weights] != [n_in + n_out for n_in, n_out in pairwise(sizes)]:
        raise ValueError(f"{path} holds no weights written by MLP.save")
    return weights, biases


# ------------------------------------------------------------------------------- optimizer


def check_rates(sgd):
    """The three numbers of an `SGD` must make sense."""
    rate, momentum, decay = sgd.learning_rate, sgd.momentum, sgd.weight_decay
    floats = type(rate) is type(momentum) is type(decay) is float
    if floats and 0 < rate < math.inf and 0 <= momentum < 1 and 0 <= decay < math.inf:
        return
    check_positive("learning_rate", rate)
    check_number("momentum", momentum, lambda m: 0 <= m < 1, "a number from 0 to just below 1")
    check_number("weight_decay", decay, lambda w: 0 <= w < np.inf, "a finite number from 0 up")


def check_step(sgd, params_and_grads):
    """Gradients must fit their parameters, and an optimizer stay with its very arrays.

    Another network may have arrays of the same shapes; the velocities would not be its own.
    """
    check_rates(sgd)
    if not isinstance(params_and_grads, (list, tuple)):
        kind = type(params_and_grads).__name__
        raise ValueError(
            f"params_and_grads must be a list of pairs (param, grad), but it is {kind}"
        )
    begun = sgd.velocities or params_and_grads
    same = len(begun) == len(params_and_grads)
    for (param, grad), (began_with, _) in zip(params_and_grads, begun, strict=False):
        same = same and param is began_with
        if not sgd.velocities:
            check_floats("a parameter", param)
        if type(grad) is not np.ndarray or grad.shape != param.shape:
            check_shape("a parameter's gradient", grad, param.shape)
    if not same:
        raise ValueError("this optimizer has begun with another network: make a new one")


# ----------------------------------------------------------------------- batches, training


def check_split(x, labels, n_validation, seed):
    """There must be samples to keep, and samples to hold out."""
    check_data(x, labels)
    check_count("n_validation", n_validation, most=len(x) - 1)
    check_seed(seed)


def check_batches(x, labels, batch_size, rng):
    """There must be samples, a label for each, a usable size of batches, and a generator."""
    check_array("x", x)
    check_shape("x", x, (None, *x.shape[1:]))
    check_shape("labels", labels, (len(x),))
    check_count("batch_size", batch_size)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"rng must be a generator, such as np.random.default_rng(0), but it is {shown(rng)}"
        )


def check_fit(model, x, labels, optimizer, epochs, batch_size, val, seed):
    """The arguments of `fit` must be usable; a float64 `x` would make all of it twice as slow.

    That no pixel is NaN is not asked here, but by `check_loss` when a loss is not finite: a look at
    all of MNIST would take a thirtieth of an epoch.
    """
    check_pair(x, labels, model)
    if val is not None:
        if not isinstance(val, (tuple, list)) or len(val) != 2:
            raise ValueError(f"val must be a pair (x, labels), but it is {type(val).__name__}")
        check_data(*val, model, where=" of val")
    dtype = next(iter(model.params().values())).dtype
    if x.dtype != dtype:
        raise ValueError(f"x is {x.dtype}, the network {dtype}: pass x.astype(np.{dtype})")
    if isinstance(optimizer, type) or not callable(getattr(optimizer, "step", None)):
        raise ValueError(
            f"optimizer must have a method step, such as SGD(0.1), but it is {shown(optimizer)}"
        )
    check_count("epochs", epochs)
    check_count("batch_size", batch_size)
    check_seed(seed)


def check_batch_count(n, least=1, most=math.inf):
    """An epoch must have as many mini-batches as were announced."""
    if not least <= n <= most:
        given = f"{n}" if n < least else f"{n} or more"
        wanted = least if n < least else most
        raise ValueError(
            f"batches gave {given} mini-batches in an epoch, but ceil(N / batch_size) is {wanted}: "
            "give as many, or choose another batch_size"
        )


def check_loss(loss, x, epoch, step, optimizer):
    """`loss` must be finite: otherwise `x` is not, or training has diverged."""
    if not math.isfinite(loss):
        check_finite(x)
        rate = getattr(optimizer, "learning_rate", None)
        largest = np.abs(x).max()
        hint = (
            f", and with pixels from 0 to 1, for x goes up to {largest:g}" if largest > 10 else ""
        )
        raise FloatingPointError(
            f"the loss became {loss} in epoch {epoch}, step {step}"
            + (f", at learning rate {rate:g}" if rate is not None else "")
            + f": start again with a smaller one{hint}"
        )


def check_gradient_check(model, x, labels, entries, eps, seed):
    """The arguments of `gradient_check` must be usable."""
    check_data(x, labels, model)
    for name, param in model.params().items():
        check_finite(param, name)
    check_count("entries", entries)
    check_positive("eps", eps)
    check_seed(seed)


def check_pairs(name, pairs):
    """A gradient check of the parameter `name` must have found something to compare."""
    if not pairs:
        raise ValueError(
            f"every entry of {name} sits on a kink, such as a ReLU's at 0: try another x or eps"
        )


# --------------------------------------------------------------------------------- numbers


def check_count(name, value, most=None):
    """`value` must be a whole number from 1 to `most`."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < 1 or (most is not None and value > most):
        limit = f"from 1 to {most}" if most is not None else "of at least 1"
        raise ValueError(f"{name} must be a whole number {limit}, but it is {shown(value)}")


def check_seed(seed):
    """`seed` must be something that NumPy's generators can start from."""
    try:
        np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"seed must be a whole number from 0 up, but it is {shown(seed)}"
        ) from error


def check_strength(strength):
    """Distorted by a `strength` of more than 10, nothing would be left of a digit."""
    check_number("strength", strength, lambda s: 0 <= s <= 10, "a number from 0 to 10")


def check_positive(name, value):
    """`value` must be a number above 0."""
    check_number(name, value, lambda v: 0 < v < np.inf, "a finite number above 0")


def check_number(name, value, usable, wanted):
    """`value` must be a number, and a `usable` one."""
    if type(value) is float and usable(value):  # most often, and in every step
        return
    if not isinstance(value, Real) or isinstance(value, bool) or not usable(value):
        raise ValueError(f"{name} must be {wanted}, but it is {shown(value)}")


def shown(value):
    """Return `value` as it is written, on one line and not too long."""
    return textwrap.shorten(repr(value), 80)
