"""Downloads of MNIST by several processes, and by one that is stopped: no file is ever damaged."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor

import mnist_server
import pytest
from mnist_folders import (
    EVERYTHING_IN_PLACE,
    IMAGES,
    assert_is_mnist,
    contents,
    put,
    python,
)
from mnist_server import FILES

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signal")

# A fork server imports torchvision once; so its children start at the moment they are told to.
METHODS = multiprocessing.get_all_start_methods()
PROCESSES = multiprocessing.get_context("forkserver" if "forkserver" in METHODS else "spawn")


def import_torchvision():
    import torchvision.datasets  # noqa: F401


@pytest.fixture(scope="module")
def processes():
    """Four processes that have imported torchvision and wait for work."""
    pytest.importorskip("torchvision.datasets")
    if PROCESSES.get_start_method() == "forkserver":
        PROCESSES.set_forkserver_preload(["torchvision.datasets"])
    with ProcessPoolExecutor(4, PROCESSES, import_torchvision) as pool:
        list(pool.map(time.sleep, [0.3] * 4))
        yield pool


@pytest.mark.parametrize("starts", [(0, 0), (0, 0, 0, 0), (0, 0.4), (0, 0.6, 1.2, 1.8)], ids=str)
def test_processes_that_start_together(starts, root, mirrors, processes):
    (server,) = mirrors(mnist_server.slow)  # takes 2 s for its four files
    futures, begin = [], time.perf_counter()
    for start in starts:
        time.sleep(max(0, begin + start - time.perf_counter()))
        futures.append(processes.submit(mnist_server.load_in_child, root, [server.url]))
    for future in futures:
        dataset, out, err = future.result(timeout=600)
        assert_is_mnist(dataset)
        assert (len(out.splitlines()), err) == (1, "")
    assert contents(root) == EVERYTHING_IN_PLACE
    assert [path.name for path in root.iterdir()] == ["MNIST"]


SECOND_FILE_STALLS = mnist_server.only("train-labels", mnist_server.stall_midway)


def wait_for_the_second_file(root):
    """Wait until torchvision has begun to write the file that stalls."""
    end = time.monotonic() + 600
    while not any(root.rglob("train-labels-idx1-ubyte.gz")):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """Press Ctrl-C in the middle of a download; return the dead process, its stderr, the folder."""
    pytest.importorskip("torchvision.datasets")
    code = """
import signal, sys, mnist_server
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where Ctrl-C was switched off
mnist_server.load_in_child(sys.argv[1], sys.argv[2:])
"""
    root = tmp_path_factory.mktemp("interrupted")
    put(root, {IMAGES: FILES[IMAGES]})
    with (
        mnist_server.running_server(SECOND_FILE_STALLS) as server,
        python(code, root, server.url) as child,
    ):
        wait_for_the_second_file(root)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=300)
    return child, err, root


@posix_only
def test_ctrl_c_ends_a_download_and_the_next_call_recovers(interrupted, mirrors, load):
    child, err, root = interrupted
    assert child.returncode == -signal.SIGINT
    assert err.splitlines()[-1].startswith("KeyboardInterrupt")
    assert contents(root) == {f"MNIST/raw/{IMAGES}": FILES[IMAGES]}
    assert [path.name for path in root.iterdir()] == ["MNIST"]
    mirrors(mnist_server.good)
    dataset, _ = load(root)
    assert_is_mnist(dataset)
    assert contents(root) == EVERYTHING_IN_PLACE


@posix_only
def test_ctrl_c_shows_nothing_of_the_inside_of_torchvision(interrupted):
    _, err, _ = interrupted
    assert "torchvision" not in err


def whole_files(root):
    """Return the files in `root`, without what a killed download has left."""
    return {name: data for name, data in contents(root).items() if "download-" not in name}


def test_killed_download_does_no_harm_and_the_next_call_recovers(root, mirrors, load, processes):
    put(root, {IMAGES: FILES[IMAGES]})
    stalling, _ = mirrors(SECOND_FILE_STALLS, mnist_server.good)
    child = PROCESSES.Process(
        target=mnist_server.load_in_child, args=(root, [stalling.url]), daemon=True
    )
    child.start()
    wait_for_the_second_file(root)
    child.kill()
    child.join()
    assert whole_files(root) == {f"MNIST/raw/{IMAGES}": FILES[IMAGES]}
    dataset, _ = load(timeout=5)
    assert_is_mnist(dataset)
    assert whole_files(root) == EVERYTHING_IN_PLACE
