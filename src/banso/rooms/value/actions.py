from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from banso.rooms.journal.actions import record
from banso.rooms.value.models import BusinessCase
from banso.rooms.value.points import CASE_CHANGED, CASE_RECORDED

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User

TOLD = 120  # characters of the reason that stand in the journal


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStated:
    """A business case as somebody states it; people and contract by their ids."""

    recorded_on: date
    why_bought: str
    contract_id: int | None = None
    expected_effect: str = ""
    amount_minor: int | None = None
    currency: str = ""
    measure: str = ""
    baseline: str = ""
    target: str = ""
    due_on: date | None = None
    confirmed_by_id: int | None = None
    promised_by_id: int | None = None


@transaction.atomic
def record_case(account: Account, stated: CaseStated, *, by: User, at: datetime) -> BusinessCase:
    """Put on record why the customer bought."""
    case = BusinessCase.objects.create(account=account, **asdict(stated))
    record(CASE_RECORDED, by=by, at=at, accounts=[account.pk], why=stated.why_bought[:TOLD])
    return case


@transaction.atomic
def change_case(case: BusinessCase, stated: CaseStated, *, by: User, at: datetime) -> None:
    """Correct or complete a business case."""
    BusinessCase.objects.filter(pk=case.pk).update(**asdict(stated))
    record(CASE_CHANGED, by=by, at=at, accounts=[case.account_id], why=stated.why_bought[:TOLD])
