"""Why an account's ARR grew or shrank: seats, price, products, steps that the contract foresaw.

For each product p of an account with ARR at both ends, in its own currency, with b and a for the
amounts and m and n for the quantities at opening and closing:

    scheduled    what scheduled lines that began since the opening added (their steps)
    cross_sell   the rest of a - b where the product is held at one end only, in whatever currency:
                 bought, or dropped
    seat         b * (n - m - steps) / m, rounded: the change in quantity, at the old price
    longer_term  the rest of a - b, where it is a fall and payments now come less often: a cheaper
                 annual contract is a contraction, and this is its reason
    unsplit      the rest of a - b where a quantity isn't known, or the product changed its currency
    price        the rest of a - b otherwise

Parts have signs. They add up to the account's change, to the unit: an account that buys a product
and drops a smaller one has expanded by the difference, and its price may fall while seats grow.
Where several parts meet, they are taken in this order. In another currency each part is the
difference of two converted amounts, so nothing is lost in rounding; what rates do inside the
movements, where a definition leaves it there, is told as price.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, Table, Value

from banso.engines.revenue.book import Book
from banso.engines.revenue.comparison import RATES_OF, Comparison, units_of
from banso.engines.revenue.ledger import NARROW, in_force, serving
from banso.engines.revenue.periods import DATES, begun, dated, days_to_group, with_rates
from banso.engines.revenue.rates import divided, valued
from banso.engines.revenue.steps import stands

PARTS: Final = ("scheduled", "cross_sell", "seat", "longer_term", "unsplit", "price")


def explained(comparison: Comparison, book: Book) -> Comparison:
    """The comparison of this book with `expansion_{part}_minor` and `contraction_{part}_minor`.

    For each of `PARTS`; those of an account add up to its expansion, or to its contraction with the
    sign turned. `bridges.total` and `bridges.cut` sum them like any other bar. Causes lie between
    two ends, so the netting must be net_per_period.
    """
    if comparison.definition.netting != "net_per_period":
        raise ValueError("Expected netting net_per_period: causes are told between two ends.")
    parts = _parts(comparison, book)
    accounts = comparison.accounts
    same = [
        accounts.account_id == parts.of_account,
        accounts.opening_on == parts.of_opening,
        accounts.closing_on == parts.of_closing,
    ]
    known = accounts.left_join(parts, same).view()
    columns = {
        f"{kind}_{part}_minor": ibis.cases(
            (known.kind == "no_rate", ibis.null()),
            (known.kind == kind, sign * known[part].fill_null(0)),
            else_=0,
        )
        for kind, sign in (("expansion", 1), ("contraction", -1))
        for part in PARTS
    }
    told = known.mutate(**columns).select(*accounts.columns, *columns)
    return replace(comparison, accounts=told.view())


def _parts(comparison: Comparison, book: Book) -> Table:
    """(of_opening, of_closing, of_account) and each part in the book's currency."""
    split = _split(_by_product(comparison, book))
    sums = split.group_by(*DATES, "unit", "currency").agg(
        home=_.home.max(),
        opening=_.opening_amount.sum().cast(NARROW),
        **{part: _[part].sum().cast(NARROW) for part in PARTS},
    )
    staged = sums.view()
    reached = staged.opening
    steps = {}
    for part in PARTS:
        reached = reached + staged[part]
        steps[f"to_{part}"] = reached
    rated = with_rates(staged.mutate(**steps), book.rates, comparison.periods, book.reporting)
    before, after = RATES_OF[comparison.definition.fx]
    pairs = {"at_start": ("opening", before)}
    pairs |= {f"at_{part}": (f"to_{part}", before) for part in PARTS[:-1]}
    pairs["at_price"] = ("to_price", after)
    told = valued(rated.view(), **pairs)
    names = list(pairs)
    moved = {
        part: told[at] - told[since]
        for part, at, since in zip(PARTS, names[1:], names, strict=False)
    }
    return (
        told.mutate(**moved)
        .group_by(of_opening=_.opening_on, of_closing=_.closing_on, of_account=_.home)
        .agg(**{part: _[part].sum().cast(NARROW) for part in PARTS})
    )


