"""The reader's language and theme, before any view runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

THEME_COOKIE = "banso_theme"


def readers_look(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what the person chose, else the browser's cookie, else its languages."""

    def with_look(request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        language = (
            request.user.language  # type: ignore[union-attr]  # ours, once signed in
            if signed_in
            else translation.get_language_from_request(request)
        )
        translation.activate(language)
        response = get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        if not signed_in:
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        translation.activate(settings.LANGUAGE_CODE)
        return response

    return with_look
