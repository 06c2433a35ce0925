"""The page and the kernel: one that was left, one that was made again, one that is slow."""

import asyncio
import gc
import re
import weakref
from pathlib import Path

import pytest
from lab_helpers import DIGITS, run, train, until

import support.page
from support.lab import InteractiveLab


@pytest.fixture
def lab():
    return InteractiveLab(DIGITS)


def visit(lab, page="1"):
    lab.page._handle_custom_msg({"here": True, "page": page}, [])


def leave(lab, page="1"):
    lab.page._handle_custom_msg({"page": page}, [])


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when a test says so."""
    now = [1000.0]
    monkeypatch.setattr("support.page.monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize("how", ["left", "silent"])
def test_a_training_whose_page_is_gone_waits(lab, clock, how):
    async def scenario():
        visit(lab)
        visit(lab, "2")
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        assert lab.page.watched
        await until(lambda: lab.session.record)
        if how == "left":
            leave(lab)
            clock[0] += 20
            step = lab.session.record.step
            await until(lambda: lab.session.record.step > step + 20)
            assert lab.session.state == "running", "another page shows it"
            leave(lab, "2")
            clock[0] += 10
            await until(lambda: lab.session.record.step > step + 40)
            assert lab.session.state == "running", "the page may be loaded again"
            clock[0] += 10
        else:
            clock[0] += 200
        await lab.session.driver.task

    run(scenario())
    assert lab.session.state == "paused" and "Nobody was looking" in lab.message.value
    assert not lab.page.watched

    async def go_on():
        visit(lab)
        lab.buttons.pause.click()
        clock[0] += 100
        visit(lab)
        clock[0] += 100
        await until(lambda: lab.session.run.seconds > 0.1)
        assert lab.session.state == "running"
        lab.buttons.stop.click()

    run(go_on())


def test_a_training_without_a_page_goes_on(lab, clock):
    clock[0] += 1e6
    run(train(lab, epochs=1))
    assert lab.session.state == "finished"


def test_a_new_lab_closes_those_that_nobody_sees_any_more(clock):
    """As when the cell that makes it is run again and again."""

    async def scenario():
        shown, hidden, gone = (InteractiveLab(DIGITS) for _ in range(3))
        for lab in (shown, gone):
            visit(lab)
        gone.buttons.train.click()
        while not gone.session.record:
            await asyncio.sleep(0.001)
        leave(gone)
        InteractiveLab(DIGITS)
        assert gone.comm is not None, "its page may come back"
        clock[0] += 20
        InteractiveLab(DIGITS)
        assert gone.comm is None and gone.matrix.comm is None, "closed, with all that is in it"
        await gone.session.driver.task
        assert gone.session.run.step < 510 and not gone.session.driver.running
        assert shown.comm is not None and hidden.comm is not None
        alive = weakref.ref(gone)
        del gone, lab
        gc.collect()
        return alive

    assert run(scenario())() is None, "nothing holds it any more"


# ----------------------------------------------------------------------- pages that are slow


def answer(lab, page="1"):
    lab.page._handle_custom_msg({"drawn": True, "page": page}, [])


def drawn(lab):
    return lab.draw_curve.count + lab.draw_matrix.count + lab.draw_views.count


async def some_steps(lab):
    step = lab.session.record.step
    await until(lambda: lab.session.record.step > step + 50)


@pytest.mark.parametrize("speed", [0, 9])
def test_a_page_that_is_behind_is_sent_no_more_for_now(lab, clock, speed):
    """Else what it was sent would wait in a queue, and the answer to Stop at its end."""
    lab.session.driver.rest = lambda began: asyncio.sleep(0.001)  # no second is waited for

    async def scenario():
        visit(lab)
        lab.controls.sliders["epochs"].value = 100
        lab.buttons.train.click()
        lab.session.driver.speed = speed
        await until(lambda: lab.page.asked)
        before = drawn(lab)
        await until(lambda: drawn(lab) > before)  # it has time to answer
        clock[0] += 0.3
        before = drawn(lab)
        await some_steps(lab)
        assert drawn(lab) == before
        answer(lab)
        await until(lambda: drawn(lab) > before and lab.page.asked)
        clock[0] += 2.1  # a page that is hidden does not answer
        before = drawn(lab)
        await until(lambda: drawn(lab) > before)
        await some_steps(lab)
        clock[0] += 1
        before = drawn(lab)
        await some_steps(lab)
        assert drawn(lab) == before, "it is asked again"
        lab.buttons.stop.click()
        assert drawn(lab) > before, "what the reader does is shown in any case"

    run(scenario())


def test_without_a_page_nobody_is_asked(lab, clock):
    run(train(lab, epochs=1))
    assert lab.page.asked is None and drawn(lab)


def test_no_style_asks_every_element_what_it_holds():
    """`:has` behind no name makes a browser look at the whole page with each change of it.

    Once it made Stop in JupyterLab thirty times as slow.
    """
    sheets = Path(support.page.__file__).parent.rglob("*.css")
    styles = {sheet.name: re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8")) for sheet in sheets}
    assert styles
    nameless = re.compile(r"(?:^|[\s>+~,*]):has\([^)]*\)")
    found = {name: nameless.findall(text) for name, text in styles.items()}
    assert {name: asked for name, asked in found.items() if asked} == {}
