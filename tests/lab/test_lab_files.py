"""Saving and loading networks and runs, and the last exam."""

import csv
import io
import json

import numpy as np
import pytest
from lab_helpers import DIGITS, STROKE, in_percent, labels_of_runs, run, same, train, until, weights
from pad_helpers import SEVEN, receive, to_ink

from nn_core import MLP
from support.lab import InteractiveLab
from support.lab.centring import like_mnist
from support.lab.files import read_network, shortened, weights_file
from support.lab.pad import TESTED


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def save(lab, name):
    """Ask for a file as the page does; return its bytes."""
    sent = []
    lab.files.send = lambda content, buffers: sent.append((content, buffers))
    lab.files._handle_custom_msg({"save": name}, [])
    ((content, (buffer,)),) = sent
    assert content == {"name": name}
    return buffer


def load(lab, name, content):
    lab.files._handle_custom_msg({"load": name}, [memoryview(content)])


def test_a_saved_network_comes_back_every_bit_the_same(lab, tmp_path):
    run(train(lab, epochs=3, hidden_1=20, layers=1))
    before, text = weights(lab), lab.matrix.text.split(": ")[1]
    content = save(lab, "weights.npz")
    (tmp_path / "weights.npz").write_bytes(content)
    model = MLP.load(tmp_path / "weights.npz")
    assert same(before, model.params().values()), "train.py reads it, too"
    lab.buttons.reset.click()
    load(lab, "C:\\fakepath\\mine.npz", content)
    assert same(before, weights(lab)) and "is loaded" in lab.files.note
    assert lab.matrix.text.endswith(text) and lab.pad.model is lab.session.model
    assert "loaded from" in labels_of_runs(lab)[-1] and "784-20-10" in labels_of_runs(lab)[-1]
    assert "Go on trains it further" in lab.status.value


def test_a_loaded_network_trains_on_and_the_others_come_back(lab):
    run(train(lab, epochs=2))
    content = save(lab, "weights.npz")
    load(lab, "weights.npz", content)
    before = weights(lab)

    async def more():
        lab.buttons.pause.click()
        await lab.session.driver.task

    lab.controls.sliders["epochs"].value = 2
    run(more())
    assert not same(before, weights(lab)) and lab.session.run.epoch == 2
    lab.run_list._handle_custom_msg({"action": "back", "run": 1}, [])
    assert same(before, weights(lab)) and lab.session.run.number == 0
    lab.run_list._handle_custom_msg({"action": "back", "run": 2}, [])
    assert lab.session.run.origin == "loaded from weights.npz" and lab.session.run.epoch == 2


def test_what_a_loaded_network_has_changed_is_since_the_file(lab):
    run(train(lab, epochs=1))
    assert not lab.inside.about["loaded"]
    load(lab, "weights.npz", save(lab, "weights.npz"))
    assert lab.inside.about["loaded"]
    lab.inside.set_state({"part": "change"})
    assert lab.inside.about["loaded"] and lab.inside.about["blank"]
    lab.buttons.step.click()
    assert lab.session.run.origin == "goes on from run 2" and not lab.inside.about["blank"]
    assert lab.inside.about["loaded"], "a copy of it, too, began with the file"
    lab.buttons.stop.click()
    lab.run_list._handle_custom_msg({"action": "back", "run": 1}, [])
    assert not lab.inside.about["loaded"]


def test_a_loaded_run_without_a_line_cuts_no_other(lab):
    run(train(lab, epochs=3))
    lab.controls.sliders["epochs"].value = 80
    load(lab, "weights.npz", save(lab, "weights.npz"))
    assert lab.chart.frame.end == 5 and "fitted to" not in lab.chart.svg


def arrays(**changes):
    made = dict(np.load(io.BytesIO(weights_file(MLP((784, 8, 10)))))) | changes
    file = io.BytesIO()
    np.savez(file, **{name: array for name, array in made.items() if array is not None})
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no weights"),
        (b"\x89PNG a cat", "holds no weights"),
        (weights_file(MLP())[:5000], "holds no weights"),
        (arrays(b1=None), "holds no weights"),
        (arrays(layers=np.array(["Linear"])), "reads 784 numbers and writes 8"),
        (arrays(W1=np.zeros((784, 9))), "holds no weights"),
        (weights_file(MLP((20, 8, 10))), "reads 20 numbers and writes 10"),
        (weights_file(MLP((784, 8, 3))), "reads 784 numbers and writes 3"),
        (arrays(b1=np.full(8, np.nan)), "not finite"),
        (bytes(60_000_000), "60,000,000 bytes"),
    ],
)
def test_any_other_file_gets_a_sentence(lab, content, said):
    run(train(lab, epochs=1))
    before, runs = weights(lab), len(lab.session.runs)
    load(lab, "cat.npz", content)
    told = []
    lab.files.observe(lambda change: told.append(change.new), "note")
    load(lab, "cat.npz", content)
    assert told == ["", lab.files.note], "it is said again"
    assert "cat.npz" in lab.files.note and said in lab.files.note
    assert "Error" not in lab.files.note and "/tmp" not in lab.files.note
    assert same(before, weights(lab)) and len(lab.session.runs) == runs


