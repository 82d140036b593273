"""The bridge: what happened between two closes, for the whole book or for each group of accounts.

Every row closes to the minor unit, and the rows of the groups add up to the one of the book:

    opening + new + expansion - contraction - churn + reactivation + transfer + fx = closing

Retention is told on the same rows, account by account, over those with `before` above zero:

    GRR  = sum of min(before, after) / sum of before
    NRR  = sum of after / sum of before
    logo = accounts among them with after > 0 / all of them

The minimum is taken for each account and never of totals, which would hide churn behind growth: so
these three come from `Comparison` alone, and nothing here takes totals and gives a GRR. Rates of
summed movements have names of their own (`rates_of_bars`).

**Groups** are dated. With `segment_at` opening (the default), an account's movements and retention
belong to its group at the opening, or at the closing if it had nothing before; what it closes with
belongs to its group at the closing, and goes there as a transfer, out of one and into the other.
With `segment_at` closing its opening amount is transferred instead, and all else is told in the
later group. Transfers between groups add up to zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.comparison import Comparison
from banso.engines.revenue.definitions import Definition
from banso.engines.revenue.ledger import NARROW
from banso.engines.revenue.periods import DATES, days_to_group
from banso.engines.revenue.rates import divided
from banso.engines.revenue.tables import BARS, KINDS

SUMMED: Final = (*BARS, "scheduled_minor", "pending_minor")


def total(comparison: Comparison) -> Table:
    """One row for each period: `BARS`, pending and scheduled amounts, counts, shares and rates.

    Sizes are zero or more; `transfer_minor` and `fx_minor` are signed. Columns besides the bars:

    - `{kind}_accounts` for each of `tables.KINDS`, `opening_accounts`, `closing_accounts`;
    - `base_minor` and `base_accounts` (before above zero), `kept_minor`, `remained_minor`,
      `returned_minor`, `grown_minor`, `stayed_accounts`: what the shares are made of;
    - `grr`, `nrr`, `logo_retention`, and the rates of `rates_of_bars`; null where nothing was open;
    - `arpa_minor`: closing ARR by account; `definition`: the name of the set behind the row.

    A total that left an account out would be wrong: unless `no_rate_accounts` is zero, every
    amount, share and rate is null.
    """
    asked = comparison.periods.table
    sums = summed(comparison.accounts, comparison.definition, DATES)
    days = sums.rename(of_opening="opening_on", of_closing="closing_on")
    every = asked.left_join(
        days, [asked.opening_on == days.of_opening, asked.closing_on == days.of_closing]
    ).drop("of_opening", "of_closing")
    nothing = {name: every[name].fill_null(0) for name in every.columns if name not in DATES}
    return told(every.mutate(**nothing).view(), comparison.definition)


def cut(comparison: Comparison, memberships: Table) -> Table:
    """The same for each group and period, with `key`; who has no group is under a null key.

    `memberships` as `tables.MEMBERSHIPS`. If an account has two keys on a day, the last in the
    alphabet counts.
    """
    rows = by_group(comparison, memberships)
    return told(summed(rows, comparison.definition, (*DATES, "key")), comparison.definition)


def by_group(comparison: Comparison, memberships: Table) -> Table:
    """The accounts with the `key` of their group: the rows of which `cut` is the sum.

    Who changed groups has two: its own, less what moved, and what moved, of kind "other_side".
    """
    keyed = _keyed(comparison, memberships)
    sides = ibis.range(0, 2, 1).unnest().name("side").as_table()
    at_opening = comparison.definition.segment_at == "opening"
    parted = _parted(keyed, at_opening=at_opening)
    both = parted.cross_join(sides).filter((_.side == 0) | (_.moved_minor > 0))
    return _on_their_side(both, at_opening=at_opening)


def rates_of_bars(bars: Table, definition: Definition) -> Table:
    """Bars with the rates that sum movements: never GRR or NRR, which need accounts.

    - `gross_mrr_churn` = (churn + contraction) / opening
    - `net_mrr_churn` = (churn + contraction - expansion - reactivation) / opening
    - `quick_ratio` = (new + expansion) / (churn + contraction), with reactivation above the line
      where the definition says so

    Null where nothing is below the line. An upgrade before a churn makes the first exceed 1.
    """
    lost = bars.churn_minor + bars.contraction_minor
    gained = bars.expansion_minor + bars.reactivation_minor
    return _with_rates(bars, lost, gained, bars.opening_minor, definition)


def rate_parts(rows: Table, definition: Definition) -> Table:
    """Accounts with what each brings to the rates, so that a rate opens to its accounts:

    NRR   sum of grown_minor / sum of base_minor       GRR   kept_minor / base_minor
    logo  stayed_accounts / base_accounts              quick ratio   won_minor / lost_minor
    """
    opened = rows.before_minor > 0
    grown = rows.after_minor
    if not definition.nrr_scheduled:
        grown = grown - _foreseen(rows)
    back = rows.kind == "reactivation"
    returned: Any = back.ifelse(rows.after_minor, 0) if definition.nrr_reactivation else 0
    won = rows.new_minor + rows.expansion_minor
    if definition.quick_ratio_reactivation:
        won = won + rows.reactivation_minor
    parts = {
        "base_minor": opened.ifelse(rows.before_minor, 0),
        "kept_minor": opened.ifelse(ibis.least(rows.before_minor, rows.after_minor), 0),
        "grown_minor": opened.ifelse(grown, returned),
        "base_accounts": opened.cast("int64"),
        "stayed_accounts": (opened & (rows.after_minor > 0)).cast("int64"),
        "won_minor": won,
        "lost_minor": rows.churn_minor + rows.contraction_minor,
    }
    return rows.mutate(**{name: part.cast("int64") for name, part in parts.items()})


def _foreseen(rows: Table) -> Any:
    """The part of an account's growth that contracts foresaw: what has gone again is no growth, so
    that without it NRR is never below GRR.
    """
    grown = ibis.greatest(rows.after_minor - rows.before_minor, 0)
    return ibis.least(grown, ibis.greatest(rows.scheduled_minor, 0))


def _with_rates(
    bars: Table,
    lost: Any,
    gained: Any,
    base_minor: Any,
    definition: Definition,
) -> Table:
    fresh = bars.new_minor + bars.expansion_minor
    if definition.quick_ratio_reactivation:
        fresh = fresh + bars.reactivation_minor
    return bars.mutate(
        gross_mrr_churn=lost / base_minor.nullif(0),
        net_mrr_churn=(lost - gained) / base_minor.nullif(0),
        quick_ratio=fresh / (bars.churn_minor + bars.contraction_minor).nullif(0),
    )


def _keyed(comparison: Comparison, memberships: Table) -> Table:
    """The accounts with their keys at both closes."""
    asked = comparison.periods.table
    known = asked.join(memberships, memberships.from_on <= asked.closing_on)
    ends = {
        name: (known.from_on <= known[on]) & (known.to_on.isnull() | (known.to_on > known[on]))
        for name, on in (("opening_key", "opening_on"), ("closing_key", "closing_on"))
    }
    by = (*days_to_group(comparison.periods), "account_id")
    keys = known.group_by(**{f"of_{name}": known[name] for name in by}).agg(
        **{name: known.key.max(where=within) for name, within in ends.items()}
    )
    accounts = comparison.accounts
    same = [accounts[name] == keys[f"of_{name}"] for name in by]
    return accounts.left_join(keys, same).drop(*(f"of_{name}" for name in by))


def _parted(keyed: Table, *, at_opening: bool) -> Table:
    """The accounts with the amount that changes groups, and the group that all else is told in."""
    changed = ~keyed.opening_key.identical_to(keyed.closing_key) & (keyed.opening_minor > 0)
    amount = keyed.closing_minor if at_opening else keyed.opening_minor
    if at_opening:
        own = (keyed.opening_minor > 0).ifelse(keyed.opening_key, keyed.closing_key)
    else:
        own = keyed.closing_key
    return keyed.mutate(
        moved_minor=ibis.coalesce(ibis.cases((changed, amount), else_=0), 0),
        own_key=ibis.cases((keyed.kind == "no_rate", keyed.closing_key), else_=own),
        other_key=keyed.closing_key if at_opening else keyed.opening_key,
    ).view()


def _on_their_side(both: Table, *, at_opening: bool) -> Table:
    """Side 0: the account in its own group, less what moved. Side 1: what moved, in the other."""
    own = both.side == 0
    end = "closing_minor" if at_opening else "opening_minor"
    there = own.ifelse(both[end] - both.moved_minor, both.moved_minor)
    crossing = own.ifelse(-both.moved_minor, both.moved_minor)
    told = {name: own.ifelse(both[name], 0) for name in both.columns if name.endswith("_minor")}
    told |= {
        end: there,
        "transfer_minor": own.ifelse(both.transfer_minor, 0)
        + (crossing if at_opening else -crossing),
        "kind": own.ifelse(both.kind, "other_side"),
        "key": own.ifelse(both.own_key, both.other_key),
    }
    if at_opening:  # it goes with the closing amount
        gone = both.moved_minor > 0
        told["pending_minor"] = (own == ~gone).ifelse(both.pending_minor, 0)
    return both.mutate(**told).view()


def summed(rows: Table, definition: Definition, by: Sequence[str]) -> Table:
    """The sums over accounts that everything else is made of, for each group."""
    opened = rows.before_minor > 0
    kept: Any = ibis.least(rows.before_minor, rows.after_minor)
    causes = [name for name in rows.columns if name.startswith(("expansion_", "contraction_"))]
    amounts = {name: rows[name].sum() for name in dict.fromkeys((*SUMMED, *causes))}
    amounts |= {
        "base_minor": rows.before_minor.sum(where=opened),
        "kept_minor": kept.sum(where=opened),
        "remained_minor": rows.after_minor.sum(where=opened),
        "foreseen_minor": _foreseen(rows).sum(where=opened),
        "returned_minor": rows.after_minor.sum(where=rows.kind == "reactivation"),
    }
    counts = {
        "opening_accounts": rows.count(where=rows.opening_minor > 0),
        "closing_accounts": rows.count(where=rows.closing_minor > 0),
        "base_accounts": rows.count(where=opened),
        "stayed_accounts": rows.count(where=opened & (rows.after_minor > 0)),
        **{f"{kind}_accounts": rows.count(where=rows.kind == kind) for kind in KINDS},
    }
    narrow = {name: amount.fill_null(0).cast(NARROW) for name, amount in amounts.items()}
    sums = rows.group_by(*by).agg(**narrow, **counts) if by else rows.agg(**narrow, **counts)
    grown = sums.remained_minor
    if not definition.nrr_scheduled:
        grown = grown - sums.foreseen_minor
    if definition.nrr_reactivation:
        grown = grown + sums.returned_minor
    return sums.mutate(grown_minor=grown).drop("foreseen_minor").view()


def told(sums: Table, definition: Definition) -> Table:
    """The sums with shares and rates, all null where an account can't be told."""
    complete = sums.no_rate_accounts == 0
    uncertain = [name for name in sums.columns if name.endswith("_minor")]
    uncertain += ["opening_accounts", "closing_accounts", "base_accounts", "stayed_accounts"]
    told = sums.mutate(**{name: complete.ifelse(sums[name], ibis.null()) for name in uncertain})
    told = told.view()
    shared = told.mutate(
        grr=_.kept_minor / _.base_minor.nullif(0),
        nrr=_.grown_minor / _.base_minor.nullif(0),
        logo_retention=_.stayed_accounts / _.base_accounts.nullif(0),
        arpa_minor=divided(_.closing_minor, _.closing_accounts),
        definition=ibis.literal(definition.name),
    )
    if definition.rate_base == "movement_sum":
        return rates_of_bars(shared, definition)
    lost = shared.base_minor - shared.kept_minor
    gained = shared.remained_minor - shared.kept_minor + shared.returned_minor
    return _with_rates(shared, lost, gained, shared.base_minor, definition)
