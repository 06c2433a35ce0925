"""The book, built once for all tests of its pages, and served."""

import functools
import http.server
import subprocess
import threading
import time

import pytest

from clean_environment import clean_environment
from project_copy import ROOT


@pytest.fixture(scope="session")
def html(tmp_path_factory):
    """The folder of the built book; the build sees no network, and has no warning."""
    from book_pages import HUNG, PROGRAMS  # which skips where nothing builds the book

    build, began = tmp_path_factory.mktemp("book"), time.perf_counter()
    sphinx = [PROGRAMS / "sphinx-build", "-q", "-W", "-c", "book", build / "pages", build / "html"]
    for command in ([PROGRAMS / "python", "-m", "book.stage", build], sphinx):
        done = subprocess.run(
            command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=HUNG
        )
        assert done.returncode == 0, done.stdout + done.stderr
    print(f"the book was built in {time.perf_counter() - began:.0f} s")
    return build / "html"


@pytest.fixture(scope="session")
def address(html):
    """The address of a server that has the book."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
