"""The benchmark of speed: its contestants all do the same work, and its sums are right."""

import pytest

from benchmarks import throughput
from data.mnist import bundled_digits
from nn_core import cross_entropy

pytest.importorskip("sklearn")  # the bundled digits come with it


@pytest.mark.parametrize("name", throughput.PEERS)
def test_a_contestant_does_the_same_work_as_nn_core(name):
    pytest.importorskip(throughput.CONTESTANTS[name].package)
    digits, losses = bundled_digits(), []
    x, labels = digits.x_train[:600], digits.labels_train[:600]
    for contestant in (throughput.NNCore, throughput.CONTESTANTS[name]):
        trained = contestant(x, labels, batch_size=16)  # 37 batches and a half
        for seed in range(2):
            trained.epoch(seed)
        losses.append(cross_entropy(trained.logits(x), labels))
    # scikit-learn has its own first weights and its own order
    assert losses[1] == pytest.approx(losses[0], rel=0.5 if name == "sklearn" else 1e-3)


def test_bare_numpy_has_the_losses_of_nn_core():
    digits = bundled_digits()
    ours, bare = (
        contestant(digits.x_train[:600], digits.labels_train[:600], batch_size=16)
        for contestant in (throughput.NNCore, throughput.BareNumPy)
    )
    for seed in range(2):
        ours.epoch(seed)
        bare.epoch(seed)
    assert len(bare.losses) == len(ours.losses) == 2 * 38
    assert bare.losses == pytest.approx(ours.losses, rel=1e-4)


def test_an_epoch_of_mnist_is_27_gflop():
    assert 60_000 * throughput.flop_per_image() == pytest.approx(27.26e9, rel=1e-3)
