"""The project around the network: package lists, commands in the README, what is committed."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from clean_environment import clean_environment

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pytorch-cpu": "torch"}  # conda-forge to PyPI
CONDA_ONLY = {"python", "pip"}


def conda_packages():
    """The dependencies in environment.yml, {PyPI name: version condition}."""
    _, _, dependencies = (ROOT / "environment.yml").read_text("utf-8").partition("dependencies:")
    lines = re.findall(r"^  - ([\w-]+)(?: (\S+))?$", dependencies, re.MULTILINE)
    assert len(lines) == len(re.findall("^  - ", dependencies, re.MULTILINE)), "a line is not read"
    return {CONDA_NAMES.get(name, name): condition for name, condition in lines}


def pip_packages():
    """The packages in requirements.txt, {name: version condition}."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    matches = [re.fullmatch(r"([\w-]+)(\S*)", line) for line in lines if not line.startswith("#")]
    return {match[1]: match[2] for match in matches}


def test_pip_and_conda_install_the_same_packages():
    conda = {name: v for name, v in conda_packages().items() if name not in CONDA_ONLY}
    assert conda == pip_packages()


def test_environment_names_the_python_version():
    assert re.search(r"^  - python >=3\.11$", (ROOT / "environment.yml").read_text("utf-8"), re.M)


def test_lists_have_lower_bounds_and_no_pins():
    for name, condition in pip_packages().items():
        assert re.fullmatch(r"(>=[\d.]+)?", condition), f"{name}{condition} will rot"


def test_numpy_in_use_is_one_we_support():
    import numpy

    assert int(numpy.__version__.split(".")[0]) >= 2 and sys.version_info >= (3, 11)


def tracked_files():
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout: nothing says which files are committed")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(line) for line in output.splitlines() if (ROOT / line).exists()]


def test_neither_data_nor_weights_are_committed_but_those_of_the_book():
    files = tracked_files()
    ours = {"data/.gitignore", "data/README.md", "data/mnist.py", "data/distortion.py"}
    assert {f.as_posix() for f in files if f.parts[0] == "data"} == ours
    weights = [f for f in files if re.search(r"ubyte|\.npz|\.pt$|float|MNIST/", f.as_posix())]
    assert weights == [Path("book", "live", "weights.float16")]


def test_top_level_holds_what_it_should():
    allowed = {
        *(
            ".ci",
            ".editorconfig",
            ".github",
            ".gitignore",
            "Makefile",
            "README.md",
            "benchmarks",
            "book",
            "data",
            "figs",
        ),
        *("environment.yml", "nn_core.py", "nn_checks.py", "notebooks", "pyproject.toml"),
        *("requirements.txt", "tests", "train.py", "voila.json", "LICENSE", "CONTRIBUTING.md"),
    }
    assert {f.parts[0] for f in tracked_files()} <= allowed


def test_links_in_the_markdown_files_lead_somewhere():
    for file in tracked_files():
        if file.suffix == ".md":
            text = (ROOT / file).read_text("utf-8")
            for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)|(?:src|href)=\"([^\"#]+)\"", text):
                target = "".join(target)
                if not target.startswith("http"):
                    assert (ROOT / file.parent / target).exists(), f"{file}: {target}"


def test_every_picture_in_the_markdown_files_is_described():
    for file in tracked_files():
        if file.suffix == ".md":
            text = (ROOT / file).read_text("utf-8")
            for alt in re.findall(r"!\[([^\]]*)\]\(", text):
                assert len(alt) > 15, f"{file}: a picture without a description"
            assert len(re.findall(r"<img ", text)) == len(re.findall(r'<img [^>]*alt="[^"]', text))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_the_texts_exist(name):
    text = (ROOT / name).read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    code = re.findall("```.*?```|`[^`]+`", text, re.DOTALL)
    mentioned = set(re.findall(r"\bmake ([a-z-]+)", "\n".join(code)))
    assert {"test"} < mentioned <= targets
    for folder in re.findall(r"pytest (tests/[\w/]+(?:\.py)?)", text):
        assert (ROOT / folder).exists(), folder
    for script in re.findall(r"python ([\w/]+\.py)", text):
        assert (ROOT / script).exists(), script


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 130


def test_every_lesson_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| \[\d\d [^]]+\]\((\S+)\) \|.*\| \d+ \|$", readme, re.MULTILINE)
    assert rows == sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("notebooks/*.ipynb"))


def test_every_room_of_tests_is_run():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run = set(settings["tool"]["pytest"]["ini_options"]["testpaths"]) | {"tests/everywhere"}
    rooms = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert {path.relative_to(ROOT).as_posix() for path in rooms} | {"notebooks"} == run


def test_packages_for_the_tests_are_the_same_everywhere():
    texts = [ROOT / "Makefile", ROOT / "CONTRIBUTING.md", *(ROOT / ".github").rglob("*.yml")]
    lists = re.findall(r"pytest pytest-\S+ (?:[a-z]+ ?)+", "\n".join(map(Path.read_text, texts)))
    assert len(lists) >= 4 and len({line.strip() for line in lists}) == 1


def test_the_environment_of_the_tests_is_clean(monkeypatch):
    outside = "PYTEST_ADDOPTS MPLBACKEND OPENBLAS_CORETYPE HTTPS_PROXY JUPYTER_X CI BUILD_NUMBER"
    for name in outside.split():
        monkeypatch.setenv(name, "set outside")
    monkeypatch.setenv("KEPT", "as it is")
    found = clean_environment(OPENBLAS_NUM_THREADS="2", MPLBACKEND="agg", no_proxy=None)
    assert "set outside" not in found.values() and "no_proxy" not in found
    assert (found["OPENBLAS_NUM_THREADS"], found["MPLBACKEND"]) == ("2", "agg")
    assert found["KEPT"] == "as it is" and found["PATH"]
    assert found["https_proxy"] != os.environ["HTTPS_PROXY"]


@pytest.mark.parametrize("file", [*(ROOT / ".github").rglob("*.yml"), ROOT / "environment.yml"])
def test_yaml_can_be_read(file):
    yaml = pytest.importorskip("yaml")  # comes with JupyterLab
    assert isinstance(yaml.safe_load(file.read_text("utf-8")), dict)
