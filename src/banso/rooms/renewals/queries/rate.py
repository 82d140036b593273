"""The renewal rate: of what was up for renewal, how much was renewed. Never GRR or NRR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings

from banso.engines.basis.fiscal import add_months
from banso.engines.revenue.periods import Period
from banso.engines.revenue.retention import renewal_rate
from banso.engines.revenue.tables import RATES, TERMS
from banso.kit.questions import answer
from banso.rooms.customers.access import visible_accounts
from banso.rooms.renewals.models import Renewal

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from banso.rooms.identity.models import User

MONTHS = 12
ALWAYS = Period(date(1900, 1, 1), date(2999, 12, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What was due in the last twelve months and has an outcome, and how much of it went on; each
    amount at the rates of its term's end. Shares are null where nothing was decided. `undecided`
    terms are in neither.
    """

    since: date
    due_contracts: int
    renewed_contracts: int
    undecided_contracts: int
    renewal_rate: float | None
    contract_renewal_rate: float | None


def rate(viewer: User, *, on: date) -> Rate:
    """The renewal rate of the viewer's accounts, over the terms that ended in the year up to a
    day.
    """
    since = add_months(on, -MONTHS)
    seen = Renewal.objects.filter(account__in=visible_accounts(viewer, on=on), stands=True)
    ended = seen.filter(term_end_on__gt=since, term_end_on__lte=on)
    rows = ended.exclude(renewable_arr_minor=None).values_list(
        "account_id", "contract_id", "term_end_on", "renewable_arr_minor", "renewed_arr_minor"
    )
    currency = settings.BANSO.currency
    told = [(account, contract, currency, *rest) for account, contract, *rest in rows]
    columns = list(zip(*told, strict=True)) or [()] * len(TERMS)
    terms = pa.table([pa.array(each) for each in columns], schema=TERMS.to_pyarrow())
    rates = RATES.to_pyarrow().empty_table()  # the amounts are in our currency already
    [row] = answer(_rate, currency, terms=terms, rates=rates).to_pylist()
    names = Rate.__dataclass_fields__.keys() & row.keys()
    return Rate(since=since, **{name: row[name] for name in names})


def _rate(reporting: str, *, terms: Table, rates: Table) -> Table:
    return renewal_rate(terms, rates, period=ALWAYS, reporting=reporting)
