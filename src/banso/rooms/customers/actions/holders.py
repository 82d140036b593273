"""The one way in which lines of the ledger of who holds what are written, and taken back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Q

from banso.kit.rows import insert_new, insert_rows, update_rows
from banso.kit.upsert import Change, TakenBack, digest_of, stored, take_back
from banso.rooms.customers.actions.stated import AccountRow, is_new
from banso.rooms.customers.models import Holding
from banso.rooms.customers.points import DUTIES_PASSED, HOLDINGS_PUT, HOLDINGS_TAKEN_BACK
from banso.rooms.customers.queries.holders import hold_still
from banso.rooms.customers.queries.laying import HoldingRow, Laid, lay, lines_of
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import Field

    from banso.rooms.identity.models import User

LEDGER = Holding._meta.label_lower
NOBODY = (None, None)
SAID = ("member_id", "team_id", "from_on", "to_on", "why")  # what may change of a line


def put_holders(
    rows: Sequence[AccountRow],
    pks: Sequence[int],
    changes: list[list[Change]],
    *,
    why: str,
    on: date,
    for_good: bool = False,
) -> set[int]:
    """Close and open lines of the ledger where the row names somebody else than holds the duty on
    the day; the known accounts on which that was so.

    What was planned for later days gives way to a new holder. `for_good` it gives way to the one
    who holds the duty already, too.
    """
    named = [pk for row, pk in zip(rows, pks, strict=True) if row.holders or row.pools]
    standing = _standing(named, on=on)
    closing: dict[int, Holding] = {}
    opening: list[Holding] = []
    rows_of = dict(zip(pks, changes, strict=True))
    for row, pk in zip(rows, pks, strict=True):
        for duty, holder in _named(row).items():
            lines = standing.get((pk, duty), [])
            held = next((line for line in lines if line.from_on <= on), None)
            stays = held is None or not for_good or (len(lines) == 1 and held.to_on is None)
            if stays and holder == ((held.member_id, held.team_id) if held else NOBODY):
                continue
            closing |= {line.pk: line for line in lines}
            if holder != NOBODY:
                line = dict(zip(("member_id", "team_id"), holder, strict=True))
                opening.append(Holding(account_id=pk, duty=duty, **line, from_on=on, why=why))
    _end(closing.values(), on=on, rows_of=rows_of)
    names = ("account_id", "duty", "member_id", "team_id", "from_on", "why")
    of_new = [held for held in opening if is_new(rows_of[held.account_id])]
    insert_rows(Holding, names, ([getattr(held, name) for name in names] for held in of_new))
    of_known = [held for held in opening if not is_new(rows_of[held.account_id])]
    for opened in Holding.objects.bulk_create(of_known):
        rows_of[opened.account_id].append(_opened(opened))
    return {held.account_id for held in (*closing.values(), *of_known)}


def _standing(accounts: Collection[int], *, on: date) -> dict[tuple[int, str], list[Holding]]:
    """The lines of each duty that last on the day, or are to begin later, in order."""
    lasts = Q(to_on__isnull=True) | Q(to_on__gt=on)
    found: dict[tuple[int, str], list[Holding]] = defaultdict(list)
    for line in Holding.objects.filter(lasts, account__in=accounts).order_by("from_on", "pk"):
        found[line.account_id, line.duty].append(line)
    return found


def _named(row: AccountRow) -> dict[str, tuple[int | None, int | None]]:
    """Member and team that the row names, by duty."""
    members = {duty: (member, None) for duty, member in row.holders.items()}
    return {**members, **{duty: (None, team) for duty, team in row.pools.items()}}


def _opened(held: Holding) -> Change:
    """The line as the import left it: a file of holdings may move its first day back later."""
    names = ("duty", "member_id", "team_id", "from_on", "to_on")
    digest = digest_of({name: getattr(held, name) for name in names})
    return Change(model=LEDGER, pk=held.pk, digest=digest)


def _end(holdings: Iterable[Holding], *, on: date, rows_of: dict[int, list[Change]]) -> None:
    ended = [(max(on, held.from_on), held) for held in holdings]
    update_rows(Holding, ["to_on"], [[last, held.pk] for last, held in ended])
    for last, held in ended:
        rows_of[held.account_id].append(
            Change(
                model=LEDGER,
                pk=held.pk,
                before={"to_on": stored(held.to_on)},
                after={"to_on": last.isoformat()},
            )
        )


@dataclass(frozen=True, slots=True)
class Handed:
    """A duty of an account and who is to hold it: a member, or a team or pool."""

    account: int
    duty: str
    member: int | None = None
    team: int | None = None


@transaction.atomic
def hand_over(
    rows: Sequence[Handed], *, why: str, on: date, by: User, at: datetime, told: bool = True
) -> list[Change]:
    """Let duties pass from a day on, as an operating model wants it; what `take_back_holdings`
    undoes. Rows that name whoever holds the duty already, with no end, change nothing. It is `told`
    at each account unless whoever asks for it tells it there in her own words.
    """
    asked: dict[int, list[Handed]] = defaultdict(list)
    for row in rows:
        asked[row.account].append(row)
    hold_still(asked)
    stated = [
        AccountRow(
            external_id="",
            given={},
            holders={row.duty: row.member for row in of if row.team is None},
            pools={row.duty: row.team for row in of if row.team is not None},
        )
        for of in asked.values()
    ]
    changes: list[list[Change]] = [[] for _account in asked]
    touched = put_holders(stated, list(asked), changes, why=why, on=on, for_good=True)
    if touched:
        linked = sorted(touched) if told else ()
        record(DUTIES_PASSED, by=by, at=at, accounts=linked, number=len(touched))
    return [change for of_account in changes for change in of_account]


@dataclass(frozen=True, slots=True)
class PutHolding:
    """What became of a row: what it changed, or the line that it overlaps."""

    changes: list[Change]
    overlaps: Holding | None = None


@transaction.atomic
def put_holdings(rows: Sequence[HoldingRow], *, by: User, at: datetime) -> list[PutHolding]:
    """Bring in who held what, from a day to a day; a row that overlaps a line stays out."""
    accounts = {row.account for row in rows}
    hold_still(accounts)
    stands = lines_of(accounts)
    before = {line.pk: _said(line) for line in stands}
    laid = lay(rows, stands)
    _write(laid, stands, before)
    changes = _changes(laid, before)
    touched = [row.account for row, of_row in zip(rows, changes, strict=True) if of_row]
    if touched:
        created = sum(any(c.before is None for c in of_row) for of_row in changes)
        updated = len(touched) - created
        record(HOLDINGS_PUT, by=by, at=at, accounts=touched, created=created, updated=updated)
    return [PutHolding(c, where.overlaps) for c, where in zip(changes, laid, strict=True)]


def _said(line: Holding) -> dict[str, Any]:
    return {name: getattr(line, name) for name in SAID}


def _write(laid: Sequence[Laid], stands: Sequence[Holding], before: dict[int, Any]) -> None:
    """Lines that end are written first: no duty has two that last, not for a moment."""
    changed = [line for line in stands if _said(line) != before[line.pk]]
    for lasts in (False, True):
        those = [line for line in changed if (line.to_on is None) == lasts]
        update_rows(Holding, SAID, [[*_said(line).values(), line.pk] for line in those])
    known = {id(line) for line in stands}
    lines = [where.line for where in laid if where.line is not None]
    new = [line for line in lines if id(line) not in known]
    for line, pk in zip(new, insert_new(Holding, [_columns(line) for line in new]), strict=True):
        line.pk = pk


def _columns(line: Holding) -> dict[str, Any]:
    return {"account_id": line.account_id, "duty": line.duty, **_said(line)}


def _changes(laid: Sequence[Laid], before: dict[int, dict[str, Any]]) -> list[list[Change]]:
    """Each row's changes: what it ended, and its own line. A line that is a row's own is told
    there alone.
    """
    own = {where.line.pk for where in laid if where.line is not None}
    changes: list[list[Change]] = []
    for where in laid:
        touched = [where.ended] if where.ended and where.ended.pk not in own else []
        touched += [where.line] if where.line else []
        changes.append([change for line in touched for change in _difference(line, before)])
    return changes


def _difference(line: Holding, before: dict[int, dict[str, Any]]) -> list[Change]:
    if line.pk not in before:
        return [Change(model=LEDGER, pk=line.pk, digest=digest_of(_columns(line)))]
    was, says = before[line.pk], _said(line)
    names = [name for name in SAID if was[name] != says[name]]
    if not names:
        return []
    return [
        Change(
            model=LEDGER,
            pk=line.pk,
            before={name: stored(was[name]) for name in names},
            after={name: stored(says[name]) for name in names},
        )
    ]


@transaction.atomic
def take_back_holdings(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to the ledger: its lines go, and those it changed are as before.

    Where another line has come into the former days of a line meanwhile, that stays as it is.
    """
    lines = Holding.objects.filter(pk__in=[change.pk for change in changes])
    accounts = sorted(set(lines.values_list("account_id", flat=True)))
    hold_still(accounts)
    removed = take_back([change for change in changes if change.before is None])
    former = [change for change in changes if change.before is not None]
    crowded = _crowded(former)
    # those that last again come last of all, when no other line of their duty does any more
    former.sort(key=lambda change: (change.before or {}).get("to_on", "") is not None)
    restored = take_back(former, spare=lambda c: "changed_since" if c.pk in crowded else "")
    counts = {"removed": removed.removed, "restored": restored.restored}
    record(HOLDINGS_TAKEN_BACK, by=by, at=at, accounts=accounts, **counts)
    return TakenBack(removed.removed, restored.restored, (*removed.kept, *restored.kept))


def _crowded(former: Sequence[Change]) -> set[int]:
    """Lines of the duties whose lines would overlap if all were as before."""
    changed = {change.pk: change for change in former}
    accounts = Holding.objects.filter(pk__in=changed).values_list("account_id", flat=True)
    courses = defaultdict[tuple[int, str], list[Holding]](list)
    for line in lines_of(accounts):
        courses[line.account_id, line.duty].append(line)
        change = changed.get(line.pk)
        if change and all(stored(getattr(line, n)) == v for n, v in change.after.items()):
            _set(line, change.before or {})
    return {line.pk for lines in courses.values() if _overlap(lines) for line in lines}


def _set(line: Holding, values: dict[str, Any]) -> None:
    for name, value in values.items():
        held = cast("Field[Any, Any]", Holding._meta.get_field(name)).to_python(value)
        setattr(line, name, held)


def _overlap(lines: Sequence[Holding]) -> bool:
    in_order = sorted(lines, key=lambda line: line.from_on)
    return any(a.to_on is None or a.to_on > b.from_on for a, b in pairwise(in_order))
