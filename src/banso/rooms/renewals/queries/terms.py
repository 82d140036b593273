"""What contracts, lines and notices say of each term: the rows that renewals are made from."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Q

from banso.engines.basis.deadlines import DAY
from banso.engines.basis.fiscal import add_months
from banso.engines.basis.money import rounded_half_even
from banso.engines.basis.terms import GRACE, TermLine, all_end, held, term_ends, what_lines_did
from banso.rooms.renewals.models import LOST, Renewal
from banso.rooms.renewals.queries.reasons import reason_told
from banso.rooms.revenue.models import Cancellation, Contract, Rate, SubscriptionLine
from banso.rooms.revenue.queries.book import picos
from banso.rooms.revenue.queries.lines import recurring
from banso.rooms.revenue.queries.moves import Moves, moves
from banso.rooms.revenue.queries.notices import term_deadlines

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

HISTORY_MONTHS = 36
NEAR = GRACE  # between a term's end and the end that a notice names
PICO = 10**12
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Rates:
    """What one minor unit of a currency is worth in the reporting one, from a day on."""

    reporting: str
    days: dict[str, list[date]]
    picos: dict[str, list[int]]

    def worth(self, minor: int, currency: str, day: date) -> int | None:
        """An amount at the day's rate; None where there is none yet."""
        if currency == self.reporting:
            return minor
        place = bisect_right(self.days.get(currency, []), day)
        if not place:
            return None
        return rounded_half_even(minor * self.picos[currency][place - 1], PICO)


def _rates() -> _Rates:
    reporting = settings.BANSO.currency
    days: dict[str, list[date]] = defaultdict(list)
    worth: dict[str, list[int]] = defaultdict(list)
    for rate in Rate.objects.order_by("currency", "on"):
        days[rate.currency].append(rate.on)
        worth[rate.currency].append(picos(rate.rate, rate.currency, reporting=reporting))
    return _Rates(reporting, days, worth)


def contracts_in_order() -> list[int]:
    """The ids of all contracts. For the nightly run, which knows no viewer."""
    return list(Contract.objects.order_by("pk").values_list("pk", flat=True))


def first_term_end_kept(*, on: date) -> date:
    """Terms that ended before it are left as they are."""
    return add_months(on, -HISTORY_MONTHS)


def terms_told(contracts: Sequence[int], *, on: date) -> list[Values]:
    """A row of columns for each term of these contracts, from three years ago to the horizon."""
    found = list(Contract.objects.filter(pk__in=contracts, term_end_on__isnull=False))
    accounts = {contract.account_id for contract in found}
    rates, lines, notices = _rates(), _lines(accounts), _notices(accounts)
    made, course = _made(contracts), moves(around=accounts)
    return [
        _told(
            contract,
            end,
            _Around(lines[contract.account_id], notices[contract.account_id], rates, course),
            on,
        )
        for contract in found
        for end in _ends(contract, lines[contract.account_id], made[contract.pk], on)
    ]


def _lines(accounts: Collection[int]) -> Mapping[int, list[SubscriptionLine]]:
    by_account: dict[int, list[SubscriptionLine]] = defaultdict(list)
    for line in recurring().filter(account__in=accounts).order_by("pk"):
        by_account[line.account_id].append(line)
    return by_account


def _notices(accounts: Collection[int]) -> Mapping[int, list[Cancellation]]:
    by_account: dict[int, list[Cancellation]] = defaultdict(list)
    for notice in Cancellation.objects.filter(account__in=accounts).order_by("pk"):
        by_account[notice.account_id].append(notice)
    return by_account


def _made(contracts: Collection[int]) -> Mapping[int, Mapping[date, bool]]:
    """Ends of terms of which there are renewals, and whether a person spoke of them: a contract
    that has moved on tells them no more.
    """
    ends: dict[int, dict[date, bool]] = defaultdict(dict)
    there = Q(stands=True) | Q(recorded__isnull=False)
    rows = Renewal.objects.filter(there, contract__in=contracts)
    for contract, end, word in rows.values_list("contract_id", "term_end_on", "recorded"):
        ends[contract][end] = word is not None
    return ends


