"""Who of ours knows whom of theirs, and how high we reach."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Count, IntegerChoices, Max, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from banso.engines.basis.fiscal import add_months
from banso.rooms.customers.models import (
    Account,
    Acquaintance,
    Closeness,
    Contact,
    Stake,
    Touchpoint,
)
from banso.rooms.customers.queries.story import at_midnight
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from banso.rooms.identity.models import User

MONTHS = 12
STAKES = Stake.values
FEW, MOST_CONTACTS, MOST_MEMBERS = 8, 200, 10


class Rank(IntegerChoices):
    """How high somebody stands in their company, told from the title."""

    EXECUTIVE = 4, _("Executive level")
    HEAD = 3, _("Head of a department")
    LEAD = 2, _("Head of a section")
    STAFF = 1, _("Staff")
    UNKNOWN = 0, _("No title known")


# The first that fits decides: a vice president is no president, a general manager no manager.
TITLES = (
    (Rank.HEAD, "vice president|general manager|工場長|事務長"),
    (
        Rank.EXECUTIVE,
        "代表|社長|会長|頭取|取締役|執行役|役員|専務|常務|理事|院長|学長|president|founder|owner"
        r"|chair|chief .*officer|\bc[a-z]{1,2}o\b",
    ),
    (Rank.HEAD, r"本部長|部長|室長|局長|支社長|支店長|所長|director|head of|\bvp\b"),
    (Rank.LEAD, "課長|係長|主任|次長|店長|マネージャ|リーダー|チーフ|manager|lead|supervisor"),
)
PATTERNS = tuple((rank, re.compile(pattern, re.IGNORECASE)) for rank, pattern in TITLES)


def rank_of(title: str) -> Rank:
    """How high a title stands; unknown without a title."""
    fitting = (rank for rank, pattern in PATTERNS if pattern.search(title))
    return next(fitting, Rank.STAFF if title.strip() else Rank.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Tie:
    """One of ours and one of theirs: touches in the last twelve months, and what is said of it."""

    member: Member
    touches: int
    last_at: datetime | None
    closeness: Closeness | None


@dataclass(frozen=True, slots=True)
class Known:
    """A contact and the ties of our people to them."""

    contact: Contact
    rank: Rank
    ties: list[Tie]

    @property
    def reached(self) -> bool:
        return any(tie.touches or tie.closeness for tie in self.ties)


@dataclass(frozen=True, slots=True)
class WhoKnowsWhom:
    """Rows of theirs, columns of ours. `highest` is the highest of theirs whom one of ours knows,
    `above` the highest whom nobody does, if that one stands higher; both are of all, also of those
    whose rows are left out.
    """

    members: list[Member]
    rows: list[Known]
    left_out: int
    highest: Known | None
    above: Known | None

    def first(self, n: int) -> WhoKnowsWhom:
        """The same with the first rows only."""
        left_out = self.left_out + len(self.rows[n:])
        return replace(self, rows=self.rows[:n], left_out=left_out)


@dataclass(frozen=True, slots=True)
class _Touched:
    touches: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class AtCustomer:
    """The people at a customer, those there today and those of the past; and who followed whom, by
    the id of the one who left.
    """

    present: list[Contact]
    former: list[Contact]
    successors: dict[int, Contact]


def at_customer(account: Account, *, on: date) -> AtCustomer:
    """Everybody on record at a customer, decision makers first."""
    found = Contact.objects.filter(account=account).select_related("predecessor")
    # few rows, sorted here: a CASE of every stake takes longer to write than they take to sort
    everybody = sorted(found, key=lambda each: (STAKES.index(each.stake), each.kana, each.pk))
    return AtCustomer(
        [each for each in everybody if is_there(each, on=on)],
        [each for each in everybody if not is_there(each, on=on)],
        {each.predecessor_id: each for each in everybody if each.predecessor_id},
    )


def who_knows_whom(
    account: Account, theirs: Sequence[Contact], viewer: User, *, on: date
) -> WhoKnowsWhom:
    """Which of ours know these people of a customer; the viewer always has a column."""
    touched = _touched(account, on=on)
    said = {
        (tie.contact_id, tie.member_id): Closeness(tie.closeness)
        for tie in Acquaintance.objects.filter(contact__account=account)
    }
    here = {contact.pk for contact in theirs}
    pairs = [pair for pair in touched.keys() | said.keys() if pair[0] in here]
    ours = _columns(pairs, touched, viewer)
    rows = [
        Known(
            contact,
            rank_of(contact.title),
            [_tie(contact, member, touched, said) for member in ours],
        )
        for contact in theirs
    ]
    highest = _highest(row for row in rows if row.reached)
    above = _highest(row for row in rows if not row.reached)
    if above and highest and above.rank <= highest.rank:
        above = None
    return WhoKnowsWhom(ours, rows, 0, highest, above)


def is_there(contact: Contact, *, on: date) -> bool:
    """Whether a contact is still (or soon to be) at the customer."""
    return contact.left_on is None or contact.left_on > on


def _touched(account: Account, *, on: date) -> dict[tuple[int, int], _Touched]:
    since = at_midnight(add_months(on, -MONTHS))
    met = Touchpoint.objects.filter(
        account=account, happened_at__gte=since, contact__isnull=False, member__isnull=False
    )
    counted = met.order_by().values_list("contact_id", "member_id")
    return {
        (contact, member): _Touched(touches, last)
        for contact, member, touches, last in counted.annotate(Count("pk"), Max("happened_at"))
    }


def _columns(
    pairs: Iterable[tuple[int, int]], touched: dict[tuple[int, int], _Touched], viewer: User
) -> list[Member]:
    """Our people with the most touches first; among them, in any case, the viewer."""
    weights: dict[int, int] = defaultdict(int)
    for pair in pairs:
        weights[pair[1]] += touched[pair].touches if pair in touched else 0
    members = list(Member.objects.filter(Q(pk__in=weights) | Q(user=viewer)))
    members.sort(key=lambda each: (-weights.get(each.pk, 0), each.kana, each.pk))
    others = [each for each in members if each.user_id != viewer.pk]
    me = [each for each in members if each.user_id == viewer.pk]
    return me + others[: MOST_MEMBERS - len(me)]


def _tie(
    contact: Contact,
    member: Member,
    touched: dict[tuple[int, int], _Touched],
    said: dict[tuple[int, int], Closeness],
) -> Tie:
    pair = (contact.pk, member.pk)
    met = touched.get(pair)
    last = localtime(met.last_at) if met else None
    return Tie(member, met.touches if met else 0, last, said.get(pair))


def _highest(rows: Iterable[Known]) -> Known | None:
    """The highest ranked of the rows, if any has a known rank."""
    ranked = [row for row in rows if row.rank]
    return max(ranked, key=lambda row: row.rank, default=None)


def closeness(contact: Contact, member: Member) -> Closeness | None:
    """How well one of ours is said to know one of theirs."""
    tie = Acquaintance.objects.filter(contact=contact, member=member).first()
    return Closeness(tie.closeness) if tie else None
