"""`banso metrics`, `banso period` and `banso refresh`."""

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
from banso.rooms.revenue.actions import close_period, refresh, write_snapshots
from banso.rooms.revenue.queries.book import RATES, NoRevenueYet, book_of, freshness
from banso.rooms.revenue.queries.bridge import cut_bridges, period_of, whole_of_cut
from banso.rooms.revenue.queries.closed import standings
from banso.rooms.revenue.queries.definitions import definition_named
from banso.rooms.revenue.queries.figures import Reader, compared
from banso.rooms.revenue.queries.groups import PRODUCT, cut_by
from banso.rooms.revenue.queries.metered import metered

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

    from banso.engines.revenue.definitions import Definition
    from banso.rooms.revenue.models import ClosedPeriod
    from banso.rooms.revenue.queries.bridge import Group
    from banso.rooms.revenue.queries.closed import Standing

BARS = (
    *("opening", "new", "expansion", "contraction", "churn", "reactivation"),
    *("transfer", "fx", "closing"),
)
SHARES = ("grr", "nrr", "logo_retention")
USAGE = ("opening_minor", "closing_minor", "accounts", "no_rate_accounts")
OF_ACCOUNTS = (*SHARES, "gross_mrr_churn", "net_mrr_churn", "quick_ratio", "arpa_minor")
OF_PRODUCTS = {
    "kept_share": "kept_share",
    "grown_share": "grown_share",
    "buyers_kept_share": "stayed_share",
}


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
    cut = (
        "show it by segment, owner (CSM), team, product, holder of a duty (such as renewal_holder),"
        " or any fact of text or yes and no"
    )
    parser.add_argument("--by", metavar="FACT", help=cut)
    counted = "by which stored definition things are counted; default: default"
    parser.add_argument("--definition", default=DEFAULT.name, metavar="NAME", help=counted)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _metrics(asked: Namespace) -> int:
    """ARR between two days for the whole company, and for each group of a cut."""
    at, today = now(), localdate()
    definition = definition_named(asked.definition)
    _catch_up(definition, at=at)
    closing_on = asked.closing_on or today
    year = fiscal_year(closing_on, first_month=settings.BANSO.fiscal_start_month)
    period = period_of(asked.opening_on or year.first - timedelta(days=1), closing_on)
    reader = Reader(viewer=system_user(at=at), on=today, definition=definition)
    cut = cut_by(asked.by) if asked.by else None
    with clusters.computed_by(asked.engine):
        told = compared(reader, period)
        groups = cut_bridges(told, cut) if cut else []
        whole = whole_of_cut(told, cut)
        usage = metered(reader, period)
    by_product = cut is not None and cut.by_product
    if asked.json:
        say_json(
            {
                "engine": asked.engine,
                "definition": definition.name,
                "settings": definition.as_dict(),
                "currency": whole.bridge.currency,
                "from": period.opening_on,
                "to": period.closing_on,
                "by": asked.by,
                "grain": PRODUCT if by_product else "account",
                "groups": [
                    {"key": each.key, "name": each.name} | _figures(each, by_product=by_product)
                    for each in groups
                ],
                "total": _figures(whole, by_product=by_product),
                "usage": usage and {name: getattr(usage, name) for name in USAGE},
            }
        )
        return DONE
    currency = whole.bridge.currency
    say(f"ARR {period.opening_on} – {period.closing_on}, {currency} ({definition.name})")
    for each in groups:
        say(f"\n{each.name or '–'}")
        _say_figures(each, by_product=by_product)
    say("\nTotal" if groups else "")
    _say_figures(whole, by_product=by_product)
    if usage and usage.closing_minor is not None:
        say("\nBeside ARR, metered charges a year")
        _say_amount("usage", usage.closing_minor, minor_digits(currency))
    return DONE


def _catch_up(definition: Definition, *, at: datetime) -> None:
    """Write the figures if rows have changed since."""
    try:
        behind = freshness().stale
        for name in (RATES, book_of(definition)):
            lake.snapshot(name)
    except (NoRevenueYet, lake.NeverWritten):  # or their files are gone; the rows may be there
        behind = True
    if behind:
        write_snapshots(at=at)


