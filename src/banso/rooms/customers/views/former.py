from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.utils.timezone import localdate

from banso.rooms.customers.queries.former import merged_into

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponseBase

    from banso.rooms.identity.http import Request


def leads_on(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Old addresses of an account that went into another lead to that one."""

    @wraps(view)
    def found(request: Request, account_id: int, **rest: Any) -> HttpResponseBase:
        try:
            return view(request, account_id, **rest)
        except Http404:
            stays = merged_into(request.user, account_id, on=localdate())
            if stays is None or request.method != "GET":
                raise
        return redirect("customers:account", stays)

    return found
