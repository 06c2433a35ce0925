"""The book as files: what becomes of the notebooks, of links, of nn_core.py; how it is published.

tests/everywhere/test_book_browser.py builds it and opens its pages.
"""

import ast
import json
import re
from pathlib import Path

import pytest

from book import host, links, pieces, stage
from project_copy import ROOT

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The folder of staged pages, without the live part, which needs the lab's packages."""
    build = tmp_path_factory.mktemp("book")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "copy_live", lambda folder: None)
        patch.setattr(host, "REPOSITORY", "")
        patch.setattr(host, "BINDER", "")
        stage.stage(build)
    return build / "pages"


def cells(path):
    return json.loads(path.read_text("utf-8"))["cells"]


def prose(path):
    return "\n".join("".join(c["source"]) for c in cells(path) if c["cell_type"] == "markdown")


# --------------------------------------------------------------------------------- the lessons


@each_lesson
def test_code_and_outputs_are_those_of_the_notebook(pages, path):
    before = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    after = [cell for cell in cells(pages / path.name) if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in after] == [cell["source"] for cell in before]
    for old, new in zip(before, after, strict=True):
        for output, shown in zip(old["outputs"], new["outputs"], strict=True):
            assert shown == output or stage.WIDGET in output["data"]


@each_lesson
def test_each_widget_is_one_line(pages, path):
    assert stage.WIDGET not in (pages / path.name).read_text("utf-8")
    before = path.read_text("utf-8").count(f'"{stage.WIDGET}"')
    shown = [o for cell in cells(pages / path.name) for o in cell.get("outputs", [])]
    lines = [o["data"]["text/html"] for o in shown if "text/html" in o.get("data", {})]
    assert len(lines) == before and all("notebook" in line for line in lines)


def test_a_widget_that_nobody_has_words_for_is_an_error():
    data = {stage.WIDGET: {}, "text/plain": "NewWidget(x)"}
    with pytest.raises(KeyError, match="NewWidget"):
        stage.without_widget({"output_type": "display_data", "data": data, "metadata": {}}, "x")


@each_lesson
def test_each_figure_is_described(pages, path):
    for cell in cells(pages / path.name):
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            said = cell["metadata"]["mystnb"]["image"]["alt"]
            assert re.fullmatch(r'Figure under ".{4,}"(: (?!Return|Draw)[^`{}]{10,}\.)?', said), (
                said
            )


@each_lesson
def test_drawing_code_is_folded(pages, path):
    for cell in cells(pages / path.name):
        if cell["cell_type"] == "code":
            only_draws = "".join(cell["source"]).startswith("# drawing")
            assert ("hide-input" in cell["metadata"]["tags"]) == only_draws


@each_lesson
def test_a_result_that_one_is_to_predict_is_folded(pages, path):
    folded, asked = 0, ""
    for cell in cells(pages / path.name):
        text, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            asked = re.search(r"Predict[^\n]*$|$", text.strip())[0]
        elif cell["outputs"]:
            assert "hide-output" in tags or not asked
            folded, asked = folded + ("hide-output" in tags), ""
    assert folded


@each_lesson
def test_no_check_says_here_that_nothing_is_done(pages, path):
    for cell in cells(pages / path.name):
        if "Not done yet" in json.dumps(cell.get("outputs")):
            assert "remove-output" in cell["metadata"]["tags"]
    text = prose(pages / path.name)
    assert text.count(stage.EXERCISES) == 1 and "eplace the `...`, run" not in text


@each_lesson
def test_each_lesson_says_how_to_run_it(pages, path):
    box = re.search(r'<details class="run-it">.*?</details>', prose(pages / path.name), re.DOTALL)[
        0
    ]
    assert "make lab" in box and path.name in box
    assert "git clone" not in box and "http" not in box, "nobody has said where it is hosted"


def test_the_address_of_the_host_stands_in_one_place(monkeypatch):
    monkeypatch.setattr(host, "REPOSITORY", "https://example.org/you/copy")
    monkeypatch.setattr(host, "BINDER", "https://binder.example.org/gh/you/copy/HEAD")
    box = stage.run_box(LESSONS[2])
    assert "git clone https://example.org/you/copy scratch-nn\ncd scratch-nn\nmake lab" in box
    assert f"/gh/you/copy/HEAD?urlpath=lab/tree/notebooks/{LESSONS[2].name})" in box
    files = [*ROOT.glob("book/*.py"), ROOT / "book" / "index.md"]
    readers = [file.name for file in files if "environ" in file.read_text("utf-8")]
    assert readers == ["host.py"]


# -------------------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[a](02_softmax_cross_entropy.ipynb)", "[a](02_softmax_cross_entropy.ipynb)"),
        ("[a](../nn_core.py#x)", "[a](nn_core.md#x)"),
        ("[`fit`](../nn_core.py)", "[`fit`](nn_core.md)"),
        ("see [a [b]](../train.py).", "see a [b]."),
        ("[a](https://example.org/x) [b](#here)", "[a](https://example.org/x) [b](#here)"),
        ("[a](#7.-Train,-and-watch)", "[a](#7-train-and-watch)"),
        ("`x[0](train.py)`", "`x[0](train.py)`"),
        ("```python\n[a](nowhere.py)\n```", "```python\n[a](nowhere.py)\n```"),
        ("![lab](../figs/lab.png)", "![lab](pictures/figs/lab.png)"),
        ("[![lab](../figs/lab.png)](../train.py)", "![lab](pictures/figs/lab.png)"),
    ],
)
def test_links_work_in_the_book(monkeypatch, tmp_path, text, wanted):
    monkeypatch.setattr(host, "REPOSITORY", "")
    assert links.moved(text, Path("notebooks"), tmp_path) == wanted
    assert (tmp_path / "pictures" / "figs" / "lab.png").exists() == ("![" in text)


