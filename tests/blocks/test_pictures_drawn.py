"""Pictures as bytes: the child process that makes them, and the copies that are kept."""

import io
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from blocks.pictures.drawing import Drawing, draw
from bot.later import Later
from bot.pictures import Pictures, digest, patiently, stale
from bot.rasterizer import Rasterizer
from callboard.chat import Message, Reply
from callboard.errors import CallboardError, InputError
from tests.blocks.pictured import graph_of, node, star


@pytest.fixture
def rasterizer() -> Any:
    one = Rasterizer()
    yield one
    one.close()


def colours(png: bytes) -> int:
    image = Image.open(io.BytesIO(png))
    return len(image.convert("RGB").getcolors(maxcolors=1 << 24) or [])


def test_a_drawing_becomes_a_png_of_its_size(rasterizer: Rasterizer) -> None:
    drawing = draw(graph_of(node("a"), node("b")))
    png = rasterizer.png(drawing)
    width, height = Image.open(io.BytesIO(png)).size
    assert abs(width - 1.5 * drawing.width) < 3
    assert abs(height - 1.5 * drawing.height) < 3
    assert colours(png) > 20


@pytest.mark.parametrize(("side", "pixels"), [(500, 750), (2_000, 2_000), (4_000, 2_449)])
def test_the_larger_a_drawing_the_less_it_is_enlarged(rasterizer: Rasterizer, side: int, pixels: int) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}"/>'
    width, height = Image.open(io.BytesIO(rasterizer.png(Drawing(svg, side, side)))).size
    assert abs(width - pixels) < 3
    assert width == height


def test_text_is_drawn_in_our_fonts_in_both_weights(rasterizer: Rasterizer) -> None:
    drawing = draw(graph_of(node("a"), node("b")))
    silent = Drawing(re.sub("<text.*?</text>", "", drawing.svg), drawing.width, drawing.height)
    lighter = Drawing(drawing.svg.replace('weight="600"', 'weight="400"'), drawing.width, drawing.height)
    assert len({rasterizer.png(d) for d in (drawing, silent, lighter)}) == 3


def test_a_drawing_that_cannot_be_read_is_an_error_and_not_the_end(rasterizer: Rasterizer) -> None:
    with pytest.raises(CallboardError, match="can't be drawn"):
        rasterizer.png(Drawing("<svg", 10, 10))
    assert rasterizer.png(draw(graph_of(node("a"), node("b"))))


def test_a_child_that_died_is_replaced(rasterizer: Rasterizer) -> None:
    drawing = draw(graph_of(node("a"), node("b")))
    first = rasterizer.png(drawing)
    assert rasterizer._process is not None
    os.kill(rasterizer._process.pid, signal.SIGKILL)
    assert rasterizer.png(drawing) == first


def test_after_close_nothing_is_started_again(rasterizer: Rasterizer) -> None:
    rasterizer.close()
    with pytest.raises(CallboardError):
        rasterizer.png(draw(graph_of(node("a"), node("b"))))
    assert rasterizer._process is None


class Uploads:
    """The two steps of an upload, as the client offers them."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    def files_upload_v2(self, **arguments: Any) -> dict[str, Any]:
        self.seen.append(arguments)
        return {"files": [{"id": f"F{len(self.seen)}"}]}


@pytest.fixture
def kept(tmp_path: Path) -> Any:
    uploads = Uploads()
    pictures = Pictures(uploads, tmp_path)  # type: ignore[arg-type]
    yield pictures, uploads, tmp_path
    pictures.close()


def test_a_picture_is_uploaded_once_with_words_for_it(kept: tuple[Pictures, Uploads, Path]) -> None:
    pictures, uploads, _folder = kept
    graph = star(10)
    assert pictures.file(graph) == pictures.file(graph) == "F1"
    assert uploads.seen[0]["filename"] == "ledger-dependents.png"
    assert "depends on ledger" in uploads.seen[0]["alt_txt"]
    assert len(uploads.seen[0]["alt_txt"]) <= 1_000


def test_a_picture_drawn_before_is_read_from_disk(kept: tuple[Pictures, Uploads, Path]) -> None:
    pictures, uploads, folder = kept
    graph = star(10)
    pictures.file(graph)
    (folder / "pictures" / f"{digest(graph)}.png").write_bytes(b"kept")
    pictures.forget()
    assert pictures.file(graph) == "F2"
    assert uploads.seen[1]["content"] == b"kept"


def test_another_title_is_another_picture() -> None:
    assert digest(graph_of(node("a"), node("b"))) != digest(graph_of(node("a", title="A"), node("b")))


def test_a_folder_that_cannot_be_written_costs_only_the_copy(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("in the way")
    uploads = Uploads()
    pictures = Pictures(uploads, tmp_path)  # type: ignore[arg-type]
    try:
        assert pictures.file(star(10)) == "F1"
    finally:
        pictures.close()


UNPROCESSED = InputError("Slack refused what we sent (invalid_blocks). [ERROR] invalid slack file")


def test_a_file_in_the_making_is_waited_for() -> None:
    waits: list[float] = []
    refusals = [UNPROCESSED, UNPROCESSED]

    def post() -> None:
        if refusals:
            raise refusals.pop()

    patiently(post, sleep=waits.append)
    assert len(waits) == 2


@pytest.mark.parametrize("error", [UNPROCESSED, InputError("Slack refused what we sent (msg_too_long).")])
def test_waiting_ends_and_other_refusals_are_not_waited_for(error: InputError) -> None:
    posts: list[int] = []

    def post() -> None:
        posts.append(1)
        raise error

    with pytest.raises(InputError):
        patiently(post, sleep=lambda _s: None)
    assert len(posts) == (4 if stale(error) else 1)


def test_who_waits_is_told_when_it_comes_to_nothing(kept: tuple[Pictures, Uploads, Path]) -> None:
    later, sent = Later(kept[0]), list[Reply]()

    def fail() -> Reply:
        raise ValueError("nobody foresaw this")

    later._run(fail, sent.append)
    assert sent[0].message is not None
    assert "went wrong on our side" in sent[0].message.text
    later._run(lambda: Reply(Message("here")), sent.append)
    assert sent[1] == Reply(Message("here"))
    later.close()
