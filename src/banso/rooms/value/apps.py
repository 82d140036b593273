from __future__ import annotations

from django.apps import AppConfig


class ValueConfig(AppConfig):
    name = "banso.rooms.value"
    label = "value"
