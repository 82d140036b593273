from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "banso.rooms.work"
    label = "work"
