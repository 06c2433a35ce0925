"""Training: records, the loop written out, divergence, evaluation."""

import itertools
import re
import warnings

import numpy as np
import pytest
from toy import losses_of, model64, python, rng, toy_problem

from nn_core import (
    MLP,
    SGD,
    Record,
    SoftmaxCrossEntropy,
    cross_entropy,
    evaluate,
    fit,
    minibatches,
    train_step,
    train_validation_split,
)


def test_fit_is_a_generator_that_reports_every_step():
    x, labels = toy_problem(100)
    model, val = MLP([6, 5, 3], dtype=np.float64), toy_problem(40, seed=1)
    training = fit(model, x, labels, SGD(0.1), epochs=2, batch_size=32, val=val)
    assert iter(training) is training
    records = list(training)
    assert all(isinstance(record, Record) for record in records)
    assert [(r.epoch, r.step, r.steps) for r in records] == [
        (1 + i // 4, i + 1, 8) for i in range(8)
    ]
    for r in records:
        if r.step in (4, 8):
            first = 4 * (r.epoch - 1)
            mean = np.mean([other.loss for other in records[first : first + 4]])
            assert r.train_loss == pytest.approx(mean, rel=1e-12)
        else:
            assert (r.train_loss, r.val_loss, r.val_accuracy) == (None, None, None)
    assert (records[-1].val_loss, records[-1].val_accuracy) == evaluate(model, *val)
    assert records[3].val_loss != records[-1].val_loss


def test_fit_without_validation_data():
    x, labels = toy_problem(50)
    *_, last = fit(MLP([6, 3], dtype=np.float64), x, labels, SGD(0.1), epochs=1)
    assert last.train_loss is not None and last.val_loss is None and last.val_accuracy is None


def test_fit_does_no_work_until_it_is_asked_and_stops_when_it_is_not():
    x, labels = toy_problem(100)
    model = MLP([6, 5, 3], dtype=np.float64)
    training = fit(model, x, labels, SGD(0.1), batch_size=10)
    start = {name: param.copy() for name, param in model.params().items()}
    assert all(np.array_equal(param, start[name]) for name, param in model.params().items())
    next(training)
    one_step = model.params()["W1"].copy()
    assert not np.array_equal(one_step, start["W1"])
    training.close()
    assert np.array_equal(model.params()["W1"], one_step)


def test_fit_is_the_loop_written_out():
    x, labels = toy_problem(70)
    ours, theirs = (MLP([6, 5, 3], dtype=np.float64) for _ in range(2))
    losses = losses_of(ours, x, labels, SGD(0.2, 0.5), epochs=3, batch_size=16, seed=9)
    generator, loss_fn, optimizer, expected = rng(9), SoftmaxCrossEntropy(), SGD(0.2, 0.5), []
    for _ in range(3):
        for x_batch, labels_batch in minibatches(x, labels, 16, generator):
            expected.append(loss_fn.forward(theirs.forward(x_batch), labels_batch))
            theirs.backward(loss_fn.backward())
            optimizer.step(theirs.params_and_grads())
    assert losses == pytest.approx(expected, rel=1e-14)
    assert np.array_equal(ours.params()["W2"], theirs.params()["W2"])


def test_fit_learns():
    x, labels = toy_problem(400)
    x_train, labels_train, *val = train_validation_split(x, labels, 100)
    model = MLP([6, 16, 3], dtype=np.float64)
    *_, last = fit(model, x_train, labels_train, SGD(0.1), epochs=20, batch_size=16, val=val)
    assert last.val_accuracy > 0.9
    assert last.train_loss < 0.25


def test_a_change_of_learning_rate_takes_effect_at_once():
    x, labels = toy_problem(100)
    model, optimizer = MLP([6, 3], dtype=np.float64), SGD(0.5)
    training = fit(model, x, labels, optimizer, batch_size=10)
    next(training)
    optimizer.learning_rate = 1e-12
    before = model.params()["W1"].copy()
    next(training)
    assert np.abs(model.params()["W1"] - before).max() < 1e-11


def test_fit_takes_other_batches():
    x, labels = toy_problem(40)

    def in_order(x, labels, batch_size, rng):
        for i in range(0, len(x), batch_size):
            yield x[i : i + batch_size], labels[i : i + batch_size]

    model = MLP([6, 3], dtype=np.float64)
    expected = cross_entropy(model.forward(x[:10]), labels[:10])
    losses = losses_of(model, x, labels, SGD(0.1), epochs=1, batch_size=10, batches=in_order)
    assert losses[0] == pytest.approx(expected, rel=1e-14)
    assert len(losses) == 4


def test_training_in_float64_repeats_to_the_last_digit():
    code = (
        "import numpy as np, nn_core;"
        "x = np.random.default_rng(0).random((200, 20)); labels = np.arange(200) % 7;"
        "model = nn_core.MLP([20, 16, 7], seed=3, dtype=np.float64);"
        "*_, last = nn_core.fit(model, x, labels, nn_core.SGD(.3, .9), epochs=30, seed=4);"
        "print(f'{last.train_loss:.10e}')"
    )
    assert len({python(code) for _ in range(2)}) == 1


def test_seed_of_fit_decides_the_order_of_samples():
    x, labels = toy_problem(100)
    runs = [
        losses_of(MLP([6, 3], dtype=np.float64), x, labels, SGD(0.1), epochs=1, seed=seed)
        for seed in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]


def test_float32_stays_float32():
    x, labels = toy_problem(64, dtype=np.float32)
    model = MLP([6, 5, 3])
    losses_of(model, x, labels, SGD(0.1, 0.9, 1e-4), epochs=1, batch_size=16)
    assert {array.dtype.name for pair in model.params_and_grads() for array in pair} == {"float32"}
    assert model.predict_proba(x).dtype == np.float32


def test_divergence_is_one_clear_error_and_no_warning():
    x, labels = toy_problem(100, dtype=np.float32)
    model, seen = MLP([6, 16, 16, 3]), []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FloatingPointError) as caught:
            for record in fit(model, x, labels, SGD(1e6), epochs=50, batch_size=10):
                seen.append(record)
                before = {name: param.copy() for name, param in model.params().items()}
    step = len(seen) + 1
    epoch = 1 + len(seen) // 10
    assert re.search(rf"epoch {epoch}, step {step}, at learning rate 1e\+06", str(caught.value))
    assert "smaller" in str(caught.value) and "\n" not in str(caught.value)
    after = model.params()
    assert all(np.array_equal(after[k], before[k], equal_nan=True) for k in after)


