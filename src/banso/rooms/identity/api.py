"""How a program comes in: by a key that acts as a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.utils.timezone import now
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from banso.rooms.identity.actions import note_key_used
from banso.rooms.identity.http import Request
from banso.rooms.identity.queries import living_key, used_lately

if TYPE_CHECKING:
    from django.http import HttpRequest

    from banso.rooms.identity.models import ApiKey

MINUTE_SECONDS = 60


class KeyedRequest(Request):
    """A request that came with a key; `user` is the one as whom it acts, whatever cookies say."""

    auth: ApiKey


class ApiKeyBearer(HttpBearer):
    """`Authorization: Bearer banso_…`: the only way in, since cookies alone open nothing here."""

    openapi_description = "An API key, created in Settings → API keys."

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        at = now()
        key = living_key(token, at=at)
        if key is None:
            return None
        if not used_lately(key, at=at):
            note_key_used(key, at=at)
        request.user = key.user
        return key


class CallsAMinute(BaseThrottle):
    """Each key has so many calls in a minute of the clock; each process of the server counts its
    own.
    """

    def allow_request(self, request: HttpRequest) -> bool:
        key: ApiKey = request.auth  # type: ignore[attr-defined]  # ninja asks after signing in
        minute = int(now().timestamp()) // MINUTE_SECONDS
        count = f"calls of key {key.pk} in minute {minute}".replace(" ", "_")
        cache.add(count, 0, timeout=2 * MINUTE_SECONDS)
        return cache.incr(count) <= settings.BANSO.api_calls

    def wait(self) -> float:
        return MINUTE_SECONDS - now().timestamp() % MINUTE_SECONDS
