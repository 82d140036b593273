"""Keys that the platform now uses for facts of its own are given back by attributes of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TAKEN = (
    *("kana", "external_id", "corporate_number", "domain", "parent", "industry", "region"),
    *("employees", "customer_since", "marked_left"),
    *("csm", "last_touch_on", "open_tickets", "open_promises", "segment"),
)


def rename(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    facts = apps.get_model("customers", "FactDefinition").objects
    keys = set(facts.values_list("key", flat=True))
    for fact in facts.filter(source="own", key__in=TAKEN):
        numbered = (f"own_{fact.key}{number or ''}" for number in range(len(keys) + 1))
        fact.key = next(key for key in numbered if key not in keys)
        keys.add(fact.key)
        fact.save()


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_facts_and_segments")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
