"""What bars, settings and their values are called, and what each setting decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from banso.engines.revenue.definitions import Setting

BARS: dict[str, _StrPromise] = {
    "opening": _("Opening ARR"),
    "new": _("New"),
    "reactivation": _("Reactivation"),
    "expansion": _("Expansion"),
    "contraction": _("Contraction"),
    "churn": _("Churn"),
    "transfer": _("Transfer between accounts or groups"),
    "fx": _("Exchange effect"),
    "closing": _("Closing ARR"),
}
CAUSES: dict[str, _StrPromise] = {
    "seat": _("Number of seats"),
    "price": _("Price"),
    "cross_sell": _("Products added or dropped"),
    "scheduled": _("Steps that the contract foresaw"),
    "longer_term": _("Longer interval at a lower price"),
    "unsplit": _("Not told apart: no number of seats"),
}

RATES: dict[str, str | _StrPromise] = {
    "nrr": "NRR",
    "grr": "GRR",
    "logo_retention": _("Logo retention"),
}
DOWNWARD = frozenset({"contraction", "churn"})
TOTALS = frozenset({"opening", "closing"})
SETTINGS: dict[str, tuple[_StrPromise, _StrPromise]] = {
    "grace_days": (
        _("Grace for late renewals"),
        _("A gap so long or shorter is no movement; until it is over the renewal is pending."),
    ),
    "reactivation_max_days": (
        _("Coming back counts as reactivation for"),
        _("Who was away longer is a new customer again."),
    ),
    "churn_date": (
        _("Day of churn"),
        _("When a line that was cancelled ends."),
    ),
    "netting": (
        _("Changes inside a period"),
        _("Whether an account's ups and downs net out, or each stands for itself."),
    ),
    "rate_base": (
        _("Churn rates are told from"),
        _("The two ends of the period, or the sum of what moved inside it."),
    ),
    "fx": (
        _("Exchange rates of the movements"),
        _("At which day's rates movements are told; what rates did stands apart, if it can."),
    ),
    "segment_at": (
        _("Group of an account"),
        _("Which day's group its movements and retention belong to."),
    ),
    "discounts": (_("Amounts"), _("After recurring discounts, or at the list price.")),
    "full_discount_is_churn": (
        _("A line given away is churn"),
        _("If not, it counts at its list price."),
    ),
    "pause_keeps_mrr": (
        _("A paused line goes on counting"),
        _("Whether a pause is a loss until it is over."),
    ),
    "ramp": (
        _("Steps that a contract foresees"),
        _("Counted once in force, or from the signature on (contracted ARR)."),
    ),
    "links": (
        _("A line that renews or replaces another"),
        _("Whether it closes the other on its own first day."),
    ),
    "merge_split": (
        _("Merged and split accounts"),
        _("A transfer on the day, or told as if it had always been so."),
    ),
    "base_plan": (
        _("Add-ons count beside a base plan only"),
        _("If so, the base plan alone decides what is new and what is churn."),
    ),
    "nrr_reactivation": (_("NRR holds who came back"), _("Reactivations count as growth.")),
    "nrr_scheduled": (
        _("NRR holds foreseen steps"),
        _("Growth that the contract foresaw counts as growth."),
    ),
    "quick_ratio_reactivation": (
        _("The quick ratio holds who came back"),
        _("Reactivations stand above the line, beside new and expansion."),
    ),
    "cohort_index_from": (_("The first month of a cohort is"), _("The number it carries.")),
    "proration": (
        _("A change amid a paid interval counts from"),
        _(
            "It counts with its whole annual amount; what is charged for the rest of the interval"
            " is no ARR. To wait for the next invoice would take invoices, which aren't read."
        ),
    ),
    "delinquent_after_days": (
        _("Who doesn't pay has churned after"),
        _("Payments aren't read: who owes money counts until the contract line ends."),
    ),
    "cheaper_annual": (
        _("A lower price for paying less often is"),
        _("An account that pays less has shrunk; the longer interval stands as the cause."),
    ),
    "usage_based": (
        _("Of charges by use counts"),
        _("What is metered is a stream of its own, never ARR: the mean of three months."),
    ),
    "zone": (
        _("The day of a change is"),
        _("Contracts are dated by the calendar of the company; no day is told in UTC."),
    ),
}
VALUES: dict[str, _StrPromise] = {
    "net_per_period": _("Net out by account"),
    "every_movement": _("Each stands for itself"),
    "two_point": _("The two ends"),
    "movement_sum": _("The sum of movements"),
    "end_of_paid_term": _("The end of what was paid"),
    "at_cancellation": _("The day of the notice"),
    "net_of_recurring": _("After recurring discounts"),
    "list_price": _("At the list price"),
    "constant_currency_opening": _("Those of the opening day"),
    "constant_currency_closing": _("Those of the closing day"),
    "inside_movements": _("Those of either day, inside the movements"),
    "in_force": _("Once in force"),
    "contracted": _("From the signature on"),
    "close_predecessor": _("It closes the other"),
    "as_dated": _("Both count as they are dated"),
    "transfer": _("A transfer"),
    "restated": _("As if it had always been so"),
    "opening": _("That of the opening day"),
    "closing": _("That of the closing day"),
    "run_rate_from_effective_date": _("The day it takes effect"),
    "contraction": _("A contraction"),
    "commit_only": _("What is committed alone"),
}


def told_value(setting: str, value: Setting) -> str:
    """A value of a setting in the reader's words."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value is None:
        return (
            gettext("Never by not paying")
            if setting == "delinquent_after_days"
            else gettext("No limit")
        )
    if isinstance(value, int):
        if setting.endswith("_days"):
            return ngettext("%(count)s day", "%(count)s days", value) % {"count": value}
        return str(value)
    if setting == "zone":
        return gettext("That of the installation, %(zone)s") % {"zone": settings.TIME_ZONE}
    return str(VALUES.get(value, value))


def told_setting(setting: str, value: Setting) -> str:
    """A setting with its value: “Changes inside a period: Each stands for itself”."""
    label = SETTINGS[setting][0]
    return gettext("“%(setting)s: %(value)s”") % {
        "setting": label,
        "value": told_value(setting, value),
    }
