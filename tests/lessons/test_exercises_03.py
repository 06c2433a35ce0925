"""Wrong answers to the exercises of lesson 03 get the diagnosis that helps; its stepper works."""

import numpy as np
import pytest

import support.exercises.lesson_03 as checks
import support.figures.lesson_03 as graph_03
from nn_core import softmax


def stub(*_arguments):
    return ...


def leaky(rule):
    return lambda da, z, leak: rule(da, z, leak)


def in_place(da, z, leak):
    da[z <= 0] *= leak
    return da


def temperature(factor, inside=True):
    """The right answer times `factor(N, T)`, with softmax of logits / T or of logits."""

    def backward(logits, labels, T):
        p = softmax(logits / T if inside else logits)
        return (p - np.eye(logits.shape[1])[labels]) / len(labels) / T * factor(len(labels), T)

    return backward


def shifts_in_place(logits, labels, T):
    logits /= T
    return temperature(lambda n, T: 1)(logits, labels, 1)


def divided_late(factor):
    """softmax(logits) / T in the place of softmax(logits / T)."""

    def backward(logits, labels, T):
        p = softmax(logits) / T
        return (p - np.eye(logits.shape[1])[labels]) / len(labels) / factor(T)

    return backward


def only_the_right_class(logits, labels, T):
    onehot = np.eye(logits.shape[1])[labels]
    return temperature(lambda n, T: 1)(logits, labels, T) * onehot


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("prediction", ..., "Not done yet"),
        ("prediction", 0.5, "give a pair"),
        ("prediction", (1, 2), "if the loss were a SUM"),
        ("prediction", (2, 1), "not larger, but smaller"),
        ("prediction", (0.25, 1), "it was 1/2 before"),
        ("prediction", (1, 1), "now it is one of four"),
        ("prediction", (3, 1), "compare the weight"),
        ("prediction", (0.5, 0.5), "twice as many rows"),
        ("prediction", (0.5, 2), "the mean loss as a function of W1"),
        ("prediction", ("half", 1), "does not have the form"),
        ("prediction", (0.5, 1), "Correct!"),
        ("leaky_relu", stub, "Not done yet"),
        ("leaky_relu", in_place, "in place"),
        ("leaky_relu", leaky(lambda da, z, leak: da.sum(axis=0)), "must have z's shape (2, 3)"),
        ("leaky_relu", leaky(lambda da, z, leak: da * (z > 0)), "the plain ReLU"),
        ("leaky_relu", leaky(lambda da, z, leak: da * (abs(z) >= 0)), "every slope is 1"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(da > 0, da, leak * da)), "taken of da"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, z, leak * z)), "forward pass"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, 1, leak)), "slope alone"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, leak * da, da)), "swapped"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, leak)), "da must be there"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, leak * z)), "must be there"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z >= 0, da, leak * da)), "but for z = 0"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z >= 0, da, leak)), "da must be there"),
        ("leaky_relu", leaky(lambda da, z, leak: da * (z >= 0)), "the plain ReLU"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, -leak * da)), "some entries"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, leak * da)), "Correct!"),
        ("temperature", stub, "Not done yet"),
        ("temperature", shifts_in_place, "in place"),
        ("temperature", lambda logits, labels, T: 0.0, "not ()"),
        ("temperature", temperature(lambda n, T: n), "64 times too large: divide by the batch"),
        ("temperature", temperature(lambda n, T: 1 / n), "64 times too small"),
        ("temperature", temperature(lambda n, T: -1), "p - y, not y - p"),
        ("temperature", temperature(lambda n, T: T), "last link is missing"),
        ("temperature", temperature(lambda n, T: T * T), "multiplied by T"),
        ("temperature", temperature(lambda n, T: n * T), "both missing"),
        ("temperature", temperature(lambda n, T: 1, inside=False), "softmax of logits / T"),
        ("temperature", temperature(lambda n, T: T, inside=False), "softmax of logits / T"),
        ("temperature", divided_late(lambda T: 1), "not what softmax returns"),
        ("temperature", divided_late(lambda T: T), "not what softmax returns"),
        ("temperature", only_the_right_class, "when measured"),
        ("temperature", temperature(lambda n, T: 1), "Correct!"),
    ],
)
def test_verdict(check, answer, verdict, capsys):
    getattr(checks, f"check_{check}")(answer)
    printed = capsys.readouterr().out
    assert verdict in printed, printed
    assert printed.count("\n") == 1, "one sentence is enough"


@pytest.mark.parametrize("graph", [graph_03.NEURON, graph_03.SURPRISE], ids=["neuron", "surprise"])
def test_stepper_reveals_one_number_a_step(graph):
    """Forward, a value takes the place of a ?; backward, a gradient is added."""
    values = {name: 2.0 + i for i, name in enumerate(graph)}
    grads = {name: -0.5 - i for i, name in enumerate(graph)}
    for step in range(2 * len(graph) + 1):
        axes = graph_03.draw_graph(graph, values, grads, step).axes[0]
        *texts, headline = [text.get_text() for text in axes.texts]
        solved = [name for name in graph for text in texts if text.startswith(f"d{name} = ")]
        assert texts.count("?") == max(0, len(graph) - step)
        assert solved == (list(graph)[2 * len(graph) - step :] if step > len(graph) else [])
        assert ("backward" if solved else "forward" if step else "nothing") in headline


def test_graphs_list_inputs_before_their_users():
    for graph in (graph_03.NEURON, graph_03.SURPRISE):
        for i, (_, _, formula, _, inputs) in enumerate(graph.values()):
            assert set(inputs) <= set(list(graph)[:i])
            assert all(name in formula for name in inputs)


def test_an_input_used_twice_has_two_arrows():
    """In e · e, e is used twice, and each use passes a gradient back."""
    ones = dict.fromkeys(graph_03.NEURON, 1.0)
    for step in (0, 8, 16):
        axes = graph_03.draw_graph(graph_03.NEURON, ones, ones, step).axes[0]
        arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
        styles = [arrow.arrow_patch.get_connectionstyle().rad for arrow in arrows]
        assert len(arrows) == 8 and sum(rad != 0 for rad in styles) == 2


def test_numbers_are_shown_with_a_true_minus_and_no_negative_zero():
    assert graph_03.pretty("dz = -0") == "dz = 0"
    assert graph_03.pretty("-0.5 - 2") == "\N{MINUS SIGN}0.5 \N{MINUS SIGN} 2"
