"""How the exercises answer: every lesson's checks (lesson_01.py, ...) are made with this.

A check takes the reader's answer, a value or a function, and stops with a sentence at the first
thing that is wrong. `@exercise` turns it into what the notebook calls: it prints one verdict and
never stops the notebook.

A right answer counts in any usual form. For the others a check holds a table of typical mistakes,
pairs (the wrong value or function, the sentence that helps), tried in order. What is in no table
gets one entry shown, beside the right one.
"""

import copy
import dis
import functools
import inspect
import itertools

import numpy as np


class Unfinished(Exception):
    """The stub is still as it was."""


class Wrong(Exception):
    """The answer is wrong, and this says in what way."""


def exercise(check):
    """Make of `check(answer)` a function that prints what is the matter with an answer."""

    @functools.wraps(check)
    def report(answer):
        try:
            check(finished(answer))
        except Unfinished:
            print("Not done yet: replace the ... above, run that cell, then run this one again.")
        except Wrong as diagnosis:
            print(f"Not quite: {diagnosis}")
        except Exception as error:
            if getattr(error, "by_reader", False):
                message = " ".join(str(error).split())  # on one line
                print(f"Your code stopped with {type(error).__name__}: {message}")
            else:  # the check stumbled, not the reader
                print("Not quite: your answer does not have the form that the exercise asks for.")
        else:
            print("Correct!")

    return report


def finished(answer):
    """Return `answer`, unless it is still `...`; of a function, do so with what it returns."""
    if answer is ...:
        raise Unfinished
    expect(answer is not None, "there is no answer yet, only None.")
    if isinstance(answer, (list, tuple)):
        for part in answer:
            if part is ...:
                raise Unfinished
            expect(part is not None, "there is a None in your answer.")
    if not callable(answer) or isinstance(answer, type):
        return answer

    @functools.wraps(answer)
    def checked(*arguments, **keywords):
        _expect_parameters(answer, arguments, keywords)
        try:
            with np.errstate(all="ignore"):  # the verdict says it, in place of NumPy's warnings
                returned = answer(*arguments, **keywords)
        except Exception as error:
            error.by_reader = True
            raise
        expect(returned is not None, _why_none(answer))
        return finished(returned)

    return checked


def _expect_parameters(function, arguments, keywords):
    """The function must take as many arguments as the check hands over."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some of NumPy's own functions do not tell
        return
    try:
        signature.bind(*arguments, **keywords)
    except TypeError as error:
        n = len(arguments) + len(keywords)
        raise Wrong(f"your function is called with {n} argument{'s' * (n > 1)}: {error}.") from None


def _why_none(function):
    """Say truthfully why a function gave None: is there a `return` with a value in it?"""
    code = getattr(function, "__code__", None)
    steps = list(dis.get_instructions(code)) if code else []
    for before, step in itertools.pairwise(steps):  # a bare end is `return None` to Python, too
        value = step.opname == "RETURN_VALUE" and before.opname != "LOAD_CONST"
        constant = before if step.opname == "RETURN_VALUE" else step  # Python 3.12: RETURN_CONST
        value = value or (step.opname.startswith("RETURN") and constant.argval is not None)
        if value:
            return "your function has a `return`, but here it ends without one, or returns None."
    return "there is no answer: does your function lack a `return`?"


# ------------------------------------------------------------------- what a check is made of


def expect(condition, diagnosis):
    """Stop with `diagnosis`, a sentence that helps, unless `condition` holds."""
    if not condition:
        raise Wrong(diagnosis)


def number(answer, finite=True, name="your answer"):
    """Return `answer` as a float: 8, 2**3, Fraction(8), np.prod([2, 2, 2]), np.array(8.0), ..."""
    found = _as_array(answer, f"{name} should be a number")
    form = _described(answer)
    expect(found.shape == (), f"{name} should be a number, and not {form}.")
    expect(found.dtype.kind != "b", f"{name} should be a number, and not {found}.")
    expect(not np.isnan(found) or not finite, f"{name} is nan, which means: not a number.")
    expect(not np.isinf(found) or not finite, f"{name} should be a finite number, not {found:g}.")
    return float(found)


def array(answer, shape=None, name="your answer", shapes=None):
    """Return `answer` as an array of numbers: an array, a list, a tuple, nested lists.

    It must have this `shape`; `shapes` holds the sentences for typical wrong ones, {(2, 4): "..."}.
    """
    found = _as_array(answer, f"{name} should be an array of numbers")
    if shape is not None and found.shape != shape:
        expect(found.shape not in (shapes or {}), (shapes or {}).get(found.shape))
        has = f"shape {found.shape}" if found.shape else f"no shape, it is the number {found:.4g}"
        raise Wrong(f"{name} should have shape {shape}, but it has {has}.")
    return found


def parts(answer, names):
    """Return the parts of an answer such as `return dg, dx`; `names` is ("dg", "dx")."""
    listed = isinstance(answer, (tuple, list)) or getattr(answer, "ndim", 0) > 0
    n, form = len(names), _described(answer)
    ask = f"give {n} parts, {', '.join(names)}, in this order"
    expect(listed and len(answer) == n, f"{ask}, and not {form}.")
    return list(answer)


def close(found, wanted, rtol=1e-4):
    """Are the two equal in shape and, but for rounding, in every entry?"""
    return np.shape(found) == np.shape(wanted) and bool(_agrees(found, wanted, rtol).all())


def _agrees(found, wanted, rtol):
    """Tell for each entry whether it is right, but for rounding."""
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    finite = np.abs(np.extract(np.isfinite(wanted), wanted))
    atol = rtol / 100 * finite.max(initial=0)
    return np.isclose(found, wanted, rtol=rtol, atol=atol, equal_nan=True)


def expect_number(answer, right, mistakes, otherwise, rtol=1e-3, finite=True):
    """`answer` must be the number `right`; `otherwise` is a hint that does not give it away."""
    found = number(answer, finite)
    if not close(found, right, rtol):
        for wrong, diagnosis in mistakes:
            expect(not close(found, wrong, rtol), diagnosis)
        raise Wrong(otherwise)


def expect_array(answer, right, mistakes=(), name="your answer", shapes=None, rtol=1e-4):
    """`answer` must be the array `right`; else the first of `mistakes` that it equals is told."""
    found, right = _as_array(answer, f"{name} should be an array of numbers"), np.asarray(right)
    if close(found, right, rtol):
        return
    for wrong, diagnosis in mistakes:
        expect(not close(found, wrong, rtol), diagnosis)
    found = array(found, right.shape, name, shapes)
    where = tuple(np.argwhere(~_agrees(found, right, rtol))[0])
    got, wanted = _digits(found[where], right[where])
    entry = f"{name} is" if not where else f"in {name}, entry [{', '.join(map(str, where))}] is"
    raise Wrong(f"for example, {entry} {got}, where {wanted} is right.")


def call(function, *arguments):
    """Return what the reader's function makes of `arguments`, which it must not change."""
    usable = callable(function) and not isinstance(function, type)
    expect(usable, f"give a function, and not {_described(function)}.")
    given = copy.deepcopy(arguments)
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    returned = function(*given)
    for i, (before, after) in enumerate(zip(arguments, given, strict=True)):
        name = names[i] if i < len(names) else f"argument {i + 1}"
        same = not isinstance(before, np.ndarray) or close(after, before, rtol=0)
        expect(same, f"your function changes {name}, which is the caller's: compute a new array.")
    return returned


