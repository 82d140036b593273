"""Pages as a person reads them: the text of headings, tables, errors and links."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from django.test import Client

from banso.rooms.identity.models import User

if TYPE_CHECKING:
    from django.http import HttpResponseBase

VOID = {"img", "input", "link", "meta", "br", "hr"}
HTMX = {"HX-Request": "true"}


def browser(user: User | None = None, *, language: str = "en") -> Client:
    """A browser in which the user, if any, has signed in and reads that language."""
    client = Client(headers={"accept-language": language})
    if user is not None:
        User.objects.filter(pk=user.pk).update(language=language)
        client.force_login(user)
    return client


class Page(HTMLParser):
    """A page taken apart: its rows by table body, and the texts and attributes of its elements."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[tuple[str, dict[str, str], list[str]]] = []
        self.rows: list[list[str]] = []
        self.feed(response.content.decode())  # type: ignore[attr-defined]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = (tag, {name: value or "" for name, value in attrs}, list[str]())
        self.elements.append(element)
        if tag == "tr":
            self.rows.append([])
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, _attributes, texts = self.open.pop()
            if name in {"td", "th"} and self.rows:
                self.rows[-1].append(plain(texts))
            if name == tag:
                return

    def handle_data(self, text: str) -> None:
        for _name, _attributes, texts in self.open:
            texts.append(text)

    def texts(self, tag: str, **attributes: str) -> list[str]:
        """What the elements with the tag and attributes say, in order."""
        return [
            plain(texts)
            for name, given, texts in self.elements
            if name == tag and attributes.items() <= given.items()
        ]

    def attributes(self, tag: str, name: str) -> list[str]:
        return [
            given[name] for each, given, _texts in self.elements if each == tag and name in given
        ]

    @property
    def heading(self) -> str:
        return self.texts("h1")[0]

    @property
    def text(self) -> str:
        """All that the page says in its main part; of a partial, all."""
        return " ".join(self.texts("main") or [plain(t) for _n, _a, t in self.elements[:1]])


def plain(texts: list[str]) -> str:
    return " ".join("".join(texts).split())


def visit(client: Client, url: str, *, htmx: bool = False, **asked: Any) -> Page:
    """The page at the address, which must be there."""
    response = client.get(url, asked, headers=HTMX if htmx else None)
    assert response.status_code == 200, (url, response.status_code)
    return Page(response)
