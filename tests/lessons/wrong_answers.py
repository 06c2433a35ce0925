"""Many wrong answers, made from a right one, and the right one in other forms.

Every lesson's tests send them through its checks: none may pass, and none may be called a stop of
the reader's code that was the checker's own (`judge` runs a check and returns what it prints).
"""

import contextlib
import copy
import io
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np


def judge(check, answer):
    """Return the one line that `check` prints about `answer`."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        check(answer)
    return printed.getvalue()


def accepted(check, answers):
    """Return the names of those `answers`, {name: answer}, that are refused though right."""
    verdicts = {name: judge(check, answer) for name, answer in answers.items()}
    return {name: line for name, line in verdicts.items() if line != "Correct!\n"}


def refused(check, answers):
    """Return the answers that pass though wrong, or that get a verdict that is not their fault.

    A function that raises an error of its own (its name says "raises") may be told so.
    """
    faults = {}
    for name, answer in answers.items():
        line = judge(check, answer)
        stopped = line.startswith("Your code stopped with") and "raises" not in name
        formless = "does not have the form" in line  # the check stumbled: it is no diagnosis
        if line.count("\n") != 1 or "Correct!" in line or stopped or formless:
            faults[name] = line
    return faults


# ------------------------------------------------------------------------------------ numbers

STRANGE = {
    "text": "many",
    "bytes": b"8",
    "no text": "",
    "a pair of text and number": ("1/2", 1),
    "one in a tuple": (48,),
    "a set": {1, 2},
    "a dictionary": {"a": 1},
    "nan": math.nan,
    "NumPy's nan": np.float64("nan"),
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "a complex number": 1 + 2j,
    "True": True,
    "a function": lambda *arguments: 1,
    "a class": dict,
    "None": None,
    "an empty list": [],
    "rows of different lengths": [[1, 2], [3]],
    "None inside": [1, None],
    "an object": object(),
    "a generator": (i for i in range(3)),
    "a range": range(7),
    "a huge whole number": 10**400,
    "an array of text": np.array(["a", "b"]),
    "a date": np.datetime64("2020-01-01"),
}


def right_numbers(right):
    """The number `right` in the forms in which people write it."""
    forms = {
        "float": float(right),
        "np.float64": np.float64(right),
        "np.float32": np.float32(right),
        "0-d array": np.array(float(right)),
        "Fraction": Fraction(float(right)),
        "Decimal": Decimal(float(right)),
    }
    if float(right).is_integer():
        n = int(right)
        forms |= {"int": n, "np.int64": np.int64(n), "np.prod": np.prod([n, 1])}
        forms |= {"0-d array of int": np.array(n), "Fraction of int": Fraction(n)}
    return forms


def wrong_numbers(right):
    """Numbers that are not `right`, and things that are no numbers."""
    r = float(right)
    numbers = [2 * r, r / 2, 10 * r, r / 10, -r, r + 1, r - 1, r + 0.5, 1.05 * r, r * r, 0, 1, -1]
    numbers += [3, 1024, 1e300, -1e300, 1e-300]
    numbers += [1 / r, math.log(r)] if r > 0 else []
    wrong = {f"{n!r}": n for n in numbers if not math.isclose(n, r, rel_tol=0.02, abs_tol=1e-3)}
    listed = {"in a list": [right], "in an array": np.array([r]), "twice": np.array([r, r])}
    return wrong | listed | {"as text": str(right)} | STRANGE


# ------------------------------------------------------------------------------------- arrays


def right_arrays(right):
    """The array `right` in the forms in which people return it."""
    right = np.asarray(right)
    forms = {"array": right, "nested lists": right.tolist(), "Fortran order": right.copy("F")}
    if right.ndim:
        forms |= {"tuple": tuple(right.tolist()), "list of arrays": list(right)}
    if right.dtype.kind == "f":
        forms["float32"] = right.astype(np.float32)
    return forms


def wrong_arrays(right):
    """Arrays that are not `right`, in many ways."""
    right = np.asarray(right, float)
    every, rng = right.copy(), np.random.default_rng(0)
    nan, one_off, one_nan = np.full_like(every, np.nan), every.copy(), every.copy()
    one_off.flat[-1] += 0.1 + abs(one_off.flat[-1])
    one_nan.flat[0] = np.nan
    wrong = {"twice": 2 * right, "half": right / 2, "ten times": 10 * right, "negated": -right}
    wrong |= {"plus 1": right + 1, "minus 1": right - 1, "squared": right**2}
    wrong |= {"absolute": np.abs(right), "no negatives": np.maximum(right, 0)}
    wrong |= {"rounded": right.round(), "signs": np.sign(right), "is positive": right > 0}
    wrong |= {"zeros": np.zeros_like(right), "ones": np.ones_like(right), "nan": nan}
    wrong |= {"last entry off": one_off, "first entry nan": one_nan}
    wrong |= {"sum": right.sum(), "mean": right.mean(), "in one more bracket": right[None]}
    wrong |= {"a column": right[..., None], "infinite": np.full_like(every, np.inf)}
    if right.ndim:
        wrong |= {"transposed": right.T, "flat": right.ravel(), "first part": right[0]}
        wrong |= {"shifted": np.roll(right, 1, axis=0), "too short": right[:-1]}
        wrong |= {"too long": np.concatenate([right, right]), "reversed": right[::-1]}
        wrong |= {"permuted": rng.permutation(right, axis=-1), "sorted": np.sort(right, axis=-1)}
        wrong |= {"as text": str(right), "row sums": right.sum(axis=-1)}
    different = {
        name: w
        for name, w in wrong.items()
        if isinstance(w, str) or np.shape(w) != right.shape or not np.allclose(w, right, rtol=0.01)
    }
    strange = {f"instead: {name}": w for name, w in STRANGE.items()}
    return different | strange


# ---------------------------------------------------------------------------------- functions


def right_functions(right):
    """The function `right`, returning its result in other forms."""

    def form(name):
        return lambda *arguments: _each_part(
            right(*arguments), lambda part: right_arrays(part).get(name, part)
        )

    names = ["array", "nested lists", "Fortran order", "tuple", "list of arrays", "float32"]
    return {name: form(name) for name in names}


def _each_part(result, change):
    return tuple(map(change, result)) if isinstance(result, tuple) else change(result)


def wrong_functions(right, *example):
    """Functions that are not `right`; `example` holds arguments with which it can be called.

    The results are changed as in `wrong_arrays`, all parts of a tuple at once and each alone.
    """
    result = right(*copy.deepcopy(example))
    several = isinstance(result, tuple)
    functions = {}
    for i, part in enumerate(result if several else (result,)):
        for name in wrong_arrays(part):
            functions[f"{name} (part {i})" if several else name] = _spoiled(
                right, name, i if several else None
            )
    if several:
        functions["parts swapped"] = lambda *a: right(*a)[::-1]
        functions["one part only"] = lambda *a: right(*a)[0]
        functions["one part too many"] = lambda *a: (*right(*a), 1)
    for i, argument in enumerate(example):
        if isinstance(argument, np.ndarray):
            functions[f"changes argument {i} in place"] = _editing(right, i)
            functions[f"returns argument {i}"] = lambda *a, i=i: a[i]
    return functions | {
        "takes no arguments": lambda: 1,
        "takes too many": lambda a, b, c, d, e, f, g, h, i, j: 1,
        "lacks a return": _lacks_return,
        "is a generator": _yields,
        "raises ZeroDivisionError": lambda *a: 1 / 0,
        "raises ValueError": lambda *a: int("one"),
        "raises TypeError": lambda *a: None + 1,
        "raises KeyError": lambda *a: {}["W"],
        "raises its own error": _raises,
        "is no function": 5,
        "is text": "x @ W",
        "is the result": result,
        "is a set": {1, 2},
    }


def _spoiled(right, name, only):
    """`right`, with the wrong answer `name` in place of its result, or of one part of it."""

    def function(*arguments):
        result = right(*arguments)
        if only is None:
            return wrong_arrays(result).get(name, "spoiled")
        return tuple(
            wrong_arrays(p).get(name, "spoiled") if i == only else p for i, p in enumerate(result)
        )

    return function


def _editing(right, i):
    def function(*arguments):
        result = right(*arguments)
        arguments[i][...] = arguments[i] + 1
        return result

    return function


def _lacks_return(*arguments):
    sum(map(np.sum, arguments))


def _yields(*arguments):
    yield 1


def _raises(*arguments):
    raise RuntimeError("a reader's own")
