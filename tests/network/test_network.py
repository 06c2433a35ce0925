"""The network of layers: shapes, its formula, parameters, predictions, copies."""

import numpy as np
import pytest
from toy import rng

from nn_core import MLP, Linear, ReLU, softmax


def test_default_network_is_784_128_64_10():
    model = MLP()
    shapes = {name: param.shape for name, param in model.params().items()}
    assert shapes == {
        "W1": (784, 128),
        "b1": (128,),
        "W2": (128, 64),
        "b2": (64,),
        "W3": (64, 10),
        "b3": (10,),
    }
    assert sum(param.size for param in model.params().values()) == 109_386
    assert all(param.dtype == np.float32 for param in model.params().values())
    assert [type(layer) for layer in model.layers] == [Linear, ReLU, Linear, ReLU, Linear]


def test_network_is_its_formula():
    model, x = MLP([7, 5, 4, 3], seed=1, dtype=np.float64), rng().standard_normal((11, 7))
    W1, b1, W2, b2, W3, b3 = model.params().values()
    for b in (b1, b2, b3):
        b[:] = rng(2).standard_normal(b.shape)
    h1 = np.maximum(x @ W1 + b1, 0)
    h2 = np.maximum(h1 @ W2 + b2, 0)
    assert model.forward(x) == pytest.approx(h2 @ W3 + b3, rel=1e-13)


def test_first_layer_skips_the_gradient_of_the_pixels():
    model, asked = MLP([6, 5, 3], dtype=np.float64), []
    first = model.layers[0]
    backward = first.backward
    first.backward = lambda dz, need_dx=True: asked.append(need_dx) or backward(dz, need_dx)
    model.backward(np.ones_like(model.forward(np.ones((2, 6)))))
    assert asked == [False]


def test_params_are_the_parameters_themselves():
    model = MLP([4, 3, 2])
    model.params()["W2"][0, 0] = 42
    assert model.layers[2].params["W"][0, 0] == 42
    pairs = model.params_and_grads()
    assert [param is p for (param, _), p in zip(pairs, model.params().values(), strict=True)] == (
        [True] * 4
    )


def test_seed_decides_the_weights():
    same, other = MLP(seed=5).params()["W2"], MLP(seed=6).params()["W2"]
    assert np.array_equal(MLP(seed=5).params()["W2"], same) and not np.array_equal(same, other)


def test_predict():
    model, x = MLP([6, 5, 3], dtype=np.float64), rng().standard_normal((9, 6))
    p = model.predict_proba(x)
    assert p == pytest.approx(softmax(model.forward(x)))
    assert np.array_equal(model.predict(x), model.forward(x).argmax(axis=1))
    assert np.array_equal(model.predict(x[:1]), model.predict(x)[:1])


def test_astype_gives_an_independent_copy():
    model = MLP([6, 5, 3])
    double = model.astype(np.float64)
    assert {param.dtype.name for param in double.params().values()} == {"float64"}
    assert np.array_equal(double.params()["W1"], model.params()["W1"].astype(np.float64))
    double.params()["W1"][:] = 0
    assert model.params()["W1"].any() and model.params()["W1"].dtype == np.float32


def test_sizes_may_be_what_lists_whole_numbers():
    expected = MLP([6, 5, 3]).params()
    for sizes in ((6, 5, 3), np.array([6, 5, 3]), [np.int64(6), 5, np.uint8(3)], range(6, 2, -1)):
        params = MLP(sizes).params()
        assert params["W1"].shape == (6, 5) and params["W1"].dtype == np.float32
        assert len(params) == 6 or all(map(np.array_equal, params.values(), expected.values()))


def test_weights_are_those_of_one_generator_layer_by_layer():
    generator = rng(4)
    W1, W2 = generator.standard_normal((6, 5)), generator.standard_normal((5, 3))
    params = MLP([6, 5, 3], seed=4, dtype=np.float64).params()
    assert params["W1"] == pytest.approx(W1 * (2 / 6) ** 0.5, rel=1e-14)
    assert params["W2"] == pytest.approx(W2 * (2 / 5) ** 0.5, rel=1e-14)


def test_parameters_and_gradients_are_in_one_order():
    model = MLP([6, 5, 3])
    assert list(model.params()) == ["W1", "b1", "W2", "b2"]
    for (param, grad), named in zip(model.params_and_grads(), model.params().values(), strict=True):
        assert param is named and grad.shape == param.shape
    first, last = model.layers[0], model.layers[2]
    grads = [first.grads["W"], first.grads["b"], last.grads["W"], last.grads["b"]]
    assert all(a is b for (_, a), b in zip(model.params_and_grads(), grads, strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_predictions_keep_the_type(dtype):
    model = MLP([6, 5, 3], dtype=dtype)
    assert model.predict_proba(np.ones((2, 6), dtype)).dtype == dtype
    assert model.predict(np.ones((2, 6), dtype)).dtype.kind == "i"


@pytest.mark.parametrize("change", [lambda x: x.astype(">f8"), lambda x: np.asfortranarray(x)])
def test_arrays_in_another_order_of_bytes_or_rows_are_as_good(change):
    model, x = MLP([6, 5, 3], dtype=np.float64), rng().standard_normal((9, 6))
    assert model.forward(change(x)) == pytest.approx(model.forward(x), rel=1e-13)
    assert model.forward(np.repeat(x, 2, axis=0)[::2]) == pytest.approx(model.forward(x), rel=1e-13)
