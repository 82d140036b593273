"""Two days compared: what became of each account's ARR, and the bridge over all of them.

Movements are told in constant currency: both ends at the rate of the opening day. What the rates
did in between has its own column, so that for every account and for the whole book

    opening + new + reactivation + expansion - contraction - churn + fx = closing

to the minor unit. An account is one account whatever its currencies: it has churned when nothing is
left in any of them. Changes in between net out: who came and went inside the period has no row.

    GRR  = sum of min(opening, after) / sum of opening     per account, where opening > 0
    NRR  = sum of after / sum of opening                   over the same accounts
    logo = accounts among them with after > 0 / all of them

GRR takes the minimum account by account, never of the totals: that would hide churn behind growth.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.common.deferred import Deferred
from ibis.expr.types import IntegerScalar, Table

from banso.engines.revenue.ledger import NARROW, change_kind, in_force, serving
from banso.engines.revenue.rates import rate_or_one, rates_on, worth
from banso.engines.revenue.tables import MOVEMENTS

KINDS: Final = (
    "new",
    "expansion",
    "contraction",
    "churn",
    "reactivation",
    "unchanged",
    "no_rate",
)


def movements(
    lines: Table, rates: Table, *, opening_on: date, closing_on: date, reporting: str
) -> Table:
    """One row for each account with ARR at either end, as `tables.MOVEMENTS`, in `reporting`.

    `after_minor` is the closing ARR at opening rates and `fx_minor` what the rates add to it.
    `kind` is one of `KINDS`; "no_rate" means that an amount of the account can't be converted, and
    then all its amounts are null.
    """
    if closing_on < opening_on:
        raise ValueError("Expected closing_on on or after opening_on.")
    held = _at_both_ends(lines, opening_on, closing_on)
    held = _with_rate(held, rates_on(rates, opening_on), reporting, "opening_rate")
    held = _with_rate(held, rates_on(rates, closing_on), reporting, "closing_rate")
    converted = held.mutate(
        opening_minor=worth(_.opening, _.opening_rate),
        after_minor=worth(_.closing, _.opening_rate),
        closing_minor=worth(_.closing, _.closing_rate),
    )
    accounts = _by_account(converted)
    kind = change_kind(
        accounts.opening_minor,
        accounts.after_minor,
        paid_before=accounts.first_on <= opening_on,
    )
    named = accounts.mutate(
        fx_minor=accounts.closing_minor - accounts.after_minor,
        kind=ibis.cases((accounts.unrated > 0, "no_rate"), else_=kind),
    )
    return named.select(*MOVEMENTS)


def bridge(movements: Table) -> Table:
    """One row: opening, a size for each kind of change, fx, closing; then counts and shares.

    Contraction and churn are sizes (zero or more), `fx_minor` is signed. `grr`, `nrr` and
    `logo_retention` are shares of the opening, null when nothing was open. A total that left an
    account out would be a wrong total: unless `no_rate_accounts` is zero, every amount and share
    is null.
    """
    accounts = movements.mutate(kept=ibis.least(movements.opening_minor, movements.after_minor))
    opened = _.opening_minor > 0
    sums = accounts.agg(
        **_bars(),
        opening_accounts=_.count(where=opened),
        closing_accounts=_.count(where=_.closing_minor > 0),
        **{f"{kind}_accounts": _.count(where=_.kind == kind) for kind in KINDS},
        kept=_.kept.sum(where=opened),
        grown=_.after_minor.sum(where=opened),
        stayed=_.count(where=opened & (_.after_minor > 0)),
    )
    complete = sums.no_rate_accounts == 0
    uncertain = (*_bars(), "opening_accounts", "closing_accounts")
    told = sums.mutate(**{name: complete.ifelse(sums[name], ibis.null()) for name in uncertain})
    shares = told.mutate(
        grr=_.kept / _.opening_minor.nullif(0),
        nrr=_.grown / _.opening_minor.nullif(0),
        logo_retention=_.stayed / _.opening_accounts.nullif(0),
    )
    return shares.drop("kept", "grown", "stayed")


def _at_both_ends(lines: Table, opening_on: date, closing_on: date) -> Table:
    """ARR by account and currency at both closes, zero too, and the first day ever paid for."""
    begun = serving(lines).filter(_.start_on <= closing_on)
    return begun.group_by("account_id", "currency").agg(
        opening=_arr(begun, opening_on),
        closing=_arr(begun, closing_on),
        first_on=begun.start_on.min(),
    )


def _arr(lines: Table, on: date) -> IntegerScalar:
    """The sum of the lines in force at the close of a day, zero where there are none."""
    sums: IntegerScalar = lines.arr_minor.sum(where=in_force(lines, on)).fill_null(0).cast(NARROW)
    return sums


def _with_rate(held: Table, known: Table, reporting: str, name: str) -> Table:
    """`held` with the rate of its currency as the column `name`, null where there is none."""
    joined = held.left_join(known, held.currency == known.rate_currency)
    return joined.mutate(**{name: rate_or_one(reporting)}).drop("rate_currency", "rate_picos")


def _by_account(converted: Table) -> Table:
    """The sums over an account's currencies, all null when one of its amounts has no rate."""
    ends = ("opening_minor", "after_minor", "closing_minor")
    unknown = ibis.or_(*(converted[end].isnull() for end in ends))
    sums = converted.group_by("account_id").agg(
        **{end: converted[end].sum() for end in ends},
        first_on=converted.first_on.min(),
        unrated=converted.count(where=unknown),
        held=converted.count(where=(converted.opening != 0) | (converted.closing != 0)),
    )
    complete = sums.unrated == 0
    told = sums.mutate(**{end: complete.ifelse(sums[end], ibis.null()) for end in ends})
    return told.filter(_.held > 0)


def _bars() -> dict[str, Deferred]:
    """The bars of the bridge as sums over movements; one that nobody is in is zero."""
    change = _.after_minor - _.opening_minor
    bars = {
        "opening_minor": _.opening_minor.sum(),
        "new_minor": change.sum(where=_.kind == "new"),
        "expansion_minor": change.sum(where=_.kind == "expansion"),
        "contraction_minor": (-change).sum(where=_.kind == "contraction"),
        "churn_minor": (-change).sum(where=_.kind == "churn"),
        "reactivation_minor": change.sum(where=_.kind == "reactivation"),
        "fx_minor": _.fx_minor.sum(),
        "closing_minor": _.closing_minor.sum(),
    }
    return {name: bar.fill_null(0) for name, bar in bars.items()}
