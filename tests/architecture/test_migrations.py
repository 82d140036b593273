"""Rule 9: the migrations make the tables that the models describe."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.utils.translation import override


def missing_migrations(described: ProjectState) -> list[str]:
    """What our own apps' migrations would still have to do."""
    loader = MigrationLoader(None)
    with override(None):  # migrations hold the labels of choices in English
        detector = MigrationAutodetector(loader.project_state(), described)
        changes = detector.changes(graph=loader.graph)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("banso.")}
    return [
        f"{label}: {operation.describe()}"
        for label, migrations in sorted(changes.items())
        if label in ours
        for migration in migrations
        for operation in migration.operations
    ]


def test_no_migration_is_missing() -> None:
    assert missing_migrations(ProjectState.from_apps(apps)) == []


def test_a_planted_table_without_a_migration_is_found() -> None:
    described = ProjectState.from_apps(apps)
    described.add_model(
        ModelState("people", "Planted", [("id", models.AutoField(primary_key=True))])
    )
    assert missing_migrations(described) == ["people: Create model Planted"]
