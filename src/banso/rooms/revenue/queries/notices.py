"""Notices of contracts in words, and the deadlines they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banso.engines.basis.deadlines import (
    Deadline,
    NoticeUnit,
    Silence,
    customers_deadline,
    if_nobody_speaks,
    our_deadline,
)
from banso.engines.basis.notices import as_notice
from banso.kit.working_days import is_open_on

if TYPE_CHECKING:
    from datetime import date

    from banso.engines.basis.deadlines import Notice
    from banso.rooms.revenue.models import Contract


@dataclass(frozen=True, slots=True)
class TermDeadlines:
    """Until when the customer can refuse and we can announce, None where no notice is known; and
    what happens if nobody speaks.
    """

    theirs: Deadline | None
    ours: Deadline | None
    silence: Silence


def term_deadlines(contract: Contract, term_end_on: date) -> TermDeadlines:
    """The deadlines of one of the contract's terms. Where it doesn't say when we must speak, the
    company's own rule holds.
    """
    silence = if_nobody_speaks(
        term_end_on, auto_renew=contract.auto_renew, term_months=contract.term_months
    )
    if contract.notice is None:
        return TermDeadlines(None, None, silence)
    is_open = is_open_on()
    theirs = customers_deadline(term_end_on, contract.notice, is_open=is_open)
    ours = contract.price_notice or as_notice(settings.BANSO.price_notice)
    return TermDeadlines(theirs, our_deadline(theirs, ours, is_open=is_open), silence)


def notice_words(notice: Notice | None) -> str:
    """A notice in the reader's language; "" where none is known."""
    if notice is None:
        return ""
    n = notice.amount
    words = {
        NoticeUnit.DAYS: ngettext("%(n)s day before", "%(n)s days before", n),
        NoticeUnit.WORKING_DAYS: ngettext(
            "%(n)s working day before", "%(n)s working days before", n
        ),
        NoticeUnit.MONTHS: ngettext("%(n)s month before", "%(n)s months before", n),
        NoticeUnit.MONTH_ENDS: ngettext(
            "end of the month %(n)s month before", "end of the month %(n)s months before", n
        ),
    }[notice.unit] % {"n": n}
    if notice.by_working_day:
        return _("%(notice)s, arriving on a working day") % {"notice": words}
    return words
