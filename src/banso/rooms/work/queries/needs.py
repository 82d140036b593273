"""Which queue of a pool an item stands in, and which of them a person can serve.

A queue is a language and a topic. Everybody speaks the company's own language; another one is
spoken by whom it was noted of as a skill, by its two letters. A topic is a skill. Of whom no skill
was ever noted none is asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Collection

_LANGUAGE: Final = re.compile(r"[a-z]{2}(-[a-z]{2})?")


def needs(language: str, topic: str) -> str:
    """The queue of an item."""
    return f"{language}:{topic}"


def serves(skills: Collection[str] | None, *, every_topic: Collection[str]) -> list[str]:
    """The queues that somebody with these skills serves; None where none was ever noted."""
    spoken = {each for each in skills or () if _LANGUAGE.fullmatch(each)}
    topics = set(every_topic if skills is None else skills) - spoken
    languages = sorted({settings.BANSO.language, *spoken})
    return [needs(each, topic) for each in languages for topic in ["", *sorted(topics)]]
