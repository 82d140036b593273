"""`banso metrics` and `banso refresh`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localdate, now

from banso.engines.basis.fiscal import fiscal_year
from banso.engines.basis.money import minor_digits
from banso.kit import clusters, lake
from banso.kit.commands import DONE, Command, Home, say, say_json
from banso.rooms.identity.actions import system_user
from banso.rooms.revenue.actions import refresh, write_snapshots
from banso.rooms.revenue.queries.book import RATES, NoRevenueYet, freshness
from banso.rooms.revenue.queries.bridge import Period, bridge

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DEFINITION = "default"  # constant currency at opening, net per period, two-point rates
BARS = ("opening", "new", "expansion", "contraction", "churn", "reactivation", "fx", "closing")


def _period_arguments(parser: ArgumentParser) -> None:
    day: dict[str, Any] = {"type": date.fromisoformat, "metavar": "DATE"}
    opening = "the opening is the ARR at its close; default: the day before the fiscal year"
    closing = "the closing is the ARR at its close; default: today"
    parser.add_argument("--from", dest="opening_on", help=opening, **day)
    parser.add_argument("--to", dest="closing_on", help=closing, **day)
    engines = "where it is computed: duckdb (default), spark://HOST:PORT or local-cluster"
    parser.add_argument(
        "--engine", type=clusters.engine, default=clusters.DUCKDB, metavar="ENGINE", help=engines
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _metrics(asked: Namespace) -> int:
    """ARR between two days for the whole company."""
    at, today = now(), localdate()
    try:
        behind = freshness().stale
        lake.snapshot(RATES)
    except (NoRevenueYet, lake.NeverWritten):  # or their files are gone; the rows may be there
        behind = True
    if behind:
        write_snapshots(at=at)
    closing_on = asked.closing_on or today
    year = fiscal_year(closing_on, first_month=settings.BANSO.fiscal_start_month)
    period = Period(asked.opening_on or year.first - timedelta(days=1), closing_on)
    with clusters.computed_by(asked.engine):
        figures = asdict(bridge(system_user(at=at), period, on=today))
    del figures["period"]
    currency = figures.pop("currency")
    if asked.json:
        days = {"from": period.opening_on, "to": period.closing_on}
        say_json(
            {
                "engine": asked.engine,
                "definition": DEFINITION,
                "currency": currency,
                **days,
                "groups": [],
                "total": figures,
            }
        )
        return DONE
    say(f"ARR {period.opening_on} – {period.closing_on}, {currency} ({DEFINITION})")
    digits = minor_digits(currency)
    for bar in BARS:
        say(f"{bar:>14} {figures[f'{bar}_minor'] / 10**digits:>20,.{digits}f}")
    for name in ("grr", "nrr", "logo_retention"):
        share = figures[name]
        say(f"{name:>14} {'–' if share is None else f'{share:.1%}':>20}")
    return DONE


def _refresh_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="as of this day")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _refresh(asked: Namespace) -> int:
    """Bring figures and facts up to date now, instead of when the worker gets to it."""
    on = asked.on or localdate()
    changed = refresh(at=now(), on=on)
    if asked.json:
        say_json({"on": on, "accounts_changed": changed})
    else:
        say(f"Facts as of {on}: {changed} accounts changed.")
    return DONE


COMMANDS = (
    Command(
        name="metrics",
        help="ARR between two days: opening, what moved it, closing; GRR and NRR.",
        run=_metrics,
        arguments=_period_arguments,
        home=Home.READ,
    ),
    Command(
        name="refresh",
        help="Bring figures and facts up to date now.",
        run=_refresh,
        arguments=_refresh_arguments,
    ),
)
