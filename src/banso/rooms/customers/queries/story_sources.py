"""What this room's own rows tell of an account: touchpoints, promises, tickets, survey answers and
the journal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banso.engines.basis.japanese import folded
from banso.rooms.customers.models import (
    Mood,
    Promise,
    SurveyAnswer,
    Ticket,
    TouchKind,
    Touchpoint,
)
from banso.rooms.customers.points import (
    PROMISE_DROPPED,
    PROMISE_KEPT,
    TOUCH_LOGGED,
    Before,
    StoryEntry,
    StoryRow,
    StoryWanted,
    story_sources,
)
from banso.rooms.customers.queries.former import story_ids
from banso.rooms.customers.queries.story import (
    at_midnight,
    holding_words,
    newest_days,
    newest_moments,
)
from banso.rooms.journal.points import events
from banso.rooms.journal.queries import timeline, told_of_one
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from django.db.models import Model, QuerySet

    from banso.rooms.customers.models import Account
    from banso.rooms.journal.models import Entry

TOUCH_ICONS = {
    TouchKind.MEETING: "handshake",
    TouchKind.ONLINE: "video",
    TouchKind.VISIT: "map-pin",
    TouchKind.CALL: "phone",
    TouchKind.MAIL: "mail",
    TouchKind.CHAT: "message-square",
    TouchKind.TRAINING: "graduation-cap",
    TouchKind.WEBINAR: "presentation",
    TouchKind.NOTE: "notebook-pen",
}

NAMES = ("contact__name", "member__name")
PUT = "_put"  # how the codes of what an import does end, and of its being taken back
TAKEN_BACK = "_taken_back"


def _name(person: Model | None) -> str:
    return str(person or "")


def _spoken_of(account: Account, words: Sequence[str]) -> list[tuple[int, int | None]]:
    """Promises of the account in whose text every word occurs, each with its touchpoint.

    Their texts have no folded form in the database: they are short, and an account has few.
    """
    rows = Promise.objects.filter(account=account).values_list("pk", "touchpoint_id", "text")
    told = ((pk, touch, _searchable(text)) for pk, touch, text in rows)
    return [(pk, touch) for pk, touch, text in told if all(word in text for word in words)]


@lru_cache(maxsize=4_096)
def _searchable(text: str) -> str:
    """A promise's text as words are looked for in it; two sources ask, and a search is narrowed."""
    return folded(text)


class Touches:
    key, kind = "touch", "touch"
    label = gettext_lazy("Touchpoints")
    template = "customers/story/touch.html"
    told: Collection[str] = (TOUCH_LOGGED.code,)
    printed = ("kind", "happened_at", "subject", "text", "mood", "proactive", *NAMES)

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        rows = self._wanted(account, wanted).select_related("contact", "member").only(*self.printed)
        touches = list(newest_moments(rows, "happened_at", wanted, before, n))
        promises = {
            promise.touchpoint_id: promise
            for promise in Promise.objects.filter(touchpoint__in=touches)
        }
        return [self._entry(touch, promises.get(touch.pk)) for touch in touches]

    def _wanted(self, account: Account, wanted: StoryWanted) -> QuerySet[Touchpoint]:
        rows = Touchpoint.objects.filter(account=account)
        if wanted.words:
            said = Q(pk__in=holding_words(rows, wanted.words).values("pk"))
            promised = {touch for _pk, touch in _spoken_of(account, wanted.words) if touch}
            rows = rows.filter(said | Q(pk__in=promised))
        given = {name: getattr(wanted, name) for name in ("member", "contact", "mood", "proactive")}
        return rows.filter(**{name: value for name, value in given.items() if value is not None})

    def _entry(self, touch: Touchpoint, promise: Promise | None) -> StoryEntry:
        kind = TouchKind(touch.kind)
        return StoryEntry(
            pk=touch.pk,
            at=touch.happened_at,
            icon=TOUCH_ICONS[kind],
            title=touch.subject or str(kind.label),
            called=str(kind.label) if touch.subject else "",
            text=touch.text,
            ours=_name(touch.member),
            theirs=_name(touch.contact),
            mood=None if touch.mood is None else Mood(touch.mood),
            proactive=touch.proactive,
            promise=promise,
        )

    def row(self, account: Account, pk: int) -> StoryRow | None:
        rows = Touchpoint.objects.filter(account=account, pk=pk)
        touch = rows.select_related("contact", "member").first()
        if touch is None:
            return None
        promise = Promise.objects.filter(touchpoint=touch).first()
        return StoryRow(self._entry(touch, promise), touch)


class ClosedPromises:
    """A promise is told with the touchpoint at which it was made, and again when it ended."""

    key, kind = "promise", "promise"
    label = gettext_lazy("Promises")
    template = "customers/story/promise.html"
    told: Collection[str] = (PROMISE_KEPT.code, PROMISE_DROPPED.code)

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        if wanted.touches_only:
            return []
        rows = self._ended(account)
        if wanted.member is not None:
            rows = rows.filter(member=wanted.member)
        if wanted.words:
            rows = rows.filter(pk__in=[pk for pk, _touch in _spoken_of(account, wanted.words)])
        return [self._entry(row) for row in newest_days(rows, "ended_on", wanted, before, n)]

    def _ended(self, account: Account) -> QuerySet[Promise]:
        rows = Promise.objects.filter(account=account).select_related("member")
        rows = rows.annotate(ended_on=Coalesce("kept_on", "dropped_on"))
        return rows.filter(ended_on__isnull=False)

    def _entry(self, promise: Promise) -> StoryEntry:
        return StoryEntry(
            pk=promise.pk,
            at=at_midnight(cast("date", promise.kept_on or promise.dropped_on)),
            by_day=True,
            icon="circle-check" if promise.kept_on else "circle-x",
            title=_("Promise kept") if promise.kept_on else _("Promise dropped"),
            text=promise.text,
            ours=_name(promise.member),
        )

    def row(self, account: Account, pk: int) -> StoryRow | None:
        promise = self._ended(account).filter(pk=pk).select_related("touchpoint").first()
        return StoryRow(self._entry(promise), promise) if promise else None


