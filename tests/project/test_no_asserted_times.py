"""No computer is too slow, and none too busy: no test and no lesson asserts a time.

Times are printed, and compared in benchmarks/.
"""

import ast
import re

import nbformat
import pytest

from needed_cells import python_of
from project_copy import ROOT

TIME = re.compile(r"(\w+_)?(seconds|elapsed|took|median|ticks|perf_counter|process_time|monotonic)")


def asserted_times(source):
    """Return the comparisons in asserts that hold a time below or above something.

    But not `time.monotonic() < deadline`: that is the end of patience with something that hangs.
    """
    asserts = [node.test for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    compared = [n for test in asserts for n in ast.walk(test) if isinstance(n, ast.Compare)]
    unequal = [n for n in compared if isinstance(n.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))]
    unequal = [n for n in unequal if ast.unparse(n.left) != "time.monotonic()"]
    return [ast.unparse(n) for n in unequal if any(map(TIME.fullmatch, names(n)))]


def names(node):
    """Yield the names in an expression, but not those of what is only counted."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "len":
        return
    yield getattr(node, "id", getattr(node, "attr", ""))
    for child in ast.iter_child_nodes(node):
        yield from names(child)


def test_no_test_and_no_cell_asserts_a_time():
    sources = {path.name: path.read_text("utf-8") for path in ROOT.glob("tests/**/*.py")}
    for path in ROOT.glob("notebooks/*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        code = [python_of(cell) for cell in cells if cell.cell_type == "code"]
        sources[path.name] = "\n".join(code)
    found = {name: asserted_times(source) for name, source in sources.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("condition", "is_time"),
    [
        ("seconds < 3", True),
        ("0.1 > statistics.median(waits) and n", True),
        ("time.perf_counter() - start <= 1", True),
        ("time.monotonic() < deadline", False),
        ("len(seconds) >= 8 and seconds == [3] and first < last", False),
    ],
)
def test_an_asserted_time_is_seen(condition, is_time):
    assert bool(asserted_times(f"def f():\n    assert {condition}")) == is_time
