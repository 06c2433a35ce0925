"""Bad input of every kind gets one clear sentence."""

import math

import numpy as np
import pytest
from toy import model64, rng, toy_problem

from nn_core import (
    MLP,
    SGD,
    Linear,
    ReLU,
    SoftmaxCrossEntropy,
    cross_entropy,
    evaluate,
    fit,
    gradient_check,
    log_softmax,
    minibatches,
    softmax,
    train_step,
    train_validation_split,
)

X, LABELS = toy_problem(20)
NAN = np.where(np.arange(6) == 3, np.nan, X)
INF = np.where(np.arange(6) == 3, np.inf, X)


def first_record(x=X, labels=LABELS, optimizer=None, model=None, **settings):
    return next(fit(model or model64(), x, labels, optimizer or SGD(0.1), **settings))


def after_forward(layer, *args):
    layer.forward(*args)
    return layer


BAD = {
    "x of one sample": (lambda: model64().forward(X[0]), r"x must .*\(N, 6\).*\(6,\)"),
    "x too narrow": (lambda: model64().forward(X[:, :5]), r"x must .*\(N, 6\).*\(20, 5\)"),
    "x as images": (lambda: MLP().forward(np.zeros((2, 28, 28), np.float32)), r"\(2, 28, 28\)"),
    "x a list": (lambda: model64().forward([[0.0] * 6]), r"x must .*list"),
    "x empty": (lambda: model64().forward(X[:0]), r"x must .*\(0, 6\)"),
    "x of bytes": (lambda: MLP().predict(np.zeros((1, 784), np.uint8)), "floats.*uint8"),
    "x NaN": (lambda: model64().predict_proba(NAN), "finite"),
    "x infinite": (lambda: model64().predict(INF), "finite"),
    "dz of other batch": (
        lambda: after_forward(Linear(6, 3, rng()), X).backward(np.ones((19, 3))),
        r"dz must .*\(20, 3\).*\(19, 3\)",
    ),
    "dz of other width": (
        lambda: after_forward(Linear(6, 3, rng()), X).backward(np.ones((20, 1))),
        r"dz must .*\(20, 3\).*\(20, 1\)",
    ),
    "da of other shape": (
        lambda: after_forward(ReLU(), X).backward(np.ones((1, 6))),
        r"da must .*\(20, 6\).*\(1, 6\)",
    ),
    "layer without inputs": (lambda: Linear(0, 3, rng()), "n_in must .*0"),
    "layer without outputs": (lambda: Linear(3, 0, rng()), "n_out must .*0"),
    "layer of a fraction": (lambda: Linear(2.5, 3, rng()), "n_in must .*2.5"),
    "layer of integers": (lambda: Linear(2, 3, rng(), int), "dtype must .*floats.*int"),
    "network of integers": (lambda: MLP([6, 3], dtype=np.int32), "dtype must .*floats.*int32"),
    "logits of one sample": (
        lambda: cross_entropy(np.zeros(10), LABELS),
        r"logits must .*\(N, M\).*\(10,\)",
    ),
    "no logits": (lambda: cross_entropy(np.zeros((0, 10)), LABELS[:0]), r"logits must .*\(0, 10\)"),
    "labels too many": (
        lambda: cross_entropy(np.zeros((3, 3)), LABELS),
        r"labels .*\(3,\).*\(20,\)",
    ),
    "labels one-hot": (
        lambda: cross_entropy(np.zeros((3, 3)), np.eye(3, dtype=int)),
        r"labels .*\(3,\).*\(3, 3\)",
    ),
    "labels too large": (
        lambda: cross_entropy(np.zeros((2, 3)), np.array([0, 3])),
        r"0\.\.2.*0 to 3",
    ),
    "labels negative": (
        lambda: SoftmaxCrossEntropy().forward(np.zeros((2, 3)), np.array([0, -1])),
        r"0\.\.2.*-1 to 0",
    ),
    "labels floats": (
        lambda: cross_entropy(np.zeros((2, 3)), np.array([0.0, 1.0])),
        "integers.*fl",
    ),
    "labels bools": (lambda: cross_entropy(np.zeros((2, 3)), np.array([True, False])), "integers"),
    "labels a list": (lambda: cross_entropy(np.zeros((2, 3)), [0, 1]), "labels must .*list"),
    "fit: x NaN": (lambda: first_record(NAN), "finite"),
    "fit: x float32 in a float64 network": (
        lambda: first_record(X.astype(np.float32)),
        r"x is float32, the network float64.*x\.astype\(np\.float64\)",
    ),
    "fit: x of bytes": (lambda: first_record((X * 9).astype(np.uint8)), "floats.*uint8"),
    "fit: labels of other length": (lambda: first_record(X, LABELS[:9]), r"\(20,\).*\(9,\)"),
    "fit: labels out of range": (lambda: first_record(X, LABELS + 1), r"0\.\.2.*1 to 3"),
    "fit: no data": (lambda: first_record(X[:0], LABELS[:0]), r"x must .*\(0, 6\)"),
    "fit: epochs 0": (lambda: first_record(epochs=0), "epochs must be a whole number.*0"),
    "fit: epochs 1.5": (lambda: first_record(epochs=1.5), "epochs must be a whole number.*1.5"),
    "fit: batch_size 0": (lambda: first_record(batch_size=0), "batch_size must .*0"),
    "fit: batch_size negative": (lambda: first_record(batch_size=-64), "batch_size must .*-64"),
    "fit: batch_size 64.0": (lambda: first_record(batch_size=64.0), "batch_size must .*64.0"),
    "fit: val NaN": (lambda: first_record(val=(NAN, LABELS)), "finite"),
    "fit: val of other width": (lambda: first_record(val=(X[:, :2], LABELS)), r"\(20, 2\)"),
    "fit: val of other length": (lambda: first_record(val=(X, LABELS[:3])), r"\(20,\).*\(3,\)"),
    "fit: val without labels": (lambda: first_record(val=X[:2]), r"val must be a pair.*ndarray"),
    "fit: val of three": (lambda: first_record(val=(X, LABELS, 1)), "val must be a pair"),
    "fit: val empty": (lambda: first_record(val=()), "val must be a pair"),
    "batches of 0": (lambda: next(minibatches(X, LABELS, 0, rng())), "batch_size must .*0"),
    "batches of -4": (lambda: next(minibatches(X, LABELS, -4, rng())), "batch_size must .*-4"),
    "batches of 2.5": (lambda: next(minibatches(X, LABELS, 2.5, rng())), "batch_size must .*2.5"),
    "batches: few labels": (lambda: next(minibatches(X, LABELS[:9], 4, rng())), r"\(20,\).*\(9,\)"),
    "batches: many labels": (
        lambda: next(minibatches(X[:9], LABELS, 4, rng())),
        r"labels must .*\(9,\).*\(20,\)",
    ),
    "batches: no data": (
        lambda: next(minibatches(X[:0], LABELS[:0], 4, rng())),
        r"x must .*\(0, 6\)",
    ),
    "batches: x a number": (lambda: next(minibatches(3.0, LABELS, 4, rng())), "x must .*float"),
    "evaluate: x NaN": (lambda: evaluate(model64(), NAN, LABELS), "finite"),
    "evaluate: no data": (lambda: evaluate(model64(), X[:0], LABELS[:0]), r"\(0, 6\)"),
    "gradient_check: x NaN": (lambda: gradient_check(model64(), NAN, LABELS), "finite"),
    "gradient_check: labels": (lambda: gradient_check(model64(), X, LABELS + 5), r"0\.\.2"),
    "gradient_check: no entries": (
        lambda: gradient_check(model64(), X, LABELS, entries=0),
        "entries must .*0",
    ),
    "gradient_check: eps 0": (lambda: gradient_check(model64(), X, LABELS, eps=0), "eps must .*0"),
    "gradient_check: eps negative": (
        lambda: gradient_check(model64(), X, LABELS, eps=-1e-5),
        "eps must .*-1e-05",
    ),
    "split: all held out": (lambda: train_validation_split(X, LABELS, 20), "from 1 to 19.*20"),
    "split: none held out": (lambda: train_validation_split(X, LABELS, 0), "from 1 to 19.*0"),
    "split: labels": (lambda: train_validation_split(X, LABELS[:3], 5), r"\(20,\).*\(3,\)"),
    "split: negative labels": (lambda: train_validation_split(X, LABELS - 1, 5), "-1 to 1"),
    "sizes: one": (lambda: MLP([784]), r"two or more layer widths.*\[784\]"),
    "sizes: number": (lambda: MLP(784), "two or more layer widths.*784"),
    "sizes: zero": (lambda: MLP([784, 0, 10]), "layer width .*0"),
    "sizes: float": (lambda: MLP([784, 12.5, 10]), "layer width .*12.5"),
    "rate 0": (lambda: SGD(0), "learning_rate must .*0"),
    "rate negative": (lambda: SGD(-0.1), "learning_rate must .*-0.1"),
    "rate NaN": (lambda: SGD(float("nan")), "learning_rate must .*nan"),
    "rate infinite": (lambda: SGD(float("inf")), "learning_rate must .*inf"),
    "rate a string": (lambda: SGD("0.1"), "learning_rate must .*'0.1'"),
    "momentum 1": (lambda: SGD(0.1, momentum=1), "momentum must .*1"),
    "rate 0.0": (lambda: SGD(0.0), "learning_rate must .*0.0"),
    "momentum 1.0": (lambda: SGD(0.1, momentum=1.0), "momentum must .*1.0"),
    "decay inf": (lambda: SGD(0.1, weight_decay=math.inf), "weight_decay must .*inf"),
    "momentum negative": (lambda: SGD(0.1, momentum=-0.9), "momentum must .*-0.9"),
    "decay negative": (lambda: SGD(0.1, weight_decay=-1e-4), "weight_decay must .*-0.0001"),
    "decay infinite": (lambda: SGD(0.1, 0.0, float("inf")), "weight_decay must .*inf"),
    "gradient of other shape": (
        lambda: SGD(0.1).step([(np.ones((2, 3)), np.ones((1, 3)))]),
        r"gradient must .*\(2, 3\).*\(1, 3\)",
    ),
    "gradient a number": (lambda: SGD(0.1).step([(np.ones(3), 2.0)]), "gradient must .*float"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_clear_sentence(case):
    call, pattern = BAD[case]
    with pytest.raises(ValueError, match=pattern) as caught:
        call()
    assert "\n" not in str(caught.value) and "Traceback" not in str(caught.value)


class Series:
    """As pandas' Series after a shuffle: [] takes labels of rows, and not their places."""

    def __init__(self, array):
        self.array, self.shape, self.dtype, self.ndim = array, array.shape, array.dtype, array.ndim
        self.index = np.arange(len(array))[::-1]

    def __len__(self):
        return len(self.array)

    def __getitem__(self, labels):
        return self.array[np.argsort(self.index)[labels]]

    def __array__(self, dtype=None, copy=None):
        return self.array

    def to_numpy(self):
        return self.array


class Tensor(Series):
    """As PyTorch's."""

    to_numpy = property()

    def numpy(self):
        return self.array


class Sparse(Tensor):
    """As SciPy's."""

    numpy = property()

    def toarray(self):
        return self.array


class Subclass(np.ndarray):
    pass


NO_ARRAYS = {
    "Series": (Series, r"\.to_numpy\(\)"),
    "Tensor": (Tensor, r"\.numpy\(\)"),
    "Sparse": (Sparse, r"\.toarray\(\)"),
    "MaskedArray": (np.ma.masked_array, r"\.filled\(\)"),
    "Subclass": (lambda array: array.view(Subclass), r"np\.asarray"),
    "matrix": (np.asmatrix, r"np\.asarray"),
    "recarray": (lambda array: array.view(np.recarray), r"np\.asarray"),
    "list": (list, r"np\.asarray"),
    "tuple": (tuple, r"np\.asarray"),
    "memoryview": (memoryview, r"np\.asarray"),
    "NoneType": (lambda array: None, ""),
    "str": (str, ""),
    "dict": (lambda array: dict(enumerate(array)), ""),
}

CALLS_OF_X = {
    "fit": lambda x: first_record(x),
    "fit, val": lambda x: first_record(val=(x, LABELS)),
    "evaluate": lambda x: evaluate(model64(), x, LABELS),
    "gradient_check": lambda x: gradient_check(model64(), x, LABELS),
    "forward": lambda x: model64().forward(x),
    "predict": lambda x: model64().predict(x),
    "predict_proba": lambda x: model64().predict_proba(x),
    "train_step": lambda x: train_step(model64(), SoftmaxCrossEntropy(), SGD(0.1), x, LABELS),
    "split": lambda x: train_validation_split(x, LABELS, 5),
    "minibatches": lambda x: next(minibatches(x, LABELS, 5, rng())),
    "Linear": lambda x: Linear(6, 3, rng()).forward(x),
    "ReLU": lambda x: ReLU().forward(x),
    "softmax": lambda x: softmax(x),
    "log_softmax": lambda x: log_softmax(x),
    "cross_entropy": lambda x: cross_entropy(x, LABELS),
    "Linear.backward": lambda x: after_forward(Linear(6, 6, rng()), X).backward(x),
    "ReLU.backward": lambda x: after_forward(ReLU(), X).backward(x),
    "MLP.backward": lambda x: after_forward(MLP([6, 6], dtype=np.float64), X).backward(x),
}
CALLS_OF_LABELS = {
    "fit": lambda labels: first_record(labels=labels),
    "fit, val": lambda labels: first_record(val=(X, labels)),
    "evaluate": lambda labels: evaluate(model64(), X, labels),
    "gradient_check": lambda labels: gradient_check(model64(), X, labels),
    "train_step": lambda y: train_step(model64(), SoftmaxCrossEntropy(), SGD(0.1), X, y),
    "split": lambda labels: train_validation_split(X, labels, 5),
    "minibatches": lambda labels: next(minibatches(X, labels, 5, rng())),
    "cross_entropy": lambda labels: cross_entropy(X, labels),
    "loss": lambda labels: SoftmaxCrossEntropy().forward(X, labels),
}


@pytest.mark.parametrize("kind", NO_ARRAYS)
@pytest.mark.parametrize("call", CALLS_OF_X)
def test_x_must_be_a_numpy_array(call, kind):
    make, way = NO_ARRAYS[kind]
    pattern = rf"^(x|z|dz|da|logits)( of val)? must be a NumPy array, but it is {kind}: .*{way}$"
    with pytest.raises(ValueError, match=pattern):
        CALLS_OF_X[call](make(X))


@pytest.mark.parametrize("kind", sorted(set(NO_ARRAYS) - {"matrix"}))  # a matrix has two axes
@pytest.mark.parametrize("call", CALLS_OF_LABELS)
def test_labels_must_be_a_numpy_array(call, kind):
    make, way = NO_ARRAYS[kind]
    pattern = rf"^labels( of val)? must be a NumPy array, but it is {kind}: .*{way}$"
    with pytest.raises(ValueError, match=pattern):
        CALLS_OF_LABELS[call](make(LABELS))


def test_real_frames_of_pandas_are_refused():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X).assign(label=LABELS).sample(frac=1, random_state=0)
    with pytest.raises(ValueError, match=r"labels must .* Series: convert it with \.to_numpy\(\)"):
        first_record(labels=frame["label"])
    with pytest.raises(ValueError, match=r"x must .* DataFrame: convert it with \.to_numpy\(\)"):
        first_record(x=frame.drop(columns="label"))


def test_real_tensors_are_refused():
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match=r"x must .* Tensor: convert it with \.numpy\(\)"):
        first_record(x=torch.tensor(X))
    with pytest.raises(ValueError, match=r"labels must .* Tensor: convert it with \.numpy\(\)"):
        first_record(labels=torch.tensor(LABELS))


