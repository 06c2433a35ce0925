"""Stages the pages of the book: the committed notebooks, outputs included, and what stands around.

usage: python -m book.stage [folder]     (writes pages/ and static/ in book/_build or the folder)
"""

import ast
import json
import re
import shutil
import sys
from pathlib import Path

from book import host
from book.links import LESSONS, PAGES, ROOT, moved
from book.pieces import page, pieces_of

BOOK = Path(__file__).parent
LIVE = BOOK / "live" / "front.html"
FIGURES = ROOT / "notebooks" / "support" / "figures"
FOR_PROGRAMMERS = re.compile(  # of a line such as "Return a figure of {name: losses} (N, 784)"
    r"^Return (a|the) (grid|figure)( of| with|:)?|^Return a function \w+\([^)]*\):|^Draw"
    r"| ?\((?:[^()]|\([^()]*\))*\)|(: \w+ is|,| of)? ?\{[^}]*\}:?"
)
WIDGET = "application/vnd.jupyter.widget-view+json"
SAID_OF_WIDGETS = {  # how the text of a widget begins: the line in its place
    "InteractiveFigure": "Sliders stand here in the notebook, and move the picture.",
    "TrainingPlayground": "A small laboratory stands here in the notebook: sliders, and curves.",
    "InteractiveLab": "The lab stands here in the notebook; its picture is at the top.",
    "HTML": "A curve grows here in the notebook, while the cell runs.",
}
ASKS = re.compile(r"\bPredict\b|[Bb]efore you run|on paper, then run")
EXERCISES = (
    "Here you can think, and unfold a hint and the answer. In the notebook you write your answer "
    "in place of `...`, and the check below it says at once whether, and how, it is wrong."
)
TO_RUN = re.compile(r"^.*eplace the `...`, run the cell, then run the check.*\n", re.MULTILINE)
PLAYED = {  # widgets that live in the page, too: static/*.js, and what these are told
    "w1 (upper)": ("neuron", BOOK / "live" / "halves.json"),
    "figures.draw_logits": ("softmax", None),
}


def stage(build):
    """Write pages/ and, for the front page, static/ into the folder `build`, which is made anew."""
    shutil.rmtree(build, ignore_errors=True)
    pages = build / "pages"
    pages.mkdir(parents=True)
    for path in LESSONS:
        notebook = json.loads(path.read_text("utf-8"))
        notebook["cells"] = staged_cells(notebook["cells"], path, pages)
        add_boxes(notebook["cells"], path)
        (pages / path.name).write_text(json.dumps(notebook), "utf-8")
    for source in ("notebooks/support/glossary.md", "benchmarks/README.md"):
        text = (ROOT / source).read_text("utf-8")
        (pages / PAGES[source]).write_text(moved(text, Path(source).parent, pages), "utf-8")
    (pages / "nn_core.md").write_text(page(), "utf-8")
    (pages / "index.md").write_text(front_page(pages), "utf-8")
    copy_live(build / "static" / "live")


def clone():
    """Return the commands that get the project, as lines; none if nobody has said where it is."""
    return f"git clone {host.REPOSITORY} scratch-nn\ncd scratch-nn\n" if host.REPOSITORY else ""


# ----------------------------------------------------------------------------------- a lesson


def staged_cells(cells, path, pages):
    """Return the cells of a lesson as the book shows them."""
    staged, heading, asked = [], "", False
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = [heading, *re.findall(r"^##+ (.+)$", text, re.MULTILINE)][-1]
            asked = bool(ASKS.search(text.strip().split("\n\n")[-1]))
        staged.append(staged_cell(cell, path, pages, heading))
        if cell.get("outputs"):  # the result of what a reader was asked to predict
            staged[-1]["metadata"]["tags"] += ["hide-output"] * asked
            asked = False
    return staged


def staged_cell(cell, path, pages, heading):
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return cell | {"source": moved(text, Path("notebooks"), pages)}
    tags = list(cell["metadata"].get("tags", []))
    if text.startswith("# drawing"):  # a reader is told to leave its code unread
        tags.append("hide-input")
    if "check" in tags:  # it says that nothing is done yet, which is no news here
        tags.append("remove-output")
    if any("[[" in "".join(output.get("text", "")) for output in cell["outputs"]):
        tags.append("matrix")
    picture = {"image": {"alt": description(text, path, heading)}}
    outputs = [without_widget(output, text) for output in cell["outputs"]]
    return cell | {"metadata": {"tags": tags, "mystnb": picture}, "outputs": outputs}


def without_widget(output, source):
    """Return an output of a cell, or the line that stands in the place of a widget."""
    if WIDGET not in output.get("data", {}):
        return output
    name = re.match(r"\w+", "".join(output["data"]["text/plain"]))[0]
    line = f'<p class="in-the-notebook">{SAID_OF_WIDGETS[name]}</p>'
    for name, file in (played for drawn, played in PLAYED.items() if drawn in source):
        points = f" data-points='{file.read_text('utf-8').strip()}'" if file else ""
        line = f'<div class="play" data-play="{name}"{points}>{line}</div>'
    return {"output_type": "display_data", "data": {"text/html": line}, "metadata": {}}


