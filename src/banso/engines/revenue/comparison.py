"""Two days compared, account by account: the rows from which every bridge and rate is summed.

Each account's amounts at both closes come from one pass over the lines. Movements are told in the
rates that the definition names, by default those of the opening day; what the rates did has a
column of its own. With r0 and r1 for the two days' rates:

    definition                   before       after        fx
    constant_currency_opening    opening@r0   closing@r0   closing@r1 - closing@r0
    constant_currency_closing    opening@r1   closing@r1   opening@r1 - opening@r0
    inside_movements             opening@r0   closing@r1   0

An account is one account whatever its currencies: it has churned when nothing is left in any of
them. Where a unit moved to another account (`moving`), its opening amount goes along as a transfer,
out of one and into the other, and what became of it since is a movement of the account it is with.
`compare_parts` tells the same of an account's products, or of its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, StringValue, Table, Value

from banso.engines.revenue.book import Book
from banso.engines.revenue.daily import bars_by_day
from banso.engines.revenue.definitions import Definition
from banso.engines.revenue.ledger import NARROW, change_kind, in_force, serving
from banso.engines.revenue.periods import (
    DATES,
    Asked,
    Period,
    asked,
    begun,
    dated,
    days_to_group,
    with_rates,
)
from banso.engines.revenue.rates import valued
from banso.engines.revenue.steps import stands
from banso.engines.revenue.tables import ACCOUNTS, BARS, MOVED

ENDS: Final = ("opening_minor", "before_minor", "after_minor", "closing_minor")
RATES_OF: Final = {
    "constant_currency_opening": ("opening_rate", "opening_rate"),
    "constant_currency_closing": ("closing_rate", "closing_rate"),
    "inside_movements": ("opening_rate", "closing_rate"),
}
BESIDE: Final = ("transfer_minor", "scheduled_minor", "pending_minor")  # not in every book
Part = Literal["product", "line_id"]
AMOUNTS: Final = (*BARS, "before_minor", "after_minor", "scheduled_minor", "pending_minor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`accounts` as `tables.ACCOUNTS`, the periods they cover, and the definition behind them."""

    accounts: Table
    periods: Asked
    definition: Definition


def compare(book: Book, *periods: Period) -> Comparison:
    """Every account with ARR at either end, for each of the periods: see `compare_asked`."""
    return compare_asked(book, asked(periods))


def compare_asked(book: Book, periods: Asked) -> Comparison:
    """Every account with ARR at either end, for each of the periods, in the book's currency.

    `kind` is one of `tables.KINDS`; "no_rate" means that an amount of the account can't be
    converted, and then all its amounts are null. In the definition's netting every_movement who
    came and went inside a period has a row too, and an account may have several bars in one;
    `kind`, `before_minor` and `after_minor` are of the two ends all the same.
    """
    converted = _converted(_held(book, periods), book, periods)
    accounts = _by_account(_at_home(converted), periods)
    told = _named(accounts, book.definition)
    if book.definition.netting == "every_movement":
        told = _day_by_day(told, bars_by_day(book, periods))
    return Comparison(accounts=told.select(*ACCOUNTS), periods=periods, definition=book.definition)


def compare_parts(book: Book, periods: Asked, *, part: Part) -> Table:
    """The same for each product or line of an account, with its `part`, between the two ends.

    What was bought anew is new to the part, and what was dropped has churned from it, whatever else
    the account has. Opening, before, after, transfer, fx and closing of its parts add up to those
    of the account, to the unit: in a foreign currency each is what it adds to the sum of those
    before it, and never a rounded amount of its own.
    """
    known = book.lines
    if part == "product" and part not in known.columns:
        known = known.mutate(product=ibis.literal(""))
    known = known.rename(part=part) if part == "product" else known.mutate(part=known.line_id)
    parted = replace(book, lines=known.view())
    converted = _converted(_held(parted, periods), parted, periods)
    told = _named(_by_account(_at_home(converted), periods), book.definition)
    return told.select("part", *ACCOUNTS).view()


def units_of(table: Table) -> str:
    """The column by which amounts are valued and moved: see `moving`."""
    return "unit_id" if "unit_id" in table.columns else "account_id"


