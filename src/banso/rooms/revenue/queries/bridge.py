"""What happened to the ARR of a viewer's accounts between two days, down to the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from banso.engines.revenue.causes import PARTS
from banso.engines.revenue.periods import Period
from banso.kit.acts import Refused
from banso.rooms.customers.models import Account
from banso.rooms.customers.queries.former import seen_by_id
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries import figures
from banso.rooms.revenue.queries.cutting import SHARES, group_rows, rows_in, whole_row
from banso.rooms.revenue.queries.lines import came_and_went, held_on, recurring
from banso.rooms.revenue.queries.moves import AS_IF_ALWAYS_SO, moves

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from banso.engines.revenue.definitions import Definition
    from banso.rooms.customers.queries.former import Former
    from banso.rooms.revenue.queries.figures import Compared
    from banso.rooms.revenue.queries.groups import Cut

SIGNS = {"new": 1, "reactivation": 1, "expansion": 1, "contraction": -1, "churn": -1}
NOBODY = "~"  # in addresses: the group of those that have none


class WrongOrder(Refused):
    """The period ends before it starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """Opening ARR, what moved it, closing ARR; in minor units of `currency`.

    opening + new + reactivation + expansion − contraction − churn + transfer + fx = closing, to the
    unit. Both ends are the close of their day. Shares are of the opening, null where nothing was
    open. `pending_minor` of the closing waits for a late renewal. GRR is kept over base, NRR
    grown over base: what the accounts of the opening (`base`) pay at the closing (`remained`), and
    by some definitions what those that came back pay (`returned`). Of products there are no rates
    of accounts.
    """

    period: Period
    currency: str
    definition: str
    opening_minor: int
    new_minor: int
    expansion_minor: int
    contraction_minor: int
    churn_minor: int
    reactivation_minor: int
    transfer_minor: int
    fx_minor: int
    closing_minor: int
    scheduled_minor: int
    pending_minor: int
    opening_accounts: int
    closing_accounts: int
    new_accounts: int
    expansion_accounts: int
    contraction_accounts: int
    churn_accounts: int
    reactivation_accounts: int
    transfer_accounts: int
    unchanged_accounts: int
    base_accounts: int
    stayed_accounts: int
    base_minor: int
    kept_minor: int
    remained_minor: int
    returned_minor: int
    grown_minor: int
    causes: Mapping[str, Mapping[str, int]]
    grr: float | None = None
    nrr: float | None = None
    logo_retention: float | None = None
    gross_mrr_churn: float | None = None
    net_mrr_churn: float | None = None
    quick_ratio: float | None = None
    arpa_minor: int | None = None

    @property
    def left_accounts(self) -> int | None:
        """How many accounts of the opening have no ARR at the closing; null where none was open."""
        return self.base_accounts - self.stayed_accounts if self.base_accounts else None

    @property
    def account_churn(self) -> float | None:
        """Their share."""
        gone = self.left_accounts
        return None if gone is None else gone / self.base_accounts


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a cut, its key null for accounts without one, and its part of the bridge.

    The shares are GRR, NRR and logo retention where accounts are in groups; of a product they are
    what is left of it, without and with growth, and the share of its buyers that stayed.
    """

    key: str | None
    name: str
    bridge: Bridge
    kept_share: float | None
    grown_share: float | None
    stayed_share: float | None

    @property
    def in_address(self) -> str:
        return NOBODY if self.key is None else self.key


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A contract line in force at one end of a bridge, or at both, as it is dated; at neither where
    each movement stands for itself and the line came and went.
    """

    line: SubscriptionLine
    at_opening: bool
    at_closing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One account's part in a bridge, with the lines that make it. `in_bar_minor` is what it adds
    to the bar that was opened, if that is a movement.
    """

    account: Account | Former
    kind: str
    opening_minor: int
    change_minor: int
    in_bar_minor: int
    transfer_minor: int
    fx_minor: int
    closing_minor: int
    pending_minor: int
    lines: list[HeldLine]

    @property
    def page_of(self) -> int:
        """The account whose page has the lines: a merged one has none any more."""
        return self.account.pk if isinstance(self.account, Account) else self.account.now_in

    @property
    def others_minor(self) -> int:
        """The account's other movements in the period: there are some only where each stands for
        itself.
        """
        return self.change_minor - self.in_bar_minor


@dataclass(frozen=True, slots=True)
class Movements:
    """A page of movements, how many there are in all, and what they add up to."""

    rows: list[Movement]
    total: int
    total_minor: int


def period_of(opening_on: date, closing_on: date) -> Period:
    """Raises WrongOrder."""
    if closing_on < opening_on:
        raise WrongOrder(_("The period must end on or after the day it starts."))
    return Period(opening_on, closing_on)


def bridge(told: Compared) -> Bridge:
    """What happened to the ARR of the viewer's accounts between the closes of two days."""
    return bridge_of(figures.total_of(told))


def bridge_behind(told: Compared, of: Of | None) -> Bridge | None:
    """The bridge of all, or of the one group; None where there is no such group."""
    if of is None:
        return bridge(told)
    return next((each.bridge for each in cut_bridges(told, of.cut) if each.key == of.key), None)


def cut_bridges(told: Compared, cut: Cut) -> list[Group]:
    """The same for each group, the largest opening first, those of no group after the others, and
    last who has nothing at either end.
    """
    names = cut.names()
    found = [
        _group(row["key"], names.get(row["key"], row["key"] or ""), row | _untold(cut))
        for row in group_rows(told, cut)
    ]
    return sorted(found, key=_place)