def expect_function(function, right, cases, mistakes=(), shapes=None, name="the result", rtol=1e-4):
    """`function` must return what `right` does, for each of `cases`, tuples of arguments.

    `mistakes` are pairs (a wrong function, the sentence for whoever does the same); a function
    that fails as a wrong one does, with the same message, gets its sentence, too.
    """
    for arguments in cases:
        wanted = np.asarray(right(*copy.deepcopy(arguments)))
        found = _outcome(lambda *given: call(function, *given), arguments)
        if not isinstance(found, Exception):
            found = _as_array(found, f"{name} should be an array of numbers")
            if close(found, wanted, rtol):
                continue
        for wrong, diagnosis in mistakes:
            expect(not _same_outcome(found, _outcome(wrong, arguments), rtol), diagnosis)
        if isinstance(found, Exception):
            raise found
        expect_array(found, wanted, (), name, shapes, rtol=rtol)


def _outcome(function, arguments):
    """Return the result of a function, or the error with which it stops."""
    try:
        with np.errstate(all="ignore"):
            return function(*copy.deepcopy(arguments))
    except (Wrong, Unfinished):
        raise
    except Exception as error:
        return error


def _same_outcome(found, other, rtol):
    if isinstance(found, Exception) or isinstance(other, Exception):
        return type(found) is type(other) and str(found) == str(other)
    return close(found, other, rtol)


def _as_array(answer, wanted):
    """Return `answer` as an array of numbers, or stop with a sentence that begins with `wanted`."""
    expect(not isinstance(answer, (str, bytes)), f"{wanted}, and not text, {_described(answer)}.")
    try:
        found = np.asarray(answer)
    except Exception:  # rows of different lengths, or something stranger
        found = np.asarray(None)
    if found.dtype.kind == "O":  # fractions, for instance
        try:
            found = np.vectorize(float, otypes=[float])(found)
        except Exception:
            raise Wrong(f"{wanted}, and not {_described(answer)}.") from None
    expect(found.dtype.kind in "biuf", f"{wanted}, and not {_described(answer)}.")
    return found


def _described(answer):
    """Say in a few words what an answer is."""
    if inspect.isgenerator(answer):
        return "a generator, which `yield` makes"
    if callable(answer):
        return "a class" if isinstance(answer, type) else "a function"
    if isinstance(answer, np.ndarray) and answer.ndim:
        return f"an array of shape {answer.shape}"
    if isinstance(answer, (list, tuple, set, dict)):
        return f"a {type(answer).__name__} of {len(answer)}"
    shown = repr(answer)
    return shown if len(shown) <= 40 else f"something of type {type(answer).__name__}"


def _digits(found, wanted):
    """Write two different numbers with as many digits as tell them apart."""
    for digits in (4, 8, 17):
        got, right = f"{found:.{digits}g}", f"{wanted:.{digits}g}"
        if got != right:
            break
    return got, right
