"""The image and the compose file keep their promises: no root, nothing written but data, nothing secret inside."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.commands import MODULES
from callboard.config.build import build_config
from callboard.config.load import load_config
from callboard.config.model import AppConfig

ROOT = Path(__file__).resolve().parents[2]
SECRET = re.compile(
    r"xox[abp]-|xapp-|gh[ops]_|(?:PASSWORD|TOKEN|SECRET|KEY) *[:=] *(?!/run/secrets/)[^\s{]", re.IGNORECASE
)


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    start = max(i for i, (word, _rest) in enumerate(found) if word == "FROM")
    return found[start:]


def value_of(word: str) -> str:
    return next(rest for name, rest in reversed(last_stage()) if name == word)


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def services() -> list[tuple[str, dict[str, Any]]]:
    return list(compose()["services"].items())


def command_of(arguments: list[str]) -> str:
    return next(a for a in arguments if a in MODULES)


def test_the_image_runs_as_a_numbered_user_that_is_not_root() -> None:
    assert int(value_of("USER")) > 0
    after = [word for word, _rest in last_stage()]
    assert "RUN" not in after[after.index("USER") :]


def test_the_image_is_slim_and_built_in_stages() -> None:
    stages = [rest for word, rest in instructions() if word == "FROM"]
    assert len(stages) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim( AS build)?", stage) for stage in stages)
    assert not any("COPY . " in f"{word} {rest} " for word, rest in last_stage())


def test_the_image_looks_after_its_health_at_a_route_that_exists() -> None:
    options, _, check = value_of("HEALTHCHECK").partition("CMD ")
    assert {"--interval", "--timeout", "--start-period"} <= {o.partition("=")[0] for o in options.split()}
    [url] = re.findall(r"http://127\.0\.0\.1:7007(/\w+)", json.loads(check)[-1])
    assert f'"{url}"' in (ROOT / "api" / "health.py").read_text(encoding="utf-8")
    assert value_of("EXPOSE") == "7007"


def test_nothing_is_fetched_without_a_hash_or_a_package_manager() -> None:
    for word, rest in instructions():
        assert word != "ADD"
        assert not re.search(r"\b(curl|wget)\b|https?://(?!127\.0\.0\.1)", rest)
        if "pip install" in rest:
            assert "--require-hashes" in rest or "--no-deps" in rest


@pytest.mark.parametrize(
    "name", ["Dockerfile", "compose.yaml", "deploy/app-config.yaml", "deploy/catalog.example.yaml"]
)
def test_no_secret_stands_in_a_file_that_is_shared(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not SECRET.search(text)
    assert SECRET.search("POSTGRES_PASSWORD: hunter2")


def test_only_what_the_package_is_built_from_enters_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]
    assert [name for name in let_in if not (ROOT / name).exists()] == []
    assert not {"deploy/secrets", "tests", ".git", "deploy"} & set(let_in)
    assert set(let_in) >= set(re.findall(r'^\s+"callboard\*".*|"(\w+)\*"', packages(), re.MULTILINE)) - {"demo", ""}


def packages() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return text[text.index("[tool.setuptools]") : text.index("include-package-data")]


def test_the_image_starts_a_command_that_exists() -> None:
    assert json.loads(value_of("ENTRYPOINT")) == ["callboard"]
    assert command_of(json.loads(value_of("CMD"))) == "run"


@pytest.mark.parametrize(("name", "service"), [s for s in services() if "build" in s[1]])
def test_our_containers_write_only_their_data(name: str, service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    writable = [v for v in service["volumes"] if not v.endswith(":ro")]
    assert writable == ["data:/var/lib/callboard"]
    assert command_of(service["command"]) == {"bot": "run", "worker": "worker"}[name]


def test_no_port_is_open_to_the_network() -> None:
    published = [p for _name, service in services() for p in service.get("ports", ())]
    assert published == ["127.0.0.1:7007:7007"]


def test_every_secret_and_volume_that_is_used_is_declared_and_comes_from_a_file() -> None:
    declared = compose()
    for _name, service in services():
        assert set(service.get("secrets", ())) <= declared["secrets"].keys()
        named = {v.partition(":")[0] for v in service["volumes"] if not v.startswith(".")}
        assert named <= declared["volumes"].keys()
    assert all(list(secret) == ["file"] for secret in declared["secrets"].values())
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"deploy/secrets/", "deploy/catalog.yaml"} <= set(ignored)


def containers_config(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppConfig:
    monkeypatch.setenv("CALLBOARD_BASE_URL", "https://callboard.example.com")
    files = []
    for name in compose()["secrets"]:
        (folder / name).write_text(f"made-up-{name}\n", encoding="utf-8")
    for name in ("app-config.yaml", "catalog.example.yaml"):
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        files.append(folder / name)
        files[-1].write_text(text.replace("/run/secrets", str(folder)), encoding="utf-8")
    return build_config(load_config(files))


def test_the_containers_configuration_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = containers_config(tmp_path, monkeypatch)
    connection = config.backend.database.connection
    assert not isinstance(connection, str)
    assert connection is not None
    assert connection.password is not None
    assert connection.password.get_secret_value() == "made-up-postgres_password"
    assert config.callboard.data_dir == Path("/var/lib/callboard")
    assert config.backend.listen.host == "0.0.0.0"  # noqa: S104 - inside a container
    assert config.slack.bot_token is not None
    assert config.integrations.github[0].token is not None


def test_options_before_a_command_are_those_of_the_command_line() -> None:
    from bot.main import app

    for _name, service in services():
        if "build" in service:
            options = [a for a in service["command"] if a.startswith("--")]
            shown = CliRunner().invoke(app, ["--help"]).output
            assert all(option in shown for option in options), shlex.join(service["command"])
