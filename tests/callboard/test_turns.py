"""Who answers people goes before who works in the background, and doesn't stop it."""

import threading

from callboard import turns


def test_the_background_waits_until_nobody_does() -> None:
    order: list[str] = []
    came, asked = threading.Event(), threading.Event()

    def background() -> None:
        asked.set()
        turns.give_way(least=0.001)
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
    thread = threading.Thread(target=turns.give_way, kwargs={"least": 0.001})
    with turns.first():
        thread.start()
        thread.join(5)
    assert not thread.is_alive()


def test_nobody_waiting_costs_nothing() -> None:
    with turns.first():
        pass
    assert turns._present == 0
