"""The kit as a Django app: it owns the job and snapshot tables."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

SHELVES_WITH_REGISTRATIONS = ("points", "facts", "panels", "jobs")


class KitConfig(AppConfig):
    name = "banso.kit"
    label = "kit"

    def ready(self) -> None:
        """Import each room's registering shelves, so that lower rooms learn what higher rooms
        offer.
        """
        autodiscover_modules(*SHELVES_WITH_REGISTRATIONS)
