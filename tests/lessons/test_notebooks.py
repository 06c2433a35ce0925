"""The notebooks as files, beside what nbval checks: same code as nn_core, exercises, frame, size.

nbval runs them and compares their outputs (`pytest --nbval notebooks/`); here are the rules that
it does not know.
"""

import ast
import copy
import itertools
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import nn_core
from exercises import exercises, tags
from needed_cells import needed_cells, python_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LAB = FOLDER / "support" / "lab"  # the widgets of lesson 09
HUNG = 1200  # seconds for an exercise that takes two

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


# ---------------------------------------------------------------------------------- same code


def definitions(source):
    """Return {name: syntax tree without docstrings}, for functions and for each method."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    found[f"{node.name}.{part.name}"] = without_docstring(part)
                elif isinstance(part, ast.AnnAssign):
                    found[f"{node.name}.{part.target.id}"] = ast.dump(part)
            found.setdefault(node.name, None)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[node.name] = without_docstring(node)
    return found


def without_docstring(function):
    function = copy.deepcopy(function)
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return ast.dump(function)


TAUGHT, WIDGETS = {}, {}
for file in (ROOT / "nn_core.py", ROOT / "data" / "distortion.py"):
    TAUGHT |= definitions(file.read_text("utf-8"))
for file in LAB.glob("*.py"):
    WIDGETS |= definitions(file.read_text("utf-8"))
SHIPPED = WIDGETS | TAUGHT


def taught(path):
    """The definitions in a notebook whose names are those of SHIPPED, as they are in the end.

    Without its exercises, and what is tagged as the early version of something.
    """
    found = {}
    for cell in cells(path, "code"):
        if not {"exercise", "early-version"} & set(tags(cell)):
            for name, tree in definitions(python_of(cell)).items():
                if name.split(".")[0] in SHIPPED:
                    found[name] = tree
    return found


@each_notebook
def test_code_in_the_lesson_is_the_code_in_the_module(path):
    for name, tree in taught(path).items():
        assert name in SHIPPED, f"{name} is written in the lesson, but we ship no such thing"
        assert tree == SHIPPED[name], f"{name} differs between the lesson and what we ship"


def test_everything_in_the_module_is_taught():
    assert set(TAUGHT).difference(*map(taught, NOTEBOOKS)) == set()


def early_versions():
    """Return [(path, cell)]: the cells that write something in a simpler form than we ship."""
    tagged = [(path, cell) for path in NOTEBOOKS for cell in cells(path, "code")]
    return [(path, cell) for path, cell in tagged if "early-version" in tags(cell)]


def test_what_has_an_early_version_is_taught_later_as_it_ships():
    for path, cell in early_versions():
        later = set().union(*(taught(other) for other in NOTEBOOKS if other > path))
        assert set(definitions(cell.source)) <= later, f"{path.stem}: {cell.source}"


def test_an_early_version_of_sgd_takes_the_same_steps():
    for path, cell in early_versions():
        scope = {}
        exec(cell.source, {"np": np}, scope)
        assert set(scope) == {"SGD"}, f"{path.stem}: say here how another one is compared"
        ends = []
        for optimizer in (scope["SGD"](0.1), nn_core.SGD(0.1)):
            rng = np.random.default_rng(0)
            param = rng.standard_normal((3, 4), np.float32)
            for _ in range(3):
                optimizer.step([(param, rng.standard_normal((3, 4), np.float32))])
            ends.append(param)
        assert np.array_equal(*ends)


@each_notebook
def test_at_most_one_assert_stands_in_the_readers_way(path):
    for cell in cells(path, "code"):
        asserts = re.findall(r"^\s*assert\b", cell.source, re.MULTILINE)
        assert len(asserts) <= 1 or cell.source.startswith("# drawing"), cell.source


def test_comparison_sees_a_difference():
    right = "class A:\n    def f(self, x):\n        '''Words.'''\n        return x + 1"
    assert definitions(right) == definitions(right.replace("Words", "Other words"))
    assert definitions(right) != definitions(right.replace("x + 1", "x - 1"))
    assert definitions(right) != definitions(right.replace("self, x", "self, y"))
    task = right.replace("def", "async def")
    assert definitions(task) != definitions(task.replace("x + 1", "x - 1"))


# ---------------------------------------------------------------------------------- exercises


def printed(cell):
    return "".join(out.text for out in cell.outputs if out.output_type == "stream")


@each_notebook
def test_there_are_at_least_three_exercises_and_one_asks_for_a_prediction(path):
    found = exercises(nbformat.read(path, as_version=4))
    assert len(found) >= 3
    assert any(re.search(r"predict", stub.source, re.IGNORECASE) for stub, _, _ in found)


@each_notebook
def test_untouched_exercises_are_reported_as_not_done(path):
    for _, check, _ in exercises(nbformat.read(path, as_version=4)):
        assert printed(check).startswith("Not done yet"), check.source
        assert not {"nbval-ignore-output", "nbval-skip"} & set(tags(check))


@each_notebook
def test_folded_answers_pass(path):
    """Run each stub with its folded answer instead, and the cells that these need."""
    notebook = nbformat.read(path, as_version=4)
    answers = {stub.id: answer for stub, _, answer in exercises(notebook)}
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    wanted = [i for i, c in enumerate(notebook.cells) if {"exercise", "check"} & set(tags(c))]
    notebook.cells = [notebook.cells[i] for i in needed_cells(notebook.cells, wanted)]
    folder = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=HUNG, resources=folder).execute()
    verdicts = [printed(c) for c in notebook.cells if "check" in tags(c)]
    assert len(verdicts) == len(answers) > 0
    assert [verdict for verdict in verdicts if not verdict.startswith("Correct")] == []


def test_needed_cells_are_those_whose_names_are_read_and_whose_contents_are_changed():
    sources = (
        "import numpy as np",
        "runs = {}",
        "def train(n):\n    return np.ones(n) * factor",
        "factor = 1",
        "factor = 2",
        "runs['long'] = train(10)",
        "print(runs)",
        "class A:\n    pass",
        "x = 1\n\n\ndef show(x):\n    return A(x)",
        "class A(A):\n    pass",
        "if factor > 1:\n    x = 2",
        "%time show(x)",
        "np.random.seed(1)\nruns.clear()",
        "show(x)",
        "len(runs)",
    )
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    assert needed_cells(cells, [13]) == [0, 4, 7, 8, 9, 10, 13]
    assert needed_cells(cells, [14]) == [0, 1, 2, 4, 5, 12, 14]


# -------------------------------------------------------------------------------- as committed


@each_notebook
def test_notebook_is_stored_executed_in_order_and_clean(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = cells(path, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}, "widget state, or the like"
    for cell in notebook.cells:
        assert "execution" not in cell.metadata, "a time stamp"
        assert set(tags(cell)) <= {
            *("nbval-ignore-output", "nbval-check-output", "raises-exception", "exercise", "check"),
            "lesson-only",  # not shown by Voila
            "early-version",  # simpler than what ships, which a later lesson shows
        }
    for output in (output for cell in code for output in cell.outputs):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", "a warning is stored"
        assert "image/svg+xml" not in output.get("data", {})


@each_notebook
def test_notebook_is_small(path):
    assert path.stat().st_size < 1_000_000
    for cell in cells(path, "code"):
        assert max(map(len, cell.source.splitlines())) <= 88, f"a wide line in\n{cell.source}"
    lengths = sorted(len(cell.source.splitlines()) for cell in cells(path, "code"))
    assert lengths[-1] <= 20, "a cell of more than 20 lines"
    assert lengths[len(lengths) // 2] <= 6, "cells should be short"


@each_notebook
def test_most_cells_that_print_are_compared(path):
    def has_text(output):
        return "text" in output or any(k.startswith("text/") for k in output.get("data", {}))

    prints = [c for c in cells(path, "code") if any(has_text(out) for out in c.outputs)]
    ignored = [cell for cell in prints if "nbval-ignore-output" in tags(cell)]
    assert len(ignored) <= len(prints) / 4, f"{len(ignored)} of {len(prints)} are not compared"


FRAME = ["What you'll build", "What you'll learn", "What you'll need"]
FRAME_END = ["Check yourself", "Recap", "Exercises", "In practice", "Further reading"]


@each_notebook
def test_frame(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    headings = re.findall(r"^(#+) (.+)$", re.sub(r"```.*?```", "", text, flags=re.S), re.MULTILINE)
    assert [title for level, title in headings if level == "#"] == [headings[0][1]]
    assert re.match(r"\d\d\. [A-Z]", headings[0][1])
    parts = [title for level, title in headings if level == "##"]
    if path == NOTEBOOKS[-1]:  # the series ends in the lab, and not in a list of papers
        assert parts.pop().startswith("The last experiment")
    assert parts[:3] == FRAME and parts[-5:] == FRAME_END
    steps = parts[3:-5]
    assert [step.split(". ")[0] for step in steps] == [str(i + 1) for i in range(len(steps))]
    for (level, _), (deeper, title) in itertools.pairwise(headings):
        assert len(deeper) <= len(level) + 1, f"a heading skips a level: {title}"
    assert "The shape ledger" in text
    # what is read from top to bottom: folded answers and tables are for looking things up
    read = re.sub(r"<details>.*?</details>|^\|.*?$", "", text, flags=re.S | re.M)
    assert 800 <= len(re.findall(r"\w+", read)) <= 3500


@each_notebook
def test_pictures_are_described_and_local_links_lead_somewhere(path):
    for cell in cells(path, "markdown"):
        for alt, target in re.findall(r"(!?\[[^\]]*\])\(([^)\s]+)[^)]*\)", cell.source):
            assert not alt.startswith("!") or len(alt) > 20, f"{target}: a picture needs a text"
            if not target.startswith(("http", "#")):
                assert (FOLDER / target.split("#")[0]).exists(), target
        assert len(re.findall("<details>", cell.source)) == len(
            re.findall("</details>", cell.source)
        )


@each_notebook
def test_nothing_of_the_machine_is_stored(path):
    text = path.read_text("utf-8")
    assert not re.search(r"/(home|root|Users|tmp)/|[A-Z]:\\\\", text)


def test_module_is_found_from_the_notebooks():
    for path in NOTEBOOKS:
        first = cells(path, "code")[0].source
        assert 'sys.path.append("..")' in first, f"{path.stem}: nn_core lives one folder up"
    assert Path(nn_core.__file__).parent == ROOT