def test_nothing_is_loaded_into_a_training_that_runs(lab):
    async def scenario():
        lab.buttons.train.click()
        load(lab, "weights.npz", weights_file(MLP()))
        assert "press Pause or Stop first" in lab.files.note
        assert lab.session.state == "running" and len(lab.session.runs) == 1
        lab.buttons.stop.click()

    run(scenario())


def test_a_training_that_waits_is_stopped_by_loading_and_can_be_brought_back(lab):
    for _ in range(6):  # as many as are kept, and the last is the shortest
        lab.buttons.reset.click()
        lab.buttons.step.click()
        lab.buttons.step.click()
    lab.buttons.reset.click()
    lab.buttons.step.click()
    waiting, before = lab.session.run, weights(lab)
    load(lab, "cat.npz", b"a cat")
    assert lab.session.state == "paused" and lab.session.run is waiting
    load(lab, "mine.npz", weights_file(MLP(seed=3)))
    assert lab.files.note.startswith("mine.npz is loaded: it is the network of the lab now. ")
    kept = f"The network of run {waiting.number + 1} is kept: its row, opened, has Bring back."
    assert lab.files.note.endswith(kept)
    assert "stopped at step 1" in lab.run_list.rows[1]["label"]
    lab.run_list._handle_custom_msg({"action": "back", "run": waiting.number + 1}, [])
    assert lab.session.run is waiting and same(before, weights(lab))
    load(lab, "mine.npz", weights_file(MLP()))
    assert "is kept" not in lab.files.note, "nothing waited"


def test_what_is_said_of_files_is_of_the_newest(lab):
    load(lab, "cat.npz", b"a cat")
    assert "cat.npz holds no weights" in lab.files.note
    save(lab, "weights.npz")
    assert lab.files.note == "Saved as weights.npz, where your browser keeps downloads."
    load(lab, "cat.npz", b"a cat")
    assert "Saved" not in lab.files.note and "cat.npz holds no weights" in lab.files.note
    lab.buttons.step.click()
    assert lab.files.note == "", "it was of an earlier moment"


def test_a_long_name_is_shortened_and_stands_whole_in_one_place(lab):
    name = "my-very-best-network-of-all-times-2.npz"
    load(lab, f"/home/me/{name}", weights_file(MLP()))
    exam(lab)
    row = lab.run_list.rows[0]
    for text in (row["label"], row["full"], lab.matrix.text, lab.exam.text.value,
                 *lab.page.kept, lab.page.said, lab.session.run.name()):  # fmt: skip
        assert name not in text
    assert "loaded from my-very-best-…es-2.npz" in row["label"] and row["file"] == name
    assert f'title="{name}"' in lab.status.value and lab.matrix.text.startswith("as loaded: ")
    assert shortened("weights.npz") == "weights.npz"


def test_a_loaded_run_says_why_it_has_no_line(lab):
    load(lab, "mine.npz", weights_file(MLP()))
    row = lab.run_list.rows[0]
    assert "no line: it came trained" in row["label"] and row["colour"] == ""

    async def more():
        lab.controls.sliders["epochs"].value = 1
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(more())
    row = lab.run_list.rows[0]
    assert "no line" not in row["label"] and row["colour"]


def test_networks_of_float64_are_read(lab):
    load(lab, "weights.npz", weights_file(MLP(dtype=np.float64)))
    assert "is loaded" in lab.files.note

    async def more():
        lab.controls.sliders["epochs"].value = 1
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(more())
    assert lab.session.state == "finished" and "Error" not in lab.message.value


