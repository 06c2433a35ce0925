"""Who may import whom: the rooms of the project, and the walls between them."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What a room may import of ours, the longest path deciding; itself always. It may not import what
# is not named: nothing imports the tests, the benchmarks, or train.py.
CHECKS, NETWORK, DATA, FIGS = "nn_checks", "nn_core", "data", "figs"
EXERCISES, FIGURES, LAB = (f"notebooks/support/{name}" for name in ("exercises", "figures", "lab"))
MAY_IMPORT = {
    "nn_checks": set(),
    "nn_core": {CHECKS},
    "data": {CHECKS, NETWORK},
    "figs": set(),
    "train": {CHECKS, NETWORK, DATA, FIGS},
    "notebooks/support": set(),  # widgets, and what else several lessons share
    "notebooks/support/playground": {CHECKS, NETWORK, DATA, "notebooks/support", FIGURES, LAB},
    EXERCISES: {CHECKS, NETWORK, DATA},
    FIGURES: set(),
    f"{FIGURES}/pictures": {CHECKS, NETWORK, DATA, FIGURES},
    LAB: {CHECKS, NETWORK, DATA, "notebooks/support"},
    "book": {"book/live"},  # it reads notebooks as files
    "book/live": {CHECKS, NETWORK, DATA, "notebooks/support", LAB},
}
ANYTHING = ("tests", "benchmarks")
LIBRARIES = {
    "nn_core": {"numpy"},
    "nn_checks": {"numpy"},
    FIGURES: {"numpy", "matplotlib"},
}
HEAVY = {"torch", "torchvision", "sklearn"}  # seconds, and hundreds of megabytes: only when needed


def room_of(path):
    """The room of a file or module such as notebooks/support/lab/pad.py."""
    name = Path(path).with_suffix("").as_posix()
    rooms = [room for room in MAY_IMPORT if name == room or name.startswith(f"{room}/")]
    return max(rooms, key=len, default=name)


def file_of(module):
    """The file of ours that `import module` finds, relative to ROOT, or None."""
    for folder in ("", "notebooks/"):
        path = folder + module.replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if (ROOT / file).exists():
                return file
    return None


def imports(path, source, outermost=False):
    """Return the modules that a file at `path` imports, `from . import x` as well.

    `outermost`: only those that are imported with the file, not inside a function.
    """
    found, tree = set(), ast.parse(source)
    inside = {n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if outermost and node in inside:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(Path(path).parts[: -node.level]) if node.level else ""
            module = f"{package}.{node.module or ''}".strip(".")
            names = {f"{module}.{alias.name}" for alias in node.names}
            found |= {name if file_of(name) else module for name in names}
    return found


def faults(path, source):
    """Return what a file does that its room may not."""
    room, found = room_of(path), []
    for module in imports(path, source):
        if file := file_of(module):
            if room_of(file) not in MAY_IMPORT[room] | {room}:
                found.append(f"{path} imports {module}")
        elif room in LIBRARIES:
            library = module.split(".")[0]
            if library not in LIBRARIES[room] and library not in sys.stdlib_module_names:
                found.append(f"{path} imports {module}")
    for module in imports(path, source, outermost=True):
        if module.split(".")[0] in HEAVY:
            found.append(f"{path} imports {module} before it is needed")
    return found


def files():
    """The Python files of the rooms, relative to ROOT."""
    found = [*ROOT.glob("*.py"), *ROOT.glob("notebooks/**/*.py")]
    for folder in ("data", "figs", "book", "book/live"):
        found += ROOT.glob(f"{folder}/*.py")
    names = [path.relative_to(ROOT).as_posix() for path in found]
    return sorted(name for name in names if "/." not in name)


@pytest.mark.parametrize("path", files())
def test_no_file_looks_over_a_wall(path):
    assert faults(path, (ROOT / path).read_text("utf-8")) == []


def test_no_arrow_runs_in_a_circle():
    above = {room: allowed - {room} for room, allowed in MAY_IMPORT.items()}
    while lowest := {room for room, allowed in above.items() if not allowed}:
        above = {room: allowed - lowest for room, allowed in above.items() if room not in lowest}
    assert above == {}, "these rooms import one another"


def test_no_file_imports_one_that_imports_it():
    arrows = {}
    for path in files():
        found = imports(path, (ROOT / path).read_text("utf-8"))
        arrows[path] = {file for module in found if (file := file_of(module))}
    while lowest := {path for path, found in arrows.items() if not found & set(arrows)}:
        arrows = {path: found - lowest for path, found in arrows.items() if path not in lowest}
    assert arrows == {}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("nn_checks.py", "import nn_core"),
        ("nn_core.py", "from data.mnist import load_mnist"),
        ("nn_core.py", "import scipy"),
        ("data/mnist.py", "def f():\n    from figs import draw"),
        ("data/mnist.py", "import torch"),
        ("figs/draw.py", "import nn_core as n"),
        ("train.py", "from tests import browser"),
        ("notebooks/support/lab/pad.py", "from support.exercises import verdict"),
        ("notebooks/support/lab/pad.py", "from ..exercises.verdict import expect"),
        ("notebooks/support/figures/lesson_05.py", "from nn_core import MLP"),
        ("notebooks/support/exercises/lesson_01.py", "import support.widgets"),
        ("book/stage.py", "from nn_core import MLP"),
        ("notebooks/support/widgets.py", "from support.lab.lab import InteractiveLab"),
    ],
)
def test_a_look_over_a_wall_is_seen(path, line):
    assert faults(path, line) != []
    assert faults(path, "import numpy") == []


def test_every_file_says_first_what_it_is():
    for path in [*files(), *(p.relative_to(ROOT) for p in ROOT.glob("tests/**/*.py"))]:
        text = (ROOT / path).read_text("utf-8")
        words = ast.get_docstring(ast.parse(text))
        assert words and text.lstrip().startswith('"""'), f"{path} does not say what it is"
        assert re.match(r"\S.{15,98}\S$", words.splitlines()[0]), path


def test_a_learner_sees_lessons_and_one_room():
    shown = {path.name for path in (ROOT / "notebooks").glob("[!._]*")}
    lessons = {name for name in shown if re.fullmatch(r"\d\d_\w+\.ipynb", name)}
    assert shown - lessons == {"support", "matplotlibrc"}
    assert len({name[:2] for name in lessons}) == len(lessons)


def test_the_network_is_short_and_in_the_order_of_the_lessons():
    text = (ROOT / "nn_core.py").read_text("utf-8")
    parts = re.findall(r"^# -{9,} (.+)$", text, flags=re.M)
    assert ", ".join(parts) == "layers, loss, network, optimizer, batches, training, checking"
    assert len(text.splitlines()) <= 360
