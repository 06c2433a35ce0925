"""What a screen reader is told, and what a page knows that is to be left. No browser here."""

import itertools
import re

import numpy as np
import pytest
from lab_helpers import DIGITS, in_percent, run, train, until
from pad_helpers import SEVEN, click, draw

from support.lab import InteractiveLab
from support.lab.pad import percent


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def heard(lab):
    """Return the list that all that is said from now on comes into."""
    said = []
    lab.page.observe(lambda _: said.append(lab.page.said), "times")
    return said


def test_a_training_is_said_to_begin_and_to_end_and_nothing_between(lab):
    said = heard(lab)
    run(train(lab, epochs=3))
    right = in_percent(lab.session.accuracy(lab.session.snapshots[-1]))
    assert said == [
        "Run 1: training.",
        f"Run 1: finished, {right} of the validation images read rightly.",
    ]
    lab.clear_button.click()
    assert len(said) == 2, "nothing new has happened"
    lab.buttons.reset.click()
    kept = "The network of run 1 is kept: its row, opened, has Bring back."
    assert said[2:] == [f"An untrained network. {kept}"]


def test_of_a_longer_training_an_epoch_is_said_now_and_then(lab, monkeypatch):
    seconds = itertools.count(step=4)  # between two questions what time it is
    monkeypatch.setattr("support.lab.spoken.monotonic", lambda: next(seconds))
    said = heard(lab)
    run(train(lab, epochs=12))
    between = said[1:-1]
    assert 1 < len(between) < 6 and said[-1].startswith("Run 1: finished")
    for text in between:
        assert re.fullmatch(r"Epoch \d+ of 12, \d+\.\d % right\.", text), text


def test_the_glass_says_what_it_shows_or_why_it_shows_nothing(lab):
    run(train(lab, learning_rate=5, epochs=5))
    said = heard(lab)
    lab.glass.ask.value = True
    assert said == ["A network that was thrown so far takes no step: press Reset first."]
    lab.glass.ask.value = False
    lab.buttons.reset.click()
    lab.buttons.step.click()
    lab.glass.ask.value = True
    assert said[-1] == "Step 1 of run 2, stage by stage."


def test_stopped_paused_stepped_loaded_and_diverged_are_said(lab):
    said = heard(lab)
    lab.buttons.step.click()
    assert said[-1].startswith("Run 1: paused at step 1, ")

    async def scenario():
        lab.buttons.pause.click()
        await until(lambda: lab.session.run.step > 5)
        lab.buttons.stop.click()

    run(scenario())
    assert said[-2] == "Run 1: training."
    assert said[-1].startswith(f"Run 1: stopped at step {lab.session.run.step}, ")
    lab._load(lab.session.model, "mine.npz")
    assert said[-1].startswith("Run 2: loaded from mine.npz, ")
    lab.controls.preset_buttons[1].click()
    run(train(lab))
    assert said[-1].startswith("Run 3: diverged")


def test_one_action_has_one_answer_also_where_it_is_the_same_again(lab):
    run(train(lab, epochs=1))
    run(train(lab))
    said = heard(lab)
    lab._act_on_run("compare", lab.session.runs[0])
    compared = lab.matrix.text
    lab._act_on_run("compare", lab.session.runs[0])
    lab._act_on_run("compare", lab.session.runs[0])
    assert [said[0], said[2]] == [compared, compared] and said[1].startswith("Comparing ended. ")
    assert "points against run 1" in compared
    lab._act_on_run("back", lab.session.runs[0])
    ended = r"Comparing ended: run 1 is the present one\. "
    assert re.fullmatch(ended + r"Run 1 is brought back: finished, .* read rightly\.", said[3])
    lab.clear_button.click()
    lab.clear_button.click()
    assert said[4:] == ["1 run cleared.", "1 run is back."]


def test_a_run_that_was_stopped_is_brought_back_as_such(lab):
    async def scenario():
        lab.buttons.train.click()
        await until(lambda: lab.session.run.step > 5)
        lab.buttons.stop.click()

    run(scenario())
    run(train(lab, epochs=1))
    lab._act_on_run("back", lab.session.runs[0])
    step = lab.session.run.step
    assert lab.page.said.startswith(f"Run 1 is brought back: stopped at step {step:,}, ")


