"""Whole tables as plain values, so that "nothing changed" is one equality."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

Dump = dict[str, list[dict[str, Any]]]


def dump(*models: type[Model], leaving: tuple[str, ...] = ()) -> Dump:
    """Every row of the tables by primary key; `leaving` names columns that are left out."""
    return {
        model._meta.label_lower: [
            {name: value for name, value in row.items() if name not in leaving}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def dump_of_all(*, but: tuple[type[Model], ...] = ()) -> Dump:
    """Every table of the product, but for some."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("banso.")]
    return dump(*(model for model in ours if model not in but))
