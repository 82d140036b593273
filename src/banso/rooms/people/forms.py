from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.rooms.identity.models import AccessRole


class GiveAccessForm(forms.Form):
    """The access role a member signs in with."""

    role = forms.ChoiceField(label=_("Access role"), choices=AccessRole.choices)
