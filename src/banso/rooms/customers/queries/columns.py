"""What a list of accounts can show, be sorted by and be narrowed by, and what many accounts at once
can be set to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from banso.kit.keyset import Order
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    Duty,
    FactDefinition,
    FactType,
    Segment,
)
from banso.rooms.customers.queries.facts import ARR, OWN, TERM_END
from banso.rooms.customers.queries.vocabulary import SEGMENT, account_facts, in_slot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Model

    from banso.rooms.customers.queries.vocabulary import Fact

FACT = "f."
HELD = "held."
CSM = f"{HELD}{Duty.VALUE}"
OF_SEGMENT = f"{FACT}{SEGMENT}"
FIRST_SHOWN = (
    OF_SEGMENT,
    "industry",
    "region",
    "employees",
    CSM,
    f"{FACT}{TERM_END}",
    f"{FACT}{ARR}",
)
MOST_SHOWN = 30
SORTED_BY = frozenset({"external_id", "industry", "region", "employees", "customer_since"})
SET_BY_HAND = frozenset({"industry", "region"})
OF_ACCOUNT, OF_HOLDERS, OF_PLATFORM, OF_COMPANY = "account", "holders", "platform", "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One thing to know of every account. `key` names it in addresses, saved views and edits.

    `path` leads to its value from the account; of a duty it is empty, for its holder stands in
    the ledger. `blank` is what stands there when nothing is known, and `words` is what values that
    are codes are called.
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
    words: Mapping[str, str] = field(default_factory=dict, hash=False)

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
    every = (*_of_account(), *_of_holders(), *(_of_fact(in_slot(fact)) for fact in known.values()))
    return {column.key: column for column in every}


def _of_account() -> list[Column]:
    return [_column(fact) for fact in account_facts()]


def _column(fact: Fact) -> Column:
    """What stands in a column of the account; only indexed ones are sorted by."""
    text = fact.type == FactType.TEXT  # and many accounts are alike in one
    order = Order(fact.path, nullable=not text, then="sort_key" if text else "")
    return Column(
        key=fact.key,
        label=fact.label,
        type=fact.type,
        group=OF_ACCOUNT,
        path=fact.path,
        blank=fact.blank,
        sorts=order if fact.key in SORTED_BY else None,
        narrows=fact.key != "parent",
        may_set=fact.key in SET_BY_HAND,
    )


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


def _of_fact(fact: Fact) -> Column:
    own = fact.source == OWN
    return Column(
        key=f"{FACT}{fact.key}",
        label=fact.label,
        type=fact.type,
        group=OF_COMPANY if own else OF_PLATFORM,
        path=fact.path,
        sorts=Order(fact.path, nullable=True),
        narrows=True,
        may_set=own,
        words=segment_names() if fact.key == SEGMENT else _in_words(fact),
    )


def _in_words(fact: Fact) -> dict[str, str]:
    return {code: str(word) for code, word in fact.words.items()}


def segment_names() -> dict[str, str]:
    """Key to name of every segment there ever was."""
    return {each.key: each.name for each in Segment.objects.all()}


def shown(asked: Sequence[str], offered: Mapping[str, Column]) -> list[Column]:
    """The columns asked for, each once and in that order; the usual ones where none is."""
    wanted = [offered[key] for key in dict.fromkeys(asked) if key in offered]
    usual = [offered[key] for key in FIRST_SHOWN if key in offered]
    usual = [each for each in usual if each.words or each.key != OF_SEGMENT]
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
