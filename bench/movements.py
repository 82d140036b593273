"""ARR movements by month: the change ledger against two ways of walking a calendar.

A seeded book of subscription periods (a million over five years: 141,000 accounts, 6.7 million
account-months; three currencies, one or two overlapping products an account, mostly yearly terms,
some gaps) is loaded once into an in-memory DuckDB. All three methods answer one question there, the
number and sum of movements by currency, month and kind, and must agree to the unit before a figure
is given:

- ours: `banso.engines.revenue.ledger.movements_by_month`;
- the tuned spine: one query. Each period is unrolled into the months at whose end it is in force,
  by integer arithmetic; sums by account, currency and month are compared with the row before;
- the dbt-style chain: a table for every model, in the manner of the dbt MRR playbook (months,
  customers' months, revenue by month, flags, churn month, movements with a hashed id), written
  anew and made right for periods that overlap.

The value is CPU seconds of this process, user and system, all threads: the best of three runs for
ours and the spine, one run for the chain.

A third figure is a page's question on the same book: bridge and retention between two dates by
twelve org units to which accounts belong day by day, in seconds of the wall, best of five, with
the building of the query in it. Its bound is half a second; the groups must add up to the total.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from banso.engines.revenue.book import Book
from banso.engines.revenue.bridges import cut, total
from banso.engines.revenue.comparison import compare, compare_asked
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.ledger import month_number, movements_by_month
from banso.engines.revenue.periods import Asked, Period, rows
from banso.engines.revenue.tables import BARS

SEED = 20240401
FIRST_DAY = np.datetime64("2020-01-01")
LAST_DAY = np.datetime64("2024-12-31")
HORIZON = 2025 * 12  # months are counted from year 0; the first that is not in the book
TERMS = np.array([30, 90, 180, 365])
UNITS = 12
YEAR = Period(date(2022, 12, 31), date(2023, 12, 31))
CUT_BOUND_S = 0.5

Rows = list[tuple[Any, ...]]

# A period is in force at the end of month m exactly when month(start_on) <= m < month(end_on).
MONTHS_OF_PERIODS = f"""
select account_id, currency, arr_minor,
       year(start_on) * 12 + month(start_on) - 1 as from_month,
       coalesce(year(end_on) * 12 + month(end_on) - 1, {HORIZON}) as to_month
from lines
"""

SPINE = f"""
with periods as ({MONTHS_OF_PERIODS}),
first_paid as (
    select account_id, currency, min(from_month) as first_month from periods group by 1, 2
),
paid as (
    select account_id, currency, m, sum(arr_minor)::bigint as arr
    from (select account_id, currency, arr_minor, unnest(range(from_month, to_month)) as m
          from periods)
    group by 1, 2, 3
),
stepped as (
    select *, lag(m) over w as m_before, lag(arr) over w as arr_before, lead(m) over w as m_after
    from paid window w as (partition by account_id, currency order by m)
),
steps as (
    select account_id, currency, m, case when m_before = m - 1 then arr_before else 0 end as before,
           arr as after from stepped
    union all
    select account_id, currency, m + 1, arr, 0 from stepped
    where m + 1 < {HORIZON} and m_after is distinct from m + 1
)
select currency, m,
       case when before = 0 and first_month < m then 'reactivation'
            when before = 0 then 'new' when after = 0 then 'churn'
            when after > before then 'expansion' else 'contraction' end as kind,
       count(*) as accounts, sum(after - before)::bigint as delta
