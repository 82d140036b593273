"""Notice in any unit, our own notice of a price, and how long a term is."""

from django.db import migrations, models
from django.db.models import Q

UNITS = [
    ("days", "Days"),
    ("working_days", "Working days"),
    ("months", "Months"),
    ("month_ends", "Months, to the month's end"),
]


def notices_are_months(apps, schema_editor):
    """Until now every notice was told in months."""
    contracts = apps.get_model("revenue", "Contract").objects
    contracts.filter(notice_amount__isnull=False).update(notice_unit="months")


def only_months_stay(apps, schema_editor):
    contracts = apps.get_model("revenue", "Contract").objects
    contracts.exclude(notice_unit="months").update(notice_amount=None)


class Migration(migrations.Migration):
    dependencies = [
        ("revenue", "0002_data_in"),
    ]

    operations = [
        migrations.RenameField("contract", "notice_months", "notice_amount"),
        migrations.AddField(
            "contract",
            "notice_unit",
            models.CharField(blank=True, choices=UNITS, default="", max_length=12),
        ),
        migrations.RunPython(notices_are_months, only_months_stay),
        migrations.AddField("contract", "notice_by_working_day", models.BooleanField(null=True)),
        migrations.AddField("contract", "term_months", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField(
            "contract", "price_notice_amount", models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            "contract",
            "price_notice_unit",
            models.CharField(blank=True, choices=UNITS, default="", max_length=12),
        ),
        migrations.AddConstraint(
            "contract",
            models.CheckConstraint(
                condition=Q(notice_amount__isnull=True, notice_unit="")
                | Q(notice_amount__isnull=False) & ~Q(notice_unit=""),
                name="notice_has_its_unit",
            ),
        ),
        migrations.AddConstraint(
            "contract",
            models.CheckConstraint(
                condition=Q(price_notice_amount__isnull=True, price_notice_unit="")
                | Q(price_notice_amount__isnull=False, price_notice_amount__gte=1)
                & ~Q(price_notice_unit=""),
                name="price_notice_has_its_unit",
            ),
        ),
        migrations.AddConstraint(
            "contract",
            models.CheckConstraint(
                condition=Q(term_months__isnull=True) | Q(term_months__gte=1),
                name="term_at_least_a_month",
            ),
        ),
    ]
