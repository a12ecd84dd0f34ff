"""The Slack app's manifest, made from what the code uses; `manifest.json` is its default form.

Field names and limits follow Slack's manifest schema 2.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from blocks import ids
from callboard.config.model import AppConfig

SCOPES: Final = {
    "app_mentions:read": "to hear when somebody mentions the bot",
    "channels:read": "to find a team's channel by its name",
    "chat:write": "to answer, and to tell teams what concerns them",
    "commands": "for the slash command and the shortcuts",
    "files:write": "for pictures of dependencies, API definitions and logs of runs",
    "groups:read": "to find a team's private channel by its name, once the bot was invited",
    "im:history": "to read what is written to the bot directly",
    "links:read": "to see links to catalog entities",
    "links:write": "to unfold such links",
    "users:read": "to address people by name and in their own time zone",
    "users:read.email": "to know which catalog User somebody is",
}
_MOST_DOMAINS: Final = 5
EVENTS: Final = ("app_home_opened", "app_mention", "link_shared", "message.im")


def unfurl_domains_of(config: AppConfig) -> tuple[str, ...]:
    """Whose links are unfolded: our own pages and the hosts of repositories; Slack takes five at most."""
    addresses = [config.public_url, *(f"//{g.host}" for g in config.integrations.github), "//github.com"]
    hosts = (urlsplit(a).hostname for a in addresses)
    return tuple(dict.fromkeys(h for h in hosts if h))[:_MOST_DOMAINS]


def build_manifest(
    *,
    command: str = "/callboard",
    base_url: str | None = None,
    http: bool = False,
    unfurl_domains: tuple[str, ...] = ("github.com",),
) -> dict[str, Any]:
    """A manifest for Socket Mode, or with `http` for requests to `base_url`."""
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not http,
        "token_rotation_enabled": False,
    }
    slash: dict[str, Any] = {
        "command": command,
        "description": "Who owns it, what depends on it, how does it work? Or create something new",
        "usage_hint": "who owns checkout",
        "should_escape": True,
    }
    if http:
        url = f"{(base_url or 'https://callboard.example.com').rstrip('/')}/slack/events"
        settings["event_subscriptions"]["request_url"] = url
        settings["interactivity"] |= {"request_url": url, "message_menu_options_url": url}
        slash["url"] = url
    features: dict[str, Any] = {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "callboard", "always_online": True},
        "shortcuts": [
            _shortcut("Ask Callboard", "global", ids.SHORTCUT_ASK, "Ask a question about the software catalog"),
            _shortcut("Who owns this?", "message", ids.SHORTCUT_OWNER, "The owner of what a message is about"),
        ],
        "slash_commands": [slash],
        "agent_view": {
            "agent_description": "Answers questions about your software: owners, dependencies, docs, APIs and teams.",
            "suggested_prompts": [
                {"title": "Who owns it?", "message": "who owns checkout"},
                {"title": "What depends on it?", "message": "what depends on orders-db"},
                {"title": "How do I…?", "message": "how do I roll back checkout"},
            ],
        },
    }
    if unfurl_domains:
        features["unfurl_domains"] = list(unfurl_domains[:_MOST_DOMAINS])
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Callboard",
            "description": "Your software catalog, where you ask",
            "background_color": "#3b1640",
        },
        "features": features,
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": settings,
    }


def _shortcut(name: str, kind: str, callback_id: str, description: str) -> dict[str, str]:
    return {"name": name, "type": kind, "callback_id": callback_id, "description": description}
