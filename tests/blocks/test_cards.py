"""Everything the app draws of an entity is something Slack takes, whatever the catalog holds."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import Answer, Definition, Item, Quote, Suggestion
from blocks import answers, entities, home, notices, state
from blocks.limits import check_message, check_view
from callboard.chat import Actor, Message
from callboard.outbox import Event
from callboard.parts import CardParts, Fact, LinkButton, Section
from callboard.yaml12 import YamlDocument, parse_documents
from catalog.model import Entity, Evidence, Impact, Problem, Reached, Summary
from notifications.model import Affected, Notice

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("CALLBOARD_REAL", ROOT.parent / "shared" / "real")) / "catalog"
HOSTILE = ["<!channel>", "<@U12345678>", "a|b>c", "*" * 70, "`x` ```y```", "é" * 63, "\u202e", "&amp;<b>", "x" * 20_000]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=400))
refs = st.sampled_from(
    ["component:default/" + "n" * 63, "group:default/a", "user:x/y", "api:default/p", "resource:a/b"]
)


def entity_of(document: Mapping[str, Any], relations: list[tuple[str, str]] | None = None) -> Entity:
    kind, name = document["kind"], document["metadata"]["name"]
    evidence = Evidence("file:/srv/catalog/catalog-info.yaml", 12, 1_750_000_000.0)
    raw = orjson.dumps(document).decode()
    return Entity(f"{kind}:default/{name}".lower(), raw, relations or [("ownedBy", "group:default/team")], evidence)


def assert_slack_takes(message: Message) -> None:
    assert check_message({"text": message.text, "blocks": [dict(b) for b in message.blocks]}) == []


def documents(folder: Path) -> Iterator[Mapping[str, Any]]:
    for file in sorted(folder.rglob("*.y*ml")):
        for document in parse_documents(file.read_text(encoding="utf-8", errors="replace")):
            if isinstance(document, YamlDocument) and _is_entity(document.value):
                yield document.value


def _is_entity(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("metadata"), dict):
        return False
    links = value["metadata"].get("links") or []
    named = isinstance(value.get("kind"), str) and isinstance(value["metadata"].get("name"), str)
    return named and isinstance(links, list) and all(isinstance(one, dict) for one in links)


def card_of(entity: Entity) -> Message:
    answer = Answer("describe", entity.description or entity.title, (entity.ref,), subject=entity, owner=entity)
    return answers.render(
        answer, lambda _e: [CardParts((Fact("On call", "Ada", "https://x.example"),))], shareable=True
    )


@pytest.mark.parametrize("folder", [ROOT / "demo" / "catalog", REAL], ids=["demo", "real"])
def test_a_card_of_every_entity_passes_slacks_limits(folder: Path) -> None:
    if not folder.exists():
        pytest.skip("the sample of real catalogs isn't here; set CALLBOARD_REAL")
    drawn = [card_of(entity_of(document)) for document in documents(folder)]
    assert len(drawn) > 50
    for message in drawn:
        assert_slack_takes(message)


@given(title=texts, description=texts, tags=st.lists(texts, max_size=9), url=texts, annotation=texts, ref=refs)
def test_a_card_of_a_hostile_entity_passes_and_pings_nobody(
    title: str, description: str, tags: list[str], url: str, annotation: str, ref: str
) -> None:
    metadata = {
        "name": ref.partition("/")[2], "title": title, "description": description, "tags": tags,
        "links": [{"url": url, "title": title}],
        "annotations": {
            "callboard.dev/replaced-by": annotation, "callboard.dev/end-of-life": annotation,
            "slack.com/channel": annotation, "backstage.io/edit-url": f"https://x.example/{annotation}",
        },
    }  # fmt: skip
    document = {"kind": ref.partition(":")[0], "metadata": metadata, "spec": {"type": title, "lifecycle": annotation}}
    message = card_of(entity_of(document, [("ownedBy", "group:default/a"), ("partOf", ref), ("hasMember", ref)]))
    assert_slack_takes(message)
    for text in _mrkdwn([dict(b) for b in message.blocks]):
        assert "<!" not in text.replace("<!date^", "")
        assert "<@" not in text


def _mrkdwn(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from _mrkdwn(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mrkdwn(inner)


@given(
    intent=st.sampled_from(["dependents", "list", "impact", "not_found", "ambiguous", "help", "docs", "mine", "count"]),
    text=texts.filter(bool), titles=st.lists(texts, max_size=60), ref=refs,
)  # fmt: skip
def test_every_kind_of_answer_passes_slacks_limits(intent: str, text: str, titles: list[str], ref: str) -> None:
    items = tuple(Item(ref, t or "x", "component", t, (ref, ref, ref)) for t in titles)
    reached = tuple(Reached(ref, (ref, ref), summary=Summary(ref, "Component", t, t or "x")) for t in titles)
    answer = Answer(
        intent, text, (ref,), 1.0, items, (Evidence(f"url:https://x/{text}", 1, None, f"https://x.example/{text}"),),
        tuple(Suggestion(ref, t, t) for t in titles), quotes=(Quote(text, text, text, ref, "https://x.example"),),
        impacts=(Impact(ref, text, reached),), notes=tuple(titles),
    )  # fmt: skip
    for page in (0, 1):
        assert_slack_takes(answers.render(answer, shareable=True, page=page))
    several = Answer("owner", text, (ref, ref), 1.0, items, parts=(answer, replace(answer, intent="owner")))
    assert_slack_takes(answers.render(several, shareable=True))


@given(text=texts.filter(bool), words=st.lists(texts, max_size=40), ref=refs)
def test_definitions_and_what_plugins_say_pass_slacks_limits(text: str, words: list[str], ref: str) -> None:
    definition = Definition(text, text, tuple((w, w) for w in words), text, text, tuple(words[:3]))
    assert_slack_takes(answers.render(Answer("api_definition", text, (ref,), definition=definition), shareable=True))
    parts = CardParts(
        tuple(Fact(w, w, f"https://x.example/{w}", (LinkButton(w, f"https://x.example/{w}"),)) for w in words),
        tuple(LinkButton(w, f"https://x.example/{w}") for w in words),
        tuple(Section(w, w) for w in words),
    )
    assert_slack_takes(answers.render(Answer("deployed", text, (ref,), contributed=parts), shareable=True))
    document = {"kind": "component", "metadata": {"name": "a", "title": text}, "spec": {}}
    card = Answer("describe", text, (ref,), subject=entity_of(document), direct={"dependents": 3, "dependencies": 0})
    assert_slack_takes(answers.render(card, lambda _e: [parts], shareable=True))


@given(title=texts.filter(bool), names=st.lists(texts, max_size=40), ref=refs)
def test_notices_and_home_pass_slacks_limits(title: str, names: list[str], ref: str) -> None:
    affected = tuple(Affected(ref, n, (ref, ref, ref)) for n in names)
    notice = Notice("deprecated", "k", ref, ref, title, title, affected, (("Use instead", title),), title, id=1)
    assert_slack_takes(notices.render(notice))
    problems = [Problem("error", n, ref, f"file:/{n}", 3) for n in names]
    mine = [Item(ref, n or "x", detail=n) for n in names]
    summaries = [Summary(ref, "Component", n, n or "x") for n in names]
    changes = [Event("updated", ref, body={"fields": {n: [1, 2]}}) for n in names]
    page = home.HomePage(Actor("U1", None, title), mine, problems, summaries, summaries, changes, names[:5])
    view = home.render(page)
    assert check_view(view) == []


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        (Answer("list", "35 services: …", question="list services"), "list services"),
        (Answer("mine", "20 things of yours: …", question="what is mine"), "what is mine"),
        (
            Answer("parts", "12 parts: …", ("system:default/shop",), question="its parts?"),
            "what is in system:default/shop",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.intent,
)
def test_the_next_page_asks_for_the_same_list(answer: Answer, again: str) -> None:
    items = tuple(Item(f"component:default/c{n}", f"C{n}") for n in range(35))
    message = answers.render(replace(answer, items=items), shareable=True)
    buttons = [e for b in message.blocks if b["type"] == "actions" for e in b["elements"]]
    assert [(e["text"]["text"], state.decode(e["value"])["q"]) for e in buttons] == [
        ("Next 10 of 35", again),
        ("Share to channel", again),
    ]


def test_a_description_of_twenty_thousand_characters_is_cut() -> None:
    document = {"kind": "Component", "metadata": {"name": "big", "description": "x" * 20_000}, "spec": {}}
    blocks = entities.card(entity_of(document), None)
    assert max(len(text) for text in _mrkdwn(blocks)) < 3_000
