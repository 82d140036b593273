"""What exactly is counted: each disagreement of the trade as a named setting, with our default.

A `Definition` is data. It is stored with every result (`as_dict`, `from_dict`), its name is printed
on every page, and two of them can stand side by side. Only what works is offered: a value that
isn't raises `NotOffered`, which says why where the trade knows the value (`WITHHELD`).

    DEFAULT    what board and investors see
    AS_DATED   the lines exactly as their dates stand: no grace, no links, no limit to coming back
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from banso.engines.basis.terms import GRACE_DAYS

Setting = str | int | bool | None

OFFERED: Final[Mapping[str, tuple[Setting, ...]]] = {
    "netting": ("net_per_period", "every_movement"),
    "rate_base": ("two_point", "movement_sum"),
    "proration": ("run_rate_from_effective_date",),
    "churn_date": ("end_of_paid_term", "at_cancellation"),
    "delinquent_after_days": (None,),
    "pause_keeps_mrr": (False, True),
    "discounts": ("net_of_recurring", "list_price"),
    "full_discount_is_churn": (True, False),
    "cheaper_annual": ("contraction",),
    "fx": ("constant_currency_opening", "constant_currency_closing", "inside_movements"),
    "ramp": ("in_force", "contracted"),
    "links": ("close_predecessor", "as_dated"),
    "merge_split": ("transfer", "restated"),
    "usage_based": ("commit_only",),
    "base_plan": (False, True),
    "zone": ("installation",),
    "segment_at": ("opening", "closing"),
    "quick_ratio_reactivation": (False, True),
    "cohort_index_from": (0, 1),
    "nrr_reactivation": (False, True),
    "nrr_scheduled": (True, False),
}
LONGEST_GRACE: Final = 366

WITHHELD: Final[Mapping[tuple[str, Setting], str]] = {
    ("proration", "next_billing_cycle"): "needs invoices",
    ("churn_date", "when_scheduled"): "needs the day on which a cancellation was entered",
    ("discounts", "forever_only"): "needs how long a discount lasts",
    ("cheaper_annual", "expansion"): "would make an expansion negative",
    ("usage_based", "in_arr"): "is told as a stream of its own",
    ("zone", "utc"): "would date changes on other days than the contracts do",
}
UNPAID: Final = "needs invoices and payments"
GRR: Final = re.compile(
    r"(?<![a-z0-9])(grr|gross ?(revenue |dollar |arr |mrr )?retention)(?![a-z0-9])"
    r"|(グロス|粗|総(?![合会務括称])).{0,10}?(維持率|継続率|リテンション|retention)"
)


class NotOffered(ValueError):
    """A setting or a value that no definition can have; `reason` is empty where nobody asks.
    `needs` is the other setting that forbids it, with the value that would allow it.
    """

    def __init__(
        self,
        setting: str,
        value: Setting,
        reason: str = "",
        *,
        needs: tuple[str, Setting] | None = None,
    ) -> None:
        if needs and not reason:
            reason = f"needs {needs[0]} {needs[1]}"
        why = f": it {reason}" if reason else ""
        super().__init__(f"Expected another {setting} than {value!r}{why}.")
        self.setting = setting
        self.value = value
        self.reason = reason
        self.needs = needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One set of answers to the questions on which sources differ.

    Dates and amounts of lines (read by `book.prepare`):

    - `churn_date`: a cancelled line ends at the end of what was paid, or on the day of the notice.
    - `grace_days`: a gap so long or shorter is no movement; until it is over, who has not said that
      he leaves is a pending renewal and stays in ARR.
    - `pause_keeps_mrr`: whether a paused line goes on counting.
    - `discounts`: amounts after recurring discounts, or before. `full_discount_is_churn`: if not, a
      line given away counts at its list price.
    - `ramp`: a scheduled step counts once in force, or (contracted ARR) from its signature.
    - `links`: a line that renews or replaces another closes it on its own first day, or not.
    - `merge_split`: merged and split accounts as transfers, or as if it had always been so.
    - `base_plan`: add-ons count only beside a base plan, which so decides new and churn.

    Movements and rates (read by `comparison` and what follows it):

    - `netting`: a period's changes net out by account, or each day's change stands for itself.
    - `rate_base`: churn rates by the two ends, capped at the opening, or by the sum of movements.
    - `reactivation_max_days`: who was away longer is new again (None: never).
    - `fx`: the rates at which movements are told. Only the two constant ones have an fx row.
    - `segment_at`: the day whose group an account's movements and retention belong to.
    - `nrr_reactivation`, `nrr_scheduled`, `quick_ratio_reactivation`: what is counted as growth.
    - `cohort_index_from`: the number of a cohort's first month.

    The others have one value: they are printed so that nobody must guess.
    """

    name: str = "default"
    netting: str = "net_per_period"
    rate_base: str = "two_point"
    proration: str = "run_rate_from_effective_date"
    churn_date: str = "end_of_paid_term"
    delinquent_after_days: int | None = None
    grace_days: int = GRACE_DAYS
    reactivation_max_days: int | None = 365
    pause_keeps_mrr: bool = False
    discounts: str = "net_of_recurring"
    full_discount_is_churn: bool = True
    cheaper_annual: str = "contraction"
    fx: str = "constant_currency_opening"
    ramp: str = "in_force"
    links: str = "close_predecessor"
    merge_split: str = "transfer"
    usage_based: str = "commit_only"
    base_plan: bool = False
    zone: str = "installation"
    segment_at: str = "opening"
    quick_ratio_reactivation: bool = False
    cohort_index_from: int = 0
    nrr_reactivation: bool = False
    nrr_scheduled: bool = True

    def __post_init__(self) -> None:
        for setting, allowed in OFFERED.items():
            _offered(setting, getattr(self, setting), allowed)
        _whole("grace_days", self.grace_days, 0, LONGEST_GRACE)
        self._go_together()
        if not self.name.strip() or (self.name == "default" and self.changed()):
            raise NotOffered("name", self.name, "must say that it isn't the default")
        if claims_grr(self.name):
            raise NotOffered(
                "name", self.name, "is the name of a figure that nothing else may bear"
            )

    def _go_together(self) -> None:
        away = self.reactivation_max_days
        if away is not None:
            _whole("reactivation_max_days", away, 1, None)
            least, allowed = self.grace_days + 1, ("grace_days", away - 1)
            if away < least:
                span = f"must be {least} or more"
                raise NotOffered("reactivation_max_days", away, span, needs=allowed)
        if self.rate_base == "movement_sum" and self.netting != "every_movement":
            raise NotOffered("rate_base", self.rate_base, needs=("netting", "every_movement"))
        if self.fx == "inside_movements" and self.netting == "every_movement":
            raise NotOffered("fx", self.fx, needs=("netting", "net_per_period"))

    def changed(self) -> dict[str, Setting]:
        """The settings in which it differs from the default."""
        usual = {field.name: field.default for field in fields(self) if field.name != "name"}
        return {
            name: told for name, told in self.as_dict().items() if usual.get(name, told) != told
        }

    def as_dict(self) -> dict[str, Setting]:
        """Name and settings, to be stored with a result."""
        return asdict(self)


