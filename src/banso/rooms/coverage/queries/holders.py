"""The customers behind a figure, with who holds their duties now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from banso.rooms.customers.models import Account, Holding
from banso.rooms.customers.models import Duty as Known

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from banso.rooms.coverage.queries.sentences import Reader


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Who holds some duties of an account, since when the first of them."""

    duties: list[str]
    holder: str
    member: int | None
    since: date


@dataclass(frozen=True, slots=True)
class Row:
    """An account behind a figure."""

    account: Account
    arr_minor: int
    held: list[HeldBy]


def rows(
    found: Sequence[tuple[int, int]], reader: Reader | None, *, duty: str, on: date
) -> list[Row]:
    """Accounts given by id and ARR, with the holders of one duty, or of all."""
    ids = [pk for pk, _arr in found]
    accounts = Account.objects.only("name", "kana").in_bulk(ids)
    lasting = Q(to_on__isnull=True) | Q(to_on__gt=on)
    lines = Holding.objects.filter(lasting, account__in=ids, from_on__lte=on)
    if duty:
        lines = lines.filter(duty=duty)
    held: dict[int, dict[tuple[int | None, int | None], HeldBy]] = defaultdict(dict)
    for line in lines.select_related("member", "team").order_by("from_on", "pk"):
        name = str(line.member or line.team)
        first = HeldBy([], name, line.member_id, line.from_on)
        entry = held[line.account_id].setdefault((line.member_id, line.team_id), first)
        entry.duties.append(reader.duty(line.duty) if reader else str(Known(line.duty).label))
    return [Row(accounts[pk], arr, list(held[pk].values())) for pk, arr in found]
