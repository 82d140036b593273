"""What rows of other kinds refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from banso.rooms.ingestion.points import Row

ACCOUNT_ID_HEADERS = (
    "顧客ID",
    "取引先ID",
    "取引先コード",
    "得意先コード",
    "顧客コード",
    "企業ID",
    "account id",
    "customer id",
    "company id",
)


def resolve_accounts(rows: Sequence[Row]) -> None:
    """Turn each row's `account` from the company's own id into ours; an unknown one is a fault."""
    named = {row.values["account"] for row in rows if "account" in row.values}
    known = dict(Account.objects.filter(external_id__in=named).values_list("external_id", "pk"))
    for row in rows:
        account = str(row.values.get("account", ""))
        if account and account not in known:
            row.reject("account", "unknown_account", named=account)
        row.values["account"] = known.get(account)
