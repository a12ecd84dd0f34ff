"""SVG to PNG with our fonts alone, so that a picture is the same on every machine.

The rasterizer doesn't let other threads run, so it works in a process of its own: this file run as a script.
It imports nothing else of ours, which keeps that process small.
"""

import json
import sys
from collections.abc import Mapping
from typing import IO, Any, Final

SCALE: Final = 1.5
_MOST_PIXELS: Final = 4_000_000
_SMALLEST: Final = 0.5
_HEAD: Final = 4


def png(svg: str, *, width: float, height: float, fonts: list[str]) -> bytes:
    """The picture at one and a half times its size, less where it would be larger than chat apps show."""
    import resvg_py

    fitting = (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5
    zoom = max(_SMALLEST, min(SCALE, fitting))
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, skip_system_fonts=True, font_files=fonts, font_family="Inter")
    )


def send(stream: IO[bytes], body: bytes) -> None:
    """One message: its length, then itself."""
    stream.write(len(body).to_bytes(_HEAD, "big") + body)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """One message; raises EOFError when the other side is gone."""
    head = stream.read(_HEAD)
    length = int.from_bytes(head, "big")
    body = stream.read(length) if len(head) == _HEAD else b""
    if len(head) < _HEAD or len(body) < length:
        raise EOFError
    return body


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until the other side closes; an answer starts with `+`, or with `-` and what went wrong."""
    while True:
        try:
            request: Mapping[str, Any] = json.loads(receive(requests))
        except EOFError:
            return
        try:
            answer = b"+" + png(**request)
        except Exception as error:  # noqa: BLE001 - said to the other side, which knows whom it concerns
            answer = b"-" + str(error).encode()
        send(answers, answer)


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
