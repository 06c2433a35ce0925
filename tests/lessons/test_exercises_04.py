"""Wrong answers to the prediction and the layer of lesson 04 get the diagnosis that helps."""

import numpy as np
import pytest
from wrong_answers import STRANGE, accepted, judge, refused, right_functions, wrong_functions

import support.exercises.lesson_04 as checks
from nn_core import MLP, gradient_check


class Stub:
    def forward(self, z):
        return ...

    def backward(self, da):
        return ...


class HalfDone(Stub):
    def forward(self, z):
        self.a = np.tanh(z)
        return self.a


class Tanh(HalfDone):
    def backward(self, da):
        return da * (1 - self.a * self.a)


def tanh(backward, forward=np.tanh):
    """The class whose backward is `backward(da, z, a)`."""

    class Layer:
        def forward(self, z):
            self.z, self.a = z, forward(z)
            return self.a

        def backward(self, da):
            return backward(da, self.z, np.tanh(self.z))

    return Layer


class RemembersInput:
    def forward(self, z):
        self.z = z
        return np.tanh(z)

    def backward(self, da):
        return da / np.cosh(self.z) ** 2


class Forgets(HalfDone):
    def backward(self, da):
        return da * (1 - self.output**2)


class NoSelf(HalfDone):
    def backward(self, da):
        return da * (1 - never_defined**2)  # noqa: F821


class Shares(Stub):
    def forward(self, z):
        Shares.a = np.tanh(z)
        return Shares.a

    def backward(self, da):
        return da * (1 - Shares.a**2)


class KeepsTheFirst(Tanh):
    def forward(self, z):
        if not hasattr(self, "a"):
            self.a = np.tanh(z)
        return np.tanh(z)


class InPlace(HalfDone):
    def backward(self, da):
        da *= 1 - self.a**2
        return da


class ForwardInPlace(Tanh):
    def forward(self, z):
        z[...] = np.tanh(z)
        self.a = z
        return z


class NoReturn(HalfDone):
    def backward(self, da):
        da * (1 - self.a**2)


class WithoutSelf:
    def forward(z):
        return np.tanh(z)

    def backward(da):
        return da


class NeedsArguments(Tanh):
    def __init__(self, n):
        self.n = n


