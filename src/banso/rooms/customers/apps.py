from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "banso.rooms.customers"
    label = "customers"
