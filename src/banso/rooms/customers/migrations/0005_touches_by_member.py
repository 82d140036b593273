"""A member's touchpoints by the order in which they came, not by their moment.

In order of moments each of a file's rows fell on a page of its own, which a large import had to
write again with every batch; only the touchpoint a member logged last is asked for.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_own_keys"), ("people", "0003_skills_and_absences")]
    operations = [
        migrations.RemoveIndex(model_name="touchpoint", name="touch_by_member"),
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(
                fields=["member", "id"],
                name="touch_by_member",
                condition=models.Q(member__isnull=False),
            ),
        ),
    ]
