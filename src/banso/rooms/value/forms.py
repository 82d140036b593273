from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import CellFault
from banso.engines.basis.money import to_minor
from banso.rooms.customers.models import Contact
from banso.rooms.people.models import Member
from banso.rooms.revenue.models import Contract
from banso.rooms.value.actions import CaseStated

if TYPE_CHECKING:
    from django.db.models import QuerySet

LARGEST = Decimal(10) ** 13


def _day(label: Any, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}), **given)


def _chosen(label: Any, queryset: QuerySet[Any]) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(label=label, queryset=queryset, required=False, empty_label="–")


class CaseForm(forms.Form):
    """Why a customer bought, and what it expects."""

    why_bought = forms.CharField(
        label=_("Why they bought"), max_length=5_000,
        widget=forms.Textarea({"rows": 3, "autofocus": True}),
    )  # fmt: skip
    expected_effect = forms.CharField(
        label=_("Expected effect"), max_length=5_000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    measure = forms.CharField(
        label=_("Measure"), max_length=200, required=False,
        help_text=_("Such as hours of overtime work, or days until the books are closed."),
    )  # fmt: skip
    baseline = forms.CharField(label=_("Baseline"), max_length=80, required=False)
    target = forms.CharField(label=_("Target"), max_length=80, required=False)
    due_on = _day(_("By when"), required=False)
    amount = forms.DecimalField(
        label=_("Worth a year"), required=False, min_value=0, max_value=LARGEST,
        help_text=_("In the reporting currency."),
    )  # fmt: skip
    confirmed_by = _chosen(_("Confirmed by"), Contact.objects.none())
    promised_by = _chosen(_("Promised by"), Member.objects.none())
    contract = _chosen(_("Contract"), Contract.objects.none())
    recorded_on = _day(_("Recorded on"))

    def __init__(
        self, *args: Any, contacts: QuerySet[Contact], contracts: QuerySet[Contract],
        members: QuerySet[Member], **given: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **given)
        for name, found in (
            ("confirmed_by", contacts), ("contract", contracts), ("promised_by", members)
        ):  # fmt: skip
            self.fields[name].queryset = found  # type: ignore[attr-defined]

    def clean_amount(self) -> int | None:
        """Minor units of the reporting currency."""
        given = self.cleaned_data["amount"]
        if given is None:
            return None
        try:
            return to_minor(given, settings.BANSO.currency)
        except CellFault:
            raise forms.ValidationError(
                gettext("This has more decimals than the currency knows.")
            ) from None

    def stated(self) -> CaseStated:
        """What was said, once it is clean."""
        said: dict[str, Any] = {**self.cleaned_data}
        said["amount_minor"] = said.pop("amount")
        said["currency"] = "" if said["amount_minor"] is None else settings.BANSO.currency
        for name in ("confirmed_by", "promised_by", "contract"):
            chosen = said.pop(name)
            said[f"{name}_id"] = chosen.pk if chosen else None
        return CaseStated(**said)
