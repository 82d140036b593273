"""The questions of the form in which people fill a rule in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.rules.tree import How, Take
from banso.rooms.customers.models import FactType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

EVERY: Final = frozenset(FactType)
DAYS: Final = frozenset({FactType.DAY})
TEXTS: Final = frozenset({FactType.TEXT})
FLAGS: Final = frozenset({FactType.FLAG})
NUMBERS: Final = frozenset({FactType.INTEGER, FactType.MONEY, FactType.REAL})
ORDERED: Final = NUMBERS | DAYS


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: its words, the rule it writes, and for which types of facts.

    The rule has places for the fact and for one or two values. `lengths` names the values that are
    lengths of time; `counts` says that values are days, `several` that one value lists many.
    """

    words: _StrPromise
    rule: str
    types: frozenset[FactType]
    lengths: str = ""
    counts: bool = False
    several: bool = False
    history: bool = False

    @property
    def values(self) -> int:
        return ("{a}" in self.rule) + ("{b}" in self.rule)


ASKS: Final[Mapping[str, Ask]] = {
    "at_least": Ask(_("is at least"), "{fact} >= {a}", ORDERED),
    "at_most": Ask(_("is at most"), "{fact} <= {a}", ORDERED),
    "above": Ask(_("is above"), "{fact} > {a}", ORDERED),
    "below": Ask(_("is below"), "{fact} < {a}", ORDERED),
    "between": Ask(_("is between"), "{fact} between {a} and {b}", ORDERED),
    "is": Ask(_("is"), "{fact} == {a}", TEXTS | ORDERED),
    "is_not": Ask(_("is not"), "{fact} != {a}", TEXTS | ORDERED),
    "one_of": Ask(_("is one of"), "{fact} in ({a})", TEXTS, several=True),
    "none_of": Ask(_("is none of"), "{fact} not in ({a})", TEXTS, several=True),
    "contains": Ask(_("contains"), "contains({fact}, {a})", TEXTS),
    "begins": Ask(_("begins with"), "starts_with({fact}, {a})", TEXTS),
    "until_most": Ask(
        _("lies at most so many days ahead"), "days_until({fact}) <= {a}", DAYS, counts=True
    ),
    "until_least": Ask(
        _("lies at least so many days ahead"), "days_until({fact}) >= {a}", DAYS, counts=True
    ),
    "since_most": Ask(
        _("lies at most so many days back"), "days_since({fact}) <= {a}", DAYS, counts=True
    ),
    "since_least": Ask(
        _("lies at least so many days back"), "days_since({fact}) >= {a}", DAYS, counts=True
    ),
    "yes": Ask(_("yes"), "{fact}", FLAGS),
    "no": Ask(_("no"), "{fact} == false", FLAGS),
    "missing": Ask(_("is not known"), "missing({fact})", EVERY),
    "known": Ask(_("is known"), "not missing({fact})", EVERY),
    "rose": Ask(
        _("has changed by at least … within"), "change({fact}, {b}) >= {a}", NUMBERS,
        lengths="b", history=True,
    ),
    "fell": Ask(
        _("has changed by at most … within"), "change({fact}, {b}) <= {a}", NUMBERS,
        lengths="b", history=True,
    ),
    "entered": Ask(
        _("has become what it is within"), "entered({fact}, {a})", EVERY, "a", history=True
    ),
}  # fmt: skip
COMPARES: Final = {
    How.AT_LEAST: "at_least", How.AT_MOST: "at_most", How.ABOVE: "above", How.BELOW: "below",
    How.EQUAL: "is", How.OTHER: "is_not",
}  # fmt: skip
COUNTED: Final = {
    (Take.DAYS_UNTIL, How.AT_MOST): "until_most",
    (Take.DAYS_UNTIL, How.AT_LEAST): "until_least",
    (Take.DAYS_SINCE, How.AT_MOST): "since_most",
    (Take.DAYS_SINCE, How.AT_LEAST): "since_least",
    (Take.CHANGE, How.AT_LEAST): "rose",
    (Take.CHANGE, How.AT_MOST): "fell",
}
