"""The process that turns SVG into PNG: started when first needed, replaced when it dies."""

import subprocess
import sys
import threading
from typing import IO, Final

import orjson

from blocks.pictures import raster
from blocks.pictures.drawing import Drawing
from blocks.pictures.text import FILES
from callboard.errors import CallboardError, ServiceUnavailableError

_PATIENCE: Final = 20.0


class Rasterizer:
    """One child process, one picture at a time. It ends when we close its input, also when we are killed."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def png(self, drawing: Drawing) -> bytes:
        """Raises ServiceUnavailableError when it fails twice in a row."""
        fonts = [str(path) for path in FILES.values()]
        request = orjson.dumps({"svg": drawing.svg, "width": drawing.width, "height": drawing.height, "fonts": fonts})
        with self._guard:
            for _attempt in range(2):
                try:
                    answer = self._exchange(request)
                except (OSError, EOFError):
                    self._stop()
                    continue
                if answer[:1] != b"+":
                    raise CallboardError(f"The picture can't be drawn: {answer[1:].decode()}")
                return answer[1:]
        raise ServiceUnavailableError("The picture can't be drawn right now.", hint="Try again in a minute.")

    def close(self) -> None:
        with self._guard:
            self._closed = True
            self._stop()

    def _exchange(self, request: bytes) -> bytes:
        process, requests, answers = self._running()
        watchdog = threading.Timer(_PATIENCE, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            raster.send(requests, request)
            return raster.receive(answers)
        finally:
            watchdog.cancel()

    def _running(self) -> tuple["subprocess.Popen[bytes]", IO[bytes], IO[bytes]]:
        if self._closed:
            raise EOFError
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own file, nothing from outside in the arguments
                [sys.executable, "-I", raster.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for us; the child ends with its input
            )
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise EOFError
        return process, process.stdin, process.stdout

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
