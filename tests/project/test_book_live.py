"""The network of the book's front page is that of nn_core, and what is copied is the lab's."""

import base64
import re

import numpy as np
import pytest
from PIL import Image

from book.live import HERE, copy_live, lab_views, script
from book.live import pack as packing
from book.live.pack import unpack
from data.mnist import load_mnist
from nn_core import MLP, SoftmaxCrossEntropy
from support.lab.centring import like_mnist
from support.lab.pad import percent
from support.lab.slopes import to_pixels
from support.page import FOLDER

ASK_LOGITS = """text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const x = new Float32Array(bytes.buffer), logits = [];
    for (let i = 0; i < x.length; i += 784)
        logits.push(...network.forward(x.subarray(i, i + 784)).at(-1));
    return logits;
}"""


@pytest.fixture(scope="module")
def network(browser):
    """A page that has the front page's network and nothing else, as `network`."""
    page = browser.new_page()
    for name in ("network", "drawing", "model"):
        page.add_script_tag(path=HERE / f"{name}.js")
    page.add_script_tag(path=FOLDER / "shared.js")
    weights = re.search(r'"weights": "([^"]+)"', script())[1]
    page.evaluate("text => { window.network = new Network(unpack(text)); }", weights)
    yield page
    page.close()


def images():
    """1,000 images: of the test set, and noise, which excites the network in other ways."""
    x = load_mnist().x_test[:800]
    noise = np.random.default_rng(0).random((1000 - len(x), 784))
    return np.concatenate([x, noise]).astype(np.float32)


# -------------------------------------------------------------------------------- what is copied


def test_two_small_files_hold_all_of_it(tmp_path):
    copy_live(tmp_path / "new" / "live")
    assert {path.name for path in tmp_path.glob("new/live/*")} == {"live.js", "live.css"}
    assert HERE.joinpath("weights.float16").stat().st_size == 2 * 109_386 < 300_000
    assert sum(path.stat().st_size for path in tmp_path.glob("new/live/*")) < 600_000
    for path in tmp_path.glob("new/live/*"):
        assert "http" not in path.read_text("utf-8").replace("http://www.w3.org/", "")


def test_the_scripts_of_the_lab_are_its_own():
    joined = script()
    for view in lab_views().values():
        assert view._esm.removesuffix("export default { render };\n") in joined
        assert "export" not in joined


def test_the_weights_read_as_many_as_is_said():
    data = load_mnist()
    if not data.name.startswith("MNIST"):
        pytest.skip("the committed network was trained on MNIST")
    text = HERE.parents[1].joinpath("benchmarks", "README.md").read_text("utf-8")
    said = re.search(r"as\s+float16\s+.*?(\d\d\.\d\d)\s%", text, re.DOTALL).group(1)
    right = 100 * (unpack().predict(data.x_test) == data.labels_test).mean()
    assert right >= 99 and abs(right - float(said)) < 0.03  # the last bits differ elsewhere


def test_packing_a_network_says_what_rounding_costs(tmp_path, monkeypatch, capsys):
    if not load_mnist().name.startswith("MNIST"):
        pytest.skip("the images to show are MNIST's")
    monkeypatch.setattr(packing, "HERE", tmp_path)
    MLP().save(tmp_path / "weights.npz")
    packing.pack(tmp_path / "weights.npz")
    assert tmp_path.joinpath("weights.float16").read_bytes() == packing.as_float16(MLP())
    made, committed = (Image.open(folder / "digits.png") for folder in (tmp_path, HERE))
    assert made.tobytes() == committed.tobytes()
    halves = [folder.joinpath("halves.json").read_text("utf-8") for folder in (tmp_path, HERE)]
    assert halves[0] == halves[1]
    said = re.findall(r"float(\d\d): test accuracy +(\d+\.\d\d) %", capsys.readouterr().out)
    assert [bits for bits, _ in said] == ["32", "16"] and float(said[1][1]) < 30  # untrained


# ------------------------------------------------------------------------------------ the network


def test_its_logits_are_those_of_nn_core(network):
    x = images()
    found = network.evaluate(ASK_LOGITS, base64.b64encode(x.tobytes()).decode())
    assert np.abs(np.reshape(found, (1000, 10)) - unpack().forward(x)).max() < 1e-3


def test_its_slopes_are_those_of_nn_core(network):
    x = images()[::100].astype(np.float64)
    labels = np.arange(len(x)) % 10
    ask = "([x, label]) => [...network.backward(network.forward(x), label)[0].dx]"
    model, loss = unpack().astype(np.float64), SoftmaxCrossEntropy()
    for row, label in zip(x, labels, strict=True):
        loss.forward(model.forward(row[None]), np.array([label]))
        expected = to_pixels(model, loss.backward())
        found = network.evaluate(ask, [row.tolist(), int(label)])
        assert np.abs(found - expected).max() < 1e-12 + 1e-6 * np.abs(expected).max()


def test_any_ink_becomes_the_image_that_the_lab_makes_of_it(network):
    rng = np.random.default_rng(1)
    for size in (1, 3, 40, 112, 9, 20):
        ink = np.zeros((112, 112), int)
        top, left = rng.integers(0, 113 - size, 2)
        ink[top : top + size, left : left + size // 2 + 1] = rng.integers(0, 256, (size, 1))
        found = network.evaluate("ink => [...likeMnist(ink, 112)]", ink.ravel().tolist())
        assert np.allclose(found, like_mnist(ink / 255).ravel(), atol=1e-9)


def test_only_all_of_it_is_written_as_100_percent(network):
    """A network is never certain, and 100.0 % beside nine times 0.0 % would say so."""
    shares = [0, 0.0004, 0.123, 0.9994, 0.9996, 1 - 2**-53, 1]
    written = ["0.0 %", "0.0 %", "12.3 %", "99.9 %", "> 99.9 %", "> 99.9 %", "100.0 %"]
    said = network.evaluate("all => all.map((share) => percent(share))", shares)
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in said] == written
    ours = network.evaluate("all => all.map((share) => `${inPercent(share)} %`)", shares)
    for texts in ours, [percent(share) for share in shares]:
        assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts] == written
    whole = network.evaluate("[percent(0.996, 0), percent(1, 0)]")
    assert whole == [">\N{NO-BREAK SPACE}99\N{NO-BREAK SPACE}%", "100\N{NO-BREAK SPACE}%"]
