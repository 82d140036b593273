from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.rooms.identity.models import AccessRole


class SetUpForm(forms.Form):
    """The first administrator of an empty installation."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Mail address"))
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class AddUserForm(forms.Form):
    """Somebody who is to have access."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Mail address"))
    role = forms.ChoiceField(label=_("Access role"), choices=AccessRole.choices)


class AccessForm(forms.Form):
    """How far a person sees, and whether they still may sign in."""

    role = forms.ChoiceField(label=_("Access role"), choices=AccessRole.choices)
    is_active = forms.BooleanField(label=_("May sign in"), required=False)


class PasswordForm(forms.Form):
    """The password of somebody who was invited."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least ten characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
