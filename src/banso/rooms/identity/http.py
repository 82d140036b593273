"""The request as every view receives it, and the one way to answer with a page."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse, HttpResponseBase
    from django_htmx.middleware import HtmxDetails

    from banso.rooms.identity.models import User

P = ParamSpec("P")


class Request(HttpRequest):
    """A request of somebody who has signed in, asked with or without htmx."""

    user: User
    htmx: HtmxDetails


View = "Callable[Concatenate[Request, P], HttpResponseBase]"


def wants_part(request: Request) -> bool:
    """Whether htmx asks, and for a part of the page only."""
    asks = request.htmx
    return bool(asks) and not asks.boosted and not asks.history_restore_request


def page(request: Request, template: str, *, partial: str = "", **context: Any) -> HttpResponse:
    """The whole page on a visit; only the named partial when htmx asks for it."""
    name = f"{template}#{partial}" if partial and wants_part(request) else template
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def allowed(
    may: Callable[[User], bool],
) -> Callable[[Callable[Concatenate[Request, P], HttpResponseBase]], Any]:
    """Only who signed in and for whom `may` is true gets the view; others sign in, or get a 403
    page.
    """

    def guarded(view: Callable[Concatenate[Request, P], HttpResponseBase]) -> Any:
        @wraps(view)
        def checked(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(checked)

    return guarded