def test_evaluate():
    x, labels = toy_problem(50)
    model = MLP([6, 5, 3], dtype=np.float64)
    loss, accuracy = evaluate(model, x, labels)
    assert loss == pytest.approx(cross_entropy(model.forward(x), labels))
    assert accuracy == np.mean(model.predict(x) == labels)
    assert type(loss) is float and type(accuracy) is float


def toy_batches(how):
    """Batches in order, of which there are too few or too many."""

    def batches(x, labels, batch_size, rng):
        parts = [(x[i : i + batch_size], labels[i : i + batch_size]) for i in range(0, 40, 10)]
        yield from how(parts)

    return batches


@pytest.mark.parametrize(
    ("how", "steps", "given"),
    [
        (lambda parts: parts[:-1], 3, "3"),
        (lambda parts: parts[:0], 0, "0"),
        (lambda parts: parts + parts, 4, "5 or more"),
        (itertools.cycle, 4, "5 or more"),
    ],
)
def test_another_count_of_batches_is_one_clear_error(how, steps, given):
    x, labels = toy_problem(40)
    model, seen = model64(), []
    pattern = f"batches gave {given} mini-batches in an epoch, .* is 4"
    with pytest.raises(ValueError, match=pattern) as caught:
        for record in fit(
            model, x, labels, SGD(0.1), epochs=2, batch_size=10, batches=toy_batches(how)
        ):
            seen.append(record)
            after = model.params()["W1"].copy()
    assert len(seen) == steps and "\n" not in str(caught.value)
    assert not seen or np.array_equal(model.params()["W1"], after), "a step too many was taken"


def test_a_wrong_count_is_noticed_in_a_later_epoch():
    x, labels = toy_problem(40)
    epochs = iter([lambda parts: parts, lambda parts: parts[1:]])

    def batches(*arguments):
        return toy_batches(next(epochs))(*arguments)

    training = fit(model64(), x, labels, SGD(0.1), epochs=2, batch_size=10, batches=batches)
    with pytest.raises(ValueError, match=r"batches gave 3 .* is 4"):
        for record in training:
            last = record.step
    assert last == 7


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_bad_pixel_of_the_last_batch_is_found_when_its_turn_comes(bad):
    x, labels = toy_problem(40)
    x[39, 2] = bad

    def in_order(x, labels, batch_size, rng):
        return [(x[i : i + 10], labels[i : i + 10]) for i in range(0, 40, 10)]

    model, seen = model64(), []
    with pytest.raises(ValueError, match="x must be finite") as caught:
        for record in fit(model, x, labels, SGD(0.1), batch_size=10, batches=in_order):
            seen.append(record)
    assert 3 <= len(seen) <= 4 and "\n" not in str(caught.value)
    assert len(seen) == 4 or all(np.isfinite(p).all() for p in model.params().values())