class Tickets:
    """Tickets as they were opened."""

    key, kind = "ticket", "ticket"
    label = gettext_lazy("Tickets")
    template = "customers/story/ticket.html"
    told: Collection[str] = ()
    column = "opened_at"
    printed: tuple[str, ...] = (
        *("external_id", "subject", "text", "priority", "escalated", "opened_at", "closed_at"),
        *NAMES,
    )

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        if wanted.touches_only:
            return []
        rows = Ticket.objects.filter(account=account, **{f"{self.column}__isnull": False})
        rows = holding_words(rows, wanted.words).select_related("contact", "member")
        rows = rows.only(*self.printed)
        if wanted.member is not None:
            rows = rows.filter(member=wanted.member)
        return [self._entry(row) for row in newest_moments(rows, self.column, wanted, before, n)]

    def _entry(self, ticket: Ticket) -> StoryEntry:
        urgent = ticket.priority in {"high", "urgent"}
        notes = (
            ticket.get_priority_display() if urgent else "",
            _("Escalated") if ticket.escalated else "",
            _("Still open") if ticket.closed_at is None else "",
        )
        return StoryEntry(
            pk=ticket.pk,
            at=ticket.opened_at,
            icon="life-buoy",
            title=ticket.subject or ticket.external_id,
            called=_("Ticket opened"),
            text=ticket.text,
            ours=_name(ticket.member),
            theirs=_name(ticket.contact),
            notes=tuple(note for note in notes if note),
        )

    def row(self, account: Account, pk: int) -> StoryRow | None:
        rows = Ticket.objects.filter(account=account, pk=pk)
        ticket = rows.select_related("contact", "member").first()
        return StoryRow(self._entry(ticket), ticket) if ticket else None


class ClosedTickets(Tickets):
    """Tickets once more, as they were closed."""

    key = "ticket_closed"
    column = "closed_at"
    printed = ("external_id", "subject", "opened_at", "closed_at", "satisfaction", *NAMES)

    def _entry(self, ticket: Ticket) -> StoryEntry:
        rated = ticket.satisfaction is not None
        return StoryEntry(
            pk=ticket.pk,
            at=ticket.closed_at or ticket.opened_at,
            icon="circle-check",
            title=ticket.subject or ticket.external_id,
            called=_("Ticket closed"),
            ours=_name(ticket.member),
            theirs=_name(ticket.contact),
            notes=(_("Satisfaction %(n)s") % {"n": ticket.satisfaction},) if rated else (),
        )


class Answers:
    key, kind = "answer", "answer"
    label = gettext_lazy("Survey answers")
    template = "customers/story/answer.html"
    told: Collection[str] = ()
    printed = ("survey", "answered_on", "score", "comment", "contact__name")

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        if wanted.touches_only or wanted.member is not None:
            return []
        rows = SurveyAnswer.objects.filter(account=account).select_related("contact")
        rows = holding_words(rows, wanted.words).only(*self.printed)
        return [self._entry(row) for row in newest_days(rows, "answered_on", wanted, before, n)]

    def _entry(self, answer: SurveyAnswer) -> StoryEntry:
        return StoryEntry(
            pk=answer.pk,
            at=at_midnight(answer.answered_on),
            by_day=True,
            icon="clipboard-check",
            title=answer.survey if answer.score is None else f"{answer.survey}: {answer.score}",
            called=_("Survey answer"),
            text=answer.comment,
            theirs=_name(answer.contact),
        )

    def row(self, account: Account, pk: int) -> StoryRow | None:
        rows = SurveyAnswer.objects.filter(account=account, pk=pk)
        answer = rows.select_related("contact").first()
        return StoryRow(self._entry(answer), answer) if answer else None


def _by_files() -> set[str]:
    """The codes of what imports do and undo. What people take back was put by no import."""
    kinds = [code.removesuffix(PUT) for code in events if code.endswith(PUT)]
    return {f"{kind}{end}" for kind in kinds for end in (PUT, TAKEN_BACK)}


class Journal:
    """What the journal says of the account and no row tells; that a file changed something only
    if asked for, since each night's files would bury what people did. Its sentences are made on
    reading, so that a search of words passes it over.
    """

    key, kind = "journal", "journal"
    label = gettext_lazy("Changes")
    template = "customers/story/journal.html"
    told: Collection[str] = ()

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        if wanted.touches_only or wanted.words:
            return []
        elsewhere = {code for source in story_sources for code in source.told}
        untold = elsewhere if self.kind in wanted.kinds else elsewhere | _by_files()
        rows = timeline(*story_ids(account)).exclude(event__in=untold)
        if wanted.member is not None:
            rows = rows.filter(actor_id__in=Member.objects.filter(pk=wanted.member).values("user"))
        return [self._entry(row) for row in newest_moments(rows, "at", wanted, before, n)]

    def _entry(self, entry: Entry) -> StoryEntry:
        [told] = told_of_one([entry])
        return StoryEntry(
            pk=told.pk, at=told.at, icon=told.icon, title=told.sentence, ours=told.actor
        )

    def row(self, account: Account, pk: int) -> StoryRow | None:
        entry = timeline(*story_ids(account)).filter(pk=pk).first()
        return StoryRow(self._entry(entry), entry) if entry else None


SOURCES = (Touches(), ClosedPromises(), Tickets(), ClosedTickets(), Answers(), Journal())
