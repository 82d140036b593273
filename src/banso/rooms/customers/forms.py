from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class KanaForm(forms.Form):
    """The reading of an account's name."""

    kana = forms.CharField(label=_("Kana"), max_length=200)