def test_runs_as_a_table_and_as_json(lab):
    run(train(lab, epochs=2))
    lab.controls.sliders["learning_rate"].value = 0.01
    run(train(lab, layers=0))
    rows = list(csv.DictReader(io.StringIO(save(lab, "runs.csv").decode())))
    assert {row["run"] for row in rows} == {"1", "2"}
    losses = [row for row in rows if row["kind"] == "training loss" and row["run"] == "2"]
    points = lab.session.runs[1].curve.points()
    assert [float(row["value"]) for row in losses] == [loss for _, loss in points]
    assert losses[-1]["learning_rate"] == "0.01" and losses[-1]["hidden"] == ""
    found = json.loads(save(lab, "runs.json"))
    assert [each["settings"]["hidden"] for each in found] == [[128, 64], []]
    assert len(found[0]["validation_loss"]) == 2 and found[0]["ending"].endswith("right")


def test_an_empty_lab_has_files_too(lab):
    assert json.loads(save(lab, "runs.json")) == []
    assert len(save(lab, "runs.csv").splitlines()) == 1
    assert read_network(save(lab, "weights.npz"), "x").params().keys() == MLP().params().keys()


# ------------------------------------------------------------------------------ the last exam


def exam(lab):
    lab.exam.ask.click()
    asked = lab.exam.answer.layout.display is None
    lab.exam.yes.click()
    return asked


def the_network_does_not_learn_unwarned_from_what_it_is_tested_with(lab):
    on_the_paper = lab.pad.strokes
    assert lab.pad.note == TESTED
    before = weights(lab)
    lab.pad.correct(int(lab.pad.truth))
    assert lab.pad.note.startswith("One step towards") and lab.pad.note.count(TESTED) == 1
    lab.undo_button.click()
    assert same(before, weights(lab)) and lab.pad.note == "The correction is taken back."
    stroke = [[1, 1, 2], [9, 9, 2]]
    receive(lab.pad, ink=STROKE, truth=None, strokes=[*on_the_paper, stroke])
    assert lab.pad.note == TESTED, "so it is with a stroke on it"
    receive(lab.pad, ink=to_ink(SEVEN), truth=None, strokes=[*on_the_paper, None, stroke])
    assert lab.pad.note == "", "and no longer on a paper that was cleared"
    lab.matrix._handle_custom_msg({"image": 7}, [])
    assert lab.pad.note == "", "from an image of the validation set it may learn"


def test_the_test_set_is_opened_once_for_a_network(lab):
    run(train(lab, epochs=3))
    lab.exam.ask.click()
    assert "your last word?" in lab.exam.text.value and lab.exam.results == {}
    lab.exam.no.click()
    assert "word?" not in lab.exam.text.value and lab.exam.results == {} and lab.exam.matrix is None
    assert exam(lab)
    right = (lab.session.model.predict(DIGITS.x_test) == DIGITS.labels_test).mean()
    assert in_percent(right) in lab.exam.text.value and "opened once" in lab.exam.memory.value
    validation = lab.session.run.right
    both = f"<b>{in_percent(validation)}</b> of the validation"
    assert both in lab.exam.text.value, "in the same size"
    assert np.trace(np.array(lab.exam.matrix.counts)) == round(right * len(DIGITS.x_test))
    lab.exam.matrix._handle_custom_msg({"image": 7}, [])
    image = like_mnist(DIGITS.x_test[7].reshape(28, 28))
    assert np.allclose(lab.pad.image().reshape(28, 28), image, atol=1 / 100), "it is on the paper"
    assert lab.pad.reading["truth"] == DIGITS.labels_test[7]
    the_network_does_not_learn_unwarned_from_what_it_is_tested_with(lab)
    lab.exam.yes.click()
    assert not exam(lab), "it is said again, not asked again"
    assert "was examined" in lab.exam.text.value and "opened once" in lab.exam.memory.value
    lab.exam.ask.click()  # that this is heard can be seen
    assert "Already taken. " in lab.exam.text.value and in_percent(right) in lab.exam.text.value
    taken = f"Already taken. Run 1 at step {lab.session.run.step}: {in_percent(right)}"
    assert lab.page.said.startswith(f"{taken} of the test images")
    result = lab.exam.text.value

    async def more():
        lab.buttons.pause.click()
        await lab.session.driver.task

    run(more())
    lab.exam.ask.click()
    assert "your last word?" in lab.exam.text.value
    lab.exam.no.click()
    assert lab.exam.text.value == result.replace("Already taken. ", ""), "what was shown is there"
    assert lab.exam.matrix.layout.display is None
    assert exam(lab) and "opened 2 times" in lab.exam.memory.value
    lab.buttons.reset.click()
    assert "opened 2 times" in lab.exam.memory.value, "the page remembers"
    assert "has been opened" in lab.about.value and "stays closed" not in lab.about.value


