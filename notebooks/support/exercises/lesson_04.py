"""The checks of lesson 04's exercises: backpropagation in code."""

import inspect
import re

import numpy as np

from support.exercises.verdict import (
    Wrong,
    array,
    call,
    close,
    exercise,
    expect,
    expect_array,
    expect_function,
    finished,
)

NAMES = ["W1", "b1", "W2", "b2", "W3", "b3"]


@exercise
def check_prediction(prediction):
    """The arrays whose gradients a broken second ReLU spoils."""
    if isinstance(prediction, str):
        prediction = re.findall(r"\w+", prediction)
    if isinstance(prediction, np.ndarray):
        prediction = prediction.ravel().tolist()
    listed = isinstance(prediction, (list, tuple, set, frozenset, dict))
    expect(listed, 'give a list of names, such as ["W1", "b3"].')
    prediction = [_parameter(name) for name in prediction]
    strangers = [name for name in prediction if name not in NAMES]
    six = "is none of the six names, which are written W1, b1, W2, b2, W3, b3."
    expect(not strangers, f"{strangers[:1]} {six}")
    found = set(prediction)
    after = {"W1", "b1", "W2", "b2"}
    expect(found, "the wrong mask does harm: at least one gradient changes.")
    for wrong, diagnosis in [
        (set(NAMES), "layer 3 gets its gradients before the walk back comes to the second ReLU."),
        ({"W3", "b3"}, "the walk starts at the loss: layer 3 comes before the second ReLU."),
        ({"W2", "b2"}, "right so far, but what layer 2 sends on to layer 1 is made of dz2, too."),
        ({"W1", "b1"}, "that was the first ReLU; layer 2 gets its gradients after the second."),
        ({"W3", "b3", "W2", "b2"}, "the walk goes from the loss to the left: what comes later?"),
        ({"W1", "W2"}, "db is the sum of the same wrong dz: a bias fares like its weights."),
        ({"b1", "b2"}, "dW is made of the same wrong dz: the weights fare like their bias."),
    ]:
        expect(found != wrong, diagnosis)
    expect(found <= after, "layer 3 gets its gradients before the walk back comes to that ReLU.")
    pairs = all((f"W{i}" in found) == (f"b{i}" in found) for i in (1, 2))
    expect(pairs, "dW and db of a layer are both made of its dz: either both are wrong, or none.")
    expect(found == after, "walk back from the loss: which arrays come after the second ReLU?")


def _parameter(name):
    """Return "W1" for "dW1", "w1" or "d_W1", too: the gradient goes by the name of its array."""
    found = re.fullmatch(r"\s*d?_?([wb])_?(\d)\s*", str(name), re.IGNORECASE)
    return f"{'W' if found[1] in 'wW' else 'b'}{found[2]}" if found else name


@exercise
def check_tanh(answer):
    """A layer: a class with forward(z) and backward(da)."""
    expect(isinstance(answer, type), "give the class itself, with a forward and a backward.")
    for name in ("forward", "backward"):
        method = getattr(answer, name, None)
        expect(callable(method), f"the class has no method {name}.")
        _expect_self(name, method)
    z = np.array([[0.5, -1.0, 2.0], [0.0, 1.5, -0.25]])
    da = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]])
    other = np.array([[-0.5, 0.75, 1.0], [2.0, -3.0, 0.1]])
    layer, second = _new(answer), _new(answer)
    _expect_tanh(_returned("forward", layer.forward, z), z)
    call(finished(second.forward), other)
    dz = array(_backward(layer, da), z.shape, "dz")
    mixed = da * (1 - np.tanh(other) ** 2)
    expect(not close(dz, mixed), "two layers share one memory: keep a in self.a, not elsewhere.")
    _expect_way_back(dz, z, da)
    call(finished(layer.forward), other)
    late = "backward must belong to the latest forward: each forward has to replace self.a."
    expect(close(_backward(layer, da), mixed), late)


def _expect_self(name, method):
    """A method takes the object itself first, then what it is given."""
    try:
        enough = len(inspect.signature(method).parameters) >= 2
    except (TypeError, ValueError):
        return
    given = {"forward": "z", "backward": "da"}[name]
    expect(enough, f"the first parameter of a method is self: def {name}(self, {given}).")


def _new(answer):
    """Return a layer of the reader's class."""
    made = finished(lambda: answer())
    return made()


def _returned(name, method, argument):
    """Return what a method of the reader's class gives; `name` is told if it gives nothing."""
    try:
        return call(finished(method), argument)
    except Wrong as wrong:
        expect("`return`" not in str(wrong), f"in {name}, {wrong}")
        raise


def _backward(layer, da):
    """Return what the layer sends back, or say what its forward did not leave in `self`."""
    try:
        return _returned("backward", layer.backward, da)
    except (AttributeError, NameError) as error:
        said = " ".join(str(error).split())
        expect(False, f"backward does not find what it needs ({said}): forward leaves it in self.")


def _expect_tanh(found, z):
    """`found` must be what forward gives for z."""
    mistakes = [
        (z, "forward returns z as it came: return np.tanh(z)."),
        (np.maximum(z, 0), "forward is a ReLU: return np.tanh(z)."),
        (1 - np.tanh(z) ** 2, "forward returns the slope: that belongs in backward."),
        (np.tan(z), "that is tan, the tangent: the function is np.tanh."),
        (np.arctan(z), "that is arctan: the function is np.tanh."),
    ]
    expect_array(found, np.tanh(z), mistakes, "a")


