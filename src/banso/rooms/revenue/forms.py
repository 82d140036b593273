from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """Two days; ARR at the close of each is compared."""

    opening_on = forms.DateField(label=_("From the close of"), widget=DayInput())
    closing_on = forms.DateField(label=_("To the close of"), widget=DayInput())
