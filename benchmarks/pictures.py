"""How long a picture takes: `python benchmarks/pictures.py`. Our own time only; Slack's upload isn't in it.

A first picture is layout, SVG and PNG in the child process; a cached one is found by digest, once on disk and once
as a file that Slack has already.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.pictures import Pictures, digest  # noqa: E402 - the script is run by its path
from callboard import logs  # noqa: E402
from catalog.picture import Graph  # noqa: E402
from tests.blocks.pictured import star, web  # noqa: E402

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """A measured line; `budget` None where nothing was promised."""

    name: str
    milliseconds: float
    budget: float | None = None


class NoUpload:
    """Slack's part of it, at no cost."""

    def files_upload_v2(self, **_arguments: Any) -> dict[str, Any]:
        return {"files": [{"id": "F1"}]}


@contextmanager
def fresh() -> Iterator[tuple[Pictures, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        client: Any = NoUpload()
        with closing(Pictures(client, Path(folder))) as pictures:
            yield pictures, Path(folder)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1_000 * (time.perf_counter() - began)


def drawn(graph: Graph) -> float:
    """The median of several first times, in a process that has drawn before."""
    with fresh() as (pictures, folder):
        pictures.file(web(3, 2))
        taken = []
        for _round in range(ROUNDS):
            pictures.forget()
            (folder / "pictures" / f"{digest(graph)}.png").unlink(missing_ok=True)
            taken.append(timed(lambda: pictures.file(graph)))
        return statistics.median(taken)


def cached(graph: Graph, *, forget: bool) -> float:
    with fresh() as (pictures, _folder):
        pictures.file(graph)
        taken = []
        for _round in range(ROUNDS * 5):
            if forget:
                pictures.forget()
            taken.append(timed(lambda: pictures.file(graph)))
        return statistics.median(taken)


def cold(graph: Graph) -> float:
    """The very first one: the child isn't running yet."""
    with fresh() as (pictures, _folder):
        return timed(lambda: pictures.file(graph))


def run() -> list[Row]:
    usual, large = web(25, 40), web(60, 90)
    return [
        Row("first picture after the start, 25 boxes and 40 arrows", cold(usual), None),
        Row("first picture of 25 boxes and 40 arrows", drawn(usual), 400.0),
        Row("first picture of 60 boxes and 90 arrows", drawn(large), None),
        Row("first picture of 24 dependents and a box for the rest", drawn(star(24, rest=476)), None),
        Row("cached picture, read from disk", cached(usual, forget=True), 20.0),
        Row("cached picture, uploaded before", cached(usual, forget=False), 20.0),
    ]


def main() -> None:
    logs.configure(level="warning")
    print("| what | ms | budget |\n|---|---|---|")
    for row in run():
        print(f"| {row.name} | {row.milliseconds:.1f} | {f'{row.budget:.0f}' if row.budget else '–'} |")  # noqa: RUF001 - a dash


if __name__ == "__main__":
    main()