from steps join first_paid using (account_id, currency)
where before <> after group by 1, 2, 3 order by 1, 2, 3
"""

CHAIN = {
    "months": """
        select month::date as month, last_day(month) as month_end
        from (select unnest(generate_series(date '2020-01-01', date '2024-12-01',
                                            interval 1 month)) as month)""",
    "periods": """
        select account_id, currency, arr_minor, start_on,
               coalesce(end_on, date '2025-01-01') as end_on
        from lines""",
    "customers": """
        select account_id, currency, date_trunc('month', min(start_on))::date as first_month,
               max(end_on) as until
        from periods group by 1, 2""",
    "customer_months": """
        select account_id, currency, month, month_end, first_month
        from customers join months on month >= first_month and month < until""",
    "revenue_by_month": """
        select s.account_id, s.currency, s.month, any_value(s.first_month) as first_month,
               coalesce(sum(p.arr_minor), 0)::bigint as arr
        from customer_months s
        left join periods p
            on s.account_id = p.account_id and s.currency = p.currency
            and s.month_end >= p.start_on and s.month_end < p.end_on
        group by 1, 2, 3""",
    "flagged": """
        select *, arr > 0 as is_active,
               min(case when arr > 0 then month end) over w as first_active,
               max(case when arr > 0 then month end) over w as last_active,
               month = first_active as is_first, month = last_active as is_last
        from revenue_by_month window w as (partition by account_id, currency)""",
    "churn_month": """
        select account_id, currency, (month + interval 1 month)::date as month, first_month,
               0::bigint as arr, false as is_active
        from flagged where is_last and month < date '2024-12-01'""",
    "unioned": """
        select account_id, currency, month, first_month, arr, is_active
        from flagged where month <= last_active
        union all
        select account_id, currency, month, first_month, arr, is_active from churn_month""",
    "movements": """
        select md5(concat_ws('-', account_id::varchar, currency, month::varchar)) as id, *,
               coalesce(lag(is_active) over w, false) as was_active,
               coalesce(lag(arr) over w, 0) as before, arr - before as change,
               case when is_active and not was_active and first_month < month then 'reactivation'
                    when is_active and not was_active then 'new'
                    when was_active and not is_active then 'churn'
                    when change > 0 then 'expansion'
                    when change < 0 then 'contraction' end as kind,
               least(arr, before) as renewed
        from unioned window w as (partition by account_id, currency order by month)""",
}
CHAIN_ANSWER = """
select currency, year(month) * 12 + month(month) - 1 as m, kind,
       count(*) as accounts, sum(change)::bigint as delta
from movements where change <> 0 group by 1, 2, 3 order by 1, 2, 3
"""


def book(periods: int) -> pa.Table:
    """So many periods as lines: streams of up to eight terms, one or two streams an account."""
    rng = np.random.default_rng(SEED)
    streams = periods // 2
    shape = (streams, 8)
    account_of_stream = np.repeat(np.arange(streams), rng.integers(1, 3, streams))[:streams]
    terms = rng.choice(TERMS, shape, p=[0.03, 0.07, 0.1, 0.8]) + rng.integers(-5, 6, shape)
    gaps = rng.integers(1, 45, shape) * (rng.random(shape) < 0.5)
    days = int((LAST_DAY - FIRST_DAY).astype(int))
    ends = rng.integers(0, days // 2, (streams, 1)) + np.cumsum(terms + gaps, axis=1) - gaps
    starts = ends - terms
    rows = np.nonzero((starts.ravel() >= 0) & (starts.ravel() <= days))[0][:periods]
    if len(rows) < periods:
        raise ValueError("Expected enough streams for the periods asked for.")
    account, end_days = account_of_stream[rows // 8], ends.ravel()[rows]
    return pa.table(
        {
            "account_id": account,
            "line_id": np.arange(periods),
            "currency": np.array(["JPY", "JPY", "JPY", "USD", "EUR"])[account % 5],
            "start_on": pa.array(FIRST_DAY + starts.ravel()[rows], pa.date32()),
            "end_on": pa.array(FIRST_DAY + end_days, pa.date32(), mask=end_days > days),
            "arr_minor": rng.integers(1, 400, periods) * 12_000,
        }
    )


def figures(*, small: bool) -> Iterator[dict[str, object]]:
    """Our CPU seconds beside each of the two others' in the same run; `ratio` is theirs to ours."""
    con = ibis.duckdb.connect()
    con.con.register("book", book(50_000 if small else 1_000_000))
    con.raw_sql("create table lines as from book")
    ours, answer = _best_of(3, lambda: _ours(con))
    peers = {
        "tuned_month_spine": _best_of(3, lambda: con.raw_sql(SPINE).fetchall()),
        "dbt_style_chain": _best_of(1, lambda: _chain(con)),
    }
    for peer, (cpu_s, theirs) in peers.items():
        if theirs != answer:
            raise ValueError(f"The {peer} gives other movements than the ledger.")
        yield {
            "bench": "movements",
            "figure": f"month_movements_against_{peer}",
            "value": round(ours, 3),
            "unit": "cpu_s",
            "peer_or_bound": round(cpu_s, 3),
            "ratio": round(cpu_s / ours, 2),
        }
    yield _cut_by_units(con)