def _held(book: Book, periods: Asked) -> Table:
    """Amounts at both closes by unit, account and currency, zero too, and when it was paid."""
    lines = begun(serving(book.lines), periods)
    since_opening = lines.start_on > lines.opening_on
    amounts = {
        "opening": lines.arr_minor.sum(where=in_force(lines, lines.opening_on)),
        "closing": lines.arr_minor.sum(where=in_force(lines, lines.closing_on)),
    }
    if "step_minor" in lines.columns:
        taken = since_opening & stands(lines, lines.closing_on)
        amounts["scheduled"] = lines.step_minor.sum(where=taken)
    if "pending_from" in lines.columns:
        waits = in_force(lines, lines.closing_on) & (lines.pending_from <= lines.closing_on)
        amounts["pending"] = lines.arr_minor.sum(where=waits)
    unit = dict.fromkeys((*days_to_group(periods), units_of(lines), "account_id", "currency"))
    sums = lines.group_by(*unit, *_parts_of(lines)).agg(
        **{name: amount.fill_null(0).cast(NARROW) for name, amount in amounts.items()},
        first_on=lines.start_on.min(),
        latest_on=lines.start_on.max(),
        left_on=lines.end_on.max(where=lines.end_on <= lines.opening_on),
        back_on=lines.start_on.min(where=since_opening),
    )
    return dated(sums, periods)


def _converted(held: Table, book: Book, periods: Asked) -> Table:
    """The amounts in the reporting currency; one that has no rate is null."""
    rated = with_rates(held, book.rates, periods, book.reporting).view()
    before, after = RATES_OF[book.definition.fx]
    pairs = {
        "opening_minor": ("opening", "opening_rate"),
        "before_minor": ("opening", before),
        "after_minor": ("closing", after),
        "closing_minor": ("closing", "closing_rate"),
        "scheduled_minor": ("scheduled", after),
        "pending_minor": ("pending", "closing_rate"),
    }
    known = {name: pair for name, pair in pairs.items() if pair[0] in rated.columns}
    once = {pair: name for name, pair in reversed(known.items())}
    asked_for = {name: pair for pair, name in once.items()}
    told = _each_its_own(rated, asked_for) if _parts_of(rated) else valued(rated, **asked_for)
    again = {name: told[once[pair]] for name, pair in known.items() if once[pair] != name}
    return told.mutate(**again).view()


def _each_its_own(rated: Table, asked_for: dict[str, tuple[str, str]]) -> Table:
    """What each part adds to the worth of all up to it, of those that are valued as one."""
    together = dict.fromkeys((*DATES, units_of(rated), "account_id", "currency"))
    one: dict[str, Any] = {"group_by": tuple(together), "order_by": "part"}
    amounts = {amount for amount, _rate in asked_for.values()}
    sums = {f"{name}_so_far": rated[name].sum().over(rows=(None, 0), **one) for name in amounts}
    running = rated.mutate(**{name: so_far.cast(NARROW) for name, so_far in sums.items()}).view()
    known = valued(running, **{n: (f"{a}_so_far", r) for n, (a, r) in asked_for.items()})
    worth = {name: known[name] - known[name].lag().over(**one).fill_null(0) for name in asked_for}
    return known.mutate(**worth).drop(*sums).view()


def _parts_of(table: Table) -> tuple[str, ...]:
    return ("part",) if "part" in table.columns else ()


def _at_home(converted: Table) -> Table:
    """The same with what came and went by transfers: openings follow their unit to where it is."""
    if "unit_id" not in converted.columns:
        return converted
    unit = (*DATES, "unit_id")
    homes = converted.group_by(*unit).agg(home=_.account_id.argmax(_.latest_on))
    known = converted.inner_join(homes, unit)
    gone = (known.home != known.account_id) & (known.opening != 0)
    zero = ibis.literal(0, "int64")
    stayed = {"opening_minor", "after_minor", "closing_minor", "scheduled_minor", "pending_minor"}
    stays = known.mutate(
        transfer_minor=gone.ifelse(-known.opening_minor, 0),
        before_minor=gone.ifelse(0, known.before_minor),
    )
    arrived = known.filter(gone).mutate(
        account_id=_.home,
        transfer_minor=_.opening_minor,
        **{name: zero for name in known.columns if name in stayed},
    )
    return stays.union(arrived.select(*stays.columns), distinct=False)