def diverge(x, labels, optimizer=None, **settings):
    with pytest.raises(FloatingPointError) as caught:
        losses_of(MLP([6, 16, 16, 3], dtype=x.dtype), x, labels, optimizer or SGD(1e6), **settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_divergence_on_large_pixels_mentions_them():
    x, labels = toy_problem(100, dtype=np.float32)
    assert "pixels" not in diverge(x, labels)
    x = x / np.abs(x).max()
    assert "pixels" not in diverge(10 * x, labels) and "pixels" in diverge(11 * x, labels)
    large = 255 * np.abs(x)
    assert f"pixels from 0 to 1, for x goes up to {large.max():g}" in diverge(large, labels)
    assert f"up to {large.max():g}" in diverge(-large, labels)


def test_an_optimizer_of_ones_own_may_diverge_without_a_rate():
    class Leap:
        def step(self, params_and_grads):
            for param, grad in params_and_grads:
                param -= 1e30 * grad

    x, labels = toy_problem(100)
    assert re.search(r"became \w+ in epoch \d, step \d+: start again", diverge(x, labels, Leap()))


def test_divergence_at_the_end_of_an_epoch_gives_no_warning():
    x, labels = toy_problem(20, dtype=np.float32)
    model = MLP([6, 16, 16, 3])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        training = fit(model, x, labels, SGD(1e30), epochs=1, batch_size=20, val=(x, labels))
        record = next(training)
    assert not np.isfinite(record.val_loss) and np.isfinite(record.train_loss)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_evaluate_in_any_float_type(dtype):
    """The sum of 2,000 x 784 pixels overflows float16; none of them is infinite."""
    x = rng().random((2000, 784)).astype(dtype)
    labels = rng().integers(10, size=2000)
    loss, accuracy = evaluate(MLP(dtype=dtype), x, labels)
    expected = evaluate(MLP(dtype=np.float64), x.astype(np.float64), labels)
    assert (loss, accuracy) == pytest.approx(expected, rel=0.01)


def test_finite_numbers_of_any_size_are_finite():
    x = np.full((20, 6), 3e38, np.float32)
    evaluate(MLP([6, 3]), x, toy_problem(20)[1])
    MLP([6, 3]).predict(x)


def test_training_in_float16_learns():
    x, labels = toy_problem(300, dtype=np.float16)
    *_, last = fit(MLP([6, 16, 3], dtype=np.float16), x, labels, SGD(0.1), epochs=5, batch_size=16)
    assert last.train_loss < 0.5


def test_training_has_the_bits_it_always_had():
    x, labels = rng().random((300, 20)), rng(1).integers(5, size=300)
    model = MLP([20, 16, 5], seed=1, dtype=np.float64)
    *_, last = fit(model, x, labels, SGD(0.2, 0.5, 1e-3), epochs=4, batch_size=32, seed=3)
    assert last.loss == pytest.approx(1.6414536353995848, rel=1e-11)


def test_the_loss_is_that_before_the_step_and_the_weights_those_after_it():
    x, labels = toy_problem(30)
    model, optimizer = model64(), SGD(0.1)
    expected = cross_entropy(model.forward(x), labels)
    loss = train_step(model, SoftmaxCrossEntropy(), optimizer, x, labels)
    assert loss == expected and type(loss) is float
    assert cross_entropy(model.forward(x), labels) < loss


def test_the_mean_of_an_epoch_is_over_its_batches():
    """A short batch counts as much as the others: the mean of what was reported."""
    x, labels = toy_problem(11)
    records = list(fit(model64(), x, labels, SGD(0.5), epochs=1, batch_size=10))
    assert records[-1].train_loss == pytest.approx(np.mean([r.loss for r in records]), rel=1e-14)


def test_an_epoch_with_one_batch_is_complete():
    x, labels = toy_problem(7)
    records = list(fit(model64(), x, labels, SGD(0.5), epochs=2, batch_size=64, val=(x, labels)))
    assert [(r.epoch, r.step, r.steps) for r in records] == [(1, 1, 2), (2, 2, 2)]
    assert all(r.train_loss == r.loss and r.val_loss is not None for r in records)
