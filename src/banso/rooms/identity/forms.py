from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.rooms.identity.models import AccessRole
from banso.rooms.identity.queries import key_users

if TYPE_CHECKING:
    from django.http import QueryDict

    from banso.rooms.identity.models import User

KEY_DAYS = [(30, _("30 days")), (90, _("90 days")), (365, _("1 year")), ("", _("Until revoked"))]


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


class KeyForm(forms.Form):
    """A key for a program: what for, as whom, how far, how long."""

    name = forms.CharField(
        label=_("What the key is for"),
        help_text=_("Such as the system that will use it."),
        max_length=80,
    )
    user = forms.TypedChoiceField(
        label=_("Acts as"),
        help_text=_("The key sees what this person sees, and ends with their access."),
    )
    may_write = forms.TypedChoiceField(
        label=_("What it may do"),
        choices=[("read", _("Read only")), ("write", _("Read and write"))],
        coerce="write".__eq__,
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=KEY_DAYS,
        coerce=int,
        empty_value=None,
        required=False,
        initial=90,
    )

    def __init__(self, viewer: User, answers: QueryDict | None = None) -> None:
        super().__init__(answers, initial={"user": viewer.pk})
        users = {str(user.pk): user for user in key_users(viewer)}
        field: Any = self.fields["user"]
        field.choices = [(pk, f"{user.name} · {user.email}") for pk, user in users.items()]
        field.coerce = users.__getitem__
