"""The project around the network: package lists, commands in the README, what is committed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_neither_data_nor_weights_are_committed():
    files = tracked_files()
    ours = {"data/.gitignore", "data/README.md", "data/mnist.py", "data/distortion.py"}
    assert {f.as_posix() for f in files if f.parts[0] == "data"} == ours
    assert [f for f in files if re.search(r"ubyte|\.npz|\.pt$|MNIST/", f.as_posix())] == []


def test_top_level_holds_what_it_should():
    allowed = {
        *(".ci", ".github", ".gitignore", "Makefile", "README.md", "benchmarks", "data", "figs"),
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


def test_commands_in_the_readme_exist():
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    mentioned = set(re.findall(r"\bmake ([a-z]+)", "\n".join(re.findall("`[^`]+`", readme))))
    assert {"lab", "test"} <= mentioned <= targets
    for script in re.findall(r"python ([\w/]+\.py)", readme):
        assert (ROOT / script).exists(), script