def _untold(cut: Cut) -> dict[str, None]:
    """The rates that groups of how an account ended don't have: they would be chosen by what they
    measure.
    """
    return dict.fromkeys((*SHARES, *SHARES.values()) if cut.tells_the_end else ())


def _place(each: Group) -> tuple[bool, bool, int, int, str]:
    told = each.bridge
    empty = not told.opening_minor and not told.closing_minor
    return (empty, each.key is None, -told.opening_minor, -told.closing_minor, each.name)


def whole_of_cut(told: Compared, cut: Cut | None) -> Group:
    """What the groups of a cut add up to; without one, all accounts."""
    return _group(None, "", whole_row(told, cut))


def _group(key: str | None, name: str, row: Mapping[str, Any]) -> Group:
    return Group(key, name, bridge_of(row), **{share: row[share] for share in SHARES})


def bridge_of(row: Mapping[str, Any]) -> Bridge:
    """A bridge from a row of the engine."""
    causes = {
        kind: {part: row.get(f"{kind}_{part}_minor", 0) for part in PARTS}
        for kind in ("expansion", "contraction")
    }
    names = Bridge.__dataclass_fields__.keys() & row.keys()
    return Bridge(
        period=Period(row["opening_on"], row["closing_on"]),
        currency=settings.BANSO.currency,
        causes=causes,
        **{name: row[name] for name in names},
    )


@dataclass(frozen=True, slots=True)
class Of:
    """One group of a cut."""

    cut: Cut
    key: str | None


def has_transfers(told: Compared) -> bool:
    """Whether ARR went from one account to another, which adds up to nothing."""
    return bool(pc.any(pc.not_equal(told.accounts.column("transfer_minor"), 0)).as_py())


def movements(
    told: Compared, kind: str, *, start: int, size: int, of: Of | None = None
) -> Movements:
    """The accounts behind one bar of the bridge, the largest change first, each with its lines.

    `kind` is a bar: an end, transfer, fx, or a kind of change; `of` is the one group asked for.
    """
    found = _behind(told, kind, of)
    rows = found.slice(start, size).to_pylist()
    total_minor = pc.sum(found.column(f"{kind}_minor")).as_py() or 0
    return Movements(_with_lines(told, kind, rows, of), found.num_rows, total_minor)


def all_movements(told: Compared, kind: str, *, of: Of | None = None) -> Iterator[Movement]:
    """The same, all of them, their lines read a thousand accounts at a time."""
    rows = _behind(told, kind, of).to_pylist()
    chunks = (rows[start : start + 1_000] for start in range(0, len(rows), 1_000))
    return (each for chunk in chunks for each in _with_lines(told, kind, chunk, of))


def _behind(told: Compared, kind: str, of: Of | None) -> pa.Table:
    """The account rows behind a bar, the largest first."""
    rows = rows_in(told, of)
    bar = rows.column(f"{kind}_minor")
    moved = rows.append_column("size", pc.negate(pc.abs(bar))).filter(pc.not_equal(bar, 0))
    return moved.sort_by([("size", "ascending"), ("account_id", "ascending")])


def lines_held(
    accounts: Collection[int], period: Period, definition: Definition
) -> dict[int, list[HeldLine]]:
    """The recurring lines of each account that are in force at either end of a period, each at the
    account that it was with then; where each movement stands for itself, also what came and went.
    """
    restated = definition.merge_split == "restated"
    moved = AS_IF_ALWAYS_SO if restated else moves(around=accounts)
    here, alone = moved.kept_at(accounts)
    lines: dict[int, list[HeldLine]] = {pk: [] for pk in accounts}
    every = definition.netting == "every_movement"
    found = recurring().filter(Q(account__in=here) | Q(pk__in=alone))
    for line in found.order_by("start_on", "pk"):
        homes = {
            end: moved.line_home(line, on)
            for end, on in (("at_opening", period.opening_on), ("at_closing", period.closing_on))
            if held_on(line, on)
        }
        if not homes and every and came_and_went(line, period):
            homes = {"between": moved.line_home(line, line.start_on)}
        for account in lines.keys() & set(homes.values()):
            ends = {end: homes.get(end) == account for end in ("at_opening", "at_closing")}
            lines[account].append(HeldLine(line, **ends))
    return lines


def _with_lines(
    told: Compared, kind: str, rows: Sequence[dict[str, Any]], of: Of | None
) -> list[Movement]:
    reader, period = told.reader, told.period
    ids = {row["account_id"] for row in rows}
    accounts = seen_by_id(reader.viewer, ids, on=reader.on)
    lines = lines_held(ids, period, reader.definition)
    return [
        Movement(
            account=accounts[row["account_id"]],
            kind=row["kind"],
            opening_minor=row["opening_minor"],
            change_minor=sum(sign * row[f"{bar}_minor"] for bar, sign in SIGNS.items()),
            in_bar_minor=SIGNS.get(kind, 0) * row[f"{kind}_minor"],
            transfer_minor=row["transfer_minor"],
            fx_minor=row["fx_minor"],
            closing_minor=row["closing_minor"],
            pending_minor=row["pending_minor"],
            lines=_of_product(lines[row["account_id"]], of),
        )
        for row in rows
        if row["account_id"] in accounts  # a row removed since the snapshot was written
    ]


def _of_product(lines: list[HeldLine], of: Of | None) -> list[HeldLine]:
    """Those of the product, where the group is one."""
    if of is None or not of.cut.by_product:
        return lines
    return [held for held in lines if held.line.product == (of.key or "")]
