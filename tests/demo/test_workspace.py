"""The people and channels of the local workspace are those of the catalog."""

from tests.demo.company import of_kind, workspace


def test_every_person_is_a_catalog_user_with_the_same_email() -> None:
    in_catalog = {user.spec["profile"]["email"]: user for user in of_kind("user")}
    in_workspace = {person["email"]: person["id"] for person in workspace()["users"]}

    assert set(in_workspace) == set(in_catalog)
    annotated = {
        email: user.annotations["slack.com/user-id"]
        for email, user in in_catalog.items()
        if "slack.com/user-id" in user.annotations
    }
    assert annotated.items() <= in_workspace.items()
    assert len(annotated) < len(in_workspace), "somebody is known by e-mail only"


def test_first_person_belongs_to_the_checkout_team() -> None:
    email = workspace()["users"][0]["email"]
    (user,) = (user for user in of_kind("user") if user.spec["profile"]["email"] == email)

    assert user.spec["memberOf"] == ["team-checkout"]


def test_every_group_has_its_channel() -> None:
    channels = {f"#{channel['name']}" for channel in workspace()["channels"]}
    missing = {group.ref for group in of_kind("group") if group.annotations.get("slack.com/channel") not in channels}

    assert set() == missing


def test_team_members_sit_in_their_channel_with_the_bot() -> None:
    by_email = {person["email"]: person["id"] for person in workspace()["users"]}
    members = {f"#{channel['name']}": set(channel["members"]) for channel in workspace()["channels"]}
    for group in of_kind("group"):
        name = group.document["metadata"]["name"]
        team = {by_email[user.spec["profile"]["email"]] for user in of_kind("user") if name in user.spec["memberOf"]}
        assert team | {workspace()["app"]["bot_user_id"]} <= members[group.annotations["slack.com/channel"]], name


def test_channels_hold_known_members_once() -> None:
    known = {person["id"] for person in workspace()["users"]} | {workspace()["app"]["bot_user_id"]}
    for channel in workspace()["channels"]:
        assert len(set(channel["members"])) == len(channel["members"]), channel["name"]
        assert set(channel["members"]) <= known, channel["name"]


def test_ids_are_unique() -> None:
    ids = [item["id"] for item in (*workspace()["users"], *workspace()["channels"])]

    assert len(set(ids)) == len(ids)