def test_a_correction_is_told_once_beside_the_pad_and_only_the_end_of_taking_back(lab):
    run(train(lab, epochs=1))
    said, held, notes = heard(lab), [], []
    lab.pad.observe(lambda _: held.append(lab.pad._holding_sync), "note")
    lab.pad.observe(lambda change: notes.append(change["new"]), "note")
    draw(lab.pad, SEVEN)
    for _ in range(3):
        click(lab.pad, 1, SEVEN)
    assert said == [] and held and all(held), "the page gets the note when it is whole"
    assert "Right after" in lab.pad.note and "Of all validation images" in lab.pad.note
    lab.undo_button.click()
    lab.undo_all_button.click()
    one, rest = said
    seen = [note for note in notes if "taken back" in note]
    assert seen == ["The correction is taken back.", "All 2 corrections are taken back."]
    assert one.startswith("Run 1: finished, ") and rest.startswith("Run 1: finished, ")
    right = in_percent(lab.session.accuracy(lab.session.snapshots[-1]))
    assert f", {right} of the validation images" in rest


def test_what_is_refused_and_what_a_message_tells_is_said(lab):
    said = heard(lab)
    for _ in range(2):
        lab.controls.line.value = "learning_rate=banana"
        lab.controls.line.value = ""
    no = "learning_rate=banana: it must be a number from 0.001 to 10"
    assert said == [no, no]
    lab.buttons.step.click()
    lab.controls.preset_buttons[2].click()
    words = re.sub("<[^>]*>", "", lab.message.value)
    assert said[-1].startswith("Settings: layers ") and said[-1].endswith(words) and len(said) == 4

    async def scenario():
        lab.buttons.train.click()
        before = len(said)
        for _ in range(2):
            lab.controls.preset_buttons[1].click()
        own = "The sliders are set for the next training. The one under way goes on with its own"
        assert len(said) == before + 2 and "learning rate 0.1 to 5" in said[-2]
        assert said[-1] == f"Settings: as they were. {own} settings."
        lab.buttons.stop.click()

    run(scenario())
    assert "role=" not in lab.message.value + lab.controls.line_note.value, "it would be said twice"


def test_a_page_asks_before_it_is_left_only_if_the_reader_has_trained(lab):
    run(train(lab, epochs=1))  # as the notebook does, before a page is there
    assert not lab.page.precious
    lab.page._handle_custom_msg({"here": True, "page": "a"}, [])
    lab.controls.sliders["seed"].value = 1
    assert not lab.page.precious, "sliders are soon moved again"
    run(train(lab))
    assert lab.page.precious


def test_a_preset_says_what_it_changes(lab):
    said = heard(lab)
    lab.controls.preset_buttons[1].click()
    lab.controls.preset_buttons[3].click()
    lab.controls.preset_buttons[3].click()
    epochs = lab.controls.presets["the best we know"].epochs
    assert said == [
        "Settings: learning rate 0.1 to 5.",
        "Settings: learning rate 5 to 0.1, rate falls to 0, momentum 0 to 0.9, batch size 64 to "
        f"128, epochs 30 to {epochs}, distortion 0 to 1.",
        "Settings: as they were.",
    ]


def test_why_a_training_diverged_is_said_as_it_is_written(lab):
    lab.controls.preset_buttons[1].click()
    run(train(lab))
    assert "</b>" in lab.message.value
    words = re.sub("<[^>]*>", "", lab.message.value)
    assert lab.page.said.startswith("Run 1: diverged") and lab.page.said.endswith(words)


def test_why_says_its_head_when_it_is_opened(lab):
    lab.why.ask.value = True
    assert lab.page.said == "Draw a digit first."
    lab.why.ask.value = False
    draw(lab.pad, SEVEN)
    lab.why.ask.value = True
    p = lab.pad.reading["probabilities"]
    reads = f"It reads {p.index(max(p))}, at {percent(max(p))}."
    assert lab.page.said == f"{reads} Tab leads to where ink counts."
    lab.session.model.params()["b3"][:] = np.nan
    lab.pad.show(lab.session.model)
    assert lab.why.view.why["instead"] == lab.why.head() == "No reading: it diverged."


def test_no_tooltip_and_no_name_is_written_with_tags(lab):
    def parts(widget):
        yield widget
        for part in getattr(widget, "children", ()):
            yield from parts(part)

    def look():
        found = [(getattr(each, "tooltip", ""), getattr(each, "description", ""))
                 for each in parts(lab)]  # fmt: skip
        words = [text for pair in found for text in pair if text]
        assert len(words) > 40 and not [text for text in words if re.search(r"<|&\w", text)]
        assert lab.glass.step.tooltip in words

    async def scenario():
        lab.glass.ask.value = True
        look()
        lab.buttons.train.click()
        look()
        lab.buttons.pause.click()
        look()
        lab.buttons.pause.click()
        await lab.session.driver.task
        look()
        await train(lab, learning_rate=5)
        look()
        assert lab.glass.step.tooltip.endswith("press Reset first.")

    lab.controls.sliders["epochs"].value = 5
    run(scenario())