@pytest.mark.parametrize("dtype", [int, np.uint8, bool, complex, object, "U8", "M8[s]"])
def test_x_must_hold_floats(dtype):
    x = np.ones((20, 6)).astype(dtype)
    for call in set(CALLS_OF_X) - {"minibatches", "train_step"}:
        if "backward" not in call:
            with pytest.raises(ValueError, match=r"^\w+( of val)? must hold floats.* it holds "):
                CALLS_OF_X[call](x)


@pytest.mark.parametrize("labels", [LABELS.astype(float), np.full(20, np.nan), LABELS > 0])
def test_labels_must_be_integers(labels):
    for call in set(CALLS_OF_LABELS) - {"minibatches"}:
        with pytest.raises(ValueError, match=r"^labels( of val)? must be integers.*astype\(int\)$"):
            CALLS_OF_LABELS[call](labels)


@pytest.mark.parametrize("dtype", [object, "U8", complex, "M8[s]"])
def test_labels_of_no_number_must_be_integers(dtype):
    with pytest.raises(ValueError, match="labels must be integers"):
        first_record(labels=LABELS.astype(dtype))


@pytest.mark.parametrize("x", [np.array(1.0), np.float64(1.0), np.ones(0), np.ones((3, 0))])
def test_softmax_and_relu_need_numbers_along_an_axis(x):
    for call in (softmax, log_softmax, ReLU().forward):
        with pytest.raises(ValueError, match=r"^(logits|z) must be an? .*(shape|float64)"):
            call(x)


