from __future__ import annotations

from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    name = "banso.rooms.renewals"
    label = "renewals"
