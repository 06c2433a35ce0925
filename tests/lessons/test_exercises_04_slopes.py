"""Slopes measured in lesson 04: wrong answers get the diagnosis that helps; the figure is right."""

import numpy as np
import pytest
from wrong_answers import accepted, judge, refused, right_functions, wrong_functions

import support.exercises.lesson_04 as checks
import support.figures.lesson_04 as figures_04


def one_sided(f, v, eps):
    return np.array([(f(v + n) - f(v)) / eps for n in eps * np.eye(len(v))])


def at_once(f, v, eps):
    return (f(v + eps) - f(v - eps)) / (2 * eps)


def forgets_to_restore(f, v, eps):
    v, slopes = v.copy(), []
    for i in range(len(v)):
        v[i] += eps
        up = f(v)
        v[i] -= 2 * eps
        slopes.append((up - f(v)) / (2 * eps))
    return slopes


def copies_before_the_loop(f, v, eps):
    slopes, up, down = [], v.copy(), v.copy()
    for i in range(len(v)):
        up[i], down[i] = up[i] + eps, down[i] - eps
        slopes.append((f(up) - f(down)) / (2 * eps))
    return slopes


def restores(f, v, eps):
    slopes = []
    for i in range(len(v)):
        v[i] += eps
        up = f(v)
        v[i] -= 2 * eps
        down = f(v)
        v[i] += eps
        slopes.append((up - down) / (2 * eps))
    return slopes


def leaves_nudged(f, v, eps):
    slopes = restores(f, v, eps)
    v += eps
    return slopes


def lacks_return(f, v, eps):
    checks.numeric_gradient(f, v, eps)


def never_back(f, v, eps):
    slopes = []
    for i in range(len(v)):
        v[i] += eps
        up = f(v)
        v[i] -= 2 * eps
        slopes.append((up - f(v)) / (2 * eps))
    return np.array(slopes)


def two_names(f, v, eps):
    slopes = np.zeros(len(v))
    for i in range(len(v)):
        up = v
        down = v
        up[i] += eps
        down[i] -= eps
        slopes[i] = (f(up) - f(down)) / (2 * eps)
    return slopes


def down_is_middle(f, v, eps):
    slopes = np.zeros(len(v))
    for i in range(len(v)):
        v[i] += eps
        up = f(v)
        v[i] -= eps
        slopes[i] = (up - f(v)) / (2 * eps)
    return slopes


def one_entry(f, v, eps):
    return [(f(v[i] + eps) - f(v[i] - eps)) / (2 * eps) for i in range(len(v))]


def right_times(factor):
    return lambda f, v, eps: checks.numeric_gradient(f, v, eps) * factor(eps)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (lambda f, v, eps: ..., "Not done yet"),
        (lacks_return, "lack a `return`"),
        (one_sided, "up AND down"),
        (at_once, "all entries are nudged at once"),
        (forgets_to_restore, "stays nudged"),
        (copies_before_the_loop, "inside the loop"),
        (leaves_nudged, "put v[i] back"),
        (never_back, "put v[i] back"),
        (two_names, "`up = v` is no copy"),
        (down_is_middle, "go down by 2 * eps"),
        (one_entry, "f takes the whole array"),
        (restores, "Correct!"),
        (right_times(lambda eps: 2), "twice too large"),
        (right_times(lambda eps: eps * eps), "eps / 2 * eps multiplies"),
        (right_times(lambda eps: -1), "up minus down"),
        (right_times(lambda eps: 2 * eps), "not yet divided"),
        (
            lambda f, v, eps: checks.numeric_gradient(f, v, 1e-6),
            "use the argument eps",
        ),
        (lambda f, v, eps: f(v), "a slope for each entry"),
    ],
)
def test_verdict(answer, verdict):
    printed = judge(checks.check_numeric_gradient, answer)
    assert verdict in printed, printed
    assert printed.count("\n") == 1, "one sentence is enough"


def test_right_answers_count_in_every_form():
    forms = right_functions(checks.numeric_gradient)
    assert accepted(checks.check_numeric_gradient, forms) == {}


def test_no_wrong_answer_passes():
    v = np.array([0.5, -1.0])
    wrong = wrong_functions(checks.numeric_gradient, lambda v: float((v**3).sum()), v, 0.25)
    del wrong["lacks a return"]  # it adds up its arguments, and one of ours is a function
    assert refused(checks.check_numeric_gradient, wrong) == {}


def test_chord_is_drawn_from_the_curve(monkeypatch):
    """On the parabola (1 + x)^2 every chord from -eps to eps has the slope 2."""
    monkeypatch.setattr(figures_04.plt, "show", lambda: None)
    nudges = np.linspace(-1, 1, 41)
    figures_04.draw_chord(nudges, (1 + nudges) ** 2, eps=0.5, slope=2.0, kink=-0.5)
    axes = figures_04.plt.gca()
    assert "2.00" in axes.get_lines()[2].get_label()
    assert axes.texts[0].xy == (-0.5, 0.25)  # what points at the kink points at the curve
    assert set(axes.get_lines()[-1].get_xdata()) == {-0.5}  # an upright line through it
    figures_04.plt.close()
