"""What a file states before it becomes rows, and the spellings by which rows are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from banso.engines.basis.japanese import company_key, folded, search_text
from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from banso.kit.upsert import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account as a file states it. Fields the file lacks stay as they are.

    `holders` says who holds which duty: a member's id, or None for nobody; `pools` names the duties
    that a team or pool holds, with its id.
    """

    external_id: str
    given: dict[str, Any]
    holders: dict[str, int | None] = field(default_factory=dict)
    pools: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def is_new(of_row: Sequence[Change]) -> bool:
    """Whether the row made its account: then its facts and holders go with it when it is taken
    back.
    """
    return any(c.model == Account._meta.label_lower and c.before is None for c in of_row)


def spellings(values: Mapping[str, Any]) -> dict[str, str]:
    """The texts by which an account of that name and reading is sorted, joined and found."""
    name, kana = values.get("name", ""), values.get("kana", "")
    return {
        "sort_key": folded(kana or name)[:200],
        "name_key": company_key(name)[:200],
        "search_text": search_text(name, kana),
    }
