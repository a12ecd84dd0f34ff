"""Pictures of the dependency graph: drawn once, kept in the data folder, uploaded to Slack and shown by file id."""

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import orjson
from slack_sdk import WebClient

from bot.chat import call
from bot.rasterizer import Rasterizer
from callboard.errors import CallboardError, InputError, ServiceUnavailableError
from callboard.logs import get_logger
from callboard.refs import EntityRef
from catalog.picture import Graph, Node

_LOOK: Final = 1
"""Raised with every change of how pictures look, so that none of an older version is shown."""
_KEPT: Final = 400
_REMEMBERED: Final = 1_000
_FRESH: Final = 12 * 3600.0
_MAX_ALT: Final = 1_000
_WARM_AFTER: Final = 3.0
_DELAYS: Final = (0.4, 1.2, 4.0)
"""Slack processes a file after its upload and refuses blocks that show it before; a response URL works five times."""
_log = get_logger("pictures")


class Pictures:
    """Called from background threads; `file` gives the id of a file in Slack that shows a graph."""

    def __init__(self, client: WebClient, data_dir: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._folder = data_dir / "pictures"
        self._clock = clock
        self._rasterizer = Rasterizer()
        self._files: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._guard = threading.Lock()
        self._warming = threading.Timer(_WARM_AFTER, self._warm)
        self._warming.daemon = True

    def start(self) -> None:
        """Load what drawing needs in a while, before somebody waits for it."""
        self._warming.start()

    def close(self) -> None:
        self._warming.cancel()
        self._rasterizer.close()

    def file(self, graph: Graph) -> str:
        """Uploaded before: remembered. Drawn before: read from disk. Else drawn now."""
        key = digest(graph)
        with self._guard:
            known = self._files.get(key)
        if known and self._clock() - known[1] < _FRESH:
            return known[0]
        uploaded = self._upload(graph, self.png(graph))
        with self._guard:
            self._files[key] = (uploaded, self._clock())
            while len(self._files) > _REMEMBERED:
                self._files.popitem(last=False)
        return uploaded

    def forget(self) -> None:
        """Slack doesn't show a file that we remember: somebody deleted it. The next picture is uploaded anew."""
        with self._guard:
            self._files.clear()

    def png(self, graph: Graph) -> bytes:
        """The bytes, from the data folder where they were drawn before."""
        from blocks.pictures.drawing import draw

        path = self._folder / f"{digest(graph)}.png"
        with suppress(OSError):
            return path.read_bytes()
        began = time.perf_counter()
        drawn = self._rasterizer.png(draw(graph))
        _log.debug("drawn", nodes=len(graph.nodes), seconds=round(time.perf_counter() - began, 3))
        self._keep(path, drawn)
        return drawn

    def _keep(self, path: Path, drawn: bytes) -> None:
        """Written beside and renamed, so that no reader sees half a picture; a full disk costs only the cache."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            beside.write_bytes(drawn)
            beside.replace(path)
            others = sorted(self._folder.glob("*.png"), key=lambda p: p.stat().st_mtime)
            for old in others[:-_KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("picture not kept", reason=str(error))

    def _upload(self, graph: Graph, drawn: bytes) -> str:
        from blocks import kit
        from blocks.pictures.wording import alt_text, heading

        name = f"{EntityRef.from_full(graph.focus).name}-{graph.direction}.png"
        answer = call(
            lambda: self._client.files_upload_v2(
                content=drawn, filename=name, title=heading(graph), alt_txt=kit.cut(alt_text(graph), _MAX_ALT)
            )
        )
        return str(answer["files"][0]["id"])

    def _warm(self) -> None:
        nodes = (Node("component:default/one", "One", "component"),)
        try:
            self.png(Graph(nodes, (), nodes[0].ref, "both", "One"))
        except CallboardError as error:
            _log.warning("pictures can't be drawn", reason=error.message)


def digest(graph: Graph) -> str:
    """The same for the same picture."""
    return hashlib.sha256(orjson.dumps([_LOOK, graph])).hexdigest()[:40]


def patiently(post: Callable[[], None], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Post a message that shows a new file, again while Slack still processes it."""
    for delay in (*_DELAYS, None):
        try:
            post()
        except InputError as error:
            if not _unprocessed(error) or delay is None:
                raise
            sleep(delay)
        else:
            return


def stale(error: CallboardError) -> ServiceUnavailableError | None:
    """What to tell when the file never became ready, None for any other error."""
    if not _unprocessed(error):
        return None
    return ServiceUnavailableError("Slack didn't take the picture.", hint="Ask for it again in a minute.")


def _unprocessed(error: CallboardError) -> bool:
    return isinstance(error, InputError) and ("slack file" in error.message or "invalid_blocks" in error.message)
