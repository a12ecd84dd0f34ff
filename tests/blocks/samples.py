"""Small valid payloads, to be bent by tests."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def long(length: int) -> str:
    return "x" * length


def url(length: int) -> str:
    return "https://e.example/".ljust(length, "x")


def message(*blocks: Json) -> Json:
    return {"text": "x", "blocks": list(blocks)}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def accessory(**element: Any) -> Json:
    return section(accessory=element)


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def option(**more: Any) -> Json:
    return {"text": plain(), "value": "v", **more}


def options(count: int) -> list[Json]:
    return [{"text": plain(), "value": str(n)} for n in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(1), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": url(30), "alt_text": "x", **more}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def table(rows: int = 1, columns: int = 1, **more: Any) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows, **more}


def data_table(rows: int = 1, columns: int = 1, text: str = "x", **more: Any) -> Json:
    return {**table(rows, columns), "rows": [[{"type": "raw_text", "text": text}] * columns] * rows} | {
        "type": "data_table",
        "caption": "x",
        **more,
    }


def series(count: int = 1, *, points: int = 1, label: str = "x") -> list[Json]:
    return [{"name": f"s{n}", "data": [{"label": label, "value": 1}] * points} for n in range(count)]


def chart(**more: Any) -> Json:
    body = {"type": "bar", "series": series(), "axis_config": {"categories": ["x"]}, **more}
    return {"type": "data_visualization", "title": "x", "chart": body}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def rich_list(**more: Any) -> Json:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    return rich({"type": "rich_text_list", "style": "bullet", "elements": [item], **more})


def video(**more: Any) -> Json:
    body = {"type": "video", "title": plain(), "alt_text": "x", "video_url": url(30), "thumbnail_url": url(30)}
    return body | more


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain(), **more}


def container(*children: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": list(children), **more}


def task(**more: Any) -> Json:
    return {"type": "task_card", "task_id": "t", "title": "x", "status": "complete", **more}


def feedback(**more: Any) -> Json:
    one = {"text": plain(), "value": "v"}
    return {"type": "feedback_buttons", "positive_button": one, "negative_button": one, **more}


def icon_button(**more: Any) -> Json:
    return {"type": "icon_button", "icon": "trash", "text": plain(), **more}


def context_actions(*elements: Json) -> Json:
    return {"type": "context_actions", "elements": list(elements)}


def divider() -> Json:
    return {"type": "divider"}
