from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from banso.rooms.identity.models import User


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People are given access by an administrator; nobody signs up by themselves."""

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Back to the sign-in page, with a word on why it didn't open."""
        messages.error(request, _("Your access has been ended. Please ask an administrator."))
        return redirect("account_login")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