def _by_product(comparison: Comparison, book: Book) -> Table:
    """Amounts, quantities and intervals at both ends by unit, currency and product."""
    periods = comparison.periods
    lines, keys = begun(serving(book.lines), periods), days_to_group(periods)
    known = lines.mutate(unit=lines[units_of(lines)], **_absent(lines)).view()
    since_opening = known.start_on > known.opening_on
    at_ends = (in_force(known, known.opening_on), in_force(known, known.closing_on))
    taken = since_opening & stands(known, known.closing_on)
    sums = {"steps": known.step_minor.sum(where=taken)}
    sums["quantity_steps"] = known.step_quantity.sum(where=taken)
    for held, end in zip(at_ends, ("opening", "closing"), strict=True):
        sums[f"{end}_amount"] = known.arr_minor.sum(where=held)
        sums[f"{end}_quantity"] = known.quantity.sum(where=held)
        sums[f"{end}_uncounted"] = known.count(where=held & known.quantity.isnull())
        sums[f"{end}_months"] = known.interval_months.max(where=held)
    by_product = known.group_by(*keys, "unit", "currency", "product").agg(
        **{name: amount.fill_null(0).cast(NARROW) for name, amount in sums.items()}
    )
    homes = known.group_by(*keys, at_unit=known.unit).agg(home=known.account_id.argmax(_.start_on))
    return _housed(dated(by_product, periods), dated(homes, periods))


def _housed(by_product: Table, homes: Table) -> Table:
    """The same with the account that each unit is with at the closing."""
    of = homes.rename(at_opening="opening_on", at_closing="closing_on").view()
    same = [
        by_product.unit == of.at_unit,
        by_product.opening_on == of.at_opening,
        by_product.closing_on == of.at_closing,
    ]
    return by_product.inner_join(of, same).drop("at_unit", "at_opening", "at_closing").view()


def _absent(lines: Table) -> dict[str, Value]:
    """What a book that was never asked for steps, products or quantities doesn't have."""
    usual = {
        "product": ibis.literal(""),
        "quantity": ibis.null("int64"),
        "interval_months": ibis.null("int64"),
        "step_minor": ibis.literal(0, "int64"),
        "step_quantity": ibis.literal(0, "int64"),
        "step_until": ibis.null("date"),
    }
    return {name: value for name, value in usual.items() if name not in lines.columns}


def _split(products: Table) -> Table:
    """Each product's change in its parts."""
    before, after = products.opening_amount, products.closing_amount
    held, had = products.closing_quantity, products.opening_quantity
    both = (before > 0) & (after > 0)
    counted = both & (had > 0) & (products.opening_uncounted + products.closing_uncounted == 0)
    whole: Any = {"group_by": (*DATES, "unit", "product")}
    kept = (before.sum().over(**whole) > 0) & (after.sum().over(**whole) > 0)
    seats = counted.ifelse(held - had - products.quantity_steps, 0)
    known = products.mutate(
        rest=after - before - products.steps,
        seat=_share(before, had, seats),
        both=both,
        kept=kept,
        counted=counted,
        longer=products.closing_months > products.opening_months,
    ).view()
    left = known.rest - known.seat
    longer = known.both & known.longer & (left < 0)
    return known.mutate(
        scheduled=known.steps,
        cross_sell=known.kept.ifelse(0, known.rest),
        longer_term=longer.ifelse(left, 0),
        unsplit=(known.kept & ~longer & ~known.counted).ifelse(left, 0),
        price=(known.both & ~longer & known.counted).ifelse(left, 0),
    ).view()


def _share(amount: IntegerValue, quantity: IntegerValue, seats: Any) -> IntegerValue:
    """What so many of the quantity cost, rounded to the unit; its sign is that of the seats."""
    over: Any = quantity.nullif(ibis.literal(0))
    each = (amount - amount % over) // over
    size = seats.abs() * each + divided(seats.abs() * (amount % over), over)
    signed: IntegerValue = (seats < 0).ifelse(-size, size).fill_null(0)
    return signed
