"""Wrong answers to the exercises of lesson 03 get the diagnosis that helps; its stepper works."""

import numpy as np
import pytest
from wrong_answers import accepted, refused, right_functions, right_numbers, wrong_functions
from wrong_answers import wrong_numbers as numbers_wrong

import support.exercises.lesson_03 as checks
import support.figures.lesson_03 as graph_03
from nn_core import cross_entropy, softmax

X = np.array([[1.0, 2.0], [3.0, 1.0]])
ONEHOT, N = np.eye(2), 2  # what lesson 03 leaves behind


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


def pencils_onehot(logits, labels, T):
    return (softmax(logits / T) - ONEHOT) / N / T


def pencils_n(logits, labels, T):
    return (softmax(logits / T) - np.eye(logits.shape[1])[labels]) / N / T


def ten_classes(logits, labels, T):
    return (softmax(logits / T) - np.eye(10)[labels]) / len(labels) / T


def no_onehot(logits, labels, T):
    return (softmax(logits / T) - labels) / len(labels) / T


def two_classes(logits, labels, T):
    return (softmax(logits / T) - np.eye(2)[labels]) / len(labels) / T


@pytest.mark.parametrize(
    ("check", "answer", "verdict"),
    [
        ("prediction", ..., "Not done yet"),
        ("prediction", (..., 1), "Not done yet"),
        ("prediction", 0.5, "give 2 parts"),
        ("prediction", {0.5, 1}, "give 2 parts"),
        ("prediction", (1, 2), "if the loss were a SUM"),
        ("prediction", (2, 1), "not larger, but smaller"),
        ("prediction", (0.25, 1), "it was 1/2 before"),
        ("prediction", (1, 1), "now it is one of four"),
        ("prediction", (0, 0), "the gradient is gone"),
        ("prediction", (3, 1), "compare the weight"),
        ("prediction", (0.5, 0.5), "twice as many rows"),
        ("prediction", (0.5, 2), "a nudged weight moves it as before"),
        ("prediction", (0.5, 0), "factor 1, not 0"),
        ("prediction", ("half", 1), "the factor of dlogits should be a number"),
        ("prediction", (0.5, 1), "Correct!"),
        ("prediction", np.array([0.5, 1]), "Correct!"),
        ("leaky_relu", stub, "Not done yet"),
        ("leaky_relu", in_place, "changes da"),
        ("leaky_relu", leaky(lambda da, z, leak: da.sum(axis=0)), "nothing is added up"),
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
        ("leaky_relu", leaky(lambda da, z, leak: da * ((z > 0) + leak * (z < 0))), "also where z"),
        ("leaky_relu", leaky(lambda da, z, leak: da * (z >= 0)), "the plain ReLU"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, -leak * da)), "sign below 0"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, 0.1 * da)), "another number"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, 0.2 * da)), "for example"),
        ("leaky_relu", leaky(lambda da, z, leak: da if z > 0 else leak * da), "entry by entry"),
        ("leaky_relu", leaky(lambda da, z, leak: da * ((z > 0) + leak)), "not 1 + leak"),
        ("leaky_relu", leaky(lambda da, z, leak: np.where(z > 0, da, leak * da)), "Correct!"),
        ("leaky_relu", leaky(lambda da, z, leak: da * ((z > 0) + leak * (z <= 0))), "Correct!"),
        ("temperature", stub, "Not done yet"),
        ("temperature", shifts_in_place, "changes logits"),
        ("temperature", lambda logits, labels, T: 0.0, "has their shape"),
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
        ("temperature", only_the_right_class, "only the right class"),
        ("temperature", pencils_onehot, "are the onehot rows the pencil's?"),
        ("temperature", pencils_n, "is your N the pencil's 2?"),
        ("temperature", two_classes, "the table needs 10 rows"),
        ("temperature", ten_classes, "this one has 4 classes"),
        ("temperature", no_onehot, "make one-hot rows of it"),
        ("temperature", temperature(lambda n, T: 3), "for example"),
        ("temperature", temperature(lambda n, T: 1), "Correct!"),
    ],
)
def test_verdict(check, answer, verdict, capsys):
    getattr(checks, f"check_{check}")(answer)
    printed = capsys.readouterr().out
    assert verdict in printed, printed
    assert printed.count("\n") == 1, "one sentence is enough"


def test_right_answers_count_in_every_form():
    pairs = {
        f"{a}, {b}": (half, one)
        for a, half in right_numbers(0.5).items()
        for b, one in right_numbers(1).items()
    }
    assert accepted(checks.check_prediction, pairs) == {}
    for check, right in [
        (checks.check_leaky_relu, checks.leaky_relu_backward),
        (checks.check_temperature, checks.temperature_backward),
    ]:
        assert accepted(check, right_functions(right)) == {}


