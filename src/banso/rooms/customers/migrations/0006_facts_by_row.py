"""On SQLite an account's facts are found by the number of their row, without an index between."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations

from banso.rooms.customers.models.facts import AsRowId


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_touches_by_member")]
    operations = [
        migrations.AlterField(
            model_name="accountfacts",
            name="account",
            field=AsRowId(
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="facts",
                serialize=False,
                to="customers.account",
            ),
        ),
    ]
