from __future__ import annotations

from typing import TYPE_CHECKING

from banso.kit.rows import insert_rows, update_rows
from banso.kit.upsert import Change, digest_of
from banso.rooms.customers.actions.stated import AccountRow, is_new
from banso.rooms.customers.models import (
    Holding,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date


def put_holders(
    rows: Sequence[AccountRow],
    pks: Sequence[int],
    changes: list[list[Change]],
    *,
    why: str,
    on: date,
) -> set[int]:
    """Close and open lines of the ledger where the row names somebody else than holds the duty
    now; the known accounts on which that was so.
    """
    named = [pk for row, pk in zip(rows, pks, strict=True) if row.holders]
    current = {
        (holding.account_id, holding.duty): holding
        for holding in Holding.objects.filter(account__in=named, to_on=None)
    }
    closing: dict[int, Holding] = {}
    opening: list[Holding] = []
    rows_of = dict(zip(pks, changes, strict=True))
    for row, pk in zip(rows, pks, strict=True):
        for duty, member in row.holders.items():
            held = current.get((pk, duty))
            if (held.member_id if held else None) == member and not (held and held.team_id):
                continue
            if held is not None:
                closing[held.pk] = held
            if member is not None:
                opening.append(
                    Holding(account_id=pk, duty=duty, member_id=member, from_on=on, why=why)
                )
    _end(closing.values(), on=on, rows_of=rows_of)
    names = ("account_id", "duty", "member_id", "from_on", "why")
    of_new = [held for held in opening if is_new(rows_of[held.account_id])]
    insert_rows(Holding, names, ([getattr(held, name) for name in names] for held in of_new))
    of_known = [held for held in opening if not is_new(rows_of[held.account_id])]
    for opened in Holding.objects.bulk_create(of_known):
        rows_of[opened.account_id].append(_opened(opened))
    return {held.account_id for held in (*closing.values(), *of_known)}


def _opened(held: Holding) -> Change:
    digest = digest_of({"duty": held.duty, "member_id": held.member_id, "to_on": None})
    return Change(model=Holding._meta.label_lower, pk=held.pk, digest=digest)


def _end(holdings: Iterable[Holding], *, on: date, rows_of: dict[int, list[Change]]) -> None:
    ended = [(max(on, held.from_on), held) for held in holdings]
    update_rows(Holding, ["to_on"], [[last, held.pk] for last, held in ended])
    for last, held in ended:
        rows_of[held.account_id].append(
            Change(
                model=Holding._meta.label_lower,
                pk=held.pk,
                before={"to_on": None},
                after={"to_on": last.isoformat()},
            )
        )
