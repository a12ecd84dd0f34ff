"""Cookiecutter in a process of its own: `python -I` runs this file, which imports nothing of ours.

Skeletons are other people's programs in Jinja. They are rendered in Jinja's sandbox, this process has little of
everything, and an audit hook keeps what it writes inside one folder and other programs and the network out.
"""

import json
import os
import resource
import sys
from typing import Any, Final

_WRITES: Final = frozenset("wax+")
_WRITING_FLAGS: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PLACES: Final = frozenset({
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.chown", "os.truncate",
    "os.utime",
})  # fmt: skip
_NEVER: Final = ("subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn", "os.spawn", "socket.", "ctypes.")


class RefusedError(PermissionError):
    """The skeleton asked for something that it isn't given."""


def limit(bytes_: int, memory: int, seconds: int) -> None:
    for what, most in (
        (resource.RLIMIT_FSIZE, bytes_), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))
    if sys.platform != "darwin":  # which knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def confine(root: str, refused: list[str]) -> None:
    """From now on nothing outside of `root` is written; what was tried is noted."""
    real = os.path.realpath(root) + os.sep

    def refuse(message: str) -> None:
        refused.append(message)
        raise RefusedError(message)

    def inside(path: Any) -> None:
        if isinstance(path, bytes | str) and not os.path.realpath(os.fsdecode(path)).startswith(real):
            refuse("It writes outside of its folder, which is not allowed.")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if _WRITES & set(mode or "") or (flags or 0) & _WRITING_FLAGS:
                inside(path)
        elif event in _PLACES:
            for path in arguments[: 2 if event in {"os.rename", "os.link"} else 1]:
                inside(path)
        elif event.startswith(_NEVER):
            refuse("It starts other programs or uses the network, which is not allowed.")

    sys.addaudithook(hook)


def in_sandbox() -> None:
    """Let cookiecutter render with Jinja's sandbox, which keeps Python's insides away from skeletons."""
    from cookiecutter import environment, utils
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Sandboxed(environment.ExtensionLoaderMixin, SandboxedEnvironment):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            super().__init__(undefined=StrictUndefined, **options)

    utils.StrictEnvironment = Sandboxed  # the name under which it makes every environment
    utils.create_env_with_context({})  # what its extensions load, they load before the hook watches


def main() -> None:
    job = json.load(sys.stdin)
    limit(job["bytes"], job["memory"], job["seconds"])
    sys.dont_write_bytecode = True
    refused: list[str] = []
    try:
        from cookiecutter.main import cookiecutter

        in_sandbox()
        confine(job["root"], refused)
        cookiecutter(
            job["template"], no_input=True, output_dir=job["output"], accept_hooks=False, default_config=True
        )  # fmt: skip
    except MemoryError:
        sys.exit("It needs more memory than it may have.")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the skeleton's, and our caller tells it
        sys.exit(refused[0] if refused else told(error))


def told(error: Exception) -> str:
    """Without the whole context, which cookiecutter's own error for an undefined name prints."""
    cause = getattr(error, "error", None)
    if cause is None:
        return f"{type(error).__name__}: {error}"
    reason = str(cause).replace("'collections.OrderedDict object'", "`cookiecutter`")
    return f"{getattr(error, 'message', '')}: {reason}"


if __name__ == "__main__":
    main()
