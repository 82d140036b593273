"""What a list of accounts can show, be sorted by and be narrowed by, and what many accounts at once
can be set to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from banso.kit.keyset import Order
from banso.rooms.customers.models import Account, AccountFacts, Duty, FactDefinition, FactType
from banso.rooms.customers.queries.facts import ARR, OWN, TERM_END

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model

FACT = "f."
HELD = "held."
CSM = f"{HELD}{Duty.VALUE}"
FIRST_SHOWN = ("industry", "region", "employees", CSM, f"{FACT}{TERM_END}", f"{FACT}{ARR}")
MOST_SHOWN = 30
OF_ACCOUNT, OF_HOLDERS, OF_PLATFORM, OF_COMPANY = "account", "holders", "platform", "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One thing to know of every account. `key` names it in addresses, saved views and edits.

    `path` leads to its value from the account; of a duty it is empty, for its holder stands in
    the ledger. `blank` is what stands there when nothing is known.
    """

    key: str
    label: str
    type: FactType
    group: str
    path: str = ""
    blank: str | None = None
    sorts: Order | None = None
    narrows: bool = False
    may_set: bool = False

    @property
    def numeric(self) -> bool:
        return self.type in {FactType.INTEGER, FactType.MONEY, FactType.REAL}

    def value_in(self, account: Account) -> Any:
        value: Any = account
        for part in self.path.split("__"):
            value = getattr(value, part, None)  # an account without a parent
        return value


def table_of(column: Column) -> tuple[type[Model], str]:
    """The table and the column of it that hold the value."""
    facts = column.key.startswith(FACT)
    return (AccountFacts if facts else Account), column.path.removeprefix("facts__")


def columns(known: Mapping[str, FactDefinition]) -> dict[str, Column]:
    """Every column by its key, in the order in which they are offered."""
    every = (*_of_account(), *_of_holders(), *(_of_fact(fact) for fact in known.values()))
    return {column.key: column for column in every}


def _of_account() -> list[Column]:
    def text(key: str, label: str, **more: Any) -> Column:
        given: dict[str, Any] = {"path": key, "narrows": True} | more
        return Column(key=key, label=label, type=FactType.TEXT, group=OF_ACCOUNT, blank="", **given)

    def measured(key: str, label: str, of_type: FactType) -> Column:
        order = Order(key, nullable=True)
        return Column(
            key=key, label=label, type=of_type, group=OF_ACCOUNT, path=key, sorts=order,
            narrows=True,
        )  # fmt: skip

    return [
        text("kana", _("Kana")),
        text("external_id", _("Account ID"), sorts=Order("external_id")),
        text("corporate_number", _("Corporate number")),
        text("domain", _("Domain")),
        text("parent", _("Parent account"), path="parent__name", narrows=False),
        text("industry", _("Industry"), sorts=Order("industry"), may_set=True),
        text("region", _("Region"), sorts=Order("region"), may_set=True),
        measured("employees", _("Employees"), FactType.INTEGER),
        measured("customer_since", _("Customer since"), FactType.DAY),
    ]


def _of_holders() -> list[Column]:
    csm = _("CSM in charge")
    labels = [
        csm if duty == Duty.VALUE else _("%(duty)s: held by") % {"duty": duty.label}
        for duty in Duty
    ]
    return [
        Column(key=f"{HELD}{duty}", label=label, type=FactType.TEXT, group=OF_HOLDERS)
        for duty, label in zip(Duty, labels, strict=True)
    ]


def _of_fact(fact: FactDefinition) -> Column:
    own, path = fact.source == OWN, f"facts__{fact.slot}"
    return Column(
        key=f"{FACT}{fact.key}",
        label=fact.label,
        type=FactType(fact.type),
        group=OF_COMPANY if own else OF_PLATFORM,
        path=path,
        sorts=Order(path, nullable=True),
        narrows=True,
        may_set=own,
    )


def shown(asked: Sequence[str], offered: Mapping[str, Column]) -> list[Column]:
    """The columns asked for, each once and in that order; the usual ones where none is."""
    wanted = [offered[key] for key in dict.fromkeys(asked) if key in offered]
    usual = [offered[key] for key in FIRST_SHOWN if key in offered]
    return wanted[:MOST_SHOWN] or usual


def orders(offered: Mapping[str, Column]) -> dict[str, Order]:
    """What a list can be sorted by; a fact of the platform also by its bare key."""
    by_key = {column.key: column.sorts for column in offered.values() if column.sorts}
    bare = {
        key.removeprefix(FACT): order
        for key, order in by_key.items()
        if offered[key].group == OF_PLATFORM
    }
    return bare | by_key | {"name": Order("sort_key")}


def settable(offered: Mapping[str, Column]) -> list[Column]:
    """The columns that may be set on many accounts at once."""
    return [column for column in offered.values() if column.may_set]
