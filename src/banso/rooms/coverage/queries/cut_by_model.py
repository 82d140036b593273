"""What the operating model contributes to the cuts of figures: how a customer was served on a day,
and by which version.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banso.kit.templatetags.banso import day
from banso.rooms.coverage.queries.sentences import MODE_NAMES
from banso.rooms.coverage.queries.versions import spells
from banso.rooms.customers.models import Account, FactChange
from banso.rooms.customers.queries.former import former_accounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from banso.rooms.revenue.points import Membership

MODE = "coverage_mode"  # the fact, and the cut that takes its place


class ByMode:
    """How the customer was served on the day, as it was noted then.

    Before that there is no group, unlike for other facts: who left earlier was never served by any
    mode, so to take the others for served as they are now would leave them all the retention and
    none of the churn.
    """

    key = MODE
    label = gettext_lazy("Coverage mode")

    def memberships(self) -> Iterable[Membership]:
        """The history of the fact as it stands."""
        rows = FactChange.objects.filter(fact=MODE).order_by("account_id", "from_on")
        return rows.values_list("account_id", "text", "from_on", "to_on")

    def names(self) -> dict[str, str]:
        """In the words of the pages."""
        return {mode.value: str(name) for mode, name in MODE_NAMES.items()}


class ByVersion:
    """Which version of the operating model was in force: on a day the same for all customers, and
    none before the first.
    """

    key = "model_version"
    label = gettext_lazy("Version of the operating model")

    def memberships(self) -> Iterator[Membership]:
        """Every account with every version, also those that have gone into others."""
        known = [(str(each.version.pk), each.from_on, each.to_on) for each in spells()]
        accounts = Account.objects.order_by("pk").values_list("pk", flat=True).iterator()
        for account in chain(accounts, (former.pk for former in former_accounts())):
            yield from ((account, *spell) for spell in known)

    def names(self) -> dict[str, str]:
        """Each by its name and the day from which it last held."""
        return {
            str(each.version.pk): _("%(version)s, from %(day)s")
            % {"version": each.version, "day": day(each.from_on)}
            for each in spells()
        }