def _expect_way_back(found, z, da):
    """`found` must be what backward gives for da."""
    a = np.tanh(z)
    mistakes = [
        (da, "every slope is 1: multiply da by 1 - a * a."),
        (1 - a * a, "that is the local slope alone: multiply it by da, the chain rule."),
        (da * (1 - z * z), "the slope is made of the input z: it is 1 - a * a, with the output."),
        (da * (1 - da * da), "the slope is made of da: it is 1 - a * a, with what forward gave."),
        (
            da * (1 - np.tanh(da) ** 2),
            "the slope is made of tanh of da: it is 1 - a * a, with what forward gave.",
        ),
        (1 - da * da, "the slope is made of da, and da itself is missing: da * (1 - a * a)."),
        (da * (1 - a), "a is not squared: the slope is 1 - a * a."),
        (da * (1 + a * a), "a plus where a minus belongs: the slope is 1 - a * a."),
        (da * (a * a - 1), "the sign is the wrong way round: the slope is 1 - a * a."),
        (da - a * a, "brackets are missing: da * (1 - a * a)."),
        (da * 1 - a * a, "brackets are missing: da * (1 - a * a)."),
        (da * a, "you multiply by a: the slope of tanh is 1 - a * a."),
        (np.tanh(da), "that is tanh of da: on the way back multiply da by 1 - a * a."),
        (da * (z > 0), "that is ReLU's way back: the slope of tanh is 1 - a * a."),
        (da * (1 - np.tanh(a) ** 2), "you take tanh twice: self.a holds tanh(z) already."),
    ]
    expect_array(found, da * (1 - a * a), mistakes, "dz")


def numeric_gradient(f, v, eps):
    slopes = np.zeros(len(v))
    for i in range(len(v)):
        up, down = v.copy(), v.copy()
        up[i] += eps
        down[i] -= eps
        slopes[i] = (f(up) - f(down)) / (2 * eps)
    return slopes


def _one_sided(sign):
    """The slope between v and v nudged to one side."""

    def wrong(f, v, eps):
        nudges = sign * eps * np.eye(len(v))
        return np.array([(f(v + nudge) - f(v)) / (sign * eps) for nudge in nudges])

    return wrong


def _without_restoring(f, v, eps):
    """Every entry is nudged, and stays as it is after the nudge down."""
    v, slopes = v.copy(), np.zeros(len(v))
    for i, value in enumerate(v.tolist()):
        v[i] = value + eps
        up = f(v)
        v[i] = value - eps
        slopes[i] = (up - f(v)) / (2 * eps)
    return slopes


def _copies_made_once(f, v, eps):
    """Both copies are made before the loop, and keep the nudges of the entries before."""
    up, down, slopes = v.copy(), v.copy(), np.zeros(len(v))
    for i in range(len(v)):
        up[i] += eps
        down[i] -= eps
        slopes[i] = (f(up) - f(down)) / (2 * eps)
    return slopes


def _times(factor):
    return lambda f, v, eps: numeric_gradient(f, v, eps) * factor(eps)


@exercise
def check_numeric_gradient(answer):
    """All slopes of f along the entries of v, by central differences."""

    def bumpy(v):
        return float((v**3 + 5 * v**2).sum() + v[0] * v[-1])

    def steep(v):
        return float(np.exp(v).sum() * v[0])

    restore = "an entry stays nudged while the next one is measured: put it back, or use a copy."
    mistakes = [
        (
            lambda f, v, eps: np.zeros(len(v)),
            "up and down are the same: `up = v` is no copy, both are one array; use v.copy().",
        ),
        (_times(lambda eps: 2), "twice too large: from down to up it is 2 * eps, not eps."),
        (_times(lambda eps: 0.5), "half as large as it should be: divide by 2 * eps once."),
        (_times(lambda eps: -1), "the sign is the wrong way round: up minus down."),
        (_times(lambda eps: 2 * eps), "the difference is not yet divided by 2 * eps."),
        (_times(lambda eps: eps * eps), "eps / 2 * eps multiplies: write (2 * eps)."),
        (_times(lambda eps: 4 * eps * eps), "you multiply by 2 * eps: divide."),
        (_one_sided(1), "you compare v + eps with v: nudge up AND down, and divide by 2 * eps."),
        (_one_sided(-1), "you compare v with v - eps: nudge up AND down, and divide by 2 * eps."),
        (
            lambda f, v, eps: _one_sided(1)(f, v, eps) / 2,
            "down is v as it was: after the nudge up, go down by 2 * eps, not by eps.",
        ),
        (_without_restoring, restore),
        (
            _copies_made_once,
            "the copies keep every earlier nudge: make them inside the loop, anew for each entry.",
        ),
        (
            lambda f, v, eps: np.full(len(v), (f(v + eps) - f(v - eps)) / (2 * eps)),
            "all entries are nudged at once: nudge one at a time.",
        ),
        (
            lambda f, v, eps: (f(v + eps) - f(v - eps)) / (2 * eps),
            "all entries are nudged at once: nudge one at a time, a slope for each.",
        ),
        (
            lambda f, v, eps: numeric_gradient(f, v, 1e-5),
            "the nudge is not the given one: use the argument eps.",
        ),
    ]
    cases = [  # eighths and quarters: up and down again restores them exactly
        (bumpy, np.array([0.5, -1.25, 2.0]), 0.125),
        (steep, np.array([1.5, -0.5, 0.25, 0.0]), 0.25),
    ]
    one = "there is a slope for each entry of v: return an array of shape (3,)."
    shapes = {(): one, (1,): one}
    try:
        expect_function(answer, numeric_gradient, cases, mistakes, shapes, "the gradient")
    except Wrong as wrong:
        back = "v is not as you found it: put v[i] back after measuring it, or nudge v.copy()."
        expect("changes v" not in str(wrong), back)
        raise
    except (IndexError, TypeError) as error:
        single = "scalar" in str(error) or "len() of" in str(error) or "subscriptable" in str(error)
        expect(not single, "f takes the whole array: f(up), where only up[i] is nudged.")
        raise
