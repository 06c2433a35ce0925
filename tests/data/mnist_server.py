"""A small MNIST, and a web server for it that can fail in the ways in which real ones do."""

import contextlib
import gzip
import hashlib
import http.server
import io
import os
import socket
import socketserver
import struct
import sys
import threading

import numpy as np

import data.mnist
from data.mnist import load_mnist

# ------------------------------------------------------------------------- the small MNIST


def idx(array):
    """Return the bytes of an IDX file that holds `array` (uint8)."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes() + array.tobytes()


def small_mnist(n_train=30, n_test=20):
    """Return {file name: array}: random images (n, 28, 28) and labels (n,), uint8."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, n in [("train", n_train), ("t10k", n_test)]:
        arrays[f"{part}-images-idx3-ubyte"] = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        arrays[f"{part}-labels-idx1-ubyte"] = rng.integers(0, 10, n, dtype=np.uint8)
    return arrays


ARRAYS = small_mnist()
FILES = {name: idx(array) for name, array in ARRAYS.items()}
GZIPPED = {f"{name}.gz": gzip.compress(data, mtime=0) for name, data in FILES.items()}


def publish(set_attribute=setattr):
    """Make load_mnist take the small MNIST for the published one."""
    checksums = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    set_attribute(data.mnist, "MNIST_SHA256", checksums)


def redirect_torchvision(mirrors, set_attribute=setattr):
    """Make torchvision look for the small MNIST, at these addresses instead of its own."""
    from torchvision.datasets import MNIST

    md5s = [(name, hashlib.md5(data).hexdigest()) for name, data in GZIPPED.items()]
    set_attribute(MNIST, "resources", md5s)
    set_attribute(MNIST, "mirrors", list(mirrors))


def load_in_child(root, mirrors):
    """Call load_mnist with real torchvision in a process of its own: dataset, stdout, stderr."""
    os.environ["no_proxy"] = "127.0.0.1"
    publish()
    redirect_torchvision(mirrors)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        dataset = load_mnist(root)
    return dataset, out.getvalue(), err.getvalue()


# ------------------------------------------------------------------------------ the server

LONGEST_STALL = 300  # seconds: a test that waits for this has failed, but does end


class MnistServer(socketserver.ThreadingTCPServer):
    """Answers every request with `answer(handler, body)`; None refuses every connection."""

    daemon_threads = True
    request_queue_size = 20

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler, bind_and_activate=False)
        self.answer = answer
        self.requested = []
        self.closing = threading.Event()
        self.server_bind()
        if answer is not None:
            self.server_activate()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, request, client_address):
        """A client that leaves early is no error; anything else is printed, and fails a test."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    """One request, for a file of the small MNIST."""

    def do_GET(self):
        name = self.path.lstrip("/")
        self.server.requested.append(name)
        self.server.answer(self, GZIPPED[name])

    def send(self, body, length=None, kind="application/gzip"):
        """Send `body`, and promise `length` bytes."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def asks_for_redirects_only(self):
        """torchvision asks twice for every file; the first time it leaves before the body."""
        return self.headers["Method"] == "HEAD"

    def log_message(self, *args):
        """Say nothing: the tests look at what load_mnist prints."""


@contextlib.contextmanager
def running_server(answer):
    """Run a server on a free port of 127.0.0.1 until the end of the `with` block."""
    with MnistServer(answer) as server:
        if answer is None:
            yield server
            return
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


# --------------------------------------------------------------- how a server can answer

refuse = None


def good(handler, body):
    """The file, as it should be."""
    handler.send(body)


def slow(handler, body, seconds=0.5):
    """The file, as it should be, drop by drop."""
    handler.send(b"", length=len(body))
    if not handler.asks_for_redirects_only():
        for piece in np.array_split(np.frombuffer(body, np.uint8), 10):
            handler.server.closing.wait(seconds / 10)
            handler.wfile.write(piece.tobytes())


def never_answer(handler, body):
    """Accept the connection, then nothing."""
    handler.server.closing.wait(LONGEST_STALL)


def stall_midway(handler, body):
    """Half the file, then nothing."""
    handler.send(body[: len(body) // 2], length=len(body))
    if not handler.asks_for_redirects_only():
        handler.server.closing.wait(LONGEST_STALL)


def not_found(handler, body):
    """404, with the usual page."""
    handler.send_error(404)


def login_page(handler, body):
    """What the network of a hotel does: 200, and a page instead of the file."""
    handler.send(b"<!DOCTYPE html><html><body>Please log in.</body></html>", kind="text/html")


def cut_off(handler, body):
    """Half the file under a header that promises all of it."""
    handler.send(body[: len(body) // 2], length=len(body))


def half_a_file(handler, body):
    """Half the file under a header that promises no more."""
    handler.send(body[: len(body) // 2])


def flipped_bit(handler, body):
    """The right length, but one bit is wrong."""
    handler.send(body[:-9] + bytes([body[-9] ^ 1]) + body[-8:])


def reset(handler, body):
    """Reset the connection: with a linger time of 0, closing sends RST instead of FIN."""
    no_linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
    socket.close(handler.connection.detach())


def reset_midway(handler, body):
    """Half the file, then a reset."""
    handler.send(body[: len(body) // 2], length=len(body))
    if not handler.asks_for_redirects_only():
        reset(handler, body)


def only(part, fault):
    """Answer with `fault` when the file's name begins with `part`, and well otherwise."""

    def answer(handler, body):
        (fault if handler.path.startswith(f"/{part}") else good)(handler, body)

    return answer
