"""GitHub signs the body of a delivery but not its id: whoever has seen one can send it again under another."""

from tests.bot.test_github_webhook import FILE, House, component, house
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server", "house"]


def test_a_delivery_under_another_id_changes_nothing(house: House) -> None:
    house.github.add_repository("one", {FILE: component("one")})
    house.push("one", {FILE: component("one", "deprecated")})
    house.work()
    before = house.actors("component:default/one")
    house.github.push("one", {FILE: component("one", "production")})
    payload = {"ref": "refs/heads/main", "repository": house.repository("one"), "sender": {"login": "mia"}}
    commits = [{"added": [], "modified": [FILE], "removed": []}]
    assert house.send("push", {**payload, "commits": commits}, delivery="first") == 202
    assert house.send("push", {**payload, "commits": commits}, delivery="made-up") == 202
    assert house.work() == 2
    assert house.count("spec.lifecycle=production") == 1  # what the branch says now, not what the delivery said
    assert len(house.actors("component:default/one")) == len(before) + 1
