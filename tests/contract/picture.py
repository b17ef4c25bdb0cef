"""Reads what a still picture of a screen shows, and what in it could act. Knows no platform."""

from html.parser import HTMLParser

ACTING = {"action", "method", "href", "autofocus", "tabindex", "src", "style"}


class Picture(HTMLParser):
    """The words, tags and attributes of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *names: str) -> list[str]:
        return [value for name, value in self.attributes if name in names]
