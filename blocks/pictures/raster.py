"""SVG to PNG with our fonts alone, so that a picture is the same on every machine.

The rasterizer doesn't let other threads run, so it works in a process of its own: this file run as a script.
It imports nothing else of ours, which keeps that process small.
"""

import json
import sys
from collections.abc import Mapping
from typing import IO, Any, Final

SCALE: Final = 1.5
_PLENTY: Final = 3_000_000
_MOST: Final = 6_000_000
"""Pixels: time goes by them. Past plenty a picture isn't enlarged; it is made smaller only past the most."""
_HEAD: Final = 4


def png(svg: str, *, width: float, height: float, fonts: list[str]) -> bytes:
    """The picture at one and a half times its size, less where it is large."""
    import resvg_py

    area = max(width * height, 1.0)
    plain = min(1.0, (_MOST / area) ** 0.5)
    zoom = max(plain, min(SCALE, (_PLENTY / area) ** 0.5))
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
