"""`make` installs the PyTorch that fits the computer: from a small index of packages, made here."""

import http.server
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from clean_environment import clean_environment

ROOT = Path(__file__).parents[2]
if os.name == "nt" or shutil.which("make") is None:
    pytest.skip("no make here", allow_module_level=True)
if find_spec("pip") is None:
    pytest.skip("no pip here", allow_module_level=True)

NO_DRIVER, NOT_TO_BE_HAD = "No NVIDIA driver here", "Not to be had from there"


def write_wheel(folder, name, version):
    """Write a package of one empty module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


class Index(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, whose listings are what pip reads; what is under /hang/ never answers."""

    end = threading.Event()

    def do_GET(self):
        if self.path.startswith("/hang/"):
            self.end.wait()
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The address of an index: PyPI at /pypi, PyTorch's own at /whl/cpu and /whl/cu128."""
    folder = tmp_path_factory.mktemp("index")
    for name in ("torch", "torchvision"):
        write_wheel(folder / "pypi" / name, name, "2.0")
        for build in ("cpu", "cu128"):
            write_wheel(folder / "whl" / build / name, name, f"2.0+{build}")
        (folder / "empty" / "cpu" / name).mkdir(parents=True)  # nothing for this Python

    def handler(*args):
        return Index(*args, directory=str(folder))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            Index.end.set()
            server.shutdown()


@pytest.fixture
def install(index, tmp_path):
    """A function that installs as `make lab` does; it returns make's result and PyTorch's version.

    On PATH are a few programs alone: no nvidia-smi of this computer's; the system is Linux.
    """
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("id", "touch"):
        (programs / name).symlink_to(shutil.which(name))
    write_program(programs / "uname", "echo Linux")
    write_program(programs / "python", f'exec "{sys.executable}" "$@" --without-pip')
    (tmp_path / "pip_alone").mkdir()
    (tmp_path / "pip_alone" / "pip").symlink_to(Path(find_spec("pip").origin).parent)
    (tmp_path / "requirements.txt").write_text("torch\ntorchvision\n")
    shutil.copy(ROOT / "Makefile", tmp_path)
    outside = {name: None for name in os.environ if name.startswith(("PIP_", "MAKE", "TORCH"))}
    environment = outside | {
        "PATH": str(programs),
        "PYTHONPATH": str(tmp_path / "pip_alone"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"{index}/pypi",
        "PIP_NO_CACHE_DIR": "1",
    }

    def install(*settings, torch_index="/whl", driver=False):
        if driver:
            write_program(programs / "nvidia-smi", "true")
        address = torch_index if "://" in torch_index else index + torch_index
        command = [shutil.which("make"), ".venv/installed", "PYTHON=python"]
        done = subprocess.run(
            [*command, f"TORCH_INDEX={address}", *settings],
            cwd=tmp_path,
            env=clean_environment(**environment),
            capture_output=True,
            text=True,
            timeout=600,
        )
        found = sorted(tmp_path.glob(".venv/lib/python*/site-packages/torch-*.dist-info"))
        return done, [path.name.split("-")[1].removesuffix(".dist") for path in found]

    return install


def write_program(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def test_without_a_driver_the_cpu_build_comes_by_itself(install):
    done, version = install()
    assert version == ["2.0+cpu"], done.stderr
    assert NO_DRIVER in done.stdout and NOT_TO_BE_HAD not in done.stdout


@pytest.mark.parametrize("where", ["http://127.0.0.1:9", "/nothing", "/hang", "/empty"])
def test_where_it_is_not_to_be_had_the_ordinary_one_comes(install, where):
    """Nobody listens, another server answers, nobody answers, no build for this Python."""
    done, version = install(torch_index=where)
    assert done.returncode == 0 and version == ["2.0"], done.stderr
    assert NO_DRIVER in done.stdout and NOT_TO_BE_HAD in done.stdout


def test_with_a_driver_the_ordinary_one_comes(install):
    done, version = install(driver=True)
    assert version == ["2.0"] and NO_DRIVER not in done.stdout, done.stderr


@pytest.mark.parametrize(("name", "wanted"), [("default", "2.0"), ("cu128", "2.0+cu128")])
def test_torch_overrides(install, name, wanted):
    done, version = install(f"TORCH={name}")
    assert version == [wanted] and NO_DRIVER not in done.stdout, done.stderr


def test_a_build_that_was_asked_for_and_is_not_there_is_an_error(install):
    done, version = install("TORCH=cu999")
    assert done.returncode != 0 and version == []
    assert "torch" in done.stderr