@pytest.mark.parametrize(
    ("thing", "arguments"),
    [(Linear(6, 3, rng()), [X]), (ReLU(), [X]), (SoftmaxCrossEntropy(), []), (model64(), [X])],
)
def test_backward_before_forward_is_one_clear_sentence(thing, arguments):
    with pytest.raises(ValueError, match=r"(\w+)\.backward was called before \1\.forward"):
        thing.backward(*arguments)


UNUSABLE = [
    *("adam", 0, 0.1, None, [], SGD, MLP, object(), np.ones((50, 50)), {"a": 1}),
    "a long text, " * 100,
]


@pytest.mark.parametrize(
    "value", UNUSABLE, ids=lambda value: getattr(value, "__name__", type(value).__name__)
)
def test_what_is_no_model_optimizer_generator_or_number(value):
    """In every place: one sentence that names the argument, on one line, and not too long."""
    calls = {
        "model": [
            lambda: next(fit(value, X, LABELS, SGD(0.1))),
            lambda: evaluate(value, X, LABELS),
            lambda: gradient_check(value, X, LABELS),
        ],
        "optimizer": [lambda: next(fit(model64(), X, LABELS, value))],
        "rng": [lambda: next(minibatches(X, LABELS, 4, value))],
        "sizes": [lambda: MLP(value)],
        "learning_rate": [lambda: SGD(value)],
        "momentum": [lambda: SGD(0.1, value)],
        "weight_decay": [lambda: SGD(0.1, 0.0, value)],
        "batch_size": [lambda: first_record(batch_size=value)],
        "epochs": [lambda: first_record(epochs=value)],
        "val": [lambda: first_record(val=value)],
        "dtype": [lambda: MLP([6, 3], dtype=value)],
        "eps": [lambda: gradient_check(model64(), X, LABELS, eps=value)],
        "entries": [lambda: gradient_check(model64(), X, LABELS, entries=value)],
        "n_validation": [lambda: train_validation_split(X, LABELS, value)],
    }
    usable = {0.1: ["learning_rate", "momentum", "weight_decay", "eps"], None: ["val", "dtype"]}
    usable[0] = ["momentum", "weight_decay"]
    if isinstance(value, (int, float)) or value is None:
        calls = {name: call for name, call in calls.items() if name not in usable[value]}
    for name, attempts in calls.items():
        for attempt in attempts:
            with pytest.raises(ValueError, match=rf"(^|\b){name}\b") as caught:
                attempt()
            assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "seed", [-1, 1.5, "zero", [1, -2], object()], ids=["-1", "1.5", "zero", "list", "object"]
)
def test_a_seed_that_is_none_is_one_clear_sentence(seed):
    for call in (
        lambda: MLP([6, 3], seed=seed),
        lambda: first_record(seed=seed),
        lambda: train_validation_split(X, LABELS, 5, seed=seed),
        lambda: gradient_check(model64(), X, LABELS, seed=seed),
    ):
        with pytest.raises(ValueError, match=r"^seed must be a whole number from 0 up, but it is"):
            call()


