"""`banso metrics` and `banso refresh`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localdate, now

from banso.engines.basis.fiscal import fiscal_year
from banso.engines.basis.money import minor_digits
from banso.engines.revenue.definitions import DEFAULT
from banso.kit import clusters, lake
from banso.kit.commands import DONE, Command, Home, say, say_json
from banso.rooms.identity.actions import system_user
from banso.rooms.revenue.actions import refresh, write_snapshots
from banso.rooms.revenue.queries.book import RATES, NoRevenueYet, book_of, freshness
from banso.rooms.revenue.queries.bridge import bridge, cut_bridges, period_of
from banso.rooms.revenue.queries.definitions import definition_named
from banso.rooms.revenue.queries.figures import Reader, compared
from banso.rooms.revenue.queries.groups import cut_by

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from banso.rooms.revenue.queries.bridge import Bridge

BARS = (
    *("opening", "new", "expansion", "contraction", "churn", "reactivation"),
    *("transfer", "fx", "closing"),
)
SHARES = ("grr", "nrr", "logo_retention")


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
    cut = "show it by segment, owner (CSM), team, or any fact of text or yes and no"
    parser.add_argument("--by", metavar="FACT", help=cut)
    counted = "by which stored definition things are counted; default: default"
    parser.add_argument("--definition", default=DEFAULT.name, metavar="NAME", help=counted)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _metrics(asked: Namespace) -> int:
    """ARR between two days for the whole company, and for each group of a cut."""
    at, today = now(), localdate()
    definition = definition_named(asked.definition)
    try:
        behind = freshness().stale
        for name in (RATES, book_of(definition)):
            lake.snapshot(name)
    except (NoRevenueYet, lake.NeverWritten):  # or their files are gone; the rows may be there
        behind = True
    if behind:
        write_snapshots(at=at)
    closing_on = asked.closing_on or today
    year = fiscal_year(closing_on, first_month=settings.BANSO.fiscal_start_month)
    period = period_of(asked.opening_on or year.first - timedelta(days=1), closing_on)
    reader = Reader(viewer=system_user(at=at), on=today, definition=definition)
    cut = cut_by(asked.by) if asked.by else None
    with clusters.computed_by(asked.engine):
        told = compared(reader, period)
        whole = bridge(told)
        groups = cut_bridges(told, cut) if cut else []
    if asked.json:
        say_json(
            {
                "engine": asked.engine,
                "definition": definition.name,
                "settings": definition.as_dict(),
                "currency": whole.currency,
                "from": period.opening_on,
                "to": period.closing_on,
                "by": asked.by,
                "groups": [
                    {"key": each.key, "name": each.name} | _figures(each.bridge) for each in groups
                ],
                "total": _figures(whole),
            }
        )
        return DONE
    say(f"ARR {period.opening_on} – {period.closing_on}, {whole.currency} ({definition.name})")
    for each in groups:
        say(f"\n{each.name or '–'}")
        _say_figures(each.bridge)
    say("\nTotal" if groups else "")
    _say_figures(whole)
    return DONE


def _figures(told: Bridge) -> dict[str, Any]:
    """A bridge as one flat object, its causes among its amounts."""
    figures = asdict(told)
    for name in ("period", "currency", "definition"):
        del figures[name]
    causes = figures.pop("causes")
    for kind, parts in causes.items():
        figures |= {f"{kind}_{part}_minor": minor for part, minor in parts.items()}
    return figures


def _say_figures(told: Bridge) -> None:
    digits = minor_digits(told.currency)
    for bar in BARS:
        say(f"{bar:>14} {getattr(told, f'{bar}_minor') / 10**digits:>20,.{digits}f}")
    for name in SHARES:
        share = getattr(told, name)
        say(f"{name:>14} {'–' if share is None else f'{share:.1%}':>20}")


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
