"""`make lab` opens the first lesson, also when the browser asks for /lab."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from browser import START_TIMEOUT, STOP_TIMEOUT, chromium, find_chromium, free_port, wait_for_port
from clean_environment import clean_environment
from project_copy import ROOT, copy_project

pytest.importorskip("playwright", reason="Playwright is not installed")
if os.name == "nt" or shutil.which("make") is None or find_chromium() is None:
    pytest.skip("no make, or no browser, here", allow_module_level=True)


def test_the_first_lesson_is_open(tmp_path):
    folder, port = copy_project(tmp_path, mnist=False), free_port()
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (folder / ".venv" / "installed").touch()
    options = f"--port={port} --no-browser --IdentityProvider.token=x"
    options += " --ServerApp.shutdown_no_activity_timeout=600"  # should this test be killed
    log = folder / "log.txt"
    with open(log, "w") as file:
        process = subprocess.Popen(
            ["make", "lab", f"LAB={options}"],
            cwd=folder,
            env=clean_environment(),
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        wait_for_port(process, port, log)
        address = f"http://localhost:{port}"
        with urllib.request.urlopen(f"{address}/?token=x") as answer:
            assert answer.url.split("?")[0].endswith("/lab/tree/notebooks/01_forward_pass.ipynb")
        with chromium() as browser:
            page = browser.new_page()
            page.goto(f"{address}/lab?token=x", timeout=1000 * START_TIMEOUT)
            tab = page.locator(".lm-TabBar-tab.lm-mod-current", has_text="01_forward_pass")
            tab.first.wait_for(timeout=1000 * START_TIMEOUT)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:  # JupyterLab may wait for a kernel that is just starting
            os.killpg(process.pid, signal.SIGKILL)  # kernels end when they find their parent gone
            process.wait()
