"""How the exercises answer: every lesson's checks (lesson_01.py, ...) are made with this.

A check takes the reader's answer, a value or a function, and calls `expect` for everything that
must hold, the most telling mistakes first. `@exercise` turns it into what the notebook calls: it
prints one verdict and never stops the notebook.
"""

import functools


class Unfinished(Exception):
    """The stub is still as it was."""


class Wrong(Exception):
    """The answer is wrong, and this says in what way."""


def expect(condition, diagnosis):
    """Stop with `diagnosis`, a sentence that helps, unless `condition` holds."""
    if not condition:
        raise Wrong(diagnosis)


def exercise(check):
    """Make of `check(answer)` a function that prints what is the matter with an answer."""

    @functools.wraps(check)
    def report(answer):
        try:
            check(_finished(answer))
        except Unfinished:
            print("Not done yet: replace the ... above, run that cell, then run this one again.")
        except Wrong as diagnosis:
            print(f"Not quite: {diagnosis}")
        except Exception as error:
            print(f"Your code stopped with {type(error).__name__}: {error}")
        else:
            print("Correct!")

    return report


def _finished(answer):
    """Return `answer`, unless it is still `...`; of a function, do so with what it returns."""
    if answer is ...:
        raise Unfinished
    expect(answer is not None, "there is no answer: does your function lack a `return`?")
    if not callable(answer) or isinstance(answer, type):
        return answer
    return lambda *args, **kwargs: _finished(answer(*args, **kwargs))
