"""What other rooms declare here: their events with a sentence, and what reacts to an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext

from banso.kit import jobs
from banso.kit.templatetags.banso import number
from banso.rooms.journal.models import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

Words = Mapping[str, Any]  # code to its name, translated when it is printed


class Actor(Protocol):
    """Who acts: a user of the room above, known here by id and by name."""

    pk: int

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of entry: `room.past_participle`, the sentence it is told in, and an icon's name.

    The sentence is an English msgid with %(name)s places for the entry's details. For a detail that
    is a code, `words` tells what each code is called. `story` is the sentence of a bulk act on the
    timeline of one account, where counts over all of them say nothing.
    """

    code: str
    sentence: str
    icon: str = "check"
    words: Mapping[str, Words] = field(default_factory=dict)
    story: str = ""

    def told(self, details: Mapping[str, Any]) -> str:
        """The sentence in the active language."""
        called = {name: words[details[name]] for name, words in self.words.items()}
        return gettext(self.sentence) % {**_counted(details), **called}

    def told_of_one(self, details: Mapping[str, Any]) -> str:
        """The sentence on one account's timeline."""
        return gettext(self.story) % _counted(details) if self.story else self.told(details)


def _counted(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details with the reader's group marks in counts."""
    return {name: number(each) if type(each) is int else each for name, each in details.items()}


@dataclass(frozen=True, slots=True)
class Reacting:
    """A job that runs after each entry of an event."""

    event: str
    task: jobs.Task
    once_at_a_time: bool


events: dict[str, Event] = {}
reactions: dict[str, list[Reacting]] = {}


def declare(
    code: str,
    sentence: str,
    *,
    icon: str = "check",
    words: Mapping[str, Words] | None = None,
    story: str = "",
) -> Event:
    """Make an event known. Its code must be new."""
    if code in events:
        raise ValueError(f"The event {code} is declared twice.")
    events[code] = Event(code, sentence, icon, words or {}, story)
    return events[code]


def reacts_to(
    event: Event,
    *,
    atomic: bool = True,
    once_at_a_time: bool = False,
    lease_for: timedelta = timedelta(seconds=60),
    otherwise: Callable[[Entry], None] | None = None,
) -> Callable[[Callable[[Entry], None]], jobs.Task]:
    """Run the function in a worker after each entry of the event, with the entry.

    With `once_at_a_time`, entries that arrive while the reaction waits share one run, which gets
    the first. `otherwise` gets the entry when the reaction is given up.
    """

    def registered(react: Callable[[Entry], None]) -> jobs.Task:
        task = jobs.job(
            atomic=atomic,
            lease_for=lease_for,
            otherwise=_with_entry(otherwise) if otherwise else None,
        )(_with_entry(react))
        reactions.setdefault(event.code, []).append(Reacting(event.code, task, once_at_a_time))
        return task

    return registered


def _with_entry(react: Callable[[Entry], None]) -> jobs.Work:
    @wraps(react)
    def run(entry: int) -> None:
        react(Entry.objects.get(pk=entry))

    return run
