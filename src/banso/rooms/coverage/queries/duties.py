"""Which role holds which duty, as the document says; and who holds it in truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banso.engines.operating.surroundings import Load
from banso.rooms.coverage.queries.ledger import Ledger, asked
from banso.rooms.customers.access import visible_accounts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from django.utils.functional import _StrPromise

    from banso.rooms.coverage.queries.ledger import Asked
    from banso.rooms.coverage.queries.sentences import Reader
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.models import User

AS_STATED, OTHER, NOBODY = "stated", "other", "nobody"
STATES: Final[Mapping[str, _StrPromise]] = {
    AS_STATED: gettext_lazy("As the model says"),
    OTHER: gettext_lazy("By somebody else"),
    NOBODY: gettext_lazy("By nobody"),
}


@dataclass(frozen=True, slots=True)
class Dealt:
    """A duty as the document deals it out: who answers in each segment, phase by phase where that
    differs, and who else has a part in it.
    """

    duty: str
    answering: list[list[tuple[str, str]]]
    responsible: str
    consulted: str
    informed: str


@dataclass(frozen=True, slots=True)
class Renewing:
    """Who renews a segment."""

    segment: str
    closer: str
    preparer: str
    pay_link: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Kept:
    """How a duty of a segment's customers is held, by state."""

    duty: str
    segment: str
    duty_name: str
    segment_name: str
    stated: str
    customers: int
    numbers: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Keeping:
    """The ledger against the document: of all duties how many are held by whom it names."""

    rows: list[Kept]
    duties: int
    numbers: Mapping[str, int]
    outside: int

    @property
    def share(self) -> float | None:
        return self.numbers[AS_STATED] / self.duties if self.duties else None


class Seen:
    """The model in force, the ledger, and the customers that a viewer may see."""

    def __init__(self, viewer: User, applied: AppliedModel, *, on: date) -> None:
        self.model = applied.model
        self.ledger = Ledger(applied.model, applied.spoken, on=on)
        among = visible_accounts(viewer, on=on)
        every = list(asked(applied.model, applied.spoken, on=on, among=among))
        self.customers = [each for each in every if each.segment]
        self.outside = len(every) - len(self.customers)

    def loads(self) -> dict[str, Load]:
        """The customers of each segment, and their ARR."""
        counts: Counter[str] = Counter()
        arr: Counter[str] = Counter()
        for each in self.customers:
            counts[each.segment] += 1
            arr[each.segment] += each.arr_minor
        return {
            each.key: Load(accounts=counts[each.key], arr_minor=arr[each.key])
            for each in self.model.segments
        }

    def state(self, duty: str, each: Asked) -> str:
        if not self.ledger.holder(each, duty):
            return NOBODY
        return AS_STATED if self.ledger.is_as_stated(duty, each) else OTHER

    def of(self, segment: str, duty: str = "", state: str = "") -> list[Asked]:
        """The customers of a segment of whom a duty stands so, the largest first."""
        found = [
            each
            for each in self.customers
            if each.segment == segment and (not duty or self.state(duty, each) == state)
        ]
        return sorted(found, key=lambda each: (-each.arr_minor, each.pk))


def dealt(reader: Reader) -> list[Dealt]:
    """Every duty of the document."""
    told = {each.key: each for each in reader.segments()}
    return [
        Dealt(
            reader.duty(key),
            [told[segment.key].answering[at].holders for segment in reader.model.segments],
            _names(reader, duty.responsible),
            _names(reader, duty.consulted),
            _names(reader, duty.informed),
        )
        for at, (key, duty) in enumerate(reader.model.duties.items())
    ]


def renewing(reader: Reader) -> list[Renewing]:
    """Who renews each segment."""
    found = []
    for told in reader.segments():
        renewal = reader.model.renewals.get(told.key)
        if renewal is not None:
            closer, preparer = reader.name(renewal.closer), renewal.preparer
            paid = _names(reader, renewal.pay_link)
            found.append(
                Renewing(
                    told.name,
                    closer,
                    reader.name(preparer) if preparer else "",
                    paid,
                    told.renewing,
                )
            )
    return found


def keeping(seen: Seen, reader: Reader) -> Keeping:
    """How each duty of each segment is held today."""
    counts = Counter(
        (duty, each.segment, seen.state(duty, each))
        for each in seen.customers
        for duty in seen.model.duties
    )
    loads = seen.loads()
    rows = [
        Kept(
            duty,
            segment.key,
            reader.duty(duty),
            reader.name(segment.key),
            _stated(reader, duty, segment.key),
            loads[segment.key].accounts,
            [(state, counts[duty, segment.key, state]) for state in STATES],
        )
        for duty in seen.model.duties
        for segment in seen.model.segments
        if loads[segment.key].accounts
    ]
    numbers = {state: sum(n for key, n in counts.items() if key[2] == state) for state in STATES}
    return Keeping(rows, sum(numbers.values()), numbers, seen.outside)


def _stated(reader: Reader, duty: str, segment: str) -> str:
    """All whom the document names, in whichever phase."""
    told = reader.answering(duty, segment)
    return _names_of(dict.fromkeys(holder for _phase, holder in told.holders if holder))


def _names(reader: Reader, holders: Iterable[str]) -> str:
    return _names_of([reader.name(each) for each in holders])


def _names_of(names: Collection[str]) -> str:
    return _(", ").join(names)