def description(source, path, heading):
    """Say what a cell draws: under which heading, and what the function says that draws."""
    said = {}
    for file in (FIGURES / "digits.py", FIGURES / f"lesson_{path.name[:2]}.py"):
        tree = ast.parse(file.read_text("utf-8"))
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        said |= {function.name: ast.get_docstring(function) or "" for function in functions}
    drawn = [said[name] for name in re.findall(r"(\w+)\(", source) if said.get(name)]
    line = FOR_PROGRAMMERS.sub("", drawn[0].split("\n")[0].replace("`", "")) if drawn else ""
    place = heading.replace("`", "")
    return f'Figure under "{place}": {line.strip(" ,")}'.removesuffix(": ")


def add_boxes(cells, path):
    """Say at the top how to run the lesson, and in its recap which pieces it has built."""
    first = cells[0]["source"]
    assert first.count("\n## ") >= 1, f"{path.name} does not begin with title and sections"
    cells[0]["source"] = first.replace("\n## ", f"\n{run_box(path)}\n## ", 1)
    exercises = [cell for cell in cells if "## Exercises\n" in cell["source"]]
    assert len(exercises) == 1, f"{path.name} has no exercises, or twice"
    before, heading, after = exercises[0]["source"].partition("## Exercises\n")
    exercises[0]["source"] = f"{before}{heading}\n{EXERCISES}\n{TO_RUN.sub('', after)}"
    if line := pieces_of(path):
        recaps = [cell for cell in cells if "## Recap\n\n" in cell["source"]]
        assert len(recaps) == 1, f"{path.name} has no recap, or two"
        before, recap, after = recaps[0]["source"].partition("## Recap\n\n")
        summary, _, rest = after.partition("\n\n")
        recaps[0]["source"] = f"{before}{recap}{summary}\n\n{line}\n\n{rest}"


def run_box(path):
    """Return the folded box that says how to get and run a lesson."""
    address = f"{host.BINDER}?urlpath=lab/tree/notebooks/{path.name}"
    online = (
        f"[Run it online]({address}), on Binder. Or on your own computer:" if host.BINDER else ""
    )
    here = "" if host.REPOSITORY or online else "Get the project, and in its folder:"
    parts = [
        '<details class="run-it"><summary>Nothing runs here: how to run it yourself</summary>',
        *filter(None, [online, here]),
        f"```sh\n{clone()}make lab\n```",
        f"It needs Python 3.11 or newer. Then open `notebooks/{path.name}`.",
        "</details>\n",
    ]
    return "\n\n".join(parts)


# ------------------------------------------------------------------------------ the front page


def lessons():
    """Yield (path, title, what you build, what you see, minutes) of each lesson in the README."""
    readme = (ROOT / "README.md").read_text("utf-8")
    row = re.compile(r"^\| \[\d\d [^]]+\]\((\S+)\) \| (.+?) \| (.+?) \| (\d+) \|$", re.MULTILINE)
    for target, build, see, minutes in row.findall(readme):
        first = json.loads((ROOT / target).read_text("utf-8"))["cells"][0]["source"]
        title = re.match(r"# \d\d\. (.+)", "".join(first))[1]
        yield ROOT / target, title, build, see, minutes


def front_page(pages):
    """Return index.md with its live part and the list of lessons."""
    top = f"```{{raw}} html\n:file: {LIVE}\n```"
    rows = [
        f'<li><a href="{path.stem}.html"><span class="number">{path.name[:2]}</span>'
        f"<strong>{title}</strong><span>You build {build}.</span>"
        f"<span>You see: {see}.</span><small>{minutes} minutes</small></a></li>"
        for path, title, build, see, minutes in lessons()
    ]
    table = '<ol class="lessons">\n' + "\n".join(rows) + "\n</ol>"
    text = moved((BOOK / "index.md").read_text("utf-8"), Path("book"), pages)
    for mark, filling in (("live", top), ("lessons", table), ("clone", clone())):
        assert text.count(f"<!-- {mark} -->\n") == 1, f"book/index.md has no mark for {mark}"
        text = text.replace(f"<!-- {mark} -->\n", f"{filling.rstrip()}\n" if filling else "")
    toctree = "\n".join(path.stem for path in LESSONS)
    text = text.replace("<!-- toctree -->", toctree)
    return text


def copy_live(folder):
    """Write what the live part of the front page loads; it takes the lab's own scripts."""
    sys.path.append(str(ROOT / "notebooks"))
    from book.live import copy_live

    copy_live(folder)


if __name__ == "__main__":
    stage(Path(sys.argv[1]) if sys.argv[1:] else BOOK / "_build")
