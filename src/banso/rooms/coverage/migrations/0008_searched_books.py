from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coverage", "0007_balance_continuity")]

    operations = [
        migrations.AddField(
            "rebalancesearch", "books", models.CharField(default="", max_length=32)
        ),
    ]
