"""A plain Bolt app that shares no code with the product: what works for it works for any app."""

from typing import Any

from slack_bolt import App

FRUIT = ["apple", "apricot", "banana", "cherry"]


def option(name: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": name.title()}, "value": name}


def modal() -> dict[str, Any]:
    name = {"type": "plain_text_input", "action_id": "name"}
    fruit = {"type": "external_select", "action_id": "fruit", "min_query_length": 0}
    blocks = [
        {"type": "input", "block_id": "name", "label": {"type": "plain_text", "text": "Name"}, "element": name},
        {"type": "input", "block_id": "fruit", "label": {"type": "plain_text", "text": "Fruit"}, "element": fruit},
    ]
    title, submit = ({"type": "plain_text", "text": text} for text in ("Order", "Send"))
    return {"type": "modal", "callback_id": "order", "title": title, "submit": submit, "blocks": blocks}


def build(**options: Any) -> App:
    app = App(**options)

    @app.command("/sample")
    def on_command(ack: Any, command: Any, client: Any) -> None:
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=modal() | {"private_metadata": command["channel_id"]})

    @app.options("fruit")
    def on_options(ack: Any, payload: Any) -> None:
        ack(options=[option(name) for name in FRUIT if payload["value"].lower() in name])

    @app.view("order")
    def on_submit(ack: Any, view: Any, client: Any) -> None:
        values = view["state"]["values"]
        if not values["name"]["name"]["value"].islower():
            ack(response_action="errors", errors={"name": "Lower case, please."})
            return
        ack()
        fruit = values["fruit"]["fruit"]["selected_option"]["value"]
        client.chat_postMessage(channel=view["private_metadata"], text=f"{values['name']['name']['value']}: {fruit}")

    @app.event("app_mention")
    def on_mention(event: Any, say: Any) -> None:
        say(text=f"Hello <@{event['user']}>", thread_ts=event.get("thread_ts", event["ts"]))

    @app.event("message")
    def on_message() -> None:
        """Nothing; an app that doesn't take its events gets them again."""

    return app
