from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from banso.engines.basis.japanese import company_key


def key_names(apps, schema_editor):
    """Accounts that are already here get the key that joins the spellings of their names."""
    model = apps.get_model("customers", "Account")
    rows = model.objects.order_by("pk")
    for account in rows.iterator(chunk_size=2_000):
        model.objects.filter(pk=account.pk).update(name_key=company_key(account.name)[:200])


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("contract", "Contract party"),
                            ("billing", "Billing party"),
                            ("using", "Using company"),
                            ("sales_partner", "Sales partner"),
                        ],
                        max_length=15,
                    ),
                ),
                ("from_on", models.DateField(null=True)),
                ("to_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Acquaintance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "closeness",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Has met"), (2, "Works with"), (3, "Is trusted by")]
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BulkEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=80)),
                ("value", models.JSONField(null=True)),
                ("number", models.PositiveIntegerField()),
                ("changes", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                ("likeness", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("kept_apart", "Kept apart")],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("former_id", models.BigIntegerField(db_index=True)),
                ("former_external_id", models.CharField(max_length=100)),
                ("former_name", models.CharField(max_length=200)),
                ("undo", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("kana", models.CharField(blank=True, default="", max_length=200)),
                ("corporate_number", models.CharField(blank=True, default="", max_length=13)),
            ],
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("due_on", models.DateField(null=True)),
                ("kept_on", models.DateField(null=True)),
                ("dropped_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("query", models.TextField(blank=True, default="")),
                ("columns", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="StandardMinutes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("activity", models.CharField(max_length=20, unique=True)),
                ("minutes", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=100, unique=True)),
                ("survey", models.CharField(max_length=80)),
                ("answered_on", models.DateField()),
                ("score", models.SmallIntegerField(null=True)),
                ("comment", models.TextField(blank=True, default="")),
                ("search_text", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=100, unique=True)),
                ("subject", models.CharField(blank=True, default="", max_length=300)),
                ("text", models.TextField(blank=True, default="")),
                ("product", models.CharField(blank=True, default="", max_length=120)),
                ("category", models.CharField(blank=True, default="", max_length=80)),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("low", "Low"),
                            ("normal", "Normal"),
                            ("high", "High"),
                            ("urgent", "Urgent"),
                        ],
                        default="normal",
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("first_response_minutes", models.PositiveIntegerField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("satisfaction", models.PositiveSmallIntegerField(null=True)),
                ("escalated", models.BooleanField(default=False)),
                ("search_text", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Touchpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("meeting", "Meeting"),
                            ("online", "Online meeting"),
                            ("visit", "Visit"),
                            ("call", "Call"),
                            ("mail", "Mail"),
                            ("chat", "Chat"),
                            ("training", "Training"),
                            ("webinar", "Webinar"),
                            ("note", "Internal note"),
                        ],
                        max_length=10,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("proactive", models.BooleanField(null=True)),
                (
                    "mood",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (5, "Very good"),
                            (4, "Good"),
                            (3, "Neutral"),
                            (2, "Uneasy"),
                            (1, "Bad"),
                        ],
                        null=True,
                    ),
                ),
                ("subject", models.CharField(blank=True, default="", max_length=300)),
                ("text", models.TextField(blank=True, default="")),
                ("minutes", models.PositiveSmallIntegerField(null=True)),
                ("search_text", models.TextField(default="")),
            ],
        ),
        migrations.AddField(
            model_name="account",
            name="name_key",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="contact",
            name="from_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="left_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="predecessor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="customers.contact",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["name_key"], name="account_by_name_key"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("domain", ""), _negated=True),
                fields=["domain"],
                name="account_by_domain",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("corporate_number", ""), _negated=True),
                fields=["corporate_number"],
                name="account_by_number",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("email", ""), _negated=True),
                fields=["email"],
                name="contact_by_mail",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_on__isnull", True),
                    ("from_on__isnull", True),
                    ("left_on__gte", models.F("from_on")),
                    _connector="OR",
                ),
                name="contact_leaves_after_coming",
            ),
        ),
        migrations.AddField(
            model_name="accountparty",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="accountparty",
            name="other_account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="acquaintance",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customers.contact",
            ),
        ),
        migrations.AddField(
            model_name="acquaintance",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.member"
            ),
        ),
        migrations.AddField(
            model_name="bulkedit",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accountparty",
            name="party",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.party",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="member",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.member",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.team",
            ),
        ),
        migrations.AddField(
            model_name="surveyanswer",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="surveyanswer",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.contact",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.contact",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.member",
            ),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.account",
            ),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.contact",
            ),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.member",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="touchpoint",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customers.touchpoint",
            ),
        ),
        migrations.AddConstraint(
            model_name="acquaintance",
            constraint=models.UniqueConstraint(
                fields=("contact", "member"), name="acquainted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="pair_once"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("former_external_id",),
                name="former_account_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountparty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("other_account__isnull", True), ("party__isnull", False)),
                    models.Q(("other_account__isnull", False), ("party__isnull", True)),
                    _connector="OR",
                ),
                name="party_or_other_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountparty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_on__isnull", True),
                    ("from_on__isnull", True),
                    ("to_on__gte", models.F("from_on")),
                    _connector="OR",
                ),
                name="party_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountparty",
            constraint=models.UniqueConstraint(
                fields=("account", "role", "party"), name="party_once_a_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountparty",
            constraint=models.UniqueConstraint(
                fields=("account", "role", "other_account"), name="other_account_once_a_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("owner", "name"), name="view_name_once_an_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="surveyanswer",
            index=models.Index(fields=["account", "-answered_on", "-id"], name="answer_by_account"),
        ),
        migrations.AddIndex(
            model_name="surveyanswer",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="answer_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["account", "-opened_at", "-id"], name="ticket_by_account"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="ticket_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member", "-opened_at"],
                name="ticket_by_member",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", True),
                    ("closed_at__gte", models.F("opened_at")),
                    _connector="OR",
                ),
                name="ticket_closes_after_opening",
            ),
        ),
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(fields=["account", "-happened_at", "-id"], name="touch_by_account"),
        ),
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="touch_by_contact",
            ),
        ),
        migrations.AddIndex(
            model_name="touchpoint",
            index=models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member", "-happened_at"],
                name="touch_by_member",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["account", "due_on"], name="promise_by_account"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("dropped_on__isnull", True), ("kept_on__isnull", True)),
                fields=["due_on", "id"],
                name="promise_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept_on__isnull", True), ("dropped_on__isnull", True), _connector="OR"
                ),
                name="promise_kept_or_dropped",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="marked_left",
            field=models.BooleanField(null=True),
        ),
        migrations.RunPython(key_names, migrations.RunPython.noop),
    ]