def _ends(
    contract: Contract, lines: Sequence[SubscriptionLine], made: Mapping[date, bool], on: date
) -> list[date]:
    """Every end that contract and lines tell, and the earlier ones of which there are renewals.

    A term of which a person spoke, or with which every line ended, ended on that day, even where a
    late renewal has moved the contract's ends. What came before is told from it.
    """
    stated = contract.term_end_on
    if stated is None:
        return []
    seen = [_seen(line, contract, line.arr_minor) for line in lines]
    first, until = first_term_end_kept(on=on), add_months(on, settings.BANSO.renewal_months)
    before = {end for end in made if first <= end < stated and held(seen, end)}
    loose = contract.term_months is None
    kept = sorted(end for end in before if made[end] or loose or all_end(seen, end))
    ends: set[date] = set()
    floor = first
    for mark in (*kept, stated):
        ends.update(
            term_ends(
                mark, seen,
                term_months=contract.term_months,
                renews=bool(contract.auto_renew) and mark == stated,
                since=max(first, min(floor, mark)), on=on,
            )
        )  # fmt: skip
        floor = mark + NEAR + DAY
    return sorted(end for end in ends if end <= until)


def _counts(line: SubscriptionLine, end: date) -> bool:
    """Whether a line is held at the term's end or may follow it."""
    return line.start_on <= end + DAY + GRACE and (line.end_on is None or line.end_on > end)


def _seen(line: SubscriptionLine, contract: Contract, arr_minor: int) -> TermLine:
    return TermLine(
        product=line.product,
        start_on=line.start_on,
        end_on=line.end_on,
        arr_minor=arr_minor,
        own=line.contract_id == contract.pk,
    )


class _Around(NamedTuple):
    """What an account has that tells a term's end."""

    lines: Sequence[SubscriptionLine]
    notices: Sequence[Cancellation]
    rates: _Rates
    moves: Moves

    def went_over(self, contract: Contract, end: date) -> bool:
        """Whether a line that the contract held at its end was with another customer by then."""
        account = contract.account_id
        held_then = (
            line
            for line in self.lines
            if line.contract_id == contract.pk and _seen(line, contract, 0).held_on(end)
        )
        return any(
            self.moves.home_of(line.pk, account, None) != account
            and self.moves.home_of(line.pk, account, end) != account
            for line in held_then
        )


def _told(contract: Contract, end: date, around: _Around, on: date) -> Values:
    lines = around.lines
    worth = [around.rates.worth(line.arr_minor, line.currency, end) for line in lines]
    counts = [_counts(line, end) for line in lines]
    known = None not in compress(worth, counts)
    seen = [
        _seen(line, contract, line.arr_minor if minor is None else minor)
        for line, minor in zip(lines, worth, strict=True)
    ]
    notice = _notice_of(contract, end, around.notices)
    became = what_lines_did(
        end, seen, on=on, refused=notice is not None, renews=contract.auto_renew
    )
    if became and became.outcome.value in LOST and not notice and around.went_over(contract, end):
        became = None  # it goes on with whom it went to, in whose amounts its own is lost
    due = term_deadlines(contract, end)
    return {
        "contract_id": contract.pk,
        "account_id": contract.account_id,
        "term_end_on": end,
        "renewable_arr_minor": sum(x.arr_minor for x in held(seen, end)) if known else None,
        "auto_renew": contract.auto_renew,
        "notice_deadline_on": due.theirs.last_on if due.theirs else None,
        "notice_safe_on": due.theirs.safe_on if due.theirs else None,
        "our_notice_deadline_on": due.ours.last_on if due.ours else None,
        "our_notice_safe_on": due.ours.safe_on if due.ours else None,
        "cancellation_id": notice.pk if notice else None,
        "lines_outcome": became.outcome.value if became else "",
        "lines_arr_minor": became.arr_minor if became and (known or not became.arr_minor) else None,
        "stands": True,
    } | by_the_lines(became.outcome.value if became else "", notice)


def _notice_of(
    contract: Contract, end: date, notices: Sequence[Cancellation]
) -> Cancellation | None:
    """The notice that ends the contract at this term's end, or soon before or after."""
    fitting = [
        notice for notice in notices
        if notice.contract_id in (contract.pk, None) and abs(notice.ends_on - end - DAY) <= NEAR
    ]  # fmt: skip
    return min(fitting, key=lambda notice: abs(notice.ends_on - end - DAY), default=None)


def by_the_lines(outcome: str, notice: Cancellation | None) -> Values:
    """What holds where no person has said anything; of a loss, the reason that its notice tells."""
    lost = outcome in LOST
    reason = reason_told(notice.reason, notice.detail) if lost and notice else ""
    return {"outcome": outcome, "loss_reason": reason, "by_lines": bool(outcome)}
