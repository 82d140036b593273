"""The renewal rate: of what was up for renewal, how much was renewed. Never GRR or NRR."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext as _

from banso.engines.revenue.periods import Period, trailing
from banso.engines.revenue.retention import renewal_rate
from banso.engines.revenue.tables import RATES, TERMS
from banso.kit.questions import answer
from banso.kit.templatetags.banso import day
from banso.rooms.customers.access import visible_accounts
from banso.rooms.renewals.models import Renewal
from banso.rooms.revenue.models import Rate as ExchangeRate
from banso.rooms.revenue.queries.lines import recurring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from ibis.expr.types import Table

    from banso.rooms.identity.models import User
    from banso.rooms.revenue.models import SubscriptionLine

ALWAYS = Period(date(1900, 1, 1), date(2999, 12, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What was due after the close of a day, up to that of another, and has an outcome, and how
    much of it went on; each amount at the rates of its term's end. Shares are null where nothing
    was decided. `undecided` terms are in neither, nor are those with an amount that can't be
    converted (`no_rate`).
    """

    period: Period
    due_minor: int
    renewed_minor: int
    undecided_minor: int
    due_contracts: int
    renewed_contracts: int
    undecided_contracts: int
    no_rate_contracts: int
    renewal_rate: float | None
    contract_renewal_rate: float | None

    @property
    def terms(self) -> str:
        """Which terms it is of, in words; the first day is in it."""
        first = self.period.opening_on + timedelta(days=1)
        return _("terms that ended from %(first)s to %(last)s") % {
            "first": day(first),
            "last": day(self.period.closing_on),
        }


@dataclass(frozen=True, slots=True)
class Unrated:
    """A renewal that is in no rate, and its account's lines whose currency has no exchange rate by
    the term's end.
    """

    renewal: Renewal
    lines: list[SubscriptionLine]


def rate(viewer: User, *, on: date, of: Period | None = None) -> Rate:
    """The renewal rate of the viewer's accounts, over the terms that ended in a period, or in the
    twelve months up to a day.
    """
    period = of or a_year_to(on)
    ended = list(
        _ended(viewer, on, period).values_list(
            *("account_id", "contract_id", "term_end_on"),
            *("renewable_arr_minor", "renewed_arr_minor"),
        )
    )
    rows = [row for row in ended if row[-2] is not None]
    currency = settings.BANSO.currency
    told = [(account, contract, currency, *rest) for account, contract, *rest in rows]
    columns = list(zip(*told, strict=True)) or [()] * len(TERMS)
    terms = pa.table([pa.array(each) for each in columns], schema=TERMS.to_pyarrow())
    rates = RATES.to_pyarrow().empty_table()  # the amounts are in our currency already
    [row] = answer(_rate, currency, terms=terms, rates=rates).to_pylist()
    names = Rate.__dataclass_fields__.keys() & row.keys()
    known = {name: row[name] for name in names} | {"no_rate_contracts": len(ended) - len(rows)}
    return Rate(period=period, **known)


def without_rate(viewer: User, *, on: date, most: int, of: Period | None = None) -> list[Unrated]:
    """The first terms of the same days that are in no rate, the latest first, each with the lines
    for which a rate of exchange is missing.
    """
    found = _ended(viewer, on, of or a_year_to(on)).filter(renewable_arr_minor=None)
    found = found.select_related("account", "contract").order_by("-term_end_on", "pk")
    renewals = list(found[:most])
    first = dict(ExchangeRate.objects.values_list("currency").annotate(first=Min("on")))
    foreign = recurring().exclude(currency=settings.BANSO.currency).order_by("start_on", "pk")
    lines: dict[int, list[SubscriptionLine]] = defaultdict(list)
    for line in foreign.filter(account__in={each.account_id for each in renewals}):
        lines[line.account_id].append(line)
    return [
        Unrated(each, [x for x in lines[each.account_id] if _unknown(x, first, each.term_end_on)])
        for each in renewals
    ]


def _unknown(line: SubscriptionLine, first: Mapping[str, date], end: date) -> bool:
    return line.currency not in first or first[line.currency] > end


def a_year_to(on: date) -> Period:
    """The twelve months up to a day."""
    [year] = trailing([on])
    return year


def _ended(viewer: User, on: date, period: Period) -> QuerySet[Renewal]:
    """The terms of the viewer's accounts that ended in a period."""
    seen = Renewal.objects.filter(account__in=visible_accounts(viewer, on=on), stands=True)
    return seen.filter(term_end_on__gt=period.opening_on, term_end_on__lte=period.closing_on)


def _rate(reporting: str, *, terms: Table, rates: Table) -> Table:
    return renewal_rate(terms, rates, period=ALWAYS, reporting=reporting)