def test_a_page_that_is_loaded_again_knows_that_the_test_set_was_opened(lab):
    run(train(lab, epochs=1))
    exam(lab)
    kept = lab.page.kept
    again = InteractiveLab(DIGITS)
    again.page.set_state({"kept": kept})
    assert "has been opened" in again.about.value
    assert "opened once" in again.exam.memory.value
    assert "(before this page was loaded again)" in again.exam.memory.value
    run(train(again, epochs=1))
    assert exam(again), "it is another network, though its name is the same"
    assert "opened 2 times" in again.exam.memory.value and len(again.page.kept) == 2
    assert again.exam.memory.value.count("loaded again") == 1


def test_the_result_of_the_exam_is_said_and_led_to(lab):
    assert "The test set stays closed" in lab.about.value
    run(train(lab, epochs=1))
    led = []
    assert lab.exam.on_lead == lab.page.lead
    lab.exam.on_lead = led.append
    exam(lab)
    assert "test images read rightly" in lab.page.said and lab.page.precious
    assert led == [".lab-exam-no", ".lab-exam-result"] and "lab-exam-result" in lab.exam.text.value


def test_the_result_is_told_once_and_its_matrix_is_never_that_of_another_network(lab):
    def shown():
        return lab.exam.matrix is not None and lab.exam.matrix.layout.display is None

    def counts():
        return np.trace(np.array(lab.exam.matrix.counts))

    run(train(lab, epochs=1))
    exam(lab)
    first = lab.page.kept[0].split(": ")[1].split(" ")[0]
    everything = lab.exam.text.value + lab.exam.memory.value
    assert everything.count(first) == 1 and "<li>" not in everything and shown()
    before = counts()
    run(train(lab, epochs=2))
    lab.exam.ask.click()
    assert not shown() and lab.exam.memory.value.count(first) == 1, "while another one is asked for"
    lab.exam.yes.click()
    assert shown() and counts() != before and lab.exam.memory.value.count("<li>") == 1
    lab.session.bring_back(lab.session.runs[0])
    lab.exam.ask.click()
    assert shown() and counts() == before and f"<b>{first}</b>" in lab.exam.text.value
    assert first not in lab.exam.memory.value


def test_the_question_of_the_exam_is_heard_each_time(lab):
    run(train(lab, epochs=1))
    said = []
    lab.page.observe(lambda change: said.append(change.new), "said")
    for _ in range(2):
        lab.exam.ask.click()
        lab.exam.no.click()
    asked = [text for text in said if text.endswith("is this network your last word?")]
    assert len(asked) == 2


def test_the_question_names_its_network_and_ends_with_it(lab):
    for _ in range(2):
        run(train(lab, epochs=1))
    first, second = lab.session.runs

    async def more():
        lab.buttons.pause.click()
        await lab.session.driver.task

    for another in (
        lambda: lab.session.bring_back(first),
        lambda: run(more()),
        lab.buttons.reset.click,
    ):
        lab.session.bring_back(second)
        now = lab.session.run
        lab.exam.ask.click()
        named = f"Run {now.number + 1} at step {now.step}, {in_percent(now.right)} right on the"
        assert named in lab.exam.text.value and lab.exam.answer.layout.display is None
        another()
        assert lab.exam.answer.layout.display == "none" and "ask again" in lab.exam.text.value
        lab.exam.yes.click()  # it may be on its way
        assert lab.exam.results == {}
    run(train(lab, epochs=1))
    assert exam(lab) and lab.exam.text.value.count("Run 3 at step ") == 1
    lab.session.bring_back(first)
    assert "Run 3 at step " in lab.exam.text.value, "a result keeps its name"


def test_the_exam_of_a_loaded_network_has_its_name(lab):
    lab._load(lab.session.model, "mine.npz")
    exam(lab)
    assert "Run 1 (loaded from mine.npz) was examined" in lab.exam.text.value
    assert lab.page.kept[0].startswith("run 1 (loaded from mine.npz): ")


def test_no_exam_without_a_network_at_rest(lab):
    assert not exam(lab) and lab.exam.results == {}

    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.record)
        assert not exam(lab) and lab.exam.results == {}
        assert "under way: let it end" in lab.exam.text.value
        lab.buttons.pause.click()
        lab.exam.ask.click()
        assert f"Run 1 at step {lab.session.run.step:,}" in lab.exam.text.value, "it is at rest"
        lab.buttons.pause.click()
        await until(lambda: "under way" in lab.exam.text.value or not lab.exam.asked)
        lab.buttons.stop.click()
        assert exam(lab)

    run(scenario())
    lab.buttons.reset.click()
    assert not exam(lab) and "Train a network first" in lab.exam.text.value
