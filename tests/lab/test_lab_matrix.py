"""The confusion matrix in the lab: every moment, every cell."""

from dataclasses import replace

import numpy as np
import pytest
from lab_helpers import DIGITS, check_matrix, run, train, until

import nn_core
from support.lab import InteractiveLab
from support.lab.confusion import (
    ConfusionMatrix,
    Snapshot,
    confusion_matrix,
    most_sure,
    precision_and_recall,
)
from support.lab.pad import read


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def test_scrubbing_shows_every_epoch_again(lab):
    run(train(lab, epochs=8))
    names = [said.name for said in lab.session.snapshots]
    early = [f"at step {step}" for step in (1, 2, 4, 8, 16)]
    assert names == ["before training", *early, *(f"after epoch {i}" for i in range(1, 9))]
    assert lab.matrix.moment == -1 and lab.matrix.moments == 14
    for moment in (0, 5, 3, 13):
        lab.matrix.set_state({"moment": moment})
        check_matrix(lab, moment)
    different = {str(said.answers.tolist()) for said in lab.session.snapshots}
    assert len(different) > 4


def test_snapshots_are_what_the_network_said_then(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: len(lab.session.snapshots) > 3)
        lab.buttons.pause.click()
        while lab.session.record.train_loss is None:
            lab.buttons.step.click()
        said = lab.session.snapshots[-1]
        p = lab.session.model.predict_proba(lab.session.val[0])
        assert np.array_equal(said.answers, p.argmax(axis=1))
        assert np.allclose(said.p, p, atol=1e-3)
        assert said.answers.dtype == np.uint8 and said.p.dtype == np.float16
        _, right = nn_core.evaluate(lab.session.model, *lab.session.val)
        assert right == lab.session.accuracy(said) == lab.session.run.looks[-1].right

    run(scenario())


def test_the_matrix_follows_until_the_reader_looks_back(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.matrix.moments > 4)
        assert lab.matrix.shown is lab.session.snapshots[lab.matrix.moments - 1]
        lab.matrix.set_state({"moment": 2})
        before = lab.matrix.moments
        await until(lambda: lab.matrix.moments > before + 5)
        assert lab.matrix.moment == 2, "it must stay where the reader looks"
        check_matrix(lab, 2)
        lab.matrix.set_state({"moment": -1})
        await lab.session.driver.task
        check_matrix(lab, -1)  # it follows again

    run(scenario())
    lab.matrix.set_state({"moment": 25})
    run(train(lab, epochs=3))
    check_matrix(lab, -1)  # a training without such a moment


def test_every_cell_can_be_opened(lab):
    run(train(lab, epochs=3))
    labels, said = lab.session.val[1], lab.session.snapshots[-1]
    counts = np.array(lab.matrix.counts)
    for digit in range(10):
        for answer in range(10):
            lab.matrix.set_state({"chosen": [digit, answer]})
            found = lab.matrix.found
            assert (found["digit"], found["answer"]) == (digit, answer)
            assert found["count"] == counts[digit, answer]
            p = np.array(found["p"]).reshape(-1, 10)
            assert len(p) == min(24, counts[digit, answer])
            assert (np.diff(p[:, answer]) <= 0).all(), "the surest first"
            rows = most_sure(labels, said, digit, answer)[:24]
            assert sorted(found["rows"]) == sorted(rows)
            rows = found["rows"]  # equals in float16 need not be equal
            pixels = np.frombuffer(found["pixels"], np.uint8).reshape(-1, 784)
            assert np.allclose(pixels / 255, lab.session.val[0][rows], atol=1 / 255)
            assert np.allclose(p, said.p[rows], atol=1e-3)


@pytest.mark.parametrize("moment", [-1, 9])
def test_a_probability_reads_the_same_as_on_the_pad(lab, moment):
    run(train(lab, epochs=9))
    lab.matrix.set_state({"moment": moment})
    lab.draw_views(now=True)
    checked = 0
    for digit, answer in np.argwhere(lab.matrix.counts):
        lab.matrix.set_state({"chosen": [int(digit), int(answer)]})
        for row, p in zip(lab.matrix.found["rows"], lab.matrix.found["p"], strict=True):
            read_there = read(lab.pad.reader, lab.session.val[0][row : row + 1])[1]
            assert np.abs(np.minimum(read_there, 0.9999) - p).max() < 2e-6
            checked += 1
    assert checked > 50
    lab.session.looked = False  # as if the training had gone on
    lab.matrix.set_state({"moment": -1})
    lab.matrix.set_state({"chosen": [3, 3]})
    said = lab.matrix.shown.p[lab.matrix.found["rows"]]
    assert np.allclose(lab.matrix.found["p"], np.minimum(said.astype(float), 0.9999), atol=1e-6)


def test_no_image_is_said_to_be_read_with_certainty():
    matrix = ConfusionMatrix(np.zeros((1, 784)), np.array([1]))
    matrix.show([Snapshot("", np.array([1], np.uint8), np.eye(10, dtype=np.float16)[[1]])])
    matrix.set_state({"chosen": [1, 1]})
    assert matrix.found["p"] == [[0, 0.9999] + 8 * [0]]


def test_a_cell_is_closed_again(lab):
    lab.matrix.set_state({"chosen": [3, 3]})
    assert lab.matrix.found["digit"] == 3
    lab.matrix.set_state({"chosen": []})
    assert lab.matrix.found == {}


def test_a_chosen_cell_stays_open_in_other_epochs(lab):
    run(train(lab, epochs=3))
    lab.matrix.set_state({"chosen": [4, 4]})
    late = lab.matrix.found["count"]
    lab.matrix.set_state({"moment": 0})
    assert lab.matrix.found["count"] == np.array(lab.matrix.counts)[4, 4] != late


def test_precision_and_recall():
    labels, answers = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 1, 1, 1])
    confusion = confusion_matrix(labels, answers.astype(np.uint8))
    assert confusion[0, :3].tolist() == [2, 1, 1] and confusion.sum() == 7
    precision, recall = precision_and_recall(confusion)
    assert precision[:3].tolist() == [1, 0.5, 0] and recall[:3].tolist() == [0.5, 1, 0]
    assert np.isnan(precision[3]) and np.isnan(recall[3])


def test_the_rates_are_shown(lab):
    run(train(lab, epochs=3))
    precision, recall = precision_and_recall(np.array(lab.matrix.counts))
    assert np.allclose(np.nan_to_num(precision, nan=-1), lab.matrix.precision)
    assert np.allclose(recall, lab.matrix.recall)


def test_the_test_set_stays_closed():
    blind = replace(DIGITS, x_test=np.full_like(DIGITS.x_test, np.nan), labels_test=None)
    lab = InteractiveLab(blind)
    run(train(lab, epochs=3))
    assert lab.session.state == "finished"
    together = np.concatenate([lab.session.x, lab.session.val[0]])
    assert len(together) == len(DIGITS.x_train)
    assert np.array_equal(np.sort(together.sum(axis=1)), np.sort(DIGITS.x_train.sum(axis=1)))
