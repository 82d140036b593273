"""Values of columns as a page and a file print them, and filters in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banso.kit.exports import Heading, major_units
from banso.kit.templatetags.banso import NO_VALUE, money, number, short_day
from banso.rooms.customers.models import FactType
from banso.rooms.customers.queries import conditions as asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from banso.rooms.customers.queries.columns import Column
    from banso.rooms.customers.queries.conditions import Condition


def printed(column: Column, value: Any) -> str:
    """A value by its column's type, in the reader's language."""
    if value is None or value == "":
        return NO_VALUE
    if column.type == FactType.MONEY:
        return money(value, settings.BANSO.currency)
    if column.type == FactType.FLAG:
        return flag_words()[value]
    if column.type == FactType.DAY:
        return short_day(value)
    return column.words.get(value, str(value)) if column.type == FactType.TEXT else number(value)


def flag_words() -> dict[bool, str]:
    return {True: _("Yes"), False: _("No")}


def in_file(column: Column, value: Any, flags: Mapping[bool, str]) -> Any:
    """A value as a spreadsheet takes it: money in major units, yes and no in the words given, for
    a file is still being sent when the reader's language is over.
    """
    if value is None:
        return None
    if column.type == FactType.MONEY:
        return major_units(value, settings.BANSO.currency)
    if column.type == FactType.FLAG:
        return flags[value]
    return column.words.get(value, value) if column.words else value


def headings(columns: Sequence[Column]) -> list[Heading]:
    """The head of a file with these columns, after the account's id and name."""
    kinds = {FactType.INTEGER: "whole", FactType.FLAG: "text"}
    typed = [Heading(each.label, kinds.get(each.type, str(each.type))) for each in columns]
    return [Heading(_("Account ID")), Heading(_("Account name")), *typed]


def in_words(column: Column, conditions: Sequence[Condition]) -> str:
    """All that is asked of one column, for a chip."""
    told = {each.how: _told(each) for each in conditions}
    low, high = told.pop(asked.FROM, ""), told.pop(asked.TO, "")
    words = [*told.values(), *([_span(low, high)] if low or high else [])]
    return _("%(column)s: %(asked)s") % {"column": column.label, "asked": _joined(words)}


def _span(low: str, high: str) -> str:
    return f"{low}〜{high}" if _japanese() else f"{low} – {high}".strip()


def _japanese() -> bool:
    return get_language() == "ja"


def _joined(words: Iterable[str]) -> str:
    return ("、" if _japanese() else ", ").join(words)


def _told(condition: Condition) -> str:
    """One condition in words; as it was written, where it can't be read."""
    if condition.how == asked.MISSING:
        return _("no value")
    try:
        values = condition.values()
    except ValueError:
        return _joined(condition.texts)
    if condition.how in asked.OF_DAYS:
        return _of_days()[condition.how] % {"days": values[0]}
    words = _joined(printed(condition.column, value) for value in values)
    return _("contains “%(text)s”") % {"text": words} if condition.how == asked.HAS else words


def _of_days() -> dict[str, str]:
    return {
        asked.WITHIN: _("within %(days)s days"),
        asked.LAST: _("in the last %(days)s days"),
        asked.AGO: _("%(days)s days ago or longer"),
    }
