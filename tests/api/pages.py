"""URLs without a network."""

from collections.abc import Mapping

from catalog.ingest.reading import Content, MissingError, ReadError


class Pages:
    """URLs out of a mapping."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages = dict(pages)

    def read(self, url: str, version: str) -> Content:  # noqa: ARG002 - the port's signature
        if "forbidden" in url:
            raise ReadError(f"Reading from '{url}' is not allowed.")
        if url not in self.pages:
            raise MissingError(f"Unable to read url, no matching files found for {url}")
        return Content(self.pages[url].encode(), "")

    def search(self, url: str) -> list[str]:
        raise ReadError(f"{url} can't be searched")
