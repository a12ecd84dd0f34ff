"""Who answers people goes before who works in the background, and doesn't stop it."""

import threading

import pytest

from callboard import turns


def test_the_background_waits_until_nobody_does() -> None:
    order: list[str] = []
    came, asked = threading.Event(), threading.Event()

    def background() -> None:
        asked.set()
        turns.give_way()
        order.append("background")

    thread = threading.Thread(target=background)
    with turns.first():
        thread.start()
        asked.wait(5)
        came.wait(0.02)
        order.append("person")
    thread.join(5)
    assert order == ["person", "background"]


def test_the_background_goes_on_however_many_ask() -> None:
    thread = threading.Thread(target=turns.give_way)
    with turns.first():
        thread.start()
        thread.join(5)
    assert not thread.is_alive()


def test_what_a_person_waits_for_makes_way_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callboard.turns.time.sleep", lambda _seconds: pytest.fail("it waited"))
    with turns.first():
        turns.give_way()


def test_nobody_waiting_costs_nothing() -> None:
    with turns.first():
        pass
    assert turns._present == 0
