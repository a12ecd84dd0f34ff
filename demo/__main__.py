"""`python -m demo`: a stand-in GitHub with the company's repositories, and Callboard beside it, until Ctrl-C."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
REPOSITORIES = ROOT / ".callboard" / "demo" / "github"


def main() -> int:
    """Callboard's exit code; the stand-in ends with it."""
    if not REPOSITORIES.exists():
        shutil.copytree(HERE / "github", REPOSITORIES)
    os.environ.setdefault("DEMO_GITHUB_TOKEN", "stand-in-token")
    port = os.environ.get("DEMO_GITHUB_PORT", "7009")
    standin = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.standins.github", "--root", str(REPOSITORIES), "--org", "gods-and-stalls",
         "--port", port, "--token-env", "DEMO_GITHUB_TOKEN"],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return _callboard()
    finally:
        standin.terminate()
        standin.wait(timeout=10)


def _callboard() -> int:
    command = [sys.executable, "-m", "bot.main", "--config", str(HERE / "app-config.yaml"), "run"]
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own module
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
