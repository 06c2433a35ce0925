"""The network beside PyTorch in float64: gradients, losses and whole training runs must agree."""

import numpy as np
import pytest

from nn_core import MLP, SGD, SoftmaxCrossEntropy, cross_entropy, fit, minibatches, softmax

torch = pytest.importorskip("torch", reason="PyTorch is not installed: nothing to compare with")


def twin(model):
    """A PyTorch network with the same parameters, in float64."""
    layers = []
    params = [torch.tensor(param, dtype=torch.float64) for param in model.params().values()]
    for W, b in zip(params[0::2], params[1::2], strict=True):
        linear = torch.nn.Linear(*W.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = W.T.contiguous(), b
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def torch_arrays(net, what):
    """The parameters of `net` (what="data") or their gradients ("grad"), shaped as in nn_core."""
    return [getattr(param, what).numpy().T for param in net.parameters()]


def relative_error(ours, theirs):
    return np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_gradients_agree_with_autograd(seed):
    """Depth 1 to 5, batches of 1 to 64, odd sizes, biases that are not zero."""
    rng = np.random.default_rng(seed)
    depth, batch_size = 1 + seed % 5, int(rng.integers(1, 65))
    sizes = [int(size) for size in rng.integers(1, 40, size=depth)] + [int(rng.integers(2, 12))]
    model = MLP(sizes, seed=seed, dtype=np.float64)
    for name, param in model.params().items():
        if name.startswith("b"):
            param[:] = 0.3 * rng.standard_normal(param.shape)
    x = 3 * rng.standard_normal((batch_size, sizes[0]))
    labels = rng.integers(sizes[-1], size=batch_size)

    loss_fn, net = SoftmaxCrossEntropy(), twin(model)
    loss = loss_fn.forward(model.forward(x), labels)
    model.backward(loss_fn.backward())
    torch_loss = torch.nn.functional.cross_entropy(net(torch.tensor(x)), torch.tensor(labels))
    torch_loss.backward()

    assert loss == pytest.approx(torch_loss.item(), rel=1e-12)
    for (_, grad), expected in zip(
        model.params_and_grads(), torch_arrays(net, "grad"), strict=True
    ):
        assert grad.shape == expected.shape
        assert relative_error(grad, expected) < 1e-10


def test_gradients_of_the_real_network_agree_with_autograd():
    model, rng = MLP(dtype=np.float64), np.random.default_rng(0)
    x, labels = rng.random((64, 784)), rng.integers(10, size=64)
    loss_fn, net = SoftmaxCrossEntropy(), twin(model)
    loss_fn.forward(model.forward(x), labels)
    model.backward(loss_fn.backward())
    torch.nn.functional.cross_entropy(net(torch.tensor(x)), torch.tensor(labels)).backward()
    for (_, grad), expected in zip(
        model.params_and_grads(), torch_arrays(net, "grad"), strict=True
    ):
        assert relative_error(grad, expected) < 1e-10


@pytest.mark.parametrize("size", [1.0, 1e2, 1e4])
def test_loss_and_softmax_agree(size):
    rng = np.random.default_rng(1)
    logits, labels = size * rng.standard_normal((64, 10)), rng.integers(10, size=64)
    expected = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels))
    assert cross_entropy(logits, labels) == pytest.approx(expected.item(), rel=1e-13)
    assert np.allclose(softmax(logits), torch.softmax(torch.tensor(logits), 1), rtol=1e-11, atol=0)


@pytest.mark.parametrize(
    ("momentum", "weight_decay"), [(0.0, 0.0), (0.9, 0.0), (0.0, 0.01), (0.8, 0.005)]
)
def test_training_agrees_step_by_step(momentum, weight_decay):
    """The same 60 steps, with a learning rate that falls on the way."""
    rng = np.random.default_rng(2)
    x, labels = rng.standard_normal((150, 12)), rng.integers(4, size=150)
    model = MLP([12, 9, 7, 4], seed=1, dtype=np.float64)
    net = twin(model)
    ours = SGD(0.1, momentum, weight_decay)
    theirs = torch.optim.SGD(net.parameters(), lr=0.1, momentum=momentum, weight_decay=weight_decay)
    order = np.random.default_rng(7)
    training = fit(model, x, labels, ours, epochs=6, batch_size=16, seed=7)
    for _ in range(6):
        for x_batch, labels_batch in minibatches(x, labels, 16, order):
            record = next(training)
            theirs.zero_grad()
            loss = torch.nn.functional.cross_entropy(
                net(torch.tensor(x_batch)), torch.tensor(labels_batch)
            )
            loss.backward()
            theirs.step()
            assert record.loss == pytest.approx(loss.item(), rel=1e-10)
            if record.step == 25:
                ours.learning_rate = theirs.param_groups[0]["lr"] = 0.03
    for param, expected in zip(model.params().values(), torch_arrays(net, "data"), strict=True):
        assert relative_error(param, expected) < 1e-10
