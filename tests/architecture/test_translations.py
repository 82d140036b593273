"""Rule 7: every sentence has its Japanese, none is a guess, and what is written is compiled."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from banso.rooms.journal.points import events
from tests.architecture.house import SOURCE, modules

LOCALE = SOURCE / "banso" / "project" / "locale" / "ja" / "LC_MESSAGES"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
PLACES = re.compile(r"%\(\w+\)\w|%%")


def sentences(text: str) -> set[str]:
    """The msgids in a Python text; of a plural the singular."""
    flat = "\n".join(
        line.lstrip() for line in text.splitlines()
    )  # a template's indents mean nothing
    found = extract("python", BytesIO(flat.encode()), keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, message, _, _ in found}


def templates() -> Iterator[Path]:
    for ending in ("*.html", "*.txt"):
        yield from (p for p in (SOURCE / "banso").rglob(ending) if "templates" in p.parts)


def places(text: str) -> set[str]:
    return set(PLACES.findall(text))


def _ids(message: Message) -> tuple[str, ...]:
    """The msgid, and its plural if it has one."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def faults(catalog: Catalog, wanted: set[str]) -> list[str]:
    """Sentences without a translation, guesses, places that differ, and translations of nothing."""
    known = {_ids(message)[0]: message for message in catalog if message.id}
    found = [f"missing: {msgid}" for msgid in sorted(wanted - known.keys())]
    found += [f"unused: {msgid}" for msgid in sorted(known.keys() - wanted)]
    for msgid, message in known.items():
        said = message.string if isinstance(message.string, str) else "".join(message.string)
        checks = {
            "empty": not said,
            "fuzzy": message.fuzzy,
            "places": said != "" and places(said) != places(_ids(message)[-1]),
        }
        found += [f"{fault}: {msgid}" for fault, there in checks.items() if there]
    return found


def written() -> Catalog:
    return read_po(StringIO((LOCALE / "django.po").read_text()), locale="ja")


def test_every_sentence_has_its_japanese() -> None:
    wanted = {msgid for module in modules() for msgid in sentences(module.text)}
    for template in templates():
        wanted |= sentences(templatize(template.read_text()))
    assert faults(written(), wanted) == []


def test_every_event_is_told_in_japanese() -> None:
    told = {message.id for message in written() if message.string}
    assert [code for code, event in events.items() if event.sentence not in told] == []


def compiled_otherwise(catalog: Catalog, compiled: gettext.NullTranslations) -> list[str]:
    """Sentences that the compiled catalog tells differently."""
    found = []
    for message in catalog:
        if isinstance(message.id, str) and message.id:
            told, meant = compiled.gettext(message.id), message.string
        elif message.id:
            told, meant = compiled.ngettext(*message.id[:2], 2), message.string[-1]
        else:
            continue
        found += [told] if told != meant else []
    return found


def test_what_is_compiled_is_what_is_written() -> None:
    with (LOCALE / "django.mo").open("rb") as file:
        assert compiled_otherwise(written(), gettext.GNUTranslations(file)) == []


def test_a_planted_translation_that_was_not_compiled_is_found() -> None:
    catalog = Catalog(locale="ja")
    catalog.add("Saved.", "保存しました。")
    assert compiled_otherwise(catalog, gettext.NullTranslations()) == ["Saved."]


def test_planted_faults_are_found() -> None:
    catalog = Catalog(locale="ja")
    catalog.add("Saved %(n)s", "保存 %(m)s")
    catalog.add("Guess", "推測", flags=["fuzzy"])
    catalog.add("Empty", "")
    catalog.add("Gone", "過去")
    text = 'gettext("Saved %(n)s"); _("Guess"); gettext_noop("Empty"); ngettext("New", "News", n)'
    assert sorted(faults(catalog, sentences(text))) == [
        "empty: Empty", "fuzzy: Guess", "missing: New", "places: Saved %(n)s", "unused: Gone"
    ]  # fmt: skip


def test_sentences_of_a_template_are_found() -> None:
    page = (
        '<a title="{% translate "Help" %}">{% blocktranslate %}Go{% endblocktranslate %} it\'s</a>'
    )
    assert sentences(templatize(page)) == {"Help", "Go"}
