"""Rates that boards ask for beside GRR and NRR (`bridges`): each under its own name, with its base.

    月次解約率    mean of the last twelve monthly churn rates, by accounts and by revenue
    renewal rate  renewed / due, over the terms that ended; what grew at a renewal counts as due

The renewal rate has another denominator than GRR: only what was up for renewal. Neither name is
ever used for the other.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.book import Book
from banso.engines.revenue.bridges import total
from banso.engines.revenue.comparison import compare
from banso.engines.revenue.ledger import NARROW
from banso.engines.revenue.periods import Period, last_months
from banso.engines.revenue.rates import rate_or_one, rates_on, valued


def monthly_churn(book: Book, *, until: date, months: int = 12) -> Table:
    """One row: the mean of the last whole months' churn rates by a day, of accounts and revenue.

    (months, account_churn, revenue_churn, definition). A month with nothing at its opening has no
    rate; `months` counts those that have one. By accounts: gone / those there were. By revenue:
    `gross_mrr_churn` of the month, as the definition's `rate_base` says. Null where a rate of
    exchange is missing, or no month had an opening.
    """
    by_month = total(compare(book, *last_months(until, months=months)))
    told = mean_churn(by_month)
    return told.mutate(definition=ibis.literal(book.definition.name))


def mean_churn(by_month: Table) -> Table:
    """`monthly_churn` from the rows of `bridges.total` for the months, less the definition."""
    gone = by_month.base_accounts - by_month.stayed_accounts
    rates = by_month.mutate(account_churn=gone / by_month.base_accounts.nullif(0))
    means = rates.agg(
        months=_.account_churn.count(),
        account_churn=_.account_churn.mean(),
        revenue_churn=_.gross_mrr_churn.mean(),
        unknown=_.count(where=_.no_rate_accounts > 0),
    )
    told = means.unknown == 0
    return means.mutate(
        account_churn=told.ifelse(means.account_churn, ibis.null()),
        revenue_churn=told.ifelse(means.revenue_churn, ibis.null()),
    ).drop("unknown")


def renewal_rate(terms: Table, rates: Table, *, period: Period, reporting: str) -> Table:
    """One row: what was due for renewal in the period, and how much of it was renewed.

    `terms` as `tables.TERMS`; those whose `term_end_on` lies after the opening day, up to the
    closing day, at the opening day's rates. (due_minor, renewed_minor, due_contracts,
    renewed_contracts, renewal_rate, contract_renewal_rate, undecided_minor, undecided_contracts,
    no_rate_contracts). A term not yet decided is in neither sum of the rate. What is renewed counts
    up to what was due. All but the counts is null while an amount has no rate.
    """
    ended = terms.filter(
        _.term_end_on > period.opening_on, _.term_end_on <= period.closing_on, _.due_minor > 0
    )
    known = rates_on(rates, period.opening_on)
    rated = ended.left_join(known, ended.currency == known.rate_currency)
    rated = rated.mutate(
        rate=rate_or_one(reporting),
        kept=ibis.cases((_.renewed_minor > _.due_minor, _.due_minor), else_=_.renewed_minor),
    ).view()
    told = valued(rated, due=("due_minor", "rate"), renewed=("kept", "rate"))
    decided = told.renewed_minor.notnull()
    sums = told.agg(
        due_minor=told.due.sum(where=decided).fill_null(0).cast(NARROW),
        renewed_minor=told.renewed.sum(where=decided).fill_null(0).cast(NARROW),
        undecided_minor=told.due.sum(where=~decided).fill_null(0).cast(NARROW),
        due_contracts=told.count(where=decided),
        renewed_contracts=told.count(where=told.renewed_minor > 0),
        undecided_contracts=told.count(where=~decided),
        no_rate_contracts=told.count(where=told.due.isnull()),
    )
    complete_ = sums.no_rate_contracts == 0
    amounts = ("due_minor", "renewed_minor", "undecided_minor")
    whole = sums.mutate(**{name: complete_.ifelse(sums[name], ibis.null()) for name in amounts})
    return whole.mutate(
        renewal_rate=_.renewed_minor / _.due_minor.nullif(0),
        contract_renewal_rate=_.renewed_contracts / _.due_contracts.nullif(0),
    )