def test_no_wrong_answer_passes():
    first = {f"first {name}": (wrong, 1) for name, wrong in numbers_wrong(0.5).items()}
    second = {f"second {name}": (0.5, wrong) for name, wrong in numbers_wrong(1).items()}
    assert refused(checks.check_prediction, first | second | numbers_wrong(0.5)) == {}
    da, z = np.array([[-1.0, 2.0, 0.3]]), np.array([[1.0, -2.0, 3.0]])
    wrong = wrong_functions(checks.leaky_relu_backward, da, z, 0.1)
    assert refused(checks.check_leaky_relu, wrong) == {}
    wrong = wrong_functions(checks.temperature_backward, X, np.array([0, 1]), 2.0)
    assert refused(checks.check_temperature, wrong) == {}


@pytest.mark.parametrize("point", [{"w": 1.5}, {"w": 0.2}, {"w": 2.7}, {"w": -1, "b": 3}])
def test_drawn_neuron_has_the_slopes_that_nudges_measure(point):
    values, grads = graph_03.neuron(**point)
    for name in "wxb":
        up, down = (
            graph_03.neuron(**{**{key: values[key] for key in "wxb"}, name: values[name] + h})[0]
            for h in (1e-6, -1e-6)
        )
        assert grads[name] == pytest.approx((up["loss"] - down["loss"]) / 2e-6, abs=1e-6)


def test_drawn_surprise_is_cross_entropy():
    values, grads = graph_03.surprise(0.3, -1.2)
    logits, label = np.array([[0.3, -1.2]]), np.array([0])
    assert values["loss"] == pytest.approx(cross_entropy(logits, label))
    wanted = softmax(logits)[0] - [1, 0]
    assert [grads["logit0"], grads["logit1"]] == pytest.approx(list(wanted))


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


def test_each_arrow_back_shows_its_local_slope():
    for w, move, shown in [(1.5, 8, 0), (1.5, 9, 0), (1.5, 10, 2), (0.4, 12, 4), (1.5, 16, 8)]:
        texts = [text.get_text() for text in graph_03.draw_neuron(move, w).axes[0].texts]
        slopes = [text[2:] for text in texts if text.startswith("\N{MULTIPLICATION SIGN}")]
        assert len(slopes) == shown
        if shown >= 4:
            assert slopes[3] == ("1" if w > 0.5 else "0")  # ReLU lets it through, or stops it
    minus_one = "\N{MINUS SIGN}1"
    assert slopes == [minus_one, minus_one, "1", "1", "1", "1", "2", "1.5"]


def test_a_figure_without_a_stepper_counts_no_moves():
    for figure in (graph_03.draw_surprise(), graph_03.draw_neuron(move=None, w=1.5)):
        texts = [text.get_text() for text in figure.axes[0].texts]
        assert not any("ove" in text for text in texts) and "?" not in texts
        arrows = [text for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]
        slopes = [text for text in texts if text.startswith("\N{MULTIPLICATION SIGN}")]
        assert len(slopes) == len(arrows) > 0


def test_gradients_of_the_surprise_are_slopes_times_gradients():
    """What the figure writes at the arrows leads from each gradient to the next."""
    values, grads = graph_03.surprise(0.3, -0.7)
    along = [slope(values) for _, _, slope in graph_03.SURPRISE_SLOPES]
    ends = [("p0", "loss"), ("e0", "p0"), ("s", "p0"), ("e0", "s"), ("e1", "s")]
    ends += [("logit0", "e0"), ("logit1", "e1")]
    found = dict.fromkeys(grads, 0) | {"loss": 1}
    for (end, start), slope in zip(ends, along, strict=True):
        found[end] += slope * grads[start]
    assert found == pytest.approx(grads)


def test_the_drawn_numbers_are_those_of_the_pencil():
    texts = [text.get_text() for text in graph_03.draw_surprise().axes[0].texts]
    assert {"ln 3", "0", "3", "3/4", "ln(4/3)", "de0 = \N{MINUS SIGN}1/12", "ds = 1/4"} <= set(
        texts
    )
    with pytest.raises(AssertionError):
        graph_03.exact(np.pi)


def test_graphs_list_inputs_before_their_users():
    for graph in (graph_03.NEURON, graph_03.SURPRISE):
        for i, (_, _, formula, _, inputs) in enumerate(graph.values()):
            assert set(inputs) <= set(list(graph)[:i])
            assert all(name in formula for name in inputs)


def test_an_input_used_twice_has_two_arrows():
    """In miss · miss, miss is used twice, and each use passes a gradient back."""
    ones = dict.fromkeys(graph_03.NEURON, 1.0)
    for step in (0, 8, 16):
        axes = graph_03.draw_graph(graph_03.NEURON, ones, ones, step).axes[0]
        arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None)]
        styles = [arrow.arrow_patch.get_connectionstyle().rad for arrow in arrows]
        assert len(arrows) == 8 and sum(rad != 0 for rad in styles) == 2


def test_numbers_are_shown_with_a_true_minus_and_no_negative_zero():
    assert graph_03.pretty("dz = -0") == "dz = 0"
    assert graph_03.pretty("-0.5 - 2") == "\N{MINUS SIGN}0.5 \N{MINUS SIGN} 2"