@pytest.mark.parametrize("value", [True, np.True_, "1", 1j, np.ones(1), np.array([0.1, 0.2])])
def test_truth_values_and_arrays_are_no_numbers(value):
    for call in (
        lambda: SGD(value),
        lambda: first_record(epochs=value),
        lambda: first_record(batch_size=value),
        lambda: MLP([value, 3]),
    ):
        with pytest.raises(ValueError, match=r"must be a (finite|whole) number|sizes must"):
            call()


def test_numbers_of_numpy_are_numbers():
    settings = {"epochs": np.int64(1), "batch_size": np.uint8(5), "seed": np.int32(3)}
    for kind in (np.float32, np.float64, np.float16):
        first_record(optimizer=SGD(kind(0.1), kind(0.5), kind(0.25)), **settings)
    first_record(batch_size=10**9)


def test_val_may_be_a_list_and_names_itself():
    first_record(val=[X, LABELS])
    with pytest.raises(ValueError, match=r"^labels of val must lie in 0\.\.2"):
        first_record(val=(X, LABELS + 3))
    with pytest.raises(ValueError, match=r"^x of val must be an array of shape \(N, 6\)"):
        first_record(val=(X[:, :2], LABELS))


def test_a_network_without_parameters_is_one_clear_sentence():
    model = model64()
    model.layers = [ReLU()]
    with pytest.raises(ValueError, match="model must have parameters, but MLP has none"):
        first_record(model=model)


def test_a_rate_made_bad_between_steps_is_noticed():
    model, optimizer = model64(), SGD(0.1)
    training = fit(model, X, LABELS, optimizer, batch_size=5)
    next(training)
    optimizer.learning_rate = -1
    with pytest.raises(ValueError, match=r"learning_rate must .*-1"):
        next(training)
