"""Rule 1: relations point down, string ones too, and leave no name behind in another room."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.house import room_heights


def wrong_relations(every: Iterable[type[models.Model]]) -> list[str]:
    """Relations that look up or sideways, or that another room could be read back by."""
    heights, found = room_heights(), []
    for model in every:
        own = model._meta.app_label
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.remote_field is None:
                continue
            goal = field.remote_field.model
            other = goal.split(".")[0] if isinstance(goal, str) else goal._meta.app_label
            if other == own:
                continue
            if heights[other] >= heights[own]:
                found.append(f"{own}.{field.name} points up to {other}")
            elif not field.remote_field.hidden:
                found.append(f"{own}.{field.name} leaves a name in {other}")
    return found


def test_relations_point_down_and_leave_no_reverse_name() -> None:
    rooms = [model for app in room_heights() if apps.is_installed(f"banso.rooms.{app}")
             for model in apps.get_app_config(app).get_models()]  # fmt: skip
    assert len(rooms) > 10
    assert wrong_relations(rooms) == []


@isolate_apps("banso.rooms.customers", "banso.rooms.revenue")
def test_a_planted_relation_upward_or_with_a_reverse_name_is_found() -> None:
    class Planted(models.Model):
        contract = models.ForeignKey("revenue.Contract", models.CASCADE, related_name="+")
        lines = models.ManyToManyField("usage.Event", related_name="+")
        user = models.OneToOneField("identity.User", models.CASCADE)
        member = models.ForeignKey("people.Member", models.CASCADE, related_name="+")

        class Meta:
            app_label = "customers"

    assert wrong_relations([Planted]) == [
        "customers.contract points up to revenue",
        "customers.user leaves a name in identity",
        "customers.lines points up to usage",
    ]
