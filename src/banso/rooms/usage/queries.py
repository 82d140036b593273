from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Sum

from banso.rooms.usage.models import DayOfUse

if TYPE_CHECKING:
    from banso.rooms.customers.models import Account

WEEKS = 13
WEEK = timedelta(days=7)
HIGH, BROAD = 20, 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One week in a small drawing 65 wide and 20 high."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class ProductUse:
    """Use of one product over thirteen weeks. `weeks` are its times of use, the oldest first."""

    product: str
    times: int
    most_people: int | None
    last_on: date
    weeks: list[int]

    @property
    def bars(self) -> list[Bar]:
        most = max(self.weeks) or 1
        heights = [-(-HIGH * times // most) for times in self.weeks]
        return [Bar(BROAD * n, HIGH - height, height) for n, height in enumerate(heights)]


def use_by_product(account: Account, *, on: date) -> list[ProductUse]:
    """What an account used in the thirteen weeks up to the day, the most used product first. The
    caller has checked that the viewer may see it.
    """
    first = on - WEEKS * WEEK + timedelta(days=1)
    days = DayOfUse.objects.filter(account=account, on__gte=first, on__lte=on).order_by()
    found = days.values_list("product", "on").annotate(Sum("times"), Max("people"))
    weeks: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    people: dict[str, list[int]] = defaultdict(list)
    last: dict[str, date] = {}
    for product, day, times, most in found:
        weeks[product][(day - first) // WEEK] += times or 0
        people[product] += [] if most is None else [most]
        last[product] = max(day, last.get(product, day))
    used = [
        ProductUse(name, sum(by_week), max(people[name], default=None), last[name], by_week)
        for name, by_week in weeks.items()
    ]
    return sorted(used, key=lambda each: (-each.times, each.product))


def last_use(account: Account) -> date | None:
    """The last day of which any use is known."""
    days = DayOfUse.objects.filter(account=account).order_by("-on", "-pk")
    return days.values_list("on", flat=True).first()
