"""What happens before any view runs: questions are made plain, language and theme are the
reader's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

THEME_COOKIE = "banso_theme"
SPACES = "\t\n\r"
CONTROLS = {
    number: None for number in (*range(0x20), *range(0x7F, 0xA0)) if chr(number) not in SPACES
}


def plain_question(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: no control characters in what a query string asks; nobody types them, and
    PostgreSQL takes no NUL.
    """

    def with_plain_question(request: HttpRequest) -> HttpResponse:
        plain = QueryDict(mutable=True)
        for name, texts in request.GET.lists():
            plain.setlist(name.translate(CONTROLS), [text.translate(CONTROLS) for text in texts])
        if plain != request.GET:
            plain._mutable = False  # noqa: SLF001  as Django leaves it
            request.GET = plain  # type: ignore[assignment]  # no longer mutable
        return get_response(request)

    return with_plain_question


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
