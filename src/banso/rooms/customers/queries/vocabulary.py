"""The facts by which accounts can be asked for: one vocabulary for lists, rules, history and API.

A fact has one home. Either it is a column of the account, or it stands in a slot that its
`FactDefinition` names; `path` leads there from the account. Nothing is copied from one to the
other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Value
from django.db.models.functions import NullIf
from django.utils.translation import get_language

from banso.rooms.customers.models import SLOTS_OF_TYPE, FactType
from banso.rooms.customers.points import FactSpec, fact_sources
from banso.rooms.customers.queries.facts import OWN, definitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    from banso.rooms.customers.models import Account, FactDefinition

ACCOUNT = "account"  # the source of what stands in the account's own columns
SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing to know of an account: what it is called, what it means, and where it stands.

    `blank` is what stands there when nothing is known, null if None. `unit` is a code, and `words`
    is what values that are codes are called.
    """

    key: str
    label: str
    type: FactType
    source: str
    path: str
    blank: str | None = None
    unit: str = ""
    description: str = ""
    history: bool = False
    tells_past: bool = False
    words: Mapping[str, _StrPromise] = field(default_factory=dict, hash=False)

    @property
    def kind(self) -> str:
        """The kind of its slot, and the column that holds it in the history."""
        return SLOTS_OF_TYPE[self.type]

    @property
    def numeric(self) -> bool:
        return self.type in {FactType.INTEGER, FactType.MONEY, FactType.REAL}

    @property
    def in_slot(self) -> bool:
        return self.source != ACCOUNT

    def value_in(self, account: Account) -> Any:
        """Its value; None where nothing is known."""
        value: Any = account
        for part in self.path.split("__"):
            value = getattr(value, part, None)  # an account without a parent
        return None if value == self.blank else value

    def as_expression(self) -> F | NullIf:
        """The same to the database: null where nothing is known."""
        return F(self.path) if self.blank is None else NullIf(F(self.path), Value(self.blank))


def _text(key: str, ja: str, en: str, **more: Any) -> FactSpec:
    return FactSpec(key=key, label_ja=ja, label_en=en, type=FactType.TEXT, **more)


OF_ACCOUNT: Final = (
    _text("kana", "カナ", "Kana"),
    _text("external_id", "顧客ID", "Account ID"),
    _text("corporate_number", "法人番号", "Corporate number"),
    _text("domain", "ドメイン", "Domain"),
    _text("parent", "親会社", "Parent account",
          description_ja="グループの中で上に立つ顧客の名前。",
          description_en="The name of the account above this one in its group."),
    _text("industry", "業種", "Industry", history=True),
    _text("region", "地域", "Region", history=True),
    FactSpec(key="employees", label_ja="従業員数", label_en="Employees", type=FactType.INTEGER,
             unit="people", least=0, history=True),
    FactSpec(key="customer_since", label_ja="取引開始日", label_en="Customer since",
             type=FactType.DAY),
    FactSpec(key="marked_left", label_ja="解約の印", label_en="Marked as left", type=FactType.FLAG,
             description_ja="連携元のシステムが「解約済み」とした顧客。本当のところは契約明細が示します。",
             description_en="The system it came from says it has left. The lines say the truth."),
)  # fmt: skip
PATHS: Final = {"parent": "parent__name"}  # others stand in the column of their key
ACCOUNT_KEYS: Final = frozenset(spec.key for spec in OF_ACCOUNT)


def vocabulary() -> dict[str, Fact]:
    """Every fact by its key, the account's own columns first."""
    of_account = {spec.key: _of_account(spec) for spec in OF_ACCOUNT}
    known = definitions()
    past = {spec.key for source in fact_sources for spec in source.facts if spec.tells_past}
    in_slots = {key: in_slot(known[key], tells_past=key in past) for key in known}
    return {**of_account, **{key: in_slots[key] for key in known if key not in of_account}}


def shipped_facts() -> list[FactSpec]:
    """The facts that every installation has, told without asking the database."""
    return [*OF_ACCOUNT, *(spec for source in fact_sources for spec in source.facts)]


def account_facts() -> list[Fact]:
    """The facts that stand in the account's own columns."""
    return [_of_account(spec) for spec in OF_ACCOUNT]


def _of_account(spec: FactSpec) -> Fact:
    japanese = get_language() == "ja"
    return Fact(
        key=spec.key,
        label=spec.label_ja if japanese else spec.label_en,
        type=spec.type,
        source=ACCOUNT,
        path=PATHS.get(spec.key, spec.key),
        blank="" if spec.type == FactType.TEXT else None,
        unit=spec.unit,
        description=spec.description_ja if japanese else spec.description_en,
        history=spec.history,
    )


def in_slot(definition: FactDefinition, *, tells_past: bool = False) -> Fact:
    """The fact that a definition has given a slot."""
    return Fact(
        key=definition.key,
        label=definition.label,
        type=FactType(definition.type),
        source=definition.source,
        path=f"facts__{definition.slot}",
        unit=definition.unit,
        description=definition.description,
        history=definition.history,
        tells_past=tells_past and definition.source != OWN,
        words=_words(definition),
    )


def _words(definition: FactDefinition) -> Mapping[str, _StrPromise]:
    """What the room that contributes a fact calls its values."""
    of_source = (each.facts for each in fact_sources if each.source == definition.source)
    found = (spec.words for facts in of_source for spec in facts if spec.key == definition.key)
    return next(found, {})


def with_history(known: Mapping[str, Fact]) -> list[Fact]:
    """The facts whose former values are kept."""
    return [fact for fact in known.values() if fact.history]


def needs_history(key: str) -> bool:
    """Whether the room that contributes a fact relies on its history."""
    return any(spec.history for source in fact_sources for spec in source.facts if spec.key == key)
