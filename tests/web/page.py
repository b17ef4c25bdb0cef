"""Reads a page as a person without JavaScript meets it: title, headings, forms, buttons, words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}
SILENT = {"script", "style", "title", "datalist"}


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)  # hidden and filled ones, as they would be sent
    names: list[str] = field(default_factory=list)  # of everything that can be filled in
    buttons: dict[str, str] = field(default_factory=dict)  # value: label


@dataclass
class Choice:
    value: str
    label: str
    chosen: bool
    many: bool


class Page(HTMLParser):
    """Fields are filled while the page is read."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.headings: dict[str, list[str]] = {"h1": [], "h2": [], "h3": []}
        self.forms: list[Form] = []
        self.text = ""
        self.choices: list[Choice] = []
        self.links: list[str] = []
        self.shown: list[str] = []  # class names, in order
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.inline: list[str] = []
        self.typed: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self._words: list[str] = []
        self._pending: dict[str, Choice] = {}
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    @property
    def question(self) -> str:
        (heading,) = self.headings["h1"]
        return heading

    @property
    def form(self) -> Form:
        """The one form of the page, beside the one by which a child leaves it."""
        (form,) = (form for form in self.forms if form.action != "/leave")
        return form

    @property
    def tokens(self) -> set[str]:
        return {value for form in self.forms if form.action == "/act" for value in form.buttons}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.attributes.append((tag, found))
        self.shown += found.get("class", "").split()
        if tag == "style" or (tag == "script" and "src" not in found):
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        match tag:
            case "form":
                self.forms.append(Form(found.get("action", ""), found["method"]))
            case "a":
                self.links.append(found["href"])
            case "input":
                self._input(found)
        if tag not in VOID:
            self._open.append((tag, found))
            self._words.append("")

    def _input(self, found: dict[str, str]) -> None:
        kind, name, value = found["type"], found["name"], found.get("value", "")
        form = self.forms[-1]
        if kind in ("radio", "checkbox"):
            choice = Choice(value, "", "checked" in found, kind == "checkbox")
            self.choices.append(choice)
            self._pending[found["id"]] = choice
        else:
            form.fields.append((name, value))
        if kind != "hidden":
            form.names.append(name)
            if kind == "text":
                self.typed[name] = value

    def handle_endtag(self, tag: str) -> None:
        opened, found = self._open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        raw = self._words.pop()
        words = " ".join(raw.split())
        if tag == "title":
            self.title = words
        elif tag in self.headings:
            self.headings[tag].append(words)
        elif tag == "button" and found.get("type") == "submit":
            self.forms[-1].buttons[found.get("value", "")] = words
        elif tag == "label" and found.get("for") in self._pending:
            self._pending[found["for"]].label = words
        elif tag == "textarea" and "name" in found:
            self.typed[found["name"]] = raw.removeprefix("\n")
            self.forms[-1].names.append(found["name"])
        if self._words and tag not in SILENT:
            self._words[-1] += raw
        elif not self._words:
            self.text = words

    def handle_data(self, data: str) -> None:
        if self._words:
            self._words[-1] += data
