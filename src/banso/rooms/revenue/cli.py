"""`banso metrics`, `banso period` and `banso refresh`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from banso.engines.basis.money import minor_digits
from banso.engines.revenue.definitions import DEFAULT
from banso.kit import clusters, lake
from banso.kit.commands import DONE, Command, Home, as_wide, day, say, say_json
from banso.kit.templatetags.banso import percent
from banso.rooms.identity.actions import system_user
from banso.rooms.revenue.actions import close_period, refresh, write_snapshots
from banso.rooms.revenue.queries.book import RATES, NoRevenueYet, book_of, freshness
from banso.rooms.revenue.queries.bridge import cut_bridges, period_of, whole_of_cut
from banso.rooms.revenue.queries.closed import standings
from banso.rooms.revenue.queries.definitions import definition_named, label_of
from banso.rooms.revenue.queries.figures import Reader, compared
from banso.rooms.revenue.queries.groups import PRODUCT, cut_by, without_one
from banso.rooms.revenue.queries.metered import metered
from banso.rooms.revenue.queries.presets import fiscal_year_to, not_a_year
from banso.rooms.revenue.queries.wording import BARS as LABELS
from banso.rooms.revenue.queries.wording import RATES as RATE_LABELS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

    from banso.engines.revenue.definitions import Definition
    from banso.engines.revenue.periods import Period
    from banso.rooms.revenue.models import ClosedPeriod
    from banso.rooms.revenue.queries.bridge import Group
    from banso.rooms.revenue.queries.closed import Standing
    from banso.rooms.revenue.queries.groups import Cut
    from banso.rooms.revenue.queries.metered import Metered

BARS = (
    *("opening", "new", "expansion", "contraction", "churn", "reactivation"),
    *("transfer", "fx", "closing"),
)
WIDTH = 26  # of a label, in columns of a terminal
SHARES = ("grr", "nrr", "logo_retention")
USAGE = ("opening_minor", "closing_minor", "accounts", "no_rate_accounts")
OF_ACCOUNTS = (*SHARES, "gross_mrr_churn", "net_mrr_churn", "quick_ratio", "arpa_minor")
OF_PRODUCTS = {
    "kept_share": "kept_share",
    "grown_share": "grown_share",
    "buyers_kept_share": "stayed_share",
}


def _period_arguments(parser: ArgumentParser) -> None:
    given: dict[str, Any] = {"type": day, "metavar": "DATE"}
    opening = "the opening is the ARR at its close; default: the day before the fiscal year"
    closing = "the closing is the ARR at its close; default: today"
    parser.add_argument("--from", dest="opening_on", help=opening, **given)
    parser.add_argument("--to", dest="closing_on", help=closing, **given)
    engines = "where it is computed: duckdb (default), spark://HOST:PORT or local-cluster"
    parser.add_argument(
        "--engine", type=clusters.engine, default=clusters.DUCKDB, metavar="ENGINE", help=engines
    )
    cut = (
        "show it by segment, owner (CSM), team, product, holder of a duty (such as renewal_holder),"
        " or any fact of text or yes and no, by its key or by what it is called"
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
    opening_on = asked.opening_on or fiscal_year_to(closing_on).opening_on
    period = period_of(opening_on, closing_on)
    reader = Reader(viewer=system_user(at=at), on=today, definition=definition)
    cut = cut_by(asked.by) if asked.by else None
    with clusters.computed_by(asked.engine):
        told = compared(reader, period)
        groups = cut_bridges(told, cut) if cut else []
        whole = whole_of_cut(told, cut)
        usage = metered(reader, period)
    told_of = _Told(reader, period, cut, groups, whole, usage)
    if asked.json:
        say_json({"engine": asked.engine, **_as_json(told_of)})
    else:
        _say_metrics(told_of)
    return DONE


@dataclass(frozen=True, slots=True)
class _Told:
    """What a period came to: each group of a cut, all of them, and what is metered."""

    reader: Reader
    period: Period
    cut: Cut | None
    groups: list[Group]
    whole: Group
    usage: Metered | None

    @property
    def by_product(self) -> bool:
        return self.cut is not None and self.cut.by_product


def _as_json(told: _Told) -> dict[str, Any]:
    definition, period = told.reader.definition, told.period
    return {
        "definition": definition.name,
        "settings": definition.as_dict(),
        "currency": told.whole.bridge.currency,
        "from": period.opening_on,
        "to": period.closing_on,
        "by": told.cut.key if told.cut else None,
        "grain": PRODUCT if told.by_product else "account",
        "groups": [
            {"key": each.key, "name": each.name} | _figures(each, by_product=told.by_product)
            for each in told.groups
        ],
        "total": _figures(told.whole, by_product=told.by_product),
        "usage": told.usage and {name: getattr(told.usage, name) for name in USAGE},
    }


def _say_metrics(told: _Told) -> None:
    period, currency = told.period, told.whole.bridge.currency
    counted = label_of(told.reader.definition)
    say(f"ARR {period.opening_on} – {period.closing_on}, {currency} ({counted})")
    length = not_a_year(period)
    if length and not told.by_product:
        say(_("NRR, GRR and logo retention are %(length)s.") % {"length": length})
    for each in told.groups:
        say(f"\n{each.name or without_one(told.cut)}")
        _say_figures(each, by_product=told.by_product)
    all_of_it, beside = _("All together"), _("Beside ARR, metered charges a year")
    say(f"\n{all_of_it}" if told.groups else "")
    _say_figures(told.whole, by_product=told.by_product)
    if told.usage and told.usage.closing_minor is not None:
        say(f"\n{beside}")
        _say_amount(_("Usage revenue"), told.usage.closing_minor, minor_digits(currency))


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
        _say_amount(str(LABELS[bar]), figures[f"{bar}_minor"], digits)
    labels = _product_shares() if by_product else RATE_LABELS
    for name in OF_PRODUCTS if by_product else SHARES:
        say(f"{as_wide(str(labels[name]), WIDTH)} {percent(figures[name]):>20}")


def _product_shares() -> dict[str, str]:
    return {
        "kept_share": _("Product kept"),
        "grown_share": _("Product kept, with growth"),
        "buyers_kept_share": _("Buyers kept"),
    }


def _say_amount(name: str, minor: int, digits: int) -> None:
    say(f"{as_wide(name, WIDTH)} {minor / 10**digits:>20,.{digits}f}")


def _closing_arguments(parser: ArgumentParser) -> None:
    asked = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    close = asked.add_parser("close", help="freeze what a period came to, account by account")
    given: dict[str, Any] = {"type": day, "metavar": "DATE", "required": True}
    close.add_argument("--from", dest="opening_on", help="from the close of this day", **given)
    close.add_argument("--to", dest="closing_on", help="to the close of this day", **given)
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
        days = f"{closed.opening_on} – {closed.closing_on} ({closed.definition})"
        say(_("Closed %(days)s:") % {"days": days})
        told = {"count": closed.accounts, "digest": closed.digest}
        say(_("%(count)s accounts, frozen as %(digest)s") % told)
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
        restated = _("Restated") if each.is_restated else _("As closed")
        state = as_wide(_("Reopened") if closed.reopened_at else restated, 14)
        say(
            f"{closed.opening_on} – {closed.closing_on} {closed.definition:<12} {state}"
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
    parser.add_argument("--on", type=day, metavar="DATE", help="as of this day")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _refresh(asked: Namespace) -> int:
    """Bring figures and facts up to date now, instead of when the worker gets to it."""
    on = asked.on or localdate()
    changed = refresh(at=now(), on=on)
    if asked.json:
        say_json({"on": on, "accounts_changed": changed})
    else:
        say(_("Facts as of %(on)s: %(count)s accounts changed.") % {"on": on, "count": changed})
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