class NoBackward:
    def forward(self, z):
        return np.tanh(z)


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("prediction", ..., "Not done yet"),
        ("prediction", ["W1", "b1", "W2", "b2"], "Correct!"),
        ("prediction", ("b2", "W2", "W1", "b1"), "Correct!"),
        ("prediction", {"W1", "b1", "W2", "b2"}, "Correct!"),
        ("prediction", np.array(["W1", "b1", "W2", "b2"]), "Correct!"),
        ("prediction", "W1, b1, W2, b2", "Correct!"),
        ("prediction", dict.fromkeys(["W1", "b1", "W2", "b2"]), "Correct!"),
        ("prediction", ["W1", "b1"], "that was the first ReLU"),
        ("prediction", ["W2", "b2"], "what layer 2 sends on"),
        ("prediction", ["W3", "b3"], "layer 3 comes before"),
        ("prediction", ["W2", "b2", "W3", "b3"], "what comes later?"),
        ("prediction", ["W1", "b1", "W2", "b2", "W3", "b3"], "layer 3 gets its gradients before"),
        ("prediction", ["W1", "W2"], "a bias fares like its weights"),
        ("prediction", ["W1", "b1", "W2"], "either both are wrong, or none"),
        ("prediction", ["W1", "b1", "W2", "b2", "b3"], "layer 3 gets its gradients before"),
        ("prediction", [], "at least one gradient"),
        ("prediction", ["dW1", "db1", "dW2", "db2"], "Correct!"),
        ("prediction", "d_W1, d_b1, d_W2, d_b2", "Correct!"),
        ("prediction", ["w1", "B1", "w2", "B2"], "Correct!"),
        ("prediction", ["dW1", "db1"], "that was the first ReLU"),
        ("prediction", ["dz1"], "is none of the six names"),
        ("prediction", [1, 2], "is none of the six names"),
        ("prediction", [["W1"]], "is none of the six names"),
        ("prediction", 4, "give a list of names"),
        ("tanh", Stub, "Not done yet"),
        ("tanh", HalfDone, "Not done yet"),
        ("tanh", Tanh, "Correct!"),
        ("tanh", RemembersInput, "Correct!"),
        ("tanh", Tanh(), "give the class itself"),
        ("tanh", np.tanh, "give the class itself"),
        ("tanh", NoBackward, "no method backward"),
        ("tanh", NeedsArguments, "Your code stopped with TypeError"),
        ("tanh", WithoutSelf, "def forward(self, z)"),
        ("tanh", NoReturn, "in backward, there is no answer"),
        ("tanh", Forgets, "forward leaves it in self"),
        ("tanh", NoSelf, "forward leaves it in self"),
        ("tanh", Shares, "share one memory"),
        ("tanh", KeepsTheFirst, "the latest forward"),
        ("tanh", InPlace, "changes da"),
        ("tanh", ForwardInPlace, "changes z"),
        ("tanh", tanh(lambda da, z, a: da, forward=np.tan), "the function is np.tanh"),
        ("tanh", tanh(lambda da, z, a: da), "every slope is 1"),
        ("tanh", tanh(lambda da, z, a: 1 - a * a), "slope alone"),
        ("tanh", tanh(lambda da, z, a: da * (1 - z * z)), "made of the input z"),
        ("tanh", tanh(lambda da, z, a: da * (1 - da * da)), "made of da"),
        ("tanh", tanh(lambda da, z, a: da * (1 - np.tanh(da) ** 2)), "made of tanh of da"),
        ("tanh", tanh(lambda da, z, a: da * 1 - a * a), "brackets are missing"),
        ("tanh", tanh(lambda da, z, a: da * (1 - a)), "not squared"),
        ("tanh", tanh(lambda da, z, a: (da * (1 - a * a)).sum()), "should have shape (2, 3)"),
        ("tanh", tanh(lambda da, z, a: 3 * da * (1 - a * a)), "for example"),
        ("tanh", tanh(lambda da, z, a: 1 / 0), "Your code stopped with ZeroDivisionError"),
    ],
)
def test_verdict(check, answer, verdict):
    printed = judge(getattr(checks, f"check_{check}"), answer)
    assert verdict in printed, printed
    assert printed.count("\n") == 1, "one sentence is enough"


def test_right_answers_count_in_every_form():
    layers = {name: tanh(form) for name, form in right_functions(tanh_backward).items()}
    assert accepted(checks.check_tanh, layers) == {}


def tanh_backward(da, z, a):
    return da * (1 - a * a)


def test_the_witness_of_exercise_2_says_what_the_lesson_says():
    rng = np.random.default_rng(0)
    x, labels = rng.random((32, 784), np.float32), rng.integers(0, 10, 32)
    without_square = tanh(lambda da, z, a: da * (1 - a))
    for layer, wrong in [(Tanh, []), (without_square, ["W1", "b1", "W2", "b2"])]:
        net = MLP()
        net.layers[1], net.layers[3] = layer(), layer()
        errors = gradient_check(net, x, labels)
        assert [name for name, error in errors.items() if error > 1e-6] == wrong


def test_no_wrong_answer_passes():
    assert refused(checks.check_prediction, STRANGE) == {}
    assert refused(checks.check_tanh, STRANGE) == {}
    three = np.array([[0.5, -1.0, 2.0]])
    spoiled = wrong_functions(tanh_backward, three, three, np.tanh(three))
    layers = {
        name: tanh(function) if callable(function) else function
        for name, function in spoiled.items()
        if not name.startswith(("takes", "changes argument 1", "changes argument 2"))  # its own
    }
    assert refused(checks.check_tanh, layers) == {}