def test_a_file_that_is_no_page_is_looked_up_where_the_project_is_hosted(monkeypatch, tmp_path):
    monkeypatch.setattr(host, "REPOSITORY", "https://example.org/you/copy")
    found = links.moved("[a](../train.py)", Path("notebooks"), tmp_path)
    assert found == "[a](https://example.org/you/copy/blob/HEAD/train.py)"


def test_a_link_to_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.py"):
        links.moved("[a](nowhere.py)", Path("notebooks"), tmp_path)


@each_lesson
def test_each_link_to_a_heading_finds_it(pages, path):
    """The browser test follows all links; this finds out at once."""
    for target in re.findall(r"\]\(([\w.]*#[^)]+)\)", prose(pages / path.name)):
        page, _, anchor = target.partition("#")
        text = (pages / (page or path.name)).read_text("utf-8").replace("\\n", "\n")
        assert anchor in map(links.slug, re.findall(r"^##+ (.+)$", text, re.MULTILINE)), target


# --------------------------------------------------------------------- nn_core.py, piece by piece


def test_all_of_the_network_is_there_in_order(pages):
    text = (pages / "nn_core.md").read_text("utf-8")
    code = "\n".join(re.findall(r"^```\{code-block\}.*?\n\n(.*?)^```$", text, re.M | re.DOTALL))
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(pieces.SOURCE))


def test_each_piece_and_its_lesson_lead_to_each_other(pages):
    text = (pages / "nn_core.md").read_text("utf-8")
    assert len(pieces.PIECES) > 15
    for piece in pieces.PIECES:
        place = re.search(rf"^### `{piece}`\n\nBuilt in (.+)\.$", text, re.MULTILINE)
        for lesson in set(re.findall(r"\((\d\d_\w+\.ipynb)#", place[1])):
            assert f"[`{piece}`](nn_core.md#{piece.lower()})" in prose(pages / lesson)


def test_a_method_stands_with_the_lesson_that_builds_it():
    places = {(b.piece, m): b.lesson.name[:2] for b in pieces.built() for m in b.methods}
    assert places["Linear", "forward"] == "01" and places["Linear", "backward"] == "04"
    assert places["MLP", "predict"] == "02" and places["SGD", "direction"] == "07"


def test_an_early_version_and_the_final_one_both_count():
    steps = [b for b in pieces.built() if b.piece == "SGD" and "step" in b.methods]
    assert [b.lesson.name[:2] for b in steps] == ["05", "07"]


# ------------------------------------------------------------------------------ the front page


def test_the_front_page_has_its_parts(pages):
    text = (pages / "index.md").read_text("utf-8")
    assert ("front.html" if stage.LIVE.exists() else "pictures/figs/lab.png") in text
    cards = re.findall(r'<a href="(\d\d_\w+)\.html">.*?(\d+) minutes</small>', text)
    assert [name for name, _ in cards] == [path.stem for path in LESSONS]
    assert "make lab" in text and "<!--" not in text
    for page in [*(path.stem for path in LESSONS), "glossary", "nn_core", "benchmarks"]:
        assert re.search(rf"^{page}$", text, re.MULTILINE), "not in the table of contents"


# ---------------------------------------------------------------------------------- publishing


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_pinned_and_may_do_little(file):
    yaml = pytest.importorskip("yaml")  # comes with JupyterLab
    text = file.read_text("utf-8")
    flow = yaml.safe_load(text)
    assert flow["permissions"] == {"contents": "read"}
    for name, job in flow["jobs"].items():
        assert "timeout-minutes" in job, f"{file.name}: {name} may run for hours"
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
    for used in re.findall(r"uses: (.+)", text):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+", used), used


def test_the_workflow_builds_and_publishes_the_book():
    yaml = pytest.importorskip("yaml")
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text("utf-8"))
    build, publish = flow["jobs"]["build"], flow["jobs"]["publish"]
    assert [step["run"] for step in build["steps"] if "run" in step] == ["make book"]
    settings = next(step["env"] for step in build["steps"] if "run" in step)
    assert set(settings) == set(re.findall(r"BOOK_\w+", Path(host.__file__).read_text("utf-8")))
    folder = build["steps"][-1]["with"]["path"]
    assert f"book/_build/pages {folder}\n" in (ROOT / "Makefile").read_text("utf-8")
    assert publish["needs"] == "build" and "permissions" not in build
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}


def test_what_builds_the_book_is_not_what_a_learner_installs():
    build, learner = (
        set(re.findall(r"^([\w-]+)", (ROOT / folder / "requirements.txt").read_text("utf-8"), re.M))
        for folder in ("book", ".")
    )
    ours = {"sphinx", "myst-nb", "furo", "sphinx-copybutton", "latex2mathml"}
    assert ours <= build and not ours & learner and "jupyterlab" in learner
