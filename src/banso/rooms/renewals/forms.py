from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import CellFault
from banso.engines.basis.money import to_minor
from banso.rooms.renewals.actions.outcomes import OutcomeStated
from banso.rooms.renewals.models import LossReason, RenewalOutcome
from banso.rooms.revenue.models import NoticeForm

LARGEST = Decimal(10) ** 13
SAID = (  # whether it was renewed at more or less is told by the amount
    (RenewalOutcome.RENEWED, _("Renewed")),
    (RenewalOutcome.CHURNED, RenewalOutcome.CHURNED.label),
    (RenewalOutcome.LAPSED, RenewalOutcome.LAPSED.label),
)


class OutcomeForm(forms.Form):
    """What became of a renewal, and of a loss why."""

    outcome = forms.TypedChoiceField(
        label=_("Outcome"), choices=SAID, coerce=RenewalOutcome, widget=forms.RadioSelect
    )
    renewed_arr = forms.DecimalField(
        label=_("ARR after the renewal"), required=False, min_value=0, max_value=LARGEST,
        help_text=_("If it is more or less than before, that is told from the amount."),
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Reason of the loss"), required=False, choices=[("", "–"), *LossReason.choices]
    )
    detail = forms.CharField(
        label=_("What the customer said"), max_length=5_000, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    would_have_kept = forms.CharField(
        label=_("What would have kept them"), max_length=5_000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    competitor = forms.CharField(label=_("Competitor"), max_length=120, required=False)
    oversold = forms.BooleanField(
        label=_("More was promised at the sale than the product does"), required=False
    )
    noticed_on = forms.DateField(
        label=_("Notice given on"), required=False, widget=forms.DateInput({"type": "date"})
    )
    notice_form = forms.ChoiceField(
        label=_("Form of the notice"), required=False, choices=[("", "–"), *NoticeForm.choices]
    )
    back = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def clean_renewed_arr(self) -> int | None:
        """Minor units of the reporting currency."""
        given = self.cleaned_data["renewed_arr"]
        if given is None:
            return None
        try:
            return to_minor(given, settings.BANSO.currency)
        except CellFault:
            raise forms.ValidationError(
                gettext("This has more decimals than the currency knows.")
            ) from None

    def stated(self) -> OutcomeStated:
        """What was said, once it is clean."""
        said: dict[str, Any] = {**self.cleaned_data}
        said["renewed_arr_minor"] = said.pop("renewed_arr")
        del said["back"]
        return OutcomeStated(**said)