def _by_account(converted: Table, periods: Asked) -> Table:
    """The sums over an account's units and currencies, all null when one of them has no rate."""
    amounts = [*ENDS, *(name for name in BESIDE if name in converted.columns)]
    unknown = ibis.or_(*(converted[end].isnull() for end in ENDS))
    stands = (converted.opening != 0) | (converted.closing != 0)
    own = (*days_to_group(periods), "account_id", *_parts_of(converted))
    sums = converted.group_by(*own).agg(
        **{name: converted[name].sum().cast(NARROW) for name in amounts},
        first_on=converted.first_on.min(),
        left_on=converted.left_on.max(),
        back_on=converted.back_on.min(),
        unrated=converted.count(where=unknown),
        standing=converted.count(where=stands),
    )
    zero = ibis.literal(0, "int64").cast(NARROW)  # else an engine may take a narrower type
    absent = {name: zero for name in BESIDE if name not in amounts}
    known = dated(sums.filter(_.standing > 0).mutate(**absent), periods)
    complete = known.unrated == 0
    told = known.mutate(
        **{name: complete.ifelse(known[name], ibis.null()) for name in (*ENDS, *BESIDE)}
    )
    return told.view()


def _named(accounts: Table, definition: Definition) -> Table:
    """Each account's kind of change, its bars, and what the rates did."""
    back = (_.before_minor == 0) & (_.after_minor > 0) & (_.left_on <= _.opening_on)
    away = ibis.cases((back, _.back_on.delta(_.left_on, unit="day")), else_=ibis.null("int64"))
    known = accounts.mutate(
        away_days=away,
        fx_minor=_.closing_minor
        - _.opening_minor
        - _.transfer_minor
        - (_.after_minor - _.before_minor),
    )
    known = known.view()
    told = known.mutate(kind=_kind(known, definition)).view()
    size = (told.after_minor - told.before_minor).abs()
    known = told.unrated == 0
    bars = {
        f"{kind}_minor": known.ifelse((told.kind == kind).ifelse(size, 0), ibis.null())
        for kind in MOVED
    }
    return told.mutate(**bars).view()


def _kind(accounts: Table, definition: Definition) -> StringValue:
    before, after = accounts.before_minor, accounts.after_minor
    plain = change_kind(before, after, paid_before=accounts.first_on <= accounts.opening_on)
    limit = definition.reactivation_max_days
    late: Any = ibis.literal(value=False) if limit is None else accounts.away_days > limit
    moved = (before == 0) & (after == 0) & (accounts.transfer_minor != 0)
    kind = ibis.cases(
        (accounts.unrated > 0, "no_rate"),
        (moved, "transfer"),
        ((plain == "reactivation") & late, "new"),
        else_=plain,
    )
    return cast("StringValue", kind)


def _day_by_day(accounts: Table, bars: Table) -> Table:
    """The accounts with the bars of their days in the place of the net one."""
    replaced = [*(f"{kind}_minor" for kind in MOVED), "transfer_minor"]
    kept = [name for name in AMOUNTS if name not in replaced]
    key = (*DATES, "account_id")
    ends = accounts.select(
        *key, *_whole(accounts, (*kept, "unrated")), *_zero(replaced), "kind", "away_days"
    )
    days = bars.select(
        *key,
        *_whole(bars, (*replaced, "unrated")),
        *_zero(kept),
        kind=ibis.null("string"),
        away_days=ibis.null("int64"),
    )
    sums = (
        ends.union(days.select(*ends.columns), distinct=False)
        .group_by(*key)
        .agg(
            **{name: _[name].sum().cast(NARROW) for name in (*AMOUNTS, "unrated")},
            away_days=_.away_days.max(),
            kind=_.kind.max(),
        )
    )
    known = sums.unrated == 0
    kind = known.ifelse(sums.kind.fill_null("came_and_went"), "no_rate")
    # What came by a transfer of a day is told at the rate of the movements: fx is what is left.
    fx = sums.closing_minor - sums.opening_minor - _moved_by(sums)
    told = {name: known.ifelse(sums[name], ibis.null()) for name in AMOUNTS}
    told["fx_minor"] = known.ifelse(fx, ibis.null())
    return sums.mutate(**told, kind=kind).view()


def _moved_by(sums: Table) -> IntegerValue:
    """What all bars but fx add up to."""
    grown = sums.new_minor + sums.expansion_minor + sums.reactivation_minor
    moved: IntegerValue = grown - sums.contraction_minor - sums.churn_minor + sums.transfer_minor
    return moved


def _whole(table: Table, names: Sequence[str]) -> list[IntegerValue]:
    return [table[name].cast("int64").name(name) for name in names]


def _zero(names: Sequence[str]) -> list[Value]:
    return [ibis.literal(0, "int64").name(name) for name in names]
