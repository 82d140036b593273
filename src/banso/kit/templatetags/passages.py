"""Searched words marked in a text, and the start of a long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from banso.engines.basis import passages

if TYPE_CHECKING:
    from collections.abc import Sequence

register = template.Library()
SHORT = 180


@register.filter
def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text with each place where one of the folded words stands in <mark>."""
    parts, last = [], 0
    for start, end in passages.spans(text, words):
        parts += [("", text[last:start], ""), ("<mark>", text[start:end], "</mark>")]
        last = end
    parts.append(("", text[last:], ""))
    wrapped = ((mark_safe(before), inner, mark_safe(after)) for before, inner, after in parts)  # noqa: S308  our own tags
    return format_html_join("", "{}{}{}", wrapped)


@register.filter
def is_long(text: str) -> bool:
    """Whether a text is folded in a list."""
    return len(text) > SHORT + SHORT // 3


@register.filter
def excerpt(text: str, words: Sequence[str]) -> str:
    """The part of a long text that a list shows."""
    return passages.excerpt(text, words, size=SHORT)
