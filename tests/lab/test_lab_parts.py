"""Small parts of the lab: the driver, the throttle, settings in words, other threads."""

import asyncio
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from lab_helpers import DIGITS, run, until

import nn_core
from support.lab import InteractiveLab
from support.lab.driver import Driver
from support.lab.session import Session
from support.lab.settings import Settings, common_and_different
from support.lab.throttle import Throttle

ROOT = Path(__file__).parents[2]


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def test_driver_tells_how_the_records_ended():
    def failing():
        yield 1
        raise FloatingPointError("nan")

    async def scenario():
        taken, endings = [], []
        driver = Driver(taken.append, endings.append)
        driver.records = iter("ab")
        driver.start()
        await driver.task
        assert (taken, endings, driver.running) == (["a", "b"], [None], False)
        driver.records = failing()
        driver.start()
        await driver.task
        assert taken == ["a", "b", 1] and isinstance(endings[1], FloatingPointError)
        driver.on_record = lambda record: 1 / 0
        driver.records = iter("c")
        driver.start()
        await driver.task
        assert isinstance(endings[2], ZeroDivisionError)

    run(scenario())


def test_driver_lets_others_have_a_turn(monkeypatch):
    clock, ticks = [0.0], []  # no real time: a slow computer counts the same
    monkeypatch.setattr("support.lab.driver.time", SimpleNamespace(perf_counter=lambda: clock[0]))

    def take(_record):
        clock[0] += 0.001

    async def scenario():
        driver = Driver(take, lambda error: None)
        driver.records = iter(range(300))

        async def tick():
            while True:
                ticks.append(clock[0])
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        driver.start()
        await driver.task
        ticking.cancel()

    run(scenario())
    assert len(ticks) > 10, "others had their turns"


def test_throttle_keeps_to_its_share(monkeypatch):
    clock, drawn = [0.0], []  # no real time here, either
    read = SimpleNamespace(perf_counter=lambda: clock[0], thread_time=lambda: clock[0])
    monkeypatch.setattr("support.lab.throttle.time", read)

    def draw():
        drawn.append(clock[0])
        clock[0] += 0.002

    throttle = Throttle(draw, interval=0.0, share=0.1)
    while clock[0] < 0.3:
        throttle()
        clock[0] += 0.001
    assert throttle.count == len(drawn) == 15, "2 ms of 20"
    often = Throttle(lambda: None, interval=0.05, share=0.1)
    while clock[0] < 0.5:
        often()
        clock[0] += 0.001
    assert often.count == 4
    often(now=True)
    often(now=True)
    assert often.count == 6


def test_what_other_programs_do_while_it_draws_is_not_its_share(monkeypatch):
    clock, own = [0], [0]  # set by hand: what passes, and what of it is this thread's
    read = SimpleNamespace(perf_counter=lambda: clock[0], thread_time=lambda: own[0])
    monkeypatch.setattr("support.lab.throttle.time", read)

    def draw():
        clock[0] += 500
        own[0] += 1

    throttle = Throttle(draw, interval=1, share=0.5)
    throttle()
    assert throttle.next == 2, "twice what was its own, not twice what passed"


def test_what_is_drawn_soon_is_drawn_once():
    async def scenario():
        drawn = []
        throttle = Throttle(lambda: drawn.append(1), interval=0.05, share=0.1)
        for _ in range(5):
            throttle.soon(0.001)
        assert drawn == []
        await until(lambda: drawn)
        await asyncio.sleep(0.01)
        assert drawn == [1]

    run(scenario())


def test_settings_in_words():
    plain = Settings()
    assert str(plain) == "layers 784-128-64-10, learning rate 0.1, batch size 64, epochs 5, seed 0"
    assert str(replace(plain, hidden=(), momentum=0.9, falling=True)) == (
        "layers 784-10, learning rate 0.1, rate falls to 0, momentum 0.9, batch size 64, "
        "epochs 5, seed 0"
    )
    common, alone = common_and_different([plain, replace(plain, falling=True, dropout=0.1)])
    assert common == "layers 784-128-64-10, learning rate 0.1, batch size 64, epochs 5, seed 0"
    assert alone == ["rate stays, no dropout", "rate falls to 0, dropout 0.1"]
    assert common_and_different([plain, plain])[1] == ["", ""]


def test_session_works_without_widgets():
    x, labels, x_val, labels_val = nn_core.train_validation_split(
        DIGITS.x_train, DIGITS.labels_train, 300
    )
    session = Session(x, labels, x_val, labels_val, Settings(epochs=1))
    assert session.time_left() is None
    session.step(Settings(epochs=1))
    assert session.record.step == 1


def test_a_browser_can_find_every_part_and_nbval_too(lab):
    assert "interactive-lab" in lab._dom_classes
    for button in ("train", "pause", "step", "stop", "reset"):
        assert f"lab-button-{button}" in getattr(lab.buttons, button)._dom_classes
    for name, slider in lab.controls.sliders.items():
        assert f"lab-{name.replace('_', '-')}" in slider._dom_classes
    for part in (lab, lab.matrix, lab.pad, lab.inside, lab.chart, lab.run_list, lab.page):
        assert "0x" not in repr(part), "an address differs from run to run"


def test_a_message_that_comes_in_another_thread_is_answered_in_the_labs_own():
    """JupyterLab may use a subshell; a click answered there would disturb a training step."""

    async def scenario():
        lab, answered = InteractiveLab(DIGITS), []
        for button in (lab.buttons.reset, lab.clear_button, *lab.controls.preset_buttons):
            button.on_click(lambda _: answered.append(threading.current_thread()))
            data = {"method": "custom", "content": {"event": "click"}}
            message = {"content": {"data": data}, "buffers": []}
            thread = threading.Thread(target=button.comm.handle_msg, args=[message])
            thread.start()
            thread.join()
        assert answered == []
        await until(lambda: len(answered) == 6)
        assert answered == 6 * [threading.current_thread()]

    run(scenario())


def test_a_visitor_of_the_dashboard_loads_no_library_that_takes_much_memory():
    lesson = nbformat.read(ROOT / "notebooks" / "09_interactive_lab.ipynb", as_version=4)
    shown = [cell for cell in lesson.cells if "lesson-only" not in cell.metadata.get("tags", [])]
    lines = "\n".join(cell.source for cell in shown if cell.cell_type == "code").splitlines()
    loading = [line for line in lines if line.startswith(("import ", "from ", "sys.", "%"))]
    loading = [line for line in loading if not line.endswith("(")]
    assert any("InteractiveLab" in line for line in loading)
    assert not any(line.startswith("%") for line in loading), "%matplotlib inline is one"
    program = "\n".join(
        [*loading, "print({'matplotlib', 'torch', 'sklearn', 'scipy'} & {*sys.modules})"]
    )
    command = [sys.executable, "-c", program]
    found = subprocess.run(
        command, cwd=ROOT / "notebooks", capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set()"
