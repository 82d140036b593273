from __future__ import annotations

from django.apps import AppConfig


class RevenueConfig(AppConfig):
    name = "banso.rooms.revenue"
    label = "revenue"