def _cut_by_units(con: Any) -> dict[str, object]:
    """Seconds of the wall for a bridge by org units between two days, each time others, compiled
    before as pages have it; `ratio` is the bound to it.
    """
    con.con.register("known", _rates())
    con.con.register("units", _memberships(con))
    con.raw_sql("create table rates as from known; create table memberships as from units")
    made = Book(
        lines=con.table("lines"),
        rates=con.table("rates"),
        reporting="JPY",
        definition=DEFAULT,
    )
    con.con.register("asked", rows([YEAR]))
    comparison = compare_asked(made, Asked(con.table("asked"), one=True))
    text = con.compile(cut(comparison, con.table("memberships")))
    spent = []
    for back in reversed(range(5)):
        earlier = timedelta(days=30 * back)
        period = Period(YEAR.opening_on - earlier, YEAR.closing_on - earlier)
        con.con.register("asked", rows([period]))
        before = time.perf_counter()
        units = con.con.execute(text).to_arrow_table().to_pylist()
        spent.append(time.perf_counter() - before)
    [whole] = total(compare(made, YEAR)).to_pyarrow().to_pylist()
    if any(sum(row[bar] for row in units) != whole[bar] for bar in BARS):
        raise ValueError("The groups do not add up to the total.")
    return {
        "bench": "movements",
        "figure": f"year_by_{UNITS}_org_units",
        "value": round(min(spent), 3),
        "unit": "s",
        "peer_or_bound": CUT_BOUND_S,
        "ratio": round(CUT_BOUND_S / min(spent), 2),
    }


def _rates() -> pa.Table:
    days = [date(2019, 12, 31), date(2023, 6, 30)] * 2
    picos = [1_300_000_000_000, 1_450_000_000_000, 1_400_000_000_000, 1_600_000_000_000]
    return pa.table({"currency": ["USD"] * 2 + ["EUR"] * 2, "on_date": days, "rate_picos": picos})


def _memberships(con: Any) -> pa.Table:
    """Every account in a unit; every fifth in another one from the middle of the year on."""
    last = con.raw_sql("select max(account_id) from lines").fetchone()[0]
    ids = np.arange(last + 1)
    moved = ids[ids % 5 == 0]
    middle = np.datetime64("2023-07-01")
    ends = np.where(ids % 5 == 0, middle, np.datetime64("NaT"))
    units = np.concatenate((ids % UNITS, (moved + 1) % UNITS))
    starts = np.concatenate((np.full(len(ids), FIRST_DAY), np.full(len(moved), middle)))
    never = np.full(len(moved), np.datetime64("NaT"))
    return pa.table(
        {
            "account_id": np.concatenate((ids, moved)),
            "key": [f"unit {unit}" for unit in units],
            "from_on": pa.array(starts, pa.date32()),
            "to_on": pa.array(np.concatenate((ends, never)), pa.date32()),
        }
    )


def _ours(con: Any) -> Rows:
    by_kind = movements_by_month(con.table("lines")).group_by("currency", "month", "kind")
    sums = by_kind.agg(accounts=_.count(), delta=_.delta_minor.sum())
    told = sums.select(
        "currency", m=month_number(_.month), kind=_.kind, accounts=_.accounts, delta=_.delta
    )
    rows = told.order_by("currency", "m", "kind").to_pyarrow()
    return list(zip(*rows.to_pydict().values(), strict=True))


def _chain(con: Any) -> Rows:
    for name, model in CHAIN.items():
        con.raw_sql(f"create or replace table {name} as {model}")
    rows: Rows = con.raw_sql(CHAIN_ANSWER).fetchall()
    return rows


def _best_of(runs: int, method: Callable[[], Rows]) -> tuple[float, Rows]:
    """The least CPU of several runs, and the answer."""
    spent = []
    for _run in range(runs):
        before = _cpu_s()
        answer = method()
        spent.append(_cpu_s() - before)
    return min(spent), answer


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="ARR movements by month, in CPU seconds.")
    asked.add_argument("--small", action="store_true", help="50,000 periods, not a million")
    for figure in figures(small=asked.parse_args().small):
        print(json.dumps(figure))