def claims_grr(label: str) -> bool:
    """Whether a name would make readers take something for GRR.

    That is one figure, the sum of min(before, after) of each account over the opening, and is told
    by `bridges` alone. What a person names (a set of settings, an attribute) is called otherwise:
    nor by any of its Japanese names, which say gross (グロス, 総, 粗) and kept (維持率, 継続率).
    """
    plain = unicodedata.normalize("NFKC", label).casefold()
    return GRR.search(re.sub(r"[\s_-]+", " ", plain)) is not None


def from_dict(stored: Mapping[str, Setting]) -> Definition:
    """The definition behind a stored result. Raises NotOffered; what isn't stored is default."""
    known = {field.name for field in fields(Definition)}
    for setting, value in stored.items():
        if setting not in known:
            raise NotOffered(setting, value, "is no setting")
    return Definition(**stored)  # type: ignore[arg-type]  # checked by __post_init__


def _offered(setting: str, value: Setting, allowed: tuple[Setting, ...]) -> None:
    """True is not 1 here, nor False 0."""
    if not any(type(value) is type(other) and value == other for other in allowed):
        late = UNPAID if setting == "delinquent_after_days" else ""
        raise NotOffered(setting, value, WITHHELD.get((setting, value), late))


def _whole(setting: str, value: Setting, least: int, most: int | None) -> None:
    if type(value) is not int or value < least or (most is not None and value > most):
        span = f"must be {least} or more" if most is None else f"must be {least} to {most}"
        raise NotOffered(setting, value, span)


DEFAULT: Final = Definition()
AS_DATED: Final = Definition(
    name="as_dated", grace_days=0, reactivation_max_days=None, links="as_dated"
)
