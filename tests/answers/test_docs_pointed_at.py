"""Pages of docs that were listed are opened by their number, and passages are read on, however one is addressed."""

from answers.model import Answer, Topic
from answers.service import Answerer
from callboard.chat import Actor
from callboard.db import Database


def talk(informed: tuple[Answerer, Database], *questions: str) -> Answer:
    answerer, _database = informed
    topic: Topic | None = None
    for question in questions:
        answer, topic = answerer.answer(question, actor=Actor(), topic=topic)
    return answer


def test_the_second_of_the_listed_pages_is_read(informed: tuple[Answerer, Database]) -> None:
    listed = talk(informed, "docs of checkout")
    second = talk(informed, "docs of checkout", "the second one")
    assert second.quotes
    assert second.quotes[0].page == [i.title for i in listed.items if i.place][1]


def test_a_mention_in_a_thread_does_not_hide_what_is_asked(informed: tuple[Answerer, Database]) -> None:
    first = talk(informed, "how do I roll back checkout")
    on = talk(informed, "how do I roll back checkout", "<@U07CALLBRD0> read on")
    assert on.intent == "docs"
    assert on.text != first.text
