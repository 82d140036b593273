"""`banso renewals`: the renewal rate, and what is not in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from banso.kit.commands import DONE, Command, Home, as_wide, day, say, say_json
from banso.kit.templatetags.banso import money, number, percent
from banso.rooms.identity.actions import system_user
from banso.rooms.renewals.queries.rate import a_year_to, rate, without_rate
from banso.rooms.revenue.queries.bridge import period_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from banso.rooms.renewals.queries.rate import Unrated

WIDTH = 36  # of a label, in columns of a terminal
FIGURES = (
    *("renewal_rate", "contract_renewal_rate", "due_minor", "renewed_minor", "undecided_minor"),
    *("due_contracts", "renewed_contracts", "undecided_contracts", "no_rate_contracts"),
)


def _arguments(parser: ArgumentParser) -> None:
    until = "over the terms that ended up to this day; default: today"
    since = "and after this one; default: twelve months before"
    parser.add_argument("--on", type=day, metavar="DATE", help=until)
    parser.add_argument("--from", dest="opening_on", type=day, metavar="DATE", help=since)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _renewals(asked: Namespace) -> int:
    """The renewal rate of the whole company, and each term that is in no rate."""
    by, on = system_user(at=now()), asked.on or localdate()
    of = period_of(asked.opening_on, on) if asked.opening_on else a_year_to(on)
    told = rate(by, on=on, of=of)
    unrated = without_rate(by, on=on, of=of, most=sys.maxsize)
    figures = {name: getattr(told, name) for name in FIGURES}
    if asked.json:
        ends = {"currency": settings.BANSO.currency, "from": of.opening_on, "to": on}
        say_json({**ends, **figures, "without_rate": [_as_json(each) for each in unrated]})
        return DONE
    say(_("Renewal rate of %(terms)s") % {"terms": told.terms})
    labels = _labels()
    for name in FIGURES:
        say(f"{as_wide(labels[name], WIDTH)} {as_wide(_cell(name, figures[name]), 18)}")
    for each in unrated:
        currencies = ", ".join(sorted({line.currency for line in each.lines}))
        named = f"{each.renewal.contract.external_id} {each.renewal.term_end_on}"
        missing = {"contract": named, "currencies": currencies}
        say(_("%(contract)s: no rate for %(currencies)s") % missing)
    return DONE


def _cell(name: str, figure: Any) -> str:
    if name.endswith("_rate"):
        return percent(figure)
    return money(figure, settings.BANSO.currency) if name.endswith("_minor") else number(figure)


def _labels() -> dict[str, str]:
    return {
        "renewal_rate": _("Renewal rate, by ARR"),
        "contract_renewal_rate": _("Renewal rate, by contracts"),
        "due_minor": _("ARR due"),
        "renewed_minor": _("ARR renewed"),
        "undecided_minor": _("ARR without an outcome"),
        "due_contracts": _("Contracts due"),
        "renewed_contracts": _("Contracts renewed"),
        "undecided_contracts": _("Contracts without an outcome"),
        "no_rate_contracts": _("Contracts without an exchange rate"),
    }


def _as_json(each: Unrated) -> dict[str, Any]:
    return {
        "account": each.renewal.account.external_id,
        "contract": each.renewal.contract.external_id,
        "term_end_on": each.renewal.term_end_on,
        "lines": [{"line": x.external_id, "currency": x.currency} for x in each.lines],
    }


COMMANDS = (
    Command(
        name="renewals",
        help="The renewal rate of twelve months, and the contracts that are in none.",
        run=_renewals,
        arguments=_arguments,
        home=Home.READ,
    ),
)
