"""`banso renewals`: the renewal rate, and what is not in it."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localdate, now

from banso.kit.commands import DONE, Command, Home, say, say_json
from banso.rooms.identity.actions import system_user
from banso.rooms.renewals.queries.rate import rate, without_rate

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from banso.rooms.renewals.queries.rate import Unrated

FIGURES = (
    *("renewal_rate", "contract_renewal_rate", "due_minor", "renewed_minor", "undecided_minor"),
    *("due_contracts", "renewed_contracts", "undecided_contracts", "no_rate_contracts"),
)


def _arguments(parser: ArgumentParser) -> None:
    year = "over the terms that ended in the twelve months up to this day; default: today"
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help=year)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _renewals(asked: Namespace) -> int:
    """The renewal rate of the whole company, and each term that is in no rate."""
    by, on = system_user(at=now()), asked.on or localdate()
    told = rate(by, on=on)
    unrated = without_rate(by, on=on, most=sys.maxsize)
    figures = {name: getattr(told, name) for name in FIGURES}
    if asked.json:
        ends = {"currency": settings.BANSO.currency, "from": told.since, "to": on}
        say_json({**ends, **figures, "without_rate": [_as_json(each) for each in unrated]})
        return DONE
    say(f"Terms that ended after {told.since}, up to {on}")
    for name in ("renewal_rate", "contract_renewal_rate"):
        share = figures[name]
        say(f"{name:>22} {'–' if share is None else f'{share:.1%}':>10}")
    for name in FIGURES[-4:]:
        say(f"{name:>22} {figures[name]:>10,}")
    for each in unrated:
        currencies = ", ".join(sorted({line.currency for line in each.lines}))
        renewal = each.renewal
        say(f"{renewal.contract.external_id} {renewal.term_end_on}: no rate for {currencies}")
    return DONE


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