def _figures(told: Group, *, by_product: bool) -> dict[str, Any]:
    """A bridge as one flat object, its causes among its amounts. Of products neither causes nor
    rates of accounts are told, but shares of their own.
    """
    figures = asdict(told.bridge)
    for name in ("period", "currency", "definition"):
        del figures[name]
    causes = figures.pop("causes")
    if by_product:
        figures = {name: figure for name, figure in figures.items() if name not in OF_ACCOUNTS}
        return figures | {key: getattr(told, name) for key, name in OF_PRODUCTS.items()}
    for kind, parts in causes.items():
        figures |= {f"{kind}_{part}_minor": minor for part, minor in parts.items()}
    return figures


def _say_figures(told: Group, *, by_product: bool) -> None:
    figures, digits = _figures(told, by_product=by_product), minor_digits(told.bridge.currency)
    for bar in BARS:
        _say_amount(bar, figures[f"{bar}_minor"], digits)
    for name in OF_PRODUCTS if by_product else SHARES:
        share = figures[name]
        say(f"{name:>14} {'–' if share is None else f'{share:.1%}':>20}")


def _say_amount(name: str, minor: int, digits: int) -> None:
    say(f"{name:>14} {minor / 10**digits:>20,.{digits}f}")


def _closing_arguments(parser: ArgumentParser) -> None:
    asked = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    close = asked.add_parser("close", help="freeze what a period came to, account by account")
    day: dict[str, Any] = {"type": date.fromisoformat, "metavar": "DATE", "required": True}
    close.add_argument("--from", dest="opening_on", help="from the close of this day", **day)
    close.add_argument("--to", dest="closing_on", help="to the close of this day", **day)
    counted = "by which stored definition things are counted; default: default"
    close.add_argument("--definition", default=DEFAULT.name, metavar="NAME", help=counted)
    listed = asked.add_parser("list", help="closed periods, and what was restated since")
    for each in (close, listed):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def _period(asked: Namespace) -> int:
    return _close(asked) if asked.what == "close" else _list(asked)


def _close(asked: Namespace) -> int:
    """Exit code 0 when closed, 2 where it is refused."""
    at, on = now(), localdate()
    definition = definition_named(asked.definition)
    period = period_of(asked.opening_on, asked.closing_on)
    _catch_up(definition, at=at)
    by = system_user(at=at)
    closed = close_period(period, definition=definition, by=by, at=at, on=on)
    if asked.json:
        say_json(_closed_as_json(closed))
    else:
        say(f"Closed {closed.opening_on} – {closed.closing_on} ({closed.definition}):")
        say(f"{closed.accounts} accounts, frozen as {closed.digest}")
    return DONE


def _list(asked: Namespace) -> int:
    """What was frozen, and by how much each bar has changed since."""
    at, on = now(), localdate()
    found = standings(system_user(at=at), on=on)
    if asked.json:
        say_json({"periods": [_standing_as_json(each) for each in found]})
        return DONE
    for each in found:
        closed, digits = each.closed, minor_digits(each.closed.currency)
        state = "reopened" if closed.reopened_at else "restated" if each.is_restated else "closed"
        say(
            f"{closed.opening_on} – {closed.closing_on} {closed.definition:<12} {state:<9}"
            f"{closed.closing_minor / 10**digits:>20,.{digits}f} {closed.currency}"
        )
    return DONE


def _closed_as_json(closed: ClosedPeriod) -> dict[str, Any]:
    return {
        "id": closed.pk,
        "from": closed.opening_on,
        "to": closed.closing_on,
        "definition": closed.definition,
        "settings": closed.chosen,
        "currency": closed.currency,
        "accounts": closed.accounts,
        "digest": closed.digest,
        "closed_at": closed.closed_at.isoformat(),
        "reopened_at": closed.reopened_at and closed.reopened_at.isoformat(),
        "frozen": {f"{bar}_minor": getattr(closed, f"{bar}_minor") for bar in BARS},
    }


def _standing_as_json(each: Standing) -> dict[str, Any]:
    return {**_closed_as_json(each.closed), "changed": each.changed}


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
        name="period",
        help="Close a period of revenue; list closed ones and what was restated since.",
        run=_period,
        arguments=_closing_arguments,
        home=Home.READ,
    ),
    Command(
        name="refresh",
        help="Bring figures and facts up to date now.",
        run=_refresh,
        arguments=_refresh_arguments,
    ),
)
